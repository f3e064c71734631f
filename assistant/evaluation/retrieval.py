"""Search measured on a user's own questions: what is found, how early, and how fast.

The search is the one that `Assistant.search` gives, as it is set. Reading questions and judgements
is left to `judgements`, showing the figures to `terminal`.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from assistant.answering import Notify
from assistant.api import Assistant
from assistant.documents import Hit
from assistant.errors import IndexMissingError, UsageError
from assistant.evaluation.judgements import Qrels, Span, Task
from assistant.reports import IndexStatus
from assistant.store import LOCAL

RETRIEVAL_VERSION = 1
"""Version of the JSON that `Retrieval.to_dict` writes."""
DEEPEST = 100
"""Documents of a ranking that are scored."""
FIRST_LIMIT = 200
"""Passages asked for at first: a document may take several before the next one comes."""
CUT = 10
"""Documents among which nDCG and MRR look."""
RESAMPLES = 1000
"""Bootstrap samples behind a confidence interval."""

# The library's name -> ours. Reciprocal rank has no cut-off there: it is given the cut ranking.
_RANKED = {
    "ndcg_cut_10": "nDCG@10",
    "recall_1": "recall@1",
    "recall_5": "recall@5",
    "recall_10": "recall@10",
    "recall_100": "recall@100",
}
_FIRST = {"recip_rank": "MRR@10"}
SPAN_METRICS = ("character_recall", "character_precision", "character_iou")

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Found:
    """What one search gave.

    Attributes:
        documents: ids of at most `DEEPEST` documents, best first, each placed by its best passage.
        hits: the passages, best first.
        seconds: how long the search took.
    """

    documents: tuple[str, ...]
    hits: tuple[Hit, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean of a metric over questions.

    Attributes:
        mean: from 0 to 1, higher is better.
        low, high: bounds of its 95% confidence interval.
        questions: how many it was measured on.
    """

    mean: float
    low: float
    high: float
    questions: int

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of a figure in `Retrieval.to_dict`."""
        numbers = {"mean": self.mean, "low": self.low, "high": self.high}
        return {name: round(value, 6) for name, value in numbers.items()} | {
            "questions": self.questions
        }


@dataclass(frozen=True, slots=True)
class Retrieval:
    """How well search finds what the judgements say there is to find.

    Attributes:
        task: what was searched for.
        index: what was searched.
        figures: by the metric's name.
        rankings: question id -> document ids, best first.
        median, p95: seconds a search took: the median, and the 95th percentile.
    """

    task: Task
    index: IndexStatus
    figures: Mapping[str, Figure]
    rankings: Mapping[str, tuple[str, ...]]
    median: float
    p95: float

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON-ready values."""
        return {
            "version": RETRIEVAL_VERSION,
            "documents": self.index.documents,
            "passages": self.index.passages,
            "embedding": self.index.embedding,
            "questions": len(self.task.questions),
            "unjudged": self.task.unjudged,
            "unknown_questions": len(self.task.unknown_questions),
            "unknown_documents": len(self.task.unknown_documents),
            "metrics": {name: figure.to_dict() for name, figure in self.figures.items()},
            "seconds": {"median": round(self.median, 6), "p95": round(self.p95, 6)},
        }


@contextmanager
def opened(
    corpus: Path,
    index: Path | None,
    *,
    llm: str | None = "none",
    embedding: str | None = None,
    notify: Notify = lambda _: None,
) -> Iterator[Assistant]:
    """An assistant whose index holds `corpus` or nothing yet; indexing is left to the caller.

    Args:
        corpus: a file or folder that is read.
        index: folder of the index; None for a temporary one, which is deleted after.
        llm, embedding, notify: as `Assistant.open` takes them.

    Raises:
        UsageError: the index holds something else, which measuring must neither change nor search.
        NoUsableIndexError: the index cannot be used.
    """
    place = tempfile.TemporaryDirectory(prefix="assistant-eval-") if index is None else None
    vectors = LOCAL if place else None  # deleting the folder would leave a server's behind
    # The folder is named in either case, or the settings would find the user's own index.
    with (
        place or nullcontext(index) as folder,
        Assistant.open(
            folder, llm=llm, embedding=embedding, vectors=vectors, notify=notify
        ) as assistant,
    ):
        _refuse_others(assistant, corpus)
        yield assistant


def _refuse_others(assistant: Assistant, corpus: Path) -> None:
    try:
        held = assistant.status()
    except IndexMissingError:
        return
    others = set(held.roots) - {str(corpus.resolve())}
    if others:
        raise UsageError(
            f"the index {held.path} holds {sorted(others)[0]}, which is not CORPUS; "
            "name a new folder, or leave --index out for a temporary one."
        )


def measure(
    assistant: Assistant,
    task: Task,
    *,
    characters: int | None = None,
    seed: int = 0,
    tell: Tell = lambda done, total: None,
) -> Retrieval:
    """Search for each question and score what is found.

    Args:
        assistant: over the index to search.
        task: the questions and their judgements.
        characters: most characters of passages that are scored against a question's evidence; None
            to leave spans unscored.
        seed: of the confidence intervals.
        tell: told how many questions are done, and how many there are.

    Raises:
        UsageError: documents are to be scored, and the library that does it is not installed.
        NoUsableIndexError: the index cannot be used.
    """
    assistant.search(task.questions[0].text, 1)  # the first search loads the embedding model
    rankings: dict[str, tuple[str, ...]] = {}
    spans: list[tuple[float, float, float]] = []
    seconds: list[float] = []
    for done, question in enumerate(task.questions):
        tell(done, len(task.questions))
        # Spans are filled by the first hits; only a ranking of documents must be long.
        found = search(assistant, question.text, DEEPEST if task.qrels else 1)
        rankings[question.id] = found.documents
        seconds.append(found.seconds)
        # The hits are not kept: each holds the text of its whole document.
        if characters is not None and question.evidence:
            spans.append(span_scores(question.evidence, found.hits, characters))
    scores = document_scores(rankings, task.qrels)
    scores |= {name: [row[n] for row in spans] for n, name in enumerate(SPAN_METRICS) if spans}
    return Retrieval(
        task=task,
        index=assistant.status(),
        figures={name: figure(values, seed) for name, values in scores.items()},
        rankings=rankings,
        median=float(np.median(seconds)),
        p95=float(np.percentile(seconds, 95)),
    )


def search(assistant: Assistant, text: str, documents: int) -> Found:
    """The documents and passages found, asking for more until there are so many documents."""
    begun, limit = time.perf_counter(), FIRST_LIMIT
    hits = assistant.search(text, limit)
    while len(hits) == limit and len(_documents(hits)) < documents:
        limit *= 2
        hits = assistant.search(text, limit)
    seconds = time.perf_counter() - begun
    return Found(tuple(_documents(hits)[:DEEPEST]), tuple(hits), seconds)


def _documents(hits: Sequence[Hit]) -> list[str]:
    """Ids of the documents in the order of their best passage, a copy right after its original."""
    found = (document for hit in hits for document in (hit.passage.document, *hit.copies))
    return list(dict.fromkeys(document.id for document in found))


def document_scores(rankings: Mapping[str, Sequence[str]], qrels: Qrels) -> dict[str, list[float]]:
    """Each metric's values for the questions of `qrels`, in its order; none where there are none.

    A document is relevant if its score is above 0, and every question has a relevant document. Its
    gain in nDCG is the score itself, discounted by log2(rank + 1).

    Raises:
        UsageError: there is something to score, and the library that does it is not installed.
    """
    if not qrels:
        return {}
    deep = _evaluated(qrels, rankings, _RANKED, DEEPEST)
    first = _evaluated(qrels, rankings, _FIRST, CUT)
    return deep | first


def _evaluated(
    qrels: Qrels, rankings: Mapping[str, Sequence[str]], names: Mapping[str, str], depth: int
) -> dict[str, list[float]]:
    runs = {key: _places(rankings.get(key, ())[:depth]) for key in qrels}
    by_question = trec_eval().RelevanceEvaluator(qrels, set(names)).evaluate(runs)
    # What found nothing may be left out by the library; it counts all the same.
    return {
        ours: [by_question.get(key, {}).get(theirs, 0.0) for key in qrels]
        for theirs, ours in names.items()
    }


def _places(ranking: Sequence[str]) -> dict[str, float]:
    """A score for each document that falls by one a place.

    trec_eval sorts by score and breaks ties by the ids; the search's own scores may be equal.

    >>> _places(["b", "a"])
    {'b': 2.0, 'a': 1.0}
    """
    return {document: float(len(ranking) - place) for place, document in enumerate(ranking)}


def trec_eval() -> Any:
    """The library that computes the metrics of documents.

    Raises:
        UsageError: it is not installed.
    """
    try:
        import pytrec_eval
    except ImportError as exc:
        raise UsageError(
            "pytrec_eval, which scores documents, is not installed; "
            "run: pip install 'assistant[eval]'"
        ) from exc
    return pytrec_eval


def span_scores(
    evidence: Sequence[Span], hits: Sequence[Hit], characters: int
) -> tuple[float, float, float]:
    """Recall, precision and intersection over union, counted in characters.

    Hits are taken best first until the next one would not fit into `characters` any more: what a
    reader who stops there has read. A character counts once, however many passages or pieces of
    evidence hold it.

    Args:
        evidence: where the answer stands; at least one span.
        hits: what was found, best first.
        characters: how many may be taken in all.
    """
    taken: list[Span] = []
    for hit in hits:
        span = Span(hit.passage.document.id, hit.passage.start, hit.passage.end)
        characters -= span.end - span.start
        if characters < 0:
            break
        taken.append(span)
    wanted, got, either = covered(evidence), covered(taken), covered([*evidence, *taken])
    both = wanted + got - either
    return both / wanted, both / got if got else 0.0, both / either


def covered(spans: Collection[Span]) -> int:
    """How many characters the spans hold together.

    >>> covered([Span("a", 0, 5), Span("a", 3, 8), Span("b", 0, 1)])
    9
    """
    total, document, reached = 0, "", 0
    for span in sorted(spans, key=lambda s: (s.document, s.start)):
        if span.document != document:
            document, reached = span.document, 0
        total += max(0, span.end - max(span.start, reached))
        reached = max(reached, span.end)
    return total


def figure(values: Sequence[float], seed: int) -> Figure:
    """The mean with the 2.5th and 97.5th percentile of the means of `RESAMPLES` resamples."""
    given, draw = np.array(values), np.random.default_rng(seed)
    means = [given[draw.integers(len(given), size=len(given))].mean() for _ in range(RESAMPLES)]
    low, high = np.percentile(means, [2.5, 97.5])
    return Figure(float(given.mean()), float(low), float(high), len(values))


def run_text(rankings: Mapping[str, Sequence[str]]) -> str:
    """The rankings as a TREC run: question, Q0, document, rank, score, and the name `assistant`.

    The score falls by one a place, so that tools which sort by it keep the order. White space in an
    id, which the format has no place for, is written as in a URL (a blank is `%20`).
    """
    rows = (
        f"{_word(question)} Q0 {_word(document)} {rank} {score:.0f} assistant\n"
        for question, ranking in rankings.items()
        for rank, (document, score) in enumerate(_places(ranking).items(), 1)
    )
    return "".join(rows)


def _word(text: str) -> str:
    return re.sub(r"\s", lambda found: quote(found[0]), text)
