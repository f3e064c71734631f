"""What is going on, on one passing line of a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from assistant.answers import Answer, Checked, Draft, Event, Searched
from assistant.cli.render.page import DIM, Page, is_terminal, wrap
from assistant.safety import count, line


class StatusLine:
    """One passing line on a terminal that says what is going on; silent anywhere else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = is_terminal(stream)
        self._page = Page.of(stream)

    def say(self, text: str) -> None:
        """Show the text in place of what was shown before."""
        if self._live:
            first = wrap(f"{line(text)} ...", (self._page.width or 80) - 1)[0]
            self._stream.write("\r\x1b[2K" + self._page.styled(first, DIM))
            self._stream.flush()

    def clear(self) -> None:
        """Leave nothing on the line."""
        if self._live:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()


def follow(events: Iterator[Event], status: StatusLine, model: str) -> Answer:
    """The answer at the end of a stream; what is under way shows on the status line alone.

    What the model writes is not shown before it is checked.
    """
    status.say("searching")
    try:
        for event in events:
            if isinstance(event, Answer):
                return event
            if stage := stage_of(event, model):
                status.say(stage)
    finally:
        status.clear()
    raise RuntimeError("the stream of an answer ended without the answer")


def stage_of(event: Event, model: str) -> str | None:
    """What is going on after an event; None where that is what went on before."""
    match event:
        case Searched(evidence=evidence) if evidence:
            read = f"reading {count(len(evidence), 'sentence')}"
            return read if model == "none" else f"{read} with {model}"
        case Draft():
            return "writing and checking"
        case Checked() if model == "none":
            return "checking"
    return None
