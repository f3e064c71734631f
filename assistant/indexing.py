"""One indexing run: what is new, changed or gone, and what is embedded and written for it.

Window by window, so that memory is bounded and a crash loses some seconds of work at the most.
The lock, Chroma and repairs are left to `library`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from assistant.acronyms import definitions
from assistant.catalogue import Catalogue, Change, Entry, FileRecord
from assistant.embedding import Embedder
from assistant.finding import SourceFile, read_bytes
from assistant.reading import Reading, read_file
from assistant.segmenting import embedded_text, segment
from assistant.settings import Settings
from assistant.types import Document, FileNote

CUT = 5
"""Raise it when `reading`, `segmenting` or `acronyms` make something else of a document: all are
then read again."""

Progress = Callable[[int, int], None]
"""Told bytes of source files done, and in all."""

_MOST_WAITING = 1000  # changes or passages held in memory before they are written


@dataclass(slots=True)
class Run:
    """One indexing run: decides file by file, embeds and writes window by window."""

    catalogue: Catalogue
    embedder: Embedder
    settings: Settings
    progress: Progress | None
    deliver: Callable[[], None]
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    embedded: int = 0
    skipped: list[FileNote] = field(default_factory=list)
    notes: list[FileNote] = field(default_factory=list)
    _known: dict[str, FileRecord] = field(init=False)
    _counts: dict[str, int] = field(init=False)
    _listed: set[str] = field(default_factory=set)
    _unread: list[str] = field(default_factory=list)
    _texts: dict[bytes, str] = field(default_factory=dict)
    _changes: list[Change] = field(default_factory=list)
    _waiting: int = 0
    _total: int = 0
    _reached: float = 0.0
    _written: float = 0.0

    def __post_init__(self) -> None:
        self._known = self.catalogue.files()
        self._counts = self.catalogue.documents_per_file()

    def take(self, files: Iterable[SourceFile]) -> None:
        """Bring the files up to date; one that was found twice, once."""
        unique: dict[Path, SourceFile] = {}
        for file in files:
            unique.setdefault(file.path, file)
        sizes = {path: _size(path) for path in unique}
        self._total = sum(sizes.values())
        for path, file in unique.items():
            start = self._reached
            self._listed.add(path_key(path))
            self._take_file(file, sizes[path])
            self._reached = start + sizes[path]
        self._flush()

    def remove_missing(self, roots: Iterable[Path]) -> None:
        """Remove what was indexed under the roots and is gone from there."""
        missing = [
            path
            for path in self._known
            if path not in self._listed and any(is_under(path, root) for root in roots)
        ]
        closed = [Path(path) for path in self._unread]
        gone = {
            path
            for path in missing
            if _is_gone(path) and not any(is_under(path, folder) for folder in closed)
        }
        if gone:
            self.catalogue.remove_files(gone)
            self.deliver()
        self.removed += sum(self._counts.get(path, 0) for path in gone)
        for path in missing:
            if path not in gone:
                self._keep(path, FileNote(path, "cannot be reached now"))

    def _take_file(self, file: SourceFile, size: int) -> None:
        key = path_key(file.path)
        known = self._known.get(key)
        if known is not None:
            file = _as_first_found(file, known.root)
        try:
            stat = file.path.stat()
            if known is not None and self._looks_unchanged(known, stat):
                self.unchanged += self._counts.get(key, 0)
                return
            data = read_bytes(file.path)
        except OSError as exc:
            self._unread.append(key)
            self._keep(key, FileNote(file.name, exc.strerror or str(exc)))
            return
        digest = sha256(data).hexdigest()
        recipe, root = self._recipe, path_key(file.root)
        record = FileRecord(key, root, stat.st_size, stat.st_mtime_ns, digest, recipe)
        if known is not None and (known.sha256, known.recipe) == (digest, recipe):
            self.unchanged += self._counts.get(key, 0)
            self._queue(Change(record))
        else:
            self._take_reading(known, record, Reading.of(read_file(file, data)), size)

    def _take_reading(
        self, known: FileRecord | None, record: FileRecord, reading: Reading, size: int
    ) -> None:
        self.notes += reading.notes
        self._report_skipped(record.path, reading)
        if not reading.documents and (reading.skipped or known is None):
            return
        # Until its last document is written, the file counts as not yet read.
        unfinished = replace(record, size=-1, sha256="")
        if known is not None:
            unfinished = replace(unfinished, recipe=known.recipe)
        old = self.catalogue.documents(record.path) if known is not None else {}
        current = old if known is not None and known.recipe == record.recipe else {}
        for document in reading.documents:
            if current.get(document.id) == document:
                self.unchanged += 1
            else:
                self.updated += document.id in old
                self.added += document.id not in old
                self._queue(Change(unfinished, (self._entry(document),)))
            self._reached += size / len(reading.documents)
        gone = set(old) - {document.id for document in reading.documents}
        if reading.skipped:  # what is missing may be what could not be read
            self.unchanged += len(gone)
            self._queue(Change(replace(record, size=-1, sha256="")))
        else:
            self.removed += len(gone)
            self._queue(Change(record, gone=tuple(gone)))

    def _report_skipped(self, key: str, reading: Reading) -> None:
        if reading.skipped and not reading.documents:
            self._keep(key, *reading.skipped)
        else:
            self.skipped += reading.skipped

    def _keep(self, key: str, *notes: FileNote) -> None:
        """Report what cannot be read now; what is known of it stays."""
        count = self._counts.get(key, 0)
        self.unchanged += count
        kept = "; what was indexed of it before is kept" if count else ""
        self.skipped += [FileNote(note.path, note.reason + kept) for note in notes]

    @property
    def _recipe(self) -> str:
        return f"{CUT}/{self.settings.passage_tokens}"

    def _looks_unchanged(self, known: FileRecord, stat: os.stat_result) -> bool:
        now = (stat.st_size, stat.st_mtime_ns, self._recipe)
        return (known.size, known.mtime_ns, known.recipe) == now

    def _entry(self, document: Document) -> Entry:
        passages = segment(document, self.embedder.offsets, self.settings.passage_tokens)
        texts = [embedded_text(passage) for passage in passages]
        hashes = [sha256(text.encode("utf-8", "replace")).digest() for text in texts]
        known = self.catalogue.known_hashes(hashes)
        new = zip(hashes, texts, strict=True)
        self._texts.update((key, text) for key, text in new if key not in known)
        self._waiting += len(passages)
        return Entry(document, passages, tuple(hashes), definitions(document.text))

    def _queue(self, change: Change) -> None:
        self._changes.append(change)
        self._waiting += 1
        if len(self._texts) >= self.embedder.window or self._waiting >= _MOST_WAITING:
            self._flush()

    def _flush(self) -> None:
        texts = list(self._texts.items())
        window = self.embedder.window
        for start in range(0, len(texts), window):
            part = texts[start : start + window]
            encoded = self.embedder.encode([text for _, text in part])
            self.catalogue.keep_embeddings([key for key, _ in part], encoded)
            self.embedded += len(part)
            self._tell((start + len(part)) / len(texts))
        if self._changes:
            self.catalogue.apply(self._changes)
            self.deliver()
        self._texts, self._changes, self._waiting = {}, [], 0
        self._tell(1.0)
        self._written = self._reached

    def _tell(self, share: float) -> None:
        """Report progress: `share` of what was read since the last window is embedded."""
        if self.progress is not None:
            done = self._written + share * (self._reached - self._written)
            self.progress(min(round(done), self._total), self._total)


def path_key(path: Path) -> str:
    """A path as text that SQLite can keep, whatever bytes it has."""
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")


def is_under(path: str, root: Path) -> bool:
    """Whether a file, by the path it is kept under, is `root` or lies in it."""
    folder = path_key(root)
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _is_gone(path: str) -> bool:
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return True  # there, but no longer listed as a file that is read


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _as_first_found(file: SourceFile, root: str) -> SourceFile:
    """The file under the root it is known by, so that its documents keep their ids."""
    if path_key(file.root) == root:
        return file
    path, known = file.path, Path(root)
    name = path.name if path == known else path.relative_to(known).as_posix()
    return SourceFile(path, known, name)
