"""Whether an unknown word is a known one misspelt, and which; the words are given by the caller.

Distance is optimal string alignment (Damerau 1964, Levenshtein 1966, restricted): one letter
missing, added, changed or swapped with its neighbour counts 1. A distance does not tell a slip
from another name ("Halliday" and "Holliday"), so what counts is which slip it is: two swapped or
doubled letters are nearly always one, a changed letter in a short word nearly never.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

Slip = Literal["swapped", "doubled", "missing", "added", "changed"]

SHORTEST = 4
"""Fewest letters of a word that may be a slip."""
_MISSING, _MISSING_AT_END = 5, 8
_CHANGED, _CHANGED_AT_END, _CHANGED_BUT_WELL_KNOWN = 7, 9, 6
_TWICE = 9
_SMALL_LETTERS = 8
_WELL_KNOWN = 2
_MOST_STEMS = 12


def bounds(word: str) -> tuple[int, int]:
    """Shortest and longest stem that a word may be a misspelling of; a stem lacks the ending.

    >>> bounds("administartor")
    (9, 15)
    """
    return max(3, int(0.7 * len(word))), len(word) + _most(word)


def near_stems(word: str, stem: str, known: Mapping[str, int]) -> list[str]:
    """The few stems that come nearest to a word, the more frequent first among equals.

    Args:
        word: in small letters.
        stem: its own.
        known: stems, with the number of passages that hold each.

    >>> near_stems("portgual", "portgual", {"portug": 9, "portal": 2})
    ['portug']
    """
    # Imported here since most questions have no unknown word.
    from rapidfuzz.distance import OSA

    most = _most(word)

    def distance(other: str) -> int:
        # Where an ending was cut off, the beginning is compared, however the slip moved it.
        whole = (word, stem, *(word[: len(other) + by] for by in (-1, 0, 1)))
        return min(OSA.distance(each, other, score_cutoff=most) for each in whole)

    found = [
        (distance(other), abs(len(other) - len(stem)), -known[other], other) for other in known
    ]
    return [other for far, _, _, other in sorted(found) if far <= most][:_MOST_STEMS]


def corrected(word: str, forms: Iterable[str], pieces: Callable[[str], int]) -> str:
    """The first of the likeliest forms that a word is a misspelling of, or "".

    Args:
        word: as it was asked.
        forms: known words as they are written, the more frequent first.
        pieces: in how many pieces a language model's vocabulary cuts a word: fewer the better the
            word is known.

    >>> pieces = {"takeichi": 2, "takaichi": 3, "holliday": 3, "halliday": 2}.__getitem__
    >>> corrected("Takeichi", ["Takaichi"], pieces)
    'Takaichi'
    """
    from rapidfuzz.distance import OSA

    asked = word.lower()
    likely = []
    for at, form in enumerate(forms):
        far = OSA.distance(asked, form.lower())
        if 0 < far <= 2 and _is_likely(word, form, far, pieces):
            unsure = far == 1 and _slip(asked, form.lower())[0] in ("added", "changed")
            likely.append((far, unsure, at, form))
    return min(likely)[-1] if likely else ""


def _most(word: str) -> int:
    return 2 if len(word) >= _TWICE else 1


def _is_likely(word: str, form: str, far: int, pieces: Callable[[str], int]) -> bool:
    """Whether `word` is rather `form` misspelt than another word.

    The bounds were set on two corpora, where they took one in a hundred names that the documents
    do not have for one that they have; on two others it was two, and five where the documents
    are full of names.
    """
    size = len(word)
    if form.isupper():
        return False
    asked, known = word.lower(), form.lower()
    better = pieces(asked) - pieces(known)
    if word[:1].isupper() and form.islower() and (size < _SMALL_LETTERS or better < _WELL_KNOWN):
        return False
    if far == 2:
        ends_alike = asked[:2] == known[:2] and asked[-1] == known[-1]
        return size >= _TWICE and better >= _WELL_KNOWN and ends_alike
    slip, at = _slip(asked, known)
    at_end = at >= max(size, len(form)) - 1
    if slip in ("swapped", "doubled"):
        return size >= SHORTEST
    if slip == "missing":
        return size >= (_MISSING_AT_END if at_end else _MISSING)
    if at_end:
        return size >= _CHANGED_AT_END
    return size >= (_CHANGED_BUT_WELL_KNOWN if better >= _WELL_KNOWN else _CHANGED)


def _slip(asked: str, known: str) -> tuple[Slip, int]:
    """Which one slip makes `asked` of `known`, and at which letter.

    >>> _slip("malasia", "malaysia"), _slip("takaichii", "takaichi"), _slip("abl", "alb")
    (('missing', 4), ('doubled', 8), ('swapped', 1))
    """
    short, long = sorted((asked, known), key=len)
    at = next((at for at, letter in enumerate(short) if letter != long[at]), len(short))
    if len(short) == len(long):
        return ("changed" if asked[at + 1 :] == known[at + 1 :] else "swapped"), at
    if at and long[at] == long[at - 1]:
        return "doubled", at
    return ("missing" if asked is short else "added"), at
