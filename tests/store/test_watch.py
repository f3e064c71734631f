"""`assistant watch`, in a process of its own: what changes on the disk is soon so in the index."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import StorageError
from assistant.models.embeddings.minilm import MiniLM
from assistant.reports import IndexReport
from assistant.retrieval.query_terms import terms_of
from assistant.settings import Settings
from assistant.store.library import Library
from assistant.store.watch import _Keeper


class Watching:
    """A running `assistant watch` and the lines it prints."""

    def __init__(self, index: Path, *arguments: object) -> None:
        self.index = index
        command = [sys.executable, "-u", "-m", "assistant", "watch", "--index", str(index)]
        self.process = subprocess.Popen(
            [*command, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def __enter__(self) -> Watching:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self._reader.join()
        self.process.__exit__(None, None, None)

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line.rstrip())

    def line(self, timeout: float = 30) -> str:
        return self._lines.get(timeout=timeout)

    def is_silent(self, seconds: float) -> bool:
        try:
            self._lines.get(timeout=seconds)
        except queue.Empty:
            return True
        return False

    def found(self, word: str) -> list[str]:
        with Library(self.index, MiniLM(), Settings()) as library:
            hits = library.catalogue.words.bm25(terms_of(word), 5)
            passages = library.catalogue.passages_by_ids([key for key, _ in hits])
            return [passages[key].document.id for key, _ in hits]


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("The zebra crossed the river.")
    return tmp_path / "docs"


@pytest.fixture
def watching(tmp_path: Path, docs: Path) -> Iterator[Watching]:
    # The index lies in the folder that is watched: writing to it must not look like a change.
    with Watching(docs / "index", docs) as watching:
        assert watching.line().startswith("1 document added")
        yield watching


def test_what_changes_on_the_disk_is_soon_so_in_the_index(watching: Watching, docs: Path) -> None:
    (docs / "b.txt").write_text("The giraffe stayed at home.")
    assert watching.line().startswith("1 document added")
    (docs / ".b.txt.tmp").write_text("The giraffe went away.")
    (docs / ".b.txt.tmp").rename(docs / "b.txt")  # as editors save
    assert watching.line().startswith("0 documents added, 1 updated")
    (docs / "new" / "deep").mkdir(parents=True)
    (docs / "new" / "deep" / "c.txt").write_text("A lion came by.")
    assert watching.line().startswith("1 document added")
    (docs / "new").rename(docs / "old")
    assert watching.line().startswith(
        "1 document added, 0 unchanged, 1 removed; 3 passages (0 embedded)"
    )
    assert watching.found("lion") == ["old/deep/c.txt"]
    (docs / ".assistantignore").write_text("old/")
    assert "1 removed" in watching.line()
    assert watching.found("lion") == []
    (docs / "picture.png").write_text("x")
    (docs / ".hidden.txt").write_text("x")
    (docs / "picture.png").unlink()
    assert watching.is_silent(3)
    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(10) == 130


def test_many_changes_at_once_are_a_few_runs(watching: Watching, docs: Path) -> None:
    for number in range(300):
        (docs / f"{number}.txt").write_text(f"Number {number} of the burst.")
    added = runs = 0
    while added < 300:
        added += int(watching.line(60).split()[0])
        runs += 1
    assert runs <= 3


def test_a_root_that_goes_and_comes_back_keeps_its_documents(docs: Path, tmp_path: Path) -> None:
    with Watching(tmp_path / "index", docs) as watching:
        assert watching.line().startswith("1 document added")
        docs.rename(tmp_path / "unplugged")
        assert "1 skipped" in watching.line()
        assert "is gone; its document is kept" in watching.line()
        (tmp_path / "unplugged" / "b.txt").write_text("The giraffe stayed at home.")
        (tmp_path / "unplugged").rename(docs)
        assert watching.line().startswith("1 document added, 1 unchanged")


def test_while_another_process_writes_it_waits_and_says_so_once(
    watching: Watching, docs: Path
) -> None:
    with Library(docs / "index", MiniLM(), Settings()) as library, library.writing(5):
        (docs / "b.txt").write_text("The giraffe stayed at home.")
        assert "is writing" in watching.line()
        assert watching.is_silent(5)
    assert watching.line().startswith("1 document added")


def test_a_file_that_is_a_root_is_watched_without_its_folder(docs: Path, tmp_path: Path) -> None:
    (docs / "bad.txt").write_bytes(b"a\x00b")
    with Watching(tmp_path / "index", docs / "a.txt", docs / "bad.txt") as watching:
        assert watching.line().startswith("1 document added")
        assert watching.line() == "skipped bad.txt: binary, not text"
        (docs / "b.txt").write_text("The giraffe stayed at home.")
        (docs / "new").write_text("The zebra ran away.")
        (docs / "new").rename(docs / "a.txt")
        assert watching.line().startswith("0 documents added, 1 updated, 0 unchanged; 1 passage")


def test_polling_sees_changes_too(docs: Path, tmp_path: Path) -> None:
    with Watching(tmp_path / "index", docs, "--polling") as watching:
        assert watching.line().startswith("1 document added")
        (docs / "b.txt").write_text("The giraffe stayed at home.")
        assert watching.line().startswith("1 document added")


def test_what_failed_is_told_and_tried_again_at_the_next_change(
    docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices: list[str] = []
    with Library(tmp_path / "index", MiniLM(), Settings()) as library:
        library.index([docs])
        keeper = _Keeper(library, notices.append, polling=False)
        (docs / "b.txt").write_text("The giraffe stayed at home.")
        changes = [{str(docs / "b.txt")}, set(), {str(docs / "a.txt")}]
        monkeypatch.setattr(_Keeper, "_changes", lambda *_: iter(changes))
        update = library.update
        failures = [StorageError("the disk is full; free space"), None]

        def failing(paths: list[Path]) -> IndexReport:
            failure = failures.pop(0)
            if failure:
                raise failure
            return update(paths)

        monkeypatch.setattr(library, "update", failing)
        [report] = keeper.round()
    assert notices == ["the disk is full; free space"]
    assert failures == []
    assert (report.added, report.unchanged) == (1, 1)
