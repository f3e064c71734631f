"""The library, on real SQLite, Chroma and MiniLM: nothing is lost, nothing gone is found."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from dataclasses import replace

import numpy as np
import pytest

from assistant.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexMismatchError,
    IndexMissingError,
    StorageError,
    UsageError,
)
from assistant.ingest.workers.events import Closed, Cut, Opened
from assistant.ingest.workers.pool import ReadingPool
from assistant.models.embeddings.minilm import MiniLM
from assistant.reports import FileNote
from assistant.retrieval.query_terms import terms_of
from assistant.settings import Settings
from assistant.store.library import Library
from assistant.store.pipeline import Pipeline

MODEL = MiniLM()


class Remembering:
    """MiniLM that remembers the texts it embedded."""

    def __init__(self):
        self.name, self.dimension = MODEL.name, MODEL.dimension
        self.window, self.parallel = MODEL.window, MODEL.parallel
        self.offsets, self.count = MODEL.offsets, MODEL.count
        self.texts = []

    def embed(self, texts):
        self.texts += texts
        return MODEL.embed(texts)

    def encode(self, texts):
        self.texts += texts
        return MODEL.encode(texts)

    def probe(self, query):
        return MODEL.probe(query)


@pytest.fixture
def embedder():
    return Remembering()


@pytest.fixture
def docs(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    return folder


@pytest.fixture
def library(request, tmp_path, embedder):
    """A library with its vectors in its folder, or on a server where a test asks for that."""
    vectors = None
    if getattr(request, "param", "folder") == "server":
        vectors = request.getfixturevalue("chroma_server").url
    with Library(tmp_path / "index", embedder, Settings(vectors=vectors)) as library:
        yield library


wherever_vectors_are = pytest.mark.parametrize("library", ["folder", "server"], indirect=True)


def another(library):
    """A second opening of the same index, as another process would have."""
    return Library(library.path, Remembering(), Settings())


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def write_records(folder, name, records):
    lines = [json.dumps({"id": key, "title": key, "text": text}) for key, text in records.items()]
    return write(folder, name, "\n".join(lines))


def refusing(name, reason):
    """A pool's `read` that cannot open the file of this name."""
    read = ReadingPool.read

    def go(pool, jobs):
        for job in jobs:
            refused = [Closed(job, False, reason)]
            yield from refused if job.file.name == name else read(pool, [job])

    return go


def hearing(change):
    """A pool's `read` that tells each event as `change` makes it."""
    read = ReadingPool.read

    def go(pool, jobs):
        for event in read(pool, jobs):
            yield from change(event)

    return go


def doing_first(act):
    """A pool's `read` that does something with each file before it is read."""
    read = ReadingPool.read

    def go(pool, jobs):
        for job in jobs:
            act(job)
            yield from read(pool, [job])

    return go


def counts(report):
    return report.added, report.updated, report.unchanged, report.removed


def nearest(library, query, k=5):
    """Texts of the live passages nearest to the query."""
    library.refresh()
    found = library.vectors.query(MODEL.embed([query])[0], k)
    passages = library.catalogue.passages_by_ids([key for key, _ in found])
    return [passages[key].text for key, _ in found if key in passages]


def lexical(library, query):
    found = library.catalogue.words.bm25(terms_of(query), 10)
    passages = library.catalogue.passages_by_ids([key for key, _ in found])
    return [passages[key].text for key, _ in found]


def assert_consistent(library):
    """Catalogue and vector index hold the same ids, with the vectors the catalogue keeps."""
    status = library.status()
    assert status.pending == 0
    assert status.vectors == status.passages
    for ids in library.catalogue.passage_ids(100):
        for key, vector in library.catalogue.embeddings(ids).items():
            assert max(c for _, c in library.vectors.query(vector, 3)) > 0.999, key


@wherever_vectors_are
def test_documents_are_found_by_words_and_by_meaning(library, docs):
    write(docs, "a.txt", "The zebra crossed the river at dawn.")
    write(docs, "sub/b.md", "# Markets\n\nBond yields rose on Friday.")
    write_records(docs, "c.jsonl", {"r1": "The envoy flew to Riyadh.", "r2": "It snowed in Oslo."})
    report = library.index([docs])
    assert counts(report) == (4, 0, 0, 0)
    assert report.passages == report.embedded == 4
    assert lexical(library, "zebra") == ["The zebra crossed the river at dawn."]
    assert nearest(library, "diplomat travels to Saudi Arabia")[0] == "The envoy flew to Riyadh."
    [passage] = library.catalogue.passages_by_ids(
        [library.catalogue.words.bm25(terms_of("yields"), 1)[0][0]]
    ).values()
    assert passage.document.id == "sub/b.md"


def test_a_second_run_reads_and_embeds_nothing(library, docs, embedder):
    file = write(docs, "a.txt", "The zebra crossed the river.")
    records = write_records(docs, "c.jsonl", {"r1": "The envoy flew to Riyadh."})
    for each in (file, records):
        os.utime(each, ns=(1, 1))  # what changed just now would be looked at again
    library.index([docs])
    embedder.texts.clear()
    before = library.catalogue.generation()
    file.chmod(0)
    assert counts(library.index([docs])) == (0, 0, 2, 0)
    assert embedder.texts == []
    assert library.catalogue.generation() == before


def test_no_path_means_all_that_is_known(library, docs):
    with pytest.raises(IndexMissingError):
        library.index()
    write(docs, "a.txt", "One zebra.")
    library.index([docs])
    write(docs, "b.txt", "Two zebras.")
    assert counts(library.index()) == (1, 0, 1, 0)


def test_a_file_that_was_only_touched_is_not_embedded(library, docs, embedder):
    file = write(docs, "a.txt", "The zebra crossed the river.")
    library.index([docs])
    os.utime(file, ns=(1, 1))
    embedder.texts.clear()
    assert counts(library.index([docs])) == (0, 0, 1, 0)
    assert library.catalogue.files()[str(file)].mtime_ns == 1
    assert embedder.texts == []


@wherever_vectors_are
def test_a_changed_file_replaces_its_old_words(library, docs):
    write(docs, "a.txt", "The zebra crossed the river.")
    library.index([docs])
    write(docs, "a.txt", "The giraffe stayed at home instead.")
    assert counts(library.index([docs])) == (0, 1, 0, 0)
    assert lexical(library, "zebra") == []
    assert nearest(library, "zebra") == ["The giraffe stayed at home instead."]
    assert_consistent(library)


@wherever_vectors_are
def test_only_what_changed_in_a_file_of_records_is_embedded(library, docs, embedder):
    records = {f"r{n}": f"Report number {n} tells of event {n}." for n in range(5)}
    write_records(docs, "c.jsonl", records)
    library.index([docs])
    embedder.texts.clear()
    del records["r0"]
    write_records(docs, "c.jsonl", records | {"r1": "A new zebra.", "r9": "An added giraffe."})
    assert counts(library.index([docs])) == (1, 1, 3, 1)
    assert len(embedder.texts) == 2
    assert lexical(library, "0") == []
    assert_consistent(library)


@wherever_vectors_are
def test_a_removed_file_can_no_longer_be_found(library, docs):
    write(docs, "a.txt", "The zebra crossed the river.")
    write(docs, "b.txt", "The zebra crossed the river.")
    library.index([docs])
    (docs / "a.txt").unlink()
    assert counts(library.index([docs])) == (0, 0, 1, 1)
    assert len(lexical(library, "zebra")) == len(nearest(library, "zebra")) == 1
    assert_consistent(library)


@wherever_vectors_are
def test_a_renamed_file_is_not_embedded_again(library, docs, embedder):
    file = write(
        docs, "a.txt", "A headline stands here\n\nThe zebra crossed the river.\n\nIt swam."
    )
    library.index([docs])
    embedder.texts.clear()
    file.rename(docs / "z.txt")
    assert counts(library.index([docs])) == (1, 0, 0, 1)
    assert embedder.texts == []
    [passage] = library.catalogue.passages_by_ids(next(library.catalogue.passage_ids(9))).values()
    assert passage.document.id == "z.txt"
    assert_consistent(library)


def test_a_folder_that_became_empty_is_emptied_in_the_index(library, docs):
    file = write(docs, "a.txt", "The zebra crossed the river.")
    library.index([docs])
    file.unlink()
    assert counts(library.index([docs])) == (0, 0, 0, 1)
    assert lexical(library, "zebra") == nearest(library, "zebra") == []


def test_a_root_that_is_gone_is_told_its_documents_stay_and_the_others_are_read(library, docs):
    write(docs, "a.txt", "The zebra crossed the river.")
    other = write(docs.parent / "other", "b.txt", "The giraffe stayed at home.").parent
    library.index([docs, other])
    docs.rename(docs.parent / "unplugged")
    write(other, "c.txt", "A lion came by.")
    with pytest.raises(UsageError, match="does not exist"):
        library.index([docs])
    report = library.index()
    assert counts(report) == (1, 0, 1, 0)
    [note] = report.skipped
    assert note.path == str(docs)
    assert note.reason.startswith("is gone; its document is kept; `assistant remove ")
    assert lexical(library, "zebra")
    (docs.parent / "unplugged").rename(docs)
    assert counts(library.index()) == (0, 0, 3, 0)


def test_other_roots_are_left_alone(library, docs, tmp_path):
    write(docs, "a.txt", "The zebra crossed the river.")
    library.index([docs])
    other = write(tmp_path, "other.txt", "The giraffe stayed at home.")
    assert counts(library.index([other])) == (1, 0, 0, 0)
    assert lexical(library, "zebra")
    assert set(library.status().roots) == {str(docs), str(other)}


def test_a_file_under_two_roots_is_one_document_and_keeps_its_id(library, docs):
    write(docs, "sub/a.txt", "The zebra crossed the river.")
    assert counts(library.index([docs, docs / "sub", docs / "sub" / "a.txt"])) == (1, 0, 0, 0)
    write(docs, "sub/a.txt", "The zebra crossed the wide river.")
    assert counts(library.index([docs / "sub"])) == (0, 1, 0, 0)
    file = str(docs / "sub" / "a.txt")
    assert library.catalogue.document_ids(file) == ["sub/a.txt"]
    assert library.status().documents == 1


@wherever_vectors_are
def test_equal_records_in_two_files_are_one_passage_until_both_are_gone(library, docs):
    record = {"id": "r", "title": "t", "text": "The zebra crossed.", "source": "Reuters"}
    for name in ("a.jsonl", "b.jsonl"):
        write(docs, name, json.dumps(record))
    assert library.index([docs]).passages == 1
    (docs / "a.jsonl").unlink()
    library.index([docs])
    assert nearest(library, "zebra") == ["The zebra crossed."]
    (docs / "b.jsonl").unlink()
    library.index([docs])
    assert nearest(library, "zebra") == []
    assert_consistent(library)


def test_a_file_that_turned_binary_is_reported_and_its_last_version_stays(library, docs):
    file = write(docs, "a.txt", "The zebra crossed the river.")
    library.index([docs])
    file.write_bytes(bytes(range(256)) * 20)
    for _ in range(2):  # and again, until somebody mends it
        report = library.index([docs])
        assert counts(report) == (0, 0, 1, 0)
        [note] = report.skipped
        assert note.path == "a.txt"
        assert "before is kept" in note.reason
    assert lexical(library, "zebra")
    write(docs, "a.txt", "The giraffe is back.")
    assert counts(library.index([docs])) == (0, 1, 0, 0)


def test_a_file_that_cannot_be_opened_is_reported_and_the_others_are_read(
    library, docs, monkeypatch
):
    write(docs, "a.txt", "The zebra crossed the river.")
    library.index([docs])
    write(docs, "a.txt", "Changed, but locked away.")
    write(docs, "b.txt", "The giraffe stayed at home.")

    # the super-user is never refused
    monkeypatch.setattr(ReadingPool, "read", refusing("a.txt", "Permission denied"))
    report = library.index([docs])
    assert counts(report) == (1, 0, 1, 0)
    assert "Permission denied" in report.skipped[0].reason
    assert lexical(library, "zebra")


def test_records_stay_while_a_line_of_their_file_is_broken(library, docs):
    write_records(docs, "c.jsonl", {"r1": "The zebra crossed.", "r2": "The giraffe stayed."})
    library.index([docs])
    write(docs, "c.jsonl", '{"id": "r1", "title": "r1", "text": "The zebra crossed."}\n{"id": "r2')
    report = library.index([docs])
    assert counts(report) == (0, 0, 2, 0)
    assert report.skipped[0].path == "c.jsonl:2"
    assert lexical(library, "giraffe")
    write_records(docs, "c.jsonl", {"r1": "The zebra crossed."})
    assert counts(library.index([docs])) == (0, 0, 1, 1)
    assert lexical(library, "giraffe") == []


def test_nothing_to_read_is_told_with_the_kinds_that_are_read(library, docs):
    with pytest.raises(UsageError, match=r"\.txt.*\.jsonl"):
        library.index([docs])
    assert not library.path.exists()
    write(docs, "picture.png", "x")
    with pytest.raises(UsageError, match=r"\.txt.*\.jsonl"):
        library.index([docs])
    (docs / "a.txt").write_bytes(bytes(range(256)) * 20)
    with pytest.raises(UsageError, match=r"a\.txt"):
        library.index([docs])
    assert not library.exists
    write(docs, "a.txt", "The zebra crossed the river.")
    assert counts(library.index([docs])) == (1, 0, 0, 0)
    assert library.exists


def test_another_passage_size_cuts_all_documents_again(library, docs, embedder):
    write(docs, "a.txt", "The zebra crossed the wide and muddy river at dawn. " * 30)
    library.index([docs])
    before = library.catalogue.counts()
    library.close()
    with Library(library.path, embedder, Settings(passage_tokens=64)) as smaller:
        assert counts(smaller.index([docs])) == (0, 1, 0, 0)
        assert smaller.catalogue.counts()[1] > before[1]
        assert counts(smaller.index([docs])) == (0, 0, 1, 0)
        assert_consistent(smaller)


def test_progress_never_goes_back_and_ends_at_the_total(library, docs):
    write_records(docs, "c.jsonl", {f"r{n}": f"Report {n} tells of {n}." for n in range(150)})
    write(docs, "a.txt", "The zebra crossed the river.")
    told = []
    library.index([docs], told.append)
    done = [progress.done for progress in told]
    assert done == sorted(done)
    assert len(set(done)) > 2
    assert done[-1] == told[-1].total == sum(f.stat().st_size for f in docs.iterdir())


# Kept in step


def test_a_renamed_folder_and_a_moved_root_are_not_embedded_again(library, docs, embedder):
    write(docs, "sub/a.txt", "The zebra crossed the river.")
    write(docs, "sub/b.txt", "The giraffe stayed at home.")
    library.index([docs])
    embedder.texts.clear()
    (docs / "sub").rename(docs / "other")
    assert counts(library.index([docs])) == (2, 0, 0, 2)
    moved = docs.rename(docs.parent / "moved")
    assert counts(library.index([moved])) == (2, 0, 0, 0)
    assert counts(library.remove([str(docs)])) == (0, 0, 0, 2)
    assert embedder.texts == []
    sources = {d.source for path in library.catalogue.files() for d in documents(library, path)}
    assert sources == {str(moved / "other" / name) for name in ("a.txt", "b.txt")}
    assert_consistent(library)


def documents(library, path):
    ids = library.catalogue.document_ids(path)
    return [library.catalogue.document(path, each) for each in ids]


def test_a_folder_removed_before_it_is_indexed_elsewhere_is_not_embedded_again(
    library, docs, embedder
):
    write(docs, "a.txt", "The zebra crossed the river.")
    library.index([docs])
    embedder.texts.clear()
    moved = docs.rename(docs.parent / "moved")
    library.remove([str(docs)])
    assert counts(library.index([moved])) == (1, 0, 0, 0)
    assert embedder.texts == []
    assert_consistent(library)


def test_a_file_that_moves_on_is_found_at_one_place_or_the_other_at_any_time(
    library, docs, monkeypatch
):
    write(docs, "a.txt", "The zebra crossed the river.")
    library.index([docs])
    (docs / "a.txt").rename(docs / "z.txt")
    with monkeypatch.context() as patch:
        patch.setattr(library.catalogue, "remove_numbered", interrupted)
        with pytest.raises(KeyboardInterrupt):
            library.index([docs])
    assert lexical(library, "zebra")
    assert counts(library.index([docs])) == (0, 0, 1, 1)
    assert_consistent(library)


def interrupted(*_):
    raise KeyboardInterrupt


def test_a_bad_file_is_read_once_and_told_each_time(library, docs, monkeypatch):
    write(docs, "good.txt", "The zebra crossed the river.")
    bad = write(docs, "bad.txt", "")
    bad.write_bytes(bytes(range(256)) * 20)
    for each in docs.iterdir():
        os.utime(each, ns=(2, 2))  # what changed just now would be looked at again
    reports = [library.index([docs])]
    with monkeypatch.context() as patch:
        patch.setattr(ReadingPool, "read", doing_first(interrupted))
        reports.append(library.index([docs]))
    assert [report.skipped for report in reports] == [
        (FileNote("bad.txt", "binary, not text"),)
    ] * 2
    assert library.status().faulty == 1
    os.utime(bad, ns=(1, 1))
    assert library.index([docs]).skipped == reports[0].skipped
    write(docs, "bad.txt", "The giraffe is well.")
    assert counts(library.index([docs])) == (1, 0, 1, 0)
    assert library.status().faulty == 0


def test_a_fault_that_may_pass_is_not_remembered(library, docs, monkeypatch):
    write(docs, "good.txt", "The zebra crossed the river.")
    write(docs, "locked.txt", "The giraffe stayed at home.")

    with monkeypatch.context() as patch:
        patch.setattr(ReadingPool, "read", refusing("locked.txt", "Input/output error"))
        assert library.index([docs]).skipped == (FileNote("locked.txt", "Input/output error"),)
    report = library.index([docs])
    assert (counts(report), report.skipped) == ((1, 0, 1, 0), ())


def test_a_file_that_changed_while_it_was_read_loses_nothing_and_is_read_again(
    library, docs, monkeypatch
):
    write_records(docs, "c.jsonl", {"r1": "The zebra crossed.", "r2": "The giraffe stayed."})
    library.index([docs])
    write_records(docs, "c.jsonl", {"r1": "The zebra came back."})

    def unsettled(event):
        yield replace(event, settled=False) if isinstance(event, Opened) else event

    with monkeypatch.context() as patch:
        patch.setattr(ReadingPool, "read", hearing(unsettled))
        report = library.index([docs])
    assert (counts(report), len(report.skipped)) == ((0, 1, 1, 0), 1)
    assert report.skipped[0].reason.startswith("changed while it was read")
    assert lexical(library, "giraffe")
    report = library.index([docs])
    assert (counts(report), report.skipped) == ((0, 0, 1, 1), ())
    assert counts(library.index([docs])) == (0, 0, 1, 0)
    assert_consistent(library)


@pytest.mark.parametrize("lasting", [True, False])
def test_a_file_whose_reading_breaks_off_keeps_what_was_not_reached(
    library, docs, monkeypatch, lasting
):
    write_records(docs, "c.jsonl", {"r1": "The zebra crossed.", "r2": "The giraffe stayed."})
    library.index([docs])
    write_records(docs, "c.jsonl", {"r1": "The zebra came back.", "r2": "The giraffe left."})
    job = None

    def breaking_off(event):
        nonlocal job
        job = getattr(event, "job", job)
        if isinstance(event, Cut) and event.document.id == "r2":
            yield Closed(job, False, "made the process crash", lasting)
        elif not isinstance(event, Closed):
            yield event

    with monkeypatch.context() as patch:
        patch.setattr(ReadingPool, "read", hearing(breaking_off))
        report = library.index([docs])
        assert (counts(report), len(report.skipped)) == ((0, 1, 1, 0), 1)
    assert lexical(library, "back")
    assert lexical(library, "stayed")
    again = library.index([docs])
    assert counts(again) == ((0, 0, 2, 0) if lasting else (0, 1, 1, 0))
    assert again.skipped == (report.skipped if lasting else ())
    assert_consistent(library)


def test_a_file_that_vanishes_before_it_is_read_leaves_the_index(library, docs, monkeypatch):
    file = write(docs, "a.txt", "The zebra crossed the river.")
    write(docs, "b.txt", "The giraffe stayed at home.")
    library.index([docs])
    write(docs, "a.txt", "The zebra crossed the wide river.")
    with monkeypatch.context() as patch:
        patch.setattr(ReadingPool, "read", doing_first(lambda _: file.unlink(True)))
        report = library.index([docs])
    assert (counts(report), report.skipped) == ((0, 0, 1, 1), ())
    assert lexical(library, "zebra") == []


def test_excluded_files_leave_the_index_and_come_back(library, docs):
    write(docs, "a.txt", "The zebra crossed the river.")
    write(docs, "drafts/b.txt", "The giraffe stayed at home.")
    library.index([docs])
    report = library.index([docs], exclude=["drafts/"])
    assert (counts(report), report.excluded) == ((0, 0, 1, 1), 1)
    assert lexical(library, "giraffe") == []
    assert counts(library.index()) == (0, 0, 1, 0)  # remembered
    assert counts(library.index([docs], exclude=[])) == (1, 0, 1, 0)
    ignore = write(docs, "drafts/.assistantignore", "*.txt")
    assert counts(library.index()) == (0, 0, 1, 1)
    ignore.unlink()
    assert counts(library.index()) == (1, 0, 1, 0)
    assert_consistent(library)


def test_what_is_excluded_leaves_before_what_is_new_is_read(library, docs, monkeypatch):
    write(docs, "a.txt", "The zebra crossed the river.")
    library.index([docs])
    write(docs, "b.txt", "The giraffe stayed at home.")
    with monkeypatch.context() as patch:
        patch.setattr(Pipeline, "finish", interrupted)
        with pytest.raises(KeyboardInterrupt):
            library.index([docs], exclude=["a.txt"])
    assert lexical(library, "zebra") == []


def test_a_part_of_a_root_is_brought_up_to_date_alone(library, docs):
    write(docs, "a.txt", "The zebra crossed the river.")
    write(docs, "sub/b.txt", "The giraffe stayed at home.")
    library.index([docs])
    (docs / "a.txt").unlink()
    (docs / "sub" / "b.txt").unlink()
    write(docs, "sub/c.txt", "A lion came by.")
    assert counts(library.index([docs / "sub"])) == (1, 0, 0, 1)
    assert lexical(library, "zebra")
    shutil.rmtree(docs / "sub")
    assert counts(library.index([docs / "sub"])) == (0, 0, 0, 1)
    assert library.status().roots == (str(docs),)


def test_a_root_in_another_keeps_its_ids_and_its_hidden_files(library, docs):
    write(docs, "a.txt", "The zebra crossed the river.")
    write(docs, ".notes/b.txt", "The giraffe stayed at home.")
    library.index([docs / ".notes"])
    library.index([docs])
    assert counts(library.index([docs])) == (0, 0, 2, 0)
    assert library.catalogue.document_ids(str(docs / ".notes" / "b.txt")) == ["b.txt"]


def test_a_file_that_was_a_root_goes_with_its_folder_that_is_one_too(library, docs):
    write(docs, "a.txt", "The zebra crossed the river.")
    library.index([write(docs, "b.txt", "The giraffe stayed at home.")])
    library.index([docs])
    (docs / "b.txt").unlink()
    report = library.index()
    assert (counts(report), report.skipped) == ((0, 0, 1, 1), ())
    assert library.status().roots == (str(docs),)


def test_a_root_that_is_a_link_is_resolved(library, docs):
    write(docs, "a.txt", "The zebra crossed the river.")
    link = docs.parent / "link"
    link.symlink_to(docs)
    library.index([link])
    assert library.status().roots == (str(docs),)
    assert counts(library.index([docs])) == (0, 0, 1, 0)


def test_what_cannot_be_looked_at_stays_as_it_was_and_is_told(library, docs, monkeypatch):
    write(docs, "shut/a.txt", "The zebra crossed the river.")
    write(docs, "b.txt", "The giraffe stayed at home.")
    library.index([docs])
    opened = os.scandir

    def refused(path):
        if str(path).rstrip("/").endswith("shut"):
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path)

    monkeypatch.setattr(os, "scandir", refused)
    report = library.index([docs])
    assert counts(report) == (0, 0, 2, 0)
    [note] = report.skipped
    assert note == FileNote("shut", "Permission denied; what was indexed of it before is kept")


def test_a_disk_that_is_not_mounted_or_taken_away_costs_no_document(library, docs, monkeypatch):
    write(docs, "sub/a.txt", "The zebra crossed the river.")
    mounted = {str(docs), "/"}
    monkeypatch.setattr(os.path, "ismount", lambda path: str(path) in mounted)
    library.index([docs])
    away = docs.parent / "away"

    with monkeypatch.context() as patch:
        write(docs, "a-new.txt", "The giraffe stayed at home.")
        patch.setattr(ReadingPool, "read", doing_first(lambda _: docs.rename(away)))
        report = library.index([docs])
    assert (counts(report), len(report.skipped)) == ((0, 0, 1, 0), 1)
    docs.mkdir()  # as an empty mount point
    mounted.remove(str(docs))
    for paths in ([], [docs]):
        report = library.index(paths)
        assert (counts(report), len(report.skipped)) == ((0, 0, 0, 0), 1)
        assert "its document is kept" in report.skipped[0].reason
    docs.rmdir()
    away.rename(docs)  # and what was on the disk is on this one now
    assert counts(library.index()) == (1, 0, 1, 0)
    shutil.rmtree(docs / "sub")
    assert counts(library.index()) == (0, 0, 1, 1)


# Removing by hand


def test_a_removed_file_does_not_come_back_until_it_is_named(library, docs):
    file = write(docs, "sub/a.txt", "The zebra crossed the river.")
    write(docs, "b.txt", "The giraffe stayed at home.")
    library.index([docs])
    report = library.remove([str(file)])
    assert (report.removed, report.passages) == (1, 1)
    assert "assistant index" in report.notes[0].reason
    assert lexical(library, "zebra") == []
    assert nearest(library, "zebra") == ["The giraffe stayed at home."]
    assert counts(library.index()) == (0, 0, 1, 0)
    assert counts(library.index([docs], exclude=["x"])) == (0, 0, 1, 0)
    assert counts(library.index([file])) == (1, 0, 0, 0)
    assert counts(library.index()) == (0, 0, 2, 0)
    assert_consistent(library)


def test_a_removed_root_is_forgotten(library, docs):
    write(docs, "a.txt", "The zebra crossed the river.")
    other = write(docs.parent, "other.txt", "The giraffe stayed at home.")
    library.index([docs, other])
    assert library.remove([str(docs)]).removed == 1
    assert library.status().roots == (str(other),)
    assert counts(library.index()) == (0, 0, 1, 0)
    library.remove([str(other)])
    assert not library.exists
    assert counts(library.index([docs])) == (1, 0, 0, 0)


@pytest.mark.parametrize("name", ["r2", "https://example.org/2"])
def test_a_removed_record_does_not_come_back_when_its_file_changes(library, docs, name):
    record = {"id": "r2", "title": "t", "text": "The giraffe.", "source": "https://example.org/2"}
    text = json.dumps({"id": "r1", "title": "t", "text": "The zebra."}) + "\n" + json.dumps(record)
    file = write(docs, "c.jsonl", text)
    library.index([docs])
    assert library.remove([name]).removed == 1
    write(docs, "c.jsonl", text + "\n" + json.dumps({"id": "r3", "title": "t", "text": "A lion."}))
    assert counts(library.index()) == (1, 0, 1, 0)
    assert lexical(library, "giraffe") == []
    assert counts(library.index([file])) == (1, 0, 2, 0)
    assert_consistent(library)


def test_a_name_that_means_several_documents_or_none_is_told_and_nothing_is_removed(library, docs):
    write(docs, "one/a.txt", "The zebra crossed the river.")
    write(docs, "two/a.txt", "The giraffe stayed at home.")
    library.index([docs / "one", docs / "two"])
    with pytest.raises(UsageError, match=r"names 2 documents: a.txt in .*one/a.txt, .*name one by"):
        library.remove(["a.txt"])
    with pytest.raises(UsageError, match=r"by the name 'a.tx'; did you mean a.txt\?"):
        library.remove([str(docs / "one" / "a.txt"), "a.tx"])
    with pytest.raises(UsageError, match="assistant status"):
        library.remove([""])
    assert library.status().documents == 2


# Crashes, other processes, and damage


def run_child(library, docs, code, **options):
    """Python in another process, with `library` and `docs` defined."""
    start = f"""
    from pathlib import Path
    from assistant.models.embeddings.minilm import MiniLM
    from assistant.errors import *
    from assistant.store.library import Library
    from assistant.settings import Settings
    library, docs = Library(Path({str(library.path)!r}), MiniLM(), Settings()), Path({str(docs)!r})
    """
    program = textwrap.dedent(start) + textwrap.dedent(code)
    return subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, **options
    )


@wherever_vectors_are
def test_killed_at_any_point_nothing_is_lost_or_embedded_twice(library, docs, embedder):
    write(docs, "0.txt", "The zebra crossed the river.")
    library.index([docs])
    library.close()
    records = {f"r{n}": f"Event {n} took place." for n in range(500)}
    write_records(docs, "c.jsonl", records)
    kept = 1
    for windows in (1, 2, 2):
        with run_child(
            library, docs, "library.index([docs], lambda p: p.embedded and print(p, flush=True))"
        ) as p:
            for _ in range(windows):
                p.stdout.readline()
            p.send_signal(signal.SIGKILL)
        assert_consistent(library)
        assert lexical(library, "zebra")
        now = library.status().passages
        assert now >= kept
        kept = now
        library.close()
    assert 1 < kept < 501
    embedder.texts.clear()
    report = library.index([docs])
    assert report.added + report.unchanged == 501
    assert report.passages == 501
    # of the window that was cut short, embeddings may be kept for passages that are not live
    assert report.embedded == len(embedder.texts) <= 501 - kept
    assert_consistent(library)


@wherever_vectors_are
def test_what_a_crash_left_undelivered_is_delivered_on_the_next_opening(library, docs, monkeypatch):
    write(docs, "a.txt", "The zebra crossed the river.")
    library.index([docs])
    write(docs, "a.txt", "The giraffe stayed at home.")

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(library.vectors, "upsert", crash)
        with pytest.raises(KeyboardInterrupt):
            library.index([docs])
    assert library.catalogue.pending() == 2
    library.close()
    assert nearest(library, "giraffe") == ["The giraffe stayed at home."]
    assert_consistent(library)


def test_an_interrupted_run_releases_the_lock_and_goes_on_where_it_was(library, docs, embedder):
    write_records(docs, "c.jsonl", {f"r{n}": f"Event {n} took place." for n in range(130)})

    def interrupt(progress):
        if progress.embedded >= 128:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.index([docs], interrupt)
    assert library.index([docs]).embedded == 2
    assert len(embedder.texts) <= 132  # the last two may have been embedded ahead


def test_ctrl_c_ends_all_parts_of_a_run_at_once(library, docs):
    write_records(docs, "c.jsonl", {f"r{n}": f"Event {n} took place." for n in range(3000)})
    code = "library.index([docs], lambda p: p.embedded and print(p, flush=True))"
    with run_child(library, docs, code, stderr=subprocess.PIPE) as child:
        for _ in range(3):
            child.stdout.readline()
        begun = time.monotonic()
        child.send_signal(signal.SIGINT)
        _, told = child.communicate(timeout=60)
    assert time.monotonic() - begun < 10
    assert told.rstrip().endswith("KeyboardInterrupt")
    assert library.status().passages == library.status().vectors > 0


@wherever_vectors_are
def test_a_vector_without_a_live_passage_is_never_found(library, docs):
    write(docs, "a.txt", "The zebra crossed the river.")
    library.index([docs])
    library.vectors.upsert(["ghost"], MODEL.embed(["ghost story"]))
    assert nearest(library, "ghost story") == ["The zebra crossed the river."]
    library.close()
    assert library.status().vectors == 1


@pytest.mark.parametrize("damage", ["all", "hnsw", "garbage", "some"])
def test_a_damaged_vector_index_is_rebuilt_without_embedding(
    library, docs, embedder, damage, monkeypatch
):
    write_records(docs, "c.jsonl", {f"r{n}": f"Event {n} took place." for n in range(30)})
    library.index([docs])
    if damage == "hnsw":  # Chroma puts vectors there by the thousand
        for _ in range(40):
            ids = next(library.catalogue.passage_ids(100))
            known = library.catalogue.embeddings(ids)
            library.vectors.upsert(list(known), np.stack(list(known.values())))
    library.close()
    [chroma] = library.path.glob("chroma*")
    if damage == "all":
        shutil.rmtree(chroma)
    elif damage == "garbage":
        (chroma / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    elif damage == "hnsw":
        [folder] = [path for path in chroma.iterdir() if path.is_dir()]
        assert any(folder.iterdir())
        shutil.rmtree(folder)
    else:
        library.vectors.delete(next(library.catalogue.passage_ids(5)))
        library.close()
    embedder.texts.clear()
    assert nearest(library, "Event 7 took place.", 1) == ["Event 7 took place."]
    assert embedder.texts == []
    assert_consistent(library)


@wherever_vectors_are
def test_two_writers_are_not_possible_and_a_reader_goes_on(library, docs):
    write(docs, "a.txt", "The zebra crossed the river.")
    library.index([docs])
    code = "with library.writing(0): print('held', flush=True); input()"
    with run_child(library, docs, code, stdin=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(IndexLockedError, match=rf"pid {holder.pid}\).*wait"):
            library.index([docs])
        with another(library) as reader:
            assert nearest(reader, "zebra")
        holder.communicate("\n")
    library.index([docs])


def test_a_reader_goes_on_while_repairs_must_wait(library, docs):
    write(docs, "a.txt", "The zebra crossed the river.")
    library.index([docs])
    with another(library) as reader:
        with library.writing(0):
            shutil.rmtree(next(library.path.glob("chroma*")))
            assert lexical(reader, "zebra")
            assert reader.status().vectors == 0
        reader.close()
        assert reader.status().vectors == 1


@wherever_vectors_are
def test_a_reader_sees_another_process_write_after_refresh(library, docs):
    write(docs, "a.txt", "The zebra crossed the river.")
    library.index([docs])
    with another(library) as reader:
        assert nearest(reader, "giraffe") == ["The zebra crossed the river."]
        write(docs, "b.txt", "The giraffe stayed at home.")
        with run_child(library, docs, "library.index([docs])"):
            pass
        assert nearest(reader, "giraffe")[0] == "The giraffe stayed at home."
        assert lexical(reader, "giraffe")


def test_a_corrupted_catalogue_is_told_and_left_as_it_is(library, docs):
    write(docs, "a.txt", "The zebra crossed the river.")
    library.index([docs])
    library.close()
    file = library.path / "catalogue.sqlite3"
    file.write_bytes(b"overwritten by something else " * 200)
    before = file.read_bytes()
    for attempt in (library.status, lambda: library.index([docs]), library.refresh):
        with pytest.raises(IndexDamagedError, match="move the folder"):
            attempt()
    assert file.read_bytes() == before


def test_an_index_of_another_model_or_a_newer_format_is_refused(library, docs, embedder):
    write(docs, "a.txt", "The zebra crossed the river.")
    library.index([docs])
    library.close()
    embedder.name = "another-model"
    with pytest.raises(IndexMismatchError, match="another-model"):
        library.index([docs])
    embedder.name = MODEL.name
    with sqlite3.connect(library.path / "catalogue.sqlite3") as db:
        db.execute("UPDATE meta SET value = 99 WHERE key = 'format'")
    db.close()
    with pytest.raises(IndexMismatchError, match="newer"):
        library.status()


def test_no_index_is_told_and_not_made(library):
    assert not library.exists
    with pytest.raises(IndexMissingError, match="assistant index"):
        library.status()
    assert not library.path.exists()


def test_a_place_that_cannot_be_written_is_told(docs, tmp_path, embedder):
    write(docs, "a.txt", "The zebra crossed the river.")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="--index"):
        Library(tmp_path / "file" / "index", embedder, Settings()).index([docs])


def test_a_full_disk_is_told_and_what_was_indexed_stays(library, docs):
    write(docs, "a.txt", "The zebra crossed the river.")
    library.index([docs])
    library.close()
    write_records(
        docs, "c.jsonl", {f"r{n}": f"Event {n}. " + f"word{n} " * 2000 for n in range(60)}
    )
    code = """
    import resource, signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    largest = max(f.stat().st_size for f in library.path.rglob("*") if f.is_file())
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 200_000, largest + 200_000))
    try:
        library.index([docs])
    except StorageError as error:
        print(error)
    """
    with run_child(library, docs, code) as child:
        assert "cannot be" in child.stdout.read()
    assert nearest(library, "zebra")[0] == "The zebra crossed the river."
    assert_consistent(library)
