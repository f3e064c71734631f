"""Which sentences of two versions are one, word for word, edited, moved, or cut otherwise.

Equal ones are laid side by side in order; what is left is looked for everywhere, then by likeness.
What an edit means is left to `kinds`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from math import log

from assistant.comparing.units import Unit

LIKE = 0.6
"""Share of two sentences' words in common, by weight, from which they are versions of one."""
LIKE_IN_PLACE = 0.4
"""The same where both stand between the same unchanged sentences."""
COVERED = 0.6
"""Share of a piece's words that the other version's sentence must have for it to be a part."""
_COMMON = 60  # sentences that have a word, above which it leads to none
_RARE, _MOST = 3, 600  # but for a sentence's rarest words, which lead to so many
_TRIED = 8  # sentences that one is compared with


@dataclass(slots=True)
class Pair:
    """Sentences of both versions that are one statement, by their numbers."""

    old: list[int]
    new: list[int]


def paired(old: Sequence[Unit], new: Sequence[Unit]) -> tuple[list[Pair], list[int], list[int]]:
    """Statements that were edited, and the numbers of those that are gone and of those added."""
    anchors = _anchors(old, new)
    sides = (
        _lacking(old, new, (a for a, _ in anchors)),
        _lacking(new, old, (b for _, b in anchors)),
    )
    pairs = _alike(old, new, sides, anchors)
    for pair in pairs:
        sides[0].discard(pair.old[0])
        sides[1].discard(pair.new[0])
    _attach(old, new, pairs, sides)
    return pairs, sorted(sides[0]), sorted(sides[1])


def _anchors(old: Sequence[Unit], new: Sequence[Unit]) -> list[tuple[int, int]]:
    match = SequenceMatcher(None, [u.key for u in old], [u.key for u in new])
    return [
        (block.a + n, block.b + n)
        for block in match.get_matching_blocks()
        for n in range(block.size)
    ]


def _lacking(units: Sequence[Unit], others: Sequence[Unit], placed: Iterable[int]) -> set[int]:
    """Numbers of the sentences that the other version has nowhere.

    "Fee: 5" tells nothing out of its place, so it has to stand below the same words there.
    """
    mine, theirs = (["", *(unit.key for unit in each)] for each in (units, others))
    known, below = set(theirs), set(pairwise(theirs))
    return {
        n
        for n, pair in enumerate(pairwise(mine))
        if (pair not in below if units[n].is_cell else pair[1] not in known)
    } - {*placed}


def _alike(
    old: Sequence[Unit],
    new: Sequence[Unit],
    sides: tuple[set[int], set[int]],
    anchors: Sequence[tuple[int, int]],
) -> list[Pair]:
    """The likeliest versions of one another, each sentence once."""
    having: defaultdict[str, list[int]] = defaultdict(list)
    for b in sorted(sides[1]):
        for word in set(new[b].words):
            having[word].append(b)
    total = len(sides[0]) + len(sides[1]) + 1
    weight = {word: log(1 + total / len(places)) for word, places in having.items()}
    gaps = [a for a, _ in anchors], [b for _, b in anchors]
    found = []
    for a in sides[0]:
        for b in _candidates(old[a], having, weight):
            if old[a].key == new[b].key:
                continue  # "Fee: 5" of something else
            likeness = _likeness(old[a], new[b], weight, log(1 + total))
            in_place = bisect_right(gaps[0], a) == bisect_right(gaps[1], b)
            if likeness >= (LIKE_IN_PLACE if in_place else LIKE):
                found.append((likeness + (LIKE - LIKE_IN_PLACE) * in_place, -abs(a - b), a, b))
    taken: tuple[set[int], set[int]] = set(), set()
    pairs = []
    for *_, a, b in sorted(found, reverse=True):
        if a not in taken[0] and b not in taken[1]:
            taken[0].add(a)
            taken[1].add(b)
            pairs.append(Pair([a], [b]))
    return pairs


def _candidates(
    unit: Unit, having: defaultdict[str, list[int]], weight: dict[str, float]
) -> list[int]:
    """Numbers of the new sentences that share the rarest words of an old one."""
    shared: defaultdict[int, float] = defaultdict(float)
    words = [word for word in dict.fromkeys(unit.words) if word in weight]
    for n, word in enumerate(sorted(words, key=lambda word: -weight[word])):
        if n < _RARE or len(having[word]) <= _COMMON:
            for b in having[word][:_MOST]:
                shared[b] += weight[word]
    return sorted(shared, key=lambda b: -shared[b])[:_TRIED]


def _likeness(one: Unit, other: Unit, weight: dict[str, float], rare: float) -> float:
    """Words in common among all words of both, by weight (Dice's coefficient)."""
    mine, theirs = Counter(one.words), Counter(other.words)
    total, common = (
        sum(weight.get(word, rare) * count for word, count in words.items())
        for words in (mine + theirs, mine & theirs)
    )
    return 2 * common / total


def _attach(
    old: Sequence[Unit], new: Sequence[Unit], pairs: list[Pair], sides: tuple[set[int], set[int]]
) -> None:
    """Give pieces of a sentence that one version cut in two to the pair that has the rest."""
    for units, others, left, turned in ((old, new, sides[0], False), (new, old, sides[1], True)):
        owners = {n: pair for pair in pairs for n in (pair.new if turned else pair.old)}
        for n in sorted(left):
            piece = Counter(units[n].words)
            for pair in (owners[m] for m in (n - 1, n + 1) if m in owners):
                mine, theirs = (pair.new, pair.old) if turned else (pair.old, pair.new)
                lacking = _words(others, theirs) - _words(units, mine)
                if (piece & lacking).total() >= COVERED * piece.total():
                    mine.append(n)
                    mine.sort()
                    owners[n] = pair
                    left.discard(n)
                    break


def _words(units: Sequence[Unit], numbers: Sequence[int]) -> Counter[str]:
    return Counter(word for n in numbers for word in units[n].words)
