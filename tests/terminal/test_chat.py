import fcntl
import io
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

import pytest

from assistant import Assistant
from assistant.errors import ModelRefusedError, UsageError
from assistant.terminal.chat import HELP, converse
from tests.fake_openai import Failure, Reply

LOAN = "How large is the deal with Australia?"
YES = Reply("Yes: Trump signed an $8.5 billion agreement with Anthony Albanese. [1]")


@pytest.fixture
def talk(index, fake_openai, monkeypatch, capsys, quick_start):
    """Types lines into a conversation with the scripted model, and gives what was shown."""

    def go(*lines):
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        with Assistant.open(index, llm=fake_openai.spec, retries=0) as assistant:
            converse(assistant)
        return capsys.readouterr().out

    return go


def test_each_line_is_answered_until_the_input_ends(talk, fake_openai):
    fake_openai.otherwise = YES
    shown = talk(LOAN, "", "Who signed the deal with Australia?")
    assert shown.count("an $8.5 billion agreement with Anthony Albanese. [1]") == 2
    assert "> " not in shown


def test_a_follow_up_is_asked_in_the_light_of_the_questions_before(talk, fake_openai):
    fake_openai.otherwise = YES
    assert "Asked as: How large is the deal with Australia, and by when?" in talk(
        LOAN, "And by when?"
    )
    assert "by when" in fake_openai.chats[1]["messages"][-1]["content"]


def test_quit_leaves_and_help_helps_without_asking_anything(talk, fake_openai):
    assert talk("/help", "/nonsense \x1b[31m", "/quit", LOAN) == (
        f"{HELP}\nThere is no /nonsense; see /help.\n"
    )
    assert fake_openai.requests == []


def test_without_a_terminal_an_error_ends_the_conversation(talk, fake_openai):
    fake_openai.script = [Failure(401)]
    with pytest.raises(ModelRefusedError):
        talk(LOAN)


def test_a_filter_that_is_none_is_refused_before_anything_is_typed(index, monkeypatch):
    monkeypatch.setattr("builtins.input", pytest.fail)
    with Assistant.open(index, llm="none") as assistant, pytest.raises(UsageError):
        converse(assistant, since="soon")


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_what_is_not_utf_8_is_refused(index, monkeypatch, errors):
    typed = io.TextIOWrapper(io.BytesIO(b"\xff\xfe\n"), encoding="utf-8", errors=errors)
    monkeypatch.setattr(sys, "stdin", typed)
    with Assistant.open(index, llm="none") as assistant, pytest.raises(UsageError, match="UTF-8"):
        converse(assistant)


class Session:
    """The program at a pseudo-terminal of its own."""

    def __init__(self, *arguments):
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 78, 0, 0))
        program = (
            "import fcntl, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
            "from assistant.cli import main; main(sys.argv[1:])"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env=os.environ | {"TERM": "xterm"},
        )
        os.close(slave)
        self.shown = ""

    def expect(self, text, seconds=30):
        """Wait until `text` is shown; what stands up to it is not looked at again."""
        end = time.monotonic() + seconds
        while text not in self.shown:
            ready, _, _ = select.select([self._master], [], [], max(end - time.monotonic(), 0))
            assert ready, f"{text!r} was not shown, but {self.shown!r}"
            self.shown += os.read(self._master, 4096).decode()
        before, self.shown = self.shown.split(text, 1)
        return before

    def type(self, text):
        # A key pressed in the instant between a prompt and the wait for keys can be missed.
        time.sleep(0.2)
        os.write(self._master, text.encode())

    def close(self):
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def code(self):
        return self._process.wait(20)


@pytest.fixture
def session(index, fake_openai):
    session = Session("chat", "--index", str(index), "--llm", fake_openai.spec)
    yield session
    session.close()


def test_ctrl_c_stops_the_answer_first_and_at_the_prompt_leaves(session, fake_openai):
    fake_openai.script = [Reply("Yes: " + "never shown " * 100, seconds_between=0.1), YES]
    session.expect("> ")
    session.type(f"{LOAN}\n")
    session.expect("writing")
    session.type("\x03")
    session.expect("Stopped.")
    session.expect("> ")
    session.type(f"{LOAN}\n")
    before = session.expect("Albanese. [1]")
    assert "never shown" not in before
    session.expect("> ")
    session.type("\x03")
    assert session.code() == 130


def test_at_a_terminal_the_filter_is_shown_and_holds_for_each_question(index):
    arguments = ("--index", str(index), "--llm", "none", "--only", "nothing*", "--until", "2026")
    session = Session("chat", *arguments)
    session.expect("Asked are those that match --only 'nothing*' --until 2026-12-31.")
    for _ in range(2):
        session.expect("> ")
        session.type(f"{LOAN}\n")
        session.expect("assistant: no document matches --only 'nothing*'")
    session.expect("> ")
    session.type("\x04")
    assert session.code() == 0
    session.close()


def test_at_a_terminal_an_error_is_told_and_ctrl_d_leaves(session, fake_openai):
    fake_openai.script = [Failure(401)]
    session.expect("> ")
    session.type(f"{LOAN}\n")
    session.expect("assistant: ")
    session.expect("refused the key")
    session.expect("> ")
    session.type("\x04")
    assert session.code() == 0
