"""A table's value said of another row or column than its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.checking.comparison import Comparison, Finding
from assistant.language import Quantity, lexicon, quantities, read

_SCALES = (1.0, 1e3, 1e6, 1e9)
"""A unit in a header ("in millions") may be told with the number."""
_BAR_OR_END = re.compile(r"\|\s*\|")  # two rows that are written in one line
_RULE = re.compile(r"[-: ]*")
_KEY = re.compile(r"\d{6,}")
_KEYS = re.compile(r"\b(?:year|period|date|season|no|number|code|id|jahr|année|rok)\b", re.I)
_PLAIN = re.compile(r"\d+")

Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a table.

    Attributes:
        row: the cells of its row that hold no amount but a code, a year, a name or other words.
        column: the name of its column.
        value: what it holds.
    """

    row: Labels
    column: str
    value: str


def tables(compared: Comparison) -> Iterator[Finding]:
    """Numbers that the cited table has in another row or column than the statement names.

    A row counts as named where the statement has all words of one of its labels, a column where it
    has those that tell it from the others.
    """
    numeric = [cell for cell in cells(compared.cited) if cell.value not in cell.row]
    if not numeric:
        return
    # A word that is a name within the statement may be read as another one alone in its cell.
    said = {s for w in compared.said.words for s in (w.stem, w.lower, lexicon.stem(w.lower))}
    rows = _named({cell.row for cell in numeric}, said)
    names = {cell.column: _words(cell.column) for cell in numeric}
    shared = frozenset.intersection(*names.values()) if len(names) > 1 else frozenset()
    columns = {name for name, words in names.items() if words - shared and words - shared <= said}
    prose = "\n".join(line for line in compared.cited.split("\n") if "|" not in line)
    for wanted in quantities(compared.statement) if rows or columns else ():
        held = [cell for cell in numeric if _holds(cell.value, wanted)]
        its_own = any(
            (not rows or cell.row in rows) and (not columns or cell.column in columns)
            for cell in held
        )
        if held and not its_own and not _holds(prose, wanted):
            place = ", ".join(filter(None, (*held[0].row, held[0].column)))
            text = f"in the cited table {wanted.shown} is the value of “{place}”"
            yield Finding("contradicted", text, (wanted.shown, place))


def _named(rows: set[Labels], said: set[str]) -> set[Labels]:
    """The rows of which the statement has a label, without those of which another has all and more.

    "Plates of Turkey" are no other rows of Turkey.
    """
    named = {row: {text for text in row if _words(text) <= said} for row in rows}
    return {
        row
        for row, mine in named.items()
        if mine and not any(mine < all_ for all_ in named.values())
    }


def cells(text: str) -> Iterator[Cell]:
    """The cells of rows written "Name: value | Name: value", or between bars under a header.

    >>> list(cells("Port: Tema | 2025: 19"))[-1]
    Cell(row=('Tema',), column='2025', value='19')
    """
    bare: list[list[str]] = []
    for line in text.split("\n"):
        for row in _BAR_OR_END.split(line) if "|" in line else ():
            parts = [part.strip() for part in row.strip(" |").split("|")]
            if any(": " in part for part in parts) and len(parts) > 1 and row.strip()[0] != "|":
                named = [
                    part.partition(": ")[::2] if ": " in part else ("", part) for part in parts
                ]
                yield from _row(*zip(*named, strict=True))
            elif len(parts) > 1 and not all(_RULE.fullmatch(part) for part in parts):
                bare.append(parts)
    for values in bare[1:]:
        yield from _row(bare[0], values)


def _row(columns: Sequence[str], values: Sequence[str]) -> Iterator[Cell]:
    pairs = list(zip(columns, values, strict=False))
    labels = tuple(
        value
        for at, (column, value) in enumerate(pairs)
        if value and (not quantities(value) or _is_key(column, value, at == (not columns[0])))
    )
    for column, value in pairs:
        yield Cell(labels, column, value)


def _is_key(column: str, value: str, first: bool) -> bool:
    """Whether a number is by what a row is called: a year, a code, the number of a line."""
    plain = _PLAIN.fullmatch(value)
    return bool(_KEY.fullmatch(value) or (plain and (first or _KEYS.search(column))))


def _words(name: str) -> frozenset[str]:
    """The words of a row's or a column's name; a letter that stands in no name for an empty one."""
    words = {w.stem if w.content or w.name else w.lower for w in read(name).words}
    return frozenset(words or {"|"})


def _holds(text: str, wanted: Quantity) -> bool:
    """Whether a number of the text is the wanted one, or that in a header's unit."""
    values = [value for q in quantities(text) for value in (q.value, *q.others)]
    return any(
        abs(value - wanted.value / scale) <= 1e-9 * max(1.0, abs(value))
        for value in values
        for scale in _SCALES
    )
