import io

import pytest

from assistant.cli.render.clipboard import copied
from assistant.errors import UsageError


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def program(tmp_path):
    """Makes a program that writes what it is given to a file, and exits with a code."""

    def go(name, code=0):
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_text(
            f"#!/bin/sh\necho $@ > {tmp_path}/arguments\ncat > {tmp_path}/taken\nexit {code}\n"
        )
        path.chmod(0o755)
        return {"PATH": f"{folder}:/usr/bin:/bin", "TERM": "xterm"}

    return go


@pytest.mark.parametrize(
    ("name", "desktop"),
    [("wl-copy", "WAYLAND_DISPLAY"), ("xclip", "DISPLAY"), ("xsel", "DISPLAY")],
)
def test_the_program_of_the_desktop_takes_it(program, tmp_path, name, desktop, monkeypatch):
    env = program(name) | {desktop: ":0"}
    monkeypatch.setenv("PATH", env["PATH"])
    terminal = Terminal()
    assert copied("“two”\nlines", terminal, env) == name
    assert (tmp_path / "taken").read_text() == "“two”\nlines"
    assert terminal.getvalue() == ""


def test_where_it_fails_the_terminal_takes_it(program, monkeypatch):
    env = program("xclip", code=1) | {"DISPLAY": ":0"}
    monkeypatch.setenv("PATH", env["PATH"])
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    assert copied("two", terminal, env) == "the terminal"
    assert terminal.getvalue() == "\x1b]52;c;dHdv\x07"


def test_over_ssh_the_programs_of_the_other_machine_are_let_be(program, monkeypatch):
    env = program("xclip") | {"DISPLAY": ":0", "SSH_CONNECTION": "a b"}
    monkeypatch.setenv("TERM", "xterm")
    assert copied("two", Terminal(), env) == "the terminal"


def test_nothing_of_a_text_stands_in_the_sequence_as_it_is(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    copied("\x07\x1b\\\x1b]0;evil\x07\ud800", terminal, {"TERM": "xterm"})
    code = terminal.getvalue()
    assert code.count("\x07") == code.count("\x1b") == 1


@pytest.mark.parametrize(
    ("stream", "term", "text"),
    [
        (io.StringIO(), "xterm", "a"),
        (Terminal(), "linux", "a"),
        (Terminal(), "dumb", "a"),
        (Terminal(), "xterm", "a" * 60_000),
    ],
)
def test_where_nothing_takes_it_a_file_is_named_instead(monkeypatch, stream, term, text):
    monkeypatch.setenv("TERM", term)
    with pytest.raises(UsageError, match="/save FILE"):
        copied(text, stream, {"TERM": term})
    assert stream.getvalue() == ""
