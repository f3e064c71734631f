"""Answers measured on a user's own questions: right, cited, refused, and at what cost.

Questions are asked as `Assistant.ask` answers them. Judging a single answer is left to
`metrics`, keeping what became of it to `run_log`, showing the figures to `terminal`.
"""

from __future__ import annotations

import glob
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from pydantic import TypeAdapter

from assistant.answers import Answer
from assistant.conversation import Turn
from assistant.errors import UsageError
from assistant.evaluation.datasets import Gold
from assistant.evaluation.intervals import Estimate, balanced, mean, pooled, share
from assistant.evaluation.metrics import Outcome, score
from assistant.evaluation.run_log import RunLog
from assistant.reports import IndexStatus

ANSWERS_VERSION = 1
"""Version of the JSON that `Answers.to_dict` writes."""

Tell = Callable[[int, int], None]


class Engine(Protocol):
    """What is measured: an `Assistant`, or another that answers."""

    @property
    def model(self) -> str:
        """Which model answers."""

    def ask(
        self, question: str, *, history: Sequence[Turn] = (), only: Sequence[str] | None = None
    ) -> Answer:
        """Answer a question; see `Assistant.ask`."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What answers took; None where nothing of the kind was done.

    Attributes:
        median, p95: seconds an answer took: the median, and the 95th percentile.
        prompt_tokens: median of the questions that reached a model.
        reached: how many did.
        checking: median milliseconds of checking a statement.
    """

    median: float
    p95: float
    prompt_tokens: float | None
    reached: int
    checking: float | None


@dataclass(frozen=True, slots=True)
class Answers:
    """How well questions were answered.

    Attributes:
        outcomes: what became of each question.
        planned: how many were to be asked; more than there are outcomes if it was broken off.
        index: what was answered from.
        figures: by the metric's name, those that could be measured.
        statements: by verdict, and `repaired` and `dropped` where answers tell.
        costs: what it took.
    """

    outcomes: Sequence[Outcome]
    planned: int
    index: IndexStatus
    figures: Mapping[str, Estimate]
    statements: Mapping[str, int]
    costs: Costs

    @property
    def model(self) -> str:
        """Which model answered."""
        return self.outcomes[0].model

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON-ready values."""
        return {
            "version": ANSWERS_VERSION,
            "model": self.model,
            "embedding": self.index.embedding,
            "documents": self.index.documents,
            "passages": self.index.passages,
            "planned": self.planned,
            "questions": len(self.outcomes),
            "answerable": sum(o.answerable for o in self.outcomes),
            "metrics": {name: figure.to_dict() for name, figure in self.figures.items()},
            "statements": dict(self.statements),
            "seconds": {"median": round(self.costs.median, 4), "p95": round(self.costs.p95, 4)},
            "prompt_tokens": self.costs.prompt_tokens,
            "reached_model": self.costs.reached,
            "checking_ms_a_statement": self.costs.checking,
        }


def ask(
    engine: Engine, questions: Sequence[Gold], tell: Tell = lambda done, total: None
) -> Iterator[Outcome]:
    """Ask each question and yield what became of it.

    Args:
        engine: what answers.
        questions: what to ask.
        tell: told how many questions are done, and how many there are.

    Raises:
        UsageError, NoUsableIndexError, ModelError: as `Assistant.ask` does.
    """
    for done, question in enumerate(questions):
        tell(done, len(questions))
        only = [glob.escape(document) for document in question.documents] or None
        begun = time.perf_counter()
        try:
            answer = engine.ask(question.text, history=question.history, only=only)
        except UsageError as exc:
            raise UsageError(f"{question.place}: {exc}") from exc
        yield score(question, answer, time.perf_counter() - begun)


def open_log(path: Path, *, resume: bool) -> RunLog[Outcome]:
    """The file that keeps what became of each question; raises what `RunLog` raises."""
    reader = TypeAdapter(Outcome)

    def read(line: bytes) -> tuple[str, Outcome]:
        outcome = reader.validate_json(line)
        return outcome.id, outcome

    return RunLog(path, resume=resume, read=read)


def already(log: RunLog[Outcome], questions: Sequence[Gold], model: str) -> list[Outcome]:
    """What the file of a run knows of these questions.

    Raises:
        UsageError: another model answered, or another question has that id.
    """
    outcomes = []
    for question in questions:
        if outcome := log.known.get(question.id):
            if outcome.model != model or outcome.question != question.text:
                raise UsageError(
                    f"{log.path} is of another run: of {outcome.id!r} it has "
                    f"{outcome.question[:60]!r}, answered by {outcome.model}; name a new file."
                )
            outcomes.append(outcome)
    return outcomes


def measured(
    outcomes: Sequence[Outcome], planned: int, index: IndexStatus, *, seed: int = 0
) -> Answers:
    """Add up what became of the questions.

    Args:
        outcomes: at least one.
        planned: how many questions were to be asked.
        index: what was answered from.
        seed: of the bootstrap.
    """
    statements: Counter[str] = Counter()
    for outcome in outcomes:
        statements.update(outcome.verdicts)
    return Answers(
        outcomes, planned, index, figures(outcomes, seed), dict(statements), _costs(outcomes)
    )


def figures(outcomes: Sequence[Outcome], seed: int) -> dict[str, Estimate]:
    """The metrics by name; one is left out where no question can tell it.

    Shares of questions have Wilson's interval. Citations and statements of one answer stand or fall
    together, so theirs is bootstrapped over the questions, where that makes it wider.
    """
    asked = [o for o in outcomes if o.answerable]
    barred = [o for o in outcomes if not o.answerable]
    answered = [o for o in asked if not o.refused]
    keyed = [o for o in asked if o.right is not None]
    cited = [o for o in answered if o.cited is not None]
    several = [o for o in asked if o.all_right is not None]
    pair = share(not o.refused for o in asked), share(o.refused for o in barred)
    told = {
        "answered": pair[0],
        "refused": pair[1],
        "balanced_accuracy": balanced(*pair),
        "right": share(bool(o.right) for o in keyed),
        "right_and_cited": share(bool(o.right and o.cited) for o in keyed if o.cited is not None),
        "citation_recall": share(bool(o.cited) for o in cited),
        "citation_precision": pooled(
            [(o.good_citations or 0, len(o.citations)) for o in cited], seed
        ),
        "token_f1": mean([o.f1 for o in asked if o.f1 is not None], seed),
        "all_right_answers": share(bool(o.all_right) for o in several),
        "all_right_none_wrong": share(bool(o.all_right and not o.wrong) for o in several),
        "wrong_answer": share(bool(o.wrong) for o in asked if o.wrong is not None),
        "wrong_undisputed": share(bool(o.undisputed) for o in asked if o.wrong is not None),
        "refused_though_answerable": share(o.refused for o in asked),
        "answered_though_unanswerable": share(not o.refused for o in barred),
        "statements_supported": pooled([_supported(o) for o in outcomes], seed),
    }
    return {name: figure for name, figure in told.items() if figure}


def _supported(outcome: Outcome) -> tuple[int, int]:
    return outcome.verdicts.get("supported", 0), len(outcome.statements)


def _costs(outcomes: Sequence[Outcome]) -> Costs:
    seconds = [o.seconds for o in outcomes]
    tokens = [o.usage["prompt_tokens"] for o in outcomes if o.usage.get("prompt_tokens")]
    checking = [
        1000 * o.timings["checking"] / len(o.statements)
        for o in outcomes
        if o.statements and "checking" in o.timings
    ]
    return Costs(
        median=float(np.median(seconds)),
        p95=float(np.percentile(seconds, 95)),
        prompt_tokens=float(np.median(tokens)) if tokens else None,
        reached=len(tokens),
        checking=round(float(np.median(checking)), 4) if checking else None,
    )
