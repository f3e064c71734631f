"""A batch under way, as a bar on the terminal, and what became of it, in one line."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from assistant.terminal.page import is_terminal
from assistant.terminal.text import count, line

if TYPE_CHECKING:
    from rich.progress import Progress

KINDS = ("answered", "refused", "failed")
_ROOM = 90
"""Cells that a terminal must have for the bar beside its counts."""
_SPEED_OVER = 600.0
"""Seconds whose questions tell how long the rest will take: an answer may take many."""


class BatchBar:
    """A bar on a terminal with the counts so far and the time left; silent anywhere else.

    A context manager. Notices printed meanwhile stand above the bar.
    """

    def __init__(
        self, stream: TextIO, total: int, counts: Mapping[str, int], seen: bool = True
    ) -> None:
        """Prepare it.

        Args:
            stream: standard error.
            total: all questions.
            counts: those of earlier runs, by what became of them.
            seen: whether it is shown at all.
        """
        self._stream, self._total, self._counts = stream, total, counts
        self._seen = seen and is_terminal(stream)
        self._bar: Progress | None = None

    def __enter__(self) -> Self:
        if self._seen:
            self._bar = _bar(self._stream)
            done = sum(self._counts.values())
            told = counts_text(self._counts)
            self._bar.add_task("Asking", total=self._total, completed=done, told=told)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def show(self, counts: Mapping[str, int]) -> None:
        """Show how far it is: what became of the questions so far."""
        if self._bar:
            done = sum(counts.values())
            self._bar.update(self._bar.task_ids[0], completed=done, told=counts_text(counts))


def counts_text(counts: Mapping[str, int]) -> str:
    """How many questions came to what; failures only where there are some.

    >>> counts_text({"answered": 3})
    '3 answered, 0 refused'
    """
    told = [
        f"{counts.get(kind, 0)} {kind}" for kind in KINDS if kind != "failed" or counts.get(kind)
    ]
    return ", ".join(told)


def batch_text(counts: Mapping[str, int], earlier: int, seconds: float, where: str | None) -> str:
    """What became of a batch, in one line.

    Args:
        counts: of all questions, by what became of them.
        earlier: how many of them an earlier run asked.
        seconds: what this run took.
        where: the file of the lines; None for standard output.
    """
    before = f" ({earlier} of them before)" if earlier else ""
    told = f"{count(sum(counts.values()), 'question')}{before} in {seconds:.1f} s: "
    told += counts_text(counts) + (f"; in {where}" if where else "")
    if counts.get("failed"):
        told += "; lines with `error` say why"
        told += ", and --resume asks these again" if where else ""
    return line(f"{told}.")


def _bar(stream: TextIO) -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(file=stream)
    columns: list[ProgressColumn] = [MofNCompleteColumn(), TextColumn("{task.fields[told]}")]
    if console.width >= _ROOM:  # else the counts alone, which matter most
        columns = [TextColumn("Asking"), BarColumn(bar_width=20), *columns, TimeRemainingColumn()]
    return Progress(
        *columns,
        console=console,
        transient=True,
        redirect_stdout=False,  # it is not this terminal that the lines are for
        speed_estimate_period=_SPEED_OVER,
    )
