"""One indexing run: what is new, changed or gone, and what is embedded and written for it.

Window by window, so that memory is bounded and a crash loses some seconds of work at the most.
The lock, Chroma and repairs are left to `library`.
"""

from __future__ import annotations

import stat
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from assistant.acronyms import definitions
from assistant.catalogue import Catalogue, Change, Entry
from assistant.embedding import Embedder
from assistant.finding import (
    Found,
    Shut,
    SourceFile,
    Walk,
    key_path,
    name_under,
    path_key,
    read_bytes,
)
from assistant.reading import Reading, read_file
from assistant.register import FileRecord, Known, noted, told
from assistant.scopes import Scope, is_there, name_in
from assistant.segmenting import embedded_text, segment
from assistant.settings import Settings
from assistant.types import Document, FileNote

CUT = 5
"""Raise it when `reading`, `segmenting` or `acronyms` make something else of a document: all are
then read again."""

Progress = Callable[[int, int], None]
"""Told bytes of source files done, and in all."""

_MOST_WAITING = 1000  # changes or passages held in memory before they are written


@dataclass(frozen=True, slots=True)
class Due:
    """A file that is to be read: it is new, or has changed.

    Attributes:
        file: as reading takes it.
        record: what will be remembered of it, but for its hash.
        known: what is remembered of it so far.
        left_out: ids of documents in it that were removed by hand.
    """

    file: SourceFile
    record: FileRecord
    known: Known | None
    left_out: frozenset[str]


@dataclass(slots=True)
class Run:
    """One indexing run: decides file by file, embeds and writes window by window."""

    catalogue: Catalogue
    embedder: Embedder
    settings: Settings
    progress: Progress | None
    deliver: Callable[[], None]
    total: int = 0  # bytes of source files, to tell progress by
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    embedded: int = 0
    ignored: int = 0
    excluded: int = 0
    skipped: list[FileNote] = field(default_factory=list)
    notes: list[FileNote] = field(default_factory=list)
    _texts: dict[bytes, str] = field(default_factory=dict)
    _changes: list[Change] = field(default_factory=list)
    _waiting: int = 0
    _left: list[int] = field(default_factory=list)
    _gone: array[int] = field(default_factory=lambda: array("q"))
    _documents_gone: int = 0
    _reached: float = 0.0
    _written: float = 0.0

    def take(self, scopes: Iterable[Scope]) -> None:
        """Bring the scopes up to date.

        What is gone from the disk leaves the index last: it may have moved, and until it is written
        at its new place it stays known at the old one. What is excluded leaves it at once.
        """
        for scope in scopes:
            for due in self._changed(scope):
                self._read(due)
        self._flush()
        self.removed += self._documents_gone
        for start in range(0, len(self._gone), _MOST_WAITING):
            self.catalogue.remove_numbered(self._gone[start : start + _MOST_WAITING])
            self.deliver()

    def _changed(self, scope: Scope) -> Iterator[Due]:
        """The scope's files that are to be read; what else became of files is counted and told.

        Both the disk and the catalogue give them in the order of their paths, so that one look at
        each is enough and neither is ever held as a whole.
        """
        before = len(self._gone), self._documents_gone
        walk = scope.walk()
        rows = self.catalogue.register.under(path_key(scope.start), scope.besides)
        known = next(rows, None)
        for found in walk:
            while known is not None and known.record.path < found.key:
                self._missing(known, walk)
                known = next(rows, None)
            if isinstance(found, Shut):
                kept = 0
                while known is not None and found.holds(known.record.path):
                    kept += known.documents
                    known = next(rows, None)
                self._keep(kept, FileNote(name_under(found.path, walk.root), found.reason))
            elif known is not None and known.record.path == found.key:
                yield from self._compared(found, known, scope)
                known = next(rows, None)
            else:
                yield self._due(found, None, scope)
        while known is not None:
            self._missing(known, walk)
            known = next(rows, None)
        self._leave()
        if not is_there(scope.root):  # a disk was taken away: what went with it is not gone
            self._keep(
                self._documents_gone - before[1], FileNote(scope.root.path, "went during the run")
            )
            del self._gone[before[0] :]
            self._documents_gone = before[1]
        self.notes += walk.notes
        self.ignored += walk.ignored
        self.excluded += walk.excluded

    def _compared(self, found: Found, known: Known, scope: Scope) -> Iterator[Due]:
        """The file, if it is no longer as it was when it was last read."""
        record = known.record
        then = (record.size, record.mtime_ns, record.recipe)
        if then != (found.size, found.mtime_ns, self._recipe):
            yield self._due(found, known, scope)
            return
        self._settle(known)
        self._reached += found.size

    def _settle(self, known: Known) -> None:
        """Count a file that is as it was; what could not be read of it is told again."""
        self.unchanged += known.documents
        self.skipped += told(known.record.fault)

    def _due(self, found: Found, known: Known | None, scope: Scope) -> Due:
        # A file stays under the root it was first found in, so that its documents keep their ids.
        root = known.record.root if known else scope.root.path
        folder = key_path(root)
        file = SourceFile(Path(found.path), folder, name_under(found.path, folder))
        record = FileRecord(found.key, root, found.size, found.mtime_ns, "", self._recipe)
        left_out = scope.root.removed.get(name_in(scope.root, found.key))
        return Due(file, record, known, left_out or frozenset())

    def _missing(self, known: Known, walk: Walk) -> None:
        """What becomes of a file that the walk did not come to."""
        path = key_path(known.record.path)
        try:
            is_left = stat.S_ISREG(path.lstat().st_mode) and walk.admits(path)
        except (FileNotFoundError, NotADirectoryError):
            self._vanish(known)
        except OSError:
            self._keep(known.documents, FileNote(known.record.path, "cannot be reached now"))
        else:
            if is_left:  # it came back while the walk was under way
                self.unchanged += known.documents
                return
            self._left.append(known.number)
            self.removed += known.documents
            if len(self._left) >= _MOST_WAITING:
                self._leave()

    def _vanish(self, known: Known) -> None:
        self._gone.append(known.number)
        self._documents_gone += known.documents

    def _leave(self) -> None:
        """Remove what is excluded now, or of a kind that is not read."""
        if self._left:
            self.catalogue.remove_numbered(self._left)
            self.deliver()
            self._left.clear()

    def _read(self, due: Due) -> None:
        start = self._reached
        try:
            data = read_bytes(due.file.path)
        except FileNotFoundError:  # it went while the walk was under way
            if due.known:
                self._vanish(due.known)
        except OSError as exc:
            documents = due.known.documents if due.known else 0
            self._keep(documents, FileNote(due.file.name, exc.strerror or str(exc)))
        else:
            digest = sha256(data).hexdigest()
            record = replace(due.record, sha256=digest)
            was = due.known and (due.known.record.sha256, due.known.record.recipe)
            if due.known and was == (digest, record.recipe):
                self._settle(due.known)
                self._queue(Change(replace(record, fault=due.known.record.fault)))
            else:
                self._take_reading(due, record, Reading.of(read_file(due.file, data)))
        self._reached = start + due.record.size

    def _take_reading(self, due: Due, record: FileRecord, reading: Reading) -> None:
        known = due.known
        self.notes += reading.notes
        documents = [each for each in reading.documents if each.id not in due.left_out]
        kept = known.documents if known and not documents else 0
        if reading.skipped:
            record = replace(record, fault=noted(self._keep(kept, *reading.skipped)))
            if not documents:
                self._queue(Change(record))
                return
        # Until its last document is written, the file counts as not yet read.
        unfinished = replace(record, size=-1, sha256="", fault="")
        if known is not None:
            unfinished = replace(unfinished, recipe=known.record.recipe)
        old = self.catalogue.documents(record.path) if known is not None else {}
        current = old if known is not None and known.record.recipe == record.recipe else {}
        for document in documents:
            if current.get(document.id) == document:
                self.unchanged += 1
            else:
                self.updated += document.id in old
                self.added += document.id not in old
                self._queue(Change(unfinished, (self._entry(document),)))
            self._reached += record.size / len(documents)
        gone = set(old) - {document.id for document in documents}
        if reading.skipped:  # what is missing may be what could not be read
            self.unchanged += len(gone - due.left_out)
            gone &= due.left_out
        self.removed += len(gone)
        self._queue(Change(record, gone=tuple(gone)))

    def _keep(self, documents: int, *notes: FileNote) -> list[FileNote]:
        """Report what cannot be read now, and how; the documents that are known of it stay."""
        self.unchanged += documents
        kept = "; what was indexed of it before is kept" if documents else ""
        skipped = [FileNote(note.path, note.reason + kept) for note in notes]
        self.skipped += skipped
        return skipped

    @property
    def _recipe(self) -> str:
        return f"{CUT}/{self.settings.passage_tokens}"

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
            self.progress(min(round(done), self.total), self.total)
