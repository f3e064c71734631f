"""Labelled statements about documents, each with the span of the document that it was made of.

Read from JSON lines. Nothing is checked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from assistant.evaluation.json_lines import read_objects
from assistant.evaluation.judgements import hash_of

SHAPE = (
    '{"document": "a.txt", "start": 0, "end": 90, "kind": "split", "faithful": true, "text": "..."}'
)


@dataclass(frozen=True, slots=True)
class Item:
    """A statement and what it was made of.

    Attributes:
        text: the statement.
        kind: what was done to the sentence, e.g. `negation`.
        faithful: whether it says what its source says.
        document: id of the document.
        start, end: half-open character range of its source in the document's text.
        change: what was changed, e.g. `100 -> 50`; empty where nobody said.
    """

    text: str
    kind: str
    faithful: bool
    document: str
    start: int
    end: int
    change: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of a line in a file of statements."""
        return {
            "document": self.document, "start": self.start, "end": self.end, "kind": self.kind,
            "faithful": self.faithful, "text": self.text, "change": self.change,
        }  # fmt: skip


def load_statements(path: Path, lengths: Mapping[str, int], half: str | None = None) -> list[Item]:
    """Statements from JSON lines, those of documents in the given half.

    A document that is not among `lengths` is passed over: a file may hold statements of several
    collections.

    Raises:
        UsageError: the file or a line cannot be read, a span does not fit its document, or no
            statement is left.
    """
    items = []
    for place, record in read_objects(path, SHAPE):
        item = _read(place, record)
        if item.document not in lengths or not in_half(item.document, half):
            continue
        if item.end > lengths[item.document]:
            raise UsageError(
                f"{place}: ends at {item.end}, but {item.document!r} has "
                f"{lengths[item.document]} characters; give offsets into this very text."
            )
        items.append(item)
    if not items:
        raise UsageError(
            f"{path} holds no statement about a document of CORPUS (in this half); "
            "name documents by the id of a JSONL record or the path relative to CORPUS."
        )
    return items


def in_half(document: str, half: str | None) -> bool:
    """Whether a document belongs to a half, by the SHA-256 of its id."""
    return half is None or hash_of(document) % 2 == (half == "odd")


def _read(place: str, record: Mapping[str, Any]) -> Item:
    document, start, end = (record.get(key) for key in ("document", "start", "end"))
    kind, faithful, text = (record.get(key) for key in ("kind", "faithful", "text"))
    if (
        isinstance(document, str) and type(start) is int and type(end) is int
        and 0 <= start < end and isinstance(kind, str) and kind
        and isinstance(faithful, bool) and isinstance(text, str) and text.strip()
    ):  # fmt: skip
        return Item(text, kind, faithful, document, start, end, str(record.get("change", "")))
    raise UsageError(f"{place}: no statement with its source; give {SHAPE}.")
