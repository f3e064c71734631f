"""How text is laid out for one output: its width in cells, and whether it shows colours."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from typing import TextIO

from assistant.terminal.text import clean

BOLD, DIM, RED, CYAN = "1", "2", "31", "36"
LEAST_WIDTH = 20


def wrap(text: str, width: int | None, indent: str = "", hang: str | None = None) -> list[str]:
    """The text in lines of at most `width` terminal cells; in one line where there is no width.

    Args:
        text: on one line, or with line breaks that count as spaces.
        width: in cells; a wide character takes two.
        indent: before the first line.
        hang: before the following lines; the same as `indent` unless given.
    """
    hang = indent if hang is None else hang
    words = text.split()
    if width is None:
        return [indent + " ".join(words)]
    lines, current = [], ""
    room = max(width, LEAST_WIDTH) - max(len(indent), len(hang))
    for word in _pieces(words, room):
        if current and cells(current) + 1 + cells(word) > room:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    return [(hang if number else indent) + each for number, each in enumerate([*lines, current])]


def _pieces(words: Iterable[str], room: int) -> Iterator[str]:
    """The words, with those cut up that are wider than a line."""
    from rich.cells import chop_cells

    for word in words:
        yield from chop_cells(word, room) if cells(word) > room else (word,)


def cells(text: str) -> int:
    """Terminal cells that the text takes; a wide character takes two."""
    from rich.cells import cell_len

    return cell_len(text)


def is_terminal(stream: TextIO) -> bool:
    """Whether the stream is a terminal that can move its cursor."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


class Page:
    """How to lay text out for one output stream: its width, and whether it shows colours.

    Attributes:
        width: terminal cells in a line; None where lines are not to be wrapped.
        colour: whether styles are written.
    """

    def __init__(self, width: int | None = None, colour: bool = False) -> None:
        self.width = width
        self.colour = colour

    @classmethod
    def of(cls, stream: TextIO) -> Page:
        """The page for a stream: plain and unwrapped unless it is a terminal."""
        if not is_terminal(stream):
            return cls()
        return cls(shutil.get_terminal_size().columns, not os.environ.get("NO_COLOR"))

    def styled(self, text: str, style: str) -> str:
        """The text in a style (SGR number), where the page has colours."""
        return f"\x1b[{style}m{text}\x1b[0m" if self.colour and text else text

    def lines(self, text: str, indent: str = "", hang: str | None = None, style: str = "") -> str:
        """The text cleaned, wrapped and styled."""
        wrapped = wrap(clean(text), self.width, indent, hang)
        return "\n".join(self.styled(each, style) if style else each for each in wrapped)
