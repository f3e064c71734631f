from __future__ import annotations

import io
import sys

import pytest

from assistant import options
from assistant.types import IndexProgress


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
        progress(IndexProgress(1, 4, documents=3, embedded=8, seconds=2.0))
    told = sys.stderr.getvalue()
    assert ("Indexing" in told) is shown
    assert ("3 documents, 4.0 passages/s" in told) is shown
