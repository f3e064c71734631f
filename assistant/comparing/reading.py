"""A file or address -> the one document in it, read as for an index, in a process of its own."""

from __future__ import annotations

from pathlib import Path

from assistant.documents import Document
from assistant.errors import UsageError
from assistant.ingest.readers import Skipped
from assistant.ingest.sources import Downloads, SourceFile, find_files, named
from assistant.ingest.workers import Closed, Cut, Job, ReadingPool
from assistant.net import is_address, shown


def read_version(source: str | Path, passage_tokens: int) -> Document:
    """The document that a file or address holds.

    Raises:
        UsageError: it cannot be had or read, or holds none or several.
    """
    if isinstance(source, str) and is_address(source):
        with Downloads() as downloads:
            return _document(downloads.get(named(source)), shown(source), passage_tokens)
    path = Path(source)
    if path.is_dir():
        raise UsageError(f"{path} is a folder; give the file of one version.")
    [file], _ = find_files(path)
    return _document(file, str(path), passage_tokens)


def _document(file: SourceFile, name: str, passage_tokens: int) -> Document:
    documents: list[Document] = []
    reason = "it is empty"
    with ReadingPool(passage_tokens) as pool:
        for event in pool.read([Job(file)]):
            if isinstance(event, Cut):
                documents.append(event.document)
            elif isinstance(event, Skipped):
                reason = event.note.reason
            elif isinstance(event, Closed) and event.fault:
                reason = event.fault
    if not documents:
        raise UsageError(f"{name} cannot be compared: {reason}; give a file with text.")
    if len(documents) > 1:
        raise UsageError(
            f"{name} holds {len(documents)} documents; index it and give two of their ids."
        )
    return documents[0]
