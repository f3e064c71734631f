"""Mail as its parts, whatever is broken in it; a page saved as a web archive (MHT) is mail too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

from assistant.ingest.readers.base import UnreadableError, one_line
from assistant.ingest.readers.decoding import NotTextError, codec, decode, is_wide

MOST_PARTS = 1000
MOST_NESTED = 50
_MOST_DASHES = 20 * MOST_PARTS  # not each of which begins a part
LONGEST_HEADER = 10_000
"""Characters above which a header is not taken apart, which takes the square of its length."""
_CHARSET = re.compile(rb"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_SAMPLE = 1 << 16
_LONGEST_KIND = 2_000  # of a header that is taken apart again and again, such as Content-Type


class _Policy(EmailPolicy):
    """The standard one, but of a header that is too long only the beginning is taken apart.

    Attributes:
        raw: encoding of headers that are written as they are, which no standard allows.
    """

    raw = "cp1252"

    def header_fetch_parse(self, name: str, value: str) -> Any:
        if not value.isascii():
            data = value.encode("utf-8", "surrogateescape")
            try:
                value = data.decode("utf-8")
            except UnicodeDecodeError:
                value = data.decode(self.raw, "replace")
        most = _LONGEST_KIND if name.lower().startswith("content-") else LONGEST_HEADER
        return super().header_fetch_parse(name, value[:most] if len(value) > most else value)


_POLICY = _Policy()


def parsed(data: bytes) -> EmailMessage:
    """The message that the bytes are.

    Raises:
        UnreadableError: the parser of the standard library stumbles over them, or they have so many
            parts that it would take minutes.
    """
    if is_wide(data):
        data = decode(data)[0].encode("utf-8", "replace")
    if data.count(b"\n--") > _MOST_DASHES:
        raise UnreadableError(f"has more than {MOST_PARTS:,} parts; save it with less in it")
    try:
        policy = _POLICY if data.isascii() else _POLICY.clone(raw=_raw(data))  # type: ignore[call-arg]
        return message_from_bytes(data, policy=policy)  # type: ignore[arg-type]  # generic in stubs
    except Exception as exc:  # it is known to raise several kinds on malformed headers
        raise UnreadableError("no mail that can be read; save it anew") from exc


def _raw(data: bytes) -> str:
    """The encoding of what is written as it is: the one named first, unless that cannot be."""
    named = _CHARSET.search(data)
    encoding = codec(named[1].decode("ascii")) if named else ""
    if encoding and encoding not in ("utf-8", "cp1252"):
        return encoding
    try:
        return decode(data[:_SAMPLE])[1]
    except NotTextError:
        return _Policy.raw


def parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """The message's own leaves, in order: no containers, and a message within is one leaf."""
    ahead = [message]
    for _ in range(MOST_PARTS):
        if not ahead:
            return
        part = ahead.pop()
        if part.get_content_maintype() == "multipart" and (inner := within(part)):
            ahead += reversed(inner)
        else:
            yield part


def within(part: EmailMessage) -> list[EmailMessage]:
    """The parts that a part is made of; none where it is a leaf."""
    inner = part.get_payload()
    return [p for p in inner if isinstance(p, EmailMessage)] if isinstance(inner, list) else []


def header(message: EmailMessage, name: str) -> str:
    """A header's text, decoded, on one line; empty where there is none."""
    raw = next((str(v) for key, v in message.raw_items() if key.lower() == name.lower()), "")
    if len(raw) > LONGEST_HEADER:
        return one_line(raw[:LONGEST_HEADER])
    try:
        return one_line(str(message[name])) if raw else ""
    except Exception:  # the parser of headers raises several kinds on malformed ones
        return one_line(raw)


def part_bytes(part: EmailMessage) -> bytes:
    """What a part holds, out of its transfer encoding."""
    try:
        content = part.get_payload(decode=True)
    except Exception:  # on a transfer encoding that makes no sense
        content = None
    return content if isinstance(content, bytes) else b""


def part_text(part: EmailMessage) -> tuple[str, str]:
    """A part as text and its encoding: the one it names if that fits, else a guess.

    What is UTF-8 throughout is nothing else: mails are saved anew, and name what they were.

    Raises:
        NotTextError: it holds none.
    """
    data = part_bytes(part)
    named = part.get_content_charset() or ""
    if not data.isascii():
        with suppress(UnicodeDecodeError):
            return data.decode("utf-8"), "utf-8"
    try:
        if is_wide(data):
            return decode(data)[:2]
        return data.decode(named), named
    except (LookupError, UnicodeDecodeError, ValueError):
        text, encoding, _ = decode(data)
        return text, encoding
