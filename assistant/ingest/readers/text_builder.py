"""Blocks -> the text that is kept, for formats whose files hold no running text of their own.

What the marks of a text mean is told by `blocks`; here they are written, and words that would
be taken for marks are kept from it.
"""

from __future__ import annotations

import re

from assistant.ingest.readers.base import UnreadableError

LARGEST_TEXT = 100_000_000
"""Characters above which a file is refused: headers and merged cells are told again in each row."""

_WORD = re.compile(r"[^\W_]")
_MARK = re.compile(r"#{1,6}[ \t]|```|~~~")
_WORD_JOINER = "\u2060"  # is not seen, and keeps a line from beginning with a mark
_DEEPEST = 6


class Composer:
    """A text in the making, block by block; blocks without a letter or digit are left out."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._last = ""
        self._pages: list[int] = []
        self._pages_waiting = 0

    def heading(self, words: str, level: int) -> None:
        """A heading, on one line; levels below the sixth are as the sixth."""
        if line := " ".join(words.split()):
            self._add("heading", f"{'#' * min(level, _DEEPEST)} {line}")

    def paragraph(self, words: str) -> None:
        """A paragraph, whose own line breaks are kept."""
        lines = (_unmarked(line) for line in words.splitlines())
        self._add("paragraph", "\n".join(line for line in lines if line))

    def item(self, words: str) -> None:
        """An item of a list."""
        if line := " ".join(words.split()):
            self._add("item", f"- {line}")

    def row(self, cells: list[str]) -> None:
        """A row of a table, whose cells already tell what each is."""
        # a row of one cell has no mark by which it could be told from a wrapped line
        self._add("row" if len(cells) > 1 else "paragraph", _unmarked(" | ".join(cells)))

    def part(self) -> None:
        """What comes next is no further item or row of what came last."""
        self._last = ""

    def page(self) -> None:
        """A page begins with the block that comes next."""
        self._pages_waiting += 1
        self._last = ""

    @property
    def pages(self) -> tuple[int, ...]:
        """The offset at which each page begins; equal to that of the next if nothing is on it."""
        return (*self._pages, *(self._length for _ in range(self._pages_waiting)))

    @property
    def text(self) -> str:
        """All that was added: a blank line between blocks, none between items or rows."""
        return "".join(self._parts)

    def _add(self, kind: str, block: str) -> None:
        if not _WORD.search(block):
            return
        close = kind == self._last and kind in ("item", "row")
        gap = ("\n" if close else "\n\n") if self._parts else ""
        self._parts += (gap, block)
        start = self._length + len(gap)
        self._length = start + len(block)
        if self._length > LARGEST_TEXT:
            raise UnreadableError("holds more text than can be read; split it into smaller files")
        self._pages += [start] * self._pages_waiting
        self._pages_waiting, self._last = 0, kind


def _unmarked(line: str) -> str:
    """A line without white space around it, and not to be taken for a heading or a fence."""
    line = line.strip()
    if not _WORD.search(line):
        return ""
    return _WORD_JOINER + line if _MARK.match(line) else line
