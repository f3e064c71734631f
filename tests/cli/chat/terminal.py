"""The program at a terminal of its own: keys go in, and what a person sees can be waited for."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

import pexpect

from tests.cli.chat.emulated import Emulated

SECONDS = 60
"""How long something is waited for; a loaded machine is slow, and what never comes is an error."""
CTRL_C, CTRL_D, CTRL_R, CTRL_Z = "\x03", "\x04", "\x12", "\x1a"
UP, DOWN, RIGHT, LEFT = (f"\x1b[{letter}" for letter in "ABCD")
ENTER, ALT_ENTER, TAB = "\r", "\x1b\r", "\t"
_PROGRAM = "from assistant.cli.app import main; import sys; main(sys.argv[1:])"


class Terminal:
    """A program running at a pseudo-terminal, whose output is drawn on a screen.

    A context manager; the program is killed at the end if it still runs.

    Attributes:
        raw: all that was written to the terminal so far.
    """

    def __init__(
        self,
        *arguments: object,
        columns: int = 80,
        rows: int = 40,
        command: Sequence[str] = (sys.executable, "-c", _PROGRAM),
        **environment: str,
    ) -> None:
        """Start `assistant` with these arguments, or another command.

        Args:
            arguments: behind the command.
            columns: cells in a line.
            rows: lines.
            command: the program.
            environment: set on top of this process's own; TERM is xterm-256color and PAGER is cat
                unless told.
        """
        self.raw = ""
        self._size = (columns, rows)
        self._emulated = Emulated(*self._size)
        env = {**os.environ, "TERM": "xterm-256color", "PAGER": "cat", **environment}
        self.process = pexpect.spawn(
            command[0],
            [*command[1:], *map(str, arguments)],
            env=env,
            dimensions=(rows, columns),
            encoding="utf-8",
            codec_errors="replace",
            timeout=SECONDS,
        )
        self.process.delaybeforesend = None

    @property
    def lines(self) -> list[str]:
        """The lines on the screen, without the white space at their ends."""
        return self._emulated.lines

    @property
    def text(self) -> str:
        """All that can be read: what has left the screen at the top, and what is on it."""
        return self._emulated.text

    def frames(self, end: str) -> Iterator[list[str]]:
        """The lines of the screen each time that `end` had been written, from the beginning.

        The size is the one that the terminal has now.
        """
        screen = Emulated(*self._size)
        for part in self.raw.split(end):
            screen.feed((part + end).encode())
            yield screen.lines

    @property
    def cursor(self) -> tuple[int, int]:
        """Row and column of the cursor, from 0."""
        return self._emulated.cursor

    def type(self, *keys: str) -> Self:
        """Press keys."""
        self.process.send("".join(keys))
        return self

    def paste(self, text: str) -> Self:
        """Paste as a terminal does that marks what was pasted."""
        lines = text.replace("\n", "\r")
        return self.type(f"\x1b[200~{lines}\x1b[201~")

    def resize(self, columns: int, rows: int) -> None:
        """Make the window larger or smaller."""
        self._size = (columns, rows)
        self._emulated.resize(columns, rows)
        self.process.setwinsize(rows, columns)

    def wait(self, condition: Callable[[], Any], told: str, seconds: float = SECONDS) -> None:
        """Wait until a condition on what is seen holds."""
        end = time.monotonic() + seconds
        while not condition():
            left = end - time.monotonic()
            assert left > 0, f"{told}\n--- but what is seen is:\n{self.text}"
            if not self._read(min(left, 0.2)):
                assert condition(), f"{told}\n--- but it ended with:\n{self.text}"
                return

    def see(self, text: str, times: int = 1, seconds: float = SECONDS) -> None:
        """Wait until a text can be read (so many times), wherever lines are broken."""
        wanted = " ".join(text.split())
        self.wait(
            lambda: " ".join(self.text.split()).count(wanted) >= times,
            f"{text!r} was not seen {times} times",
            seconds,
        )

    def see_line(self, pattern: str) -> None:
        """Wait until the line of the cursor is one."""
        self.wait(
            lambda: re.fullmatch(pattern, self.lines[self.cursor[0]]),
            f"no line {pattern!r}",
        )

    def see_prompt(self) -> None:
        """Wait until the program reads, and nothing is typed."""
        self.see_line(">")

    def ask(self, typed: str) -> None:
        """Type a line at the prompt once it is there."""
        self.see_prompt()
        self.type(typed, ENTER)

    def end(self) -> int:
        """Wait for the end; the exit code, or what a shell makes of a signal."""
        self.wait(lambda: not self._read(0.2), "it did not end")
        self.process.close()
        if self.process.exitstatus is not None:
            return self.process.exitstatus
        return 128 + (self.process.signalstatus or 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.close(force=True)

    def _read(self, seconds: float) -> bool:
        """Draw what comes within some time; whether the program may still write."""
        try:
            # Little at a time, so that what passes is seen also by a reader that comes late.
            read = self.process.read_nonblocking(1024, seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += read
        self._emulated.feed(read.encode())
        return True
