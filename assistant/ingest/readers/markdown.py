"""Markdown, kept as it is written; front matter tells of the document and is none of its words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from assistant.ingest.chunking.blocks import blocks_of, front_matter, plain
from assistant.ingest.readers.base import Extracted, Item, Remark, listed, one_line
from assistant.ingest.readers.decoding import decode


def extract(data: bytes, name: str) -> Iterator[Item]:
    """The text, exactly as decoded; titled by its front matter, else by its first heading."""
    text, encoding, remark = decode(data)
    if remark:
        yield Remark(remark)
    source, _ = front_matter(text)
    facts = _facts(source) if source else {}
    if facts is None:
        yield Remark("front matter is no valid YAML and was passed over; correct it")
        facts = {}
    headings = (plain(text[b.start : b.end]) for b in blocks_of(text, markdown=True) if b.level)
    published = facts.get("date") or facts.get("published")
    yield Extracted(
        text,
        title=one_line(facts.get("title")) or next(headings, ""),
        author=listed(facts.get("author") or facts.get("authors")),
        publisher=one_line(facts.get("publisher") or facts.get("source")),
        language=one_line(facts.get("language") or facts.get("lang")),
        published=published if isinstance(published, date | None) else one_line(published) or "?",
        encoding=encoding,
    )


def _facts(source: str) -> dict[str, Any] | None:
    """Front matter's keys, in lower case, and values; None when it cannot be parsed."""
    import yaml

    try:
        loaded = yaml.safe_load(source)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return {str(key).lower(): value for key, value in loaded.items()} if loaded else {}
