"""Fit `answerability` and print how often it errs: `python -m tests.bench.answerability_fit EVAL`.

EVAL holds the evaluation sets. It is fitted to the halves `fit` of `world_open` and `qa/clapnq`,
each set and each kind of question counting alike; false premises are left out. The figures of
these are cross-validated: each document's questions are judged by a fit to the others'. The other
sets are only judged. `--half held` judges the other halves instead, and is for the end.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant import answerability
from assistant.embedding import MiniLM
from assistant.judgements import hash_of
from assistant.library import Library
from assistant.retrieval import Retriever
from assistant.settings import Settings
from tests.bench.evidence import SETS, Set, searched
from tests.bench.halves import public_half

Floats = NDArray[np.float64]
Row = dict[str, Any]

FITTED = ("world_open", "clapnq")
JUDGED: Mapping[str, Set] = {
    **SETS,
    "squad2": Set("squad2/corpus.jsonl", "squad2/sample_600.jsonl", public_half),
}
NAMES = [field.name for field in fields(answerability.Features)]
WEIGHTS = astuple(answerability.WEIGHTS)
RIDGE = 1.0
"""Strength of the penalty on the squares of the coefficients of standardised features."""
PARTS = 10
"""Parts of the cross-validation."""
THRESHOLDS = (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("eval", type=Path, metavar="EVAL")
    parser.add_argument("--half", choices=("fit", "held"), default="fit")
    options = parser.parse_args()
    judged = {name: part(JUDGED[name], options.eval, options.half) for name in FITTED}
    if options.half == "fit":
        fit_and_print([judged[name] for name in FITTED])
    print("as they are in answerability.py: threshold | answered, refused")
    for name, each in JUDGED.items():
        found = judged.get(name) or part(each, options.eval, options.half)
        print_errors(name, found, chances(found.features, answerability.BIAS, np.array(WEIGHTS)))


class Part:
    """Questions as arrays: features, one row each, whether it is answerable, and its document."""

    def __init__(self, rows: Sequence[tuple[Row, answerability.Features]]) -> None:
        self.features = np.array([astuple(seen) for _, seen in rows])
        self.answerable = np.array([row["answerable"] for row, _ in rows], dtype=bool)
        self.folds = np.array([hash_of(f"fold:{_document(row)}") % PARTS for row, _ in rows])


def part(asked: Set, folder: Path, half: str) -> Part:
    """The questions of a half of one set with their features."""
    with tempfile.TemporaryDirectory() as index:
        return Part(list(_rows(asked, folder, half, Path(index))))


def _rows(
    asked: Set, folder: Path, half: str, index: Path
) -> Iterator[tuple[Row, answerability.Features]]:
    embedder = MiniLM()
    with Library(index, embedder, Settings()) as library:
        library.index([folder / asked.documents])
        retriever = Retriever(library, embedder, Settings())
        for question in asked.asked(folder, half):
            if question.get("kind") != "false_premise":
                text, explained = searched(retriever, question)
                found = retriever.evidence(text, explained.hits)
                yield question, answerability.features(text, found)


def _document(row: Row) -> str:
    """What a question is about, as a name."""
    return str(row.get("source_files") or row.get("document") or row.get("context_id") or row["id"])


def fit_and_print(parts: Sequence[Part]) -> None:
    """Print the coefficients, and what cross-validation finds of each set."""
    features = np.concatenate([each.features for each in parts])
    answerable = np.concatenate([each.answerable for each in parts])
    folds = np.concatenate([each.folds for each in parts])
    counts = np.concatenate([_counts(each.answerable) for each in parts])
    bias, weights = fit(features, answerable, counts)
    told = (f"{name}={weight:.3f}" for name, weight in zip(NAMES, weights, strict=True))
    print(f"bias={bias:.3f}, {', '.join(told)}")
    crossed = np.zeros(len(answerable))
    for fold in range(PARTS):
        out = folds == fold
        crossed[out] = chances(features[out], *fit(features[~out], answerable[~out], counts[~out]))
    print("cross-validated: threshold | answered, refused")
    ends = np.cumsum([len(each.answerable) for each in parts])[:-1]
    for name, each, found in zip(FITTED, parts, np.split(crossed, ends), strict=True):
        print_errors(name, each, found)


def _counts(answerable: NDArray[np.bool_]) -> Floats:
    """What each question of a set counts, so that sets and kinds count alike."""
    share = answerable.mean()
    return np.where(answerable, 100 / share, 100 / (1 - share)) / len(answerable)


def fit(features: Floats, answerable: NDArray[np.bool_], counts: Floats) -> tuple[float, Floats]:
    """Bias and weights of a logistic regression with a ridge, by Newton's method."""
    means, spreads = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-9)
    scaled = np.column_stack([np.ones(len(features)), (features - means) / spreads])
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


def print_errors(name: str, each: Part, found: Floats) -> None:
    """Print the shares of answerable questions answered, and of the others refused."""
    kinds = each.answerable
    area = f", AUC {auc(found, kinds):.3f}" if kinds.any() and not kinds.all() else ""
    print(f"{name}: {kinds.sum()} answerable, {(~kinds).sum()} not{area}")
    for threshold in THRESHOLDS:
        answered = (found[kinds] >= threshold).mean()
        refused = f", {(found[~kinds] < threshold).mean():.2f}" if not kinds.all() else ""
        print(f"  {threshold:.2f} | {answered:.2f}{refused}", flush=True)


def auc(scores: Floats, answerable: NDArray[np.bool_]) -> float:
    """How often an answerable question scores higher than one that is not; ties count half."""
    higher = scores[answerable][:, None] - scores[~answerable]
    return float((higher > 0).mean() + (higher == 0).mean() / 2)


if __name__ == "__main__":
    main()
