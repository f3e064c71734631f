"""A file's bytes -> its Documents, whatever its format.

Single formats are left to `readers`, sentences and passages to `chunking`. Nothing here fails
because of one bad file: what cannot be read is told as `Skipped`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urlsplit

from assistant.documents import Document
from assistant.ingest.metadata.dates import NoDateError, iso_date
from assistant.ingest.metadata.languages import detected, language_code
from assistant.ingest.metadata.values import first_line_title
from assistant.ingest.readers.base import Extracted, Fault, Item, Remark, UnreadableError, storable
from assistant.ingest.readers.decoding import NotTextError, as_utf8
from assistant.ingest.readers.kinds import HEADED, Kind, kind_of
from assistant.ingest.readers.unseen import legible
from assistant.ingest.sources.walk import SourceFile, storable_name
from assistant.reports import FileNote

_BLANK = b"\0\t\n\r "  # a disk that failed leaves zeros

Detect = Callable[[str], str]
"""Text -> its language as a code of ISO 639-1, empty where that is not sure."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """What could not be read, and why; a part of a file is told as `name:place`."""

    note: FileNote


@dataclass(frozen=True, slots=True)
class Noted:
    """A remark on what was read, such as a guessed encoding."""

    note: FileNote


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file gave.

    Attributes:
        documents: in the file's order.
        skipped: what could not be read and why; a part of a file is told as `name:place`.
        notes: remarks on what was read, such as a guessed encoding.
    """

    documents: tuple[Document, ...] = ()
    skipped: tuple[FileNote, ...] = ()
    notes: tuple[FileNote, ...] = ()

    @classmethod
    def of(cls, items: Iterable[Document | Skipped | Noted]) -> Reading:
        """All that a file gave, gathered."""
        documents, skipped, notes = [], [], []
        for item in items:
            match item:
                case Document():
                    documents.append(item)
                case Skipped(note):
                    skipped.append(note)
                case Noted(note):
                    notes.append(note)
        return cls(tuple(documents), tuple(skipped), tuple(notes))


def read_file(
    file: SourceFile, data: bytes, *, detect: Detect | None = detected
) -> Iterator[Document | Skipped | Noted]:
    """The documents in a file whose bytes are `data`, one by one, and what is to be told of them.

    Never raises because of what the bytes hold.

    Args:
        file: its suffix tells its kind.
        data: all of its bytes.
        detect: finds out a document's language where the file does not say it, which takes half a
            second the first time; None to go without.
    """
    kind, suffix = kind_of(file.path.name), file.path.suffix
    assert kind is not None, f"{file.path} is of no kind that is read"
    if not data.strip(_BLANK):
        yield Skipped(FileNote(file.name, "empty"))
        return
    extract = import_module(f"assistant.ingest.{kind.module}").extract
    # An address need not end in what tells the kind of what it holds.
    name = file.name if file.name.endswith(suffix) else file.name + suffix
    encoding = ""
    if file.charset and kind.is_text:
        data, encoding = as_utf8(data, file.charset)
    try:
        for item in extract(data, name):
            if encoding and isinstance(item, Extracted):
                item = replace(item, encoding=encoding)
            yield from _told(item, file, kind, detect)
    except (NotTextError, UnreadableError) as exc:
        yield Skipped(FileNote(file.name, _printable(str(exc))))


def _told(
    item: Item, file: SourceFile, kind: Kind, detect: Detect | None
) -> Iterator[Document | Skipped | Noted]:
    place = f"{file.name}:{item.place}" if isinstance(item, Fault | Remark) and item.place else ""
    match item:
        case Fault(reason):
            yield Skipped(FileNote(place or file.name, _printable(reason)))
        case Remark(text):
            yield Noted(FileNote(place or file.name, _printable(text)))
        case Extracted():
            yield from _documents(item, file, kind, detect)


def _printable(told: str) -> str:
    """What is told on one line: a name in it comes from the file, and may hold anything."""
    return " ".join("".join(c if c.isprintable() else " " for c in told).split())


def _documents(
    found: Extracted, file: SourceFile, kind: Kind, detect: Detect | None
) -> Iterator[Document | Noted]:
    """The document, with what its text says of itself where the format does not."""
    from assistant.ingest.metadata.bylines import about

    text, pages = legible(storable(found.text), found.pages)
    language = language_code(found.language) or (detect(text) if detect else "")
    told = about(text, found.language or language, kind.media_type in HEADED)
    published = told.published
    try:
        published = iso_date(found.published, found.language or language) or published
    except NoDateError as exc:
        yield Noted(FileNote(f"{file.name}:{found.key}" if found.key else file.name, str(exc)))
    if published is None:
        with suppress(NoDateError):
            published = iso_date(found.made)
    yield Document(
        id=found.key or file.name,
        source=found.source or (file.name if file.host else storable_name(str(file.path))),
        title=legible(found.title)[0] or first_line_title(text) or _title(file),
        text=text,
        published=published,
        publisher=found.publisher or told.publisher or (not found.source and file.host) or None,
        media_type=kind.media_type,
        pages=pages,
        author=found.author or told.author or None,
        language=language or None,
        encoding=found.encoding or None,
    )


def _title(file: SourceFile) -> str:
    """What stands for a title where nothing else does: what the file is called."""
    if not file.host:
        return Path(file.name).stem
    return Path(unquote(urlsplit(file.name).path)).stem or file.host
