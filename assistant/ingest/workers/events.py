"""What is told of files that are read in other processes, and how it goes through a pipe.

Messages are JSON, for data alone can come out of it, whatever became of the process that wrote
them. Offsets that lie outside their text are refused.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any

from assistant.documents import Document, Passage, Sentence
from assistant.ingest.chunking.passages import embedded_text
from assistant.ingest.readers.registry import Noted, Skipped
from assistant.ingest.sources.walk import SourceFile
from assistant.reports import FileNote

LONGEST_MESSAGE = 150_000_000
"""Bytes above which a message is not sent, nor taken."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost.

    Attributes:
        seconds, seconds_per_mb: how long is waited for it: so long, and so much longer for every
            million bytes of it.
        memory: bytes of a process that reads, the interpreter's 50 MB included; one process a core
            may have as much.
        characters: of the text of one document. A document is written in one piece, so it is in
            memory as a whole wherever it passes, with ten (English) to forty bytes a character.
    """

    seconds: float = 60.0
    seconds_per_mb: float = 5.0
    memory: int = 2_000_000_000
    characters: int = 20_000_000

    def time(self, size: int) -> float:
        """Seconds for a file of `size` bytes."""
        return self.seconds + self.seconds_per_mb * size / 1e6


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be read.

    Attributes:
        file: the file.
        known: SHA-256 of the content, in hexadecimal, that need not be read again; empty if none.
        size: its bytes as far as known, to share out the work and to allow for time.
    """

    file: SourceFile
    known: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """The file's bytes were read.

    Attributes:
        job: the file.
        size, mtime_ns: as they were before it was read.
        sha256: of what was read, in hexadecimal.
        settled: whether size and time were still the same afterwards; if not, what was read may be
            half old and half new.
    """

    job: Job
    size: int
    mtime_ns: int
    sha256: str
    settled: bool


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The file holds what is known of it; nothing more is told of it."""

    job: Job


@dataclass(frozen=True, slots=True)
class Cut:
    """One document, cut into passages.

    Attributes:
        document: the document.
        passages: its passages in order.
        texts: what is embedded for each.
        hashes: SHA-256 of each of `texts`.
        acronyms: what it defines, as (short, long) pairs.
    """

    document: Document
    passages: tuple[Passage, ...]
    texts: tuple[str, ...]
    hashes: tuple[bytes, ...]
    acronyms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """No more comes of the file.

    Attributes:
        job: the file.
        complete: whether nothing of it was left out.
        fault: why the file as a whole could not be read, or not to its end; else empty.
        lasting: whether the same bytes would meet this fault again, so that it can be remembered
            with their SHA-256; a permission or a broken disk may be mended without them.
    """

    job: Job
    complete: bool
    fault: str = ""
    lasting: bool = False


Event = Opened | Unchanged | Cut | Skipped | Noted | Closed
"""Of a file come `Opened`, then `Unchanged` or any number of `Cut`, `Skipped` and `Noted` and then
`Closed`; `Closed` alone if it could not be opened."""


class MessageError(Exception):
    """The bytes are no message."""


def job_message(job: Job) -> bytes:
    """A job as a line."""
    file = job.file
    parts = [str(file.path), file.name, file.charset, file.host, job.known]
    return json.dumps(parts).encode() + b"\n"


def message(*parts: object) -> bytes:
    """A message of a kind, a word, and what belongs to it."""
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def cut_message(
    document: Document, passages: Sequence[Passage], acronyms: Sequence[tuple[str, str]]
) -> bytes:
    """A document with its passages; each heading stands in it once, for it may be long."""
    headings = {passage.heading: 0 for passage in passages}
    headings = {heading: number for number, heading in enumerate(headings)}
    places = [
        (
            passage.id,
            passage.start,
            passage.end,
            headings[passage.heading],
            [place for each in passage.sentences for place in (each.start, each.end)],
        )
        for passage in passages
    ]
    values = [getattr(document, field.name) for field in fields(Document)]
    return message("cut", values, list(headings), places, acronyms)


def parsed(data: bytes) -> list[Any]:
    """The parts of a message, the first of which is its kind.

    Raises:
        MessageError: it is none.
    """
    try:
        parts = json.loads(data.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as exc:
        raise MessageError(str(exc)) from exc
    if not isinstance(parts, list) or not parts:
        raise MessageError("no list")
    return parts


def event(job: Job, parts: Sequence[Any]) -> Event:
    """What the parts of a message tell of the file.

    Raises:
        MessageError: they tell nothing, or something that cannot be.
    """
    try:
        match parts:
            case ["opened", int(size), int(mtime_ns), str(digest), bool(settled)]:
                return Opened(job, size, mtime_ns, digest, settled)
            case ["unchanged"]:
                return Unchanged(job)
            case ["cut", document, headings, places, acronyms]:
                return _cut(_document(document), headings, places, acronyms)
            case ["skipped", str(path), str(reason)]:
                return Skipped(FileNote(path, reason))
            case ["noted", str(path), str(reason)]:
                return Noted(FileNote(path, reason))
            case ["closed", bool(complete), str(fault), bool(lasting)]:
                return Closed(job, complete, fault, lasting)
    except (TypeError, ValueError, IndexError) as exc:
        raise MessageError(str(exc)) from exc
    raise MessageError(f"unknown: {parts[0]!r:.40}")


def _document(values: Sequence[Any]) -> Document:
    facts = dict(zip((field.name for field in fields(Document)), values, strict=True))
    pages = facts.pop("pages")
    document = Document(**facts, pages=tuple(map(int, pages)))
    strings = document.id, document.source, document.title, document.text, document.media_type
    others = document.published, document.publisher, document.author, document.language
    if not all(isinstance(value, str) for value in strings):
        raise ValueError("a document without its words")
    if not all(value is None or isinstance(value, str) for value in (*others, document.encoding)):
        raise ValueError("a document's facts are no text")
    return document


def _cut(document: Document, headings: Any, places: Any, acronyms: Any) -> Cut:
    passages = tuple(_passage(document, headings, *place) for place in places)
    texts = tuple(map(embedded_text, passages))
    hashes = tuple(sha256(text.encode("utf-8", "replace")).digest() for text in texts)
    pairs = tuple((str(short), str(long)) for short, long in acronyms)
    return Cut(document, passages, texts, hashes, pairs)


def _passage(
    document: Document, headings: Any, key: Any, start: Any, end: Any, heading: Any, flat: Any
) -> Passage:
    if not (isinstance(key, str) and 0 <= start < end <= len(document.text)):
        raise ValueError("a passage outside its document")
    sentences = tuple(map(Sentence, flat[::2], flat[1::2]))
    if any(not start <= each.start < each.end <= end for each in sentences):
        raise ValueError("a sentence outside its passage")
    return Passage(key, document, start, end, str(headings[heading]), sentences)
