"""Values of a kept conversation: its head, its turns, and what is listed and found of it.

Storage is left to `history.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assistant.errors import ConversationError
from assistant.filters import Filter

if TYPE_CHECKING:
    from assistant.answers import Answer

FORMAT = 1
"""Version of the JSON that `assistant history export` writes."""

_AROUND = 60  # characters shown before and after what was looked for
_DEEPEST = 8  # levels of an answer's JSON that are searched; it has five
_SEARCHED = frozenset(("text", "quote", "title", "source"))


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a conversation before its first turn.

    Attributes:
        id: its name; empty as long as nothing of it is kept.
        started: when, in UTC.
        program: version of the program that began it.
        index: folder of the index that was asked.
        where: which documents of it were asked.
        model: which model answered, or `none`.
    """

    id: str
    started: datetime
    program: str
    index: str
    where: Filter
    model: str

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "id": self.id,
            "started": time_text(self.started),
            "program": self.program,
            "index": self.index,
            "filters": self.where.to_dict(),
            "model": self.model,
        }


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question and its answer.

    Attributes:
        number: from 1.
        asked: when, in UTC.
        answer: what `Answer.to_dict` gave; not checked.
    """

    number: int
    asked: datetime
    answer: Mapping[str, Any]

    @property
    def question(self) -> str:
        """The question as it was asked."""
        return self._text("question")

    @property
    def standalone_question(self) -> str:
        """The question with what it took from the conversation filled in."""
        return self._text("standalone_question")

    @property
    def text(self) -> str:
        """The answer as prose with its markers; empty where the documents did not say."""
        return self._text("text")

    def read(self) -> Answer:
        """The answer, checked.

        Raises:
            ConversationError: what was kept is no answer.
        """
        from assistant.conversation.answer_json import answer_of

        try:
            return answer_of(self.answer)
        except ValueError as exc:
            raise ConversationError(
                f"the answer of turn {self.number} cannot be read ({exc}); the other turns can."
            ) from exc

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "turn": self.number,
            "asked": time_text(self.asked),
            "question": self.question,
            "standalone_question": self.standalone_question,
            "status": self._text("status"),
            "answer": dict(self.answer),
        }

    def _text(self, name: str) -> str:
        value = self.answer.get(name)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation with all that was said.

    Attributes:
        head: what is known of it.
        turns: in the order in which they were asked.
        faults: what of it is left out, a line each.
    """

    head: Head
    turns: tuple[KeptTurn, ...]
    faults: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """What it is called."""
        return self.head.id

    def to_dict(self) -> dict[str, Any]:
        """The published shape of what `assistant history export --format json` writes."""
        turns = [turn.to_dict() for turn in self.turns]
        return {"version": FORMAT} | self.head.to_dict() | {"turns": turns}


def time_text(moment: datetime) -> str:
    """A moment as ISO 8601 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation as a list shows it.

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

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        asked = time_text(self.asked)
        last = {"turns": self.turns, "question": self.question, "asked": asked}
        return self.head.to_dict() | last


@dataclass(frozen=True, slots=True)
class Found:
    """A turn in which all words stand that were looked for.

    Attributes:
        id: of its conversation.
        turn: the turn.
        excerpt: a word that was looked for, among those around it.
    """

    id: str
    turn: KeptTurn
    excerpt: str

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {"id": self.id} | self.turn.to_dict() | {"excerpt": self.excerpt}


def excerpt(turn: KeptTurn, words: Sequence[str]) -> str:
    """One of the words among those around it; empty where not all stand in the turn."""
    texts = [*_said(turn.answer), turn.question, turn.standalone_question]
    folded = [text.casefold() for text in texts]
    if not all(any(word in each for each in folded) for word in words):
        return ""
    # The place that holds most of the words, the first of several: of an answer, if one does.
    best = max(range(len(texts)), key=lambda each: sum(word in folded[each] for word in words))
    text, low = texts[best], folded[best]
    word = next(word for word in words if word in low)
    # Folding may change lengths ("ß"), so the place is near enough, not exact.
    place = low.index(word)
    begin, end = max(0, place - _AROUND), place + len(word) + _AROUND
    begin = max(text.find(" ", begin, place) + 1, begin) if begin else 0
    return ("… " if begin else "") + text[begin:end].strip() + (" …" if end < len(text) else "")


def _said(value: Any, depth: int = _DEEPEST) -> Iterator[str]:
    """What a reader of an answer's JSON would read of it."""
    if isinstance(value, dict):
        yield from (
            inner for name, inner in value.items() if name in _SEARCHED and isinstance(inner, str)
        )
    if depth and isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _said(inner, depth - 1)
