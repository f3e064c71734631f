"""Plain text: what it says of itself stands in its first and last lines, read by `values`."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.ingest.readers.base import Extracted, Item, Remark
from assistant.ingest.readers.decoding import decode


def extract(data: bytes, name: str) -> Iterator[Item]:
    """The text, exactly as decoded."""
    text, encoding, remark = decode(data)
    if remark:
        yield Remark(remark)
    yield Extracted(text, encoding=encoding)
