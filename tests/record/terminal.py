"""Run a program at a terminal and say what a person sees when it is done, cell by cell."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pexpect
import pyte

ROWS = 200
"""Rows of the terminal: more than a session has, so that nothing scrolls away."""
SECONDS = 600.0
"""Longest wait for a program to end, or to ask for the next line."""
GOOD = (0, 3)
"""Exit codes of a program that did what it was to do; 3 is a refusal."""

_PROMPT = re.compile(r"\S{0,3}[>?❯›:] ?")
_STYLE = re.compile(rb"\x1b\[([0-9;]*)m")
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-9;?]*)?\Z")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters side by side that look alike.

    Attributes:
        column: of the first one, from 0.
        text: the characters.
        style: names of how they look: a colour as pyte calls it, `bold`, `underscore`.
    """

    column: int
    text: str
    style: tuple[str, ...] = ()


class _Screen(pyte.Screen):
    """A screen that answers a program's questions about the terminal."""

    answer = staticmethod(lambda data: None)

    def write_process_input(self, data: str) -> None:
        self.answer(data)


def run(
    command: Sequence[str],
    typed: Sequence[str],
    *,
    width: int,
    environment: Mapping[str, str],
    folder: Path,
) -> list[list[Span]]:
    """The rows on the screen after the program, blank ones at the end left out.

    Args:
        command: the program and its arguments.
        typed: lines to type, each when a prompt waits; Ctrl-D after the last, if there are any.
        width: of the terminal, in cells.
        environment, folder: of the program.
    """
    screen = _Screen(width, ROWS)
    stream = pyte.ByteStream(screen)
    child = pexpect.spawn(
        command[0],
        list(command[1:]),
        cwd=str(folder),
        env=dict(environment),
        dimensions=(ROWS, width),
        timeout=SECONDS,
    )
    screen.answer = child.send
    lines = [*(f"{line}\r" for line in typed), "\x04"] if typed else []
    held, quiet, end = b"", 0.0, time.monotonic() + SECONDS
    try:
        while time.monotonic() < end:
            try:
                held += child.read_nonblocking(65536, timeout=0.25)
                quiet = time.monotonic()
            except pexpect.TIMEOUT:
                if lines and time.monotonic() - quiet > 0.5 and _asks(screen):
                    child.send(lines.pop(0))
                    quiet = time.monotonic()
                continue
            except pexpect.EOF:
                break
            cut = found.start() if (found := _UNFINISHED.search(held)) else len(held)
            stream.feed(_STYLE.sub(_with_faint, held[:cut]))
            held = held[cut:]
        else:
            raise TimeoutError(f"{' '.join(command)} was not done after {SECONDS:.0f} s")
    finally:
        with suppress(pexpect.ExceptionPexpect):
            child.close(force=True)
    if child.exitstatus not in GOOD:
        told = "\n".join(row.rstrip() for row in screen.display).strip()
        raise RuntimeError(f"{' '.join(command)} ended with {child.exitstatus}: {told}")
    return rows(screen)


def _asks(screen: pyte.Screen) -> bool:
    """Whether a prompt stands at the cursor."""
    before = screen.display[screen.cursor.y][: screen.cursor.x]
    return bool(_PROMPT.fullmatch(before))


def _with_faint(style: re.Match[bytes]) -> bytes:
    """The style with faint, which pyte does not know, as a grey, which it does."""
    numbers, taken = style[1].split(b";"), 0
    for at, number in enumerate(numbers):
        if number in (b"38", b"48"):  # a colour follows, of whose numbers none is a style
            taken = at + (3 if numbers[at + 1 : at + 2] == [b"5"] else 5)
        elif number == b"2" and at >= taken:
            numbers[at] = b"90"
    return b"\x1b[" + b";".join(numbers) + b"m"


def rows(screen: pyte.Screen) -> list[list[Span]]:
    """The screen as spans, row by row."""
    found = []
    for number in range(screen.lines):
        spans: list[Span] = []
        for column in range(screen.columns):
            cell = screen.buffer[number][column]
            style = tuple(
                name
                for name, given in (
                    (cell.fg, cell.fg != "default"),
                    ("bold", cell.bold),
                    ("underscore", cell.underscore),
                )
                if given
            )
            if spans and spans[-1].style == style:
                spans[-1] = Span(spans[-1].column, spans[-1].text + cell.data, style)
            else:
                spans.append(Span(column, cell.data, style))
        while spans and not spans[-1].text.strip():
            spans.pop()
        if spans:
            last = spans[-1]
            spans[-1] = Span(last.column, last.text.rstrip(), last.style)
        found.append(spans)
    while found and not found[-1]:
        found.pop()
    return found
