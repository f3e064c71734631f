"""A file of many questions to ask -> values, or one line of error that names the line.

Two forms are read: a question a line, in words, or a JSON object a line. Nothing is asked here.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, BinaryIO

from assistant.answering import MOST_CHARACTERS
from assistant.errors import UsageError
from assistant.evaluation.datasets import history_of
from assistant.evaluation.json_lines import lines_of, parse_object, unreadable
from assistant.filters import Filter

FIELDS = ("question", "id", "history", "only", "since", "until")
"""What a JSON object may hold; `question` alone is needed."""
MOST_LINE_BYTES = 1_000_000
"""Longest line: a question, and a long conversation before it."""

_JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")
_JSON = re.compile(r"\s*(?:\{|\[\s*(?:$|[{\"]))")


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a file.

    Attributes:
        id: what the file calls it, as it stands there; else the number of its line.
        text: in words.
        history: earlier questions of the conversation, or (question, answer) pairs.
        where: the documents it is put to.
        place: the file and line it was read from, for errors.
    """

    id: str | int
    text: str
    history: tuple[str | tuple[str, str], ...] = ()
    where: Filter = field(default_factory=Filter)
    place: str = ""


def load_questions(path: str, filters: Mapping[str, Any] | None = None) -> list[Question]:
    """All questions of a file, each looked at before any is asked.

    Args:
        path: the file; `-` is standard input.
        filters: `only`, `since` and `until` for questions that do not name their own.

    Raises:
        UsageError: the file or a line cannot be read, a line is no question, or an id stands twice.
    """
    given = dict(filters or {})
    Filter.of(**given)  # wrong on the command line is not to be blamed on a line
    questions: dict[str, Question] = {}
    is_json: bool | None = None
    with _opened(path) as (name, file):
        for place, line in lines_of(name, file, MOST_LINE_BYTES):
            if is_json is None:
                is_json = path.lower().endswith(_JSON_SUFFIXES) or bool(_JSON.match(line))
            question = (_record if is_json else _words)(place, line.strip(), given)
            if earlier := questions.get(str(question.id)):
                raise UsageError(
                    f"{place}: the id {question.id!r} is also that of line "
                    f"{_number(earlier.place)}; give each its own."
                )
            questions[str(question.id)] = question
    if not questions:
        raise UsageError(f"{name} holds no question; give one a line, in words or as JSON.")
    return list(questions.values())


@contextmanager
def _opened(path: str) -> Iterator[tuple[str, BinaryIO]]:
    """The file with the name it has in messages."""
    if path == "-":
        yield "standard input", sys.stdin.buffer
        return
    try:
        with Path(path).open("rb") as file:
            yield path, file
    except OSError as exc:
        raise unreadable(Path(path), exc) from exc


def _words(place: str, line: str, given: Mapping[str, Any]) -> Question:
    """The question of a line of words."""
    where = Filter.of(**given)
    return Question(int(_number(place)), _asked(place, line), where=where, place=place)


def _record(place: str, line: str, given: Mapping[str, Any]) -> Question:
    """The question of a line of JSON."""
    record = parse_object(place, line)
    for name in record:
        if name not in FIELDS:
            raise UsageError(f"{place}: `{name}` is unknown; {_remedy(name)}.")
    told = {name: value for name, value in record.items() if value is not None}
    text = told.get("question")
    if not isinstance(text, str) or not text.strip():
        raise UsageError(f"{place}: `question` is missing or empty; ask in words.")
    identity = told.get("id", int(_number(place)))
    if isinstance(identity, bool) or not isinstance(identity, str | int) or identity == "":
        raise UsageError(f"{place}: `id` is neither text nor a whole number; give one of these.")
    history = history_of(place, told)
    for turn in (str(identity), *history):
        for words in (turn,) if isinstance(turn, str) else turn:
            _encodable(place, words)
    return Question(identity, _asked(place, text), history, _filter(place, told, given), place)


def _remedy(name: str) -> str:
    if near := get_close_matches(name.lower(), (*FIELDS, "text"), 1):
        return f"write `{near[0]}`".replace("`text`", "`question`")
    return f"a question may have {', '.join(FIELDS)}"


def _asked(place: str, text: str) -> str:
    """The words as they are asked.

    Raises:
        UsageError: there are too many, or they are no Unicode text.
    """
    _encodable(place, text)
    if len(text) > MOST_CHARACTERS:
        raise UsageError(
            f"{place}: the question has {len(text):,} characters; ask it in {MOST_CHARACTERS:,} or "
            "less."
        )
    return text


def _encodable(place: str, text: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise UsageError(f"{place}: half of a surrogate pair is no text; write whole characters.")


def _filter(place: str, told: Mapping[str, Any], given: Mapping[str, Any]) -> Filter:
    """Its own filters, each in place of the one that was given for all."""
    own = {name: told[name] for name in ("only", "since", "until") if name in told}
    for day in ("since", "until"):
        if not isinstance(own.get(day, ""), str):
            raise UsageError(f'{place}: `{day}` is no text; give a date such as "2026-06".')
    if not isinstance(own.get("only", ""), str | list):
        raise UsageError(f"{place}: `only` is no glob; give one, or a list of them.")
    try:
        return Filter.of(**{**given, **own})
    except UsageError as exc:
        raise UsageError(f"{place}: {exc}") from exc


def _number(place: str) -> str:
    return place.rpartition(":")[2]
