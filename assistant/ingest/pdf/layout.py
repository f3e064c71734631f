"""The runs of a page -> its lines and tables in the order in which they are read.

Columns are found by recursive cuts (Nagy and Seth, "Hierarchical representation of optically
scanned documents", 1984), where both sides hold prose; what stands side by side otherwise is a
table. What lines make paragraphs, and pages a text, is left to `paragraphs` and `flowing`.
"""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from assistant.ingest.pdf.bidi import RTL
from assistant.ingest.pdf.glyphs import Sheet
from assistant.ingest.pdf.grids import boxed, ruled
from assistant.ingest.pdf.lines import Run

_BULLETS = "•‣⁃▪◦·●○■□➢►–—*\ufffd-"
BULLET = re.compile(rf"[{_BULLETS}]\s+")
"""A bullet that opens an item, with the space after it."""

MARK = re.compile(rf"[{_BULLETS}]|\(?(?:\d{{1,3}}|[A-Za-z]|[ivxIVX]{{1,5}})[.)]")
"""What opens an item of a list."""

_GUTTER, _WIDEST_SPACE, _FAR = 0.8, 4.0, 2.2  # of the type's size
_FEWEST_LINES, _PROSE_WORDS, _WIDE_RUN, _EQUAL_GAPS = 3, 3, 14, 3
_STOPS = frozenset(".,:;!?")
_MOST_EDGES, _DEEPEST, _MOST_CELLS = 8, 12, 64
_NUMBERING = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?|(?:Article|Section|Chapter|Annex)\s\w{1,5}")


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


def parts(found: Sequence[Run], sheet: Sheet) -> list[Part]:
    """The page's tables and columns, in the order in which they are read."""
    tables, rest = ruled(list(found), sheet)
    boxes, rest = boxed(rest, sheet)
    rest = _without_rivers(rest)
    rtl = sum(map(_is_rtl, rest)) > len(rest) / 2
    ordered: list[Part] = []
    for column in _columns(sorted(rest, key=lambda run: -run.middle), rtl, _DEEPEST):
        rows = _rows(column, rtl)
        left, right = min(row.x0 for row in rows), max(row.x1 for row in rows)
        for table in tables:
            above = [row for row in rows if row.y > table.top]
            if not table.placed and left <= table.x1 and table.x0 <= right and above != rows:
                ordered += [*_grouped(above), Table(table.rows, ruled=True)]
                table.placed = True
                rows = rows[len(above) :]
        ordered += _grouped(rows)
    ordered += [Table(table.rows, ruled=True) for table in tables if not table.placed]
    for box in boxes:
        ordered += _grouped(_rows(box, rtl))
    if rtl:
        for part in ordered:
            _mirror(part)
    return ordered


def _without_rivers(found: Sequence[Run]) -> list[Run]:
    """The runs with the words of each line that is stretched to fill its column made one.

    Gaps that are alike to a hair come of justification, unless a column begins behind one.
    """
    starts = Counter(round(run.x0 / 3) for run in found)
    often = max(_MOST_EDGES, len(found) / 10)
    whole: list[Run] = []
    for row in _lines(found):
        series: list[Run] = []
        for run in [*sorted(row, key=lambda each: each.x0), None]:
            if run is not None and starts[round(run.x0 / 3)] < often and _is_even(series, run):
                series.append(run)
                continue
            words = " ".join(each.text for each in series).split()
            small = sum(word[0].islower() for word in words) > len(words) / 3
            whole += [_merged(series)] if len(series) > _EQUAL_GAPS and small else series
            series = [run] if run is not None else []
    return whole


def _is_even(series: Sequence[Run], run: Run) -> bool:
    """Whether a run comes after those of a line at the distance that they have of one another."""
    gaps = [b.x0 - a.x1 for a, b in pairwise([*series, run])]
    gaps += [gap for each in series for gap in each.spaces or ()]
    wide = _WIDEST_SPACE * run.size
    return bool(series) and 0 < max(gaps) < min(min(gaps) + 0.1 * run.size, wide)


def _lines(found: Iterable[Run]) -> list[list[Run]]:
    """The runs by the baseline on which they stand, from the top down."""
    lines: list[list[Run]] = []
    for run in sorted(found, key=lambda each: -each.y):
        if lines and abs(lines[-1][0].y - run.y) < 0.4 * max(run.size, lines[-1][0].size):
            lines[-1].append(run)
        else:
            lines.append([run])
    return lines


def _mirror(part: Part) -> None:
    """Make what runs left begin at the left, so that all else can be told in one way."""
    for row in part if isinstance(part, list) else []:
        row.left, row.right = -row.right, -row.left
        for run in row.runs:
            run.x0, run.x1 = -run.x1, -run.x0


def _is_rtl(run: Run) -> bool:
    return len(RTL.findall(run.text)) > len(run.text) / 3


def _columns(found: list[Run], rtl: bool, depth: int) -> Iterator[list[Run]]:
    """The runs, which come from the top down, column by column."""
    best = max(_gutters(found), default=None) if depth else None
    if best is None:
        if found:
            yield found
        return
    _, begin, end, edge = best
    middle = found[begin:end]
    left = [run for run in middle if run.x0 < edge]
    right = [run for run in middle if run.x0 >= edge]
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
        begun = [run for run in found if round(run.x0 / 3) == edge]
        x, level = min(run.x0 for run in begun) - 1, {round(run.y) for run in begun}
        begin = 0
        for at, run in enumerate([*found, None]):
            if run is None or _crosses(run, x, level):
                span = _trimmed(found, begin, at, x)
                if span is not None:
                    yield (*span, x)
                begin = at + 1


def _crosses(run: Run, x: float, level: set[int]) -> bool:
    """Whether no gutter can be there, unless the run juts out over what begins on its own line."""
    if run.x0 >= x or run.x1 <= x - _GUTTER * run.size:
        return False
    return run.x1 <= x + 1 or level.isdisjoint(range(round(run.y) - 1, round(run.y) + 2))


def _trimmed(found: list[Run], begin: int, end: int, x: float) -> tuple[int, int, int] | None:
    """Lines on the narrower side, and the range without what stands above or below both sides."""
    first = begin
    while first < end:
        low = found[first].middle - 1.5 * found[first].size
        near = {run.x0 < x for run in found[first : first + 8] if run.middle > low}
        if len(near) == 2:
            break
        first += 1
    first = _raised(found, begin, first, end, x)
    while end - first > 1:
        gap = found[end - 2].middle - found[end - 1].middle
        if gap < _FAR * found[end - 1].size or found[end - 1].x0 >= x:
            break
        end -= 1
    left = [run for run in found[first:end] if run.x0 < x]
    right = [run for run in found[first:end] if run.x0 >= x]
    fewer = min(len(left), len(right))
    if fewer < _FEWEST_LINES or not _is_prose(left) or not _is_prose(right):
        return None
    return fewer, first, end


def _raised(found: list[Run], begin: int, first: int, end: int, x: float) -> int:
    """Where the higher of two columns begins that stand side by side from `first` on.

    Lines above belong to a column if they go on into its own without a gap and in its type.
    """
    below = {run.x0 < x: run for run in reversed(found[first:end])}
    while first > begin:
        run = found[first - 1]
        under = below.get(run.x0 < x)
        if (
            under is None
            or run.middle - under.middle > _FAR * under.size
            or abs(run.size - under.size) > 0.05 * under.size
        ):
            break
        below[run.x0 < x] = run
        first -= 1
    return first


def _is_prose(found: Sequence[Run]) -> bool:
    lines = _lines(found)
    words = statistics.median(sum(r.text.count(" ") + 1 for r in line) for line in lines)
    length = statistics.median(sum(len(run.text) for run in line) for line in lines)
    digits = sum(c.isdigit() for run in found for c in run.text)
    letters = sum(c.isalpha() for run in found for c in run.text)
    return (words >= _PROSE_WORDS or length >= _WIDE_RUN) and digits < 0.4 * letters


def _rows(found: Sequence[Run], rtl: bool) -> list[Row]:
    """The runs of one column line by line; runs of one line apart where they are cells."""
    rows = [Row(line) for line in _lines(found)]
    if rows:
        left, right = min(row.x0 for row in rows), max(row.x1 for row in rows)
        for row in rows:
            row.runs.sort(key=lambda each: each.x0, reverse=rtl)
            row.left, row.right = left, right
            first = row.runs[0].text
            marked = MARK.fullmatch(first) or (len(row.runs) == 2 and _NUMBERING.fullmatch(first))
            if len(row.runs) > 1 and (marked or first.endswith(":")):
                row.runs[:2] = [_merged(row.runs[:2])]
            if len(row.runs) > 1 and _is_stretched(row):
                row.runs = [_merged(row.runs)]
    return rows


def _is_stretched(row: Row) -> bool:
    """Whether this is one line, justified: all its gaps between words are alike.

    Few gaps may be alike by chance, in a table as well, so most words must then be small. Behind a
    stop TeX's are up to twice as wide.
    """
    ordered = sorted(row.runs, key=lambda run: run.x0)
    full = row.x0 - row.left < row.size and row.right - row.x1 < row.size
    within = [gap for run in ordered if run.spaces for gap in run.spaces]
    gaps = []
    for a, b in pairwise(ordered):
        stopped = full and within and a.text[-1] in _STOPS
        gaps.append(max((b.x0 - a.x1) / 2, min(within)) if stopped else b.x0 - a.x1)
    every = gaps + within
    if max(gaps) > _WIDEST_SPACE * row.size or max(every) > 1.4 * min(every) + 0.1 * row.size:
        return False
    words = row.text.split()
    equal = len(gaps) >= _EQUAL_GAPS and max(every) < min(every) + 0.1 * row.size
    wordy = sum(word[0].isalpha() for word in words) > len(words) / 2
    return (full and equal and wordy) or sum(w[0].islower() for w in words) > len(words) / 3


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
        if sum(len(row.runs) > 1 for row in rows[at:end]) >= 2:
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
    """Where the table ends that begins with the row at `at`: rows that leave one gutter free.

    A line of one cell belongs to it if it stands close below and crosses no gutter.
    """
    free: list[tuple[float, float]] = []
    end = at
    while end < len(rows) and len(rows[end].runs) <= _MOST_CELLS:
        row = rows[end]
        ordered = sorted(row.runs, key=lambda run: run.x0)
        gaps = [(a.x1, b.x0) for a, b in pairwise(ordered)]
        if end == at:
            kept = gaps
        else:
            step = rows[end - 1].y - row.y
            around = [(-math.inf, row.x0), *gaps, (row.x1, math.inf)]
            kept = list(_common(free, around, (0.6 if gaps else 0.3) * row.size))
            lost = len(kept) < len(free) if not gaps else not any(_common(free, gaps, 0.0))
            if lost or step > (3 if gaps else 1.4) * row.size:
                break
        if not kept:
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
    """The rows with their cells put in columns: those of the row that has the most.

    Where rows stand apart, what stands close below one and lacks a cell goes on with its cells.
    """
    model = max(rows, key=lambda row: len(row.runs)).runs
    steps = [0.0, *(above.y - row.y for above, row in pairwise(rows))]
    close = 1.1 * min(steps[1:])
    apart = max(steps) > 1.25 * min(steps[1:])
    table = Table()
    for row, step in zip(rows, steps, strict=True):
        goes_on = len(row.runs) < len(model) and step <= close if apart else len(row.runs) == 1
        if not table.rows or not goes_on:
            table.rows.append([[] for _ in model])
        for run in row.runs:
            overlaps = [min(run.x1, m.x1) - max(run.x0, m.x0) for m in model]
            table.rows[-1][overlaps.index(max(overlaps))].append(run.text)
    return table
