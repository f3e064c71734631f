"""The characters of a page -> its lines and tables in the order in which they are read.

Columns are found by recursive cuts (Nagy and Seth, "Hierarchical representation of optically
scanned documents", 1984), where both sides hold prose; what stands side by side otherwise is a
table. What lines make paragraphs, and pages a text, is left to `flowing`.
"""

from __future__ import annotations

import re
import statistics
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from assistant.glyphs import Glyph, Sheet

MARK = re.compile(r"[•‣⁃▪◦·●○■□➢►–—*\ufffd-]|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]")
"""What opens an item of a list."""

_SPACE, _CELL = 0.17, 0.9  # of the type's size: the least gap between words, between cells
_GUTTER, _WIDEST_SPACE = 0.8, 4.0
_FEWEST_LINES, _PROSE_WORDS, _WIDE_RUN = 3, 3, 14
_MOST_RULES, _MOST_EDGES, _DEEPEST = 400, 8, 12
_NUMBERING = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?|(?:Article|Section|Chapter|Annex)\s\w{1,5}")
_RAISED = re.compile(r"[\d*†‡§,–-]+")
_EXPONENTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_POWERS = frozenset("10 m dm cm mm km ft mi R".split())
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_BEFORE_NUMBER = re.compile(r"(?<!\S)([.,:;!?]+)(\d[\d.,]*)(?!\S)")
_TRAILING_WORD = re.compile(r"\w+$")
_LEADERS = re.compile(r"(?:\s?[.…_·]){5,}\s?")


@dataclass(slots=True)
class Run:
    """Characters that follow one another on a line without a wide gap.

    Attributes:
        text: its words.
        x0, x1: left and right edge in points.
        y: the baseline, growing upwards.
        size: of its type.
        bold: whether most of it is.
        spaces: its narrowest and its widest gap between words; none where it has one word.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    spaces: tuple[float, float] | None = None

    @property
    def middle(self) -> float:
        """The height at which a horizontal cut would strike it through."""
        return self.y + 0.3 * self.size


@dataclass(slots=True)
class Row:
    """What stands on one baseline within one column, left to right (right to left in its scripts).

    Attributes:
        runs: one, or one for each cell of a row of a table.
        left, right: edges of the column.
    """

    runs: list[Run]
    left: float = 0.0
    right: float = 0.0

    @property
    def text(self) -> str:
        """The words of all its runs."""
        return " ".join(run.text for run in self.runs)

    @property
    def x0(self) -> float:
        """Where it begins."""
        return min(run.x0 for run in self.runs)

    @property
    def x1(self) -> float:
        """Where it ends."""
        return max(run.x1 for run in self.runs)

    @property
    def y(self) -> float:
        """The baseline."""
        return self.runs[0].y

    @property
    def size(self) -> float:
        """The size of its type."""
        return max(run.size for run in self.runs)

    @property
    def bold(self) -> bool:
        """Whether all of it is."""
        return all(run.bold for run in self.runs)


@dataclass(slots=True)
class Table:
    """Rows of cells; each cell is its lines, none where it is empty.

    Attributes:
        rows: from the top down.
        ruled: whether its cells are drawn.
    """

    rows: list[list[list[str]]] = field(default_factory=list)
    ruled: bool = False


Part = Table | list[Row]
"""A table, or the lines of one column from top to bottom."""


def runs(sheet: Sheet) -> list[Run]:
    """The page's runs of characters, in the order of the file."""
    found: list[Run] = []
    uprights = sheet.upright if len(sheet.upright) <= _MOST_RULES else []
    group: list[Glyph] = []
    base: Glyph | None = None
    for glyph in sheet.glyphs:
        if base is not None and _parted(group[-1], glyph, base, uprights):
            found += _run(group, base)
            group, base = [], None
        group.append(glyph)
        if base is None or glyph.size > 1.2 * base.size:
            base = glyph
    if base is not None:
        found += _run(group, base)
    return found


def _gap(before: Glyph, after: Glyph) -> float:
    if before.x0 + before.x1 <= after.x0 + after.x1:
        return after.x0 - before.x1
    return before.x0 - after.x1  # to the left, as some scripts run


def _parted(
    before: Glyph, after: Glyph, base: Glyph, uprights: Sequence[tuple[float, float, float]]
) -> bool:
    size = max(base.size, after.size)
    if abs(after.y - base.y) > 0.55 * size:
        return True
    if abs(after.y - base.y) > 0.12 * size and abs(after.size - base.size) < 0.1 * size:
        return True
    gap = _gap(before, after)
    backwards = after.x0 < before.x0 and not _RTL.match(after.text) and not _RTL.match(before.text)
    if gap > _CELL * size or gap < -1.5 * size or (backwards and gap > _SPACE * size):
        return True
    if gap <= _SPACE * size:
        return False
    left, right = sorted((before.x1, after.x0))
    return any(
        left - 1 <= x <= right + 1 and low <= base.y + 0.3 * size <= high
        for x, low, high in uprights
    )


def _run(group: Sequence[Glyph], base: Glyph) -> Iterator[Run]:
    """The run of these characters, with spaces where they belong; none if it has no character."""
    size = base.size
    gaps = [_gap(a, b) / size for a, b in pairwise(group)]
    wide = statistics.median(gaps) if len(gaps) >= 5 else 0.0
    letters = sum(glyph.text.isalpha() for glyph in group)
    lettered = wide > 0.08 and letters > 0.8 * len(group)  # l e t t e r s  set apart
    least = wide + _SPACE if lettered else _SPACE
    text, raised = "", ""
    last = group[0]
    spaces: list[float] = []
    for at, glyph in enumerate(group):
        parted = at > 0 and (
            gaps[at - 1] > least or (glyph.spaced and (not lettered or gaps[at - 1] > 1.5 * wide))
        )
        if glyph.size <= 0.8 * size and glyph.y - base.y >= 0.12 * size:
            raised += " " * (parted and bool(raised)) + glyph.text
            continue
        if raised:
            text, raised = _with_raised(text, raised), ""
            parted = parted or (glyph.text.isalnum() and _gap(last, glyph) > least * size)
        if parted:
            spaces.append(_gap(last, glyph))
        text += " " * (parted and not text.endswith(" ")) + glyph.text
        last = glyph
    if raised:
        text = _with_raised(text, raised)
    text = " ".join(_LEADERS.sub(" ", text).split())
    text = text[:-1].replace("\xad", "") + text[-1:]  # the last one tells that a word is cut
    if text:
        bold = sum(glyph.bold for glyph in group) > len(group) / 2
        ends = [x for glyph in group for x in (glyph.x0, glyph.x1)]
        narrow_wide = (min(spaces), max(spaces)) if spaces else None
        yield Run(text, min(ends), max(ends), base.y, size, bold, narrow_wide)


def _with_raised(text: str, raised: str) -> str:
    """The text with what is set small above the line: left out if it is the mark of a footnote.

    >>> _with_raised("The tariff rose.", "12"), _with_raised("40 km", "2"), _with_raised("", "3")
    ('The tariff rose.', '40 km²', '3 ')
    """
    marks = raised.replace(" ", "")
    if not text:
        return f"{raised} "
    if not _RAISED.fullmatch(marks):
        return text + raised
    word = _TRAILING_WORD.search(text)
    power = word is not None and word[0] in _POWERS
    return text + marks.translate(_EXPONENTS) if power else text


def parts(found: Sequence[Run], sheet: Sheet) -> list[Part]:
    """The page's tables and columns, in the order in which they are read."""
    tables, rest = _ruled(list(found), sheet)
    rtl = sum(map(_is_rtl, rest)) > len(rest) / 2
    ordered: list[Part] = []
    for column in _columns(sorted(rest, key=lambda run: -run.middle), rtl, _DEEPEST):
        rows = _rows(column, rtl)
        for height, table in tables:
            above = [row for row in rows if row.y > height]
            inside = (
                column
                and min(r.x0 for r in column) <= table.x1
                and table.x0 <= max(r.x1 for r in column)
            )
            if table.placed or not inside or len(above) == len(rows):
                continue
            ordered += [*_grouped(above), Table(table.rows, ruled=True)]
            table.placed = True
            rows = rows[len(above) :]
        ordered += _grouped(rows)
    ordered += [Table(table.rows, ruled=True) for _, table in tables if not table.placed]
    if rtl:
        for part in ordered:
            _mirror(part)
    return ordered


def _mirror(part: Part) -> None:
    """Make what runs left begin at the left, so that all else can be told in one way."""
    for row in part if isinstance(part, list) else []:
        row.left, row.right = -row.right, -row.left
        for run in row.runs:
            run.x0, run.x1 = -run.x1, -run.x0
            run.text = _BEFORE_NUMBER.sub(r"\2\1", run.text)  # it comes after, being to the left


def _is_rtl(run: Run) -> bool:
    return len(_RTL.findall(run.text)) > len(run.text) / 3


def _columns(found: list[Run], rtl: bool, depth: int) -> Iterator[list[Run]]:
    """The runs, which come from the top down, column by column."""
    best = max(_gutters(found), default=None) if depth else None
    if best is None:
        yield found
        return
    _, begin, end, edge = best
    middle = found[begin:end]
    left = [run for run in middle if run.x1 <= edge]
    right = [run for run in middle if run.x1 > edge]
    for each in (found[:begin], *((right, left) if rtl else (left, right)), found[end:]):
        if each:
            yield from _columns(each, rtl, depth - 1)


def _gutters(found: list[Run]) -> Iterator[tuple[int, int, int, float]]:
    """Where columns may part: lines on the narrower side, the runs from and to, left of which x.

    A column shows as an edge at which many runs begin.
    """
    if len(found) < 2 * _FEWEST_LINES:
        return
    starts = Counter(round(run.x0 / 3) for run in found)
    for edge, count in starts.most_common(_MOST_EDGES):
        if count < _FEWEST_LINES:
            return
        x = min(run.x0 for run in found if round(run.x0 / 3) == edge) - 1
        begin = 0
        for at, run in enumerate([*found, None]):
            if run is None or (run.x0 < x and run.x1 > x - _GUTTER * run.size):
                span = _trimmed(found, begin, at, x)
                if span is not None:
                    yield (*span, x)
                begin = at + 1


def _trimmed(found: list[Run], begin: int, end: int, x: float) -> tuple[int, int, int] | None:
    """Lines on the narrower side, and the range without what stands above or below both sides."""
    while begin < end:
        low = found[begin].middle - 1.5 * found[begin].size
        near = {run.x1 <= x for run in found[begin : begin + 8] if run.middle > low}
        if len(near) == 2:
            break
        begin += 1
    while end - begin > 1:
        gap = found[end - 2].middle - found[end - 1].middle
        if gap < 2.2 * found[end - 1].size or found[end - 1].x1 > x:
            break
        end -= 1
    left = [run for run in found[begin:end] if run.x1 <= x]
    right = [run for run in found[begin:end] if run.x1 > x]
    fewer = min(len(left), len(right))
    if fewer < _FEWEST_LINES or not _is_prose(left) or not _is_prose(right):
        return None
    return fewer, begin, end


def _is_prose(found: Sequence[Run]) -> bool:
    lines: list[list[Run]] = []
    for run in found:
        if lines and abs(lines[-1][0].y - run.y) < 0.4 * run.size:
            lines[-1].append(run)
        else:
            lines.append([run])
    words = statistics.median(sum(r.text.count(" ") + 1 for r in line) for line in lines)
    length = statistics.median(sum(len(run.text) for run in line) for line in lines)
    digits = sum(c.isdigit() for run in found for c in run.text)
    letters = sum(c.isalpha() for run in found for c in run.text)
    return (words >= _PROSE_WORDS or length >= _WIDE_RUN) and digits < 0.4 * letters


def _rows(found: Sequence[Run], rtl: bool) -> list[Row]:
    """The runs of one column line by line; runs of one line apart where they are cells."""
    rows: list[Row] = []
    for run in sorted(found, key=lambda each: -each.y):
        if rows and abs(rows[-1].y - run.y) < 0.4 * max(run.size, rows[-1].size):
            rows[-1].runs.append(run)
        else:
            rows.append(Row([run]))
    if rows:
        left, right = min(row.x0 for row in rows), max(row.x1 for row in rows)
        for row in rows:
            row.runs.sort(key=lambda each: each.x0, reverse=rtl)
            row.left, row.right = left, right
            first = row.runs[0].text
            marked = MARK.fullmatch(first) or (len(row.runs) == 2 and _NUMBERING.fullmatch(first))
            if len(row.runs) > 1 and (marked or first.endswith(":")):
                row.runs[:2] = [_merged(row.runs[:2])]
            if len(row.runs) > 1 and _is_stretched(row.runs):
                row.runs = [_merged(row.runs)]
    return rows


def _is_stretched(found: Sequence[Run]) -> bool:
    """Whether this is one line, justified: all its gaps between words are alike."""
    ordered = sorted(found, key=lambda run: run.x0)
    gaps = [b.x0 - a.x1 for a, b in pairwise(ordered)]
    inner = [gap for run in found if run.spaces for gap in run.spaces]
    words = " ".join(run.text for run in found).split()
    small = sum(word[0].islower() for word in words)
    alike = max(gaps + inner) < 1.4 * min(gaps + inner) + 0.1 * found[0].size
    return alike and max(gaps) < _WIDEST_SPACE * found[0].size and small > len(words) / 3


def _merged(found: Sequence[Run]) -> Run:
    largest = max(found, key=lambda run: run.size)
    text = " ".join(run.text for run in found)
    x0, x1 = min(run.x0 for run in found), max(run.x1 for run in found)
    return Run(text, x0, x1, largest.y, largest.size, all(run.bold for run in found))


def _grouped(rows: Sequence[Row]) -> Iterator[Part]:
    """The rows in order: aligned cells as tables, all else as lines of one run each."""
    lines: list[Row] = []
    at = 0
    while at < len(rows):
        end = _aligned(rows, at)
        if end - at >= 2:
            if lines:
                yield lines
                lines = []
            yield _table(rows[at:end])
            at = end
            continue
        row = rows[at]
        lines.append(Row([_merged(row.runs)], row.left, row.right))
        at += 1
    if lines:
        yield lines


def _aligned(rows: Sequence[Row], at: int) -> int:
    """Where the table ends that begins with the row at `at`: rows that leave one gutter free."""
    free: list[tuple[float, float]] = []
    end = at
    while end < len(rows) and len(rows[end].runs) > 1:
        row = rows[end]
        ordered = sorted(row.runs, key=lambda run: run.x0)
        gaps = [(a.x1, b.x0) for a, b in pairwise(ordered)]
        apart = end > at and rows[end - 1].y - row.y > 3 * row.size
        kept = gaps if end == at else list(_common(free, gaps, 0.6 * row.size))
        if not kept or apart:
            break
        free, end = kept, end + 1
    return end


def _common(
    some: Iterable[tuple[float, float]], others: Sequence[tuple[float, float]], least: float
) -> Iterator[tuple[float, float]]:
    for low, high in some:
        for low2, high2 in others:
            if min(high, high2) - max(low, low2) >= least:
                yield max(low, low2), min(high, high2)


def _table(rows: Sequence[Row]) -> Table:
    """The rows with their cells put in columns: those of the row that has the most."""
    model = max(rows, key=lambda row: len(row.runs)).runs
    table = Table()
    for row in rows:
        cells: list[list[str]] = [[] for _ in model]
        for run in row.runs:
            overlaps = [min(run.x1, m.x1) - max(run.x0, m.x0) for m in model]
            cells[overlaps.index(max(overlaps))].append(run.text)
        table.rows.append(cells)
    return table


@dataclass(slots=True)
class _Ruled:
    """A table whose cells are drawn: its rows, its edges, and whether it was given out."""

    rows: list[list[list[str]]]
    x0: float
    x1: float
    placed: bool = False


def _ruled(found: list[Run], sheet: Sheet) -> tuple[list[tuple[float, _Ruled]], list[Run]]:
    """The tables whose cells are drawn, with their heights from the top down, and all else."""
    tables: list[tuple[float, _Ruled]] = []
    if not 3 <= len(sheet.upright) <= _MOST_RULES or not 3 <= len(sheet.level) <= _MOST_RULES:
        return tables, found
    for xs, ys in _grids(sheet):
        inside = [
            run
            for run in found
            if xs[0] <= run.x0 + 1 and run.x1 - 1 <= xs[-1] and ys[0] <= run.middle <= ys[-1]
        ]
        table = Table([[[] for _ in xs[1:]] for _ in ys[1:]])
        for run in sorted(inside, key=lambda each: (-each.y, each.x0)):
            row = len(ys) - 1 - min(bisect_right(ys, run.middle), len(ys) - 1)
            column = min(max(bisect_right(xs, run.x0 + 1), 1), len(xs) - 1) - 1
            table.rows[row][column].append(run.text)
        table.rows = [row for row in table.rows if any(row)]
        if sum(sum(map(bool, row)) >= 2 for row in table.rows) < 2:
            continue
        tables.append((ys[-1], _Ruled(table.rows, xs[0], xs[-1])))
        taken = set(map(id, inside))
        found = [run for run in found if id(run) not in taken]
    tables.sort(key=lambda each: -each[0])
    return tables, found


def _grids(sheet: Sheet) -> Iterator[tuple[list[float], list[float]]]:
    """Edges of the columns and of the rows of each set of lines that touch one another."""
    levels, uprights = sheet.level, sheet.upright
    group = list(range(len(levels) + len(uprights)))

    def root(at: int) -> int:
        while group[at] != at:
            group[at] = at = group[group[at]]
        return at

    for i, (y, left, right) in enumerate(levels):
        for j, (x, low, high) in enumerate(uprights, len(levels)):
            if left - 3 <= x <= right + 3 and low - 3 <= y <= high + 3:
                group[root(i)] = root(j)
    members: dict[int, tuple[list[float], list[float]]] = {}
    for at in range(len(group)):
        xs, ys = members.setdefault(root(at), ([], []))
        if at < len(levels):
            ys.append(levels[at][0])
        else:
            xs.append(uprights[at - len(levels)][0])
    for xs, ys in members.values():
        columns, rows = _distinct(xs), _distinct(ys)
        if len(columns) >= 3 and len(rows) >= 3:
            yield columns, rows


def _distinct(values: Iterable[float]) -> list[float]:
    """The values in order, those within three points of another as one."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > 3:
            kept.append(value)
    return kept
