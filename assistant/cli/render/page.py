"""How text is laid out for one output: its width in cells, and whether it shows colours and links.

Colours are attributes and those three that themes keep legible on light and on dark backgrounds: no
yellow, white or black, and no bright ones.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import TextIO

from assistant.cli.render.links import link, links_are_shown
from assistant.safety import clean

BOLD, DIM, RED, GREEN, CYAN = "1", "2", "31", "32", "36"
LEAST_WIDTH = 20
_STYLES = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;[!-~]*\x1b\\\\")
READING_WIDTH = 100
"""Cells to which running text is wrapped at the most; longer lines are hard to read."""


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


def unstyled(text: str) -> str:
    """The text without the styles and links that a page gave it."""
    return _STYLES.sub("", text)


def is_terminal(stream: TextIO) -> bool:
    """Whether the stream is a terminal that can move its cursor."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def screen_size(stream: TextIO) -> os.terminal_size:
    """Columns and lines of the terminal as it is now; 80 and 24 where it does not tell."""
    try:
        columns, lines = os.get_terminal_size(stream.fileno())
    except (AttributeError, OSError, ValueError):
        columns = lines = 0
    return os.terminal_size((columns or 80, lines or 24))


def _columns(stream: TextIO) -> int:
    """Cells in a line: what COLUMNS says, else what the terminal says."""
    told = os.environ.get("COLUMNS", "")[:6]
    return (int(told) if told.isdecimal() else 0) or screen_size(stream).columns


def _colours(terminal: bool) -> bool:
    """Whether to write colours, by what the environment says; NO_COLOR has the last word."""
    if os.environ.get("NO_COLOR"):
        return False
    forced = (os.environ.get(name, "0") for name in ("CLICOLOR_FORCE", "FORCE_COLOR"))
    if any(each not in ("", "0", "false") for each in forced):
        return True
    return terminal and os.environ.get("CLICOLOR") != "0"


class Page:
    """How to lay text out for one output stream.

    Attributes:
        width: terminal cells in a line; None where lines are not to be wrapped.
        colour: whether styles are written.
        links: whether a document's name leads to its file.
    """

    def __init__(self, width: int | None = None, colour: bool = False, links: bool = False) -> None:
        self.width = width
        self.colour = colour
        self.links = links

    @classmethod
    def of(cls, stream: TextIO) -> Page:
        """The page for a stream: plain and unwrapped unless it is a terminal."""
        terminal = is_terminal(stream)
        colour = _colours(terminal)
        links = (terminal or colour) and links_are_shown()
        return cls(_columns(stream) if terminal else None, colour, links)

    def styled(self, text: str, style: str) -> str:
        """The text in a style (SGR number), where the page has colours."""
        return f"\x1b[{style}m{text}\x1b[0m" if self.colour and text else text

    def lines(
        self,
        text: str,
        indent: str = "",
        hang: str | None = None,
        style: str = "",
        url: str | None = None,
    ) -> str:
        """The text cleaned, wrapped and styled; leading to an address that `url_of` made."""
        width = None if self.width is None else min(self.width, READING_WIDTH)
        wrapped = wrap(clean(text), width, indent, hang)
        if url and self.links:
            wrapped = [_linked(each, url) for each in wrapped]
        return "\n".join(self.styled(each, style) if style else each for each in wrapped)


def _linked(text: str, url: str) -> str:
    """The line with all but its indent as a link."""
    words = text.lstrip(" ")
    return text[: len(text) - len(words)] + link(words, url)
