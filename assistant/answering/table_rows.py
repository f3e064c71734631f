"""The row of a table that a cited sentence is, and the table in its document.

Rows are read from a document's text as the formats write them, `Name: value | Name: value`, and as
Markdown does, with the names in a first row of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from assistant.documents import Evidence

MOST_CHARACTERS = 200_000
"""Characters before and behind a row in which the rest of its table is read."""

_BAR = re.compile(r"\s*\|\s*")
_RULE = re.compile(r"[\s|:-]*-[\s|:-]*")
_NUMBER = re.compile(
    r"[-+−(]*\s*[$€£¥]?\s*(\d[\d,'’\s]*(?:\.\d+)?)\s*(?:%|[kmb]n?|million|billion)?\)?"
)
_SUMMARY = re.compile(
    r"\W*(?:(?:grand|sub)?\s*totals?|sum|all|overall|others?|average|mean)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        names: of its columns; empty strings where the table has none.
        cells: their values.
    """

    names: tuple[str, ...]
    cells: tuple[str, ...]

    @property
    def summarises(self) -> bool:
        """Whether it is made of other rows, or of what stands in none."""
        return any(map(_SUMMARY.match, self.cells[:2]))  # behind the name of a group, too

    def number(self, column: int) -> float | None:
        """The number that is all that a cell holds."""
        found = _NUMBER.fullmatch(self.cells[column]) if column < len(self.cells) else None
        return float(re.sub(r"[,'’\s]", "", found[1])) if found else None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that follow one another.

    Attributes:
        start, end: half-open character range in the document's text.
        rows: by the character at which each starts.
    """

    start: int
    end: int
    rows: dict[int, Row]

    def is_extreme(self, row: Row, columns: Iterable[int], high: bool) -> bool:
        """Whether the row has the highest (else the lowest) number of one of these columns.

        Rows that sum up others are left aside.
        """
        single = [other for other in self.rows.values() if not other.summarises]
        for column in columns:
            numbers = [n for other in single if (n := other.number(column)) is not None]
            if len(numbers) > 1 and row.number(column) == (max if high else min)(numbers):
                return not row.summarises
        return False


def row_of(evidence: Evidence) -> Row | None:
    """The row that a sentence is; None where it is none."""
    table = table_of(evidence)
    return table.rows.get(evidence.sentence.start) if table else None


def table_of(evidence: Evidence) -> Table | None:
    """The table that a sentence is a row of."""
    if not _is_row(evidence.text):
        return None
    return _table(evidence.passage.document.text, evidence.sentence.start)


def _is_row(line: str) -> bool:
    return " | " in line or (line.startswith("|") and line.count("|") > 2)


def _table(text: str, at: int) -> Table:
    before = text[max(0, at - MOST_CHARACTERS) : at].split("\n")[:-1]
    start = at - len(text[:at].rpartition("\n")[2])
    for line in reversed(before):
        if not _is_row(line):
            break
        start -= len(line) + 1
    return _read(text, start)


@lru_cache(maxsize=8)
def _read(text: str, start: int) -> Table:
    """The table that begins at a character; kept, as many sentences are rows of one table."""
    lines = list(_lines(text, start))
    end = lines[-1][0] + len(lines[-1][1]) if lines else start
    head: tuple[str, ...] = ()
    if len(lines) > 1 and _RULE.fullmatch(lines[1][1]):
        head = _cells(lines[0][1])
        lines = lines[2:]
    return Table(start, end, {at: _row(line, head) for at, line in lines})


def _lines(text: str, start: int) -> Iterator[tuple[int, str]]:
    for line in text[start : start + 2 * MOST_CHARACTERS].split("\n"):
        if not _is_row(line):
            return
        yield start + len(line) - len(line.lstrip()), line.strip()
        start += len(line) + 1


def _cells(line: str) -> tuple[str, ...]:
    return tuple(_BAR.split(line.strip().removeprefix("|").removesuffix("|").strip()))


def _row(line: str, head: tuple[str, ...]) -> Row:
    cells = _cells(line)
    if head:
        return Row((*head, *[""] * (len(cells) - len(head)))[: len(cells)], cells)
    pairs = [(name, value) if value else ("", name) for name, _, value in
             (cell.partition(": ") for cell in cells)]  # fmt: skip
    return Row(tuple(name for name, _ in pairs), tuple(value for _, value in pairs))
