"""Which modules a question passes: those of which a function runs while `ask` answers it."""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import threading
from contextlib import redirect_stderr, redirect_stdout, suppress
from inspect import CO_OPTIMIZED
from types import FrameType
from typing import Any

from tests.bench import commands
from tests.bench.startup import QUESTION


def bench(options: argparse.Namespace) -> None:
    """Print how many modules a question passes without a model, on an index of the seeds."""
    from assistant.cli.app import main

    passed: set[str] = set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        # Bodies of classes are run when a module is imported, as is what a module calls itself.
        if event == "call" and frame.f_code.co_flags & CO_OPTIMIZED and not _is_importing(frame):
            passed.add(frame.f_globals.get("__name__", ""))

    with tempfile.TemporaryDirectory() as folder:
        commands.run(["index", "--index", folder])
        sys.setprofile(note)
        threading.setprofile(note)
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), suppress(SystemExit):
            main(["ask", "--llm", "none", "--index", folder, QUESTION])
        sys.setprofile(None)
        threading.setprofile(None)
    ours = sorted(name for name in passed if name.startswith("assistant"))
    print(f"\na question passes {len(ours)} modules: {', '.join(ours)}")


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if frame.f_code.co_name == "<module>" and name.startswith("assistant"):
            return True
        frame = frame.f_back
    return False
