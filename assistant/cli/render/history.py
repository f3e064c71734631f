"""Conversations that were kept, as a reader sees them: a list, one, what was found in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from assistant.answers import Answer
from assistant.cli.render.answers import answer_text
from assistant.cli.render.page import BOLD, DIM, RED, Page, cells
from assistant.errors import ConversationError
from assistant.safety import count, line

if TYPE_CHECKING:
    from assistant.conversation import Found, Head, KeptTurn, Session, Summary

LIST_VERSION = 1
"""Version of the JSON that `assistant history --json` prints."""
_GAP = "  "
_TURNS = 5  # cells
_LEAST_QUESTION = 24  # cells in which a question still tells something
NONE_KEPT = "No conversation is kept yet; assistant chat begins one."


def list_lines(kept: Sequence[Summary], index: str, page: Page) -> Iterator[str]:
    """A line for each conversation; on a narrow terminal two.

    Args:
        kept: the conversations.
        index: the folder of the index that is asked now; another one is told.
        page: where it is shown; without a width all fields are whole, with tabs between them.
    """
    if page.width is None:
        for each in kept:
            told = each.head.id, when(each.asked), each.turns, each.question, each.head.index
            yield "\t".join(line(str(field)) for field in told)
        return
    names = max((cells(line(each.head.id)) for each in kept), default=0)
    for each in kept:
        yield from _entry(each, min(names, page.width // 2), page)
        if each.head.index != index:
            yield page.lines(f"index {each.head.index}", _GAP, style=DIM)


def _entry(each: Summary, names: int, page: Page) -> Iterator[str]:
    """A conversation in a line, or in two where there is no room for its question."""
    assert page.width is not None
    name = line(each.head.id)
    name += " " * (names - cells(name))
    fixed = _GAP.join((when(each.asked), f"{each.turns:>{_TURNS}}"))
    room = page.width - cells(name) - cells(fixed) - 2 * len(_GAP)
    question = line(each.question)
    if room >= _LEAST_QUESTION:
        yield page.styled(name, BOLD) + f"{_GAP}{fixed}{_GAP}{_cut(question, room)}"
    else:
        told = f"{when(each.asked)} · {count(each.turns, 'turn')}"
        yield page.lines(f"{name.rstrip()} · {told}", style=BOLD)
        yield _GAP + _cut(question, max(page.width - len(_GAP), 1))


def list_dict(kept: Iterable[Summary]) -> dict[str, Any]:
    """The published shape of version `LIST_VERSION`."""
    return {"version": LIST_VERSION, "conversations": [each.to_dict() for each in kept]}


def session_text(session: Session, page: Page) -> str:
    """A conversation as it was shown when it was held."""
    head = session.head
    facts = [f"{session.id} · begun {when(head.started)}", f"index {head.index}"]
    facts += [f"asked were documents that match {head.where}"] if head.where else []
    parts = ["\n".join(page.lines(fact, style=DIM) for fact in facts)]
    for turn in session.turns:
        parts.append(page.lines(f"> {line(turn.question)}", "", "  ", BOLD))
        answer = _answer(turn)
        told = answer if isinstance(answer, str) else answer_text(answer, page)
        parts.append(page.lines(told, style=RED) if isinstance(answer, str) else told)
    return "\n\n".join(parts)


def resumed_text(session: Session, index: str, where: str, page: Page) -> str:
    """What was said last, and in what the conversation differed from what is asked now.

    Args:
        session: the conversation that goes on.
        index: the folder of the index that is asked now.
        where: the filters of now, as they would be typed.
        page: where it is shown.
    """
    asked = f"{session.id}, {count(len(session.turns), 'turn')}, begun {when(session.head.started)}"
    told = [page.lines(f"Going on with {asked}.", style=DIM)]
    for turn in session.turns[-1:]:
        told.append(page.lines(f"> {line(turn.question)}", "", "  ", DIM))
        answer = _answer(turn)
        said = answer if isinstance(answer, str) else _prose(answer)
        told.append(page.lines(said, style=DIM))
    return "\n".join([*told, *(page.lines(each) for each in _changes(session.head, index, where))])


def _changes(head: Head, index: str, where: str) -> Iterator[str]:
    """In what questions are put to other documents than those before."""
    if head.index != index:
        yield f"Until now the index {line(head.index)} was asked; now it is {line(index)}."
    if str(head.where) != where:
        before, now = (line(each) or "no filter" for each in (str(head.where), where))
        yield f"Until now it was asked with {before}; now with {now}."


def found_lines(found: Iterable[Found], page: Page) -> Iterator[str]:
    """The turns that were found, each with its place and the words around what was sought."""
    for each in found:
        turn = each.turn
        if page.width is None:
            fields = each.id, turn.number, when(turn.asked), turn.question, each.excerpt
            yield "\t".join(line(str(field)) for field in fields)
            continue
        place = f"{each.id} · turn {turn.number} · {when(turn.asked)}"
        yield page.lines(place, style=DIM)
        yield page.lines(f"> {line(turn.question)}", _GAP, _GAP * 2, BOLD)
        yield page.lines(each.excerpt, _GAP * 2)


def found_dict(found: Iterable[Found]) -> dict[str, Any]:
    """What was found, as JSON-ready values of version `LIST_VERSION`."""
    return {"version": LIST_VERSION, "found": [each.to_dict() for each in found]}


def when(moment: datetime) -> str:
    """A moment by the reader's own clock."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _answer(turn: KeptTurn) -> Answer | str:
    """The answer, or why it cannot be shown."""
    try:
        return turn.read()
    except ConversationError as exc:
        return str(exc)


def _prose(answer: Answer) -> str:
    told = " ".join(statement.text for statement in answer.statements)
    return told or "The documents did not say."


def _cut(text: str, width: int) -> str:
    from rich.cells import set_cell_size

    if cells(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…"
