"""An answer while it is made: what is written, and the mark of each statement once it is checked.

At a terminal that all stands in lines that pass, and the answer takes their place; elsewhere
nothing is written before the answer is whole. How an answer reads is for `answers` to say.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TextIO

from assistant.answers import (
    Answer,
    Checked,
    Draft,
    Event,
    Searched,
    Statement,
    Understood,
    Withdrawn,
)
from assistant.cli.render.answers import draft_line, finding_of, marked, unfinished_text
from assistant.cli.render.page import DIM, GREEN, RED, Page, is_terminal, screen_size
from assistant.cli.render.progress import StatusLine, stage_of
from assistant.cli.render.region import Region
from assistant.documents import Citation
from assistant.safety import line

_ROOM = 3
"""Cells left free behind the last line, where the terminal shows ^C."""


class Manuscript:
    """The statements of an answer so far, in their order, and what they cite.

    Attributes:
        citations: all so far.
    """

    def __init__(self) -> None:
        self._drafted: dict[int, Statement | str] = {}
        self._further: list[Statement] = []
        self.citations: tuple[Citation, ...] = ()

    def take(self, event: Event) -> None:
        """Keep in step with what became of a statement."""
        match event:
            case Draft(text=text, statement=number):
                before = self._drafted.get(number, "")
                self._drafted[number] = before + text if isinstance(before, str) else text
            case Checked(statement=statement, citations=citations, number=number):
                self.citations = citations
                if number is None:
                    self._further.append(statement)
                else:
                    self._drafted[number] = statement
            case Withdrawn(number=number):
                self._drafted.pop(number, None)

    @property
    def told(self) -> list[Statement | str]:
        """The statements, of those that nothing has checked what was drafted."""
        drafted = (self._drafted[number] for number in sorted(self._drafted))
        return [*(each for each in drafted if each), *self._further]


class AnswerDisplay:
    """An answer on its way to a reader, and what is going on meanwhile.

    Args:
        out: where the answer will be printed; what passes is shown here if it is a terminal.
        err: where else one line tells what is going on, if it is a terminal.
    """

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._live = is_terminal(self._out)
        self._region = Region(self._out)
        self._status = StatusLine(err or sys.stderr)
        self._question = ""
        self._doing = ""
        self._manuscript = Manuscript()
        self._blocks: dict[tuple[Statement | str, int | None, bool], str] = {}  # as last drawn

    def say(self, text: str) -> None:
        """Show what is going on in place of what was shown before."""
        self._doing = text
        if self._live:
            self._region.draw(self._lines())
        else:
            self._status.say(text)

    def clear(self) -> None:
        """Leave nothing of what passes, so that something else can be printed."""
        if self._live:
            self._region.clear()
        else:
            self._status.clear()

    def follow(self, events: Iterator[Event], model: str, question: str | None = None) -> Answer:
        """The answer at the end of a stream; until then what there is of it is shown.

        If the stream breaks off, or Ctrl-C or a signal stops it, what was shown stays, marked as
        unfinished; where there is no terminal, the statements that were checked are printed with
        that mark.

        Args:
            events: the stream.
            model: the name of the model that writes.
            question: as it was asked; how it was understood is shown if that is something else.

        Raises:
            What the stream raises.
        """
        self.say("searching")
        try:
            for event in events:
                if isinstance(event, Answer):
                    return event
                self._show(event, model, question)
        except BaseException as exc:
            self._break_off(isinstance(exc, KeyboardInterrupt | SystemExit))
            raise
        finally:
            self.clear()
            self._question, self._doing, self._manuscript = "", "", Manuscript()
        raise RuntimeError("the stream of an answer ended without the answer")

    def _show(self, event: Event, model: str, question: str | None) -> None:
        self._manuscript.take(event)
        match event:
            case Understood(question=understood):
                self._question = understood
            case Searched(standalone_question=understood) if question is not None:
                self._question = understood if line(understood) != line(question) else ""
        self.say(stage_of(event, model) or self._doing)

    def _break_off(self, stopped: bool) -> None:
        self.clear()
        told = self._manuscript.told
        if not self._live:
            told = [each for each in told if isinstance(each, Statement)]
        text = unfinished_text(told, self._manuscript.citations, Page.of(self._out), stopped)
        if text:
            print(text, file=self._out, flush=True)

    def _lines(self) -> list[str]:
        """All that is shown while an answer is made, as wide as the terminal is now."""
        page = Page.of(self._out)
        columns = screen_size(self._out).columns
        page.width = min(page.width or columns, columns)
        blocks = [page.lines(f"Asked as: {self._question}", style=DIM)] if self._question else []
        blocks += self._told(page)
        shown = [each for block in blocks for each in block.split("\n")]
        if self._doing:
            room = Page(max(page.width - _ROOM, 1), page.colour)
            shown.append(room.lines(f"{line(self._doing)} ...", style=DIM).split("\n")[0])
        return shown

    def _told(self, page: Page) -> list[str]:
        """The statements so far; what was drawn before is not laid out again."""
        before = self._blocks
        keys = [(each, page.width, page.colour) for each in self._manuscript.told]
        self._blocks = {key: before.get(key) or _block(key[0], page) for key in keys}
        return [self._blocks[key] for key in keys]


def _block(told: Statement | str, page: Page) -> str:
    """A statement with its mark; in a draft each line has one."""
    if isinstance(told, str):
        return draft_line(told, page)
    if told.verdict == "supported":
        return page.styled("✓", GREEN) + page.lines(marked(told), "✓ ", "  ")[1:]
    finding = page.lines(finding_of(told), "  ", "    ", RED)
    return page.styled("✗", RED) + page.lines(marked(told), "✗ ", "  ")[1:] + "\n" + finding
