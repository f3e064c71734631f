import json
import os
import re
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from assistant.conversation.history import Store, default_folder
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
    with begun(store) as recorder:
        for minute, each in enumerate(answers):
            recorder.add(each, asked + timedelta(minutes=minute))
    return recorder.id


def files(store):
    return sorted(path.name for path in store.folder.iterdir())


def file_of(store, identity):
    return store.folder / f"{identity}.jsonl"


# Keeping


def test_what_was_kept_is_read_back(store, notices):
    session = store.open(kept(store, ANSWER, REFUSAL))
    first, second = session.turns
    assert (first.number, first.asked, first.question) == (1, NOON, ANSWER.question)
    assert first.standalone_question == ANSWER.standalone_question
    assert (first.status, second.status) == ("partial", "not_in_documents")
    assert first.read().to_dict() == ANSWER.to_dict()
    assert (session.head.index, session.head.where) == ("/index", WHERE)
    assert (session.head.model, session.head.program) == ("local/tiny", "0.1.0")
    assert session.history() == [(ANSWER.question, ANSWER.text), (REFUSAL.question, "")]
    assert notices == []


def test_a_conversation_without_a_turn_leaves_no_file(store):
    with begun(store) as recorder:
        assert recorder.id == ""
    assert not store.folder.exists()
    assert store.list() == ()


def test_a_turn_is_in_the_file_as_soon_as_it_is_added(store):
    with begun(store) as recorder:
        for number in (1, 2):
            recorder.add(ANSWER)
            assert len(store.open(recorder.id).turns) == number


def test_by_default_a_question_was_asked_as_long_ago_as_its_answer_took(store):
    before = datetime.now(UTC)
    with begun(store) as recorder:
        recorder.add(ANSWER)
    took = before - store.open("last").turns[0].asked
    assert timedelta(seconds=9) < took < timedelta(seconds=12)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_their_user_may_read_conversations(store):
    identity = kept(store, ANSWER)
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file_of(store, identity).stat().st_mode) == 0o600


def test_an_id_is_a_day_and_letters_that_can_be_typed(store):
    assert re.fullmatch(r"20\d\d-\d\d-\d\d-[b-z]{4}", kept(store, ANSWER))


def test_an_id_that_is_taken_is_not_given_again(store, monkeypatch):
    ids = iter(["one", "one", "two"])
    monkeypatch.setattr("assistant.conversation.recording._new_id", lambda _: next(ids))
    assert [kept(store, ANSWER), kept(store, REFUSAL)] == ["one", "two"]
    assert store.open("one").turns[0].question == ANSWER.question


def test_the_file_holds_nothing_that_a_terminal_would_obey(store):
    text = "a\x1b]0;t\x07\x9b31m\u202e\ud800 é ü 漢"
    identity = kept(store, answer(question=text))
    data = file_of(store, identity).read_bytes()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", data.decode())
    assert "é ü 漢".encode() in data  # what is read stays as it is read
    assert store.open(identity).turns[0].question == text


def test_several_chats_at_once_keep_to_files_of_their_own(store):
    def talk():
        with begun(store) as recorder:
            for _ in range(5):
                recorder.add(ANSWER)

    threads = [threading.Thread(target=talk) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.turns for each in store.list()] == [5] * 8
    assert len(files(store)) == 8  # and nothing else is left behind


@pytest.mark.parametrize("broken", ["folder", "disk"])
def test_where_nothing_can_be_kept_the_conversation_goes_on_with_one_notice(
    tmp_path, notices, monkeypatch, broken
):
    if broken == "folder":
        (tmp_path / "file").write_text("")
        store = Store(tmp_path / "file" / "kept", notices.append)
    else:
        store = Store(tmp_path / "kept", notices.append)
        full = OSError(28, "No space left on device")
        monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(full))
    with begun(store) as recorder:
        recorder.add(ANSWER)
        recorder.add(ANSWER)
    assert recorder.id == ""
    (notice,) = notices
    assert notice.startswith("From here on this conversation is not kept: ")
    assert "--no-history" in notice
    assert broken == "folder" or files(store) == []


def test_a_turn_for_which_there_is_no_room_leaves_those_before(store, notices, monkeypatch):
    with begun(store) as recorder:
        recorder.add(ANSWER)
        full = OSError(28, "No space left on device")
        monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(full))
        recorder.add(REFUSAL)
    session = store.open(recorder.id)
    assert ([turn.question for turn in session.turns], session.faults) == ([ANSWER.question], ())
    assert len(notices) == 1


def test_a_file_deleted_in_mid_conversation_does_not_come_back(store, notices):
    with begun(store) as recorder:
        recorder.add(ANSWER)
        file_of(store, recorder.id).unlink()
        recorder.add(ANSWER)
    assert files(store) == []
    assert "its file was deleted" in notices[0]


# Going on


def test_a_conversation_goes_on_in_its_own_file(store):
    identity = kept(store, ANSWER)
    with store.resume(identity) as recorder:
        assert [turn.question for turn in recorder.session.turns] == [ANSWER.question]
        recorder.add(REFUSAL)
    assert [turn.number for turn in store.open(identity).turns] == [1, 2]
    assert files(store) == [f"{identity}.jsonl"]


@pytest.mark.parametrize("first", ["began", "went on"])
def test_two_never_go_on_with_the_same_conversation_at_once(store, first):
    recorder = begun(store)
    recorder.add(ANSWER)
    if first == "went on":
        recorder.close()
        recorder = store.resume(recorder.id)
    with pytest.raises(ConversationError, match="open in another chat"):
        store.resume(recorder.id)
    recorder.close()
    store.resume(recorder.id).close()


def test_a_torn_last_line_is_passed_over_and_told_and_the_next_turn_takes_its_place(store, notices):
    identity = kept(store, ANSWER, ANSWER)
    path = file_of(store, identity)
    path.write_bytes(path.read_bytes()[:-40])
    assert store.list()[0].turns == 1
    with store.resume(identity) as recorder:
        recorder.add(REFUSAL)
    assert notices == [f"{path.name}: its last turn was not finished, and is passed over."]
    session = store.open(identity)
    assert [turn.question for turn in session.turns] == [ANSWER.question, REFUSAL.question]
    assert session.faults == ()


def test_a_last_line_that_only_lacks_its_break_is_a_turn(store):
    identity = kept(store, ANSWER, REFUSAL)
    path = file_of(store, identity)
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert store.list()[0].turns == 2
    with store.resume(identity) as recorder:
        recorder.add(ANSWER)
    assert [turn.number for turn in store.open(identity).turns] == [1, 2, 3]


def test_a_kill_in_mid_turn_loses_that_turn_only_and_leaves_no_lock(store):
    program = (
        "import os, sys; from pathlib import Path;"
        "from assistant.conversation.history import Store;"
        "from assistant.filters import Filter; from tests.kept import ANSWER;"
        "recorder = Store(Path(sys.argv[1])).begin("
        "index='/i', where=Filter(), model='none', program='0');"
        "recorder.add(ANSWER); recorder.add(ANSWER); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", program, store.folder], check=False)
    with store.resume() as recorder:
        assert len(recorder.session.turns) == 2
        recorder.add(REFUSAL)
    assert len(store.open("last").turns) == 3


def test_a_conversation_goes_on_unkept_where_its_folder_cannot_be_written(
    store, notices, monkeypatch
):
    identity = kept(store, ANSWER)

    def refused(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("assistant.conversation.recording.locked", refused)
    with store.resume(identity) as recorder:
        assert len(recorder.session.turns) == 1
        recorder.add(REFUSAL)
    assert len(store.open(identity).turns) == 1
    (notice,) = notices
    assert "not kept: Permission denied" in notice


# Finding


def test_the_list_tells_the_latest_first(store):
    old = kept(store, ANSWER, REFUSAL, asked=NOON - timedelta(days=40))
    new = kept(store, REFUSAL)
    first, second = store.list()
    assert [first.head.id, second.head.id] == [new, old]
    assert (second.turns, second.question) == (2, ANSWER.question)
    assert second.asked == NOON - timedelta(days=40) + timedelta(minutes=1)
    with store.resume(old) as recorder:
        recorder.add(ANSWER, NOON + timedelta(days=1))
    assert store.list()[0].head.id == old


def test_the_list_is_right_where_a_turn_is_longer_than_what_is_read_of_an_end(store):
    long = answer(question="Why? " * 20_000)
    identity = kept(store, long, ANSWER, long)
    (summary,) = store.list()
    assert (summary.head.id, summary.turns, summary.question) == (identity, 3, long.question)


def test_a_name_is_an_id_the_beginning_of_one_its_letters_or_last(store, monkeypatch):
    ids = iter(["2026-06-03-bcdf", "2026-06-03-bcdg", "2026-06-04-kmnp"])
    monkeypatch.setattr("assistant.conversation.recording._new_id", lambda _: next(ids))
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
    assert [(each.session.id, each.turn.number) for each in found] == [(identity, 2), (identity, 1)]
    (only,) = store.search("king")
    assert (only.turn.number, only.excerpt) == (2, "Who is king of Ilo?")
    assert list(store.search("king billionaire")) == []
    with pytest.raises(ConversationError, match="nothing to search for"):
        list(store.search(" "))


@pytest.mark.parametrize("word", ['"$8', "straSSe", "\\", "\u2028x", "ÉCOLE", "☃"])
def test_a_word_is_found_however_the_file_writes_it(store, word):
    identity = kept(store, answer(question='A "$8 Straße \\ \u2028x école ☃?'))
    assert [each.session.id for each in store.search(word)] == [identity]


# Deleting


def test_what_is_deleted_is_gone(store):
    first, second = kept(store, ANSWER), kept(store, REFUSAL)
    assert store.delete([first, first]) == (first,)
    assert files(store) == [f"{second}.jsonl"]


def test_nothing_is_deleted_if_a_name_is_wrong_or_a_conversation_is_open(store):
    first = kept(store, ANSWER)
    with pytest.raises(ConversationError, match="no conversation 'nothing'"):
        store.delete([first, "nothing"])
    with begun(store) as recorder:
        recorder.add(ANSWER)
        with pytest.raises(ConversationError, match="open in another chat"):
            store.delete([first, recorder.id])
    assert len(files(store)) == 2


# What others left there


def test_what_is_no_conversation_is_told_and_left_and_hides_no_other(store, notices):
    identity = kept(store, ANSWER)
    folder = store.folder
    head, turn = file_of(store, identity).read_bytes().splitlines(keepends=True)
    newer = head.replace(b'{"conversation": 1', b'{"conversation": 2')
    left = {
        "empty.jsonl": b"",
        "garbage.jsonl": b"\x00\xff" * 1000,
        "list.jsonl": b"[1]\n",
        "deep.jsonl": b"[" * 200_000 + b"\n",
        "other.jsonl": b'{"id": 1}\n',
        "times.jsonl": head.replace(b'"started": "', b'"started": "+'),
        "newer.jsonl": newer + turn,
        "bare.jsonl": head,
        "notes.txt": b"mine",
    }
    for name, data in left.items():
        (folder / name).write_bytes(data)
    (folder / "folder.jsonl").mkdir()
    (folder / "link.jsonl").symlink_to(file_of(store, identity))
    (folder / ".DS_Store").write_bytes(b"")
    before = files(store)
    assert [each.head.id for each in store.list()] == [identity]
    told = {notice.split()[0]: notice for notice in notices}
    assert len(notices) == len(told) == len(left) + 2
    assert "newer version of the program (format 2); update" in told["newer.jsonl"]
    assert "no finished turn" in told["bare.jsonl"]
    assert files(store) == before
    for name in ("newer", "garbage"):
        with pytest.raises(ConversationError):
            store.resume(name)
    assert kept(store, ANSWER)
    assert store.delete(["garbage"]) == ("garbage",)  # but whoever names it may delete it


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense\n",
        b'{"turn": 2}\n',
        b"[" * 100_000 + b"\n",
        b'{"turn": 2, "asked": "0001-01-01T00:00:00Z", "question": "q",'
        b' "standalone_question": "q", "status": "answered", "answer": {}}\n',
    ],
)
@pytest.mark.parametrize("place", [1, 2, 3])
def test_lines_that_are_no_turns_are_told_and_the_others_are_read(store, notices, line, place):
    identity = kept(store, ANSWER, ANSWER)
    path = file_of(store, identity)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:place], line, *lines[place:]]))
    assert len(store.open(identity).turns) == 2
    assert notices == [f"{path.name}: line {place + 1} is no turn, and is passed over."]
    assert [each.turns for each in store.list()] == [2]


def test_an_answer_that_was_altered_to_none_costs_its_turn_only(store):
    identity = kept(store, ANSWER, ANSWER)
    path = file_of(store, identity)
    head, first, second = path.read_text().splitlines()
    altered = json.loads(first)
    altered["answer"]["citations"] = [{"quote": 5}]
    path.write_text("\n".join((head, json.dumps(altered), second, "")))
    first, second = store.open(identity).turns
    with pytest.raises(ConversationError, match="the answer of turn 1 cannot be read"):
        first.read()
    assert second.read().to_dict() == ANSWER.to_dict()
    assert len(list(store.search("Peru"))) == 2


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
