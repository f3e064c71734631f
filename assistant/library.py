"""The documents that are indexed: add, update, remove, repair, status.

The only module that writes both stores. The catalogue is changed first and names what changed in
its outbox; the vector index follows, so that a crash at any point loses nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.catalogue import FORMAT, Catalogue, Change, Entry, FileRecord
from assistant.embedding import Embedder
from assistant.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexMissingError,
    StorageError,
    UsageError,
)
from assistant.reading import KINDS, Reading, SourceFile, find_files, read_bytes, read_file
from assistant.segmenting import embedded_text, segment
from assistant.settings import Settings
from assistant.types import Document, FileNote, IndexReport, IndexStatus
from assistant.vectors import VectorIndex

if TYPE_CHECKING:
    from filelock import FileLock

CUT = 1
"""Raise it when `reading` or `segmenting` cuts documents differently: all are then cut again."""

Progress = Callable[[int, int], None]
"""Told bytes of source files done, and in all."""

_WINDOW = 64  # texts embedded between two checkpoints: some seconds of work
_MOST_WAITING = 1000  # changes or passages held in memory before they are written
_DELIVERY = 1000  # vectors handed to Chroma at a time
_PROBES = 8
_WAIT = 2.0  # seconds for another process to end a repair


class Library:
    """One index: a folder with the catalogue and the vector index.

    Making one opens nothing. Reading needs no lock and goes on while another process writes.

    Raises (every method):
        NoUsableIndexError: there is no index, or it cannot be used; see its subclasses.
        ModelMissingError: the embedding model cannot be loaded.
    """

    def __init__(self, path: Path, embedder: Embedder, settings: Settings) -> None:
        """The index in the folder `path`, made of vectors by `embedder`."""
        self.path = path
        self._embedder = embedder
        self._settings = settings
        self._catalogue: Catalogue | None = None
        self._vectors: VectorIndex | None = None
        self._seen = -1

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of all files."""
        if self._vectors is not None:
            self._vectors.close()
        if self._catalogue is not None:
            self._catalogue.close()
        self._catalogue, self._vectors = None, None

    @property
    def exists(self) -> bool:
        """Whether there is an index that something was written to."""
        try:
            return bool(self.catalogue.roots())
        except IndexMissingError:
            return False

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue, for reading."""
        if self._catalogue is None:
            self._catalogue = self._opened(create=False)
        return self._catalogue

    @property
    def vectors(self) -> VectorIndex:
        """The vector index, for reading; what a crash or a deletion did to it is repaired first."""
        if self._vectors is None:
            self._seen = self.catalogue.generation()
            self._vectors = self._new_vectors()
            if self.catalogue.pending() or not self._is_sound(self._vectors):
                # Who cannot repair goes on reading: the catalogue is whole.
                with suppress(IndexLockedError, StorageError), self._writing(wait=0):
                    self._repair(self._vectors)
        return self._vectors

    def refresh(self) -> None:
        """See what other processes wrote since; cheap when they wrote nothing."""
        generation = self.catalogue.generation()
        if generation != self._seen and self._vectors is not None:
            self._vectors.reopen()
        self._seen = generation

    def status(self) -> IndexStatus:
        """What the index holds and how it was made."""
        documents, passages = self.catalogue.counts()
        return IndexStatus(
            path=str(self.path),
            documents=documents,
            passages=passages,
            vectors=self.vectors.count(),
            pending=self.catalogue.pending(),
            generation=self.catalogue.generation(),
            embedding=self._embedder.name,
            format=FORMAT,
            roots=self.catalogue.roots(),
            bytes=sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file()),
        )

    def index(self, paths: Sequence[Path] = (), progress: Progress | None = None) -> IndexReport:
        """Bring the index up to date with files and folders; all known ones if none is given.

        What is unchanged is not read, what is gone from a given folder is removed, and what
        cannot be read now stays as it was and is reported. Interrupting it loses some seconds.

        Raises:
            UsageError: a path is missing, or nothing in it can be read.
            IndexLockedError: another process is writing to this index.
        """
        started = time.monotonic()
        found = self._found(paths)
        with self._writing(wait=_WAIT):
            if not self.exists:
                self.close()
                self._catalogue = self._opened(create=True)
            vectors = self._vectors = self._vectors or self._new_vectors()
            self._repair(vectors)
            run = _Run(self.catalogue, self._embedder, self._settings, progress, self._deliver)
            run.take(file for files, _ in found.values() for file in files)
            run.remove_missing(found)
            self.catalogue.forget_unused()
            self._seen = self.catalogue.generation()
        ignored = sum(count for _, count in found.values())
        return self._report(run, ignored, time.monotonic() - started)

    def _report(self, run: _Run, ignored: int, seconds: float) -> IndexReport:
        if not (run.added or run.updated or run.unchanged or run.removed):
            self.close()
            why = "".join(f" ({note.path}: {note.reason})" for note in run.skipped[:1])
            raise UsageError(f"no document could be read{why}; give {', '.join(KINDS)} files.")
        return IndexReport(
            added=run.added,
            updated=run.updated,
            unchanged=run.unchanged,
            removed=run.removed,
            skipped=tuple(run.skipped),
            notes=tuple(run.notes),
            ignored=ignored,
            passages=self.catalogue.counts()[1],
            embedded=run.embedded,
            seconds=seconds,
        )

    def _found(self, paths: Sequence[Path]) -> dict[Path, tuple[list[SourceFile], int]]:
        """What `find_files` says of each root; a root that is empty must have been indexed once."""
        roots = paths or [Path(root) for root in self.catalogue.roots()]
        known = self.catalogue.files() if self.exists else {}
        found = {root.resolve(): find_files(root) for root in roots}
        for root, (files, _) in found.items():
            if not files and not any(_is_under(path, root) for path in known):
                raise UsageError(
                    f"{root} holds no file that is read; give {', '.join(KINDS)} files."
                )
        return found

    def _opened(self, create: bool) -> Catalogue:
        path = self.path / "catalogue.sqlite3"
        return Catalogue(path, self._embedder.name, self._embedder.dimension, create)

    def _new_vectors(self) -> VectorIndex:
        return VectorIndex(self.path / "chroma", self._embedder.dimension)

    # The vector index follows the catalogue. All of this is done under the lock.

    def _repair(self, vectors: VectorIndex) -> None:
        vectors.reopen()
        try:
            self._deliver()
            sound = self._is_sound(vectors)
        except IndexDamagedError:
            sound = False
        if not sound:
            self._rebuild(vectors)

    def _is_sound(self, vectors: VectorIndex) -> bool:
        """Whether vectors that must be there are: a lost file of Chroma's raises no error."""
        try:
            if vectors.count() != self.catalogue.counts()[1]:
                return False
            known = self.catalogue.embeddings(self.catalogue.sample(_PROBES)).values()
            hits = [hit for vector in known for hit in vectors.query(vector, 1)]
        except IndexDamagedError:
            return False
        # HNSW is approximate, so one vector that is not found proves nothing.
        return 2 * sum(similarity > 0.999 for _, similarity in hits) >= len(known)

    def _rebuild(self, vectors: VectorIndex) -> None:
        vectors.reset()
        for ids in self.catalogue.passage_ids(_DELIVERY):
            self._write_vectors(ids)
        self._deliver()
        self.catalogue.delivered([])

    def _deliver(self) -> None:
        while ids := self.catalogue.outbox(_DELIVERY):
            self._write_vectors(ids)
            self.catalogue.delivered(ids)

    def _write_vectors(self, ids: Sequence[str]) -> None:
        """Make the vector index agree with the catalogue on these passages."""
        assert self._vectors is not None
        live = self.catalogue.embeddings(ids)
        if live:
            self._vectors.upsert(list(live), np.stack(list(live.values())))
        self._vectors.delete([key for key in ids if key not in live])

    @contextmanager
    def _writing(self, wait: float) -> Iterator[None]:
        """Hold the lock that only one process has; its pid stands beside it for the others."""
        lock = self._locked(wait)
        try:
            yield
        finally:
            with suppress(OSError):
                self._holder.unlink(missing_ok=True)
            lock.release()

    def _locked(self, wait: float) -> FileLock:
        from filelock import FileLock, Timeout

        lock = FileLock(self.path / "writer.lock", timeout=wait)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock.acquire()
            self._holder.write_text(str(os.getpid()))
        except Timeout as exc:
            raise IndexLockedError(
                f"another process (pid {self._pid()}) is writing to {self.path}; "
                "wait for it to end or stop it, then try again."
            ) from exc
        except OSError as exc:
            lock.release()
            raise StorageError(
                f"{self.path} cannot be written ({exc.strerror}); free space there, make it "
                "writable or choose another place with --index."
            ) from exc
        return lock

    @property
    def _holder(self) -> Path:
        return self.path / "writer.pid"

    def _pid(self) -> str:
        try:
            return self._holder.read_text() or "unknown"
        except OSError:
            return "unknown"


@dataclass(slots=True)
class _Run:
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
            self._listed.add(_key(path))
            self._take_file(file, sizes[path])
            self._reached = start + sizes[path]
        self._flush()

    def remove_missing(self, roots: Iterable[Path]) -> None:
        """Remove what was indexed under the roots and is gone from there."""
        missing = [
            path
            for path in self._known
            if path not in self._listed and any(_is_under(path, root) for root in roots)
        ]
        closed = [Path(path) for path in self._unread]
        gone = {
            path
            for path in missing
            if _is_gone(path) and not any(_is_under(path, folder) for folder in closed)
        }
        if gone:
            self.catalogue.remove_files(gone)
            self.deliver()
        self.removed += sum(self._counts.get(path, 0) for path in gone)
        for path in missing:
            if path not in gone:
                self._keep(path, FileNote(path, "cannot be reached now"))

    def _take_file(self, file: SourceFile, size: int) -> None:
        key = _key(file.path)
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
        recipe, root = self._recipe, _key(file.root)
        record = FileRecord(key, root, stat.st_size, stat.st_mtime_ns, digest, recipe)
        if known is not None and (known.sha256, known.recipe) == (digest, recipe):
            self.unchanged += self._counts.get(key, 0)
            self._queue(Change(record))
        else:
            self._take_reading(known, record, read_file(file, data), size)

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
        return Entry(document, passages, tuple(hashes))

    def _queue(self, change: Change) -> None:
        self._changes.append(change)
        self._waiting += 1
        if len(self._texts) >= _WINDOW or self._waiting >= _MOST_WAITING:
            self._flush()

    def _flush(self) -> None:
        texts = list(self._texts.items())
        for start in range(0, len(texts), _WINDOW):
            part = texts[start : start + _WINDOW]
            vectors = self.embedder.embed([text for _, text in part])
            keys = (key for key, _ in part)
            self.catalogue.keep_embeddings(dict(zip(keys, vectors, strict=True)))
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


def _key(path: Path) -> str:
    """A path as text that SQLite can keep, whatever bytes it has."""
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")


def _is_under(path: str, root: Path) -> bool:
    folder = _key(root)
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
    if _key(file.root) == root:
        return file
    path, known = file.path, Path(root)
    name = path.name if path == known else path.relative_to(known).as_posix()
    return SourceFile(path, known, name)
