"""Tables whose cells are drawn: the lines on a page -> their cells, and what stands in each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from assistant.ingest.pdf.glyphs import Sheet
from assistant.ingest.pdf.lines import MOST_RULES, Run


@dataclass(slots=True)
class Grid:
    """A table whose cells are drawn.

    Attributes:
        rows: from the top down; each cell is its lines, none where it is empty.
        x0, x1: left and right edge.
        top: the upper edge.
        placed: whether it was given its place among the lines.
    """

    rows: list[list[list[str]]]
    x0: float
    x1: float
    top: float
    placed: bool = False


def ruled(found: list[Run], sheet: Sheet) -> tuple[list[Grid], list[Run]]:
    """The tables whose cells are drawn, from the top down, and the runs that stand in none."""
    tables: list[Grid] = []
    if not 3 <= len(sheet.upright) <= MOST_RULES or not 3 <= len(sheet.level) <= MOST_RULES:
        return tables, found
    for xs, ys in _grids(sheet):
        inside = [
            run
            for run in found
            if xs[0] <= run.x0 + 1 and run.x1 - 1 <= xs[-1] and ys[0] <= run.middle <= ys[-1]
        ]
        cells: list[list[list[str]]] = [[[] for _ in xs[1:]] for _ in ys[1:]]
        for run in sorted(inside, key=lambda each: (-each.y, each.x0)):
            row = len(ys) - 1 - min(bisect_right(ys, run.middle), len(ys) - 1)
            column = min(max(bisect_right(xs, run.x0 + 1), 1), len(xs) - 1) - 1
            cells[row][column].append(run.text)
        _fill_merged(cells, xs, ys, sheet)
        rows = [row for row in cells if any(row)]
        if sum(sum(map(bool, row)) >= 2 for row in rows) < 2:
            continue  # boxes around text, not a table
        tables.append(Grid(rows, xs[0], xs[-1], ys[-1]))
        taken = set(map(id, inside))
        found = [run for run in found if id(run) not in taken]
    return sorted(tables, key=lambda table: -table.top), found


def _fill_merged(
    cells: list[list[list[str]]], xs: list[float], ys: list[float], sheet: Sheet
) -> None:
    """Give each row a cell's lines that spans several: no line is drawn across it between them."""
    for column, (left, right) in enumerate(pairwise(xs)):
        middle = (left + right) / 2
        drawn = [y for y, x0, x1 in sheet.level if x0 <= middle <= x1]
        top = 0
        for row in range(1, len(cells) + 1):
            edge = ys[-1 - row]
            if row < len(cells) and not any(abs(y - edge) <= 3 for y in drawn):
                continue
            told = [line for each in cells[top:row] for line in each[column]]
            for each in cells[top:row]:
                each[column] = list(told)
            top = row


def boxed(found: list[Run], sheet: Sheet) -> tuple[list[list[Run]], list[Run]]:
    """The runs of each box beside which other text runs on, such as a key-facts box, and the rest.

    A box of one line may be a mark on a word, and one that fills the page is its frame.
    """
    boxes: list[list[Run]] = []
    if not 2 <= len(sheet.upright) <= MOST_RULES or not 2 <= len(sheet.level) <= MOST_RULES:
        return boxes, found
    area = (sheet.right - sheet.left) * (sheet.top - sheet.bottom)
    frames = [(xs, ys) for xs, ys in _grids(sheet, 2) if len(xs) == len(ys) == 2]
    for (left, right), (low, high) in sorted(frames, key=lambda frame: -frame[1][1]):
        level = [run for run in found if low <= run.middle <= high]
        inside = [run for run in level if left <= run.x0 + 1 and run.x1 - 1 <= right]
        lines = _distinct(run.y for run in inside)
        if len(lines) < 2 or len(inside) == len(level) or (right - left) * (high - low) > area / 2:
            continue
        boxes.append(inside)
        taken = set(map(id, inside))
        found = [run for run in found if id(run) not in taken]
    return boxes, found


def _grids(sheet: Sheet, fewest: int = 3) -> Iterator[tuple[list[float], list[float]]]:
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
        if len(columns) >= fewest and len(rows) >= fewest:
            yield columns, rows


def _distinct(values: Iterable[float]) -> list[float]:
    """The values in order, those within three points of another as one."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > 3:
            kept.append(value)
    return kept
