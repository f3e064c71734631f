"""Changes on their way to the catalogue: embedded beside its writing, kept in order, bounded."""

import threading
import time
from hashlib import sha256

import numpy as np
import pytest

from assistant.documents import Document, Passage, Sentence
from assistant.errors import ModelError
from assistant.models.embeddings.minilm import without_words
from assistant.store.database import Catalogue, Change, Entry
from assistant.store.pipeline import MOST_WAITING, Pipeline
from assistant.store.tracked_files import FileRecord

RECORD = FileRecord("/docs/a.jsonl", "/docs", 1, 1, "", "1")


class Embedder:
    """Gives every text the same vector; waits before each window until it may go on."""

    name, dimension, window, parallel = "same", 4, 4, 1

    def __init__(self):
        self.windows = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def encode(self, texts):
        self.windows.append(list(texts))
        assert self.may_go_on.wait(10)
        return without_words(np.full((len(texts), 4), 0.5, dtype=np.float32))


@pytest.fixture
def embedder():
    return Embedder()


@pytest.fixture
def catalogue(tmp_path):
    catalogue = Catalogue(tmp_path / "catalogue.sqlite3", "same", 4, create=True)
    yield catalogue
    catalogue.close()


@pytest.fixture
def told():
    return []


@pytest.fixture
def pipeline(catalogue, embedder, told):
    with Pipeline(catalogue, embedder, lambda: None, told.append) as pipeline:
        yield pipeline


def add(pipeline, name, *texts):
    """A document whose passages have these texts."""
    document = Document(name, "s", "t", " ".join(texts))
    passages, start = [], 0
    for text in texts:
        end = start + len(text)
        key = sha256(f"{name} {start}".encode()).hexdigest()
        passages.append(Passage(key, document, start, end, "", (Sentence(start, end),)))
        start = end + 1
    hashes = tuple(sha256(text.encode()).digest() for text in texts)
    change = Change(RECORD, (Entry(document, tuple(passages), hashes),))
    pipeline.add(change, hashes, texts, size=1.0)


def fill(pipeline, count):
    """So many documents, written."""
    for n in range(count):
        add(pipeline, f"r{n}", f"text {n}")
    pipeline.finish()


def written(catalogue):
    return catalogue.document_ids(RECORD.path)


def until(happened):
    end = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_all_that_was_taken_is_written_in_order(pipeline, catalogue, embedder, told):
    names = [f"r{n}" for n in range(30)]
    for name in names:
        add(pipeline, name, f"text of {name}")
    pipeline.finish()
    assert written(catalogue) == names
    assert [len(window) for window in embedder.windows] == [4] * 7 + [2]
    assert pipeline.embedded == 30
    assert sum(told) == pytest.approx(30)
    assert min(told) >= 0


def test_files_are_taken_while_a_window_is_embedded_but_not_without_end(
    pipeline, catalogue, embedder
):
    embedder.may_go_on.clear()
    for n in range(8):
        add(pipeline, f"r{n}", f"text {n}")
    assert written(catalogue) == []
    more = threading.Thread(
        target=lambda: [add(pipeline, f"r{n}", f"text {n}") for n in range(8, 80)]
    )
    more.start()
    more.join(0.2)
    assert more.is_alive()  # waits
    assert len(embedder.windows) == 1
    embedder.may_go_on.set()
    more.join(10)
    pipeline.finish()
    assert len(written(catalogue)) == 80


def test_no_text_is_embedded_twice_even_if_it_is_under_way(pipeline, catalogue, embedder):
    embedder.may_go_on.clear()
    add(pipeline, "r0", "one", "two", "three", "four")
    add(pipeline, "r1", "one", "two", "three", "four", "five", "five")
    embedder.may_go_on.set()
    pipeline.finish()
    add(pipeline, "r2", "five")
    pipeline.finish()
    assert embedder.windows == [["one", "two", "three", "four"], ["five"]]
    assert written(catalogue) == ["r0", "r1", "r2"]


def test_a_document_of_many_windows_is_one_document(pipeline, catalogue, embedder):
    add(pipeline, "long", *(f"text {n}" for n in range(50)))
    pipeline.finish()
    assert written(catalogue) == ["long"]
    assert len(embedder.windows) == 13
    assert {len(window) for window in embedder.windows} == {4, 2}


def test_what_is_embedded_already_is_written_without_waiting(pipeline, catalogue, embedder):
    add(pipeline, "r0", "kept")
    pipeline.finish()
    for n in range(MOST_WAITING):
        add(pipeline, f"again {n}", "kept")
    assert len(written(catalogue)) > MOST_WAITING // 2
    assert len(embedder.windows) == 1


def test_embeddings_are_kept_before_what_uses_them_and_stay_when_the_run_ends_early(
    catalogue, embedder
):
    with (
        Pipeline(catalogue, embedder, interrupted, lambda _: None) as pipeline,
        pytest.raises(KeyboardInterrupt),
    ):
        fill(pipeline, 4)
    hashes = [sha256(f"text {n}".encode()).digest() for n in range(4)]
    assert catalogue.known_hashes(hashes) == set(hashes)


def interrupted():
    raise KeyboardInterrupt


def test_an_error_of_the_embedder_ends_it_and_leaves_no_thread(catalogue, embedder):
    before = threading.active_count()

    def refuse(texts):
        raise ValueError("no more")

    embedder.encode = refuse
    with (
        Pipeline(catalogue, embedder, lambda: None, lambda _: None) as pipeline,
        pytest.raises(ValueError, match="no more"),
    ):
        fill(pipeline, 40)
    assert written(catalogue) == []
    assert threading.active_count() == before


def test_windows_are_embedded_side_by_side_where_the_embedder_says_so(catalogue, embedder):
    embedder.parallel = 3
    embedder.may_go_on.clear()
    with Pipeline(catalogue, embedder, lambda: None, lambda _: None) as pipeline:
        for n in range(12):
            add(pipeline, f"r{n}", f"text {n}")
        until(lambda: len(embedder.windows) == 3)
        embedder.may_go_on.set()
        pipeline.finish()
    assert len(written(catalogue)) == 12


def test_what_other_windows_gave_beside_one_that_failed_is_kept(catalogue, embedder):
    embedder.parallel = 2
    encode, first = embedder.encode, threading.Event()

    def fail_first(texts):
        if "text 0" in texts:
            assert first.wait(10)
            raise ModelError("no more")
        encoded = encode(texts)
        first.set()
        return encoded

    embedder.encode = fail_first
    with (
        pytest.raises(ModelError),
        Pipeline(catalogue, embedder, lambda: None, lambda _: None) as pipeline,
    ):
        fill(pipeline, 8)
    hashes = [sha256(f"text {n}".encode()).digest() for n in range(8)]
    assert catalogue.known_hashes(hashes) == set(hashes[4:])
    assert written(catalogue) == []
