"""What a model's server sends, parsed: the chunks of a chat completion, or one JSON object.

A server may send anything with status 200: a page of HTML, an error, a completion in one piece
though it was to be streamed. Whose reply it was and what to do is for the callers to tell.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

MOST_BYTES = 4_000_000
"""Most that is read of what is not streamed."""
_FIELD = re.compile(rb"(?:\xef\xbb\xbf)?(?:data|event|id|retry|error)?:")
_TITLE = re.compile(r"<title[^>]*>([^<]*)", re.I)
_PAGE = re.compile(r"\s*<(?:!doctype|html|head|body|\?xml)", re.I)


class ReplyError(ValueError):
    """No reply of the kind that was asked for; the message goes on where the server is named."""


class BrokenReplyError(ReplyError):
    """The reply ended before it was finished."""


def chunks(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the chunks of a chat completion; one that was not streamed as a single chunk.

    Args:
        lines: of the body, each with its end.

    Raises:
        ReplyError: the server reports an error, the reply broke off, or it is no completion.
    """
    rest = (line for line in lines if line.strip())
    first = next(rest, b"")
    if _FIELD.match(first):
        yield from _streamed(chain([first], rest))
    else:
        yield _as_chunk(json_object(_joined(chain([first], rest))))


def json_object(content: bytes) -> dict[str, Any]:
    """The JSON object that the content holds.

    Raises:
        ReplyError: it holds none, or one that reports an error.
    """
    try:
        value = json.loads(content)
    except ValueError:
        text = content.decode("utf-8", "replace")
        raise ReplyError(f"sent {_described(text)} where it was to send JSON") from None
    if not isinstance(value, dict):
        raise ReplyError(f"sent {_described(str(value))} where it was to send a JSON object")
    if value.get("error") or value.get("object") == "error":
        raise _reported(value)
    return value


def first_choice(reply: dict[str, Any]) -> dict[str, Any]:
    """The first of the choices that a completion, or a chunk of one, offers; empty if none."""
    choices = reply.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def one_line(text: str, most: int = 200) -> str:
    """The words of a server or of the system in one short line without control characters.

    >>> one_line("bad\\x1b[31m\\n thing")
    'bad [31m thing'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:most]


def page_title(text: str) -> str | None:
    """What a web page is called, empty if nothing; None for what is no web page."""
    if title := _TITLE.search(text):
        return html.unescape(title[1])
    return "" if _PAGE.match(text) else None


def _streamed(lines: Iterator[bytes]) -> Iterator[dict[str, Any]]:
    finished = False
    for line in lines:
        name, _, data = line.partition(b":")
        if name == b"error":
            raise _reported(json_object(data))
        if not name.endswith(b"data"):
            continue
        if data.strip() == b"[DONE]":
            return
        chunk = json_object(data)
        finished = finished or bool(first_choice(chunk).get("finish_reason"))
        yield chunk
    if not finished:
        raise BrokenReplyError("broke off its reply")


def _as_chunk(completion: dict[str, Any]) -> dict[str, Any]:
    """A whole completion as a chunk of a streamed one."""
    choice = first_choice(completion)
    if not isinstance(choice.get("message"), dict):
        if "message" in completion or "detail" in completion:
            raise _reported(completion)
        raise ReplyError('sent JSON without "choices"')
    return {**completion, "choices": [{**choice, "delta": choice["message"]}]}


def _joined(lines: Iterable[bytes]) -> bytes:
    content = b""
    for line in lines:
        content += line
        if len(content) > MOST_BYTES:
            break
    return content


def _reported(value: dict[str, Any]) -> ReplyError:
    """The error that an object reports, in whichever of the usual places its message stands."""
    error = value.get("error") or value
    if isinstance(error, dict):
        error = error.get("message") or error.get("detail") or error.get("code") or ""
    return ReplyError(f"reports an error ({one_line(str(error), 150) or 'without a reason'})")


def _described(text: str) -> str:
    title = page_title(text)
    if title is not None:
        return f"a web page ({one_line(title, 100) or 'without a title'})"
    shown = one_line(text, 120)
    return f"something else ({shown})" if shown else "nothing"
