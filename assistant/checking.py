"""Does a statement say what its sentences say? Numbers, dates and names, compared by rule.

No model is asked. Who did what, negation, hedges and who said it are not compared yet: a
statement that differs in those alone passes. What a finding leads to is decided by the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.types import Verdict
from assistant.wording import (
    missing_dates,
    missing_names,
    missing_numbers,
    missing_quotes,
    shared_words,
)

LEAST_SHARED = 0.34
"""Least share of a statement's content words that its sentences must hold."""
LEAST_NEW_SHARED = 0.6
"""The same for the words that do not come from the question: they are what the answer adds."""
OPENING = 6
"""Words at the start of a statement that may name what its sentences only refer to."""


@dataclass(frozen=True, slots=True)
class Check:
    """What comparing a statement with its sentences found."""

    verdict: Verdict
    findings: tuple[str, ...] = ()


def check(statement: str, sentences: Sequence[str], context: str = "", question: str = "") -> Check:
    """Compare a statement with the sentences it cites.

    Numbers, dates and quoted words must stand in the sentences themselves. So must names, but one
    that the statement opens with or that owns something may stand in `context` instead, the words
    before the sentences, which say who "the president" or "his" in them is. The
    words of the `question` may be repeated, but what is added to them must be in the sentences.

    >>> check("The tariff is 50%.", ["He threatened a 100% tariff."]).findings
    ('the cited words do not have the number 50%',)
    """
    if not sentences:
        return Check("unsupported", ("no sentence supports it",))
    cited = "\n".join(sentences)
    around = f"{context}\n{cited}"
    findings = (
        *(f"the cited words do not have the number {n}" for n in missing_numbers(statement, cited)),
        *(f"the cited words do not have the date {d}" for d in missing_dates(statement, cited)),
        *(f"the cited words do not say “{q}”" for q in missing_quotes(statement, cited)),
        *(f"the cited words do not name {n}" for n in _unnamed(statement, cited, around)),
    )
    if not findings and (
        shared_words(statement, around) < LEAST_SHARED
        or shared_words(statement, around, besides=question) < LEAST_NEW_SHARED
    ):
        findings = ("the cited words say something else",)
    return Check("unsupported", findings) if findings else Check("supported")


def _unnamed(statement: str, cited: str, around: str) -> list[str]:
    """Names that the cited words lack and do not merely refer to."""
    nowhere = missing_names(statement, around)
    opening = set(statement.split()[:OPENING])
    return [
        name
        for name in missing_names(statement, cited)
        if name in nowhere or not (name.endswith(("'s", "’s", "s'", "s’")) or name in opening)
    ]
