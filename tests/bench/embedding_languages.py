"""How well embeddings meet a question and a passage that share no words, in other languages:
`python -m tests.bench.embedding_languages SPEC...`.

Ten passages a language, each asked for in its own language and in English; a question counts as met
where its passage is the nearest of the ten.
"""

from __future__ import annotations

import argparse
import json
import time
from itertools import groupby
from pathlib import Path

from assistant.models.embeddings.minilm import MiniLM
from assistant.models.embeddings.registry import named

_TEXTS = Path(__file__).with_suffix(".jsonl")
_LONG = 6


def main() -> None:
    """Print a row for each embedding and language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("specs", nargs="+", metavar="SPEC")
    rows = [json.loads(line) for line in _TEXTS.read_text(encoding="utf-8").splitlines()]
    for spec in parser.parse_args().specs:
        model = named(spec).open(MiniLM(), None, timeout=60.0, retries=1)
        for language, group in groupby(rows, key=lambda row: row["language"]):
            told = list(group)
            passages = model.embed([row["passage"] for row in told])
            met = [
                sum((model.embed([row[asked] for row in told]) @ passages.T).argmax(1) == range(10))
                for asked in ("question", "english")
            ]
            print(f"{spec}  {language}  own language {met[0]}, English {met[1]} of {len(told)}")
        long = [" ".join([row["english"]] * _LONG) for row in rows]
        start = time.perf_counter()
        model.embed(long)
        print(f"{spec}  {(time.perf_counter() - start) / len(long):.3f} s a passage")


if __name__ == "__main__":
    main()
