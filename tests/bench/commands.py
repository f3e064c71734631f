"""Run the `assistant` command in a process of its own and say what it cost.

Unix only. A child's peak memory counts what its parent held when it was started, so whoever
measures memory imports nothing large first.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import table

NOT_IN_DOCUMENTS = 3


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a command cost: seconds on the clock and of all cores, and peak megabytes."""

    wall: float
    cpu: float
    megabytes: float


def command() -> list[str]:
    """The installed `assistant` beside this Python, else the package run as a module."""
    installed = shutil.which("assistant", path=str(Path(sys.executable).parent))
    return [installed] if installed else [sys.executable, "-m", "assistant"]


def run(arguments: Sequence[str]) -> Cost:
    """Run `assistant` with the arguments; stop the bench if it fails."""
    with tempfile.TemporaryFile() as told:
        begun = time.perf_counter()
        child = subprocess.Popen(
            [*command(), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=told,
        )
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in (0, NOT_IN_DOCUMENTS):
            told.seek(0)
            sys.exit(f"assistant {' '.join(arguments)}: {told.read().decode(errors='replace')}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit / 1e6)


def measure(what: str, arguments: Sequence[str], runs: int) -> None:
    """Print what a command costs, after one run that warms the disk's cache."""
    run(arguments)
    costs = [run(arguments) for _ in range(runs)]
    table.line(f"{what}: CPU", [c.cpu for c in costs], "s")
    table.line(f"{what}: wall", [c.wall for c in costs], "s")
    table.line(f"{what}: peak memory", [c.megabytes for c in costs], "MB", digits=0)
