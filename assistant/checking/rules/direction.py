"""Who does what to whom: names that stand the other way round than in the sentences."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.checking.alignment import exchanged
from assistant.checking.comparison import Comparison, Finding, is_date
from assistant.language import CAPITALS, Reading, Word, lexicon

REACH = 14
"""Words beside a verb within which its names stand."""

_BE = frozenset("be is are was were been being".split())
_MUTUAL = frozenset("with between both".split())
_ARTICLES = frozenset("the a an its his her their".split())
Sides = tuple[frozenset[str], frozenset[str]]
"""Stems of the names of who does something, and of the other names about it."""


def turned(compared: Comparison) -> Iterator[Finding]:
    """Two that changed places, by the words around them or by what they do."""
    if pair := exchanged(compared.alignment.slots):
        one, other = (" ".join(w.text for w in slot.said) for slot in pair)
        text = f"in the cited words “{one}” and “{other}” stand the other way round"
        yield Finding("contradicted", text, (one, other))
        return
    for word in compared.said.words:
        if found := _turned_about(compared, word):
            text = f"in the cited words it is the other way round (who “{word.text}” whom)"
            yield Finding("contradicted", text, (word.text, *found))
            return


def _turned_about(compared: Comparison, word: Word) -> tuple[str, ...]:
    """The names that are exchanged about a verb wherever the sentences have it; else none."""
    mine = _sides(compared.said, word) if _is_verb(compared.said, word) else None
    if mine is None or not all(mine) or _is_mutual(compared.said):
        return ()
    theirs = [
        sides
        for reading in compared.sources
        for other in reading.words
        if other.stem in compared.matched[word.stem] and other.content and not other.name
        if (sides := _sides(reading, other))
    ]
    if theirs and all(_are_exchanged(mine, sides) for sides in theirs):
        return tuple(w.text for w in compared.said.words if w.stem in mine[0])
    return ()


def _is_verb(reading: Reading, word: Word) -> bool:
    """Whether a word looks like a verb with a subject."""
    before = reading.words[word.index - 1] if word.index else None
    if not word.content or word.name or before is None or before.lower in _ARTICLES:
        return False
    past = word.lower.endswith("ed") or lexicon.is_past(word.lower)
    third = word.lower.endswith("s") and (before.name or before.lower in ("who", "which"))
    return past or third or before.lower in ("will", "to", "may", "would", "can")


def _is_mutual(reading: Reading) -> bool:
    """Whether two do something together, so that their order says nothing."""
    words = reading.words
    joined = (
        w.lower == "and" and words[w.index - 1].name and words[w.index + 1].name
        for w in words[1:-1]
    )  # fmt: skip
    return any(joined) or any(w.lower in _MUTUAL for w in words)


def _are_exchanged(mine: Sides, theirs: Sides) -> bool:
    doers, others = (frozenset(CAPITALS.get(s, s) for s in side) for side in theirs)
    ours, whom = (frozenset(CAPITALS.get(s, s) for s in side) for side in mine)
    return bool(ours & others and doers & whom and not ours & doers and not whom & others)


def _sides(reading: Reading, word: Word) -> Sides | None:
    """Who does what a verb tells, and the other names about it; None where it has no doer.

    In a passive with "by" they stand the other way round.
    """
    words = reading.words
    before = [w for w in words[max(0, word.index - REACH) : word.index] if w.clause == word.clause]
    after = [w for w in words[word.index + 1 : word.index + 1 + REACH] if w.clause == word.clause]
    by = next((n for n, w in enumerate(after) if w.lower == "by"), None)
    participle = word.lower.endswith(("ed", "en", "t", "n")) or lexicon.is_past(word.lower)
    reduced = by is not None and by <= 1
    passive = participle and (reduced or any(w.lower in _BE for w in before[-2:]))
    if passive and by is None:
        return None
    first, second = _named(before), _named(after)
    if passive and by is not None:
        first, second = _named(after[by:]), first | _named(after[:by])
    return (first, second) if first else None


def _named(words: list[Word]) -> frozenset[str]:
    return frozenset(w.stem for w in words if w.name and not is_date(w))
