"""Work that goes on beside the thread that gave it.

Its threads never keep the program from ending: what they wait for may be a server.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Event, Thread
from typing import Generic, TypeVar

_PATIENCE = 2.0  # seconds for what is under way when no more is wanted

_I = TypeVar("_I")
_T = TypeVar("_T")


class Background(Generic[_I, _T]):
    """Items that are worked on by a few threads, begun in the order in which they were given.

    Args:
        work: what is done with each.
        threads: how many items are worked on at the same time.
    """

    def __init__(self, work: Callable[[_I], _T], threads: int) -> None:
        self._work = work
        self._todo: SimpleQueue[tuple[_I, Future[_T]] | None] = SimpleQueue()
        self._stopped = Event()
        self._threads = [Thread(target=self._run, daemon=True) for _ in range(threads)]
        self._begun = False

    def close(self) -> None:
        """Begin nothing more, and wait a moment for what is under way."""
        self._stopped.set()
        until = time.monotonic() + _PATIENCE
        for _ in self._threads:
            self._todo.put(None)
        for thread in self._threads if self._begun else ():
            thread.join(max(0.0, until - time.monotonic()))

    def submit(self, item: _I) -> Future[_T]:
        """Have an item worked on; the first one starts the threads."""
        done: Future[_T] = Future()
        self._todo.put((item, done))
        if not self._begun:
            self._begun = True
            for thread in self._threads:
                thread.start()
        return done

    def _run(self) -> None:
        while (given := self._todo.get()) is not None and not self._stopped.is_set():
            item, done = given
            try:
                done.set_result(self._work(item))
            except BaseException as exc:
                done.set_exception(exc)
