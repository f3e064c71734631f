"""The line that is typed at the prompt: keys, history, completion, and pasting of several lines.

The only module that imports `prompt_toolkit`. What is typed means nothing here.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from contextvars import Context, copy_context
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.application.current import get_app_session
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.history import History
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.styles import Style

from assistant.cli.render.page import Page
from assistant.errors import AssistantError
from assistant.safety import clean, json_line, line
from assistant.secrets import holds_secret

Choices = Callable[[str], tuple[int, Iterable[tuple[str, str]]]]
"""Gives, of what stands before the cursor, how many of its last characters a choice takes the place
of, and the choices: what is put there, and what is told of it."""

MOST = 1000
"""Lines typed before that are remembered."""
_MENU_LINES = 6
_STYLE = Style.from_dict(
    {
        "completion-menu": "noinherit",
        "completion-menu.completion": "noinherit",
        "completion-menu.completion.current": "noinherit reverse",
        "completion-menu.meta.completion": "noinherit",
        "completion-menu.meta.completion.current": "noinherit reverse",
        "aborting": "noinherit",
        "exiting": "noinherit",
        "scrollbar.background": "noinherit",
        "scrollbar.button": "noinherit reverse",
    }
)


class Editor:
    """Reads what is typed at a terminal that can move its cursor.

    Attributes:
        has_cleared: whether Ctrl-C took away what was typed, since the last reading began.
    """

    def __init__(self, history: TypedLines, choices: Choices) -> None:
        """An editor that remembers.

        Args:
            history: what was typed before, in which is searched.
            choices: what the beginning of a command can go on with.
        """
        page = Page.of(sys.stdout)
        self.has_cleared = False
        self._context: Context | None = None
        self._input = get_app_session().input
        self._session: PromptSession[str] = PromptSession(
            history=history,
            completer=_Choices(choices),
            complete_while_typing=Condition(_is_command),
            reserve_space_for_menu=_MENU_LINES,
            enable_suspend=True,
            key_bindings=self._keys(),
            style=_STYLE,
            color_depth=ColorDepth.DEFAULT if page.colour else ColorDepth.DEPTH_1_BIT,
            prompt_continuation=lambda width, *_: " " * width,
            input=self._input,
            output=_output(),
        )

    def read(self, prompt: str, once_shown: Callable[[], None] = lambda: None) -> str:
        """What is typed, without controls; lines that were pasted or put in by hand stay apart.

        Args:
            prompt: what stands before it.
            once_shown: called when the prompt can be seen.

        Raises:
            EOFError: Ctrl-D was typed on an empty line, or the terminal is gone.
            KeyboardInterrupt: Ctrl-C, on an empty line.
        """
        self.has_cleared = False

        def begin() -> None:
            self._context = copy_context()
            asyncio.get_running_loop().call_soon(once_shown)  # when the first drawing is done

        return clean(self._session.prompt(ANSI(prompt), pre_run=begin))

    def complete_again(self) -> None:
        """Offer choices anew, as there are others now; from any thread."""
        loop, context = self._session.app.loop, self._context
        if loop is not None and context is not None:
            with suppress(RuntimeError):  # what was typed is on its way already
                loop.call_soon_threadsafe(self._complete, context=context)

    def _complete(self) -> None:
        buffer = self._session.default_buffer
        if buffer.text.startswith("/") and buffer.complete_state is None:
            buffer.start_completion()

    def forget_typed_ahead(self) -> None:
        """Drop what was typed while nothing was read."""
        clear_typeahead(self._input)

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()
        has_text = Condition(lambda: bool(get_app().current_buffer.text))

        @keys.add("escape", "enter")
        def _(event: KeyPressEvent) -> None:
            event.current_buffer.insert_text("\n")

        @keys.add("c-c", filter=has_text)
        def _(event: KeyPressEvent) -> None:
            event.current_buffer.reset()
            self.has_cleared = True

        return keys


def _output() -> Output:
    output = get_app_session().output
    if isinstance(output, Vt100_Output):
        # A terminal that is asked where its cursor is may answer late, into the next line.
        output.enable_cpr = False
        output.enable_bell = False
    return output


def _is_command() -> bool:
    return get_app().current_buffer.text.startswith("/")


class _Choices(Completer):
    """The choices as `prompt_toolkit` wants them; one that fails offers nothing."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices

    def get_completions(self, document: Document, event: CompleteEvent) -> Iterable[Completion]:
        if "\n" in document.text or not document.text.startswith("/"):
            return
        try:
            replaced, found = self._choices(document.text_before_cursor)
            choices = list(found)
        except AssistantError:  # an index that is being written, say; the question will tell
            return
        for text, told in choices:
            shown = "".join(c if c.isprintable() else "?" for c in text)
            yield Completion(shown, -replaced, display=shown, display_meta=line(told))


class TypedLines(History):
    """Lines typed before, in a file of JSON strings for this user alone.

    Lines with a key or a password are kept for this conversation only; all are where the file
    cannot be read or written, which is notified once.
    """

    def __init__(self, path: Path | None, notify: Callable[[str], None]) -> None:
        """Read the lines of a file, which the first line makes; without one nothing is stored."""
        super().__init__()
        self._path = path
        self._notify = notify
        # Read here and not when the prompt is drawn already, or a notice would stand in it.
        self._loaded_strings, self._loaded = list(self.load_history_strings()), True

    @classmethod
    def of_user(cls, notify: Callable[[str], None]) -> TypedLines:
        """Those of this user, in the folder for what programs remember."""
        import platformdirs

        return cls(platformdirs.user_state_path("assistant") / "typed.jsonl", notify)

    def load_history_strings(self) -> Iterable[str]:
        """Yield the lines of the file, the latest first."""
        try:
            stored = self._path.read_bytes().splitlines()[-MOST:] if self._path else []
        except FileNotFoundError:
            stored = []
        except OSError as exc:
            stored = []
            self._stop("read", exc)
        for each in reversed(stored):
            with suppress(ValueError, TypeError, RecursionError):  # nobody typed it here
                if entry := clean(json.loads(each)).strip():
                    yield entry

    def append_string(self, string: str) -> None:
        """Add a line, unless it is empty or the same again."""
        typed = clean(string)
        if typed.strip() and self._loaded_strings[:1] != [typed]:
            super().append_string(typed)
            del self._loaded_strings[MOST:]

    def store_string(self, string: str) -> None:
        """Append a line to the file, unless a key or a password stands in it."""
        if not self._path or holds_secret(string):
            return
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with open(handle, "wb", buffering=0) as file:
                file.write(f"{json_line(string)}\n".encode())
        except OSError as exc:
            self._stop("written", exc)

    def _stop(self, what: str, problem: OSError) -> None:
        self._notify(
            f"What you type is remembered for this conversation only: {self._path} cannot be "
            f"{what}: {problem.strerror}."
        )
        self._path = None
