"""Rows of cells -> lines that can be quoted alone: `Header: value | Header: value`.

A format tells what stands in which cell; which row is the header, and which rows are titles above
it, is found out here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
_OVER_GROUPS = re.compile(r"(?:[^:|]*: )?(?:(?:grand |sub)?totals?|all|overall|world|sum)\b", re.I)
_LONGEST_NAME = 120
_LONGEST_GROUP = 60
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

    Rows of one cell above the header, or of the first cell only, are paragraphs: titles and notes.
    The name of a group is told in each of its rows. Of two columns without a header the first names
    the second.

    Args:
        composer: what they are added to.
        rows: those that hold something.
        marked: how many of the first rows the format itself tells to be the header.
        named: whether the first row is the header unless it plainly is none.
        above: the header of the table above, which holds on where this one has none of its own.
    """
    composer.part()
    titles, body = ([], list(rows)) if marked else _titles(rows)
    if not marked and len(body) > 2:
        body = [_over_groups(body[0], body[1]), *body[1:]]
    header = _header(body, marked, named, above)
    pairs = header is None and _names_second(body)
    names = header.names if header else {}
    groups = Groups(named=bool(names) or pairs)
    grouped = not header.rows if header else any(_cells(row) < 2 for row in body)
    for title in titles:
        for each in groups.put(title) if grouped else (title,):
            _add(composer, each)
    for row in carried_down(body[header.rows if header else 0 :]) if names else body:
        for each in groups.put(_told(row, names, pairs)):
            _add(composer, each)
    for label in groups.rest():
        _add(composer, label)
    return header or above


def _titles(rows: Sequence[Row]) -> tuple[list[str], list[Row]]:
    """What stands alone in the first rows, and the other rows."""
    first = next((n for n, row in enumerate(rows) if _cells(row) > 1), len(rows))
    alone = (value for row in rows[:first] for value in row.values())
    return [value for value in alone if not isinstance(value, Spanned)], list(rows[first:])


def _add(composer: Composer, told: str | list[str]) -> None:
    if isinstance(told, str):
        composer.paragraph(told)
    elif told:
        composer.row(told)


class Groups:
    """Rows with the name of their group, which a row of its own tells above them.

    A row is quoted alone, and "Wheat" of the imports is not that of the exports.

    Args:
        named: whether the cells of the rows tell what each is; without that a further cell would
            be taken for a column.
    """

    def __init__(self, named: bool = True) -> None:
        self._named = named
        self._name = self._waiting = ""

    def put(self, row: str | list[str]) -> Iterator[str | list[str]]:
        """What is to be told now, of a row of cells or of one that is a name or a note."""
        if isinstance(row, str):
            yield from self.rest()
            short = len(row) <= _LONGEST_GROUP and not _SENTENCE_END.search(row)
            self._name = row.rstrip(" :") if self._named and short else ""
            self._waiting = row
            return
        inside = bool(row and self._name) and not _OVER_GROUPS.match(row[0])
        if inside:
            self._waiting = ""
        yield from self.rest()
        yield [self._name, *row] if inside else row

    def rest(self) -> Iterator[str]:
        """A name that no row has been told with."""
        if self._waiting:
            yield self._waiting
        self._waiting = ""


def carried_down(rows: Sequence[Row]) -> list[Row]:
    """The rows, each with the label that is left blank where it is that of the row above.

    So it is where the first column holds no label twice and is blank in as many rows at least,
    each of which has another label: a single blank may be a label that is not known.
    """
    first = min((at for row in rows for at in row), default=0)
    labels = [row[first] for row in rows if first in row and _cells(row) > 1]
    parts = [first not in row and _is_label(row.get(first + 1, "")) for row in rows]
    distinct = len(labels) == len(set(labels)) and all(map(_is_label, labels))
    if not distinct or not rows or first not in rows[0] or len(labels) > sum(parts):
        return list(rows)
    carried, label = list[Row](), ""
    for row, is_part in zip(rows, parts, strict=True):
        label = row.get(first, label)
        inside = is_part and not _OVER_GROUPS.match(row[first + 1])
        carried.append({first: label, **row} if inside else row)
    return carried


def _is_label(cell: str) -> bool:
    return bool(cell) and not _VALUE.fullmatch(cell)


def _over_groups(first: Row, second: Row) -> Row:
    """The first row of a header with its names in each column of their groups, told or not.

    A name stands over a group where the second row names its column and those beside it that have
    none, and leaves another one to the first.
    """
    unnamed = [at for at in second if at not in first]
    if not unnamed or not set(first) - set(second) or not _could_name(second):
        return first
    spread, over = dict(first), ""
    for at in range(max(second) + 1):
        if at in first:
            over = first[at] if at in second else ""
        elif over and at in second:
            spread[at] = Spanned(over)
        else:
            over = ""
    return dict(sorted(spread.items()))


def _told(row: Row, names: Mapping[int, str], pairs: bool) -> str | list[str]:
    """A row's cells with their names, or all that it says by itself; empty for a header's row."""
    told = [(at, value) for at, value in sorted(row.items()) if not isinstance(value, Spanned)]
    if len(told) > 1 and all(names.get(at) == value for at, value in told):
        return []  # the header once more, as on each page of a long table
    if pairs and len(told) == 2:
        return [f"{told[0][1].rstrip(' :')}: {told[1][1]}"]
    if len(told) == 1 and len(names) != 1 and _labels(told[0], names):
        return told[0][1]
    return [f"{names[at]}: {value}" if at in names else value for at, value in told]


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
