"""The vector index, on real Chroma: what is written is found, here and by the public client."""

import os
import secrets
import shutil
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from assistant.errors import IndexDamagedError, StorageError
from assistant.store import vectors as module
from assistant.store.chroma_server import ServerIndex
from assistant.store.vector_place import parse_address
from assistant.store.vectors import COLLECTION, FolderIndex

DIMENSION = 16


def some(count, seed=0):
    rows = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def names(count):
    return [f"p{number}" for number in range(count)]


def on_server(url, name=None, **options):
    """An index on a server, which is not made yet."""
    options = {"timeout": 20.0, "retries": 2} | options
    name = name or f"assistant-{secrets.token_hex(16)}"
    return ServerIndex(parse_address(url), name, **options)


@pytest.fixture(params=["folder", "server"])
def index(request, tmp_path):
    """An index in a folder, and one on a server: they are not to be told apart."""
    if request.param == "folder":
        index = FolderIndex(tmp_path / "chroma")
    else:
        index = on_server(request.getfixturevalue("chroma_server").url)
        index.create("made")
    yield index
    index.erase()
    index.close()


in_a_folder = pytest.mark.parametrize("index", ["folder"], indirect=True)


def test_the_nearest_come_first_with_their_cosine(index):
    rows = some(50)
    index.upsert(names(50), rows)
    found = index.query(rows[7], 5)
    expected = np.argsort(-(rows @ rows[7]))[:5]
    assert [key for key, _ in found] == [f"p{number}" for number in expected]
    assert [cosine for _, cosine in found] == pytest.approx(
        [float(rows[number] @ rows[7]) for number in expected], abs=1e-5
    )


def test_upsert_replaces_and_delete_passes_over_unknown_ids(index):
    rows = some(3)
    index.upsert(names(3), rows)
    index.upsert(["p0"], -rows[:1])
    index.delete(["p1", "never there"])
    assert index.count() == 2
    assert dict(index.query(rows[0], 9))["p0"] == pytest.approx(-1, abs=1e-5)


def test_no_more_is_returned_than_there_is(index):
    assert index.query(some(1)[0], 5) == []
    index.upsert(["only"], some(1))
    assert len(index.query(some(1)[0], 5)) == 1


def test_more_vectors_than_one_statement_takes_are_written_and_deleted(index):
    index.upsert(names(6000), some(6000))
    assert index.count() == 6000
    index.delete(names(6000)[:5999])
    assert index.count() == 1


def test_nothing_written_changes_nothing(index):
    index.upsert([], np.empty((0, DIMENSION), np.float32))
    index.upsert(["a"], some(1))
    index.delete([])
    assert index.count() == 1


def test_all_ids_are_listed_once(index):
    index.upsert(names(6000), some(6000))
    index.delete(["p7"])
    listed = [key for keys in index.ids() for key in keys]
    assert sorted(listed) == sorted(set(names(6000)) - {"p7"})


def test_what_was_written_outlives_closing(index):
    rows = some(30)
    index.upsert(names(30), rows)
    index.close()
    assert index.query(rows[3], 1)[0][0] == "p3"


@in_a_folder
def test_opened_again_it_shows_what_another_process_wrote(index):
    rows = some(2)
    index.upsert(["p0"], rows[:1])
    assert len(index.query(rows[1], 5)) == 1
    code = (
        "import sys, numpy as np; from pathlib import Path; from assistant.store.vectors import *;"
        "index = FolderIndex(Path(sys.argv[1]));"
        "index.upsert(['p1'], np.array([eval(sys.argv[2])], np.float32))"
    )
    subprocess.run([sys.executable, "-c", code, index.path, str(rows[1].tolist())], check=True)
    index.close()
    assert index.query(rows[1], 1)[0][0] == "p1"


@in_a_folder
def test_opening_again_leaks_no_files(index):
    index.upsert(names(10), some(10))
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        index.close()
        index.count()
    assert len(os.listdir("/proc/self/fd")) <= before + 5


def test_erased_and_made_again_it_is_empty_and_goes_on(index):
    index.upsert(names(10), some(10))
    index.erase()
    index.create("made")
    assert index.count() == 0
    index.upsert(["new"], some(1))
    assert index.query(some(1)[0], 5)[0][0] == "new"


@in_a_folder
def test_a_damaged_file_is_told_and_erasing_mends_it(index):
    index.upsert(names(10), some(10))
    index.close()
    (index.path / "chroma.sqlite3").write_bytes(b"no database" * 1000)
    with pytest.raises(IndexDamagedError, match="cannot be read"):
        index.count()
    index.erase()
    assert index.count() == 0


def test_a_place_that_cannot_be_written_is_a_storage_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be written"):
        FolderIndex(tmp_path / "file" / "chroma").count()


@in_a_folder
def test_a_full_disk_is_a_storage_error_and_keeps_what_was_there(index, tmp_path):
    index.upsert(names(10), some(10))
    index.close()
    code = """
import resource, signal, sys, numpy as np
from pathlib import Path
from assistant.errors import StorageError
from assistant.store.vectors import FolderIndex
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
index = FolderIndex(Path(sys.argv[1]))
size = (index.path / "chroma.sqlite3").stat().st_size
index.count()
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
try:
    index.upsert([f"q{n}" for n in range(5000)], np.ones((5000, 16), np.float32))
except StorageError as error:
    print(error)
"""
    ran = subprocess.run(
        [sys.executable, "-c", code, index.path], capture_output=True, text=True, timeout=60
    )
    assert "cannot be written" in ran.stdout, ran.stderr
    assert index.query(some(10)[4], 1)[0][0] == "p4"


@in_a_folder
def test_a_nearly_full_disk_is_refused_before_chroma_can_hang_on_it(index, monkeypatch):
    index.upsert(names(10), some(10))
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000_000))
    with pytest.raises(StorageError, match="No space left"):
        index.upsert(["more"], some(1))
    assert index.query(some(10)[4], 1)[0][0] == "p4"


# The contract with Chroma's private bindings


@in_a_folder
def test_the_bindings_are_in_use(index):
    index.count()
    assert isinstance(index._chroma, module._Bindings)


def test_the_bindings_do_not_import_chromadb(tmp_path):
    code = (
        "import sys, numpy as np; from pathlib import Path; from assistant.store.vectors import *;"
        "i = FolderIndex(Path(sys.argv[1]));"
        f"v = np.ones({DIMENSION}, np.float32); i.upsert(['a'], v[None]); i.query(v, 1);"
        "assert 'chromadb' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path], check=True)


def refuse(path):
    raise TypeError("the signature differs")


@pytest.mark.filterwarnings("ignore")  # Chroma's own imports warn
@pytest.mark.parametrize("public_writes", [True, False])
def test_bindings_and_public_client_read_each_other(tmp_path, monkeypatch, public_writes):
    rows = some(40)
    index = FolderIndex(tmp_path / "chroma")
    with monkeypatch.context() as patch:
        if public_writes:
            patch.setattr(module, "_Bindings", refuse)
        index.upsert(names(40), rows)
        index.delete(["p39"])
        index.close()
    if not public_writes:
        monkeypatch.setattr(module, "_Bindings", refuse)
    assert index.count() == 39
    assert type(index._chroma).__name__ == ("_Bindings" if public_writes else "_Client")
    found = index.query(rows[5], 10)
    exact = np.sort(rows[:39] @ rows[5])[::-1][:10]
    assert [cosine for _, cosine in found] == pytest.approx(exact.tolist(), abs=1e-5)
    index.close()


@in_a_folder
@pytest.mark.filterwarnings("ignore")
def test_the_public_client_sees_the_settings_of_the_bindings(index):
    import chromadb
    from chromadb.config import Settings

    index.upsert(names(3), some(3))
    index.close()
    client = chromadb.PersistentClient(str(index.path), Settings(anonymized_telemetry=False))
    collection = client.get_collection(COLLECTION, embedding_function=None)
    made = collection.configuration_json["hnsw"]
    assert (made["space"], made["max_neighbors"], made["ef_search"]) == ("cosine", 32, 200)
    assert client.get_max_batch_size() >= module._LARGEST_BATCH
    client.close()


@in_a_folder
def test_a_lost_hnsw_folder_shows_in_the_similarity_of_known_vectors(index):
    rows = some(1200)
    index.upsert(names(1200), rows)
    index.close()
    [folder] = [path for path in index.path.iterdir() if path.is_dir()]
    shutil.rmtree(folder)
    assert index.count() == 1200
    assert index.query(rows[0], 1)[0][1] < 0.999
