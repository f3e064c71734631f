import io
import os
import shutil
import sys

import pytest

from assistant.cli.render.pager import print_paged
from tests.cli.chat.samples import TerminalStream
from tests.cli.chat.terminal import CTRL_C, Terminal


@pytest.fixture
def paged(monkeypatch, tmp_path, capfd):
    """What a command is given as the pager of a terminal with 24 lines, and what is printed."""

    def go(command, number):
        out = TerminalStream()
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("PAGER", command)
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stdin", TerminalStream())
        print_paged(f"line {n}" for n in range(number))
        return capfd.readouterr().out, out.getvalue()

    return go


def lines(number):
    return "".join(f"line {n}\n" for n in range(number))


def test_what_is_taller_than_the_screen_goes_through_the_pager(paged):
    assert paged("tr a-z A-Z", 24) == (lines(24).upper(), "")


def test_what_fits_does_not(paged):
    assert paged("tr a-z A-Z", 23) == ("", lines(23))


@pytest.mark.parametrize("command", ["", " ", "cat"])
def test_there_may_be_no_pager(paged, command):
    assert paged(command, 50) == ("", lines(50))


def test_a_pager_that_is_not_there_costs_nobody_a_line(paged):
    assert paged("no-such-pager-anywhere", 5000) == ("", lines(5000))


def test_leaving_the_pager_early_is_no_error_and_makes_no_more_lines(paged, monkeypatch):
    shown, printed = paged("head -n 2", 10**9)
    assert (shown, printed) == (lines(2), "")


@pytest.mark.parametrize("stream", ["stdin", "stdout"])
def test_through_a_pipe_there_is_none(monkeypatch, stream):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("PAGER", "false")
    monkeypatch.setattr(sys, "stdin", TerminalStream())
    monkeypatch.setattr(sys, "stdout", TerminalStream())
    monkeypatch.setattr(sys, stream, other := io.StringIO())
    print_paged(f"line {n}" for n in range(50))
    assert sys.stdout.getvalue() == lines(50)
    assert other in (sys.stdin, sys.stdout)


@pytest.mark.parametrize("told", [None, "R"])
def test_less_passes_styles_on_unless_the_reader_wants_it_otherwise(paged, monkeypatch, told):
    monkeypatch.delenv("LESS", raising=False)
    if told:
        monkeypatch.setenv("LESS", told)
    assert paged('cat > /dev/null; echo "$LESS"', 50)[0] == f"{told or 'FRX'}\n"
    assert os.environ.get("LESS") == told


@pytest.mark.skipif(shutil.which("less") is None, reason="less is not on this machine")
def test_a_long_document_is_read_in_less_and_ctrl_c_or_q_leave_it_quietly(index, tmp_path):
    arguments = ("show", "--index", index, "000_0c051e3811c7471b.txt")
    with Terminal(*arguments, columns=60, rows=12, PAGER="less", LESS="FRX") as terminal:
        terminal.see_line(":")
        assert "Trump Targets Asian" in terminal.text
        assert "Apollo" not in terminal.text
        drawn = len(terminal.raw)
        terminal.type(CTRL_C)
        terminal.wait(lambda: len(terminal.raw) > drawn, "less did not draw its prompt anew")
        # Together with Ctrl-C less forgets what was typed with it, so once may not do.
        terminal.wait(lambda: is_left(terminal), "less was not left")
        assert terminal.end() == 0
    assert "Traceback" not in terminal.text


def is_left(terminal):
    if not terminal.process.isalive():
        return True
    terminal.type("q")
    return False
