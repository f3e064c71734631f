"""The lines and tables of a page -> its paragraphs, items and rows, still line by line."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from assistant.ingest.pdf.hyphens import Evidence
from assistant.ingest.pdf.layout import BULLET, MARK, Part, Row, Table
from assistant.ingest.pdf.tables import row_texts

DASH = re.compile(r"[–—-] (?=\S)")
"""A dash that opens an item, or goes on with a sentence."""

STOPS = re.compile(r"[.!?:;…。！？]['\"”’»)\]」』]*$")
"""How a line ends with which a paragraph may end."""

_ITEM = re.compile(rf"(?:{MARK.pattern})\s+(?=\S)")
_SHORT = 0.6  # of a column: a line that ends there and in no stop may still be one for itself


@dataclass(slots=True)
class Block:
    """A paragraph, heading, item or row.

    Attributes:
        lines: its lines, as they stand on the page.
        page: the number of its page, from 0.
        column: the number of its part on that page.
        size, bold: of its type.
        row: whether it is a row of a table.
        full: whether its last line reaches the edge of its column.
        indented: whether its first line does not begin at that edge.
        pages: where later pages begin in it: (page, how many lines stand before).
    """

    lines: list[str]
    page: int
    column: int = 0
    size: float = 0.0
    bold: bool = False
    row: bool = False
    full: bool = False
    indented: bool = False
    pages: list[tuple[int, int]] = field(default_factory=list)

    @property
    def item(self) -> bool:
        """Whether it opens with a bullet or a number as items do."""
        return _ITEM.match(self.lines[0]) is not None


def blocks(page: Sequence[Part], number: int, known: Evidence) -> Iterator[Block]:
    """The blocks of a page, whose parts come in the order in which they are read."""
    for column, part in enumerate(page):
        if isinstance(part, Table):
            for text in row_texts(part, known):
                yield Block([text], number, column, row=True)
        else:
            yield from _paragraphs(part, number, column)


def _paragraphs(rows: Sequence[Row], page: int, column: int) -> Iterator[Block]:
    gaps = [a.y - b.y for a, b in pairwise(rows) if a.size == b.size]
    usual = statistics.median(gaps) if gaps else 0.0
    block: Block | None = None
    first: Row | None = None
    previous: Row | None = None
    for row in rows:
        if (
            block is None
            or first is None
            or previous is None
            or _opens(previous, row, first, usual, block)
        ):
            if block is not None:
                yield block
            block, first = Block([], page, column, row.size, row.bold), row
            block.indented = row.x0 - row.left > 0.8 * row.size
        block.lines.append(row.text)
        block.full = row.right - row.x1 < 3 * row.size
        previous = row
    if block is not None:
        yield block


def _opens(above: Row, row: Row, first: Row, usual: float, block: Block) -> bool:
    """Whether a paragraph begins with `row`, which stands below `above`."""
    gap = above.y - row.y
    apart = abs(gap - usual) > 0.1 * usual
    other = abs(row.size - above.size) / above.size  # a word in another font may be the largest
    if other > 0.15 or (other > 0.05 and apart):
        return True
    if row.bold != above.bold and (apart or not row.text[:1].islower()):
        return True
    if gap > max(1.25 * usual, 1.15 * row.size) and gap > 1.25 * min(usual or gap, 1.6 * row.size):
        return True
    ended = STOPS.search(above.text) is not None
    room = row.text.split(" ", 1)[0]
    width = (row.x1 - row.x0) / max(1, len(row.text)) * (len(room) + 1)
    had_room = above.right - above.x1 > width + 1.5 * row.size
    if gap <= 0 or (
        BULLET.match(row.text) and (ended or had_room or not _is_aside(row, above, block))
    ):
        return True
    if _ITEM.match(row.text) and (ended or block.item):
        return True
    indent = row.x0 - above.x0
    if indent > 0.8 * row.size and not (block.item and above is first) and not _centred(above, row):
        return True
    if ended:
        return had_room and not _centred(above, row)
    short = above.x1 - above.left < _SHORT * (above.right - above.left)
    return had_room and short and row.text[:1].isupper() and not _centred(above, row)


def _is_aside(row: Row, above: Row, block: Block) -> bool:
    """Whether a dash that begins a line parts a sentence, and opens no item of a list."""
    level = abs(row.x0 - row.left) < 0.5 * row.size and abs(above.x0 - above.left) < 3 * row.size
    return DASH.match(row.text) is not None and level and not BULLET.match(block.lines[0])


def _centred(above: Row, row: Row) -> bool:
    middle = (above.left + above.right) / 2
    return all(
        abs((each.x0 + each.x1) / 2 - middle) < each.size and each.x0 - each.left > each.size
        for each in (above, row)
    )
