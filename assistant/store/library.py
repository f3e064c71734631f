"""The documents that are indexed: add, update, remove, repair, status.

The catalogue is changed first and names what changed in its outbox; the vector index follows (see
`vector_sync`), so that a crash at any point loses nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import IndexLockedError, IndexMissingError, StorageError, UsageError
from assistant.ingest.readers import READ
from assistant.ingest.sources import Found, path_key
from assistant.models.embeddings import Embedder, StaticEmbedder
from assistant.reports import FileNote, IndexReport, IndexStatus
from assistant.settings import CATALOGUE, Settings
from assistant.store import removal
from assistant.store.database import Catalogue
from assistant.store.index_run import Progress, Run
from assistant.store.schema import FORMAT
from assistant.store.sync_plan import Plan, gone_note, parts_of, plan
from assistant.store.tracked_files import Root
from assistant.store.vector_sync import Delivery, VectorIndex
from assistant.store.vectors import Vectors

if TYPE_CHECKING:
    from filelock import FileLock


_WAIT = 2.0  # seconds for another process to end a repair


class Library:
    """One index: a folder with the catalogue and the vector index.

    Making one opens nothing. Reading needs no lock and goes on while another process writes.

    Raises (every method):
        NoUsableIndexError: there is no index, or it cannot be used; see its subclasses.
        ModelError: the embedding model cannot be loaded, reached, or refused.
    """

    def __init__(self, path: Path, embedder: Embedder, settings: Settings) -> None:
        """The index in the folder `path`, made of vectors by `embedder`."""
        self.path = path
        self._embedder = embedder
        self._settings = settings
        self._catalogue: Catalogue | None = None
        self._delivery: Delivery | None = None
        self._seen = -1

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of all files."""
        if self._delivery is not None:
            self._delivery.close()
        if self._catalogue is not None:
            self._catalogue.close()
        self._catalogue = self._delivery = None

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
        delivery = self.delivery
        if not delivery.is_checked:
            self._seen = self.catalogue.generation()
            pending = self.catalogue.pending()
            # Who cannot repair goes on reading: the catalogue is whole.
            with suppress(IndexLockedError, StorageError):
                if pending or not delivery.is_sound():
                    with self.writing(wait=0):
                        delivery.repair()
            delivery.is_checked = True
        return delivery.vectors

    @property
    def delivery(self) -> Delivery:
        """What keeps the vector index in agreement with the catalogue; checks nothing by itself."""
        if self._delivery is None:
            # Beside a static embedding Chroma's index of texts would take a third more time.
            with_texts = self._embedder.name != StaticEmbedder.name
            self._delivery = Delivery(self.catalogue, self._settings, with_texts)
        return self._delivery

    def nearest(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The `k` passages nearest to a vector: (id, cosine similarity), nearest first."""
        _ = self.vectors  # checked, and repaired if need be
        return self.delivery.nearest(vector, k)

    def refresh(self) -> None:
        """See what other processes wrote since; cheap when they wrote nothing."""
        generation = self.catalogue.generation()
        if generation != self._seen and self._delivery is not None:
            self._delivery.refresh()
        self._seen = generation

    def status(self) -> IndexStatus:
        """What the index holds and how it was made."""
        _ = self.vectors  # checked, and repaired if need be
        documents, passages = self.catalogue.counts()
        return IndexStatus(
            path=str(self.path),
            documents=documents,
            passages=passages,
            vectors=self.delivery.count(),
            store=self.delivery.where,
            pending=self.catalogue.pending(),
            generation=self.catalogue.generation(),
            embedding=self._embedder.name,
            format=FORMAT,
            roots=self.catalogue.roots(),
            bytes=sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file()),
            faulty=self.catalogue.register.faulty(),
        )

    def index(
        self,
        paths: Sequence[Path] = (),
        progress: Progress | None = None,
        exclude: Sequence[str] | None = None,
        addresses: Sequence[str] = (),
        allow_private: bool = False,
    ) -> IndexReport:
        """Bring the index up to date with files and folders; all known ones if none is given.

        What is unchanged is not read, what is gone from a given folder is removed, and what
        cannot be read now stays as it was and is reported. Interrupting it loses some seconds.

        Args:
            paths: files and folders; one that lies in a known folder is a part of that.
            progress: told from time to time how far the run is.
            exclude: patterns of what is passed over in them, as gitignore writes them; remembered
                in place of those that were. None leaves these as they are.
            addresses: web addresses, as `named` gives them. Each is fetched now and never without
                being named again; one that cannot be had keeps what it gave before.
            allow_private: fetch from this machine and private networks, too.

        Raises:
            UsageError: a path is missing, or nothing in it can be read, or a pattern is none.
            IndexLockedError: another process is writing to this index.
        """
        remembered = self.catalogue.register.roots() if self.exists else ()
        if addresses and not paths:
            if exclude is not None:
                raise UsageError("--exclude is for files; give a folder or leave it out.")
            return self._run(Plan(), progress, addresses, allow_private)
        if not paths:
            self.catalogue  # noqa: B018  tells that there is none
        planned = plan(remembered, paths, exclude, self._is_known)
        report = self._run(planned, progress, addresses, allow_private)
        known = 0 if paths else len(self.catalogue.register.addresses())
        if not known:
            return report
        name = "1 address" if known == 1 else f"{known} addresses"
        note = FileNote(name, "kept as fetched; name one to fetch it anew")
        return replace(report, notes=(*report.notes, note))

    def update(self, paths: Sequence[Path]) -> IndexReport:
        """Bring those parts of the known folders up to date in which something changed."""
        return self._run(parts_of(self.catalogue.register.roots(), paths))

    def knows(self, path: Path) -> bool:
        """Whether anything is remembered of a file, or of files below a folder."""
        return self._is_known(path_key(path))

    def remove(self, sources: Sequence[str]) -> IndexReport:
        """Remove documents from the index: the files themselves stay.

        Args:
            sources: of each a folder or file that is indexed, or the id or the source of a
                document. A known root is forgotten; of anything else it is remembered that it is
                not to come back, until it is named to `index` again.

        Raises:
            UsageError: nothing is indexed by a name, or several documents are.
            IndexLockedError: another process is writing to this index.
        """
        started = time.monotonic()
        register = self.catalogue.register
        removals = removal.found(register, sources)
        with self.writing():
            self.delivery.repair()
            removed = sum(removal.apply(self.catalogue, each) for each in removals)
            self.delivery.deliver()
            self.delivery.compact()
            self._seen = self.catalogue.generation()
        return IndexReport(
            removed=removed,
            notes=tuple(each.note for each in removals),
            passages=self.catalogue.counts()[1],
            seconds=time.monotonic() - started,
        )

    def _run(
        self,
        planned: Plan,
        progress: Progress | None = None,
        addresses: Sequence[str] = (),
        allow_private: bool = False,
    ) -> IndexReport:
        started = time.monotonic()
        total = self._measured(planned, counts_bytes=progress is not None)
        with self.writing():
            if not self.exists:
                self.close()
                self._catalogue = self._opened(create=True)
            self.delivery.repair()
            register = self.catalogue.register
            for key, root in planned.roots.items():
                (register.expect if key in planned.fresh else register.remember)(root)
            for key in planned.back:
                register.unsettle(key)
            for address in addresses:  # what was removed of it by hand is taken in again
                if any(root.path == address and root.removed for root in register.addresses()):
                    register.remember(Root(address))
                    register.unsettle(address)
            deliver = self.delivery.deliver
            run = Run(self.catalogue, self._embedder, self._settings, progress, deliver, total)
            run.skipped += [
                gone_note(path, register.documents_under(path)) for path in planned.gone
            ]
            run.take(planned.scopes, addresses, allow_private)
            for address in addresses:
                if not register.documents_under(address):
                    register.forget(address)
            self.catalogue.forget_unused()
            self._settle_roots(planned, run)
            self.delivery.compact()
            self._seen = self.catalogue.generation()
        return self._report(run, time.monotonic() - started)

    def _measured(self, planned: Plan, counts_bytes: bool) -> int:
        """Bytes of source files, if they count; a root that is new must hold a file to read."""
        total = 0
        for scope in planned.scopes:
            fresh = scope.root.path in planned.fresh and path_key(scope.start) == scope.root.path
            if not (fresh or counts_bytes):
                continue
            found = (each.size if isinstance(each, Found) else 0 for each in scope.walk())
            first = next(found, None)
            if first is None and fresh and not self._is_known(scope.root.path):
                raise UsageError(
                    f"{scope.root.path} holds no file that is read; give {', '.join(READ)} files."
                )
            if counts_bytes:
                total += (first or 0) + sum(found)
        return total

    def _settle_roots(self, planned: Plan, run: Run) -> None:
        """Remember the new roots, unless nothing could be read; forget those that are no more."""
        register = self.catalogue.register
        read = run.added or run.updated or run.unchanged or run.removed
        for key in planned.fresh:
            if read:
                register.remember(planned.roots[key])
            else:
                register.forget(key)
        for key in planned.absorbed:
            register.forget(key)
        if planned.fresh and not read:
            self.close()
            why = "".join(f" ({note.path}: {note.reason})" for note in run.skipped[:1])
            raise UsageError(f"no document could be read{why}; give {', '.join(READ)} files.")

    def _report(self, run: Run, seconds: float) -> IndexReport:
        return IndexReport(
            added=run.added,
            updated=run.updated,
            unchanged=run.unchanged,
            removed=run.removed,
            skipped=tuple(run.skipped),
            notes=tuple(run.notes),
            ignored=run.ignored,
            passages=self.catalogue.counts()[1],
            embedded=run.embedded,
            seconds=seconds,
            excluded=run.excluded,
        )

    def _is_known(self, key: str) -> bool:
        return self.exists and any(True for _ in self.catalogue.register.under(key))

    def _opened(self, create: bool) -> Catalogue:
        path = self.path / CATALOGUE
        # A server tells a dimension only when asked: not for a catalogue that is not there.
        dimension = self._embedder.dimension if create or path.exists() else 0
        return Catalogue(path, self._embedder.name, dimension, create)

    @contextmanager
    def writing(self, wait: float = _WAIT) -> Iterator[None]:
        """Hold the lock that only one process has; its pid stands beside it for the others.

        Raises:
            IndexLockedError: another process holds it for longer than `wait` seconds.
            StorageError: the folder cannot be written.
        """
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

    def writer(self) -> tuple[str | None, bool]:
        """The pid that a writer left behind, if one did, and whether the lock is held now."""
        from filelock import FileLock, Timeout

        left = self._pid() if self._holder.exists() else None
        lock = self.path / "writer.lock"
        if lock.exists():
            try:
                with FileLock(lock, timeout=0):
                    pass
            except Timeout:
                return left, True
            except OSError:  # who may not write here holds no lock
                pass
        return left, False

    @property
    def _holder(self) -> Path:
        return self.path / "writer.pid"

    def _pid(self) -> str:
        try:
            return self._holder.read_text() or "unknown"
        except OSError:
            return "unknown"
