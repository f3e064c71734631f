"""What each stage of search adds: `python -m tests.bench.retrieval EVAL [--index DIR]`.

EVAL is a folder with SciFact, SQuAD 2.0 and long texts, a folder each. One row a stage, each with
those above it, and last the search as it is set by default; one column a measure. Two sets are made
by rule of SQuAD's questions: two of different articles asked at once, and a slip in one name.

A weight of 0 leaves BM25 and vectors out of the score and not out of the work, so that the first
three rows cost the same.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant import Assistant, Hit
from assistant.evaluation import retrieval
from assistant.evaluation.judgements import Question, Span, pick, read_task
from assistant.language.common_words import COMMON_WORDS
from assistant.settings import Settings

HITS = 40
"""Passages asked for: enough for ten documents, and few enough to search as users do."""
CHARACTERS = 4000
"""Characters of passages that are scored against the spans to be found."""
FIRST = 5
"""Documents among which both paragraphs of a question of two parts have to be."""
PAIRS = 150
TIME = "CPU ms"
"""Of all threads: other programs of the machine add little to it, where they double the rest."""

_PLAIN = {"spelling": False, "acronyms": False, "parts": False, "collapse": False}
STAGES: Mapping[str, Mapping[str, Any]] = {
    "bm25": {**_PLAIN, "dense_weight": 0, "late_weight": 0},
    "dense": {**_PLAIN, "lexical_weight": 0, "late_weight": 0},
    "bm25 + dense": {**_PLAIN, "late_weight": 0},
    "+ late interaction": _PLAIN,
    "+ spelling": _PLAIN | {"spelling": True},
    "+ acronyms": _PLAIN | {"spelling": True, "acronyms": True},
    "+ parts": {"collapse": False, "spelling": True, "acronyms": True, "parts": True},
    "+ collapse": {"spelling": True, "acronyms": True, "parts": True, "collapse": True},
    "by default": {},
    "no late interaction": {"late_weight": 0},
}
"""What is set otherwise than by default, by the name of the row."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what there is to find: documents, or spans of them."""

    id: str
    text: str
    relevant: Mapping[str, int] = field(default_factory=dict)
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Set:
    """Questions over one corpus.

    Attributes:
        corpus: name of its folder in EVAL, and of its index.
        columns: what is measured.
        questions: what is asked.
        score: a value for each column.
    """

    corpus: str
    columns: tuple[str, ...]
    questions: Sequence[Asked]
    score: Callable[[Asked, Sequence[Hit]], tuple[float, ...]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("eval", type=Path, metavar="EVAL", help="folder of the evaluation sets")
    parser.add_argument("--index", type=Path, metavar="DIR", help="keep the indexes here")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS), help="only these")
    parser.add_argument("--sample", type=int, metavar="N", help="at most N questions of each set")
    options = parser.parse_args()
    retrieval.trec_eval()  # that it is missing is told before the indexing
    sets = [each for name in options.sets for each in SETS[name](options.eval, options.sample)]
    place = nullcontext(options.index) if options.index else tempfile.TemporaryDirectory()
    with place as folder:
        for corpus in dict.fromkeys(each.corpus for each in sets):
            file = options.eval / corpus / "corpus.jsonl"
            with retrieval.opened(file, Path(folder) / corpus) as assistant:
                assistant.index([file])
        print_table(Path(folder), sets)


def print_table(folder: Path, sets: Sequence[Set]) -> None:
    """Measure each stage and print its row."""
    columns = [column for each in sets for column in each.columns]
    print(" | ".join(f"{name:>6}" for name in ("stage".ljust(18), *columns, TIME)))
    known: dict[Settings, list[str]] = {}
    for stage, settings in STAGES.items():
        same = Settings(**settings)
        if same not in known:
            known[same] = measured(folder, sets, settings)
        cells = (
            f"{cell:>{max(6, len(name))}}"
            for cell, name in zip(known[same], [*columns, TIME], strict=True)
        )
        print(" | ".join((f"{stage:<18}", *cells)), flush=True)


def measured(folder: Path, sets: Sequence[Set], settings: Mapping[str, Any]) -> list[str]:
    """The mean of each column, and the median of what a search took."""
    means: list[str] = []
    seconds: list[float] = []
    for each in sets:
        with Assistant.open(folder / each.corpus, llm="none", **settings) as assistant:
            assistant.search(each.questions[0].text)  # the first one loads the model
            rows = [each.score(asked, hits) for asked, hits in searched(assistant, each, seconds)]
        means += [f"{statistics.mean(column):.4f}" for column in zip(*rows, strict=True)]
    return [*means, f"{1000 * statistics.median(seconds):.0f}"]


def searched(
    assistant: Assistant, each: Set, seconds: list[float]
) -> Iterator[tuple[Asked, list[Hit]]]:
    """Each question with its hits; what the search took is put to `seconds`."""
    for asked in each.questions:
        begun = time.process_time()
        hits = assistant.search(asked.text, HITS)
        seconds.append(time.process_time() - begun)
        yield asked, hits


# Scores


def gain(asked: Asked, hits: Sequence[Hit]) -> tuple[float, ...]:
    """nDCG@10 of the documents."""
    ranking = {asked.id: documents(hits)[: retrieval.CUT]}
    scores = retrieval.document_scores(ranking, {asked.id: asked.relevant})
    return (scores["nDCG@10"][0],)


def characters(asked: Asked, hits: Sequence[Hit]) -> tuple[float, ...]:
    """Recall and precision of the characters of the first passages."""
    recall, precision, _ = retrieval.span_scores(asked.evidence, hits, CHARACTERS)
    return recall, precision


def both(asked: Asked, hits: Sequence[Hit]) -> tuple[float, ...]:
    """Whether all paragraphs that are asked for are among the first documents."""
    return (float(set(asked.relevant) <= set(documents(hits)[:FIRST])),)


def documents(hits: Sequence[Hit]) -> list[str]:
    """Ids of the documents in the order of their best passage, a copy right after its original."""
    return list(dict.fromkeys(d.id for hit in hits for d in (hit.passage.document, *hit.copies)))


# Sets


def scifact(folder: Path, sample: int | None) -> list[Set]:
    """The training claims, by halves: what was tuned on one is measured on the other."""
    at = folder / "scifact"
    files = at / "corpus.jsonl", at / "train_queries.jsonl", at / "train_qrels.tsv"
    tasks = {half: read_task(*files, half=half, sample=sample) for half in ("even", "odd")}
    return [
        Set(
            "scifact",
            (f"SciFact {half}",),
            [Asked(q.id, q.text, task.qrels[q.id]) for q in task.questions],
            gain,
        )
        for half, task in tasks.items()
    ]


def chroma_chunking(folder: Path, sample: int | None) -> list[Set]:
    """Long texts, of which the passages are scored by characters."""
    at = folder / "chroma_chunking"
    task = read_task(at / "corpus.jsonl", at / "queries.jsonl", None, spans=True, sample=sample)
    asked = [Asked(q.id, q.text, evidence=q.evidence) for q in task.questions]
    return [Set("chroma_chunking", ("recall", "precision"), asked, characters)]


def squad2(folder: Path, sample: int | None) -> list[Set]:
    """Questions with the one paragraph that answers them."""
    return [Set("squad2", ("SQuAD",), _sampled(answerable(folder), sample), gain)]


def parts(folder: Path, sample: int | None) -> list[Set]:
    """Two questions of different articles, asked at once."""
    drawn = random.Random(1).sample(answerable(folder), 2 * PAIRS)
    pairs = zip(drawn[:PAIRS], drawn[PAIRS:], strict=True)
    apart = [(one, other) for one, other in pairs if article(one) != article(other)]
    asked = [
        Asked(one.id + other.id, together(one.text, other.text), {**one.relevant, **other.relevant})
        for one, other in apart
    ]
    return [Set("squad2", ("two parts",), _sampled(asked, sample), both)]


def slips(folder: Path, sample: int | None) -> list[Set]:
    """Questions that name something, misspelt by one random slip."""
    draw = random.Random(2)
    asked = [
        Asked(each.id, text, each.relevant)
        for each in answerable(folder)
        if (text := misspelt(each.text, draw)) != each.text
    ]
    return [Set("squad2", ("slips",), _sampled(asked, sample), gain)]


SETS = {each.__name__: each for each in (scifact, squad2, chroma_chunking, parts, slips)}


def answerable(folder: Path) -> list[Asked]:
    """The questions of SQuAD's sample that their paragraph answers."""
    with (folder / "squad2" / "sample_600.jsonl").open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return [
        Asked(record["id"], record["text"].strip(), {record["context_id"]: 1})
        for record in records
        if record["answerable"]
    ]


def article(asked: Asked) -> str:
    """The article that a question's paragraph is of."""
    [paragraph] = asked.relevant
    return paragraph.rpartition("#")[0]


def together(one: str, other: str) -> str:
    """Two questions as one, the second without its capital unless it begins with a name.

    >>> together("Who signed?", "What is it worth?")
    'Who signed? And what is it worth?'
    """
    first = other.split(" ")[0].lower()
    return f"{one} And {other[0].lower() + other[1:] if first in COMMON_WORDS else other}"


def misspelt(text: str, draw: random.Random) -> str:
    """The text with one letter of one name changed, left out, added or swapped with the next.

    A name is a capitalised word of five and more letters within the text.
    """
    names = list(re.finditer(r"(?<=[a-z,] )[A-Z][a-z]{4,}(?!\w)", text))
    if not names:
        return text
    name = draw.choice(names)
    word, at = name[0], draw.randrange(1, len(name[0]) - 1)
    letter = draw.choice("abcdefghijklmnopqrstuvwxyz".replace(word[at], ""))
    slip = draw.choice(
        (
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
    return text[: name.start()] + slip + text[name.end() :]


def _sampled(asked: Sequence[Asked], sample: int | None) -> list[Asked]:
    kept = pick([Question(each.id, each.text) for each in asked], half=None, sample=sample, seed=0)
    return [each for each in asked if each.id in {question.id for question in kept}]


if __name__ == "__main__":
    main()
