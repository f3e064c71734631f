"""Answers, citations and refusals on a file of questions: `python -m tests.bench.answers FILE`.

FILE is JSONL with `question`, `answerable`, `must` (regular expressions a right answer matches),
`must_not`, `evidence` (verbatim strings, one of which a right citation holds) and `history`; or in
the form of SQuAD 2.0 with `text`, `answers` and `evidence` spans. The index is built afresh from
`--documents`, the shipped ones by default.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from assistant import Answer, Assistant
from assistant.settings import shipped


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--llm", default="none")
    parser.add_argument("--documents", type=Path, default=shipped("seeds"))
    parser.add_argument("--half", choices=("even", "odd"), help="only every other question")
    parser.add_argument("--limit", type=int, help="at most so many of each kind, from the first")
    options = parser.parse_args()
    questions = chosen(options.file, options.half, options.limit)
    with (
        tempfile.TemporaryDirectory() as folder,
        Assistant.open(folder, llm=options.llm) as assistant,
    ):
        assistant.index([options.documents])
        print(f"{len(questions)} questions, {assistant.model}, {options.documents.name}")
        report([run(assistant, question) for question in questions])


def chosen(file: Path, half: str | None, limit: int | None) -> list[dict[str, Any]]:
    """The questions of a file that are to be asked, in its order."""
    with file.open(encoding="utf-8") as lines:
        questions = [unified(json.loads(line)) for line in lines if line.strip()]
    if half:
        questions = questions[half == "odd" :: 2]
    kinds = ([q for q in questions if q["answerable"] is kind] for kind in (True, False))
    return [question for kind in kinds for question in kind[:limit]]


def unified(question: dict[str, Any]) -> dict[str, Any]:
    """A question of either form as one of ours: any of SQuAD's answers is right."""
    if "question" in question:
        return question
    answers = "|".join(re.escape(answer) for answer in question["answers"] or ())
    return {
        "id": question["id"][:8],
        "question": question["text"],
        "answerable": question["answerable"],
        "must": [answers] if answers else [],
        "must_not": [],
        "evidence": [span["text"] for span in question["evidence"]],
    }


def run(assistant: Assistant, question: dict[str, Any]) -> dict[str, Any]:
    """Ask one question, print the outcome in a line, and return it."""
    begun = time.perf_counter()
    answer = assistant.ask(question["question"], history=question.get("history", ()))
    outcome = {
        "answerable": question["answerable"],
        "refused": answer.status == "not_in_documents",
        "right": is_right(answer, question),
        "cited": holds_evidence(answer, question),
        "seconds": time.perf_counter() - begun,
        "prompt_tokens": answer.usage.prompt_tokens,
    }
    told = answer.text or "(the documents do not say)"
    marks = " ".join(name for name in ("answerable", "refused", "right", "cited") if outcome[name])
    print(f"{question['id']:8} {outcome['seconds']:5.1f} s  {marks:32} {told[:160]}", flush=True)
    return outcome


def is_right(answer: Answer, question: dict[str, Any]) -> bool:
    """Whether the text matches all it must and nothing it must not."""
    return all(re.search(p, answer.text, re.I) for p in question["must"]) and not any(
        re.search(p, answer.text, re.I) for p in question["must_not"]
    )


def holds_evidence(answer: Answer, question: dict[str, Any]) -> bool:
    """Whether a citation holds one of the evidence strings."""
    return any(span in c.quote for c in answer.citations for span in question["evidence"])


def report(outcomes: list[dict[str, Any]]) -> None:
    """Print the totals: answers and refusals always as a pair."""
    asked = [o for o in outcomes if o["answerable"]]
    barred = [o for o in outcomes if not o["answerable"]]
    both = sum(o["right"] and o["cited"] and not o["refused"] for o in asked)
    print(f"right and cited:        {both} of {len(asked)}")
    print(f"evidence cited:         {sum(o['cited'] for o in asked)} of {len(asked)}")
    print(f"refused though answerable: {sum(o['refused'] for o in asked)} of {len(asked)}")
    print(f"refused, unanswerable:  {sum(o['refused'] for o in barred)} of {len(barred)}")
    print(f"prompt tokens, median:  {statistics.median(o['prompt_tokens'] for o in outcomes):.0f}")
    later = [o["seconds"] for o in outcomes[1:]] or [0.0]
    print(f"seconds after the first, median: {statistics.median(later):.1f}")


if __name__ == "__main__":
    main()
