"""What one side denies and the other does not: by a negation, or by an opposite word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant import lexicon
from assistant.clauses import Cue, Reading, Word
from assistant.comparison import Comparison, Finding

_PREFIX = re.compile(r"^(?:un|in|im|non|dis|ir|il)")
_SHORTEST = 4
"""Letters of a word that a prefix may turn into its opposite."""


def polarity(compared: Comparison) -> Iterator[Finding]:
    """Negations of a word that the other side has without one, and opposite words."""
    # "It was not until 1978 that ..." and "... not until 1978" deny at different places.
    until = all(
        any(reading.of("negation") and _has(reading, "until") for reading in side)
        for side in ([compared.said], compared.sources)
    )
    if not compared.denied_by_word and not until:
        yield from _denied_here(compared)
        yield from _denied_there(compared)
    yield from _opposites(compared)


def _has(reading: Reading, word: str) -> bool:
    return any(w.lower == word for w in reading.words)


def _denied_here(compared: Comparison) -> Iterator[Finding]:
    for cue in compared.said.of("negation"):
        for place in cue.governed:
            wanted = compared.said.words[place].stem
            if compared.has(wanted) and not _is_denied_there(compared, wanted):
                shown = _shown(compared.said, cue, place)
                text = f"the cited words do not deny this (“{shown}”)"
                yield Finding("contradicted", text, (shown,))


def _denied_there(compared: Comparison) -> Iterator[Finding]:
    for reading in compared.sources:
        for cue in reading.of("negation"):
            for place in cue.governed:
                denied = reading.words[place].stem
                here = compared.matching({denied})
                if not here or any(_in_scope(compared.said, w) for w in here):
                    continue
                if not _is_affirmed_there(compared, denied):
                    shown = _shown(reading, cue, place)
                    text = f"the cited words deny this (“{shown}”)"
                    yield Finding("contradicted", text, (shown,))


def _in_scope(reading: Reading, word: Word) -> bool:
    """Whether a negation stands in a word's clause, so that it may bear on it."""
    return any(word.index in cue.scope for cue in reading.of("negation"))


def _is_denied_there(compared: Comparison, wanted: str) -> bool:
    """Whether the sentences deny a word by a negation, a prefix, or by its opposite."""
    against = lexicon.opposites().get(wanted, frozenset())
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


def _opposites(compared: Comparison) -> Iterator[Finding]:
    """The first pair of words of which one says the opposite of the other, both denied or neither.

    By a prefix ("legal", "illegal"), or by the list.
    """
    words = [
        w
        for w in compared.said.words
        if w.content and not w.name and w.stem not in compared.source_stems
    ]
    for word in words:
        if pair := _prefixed(compared, word):
            reading, other = pair
            if _in_scope(compared.said, word) == _in_scope(reading, other):
                yield _opposite(word, other)
                return
    for word in words:
        against = lexicon.opposites().get(word.stem, frozenset())
        for reading in compared.sources:
            for other in reading.words:
                if other.stem not in against or not other.content:
                    continue
                if any(lexicon.same_stem(other.stem, w.stem) for w in compared.said.words):
                    continue
                if _in_scope(compared.said, word) == _in_scope(reading, other):
                    yield _opposite(word, other)
                    return


def _opposite(mine: Word, theirs: Word) -> Finding:
    text = f"the cited words say “{theirs.text}”, not “{mine.text}”"
    return Finding("contradicted", text, (theirs.text, mine.text))


def _prefixed(compared: Comparison, word: Word) -> tuple[Reading, Word] | None:
    """The sentences' word that a prefix makes the opposite of this one, or this one of it."""
    for reading in compared.sources:
        for other in reading.words:
            this_longer = len(other.lower) <= len(word.lower)
            longer, shorter = (word, other) if this_longer else (other, word)
            cut = _PREFIX.sub("", longer.lower)
            if len(cut) < _SHORTEST or not shorter.content:
                continue
            if _without_prefix(longer) == shorter.stem:
                return reading, other
    return None


def _shown(reading: Reading, cue: Cue, place: int) -> str:
    """A negation with what it bears on, and the words between them."""
    first, last = sorted((cue.index, place))
    return " ".join(w.text for w in reading.words[first : last + 1])
