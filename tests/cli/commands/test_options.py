from __future__ import annotations

import io
import sys

import pytest

from assistant.cli.commands import options
from assistant.errors import UsageError
from assistant.reports import IndexProgress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_question_has_no_escape_codes():
    assert options.given(["who", "\x1b[2J\x1b]0;evil\x07signed?"]) == "who signed?"
    with pytest.raises(UsageError, match="is empty"):
        options.given(["\x1b[2J"])


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


def test_what_is_fetched_is_told_on_a_terminal_at_once(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Terminal())
    with options.progress_bar() as progress:
        progress(IndexProgress(0, 0, documents=0, embedded=0, seconds=0.0, fetching="example.org"))
        told = sys.stderr.getvalue()
        progress(IndexProgress(0, 0, documents=0, embedded=0, seconds=0.0))
    assert "fetching example.org ..." in told
    assert sys.stderr.getvalue().endswith("\r\x1b[2K")  # and is gone when it is had


def test_what_is_fetched_stands_in_the_progress_bar_once_that_is_shown(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(options, "PROGRESS_AFTER", -1.0)
    monkeypatch.setattr(sys, "stderr", Terminal())
    with options.progress_bar() as progress:
        progress(IndexProgress(1, 4, documents=3, embedded=8, seconds=2.0))
        progress(IndexProgress(1, 4, 3, 8, 2.0, fetching="example.org"))
    assert "Fetching example.org" in sys.stderr.getvalue()
