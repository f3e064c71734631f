"""What a model says, without what it thinks; and a reply that says nothing told as a failure.

Thinking comes between `<think>` and `</think>`, sometimes without its beginning, which the chat's
template holds; or in a field of its own, which is never read. A reply without any words, or with
its only sentence cut, is a fault of the model or its server: the documents are not to blame.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from assistant.errors import ModelRefusedError
from assistant.types import Usage

_OPENING = re.compile(r"\s*<(think(?:ing)?|reason(?:ing)?)>", re.I)
_OPENED = re.compile(r"\s*(?:<[a-z]{0,9})?", re.I)
_CLOSING = re.compile(r"</(?:think(?:ing)?|reason(?:ing)?)>\s*", re.I)
_LONGEST_TAG = 12
ANOTHER = "choose another model with --llm."


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of what the model writes.

    Attributes:
        text: may be empty.
        probabilities: of the likeliest tokens at this place, where the server tells them.
        usage: of the call so far; elsewhere than with llama.cpp, with the last piece only.
        starts_over: what was written before was thinking: it is to be forgotten.
        end: why the reply ended, as the protocol has it ("stop", "length", "tool_calls" ...); with
            the last piece of text or after it.
    """

    text: str
    probabilities: dict[str, float] = field(default_factory=dict)
    usage: Usage | None = None
    starts_over: bool = False
    end: str = ""


def spoken(pieces: Iterator[Piece], name: str) -> Iterator[Piece]:
    """The pieces without those of thinking.

    Args:
        pieces: as the model's server sends them.
        name: the model's, for what is told.

    Raises:
        ModelRefusedError: the reply ends without a word that is no thinking.
    """
    state, held, tail, said, end = "before", "", "", False, ""
    for piece in pieces:
        end = piece.end or end
        text, held = held + piece.text, ""
        starts_over = False
        if state == "before" and _OPENING.match(text):
            state = "thinking"
        elif state == "before" and piece.text and _OPENED.fullmatch(text):
            held, text = text, ""
        if state == "thinking":
            closed = _CLOSING.search(text)
            held = "" if closed else text[-_LONGEST_TAG:]
            text = text[closed.end() :] if closed else ""
            state = "after" if closed else state
        elif text and state == "before":
            state = "speaking"
        if state == "speaking":
            closed = None
            for closed in _CLOSING.finditer(tail + text):  # noqa: B007 (the last one counts)
                pass
            if closed and closed.end() > len(tail):
                text, starts_over, said, state = (tail + text)[closed.end() :], True, False, "after"
            tail = (tail + text)[-_LONGEST_TAG:]
        if state == "after" and not said:
            text = text.lstrip()
        said = said or bool(text.strip())
        yield replace(
            piece,
            text=text,
            probabilities=piece.probabilities if text else {},
            starts_over=starts_over,
        )
    if held and state == "before":
        said = said or bool(held.strip())
        yield Piece(held)
    if not said:
        raise ModelRefusedError(_silence(name, end, thought=state in ("thinking", "after")))


def cut(name: str) -> ModelRefusedError:
    """What to say of a reply that was cut before its first sentence was whole."""
    return ModelRefusedError(
        f"{name} was cut off before its first sentence was whole; ask for less at a time, or "
        f"{ANOTHER}"
    )


def _silence(name: str, end: str, *, thought: bool) -> str:
    """What to say of a reply without words."""
    if end in ("tool_calls", "function_call"):
        return f"{name} called a tool instead of answering; {ANOTHER}"
    if end == "content_filter":
        return f"the filter of {name}'s server held its answer back; {ANOTHER}"
    if end == "length" or thought:
        return f"{name} used up its room for thinking and answered nothing; {ANOTHER}"
    return f"{name} answered nothing; ask again, or {ANOTHER}"
