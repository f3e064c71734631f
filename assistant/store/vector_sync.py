"""The vectors of a catalogue: where they are, kept in agreement with it, made anew, moved.

The catalogue names the live folder of Chroma's, or the collection on a server. Vectors are made
anew beside the live ones, from the embeddings that the catalogue keeps, and become the live ones in
one transaction; so whoever reads has vectors at any instant, and a crash leaves the old ones.
"""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from heapq import nlargest
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.errors import (
    IndexDamagedError,
    NoUsableIndexError,
    StorageError,
    UsageError,
    VectorServerError,
)
from assistant.settings import Settings
from assistant.store.chroma_server import ServerAddress, ServerCollection, parse_address
from assistant.store.database import Catalogue
from assistant.store.vectors import Collection, Folder, VectorIndex, Vectors

LOCAL = "local"
"""What `--vectors` names the folder of the index by."""
_BATCH = 1000  # vectors handed to Chroma at a time
_PROBES = 8
_ALIKE = 0.999  # cosine similarity of a vector with itself, and room for rounding
_WORTHWHILE = 1000  # vectors: deleted ones cost nothing to speak of in a smaller index
_FOLDER = re.compile(r"chroma(-[0-9]+)?")
_COLLECTION = re.compile(r"assistant-[0-9a-f]{32}")
_T = TypeVar("_T")


class Place(BaseModel):
    """Where vectors are.

    Attributes:
        name: of the folder beside the catalogue, or of the collection on the server.
        server: its address, without name and password; None for a folder.
        stamps: the marks that the collection bears if this catalogue was the last to write there:
            the one now, and the one before in case setting it was interrupted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "chroma"
    server: str | None = None
    stamps: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_ours(self) -> Place:
        # What is named here is deleted one day, and the catalogue may come from somebody else.
        if not (_FOLDER if self.server is None else _COLLECTION).fullmatch(self.name):
            raise ValueError("no place of vectors")
        if self.server is not None:
            try:
                address = parse_address(self.server)
            except UsageError as exc:
                raise ValueError("no server") from exc
            if address.login or address.url != self.server:
                raise ValueError("not as it is recorded")
        return self

    def is_at(self, other: Place) -> bool:
        """Whether it is the same place."""
        return (self.name, self.server) == (other.name, other.server)


class Record(BaseModel):
    """What the catalogue says of its vectors; one that makes no sense is as good as none.

    Attributes:
        place: where they are.
        left: collections that are not needed and may still be on their servers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: Place = Field(default_factory=Place)
    left: tuple[Place, ...] = ()

    @classmethod
    def read(cls, text: str | None) -> Record:
        """The record as it stands in a catalogue."""
        try:
            return cls.model_validate_json(text) if text else cls()
        except ValidationError:
            return cls()

    @property
    def address(self) -> ServerAddress | None:
        """Of the server that has the vectors; None where they are in a folder."""
        return ServerAddress(self.place.server) if self.place.server else None


def address_of(spec: str | None) -> ServerAddress | None:
    """The server that `--vectors` names; None for `local`, or where it is not given.

    Raises:
        UsageError: it is neither `local` nor an address.
    """
    return None if spec is None or spec == LOCAL else parse_address(spec)


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

    def __init__(self, catalogue: Catalogue, dimension: int, settings: Settings) -> None:
        """The vectors of `catalogue`, of a length, where `settings.vectors` wants them."""
        self._catalogue = catalogue
        self._dimension = dimension
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
        self.vectors.reopen()
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
            if not self.vectors.home.is_whole() or not self.is_ours():
                return False
            return self.count() == self._catalogue.counts()[1] and not self.lost(_PROBES)
        except IndexDamagedError:
            return False

    def is_ours(self) -> bool:
        """Whether the vectors are where they are wanted, and follow no other state than this one.

        Another state is that of a copy of this index, or a later one that a loss of power took
        back: as many vectors may then be too many as are missing, which no count shows.
        """
        place, home = self._record.place, self.vectors.home
        wanted = self._wanted.url if self._wanted else None
        if self._settings.vectors is not None and place.server != wanted:
            return False
        if isinstance(home, Folder):
            return home.generation() <= self._catalogue.generation()
        return self.vectors.stamp() in place.stamps

    def lost(self, probes: int) -> bool:
        """Whether most of a sample of known vectors are not found, or are others."""
        known = self._catalogue.embeddings(self._catalogue.sample(probes)).values()
        hits = [hit for vector in known for hit in self._asked_nearest(vector, 1)]
        # HNSW is approximate, so one vector that is not found proves nothing.
        return 2 * sum(similarity > _ALIKE for _, similarity in hits) < len(known)

    def dead(self) -> int:
        """Number of deleted vectors whose room HNSW never uses again."""
        home = self.vectors.home
        if isinstance(home, Folder):
            return max(home.elements() - self.vectors.count(), 0)
        return self._catalogue.vectors_deleted()

    def is_bloated(self) -> bool:
        """Whether the dead outnumber the living, which doubles room and time."""
        return self.dead() > max(self._catalogue.counts()[1], _WORTHWHILE)

    # Writing, under the lock

    def repair(self) -> None:
        """Bring the vectors into agreement with the catalogue, anew if need be."""
        self.refresh()
        self._marked = False
        try:
            sound = self.vectors.home.is_whole() and self.is_ours()
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
        """Write what the outbox names; where Chroma turns out to be damaged, all is made anew."""
        try:
            self._follow()
        except IndexDamagedError:
            self.rebuild()

    def _follow(self) -> None:
        while ids := self._catalogue.outbox(_BATCH):
            self._mark()
            deleted = self._write(self.vectors, ids)
            self._catalogue.delivered(ids, deleted)

    def compact(self) -> None:
        """Make the vectors anew where the dead outnumber the living and there is room to do so."""
        with suppress(StorageError, VectorServerError):
            if self.is_bloated():
                self.rebuild()

    def rebuild(self) -> None:
        """Make all vectors anew beside the live ones, from the kept embeddings, then switch."""
        old, place = self._record, self._fresh_place()
        if place.server is not None:  # found again if this is cut short
            self._keep(old.model_copy(update={"left": (*old.left, place)}))
        fresh = self._at(place)
        try:
            fresh.create(stamp=place.stamps[0] if place.stamps else "")
            for ids in self._catalogue.passage_ids(_BATCH):
                self._write(fresh, ids)
            fresh.reopen()
            fresh.count()
        except BaseException:
            self._give_up(fresh, place, old)
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
        live = self._record.place
        for path in self._folder.iterdir():
            if path.name != live.name and _FOLDER.fullmatch(path.name):
                shutil.rmtree(path, ignore_errors=True)
        left = tuple(
            place
            for place in self._record.left
            if not ((everywhere or place.server == live.server) and self._is_erased(place))
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

    def _at(self, place: Place) -> VectorIndex:
        if place.server is None:
            return VectorIndex(Folder(self._folder / place.name), self._dimension)
        address = ServerAddress(place.server)
        if self._wanted and self._wanted.url == place.server:
            address = self._wanted
        collection = ServerCollection(
            address, place.name, timeout=self._settings.timeout, retries=self._settings.retries
        )
        return VectorIndex(Collection(collection), self._dimension)

    def _fresh_place(self) -> Place:
        server = self._record.place.server
        if self._settings.vectors is not None:
            server = self._wanted.url if self._wanted else None
        if server is not None:
            name, stamp = f"assistant-{secrets.token_hex(16)}", secrets.token_hex(16)
            return Place(name=name, server=server, stamps=(stamp,))
        # The generation moves with each switch, so no name ever comes back.
        return Place(name=f"chroma-{self._catalogue.generation() + 1}")

    def _has_moved(self) -> bool:
        record = Record.read(self._catalogue.vectors_record())
        return not record.place.is_at(self._record.place)

    def _mark(self) -> None:
        """Tell the vectors which state of which index they are about to follow.

        A folder notes the generation. A server is given a new stamp once a run: the copies of this
        index, which have the old one, see it.
        """
        place, home = self._record.place, self.vectors.home
        if isinstance(home, Folder):
            home.note_generation(self._catalogue.generation())
            return
        if self._marked:
            return
        stamp = secrets.token_hex(16)
        stamped = place.model_copy(update={"stamps": (self.vectors.stamp() or "", stamp)})
        self._keep(self._record.model_copy(update={"place": stamped}))
        self.vectors.mark(stamp)
        self._marked = True

    def _keep(self, record: Record) -> None:
        self._catalogue.record_vectors(record.model_dump_json())
        self._record = record

    def _write(self, vectors: VectorIndex, ids: Sequence[str]) -> int:
        """Make vectors agree with the catalogue on these passages; how many are deleted."""
        live = self._catalogue.embeddings(ids)
        if live:
            vectors.upsert(list(live), np.stack(list(live.values())))
        gone = [key for key in ids if key not in live]
        vectors.delete(gone)
        return len(gone)

    def _give_up(self, fresh: VectorIndex, place: Place, old: Record) -> None:
        """Take back what was begun, as far as that can be done now."""
        fresh.close()
        if place.server is None:
            shutil.rmtree(self._folder / place.name, ignore_errors=True)
            return
        with suppress(StorageError):
            # What was never made, since the server is not there, is nothing to come back for.
            if not fresh.is_begun or self._is_erased(place):
                self._keep(old)

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
