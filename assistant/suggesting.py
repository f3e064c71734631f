"""Which of the names that there are somebody likely meant who typed one that there is not."""

from __future__ import annotations

from collections.abc import Iterable

LIKELY = 0.6
"""Likeness, 0 to 1, from which a name is suggested."""


def nearest(typed: str, names: Iterable[str], least: float = LIKELY) -> str | None:
    """The one of the names that is likest to what was typed; None where none is like it.

    >>> nearest("serach", ["search", "status"])
    'search'
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    found = process.extractOne(
        typed,
        [*names],
        scorer=OSA.normalized_similarity,
        processor=str.lower,
        score_cutoff=least,
    )
    return found[0] if found else None
