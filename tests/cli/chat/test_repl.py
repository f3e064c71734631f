import io
import os
import re
import signal
import sys
import termios

import pytest

from assistant import Assistant
from assistant.cli.chat.repl import converse
from assistant.conversation.history import Store
from assistant.errors import ModelRefusedError, UsageError
from tests.cli.chat.terminal import (
    ALT_ENTER,
    CTRL_C,
    CTRL_D,
    CTRL_R,
    CTRL_Z,
    ENTER,
    LEFT,
    TAB,
    UP,
    Terminal,
)
from tests.fake_openai import Drop, Failure, Raw, Reply

LOAN = "How large is the deal with Australia?"
TOLD = "Trump signed an $8.5 billion agreement with Anthony Albanese."
YES = Reply(f"Yes: {TOLD} [1]")
SLOW = Reply(f"Yes: {TOLD} [1] He will " + "never say this " * 400, seconds_between=0.05)
STATE = "assistant/typed.jsonl"


@pytest.fixture
def talk(index, fake_openai, monkeypatch, capsys, quick_start):
    """Types lines into a conversation with the scripted model, and gives what was shown."""

    def go(*lines):
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        with Assistant.open(index, llm=fake_openai.spec, retries=0) as assistant:
            converse(assistant)
        return capsys.readouterr().out

    return go


# Without a terminal


def test_each_line_is_answered_until_the_input_ends(talk, fake_openai):
    fake_openai.otherwise = YES
    shown = talk(LOAN, "", "Who signed the deal with Australia?")
    assert shown.count(f"{TOLD} [1]") == 2
    assert "> " not in shown
    assert "\x1b" not in shown


def test_a_follow_up_is_asked_in_the_light_of_the_questions_before(talk, fake_openai):
    fake_openai.otherwise = YES
    assert "Asked as: How large is the deal with Australia, and by when?" in talk(
        LOAN, "And by when?"
    )
    assert "by when" in fake_openai.chats[1]["messages"][-1]["content"]


def test_quit_leaves_and_help_helps_without_asking_anything(talk, fake_openai):
    shown = talk("/help", "/help quit", "/quit", LOAN)
    assert "/sources" in shown
    assert shown.endswith("/quit\nLeave; so do /exit and Ctrl-D.\n\n")
    assert fake_openai.requests == []


def test_a_question_may_begin_with_a_slash(talk, fake_openai):
    fake_openai.otherwise = YES
    talk(f"//help: {LOAN}", f" /help: {LOAN}")
    asked = [chat["messages"][-1]["content"] for chat in fake_openai.chats]
    assert [each.endswith(f"Question: /help: {LOAN}") for each in asked] == [True, True]


def test_without_a_terminal_an_error_ends_the_conversation(talk, fake_openai):
    fake_openai.script = [Failure(401)]
    with pytest.raises(ModelRefusedError):
        talk(LOAN)
    with pytest.raises(UsageError):
        talk("/nonsense")


def test_a_filter_that_is_none_is_refused_before_anything_is_typed(index, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with Assistant.open(index, llm="none") as assistant, pytest.raises(UsageError):
        converse(assistant, since="soon")


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_what_is_not_utf_8_is_refused(index, monkeypatch, errors):
    typed = io.TextIOWrapper(io.BytesIO(b"\xff\xfe\n"), encoding="utf-8", errors=errors)
    monkeypatch.setattr(sys, "stdin", typed)
    with Assistant.open(index, llm="none") as assistant, pytest.raises(UsageError, match="UTF-8"):
        converse(assistant)


# At a terminal


@pytest.fixture
def chat(index, fake_openai):
    """Starts the real program at a terminal with the scripted model."""
    fake_openai.otherwise = YES
    running = []

    def go(*arguments, **options):
        common = ("chat", "--index", str(index), "--llm", fake_openai.spec)
        running.append(Terminal(*common, *arguments, **options))
        return running[-1]

    yield go
    for each in running:
        each.__exit__()
        assert "Traceback" not in each.raw


def leave(terminal):
    terminal.see_prompt()
    terminal.type(CTRL_D)
    assert terminal.end() == 0


def test_a_line_is_edited_answered_and_its_source_shown(chat, fake_openai):
    terminal = chat()
    terminal.see("Ask your documents. /help for help, Ctrl-D to leave.")
    terminal.ask("How large is the deal with Austalia?" + LEFT * 5 + "r")
    terminal.see(f"{TOLD} [1]")
    assert LOAN in fake_openai.chats[0]["messages"][-1]["content"]
    terminal.ask("/show 1")
    terminal.see("characters 2059-2324 of")
    terminal.see_prompt()
    assert "\x1b[7mEarlier this week" in terminal.raw
    terminal.ask("/sorces")
    terminal.see("assistant: there is no /sorces; did you mean /sources?")
    leave(terminal)


def test_where_nothing_is_kept_what_is_typed_is_not_either(chat, tmp_path):
    terminal = chat("--no-history")
    terminal.ask("/history")
    terminal.see("nothing was answered yet")
    terminal.see_prompt()
    terminal.type(UP)
    terminal.see_line("> /history")
    terminal.type(CTRL_C)
    leave(terminal)
    assert not (tmp_path / "home" / "state").exists()


def test_several_lines_are_one_question(chat, fake_openai):
    terminal = chat()
    terminal.see_prompt()
    terminal.paste("How large is\nthe deal with")
    terminal.see("> How large is\n the deal with")
    terminal.type(ALT_ENTER, "Australia?", ENTER)
    terminal.see(TOLD)
    assert len(fake_openai.chats) == 1
    leave(terminal)


def test_commands_and_sources_are_completed(chat):
    terminal = chat()
    terminal.see_prompt()
    terminal.type("/on")
    terminal.see("/only ask only documents that match")
    terminal.type(TAB)
    terminal.see_line("> /only")
    terminal.type(" 000_0c05")
    terminal.see("000_0c051e3811c7471b.txt")
    terminal.type(TAB)
    terminal.see_line("> /only 000_0c051e3811c7471b.txt")
    terminal.type(ENTER)
    terminal.see("1 document that matches --only '000_0c051e3811c7471b.txt'")
    leave(terminal)


def test_escape_codes_reach_the_terminal_from_nowhere(tmp_path, fake_openai):
    evil = "\x1b]0;evil\x07\x1b[2J\x9b31m"
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / f"evil{evil}.txt").write_text(f"Port{evil}\n\nThe loan{evil} is $3 billion.\n")
    with Assistant.open(tmp_path / "evil", llm="none") as assistant:
        assistant.index([folder])
    fake_openai.otherwise = Reply(f"Yes: The loan{evil} is $3 billion. [1]", piece=".{3}")
    arguments = ("chat", "--index", str(tmp_path / "evil"), "--llm", fake_openai.spec)
    with Terminal(*arguments, "--no-history", NO_COLOR="1") as terminal:
        terminal.ask("How large is the loan?")
        terminal.see("2 supported")
        terminal.see_prompt()
        terminal.type("/only ")
        terminal.see("evil?]0;evil??[2J")
        terminal.type(CTRL_C)
        terminal.ask("/show 1")
        terminal.see("characters")
        terminal.ask("/nonsense")
        terminal.see("there is no /nonsense")
        terminal.see_prompt()
    assert "\x07" not in terminal.raw
    assert not re.search("\x1b\\](?!8;)|\x1b\\[2J|\x9b", terminal.raw)


@pytest.mark.parametrize("options", [{}, {"NO_COLOR": "1", "columns": 30}])
def test_at_no_moment_does_anything_look_checked_that_is_not(index, fake_openai, options):
    false = "✓ He will stay there for a week and a day and then for another week. [1]"
    fake_openai.script = [Reply(f"Yes: {TOLD} [1] {false}", piece=".{1,7}", seconds_between=0.03)]
    arguments = ("ask", LOAN, "--index", str(index), "--llm", fake_openai.spec)
    with Terminal(*arguments, **options) as terminal:
        assert terminal.end() == 0
        *passing, _ = terminal.frames("\x1b[?7h")
    seen = {"drafted": 0, "checked": 0}
    for frame in passing:
        written = " ".join(frame)
        unmarked = " ".join(line for line in frame if not line.startswith("? "))
        assert "stay" not in unmarked
        if "signed" in unmarked:
            assert written.startswith("✓ Trump signed")
            assert "Albanese. [1]" in " ".join(unmarked.split())
        else:
            assert "✓" not in written
            assert "[1]" not in written
        seen["drafted"] += "signed" in written and "signed" not in unmarked
        seen["checked"] += "signed" in unmarked and "stay" in written
    assert min(seen.values()) > 3


def test_what_is_typed_meanwhile_is_not_shown_in_the_answer_but_asked_after_it(chat, fake_openai):
    fake_openai.script = [Reply(f"Yes: {TOLD} [1]", seconds_between=0.1), YES]
    terminal = chat()
    terminal.ask(LOAN)
    terminal.see("Trump signed")
    terminal.type("And by when?", ENTER)
    terminal.see(f"{TOLD} [1]", times=2)
    assert terminal.text.count("And by when?") == 1
    leave(terminal)


def test_ctrl_c_stops_the_answer_and_once_more_leaves(chat, fake_openai):
    fake_openai.script = [SLOW, YES, SLOW]
    terminal = chat()
    terminal.ask(LOAN)
    terminal.see(f"✓ {TOLD}")
    terminal.type(CTRL_C)
    terminal.see("Stopped. Ctrl-C again leaves.")
    terminal.see("Unfinished: stopped.")
    assert "^C" not in terminal.text
    terminal.ask(LOAN)
    terminal.see("1 statement, 1 supported")
    terminal.see_prompt()
    terminal.type("typed", CTRL_C)
    terminal.see_line(">")
    terminal.ask(LOAN)
    terminal.see("writing and checking")
    terminal.type(CTRL_C)
    terminal.see("Stopped. Ctrl-C again leaves.", times=2)
    terminal.see_prompt()
    terminal.type(CTRL_C)
    assert terminal.end() == 130


def test_ctrl_c_at_an_empty_prompt_asks_to_be_said_twice(chat):
    terminal = chat()
    terminal.see_prompt()
    terminal.type(CTRL_C)
    terminal.see("Ctrl-C again leaves.")
    terminal.see_prompt()
    terminal.type("What", CTRL_C)
    terminal.see_line(">")
    terminal.type(CTRL_C)
    terminal.see("Ctrl-C again leaves.", times=2)
    terminal.see_prompt()
    terminal.type(CTRL_C)
    assert terminal.end() == 130


@pytest.mark.parametrize("seen", ["loading", "checking"])
def test_ctrl_c_stops_whatever_goes_on(chat, seen):
    terminal = chat()
    terminal.ask("/verify " + f"{TOLD} " * 60 if seen == "checking" else LOAN)
    terminal.wait(lambda: seen in terminal.raw or TOLD in terminal.text, seen)
    terminal.type(CTRL_C)
    terminal.see("Ctrl-C again leaves.")
    terminal.see_prompt()
    terminal.type(CTRL_C)
    assert terminal.end() == 130


def test_who_leaves_does_not_wait_for_the_client_of_a_server_that_is_still_made(chat, tmp_path):
    (tmp_path / "openai.py").write_text("import time\ntime.sleep(600)\n")
    terminal = chat(PYTHONPATH=os.pathsep.join(filter(None, (str(tmp_path), *sys.path))))
    terminal.ask(LOAN)
    terminal.wait(lambda: "reading" in terminal.raw, "it does not read")
    terminal.type(CTRL_C)
    terminal.see("Stopped. Ctrl-C again leaves.")
    terminal.see_prompt()
    terminal.type(CTRL_C)
    assert terminal.end() == 130


def test_ctrl_c_again_and_again_leaves_no_traceback(chat, fake_openai):
    fake_openai.script = [SLOW]
    terminal = chat()
    terminal.ask(LOAN)
    terminal.see("Trump")
    for _ in range(200):
        if not terminal.process.isalive():
            break
        terminal.type(CTRL_C)
        terminal._read(0.02)
    assert terminal.end() == 130


def test_a_model_that_dies_leaves_what_was_shown_and_the_question_can_be_asked_again(
    chat, fake_openai
):
    fake_openai.script = [Drop(f"Yes: {TOLD} [1] He will stay for")]
    terminal = chat()
    terminal.ask(LOAN)
    terminal.see("assistant: ")
    terminal.see(f"{TOLD} [1] ? not checked: He will stay for")
    terminal.see("Unfinished: the model broke off.")
    terminal.ask("/retry")
    terminal.see("1 statement, 1 supported")
    leave(terminal)


def test_a_conversation_goes_on_after_what_was_no_answer_and_shows_no_thinking(chat, fake_openai):
    fake_openai.script = [
        Reply("<think>He may go to", end="length"),
        Raw(b"<html><title>Sign in</title>", "text/html"),
        Reply(f"<think>Is it 99%?</think>\n{YES.text}"),
    ]
    terminal = chat(columns=200)
    for told in (
        "used up its room for thinking",
        "a web page (Sign in)",
        "1 statement, 1 supported",
    ):
        terminal.ask(LOAN)
        terminal.see(told)
    leave(terminal)
    assert "do not say" not in terminal.text
    assert "99%" not in terminal.raw


def test_no_password_is_repeated_of_an_error_or_of_what_was_typed(chat, fake_openai):
    fake_openai.script = [Failure(400, "no route to https://me:pw-secret@models.example")] * 2
    terminal = chat("--no-history", columns=200)
    terminal.ask(LOAN)
    terminal.see("no route to https://***@models.example")
    terminal.ask("/model http://me:secret@127.0.0.1")
    terminal.see("assistant: no model is called")
    leave(terminal)
    assert terminal.text.count("secret") == 1
    assert "pw-secret" not in terminal.raw


def test_the_window_may_change_its_size_in_the_midst_of_an_answer(chat, fake_openai):
    fake_openai.script = [Reply(f"Yes: {TOLD} [1]", seconds_between=0.08)]
    terminal = chat()
    terminal.ask(LOAN)
    terminal.see("Trump signed an")
    terminal.resize(40, 20)
    terminal.see("1 statement, 1 supported")
    terminal.see_prompt()
    terminal.resize(100, 30)
    terminal.type("/he")
    terminal.see("/help show this, or more of one")
    terminal.type(TAB)
    terminal.see_line("> /help")
    terminal.type(CTRL_C)
    leave(terminal)


def test_no_color_is_heeded(chat):
    terminal = chat(NO_COLOR="1")
    terminal.ask(LOAN)
    terminal.see("1 statement, 1 supported")
    terminal.ask("/show 1")
    terminal.see(">>>Earlier this week")
    leave(terminal)
    styles = set(re.findall("\x1b\\[([0-9;]*)m", terminal.raw))
    assert styles <= {"", "0"}


def test_where_no_cursor_moves_lines_are_read_and_answered_plainly(chat):
    terminal = chat(TERM="dumb")
    terminal.ask("/hlep")
    terminal.see("did you mean /help?")
    terminal.ask(LOAN)
    terminal.see(f"{TOLD} [1]")
    terminal.see_prompt()
    terminal.type(CTRL_C)
    terminal.see("Ctrl-C again leaves.")
    terminal.see_prompt()
    assert "\x1b" not in terminal.raw
    terminal.type(CTRL_C)
    assert terminal.end() == 130


def test_the_filter_is_shown_and_one_that_matches_nothing_is_told(index):
    arguments = ("--index", str(index), "--llm", "none", "--only", "nothing*", "--until", "2026")
    with Terminal("chat", *arguments) as terminal:
        terminal.see("Asked are those that match --only 'nothing*' --until 2026-12-31.")
        for times in (1, 2):
            terminal.ask(LOAN)
            terminal.see("assistant: no document matches --only 'nothing*'", times=times)
        terminal.ask("/until")
        terminal.see("assistant: no document matches --only 'nothing*'; leave out")
        terminal.ask("/only")
        terminal.see("no document matches --until 2026-12-31")
        leave(terminal)


def test_what_another_process_indexes_meanwhile_is_seen(index, tmp_path):
    with Terminal("chat", "--index", str(index), "--llm", "none") as terminal:
        terminal.ask("Who approved a loan for a port at Ilo?")
        terminal.see("The documents do not say.")
        (tmp_path / "ilo.txt").write_text("Peru's Congress approved a loan for a port at Ilo.")
        with Assistant.open(index, llm="none") as other:
            other.index([tmp_path / "ilo.txt"])
        terminal.ask("/retry")
        terminal.see("“Peru's Congress approved a loan for a port at Ilo.”")
        leave(terminal)


def test_what_was_typed_comes_back_in_the_next_conversation(chat, tmp_path):
    terminal = chat()
    terminal.ask(LOAN)
    terminal.see(TOLD)
    terminal.ask("/history")
    terminal.see("1. How large")
    leave(terminal)
    state = tmp_path / "home" / "state" / STATE
    assert state.stat().st_mode & 0o777 == 0o600
    terminal = chat()
    terminal.see_prompt()
    terminal.type(CTRL_R, "Austr")
    terminal.see("How large is the deal with Australia?")
    terminal.type(ENTER, ENTER)
    terminal.see(TOLD)
    leave(terminal)


def test_a_conversation_goes_on_where_it_was_left(chat):
    terminal = chat()
    terminal.ask(LOAN)
    terminal.see(TOLD)
    leave(terminal)
    terminal = chat("--resume")
    terminal.see("Going on with")
    terminal.see(f"> {LOAN}")
    terminal.ask("/show 1")
    terminal.see("characters 2059-2324 of")
    terminal.ask("And by when?")
    terminal.see("Asked as: How large is the deal with Australia, and by when?")
    leave(terminal)


# How it ends


def modes(terminal):
    return termios.tcgetattr(terminal.process.child_fd)


def test_a_signal_marks_what_there_is_of_a_single_answer_as_unfinished(index, fake_openai):
    fake_openai.script = [SLOW]
    with Terminal("ask", LOAN, "--index", str(index), "--llm", fake_openai.spec) as terminal:
        terminal.see(f"✓ {TOLD}")
        terminal.process.kill(signal.SIGTERM)
        assert terminal.end() == 128 + signal.SIGTERM
        terminal.see("Unfinished: stopped.")
        assert "✓" not in terminal.text


@pytest.mark.parametrize(("number", "answering"), [(signal.SIGTERM, True), (signal.SIGHUP, False)])
def test_a_signal_ends_it_and_leaves_terminal_and_conversation_whole(
    chat, fake_openai, number, answering
):
    terminal = chat()
    found = modes(terminal)
    terminal.ask(LOAN)
    terminal.see("1 statement, 1 supported")
    terminal.see_prompt()
    assert modes(terminal) != found
    if answering:
        fake_openai.script = [SLOW]
        terminal.type(LOAN, ENTER)
        terminal.see("✓")
    terminal.process.kill(number)
    assert terminal.end() == 128 + number
    if number == signal.SIGTERM:
        assert terminal.raw.rfind("\x1b[?2004l") > terminal.raw.rfind("\x1b[?2004h")
    assert [turn.question for turn in Store().open().turns] == [LOAN]


def test_the_terminal_is_left_as_it_was_found(index):
    script = (
        f'before=$(stty -a); {sys.executable} -m assistant chat --index "{index}" --llm none;'
        '[ "$before" = "$(stty -a)" ] && echo same as before'
    )
    with Terminal(command=("bash", "-c", script)) as terminal:
        terminal.see_prompt()
        terminal.type(CTRL_D)
        terminal.see("same as before")


def test_ctrl_z_and_back(index, fake_openai, monkeypatch, tmp_path):
    fake_openai.otherwise = YES
    monkeypatch.chdir(tmp_path)
    program = f'"{sys.executable}" -m assistant chat --index "{index}" --llm {fake_openai.spec}'
    path = os.pathsep.join(filter(None, (os.getcwd(), *sys.path)))
    with Terminal(
        command=("bash", "--norc", "-i"), PS1="shell: ", PYTHONPATH=path, HISTFILE=""
    ) as terminal:
        terminal.see_line("shell:")
        terminal.type(program, ENTER)
        terminal.see_prompt()
        terminal.type("How large", CTRL_Z)
        terminal.see_line("shell:")
        terminal.type("echo sane", ENTER)
        terminal.see("\nsane")
        terminal.type("fg", ENTER)
        terminal.see_line("> How large")
        terminal.type(" is the deal with Australia?", ENTER)
        terminal.see(TOLD)
        terminal.see_prompt()
        terminal.type(CTRL_D)
        terminal.see_line("shell:")
