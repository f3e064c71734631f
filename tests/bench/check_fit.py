"""Weights of the check's support: `python -m tests.bench.check_fit EVAL [--judged FILE.jsonl]...`.

Fitted on the halves of `world_open` and `verification/` that are for fitting, every set with the
same weight and in it both labels; cross-validated by document. `--judged` gives files of lines with
`id` and `p`, a model's P(yes); their statements fit the weights where a model has judged.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from assistant.checking.check import Check, check
from assistant.ingest.chunking.sentences import sentence_spans
from assistant.models.embeddings.minilm import MiniLM
from assistant.models.embeddings.word_similarity import Likeness, Probes
from tests.bench.halves import public_half, world_half

CONTEXT = 1200  # characters before the evidence that name what it refers to


@dataclass(frozen=True)
class Row:
    set: str
    id: str
    group: str
    label: bool
    found: Check


def rows(folder: Path) -> Iterator[Row]:
    likeness = Likeness(Probes(MiniLM()))
    for line in (folder / "world_open/statements.jsonl").open(encoding="utf-8"):
        item = json.loads(line)
        if world_half(item) == "fit":
            text = (folder / "world_open/articles" / item["source_file"]).read_text("utf-8")
            title, flat = text.strip().split("\n")[0], " ".join(text.split())
            at = min(flat.find(" ".join(e.split())) for e in item["evidence"])
            context = f"{title}\n{flat[max(0, at - CONTEXT) : max(0, at)]}"
            found = check(item["statement"], item["evidence"], context, "", likeness)
            label = item["label"] == "supported"
            yield Row("world", item["id"], item["source_file"], label, found)
    for path in sorted((folder / "verification").glob("*.jsonl")):
        for line in path.open(encoding="utf-8"):
            item = json.loads(line)
            if public_half(item) == "fit":
                text = item["premise"]
                sentences = [text[a:b] for a, b in sentence_spans(text, 0, len(text))]
                found = check(item["statement"], sentences, "", "", likeness)
                group = item.get("group") or text
                yield Row(path.stem, item["id"], group, item["label"] == "supported", found)


def logistic(x: np.ndarray, y: np.ndarray, weight: np.ndarray, ridge: float = 2.0) -> np.ndarray:
    """Bias and weights by Newton's method; the ridge is on the weights of scaled features."""
    ones, beta = np.c_[np.ones(len(x)), x], np.zeros(x.shape[1] + 1)
    penalty = np.diag([0.0, *[ridge] * x.shape[1]])
    for _ in range(40):
        p = 1 / (1 + np.exp(-ones @ beta))
        hessian = (ones * (weight * p * (1 - p) + 1e-9)[:, None]).T @ ones + penalty
        beta -= np.linalg.solve(hessian, ones.T @ (weight * (p - y)) + penalty @ beta)
    return beta


def fitted(kept: Sequence[Row], features: np.ndarray) -> np.ndarray:
    """Bias and weights of the features as they are; prints what cross-validation gives."""
    y = np.array([row.label for row in kept], dtype=float)
    sets = np.array([row.set for row in kept])
    weight = np.ones(len(kept))
    for name in set(sets):
        for label in (0.0, 1.0):
            chosen = (sets == name) & (y == label)
            weight[chosen] = 100 / max(1, chosen.sum())
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-9
    scaled = (features - mean) / scale
    folds = np.array([sum(map(ord, row.group)) % 5 for row in kept])
    p = np.zeros(len(kept))
    for fold in range(5):
        out = folds == fold
        beta = logistic(scaled[~out], y[~out], weight[~out])
        p[out] = 1 / (1 + np.exp(-np.c_[np.ones(out.sum()), scaled[out]] @ beta))
    for least in (0.4, 0.45, 0.5, 0.54, 0.58, 0.62, 0.66):
        told = []
        for name in sorted(set(sets)):
            here = sets == name
            told.append(
                f"{name} {(p[here & (y == 0)] >= least).mean():.2f}"
                f"/{(p[here & (y == 1)] < least).mean():.2f}"
            )
        print(f"  {least}: " + ", ".join(told))
    beta = logistic(scaled, y, weight)
    return np.r_[beta[0] - (beta[1:] * mean / scale).sum(), beta[1:] / scale]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="EVAL")
    parser.add_argument("--judged", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    kept = list(rows(given.folder))
    for name in dict.fromkeys(row.set for row in kept):
        for label in (True, False):
            here = [r.found.vetoed for r in kept if r.set == name and r.label is label]
            print(f"vetoed of {name}, {label}: {sum(here)} of {len(here)}")
    # A veto stands whatever the probability; it is fitted where no rule has decided.
    free = [row for row in kept if row.found.signals and not row.found.vetoed]
    print("false accepted / true rejected of those without a veto, by rules alone:")
    print(np.round(fitted(free, np.array([astuple(r.found.signals) for r in free])), 3).tolist())
    chances = {}
    for path in given.judged:
        for line in path.open(encoding="utf-8"):
            item = json.loads(line)
            chances[item["id"]] = item["p"]
    known = [row for row in free if chances.get(row.id) is not None]
    if known:
        kept_p = [min(max(chances[r.id], 0.01), 0.99) for r in known]
        told = [
            (math.log(p / (1 - p)), r.found.signals.unsaid, r.found.signals.in_order)
            for p, r in zip(kept_p, known, strict=True)
        ]
        print("the same, with the judge:")
        print(np.round(fitted(known, np.array(told)), 3).tolist())


if __name__ == "__main__":
    main()
