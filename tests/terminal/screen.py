"""A pseudo-terminal, and what a person sees on it: of code of this process, and of the program."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import sys
import termios
import threading
import time
from collections.abc import Mapping

import pexpect
import pyte

_STYLES = r"\x1b\[(?:[0127]|3[126])m|\x1b\]8;;(?:(?:file|https?)://[!-~]+)?\x1b\\"
STYLES = re.compile(_STYLES)
"""The only sequences in what stays on a terminal: styles and links."""
OURS = re.compile(rf"{_STYLES}|\x1b\[[0-9]+A|\x1b\[J|\x1b\[2K|\x1b\[\?7[hl]|\r")
"""The only sequences that the program writes at all."""


class Screen:
    """A terminal of this process; what is written to `stream` is shown.

    Attributes:
        stream: a text file that is the terminal.
    """

    def __init__(self, columns: int = 60, rows: int = 24) -> None:
        self._master, self._slave = pty.openpty()
        self._emulated = _Emulated(columns, rows)
        self._lock = threading.Lock()
        self.resize(columns, rows)
        self.stream = os.fdopen(os.dup(self._slave), "w", encoding="utf-8", errors="replace")
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def resize(self, columns: int, rows: int) -> None:
        """As if the window was drawn larger or smaller; lines are not broken anew."""
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, size)
        with self._lock:
            self._emulated.resize(columns, rows)

    def shown(self) -> str:
        """All that stands on the screen and above it."""
        return self._settled().text()

    def written(self) -> str:
        """All that was written to the terminal, sequences and all."""
        return self._settled().raw.decode("utf-8", "replace")

    def close(self) -> None:
        self.stream.close()
        os.close(self._slave)
        self._reader.join(5)
        os.close(self._master)

    def _settled(self) -> _Emulated:
        """What is shown once all has arrived: a mark is sent after it, and taken out again."""
        self.stream.flush()
        mark = b"\x00\x1a\x00"
        os.write(self._slave, mark)
        end = time.monotonic() + 5
        while mark not in self._emulated.raw and time.monotonic() < end:
            time.sleep(0.002)
        with self._lock:
            self._emulated.raw = self._emulated.raw.replace(mark, b"")
        return self._emulated

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            with self._lock:
                self._emulated.feed(data)


class Program:
    """The real program at a terminal of its own; a context manager."""

    def __init__(
        self,
        *arguments: object,
        columns: int = 60,
        rows: int = 24,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._emulated = _Emulated(columns, rows)
        environment = {**os.environ, "TERM": "xterm", "PAGER": "cat", **(environment or {})}
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "assistant", *map(str, arguments)],
            dimensions=(rows, columns),
            env=environment,  # type: ignore[arg-type]
            timeout=30,
        )

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self.child.close(force=True)

    @property
    def raw(self) -> str:
        """All that was written so far."""
        return self._emulated.raw.decode("utf-8", "replace")

    def until(self, text: str, seconds: float = 30) -> str:
        """What is shown as soon as a text is; the text may have gone since."""
        end = time.monotonic() + seconds
        while text not in self._emulated.text():
            assert time.monotonic() < end, f"{text!r} was not shown, but {self._emulated.text()!r}"
            self._emulated.feed(self.child.read_nonblocking(1024, timeout=seconds))
        return self._emulated.text()

    def ended(self) -> tuple[int | None, str]:
        """The exit code, and what stands on the screen and above it at the end."""
        while True:
            try:
                self._emulated.feed(self.child.read_nonblocking(65536, timeout=30))
            except pexpect.EOF:
                break
        self.child.wait()
        return self.child.exitstatus, self._emulated.text()


class _Emulated:
    """A terminal as pyte plays it, with what has left the screen at the top."""

    def __init__(self, columns: int, rows: int) -> None:
        self._screen = pyte.HistoryScreen(columns, rows, history=5000, ratio=1)
        self._stream = pyte.ByteStream(self._screen)
        self.raw = b""

    def feed(self, data: bytes) -> None:
        self.raw += data
        self._stream.feed(data.replace(b"\x00\x1a\x00", b""))

    def resize(self, columns: int, rows: int) -> None:
        self._screen.resize(rows, columns)

    def text(self) -> str:
        above = [
            "".join(cell.data for _, cell in sorted(row.items())).rstrip()
            for row in self._screen.history.top
        ]
        rows = [row.rstrip() for row in self._screen.display]
        return "\n".join([*above, *rows]).rstrip()
