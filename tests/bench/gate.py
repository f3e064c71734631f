"""Fit the gate's coefficients and print its errors: `python -m tests.bench.gate FILE`.

FILE is JSONL with `id`, `answerable` and the question as `question` or `text`. Of each kind the
first `--held` / 2 questions, in the order of the SHA-256 of their ids, are kept out of the fit.
Figures of the others are cross-validated: each article's questions (`context_id` up to "#") are
judged by a fit to the other articles'. With `--llm` the model's P(yes) is one more feature; only
the first token it writes is read.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant import conversation, gate, prompts, replies
from assistant.embedding import MiniLM
from assistant.library import Library
from assistant.llm import Model, open_model, parse_spec
from assistant.retrieval import Retriever
from assistant.settings import Settings, shipped

Floats = NDArray[np.float64]
Row = dict[str, Any]

RIDGE = 1.0
"""Strength of the penalty on the squares of the coefficients of standardised features."""
NAMES = [field.name for field in fields(gate.Features)]
SHARES = (0.95, 0.9, 0.85, 0.8, 0.75, 0.7)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--documents", type=Path, default=shipped("seeds"))
    parser.add_argument("--llm", default="none")
    parser.add_argument("--held", type=int, default=120, help="questions kept out of the fit")
    parser.add_argument("--most", type=int, help="at most so many others, in the same order")
    parser.add_argument("--rows", type=Path, help="JSONL of features: read, and added to")
    options = parser.parse_args()
    fitted, held = divided(questions(options.file), options.held)
    fitted = fitted[: options.most]
    known = rows_of(options.rows, options.llm)
    missing = [q for q in fitted + held if q["id"] not in known]
    for row in collected(missing, options.documents, options.llm):
        known[row["id"]] = row
        if options.rows:
            with options.rows.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
    report([known[q["id"]] for q in fitted], [known[q["id"]] for q in held])


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
    ordered = sorted(asked, key=lambda q: sha256(q["id"].encode()).hexdigest())
    kinds = [[q for q in ordered if q["answerable"] is kind] for kind in (True, False)]
    turns = [q for pair in zip(*(kind[held // 2 :] for kind in kinds), strict=False) for q in pair]
    return turns, [q for kind in kinds for q in kind[: held // 2]]


def rows_of(file: Path | None, llm: str) -> dict[str, Row]:
    """The rows that a file holds already for this model."""
    if file is None or not file.is_file():
        return {}
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return {row["id"]: row for row in rows if row["llm"] == llm}


def collected(asked: list[Row], documents: Path, llm: str) -> Iterator[Row]:
    """The questions' features, from an index made for it; those without evidence are left out."""
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
            row = {name: question[name] for name in ("id", "answerable", "article")}
            yield row | {"llm": llm, "features": seen, "sure": sure}
        if model:
            model.close()


def judged(model: Model, numbered: str, question: str) -> float:
    """P(yes) of the first token that the model would answer with."""
    messages = prompts.load("answer").fill(evidence=numbered, question=question)
    with closing(model.stream(messages, max_tokens=1)) as pieces:
        told = [replies.confidence(piece.probabilities) for piece in pieces]
    return next((chance for chance in told if chance is not None), 0.5)


def report(fitted: Sequence[Row], held: Sequence[Row]) -> None:
    """Print the coefficients, and for some thresholds the errors on both parts."""
    features, answerable = matrix(fitted)
    names = [*NAMES, "sure"][: features.shape[1]]
    articles = np.array([row["article"] for row in fitted])
    print(f"{len(fitted)} questions, {answerable.sum()} answerable, {len(set(articles))} articles")
    for place, name in enumerate(names):
        print(f"  {name:10} alone: AUC {auc(features[:, place], answerable):.3f}")
    bias, weights = fit(features, answerable)
    told = ", ".join(f"{name}={w:.3f}" for name, w in zip(names, weights, strict=True))
    print(f"Weights(bias={bias:.3f}, {told})")
    crossed = np.zeros(len(fitted))
    for article in set(articles):
        out = articles == article
        crossed[out] = chances(features[out], *fit(features[~out], answerable[~out]))
    print(f"AUC cross-validated {auc(crossed, answerable):.3f}", end="")
    others, kinds = matrix(held) if held else (features[:0], answerable[:0])
    judged_held = chances(others, bias, weights)
    print(f", held out {auc(judged_held, kinds):.3f}" if held else "")
    print("threshold | answered, refused: cross-validated | held out")
    for threshold in [*(float(np.quantile(crossed[answerable], 1 - s)) for s in SHARES), 0.5]:
        pairs = [errors(crossed, answerable, threshold)]
        pairs += [errors(judged_held, kinds, threshold)] if held else []
        told = " | ".join(f"{answered:.2f}, {refused:.2f}" for answered, refused in pairs)
        print(f"     {threshold:.2f} | {told}")


def matrix(rows: Sequence[Row]) -> tuple[Floats, NDArray[np.bool_]]:
    """Features, one row a question, and whether it is answerable."""
    judged = [[] if row["sure"] is None else [gate.logit(row["sure"])] for row in rows]
    values = [
        [*(row["features"][name] for name in NAMES), *sure]
        for row, sure in zip(rows, judged, strict=True)
    ]
    return np.array(values), np.array([row["answerable"] for row in rows])


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
