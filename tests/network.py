"""Watches, from within a process, which sockets it uses; meant for child processes of tests.

An audit hook cannot be taken away again, so no test uses these in its own process.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

HARMLESS = ("socket.__new__", "socket.gethostname")
TABLES = ("tcp", "tcp6", "udp", "udp6")
ROOT = Path(__file__).parent.parent
"""Where a child process must start for `tests` to be importable."""


def close() -> None:
    """Make every use of a socket by Python code raise, whichever function it calls."""

    def refuse(event: str, details: tuple[Any, ...]) -> None:
        if event.startswith("socket.") and event not in HARMLESS:
            raise RuntimeError(f"{event} {details[1:]}")

    sys.addaudithook(refuse)


def record() -> list[tuple[str, str]]:
    """The list that every use of a socket from now on is added to: event and host."""
    used: list[tuple[str, str]] = []

    def note(event: str, details: tuple[Any, ...]) -> None:
        if event.startswith("socket.") and event not in HARMLESS:
            where = details[0] if event.startswith("socket.get") else details[1]
            used.append((event, str(where[0] if isinstance(where, tuple) else where)))

    sys.addaudithook(note)
    return used


def own_internet_sockets() -> list[tuple[str, str]]:
    """Local and remote address of each internet socket of this process, native code's included.

    As Linux writes them: hexadecimal, `0100007F` for 127.0.0.1; empty on other systems.
    """
    if not Path("/proc/self/fd").is_dir():
        return []
    own = set()
    for number in os.listdir("/proc/self/fd"):
        try:
            own.add(os.readlink(f"/proc/self/fd/{number}"))
        except OSError:
            continue  # the listing's own
    found = []
    for table in TABLES:
        path = Path("/proc/self/net", table)
        for row in path.read_text().splitlines()[1:] if path.exists() else []:
            columns = row.split()
            if f"socket:[{columns[9]}]" in own:
                found.append((columns[1].split(":")[0], columns[2].split(":")[0]))
    return found
