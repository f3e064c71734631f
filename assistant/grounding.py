"""Which sentences support a statement: the fewest that do, wherever its writer pointed."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.checking import Check, check
from assistant.types import Evidence
from assistant.wording import content_stems

MOST_CITED = 3
"""Most sentences one statement may rest on."""
LEAST_COMMON = 2
"""Content words that a further cited sentence must share: a single one may be chance."""


def ground(
    statement: str, ordered: Sequence[Evidence], question: str = ""
) -> tuple[list[Evidence], Check]:
    """The fewest of the sentences, taken in order, that support a statement, and their check.

    A sentence is added while the statement has something that those before it lack. Where nothing
    supports it, what comes nearest is returned with what differs.

    Args:
        statement: one sentence.
        ordered: where to look, the likeliest first.
        question: what it answers; its words may be repeated.
    """
    cited: list[Evidence] = []
    best = check(statement, [])
    for evidence in ordered:
        if best.verdict == "supported" or len(cited) == MOST_CITED:
            break
        if cited and len(content_stems(statement) & content_stems(evidence.text)) < LEAST_COMMON:
            continue
        tried = [*cited, evidence]
        found = check(statement, [e.text for e in tried], _context(tried), question)
        if found.verdict == "supported" or len(found.findings) < len(best.findings) or not cited:
            cited, best = tried, found
    return _fewest(statement, cited, best, question)


def _fewest(
    statement: str, cited: list[Evidence], best: Check, question: str
) -> tuple[list[Evidence], Check]:
    """Without the sentences that were taken before those that support the statement alone."""
    for evidence in list(cited) if best.verdict == "supported" else ():
        rest = [e for e in cited if e is not evidence]
        found = check(statement, [e.text for e in rest], _context(rest), question)
        if found.verdict == "supported":
            cited, best = rest, found
    return cited, best


def _context(cited: Sequence[Evidence]) -> str:
    """What a reader of the cited sentences has read before them: title, heading, passage so far."""
    parts = []
    for e in cited:
        before = e.passage.document.text[e.passage.start : e.sentence.start]
        parts += [e.passage.document.title, e.passage.heading, before]
    return "\n".join(dict.fromkeys(parts))
