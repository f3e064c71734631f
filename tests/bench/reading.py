"""What reading in other processes costs: `python -m tests.bench.reading EVAL`.

Small text files, a large JSONL file and a few files, made of the evaluation sets' documents, are
read and cut into passages in this process and by the pool. Each way runs in a process of its own.
Unix only. A peak below 55 MB is that of the process that starts them.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from pathlib import Path

from tests.bench import table
from tests.bench.__main__ import print_machine

PASSAGE_TOKENS = 128


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.reading", description=__doc__)
    parser.add_argument("eval", type=Path, metavar="EVAL", help="folder of evaluation sets")
    parser.add_argument("--files", type=int, default=20_000, help="small files")
    parser.add_argument("--megabytes", type=int, default=50, help="of the JSONL file")
    parser.add_argument("--only", nargs=2, metavar=("WAY", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        measure(options.only[0], Path(options.only[1]))
        return
    print_machine()
    with tempfile.TemporaryDirectory() as folder:
        roots = {
            "5 small files": small(Path(folder) / "few", options.eval, 5),
            f"{options.files} small files": small(
                Path(folder) / "many", options.eval, options.files
            ),
            f"a JSONL file of {options.megabytes} MB": large(
                Path(folder) / "large", options.eval, options.megabytes
            ),
        }
        for what, root in roots.items():
            for way in ("here", "pool"):
                table.heading(f"{what}, {way}")
                command = [sys.executable, "-m", "tests.bench.reading", str(options.eval)]
                subprocess.run([*command, "--only", way, str(root)], check=True)


def records(sets: Path) -> Iterator[dict[str, str]]:
    """The sets' documents, over and over."""
    from tests.bench import corpora  # loads much that a process which is measured does not need

    return cycle(list(corpora.records(sets)))


def small(root: Path, sets: Path, count: int) -> Path:
    """A folder of `count` text files, no two alike."""
    for number, record in enumerate(islice(records(sets), count)):
        path = root / f"{number // 500}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{record['title']} {number}\n\n{record['text'][:20_000]}\n", "utf-8")
    return root


def large(root: Path, sets: Path, megabytes: int) -> Path:
    """A folder with one JSONL file."""
    root.mkdir()
    with (root / "large.jsonl").open("w", encoding="utf-8") as file:
        for number, record in enumerate(records(sets)):
            if file.tell() > megabytes * 1_000_000:
                return root
            file.write(json.dumps(record | {"id": f"{number}"}) + "\n")
    raise AssertionError("there are no records")


def measure(way: str, root: Path) -> None:
    """Read the folder and print what it cost."""
    begun = time.perf_counter()
    counts = list(read_by_pool(root) if way == "pool" else read_here(root))
    wall = time.perf_counter() - begun
    here, there = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    ours, theirs = (each.ru_utime + each.ru_stime for each in (here, there))
    table.line("documents", len(counts), "", 0)
    table.line("passages", sum(counts), "", 0)
    table.line("wall", wall, "s")
    table.line("CPU of this process and of the others", [ours, theirs], "s")
    table.line("CPU of all, a passage", 1000 * (ours + theirs) / sum(counts), "ms", 3)
    table.line("peak memory of this process", here.ru_maxrss / 1000, "MB", 0)
    table.line("peak memory of the largest other one", there.ru_maxrss / 1000, "MB", 0)


def read_by_pool(root: Path) -> Iterable[int]:
    from assistant.ingest.sources.walk import find_files
    from assistant.ingest.workers.events import Cut, Job
    from assistant.ingest.workers.pool import ReadingPool

    files, _ = find_files(root)
    with ReadingPool(PASSAGE_TOKENS) as pool:
        for event in pool.read(Job(file, size=file.path.stat().st_size) for file in files):
            if isinstance(event, Cut):
                yield len(event.passages)


def read_here(root: Path) -> Iterable[int]:
    from hashlib import sha256

    from assistant.ingest.chunking.passages import embedded_text, segment
    from assistant.ingest.metadata.acronyms import definitions
    from assistant.ingest.readers.registry import Reading, read_file
    from assistant.ingest.sources.walk import find_files, read_bytes
    from assistant.models.embeddings.minilm import MiniLM

    offsets = MiniLM().offsets
    for file in find_files(root)[0]:
        data = read_bytes(file.path)
        sha256(data).hexdigest()
        for document in Reading.of(read_file(file, data)).documents:
            passages = segment(document, offsets, PASSAGE_TOKENS)
            for passage in passages:
                sha256(embedded_text(passage).encode("utf-8", "replace")).digest()
            definitions(document.text)
            yield len(passages)


if __name__ == "__main__":
    main()
