"""Collections of any size, and questions, from a folder of public evaluation sets.

The text is real. Where there is too little of it, documents are added that pair the first half of
one sentence with the second half of another, so that no two passages are alike.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from assistant.documents import Document
from assistant.ingest.chunking.passages import segment, split_sentences
from assistant.models.embeddings.minilm import MiniLM

SETS = ("scifact", "squad2", "chroma_chunking", "ramdocs")
_QUESTIONS = ("train_queries.jsonl", "sample_600.jsonl", "queries.jsonl", "queries.jsonl")
_LENGTHS = (4, 8, 16, 32, 64, 256)  # sentences of an added document
_FEWEST_WORDS = 6  # of a sentence that is halved

Record = dict[str, str]


def documents(folder: Path, size: int, passage_tokens: int) -> list[Record]:
    """Records that are cut into `size` passages or a few less, in a seeded order."""
    rng = random.Random(size)
    known = sorted(records(folder), key=lambda record: record["id"])
    rng.shuffle(known)
    offsets, room, taken = MiniLM().offsets, size, list[Record]()
    for record in chain(known, added(known, size)):
        document = Document(record["id"], "", record["title"], record["text"])
        passages = len(segment(document, offsets, passage_tokens))
        if passages <= room:
            taken.append(record)
            room -= passages
        if room < _LENGTHS[0]:
            break
    rng.shuffle(taken)
    return taken


def records(folder: Path) -> Iterator[Record]:
    """All documents of all sets: no field but those that are indexed."""
    for name in SETS:
        for line in (folder / name / "corpus.jsonl").open(encoding="utf-8"):
            read = json.loads(line)
            if read["text"].strip():
                identity = f"{name}/{read['id']}"
                title = read["title"] or identity
                yield {"id": identity, "title": title, "text": read["text"]}


def added(known: list[Record], most: int) -> Iterator[Record]:
    """Documents of many lengths made of halves of the known ones' sentences."""
    rng = random.Random(0)
    halves = [half for record in known for half in _halved(record["text"])]
    for number in range(most):
        size = rng.choice(_LENGTHS)
        pairs = [(rng.choice(halves)[0], rng.choice(halves)[1]) for _ in range(size)]
        title = rng.choice(halves)[0][:60].rsplit(" ", 1)[0]
        text = " ".join(f"{first} {second}" for first, second in pairs)
        yield {"id": f"added/{number}", "title": title, "text": text}


def _halved(text: str) -> Iterator[tuple[str, str]]:
    for sentence in split_sentences(text):
        words = text[sentence.start : sentence.end].split()
        if len(words) >= _FEWEST_WORDS:
            middle = len(words) // 2
            yield " ".join(words[:middle]), " ".join(words[middle:])


def questions(folder: Path, count: int) -> list[str]:
    """A seeded sample of the questions of all sets."""
    found = [
        json.loads(line)["text"]
        for name, file in zip(SETS, _QUESTIONS, strict=True)
        for line in (folder / name / file).open(encoding="utf-8")
        if line.strip()
    ]
    return random.Random(0).sample(sorted(set(found)), count)
