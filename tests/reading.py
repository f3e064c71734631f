"""Processes that read files, handed from one run of indexing to the next, as a suite needs many."""

from __future__ import annotations

import os
from typing import Any, ClassVar

from assistant.ingest.workers import pool
from assistant.ingest.workers.pool import ReadingPool


class LastingPool(ReadingPool):
    """The real pool; to start a process takes half a second of CPU, so they wait for the next run.

    One that was left in the middle of its files is ended as ever. What waits is of one kind: other
    settings, paths or variables have processes of their own.
    """

    _kind: ClassVar[Any] = None
    _waiting: ClassVar[list[Any]] = []

    def __init__(self, passage_tokens: int) -> None:
        super().__init__(passage_tokens)
        self._own = (os.getpid(), passage_tokens, pool.command(), pool._environment())
        if self._own == LastingPool._kind:
            self._readers, LastingPool._waiting = LastingPool._waiting, []

    def close(self) -> None:
        if not any(reader.jobs for reader in self._readers):
            self._readers, LastingPool._waiting = LastingPool._waiting, self._readers
            LastingPool._kind = self._own
        super().close()

    @classmethod
    def end(cls) -> None:
        """End those that wait."""
        for reader in cls._waiting:
            reader.stop()
        cls._waiting = []
