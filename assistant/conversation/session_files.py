"""The file of a conversation: JSON lines, a head and then a line a turn, to values and back.

Which files there are, who writes to them and what is deleted is left to `sessions.py`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, get_args

from assistant.errors import ConversationError
from assistant.filters import Filter
from assistant.types import Status

if TYPE_CHECKING:
    from assistant.types import Answer

FORMAT = 1
"""Version of the files; the head of each tells its own, as `conversation`."""
SUFFIX = ".jsonl"
_MOST_HEAD = 1_000_000  # bytes
_TAIL = 32_768  # bytes, more than most turns take
# What would not be inert where the file is printed: these are written as JSON's escapes.
_LIVE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_NO_TURN = (ValueError, KeyError, TypeError, RecursionError)  # what reading one may raise
# How a turn's line begins, so that a list need not read on.
_BEGINNING = re.compile(
    rb'\{"turn": ([0-9]{1,9}), "asked": "([^"\\]{1,40})", "question": ("(?:[^"\\]|\\.)*")'
)


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a conversation before its first turn.

    Attributes:
        id: the name of its file, without the suffix.
        path: its file.
        started: when, in UTC.
        program: version of the program that began it.
        index: folder of the index that was asked.
        where: which documents of it were asked.
        model: which model answered, or `none`.
    """

    id: str
    path: Path
    started: datetime
    program: str
    index: str
    where: Filter
    model: str

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values, as they stand in a file's first line but for its version."""
        return {
            "id": self.id,
            "started": told_time(self.started),
            "program": self.program,
            "index": self.index,
            "filters": self.where.to_dict(),
            "model": self.model,
        }


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer.

    Attributes:
        number: from 1.
        asked: when, in UTC.
        question: as it was asked.
        standalone_question: with what it took from the conversation filled in.
        status: of the answer.
        answer: as `Answer.to_dict` told it; not checked, as anybody may have altered the file.
    """

    number: int
    asked: datetime
    question: str
    standalone_question: str
    status: Status
    answer: Mapping[str, Any]

    def read(self) -> Answer:
        """The answer, checked.

        Raises:
            ConversationError: what was kept is no answer.
        """
        from assistant.answer_json import answer_of

        try:
            return answer_of(self.answer)
        except ValueError as exc:
            raise ConversationError(
                f"the answer of turn {self.number} cannot be read ({exc}); the other turns can."
            ) from exc

    @property
    def text(self) -> str:
        """The answer as prose with its markers; empty where the documents did not say."""
        told = self.answer.get("text")
        return told if isinstance(told, str) else ""

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values, as they stand in the turn's line."""
        return {
            "turn": self.number,
            "asked": told_time(self.asked),
            "question": self.question,
            "standalone_question": self.standalone_question,
            "status": self.status,
            "answer": dict(self.answer),
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation as a list tells it.

    Attributes:
        head: what is known of it.
        turns: how many it has.
        question: the first one that was asked.
        asked: when the last one was, in UTC.
    """

    head: Head
    turns: int
    question: str
    asked: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation with all that was said.

    Attributes:
        head: what is known of it.
        turns: in the order in which they were asked.
        faults: what of its file cannot be read and is passed over, a line each.
    """

    head: Head
    turns: tuple[Turn, ...]
    faults: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """What it is called."""
        return self.head.id

    def history(self) -> list[tuple[str, str]]:
        """Each question as it was asked, with the text of its answer."""
        return [(turn.question, turn.text) for turn in self.turns]

    def to_dict(self) -> dict[str, Any]:
        """The published shape of what `assistant history export --format json` writes."""
        turns = [turn.to_dict() for turn in self.turns]
        return {"version": FORMAT} | self.head.to_dict() | {"turns": turns}


def told_time(moment: datetime) -> str:
    """A moment as ISO 8601 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def head_line(head: Head) -> bytes:
    """The first line of a conversation's file."""
    return _line({"conversation": FORMAT} | head.to_dict())


def turn_line(turn: Turn) -> bytes:
    """The line of a turn."""
    return _line(turn.to_dict())


def _line(values: dict[str, Any]) -> bytes:
    text = json.dumps(values, ensure_ascii=False)
    return (_LIVE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n").encode()


def read_summary(path: Path) -> Summary:
    """What a list tells of a conversation: of a long file only its beginning and end are read.

    Raises:
        ConversationError: it is none, or of a newer version, or has no turn.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        head = _head(path, file.readline(_MOST_HEAD))
        begin, end = _BEGINNING.match(file.readline()), _BEGINNING.match(_last_line(file))
    if begin and end:
        try:
            return Summary(head, int(end[1]), _text(begin[3]), _time(end[2].decode()))
        except ValueError:
            pass  # altered: only reading all of it tells more
    turns = read_session(path).turns
    if not turns:
        raise ConversationError(f"{path.name} holds no finished turn.")
    return Summary(head, turns[-1].number, turns[0].question, turns[-1].asked)


def _last_line(file: BinaryIO) -> bytes:
    """The last line if it was finished; else nothing."""
    size, tail = file.seek(0, os.SEEK_END), _TAIL
    while True:
        file.seek(max(0, size - tail))
        read = file.read(tail)
        if not read.endswith(b"\n"):
            return b""
        _, newline, last = read[:-1].rpartition(b"\n")
        if newline or tail >= size:
            return last
        tail *= 8


def read_session(path: Path) -> Session:
    """All of a conversation; lines that are no turns are passed over, and told as `faults`.

    Raises:
        ConversationError: it is none, or of a newer version.
        OSError: the file cannot be read.
    """
    turns, faults = [], []
    with path.open("rb") as file:
        head = _head(path, file.readline(_MOST_HEAD))
        for number, line in enumerate(file, 2):
            try:
                turns.append(_turn(line))
            except _NO_TURN:
                torn = not line.endswith(b"\n")
                told = f"line {number} is no turn" if not torn else "its last turn was not finished"
                faults.append(f"{path.name}: {told}, and is passed over.")
    return Session(head, tuple(turns), tuple(faults))


def may_hold(path: Path, words: Iterable[str]) -> bool:
    """Whether all words, which are case-folded, may stand in a file; much quicker than to read it.

    Raises:
        OSError: the file cannot be read.
    """
    # What JSON writes otherwise than it is said can only be found by reading.
    plain = [word for word in words if json.dumps(word, ensure_ascii=False)[1:-1] == word]
    plain = [word for word in plain if not _LIVE.search(word)]
    text = path.read_bytes().decode(errors="replace").casefold()
    return all(word in text for word in plain)


def is_turn(line: bytes) -> bool:
    """Whether a line is that of a turn."""
    try:
        _turn(line)
    except _NO_TURN:
        return False
    return True


def _head(path: Path, line: bytes) -> Head:
    try:
        told = json.loads(line)
        version = told["conversation"]
        if isinstance(version, int) and version > FORMAT:
            raise ConversationError(
                f"{path.name} was kept by a newer version of the program (format {version}); "
                "update this one to read it."
            )
        if version != FORMAT:
            raise ValueError
        return Head(
            id=path.name.removesuffix(SUFFIX),
            path=path,
            started=_time(told["started"]),
            program=_string(told["program"]),
            index=_string(told["index"]),
            where=Filter.of(**told["filters"]),
            model=_string(told["model"]),
        )
    except ConversationError:
        raise
    except Exception as exc:  # whatever somebody else's file makes of it
        raise ConversationError(f"{path.name} is no conversation; it is left as it is.") from exc


def _turn(line: bytes) -> Turn:
    told = json.loads(line)
    if told["status"] not in get_args(Status) or not isinstance(told["answer"], dict):
        raise ValueError
    if type(told["turn"]) is not int or told["turn"] < 1:
        raise ValueError
    return Turn(
        number=told["turn"],
        asked=_time(told["asked"]),
        question=_string(told["question"]),
        standalone_question=_string(told["standalone_question"]),
        status=told["status"],
        answer=told["answer"],
    )


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _text(line: bytes) -> str:
    return _string(json.loads(line))


def _time(told: str) -> datetime:
    moment = datetime.fromisoformat(told)
    if moment.tzinfo is None or not 1970 < moment.year < 9999:  # any zone can tell what is left
        raise ValueError
    return moment.astimezone(UTC)
