"""Answers measured in both directions: `python -m tests.bench.answers SET --eval FOLDER`.

Asks each question of a set over a temporary index of all of its documents, and prints what was
right, cited and refused, with 95% intervals. With --out each answer is written as it comes, and a
later run with the same file asks only what is missing. Questions are drawn by a hash of their ids,
so a smaller sample is part of a larger one.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError
from assistant.evaluation import answers
from assistant.evaluation.datasets import Gold, choose, history_of, load_gold
from assistant.evaluation.intervals import Estimate, mean, share
from assistant.evaluation.judgements import load_texts, pick
from assistant.evaluation.metrics import Outcome
from assistant.evaluation.retrieval import opened
from assistant.settings import shipped
from tests.bench import table
from tests.bench.halves import public_half, world_half

PATTERNED = ("world_open", "seed")
"""Sets whose evidence is given in words, and a right answer by patterns."""
QA = ("clapnq", "onestopqa", "qed", "timeqa")
FREE = ("clapnq", "onestopqa")
"""Sets whose answers are told freely, so that only what is cited can be scored."""
SQUAD_SAMPLE = 120
"""Questions of SQuAD 2.0 that nothing was ever fitted on: those that `assistant eval` draws."""

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one question, by the rules of its set.

    Attributes:
        group: what it is counted under; empty where the set has no groups.
        premise: whether a false premise is to be corrected, which is scored apart.
        answerable, refused: of the question, and of the answer.
        right, cited: None where the set cannot tell.
        every_source: all of several documents are cited; None where one would do.
        refusal_ok: a refusal counts half.
        outcome: the answer.
    """

    group: str
    premise: bool
    answerable: bool
    refused: bool
    right: bool | None
    cited: bool | None
    every_source: bool | None
    refusal_ok: bool
    outcome: Outcome


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("set", choices=("world_open", *QA, "squad2", "seed"))
    parser.add_argument("--eval", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--llm", default="none", metavar="SPEC")
    parser.add_argument("--half", choices=("fit", "held", "all"), default="all")
    parser.add_argument("--sample", type=int, metavar="N", help="only N questions")
    parser.add_argument("--out", type=Path, metavar="FILE.jsonl", help="keep and resume the run")
    options = parser.parse_args()
    if options.half != "all" and options.set in ("squad2", "seed"):
        parser.error(f"{options.set} has no halves, nothing is fitted on it; leave --half out.")
    os.environ |= {"ASSISTANT_CONFIG": "none"}
    try:
        rows = measured(options)
    except AssistantError as exc:
        sys.exit(str(exc))
    print(f"{options.set}, half {options.half}, {options.llm}: {len(rows)} questions")
    report(rows)


def measured(options: argparse.Namespace) -> list[Row]:
    """Ask the questions that are wanted, and score the answers."""
    questions, corpus = files(options.set, options.eval)
    records = {str(r["id"]): r for r in map(json.loads, questions.open(encoding="utf-8"))}
    if options.set in PATTERNED:
        every = [patterned(record) for record in records.values()]
    else:
        every = load_gold(questions, load_texts(corpus))
    chosen = drawn(every, records, options)
    found = outcomes(chosen, corpus, options.llm, options.out)
    return [scored(options.set, records[outcome.id], outcome) for outcome in found]


def files(name: str, folder: Path) -> tuple[Path, Path]:
    """The questions of a set, and the documents that they are put to."""
    match name:
        case "world_open":
            return folder / name / "questions.jsonl", folder / name / "articles"
        case "seed":
            return folder / "seed_questions_dev.jsonl", shipped("seeds")
        case "squad2":
            return folder / name / "sample_600.jsonl", folder / name / "corpus.jsonl"
    return folder / "qa" / name / "questions.jsonl", folder / "qa" / name / "corpus.jsonl"


def patterned(record: Record) -> Gold:
    """A question with patterns; its evidence is left to `quotes_evidence`."""
    return Gold(
        id=record["id"],
        text=record["question"],
        answerable=record["answerable"],
        must=tuple(re.compile(pattern, re.I) for pattern in record["must"]),
        must_not=tuple(re.compile(pattern, re.I) for pattern in record["must_not"]),
        history=history_of(record["id"], record),
        place=record["id"],
    )


def drawn(
    every: Sequence[Gold], records: Mapping[str, Record], options: argparse.Namespace
) -> list[Gold]:
    """The questions of the half, as many as the sample wants."""
    if options.set == "squad2":
        return choose(every, half=None, sample=options.sample or SQUAD_SAMPLE, seed=0)
    half_of: Callable[[Record], str] = world_half if options.set == "world_open" else public_half
    kept = [q for q in every if options.half in ("all", half_of(records[q.id]))]
    return pick(kept, half=None, sample=options.sample, seed=0)


def outcomes(chosen: Sequence[Gold], corpus: Path, llm: str, out: Path | None) -> list[Outcome]:
    """What became of the questions, those first that an earlier run asked."""
    with (
        closing(answers.open_log(out, resume=True)) if out else nullcontext() as log,
        opened(corpus, None, llm=llm) as assistant,
    ):
        known = answers.already(log, chosen, assistant.model) if log else []
        missing = [q for q in chosen if q.id not in {outcome.id for outcome in known}]
        if missing:
            assistant.index([corpus])
        for outcome in answers.ask(assistant, missing):
            known.append(outcome)
            if log:
                log.write(asdict(outcome))
    return known


def scored(name: str, record: Record, outcome: Outcome) -> Row:
    """An outcome by the rules of its set."""
    kind = record.get("kind", "")
    cited, sources = outcome.cited, None
    if name in PATTERNED:
        cited = quotes_evidence([c["quote"] for c in outcome.citations], record["evidence"])
    if kind == "multi_document":
        sources = set(record["source_files"]) <= set(documents(outcome))
    return Row(
        group=record.get("group", kind) if name in PATTERNED else "",
        premise=kind == "false_premise" and outcome.answerable,
        answerable=outcome.answerable,
        refused=outcome.refused,
        right=None if name in FREE else outcome.right,
        cited=cited,
        every_source=sources,
        refusal_ok=bool(record.get("refusal_ok")),
        outcome=outcome,
    )


def quotes_evidence(quotes: Collection[str], evidence: Collection[str]) -> bool:
    """Whether a quote contains a piece of evidence or is contained in one, spaces collapsed.

    >>> quotes_evidence(["He rose\\n at six."], ["Then he rose.", "He rose at six. It rained."])
    True
    """
    cited, wanted = ([" ".join(text.split()) for text in texts] for texts in (quotes, evidence))
    return any(quote and (piece in quote or quote in piece) for quote in cited for piece in wanted)


def documents(outcome: Outcome) -> Iterator[str]:
    """The ids of the documents that an answer cites, copies included."""
    for citation in outcome.citations:
        yield citation["document_id"]
        yield from (copy["document_id"] for copy in citation.get("copies", ()))


def figures(rows: Sequence[Row]) -> dict[str, Estimate | None]:
    """The shares by name, in both directions; None where the set has nothing of the kind.

    False premises are among neither the answerable nor the unanswerable questions.
    """
    plain = [row for row in rows if row.answerable and not row.premise]
    barred = [row for row in rows if not row.answerable]
    keyed = [row for row in plain if row.right is not None]
    premises = [row for row in rows if row.premise]
    return {
        "right and cited, of answerable": share(bool(r.right and r.cited) for r in keyed),
        "right, of answerable": share(bool(r.right) for r in keyed),
        "cited, of answerable": share(r.cited for r in plain if r.cited is not None),
        "refused, of answerable": share(r.refused for r in plain),
        "refused, of unanswerable": share(r.refused for r in barred),
        "a tempting wrong answer, of unanswerable that name one": share(
            not r.refused and not r.right for r in barred if r.right is not None
        ),
        "shown though not right, of shown to answerable": share(
            not r.right for r in keyed if not r.refused
        ),
        "all sources cited, of those that need several": share(
            r.every_source for r in plain if r.every_source is not None
        ),
        "false premise corrected": share(bool(r.right) for r in premises),
        "false premise refused": share(r.refused for r in premises),
        "false premise, a refusal that may be counted half": mean(
            [0.5 if r.refused and r.refusal_ok else float(bool(r.right)) for r in premises], seed=0
        ),
    }


def costs(rows: Sequence[Row]) -> dict[str, tuple[float, str]]:
    """Medians of the seconds, and of whatever the answers that reached a model count."""
    found = {"seconds": (statistics.median(r.outcome.seconds for r in rows), "s")}
    reached = [r.outcome.usage for r in rows if r.outcome.usage.get("calls")]
    for name in reached[0] if reached else ():
        found[name.replace("_", " ")] = (statistics.median(u[name] for u in reached), "")
    return found


def succeeded(row: Row) -> bool:
    """Whether a question went well: answered rightly with a citation, or refused as it should be.

    Where a set cannot tell what is right, the citation alone counts; of a false premise, the text.
    """
    if not row.answerable:
        return row.refused
    return row.right is not False and (row.premise or row.cited is not False)


def report(rows: Sequence[Row]) -> None:
    """Print the shares, what went well of each group, and the costs."""
    for name, measure in figures(rows).items():
        table.share(name, measure)
    groups = sorted({row.group for row in rows} - {""})
    for group in groups:
        table.share(f"  went well, {group}", share(succeeded(r) for r in rows if r.group == group))
    if rows:
        for name, (value, unit) in costs(rows).items():
            table.line(f"median {name}", value, unit)


if __name__ == "__main__":
    main()
