"""Killed at any instant, an index loses nothing and goes on: the short form of `tests.bench crash`,
and what readers and second writers meet meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from assistant.errors import IndexLockedError
from assistant.settings import Settings
from assistant.store.library import Library

KILLS = 4
WORDS = "tariff mineral port loan congress treasury export steel grain copper talks envoy".split()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks /proc")
@pytest.mark.static
def test_killed_at_random_it_loses_nothing_and_embeds_nothing_twice(tmp_path):
    pytest.importorskip("wordllama")
    from tests.bench.crash import Crash, Told

    told = Told()
    crash = Crash(tmp_path / "crash", "static", 7, told, (12, 30))
    until = time.monotonic() + 15
    while told.kills.total() < KILLS and time.monotonic() < until:
        crash.round()
    crash.finish()
    assert told.kills.total()
    assert not told.faults


def command(index, *arguments, **options):
    program = [sys.executable, "-m", "assistant", *map(str, arguments), "--index", str(index)]
    return subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )


def write(docs, numbers, word):
    docs.mkdir(exist_ok=True)
    for number in numbers:
        words = " ".join(WORDS[number % 7 :])
        (docs / f"{number}.txt").write_text(f"Report {number}\n\nThe {word} tells of {words}.\n")


def test_readers_go_on_while_another_process_writes_and_removes(tmp_path, minilm):
    docs, index = tmp_path / "docs", tmp_path / "index"
    write(docs, range(30), "zebra")
    with Library(index, minilm, Settings()) as reader:
        reader.index([docs])
        write(docs, range(30, 60), "giraffe")
        for arguments in (["index", docs], ["remove", docs / "7.txt"], ["doctor", "--repair"]):
            with command(index, *arguments) as writer:
                while writer.poll() is None:
                    reader.refresh()
                    vector = minilm.embed(["The zebra tells of a port."])[0]
                    found = reader.nearest(vector, 10)
                    assert found
                    live = reader.catalogue.passages_by_ids([key for key, _ in found])
                    assert len(live) >= 5
                    reader.status()
                assert writer.returncode == 0, writer.stderr.read()
            reader.refresh()
            if arguments[0] == "remove":
                hits = [key for key, _ in reader.nearest(vector, 60)]
                sources = {
                    passage.document.id
                    for passage in reader.catalogue.passages_by_ids(hits).values()
                }
                assert "7.txt" not in sources
        assert reader.status().documents == 59


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no process can be stopped here")
def test_a_second_writer_is_told_of_the_first_within_seconds(tmp_path, minilm):
    docs, index = tmp_path / "docs", tmp_path / "index"
    write(docs, range(3), "zebra")
    with Library(index, minilm, Settings()) as library:
        library.index([docs])
        with library.writing():
            for arguments in (["index", docs], ["remove", docs]):
                begun = time.monotonic()
                with command(index, *arguments) as second:
                    _, told = second.communicate(timeout=60)
                assert second.returncode == 4
                assert f"pid {os.getpid()}" in told
                assert told.count("\n") == 1
                assert time.monotonic() - begun < 30
        begun = time.monotonic()
        with library.writing(), Library(index, minilm, Settings()) as other:
            with pytest.raises(IndexLockedError):
                other.index([docs])
            assert time.monotonic() - begun < 3


@pytest.mark.parametrize("name", ["link_lists.bin", "data_level0.bin", "header.bin"])
def test_broken_files_of_the_graph_are_made_anew_without_embedding(tmp_path, minilm, name):
    docs, index = tmp_path / "docs", tmp_path / "index"
    records = "\n".join(
        f'{{"id": "r{n}", "title": "", "text": "Event {n} took place."}}' for n in range(600)
    )
    docs.mkdir()
    (docs / "many.jsonl").write_text(records)
    with Library(index, minilm, Settings()) as library:
        library.index([docs])
        [vector] = library.catalogue.embeddings(library.catalogue.sample(1)).values()
    [broken] = index.glob(f"chroma*/*/{name}")
    broken.write_bytes(b"\xff" * broken.stat().st_size)
    with Library(index, minilm, Settings()) as library:
        assert library.nearest(vector, 1)[0][1] > 0.99
        assert library.status().vectors == 600
        assert library.index([docs]).embedded == 0


def test_a_search_goes_on_where_the_vectors_can_be_neither_read_nor_made_anew(
    tmp_path, minilm, monkeypatch
):
    docs, index = tmp_path / "docs", tmp_path / "index"
    write(docs, range(12), "zebra")
    with Library(index, minilm, Settings()) as library:
        library.index([docs])
        known = library.catalogue.embeddings(library.catalogue.sample(5))
    [chroma] = index.glob("chroma*")
    (chroma / "chroma.sqlite3").write_bytes(b"no database" * 100)
    usage = shutil.disk_usage(index)
    monkeypatch.setattr(
        "assistant.store.vectors.shutil.disk_usage", lambda _: usage._replace(free=0)
    )
    with Library(index, minilm, Settings()) as library:
        for key, vector in known.items():
            assert key in [near for near, _ in library.nearest(vector, 3)]
