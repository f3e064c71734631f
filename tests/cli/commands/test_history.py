import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pexpect
import pytest

import assistant
from assistant.cli import app
from assistant.conversation.history import DATABASE, Store
from assistant.filters import Filter
from tests.cli.chat.terminal import CTRL_D, Terminal
from tests.fake_openai import Hang, Reply
from tests.kept import ANSWER, REFUSAL
from tests.waiting import wait_for

LOAN = "How large is the deal with Australia?"
YES = Reply("Yes: Trump signed an $8.5 billion agreement with Anthony Albanese. [1]")
SCHEMA = Path(assistant.__file__).parent / "data" / "answer-1.schema.json"


@pytest.fixture
def run(monkeypatch, capsys, quick_start):
    """The program in this process: its exit code, and what it printed where."""

    def go(*arguments, stdin=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as left:
            app.main([str(a) for a in arguments])
        shown = capsys.readouterr()
        return left.value.code, shown.out, shown.err

    return go


@pytest.fixture
def chat(run, index, fake_openai):
    """A chat with the scripted model, of these lines."""
    fake_openai.otherwise = YES

    def go(*lines, options=()):
        given = ("chat", *options, "--index", index, "--llm", fake_openai.spec)
        return run(*given, stdin="".join(f"{line}\n" for line in lines))

    return go


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def kept(store):
    """Keeps a conversation of two turns, asked some days ago, and gives its id."""

    def go(days=0):
        asked = datetime.now(UTC) - timedelta(days=days)
        given = {"index": "/index", "where": Filter(), "model": "none", "program": "0"}
        recorder = store.begin(**given)
        recorder.add(ANSWER, asked)
        recorder.add(REFUSAL, asked)
        return recorder.id

    return go


def ids(store):
    return [each.head.id for each in store.list()]


# chat


def test_a_chat_is_kept_with_its_index_filters_and_model(chat, store, index, fake_openai):
    code, _, err = chat(LOAN, "And by when?", options=("--only", "*.txt"))
    assert (code, err) == (0, "")
    session = store.open("last")
    assert [turn.question for turn in session.turns] == [LOAN, "And by when?"]
    assert session.turns[1].standalone_question != "And by when?"
    assert session.head.index == str(index)
    assert str(session.head.where) == "--only '*.txt'"
    assert session.head.program == assistant.__version__
    schema = json.loads(SCHEMA.read_text())
    for turn in session.turns:
        jsonschema.validate(turn.answer, schema)


def test_a_chat_goes_on_where_it_was_left(chat, store):
    chat(LOAN)
    (identity,) = ids(store)
    code, out, _ = chat("And by when?", options=("--resume",))
    assert code == 0
    assert "Asked as: How large is the deal with Australia, and by when?" in out
    chat(LOAN, options=("--resume", identity[-4:]))
    assert [turn.number for turn in store.open(identity).turns] == [1, 2, 3]
    assert ids(store) == [identity]


def test_nothing_is_kept_where_that_was_asked_for(chat, store):
    assert chat(LOAN, options=("--no-history",))[0] == 0
    assert ids(store) == []


def test_nothing_is_kept_where_the_setting_says_so(chat, store, monkeypatch):
    monkeypatch.setenv("ASSISTANT_HISTORY", "false")
    assert chat(LOAN)[0] == 0
    assert ids(store) == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("kfdw",), "'kfdw' is not understood; to go on with it, give --resume kfdw."),
        (("--resume", "--no-history"), "exclude each other"),
        (("--resume",), "no conversation is kept yet"),
        (("--resume", "kfdw"), "no conversation 'kfdw' is kept"),
    ],
)
def test_what_cannot_be_gone_on_with_is_a_usage_error(chat, options, told):
    code, out, err = chat(LOAN, options=options)
    assert (code, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1


def test_a_chat_that_cannot_be_kept_goes_on(chat, store):
    store.folder.parent.mkdir(parents=True, exist_ok=True)
    store.folder.write_text("a file where the folder should be")
    code, out, err = chat(LOAN, LOAN)
    assert (code, out.count("Anthony Albanese. [1]")) == (0, 2)
    assert err.count("this conversation is not kept") == 1


def test_a_kill_in_mid_chat_keeps_the_finished_turns(index, fake_openai, store):
    fake_openai.script = [YES, YES, Hang()]
    command = [sys.executable, "-m", "assistant", "chat", "--index", str(index)]
    command += ["--llm", fake_openai.spec]
    chat = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    chat.stdin.write(f"{LOAN}\n{LOAN}\n{LOAN}\n".encode())
    chat.stdin.flush()
    wait_for(lambda: len(fake_openai.chats) == 3)
    os.kill(chat.pid, signal.SIGKILL)
    chat.wait()
    chat.stdin.close()
    assert [turn.question for turn in store.open().turns] == [LOAN, LOAN]


def test_at_a_terminal_what_was_said_last_is_shown_and_where_it_is_kept(index, fake_openai, store):
    fake_openai.otherwise = YES
    arguments = ("chat", "--index", str(index), "--llm", fake_openai.spec)
    with Terminal(*arguments) as chat:
        chat.ask(LOAN)
        chat.see("1 statement, 1 supported")
        chat.see_prompt()
        chat.type(CTRL_D)
        assert chat.end() == 0
        (identity,) = ids(store)
        chat.see(f"Kept as {identity}; assistant chat --resume goes on.")
    with Terminal(*arguments, "--resume", identity, "--since", "2020") as chat:
        chat.see(f"Going on with {identity}, 1 turn")
        chat.see(f"> {LOAN}")
        chat.see("agreement with Anthony")
        chat.see("Until now it was asked with no filter; now with --since 2020-01-01")
        chat.ask("/show 1")  # who leaves while models load is told nothing
        chat.see("characters 2059-2324 of")
        chat.see_prompt()
        chat.type(CTRL_D)
        assert chat.end() == 0
        chat.see(f"Kept as {identity}")


@pytest.mark.parametrize(("deleted", "told"), [(True, None), (False, "Its beginning is kept as")])
def test_what_could_not_be_kept_to_the_end_is_not_said_to_be(
    index, fake_openai, store, deleted, told
):
    fake_openai.otherwise = YES
    arguments = ("chat", "--index", str(index), "--llm", fake_openai.spec)
    with Terminal(*arguments) as chat:
        chat.ask(LOAN)
        chat.see("1 statement, 1 supported")
        (identity,) = ids(store)
        if deleted:
            store.delete([identity])
        else:
            with sqlite3.connect(store.folder / DATABASE) as db:
                db.execute(
                    "CREATE TRIGGER t BEFORE INSERT ON turns BEGIN SELECT RAISE(FAIL, ''); END"
                )
        chat.ask(LOAN)
        chat.see("From here on this conversation is not kept")
        chat.see("1 statement, 1 supported", times=2)
        chat.see_prompt()
        chat.type(CTRL_D)
        assert chat.end() == 0
        assert "Kept as" not in chat.text
        assert told is None or f"{told} {identity}" in chat.text


# history


def test_without_a_conversation_the_list_says_so(run):
    assert run("history") == (0, "", "No conversation is kept yet; assistant chat begins one.\n")
    assert json.loads(run("history", "--json")[1]) == {"version": 1, "conversations": []}


def test_the_list_tells_each_conversation(run, kept):
    old, new = kept(days=3), kept()
    code, out, err = run("history")
    first, second = (line.split("\t") for line in out.splitlines())
    assert (code, err) == (0, "")
    assert (first[0], second[0]) == (new, old)
    assert first[2:] == ["2", ANSWER.question, "/index"]
    told = json.loads(run("history", "--json")[1])["conversations"]
    assert [each["id"] for each in told] == [new, old]
    assert told[0]["turns"] == 2


def test_a_broken_file_is_told_in_a_line_and_the_list_goes_on(run, kept, store):
    identity = kept()
    (store.folder / "x\x1b[31m.jsonl").write_bytes(b"nothing\n")
    code, out, err = run("history")
    assert (code, err) == (0, "x.jsonl is no conversation; move it to another folder.\n")
    assert identity in out


def test_a_conversation_is_shown_and_searched(run, kept):
    identity = kept()
    code, out, _ = run("history", "show", "last")
    assert code == 0
    assert "[1] “Peru approved a loan of $2 billion.”" in out
    assert json.loads(run("history", "show", identity, "--json")[1])["turns"][1]["turn"] == 2
    assert run("history", "search", "KING", "ilo")[1].startswith(f"{identity}\t2\t")
    assert json.loads(run("history", "search", "king", "--json")[1])["found"][0]["turn"] == 2
    assert run("history", "search", "nowhere") == (0, "", "Nothing found.\n")


@pytest.mark.parametrize("name", ["nothing", ""])
def test_a_name_of_no_conversation_is_a_usage_error(run, kept, name):
    kept()
    for command in ("show", "export", "delete"):
        code, out, err = run("history", command, name)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert "assistant history" in err


def test_an_export_is_markdown_or_json_and_overwrites_only_by_force(
    run, kept, tmp_path, monkeypatch
):
    identity = kept()
    monkeypatch.chdir(tmp_path)
    code, out, err = run("history", "export", "last")
    assert (code, out, err) == (0, "", f"Written to {identity}.md.\n")
    assert "[^1]: “Peru approved" in (tmp_path / f"{identity}.md").read_text(encoding="utf-8")
    code, _, err = run("history", "export", "last")
    assert code == 2
    assert "is there already; name another file, or add --force" in err
    assert run("history", "export", "last", "--force")[0] == 0
    assert run("history", "export", "last", "a.json")[0] == 0
    told = json.loads((tmp_path / "a.json").read_text())
    assert [turn["question"] for turn in told["turns"]] == [ANSWER.question, REFUSAL.question]
    assert json.loads(run("history", "export", "last", "--format", "json", "-")[1]) == told
    assert run("history", "export", "last", "-")[1].startswith("# Conversation ")
    code, _, err = run("history", "export", "last", "no/where.md")
    assert (code, "cannot be written" in err) == (2, True)


def test_without_a_terminal_deleting_needs_yes(run, kept, store):
    identity = kept()
    code, _, err = run("history", "delete", identity)
    assert (code, "add --yes" in err) == (2, True)
    assert ids(store) == [identity]
    assert run("history", "delete", identity, "--yes") == (0, "", "1 conversation deleted.\n")
    assert ids(store) == []


def test_those_in_which_nothing_was_asked_for_long_can_be_deleted(run, kept, store):
    kept(days=31)
    new = kept(days=29)
    assert run("history", "delete", "--older-than", "30d", "-y")[2] == "1 conversation deleted.\n"
    assert ids(store) == [new]
    assert (
        run("history", "delete", "--older-than", "8w", "-y")[2] == "There is nothing to delete.\n"
    )
    assert run("history", "delete", "--all", "-y")[0] == 0
    assert ids(store) == []


@pytest.mark.parametrize(
    "arguments", [(), ("x", "--all"), ("--all", "--older-than", "3d"), ("--older-than", "soon")]
)
def test_what_to_delete_must_be_clear(run, kept, store, arguments):
    identity = kept()
    assert run("history", "delete", *arguments, "-y")[0] == 2
    assert ids(store) == [identity]


@pytest.mark.parametrize(("typed", "left"), [("y", 0), ("", 1), ("\x03", 1)])
def test_at_a_terminal_deleting_is_asked_first(kept, store, typed, left):
    identity = kept()
    arguments = ["-m", "assistant", "history", "delete", "last"]
    asked = pexpect.spawn(sys.executable, arguments, encoding="utf-8", env=os.environ)
    asked.expect_exact(f"Delete {identity} for good? [y/N] ")
    asked.send(typed if typed == "\x03" else f"{typed}\n")
    asked.expect("1 conversation deleted" if not left else "Nothing was deleted|\\^C")
    asked.expect(pexpect.EOF)
    asked.close()
    assert asked.exitstatus == (130 if typed == "\x03" else 0)
    assert len(ids(store)) == left


@pytest.mark.parametrize("command", ["", "show", "search", "export", "delete"])
def test_help_has_examples(run, command):
    code, out, _ = run("history", *filter(None, [command]), "--help")
    assert code == 0
    assert f"  assistant history {command}".rstrip() in out
