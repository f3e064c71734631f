"""Rows of cells -> lines that can be quoted alone: `Header: value | Header: value`.

A format tells what stands in which cell; which row is the header, and which rows are titles above
it, is found out here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.ingest.readers.text_builder import Composer

Row = Mapping[int, str]
"""Column -> text, each on one line; empty cells are left out."""

_VALUE = re.compile(
    r"[-+−–(<>≤≥~±]*\s*[$€£¥₹]?\s*\d[\d.,'’:/\-–\s]*(?:e[+-]?\d+)?\s*[%‰°)]?|[-–—.]+|n/?a",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:FY\s?)?(?:19|20)\d\d(?:\s?[-/–]\s?(?:\d\d|\d{4}))?", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_SENTENCE_END = re.compile(r"\w{2,}[.!?;]$")
_LONGEST_NAME = 120
_SAMPLE = 50
_MOST_HEADER_ROWS = 4


class Spanned(str):
    """The text of a merged cell, told again in a column that it covers beside its first."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Header:
    """What the columns of a table are called.

    Attributes:
        names: column -> name.
        rows: how many rows tell them.
    """

    names: Mapping[int, str]
    rows: int


def add_table(
    composer: Composer,
    rows: Sequence[Row],
    *,
    marked: int = 0,
    named: bool = False,
    above: Header | None = None,
) -> Header | None:
    """Add a table row by row; the header that its rows were told with, None if there is none.

    Rows of one cell above the header, or of the first cell only, are paragraphs: titles, notes,
    names of groups. Of two columns without a header the first names the second.

    Args:
        composer: what they are added to.
        rows: those that hold something.
        marked: how many of the first rows the format itself tells to be the header.
        named: whether the first row is the header unless it plainly is none.
        above: the header of the table above, which holds on where this one has none of its own.
    """
    composer.part()
    first = 0
    while not marked and first < len(rows) and _cells(rows[first]) < 2:
        for value in rows[first].values():
            if not isinstance(value, Spanned):
                composer.paragraph(value)
        first += 1
    body = rows[first:]
    header = _header(body, marked, named, above)
    pairs = header is None and _names_second(body)
    for row in body[header.rows if header else 0 :]:
        _add_row(composer, row, header.names if header else {}, pairs)
    return header or above


def _add_row(composer: Composer, row: Row, names: Mapping[int, str], pairs: bool) -> None:
    told = [(at, value) for at, value in sorted(row.items()) if not isinstance(value, Spanned)]
    if len(told) > 1 and all(names.get(at) == value for at, value in told):
        return  # the header once more, as on each page of a long table
    if pairs and len(told) == 2:
        composer.paragraph(f"{told[0][1].rstrip(' :')}: {told[1][1]}")
    elif len(told) == 1 and len(names) != 1 and _labels(told[0], names):
        composer.paragraph(told[0][1])
    elif told:
        composer.row([f"{names[at]}: {value}" if at in names else value for at, value in told])


def _labels(cell: tuple[int, str], names: Mapping[int, str]) -> bool:
    """Whether a cell that stands alone in its row names a group of rows or says something."""
    return cell[0] == min(names, default=cell[0]) and not _VALUE.fullmatch(cell[1])


def _header(body: Sequence[Row], marked: int, named: bool, above: Header | None) -> Header | None:
    if 0 < marked < len(body):
        return _joined(body[: min(marked, _MOST_HEADER_ROWS)])
    if len(body) < 2:  # a name without anything of its kind
        return _continued(body, above)
    rows = 1
    while (
        rows < min(len(body) - 1, _MOST_HEADER_ROWS)
        and any(isinstance(value, Spanned) for value in body[rows - 1].values())
        and _could_name(body[rows])
    ):
        rows += 1
    if not all(_could_name(row) for row in body[:rows]):
        return _continued(body, above)
    header = _joined(body[:rows])
    sample = [row for row in body[rows : rows + _SAMPLE] if row not in body[:rows]]
    unlike = len(set(header.names.values())) == len(header.names)
    if not sample or not unlike or not _covers(header, sample):
        return _continued(body, above)
    told = _differs(header, sample)
    if told or (told is None and (named or (len(header.names) > 2 and above is None))):
        return header
    return _continued(body, above)


def _continued(body: Sequence[Row], above: Header | None) -> Header | None:
    """The header above, if the rows have no other columns than it names."""
    if above is None or any(at not in above.names for row in body[:_SAMPLE] for at in row):
        return None
    return Header(above.names, 0)


def _joined(rows: Sequence[Row]) -> Header:
    """The header that several rows tell together: the name of a group before those in it."""
    names: dict[int, list[str]] = {}
    for row in rows:
        for at, value in row.items():
            parts = names.setdefault(at, [])
            if value not in parts:
                parts.append(str(value))
    joined = {at: " ".join(parts).rstrip(" :") for at, parts in sorted(names.items())}
    return Header({at: name for at, name in joined.items() if name}, len(rows))


def _could_name(row: Row) -> bool:
    """Whether nothing in the row is a value or a sentence."""
    if _cells(row) < 2 and not any(isinstance(value, Spanned) for value in row.values()):
        return False
    cells = [value for _, value in sorted(row.items())]
    years = [_YEAR.fullmatch(cell) is not None for cell in cells]
    if any(_VALUE.fullmatch(cell) and not year for cell, year in zip(cells, years, strict=True)):
        return False
    if years[0] and not all(years):  # a row of a series, not the names of its columns
        return False
    return all(len(cell) <= _LONGEST_NAME and not _is_sentence(cell) for cell in cells)


def _is_sentence(cell: str) -> bool:
    return len(cell.split()) > 6 and _SENTENCE_END.search(cell) is not None


def _covers(header: Header, sample: Sequence[Row]) -> bool:
    """Whether most of the columns that rows below fill have a name."""
    filled: dict[int, int] = {}
    for row in sample:
        for at in row:
            filled[at] = filled.get(at, 0) + 1
    usual = [at for at, count in filled.items() if 2 * count >= len(sample)]
    return 2 * sum(at in header.names for at in usual) >= len(usual)


def _differs(header: Header, sample: Sequence[Row]) -> bool | None:
    """Whether the columns below hold something of another kind than their names.

    True where a name without digits stands above values with some (of two columns: above several
    that are nothing else); False where a name is found
    among the values of its column, as no name is; None where neither tells.
    """
    told = None
    narrow = len(header.names) < 3  # in which the first column may name the second, row by row
    for at, name in header.names.items():
        values = [row[at] for row in sample if at in row]
        if name in values and not _VALUE.fullmatch(name):
            return False
        kind = _VALUE.fullmatch if narrow else _DIGIT.search
        digits = sum(1 for value in values if kind(value)) if len(values) > narrow else 0
        plain = _DIGIT.search(name) is None or _YEAR.fullmatch(name) is not None
        if values and plain and 2 * digits > len(values):
            told = True
    return told


def _names_second(rows: Sequence[Row]) -> bool:
    """Whether the rows have two columns of which the first holds names, no values."""
    sample = rows[:_SAMPLE]
    columns = {at for row in sample for at, cell in row.items() if not isinstance(cell, Spanned)}
    if len(columns) != 2:
        return False
    names = [row[min(columns)] for row in sample if min(columns) in row]
    return bool(names) and all(
        not _VALUE.fullmatch(name) and len(name) <= _LONGEST_NAME and not _is_sentence(name)
        for name in names
    )


def _cells(row: Row) -> int:
    return sum(1 for value in row.values() if not isinstance(value, Spanned))
