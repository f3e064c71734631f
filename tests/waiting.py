"""Waiting for what another process does, as long as a loaded machine may take."""

from __future__ import annotations

import time
from collections.abc import Callable

SECONDS = 60.0


def wait_for(what: Callable[[], object], seconds: float = SECONDS) -> None:
    """Return once something is so; that it never is, is a failure."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)
