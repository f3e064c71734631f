"""JSON Lines: one document a line, with `id`, `title` and `text`; a bad line is passed over."""

from __future__ import annotations

import json
from collections.abc import Iterator

from assistant.ingest.readers.base import Extracted, Fault, Item, Remark, listed, one_line, storable
from assistant.ingest.readers.decoding import decode


def extract(data: bytes, name: str) -> Iterator[Item]:
    """A document a line; what is wrong with a line is told with its number."""
    text, encoding, remark = decode(data)
    if remark:
        yield Remark(remark)
    seen: set[str] = set()
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            document = _record(line, encoding)
            if document.key in seen:
                raise _BadRecord(f"the id {document.key!r} was on an earlier line")
        except _BadRecord as bad:
            yield Fault(str(bad), str(number))
            continue
        seen.add(document.key)
        yield document


class _BadRecord(Exception):
    """Why a line is no document."""


def _record(line: str, encoding: str) -> Extracted:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as exc:
        raise _BadRecord(f"no valid JSON: {exc.msg} at character {exc.colno}; correct it") from exc
    except (ValueError, RecursionError) as exc:
        raise _BadRecord("no valid JSON: nested too deep, or a number without end") from exc
    if not isinstance(record, dict):
        raise _BadRecord("no JSON object")
    if isinstance(record.get("id"), int | float) and not isinstance(record["id"], bool):
        record["id"] = str(record["id"])
    for key in ("id", "title", "text"):
        if not isinstance(record.get(key), str):
            raise _BadRecord(f"`{key}` is {'no string' if key in record else 'missing'}")
    identity, body = storable(record["id"]), storable(record["text"])
    if not identity.strip():
        raise _BadRecord("`id` is empty")
    if not body.strip():
        raise _BadRecord("`text` is empty")
    return Extracted(
        body,
        title=one_line(record["title"]) or identity,
        author=listed(record.get("author")),
        publisher=one_line(record.get("publisher")),
        language=one_line(record.get("language")),
        published=None if record.get("published") is None else str(record["published"]),
        encoding=encoding,
        key=identity,
        source=one_line(record.get("source")),
    )
