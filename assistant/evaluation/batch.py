"""Many questions asked one after the other of one assistant, and what of them is asked already.

Questions are asked as `Assistant.ask` answers them. Reading them is left to `batch_questions`,
keeping what became of them to `run_log`; nothing is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from assistant.answers import ANSWER_VERSION, Answer
from assistant.api import Assistant
from assistant.errors import RequestRefusedError, UsageError
from assistant.evaluation.batch_questions import Question
from assistant.evaluation.run_log import RunLog
from assistant.secrets import masked

MOST_REFUSED = 3
"""Requests in a row that a model's server refuses before that is no fault of single questions."""

Kind = Literal["answered", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked, with its answer or the reason why there is none.

    Attributes:
        question: what was asked.
        strict: whether unsupported statements were dropped.
        answer: None if it failed.
        error: the fact and the remedy; None if there is an answer.
    """

    question: Question
    strict: bool = True
    answer: Answer | None = None
    error: str | None = None

    @property
    def kind(self) -> Kind:
        """What became of it; a refusal is an answer that says that the documents do not."""
        if self.answer is None:
            return "failed"
        return "refused" if self.answer.status == "not_in_documents" else "answered"

    def to_dict(self) -> dict[str, Any]:
        """The line of a batch: the id, what `ask --json` prints, and how it was asked."""
        told: dict[str, Any] = {
            "version": ANSWER_VERSION,
            "question": self.question.text,
            "error": self.error,
        }
        if self.answer:
            told = self.answer.to_dict()
        how = how_asked(self.question, self.strict)
        return {"id": self.question.id, **told, **({"asked": how} if how else {})}


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of a line of an earlier run.

    Attributes:
        question, model: what was asked, of which model.
        how: see `how_asked`.
        kind: what became of it.
    """

    question: str
    model: str
    how: dict[str, Any]
    kind: Kind


class _Line(BaseModel, strict=True):
    """What a line must hold to be one of a batch."""

    version: Literal[1]
    id: str | int
    question: str
    standalone_question: str | None = None
    model: str | None = None
    status: str | None = None
    error: str | None = None
    asked: dict[str, Any] = {}


def how_asked(question: Question, strict: bool) -> dict[str, Any]:
    """What beside its words and the model decides about its answer; only what was given."""
    how = {
        "history": [each if isinstance(each, str) else list(each) for each in question.history],
        "only": list(question.where.only),
        "since": question.where.since,
        "until": question.where.until,
        "strict": None if strict else False,
    }
    return {name: value for name, value in how.items() if value not in (None, [])}


def open_log(path: Path, *, resume: bool) -> RunLog[Known]:
    """The file of a batch's lines; raises what `RunLog` raises.

    Lines of questions that failed are taken out, so that these are asked again.
    """
    return RunLog(path, resume=resume, read=_read)


def _read(line: bytes) -> tuple[str, Known] | None:
    told = _Line.model_validate_json(line)
    if told.error is not None:
        return None
    if told.standalone_question is None or told.model is None:
        raise ValueError("neither an answer nor an error")
    kind: Kind = "refused" if told.status == "not_in_documents" else "answered"
    return str(told.id), Known(told.question, told.model, told.asked, kind)


def left(
    log: RunLog[Known], questions: Sequence[Question], model: str, strict: bool
) -> list[Question]:
    """The questions that the file does not hold yet.

    Raises:
        UsageError: it holds other questions, or these as another model or other options had them.
    """
    asked = [question for question in questions if str(question.id) in log.known]
    if log.known and not asked:
        raise UsageError(
            f"{log.path} is of other questions: its id {next(iter(log.known))!r} is none of "
            "these; name a new file."
        )
    for question in asked:
        known = log.known[str(question.id)]
        if known.question != question.text:
            raise UsageError(
                f"{log.path} is of other questions: {question.id!r} was {known.question[:60]!r}; "
                "name a new file."
            )
        if known.model != model:
            raise UsageError(
                f"{log.path} is of another run: {known.model} answered {question.id!r}, not "
                f"{model}; name that model with --llm, or a new file."
            )
        if known.how != how_asked(question, strict):
            raise UsageError(
                f"{log.path} is of another run: {question.id!r} was asked with other filters, "
                "history or strictness; give those again, or name a new file."
            )
    return [question for question in questions if str(question.id) not in log.known]


def ask(
    assistant: Assistant, questions: Iterable[Question], strict: bool = True
) -> Iterator[Asked]:
    """Ask each question and yield what became of it, in order.

    One that fails for a reason of its own is yielded with the reason, and the next one is asked.

    Args:
        assistant: over the index to answer from.
        questions: what to ask.
        strict: how the assistant was opened, to be told with each.

    Raises:
        NoUsableIndexError, ModelError: what concerns all questions: the index or the model cannot
            be used, or its server refuses one request after the other.
    """
    in_a_row = 0
    for question in questions:
        try:
            answer = assistant.ask(
                question.text, history=question.history, **question.where.to_dict()
            )
        except UsageError as exc:
            yield Asked(question, strict, error=masked(str(exc)))
        except RequestRefusedError as exc:
            in_a_row += 1
            yield Asked(question, strict, error=masked(str(exc)))
            if in_a_row == MOST_REFUSED:
                raise
        else:
            in_a_row = 0
            yield Asked(question, strict, answer)
