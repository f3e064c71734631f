import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from assistant.conversation.history import DATABASE, Store, default_folder
from assistant.errors import ConversationError
from assistant.filters import Filter
from tests.kept import ANSWER, REFUSAL, answer

NOON = datetime(2026, 6, 3, 12, tzinfo=UTC)
WHERE = Filter.of("reports/*", since="2026")


@pytest.fixture
def notices():
    return []


@pytest.fixture
def store(tmp_path, notices):
    return Store(tmp_path / "kept", notices.append)


def begun(store):
    return store.begin(index="/index", where=WHERE, model="local/tiny", program="0.1.0")


def kept(store, *answers, asked=NOON):
    """The id of a conversation with these answers, a minute apart."""
    recorder = begun(store)
    for minute, each in enumerate(answers):
        recorder.add(each, asked + timedelta(minutes=minute))
    return recorder.id


def files(store):
    return sorted(path.name for path in store.folder.iterdir())


def ids(store):
    return [each.head.id for each in store.list()]


def execute(store, *statement):
    """Change the database as another program would."""
    with sqlite3.connect(store.folder / DATABASE) as db:
        db.execute(*statement)
    db.close()


# Keeping


def test_what_was_kept_is_read_back(store, notices):
    session = store.open(kept(store, ANSWER, REFUSAL))
    first, _ = session.turns
    assert (first.number, first.asked, first.question) == (1, NOON, ANSWER.question)
    assert first.standalone_question == ANSWER.standalone_question
    assert [turn.to_dict()["status"] for turn in session.turns] == ["partial", "not_in_documents"]
    assert first.read().to_dict() == ANSWER.to_dict()
    assert (session.head.index, session.head.where) == ("/index", WHERE)
    assert (session.head.model, session.head.program) == ("local/tiny", "0.1.0")
    assert [turn.text for turn in session.turns] == [ANSWER.text, ""]
    assert notices == []


def test_a_conversation_without_a_turn_leaves_nothing(store):
    assert begun(store).id == ""
    assert not store.folder.exists()
    assert store.list() == ()


def test_a_turn_can_be_read_as_soon_as_it_is_added(store):
    recorder = begun(store)
    for number in (1, 2):
        recorder.add(ANSWER)
        assert len(store.open(recorder.id).turns) == number


def test_by_default_a_question_was_asked_as_long_ago_as_its_answer_took(store):
    before = datetime.now(UTC)
    begun(store).add(ANSWER)
    took = before - store.open("last").turns[0].asked
    assert timedelta(seconds=9) < took < timedelta(seconds=12)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_their_user_may_read_conversations(store):
    kept(store, ANSWER)
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((store.folder / DATABASE).stat().st_mode) == 0o600


def test_an_id_is_a_day_and_letters_that_can_be_typed(store):
    assert re.fullmatch(r"20\d\d-\d\d-\d\d-[b-z]{4}", kept(store, ANSWER))


def test_an_id_that_is_taken_is_not_given_again(store, monkeypatch):
    given = iter(["one", "one", "two"])
    monkeypatch.setattr("assistant.conversation.history._new_id", lambda _: next(given))
    assert [kept(store, ANSWER), kept(store, REFUSAL)] == ["one", "two"]
    assert store.open("one").turns[0].question == ANSWER.question


def test_text_that_is_no_unicode_is_kept_all_the_same(store, tmp_path):
    text = "a\x1b]0;t\x07\x9b31m\u202e\ud800 é ü 漢"
    recorder = store.begin(index="/\udcff", where=Filter.of(text), model=text, program="0")
    recorder.add(answer(question=text))
    assert store.open(recorder.id).turns[0].question == text
    assert store.list()[0].question.endswith(" é ü 漢")


def test_several_chats_at_once_keep_their_turns_apart(store):
    def talk():
        recorder = begun(store)
        for _ in range(5):
            recorder.add(ANSWER)

    threads = [threading.Thread(target=talk) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.turns for each in store.list()] == [5] * 8
    assert files(store) == [DATABASE]


def test_a_reader_that_is_not_done_keeps_nobody_from_writing(store, monkeypatch):
    monkeypatch.setattr("assistant.conversation.history._BUSY", 0.0)
    identity = kept(store, ANSWER, ANSWER)
    found = store.search("loan")
    next(found)
    store.resume(identity).add(REFUSAL)
    assert len(store.open(identity).turns) == 3


def test_where_nothing_can_be_kept_the_conversation_goes_on_with_one_notice(tmp_path, notices):
    (tmp_path / "file").write_text("")
    recorder = begun(Store(tmp_path / "file" / "kept", notices.append))
    recorder.add(ANSWER)
    recorder.add(ANSWER)
    assert recorder.id == ""
    (notice,) = notices
    assert notice.startswith("From here on this conversation is not kept: ")
    assert "--no-history" in notice


@pytest.mark.parametrize("begins", [True, False])
def test_a_turn_that_cannot_be_written_leaves_those_before(store, notices, begins):
    first = kept(store, ANSWER)
    recorder = begun(store) if begins else store.resume(first)
    full = "SELECT RAISE(FAIL, 'database or disk is full');"
    execute(store, f"CREATE TRIGGER full BEFORE INSERT ON turns BEGIN {full} END")
    recorder.add(REFUSAL)
    recorder.add(REFUSAL)
    assert [(each.head.id, each.turns) for each in store.list()] == [(first, 1)]
    assert recorder.id == ("" if begins else first)
    assert recorder.has_stopped
    (notice,) = notices
    assert "not kept: database or disk is full" in notice


def test_another_program_that_writes_is_waited_for_so_long(store, notices, monkeypatch):
    identity = kept(store, ANSWER)
    recorder = store.resume(identity)
    monkeypatch.setattr("assistant.conversation.history._BUSY", 0.0)
    writing = sqlite3.connect(store.folder / DATABASE, isolation_level=None)
    writing.execute("BEGIN IMMEDIATE")
    recorder.add(ANSWER)
    assert len(store.open(identity).turns) == 1  # which may be read meanwhile
    writing.close()
    assert "not kept: database is locked" in notices[0]


def test_what_is_deleted_in_mid_conversation_does_not_come_back(store, notices):
    recorder = begun(store)
    recorder.add(ANSWER)
    store.delete([recorder.id])
    recorder.add(ANSWER)
    assert ids(store) == []
    assert recorder.id == ""
    assert "it was deleted" in notices[0]


# Going on


def test_a_conversation_goes_on_where_it_was_left(store):
    identity = kept(store, ANSWER)
    recorder = store.resume(identity)
    assert [turn.question for turn in recorder.session.turns] == [ANSWER.question]
    recorder.add(REFUSAL)
    assert [turn.number for turn in store.open(identity).turns] == [1, 2]
    assert ids(store) == [identity]


def test_two_that_go_on_with_the_same_conversation_lose_no_turn(store, notices):
    identity = kept(store, ANSWER)
    first, second = store.resume(identity), store.resume(identity)
    for recorder in (first, second, first):
        recorder.add(REFUSAL)
    assert [turn.number for turn in store.open(identity).turns] == [1, 2, 3, 4]
    assert notices == []


def test_a_kill_in_mid_turn_loses_that_turn_only(store):
    program = (
        "import os, sys; from pathlib import Path;"
        "from assistant.conversation import history;"
        "from assistant.filters import Filter; from tests.kept import ANSWER;"
        "recorder = history.Store(Path(sys.argv[1])).begin("
        "index='/i', where=Filter(), model='none', program='0');"
        "recorder.add(ANSWER); recorder.add(ANSWER);"
        "history._json = lambda _: os.kill(os.getpid(), 9); recorder.add(ANSWER)"
    )
    subprocess.run([sys.executable, "-c", program, store.folder], check=False)
    recorder = store.resume()
    assert len(recorder.session.turns) == 2
    recorder.add(REFUSAL)
    assert len(store.open("last").turns) == 3


# Finding


def test_the_list_tells_the_latest_first(store):
    old = kept(store, ANSWER, REFUSAL, asked=NOON - timedelta(days=40))
    new = kept(store, REFUSAL)
    first, second = store.list()
    assert [first.head.id, second.head.id] == [new, old]
    assert (second.turns, second.question) == (2, ANSWER.question)
    assert second.asked == NOON - timedelta(days=40) + timedelta(minutes=1)
    store.resume(old).add(ANSWER, NOON + timedelta(days=1))
    assert store.list()[0].head.id == old


def test_a_name_is_an_id_the_beginning_of_one_its_letters_or_last(store, monkeypatch):
    given = iter(["2026-06-03-bcdf", "2026-06-03-bcdg", "2026-06-04-kmnp"])
    monkeypatch.setattr("assistant.conversation.history._new_id", lambda _: next(given))
    for day in range(3):
        kept(store, ANSWER, asked=NOON + timedelta(days=day))
    for name in ("2026-06-04-kmnp", "2026-06-04", "kmnp", "k", "last"):
        assert store.open(name).id == "2026-06-04-kmnp"
    assert store.open("bcdg").id == "2026-06-03-bcdg"
    with pytest.raises(ConversationError, match="means 2026-06-03-bcdf, 2026-06-03-bcdg; type"):
        store.open("bc")
    for name in ("", "x", "../2026-06-03-bcdf", "*"):
        with pytest.raises(ConversationError, match="assistant history"):
            store.open(name)


def test_without_a_conversation_there_is_no_last_one(store):
    with pytest.raises(ConversationError, match="no conversation is kept yet"):
        store.open()


def test_all_words_must_stand_in_one_turn_whatever_their_case(store):
    identity = kept(store, ANSWER, REFUSAL)
    found = list(store.search("WIRE ilo"))
    assert [(each.id, each.turn.number) for each in found] == [(identity, 2), (identity, 1)]
    (only,) = store.search("king")
    assert (only.turn.number, only.excerpt) == (2, "Who is king of Ilo?")
    assert list(store.search("king billionaire")) == []
    with pytest.raises(ConversationError, match="nothing to search for"):
        list(store.search(" "))


@pytest.mark.parametrize("word", ['"$8', "straSSe", "\\", "\u2028x", "ÉCOLE", "☃"])
def test_a_word_is_found_however_json_writes_it(store, word):
    identity = kept(store, answer(question='A "$8 Straße \\ \u2028x école ☃?'))
    assert [each.id for each in store.search(word)] == [identity]


# Deleting


def test_what_is_deleted_is_gone(store):
    secret = answer(question="Who is Rumpelstiltskin?")
    first, second = kept(store, secret), kept(store, REFUSAL)
    assert store.delete([first, first]) == (first,)
    assert ids(store) == [second]
    assert b"Rumpelstiltskin" not in (store.folder / DATABASE).read_bytes()


def test_nothing_is_deleted_if_a_name_is_wrong(store):
    first = kept(store, ANSWER)
    with pytest.raises(ConversationError, match="no conversation 'nothing'"):
        store.delete([first, "nothing"])
    assert ids(store) == [first]


# Files of earlier versions


def lines_of(*answers, **changed):
    """The lines of a file in which an earlier version kept a conversation."""
    head = {
        "conversation": 1,
        "id": "whatever",
        "started": "2026-06-03T12:00:00Z",
        "program": "0.1.0",
        "index": "/index",
        "filters": WHERE.to_dict(),
        "model": "local/tiny",
    }
    turns = (
        {
            "turn": number,
            "asked": f"2026-06-03T12:0{number}:00Z",
            "question": each.question,
            "standalone_question": each.standalone_question,
            "status": each.status,
            "answer": each.to_dict(),
        }
        for number, each in enumerate(answers, 1)
    )
    return [json.dumps(each).encode() + b"\n" for each in (head | changed, *turns)]


@pytest.fixture
def earlier(store):
    """Writes the file of a conversation as an earlier version did."""

    def write(identity, lines):
        store.folder.mkdir(exist_ok=True)
        (store.folder / f"{identity}.jsonl").write_bytes(b"".join(lines))

    return write


def test_what_an_earlier_version_kept_is_taken_over_whole_and_once(store, notices, earlier):
    earlier("2026-06-03-bcdf", lines_of(ANSWER, REFUSAL))
    earlier("2026-06-03-kmnp", lines_of(ANSWER))
    session = store.open("bcdf")
    assert session.turns[0].read().to_dict() == ANSWER.to_dict()
    assert [turn.question for turn in session.turns] == [ANSWER.question, REFUSAL.question]
    assert [turn.asked.minute for turn in session.turns] == [1, 2]
    assert (session.head.started, session.head.where) == (NOON, WHERE)
    assert (session.head.index, session.head.model) == ("/index", "local/tiny")
    assert files(store) == [
        "2026-06-03-bcdf.jsonl.imported",
        "2026-06-03-kmnp.jsonl.imported",
        DATABASE,
    ]
    store.resume("bcdf").add(ANSWER)
    assert [turn.number for turn in Store(store.folder).open("bcdf").turns] == [1, 2, 3]
    assert notices == []


def test_what_is_deleted_is_gone_from_files_of_earlier_versions_too(store, earlier):
    earlier("2026-06-03-bcdf", lines_of(ANSWER))
    store.delete(["bcdf"])
    assert files(store) == [DATABASE]
    assert ids(Store(store.folder)) == []


def test_a_file_that_was_taken_over_but_not_renamed_is_no_second_conversation(
    store, notices, earlier, monkeypatch
):
    earlier("2026-06-03-bcdf", lines_of(ANSWER))
    full = OSError(28, "No space left on device")
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.rename", lambda *_: (_ for _ in ()).throw(full))
        with pytest.raises(ConversationError, match="No space"):
            store.list()
    earlier("2026-06-03-bcdf", lines_of(ANSWER, REFUSAL))  # and its chat went on
    assert [each.turns for each in store.list()] == [2]
    assert notices == []


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense\n",
        b'{"turn": 2}\n',
        b"[" * 100_000 + b"\n",
        lines_of(ANSWER)[1].replace(b"2026-06-03T12", b"0001-01-01T12"),
        lines_of(ANSWER)[1].replace(b'"turn": 1', b'"turn": "1"'),
    ],
)
@pytest.mark.parametrize("place", [1, 2, 3])
def test_lines_that_are_no_turns_are_told_and_the_others_are_read(
    store, notices, earlier, line, place
):
    lines = lines_of(ANSWER, REFUSAL)
    earlier("one", [*lines[:place], line, *lines[place:]])
    questions = [turn.question for turn in store.open("one").turns]
    assert questions == [ANSWER.question, REFUSAL.question]
    assert notices == ["one.jsonl: 1 of its lines are no finished turns, and are passed over."]


def test_a_last_line_that_was_not_finished_is_told(store, notices, earlier):
    *lines, last = lines_of(ANSWER, REFUSAL)
    earlier("torn", [*lines, last[:-40]])
    earlier("whole", [*lines, last.rstrip(b"\n")])
    assert {each.head.id: each.turns for each in store.list()} == {"torn": 1, "whole": 2}
    assert [notice.split(":")[0] for notice in notices] == ["torn.jsonl"]


def test_what_is_no_conversation_is_told_and_left_and_hides_no_other(store, notices, earlier):
    identity = kept(store, ANSWER)
    head, turn = lines_of(ANSWER)
    left = {
        "empty": b"",
        "garbage": b"\x00\xff" * 1000,
        "list": b"[1]\n",
        "deep": b"[" * 200_000 + b"\n",
        "other": b'{"id": 1}\n',
        "times": head.replace(b'"started": "', b'"started": "+') + turn,
        "filters": head.replace(b'"2026-01-01"', b'"soon"') + turn,
        "newer": head.replace(b'{"conversation": 1', b'{"conversation": 2') + turn,
        "bare": head,
    }
    for name, data in left.items():
        earlier(name, [data])
    (store.folder / "folder.jsonl").mkdir()
    (store.folder / "notes.txt").write_bytes(b"mine")
    before = files(store)
    store = Store(store.folder, notices.append)
    assert ids(store) == [identity]
    assert store.open("last").id == identity
    assert sorted(notices) == [
        f"{name}.jsonl is no conversation; move it to another folder." for name in sorted(left)
    ]
    assert files(store) == before


# A database that others changed


def test_an_answer_that_was_altered_to_none_costs_its_turn_only(store):
    kept(store, ANSWER, ANSWER)
    altered = json.dumps(ANSWER.to_dict() | {"citations": [{"quote": 5}]})
    execute(store, "UPDATE turns SET answer = ? WHERE number = 1", (altered,))
    first, second = store.open("last").turns
    with pytest.raises(ConversationError, match="the answer of turn 1 cannot be read"):
        first.read()
    assert second.read().to_dict() == ANSWER.to_dict()
    assert len(list(store.search("Peru"))) == 2


def test_a_database_of_a_newer_version_is_refused(store):
    kept(store, ANSWER)
    execute(store, "PRAGMA user_version = 1000")
    with pytest.raises(ConversationError, match="newer version of the program; update"):
        store.list()


def test_a_database_that_is_none_is_told_and_left(store, notices):
    store.folder.mkdir()
    (store.folder / DATABASE).write_bytes(b"mine" * 1000)
    with pytest.raises(ConversationError, match="file is not a database; try again, or name"):
        store.list()
    begun(store).add(ANSWER)
    assert "not kept: file is not a database" in notices[0]
    assert (store.folder / DATABASE).read_bytes() == b"mine" * 1000


def test_a_folder_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConversationError, match="ASSISTANT_HISTORY_DIR"):
        Store(tmp_path / "file").list()


def test_conversations_are_in_the_users_data_folder_unless_another_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("ASSISTANT_HISTORY_DIR", str(tmp_path / "there"))
    assert default_folder() == tmp_path / "there"
    monkeypatch.delenv("ASSISTANT_HISTORY_DIR")
    assert default_folder().parts[-2:] == ("assistant", "conversations")
    assert default_folder().is_relative_to(tmp_path)
