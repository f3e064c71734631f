"""One conversation under way: what was asked and answered, and what holds for the next question.

What is typed, and which command it is, is for `repl` and `commands`.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import __version__
from assistant.answers import Answer, Event, Searched, Verification
from assistant.cli.chat.warming import Warming
from assistant.cli.render.answers import answer_text
from assistant.cli.render.page import Page
from assistant.cli.render.streaming import AnswerDisplay
from assistant.conversation import Head, KeptTurn, Session
from assistant.documents import Citation, Evidence
from assistant.errors import ConversationError, UsageError
from assistant.filters import Filter

if TYPE_CHECKING:
    from assistant.api import Assistant
    from assistant.conversation import Recorder

LEANT_ON = 50
"""Earlier questions that a question may lean on."""
MOST_TURNS = 1000
"""Turns of a conversation that can be saved from it."""


class Talk:
    """A conversation with an assistant.

    Attributes:
        assistant: what is asked.
        question: the last one; None before the first.
        answer: the last one; None before the first.
    """

    def __init__(
        self,
        assistant: Assistant,
        where: Filter,
        recorder: Recorder | None,
        display: AnswerDisplay | None = None,
    ) -> None:
        """A conversation that begins, or goes on with what the recorder has.

        Args:
            assistant: what is asked.
            where: which documents are.
            recorder: what keeps each turn; None where none is kept.
            display: shows answers, and what is going on.
        """
        self.assistant = assistant
        self.question: str | None = None
        self.answer: Answer | None = None
        self.warming = Warming(assistant)
        self.display = display or AnswerDisplay()
        self._conversation = assistant.chat(**where.to_dict())
        self._recorder = recorder
        self._session = recorder.session if recorder else None
        self._evidence: tuple[Evidence, ...] = ()  # read for the last answer
        self._found: tuple[Evidence, ...] = ()  # and for the one that is being made
        self._before: list[Any] = []  # what the last question could lean on
        self._turns: deque[bytes] = deque(maxlen=MOST_TURNS)
        self._number = 0
        if self._session and self._session.turns:
            self._go_on(self._session)

    @property
    def where(self) -> Filter:
        """Which documents are asked."""
        return self._conversation.where

    def ask(self, question: str) -> None:
        """Answer a question, and show the answer; raises what `Assistant.stream` raises."""
        self._before = list(self._conversation.history)
        self._ask(question)

    def retry(self) -> None:
        """Ask the last question again, as if it had not been asked.

        Raises:
            UsageError: nothing was asked yet.
        """
        if self.question is None:
            raise UsageError("nothing was asked yet; type a question.")
        history = self._conversation.history
        after, history[:] = list(history), self._before
        try:
            self._ask(self.question)
        except BaseException:
            history[:] = after
            raise

    def use(self, llm: str) -> None:
        """Let another model answer; raises what `Assistant.use` raises."""
        self.ready()
        try:
            self.display.say("looking for the model")
            self.assistant.use(llm)
        finally:
            self.display.clear()

    def restrict(self, **given: Any) -> int:
        """Ask other documents from now on: `only`, `since` or `until`; how many there are.

        Raises:
            UsageError: a filter is none, or no document matches; the earlier ones go on to hold.
        """
        where = Filter.of(**{**self.where.to_dict(), **given})
        self.ready()
        found = self.assistant.matching(**where.to_dict())
        self._conversation.where = where
        return found

    def verification(self, draft: str | Path) -> Verification:
        """A draft checked against the documents; raises what `Assistant.verification` raises."""
        self.ready()
        say = self.display.say
        try:
            say("checking")
            return self.assistant.verification(
                draft,
                **self.where.to_dict(),
                progress=lambda done, total: say(f"checking statement {done + 1} of {total}"),
            )
        finally:
            self.display.clear()

    def ready(self) -> None:
        """Return once the assistant may be asked; raises what `Assistant.load` raises."""
        try:
            if not self.warming.is_done:
                self.display.say("loading")
            self.warming.wait()
        finally:
            self.display.clear()

    def passages(self) -> tuple[Citation, ...]:
        """What the last answer cites, or what is nearest to it, then what else was read for it.

        Raises:
            UsageError: there is no answer yet.
        """
        answer = self.last()
        cited = answer.citations or answer.nearest
        known = {(c.document.id, c.document.source, c.start, c.end) for c in cited}
        further: list[Citation] = []
        for each in self._evidence:
            document, sentence = each.passage.document, each.sentence
            if (document.id, document.source, sentence.start, sentence.end) not in known:
                further.append(Citation.of(len(cited) + len(further) + 1, each))
        return (*cited, *further)

    def last(self) -> Answer:
        """The last answer.

        Raises:
            UsageError: there is none yet.
        """
        if self.answer is None:
            raise UsageError("there is no answer yet; type a question.")
        return self.answer

    def session(self) -> Session:
        """All turns so far, or the last `MOST_TURNS` of this time and those of earlier ones.

        Raises:
            UsageError: there are none yet.
        """
        earlier = self._session.turns if self._session else ()
        turns = (*earlier, *map(_unpacked, self._turns))
        if not turns:
            raise UsageError("nothing was answered yet; type a question.")
        lost = self._number - len(self._turns)
        faults = (f"{lost} turns before these are left out.",) if lost else ()
        if self._session:
            return Session(self._session.head, turns, faults)
        started = turns[0].asked
        head = Head(
            id=(self._recorder.id if self._recorder else "") or f"{started.astimezone():%Y-%m-%d}",
            started=started,
            program=__version__,
            index=str(self.assistant.folder),
            where=self.where,
            model=self.assistant.model,
        )
        return Session(head, turns, faults)

    def _ask(self, question: str) -> None:
        self.question = question
        self.ready()
        asked = datetime.now(UTC)
        stream: Any = self._conversation.stream(question)
        with closing(stream), closing(self._noting(stream)) as events:
            answer = self.display.follow(events, self.assistant.model, question)
        self._keep(answer, asked)
        print(answer_text(answer, Page.of(sys.stdout)), end="\n\n", flush=True)

    def _noting(self, events: Iterator[Event]) -> Generator[Event, None, None]:
        """The events, what was read for the answer noted."""
        for event in events:
            if isinstance(event, Searched):
                self._found = event.evidence
            yield event

    def _keep(self, answer: Answer, asked: datetime) -> None:
        self.answer, self._evidence = answer, self._found
        del self._conversation.history[:-LEANT_ON]
        self._number += 1
        number = self._number + (len(self._session.turns) if self._session else 0)
        self._turns.append(_packed(number, asked, answer))
        if self._recorder:
            self._recorder.add(answer, asked)

    def _go_on(self, session: Session) -> None:
        """Take up what was said in a conversation that was kept."""
        history: list[Any] = self._conversation.history
        history += [(turn.standalone_question, turn.text) for turn in session.turns[-LEANT_ON:]]
        self.question, self._before = session.turns[-1].question, history[:-1]
        try:
            self.answer = session.turns[-1].read()
        except ConversationError:
            self.answer = None  # what is told of the conversation says so


def _packed(number: int, asked: datetime, answer: Answer) -> bytes:
    """A turn in a few hundred bytes: of its documents only what is cited stays in memory."""
    told = {"number": number, "asked": asked.isoformat(), "answer": answer.to_dict()}
    return zlib.compress(json.dumps(told).encode(), 1)


def _unpacked(packed: bytes) -> KeptTurn:
    told = json.loads(zlib.decompress(packed))
    return KeptTurn(told["number"], datetime.fromisoformat(told["asked"]), told["answer"])
