"""One indexing run: what is new, changed or gone, and what becomes of each file.

Reading files is left to `pool`, embedding and writing to `pipeline`, the lock, Chroma and
repairs to `library`.
"""

from __future__ import annotations

import os
import stat
import time
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from assistant.documents import Document
from assistant.errors import UsageError
from assistant.ingest.readers import Noted, Skipped
from assistant.ingest.sources import (
    Downloads,
    Found,
    Shut,
    SourceFile,
    Walk,
    host_of,
    key_path,
    name_under,
    path_key,
)
from assistant.ingest.workers import Closed, Cut, Event, Job, Opened, ReadingPool, Unchanged
from assistant.models.embeddings import Embedder
from assistant.net import shown
from assistant.reports import FileNote, IndexProgress
from assistant.settings import Settings
from assistant.store.database import Catalogue, Change, Entry
from assistant.store.pipeline import MOST_WAITING, Pipeline
from assistant.store.sync_plan import Scope, is_there, name_in
from assistant.store.tracked_files import FileRecord, Known, noted, told

CUT = 7
"""Raise it when `registry`, `passages` or `acronyms` make something else of a document: all are
then read again."""

_TICK = 2_000_000_000
"""Nanoseconds between two times that every file system tells apart. What changes again within one
keeps its time, so what changed that shortly before a run is looked at again by the next one."""

Progress = Callable[[IndexProgress], None]
"""Told from time to time how far a run is, and at its end."""


@dataclass(slots=True)
class _Gone:
    """Files of a scope that are no longer on the disk: their numbers, and how many documents."""

    scope: Scope
    files: array[int] = field(default_factory=lambda: array("q"))
    documents: int = 0

    def add(self, known: Known) -> None:
        """Note a file."""
        self.files.append(known.number)
        self.documents += known.documents


@dataclass(frozen=True, slots=True)
class Due:
    """A file that is to be read: it is new, or has changed.

    Attributes:
        file: as reading takes it.
        record: what will be remembered of it, but for its hash.
        known: what is remembered of it so far.
        left_out: ids of documents in it that were removed by hand.
        gone: where it belongs if it goes before it is read; None for what a web address held,
            whose documents only the user takes away.
    """

    file: SourceFile
    record: FileRecord
    known: Known | None
    left_out: frozenset[str]
    gone: _Gone | None

    @property
    def job(self) -> Job:
        """What the pool is told of it."""
        was = self.known.record if self.known else None
        same = was.sha256 if was and was.recipe == self.record.recipe else ""
        return Job(self.file, same, self.record.size)

    @property
    def documents(self) -> int:
        """How many it gave when it was last read."""
        return self.known.documents if self.known else 0


@dataclass(slots=True)
class _Read:
    """What has been told so far of the file that is being read.

    Attributes:
        record: what is remembered of it once all is written.
        unfinished: what is until then: it counts as not yet read.
        settled: whether it stayed as it was while it was read.
        old: ids of the documents it gave when it was last read.
        gone: those that it has not given this time, so far.
        faults: what could not be read of it.
        remarks: what is to be known of how it was read.
        documents: how many it gave.
        left: bytes of it that are not yet counted as done.
    """

    record: FileRecord
    unfinished: FileRecord
    settled: bool
    old: frozenset[str]
    gone: set[str]
    left: float
    faults: list[FileNote] = field(default_factory=list)
    remarks: list[FileNote] = field(default_factory=list)
    documents: int = 0

    def share(self, size: int) -> float:
        """Bytes that are done with a document of `size` characters."""
        share = min(size, self.left)
        self.left -= share
        return share


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
    _pipeline: Pipeline = field(init=False)
    _dues: deque[Due] = field(default_factory=deque)  # handed to the pool, not yet told of
    _read: _Read | None = None
    _left: list[int] = field(default_factory=list)
    _gone: list[_Gone] = field(default_factory=list)
    _done: float = 0.0  # bytes of source files
    _begun: float = field(default_factory=time.monotonic)
    _settled: int = field(default_factory=lambda: time.time_ns() - _TICK)  # no later change kept it

    def __post_init__(self) -> None:
        self._pipeline = Pipeline(self.catalogue, self.embedder, self.deliver, self._count)

    def take(
        self, scopes: Iterable[Scope], addresses: Iterable[str] = (), allow_private: bool = False
    ) -> None:
        """Bring the scopes up to date, and fetch web addresses, from private networks if allowed.

        What is gone from the disk leaves the index last: it may have moved, and until it is written
        at its new place it stays known at the old one. What is excluded leaves it at once.
        """
        pool = ReadingPool(self.settings.passage_tokens)
        with self._pipeline, Downloads(allow_private) as downloads, pool:
            for event in pool.read(self._jobs(scopes, addresses, downloads)):
                self._hear(event)
            self._pipeline.finish()
        self.embedded = self._pipeline.embedded
        for gone in self._gone:
            self._take_away(gone)

    def _jobs(
        self, scopes: Iterable[Scope], addresses: Iterable[str], downloads: Downloads
    ) -> Iterator[Job]:
        found = (due for scope in scopes for due in self._changed(scope))
        for due in chain(found, self._fetched(addresses, downloads)):
            self._dues.append(due)
            yield due.job

    def _fetched(self, addresses: Iterable[str], downloads: Downloads) -> Iterator[Due]:
        """What the addresses hold now; one that cannot be had keeps what it gave before."""
        for address in addresses:
            known = next(self.catalogue.register.under(address), None)
            self._tell(fetching=host_of(address))
            try:
                file = downloads.get(address)
            except UsageError as exc:
                reason = str(exc).removeprefix(shown(address)).strip(" .")
                self._keep(known.documents if known else 0, FileNote(address, reason))
                continue
            finally:
                self._tell()
            if file.host and file.host != host_of(address):
                self.notes.append(FileNote(address, f"leads to {file.host}, whose page was read"))
            size = file.path.stat().st_size
            self.total += size
            # The same bytes are read anew where the server tells something else of them.
            recipe = f"{self._recipe}{file.path.suffix}/{file.charset}"
            record = FileRecord(address, address, size, 0, "", recipe)
            yield Due(file, record, known, frozenset(), None)

    def _take_away(self, gone: _Gone) -> None:
        root = gone.scope.root
        if not is_there(root):  # a disk was taken away: what went with it is not gone
            self._keep(gone.documents, FileNote(root.path, "went during the run"))
            return
        self.removed += gone.documents
        for start in range(0, len(gone.files), MOST_WAITING):
            self.catalogue.remove_numbered(gone.files[start : start + MOST_WAITING])
            self.deliver()

    def _changed(self, scope: Scope) -> Iterator[Due]:
        """The scope's files that are to be read; what else became of files is counted and told.

        Both the disk and the catalogue give them in the order of their paths, so that one look at
        each is enough and neither is ever held as a whole.
        """
        gone = _Gone(scope)
        self._gone.append(gone)
        walk = scope.walk()
        rows = self.catalogue.register.under(path_key(scope.start), scope.besides)
        known = next(rows, None)
        for found in walk:
            while known is not None and known.record.path < found.key:
                self._missing(known, walk, gone)
                known = next(rows, None)
            if isinstance(found, Shut):
                kept = 0
                while known is not None and found.holds(known.record.path):
                    kept += known.documents
                    known = next(rows, None)
                self._keep(kept, FileNote(name_under(found.path, walk.root), found.reason))
            elif known is not None and known.record.path == found.key:
                yield from self._compared(found, known, gone)
                known = next(rows, None)
            else:
                yield self._due(found, None, gone)
        while known is not None:
            self._missing(known, walk, gone)
            known = next(rows, None)
        self._leave()
        self.notes += walk.notes
        self.ignored += walk.ignored
        self.excluded += walk.excluded

    def _compared(self, found: Found, known: Known, gone: _Gone) -> Iterator[Due]:
        """The file, if it is no longer as it was when it was last read."""
        record = known.record
        then = (record.size, record.mtime_ns, record.recipe)
        if then != (found.size, found.mtime_ns, self._recipe):
            yield self._due(found, known, gone)
            return
        self._settle(known)
        self._count(found.size)

    def _settle(self, known: Known) -> None:
        """Count a file that is as it was; what could not be read of it is told again."""
        self.unchanged += known.documents
        self.skipped += told(known.record.fault)

    def _due(self, found: Found, known: Known | None, gone: _Gone) -> Due:
        # A file stays under the root it was first found in, so that its documents keep their ids.
        root = known.record.root if known else gone.scope.root.path
        folder = key_path(root)
        file = SourceFile(Path(found.path), folder, name_under(found.path, folder))
        record = FileRecord(found.key, root, found.size, found.mtime_ns, "", self._recipe)
        own = gone.scope.root
        left_out = own.removed.get(name_in(own, found.key), frozenset())
        return Due(file, record, known, left_out, gone)

    def _missing(self, known: Known, walk: Walk, gone: _Gone) -> None:
        """What becomes of a file that the walk did not come to."""
        path = key_path(known.record.path)
        try:
            is_left = stat.S_ISREG(path.lstat().st_mode) and walk.admits(path)
        except (FileNotFoundError, NotADirectoryError):
            gone.add(known)
        except OSError:
            self._keep(known.documents, FileNote(known.record.path, "cannot be reached now"))
        else:
            if is_left:  # it came back while the walk was under way
                self.unchanged += known.documents
                return
            self._left.append(known.number)
            self.removed += known.documents
            if len(self._left) >= MOST_WAITING:
                self._leave()

    def _leave(self) -> None:
        """Remove what is excluded now, or of a kind that is not read."""
        if self._left:
            self.catalogue.remove_numbered(self._left)
            self.deliver()
            self._left.clear()

    def _hear(self, event: Event) -> None:
        """What is told of the first file that is due: here files become changes."""
        match event:
            case Opened():
                self._read = self._opened(self._dues[0], event)
            case Cut() if self._read is not None:
                self._cut(event, self._dues[0], self._read)
            case Skipped(note) if self._read is not None:
                self._read.faults.append(note)
            case Noted(note):
                self.notes.append(note)
                if self._read is not None:
                    self._read.remarks.append(note)
            case Unchanged() if self._read is not None:
                self._same(self._next(), self._read)
                self._read = None
            case Closed() if self._read is not None:
                self._closed(event, self._next(), self._read)
                self._read = None
            case Closed():
                self._unopened(event, self._next())

    def _next(self) -> Due:
        """The first file that is due, which no more will be told of."""
        due = self._dues.popleft()
        if due.gone is None:  # it was made for this run alone
            due.file.path.unlink(missing_ok=True)
        return due

    def _opened(self, due: Due, told: Opened) -> _Read:
        mtime_ns = told.mtime_ns if told.mtime_ns < self._settled else -1
        record = replace(due.record, size=told.size, mtime_ns=mtime_ns, sha256=told.sha256)
        # Until its last document is written, the file counts as not yet read.
        unfinished = replace(record, size=-1, sha256="")
        if due.known is not None:
            unfinished = replace(unfinished, recipe=due.known.record.recipe)
        old = self.catalogue.document_ids(record.path) if due.known else []
        return _Read(record, unfinished, told.settled, frozenset(old), set(old), due.record.size)

    def _cut(self, cut: Cut, due: Due, file: _Read) -> None:
        document = cut.document
        if document.id in due.left_out:
            return
        file.documents += 1
        file.gone.discard(document.id)
        size = file.share(len(document.text))
        if document.id in file.old and self._is_as_it_was(document, due):
            self.unchanged += 1
            self._count(size)
            return
        self.updated += document.id in file.old
        self.added += document.id not in file.old
        entry = Entry(document, cut.passages, cut.hashes, cut.acronyms)
        self._pipeline.add(Change(file.unfinished, (entry,)), cut.hashes, cut.texts, size)

    def _is_as_it_was(self, document: Document, due: Due) -> bool:
        """Whether the catalogue has the document, cut as it would be now."""
        assert due.known is not None
        was = due.known.record
        return (
            was.recipe == due.record.recipe
            and self.catalogue.document(was.path, document.id) == document
        )

    def _same(self, due: Due, file: _Read) -> None:
        """A file that was touched, but holds what it held."""
        assert due.known is not None
        self._settle(due.known)
        was = due.known.record
        record = replace(file.record, fault=was.fault, remarks=was.remarks)
        if record == was:
            self._count(file.left)
        else:
            self._pipeline.add(Change(record), size=file.left)

    def _unopened(self, closed: Closed, due: Due) -> None:
        """A file that gave nothing at all."""
        if due.gone is None or os.path.lexists(due.file.path):
            self._keep(due.documents, FileNote(due.file.name, closed.fault))
        elif due.known is not None:  # it went while the walk was under way
            due.gone.add(due.known)
        self._count(due.record.size)

    def _closed(self, closed: Closed, due: Due, file: _Read) -> None:
        """All is told of a file: it counts as read unless what went wrong may pass."""
        if closed.fault:
            file.faults.append(FileNote(due.file.name, closed.fault))
        if not file.settled:
            told = "changed while it was read; it is read again by the next run"
            file.faults.append(FileNote(due.file.name, told))
        record = replace(file.record, remarks=noted(file.remarks))
        if file.faults:
            kept = self._keep(0 if file.documents else due.documents, *file.faults)
            record = replace(record, fault=noted(kept))
        is_final = file.settled and (closed.lasting or not closed.fault)
        if not is_final and not file.documents:  # it is due again as it stands
            self._count(file.left)
            return
        gone = file.gone
        if file.faults:  # what is missing may be what could not be read
            self.unchanged += len(gone - due.left_out) if file.documents else 0
            gone = gone & due.left_out
        self.removed += len(gone)
        change = Change(record if is_final else file.unfinished, gone=tuple(gone))
        self._pipeline.add(change, size=file.left)

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

    def _count(self, size: float) -> None:
        """Count bytes of source files as done, and tell it."""
        self._done += size
        self._tell()

    def _tell(self, fetching: str = "") -> None:
        if self.progress is not None:
            self.progress(
                IndexProgress(
                    done=min(round(self._done), self.total),
                    total=self.total,
                    documents=self.added + self.updated + self.unchanged,
                    embedded=self._pipeline.embedded,
                    seconds=time.monotonic() - self._begun,
                    fetching=fetching,
                )
            )
