import os
import stat

import pytest

from assistant.cli.chat.typed_before import MOST, TypedBefore


@pytest.fixture
def file(tmp_path):
    return tmp_path / "state" / "typed.jsonl"


def test_entries_are_read_in_their_order_by_whoever_comes_next(file):
    for entry in ("one", "two\nlines", "日本 “quoted”"):
        TypedBefore(file, pytest.fail).add(entry)
    assert TypedBefore(file, pytest.fail).read() == ["one", "two\nlines", "日本 “quoted”"]


def test_the_file_is_for_nobody_else(file):
    TypedBefore(file, pytest.fail).add("one")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    file.chmod(0o644)
    TypedBefore(file, pytest.fail).read()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("secret", ["me:pw@models.example", "models.example/v1?api_key=abc"])
def test_what_holds_a_password_or_a_key_is_not_kept(file, secret):
    before = TypedBefore(file, pytest.fail)
    before.add("one")
    before.add(f"/model m@https://{secret}")
    assert TypedBefore(file, pytest.fail).read() == ["one"]


def test_two_conversations_add_to_one_file(file):
    first, second = TypedBefore(file, pytest.fail), TypedBefore(file, pytest.fail)
    first.add("one")
    second.add("two")
    first.add("three")
    assert second.read() == ["one", "two", "three"]


def test_the_same_again_is_one_entry(file):
    before = TypedBefore(file, pytest.fail)
    before.add("one")
    TypedBefore(file, pytest.fail).add("one")
    assert before.read() == ["one"]


def test_no_more_than_the_last_entries_stay(file):
    before = TypedBefore(file, pytest.fail)
    file.parent.mkdir()
    file.write_text("".join(f'"{number}"\n' for number in range(3 * MOST)))
    assert before.read() == [str(number) for number in range(2 * MOST, 3 * MOST)]
    assert len(file.read_text().splitlines()) == MOST
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_of_a_huge_file_the_end_is_read(file, monkeypatch):
    monkeypatch.setattr("assistant.cli.chat.typed_before._MOST_BYTES", 100)
    file.parent.mkdir()
    file.write_text("".join(f'"entry {number}"\n' for number in range(1000)))
    entries = TypedBefore(file, pytest.fail).read()
    assert entries[-1] == "entry 999"
    assert 5 < len(entries) < 10


@pytest.mark.parametrize(
    "garbage", [b"\xff\xfe\x00garbage\n", b'{"a": 1}\n[]\n1\n', b"[" * 100_000, b'"torn']
)
def test_garbage_is_passed_over_with_one_notice_and_what_comes_is_kept(file, garbage):
    file.parent.mkdir()
    file.write_bytes(b'"one"\n' + garbage)
    notices = []
    before = TypedBefore(file, notices.append)
    assert before.read() == ["one"]
    assert len(notices) == 1
    assert str(file) in notices[0]
    before.add("two")
    assert TypedBefore(file, lambda _: None).read() == ["one", "two"]
    assert garbage.rstrip(b"\n") in file.read_bytes()


def test_what_somebody_wrote_into_the_file_is_inert(file):
    file.parent.mkdir()
    file.write_text('"a\\u001b[31mb\\u0007"\n"\\ud800"\n')
    assert TypedBefore(file, pytest.fail).read() == ["ab", "\ufffd"]


def blocked_folder(file):
    file.parent.write_text("no folder")


def folder_there(file):
    file.mkdir(parents=True)


def pipe_there(file):
    file.parent.mkdir()
    os.mkfifo(file)


@pytest.mark.parametrize("obstacle", [blocked_folder, folder_there, pipe_there])
def test_what_cannot_be_read_or_written_is_told_once_and_stops_nothing(file, obstacle):
    obstacle(file)
    notices = []
    before = TypedBefore(file, notices.append)
    assert before.read() == []
    before.add("one")
    before.add("two")
    assert len(notices) == 1
    assert "for this conversation only" in notices[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read all")
def test_a_file_of_somebody_else_is_told(file):
    file.parent.mkdir()
    file.write_text('"one"\n')
    file.chmod(0)
    notices = []
    assert TypedBefore(file, notices.append).read() == []
    assert len(notices) == 1
