"""Chroma, the vector index: ids and vectors only, derived from the catalogue.

With `chroma_server` the only module that speaks Chroma. In a folder it uses Chroma's own Rust
bindings, which open in a tenth of the time that importing `chromadb` takes, and the public client
where they are not as expected.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexDamagedError, StorageError
from assistant.store import hnsw_files
from assistant.store.chroma_server import ServerCollection

COLLECTION = "passages"
_PLACE = ("default_tenant", "default_database")
_CONFIGURATION = {
    "hnsw": {
        "space": "cosine",
        "max_neighbors": 32,
        "ef_construction": 200,
        "ef_search": 200,
        # Whoever opens the index inserts anew what came after the last save, up to so many
        # vectors: with Chroma's own 1000, up to a second of CPU in every cold process.
        "sync_threshold": 250,
    }
}
_LARGEST_BATCH = 5461  # what one statement of Chroma's SQLite can bind
_HEADROOM = 4_000_000  # bytes; on a disk that is full to the last page Chroma can hang
_LENGTH = 4  # bytes a vector in the file of HNSW's that holds their lengths
_GENERATION = "generation"  # file beside Chroma's
_OPEN_FILES = 16  # HNSW indexes kept open; there is one
_SQLITE_CODE = re.compile(r"\(code: (\d+)\)")
_STORAGE_CODES = {8, 10, 13, 14}  # read-only, I/O error, full, cannot open
_STORAGE_WORDS = ("no space left", "read-only", "permission denied", "file too large")

Vectors = NDArray[np.float32]


class Home(Protocol):
    """Where an index's vectors are: a folder of its own, or a collection on a server."""

    def open(self) -> _Chroma:
        """Chroma, ready to be asked."""
        ...

    def create(self, stamp: str) -> None:
        """Begin empty, marked with a stamp where others could write, too."""
        ...

    def erase(self) -> None:
        """Delete all vectors, readable or not."""
        ...

    def require_room(self, size: int) -> None:
        """Raise an OSError where so many bytes would not fit."""
        ...

    def is_whole(self) -> bool:
        """Whether what Chroma does not look at itself is as it should be."""
        ...

    def mapped(self) -> AbstractContextManager[None]:
        """Chroma's errors as this program's."""
        ...


class VectorIndex:
    """A vector index of cosine similarity, opened when first needed.

    An open one in a folder does not see what another process writes: `reopen` does.

    Attributes:
        home: where it is.
        is_begun: whether `create` was called and came to an end.

    Raises (every method):
        IndexDamagedError: Chroma cannot read what is there, or it is gone; fill another one.
        StorageError: the disk is full or the place cannot be written.
        VectorServerError: the server cannot be reached, or refuses.
    """

    def __init__(self, home: Home, dimension: int) -> None:
        """Name the place and the length of its vectors; nothing is opened yet."""
        self.home = home
        self.is_begun = False
        self._dimension = dimension
        self._chroma: _Chroma | None = None

    def reopen(self) -> None:
        """Let go of the files; the next call reads again what is there."""
        if self._chroma is not None:
            self._chroma.close()
        self._chroma = None

    def close(self) -> None:
        """The same, at the end."""
        self.reopen()

    def create(self, stamp: str) -> None:
        """Begin anew and empty; a server's collection must not be there yet."""
        self.close()
        with self.home.mapped():
            self.home.create(stamp)
            self.is_begun = True
            self._chroma = self.home.open()

    def erase(self) -> None:
        """Delete all vectors, readable or not."""
        self.close()
        with self.home.mapped():
            self.home.erase()

    def stamp(self) -> str | None:
        """The mark of who wrote last; None in a folder, which goes with its catalogue."""
        with self.home.mapped():
            return self._open.stamp()

    def mark(self, stamp: str) -> None:
        """Set that mark."""
        with self.home.mapped():
            self._open.mark(stamp)

    def count(self) -> int:
        """Number of vectors."""
        with self.home.mapped():
            return self._open.count()

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Write vectors of shape (len(ids), dimension); an id that is there is replaced."""
        if vectors.shape != (len(ids), self._dimension):
            raise ValueError(f"{vectors.shape} is not ({len(ids)}, {self._dimension})")
        with self.home.mapped():
            chroma = self._open
            self.home.require_room(4 * vectors.nbytes)  # queue, its journal, HNSW and its new copy
            for start in range(0, len(ids), _LARGEST_BATCH):
                part = slice(start, start + _LARGEST_BATCH)
                chroma.upsert(list(ids[part]), vectors[part])

    def delete(self, ids: Sequence[str]) -> None:
        """Delete vectors; an id that is not there is passed over."""
        with self.home.mapped():
            for start in range(0, len(ids), _LARGEST_BATCH):
                self._open.delete(list(ids[start : start + _LARGEST_BATCH]))

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The `k` nearest (id, cosine similarity), nearest first; fewer if there are fewer."""
        with self.home.mapped():
            found = self._open.query(vector, k)
        return [(key, 1.0 - distance) for key, distance in found]

    def ids(self) -> Iterator[list[str]]:
        """The ids of all vectors, in lists; nothing may be written meanwhile."""
        for offset in count(step=_LARGEST_BATCH):
            with self.home.mapped():
                found = self._open.ids(_LARGEST_BATCH, offset)
            if not found:
                return
            yield found

    @property
    def _open(self) -> _Chroma:
        if self._chroma is None:
            self._chroma = self.home.open()
        return self._chroma


class Folder:
    """A folder in which Chroma keeps its files; made when it is opened and missing."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> _Chroma:
        """Chroma on the files in the folder."""
        self.path.mkdir(parents=True, exist_ok=True)
        return _opened(self.path)

    def create(self, stamp: str) -> None:
        """Begin empty."""
        self.erase()

    def erase(self) -> None:
        """Delete the folder."""
        if self.path.exists():
            shutil.rmtree(self.path)

    def elements(self) -> int:
        """Number of vectors that HNSW's files have room taken for, deleted ones among them.

        A deleted vector's room is never used again. What Chroma has not saved yet is not counted,
        and at first room is taken for a hundred.
        """
        return sum(file.stat().st_size for file in self.path.glob("*/length.bin")) // _LENGTH

    def generation(self) -> int:
        """Of the catalogue when it last had something written here; 0 where that is unknown."""
        try:
            return int((self.path / _GENERATION).read_text())
        except (OSError, ValueError):
            return 0

    def note_generation(self, generation: int) -> None:
        """Note it, before anything is written."""
        with self.mapped():
            self.path.mkdir(parents=True, exist_ok=True)
            (self.path / _GENERATION).write_text(str(generation))

    def is_whole(self) -> bool:
        """Whether the graph that Chroma searches leads nowhere outside of itself."""
        return all(hnsw_files.is_whole(path) for path in self.path.glob("*-*") if path.is_dir())

    def require_room(self, size: int) -> None:
        """Raise an OSError where so many bytes would not fit."""
        if shutil.disk_usage(self.path).free < size + _HEADROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))

    @contextmanager
    def mapped(self) -> Iterator[None]:
        """Chroma's errors as this program's."""
        try:
            yield
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except OSError as exc:
            raise self._refused(exc) from exc
        except BaseException as exc:  # Chroma's own errors, and panics of its Rust code
            code = _SQLITE_CODE.search(str(exc))
            full = code is not None and int(code[1]) & 0xFF in _STORAGE_CODES
            if full or any(word in str(exc).lower() for word in _STORAGE_WORDS):
                raise self._refused(exc) from exc
            raise IndexDamagedError(
                f"the vector index {self.path} cannot be read ({exc}); run `assistant doctor "
                "--repair`: it is filled again from the catalogue."
            ) from exc

    def _refused(self, exc: BaseException) -> StorageError:
        why = exc.strerror if isinstance(exc, OSError) else exc
        return StorageError(
            f"the vector index {self.path} cannot be written ({why}); free space there or make it "
            "writable, then try again; what was indexed is kept."
        )


class Collection:
    """A collection on a Chroma server; see `ServerCollection`, whose errors are ours already."""

    def __init__(self, collection: ServerCollection) -> None:
        self.collection = collection

    def open(self) -> _Chroma:
        """The collection."""
        return self.collection

    def create(self, stamp: str) -> None:
        """Make it."""
        self.collection.create(_CONFIGURATION, stamp)

    def erase(self) -> None:
        """Delete it."""
        self.collection.erase()

    def require_room(self, size: int) -> None:
        """What a server has room for, it tells itself."""

    def is_whole(self) -> bool:
        """What is wrong with a server's files, it tells itself."""
        return True

    def mapped(self) -> AbstractContextManager[None]:
        """Nothing to map."""
        return nullcontext()


class _Chroma(Protocol):
    """What is asked of Chroma, whichever way it is spoken to; distances are cosine distances."""

    def count(self) -> int: ...
    def upsert(self, ids: list[str], vectors: Vectors) -> None: ...
    def delete(self, ids: list[str]) -> None: ...
    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]: ...
    def ids(self, limit: int, offset: int) -> list[str]: ...
    def stamp(self) -> str | None: ...
    def mark(self, stamp: str) -> None: ...
    def close(self) -> None: ...


class _Unmarked:
    """What is in a folder goes where its catalogue goes, and bears no mark."""

    def stamp(self) -> str | None:
        return None

    def mark(self, stamp: str) -> None:
        pass


def _opened(path: Path) -> _Chroma:
    try:
        return _Bindings(path)
    except (ImportError, AttributeError, TypeError):  # private to Chroma, so they may change
        return _Client(path)


class _Bindings(_Unmarked):
    """Chroma's Rust bindings as `chromadb.api.rust` of chromadb 1.5 calls them."""

    def __init__(self, path: Path) -> None:
        import chromadb_rust_bindings as rust

        files = rust.SqliteDBConfig(
            url=str(path / "chroma.sqlite3"),
            hash_type=rust.MigrationHash.MD5,
            migration_mode=rust.MigrationMode.Apply,
        )
        self._rust = rust.Bindings(
            allow_reset=False,
            sqlite_db_config=files,
            persist_path=str(path),
            hnsw_cache_size=_OPEN_FILES,
        )
        collection = self._rust.create_collection(
            COLLECTION, json.dumps(_CONFIGURATION), None, None, True, *_PLACE
        )
        self._id = str(collection.id)

    def count(self) -> int:
        return int(self._rust.count(self._id, *_PLACE))

    def upsert(self, ids: list[str], vectors: Vectors) -> None:
        self._rust.upsert(self._id, ids, vectors, None, None, None, *_PLACE)

    def delete(self, ids: list[str]) -> None:
        self._rust.delete(self._id, ids, None, None, None, *_PLACE)

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        found = self._rust.query(
            self._id, None, [vector.tolist()], k, None, None, ["distances"], *_PLACE
        )
        return list(zip(found.ids[0], found.distances[0], strict=True))

    def ids(self, limit: int, offset: int) -> list[str]:
        found = self._rust.get(self._id, None, None, limit, offset, None, [], *_PLACE)
        return list(found.ids)

    def close(self) -> None:
        del self._rust


class _Client(_Unmarked):
    """Chroma's public client."""

    def __init__(self, path: Path) -> None:
        import chromadb
        from chromadb.config import Settings

        self._client: Any = chromadb.PersistentClient(path, Settings(anonymized_telemetry=False))
        self._collection: Any = self._client.get_or_create_collection(
            COLLECTION,
            embedding_function=None,
            configuration=_CONFIGURATION,  # type: ignore[arg-type]
        )

    def count(self) -> int:
        return int(self._collection.count())

    def upsert(self, ids: list[str], vectors: Vectors) -> None:
        self._collection.upsert(ids=ids, embeddings=vectors)

    def delete(self, ids: list[str]) -> None:
        self._collection.delete(ids=ids)

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        found = self._collection.query([vector], n_results=k, include=["distances"])
        return list(zip(found["ids"][0], found["distances"][0], strict=True))

    def ids(self, limit: int, offset: int) -> list[str]:
        return list(self._collection.get(limit=limit, offset=offset, include=[])["ids"])

    def close(self) -> None:
        self._client.close()
