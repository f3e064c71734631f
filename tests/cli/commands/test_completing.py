"""Completion by the tab key: what a shell is offered, and what bash then has on the line."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pexpect
import pyte
import pytest

import assistant
from assistant import Assistant
from assistant.cli import app
from assistant.cli.commands import sources
from assistant.conversation.history import Store
from assistant.filters import Filter
from tests.kept import ANSWER

TOP = Path(assistant.__file__).parents[1]


@pytest.fixture
def program(tmp_path):
    """A program of that name, which is the one of this tree."""
    path = tmp_path / "bin" / "assistant"
    path.parent.mkdir()
    path.write_text(f'#!/bin/sh\nPYTHONPATH="{TOP}" exec "{sys.executable}" -m assistant "$@"\n')
    path.chmod(0o755)
    return path


@pytest.fixture
def shelf(tmp_path, quick_start):
    """An index of three documents, the name of one of which a shell would obey."""
    folder = tmp_path / "shelf"
    (folder / "reports").mkdir(parents=True)
    for name in ("reports/ilo.txt", "a$(b).txt", "café.txt"):
        (folder / name).write_text("Peru approved a loan of $2 billion for a port at Ilo.\n")
    with Assistant.open(tmp_path / "index", llm="none") as opened:
        opened.index([folder])
    return tmp_path / "index"


@pytest.fixture
def offered(monkeypatch, capsys):
    """What a shell is offered behind a command line."""

    def go(line, index, shell="bash"):
        monkeypatch.setenv("_ASSISTANT_COMPLETE", f"complete_{shell}")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(line.count(" ")))
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
        monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
        monkeypatch.setenv("ASSISTANT_INDEX", str(index))
        with pytest.raises(SystemExit) as left:
            app.main([])
        said = capsys.readouterr()
        assert (left.value.code, said.err) == (0, "")
        return said.out.split()

    return go


def test_commands_options_and_values_are_offered(offered, shelf):
    assert offered("assistant sear", shelf) == ["search"]
    assert offered("assistant eval retr", shelf) == ["retrieval"]
    assert offered("assistant sources --so", shelf) == ["--sort"]
    assert offered("assistant sources --sort d", shelf) == ["date"]
    assert offered("assistant ask --deb", shelf) == ["--debug"]


@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_documents_are_offered_but_for_names_that_need_quotes(offered, shelf, shell):
    assert offered("assistant show ", shelf, shell) == ["café.txt", "reports/ilo.txt"]
    assert offered("assistant --debug show rep", shelf, shell) == ["reports/ilo.txt"]
    assert offered(f"assistant show --index {shelf} caf", "none", shell) == ["café.txt"]


def test_conversations_are_offered(offered, shelf):
    line = "assistant history show 20"
    assert offered(line, shelf) == []
    recorder = Store().begin(index=shelf, where=Filter(), model="none", program="")
    recorder.add(ANSWER, datetime.now(UTC))
    for typed in (line, "assistant chat --resume 20", "assistant history delete 20"):
        assert offered(typed, shelf) == [recorder.id]


def test_a_failure_says_nothing(offered, tmp_path):
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "catalogue.sqlite3").write_bytes(b"no database" * 1000)
    for index in (bad, tmp_path / "none"):
        assert offered("assistant show x", index) == []
    assert not (tmp_path / "none").exists()


def test_of_too_many_documents_none_is_offered(offered, shelf, monkeypatch):
    monkeypatch.setattr(sources, "MOST_NAMES", 2)
    assert offered("assistant show ", shelf) == []
    assert offered("assistant show rep", shelf) == ["reports/ilo.txt"]


def test_bash_completes_by_the_script_that_is_installed(program, shelf, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "TERM": "xterm",
        "LC_ALL": "C.UTF-8",
        "ASSISTANT_INDEX": str(shelf),
    }
    subprocess.run(
        ["bash", "-c", "assistant --install-completion; exit"], env=environment, check=True
    )
    child = pexpect.spawn(
        shutil.which("bash"), ["--noprofile", "-i"], cwd=home, env=environment, timeout=20
    )
    screen = pyte.Screen(80, 24)
    stream = pyte.ByteStream(screen)
    try:
        child.send("assistant show rep\t")
        end = time.monotonic() + 20
        while time.monotonic() < end and "reports/ilo.txt" not in "\n".join(screen.display):
            with suppress(pexpect.TIMEOUT):
                stream.feed(child.read_nonblocking(10_000, timeout=0.2))
        assert "assistant show reports/ilo.txt " in "\n".join(screen.display)
    finally:
        child.close(force=True)
