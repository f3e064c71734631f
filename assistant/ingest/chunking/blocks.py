"""A document's text -> its blocks (paragraphs, items, rows, headings), by their lines.

Leaves out what nobody would cite: rules, fences, and the furniture of web pages. Sentences within
a block are left to `sentences`, passages to `passages`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from assistant.ingest.readers.furniture import is_furniture

_FRONT_MATTER = re.compile(
    r"---[ \t]*\r?\n(?=[\w-]+[ \t]*:)(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*\r?$\n?",
    re.DOTALL | re.MULTILINE,
)
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*)")
_CLOSING_MARKS = re.compile(r"(?:^|[ \t])#+$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_WORD = re.compile(r"[^\W_]")
_ITEM = re.compile(r"(?:>\s*)*(?:[-*+•‣⁃▪◦·–—]|\(?\d{1,3}[.)]|\(?[A-Za-z][.)])\s")
_BARRED = re.compile(r"\|.*\|")
_COLUMNS = re.compile(r".*?(?:\t| \| ).*?(?:\t| \| ).*")
_MARKUP = re.compile(r"!?\[([^\[\]]*)\]\([^)]*\)|[*`]+|(?<!\w)_+|_+(?!\w)")
_NARROWEST_WRAP, _WIDEST_WRAP = 40, 200


@dataclass(frozen=True, slots=True)
class Block:
    """The character range `[start, end)` of one block, without white space around it.

    Attributes:
        start, end: into the document's text.
        level: 0 for what is cited, 1 to 6 for a heading.
        opens: whether a paragraph begins here (after a blank line, a heading, or at the top).
    """

    start: int
    end: int
    level: int = 0
    opens: bool = False


def front_matter(text: str) -> tuple[str, int]:
    """The YAML between the `---` lines at the top, and where the text after it begins."""
    match = _FRONT_MATTER.match(text)
    return (match["yaml"], match.end()) if match else ("", 0)


def plain(line: str) -> str:
    """A heading's or title's words, without Markdown's marks."""
    heading = _HEADING.fullmatch(line.strip())
    words = _CLOSING_MARKS.sub("", heading[2]) if heading else line
    return " ".join(_MARKUP.sub(r"\1", words).split())


def blocks_of(text: str, markdown: bool = False) -> Iterator[Block]:
    """The blocks of a text, in order.

    Consecutive lines are one block where they look wrapped, and a block each where they are items,
    rows, code, or simply short. Headings, fences and front matter are recognised in Markdown only.
    """
    paragraph: list[Block] = []
    fenced = False
    begin = front_matter(text)[1] if markdown else 0
    for line in _lines(text, begin):
        words = text[line.start : line.end]
        fence = markdown and _FENCE.match(words) is not None
        fenced = fenced != fence
        level = 0 if fenced or not markdown else _heading_level(words)
        if markdown and len(paragraph) == 1 and _UNDERLINE.fullmatch(words):
            yield Block(paragraph[0].start, paragraph[0].end, 1 if words[0] == "=" else 2)
            paragraph = []
        elif fence or level or not _WORD.search(words) or is_furniture(words):
            yield from _joined(text, paragraph)
            paragraph = []
            if level:
                yield Block(line.start, line.end, level)
        elif fenced:
            yield Block(line.start, line.end)
        else:
            paragraph.append(line)
    yield from _joined(text, paragraph)


def _lines(text: str, begin: int) -> Iterator[Block]:
    """Each line without its line end and the white space around it."""
    at = begin
    for line in text[begin:].splitlines(keepends=True):
        stripped = line.strip()
        start = at + line.find(stripped) if stripped else at
        yield Block(start, start + len(stripped))
        at += len(line)


def _heading_level(line: str) -> int:
    heading = _HEADING.fullmatch(line)
    return len(heading[1]) if heading and _WORD.search(heading[2]) else 0


def _joined(text: str, lines: list[Block]) -> Iterator[Block]:
    """The blocks of one paragraph's lines: wrapped lines joined, separate ones apart."""
    if not lines:
        return
    width = max(_NARROWEST_WRAP, *(line.end - line.start for line in lines))
    start, opens = lines[0].start, True
    for line, following in pairwise(lines):
        if not _wraps(text[line.start : line.end], text[following.start : following.end], width):
            yield Block(start, line.end, 0, opens)
            start, opens = following.start, False
    yield Block(start, lines[-1].end, 0, opens)


def is_row(line: str) -> bool:
    """Whether a line is a row of a table: between bars, or cells that each tell what they are."""
    cells = line.split(" | ")
    labelled = len(cells) > 1 and all(": " in cell for cell in cells)
    return labelled or _BARRED.fullmatch(line) is not None


def _is_line(line: str) -> bool:
    """Whether a line stands by itself: a row, or columns that are parted in any way."""
    return _COLUMNS.fullmatch(line) is not None or is_row(line)


def _wraps(line: str, following: str, width: int) -> bool:
    """Whether `following` goes on with what `line` says, in a paragraph `width` characters wide.

    A wrapped line is one where the next word had no room; where it had, the author broke the line.
    """
    if len(line) > _WIDEST_WRAP or any(_is_line(each) for each in (line, following)):
        return False
    if _ITEM.match(following) and (_ITEM.match(line) or line[-1] in ".:;!?"):
        return False
    first = following.split(maxsplit=1)[0]
    if first[0].islower() or line[-1] in ",-–—(":
        return True
    return len(line) + 1 + len(first) > width
