"""What share of questions finds its gold evidence: `python -m tests.bench.evidence EVAL`.

EVAL holds `world_open` and `qa`. Each set is indexed whole and asked with several budgets of
tokens. A question's evidence is found where a sentence given contains a piece of it, or lies in it:
any piece, and all. `--half held` is for the end.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answers import Explanation
from assistant.conversation import condense
from assistant.models.embeddings.minilm import MiniLM
from assistant.retrieval.evidence import Retriever
from assistant.settings import Settings
from assistant.store.library import Library
from tests.bench.halves import public_half, world_half

Row = dict[str, Any]

BUDGETS = (120, 180, 240, 300)


@dataclass(frozen=True, slots=True)
class Set:
    """Questions about one collection.

    Attributes:
        documents: what is indexed, below the folder of the sets.
        questions: the file of questions, likewise.
        half: which half a question belongs to.
    """

    documents: str
    questions: str
    half: Callable[[Mapping[str, Any]], str]

    def asked(self, folder: Path, half: str) -> list[Row]:
        """The questions of one half, with `question` for their text whatever the file calls it."""
        lines = (folder / self.questions).read_text(encoding="utf-8").splitlines()
        read = [json.loads(line) for line in lines if line.strip()]
        return [
            q | {"question": q.get("question") or q["text"]} for q in read if self.half(q) == half
        ]


SETS: Mapping[str, Set] = {
    "world_open": Set("world_open/articles", "world_open/questions.jsonl", world_half),
    **{
        name: Set(f"qa/{name}/corpus.jsonl", f"qa/{name}/questions.jsonl", public_half)
        for name in ("onestopqa", "qed", "clapnq")
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("eval", type=Path, metavar="EVAL")
    parser.add_argument("--half", choices=("fit", "held"), default="fit")
    options = parser.parse_args()
    print("set | questions |", " | ".join(f"{budget}: any, all" for budget in BUDGETS))
    for name, each in SETS.items():
        asked = [q for q in each.asked(options.eval, options.half) if q["answerable"]]
        with tempfile.TemporaryDirectory() as index:
            searched = list(searches(each, asked, options.eval, Path(index)))
        print(f"{name} | {len(asked)} |", " | ".join(searched), flush=True)


def searches(each: Set, asked: Sequence[Row], folder: Path, index: Path) -> Iterator[str]:
    """The two shares at each budget."""
    embedder = MiniLM()
    with Library(index, embedder, Settings()) as library:
        library.index([folder / each.documents])
        retriever = Retriever(library, embedder, Settings())
        known = [searched(retriever, q) for q in asked]
        for budget in BUDGETS:
            limited = Retriever(library, embedder, Settings(evidence_tokens=budget))
            found = [
                pieces(q, [e.text for e in limited.evidence(text, explained.hits).evidence])
                for q, (text, explained) in zip(asked, known, strict=True)
            ]
            shares = (sum(map(test, found)) / len(found) for test in (any, all))
            yield ", ".join(f"{share:.3f}" for share in shares)


def searched(retriever: Retriever, question: Row) -> tuple[str, Explanation]:
    """The question as it is put to the documents, and what a search for it finds."""
    text = condense.standalone(question["question"], question.get("history", ()))
    explained = retriever.explain(text)
    return explained.text or text, explained


def pieces(question: Row, sentences: Sequence[str]) -> list[bool]:
    """Of each piece of the gold evidence whether it was found."""
    given = [" ".join(sentence.split()) for sentence in sentences]
    gold = [e if isinstance(e, str) else e["text"] for e in question["evidence"]]
    wanted = [" ".join(piece.split()) for piece in gold]
    return [any(piece in text or text in piece for text in given) for piece in wanted]


if __name__ == "__main__":
    main()
