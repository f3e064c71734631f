import io

from assistant.answers import Checked, Draft, Searched
from assistant.cli.render.progress import StatusLine, follow
from assistant.documents import Evidence, Sentence
from tests.cli.chat.samples import TerminalStream, answer, passage


def test_the_status_line_is_silent_where_there_is_no_terminal():
    stream = io.StringIO()
    line = StatusLine(stream)
    line.say("searching")
    line.clear()
    assert stream.getvalue() == ""


def events(last):
    document = Evidence(1, passage(), Sentence(0, 35), 1.0)
    yield Searched("How large is the loan?", (document,))
    yield Draft("The loan is \x1b[31m$9 billion")
    yield Checked(last.statements[0], last.citations)
    yield last


def test_following_a_stream_shows_what_goes_on_and_never_the_draft(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    stream, last = TerminalStream(), answer()
    assert follow(events(last), StatusLine(stream), "tiny") is last
    shown = stream.getvalue()
    for stage in ("searching", "reading 1 sentence with tiny", "writing", "checking"):
        assert stage in shown
    assert "$9" not in shown
    assert shown.endswith("\r\x1b[2K")
