"""What it costs to bring 10,000 files up to date of which none, or one, has changed.

The index is made of made-up vectors under MiniLM's name: how long embedding takes is measured
elsewhere, and what is measured here embeds one passage at the most.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

from tests.bench import commands, table

FILES = 10_000
_WORDS = "tariff mineral port loan congress treasury export steel grain copper talks envoy".split()
_INDEX = """
import sys
from pathlib import Path
import numpy as np
from assistant.models.embeddings.minilm import Encoded, MiniLM
from assistant.store.library import Library
from assistant.settings import Settings

class MadeUp(MiniLM):
    def encode(self, texts):
        vectors = np.random.default_rng(len(texts)).standard_normal((len(texts), self.dimension))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return Encoded((vectors / lengths).astype(np.float32), [b""] * len(texts))

with Library(Path(sys.argv[1]), MadeUp(), Settings()) as library:
    library.index([Path(sys.argv[2])])
"""


def bench(options: argparse.Namespace) -> None:
    """Print CPU, wall and memory of `assistant index`, and of the walk over the files alone."""
    with tempfile.TemporaryDirectory() as folder:
        docs, at = Path(folder, "docs"), ["--index", str(Path(folder, "index"))]
        _write(docs)
        # In another process, so that its memory does not count for those that are measured.
        subprocess.run([sys.executable, "-c", _INDEX, at[1], str(docs)], check=True)
        table.heading(f"keeping in step: {FILES:,} files in {FILES // 50} folders")
        commands.measure("index, nothing changed", ["index", *at], options.runs)
        costs = []
        for number in count():
            (docs / "000" / "0.txt").write_text(f"A change of the story, number {number}.\n")
            costs.append(commands.run(["index", *at]))
            if number == options.runs:
                break
        table.line("index, one file changed: CPU", [cost.cpu for cost in costs[1:]], "s")
        table.line("index, one file changed: wall", [cost.wall for cost in costs[1:]], "s")
        table.line("the walk alone: wall", [_walked(docs) for _ in range(options.runs)], "s")


def _write(docs: Path) -> None:
    rng = random.Random(1)
    for number in range(FILES):
        folder = docs / f"{number // 50:03}"
        folder.mkdir(parents=True, exist_ok=True)
        words = " ".join(rng.choices(_WORDS, k=60))
        (folder / f"{number}.txt").write_text(f"Report {number}\n\nIt tells of {words}.\n")


def _walked(docs: Path) -> float:
    from assistant.ingest.sources.walk import Walk

    begun = time.perf_counter()
    assert len(list(Walk(docs, docs))) == FILES
    return time.perf_counter() - begun
