"""A table's value said of another row or column than its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.clauses import read
from assistant.comparison import Comparison, Finding
from assistant.quantities import Quantity, quantities

_SCALES = (1.0, 1e3, 1e6, 1e9)
"""A unit in a header ("in millions") may be told with the number."""
_BAR_OR_END = re.compile(r"\|\s*\|")  # two rows that are written in one line
_RULE = re.compile(r"[-: ]*")


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a table with the first cell of its row and the name of its column."""

    row: str
    column: str
    value: str


def tables(compared: Comparison) -> Iterator[Finding]:
    """Numbers that the cited table has in another row or column than the statement names.

    A row or column counts as named where the statement has all words of its name.
    """
    numeric = [cell for cell in cells(compared.cited) if quantities(cell.value)]
    if not numeric:
        return
    said = {word.stem for word in compared.said.words} | {w.lower for w in compared.said.words}
    rows = {cell.row for cell in numeric if _is_named(cell.row, said)}
    columns = {cell.column for cell in numeric if _is_named(cell.column, said)}
    prose = "\n".join(line for line in compared.cited.split("\n") if "|" not in line)
    for wanted in quantities(compared.statement) if rows or columns else ():
        held = [cell for cell in numeric if _holds(cell.value, wanted)]
        its_own = any(
            (not rows or cell.row in rows) and (not columns or cell.column in columns)
            for cell in held
        )
        if held and not its_own and not _holds(prose, wanted):
            place = f"{held[0].row}, {held[0].column}".strip(", ")
            text = f"in the cited table {wanted.shown} is the value of “{place}”"
            yield Finding("contradicted", text, (wanted.shown, place))


def cells(text: str) -> Iterator[Cell]:
    """The cells of rows written "Name: value | Name: value", or between bars under a header.

    >>> list(cells("Port: Tema | 2025: 19"))
    [Cell(row='Tema', column='2025', value='19')]
    """
    bare: list[list[str]] = []
    for line in text.split("\n"):
        for row in _BAR_OR_END.split(line) if "|" in line else ():
            parts = [part.strip() for part in row.strip(" |").split("|")]
            named = [part.partition(": ")[::2] for part in parts if ": " in part]
            if len(named) == len(parts) > 1:
                yield from (Cell(named[0][1], column, value) for column, value in named[1:])
            elif len(parts) > 1 and not all(_RULE.fullmatch(part) for part in parts):
                bare.append(parts)
    for row_cells in bare[1:]:
        for column, value in zip(bare[0][1:], row_cells[1:], strict=False):
            yield Cell(row_cells[0], column, value)


def _is_named(name: str, said: set[str]) -> bool:
    words = [w.stem if w.content or w.name else w.lower for w in read(name).words]
    return bool(words) and all(word in said for word in words)


def _holds(text: str, wanted: Quantity) -> bool:
    """Whether a number of the text is the wanted one, or that in a header's unit."""
    values = [value for q in quantities(text) for value in (q.value, *q.others)]
    return any(
        abs(value - wanted.value / scale) <= 1e-9 * max(1.0, abs(value))
        for value in values
        for scale in _SCALES
    )
