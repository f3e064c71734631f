"""How search grows with the index: 1,000, 10,000 and 100,000 passages of public evaluation sets.

An index is built through the real pipeline, kept in the folder given by `--keep` and measured
again without being built. What is asked is measured in a process of its own for each size, which
also tells its memory.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench import commands, table

if TYPE_CHECKING:
    from assistant import Assistant

PASSAGE_TOKENS = 64
QUESTIONS = 200
LIMIT = 10

# The parts of a search, in their order: module, the name in it, and what it does.
PARTS = (
    ("assistant.retrieval.rank", "understand", "understanding the question"),
    ("assistant.store.fulltext", "FullText.bm25", "BM25"),
    ("assistant.models.embeddings.minilm", "MiniLM.probe", "embedding the question"),
    ("assistant.store.vectors", "FolderIndex.query", "Chroma"),
    ("assistant.store.database", "Catalogue.encoded", "reading the candidates"),
    ("assistant.retrieval.rank", "Ranker._late", "late interaction"),
    ("assistant.store.database", "Catalogue.passages_by_ids", "joining with the passages"),
    ("assistant.retrieval.near_duplicates", "groups", "copies"),
)

Figures = dict[str, Any]


def bench(options: argparse.Namespace) -> None:
    """Build what is not there yet, and print a table with a row for each size."""
    if options.eval is None:
        sys.exit("scale needs --eval FOLDER, the folder of the evaluation sets")
    with tempfile.TemporaryDirectory() as folder:
        keep = options.keep or Path(folder)
        rows = [measured(options.eval, keep / str(size), size, options) for size in options.sizes]
    print_rows(rows)


def measured(sets: Path, folder: Path, size: int, options: argparse.Namespace) -> Figures:
    """All figures of one size."""
    built = build(sets, folder, size)
    index = folder / "index"
    # In a process of its own, so that the memory of one size is not that of another.
    asked = subprocess.run(
        [sys.executable, "-m", "tests.bench.scale", str(index), str(sets)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    figures: Figures = json.loads(asked.stdout)
    command = ["search", "--index", str(index), figures["question"]]
    commands.run(command)
    figures["cold"] = [commands.run(command).cpu for _ in range(options.runs)]
    chroma = sum(file.stat().st_size for file in index.glob("chroma*/**/*") if file.is_file())
    catalogue = (index / "catalogue.sqlite3").stat().st_size
    stored = {"chroma": chroma / built["passages"], "catalogue": catalogue / built["passages"]}
    return {**built, **figures, **stored}


def build(sets: Path, folder: Path, size: int) -> Figures:
    """The index of a size, made if it is not kept, and how long that took."""
    from tests.bench import corpora

    kept = folder / "built.json"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "documents.jsonl"
        if not path.exists():
            records = corpora.documents(sets, size, PASSAGE_TOKENS)
            path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
        told = indexed(path, folder / "index")
        kept.write_text(json.dumps(told), encoding="utf-8")
    figures: Figures = json.loads(kept.read_text(encoding="utf-8"))
    return figures


def indexed(path: Path, index: Path) -> Figures:
    """Index a file, going on where an interrupted run ended, and say how long that took."""
    from assistant import Assistant

    with Assistant.open(index, llm="none", passage_tokens=PASSAGE_TOKENS) as assistant:
        report = assistant.index([path])
    return {
        "passages": report.passages,
        "embedded": report.embedded,
        "seconds": report.seconds,
    }


def print_rows(rows: list[Figures]) -> None:
    """Print a row for each size, and where the time of a search went."""
    table.heading(
        f"scale: search of {LIMIT}, {QUESTIONS} questions, passages of {PASSAGE_TOKENS} tokens"
    )
    for row in rows:
        table.heading(f"{row['passages']:,} passages")
        for what, name in (("without late interaction", "plain"), ("with it", "late")):
            walls, cpus = row[name]
            table.line(f"search {what}: p50", statistics.median(walls), "ms", 1)
            table.line(f"search {what}: p95", statistics.quantiles(walls, n=20)[-1], "ms", 1)
            table.line(f"search {what}: p50 of CPU", statistics.median(cpus), "ms", 1)
        for part, milliseconds in row["parts"].items():
            table.line(f"of which (mean) {part}", milliseconds, "ms", 1)
        table.line("cold process, first hit: CPU", row["cold"], "s")
        table.line(f"Chroma's recall@{LIMIT} against exact search", row["recall"], "", 4)
        table.line("the same of the candidates it is asked for", row["deep recall"], "", 4)
        table.line("memory of a process that searched", row["memory"], "MB", 0)
        table.line("catalogue, bytes a passage", row["catalogue"], "bytes", 0)
        table.line("Chroma, bytes a passage", row["chroma"], "bytes", 0)
        table.line("indexing, end to end", row["embedded"] / row["seconds"], "passages/s", 1)


# Within the process that is measured


def main() -> None:
    """Print, as JSON, what asking the index named first takes."""
    from tests.bench import corpora

    index, sets = map(Path, sys.argv[1:3])
    asked = corpora.questions(sets, QUESTIONS)
    figures: Figures = {"question": asked[0]}
    figures["late"], figures["parts"], figures["memory"] = searched(index, asked)
    figures["plain"], _, _ = searched(index, asked, late_weight=0)
    figures["recall"], figures["deep recall"] = recalls(index, asked)
    print(json.dumps(figures))


def searched(
    index: Path, asked: list[str], **settings: float
) -> tuple[tuple[list[float], list[float]], dict[str, float], float]:
    """Each search's milliseconds in a warm process, wall and CPU; each part's mean; megabytes."""
    from assistant import Assistant

    with Assistant.open(index, llm="none", **settings) as assistant:
        for question in asked[: QUESTIONS // 10]:
            assistant.search(question, LIMIT)
        costs = [cost(assistant, question) for question in asked]
        memory = resident()
        with clocked() as parts:
            whole = sum(cost(assistant, question)[0] for question in asked)
    means = {part: took / len(asked) for part, took in parts.items()}
    means["all else"] = whole / len(asked) - sum(means.values())
    return ([wall for wall, _ in costs], [cpu for _, cpu in costs]), means, memory


def cost(assistant: Assistant, question: str) -> tuple[float, float]:
    """Milliseconds that a search takes: on the clock, and of all cores."""
    wall, cpu = time.perf_counter(), time.process_time()
    assistant.search(question, LIMIT)
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)


@contextmanager
def clocked() -> Iterator[dict[str, float]]:
    """The milliseconds spent in each of `PARTS` while this is open, measured from outside."""
    import importlib

    took: dict[str, float] = {}
    undo = []
    for module, name, what in PARTS:
        holder: Any = importlib.import_module(module)
        *path, last = name.split(".")
        for step in path:
            holder = getattr(holder, step)
        undo.append((holder, last, getattr(holder, last)))
        setattr(holder, last, _timed(getattr(holder, last), what, took))
    try:
        yield took
    finally:
        for holder, last, original in undo:
            setattr(holder, last, original)


def _timed(work: Callable[..., Any], what: str, took: dict[str, float]) -> Callable[..., Any]:
    took[what] = 0.0

    @wraps(work)
    def timed(*args: Any, **named: Any) -> Any:
        begun = time.perf_counter()
        try:
            return work(*args, **named)
        finally:
            took[what] += 1000 * (time.perf_counter() - begun)

    return timed


def recalls(index: Path, asked: list[str]) -> tuple[float, float]:
    """The share of the truly nearest that Chroma finds: of `LIMIT`, and of the candidates."""
    import numpy as np

    from assistant.models.embeddings.minilm import MiniLM
    from assistant.settings import Settings
    from assistant.store.database import Catalogue
    from assistant.store.vector_sync import Delivery

    model = MiniLM()
    catalogue = Catalogue(index / "catalogue.sqlite3", model.name, model.dimension)
    rows = np.stack(
        [v for ids in catalogue.passage_ids(10_000) for v in catalogue.embeddings(ids).values()]
    )
    vectors = Delivery(catalogue, Settings()).vectors
    queries = [model.probe(question).vector for question in asked]
    shares = []
    for k in (LIMIT, Settings().candidates):
        found = 0
        for query in queries:
            least = np.partition(rows @ query, -k)[-k]
            # By similarity, not by id: of passages that are as near, either is right.
            near = vectors.query(query, k)
            found += sum(similarity > least - 1e-5 for _, similarity in near)
        shares.append(found / k / len(queries))
    catalogue.close()
    vectors.close()
    return shares[0], shares[1]


def resident() -> float:
    """Megabytes of memory that this process holds now, or held at most where that is not told."""
    status = Path("/proc/self/status")
    if not status.exists():
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines["VmRSS"].split()[0]) * 1024 / 1e6


if __name__ == "__main__":
    main()
