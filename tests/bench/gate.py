"""Fit the gate's coefficients and print its errors: `python -m tests.bench.gate FILE`.

FILE is JSONL with `id`, `answerable` and the question as `question` or `text`. The
questions that `assistant eval answers --sample` draws, `--held` of them, are kept out of the fit.
Figures of the others are cross-validated: each article's questions (`context_id` up to "#") are
judged by a fit to the other articles'. With `--llm` a second fit joins what the first one says
with the model's P(yes); only the first token that it writes is read.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant import conversation, gate, prompts, replies
from assistant.embedding import MiniLM
from assistant.judgements import hash_of
from assistant.library import Library
from assistant.llm import Model, open_model, parse_spec
from assistant.retrieval import Retriever
from assistant.settings import Settings, shipped

Floats = NDArray[np.float64]
Row = dict[str, Any]

RIDGE = 1.0
"""Strength of the penalty on the squares of the coefficients of standardised features."""
NAMES = [field.name for field in fields(gate.Features)]
THRESHOLDS = (0.25, 0.3, 0.33, 0.35, 0.37, 0.4, 0.42, 0.44, 0.45, 0.5, 0.6)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--documents", type=Path, default=shipped("seeds"))
    parser.add_argument("--llm", default="none")
    parser.add_argument("--held", type=int, default=120, help="questions kept out of the fit")
    parser.add_argument("--most", type=int, help="ask the model at most so many others")
    parser.add_argument("--rows", type=Path, help="JSONL of features: read, and added to")
    options = parser.parse_args()
    fitted, held = divided(questions(options.file), options.held)
    kept = Kept(options.rows, options.llm)
    everything, asked = fitted + held, [*fitted[: options.most], *held]
    missing = [q for q in everything if q["id"] not in kept.features]
    kept.add(collected(missing, options.documents, "none"))
    if options.llm != "none":
        unasked = [q for q in asked if q["id"] not in kept.sure]
        kept.add(collected(unasked, options.documents, options.llm))
    report(fitted, held, kept)


class Kept:
    """What is known of the questions, in memory and in a file.

    Attributes:
        features: by question, in the order of `NAMES`.
        sure: by question, the P(yes) of the model that is asked.
    """

    def __init__(self, file: Path | None, llm: str) -> None:
        self.features: dict[str, list[float]] = {}
        self.sure: dict[str, float] = {}
        self._file, self._llm = file, llm
        if file and file.is_file():
            for line in file.read_text(encoding="utf-8").splitlines():
                self._take(json.loads(line))

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._take(row)
            if self._file:
                with self._file.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row) + "\n")

    def _take(self, row: Row) -> None:
        self.features[row["id"]] = [row["features"][name] for name in NAMES]
        if row["sure"] is not None and row["llm"] == self._llm:
            self.sure[row["id"]] = row["sure"]


def questions(file: Path) -> list[Row]:
    """The questions of a file, each with the article it was made from, else one of its own."""
    read = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
    articles = ((q.get("context_id") or q["id"]).split("#")[0] for q in read)
    texts = (q.get("question") or q["text"] for q in read)
    return [
        q | {"question": text, "article": article}
        for q, text, article in zip(read, texts, articles, strict=True)
    ]


def divided(asked: list[Row], held: int) -> tuple[list[Row], list[Row]]:
    """The questions to fit to, the kinds taking turns, and those kept out."""
    ordered = sorted(asked, key=lambda q: hash_of(f"0:{q['id']}"))  # as `--sample` of eval answers
    kinds = [[q for q in ordered if q["answerable"] is kind] for kind in (True, False)]
    turns = [q for pair in zip(*(kind[held // 2 :] for kind in kinds), strict=False) for q in pair]
    return turns, [q for kind in kinds for q in kind[: held // 2]]


def collected(asked: list[Row], documents: Path, llm: str) -> Iterator[Row]:
    """The questions' features and what the model says, from an index made for it."""
    if not asked:
        return
    settings, embedder = Settings(), MiniLM()
    with (
        tempfile.TemporaryDirectory() as folder,
        Library(Path(folder), embedder, settings) as library,
    ):
        library.index([documents])
        retriever = Retriever(library, embedder, settings)
        model = open_model(parse_spec(llm), timeout=600, retries=0)
        for question in asked:
            text = conversation.standalone(question["question"], question.get("history", ()))
            searched = retriever.explain(text)
            spelt = searched.text or text
            found = retriever.evidence(spelt, searched.hits)
            seen = asdict(gate.features(spelt, found, embedder))
            numbered = "\n".join(f"[{e.number}] {' '.join(e.text.split())}" for e in found.evidence)
            sure = judged(model, numbered, spelt) if model else None
            yield {"id": question["id"], "llm": llm, "features": seen, "sure": sure}
        if model:
            model.close()


def judged(model: Model, numbered: str, question: str) -> float:
    """P(yes) of the first token that the model would answer with."""
    messages = prompts.load("answer").fill(evidence=numbered, question=question)
    with closing(model.stream(messages, max_tokens=1)) as pieces:
        told = [replies.confidence(piece.probabilities) for piece in pieces]
    return next((chance for chance in told if chance is not None), 0.5)


def report(fitted: Sequence[Row], held: Sequence[Row], kept: Kept) -> None:
    """Print both fits and, for some thresholds, the errors on either part."""
    parts = [Part(fitted, kept.features), Part(held, kept.features)]
    print("evidence alone")
    likely = fit_and_print([*NAMES], *parts)
    asked = [[q for q in part.asked if q["id"] in kept.sure] for part in parts]
    if not any(asked):
        return
    print("evidence and P(yes)")
    joined = {
        i: [gate.logit(likely[i]), gate.logit(sure)] for i, sure in kept.sure.items() if i in likely
    }
    fit_and_print(["evidence", "sure"], *(Part(part, joined) for part in asked))


class Part:
    """Questions as arrays: features, one row each, whether it is answerable, and its article."""

    def __init__(self, asked: Sequence[Row], features: Mapping[str, list[float]]) -> None:
        self.asked = asked
        self.features = np.array([features[q["id"]] for q in asked])
        self.answerable = np.array([q["answerable"] for q in asked], dtype=bool)
        self.articles = np.array([q["article"] for q in asked])


def fit_and_print(names: Sequence[str], fitted: Part, held: Part) -> dict[str, float]:
    """Fit, print, and return each question's chance: cross-validated where it was fitted to."""
    kinds, articles = fitted.answerable, sorted(set(fitted.articles))
    print(f"{len(kinds)} questions, {kinds.sum()} answerable, {len(articles)} articles", end="")
    print(f"; {len(held.asked)} held out, {held.answerable.sum()} answerable")
    for place, name in enumerate(names):
        print(f"  {name:10} alone: AUC {auc(fitted.features[:, place], kinds):.3f}")
    bias, weights = fit(fitted.features, kinds)
    told = (f"{name}={weight:.3f}" for name, weight in zip(names, weights, strict=True))
    print(f"bias={bias:.3f}, {', '.join(told)}")
    crossed = np.zeros(len(kinds))
    for article in articles:
        out = fitted.articles == article
        crossed[out] = chances(fitted.features[out], *fit(fitted.features[~out], kinds[~out]))
    sides = [(crossed, kinds)]
    if held.asked:
        sides += [(chances(held.features, bias, weights), held.answerable)]
    print("AUC cross-validated | held out:", " | ".join(f"{auc(*side):.3f}" for side in sides))
    print("threshold | answered, refused: cross-validated | held out")
    for threshold in THRESHOLDS:
        pairs = (errors(*side, threshold) for side in sides)
        shares = " | ".join(f"{answered:.2f}, {refused:.2f}" for answered, refused in pairs)
        print(f"     {threshold:.2f} | {shares}")
    every = [q["id"] for part in (fitted, held) for q in part.asked]
    return dict(zip(every, np.concatenate([side[0] for side in sides]).tolist(), strict=True))


def fit(features: Floats, answerable: NDArray[np.bool_]) -> tuple[float, Floats]:
    """Bias and weights of a logistic regression with a ridge, by Newton's method.

    The kinds count alike, however many questions of each there are.
    """
    means, spreads = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-9)
    scaled = np.column_stack([np.ones(len(features)), (features - means) / spreads])
    share = answerable.mean()
    counts = np.where(answerable, 0.5 / share, 0.5 / (1 - share))
    penalty = np.diag([0.0, *[RIDGE] * features.shape[1]])
    found = np.zeros(scaled.shape[1])
    for _ in range(25):
        chance = 1 / (1 + np.exp(-scaled @ found))
        slope = scaled.T @ (counts * (answerable - chance)) - penalty @ found
        curve = (scaled * (counts * chance * (1 - chance))[:, None]).T @ scaled + penalty
        found += np.linalg.solve(curve, slope)
    weights = found[1:] / spreads
    return float(found[0] - weights @ means), weights


def chances(features: Floats, bias: float, weights: Floats) -> Floats:
    """The probability of each question being answerable."""
    return np.asarray(1 / (1 + np.exp(-(bias + features @ weights))))


def auc(scores: Floats, answerable: NDArray[np.bool_]) -> float:
    """How often an answerable question scores higher than one that is not; ties count half."""
    higher = scores[answerable][:, None] - scores[~answerable]
    return float((higher > 0).mean() + (higher == 0).mean() / 2)


def errors(scores: Floats, answerable: NDArray[np.bool_], threshold: float) -> tuple[float, float]:
    """Share of answerable questions answered, and of the others refused."""
    return float((scores[answerable] >= threshold).mean()), float(
        (scores[~answerable] < threshold).mean()
    )


if __name__ == "__main__":
    main()
