"""A checked draft for a reader, as JSON's sibling CSV, and what was left unchecked.

Laid out and cleaned as all that is shown; see `sanitize`.
"""

from __future__ import annotations

import csv
import io
from collections import Counter

from assistant.answers import Unchecked, Verdict, Verification, Verified
from assistant.cli.render.answers import copies_told, origin_line
from assistant.cli.render.page import BOLD, CYAN, DIM, GREEN, RED, Page
from assistant.documents import Citation
from assistant.safety import clean, count, line

_LOOKS: dict[Verdict, tuple[str, str]] = {
    "supported": ("✓", GREEN),
    "partly": ("~", BOLD),
    "unsupported": ("✗", RED),
    "contradicted": ("✗", RED),
}
COLUMNS = (
    "statement",
    "start",
    "end",
    "verdict",
    "findings",
    "document_id",
    "source",
    "citation_start",
    "citation_end",
    "quote",
    "newer_source",
    "newer_published",
    "newer_quote",
)
"""Columns of the CSV: a statement and its range in the draft, its first citation, what is newer."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SHOWN_UNCHECKED = 80  # characters of what was not checked


def verification_text(verification: Verification, page: Page) -> str:
    """A checked draft: a block for each statement, what was not checked, and how many of each."""
    each = (
        statement_text(number, statement, page)
        for number, statement in enumerate(verification.statements, 1)
    )
    return "\n\n".join([*each, closing_text(verification, page)])


def closing_text(verification: Verification, page: Page) -> str:
    """What stands behind the statements: what was not checked, and how many of each there are."""
    parts = [page.lines(summary(verification), style=BOLD)]
    if verification.unchecked:
        each = [_unchecked(unchecked, page) for unchecked in verification.unchecked]
        parts.insert(0, "\n".join((page.lines("Not checked:", style=DIM), *each)))
    return "\n\n".join(parts)


def summary(verification: Verification) -> str:
    """`5 statements: 3 supported, 2 unsupported · not checked: 1 heading`."""
    told = [
        f"{number} {verdict}"
        for verdict, number in verification.counts.items()
        if number and verdict != "unchecked"
    ]
    checked = f"{count(len(verification.statements), 'statement')}: {', '.join(told)}"
    reasons = Counter(each.reason for each in verification.unchecked)
    left = ", ".join(count(number, reason) for reason, number in reasons.items())
    if newer := sum(each.newer is not None for each in verification.statements):
        checked += f" · newer documents say otherwise of {newer}"
    return f"{checked} · not checked: {left}" if left else checked


def statement_text(number: int, statement: Verified, page: Page) -> str:
    """A statement with its number, its verdict, its place, and what it was compared with."""
    mark, colour = _LOOKS[statement.verdict]
    findings = "; ".join(statement.findings)
    verdict = f"{statement.verdict}: {findings}" if findings else statement.verdict
    place = f"characters {statement.start}-{statement.end} of the draft"
    return "\n".join(
        (
            page.lines(statement.text, f"{number}. ", "   ", BOLD),
            page.lines(f"{mark} {verdict}", "   ", "     ", colour),
            page.lines(place, "   ", style=DIM),
            *(_citation(citation, page) for citation in statement.compared),
            *([_newer(statement.newer, page)] if statement.newer else []),
        )
    )


def _newer(citation: Citation, page: Page) -> str:
    """What a later document says of the same thing."""
    document = citation.document
    told = f"! a newer document ({document.published}, {document.title}) says:"
    return "\n".join((page.lines(told, "   ", "     ", RED), _citation(citation, page)))


def _citation(citation: Citation, page: Page) -> str:
    mark = f"   [{citation.number}] "
    indent = " " * len(mark)
    quote = page.lines(f"“{line(citation.quote)}”", indent)
    return "\n".join(
        (
            page.styled(mark, CYAN) + quote[len(mark) :],
            origin_line(citation, indent, page),
            *copies_told("the same in", citation.copies, indent, page),
        )
    )


def _unchecked(unchecked: Unchecked, page: Page) -> str:
    words = line(unchecked.text)
    if len(words) > _SHOWN_UNCHECKED:
        words = words[:_SHOWN_UNCHECKED].rsplit(" ", 1)[0] + " …"
    return page.lines(f"{unchecked.reason}: {words}", "   ", "     ", DIM)


def verification_csv(verification: Verification) -> str:
    """A row for each statement, after RFC 4180, with its first citation where it has one.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    writer.writerows(map(_row, verification.statements))
    return table.getvalue()


def _row(statement: Verified) -> list[str | int]:
    cells: list[str | int] = [
        _cell(statement.text),
        statement.start,
        statement.end,
        statement.verdict,
        _cell("; ".join(statement.findings)),
    ]
    return [*cells, *_first_cells(statement), *_newer_cells(statement.newer)]


def _first_cells(statement: Verified) -> list[str | int]:
    if not statement.compared:
        return [""] * 5
    first = statement.compared[0]
    names = _cell(first.document.id), _cell(first.document.source)
    return [*names, first.start, first.end, _cell(first.quote)]


def _newer_cells(newer: Citation | None) -> list[str | int]:
    if newer is None:
        return [""] * 3
    document = newer.document
    return [_cell(document.source), _cell(document.published or ""), _cell(newer.quote)]


def _cell(text: str) -> str:
    shown = clean(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
