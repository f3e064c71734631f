"""A terminal for code of this process, and what a person sees on it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import termios
import threading

from tests.cli.chat.emulated import Emulated
from tests.waiting import wait_for

_STYLES = r"\x1b\[(?:[0127]|3[126])m|\x1b\]8;;(?:(?:file|https?)://[!-~]+)?\x1b\\"
STYLES = re.compile(_STYLES)
"""The only sequences in what stays on a terminal: styles and links."""
OURS = re.compile(rf"{_STYLES}|\x1b\[[0-9]+A|\x1b\[J|\x1b\[2K|\x1b\[\?7[hl]|\r")
"""The only sequences that the program writes at all."""
_MARK = b"\x00\x1a\x00"


class Screen:
    """A terminal of this process; what is written to `stream` is shown.

    Attributes:
        stream: a text file that is the terminal.
    """

    def __init__(self, columns: int = 60, rows: int = 24) -> None:
        self._master, self._slave = pty.openpty()
        self._emulated = Emulated(columns, rows)
        self._raw = b""
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
        self._settle()
        return self._emulated.text

    def written(self) -> str:
        """All that was written to the terminal, sequences and all."""
        self._settle()
        return self._raw.decode("utf-8", "replace")

    def close(self) -> None:
        self.stream.close()
        os.close(self._slave)
        self._reader.join(5)
        os.close(self._master)

    def _settle(self) -> None:
        """Wait until all has arrived: a mark is sent after it, and taken out again."""
        self.stream.flush()
        os.write(self._slave, _MARK)
        wait_for(lambda: _MARK in self._raw)
        with self._lock:
            self._raw = self._raw.replace(_MARK, b"")

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            with self._lock:
                self._raw += data
                self._emulated.feed(data.replace(_MARK, b""))
