"""The file of a run: a line for each question asked, with which a run that broke off goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from assistant.answer_scores import Outcome
from assistant.errors import UsageError
from assistant.gold import Gold


class RunLog:
    """A file that gets a line for each question when it is answered.

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
