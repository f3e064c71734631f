"""Loading what the first question needs while it is typed, and notices that wait meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from assistant.cli.render.leaving import leave_at_once

if TYPE_CHECKING:
    from assistant.api import Assistant

_PATIENCE = 0.5
"""Seconds that leaving waits for what is being loaded."""


class Notices:
    """Tells notices, those that come while something is typed when that is done."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        """What tells a notice at once is `tell`."""
        self._tell = tell
        self._waiting: list[str] = []
        self._held = False
        self._lock = Lock()

    def __call__(self, notice: str) -> None:
        """Tell it, now or later."""
        with self._lock:
            if self._held:
                self._waiting.append(notice)
                return
        self._tell(notice)

    def hold(self) -> None:
        """Tell nothing from now on."""
        with self._lock:
            self._held = True

    def release(self) -> None:
        """Tell what waits, and tell at once what comes."""
        with self._lock:
            self._held, waiting, self._waiting = False, self._waiting, []
        for notice in waiting:
            self._tell(notice)


class Warming:
    """Loads in a thread, so that neither typing waits for it nor Ctrl-C leaves a half of it.

    While it goes on nothing else may be asked of the assistant.
    """

    def __init__(self, assistant: Assistant) -> None:
        """Nothing is loaded before `start`."""
        self._assistant = assistant
        self._thread: Thread | None = None
        self._ended = Event()
        self._problem: BaseException | None = None
        self._is_done = self._loaded = False

    def start(self, then: Callable[[], None] = lambda: None) -> None:
        """Begin, and call `then` in the thread at the end; nothing where it was begun before."""
        if self._thread is None and not self._is_done:
            self._loaded = False
            self._ended.clear()
            work = partial(self._load, then)
            self._thread = Thread(target=work, name="warming", daemon=True)
            self._thread.start()

    @property
    def is_done(self) -> bool:
        """Whether the assistant may be asked."""
        return self._thread is None or self._loaded

    def wait(self) -> None:
        """Return once all is loaded.

        Raises:
            Whatever loading raised; the next call tries again.
            KeyboardInterrupt: Ctrl-C was typed; loading goes on.
        """
        self.start()
        if self._thread is None:
            return
        self._ended.wait()  # a thread whose `join` was interrupted may be taken for one that ended
        self._thread.join()
        self._thread = None
        problem, self._problem = self._problem, None
        if problem:
            raise problem
        self._is_done = True

    def leave(self) -> None:
        """Wait a moment for what is being loaded; what takes longer ends with the process.

        A thread that is in the midst of loading must not meet a Python that takes itself apart.
        """
        if self._thread is None:
            return
        self._ended.wait(_PATIENCE)
        if not self.is_done:
            leave_at_once()

    def _load(self, then: Callable[[], None]) -> None:
        try:
            self._assistant.load()
        except BaseException as problem:
            self._problem = problem
        self._loaded = True
        try:
            then()
        finally:
            self._ended.set()
