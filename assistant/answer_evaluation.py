"""Answers measured on a user's own questions: right, cited, refused, and at what cost.

Questions are asked as `Assistant.ask` answers them, and what became of each is kept. Judging a
single answer is left to `answer_scores`, showing the figures to `render_answers`.
"""

from __future__ import annotations

import glob
import json
import math
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from assistant.answer_scores import Outcome, score
from assistant.api import Assistant
from assistant.errors import UsageError
from assistant.gold import Gold
from assistant.types import IndexStatus

ANSWERS_VERSION = 1
"""Version of the JSON that `Answers.to_dict` writes."""
RESAMPLES = 1000
"""Bootstrap samples behind a confidence interval."""
Z = 1.959964
"""Standard errors between the middle of a normal distribution and the ends of its central 95%."""

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share or a mean with its 95% confidence interval.

    Attributes:
        value: from 0 to 1.
        low, high: bounds of the interval.
        numerator, denominator: what it was made of; None where it was made of other shares.
    """

    value: float
    low: float
    high: float
    numerator: float | None = None
    denominator: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of an estimate in `Answers.to_dict`."""
        return {k: v if v is None else round(v, 6) for k, v in asdict(self).items()}


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
    assistant: Assistant, questions: Sequence[Gold], tell: Tell = lambda done, total: None
) -> Iterator[Outcome]:
    """Ask each question and yield what became of it.

    Args:
        assistant: over the index to answer from.
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
            answer = assistant.ask(question.text, history=question.history, only=only)
        except UsageError as exc:
            raise UsageError(f"{question.place}: {exc}") from exc
        yield score(question, answer, time.perf_counter() - begun)


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
    pair = _share(not o.refused for o in asked), _share(o.refused for o in barred)
    told = {
        "answered": pair[0],
        "refused": pair[1],
        "balanced_accuracy": _balanced(*pair),
        "right": _share(bool(o.right) for o in keyed),
        "right_and_cited": _share(bool(o.right and o.cited) for o in keyed if o.cited is not None),
        "citation_recall": _share(bool(o.cited) for o in cited),
        "citation_precision": _pooled(
            [(o.good_citations or 0, len(o.citations)) for o in cited], seed
        ),
        "token_f1": _mean([o.f1 for o in asked if o.f1 is not None], seed),
        "all_right_answers": _share(bool(o.all_right) for o in several),
        "all_right_none_wrong": _share(bool(o.all_right and not o.wrong) for o in several),
        "wrong_answer": _share(bool(o.wrong) for o in asked if o.wrong is not None),
        "wrong_undisputed": _share(bool(o.undisputed) for o in asked if o.wrong is not None),
        "refused_though_answerable": _share(o.refused for o in asked),
        "answered_though_unanswerable": _share(not o.refused for o in barred),
        "statements_supported": _pooled([_supported(o) for o in outcomes], seed),
    }
    return {name: figure for name, figure in told.items() if figure}


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Wilson's 95% confidence interval of a share (Wilson 1927, "Probable Inference").

    >>> low, high = wilson(5, 5)
    >>> f"{low:.3f} to {high:.3f}"
    '0.566 to 1.000'
    """
    share, square = hits / total, Z * Z
    middle = share + square / (2 * total)
    reach = Z * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    bounds = ((middle + sign * reach) / (1 + square / total) for sign in (-1, 1))
    low, high = (min(max(bound, 0.0), 1.0) for bound in bounds)
    return low, high


def _share(those: Iterable[bool]) -> Estimate | None:
    counted = list(those)
    if not counted:
        return None
    hits, total = sum(counted), len(counted)
    return Estimate(hits / total, *wilson(hits, total), hits, total)


def _mean(values: Sequence[float], seed: int) -> Estimate | None:
    """The mean, bootstrapped."""
    return _bootstrapped([(value, 1) for value in values], seed)


def _pooled(pairs: Sequence[tuple[int, int]], seed: int) -> Estimate | None:
    """The share of the hits in the totals of the pairs, with the wider of two intervals.

    The bootstrap sees that what belongs to one question is alike, but takes what held throughout
    for certain; Wilson's interval is the other way round.
    """
    found = _bootstrapped(pairs, seed)
    if not found:
        return None
    low, high = wilson(sum(hits for hits, _ in pairs), sum(total for _, total in pairs))
    return replace(found, low=min(low, found.low), high=max(high, found.high))


def _bootstrapped(pairs: Sequence[tuple[float, int]], seed: int) -> Estimate | None:
    """The sum of the firsts by the sum of the seconds, with the percentiles of its resamples."""
    given = np.array([pair for pair in pairs if pair[1]], dtype=float)
    if not len(given):
        return None
    draw = np.random.default_rng(seed)
    sums = [given[draw.integers(len(given), size=len(given))].sum(0) for _ in range(RESAMPLES)]
    low, high = np.percentile([part / whole for part, whole in sums], [2.5, 97.5])
    part, whole = given.sum(0)
    return Estimate(float(part / whole), float(low), float(high), float(part), int(whole))


def _balanced(answered: Estimate | None, refused: Estimate | None) -> Estimate | None:
    """The mean of two shares; its interval joins theirs (Newcombe 1998, "square and add")."""
    if not answered or not refused:
        return None
    both = (answered, refused)
    value = (answered.value + refused.value) / 2
    below = math.hypot(*(share.value - share.low for share in both)) / 2
    above = math.hypot(*(share.high - share.value for share in both)) / 2
    return Estimate(value, max(value - below, 0.0), min(value + above, 1.0))


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


class Log:
    """A file that gets a line for each question when it is answered, so that a run can go on.

    Attributes:
        known: what earlier runs told of questions, by id.
    """

    def __init__(self, path: Path, *, resume: bool) -> None:
        """Open the file, which must be new unless a run goes on.

        Raises:
            UsageError: it cannot be read or written, or holds something else.
        """
        there = path.exists()
        if there and not resume:
            raise UsageError(f"{path} is there already; add --resume to go on, or name a new file.")
        self.known = _known(path) if there else {}
        try:
            self._file = path.open("a", encoding="utf-8")
        except OSError as exc:
            raise UsageError(
                f"{path} cannot be written: {exc.strerror}; name another file."
            ) from exc

    def outcomes(self, questions: Iterable[Gold], model: str) -> list[Outcome]:
        """What is known of these questions.

        Raises:
            UsageError: another model answered, or another question has that id.
        """
        outcomes = []
        for question in questions:
            if outcome := self.known.get(question.id):
                if outcome.model != model or outcome.question != question.text:
                    raise UsageError(
                        f"{self._file.name} is of another run: of {outcome.id!r} it has "
                        f"{outcome.question[:60]!r}, answered by {outcome.model}; name a new file."
                    )
                outcomes.append(outcome)
        return outcomes

    def write(self, outcome: Outcome) -> None:
        """Add a line, which is in the file before this returns."""
        self._file.write(json.dumps(asdict(outcome)) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _known(path: Path) -> dict[str, Outcome]:
    """The outcomes that a file holds; a last line that was not finished is cut off."""
    reader = TypeAdapter(Outcome)
    try:
        *lines, unfinished = path.read_bytes().split(b"\n")
        outcomes = [reader.validate_json(line) for line in lines]
        if unfinished and outcomes:
            os.truncate(path, path.stat().st_size - len(unfinished))
    except OSError as exc:
        raise UsageError(f"{path} cannot be read: {exc.strerror}; name another file.") from exc
    except ValidationError as exc:
        raise _no_run(path) from exc
    if unfinished and not outcomes:
        raise _no_run(path)
    return {outcome.id: outcome for outcome in outcomes}


def _no_run(path: Path) -> UsageError:
    return UsageError(f"{path} holds something else than a run's lines; name a new file.")
