"""What a model says, without what it thinks; and a reply that says nothing told as a failure.

Thinking comes between `<think>` and `</think>`, sometimes without its beginning, which the chat's
template holds; or in a field of its own, which is never read. A reply without any words, or with
its only sentence cut, is a fault of the model or its server: the documents are not to blame.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from assistant.errors import NoAnswerError
from assistant.models.chat.pieces import Piece

_NAMES = r"(?:think(?:ing)?|thought|reason(?:ing)?)>"
_OPENING = re.compile(rf"\s*<{_NAMES}", re.I)
_CLOSING = re.compile(f"</{_NAMES}", re.I)
_MAY_OPEN = re.compile(r"\s*(?:<[a-z]{0,9})?", re.I)
_LONGEST_TAG = len("</reasoning>")
_TAG_BEGUN = re.compile(r"</?[a-z]{0,9}$", re.I)
ANOTHER = "choose another model with --llm"


def spoken(pieces: Iterator[Piece], name: str) -> Iterator[Piece]:
    """The pieces without those of thinking.

    Args:
        pieces: as the model's server sends them, a token each where it tells probabilities.
        name: the model's, for what is told.

    Raises:
        NoAnswerError: the reply ends without a word that is no thinking.
    """
    thinking, said, end = _Thinking(), False, ""
    for piece in pieces:
        text, starts_over = thinking.without(piece.text)
        thinking.seen = thinking.seen or piece.thinking
        said = (said and not starts_over) or bool(text.strip())
        end = end if end in _INSTEAD else piece.end or end
        yield replace(
            piece,
            text=text,
            probabilities=piece.probabilities if text else {},
            starts_over=starts_over,
            thinking=thinking.seen,
        )
    rest = thinking.rest()
    if rest.strip():
        yield Piece(rest, thinking=thinking.seen)
    elif not said:
        raise _silence(name, end, thinking.seen)


class _Thinking:
    """Takes the thinking out of a text that comes in pieces.

    Attributes:
        seen: whether there was any so far.
    """

    def __init__(self) -> None:
        self.seen = False
        self._state: Literal["before", "within", "speaking"] = "before"
        self._held = ""  # what may be a part of a tag
        self._line = ""  # what was said since the last line break

    def without(self, text: str) -> tuple[str, bool]:
        """What to show now, and whether all that was shown before turned out to be thinking."""
        text, self._held, starts_over = self._held + text, "", False
        while True:
            if self._state == "before":
                opening = _OPENING.match(text)
                if opening is None and _MAY_OPEN.fullmatch(text):
                    self._held = text
                    return "", starts_over
                text = text[opening.end() :] if opening else text.lstrip()
                self._state = "within" if opening else "speaking"
            elif self._state == "within":
                self.seen = True
                closing = _CLOSING.search(text)
                if closing is None:
                    self._held = text[-_LONGEST_TAG:]
                    return "", starts_over
                text, self._state = text[closing.end() :], "before"
            else:
                end = self._ended(text)
                if end is None:
                    return self._shown(text), starts_over
                text, self._state, self._line = text[end:], "before", ""
                self.seen = starts_over = True

    def rest(self) -> str:
        """What was held back at the end, as it was no tag."""
        return "" if self._state == "within" else self._held

    def _ended(self, text: str) -> int | None:
        """Where the last tag that ends thinking ends in the text, if one does.

        One that was opened in the same line is spoken of, as documents about models do.
        """
        line, before, found = self._line + text, len(self._line), None
        for closing in _CLOSING.finditer(line):
            begin = line.rfind("\n", 0, closing.start()) + 1
            if closing.end() > before and not _OPENING.search(line, begin, closing.start()):
                found = closing.end() - before
        return found

    def _shown(self, text: str) -> str:
        begun = _TAG_BEGUN.search(text)
        self._held = begun[0] if begun else ""
        text = text[: begun.start()] if begun else text
        self._line = (self._line + text).rpartition("\n")[2]
        return text


def cut(name: str) -> NoAnswerError:
    """What to say of a reply that was cut before its first sentence was whole."""
    return NoAnswerError(
        f"{name} was cut off before its first sentence was whole; ask for less at a time, or "
        f"{ANOTHER}."
    )


_INSTEAD = {
    "tool_calls": f"{{}} called a tool instead of answering; {ANOTHER}.",
    "function_call": f"{{}} called a tool instead of answering; {ANOTHER}.",
    "content_filter": f"the server of {{}} withheld its answer; ask in other words, or {ANOTHER}.",
    "refusal": f"{{}} refused to answer; ask in other words, or {ANOTHER}.",
}
"""Why a reply ended without words, and what to say of it."""


def _silence(name: str, end: str, thought: bool) -> NoAnswerError:
    if end in _INSTEAD:
        return NoAnswerError(_INSTEAD[end].format(name))
    if end == "length" or thought:
        return NoAnswerError(f"{name} used up its room for thinking and said nothing; {ANOTHER}.")
    return NoAnswerError(f"{name} sent an empty answer; ask again, or {ANOTHER}.")
