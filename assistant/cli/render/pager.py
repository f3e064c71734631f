"""What is longer than the screen, shown by the reader's pager."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice

from assistant.cli.render.page import is_terminal, screen_size

_LESS = "FRX"
"""How `less` is to behave unless LESS says otherwise: leave if all fits, pass styles on, keep the
text on the screen when it is left."""
_NO_PROGRAM = (126, 127)
"""What a shell exits with if there is no such program, or none that can be run."""


def print_paged(texts: Iterable[str]) -> None:
    """Print texts below each other, through a pager if they are taller than the terminal's screen.

    No line is wider than the terminal. The pager is PAGER, else `less` if it is there; PAGER set
    to nothing or `cat` is none. Through a pipe, or where nobody can press a key, there is none
    either. Leaving it early is no error, and texts that are not asked for are not made.
    """
    rest = (each for text in texts for each in text.split("\n"))
    command = _pager()
    if command is None:
        for each in rest:
            print(each)
        return
    height = screen_size(sys.stdout).lines
    first = list(islice(rest, height))
    if len(first) < height:
        for each in first:
            print(each)
    else:
        _page(command, first, rest)


def _pager() -> str | None:
    """The command of the pager, as a shell takes it; None where there is none."""
    if not (is_terminal(sys.stdout) and sys.stdin and sys.stdin.isatty()):
        return None
    told = os.environ.get("PAGER", "less" if shutil.which("less") else "").strip()
    return told if told not in ("", "cat") else None


def _page(command: str, first: Iterable[str], rest: Iterator[str]) -> None:
    sys.stdout.flush()
    environment = {"LESS": _LESS, **os.environ}
    sent: list[str] = []
    with subprocess.Popen(
        command,
        shell=True,
        stdin=subprocess.PIPE,
        env=environment,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as pager:
        assert pager.stdin is not None
        try:
            for each in chain(first, rest):
                sent.append(each)
                pager.stdin.write(f"{each}\n")
        except (BrokenPipeError, KeyboardInterrupt):
            pass  # it was left early, or Ctrl-C was meant for it
        finally:
            with suppress(BrokenPipeError):
                pager.stdin.close()
            _wait(pager)
    if pager.returncode in _NO_PROGRAM:
        for each in chain(sent, rest):
            print(each)


def _wait(pager: subprocess.Popen[str]) -> None:
    """Until the pager is left; Ctrl-C is its business as long as it holds the terminal."""
    while True:
        with suppress(KeyboardInterrupt):
            pager.wait()
            return
