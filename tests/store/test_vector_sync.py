"""Where the vectors are: never lost, never mixed, never embedded twice, wherever they go."""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexLockedError, StorageError, UsageError, VectorServerError
from assistant.settings import Settings
from assistant.store import vector_sync as module
from assistant.store.library import Library
from assistant.store.vector_place import Record
from assistant.store.vectors import FolderIndex
from tests.chroma_run import ChromaRun

RECORDS = 40


class Remembering:
    """An embedding model that remembers what it embedded: a text's letters, counted."""

    name, dimension, window, parallel = "letters", 32, 64, 1

    def __init__(self):
        self.texts = []

    def embed(self, texts):
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            rng = np.random.default_rng(list(text.encode()))
            row[:] = rng.normal(size=self.dimension)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def encode(self, texts):
        from assistant.models.embeddings.minilm import without_words

        self.texts += texts
        return without_words(self.embed(texts))

    def offsets(self, text):
        return [(at, at + 1) for at in range(len(text)) if not text[at].isspace()]

    def count(self, text):
        return len(self.offsets(text))


@pytest.fixture
def docs(tmp_path):
    return told(tmp_path / "docs", range(RECORDS))


def told(folder, numbers):
    """A folder with a file of records, one for each number."""
    folder.mkdir(exist_ok=True)
    records = [{"id": f"r{n}", "title": f"t{n}", "text": f"Event {n} took place."} for n in numbers]
    (folder / "c.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return folder


@pytest.fixture(params=["folder", "server"])
def where(request):
    """What `--vectors` is given."""
    return None if request.param == "folder" else request.getfixturevalue("chroma_server").url


def opened(path, vectors=None):
    return Library(path, Remembering(), Settings(vectors=vectors, retries=0, timeout=20))


@pytest.fixture
def library(tmp_path, docs, where):
    with opened(tmp_path / "index", where) as library:
        library.index([docs])
        library._embedder.texts.clear()
        yield library


def is_whole(library):
    """Whether each passage is found by its own vector, in vectors that hold nothing else."""
    known = {}
    for ids in library.catalogue.passage_ids(100):
        known |= library.catalogue.embeddings(ids)
    found = [library.nearest(vector, 1)[0] for vector in known.values()]
    return (
        library.status().vectors == len(known)
        and [key for key, _ in found] == list(known)
        and not library._embedder.texts
    )


def record(path):
    with closing(sqlite3.connect(path / "catalogue.sqlite3")) as db:
        [row] = db.execute("SELECT value FROM meta WHERE key = 'vectors'").fetchall() or [(None,)]
    return Record.read(row[0])


def folders(path):
    return sorted(p.name for p in path.iterdir() if p.is_dir())


def test_a_catalogue_that_a_loss_of_power_took_back_has_its_own_vectors_again(
    tmp_path, docs, where
):
    index = tmp_path / "index"
    with opened(index, where) as library:
        library.index([docs])
    earlier = shutil.copytree(index, tmp_path / "earlier")
    told(docs, range(1, RECORDS + 1))  # as many come as go, so that no count shows it
    with opened(index, where) as library:
        library.index()
    for file in index.glob("catalogue.sqlite3*"):
        file.unlink()
    shutil.copy(earlier / "catalogue.sqlite3", index)
    with opened(index, where) as library:
        assert is_whole(library)


# Servers


def test_two_indexes_on_one_server_never_mix(tmp_path, chroma_server):
    one, two = told(tmp_path / "one", range(20)), told(tmp_path / "two", range(10, 50))
    with (
        opened(tmp_path / "a", chroma_server.url) as a,
        opened(tmp_path / "b", chroma_server.url) as b,
    ):
        a.index([one])
        b.index([two])
        a.index([one])
        for library in (a, b):
            library._embedder.texts.clear()
            assert is_whole(library)
        assert (a.status().vectors, b.status().vectors) == (20, 40)
        assert a.status().store == chroma_server.url


def test_an_index_remembers_its_server_and_keeps_no_password(tmp_path, docs, chroma_server):
    url = chroma_server.url.replace("//", "//me:hunter2@")
    with opened(tmp_path / "index", url) as library:
        library.index([docs])
    assert record(tmp_path / "index").place.server == chroma_server.url
    for file in (tmp_path / "index").rglob("*"):
        assert file.is_dir() or b"hunter2" not in file.read_bytes()
    with opened(tmp_path / "index") as library:
        assert is_whole(library)
        assert library.status().store == chroma_server.url
    assert folders(tmp_path / "index") == []


def test_vectors_move_to_a_server_and_back_and_nothing_is_embedded(tmp_path, docs, chroma_server):
    index = tmp_path / "index"
    with opened(index) as library:
        library.index([docs])
    before = chroma_server.collections()
    with opened(index, chroma_server.url) as library:  # by reading alone
        assert is_whole(library)
    assert folders(index) == []
    assert len(chroma_server.collections() - before) == 1
    with opened(index, "local") as library:
        assert is_whole(library)
        assert Path(library.status().store).parent == index
    assert chroma_server.collections() == before
    assert len(folders(index)) == 1


@pytest.mark.parametrize("is_elsewhere", [True, False])
def test_only_a_server_on_this_machine_is_sent_text(
    tmp_path, docs, chroma_server, monkeypatch, is_elsewhere
):
    monkeypatch.setattr("assistant.store.vector_place.ServerAddress.is_elsewhere", is_elsewhere)
    with opened(tmp_path / "index", chroma_server.url) as library:
        library.index([docs])
        held = library.vectors._ask("POST", f"{library.vectors._known()}/get", {"limit": 100})
        library._embedder.texts.clear()
        assert is_whole(library)
    texts = {f"Event {n} took place." for n in range(RECORDS)}
    assert set(held["documents"]) == ({None} if is_elsewhere else texts)
    assert set(held["metadatas"]) == {None} if is_elsewhere else all(held["metadatas"])


def test_a_copied_index_goes_its_own_way_once_one_of_both_is_changed(tmp_path, docs, chroma_server):
    a, b = tmp_path / "a", tmp_path / "b"
    with opened(a, chroma_server.url) as library:
        library.index([docs])
    shutil.copytree(a, b)
    for path in (a, b):  # as long as none is changed, both read the same
        with opened(path) as library:
            assert is_whole(library)
    assert record(a).place == record(b).place
    other = told(tmp_path / "other", range(100, 100 + RECORDS))
    with opened(a) as first:
        shutil.rmtree(docs)
        docs.mkdir()
        first.index([docs, other])  # as many passages as before: counting would see nothing
        first._embedder.texts.clear()
        with opened(b) as second:
            assert is_whole(second)
        assert is_whole(first)
    assert not record(a).place.is_at(record(b).place)
    for path in (a, b):
        with opened(path) as library:
            assert is_whole(library)


def test_a_copy_that_moves_away_takes_nothing_from_a_changed_original(
    tmp_path, docs, chroma_server
):
    a, b = tmp_path / "a", tmp_path / "b"
    with opened(a, chroma_server.url) as library:
        library.index([docs])
    shutil.copytree(a, b)
    with opened(a) as library:
        library.index([told(tmp_path / "more", [900])])
    with opened(b, "local") as library:
        assert is_whole(library)
    assert record(a).place.name in chroma_server.collections()
    assert record(b).left == ()


def test_a_collection_that_the_server_lost_is_filled_again(tmp_path, docs, chroma_server):
    with opened(tmp_path / "index", chroma_server.url) as library:
        library.index([docs])
    chroma_server.drop(record(tmp_path / "index").place.name)
    with opened(tmp_path / "index") as library:
        assert is_whole(library)


def test_a_server_that_is_down_is_told_and_local_is_the_way_out(tmp_path, docs):
    index = tmp_path / "index"
    with ChromaRun(tmp_path / "data") as server:
        with opened(index, server.url) as library:
            library.index([docs])
            server.stop()
            with pytest.raises(VectorServerError, match="--vectors local"):
                library.nearest(np.ones(32, np.float32), 1)
        with opened(index) as library, pytest.raises(VectorServerError, match="chroma run"):
            library.status()
        with opened(index, "local") as library:
            assert is_whole(library)
            assert library.delivery.left  # still there when the server is back
        server.start()
        with opened(index) as library, library.writing():
            library.delivery.sweep(everywhere=True)
            assert library.delivery.left == ()
        assert server.collections() == set()


def test_what_could_not_be_delivered_is_delivered_when_the_server_is_back(tmp_path, docs):
    with (
        ChromaRun(tmp_path / "data") as server,
        opened(tmp_path / "index", server.url) as library,
    ):
        library.index([docs])
        told(docs, range(5, RECORDS + 20))
        embed = library._embedder.encode

        def encode(texts):
            server.stop()
            return embed(texts)

        library._embedder.encode = encode
        with pytest.raises(VectorServerError):
            library.index([docs])
        assert library.catalogue.pending() == 25
        server.start()
        del library._embedder.encode
        library._embedder.texts.clear()
        library.index([docs])
        assert library.status().pending == 0
        assert is_whole(library)


def test_what_the_catalogue_names_is_never_a_place_that_is_not_ours(tmp_path, docs):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "precious").write_text("kept")
    bad = [
        {"name": "../mine"},
        {"name": str(mine)},
        {"name": "sub/chroma"},
        {"name": "others", "server": "http://127.0.0.1:9"},
        {"name": "assistant-" + "0" * 32, "server": "file:///etc"},
        {"name": "assistant-" + "0" * 32, "server": "http://me:pw@127.0.0.1:9"},
    ]
    for place in bad:
        assert Record.read(json.dumps({"place": place})) == Record()
    for text in ("", "null", "[]", "{", json.dumps({"place": {}, "more": 1})):
        assert Record.read(text) == Record()
    index = tmp_path / "index"
    with opened(index) as library:
        library.index([docs])
        library.catalogue.record_vectors(json.dumps({"place": bad[0], "left": bad[:3]}))
    with opened(index) as library:
        assert is_whole(library)
        library.index([docs])
    assert (mine / "precious").read_text() == "kept"


def test_a_wrong_address_is_refused_before_anything_is_written(tmp_path, docs):
    with pytest.raises(UsageError, match="--vectors"):
        opened(tmp_path / "index", "locale").index([docs])


# Room that is never used again


def test_vectors_are_made_anew_when_the_dead_outnumber_the_living(library, docs, monkeypatch):
    monkeypatch.setattr(module, "_WORTHWHILE", 200)
    before = record(library.path).place
    library.index([told(docs, range(50))])
    library.index([told(docs, range(50, 60))])
    assert library.delivery.dead() == 50
    library.catalogue.delivered([], deleted=151)
    library.index([told(docs, range(60))])
    library._embedder.texts.clear()
    assert not record(library.path).place.is_at(before)
    assert not library.delivery.is_bloated()
    assert is_whole(library)
    assert len(folders(library.path)) == (0 if before.server else 1)


def test_vectors_stay_as_they_are_while_the_living_are_more(library, docs, monkeypatch):
    monkeypatch.setattr(module, "_WORTHWHILE", 10)
    before = record(library.path).place
    library.index([told(docs, range(20, 150))])
    library._embedder.texts.clear()
    assert record(library.path).place.is_at(before)
    assert is_whole(library)


def test_a_full_disk_leaves_a_bloated_index_as_it_is(library, docs, monkeypatch):
    before = record(library.path).place
    monkeypatch.setattr(library.delivery, "is_bloated", lambda: True)

    def full(*_):
        raise StorageError("full")

    with monkeypatch.context() as patch:
        patch.setattr(type(library.delivery), "_write", full)
        library.index([docs])
    assert record(library.path).place.is_at(before)
    assert is_whole(library)
    assert len(folders(library.path)) <= 1


# Under the readers' feet


def child(path, code, **options):
    """Python in another process, with `library` defined."""
    start = f"""
    import os, signal, sys
    from pathlib import Path
    from tests.store.test_vector_sync import *
    from assistant.store.database import Catalogue
    from assistant.store.chroma_server import ServerIndex
    from assistant.store.vectors import FolderIndex
    library = opened(Path({str(path)!r}))
    def die(*_, **__):
        os.kill(os.getpid(), signal.SIGKILL)
    """
    program = textwrap.dedent(start) + textwrap.dedent(code)
    root = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=root, **options
    )


REBUILD = "with library.writing(): library.delivery.rebuild()"
POINTS = {
    "before anything is made": "FolderIndex.create = ServerIndex.create = die",
    "before the first vector": "FolderIndex.upsert = ServerIndex.upsert = die",
    "in the middle": """
        module._BATCH, write, times = 15, module.Delivery._write, []
        def twice(*given):
            times.append(1)
            write(*given)
            if len(times) == 2: die()
        module.Delivery._write = twice
        """,
    "before the switch": "Catalogue.switch_vectors = die",
    "in the switch": """
        def advance(self): die()
        Catalogue._advance = advance
        """,
    "after the switch": "module.Delivery.sweep = die",
    "when the old is half deleted": """
        def rmtree(path, **_):
            (Path(path) / "chroma.sqlite3").unlink()
            die()
        shutil.rmtree = rmtree
        """,
}


@pytest.mark.parametrize(
    ("where", "point"),
    [("folder", point) for point in POINTS]
    + [("server", point) for point in ("in the middle", "after the switch")],
    indirect=["where"],
)
def test_killed_at_any_point_of_a_rebuild_the_index_works(library, docs, point):
    library.close()
    before = record(library.path).place.name
    with child(library.path, textwrap.dedent(POINTS[point]) + "\n" + REBUILD) as process:
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    switched = point in ("after the switch", "when the old is half deleted")
    with opened(library.path) as reader:
        generation = reader.catalogue.generation()
        assert is_whole(reader)
        assert reader.catalogue.generation() == generation  # nothing had to be repaired
        assert switched == (record(library.path).place.name != before) or reader.delivery.left
    with opened(library.path) as writer:  # and the leavings are gone
        writer.index([docs])
        assert is_whole(writer)
        assert record(library.path).left == ()
        assert len(folders(library.path)) == (0 if record(library.path).place.server else 1)


def test_killed_whenever_it_may_be_the_index_works(library):
    library.close()
    for tenths in range(5):
        code = "print('ready', flush=True)\nwhile True:\n    " + REBUILD
        with child(library.path, code) as process:
            process.stdout.readline()
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.03 + 0.061 * tenths)
            process.kill()
        with opened(library.path) as reader:
            assert is_whole(reader)


def test_readers_have_all_vectors_while_they_are_made_anew(library):
    code = f"print('ready', flush=True)\nfor _ in range(8):\n    {REBUILD}"
    [ids] = library.catalogue.passage_ids(100)
    known = library.catalogue.embeddings(ids)
    places = set()
    with child(library.path, code) as process:
        process.stdout.readline()
        while process.poll() is None:
            for key, vector in list(known.items())[:10]:
                library.refresh()
                assert library.nearest(vector, 1)[0][0] == key
            places.add(library.delivery._record.place.name)
    assert process.returncode == 0
    assert len(places) > 2
    assert is_whole(library)


def test_a_reader_that_never_refreshes_sees_no_gap(library):
    [ids] = library.catalogue.passage_ids(100)
    known = library.catalogue.embeddings(ids)
    with opened(library.path) as reader:
        assert reader.nearest(known[ids[0]], 1)[0][0] == ids[0]
        with library.writing():
            library.delivery.rebuild()
        assert all(reader.nearest(vector, 1)[0][0] == key for key, vector in known.items())


def test_who_may_not_repair_goes_on_reading_what_is_there(library, monkeypatch):
    with opened(library.path) as reader, library.writing():
        library.catalogue.record_vectors(
            json.dumps({"place": {"name": "chroma-77"}})  # nothing is there
        )
        assert reader.status().vectors == 0
        with pytest.raises(IndexLockedError), reader.writing(0):
            pass


def test_an_index_copied_while_nobody_writes_works(library, docs, tmp_path):
    with library.writing():
        library.delivery.rebuild()
    library.close()
    copy = shutil.copytree(library.path, tmp_path / "copy")
    if not record(copy).place.server:
        shutil.rmtree(library.path)
    with opened(copy) as reader:
        assert is_whole(reader)
        reader.index([docs])
        assert is_whole(reader)


def contents(path):
    """What Chroma holds beside the vectors of the one folder: texts and metadata by id."""
    with closing(sqlite3.connect(next(path.glob("chroma*")) / "chroma.sqlite3")) as db:
        rows = db.execute(
            "SELECT e.embedding_id, m.key, coalesce(m.string_value, m.int_value)"
            " FROM embeddings e JOIN embedding_metadata m ON m.id = e.id"
        ).fetchall()
    held = {}
    for key, name, value in rows:
        held.setdefault(key, {})[name] = value
    return held


def test_an_index_of_an_earlier_version_is_read_as_it_is_and_taken_over_by_a_run(tmp_path, docs):
    index = tmp_path / "index"
    with opened(index) as library:
        library.index([docs])
        [ids] = library.catalogue.passage_ids(100)
        known = library.catalogue.embeddings(ids)
    shutil.rmtree(index / folders(index)[0])
    earlier = FolderIndex(index / "chroma")  # vectors alone, and no mark
    earlier.upsert(list(known), np.stack(list(known.values())))
    earlier.close()
    with closing(sqlite3.connect(index / "catalogue.sqlite3")) as db, db:
        db.execute("DELETE FROM meta WHERE key IN ('vectors', 'deleted')")
    with opened(index) as library:
        assert is_whole(library)
        assert folders(index) == ["chroma"]
        assert not contents(index)
        library.index([docs])
        assert is_whole(library)
    assert folders(index) != ["chroma"]
    assert len(contents(index)) == RECORDS


def test_chroma_follows_the_text_the_title_and_the_date_and_replaces_no_vector(
    tmp_path, monkeypatch
):
    def write(title, published):
        head = f"---\ntitle: {title}\ndate: {published}\n---\n\n"
        (docs / "a.md").write_text(f"{head}The mill stood by the river for a century.\n")

    docs = tmp_path / "docs"
    docs.mkdir()
    written = []
    upsert = FolderIndex.upsert
    with opened(tmp_path / "index") as library:

        def remember(vectors, ids, *rest):
            written.append([key for key in ids if key in vectors.held(ids)])
            upsert(vectors, ids, *rest)

        monkeypatch.setattr(FolderIndex, "upsert", remember)
        for title, published in (
            ("The mill", "1901-02-03"),
            ("The old mill", "1901-02-03"),
            ("The old mill", "1902-03-04"),
        ):
            write(title, published)
            library.index([docs])
            [held] = contents(library.path).values()
            assert (held["title"], held["published"]) == (title, published)
            assert held["source"] == str(docs / "a.md")
            assert held["chroma:document"] == "The mill stood by the river for a century."
        assert library.delivery.dead() == 2
    assert written == [[], [], []]
