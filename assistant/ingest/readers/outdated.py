"""Formats that are told of instead of read: old ones of office programs, and other makers'."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from assistant.ingest.readers.base import Item, UnreadableError

_REMEDIES = {
    ".doc": "old Word format; save it as .docx",
    ".rtf": "rich text; save it as .docx",
    ".odt": "OpenDocument text; save it as .docx",
    ".pages": "Pages document; export it as .docx",
    ".xls": "old Excel format; save it as .xlsx",
    ".xlsb": "binary Excel format; save it as .xlsx",
    ".ods": "OpenDocument spreadsheet; save it as .xlsx",
    ".numbers": "Numbers spreadsheet; export it as .xlsx",
    ".ppt": "old PowerPoint format; save it as .pptx",
    ".pps": "old PowerPoint format; save it as .pptx",
    ".odp": "OpenDocument presentation; save it as .pptx",
}


def extract(data: bytes, name: str) -> Iterator[Item]:
    """Nothing; why, and what to do about it, is the error's message."""
    raise UnreadableError(_REMEDIES[PurePosixPath(name).suffix.lower()])
    yield  # an iterator, as of every format
