"""Does a statement say what its sentences say? Compared by rule; no model decides.

Here stand the order of the checks and what their findings lead to. What two texts are compared by
is in `comparison`, what is looked for in `checks`. What a verdict leads to is for the caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.checks import (
    attribution,
    dates,
    direction,
    figures,
    links,
    modality,
    names,
    novelty,
    polarity,
    quantifiers,
    references,
    replacement,
)
from assistant.comparison import Comparison, Finding, Likeness
from assistant.types import Verdict

LEAST_SHARED = 0.5
"""Share of its words in the sentences below which a statement is about something else."""

_CHECKS: tuple[Callable[[Comparison], Iterator[Finding]], ...] = (
    figures.numbers,
    dates.dates,
    dates.relative,
    references.references,
    names.quotes,
    names.names,
    names.roles,
    replacement.replaced,
    direction.turned,
    polarity.polarity,
    modality.modality,
    attribution.attribution,
    modality.certainty,
    links.conditions,
    quantifiers.quantifiers,
    quantifiers.one_of,
    links.links,
    novelty.news,
    novelty.echo,
)
_GRAVEST: tuple[Verdict, ...] = ("contradicted", "unsupported", "partly")


@dataclass(frozen=True, slots=True)
class Check:
    """What comparing a statement with its sentences found.

    Attributes:
        verdict: the gravest that a finding leads to; `supported` without findings.
        findings: what differs, each difference once, in words a reader understands.
        shared: share of the statement's words that the sentences have; 1 where it was not needed.
        lacking: whether the sentences only say too little, so that others may say the rest.
    """

    verdict: Verdict
    findings: tuple[str, ...] = ()
    shared: float = 1.0
    lacking: bool = False


def check(
    statement: str,
    sentences: Sequence[str],
    context: str = "",
    question: str = "",
    likeness: Likeness | None = None,
) -> Check:
    """Compare a statement with the sentences it cites.

    Numbers, dates and quoted words must stand in the sentences themselves. So must names, but one
    that the statement opens with or that owns something may stand in `context` instead, the words
    before the sentences, which say who "the president" or "his" in them is. The words of the
    `question` may be repeated, but what is added to them must be in the sentences. Words that no
    list of synonyms knows may stand for others where `likeness` finds them near enough in meaning;
    without it they count as missing.

    >>> check("The tariff is 50%.", ["He threatened a 100% tariff."]).findings[0]
    'the cited words have 100%, not 50%'
    """
    if not sentences:
        return Check("unsupported", ("no sentence supports it",), 0.0, lacking=True)
    plain = _plain(statement)
    if any(plain == _plain(sentence) for sentence in sentences):
        return Check("supported")
    compared = Comparison(statement, sentences, context, question, likeness)
    if compared.known < LEAST_SHARED:
        told = ("the cited words say something else",)
        return Check("unsupported", told, compared.shared, lacking=True)
    found = [finding for each in _CHECKS for finding in each(compared)]
    verdicts = {finding.verdict for finding in found}
    verdict: Verdict = next((v for v in _GRAVEST if v in verdicts), "supported")
    lacking = all(finding.lacking for finding in found)
    return Check(verdict, tuple(f.text for f in _once(found)), compared.shared, lacking)


def _once(found: Iterable[Finding]) -> list[Finding]:
    """The findings without those that tell no more than another one does."""
    distinct = list({finding.text: finding for finding in reversed(list(found))}.values())[::-1]
    kept: list[Finding] = []
    for finding in sorted(distinct, key=lambda f: -len(f.words)):
        if not finding.words or not any(finding.words <= other.words for other in kept):
            kept.append(finding)
    return [finding for finding in distinct if finding in kept]


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+|[$€£¥%]", text.lower()))
