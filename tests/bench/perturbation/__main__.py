"""Make statements: `python -m tests.bench.perturbation CORPUS > statements.jsonl`.

Prints JSON lines for `assistant eval checker CORPUS statements.jsonl`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from assistant.evaluation.judgements import read_documents
from assistant.ingest.chunking.passages import segment
from assistant.models.embeddings.minilm import MiniLM
from assistant.settings import Settings
from tests.bench.perturbation.statements import generate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path, metavar="CORPUS")
    parser.add_argument(
        "--half", choices=("even", "odd"), help="only of this half of the documents"
    )
    parser.add_argument("--sample", type=int, metavar="N", help="at most N statements of a kind")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    options = parser.parse_args()
    offsets, limit = MiniLM().offsets, Settings().passage_tokens
    passages = [p for d in read_documents(options.corpus) for p in segment(d, offsets, limit)]
    made = generate(passages, half=options.half, sample=options.sample, seed=options.seed)
    for item in made:
        print(json.dumps(item.to_dict(), ensure_ascii=False))
    if not made:
        parser.error(f"{options.corpus} has no sentence of which a statement could be made.")


if __name__ == "__main__":
    main()
