"""How firmly a thing is told: as done, to come, expected or open; as proven or as suggested."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from assistant.checking.comparison import Comparison, Finding
from assistant.language import Cue, Reading, Word, lexicon, thesaurus

RIGHT_BEFORE = 4
"""Words within which a modal bears on a verb that it may not govern."""
TO_COME, EXPECTED = 1, 2
"""Levels of modality; see `Cue`."""

_TO_COME_BEFORE = frozenset("will to would".split())
_DONE_BEFORE = frozenset("was were has had".split())


def modality(compared: Comparison) -> Iterator[Finding]:
    """What is told more firmly than the sentences tell it, or less; the first that is found."""
    for reading in compared.sources:
        for cue in reading.of("modality"):
            if _is_dropped(compared, reading, cue):
                text = f"the cited words say it less firmly (“{cue.text}”)"
                yield Finding("partly", text, (cue.text,))
                return
    for cue in compared.said.of("modality"):
        if cue.level >= EXPECTED and _is_added(compared, cue):
            text = f"the cited words say it more firmly, without “{cue.text}”"
            yield Finding("partly", text, (cue.text,))
            return


def certainty(compared: Comparison) -> Iterator[Finding]:
    """A suggestion told as a proof."""
    words = compared.said.words
    proven = [w for w in words if w.stem in lexicon.PROVING and not compared.has(w.stem)]
    suggested = [w for w in compared.cited_words if w.stem in lexicon.SUGGESTING]
    if proven and suggested:
        text = f"the cited words say “{suggested[0].text}”, not “{proven[0].text}”"
        yield Finding("partly", text, (suggested[0].text, proven[0].text))


def _is_dropped(compared: Comparison, reading: Reading, cue: Cue) -> bool:
    """Whether the statement tells what a cue of the sentences governs without any such cue."""
    verbs = reading.stems(cue.governed)
    here = compared.matching(verbs)
    if not here and _is_told_as_done(compared, reading, cue):
        return True
    if here and all(_is_plain_elsewhere(compared, word) for word in here):
        return False
    if not here and not _is_mostly_under(compared, reading.stems(cue.scope) | verbs):
        return False
    word = reading.words[cue.index]
    least = min(cue.level, EXPECTED)
    if any(
        mine.level >= least and (not here or _bears_on(mine, here))
        for mine in compared.said.of("modality")
    ):
        return False
    stems = {w.stem for w in compared.said.words}
    if word.stem in stems or thesaurus.synonyms().get(word.stem, frozenset()) & stems:
        return False
    if word.stem in lexicon.PURPOSE and _is_purpose(compared, here):
        return False
    return cue.level != TO_COME or _is_done(compared, here)


def _is_mostly_under(compared: Comparison, scope: set[str]) -> bool:
    """Whether more of the statement's words, and two at least, stand in a cue's scope than not."""
    inside = compared.matching(scope)
    outside = [
        w
        for w in compared.said.words
        if w.content and compared.has(w.stem) and not compared.matched[w.stem] & scope
    ]
    return len(inside) >= 2 and len(inside) > len(outside)


def _is_told_as_done(compared: Comparison, reading: Reading, cue: Cue) -> bool:
    """Whether a verb in the scope of a cue is told as done: "aims to decrease", "decreased"."""
    for word in compared.said.words:
        if not word.content or not _is_done(compared, [word]):
            continue
        for place in cue.scope:
            other = reading.words[place]
            base = not other.lower.endswith(("ed", "ing")) and not lexicon.is_past(other.lower)
            if other.stem == word.stem and other.lower != word.lower and base:
                return not _is_plain_elsewhere(compared, word)
    return False


def _is_plain_elsewhere(compared: Comparison, word: Word) -> bool:
    """Whether the sentences have the word where no such cue bears on it."""
    wanted = compared.matched[word.stem]
    for reading in compared.sources:
        under = {n for cue in reading.of("modality") for n in (*cue.governed, *cue.scope)}
        if any(w.stem in wanted and w.index not in under for w in reading.words):
            return True
    return False


def _bears_on(cue: Cue, words: Iterable[Word]) -> bool:
    """Whether a cue of the statement governs one of the words, or stands right before it."""
    return any(w.index in cue.governed or 0 < w.index - cue.index <= RIGHT_BEFORE for w in words)


def _is_done(compared: Comparison, words: Sequence[Word]) -> bool:
    """Whether the statement tells one of the words as having happened."""
    for word in words:
        before = {w.lower for w in compared.said.words[max(0, word.index - 3) : word.index]}
        if before & _TO_COME_BEFORE:
            return False
        past = word.lower.endswith("ed") or lexicon.is_past(word.lower)
        if past or before & _DONE_BEFORE:
            return True
    return False


def _is_purpose(compared: Comparison, words: Sequence[Word]) -> bool:
    """Whether the statement gives one of the words as a purpose ("to lower tariffs")."""
    return any(
        before.lower in ("to", "for", "at")
        for word in words
        for before in compared.said.words[max(0, word.index - 2) : word.index]
    )


def _is_added(compared: Comparison, cue: Cue) -> bool:
    """Whether the sentences tell what a cue of the statement governs as a plain fact."""
    if any(reading.of("modality", "condition", "attribution") for reading in compared.sources):
        return False
    return any(compared.has(compared.said.words[place].stem) for place in cue.governed)
