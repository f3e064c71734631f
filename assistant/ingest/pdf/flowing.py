"""The pages' parts -> one text that reads on: headings as in Markdown, paragraphs on a line each.

A sentence is not cut where its column or page ends. A cut word is left to `hyphens`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.ingest.pdf.hyphens import Evidence, evidence, joined
from assistant.ingest.pdf.layout import BULLET, Part
from assistant.ingest.pdf.paragraphs import DASH, STOPS, Block, blocks
from assistant.ingest.pdf.tables import carry_over

_CLOSED = re.compile(r"[.:;,…。]['\"”’»)\]」』]*$")  # a heading may ask
_LITERAL = re.compile(r"(?:#{1,6}[ \t]|```|~~~)")
_LONGEST_HEADING, _LOOK_AHEAD = 150, 12


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


def flow(pages: Sequence[Sequence[Part]]) -> Flow:
    """The text of the pages, each given as its parts in reading order."""
    carry_over(pages)
    lines = [row for page in pages for part in page if isinstance(part, list) for row in part]
    weights = Counter[float]()
    for row in lines:
        weights[round(row.size * 2) / 2] += len(row.text)
    body = weights.most_common(1)[0][0] if weights else 10.0
    known = evidence([row.text for row in lines])
    found = [block for number, page in enumerate(pages) for block in blocks(page, number, known)]
    found = _joined_across(found)
    return _written(found, len(pages), body, known, _title(found, body))


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
    if block.row or not block.full or STOPS.search(last):
        return None
    for ahead, other in enumerate(waiting[: -_LOOK_AHEAD - 1 : -1]):
        if other.page > page + 1:
            return None
        alike = abs(other.size - block.size) < 0.05 * block.size and other.bold == block.bold
        if alike and not other.row:
            aside = DASH.match(other.lines[0]) and not BULLET.match(block.lines[0])
            opening = other.lines[0][2 if aside else 0 :].lstrip("\"'“‘«([")[:1]
            elsewhere = (other.page, other.column) != (page, block.column)
            goes_on = (opening.islower() and (elsewhere or not ahead)) or (
                elsewhere and not (ahead or other.item or other.indented or block.bold)
            )
            return ahead if goes_on else None
        if other.size >= block.size and other.page != page:
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
    if BULLET.match(block.lines[0]):
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
        if BULLET.match(first) and not level:
            mark, first = "- ", BULLET.sub("", first, count=1)
        text = first
        marks = []
        turns = {begin: page for page, begin in reversed(block.pages)}
        for at, line in enumerate(block.lines):
            if at in turns:
                marks.append((turns[at], len(text)))
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


def _filled(starts: Sequence[int | None], end: int) -> tuple[int, ...]:
    """A place for each page: one without text begins where the next one does."""
    filled = []
    for start in reversed(starts):
        end = end if start is None else min(start, end)
        filled.append(end)
    return tuple(reversed(filled))
