"""Mail as its parts: bytes -> messages, whatever is broken in them. Saved pages (MHT) are mail too."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from assistant.decoding import decode
from assistant.extraction import UnreadableError, one_line

MOST_PARTS = 1000


def parsed(data: bytes) -> EmailMessage:
    """The message that the bytes are.

    Raises:
        UnreadableError: the parser of the standard library stumbles over them.
    """
    try:
        return message_from_bytes(data, policy=default)  # type: ignore[return-value]
    except Exception as exc:  # it is known to raise several kinds on malformed headers
        raise UnreadableError("no mail that can be read; save it anew") from exc


def parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """The message's own leaves, in order: no containers, and a message within is one leaf."""
    ahead = [message]
    for _ in range(MOST_PARTS):
        if not ahead:
            return
        part = ahead.pop()
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            ahead += reversed(inner)
        else:
            yield part


def header(message: EmailMessage, name: str) -> str:
    """A header's text, decoded, on one line; empty where there is none or it makes no sense."""
    try:
        return one_line(str(message.get(name, "")))
    except Exception:  # the same holds for a single header
        return one_line(dict(message.raw_items()).get(name, ""))


def part_bytes(part: EmailMessage) -> bytes:
    """What a part holds, out of its transfer encoding."""
    try:
        content = part.get_payload(decode=True)
    except Exception:
        content = None
    return content if isinstance(content, bytes) else b""


def part_text(part: EmailMessage) -> tuple[str, str]:
    """A part as text and its encoding: the one it names if that fits, else a guess.

    Raises:
        NotTextError: it holds none.
    """
    data = part_bytes(part)
    named = part.get_content_charset() or ""
    try:
        return data.decode(named), named
    except (LookupError, UnicodeDecodeError, ValueError):
        text, encoding, _ = decode(data)
        return text, encoding

