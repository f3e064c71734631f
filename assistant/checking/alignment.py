"""Two texts word by word: what was kept in its place, put in another's place, added, left out.

The alignment keeps the order of words (Ratcliff and Obershelp's matching of longest runs, as in
`difflib`), so it is worth reading only where one text follows the other closely.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.language import CAPITALS, Word, is_month, lexicon, thesaurus

CLOSE = 0.6
"""Least share of words kept in order with which a statement follows its sentences closely."""
SHORT = 4
"""Most words in a row that count as added or left out between kept ones."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in which the texts differ between words that they share.

    Attributes:
        said: the statement's words there; empty where words were left out.
        cited: the sentences' words there; empty where words were added.
    """

    said: tuple[Word, ...]
    cited: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """How a statement follows its sentences.

    Attributes:
        slots: where they differ, between kept words or at the ends.
        share: share of the statement's words that were kept in order.
    """

    slots: tuple[Slot, ...]
    share: float

    @property
    def close(self) -> bool:
        """Whether the statement follows the sentences closely."""
        return self.share >= CLOSE


def align(said: Sequence[Word], cited: Sequence[Word]) -> Alignment:
    """Match the words of a statement with those of its sentences, in order."""
    matcher = SequenceMatcher(None, _keys(said), _keys(cited), autojunk=False)
    kept = 0
    slots: list[Slot] = []
    for kind, i, i_end, j, j_end in matcher.get_opcodes():
        if kind == "equal":
            kept += i_end - i
        elif max(i_end - i, j_end - j) <= SHORT:
            slots.append(Slot(tuple(said[i:i_end]), tuple(cited[j:j_end])))
    return Alignment(tuple(slots), kept / len(said) if said else 0.0)


def _keys(words: Sequence[Word]) -> list[str]:
    return [w.stem if w.content or w.name else w.lower for w in words]


def in_place_of(slot: Slot) -> list[tuple[Word, Word]]:
    """Pairs of words, one in the other's place; none where it is not plain which is which."""
    said, cited = list(slot.said), list(slot.cited)
    if len(said) == len(cited):
        return list(zip(said, cited, strict=True))
    said = [w for w in said if w.content or w.name]
    cited = [w for w in cited if w.content or w.name]
    return [(said[0], cited[0])] if len(said) == len(cited) == 1 else []


def alike(one: Word, other: Word) -> bool:
    """Whether two words may stand for each other.

    Words that a comparison of their own is made of (numbers, modals, reporting verbs) count as
    alike here.
    """
    if any(c.isdigit() for c in one.text + other.text):
        return True
    if is_month(one.lower) and is_month(other.lower):
        return True
    if lexicon.same_stem(one.stem, other.stem) or one.lower == other.lower:
        return True
    if other.stem in thesaurus.synonyms().get(one.stem, ()):
        return True
    if CAPITALS.get(other.stem) == one.stem:
        return True
    if one.content and other.content:
        return one.stem in lexicon.REPORTING and other.stem in lexicon.REPORTING
    return not (one.content or other.content) and not thesaurus.contrast(one.lower, other.lower)


def exchanged(slots: Sequence[Slot]) -> tuple[Slot, Slot] | None:
    """Two places whose words changed with each other, the words around them left alone."""
    for n, one in enumerate(slots):
        for other in slots[n + 1 :]:
            first, second = _told(one.said), _told(other.said)
            crossed = (
                first and second and first <= _told(other.cited) and second <= _told(one.cited)
            )
            if crossed and all(_ties(s.said) == _ties(s.cited) for s in (one, other)):
                return one, other
    return None


def _told(words: Sequence[Word]) -> set[str]:
    return {w.stem for w in words if w.content or w.name or any(c.isdigit() for c in w.text)}


def _ties(words: Sequence[Word]) -> list[str]:
    return sorted(w.lower for w in words if not w.content and not w.name and w.lower != "and")
