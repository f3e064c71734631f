"""Files -> Documents: which files are read, and what they say of themselves.

Encodings are left to `decoding`, sentences and passages to `segmenting`. Nothing here fails because
of one bad file: what cannot be read is told in `Reading.skipped`.
"""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from assistant.decoding import NotTextError, decode
from assistant.errors import UsageError
from assistant.structure import blocks, front_matter, plain
from assistant.types import Document, FileNote

LARGEST_FILE = 200_000_000
"""Bytes above which a file is refused."""

_PLAIN, _MARKDOWN, _LINES = "text/plain", "text/markdown", "application/jsonl"
KINDS = {
    ".txt": _PLAIN,
    ".text": _PLAIN,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".jsonl": _LINES,
}
"""Suffix -> how files that end in it are read."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_PUBLISHER = re.compile(r"(?:source|publisher|published by)\s*:\s*(?!https?:)(\S.{0,99})", re.I)
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file found under a root that was given.

    Attributes:
        path: absolute and resolved.
        root: the folder or file that was given, absolute and resolved.
        name: path relative to the root, with `/`; the file name when the root is the file itself.
    """

    path: Path
    root: Path
    name: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file gave.

    Attributes:
        documents: in the file's order.
        skipped: what could not be read and why; a line of a file is told as `name:number`.
        notes: remarks on what was read, such as a guessed encoding.
    """

    documents: tuple[Document, ...] = ()
    skipped: tuple[FileNote, ...] = ()
    notes: tuple[FileNote, ...] = ()


def find_files(root: Path) -> tuple[list[SourceFile], int]:
    """The files of a kind that is read, sorted by name, and how many of other kinds were ignored.

    Hidden files and folders are passed over, and so are links to folders and links that lead out of
    the root. A folder that may not be opened is listed like a file, so that `read_bytes` tells why.

    Raises:
        UsageError: the root is missing, or is a file of a kind that is not read.
    """
    resolved = root.resolve()
    if resolved.is_dir():
        return _files_under(resolved)
    if not resolved.exists():
        raise UsageError(f"{root} does not exist; give a file or folder that does.")
    if not resolved.is_file() or _kind(resolved.name) is None:
        raise UsageError(f"{root} is of a kind that is not read; give {', '.join(KINDS)} files.")
    return [SourceFile(resolved, resolved, _storable_name(resolved.name))], 0


def read_bytes(path: Path, limit: int = LARGEST_FILE) -> bytes:
    """The file's bytes.

    Raises:
        OSError: it cannot be read, or has more than `limit` bytes; `strerror` says which.
    """
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        reason = f"larger than {limit // 1_000_000} MB; split it into smaller files"
        raise OSError(errno.EFBIG, reason, str(path))
    return data


def read_file(file: SourceFile, data: bytes) -> Reading:
    """The documents in a file whose bytes are `data`; never raises because of what they hold.

    `Document.text` is exactly the decoded text without its byte order mark.
    """
    try:
        text, remark = decode(data)
    except NotTextError as exc:
        return Reading(skipped=(FileNote(file.name, str(exc)),))
    reading = (_read_lines if _kind(file.name) == _LINES else _read_text)(file, text)
    remarks = (FileNote(file.name, remark),) if remark else ()
    return Reading(reading.documents, reading.skipped, remarks + reading.notes)


def _kind(name: str) -> str | None:
    return KINDS.get(os.path.splitext(name)[1].lower())


def _storable_name(name: str) -> str:
    """A path as text; bytes that are no UTF-8 (which Python holds as surrogates) are replaced."""
    return os.fsencode(name).decode("utf-8", "replace").replace(os.sep, "/")


def _files_under(root: Path) -> tuple[list[SourceFile], int]:
    files, ignored = [], 0
    for path in _walk(str(root)):
        if _kind(path) is None and not os.path.isdir(path):
            ignored += 1
        else:
            name = _storable_name(os.path.relpath(path, root))
            real = Path(os.path.realpath(path) if os.path.islink(path) else path)
            files.append(SourceFile(real, root, name))
    return sorted(files, key=lambda file: file.name), ignored


def _walk(root: str) -> Iterator[str]:
    """Every file below the root that may be read, and every folder that may not be opened."""
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            yield folder
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            elif entry.is_file() and (not entry.is_symlink() or _inside(entry.path, root)):
                yield entry.path


def _inside(path: str, root: str) -> bool:
    return os.path.commonpath((os.path.realpath(path), root)) == root


def _read_text(file: SourceFile, text: str) -> Reading:
    """A file that is one document."""
    kind = _kind(file.name) or _PLAIN
    about = _about_markdown(text) if kind == _MARKDOWN else _about_plain(text)
    document = Document(
        id=file.name,
        source=_storable_name(str(file.path)),
        title=about.title or Path(file.name).stem,
        text=text,
        published=about.published,
        publisher=about.publisher,
        media_type=kind,
    )
    return Reading((document,), (), tuple(FileNote(file.name, note) for note in about.notes))


@dataclass(slots=True)
class _About:
    """What a document says of itself."""

    title: str = ""
    published: str | None = None
    publisher: str | None = None
    notes: list[str] = field(default_factory=list)


def _about_markdown(text: str) -> _About:
    about = _About()
    yaml, _ = front_matter(text)
    facts = _facts(yaml, about.notes) if yaml else {}
    about.published = _published(facts.get("date") or facts.get("published"), about.notes)
    about.publisher = _line(facts.get("publisher") or facts.get("source")) or None
    headings = (plain(text[b.start : b.end]) for b in blocks(text, markdown=True) if b.level)
    about.title = _line(facts.get("title")) or next(headings, "")
    return about


def _facts(source: str, notes: list[str]) -> dict[str, Any]:
    """Front matter's keys, in lower case, and values; with a note when it cannot be parsed."""
    import yaml

    try:
        loaded = yaml.safe_load(source)
    except (yaml.YAMLError, ValueError, RecursionError):
        notes.append("front matter is no valid YAML and was passed over; correct it")
        return {}
    return {str(key).lower(): value for key, value in loaded.items()} if loaded else {}


def _about_plain(text: str) -> _About:
    about = _About(title=first_line_title(text))
    for line in reversed(text[-2000:].splitlines()[-12:]):
        match = _PUBLISHER.fullmatch(line.strip())
        if match:
            about.publisher = match[1]
            break
    return about


def first_line_title(text: str) -> str:
    """The first line if it stands alone above the rest and does not end as a sentence does."""
    lines = text.lstrip()[: 4 * _LONGEST_TITLE].splitlines()
    first = lines[0].strip()
    alone = len(lines) > 2 and not lines[1].strip() and any(line.strip() for line in lines[2:])
    ends = first.rstrip("\"'”’»)")[-1:] in ".!…。:;,"
    return "" if ends or not alone or len(first) > _LONGEST_TITLE else plain(first)


def _read_lines(file: SourceFile, text: str) -> Reading:
    """A file of one JSON document a line; a bad line is told of and passed over."""
    documents: dict[str, Document] = {}
    skipped, notes = [], []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place, remarks = f"{file.name}:{number}", list[str]()
        try:
            document = _record(line, file, remarks)
            if document.id in documents:
                raise _BadRecord(f"the id {document.id!r} was on an earlier line")
            documents[document.id] = document
        except _BadRecord as bad:
            skipped.append(FileNote(place, str(bad)))
        notes += [FileNote(place, remark) for remark in remarks]
    return Reading(tuple(documents.values()), tuple(skipped), tuple(notes))


class _BadRecord(Exception):
    """Why a line is no document."""


def _record(line: str, file: SourceFile, notes: list[str]) -> Document:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as exc:
        raise _BadRecord(f"no valid JSON: {exc}") from exc
    if not isinstance(record, dict):
        raise _BadRecord("no JSON object")
    if isinstance(record.get("id"), int | float) and not isinstance(record["id"], bool):
        record["id"] = str(record["id"])
    for key in ("id", "title", "text"):
        if not isinstance(record.get(key), str):
            raise _BadRecord(f"`{key}` is {'no string' if key in record else 'missing'}")
    identity, body = _storable(record["id"]), _storable(record["text"])
    if not identity.strip():
        raise _BadRecord("`id` is empty")
    if not body.strip():
        raise _BadRecord("`text` is empty")
    return Document(
        id=identity,
        source=_line(record.get("source")) or _storable_name(str(file.path)),
        title=_line(record["title"]) or identity,
        text=body,
        published=_published(record.get("published"), notes),
    )


def _published(value: object, notes: list[str]) -> str | None:
    """A date as ISO 8601, from a date, an ISO date or an ISO time; else None and a note."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if value is None or value == "":
        return None
    try:
        return datetime.fromisoformat(str(value).strip()).date().isoformat()
    except ValueError:
        notes.append(f"the date {_line(value)[:40]!r} is not like 2026-06-03 and was left out")
        return None


def _line(value: object) -> str:
    """A scalar as one line of text; empty for anything else."""
    if not isinstance(value, str | int | float | date):
        return ""
    return " ".join(_storable(str(value)).split())


def _storable(text: str) -> str:
    """The text without what SQLite cannot keep: NUL and lone surrogates."""
    return _UNSTORABLE.sub("\ufffd", text)
