"""Plain text: what it says of itself stands in its first and last lines, read by `metadata`."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.decoding import decode
from assistant.extraction import Extracted, Item, Remark


def extract(data: bytes, name: str) -> Iterator[Item]:
    """The text, exactly as decoded."""
    text, encoding, remark = decode(data)
    if remark:
        yield Remark(remark)
    yield Extracted(text, encoding=encoding)
