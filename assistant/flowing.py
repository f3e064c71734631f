"""The lines of pages -> one text that reads on: paragraphs, headings, items, rows of tables.

What repeats on pages is dropped, and a sentence is not cut where its page ends. Knows nothing of
the file's format; a cut word is left to `hyphens`.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.hyphens import Evidence, evidence, joined
from assistant.layout import MARK, Part, Row, Run, Table

_EDGE_ROWS, _NEAR_PAGES, _SAME_PLACE = 3, 2, 4.0
_OUTER_NUMBER = re.compile(r"^\d{1,4}\b|\b\d{1,4}$")
_FEWEST_NUMBERED = 3
_PAGE_NUMBER = re.compile(
    r"(?:page\s)?\W{0,2}(?:\d{1,4}|[ivxlc]{1,7})(?:\s?(?:of|/)\s?\d{1,4})?\W{0,2}", re.I
)
_NUMBER = re.compile(r"\d+")
_ITEM = re.compile(rf"(?P<mark>{MARK.pattern})\s+(?=\S)")
_BULLET = re.compile(r"[•‣⁃▪◦·●○■□➢►–—*\ufffd-]\s+")
_STOPS = re.compile(r"[.!?:;…。！？]['\"”’»)\]」』]*$")
_CLOSED = re.compile(r"[.:;,…。]['\"”’»)\]」』]*$")  # a heading may ask
_LITERAL = re.compile(r"(?:#{1,6}[ \t]|```|~~~)")
_LONGEST_HEADING, _LOOK_AHEAD = 150, 12


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


@dataclass(frozen=True, slots=True)
class Flow:
    """A document's text.

    Attributes:
        text: paragraphs apart by blank lines; headings as in Markdown.
        pages: where each page begins.
        title: the lines in the largest type of the first page, if they stand out.
    """

    text: str
    pages: tuple[int, ...]
    title: str


def without_running(pages: Sequence[list[Run]]) -> list[list[Run]]:
    """The runs of each page without running heads and page numbers.

    These are lines near the top or bottom that stand at the same place of a page nearby, alike but
    for numbers that grow with the page's own.
    """
    edges = [_edges(page) for page in pages]
    offset = _numbering(edges)
    kept = []
    for number, page in enumerate(pages):
        near = [
            (other - number, edge)
            for other in range(number - _NEAR_PAGES, number + _NEAR_PAGES + 1)
            if other != number and 0 <= other < len(pages)
            for edge in edges[other]
        ]
        drop: list[tuple[str, list[int]]] = []
        for text, y, members in edges[number]:
            running = any(
                abs(y - y2) <= _SAME_PLACE and _alike(text, text2, step)
                for step, (text2, y2, _) in near
            )
            counted = offset is not None and _counts(text, number + offset)
            if running or counted or (len(pages) == 1 and _is_lone_number(text, y, page)):
                drop.append((text, members))
        if sum(len(text) for text, _ in drop) > 0.4 * sum(len(run.text) for run in page):
            drop = [(text, members) for text, members in drop if not _STOPS.search(text)]
        dropped = {at for _, members in drop for at in members}
        kept.append([run for at, run in enumerate(page) if at not in dropped])
    return kept


def _edges(page: Sequence[Run]) -> list[tuple[str, float, list[int]]]:
    """The first and last lines across the page: words, height, and which runs they are."""
    rows: list[tuple[float, list[int]]] = []
    for at in sorted(range(len(page)), key=lambda each: -page[each].y):
        if rows and abs(rows[-1][0] - page[at].y) < 0.4 * page[at].size:
            rows[-1][1].append(at)
        else:
            rows.append((page[at].y, [at]))
    outer = rows if len(rows) <= 2 * _EDGE_ROWS else rows[:_EDGE_ROWS] + rows[-_EDGE_ROWS:]
    lines = []
    for y, members in outer:
        members.sort(key=lambda at: page[at].x0)
        lines.append((" ".join(page[at].text for at in members), y, members))
    return lines


def _numbering(edges: Sequence[Sequence[tuple[str, float, list[int]]]]) -> int | None:
    """What is to be added to a page's place to have its printed number, if pages agree on it."""
    seen = Counter[int]()
    for number, lines in enumerate(edges):
        found = {int(each) for text, _, _ in lines for each in _OUTER_NUMBER.findall(text)}
        seen.update(each - number for each in found)
    offset, count = seen.most_common(1)[0] if seen else (0, 0)
    return offset if count >= max(_FEWEST_NUMBERED, len(edges) / 2) else None


def _counts(text: str, number: int) -> bool:
    """Whether the line is nothing but the page's own number."""
    return _PAGE_NUMBER.fullmatch(text) is not None and str(number) in _NUMBER.findall(text)[:1]


def _alike(text: str, other: str, step: int) -> bool:
    """Whether two lines, `step` pages apart, differ in nothing but numbers that count pages."""
    if text == other:
        return True
    if _NUMBER.sub("#", text) != _NUMBER.sub("#", other):
        return _is_roman(text) and _is_roman(other)
    pairs = zip(_NUMBER.findall(text), _NUMBER.findall(other), strict=True)
    return all(a == b or int(b[:9]) - int(a[:9]) == step for a, b in pairs)


def _is_roman(text: str) -> bool:
    return re.fullmatch(r"[ivxlc]{1,7}", text) is not None


def _is_lone_number(text: str, y: float, page: Sequence[Run]) -> bool:
    return y == min(run.y for run in page) and _PAGE_NUMBER.fullmatch(text) is not None


def flow(pages: Sequence[Sequence[Part]]) -> Flow:
    """The text of the pages, each given as its parts in reading order."""
    lines = [row for page in pages for part in page if isinstance(part, list) for row in part]
    weights = Counter[float]()
    for row in lines:
        weights[round(row.size * 2) / 2] += len(row.text)
    body = weights.most_common(1)[0][0] if weights else 10.0
    known = evidence([row.text for row in lines])
    blocks = [block for number, page in enumerate(pages) for block in _blocks(page, number, known)]
    blocks = _joined_across(blocks)
    title = _title(blocks, body)
    return _written(blocks, len(pages), body, known, title)


def _blocks(page: Sequence[Part], number: int, known: Evidence) -> Iterator[Block]:
    for column, part in enumerate(page):
        if isinstance(part, Table):
            for text in _row_texts(part, known):
                yield Block([text], number, column, row=True)
        else:
            yield from _paragraphs(part, number, column)


def _row_texts(table: Table, known: Evidence) -> Iterator[str]:
    """A line for each row: with its columns' heads, where the first row plainly holds these."""
    rows = []
    for row in table.rows:
        cells = []
        for cell in row:
            text = ""
            for line in cell:
                text = joined(text, line, known)
            cells.append(_without_bullet(text).replace("|", "/"))
        rows.append(cells)
    heads = rows[0] if table.ruled or len(rows[0]) > 2 else []
    heads = heads if _has_heads(rows) else []
    for row in rows[1:] if heads else rows:
        if heads and len(row) == len(heads):
            told = [f"{h}: {c}" if h else c for h, c in zip(heads, row, strict=True) if c]
        else:
            told = [cell for cell in row if cell]
        if told:
            yield " | ".join(told)


def _has_heads(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: full, short, no figures where others have them."""
    if len(rows) < 2 or any(not cell for cell in rows[0][1:]):
        return False
    short = all(len(cell) <= 60 and not cell.endswith(".") for cell in rows[0])
    year = re.compile(r"(?:19|20)\d\d\D{0,12}|\D*")
    return short and all(year.fullmatch(cell) or not cell[0].isdigit() for cell in rows[0] if cell)


def _paragraphs(rows: Sequence[Row], page: int, column: int) -> Iterator[Block]:
    gaps = [a.y - b.y for a, b in zip(rows, rows[1:], strict=False) if a.size == b.size]
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
    other = (
        abs(row.size - above.size) / above.size
    )  # a word in another font may be a line's largest
    if other > 0.15 or (other > 0.05 and apart):
        return True
    if row.bold != above.bold and (apart or not row.text[:1].islower()):
        return True
    if gap > max(1.25 * usual, 1.15 * row.size) and gap > 1.25 * min(usual or gap, 1.6 * row.size):
        return True
    if gap <= 0 or _BULLET.match(row.text):
        return True
    ended = _STOPS.search(above.text) is not None
    if _ITEM.match(row.text) and (ended or block.item):
        return True
    indent = row.x0 - above.x0
    if indent > 0.8 * row.size and not (block.item and above is first) and not _centred(above, row):
        return True
    room = row.text.split(" ", 1)[0]
    width = (row.x1 - row.x0) / max(1, len(row.text)) * (len(room) + 1)
    had_room = above.right - above.x1 > width + 1.5 * row.size
    return had_room and (ended or not row.text[:1].islower()) and not _centred(above, row)


def _centred(above: Row, row: Row) -> bool:
    middle = (above.left + above.right) / 2
    return all(
        abs((each.x0 + each.x1) / 2 - middle) < each.size and each.x0 - each.left > each.size
        for each in (above, row)
    )


def _joined_across(blocks: list[Block]) -> list[Block]:
    """The blocks with each paragraph that goes on in another column or page made one.

    What stands between its parts, such as footnotes, is put before it (after it if of the next
    page), so that the places of pages stay in order.
    """
    kept: list[Block] = []
    waiting = list(reversed(blocks))
    while waiting:
        block = waiting.pop()
        passed: list[Block] = []
        while (ahead := _continuation(block, waiting)) is not None:
            between = [waiting.pop() for _ in range(ahead)]
            rest = waiting.pop()
            kept += [each for each in between if each.page == block.page and not block.pages]
            passed += [each for each in between if each.page != block.page or block.pages]
            if rest.page != (block.pages[-1][0] if block.pages else block.page):
                block.pages.append((rest.page, len(block.lines)))
            block.lines += rest.lines
            block.full, block.column = rest.full, rest.column
        kept.append(block)
        waiting += reversed(passed)
        if passed and passed[0].page < block.page:
            kept[-1:-1] = passed
    return kept


def _continuation(block: Block, waiting: Sequence[Block]) -> int | None:
    """How many blocks stand before the one that `block` goes on in; None if it ends here."""
    last = block.lines[-1]
    page = block.pages[-1][0] if block.pages else block.page
    if block.row or not block.full or _STOPS.search(last):
        return None
    for ahead, other in enumerate(waiting[: -_LOOK_AHEAD - 1 : -1]):
        if other.page > page + 1:
            return None
        alike = abs(other.size - block.size) < 0.05 * block.size and other.bold == block.bold
        if alike and not other.row:
            opening = other.lines[0].lstrip("\"'“‘«([")[:1]
            elsewhere = (other.page, other.column) != (page, block.column)
            goes_on = (opening.islower() and (elsewhere or not ahead)) or (
                elsewhere and not (ahead or other.item or other.indented or block.bold)
            )
            return ahead if goes_on else None
        if other.size >= block.size:
            return None
    return None


def _title(blocks: Sequence[Block], body: float) -> str:
    """What stands in the largest type on the first page, if that is plainly larger."""
    first = [each for each in blocks if each.page == 0 and not each.row]
    largest = max((each.size for each in first), default=0.0)
    if largest < 1.2 * body:
        return ""
    lines: list[str] = []
    for each in first:
        if each.size > 0.95 * largest:
            lines += each.lines
        elif lines:
            break
    title = " ".join(lines)
    return title if 8 <= len(title) <= 200 and " " in title else ""


def _level(block: Block, body: float, known: Evidence) -> int:
    """The level of a heading; 0 for what is none."""
    length = sum(map(len, block.lines))
    if (
        block.row
        or len(block.lines) > 3
        or length > _LONGEST_HEADING
        or _CLOSED.search(block.lines[-1])
    ):
        return 0
    if not any(character.isalpha() for line in block.lines for character in line):
        return 0
    if _BULLET.match(block.lines[0]):
        return 0
    if block.size >= 1.6 * body:
        return 1
    if block.size >= 1.25 * body:
        return 2
    return 3 if block.size >= 1.12 * body or (block.bold and block.size > 0.95 * body) else 0


def _written(blocks: Sequence[Block], count: int, body: float, known: Evidence, title: str) -> Flow:
    out: list[str] = []
    length = 0
    starts: list[int | None] = [None] * count
    before: Block | None = None
    for block in blocks:
        level = _level(block, body, known)
        mark = "#" * level + " " if level else ""
        first = block.lines[0]
        if _BULLET.match(first) and not level:
            mark, first = "- ", _without_bullet(first)
        text = first
        marks = []
        for at, line in enumerate(block.lines):
            if any(at == begin for _, begin in block.pages):
                marks.append((next(p for p, begin in block.pages if begin == at), len(text)))
            if at:
                text = joined(text, line, known)
        text = text.rstrip("\xad")
        if not mark and _LITERAL.match(text):
            text = "\u2060" + text
        if out:
            tight = before is not None and before.row and block.row and text.count(" | ") > 1
            out.append("\n" if tight else "\n\n")
            length += len(out[-1])
        if starts[block.page] is None:
            starts[block.page] = length
        for page, place in marks:
            if starts[page] is None:
                starts[page] = length + len(mark) + _next_word(text, place)
        out.append(mark + text)
        length += len(out[-1])
        before = block
    return Flow("".join(out), _filled(starts, length), title)


def _next_word(text: str, at: int) -> int:
    """The place after the space at `at`, or `at`."""
    return min(len(text), at + 1) if text[at : at + 1] == " " else min(len(text), at)


def _without_bullet(text: str) -> str:
    return _BULLET.sub("", text, count=1)


def _filled(starts: Sequence[int | None], end: int) -> tuple[int, ...]:
    """A place for each page: one without text begins where the next one does."""
    filled = []
    for start in reversed(starts):
        end = end if start is None else min(start, end)
        filled.append(end)
    return tuple(reversed(filled))
