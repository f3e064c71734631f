"""A folder of files that a test writes, indexed and asked through the Python interface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from assistant import Assistant


@contextmanager
def indexed(folder: Path, files: Mapping[str, str | bytes]) -> Iterator[Assistant]:
    """An assistant over these files, without a model."""
    docs = folder / "docs"
    for name, content in files.items():
        path = docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
    with Assistant.open(folder / "index", llm="none") as assistant:
        assistant.index([docs])
        yield assistant


def first(assistant: Assistant, query: str) -> str:
    """Id of the document that a search finds first, which must hold the words themselves."""
    hit = assistant.search(query)[0]
    return hit.passage.document.id if "bm25" in hit.ranks else ""


def quoted(assistant: Assistant, question: str) -> list[str]:
    """What an answer quotes; nothing where the question is refused."""
    return [citation.quote for citation in assistant.ask(question).citations]
