"""Chroma, the vector index: ids and vectors only, derived from the catalogue.

The only module that speaks Chroma. It uses Chroma's own Rust bindings, which open in a tenth of
the time that importing `chromadb` takes, and the public client where they are not as expected.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexDamagedError, StorageError

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
_OPEN_FILES = 16  # HNSW indexes kept open; there is one
_SQLITE_CODE = re.compile(r"\(code: (\d+)\)")
_STORAGE_CODES = {8, 10, 13, 14}  # read-only, I/O error, full, cannot open
_STORAGE_WORDS = ("no space left", "read-only", "permission denied", "file too large")

Vectors = NDArray[np.float32]


class VectorIndex:
    """A vector index of cosine similarity in the folder `path`, opened when first needed.

    Made if it is missing. An open one does not see what another process writes: `reopen` does.

    Raises (every method):
        IndexDamagedError: Chroma cannot read what is there; `reset` and fill it again.
        StorageError: the disk is full or the place cannot be written.
    """

    def __init__(self, path: Path, dimension: int) -> None:
        """Name the folder and the length of its vectors; nothing is opened yet."""
        self.path = path
        self._dimension = dimension
        self._chroma: _Chroma | None = None

    def reopen(self) -> None:
        """Let go of the files; the next call reads again what is on disk."""
        if self._chroma is not None:
            self._chroma.close()
        self._chroma = None

    def close(self) -> None:
        """The same, at the end."""
        self.reopen()

    def reset(self) -> None:
        """Delete all vectors, readable or not, and begin anew."""
        self.close()
        with self._mapped():
            if self.path.exists():
                shutil.rmtree(self.path)

    def count(self) -> int:
        """Number of vectors."""
        with self._mapped():
            return self._open.count()

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Write vectors of shape (len(ids), dimension); an id that is there is replaced."""
        if vectors.shape != (len(ids), self._dimension):
            raise ValueError(f"{vectors.shape} is not ({len(ids)}, {self._dimension})")
        with self._mapped():
            chroma = self._open
            self._require_room(4 * vectors.nbytes)  # queue, its journal, HNSW and its new copy
            for start in range(0, len(ids), _LARGEST_BATCH):
                part = slice(start, start + _LARGEST_BATCH)
                chroma.upsert(list(ids[part]), vectors[part])

    def delete(self, ids: Sequence[str]) -> None:
        """Delete vectors; an id that is not there is passed over."""
        with self._mapped():
            for start in range(0, len(ids), _LARGEST_BATCH):
                self._open.delete(list(ids[start : start + _LARGEST_BATCH]))

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The `k` nearest (id, cosine similarity), nearest first; fewer if there are fewer."""
        with self._mapped():
            found = self._open.query(vector, k)
        return [(key, 1.0 - distance) for key, distance in found]

    @property
    def _open(self) -> _Chroma:
        if self._chroma is None:
            self.path.mkdir(parents=True, exist_ok=True)
            self._chroma = _opened(self.path)
        return self._chroma

    def _require_room(self, size: int) -> None:
        if shutil.disk_usage(self.path).free < size + _HEADROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))

    @contextmanager
    def _mapped(self) -> Iterator[None]:
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
                f"the vector index {self.path} cannot be read ({exc}); delete that folder and run "
                "`assistant index`: it is filled again from the catalogue."
            ) from exc

    def _refused(self, exc: BaseException) -> StorageError:
        why = exc.strerror if isinstance(exc, OSError) else exc
        return StorageError(
            f"the vector index {self.path} cannot be written ({why}); free space there or make it "
            "writable, then try again; what was indexed is kept."
        )


class _Chroma(Protocol):
    """What is asked of Chroma, whichever way it is spoken to; distances are cosine distances."""

    def count(self) -> int: ...
    def upsert(self, ids: list[str], vectors: Vectors) -> None: ...
    def delete(self, ids: list[str]) -> None: ...
    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]: ...
    def close(self) -> None: ...


def _opened(path: Path) -> _Chroma:
    try:
        return _Bindings(path)
    except (ImportError, AttributeError, TypeError):  # private to Chroma, so they may change
        return _Client(path)


class _Bindings:
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

    def close(self) -> None:
        del self._rust


class _Client:
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

    def close(self) -> None:
        self._client.close()
