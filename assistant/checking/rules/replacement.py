"""Words in the place of others, added or left out, where a statement follows its sentences closely.

The alignment tells which word stands for which; whether the two say the same is told by the lists
of synonyms and opposites, and for words that no list knows by their nearness in meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.checking.alignment import Slot, alike, in_place_of
from assistant.checking.comparison import Comparison, Finding
from assistant.language import Word, is_measure, lexicon, read, thesaurus, unit_of

SAME_PLACE = 0.5
"""Cosine from which a word that no list knows may stand in the very place of another."""
VERBATIM = 0.8
"""Share of words kept in order from which a statement is its sentences with words exchanged."""
MOST_SLOTS = 2
"""Most places in which such a statement differs."""
FIRM = 2
"""Level of modality from which it is expected at most, not to come."""


def replaced(compared: Comparison) -> Iterator[Finding]:
    """Words that say something else than those in whose place they stand; limits, negations."""
    if not compared.alignment.close:
        return
    verbatim = _is_verbatim(compared)
    for slot in compared.alignment.slots:
        for mine, theirs in in_place_of(slot):
            if _says_else(compared, mine, theirs, verbatim):
                text = f"the cited words say “{theirs.text}”, not “{mine.text}”"
                yield Finding("contradicted", text, (theirs.text, mine.text))
        yield from _cues(compared, slot, verbatim)


def _is_verbatim(compared: Comparison) -> bool:
    """Whether the statement is its sentences with a word or two exchanged."""
    differing = [slot for slot in compared.alignment.slots if slot.said and slot.cited]
    return compared.alignment.share >= VERBATIM and len(differing) <= MOST_SLOTS


def _says_else(compared: Comparison, mine: Word, theirs: Word, verbatim: bool) -> bool:
    if _moved(compared, mine) and not unit_of(mine.lower):
        return False
    if mine.name != theirs.name or mine.content != theirs.content:
        return False
    units = unit_of(mine.lower), unit_of(theirs.lower)
    if all(units) and units[0] != units[1]:
        return True
    if is_measure(mine.lower) or is_measure(theirs.lower) or alike(mine, theirs):
        return False
    if {mine.lower, theirs.lower} == {"and", "or"} and not verbatim:
        return False
    return _against(mine, theirs) or (verbatim and not _may_stand_for(compared, mine))


def _moved(compared: Comparison, word: Word) -> bool:
    """Whether the sentences have the word as often, only elsewhere."""
    here = sum(w.stem == word.stem for w in compared.said.words)
    return word.content and here <= sum(w.stem == word.stem for w in compared.cited_words)


def _against(one: Word, other: Word) -> bool:
    """Whether two words are opposites, or function words of which each rules out the other."""
    opposite = other.stem in thesaurus.opposites().get(one.stem, ())
    return opposite or thesaurus.contrast(one.lower, other.lower)


_REJECTED = re.compile(r",\s+(?:but\s+|and\s+)?not\s+(?P<other>[^,;]+?)[.!]?\s*$")
# What someone is ("director", "analyst") is near in meaning to what someone else is.
_ACTS = re.compile(r"(?:er|or|ist|ian|ant|ent|man|woman)s?$")


def _may_stand_for(compared: Comparison, word: Word) -> bool:
    """Whether a word that no list knows is near enough in meaning to one of the sentences'."""
    if word.name or word.lower in lexicon.STRICT or _ACTS.search(word.lower):
        return False
    return compared.nearness.get(word.lower, 0.0) >= SAME_PLACE


def _cues(compared: Comparison, slot: Slot, verbatim: bool) -> Iterator[Finding]:
    """Negations, limits and modals that one side of a slot has and the other has not."""
    added = _more(slot.said, compared.said.words, compared.cited_words)
    gone = _more(slot.cited, compared.cited_words, compared.said.words)
    yield from _negated(compared, slot, added, gone)
    yield from _limited(slot, added, gone, verbatim)
    levels = _levels(compared)
    before = max(((levels.get(id(w), 0), w.text) for w in gone), default=(0, ""))
    after = max((levels.get(id(w), 0) for w in added), default=0)
    # "Threatened" may be told as "the threat", but "may" by no other "may" of the statement.
    named = {lexicon.stem(before[1])} & {w.stem for w in compared.said.words if w.content}
    if before[0] >= FIRM > after and not named:
        text = f"the cited words say it less firmly (“{before[1]}”)"
        yield Finding("partly", text, (before[1],))


def _more(words: Sequence[Word], mine: Sequence[Word], theirs: Sequence[Word]) -> list[Word]:
    """Of the words, those that one side has more often than the other: not merely moved."""

    def often(word: Word, side: Sequence[Word]) -> int:
        return sum(w.lower == word.lower for w in side)

    return [w for w in words if often(w, mine) > often(w, theirs)]


def _negated(
    compared: Comparison, slot: Slot, added: Sequence[Word], gone: Sequence[Word]
) -> Iterator[Finding]:
    negated = {w.lower for w in added if _is_negation(w)}
    denied = {w.lower for w in gone if _is_negation(w)}
    more = 0 if compared.denied_by_word else compared.negations_more
    if more * (bool(negated) - bool(denied)) <= 0 or _opposite_in(slot):
        return
    if denied and _denies_another(compared):
        return
    word = min(negated or denied)
    told = f"do not say “{word}”" if negated else f"say “{word}”"
    yield Finding("contradicted", f"the cited words {told}", (word,))


def _denies_another(compared: Comparison) -> bool:
    """Whether what is denied at the end ("14, not 17") is another thing than what is told."""
    rejected = _REJECTED.search(compared.cited)
    words = [w for w in read(rejected["other"]).words if w.content or w.name] if rejected else []
    numbers = re.findall(r"\d+", rejected["other"]) if rejected else []
    mine = {w.stem for w in compared.said.words} | set(re.findall(r"\d+", compared.statement))
    return bool(words or numbers) and mine.isdisjoint([*(w.stem for w in words), *numbers])


def _is_negation(word: Word) -> bool:
    listed = word.lower in lexicon.NEGATIONS or word.lower == "unless"
    contracted = re.search(r"n['’]t$", word.text) is not None
    return listed or contracted or word.stem in lexicon.NEGATED_BEFORE_TO


def _opposite_in(slot: Slot) -> bool:
    """Whether a negation and an opposite word changed together ("not rise" for "fall")."""
    against = {o for w in slot.said for o in thesaurus.opposites().get(w.stem, ())}
    return bool(against & {w.stem for w in slot.cited})


def _limited(
    slot: Slot, added: Sequence[Word], gone: Sequence[Word], verbatim: bool
) -> Iterator[Finding]:
    """A word left out or added without which, or with which, a sentence says more."""
    mine, theirs = {w.lower for w in added}, {w.lower for w in gone}
    limits, extremes = theirs & lexicon.LIMITS, mine & lexicon.EXTREMES
    if limits and not mine & lexicon.LIMITS and (not slot.said or verbatim):
        yield Finding("partly", f"it leaves out “{min(limits)}”", (min(limits),))
    elif extremes and not theirs & lexicon.EXTREMES and not any(map(_is_negation, added)):
        text = f"the cited words do not say “{min(extremes)}”"
        yield Finding("partly", text, (min(extremes),))


def _levels(compared: Comparison) -> dict[int, int]:
    """Identity of a word that is a cue of modality -> its level."""
    return {
        id(reading.words[cue.index]): cue.level
        for reading in (compared.said, *compared.sources)
        for cue in reading.of("modality")
        if not (reading.words[cue.index].stem in lexicon.PURPOSE and cue.text.endswith("ed"))
    }
