"""A bar on the terminal for work whose parts are counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from assistant.terminal.page import is_terminal

if TYPE_CHECKING:
    from rich.progress import Progress

_ROOM = 90
"""Cells that a terminal must have for the bar beside its counts."""
_SPEED_OVER = 600.0
"""Seconds whose parts tell how long the rest will take: one may take many."""


class CountBar:
    """A bar on a terminal with the counts so far and the time left; silent anywhere else.

    A context manager. Notices printed meanwhile stand above the bar.
    """

    def __init__(self, stream: TextIO, doing: str, seen: bool = True) -> None:
        """Prepare it.

        Args:
            stream: standard error.
            doing: what is done, in one word.
            seen: whether it is shown at all.
        """
        self._stream, self._doing = stream, doing
        self._seen = seen and is_terminal(stream)
        self._bar: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def show(self, done: int, total: int, told: str = "") -> None:
        """Show how far it is, and what became of the parts so far; begins with the first call."""
        if not self._seen:
            return
        if self._bar is None:
            self._bar = _bar(self._stream, self._doing)
            self._bar.add_task(self._doing, total=total, completed=done, told=told)
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=done, told=told, refresh=True)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the bar away while something is printed on the same terminal."""
        if self._bar:
            self._bar.stop()
        yield
        if self._bar:
            self._bar.start()


def _bar(stream: TextIO, doing: str) -> Progress:
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
        columns = [TextColumn(doing), BarColumn(bar_width=20), *columns, TimeRemainingColumn()]
    return Progress(
        *columns,
        console=console,
        transient=True,
        redirect_stdout=False,  # it is not this terminal that the lines are for
        speed_estimate_period=_SPEED_OVER,
    )
