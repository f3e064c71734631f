"""What indexing costs beside embedding, and how it grows: `python -m tests.bench indexing`.

- How near a whole run, from starting the command to its end, comes to the bare embedding of the
  same passages: in turns, so that whatever else the machine does weighs on all of them.
- What bringing files up to date costs that have not changed, and reading them all again of which
  every embedding is kept; with the static embedding, which needs the `static` extra.

Unix only. Memory is that of the largest process of a run.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from pathlib import Path

from tests.bench import commands, table
from tests.bench.commands import Cost

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def bench(options: argparse.Namespace) -> None:
    """Print all figures."""
    if options.eval is None:
        sys.exit("indexing needs --eval FOLDER, the folder of the evaluation sets")
    with tempfile.TemporaryDirectory() as folder:
        against_embedding(options, Path(folder))
    for count in options.files:
        with tempfile.TemporaryDirectory() as folder:
            _write_files(Path(folder) / "docs", islice(_records(options.eval), count))
            grown(f"{count:,} small files", Path(folder))
    for count in options.records:
        with tempfile.TemporaryDirectory() as folder:
            _write_records(Path(folder) / "docs", islice(_records(options.eval), count))
            grown(f"one file of {count:,} records", Path(folder))


# Beside bare embedding


def against_embedding(options: argparse.Namespace, folder: Path) -> None:
    """Index documents as many small files, and as one, in turns with embedding their passages."""
    records = list(islice(_records(options.eval), options.documents))
    many, one = folder / "many", folder / "one"
    _write_files(many, records)
    _write_records(one, records)
    ways = {"small files": many, "one JSONL file": one}
    texts = {what: _texts(root, folder / f"{root.name}.json") for what, root in ways.items()}
    rates: dict[str, list[tuple[float, float]]] = {}
    for _ in range(options.runs):
        for what, root in ways.items():
            count = len(json.loads(texts[what].read_text()))
            bare = _embedded(texts[what])
            index = folder / "index"
            whole = commands.run(["index", "--index", str(index), str(root)])
            shutil.rmtree(index)
            rates.setdefault(f"{what}: bare embedding", []).append((count / bare.wall, bare.cpu))
            rates.setdefault(f"{what}: `assistant index`", []).append(
                (count / whole.wall, whole.cpu)
            )
    for what in ways:
        passages = len(json.loads(texts[what].read_text()))
        table.heading(f"indexing: {len(records)} documents, {passages} passages, as {what}")
        bare_, whole_ = rates[f"{what}: bare embedding"], rates[f"{what}: `assistant index`"]
        table.line("bare embedding, wall", [r for r, _ in bare_], "passages/s", 1)
        table.line("`assistant index`, wall", [r for r, _ in whole_], "passages/s", 1)
        pairs = list(zip(bare_, whole_, strict=True))
        table.line("share of the bare rate, wall", [w[0] / b[0] for b, w in pairs], "")
        table.line("share of the bare rate, CPU", [b[1] / w[1] for b, w in pairs], "")
        table.line("bare embedding, CPU a passage", [1000 * c / passages for _, c in bare_], "ms")
        table.line(
            "`assistant index`, CPU a passage", [1000 * c / passages for _, c in whole_], "ms"
        )


def _texts(root: Path, kept: Path) -> Path:
    """A file with what is embedded of a folder's documents, no text twice."""
    from assistant.ingest.sources.walk import find_files
    from assistant.ingest.workers.events import Cut, Job
    from assistant.ingest.workers.pool import ReadingPool
    from assistant.settings import Settings

    texts: dict[str, None] = {}
    with ReadingPool(Settings().passage_tokens) as pool:
        for event in pool.read(Job(file) for file in find_files(root)[0]):
            if isinstance(event, Cut):
                texts.update(dict.fromkeys(event.texts))
    kept.write_text(json.dumps(list(texts)), "utf-8")
    return kept


def _embedded(texts: Path) -> Cost:
    """What bare embedding costs, in a process of its own; loading the model is not counted."""
    command = [sys.executable, "-m", "tests.bench.indexing", str(texts)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    wall, cpu = json.loads(told)
    return Cost(wall, cpu, 0.0)


def main() -> None:
    """Embed the texts of the file named first, and print the seconds on the clock and of CPU."""
    from assistant.models.embeddings.minilm import MiniLM

    texts, model = json.loads(Path(sys.argv[1]).read_text("utf-8")), MiniLM()
    model.encode(texts[:4])
    wall, cpu = time.perf_counter(), time.process_time()
    model.encode(texts)
    print(json.dumps([time.perf_counter() - wall, time.process_time() - cpu]))


# Growing


def grown(what: str, folder: Path) -> None:
    """Index the documents, then again unchanged, then again with all embeddings kept."""
    index = folder / "index"
    arguments = ["index", "--index", str(index), "--embedding", "static", str(folder / "docs")]
    table.heading(f"indexing: {what}, static embedding")
    _tell("from nothing", commands.run(arguments), index)
    commands.run(arguments)
    _tell("nothing changed", commands.run(arguments), index)
    with sqlite3.connect(index / "catalogue.sqlite3") as db:
        db.execute("UPDATE files SET recipe = '', size = -1, sha256 = ''")
    db.close()
    _tell("all cut again, embeddings kept", commands.run(arguments), index)


def _tell(what: str, cost: Cost, index: Path) -> None:
    with sqlite3.connect(index / "catalogue.sqlite3") as db:
        [[passages]] = db.execute("SELECT count(*) FROM passages")
    db.close()
    table.line(f"{what}: wall", cost.wall, "s")
    table.line(f"{what}: CPU", cost.cpu, "s")
    table.line(f"{what}: passages", passages, "", 0)
    table.line(f"{what}: passages a second", passages / cost.wall, "", 1)
    table.line(f"{what}: peak memory", cost.megabytes, "MB", 0)


def _records(sets: Path) -> Iterator[dict[str, str]]:
    """The sets' documents in a seeded order, over and over, no two alike."""
    import random

    from tests.bench import corpora

    # One with control characters is taken for binary as a file, not as a record.
    plain = (r for r in corpora.records(sets) if not _CONTROL.search(r["text"] + r["title"]))
    known = sorted(plain, key=lambda record: record["id"])
    random.Random(0).shuffle(known)
    for number, record in enumerate(cycle(known)):
        title = f"{record['title']} {number}" if number >= len(known) else record["title"]
        yield {"id": str(number), "title": title, "text": record["text"][:20_000]}


def _write_records(root: Path, records: Iterable[dict[str, str]]) -> None:
    root.mkdir()
    with (root / "all.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)


def _write_files(root: Path, records: Iterable[dict[str, str]]) -> None:
    for number, record in enumerate(records):
        path = root / f"{number // 500}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{record['title']}\n\n{record['text']}\n", "utf-8")


if __name__ == "__main__":
    main()
