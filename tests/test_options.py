from __future__ import annotations

import io
import sys

import pytest

from assistant import options


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("seconds", "stream", "shown"),
    [(2.0, Terminal, True), (0.5, Terminal, False), (2.0, io.StringIO, False)],
)
def test_a_progress_bar_shows_on_a_terminal_after_a_second(monkeypatch, seconds, stream, shown):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(options, "PROGRESS_AFTER", 1.0 - seconds)
    monkeypatch.setattr(sys, "stderr", stream())
    with options.progress_bar() as progress:
        progress(1, 4)
    assert ("Indexing" in sys.stderr.getvalue()) is shown
