"""What a person sees of what is written to a terminal, as pyte draws it."""

from __future__ import annotations

from typing import Any

import pyte


class _Screen(pyte.HistoryScreen):
    """A screen that passes over the private forms of sequences, which pyte does not know."""

    def set_margins(self, *args: Any, **kwargs: Any) -> None:
        kwargs.pop("private", None)
        super().set_margins(*args, **kwargs)

    def select_graphic_rendition(self, *attrs: int, **kwargs: Any) -> None:
        kwargs.pop("private", None)
        super().select_graphic_rendition(*attrs)


class Emulated:
    """A terminal's screen, and what has left it at the top."""

    def __init__(self, columns: int, rows: int) -> None:
        self._screen = _Screen(columns, rows, history=5000, ratio=0.5)
        self._stream = pyte.ByteStream(self._screen)

    def feed(self, data: bytes) -> None:
        """Draw what a program has written."""
        self._stream.feed(data)

    def resize(self, columns: int, rows: int) -> None:
        """As if the window was drawn larger or smaller; lines are not broken anew."""
        self._screen.resize(rows, columns)

    @property
    def lines(self) -> list[str]:
        """The lines on the screen, without the white space at their ends."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """All that can be read: what has left the screen at the top, and what is on it."""
        above = [
            "".join(line[column].data for column in range(self._screen.columns)).rstrip()
            for line in self._screen.history.top
        ]
        return "\n".join([*above, *self.lines]).rstrip()

    @property
    def cursor(self) -> tuple[int, int]:
        """Row and column of the cursor, from 0."""
        return self._screen.cursor.y, self._screen.cursor.x
