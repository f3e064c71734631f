"""The vectors of a catalogue: where they are, kept in agreement with it, rebuilt, moved.

The catalogue names the live folder of Chroma's, or the collection on a server. Vectors are rebuilt
beside the live ones, from the embeddings that the catalogue keeps, and become the live ones in one
transaction; so whoever reads has vectors at any instant, and a crash leaves the old ones.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from heapq import nlargest
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

import numpy as np

from assistant.documents import Passage
from assistant.errors import (
    IndexDamagedError,
    NoUsableIndexError,
    StorageError,
    VectorServerError,
)
from assistant.settings import Settings
from assistant.store.chroma_server import ServerIndex
from assistant.store.database import Catalogue
from assistant.store.vector_place import FOLDER, Place, Record, ServerAddress, address_of
from assistant.store.vectors import FolderIndex, Vectors

CONTENTS = 1
"""Version of what stands in Chroma beside the vectors; what is of an earlier one is rebuilt."""
_BATCH = 1000  # vectors handed to Chroma at a time
_PROBES = 8
_ALIKE = 0.999  # cosine similarity of a vector with itself, and room for rounding
_WORTHWHILE = 1000  # vectors: deleted ones cost nothing to speak of in a smaller index
_T = TypeVar("_T")
VectorIndex = FolderIndex | ServerIndex


class Delivery:
    """The live vectors of one open catalogue.

    What writes is to be done under the lock of the index.

    Attributes:
        vectors: the live ones, as they were when last looked at.
        is_checked: whether `repair` was done, or somebody found that it need not be, or cannot.

    Raises (every method that asks for vectors):
        IndexDamagedError: Chroma cannot read them; `repair` makes them anew.
        StorageError: the disk is full or the place cannot be written.
        VectorServerError: the server cannot be reached, or refuses.
    """

    def __init__(self, catalogue: Catalogue, settings: Settings, with_texts: bool = True) -> None:
        """The vectors of `catalogue`, where `settings.vectors` wants them, with texts beside."""
        self._catalogue = catalogue
        self._with_texts = with_texts
        self._settings = settings
        self._wanted = address_of(settings.vectors)
        self._record = Record.read(catalogue.vectors_record())
        self._marked = False
        self.is_checked = False
        self.vectors = self._at(self._record.place)

    def close(self) -> None:
        """Let go of files and connections."""
        self.vectors.close()

    @property
    def where(self) -> str:
        """The folder or the server, to be shown."""
        place = self._record.place
        return place.server or str(self._folder / place.name)

    @property
    def left(self) -> tuple[str, ...]:
        """Collections that are not needed and could not be deleted, each with its server."""
        return tuple(f"{place.name} on {place.server}" for place in self._record.left)

    # Reading

    def refresh(self) -> None:
        """See what other processes wrote, and where."""
        record = Record.read(self._catalogue.vectors_record())
        self.vectors.close()
        if not record.place.is_at(self._record.place):
            self.vectors = self._at(record.place)
        self._record = record

    def nearest(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The `k` passages nearest to a vector: (id, cosine similarity), nearest first.

        Where Chroma cannot be asked now, as on a full disk, the kept embeddings are compared one by
        one: slow in a large index, but the answer is the same.
        """
        try:
            return self._asked_nearest(vector, k)
        except (IndexDamagedError, StorageError):
            return self._compared(vector, k)

    def count(self) -> int:
        """Number of vectors."""
        return self._asked(lambda vectors: vectors.count())

    def is_sound(self) -> bool:
        """Whether the vectors that must be there are, where they are wanted, and are this index's.

        A lost file of Chroma's raises no error, so some known vectors are looked up; a broken one
        may end this process, so its files are looked at before.
        """
        try:
            if not self.vectors.is_whole() or not self.is_ours():
                return False
            return self.count() == self._catalogue.counts()[1] and not self.lost(_PROBES)
        except IndexDamagedError:
            return False

    def is_ours(self) -> bool:
        """Whether the vectors are where they are wanted, and follow no other state than this one.

        Another state is that of a copy of this index, or a later one that a loss of power took
        back: as many vectors may then be too many as are missing, which no count shows.
        """
        place, wanted = self._record.place, self._wanted.url if self._wanted else None
        if self._settings.vectors is not None and place.server != wanted:
            return False
        return self.vectors.stamp() in (place.stamps or (None,))

    def lost(self, probes: int) -> bool:
        """Whether most of a sample of known vectors are not found, or are others."""
        known = self._catalogue.embeddings(self._catalogue.sample(probes)).values()
        hits = [hit for vector in known for hit in self._asked_nearest(vector, 1)]
        # HNSW is approximate, so one vector that is not found proves nothing.
        return 2 * sum(similarity > _ALIKE for _, similarity in hits) < len(known)

    def dead(self) -> int:
        """Number of deleted vectors, whose room HNSW never uses again."""
        return self._catalogue.vectors_deleted()

    def is_bloated(self) -> bool:
        """Whether the dead outnumber the living, which doubles room and time."""
        return self.dead() > max(self._catalogue.counts()[1], _WORTHWHILE)

    # Writing, under the lock

    def repair(self) -> None:
        """Bring the vectors into agreement with the catalogue; rebuild them where in doubt."""
        self.refresh()
        self._marked = False
        try:
            sound = self._record.place.contents == CONTENTS
            sound = sound and self.vectors.is_whole() and self.is_ours()
            if sound:
                self._follow()
                sound = self.is_sound()
        except IndexDamagedError:
            sound = False
        if sound:
            self.sweep()
        else:
            self.rebuild()
        self.is_checked = True

    def deliver(self) -> None:
        """Write what the outbox names; where Chroma turns out to be damaged, rebuild all."""
        try:
            self._follow()
        except IndexDamagedError:
            self.rebuild()

    def compact(self) -> None:
        """Rebuild where the dead outnumber the living and there is room to do so."""
        with suppress(StorageError, VectorServerError):
            if self.is_bloated():
                self.rebuild()

    def rebuild(self) -> None:
        """Write all vectors beside the live ones, from the kept embeddings, then switch."""
        old, place = self._record, self._fresh_place()
        if place.server is not None:  # deleted by a later run if this one is cut short
            self._keep(old.model_copy(update={"left": (*old.left, place)}))
        fresh = self._at(place)
        try:
            self._fill(fresh, place, old)
        except BaseException:
            fresh.close()
            self._sweep_folders()
            raise
        left = (*old.left, old.place) if old.place.server else old.left
        record = Record(place=place, left=left)
        self._catalogue.switch_vectors(record.model_dump_json())
        self.vectors.close()
        self._record, self.vectors, self._marked = record, fresh, True
        self.sweep(everywhere=True)

    def sweep(self, everywhere: bool = False) -> None:
        """Delete vectors that are not the live ones: an older version's, or a crash's leavings.

        On servers other than the live one only where `everywhere` is set, since each that does not
        answer takes its time.
        """
        self._sweep_folders()
        server = self._record.place.server
        left = tuple(
            place
            for place in self._record.left
            if not ((everywhere or place.server == server) and self._is_erased(place))
        )
        if left != self._record.left:
            self._keep(self._record.model_copy(update={"left": left}))

    # Inside

    @property
    def _folder(self) -> Path:
        return self._catalogue.path.parent

    def _asked(self, ask: Callable[[VectorIndex], _T]) -> _T:
        """What the live vectors say, of whichever place they are when it is said.

        They are deleted only after others have become the live ones, so those that are live still
        were whole all the while; of others, neither a reply nor an error counts.
        """
        while True:
            try:
                said = ask(self.vectors)
            except NoUsableIndexError:
                if not self._has_moved():
                    raise
            else:
                if not self._has_moved():
                    return said
            self.refresh()

    def _asked_nearest(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        return self._asked(lambda vectors: vectors.query(vector, k))

    def _compared(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        found: list[tuple[str, float]] = []
        for ids in self._catalogue.passage_ids(_BATCH):
            kept = self._catalogue.embeddings(ids)
            if kept:
                alike = (np.stack(list(kept.values())) @ vector).tolist()
                found = nlargest(k, [*found, *zip(kept, alike, strict=True)], key=itemgetter(1))
        return found

    def _has_moved(self) -> bool:
        record = Record.read(self._catalogue.vectors_record())
        return not record.place.is_at(self._record.place)

    def _at(self, place: Place) -> VectorIndex:
        if place.server is None:
            return FolderIndex(self._folder / place.name)
        address = ServerAddress(place.server)
        if self._wanted and self._wanted.url == place.server:
            address = self._wanted
        timeout, retries = self._settings.timeout, self._settings.retries
        return ServerIndex(address, place.name, timeout=timeout, retries=retries)

    def _fresh_place(self) -> Place:
        server = self._record.place.server
        if self._settings.vectors is not None:
            server = self._wanted.url if self._wanted else None
        # The generation moves with each switch, so no folder's name ever comes back.
        name = f"chroma-{self._catalogue.generation() + 1}"
        if server is not None:
            name = f"assistant-{secrets.token_hex(16)}"
        return Place(name=name, server=server, stamps=(secrets.token_hex(16),), contents=CONTENTS)

    def _fill(self, fresh: VectorIndex, place: Place, old: Record) -> None:
        try:
            fresh.create(place.stamps[0])
        except VectorServerError:
            with suppress(StorageError):
                self._keep(old)  # what was never made is nothing to come back for
            raise
        for ids in self._catalogue.passage_ids(_BATCH):
            self._write(fresh, ids)
        fresh.close()
        fresh.count()

    def _follow(self) -> None:
        while ids := self._catalogue.outbox(_BATCH):
            self._mark()
            held = self.vectors.held(ids)
            self.vectors.delete(held)
            self._write(self.vectors, ids)
            self._catalogue.delivered(ids, len(held))

    def _write(self, vectors: VectorIndex, ids: Sequence[str]) -> None:
        """Write those of the passages that are live, none of which may be there."""
        live = self._catalogue.embeddings(ids)
        if not live:
            return
        rows = np.stack(list(live.values()))
        if not vectors.takes_texts:
            vectors.upsert(list(live), rows)
            return
        passages = self._catalogue.passages_by_ids(list(live))
        texts = [passages[key].text for key in live] if self._with_texts else None
        vectors.upsert(list(live), rows, texts, [_metadata(passages[key]) for key in live])

    def _mark(self) -> None:
        """Stamp the vectors anew before they are changed; those on a server once a run.

        A copy of this index, and a catalogue that a loss of power took back, know the old stamp.
        """
        if self._marked and self._record.place.server:
            return
        stamp = secrets.token_hex(16)
        stamps = (self.vectors.stamp() or "", stamp)
        place = self._record.place.model_copy(update={"stamps": stamps})
        self._keep(self._record.model_copy(update={"place": place}))
        self.vectors.mark(stamp)
        self._marked = True

    def _keep(self, record: Record) -> None:
        self._catalogue.record_vectors(record.model_dump_json())
        self._record = record

    def _sweep_folders(self) -> None:
        live = self._record.place.name
        for path in self._folder.iterdir():
            if path.name != live and FOLDER.fullmatch(path.name):
                shutil.rmtree(path, ignore_errors=True)

    def _is_erased(self, place: Place) -> bool:
        """Whether nothing more is to be done about a collection that was left on a server."""
        vectors = self._at(place)
        try:
            if vectors.stamp() in place.stamps:  # else it is a copy's of this index by now
                vectors.erase()
        except IndexDamagedError:  # it is not there
            return True
        except VectorServerError:
            return False
        finally:
            vectors.close()
        return True


def _metadata(passage: Passage) -> dict[str, str | int]:
    """Where a passage stands, by names that LlamaIndex knows where it has some."""
    document = passage.document
    published = {"published": document.published} if document.published else {}
    return {
        "document_id": document.id,
        "source": document.source,
        "title": document.title,
        "start": passage.start,
        "end": passage.end,
        **published,
    }
