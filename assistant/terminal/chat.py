"""The conversation at a terminal: read a question, show its answer, until the reader leaves.

Ctrl-C while an answer is being made stops that answer only; at the prompt it leaves.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from assistant.errors import AssistantError, UsageError
from assistant.terminal.answers import answer_text
from assistant.terminal.history import resumed_text
from assistant.terminal.page import Page
from assistant.terminal.progress import StatusLine, follow
from assistant.terminal.text import line

if TYPE_CHECKING:
    from assistant.api import Assistant, Conversation
    from assistant.filters import Day, Only
    from assistant.sessions import Recorder

PROMPT = "> "
HELP = """\
Type a question; a follow-up may lean on the questions before it.
/help    show this
/quit    leave (so does Ctrl-D)
Ctrl-C   stops the answer that is being made; at the prompt it leaves"""


def converse(
    assistant: Assistant,
    only: Only = None,
    since: Day = None,
    until: Day = None,
    recorder: Recorder | None = None,
    index: str = "",
) -> None:
    """Answer questions from standard input until it ends or says `/quit`.

    All are put to the documents that the filters let through (see `Assistant.ask`). At a terminal
    an error is told and the conversation goes on; without one it is raised.

    Args:
        assistant: what is asked.
        only, since, until: which documents are.
        recorder: what keeps each turn, and goes on with the conversation it has, if any.
        index: the folder of the index, told where a conversation goes on over another one.

    Raises:
        KeyboardInterrupt: Ctrl-C was typed at the prompt.
        UsageError: a filter is none, or what was typed is not UTF-8 text.
        AssistantError: a question failed and nobody sits at the terminal.
    """
    conversation = assistant.chat(only=only, since=since, until=until)
    interactive = sys.stdin.isatty()
    if interactive:
        # Importing it gives the prompt its line editing.
        import readline  # noqa: F401

        print("Ask your documents. /help for help, Ctrl-D to leave.")
        if conversation.where:
            print(line(f"Asked are those that match {conversation.where}."))
    if recorder and recorder.session:
        conversation.history += [question for question, _ in recorder.session.history()]
        if interactive:
            page = Page.of(sys.stdout)
            print(resumed_text(recorder.session, index, str(conversation.where), page))
    while (typed := _read(interactive)) is not None and typed != "/quit":
        if typed.startswith("/"):
            print(HELP if typed == "/help" else f"There is no {line(typed)}; see /help.")
        elif typed and interactive:
            _try(conversation, assistant, typed, recorder)
        elif typed:
            _answer(conversation, assistant, typed, recorder)


def _read(interactive: bool) -> str | None:
    """The next line typed, without white space around it; None at the end of the input."""
    try:
        typed = input(PROMPT if interactive else "").strip()
        typed.encode()
        return typed
    except EOFError:
        if interactive:
            print()
        return None
    except UnicodeError as exc:
        raise UsageError("what was typed is not UTF-8 text; type it in UTF-8.") from exc


def _try(
    conversation: Conversation, assistant: Assistant, question: str, recorder: Recorder | None
) -> None:
    try:
        _answer(conversation, assistant, question, recorder)
    except AssistantError as error:
        print(f"assistant: {line(str(error))}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped.")


def _answer(
    conversation: Conversation, assistant: Assistant, question: str, recorder: Recorder | None
) -> None:
    status = StatusLine(sys.stderr)
    answer = follow(conversation.stream(question), status, assistant.model)
    if recorder:
        recorder.add(answer)
    print(answer_text(answer, Page.of(sys.stdout)), end="\n\n", flush=True)
