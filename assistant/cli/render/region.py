"""Lines at the end of a terminal that are drawn anew as they change, until others take their place.

It moves the cursor up over what it drew and writes from the first line that differs. What the
lines say is not its business.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import takewhile
from typing import TextIO

from assistant.cli.render.page import cells, screen_size, unstyled

_NO_WRAP, _WRAP = "\x1b[?7l", "\x1b[?7h"


class Region:
    """The last lines of a terminal's screen; never more than it can show.

    Each line takes one row, for the terminal is told not to break lines meanwhile: what it draws
    wider than we think is cut there and does not upset the count.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lines: list[str] = []
        self._columns = 0

    def draw(self, lines: Sequence[str]) -> None:
        """Show these lines, styled and not wider than the terminal, in place of those before.

        Of more than the screen has rows the last are shown.
        """
        columns, rows = screen_size(self._stream)
        shown = list(lines[-max(rows - 1, 1) :])
        if shown == self._lines and (columns == self._columns or not shown):
            return
        same = self._same(shown) if columns == self._columns else 0
        written = self._back_to(same, columns, rows) + "\r\n".join(shown[same:])
        self._lines, self._columns = shown, columns
        self._stream.write(f"{_NO_WRAP}{written}{_WRAP}")
        self._stream.flush()

    def clear(self) -> None:
        """Leave nothing of it on the screen, and the cursor where it began."""
        self.draw(())

    def _same(self, shown: Sequence[str]) -> int:
        """How many lines stand there already; the last one is written in any case, or more follow.

        For the cursor is to be at its end.
        """
        pairs = zip(self._lines, shown, strict=False)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        return max(same - 1, 0) if same == len(shown) else same

    def _back_to(self, number: int, columns: int, rows: int) -> str:
        """What takes the cursor to the beginning of a line, with nothing left from there on."""
        if number and number == len(self._lines):
            return "\r\n"
        up = sum(self._rows(each, columns) for each in self._lines[number:]) - 1
        up = min(up, rows - 1)
        return (f"\x1b[{up}A" if up > 0 else "") + "\r\x1b[J"

    def _rows(self, line: str, columns: int) -> int:
        """Rows that a line takes now: more than one where the terminal was made narrower since."""
        if columns >= self._columns or not _breaks_anew():
            return 1
        return max(-(-cells(unstyled(line)) // columns), 1)


def _breaks_anew() -> bool:
    """Whether the terminal breaks lines anew when it is resized: nearly all do."""
    return "XTERM_VERSION" not in os.environ and "STY" not in os.environ
