"""Completion in real shells: what stands on the line after the tab key."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pexpect
import pyte
import pytest

import assistant
from assistant import Assistant
from assistant.cli.commands.completing import MOST_NAMES, Shell, document_names, split

TOP = Path(assistant.__file__).parents[1]
PROMPT = "ready> "
STARTS = {
    "bash": (["--norc", "--noprofile", "-i"], "PS1='{}'"),
    "zsh": (["-f", "-i"], "PS1='{}'; autoload -Uz compinit; compinit -u -d $HOME/dump"),
    "fish": (["--no-config", "-i"], "function fish_prompt; echo -n '{}'; end"),
}


@pytest.fixture
def program(tmp_path):
    """A program of that name on the path, which is the one of this tree."""
    folder = tmp_path / "bin"
    folder.mkdir()
    path = folder / "assistant"
    path.write_text(f'#!/bin/sh\nPYTHONPATH="{TOP}" exec "{sys.executable}" -m assistant "$@"\n')
    path.chmod(0o755)
    return folder


@pytest.fixture
def shelf(tmp_path, quick_start):
    """An index of documents whose names a shell would take apart."""
    folder = tmp_path / "shelf"
    (folder / "reports").mkdir(parents=True)
    for name in ("reports/ilo.txt", "my notes (1).txt", "a:b.txt", "$HOME.txt"):
        (folder / name).write_text("Peru approved a loan of $2 billion for a port at Ilo.\n")
    with Assistant.open(tmp_path / "index", llm="none") as opened:
        opened.index([folder])
    return tmp_path / "index"


class Typist:
    """A shell at a terminal; `tab` types and says what then stands on the line."""

    def __init__(self, shell, program, home, **environment):
        self.screen = pyte.Screen(120, 30)
        self.stream = pyte.ByteStream(self.screen)
        arguments, start = STARTS[shell]
        self.child = pexpect.spawn(
            shutil.which(shell),
            arguments,
            cwd=str(home),
            env={
                "PATH": f"{program}{os.pathsep}{os.environ['PATH']}",
                "HOME": str(home),
                "TERM": "xterm",
                "LC_ALL": "C.UTF-8",
                **environment,
            },
            dimensions=(30, 120),
            timeout=20,
        )
        script = home / f"completion.{shell}"
        script.write_bytes(
            subprocess.run(
                [program / "assistant", "completion", shell], capture_output=True, check=True
            ).stdout
        )
        self.child.sendline(start.format(PROMPT))
        self.child.sendline(f"source {script}")
        self.child.sendline("echo re''ady now")
        self.child.expect("ready now")
        self.child.expect("ready> ")

    def tab(self, typed, until):
        """Type and press tab; whether the line then holds what is awaited."""
        self.child.send(typed + "\t")
        end, seen = time.monotonic() + 20, ""
        while time.monotonic() < end:
            with suppress(pexpect.TIMEOUT):
                self.stream.feed(self.child.read_nonblocking(10_000, timeout=0.2))
            seen = "\n".join(self.screen.display)
            if until in seen:
                break
        self.child.send("\x15")  # empties the line
        assert until in seen, seen.strip()
        return seen

    def close(self):
        self.child.close(force=True)


@pytest.fixture(params=["bash", "zsh", "fish"])
def typist(request, program, tmp_path, shelf):
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    (home / "draft.md").write_text("Peru approved a loan.\n")
    typing = Typist(request.param, program, home, ASSISTANT_INDEX=str(shelf))
    yield typing
    typing.close()


def test_a_shell_completes_commands_options_values_files_and_documents(typist):
    typist.tab("assistant sear", "assistant search ")
    typist.tab("assistant eval retr", "assistant eval retrieval ")
    typist.tab("assistant sources --so", "assistant sources --sort ")
    typist.tab("assistant sources --sort da", "assistant sources --sort date ")
    typist.tab("assistant verify dra", "assistant verify draft.md")
    typist.tab("assistant show rep", "assistant show reports/ilo.txt ")
    typist.tab("assistant show my", "assistant show my\\ notes\\ \\(1\\).txt")
    typist.tab("assistant show 'my", "assistant show 'my notes (1).txt'")
    typist.tab("echo Why | assistant doc", "assistant doctor ")


def test_bash_completes_behind_a_colon_an_equals_sign_and_a_dollar(program, tmp_path, shelf):
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    typing = Typist("bash", program, home, ASSISTANT_INDEX=str(shelf))
    try:
        typing.tab("assistant show a:", "assistant show a:b.txt ")
        typing.tab("assistant sources --sort=da", "assistant sources --sort=date ")
        typing.tab("assistant show \\$H", "assistant show \\$HOME.txt ")
    finally:
        typing.close()


@pytest.mark.parametrize("shell", Shell)
def test_a_failure_says_nothing(shell, program, tmp_path):
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "catalogue.sqlite3").write_bytes(b"no database" * 1000)
    line = ["\n", "assistant show x"] if shell is Shell.BASH else ["show", "x"]
    for index in (bad, tmp_path / "none"):
        ran = subprocess.run(
            [program / "assistant", "complete", shell, "--", *line],
            capture_output=True,
            env=os.environ | {"ASSISTANT_INDEX": str(index)},
        )
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")
    assert not (tmp_path / "none").exists()


def test_names_that_a_terminal_would_obey_are_not_offered(tmp_path, quick_start, monkeypatch):
    record = '{"id": "%s", "title": "Ilo", "text": "Peru approved a loan for a port at Ilo."}\n'
    (tmp_path / "d.jsonl").write_text(record % "n\\u001b[31m" + record % "n\\n2" + record % "no")
    with Assistant.open(tmp_path / "index", llm="none") as opened:
        opened.index([tmp_path / "d.jsonl"])
    assert document_names(str(tmp_path / "index"), "n") == ["no"]
    assert document_names(str(tmp_path / "index"), "x") == []
    assert MOST_NAMES > 0
    monkeypatch.setattr("assistant.cli.commands.completing.MOST_NAMES", 2)
    assert document_names(str(tmp_path / "index"), "") == []  # of too many none is told


@pytest.mark.parametrize(
    ("line", "words", "begun", "quote"),
    [
        ("assistant", [], "assistant", ""),
        ("assistant  ask ", ["assistant", "ask"], "", ""),
        ('assistant ask "a b', ["assistant", "ask"], "a b", '"'),
        ('assistant ask "a \\" b" c', ["assistant", "ask", 'a " b'], "c", ""),
        ("assistant show my\\ no", ["assistant", "show"], "my no", ""),
        ("assistant show '' x", ["assistant", "show", ""], "x", ""),
        ("assistant show 'a\\", ["assistant", "show"], "a\\", "'"),
    ],
)
def test_a_line_is_taken_apart_as_bash_does(line, words, begun, quote):
    assert split(line) == (words, begun, quote)
