"""What one side denies and the other does not: by a negation, or by an opposite word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.checking.comparison import Comparison, Finding
from assistant.language import Cue, Reading, Word, lexicon, thesaurus, unit_of

_PREFIX = re.compile(r"^(?:un|in|im|non|dis|ir|il)")
_EXCEPT = frozenset("except but unless until other".split())
SAME_WORDS = 0.5
"""Share of the words about one that stand about its match, from which both tell the same."""
REACH = 5
"""Words to either side that are about a word."""
_SHORTEST = 4
"""Letters of a word that a prefix may turn into its opposite."""


Difference = tuple[Finding, bool]
"""What differs, and whether it stands among the same words on both sides."""


def polarity(compared: Comparison) -> Iterator[Finding]:
    """Negations that one side has without the other, and opposites, among the same words."""
    yield from (finding for finding, same_words in _differences(compared) if same_words)


def remote(compared: Comparison) -> Iterator[Finding]:
    """The same among other words, where each side may speak of something else."""
    yield from (finding for finding, same_words in _differences(compared) if not same_words)


def _differences(compared: Comparison) -> Iterator[Difference]:
    # "It was not until 1978 that ..." and "... not until 1978" deny at different places.
    until = all(
        any(reading.of("negation") and _has(reading, "until") for reading in side)
        for side in ([compared.said], compared.sources)
    )
    if not compared.denied_by_word and not until:
        yield from _denied_here(compared)
        yield from _denied_there(compared)
    yield from _opposites(compared)


def _is_among_the_same(
    compared: Comparison, word: Word, reading: Reading, stems: frozenset[str] | set[str]
) -> bool:
    """Whether half of what stands about a word of the statement stands there about its match."""
    about = [
        w for w in compared.said.words
        if (w.content or w.name) and w is not word
        and (w.clause == word.clause or abs(w.index - word.index) <= REACH)
    ]  # fmt: skip
    there = {
        near.stem
        for other in reading.words
        if other.stem in stems
        for near in reading.words
        if near is not other
        and (near.clause == other.clause or abs(near.index - other.index) <= REACH)
    }
    common = sum(bool(compared.matched[w.stem] & there) for w in about)
    return bool(about) and common >= max(2, SAME_WORDS * len(about))


def _has(reading: Reading, word: str) -> bool:
    return any(w.lower == word for w in reading.words)


def _denied_here(compared: Comparison) -> Iterator[Difference]:
    if len(compared.said.of("negation")) > 1:
        return  # "nothing enters without a permit" affirms
    for cue in compared.said.of("negation"):
        for place in cue.governed:
            word = compared.said.words[place]
            if compared.has(word.stem) and not _is_denied_there(compared, word.stem):
                shown = _shown(compared.said, cue, place)
                text = f"the cited words do not deny this (“{shown}”)"
                same = any(
                    _is_among_the_same(compared, word, reading, compared.matched[word.stem])
                    for reading in compared.sources
                )
                yield Finding("contradicted", text, (shown,)), same


def _denied_there(compared: Comparison) -> Iterator[Difference]:
    for reading in compared.sources:
        for cue in reading.of("negation"):
            if any(reading.words[n].lower in _EXCEPT for n in _after(reading, cue)):
                continue
            for place in cue.governed:
                denied = reading.words[place].stem
                here = compared.matching({denied})
                if not here or any(_in_scope(compared.said, w) for w in here):
                    continue
                if not _is_affirmed_there(compared, denied):
                    shown = _shown(reading, cue, place)
                    text = f"the cited words deny this (“{shown}”)"
                    same = any(_is_among_the_same(compared, w, reading, {denied}) for w in here)
                    yield Finding("contradicted", text, (shown,)), same


def _after(reading: Reading, cue: Cue) -> range:
    return range(cue.index, len(reading.words))


def _in_scope(reading: Reading, word: Word) -> bool:
    """Whether a negation stands in a word's clause, so that it may bear on it."""
    return any(word.index in cue.scope for cue in reading.of("negation"))


def _is_denied_there(compared: Comparison, wanted: str) -> bool:
    """Whether the sentences deny a word by a negation, a prefix, or by its opposite."""
    against = thesaurus.opposites().get(wanted, frozenset())
    return any(
        against & reading.stems()
        or any(compared.matched[wanted] & reading.stems(c.scope) for c in reading.of("negation"))
        or any(_without_prefix(word) == wanted for word in reading.words)
        for reading in compared.sources
    )


def _is_affirmed_there(compared: Comparison, stem: str) -> bool:
    """Whether the sentences also have a word where no negation bears on it."""
    return any(
        word.stem == stem and not _in_scope(reading, word)
        for reading in compared.sources
        for word in reading.words
    )


def _without_prefix(word: Word) -> str:
    """Stem of what a prefix turns into its opposite; empty where there is none."""
    cut = _PREFIX.sub("", word.lower)
    return lexicon.stem(cut) if cut != word.lower else ""


def _opposites(compared: Comparison) -> Iterator[Difference]:
    """The first pair of words of which one says the opposite of the other, both denied or neither.

    By a prefix ("legal", "illegal"), or by the list.
    """
    words = [
        w
        for w in compared.said.words
        if w.content and not w.name and w.stem not in compared.source_stems
    ]
    pairs = (
        pair for find in (_prefixed, _listed) for word in words for pair in find(compared, word)
    )
    for word, reading, other in pairs:
        if _in_scope(compared.said, word) == _in_scope(reading, other):
            text = f"the cited words say “{other.text}”, not “{word.text}”"
            found = Finding("contradicted", text, (other.text, word.text))
            yield found, _is_among_the_same(compared, word, reading, {other.stem})
            return


def _listed(compared: Comparison, word: Word) -> Iterator[tuple[Word, Reading, Word]]:
    """Words of the sentences that a list gives as opposites of one of the statement."""
    against = thesaurus.opposites().get(word.stem, frozenset())
    for reading in compared.sources:
        for other in reading.words:
            if other.stem not in against or not other.content:
                continue
            if not _stands_here(compared, other) and not _is_of_an_age(compared, word):
                yield word, reading, other


def _stands_here(compared: Comparison, word: Word) -> bool:
    """Whether the statement has a word of the sentences as well."""
    return any(lexicon.same_stem(word.stem, w.stem) for w in compared.said.words)


def _is_of_an_age(compared: Comparison, word: Word) -> bool:
    """Whether a word belongs to a measure: "26 years old", "two metres long"."""
    return any(unit_of(w.lower) for w in compared.said.words[max(0, word.index - 1) : word.index])


def _prefixed(compared: Comparison, word: Word) -> Iterator[tuple[Word, Reading, Word]]:
    """Words of the sentences that a prefix makes the opposite of this one, or this one of them."""
    for reading in compared.sources:
        for other in reading.words:
            this_longer = len(other.lower) <= len(word.lower)
            longer, shorter = (word, other) if this_longer else (other, word)
            cut = _PREFIX.sub("", longer.lower)
            if len(cut) < _SHORTEST or not shorter.content or _stands_here(compared, other):
                continue
            if _without_prefix(longer) == shorter.stem:
                yield word, reading, other


def _shown(reading: Reading, cue: Cue, place: int) -> str:
    """A negation with what it bears on, and the words between them."""
    first, last = sorted((cue.index, place))
    return " ".join(w.text for w in reading.words[first : last + 1])
