"""The conversation at a terminal: read what is typed, answer or do it, until the reader leaves.

Ctrl-C while an answer is being made stops that answer. At the prompt it takes away what is typed;
twice on an empty line, or once more after it stopped an answer, it leaves. Which commands there are
is told in `commands`, and what a conversation knows in `talk`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

from assistant.cli.chat import commands
from assistant.cli.chat.commands import Leave, model_told
from assistant.cli.chat.talk import Talk
from assistant.cli.chat.warming import Notices
from assistant.cli.render.guarding import unechoed
from assistant.cli.render.history import resumed_text
from assistant.cli.render.page import BOLD, DIM, Page, is_terminal
from assistant.cli.render.streaming import AnswerDisplay
from assistant.errors import AssistantError, UsageError
from assistant.filters import Filter
from assistant.safety import clean, line
from assistant.secrets import masked

if TYPE_CHECKING:
    from assistant.api import Assistant
    from assistant.cli.chat.line_editing import Editor
    from assistant.conversation import Recorder
    from assistant.filters import Day, Only

PROMPT = "> "
LEAVING = "Ctrl-C again leaves."


def converse(
    assistant: Assistant,
    only: Only = None,
    since: Day = None,
    until: Day = None,
    recorder: Recorder | None = None,
    *,
    display: AnswerDisplay | None = None,
    notices: Notices | None = None,
) -> None:
    """Answer questions from standard input until it ends or says `/quit`.

    All are put to the documents that the filters let through (see `Assistant.ask`). At a terminal
    an error is told and the conversation goes on; without one it is raised.

    Args:
        assistant: what is asked.
        only, since, until: which documents are.
        recorder: what keeps each turn, and goes on with the conversation it has, if any.
        display: shows answers, and what is going on.
        notices: what the assistant notifies of, held back while something is typed.

    Raises:
        KeyboardInterrupt: Ctrl-C said to leave.
        UsageError: a filter is none, or what was typed is not UTF-8 text.
        AssistantError: a question failed and nobody sits at the terminal.
    """
    talk = Talk(assistant, Filter.of(only, since, until), recorder, display)
    interactive = sys.stdin.isatty()
    if interactive:
        _greet(talk, recorder)
    reader = _reader(talk, interactive, recorder is not None, notices or Notices(_tell))
    try:
        _Loop(talk, reader, interactive).run()
    finally:
        talk.warming.leave()


def _greet(talk: Talk, recorder: Recorder | None) -> None:
    page = Page.of(sys.stdout)
    print(page.lines("Ask your documents. /help for help, Ctrl-D to leave."))
    if talk.where:
        print(page.lines(line(f"Asked are those that match {talk.where}.")))
    if talk.assistant.sends_to:
        print(page.lines(model_told(talk), style=DIM))
    if recorder and recorder.session:
        print(resumed_text(recorder.session, str(talk.assistant.folder), str(talk.where), page))


def _tell(notice: str) -> None:
    print(line(notice), file=sys.stderr, flush=True)


class _Reader(Protocol):
    """Where what is typed comes from."""

    @property
    def has_cleared(self) -> bool:
        """Whether Ctrl-C took away what was typed, since the last reading began."""

    def read(self) -> str:
        """The next thing typed; raises EOFError at the end, KeyboardInterrupt for Ctrl-C."""

    def forget_typed_ahead(self) -> None:
        """Drop what was typed while nothing was read."""


def _reader(talk: Talk, interactive: bool, kept: bool, notices: Notices) -> _Reader:
    if interactive and is_terminal(sys.stdout):
        return _Edited(talk, kept, notices)
    return _Plain(interactive)


class _Plain:
    """Lines as they come, where no cursor can be moved."""

    has_cleared = False

    def __init__(self, interactive: bool) -> None:
        self._interactive = interactive

    def read(self) -> str:
        if self._interactive:  # the answers may go to a file
            print(
                PROMPT, end="", file=sys.stdout if sys.stdout.isatty() else sys.stderr, flush=True
            )
        typed = sys.stdin.readline()
        if not typed:
            raise EOFError
        return typed

    def forget_typed_ahead(self) -> None:
        pass


class _Edited:
    """Lines that are edited at a terminal; what the first question needs is loaded meanwhile."""

    def __init__(self, talk: Talk, kept: bool, notices: Notices) -> None:
        from assistant.cli.chat.line_editing import Editor, TypedLines

        lines = TypedLines.of_user(notices) if kept else TypedLines(None, notices)
        self._editor: Editor = Editor(lines, lambda typed: commands.choices(talk, typed))
        self._warming = talk.warming
        self._notices = notices

    @property
    def has_cleared(self) -> bool:
        return self._editor.has_cleared

    def read(self) -> str:
        prompt = Page.of(sys.stdout).styled(PROMPT.rstrip(), BOLD) + " "
        self._notices.hold()
        try:
            return self._editor.read(prompt, self._load)
        finally:
            self._notices.release()

    def forget_typed_ahead(self) -> None:
        self._editor.forget_typed_ahead()

    def _load(self) -> None:
        self._warming.start(self._editor.complete_again)


class _Loop:
    """Reads and does what is typed, one thing after the other."""

    def __init__(self, talk: Talk, reader: _Reader, interactive: bool) -> None:
        self._talk = talk
        self._reader = reader
        self._interactive = interactive
        self._may_leave = False  # whether Ctrl-C on an empty line does

    def run(self) -> None:
        while (typed := self._typed()) is not None:
            try:
                self._take(typed)
            except Leave:
                return

    def _typed(self) -> str | None:
        """What is typed next; None at the end of the input."""
        while True:
            try:
                typed = self._reader.read()
                typed.encode()
                return typed
            except EOFError:
                if self._interactive and not is_terminal(sys.stdout):
                    print()
                return None
            except UnicodeError as exc:
                raise UsageError("what was typed is not UTF-8 text; type it in UTF-8.") from exc
            except KeyboardInterrupt:
                if not self._interactive or (self._may_leave and not self._reader.has_cleared):
                    raise
                self._hint("")

    def _take(self, typed: str) -> None:
        """Answer or do what was typed."""
        if not typed.strip():
            return
        self._may_leave = False
        if not self._interactive:
            self._do(typed)
            return
        try:
            with unechoed():
                self._do(typed)
        except AssistantError as error:
            sys.stdout.flush()
            told = Page.of(sys.stderr).lines(f"assistant: {line(masked(str(error)))}")
            print(told, file=sys.stderr, flush=True)
        except KeyboardInterrupt:
            self._reader.forget_typed_ahead()
            self._talk.display.clear()
            self._hint("Stopped. ")

    def _do(self, typed: str) -> None:
        if typed.startswith("/") and not typed.startswith("//"):
            commands.run(self._talk, typed)
        else:
            self._talk.ask(clean(typed).strip().removeprefix("/" * typed.startswith("//")))

    def _hint(self, told: str) -> None:
        self._may_leave = True
        print(Page.of(sys.stdout).lines(f"{told}{LEAVING}", style=DIM), flush=True)
