"""A walk comes to what is to be read and nothing else, in the order in which SQLite sorts paths."""

from __future__ import annotations

import os
import random
import sqlite3
from pathlib import Path

import pytest

from assistant.ingest.sources.ignore import Exclusion, parsed
from assistant.ingest.sources.walk import Found, Shut, Walk, key_path, lies_in, path_key, read_bytes


def write(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def names(root: Path, start: Path | None = None, **options: object) -> list[str]:
    walk = Walk(root, start or root, **options)  # type: ignore[arg-type]
    return [found.key.removeprefix(f"{root}/") for found in walk]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs"


def test_files_come_in_the_order_in_which_sqlite_sorts_their_paths(root: Path) -> None:
    rng = random.Random(3)
    letters = [b"a", b"b", b"-", b".", b"0", b" ", b"\\udce9", b"\xe9", "é".encode(), "😀".encode()]
    letters += [b"\xed\xa0\x80", "\uffff".encode(), b"~", b"!"]
    for _ in range(400):
        parts = [b"".join(rng.choices(letters, k=rng.randint(1, 3))) for _ in range(3)]
        parts = [b"x" + part for part in parts[: rng.randint(1, 3)]]
        path = Path(os.fsdecode(b"/".join([os.fsencode(root), *parts])))
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_dir():
            Path(f"{path}.txt").touch()
    keys = [found.key for found in Walk(root, root)]
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE TABLE files (path TEXT)")
        db.executemany("INSERT INTO files VALUES (?)", [(key,) for key in keys])
        ordered = [key for (key,) in db.execute("SELECT path FROM files ORDER BY path")]
    db.close()
    assert len(keys) > 250
    assert keys == ordered
    assert len(set(keys)) == len(keys)


def test_a_key_leads_back_to_its_path(root: Path) -> None:
    for raw in (b"caf\xe9.txt", "café.txt".encode(), b"back\\udce9.txt"):
        path = Path(os.fsdecode(os.fsencode(root) + b"/" + raw))
        path.touch()
        assert key_path(path_key(path)) == path


def test_names_that_read_alike_are_told_and_one_is_read(root: Path) -> None:
    for raw in (b"\xe9.txt", b"\\udce9.txt"):
        Path(os.fsdecode(os.fsencode(root) + b"/" + raw)).touch()
    walk = Walk(root, root)
    assert len(list(walk)) == 1
    [note] = walk.notes
    assert "rename" in note.reason


def test_a_link_to_a_file_that_is_not_read_itself_stands_for_it(root: Path) -> None:
    write(root / ".annex" / "objects" / "abc")
    write(root / "plain.bin")
    write(root / "real.txt")
    (root / "kept.txt").symlink_to(root / ".annex" / "objects" / "abc")
    (root / "named.txt").symlink_to(root / "plain.bin")
    (root / "twice.txt").symlink_to(root / "real.txt")
    (root / "away.txt").symlink_to(write(root.parent / "secret.txt"))
    (root / "folder.txt").symlink_to(root)
    assert names(root) == ["kept.txt", "named.txt", "real.txt"]


def test_hard_links_are_files_of_their_own(root: Path) -> None:
    os.link(write(root / "a.txt"), root / "b.txt")
    assert names(root) == ["a.txt", "b.txt"]


def test_a_folder_that_cannot_be_opened_is_told_in_its_place(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.txt", "shut/b.txt", "shut-too.txt", "z.txt"):
        write(root / name)
    opened = os.scandir

    def refused(path: str) -> object:
        if path.rstrip("/").endswith("shut"):
            raise PermissionError(13, "Permission denied", path)
        return opened(path)

    monkeypatch.setattr(os, "scandir", refused)  # the super-user is never refused
    found = list(Walk(root, root))
    assert [type(each) for each in found] == [Found, Found, Shut, Found]
    shut = found[2]
    assert isinstance(shut, Shut)
    assert shut.holds(f"{root}/shut/b.txt")
    assert not shut.holds(f"{root}/shut-too.txt")
    assert shut.reason == "Permission denied"


def test_ignore_files_count_in_their_folder_and_below_and_are_no_documents(root: Path) -> None:
    for name in (
        "a.tmp.txt",
        "b.txt",
        "sub/c.tmp.txt",
        "sub/d.txt",
        "sub/keep.tmp.txt",
        "old/e.txt",
    ):
        write(root / name)
    write(root / ".assistantignore", "*.tmp.txt\nold/\n")
    write(root / "sub" / ".assistantignore", "\ufeff!keep.tmp.txt\r\n/d.txt\r\n")
    walk = Walk(root, root)
    assert [found.key.removeprefix(f"{root}/") for found in walk] == ["b.txt", "sub/keep.tmp.txt"]
    assert walk.excluded == 4
    assert names(root, root / "sub") == ["sub/keep.tmp.txt"]
    assert walk.admits(root / "sub" / "keep.tmp.txt")
    for name in ("a.tmp.txt", "sub/d.txt", "old/e.txt", "old", ".hidden", "picture.png"):
        assert not walk.admits(root / name), name


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"\xff\xfe*\x00", "UTF-8"), (b"x\n" * 40_000, "64 kB"), (b"*.md\n[a\n", "matches nothing")],
)
def test_an_ignore_file_that_is_none_is_told_and_passed_over(
    root: Path, content: bytes, reason: str
) -> None:
    write(root / "a.txt")
    (root / ".assistantignore").write_bytes(content)
    walk = Walk(root, root)
    assert len(list(walk)) == 1
    [note] = walk.notes
    assert note.path.startswith(".assistantignore")
    assert reason in note.reason


def test_an_ignore_file_that_is_a_pipe_is_not_waited_for(root: Path) -> None:
    write(root / "a.txt")
    os.mkfifo(root / ".assistantignore")
    walk = Walk(root, root)
    assert len(list(walk)) == 1
    assert "no plain file" in walk.notes[0].reason


def test_a_folder_whose_ignore_file_cannot_be_read_is_left_as_it_was(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root / "sub" / "private.txt")
    write(root / "sub" / ".assistantignore", "private.txt")

    def refused(path: Path, limit: int) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("assistant.ingest.sources.walk.read_bytes", refused)
    [shut] = Walk(root, root)
    assert isinstance(shut, Shut)
    assert shut.holds(f"{root}/sub/private.txt")


def test_roots_within_are_walked_on_their_own(root: Path) -> None:
    for name in ("a.txt", "sub/b.txt", "c.txt"):
        write(root / name)
    besides = frozenset({f"{root}/sub", f"{root}/c.txt"})
    assert names(root, besides=besides) == ["a.txt"]


def test_removed_paths_are_passed_over_whatever_their_letters(root: Path) -> None:
    for name in ("[a]*.txt", "a.txt", "sub/b.txt"):
        write(root / name)
    rules = Exclusion(removed=frozenset({"[a]*.txt", "sub"}))
    assert names(root, exclusion=rules) == ["a.txt"]


def test_patterns_given_by_hand_are_from_the_root_on(root: Path) -> None:
    for name in ("a.md", "sub/a.md", "sub/b.txt"):
        write(root / name)
    assert names(root, exclusion=Exclusion(tuple(parsed(["/a.md", "sub/*.txt"])[0]))) == [
        "sub/a.md"
    ]


def test_what_is_no_plain_file_is_not_read_even_if_it_takes_a_files_place(root: Path) -> None:
    os.mkfifo(root / "pipe.txt")
    assert names(root) == []
    with pytest.raises(OSError, match="no plain file"):
        read_bytes(root / "pipe.txt")


def test_a_path_lies_in_a_folder_only_at_a_slash() -> None:
    assert lies_in("/docs/a/b.txt", {"/docs/a"})
    assert lies_in("/docs", {"/"})
    assert not lies_in("/docs/ab.txt", {"/docs/a"})
    assert not lies_in("/docs/a.txt", set())
    assert not lies_in("https://a.org/a/b", {"https://a.org/a", "https:", ""})
