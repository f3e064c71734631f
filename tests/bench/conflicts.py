"""Sources that disagree: `python -m tests.bench.conflicts EVAL`.

EVAL is a folder of evaluation sets. RAMDocs asks each of its questions of that question's own
documents, of which some are right, some wrong, some neither: no wrong answer may stand in the
answer undisputed. SQuAD 2.0 is one consistent corpus, so every conflict told there is a false alarm
(but for people's questions that two paragraphs answer differently).
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant import Answer, Assistant
from assistant.evaluation.judgements import Question, pick


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("eval", type=Path, metavar="EVAL")
    parser.add_argument("--llm", default="none")
    parser.add_argument("--half", choices=("even", "odd"), help="of RAMDocs, by a hash of the ids")
    parser.add_argument("--sample", type=int, metavar="N", help="at most so many of each set")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where the indexes are kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        keep = options.keep or Path(folder)
        disputed(options, keep)
        consistent(options, keep)


def disputed(options: argparse.Namespace, keep: Path) -> None:
    """Put RAMDocs' questions to their own documents and print what came of the wrong answers."""
    read = questions(options.eval / "ramdocs" / "queries.jsonl", options.half, options.sample)
    corpus = options.eval / "ramdocs" / "corpus.jsonl"
    with Assistant.open(keep / "ramdocs", llm=options.llm) as assistant:
        assistant.index([corpus])
        outcomes = [
            outcome(assistant.ask(q["text"], only=q["doc_ids"]), q["answers"], q["wrong_answers"])
            for q in read
        ]
    print(f"RAMDocs, {options.half or 'all'}, {options.llm}: {len(outcomes)} questions")
    share("no wrong answer undisputed", (o["clean"] for o in outcomes))
    share("the same, of those with a wrong answer", (o["clean"] for o in outcomes if o["misled"]))
    share("a right answer is given", (o["right"] for o in outcomes))
    share("two right answers or more, of those with several", several(outcomes))
    share("not in the documents", (o["refused"] for o in outcomes))
    share("a conflict is told", (o["told"] for o in outcomes))
    share("the same, with one right answer and no wrong one", single(outcomes))


def several(outcomes: Iterable[Mapping[str, Any]]) -> list[bool]:
    """Whether two right answers are given, of the questions that have them."""
    return [o["given"] > 1 for o in outcomes if o["rights"] > 1]


def single(outcomes: Iterable[Mapping[str, Any]]) -> list[bool]:
    """Whether a conflict is told, of the questions with one answer and nothing wrong beside it."""
    return [o["told"] for o in outcomes if o["rights"] == 1 and not o["misled"]]


def consistent(options: argparse.Namespace, keep: Path) -> None:
    """Put questions to one consistent corpus, and print how often a conflict is told."""
    corpus = options.eval / "squad2" / "corpus.jsonl"
    read = questions(options.eval / "squad2" / "sample_600.jsonl", None, options.sample)
    with Assistant.open(keep / "squad2", llm=options.llm) as assistant:
        assistant.index([corpus])
        answers = [assistant.ask(q["text"]) for q in read]
    answered = [answer for answer in answers if answer.statements]
    print(f"SQuAD 2.0, {options.llm}: {len(answers)} questions, {len(answered)} answered")
    share("a conflict is told, of those answered", (bool(a.conflicts) for a in answered))


def questions(file: Path, half: str | None, sample: int | None) -> list[dict[str, Any]]:
    """The questions of a file that are to be asked, in its order."""
    read = [json.loads(line) for line in file.open(encoding="utf-8")]
    kept = pick([Question(q["id"], q["text"]) for q in read], half=half, sample=sample, seed=0)
    ids = {question.id for question in kept}
    return [q for q in read if q["id"] in ids]


def outcome(answer: Answer, right: Sequence[str], wrong: Sequence[str]) -> dict[str, Any]:
    """What an answer gives of the right and wrong answers, as words in a row.

    A wrong one is disputed where it stands on one side of a conflict and not on another.
    """
    shown = " ".join(c.quote for c in answer.citations) if answer.conflicts else ""
    shown += " " + answer.text
    quotes = {c.number: c.quote for c in answer.citations}
    sides = [
        [" ".join(quotes[n] for n in side.citations) for side in conflict.sides]
        for conflict in answer.conflicts
    ]
    misleading = [w for w in set(wrong) if w not in right]
    return {
        "clean": all(
            not says(shown, w)
            or any(len({says(side, w) for side in conflict}) == 2 for conflict in sides)
            for w in misleading
        ),
        "misled": bool(misleading),
        "right": any(says(shown, r) for r in right),
        "given": sum(says(shown, r) for r in right),
        "rights": len(right),
        "refused": answer.status == "not_in_documents",
        "told": bool(answer.conflicts),
    }


def says(text: str, words: str) -> bool:
    """Whether the words stand in the text in a row, whatever their case and punctuation."""
    return f" {_plain(words)} " in f" {_plain(text)} "


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def share(name: str, values: Iterable[bool]) -> None:
    """Print a share with its counts."""
    listed = list(values)
    told = f"{sum(listed) / len(listed):.3f}" if listed else "-"
    print(f"  {name:52} {told:>6}   {sum(listed)} of {len(listed)}", flush=True)


if __name__ == "__main__":
    main()
