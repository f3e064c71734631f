"""Chroma in a folder: one collection of the passages, derived from the catalogue.

Beside its vector a passage has its text and where it stands, so that
Chroma's own tools, and what reads Chroma, can use the collection.

Chroma's own Rust bindings are used, which open in a tenth of the time that importing
`chromadb` takes, and the public client where they are not as expected.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexDamagedError, StorageError
from assistant.store import hnsw_files

COLLECTION = "passages"
CONFIGURATION = {
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
_PLACE = ("default_tenant", "default_database")
_LARGEST_BATCH = 5461  # what one statement of Chroma's SQLite can bind
_HEADROOM = 4_000_000  # bytes; on a disk that is full to the last page Chroma can hang
_OPEN_FILES = 16  # HNSW indexes kept open; there is one
_SQLITE_CODE = re.compile(r"\(code: (\d+)\)")
_STORAGE_CODES = {8, 10, 13, 14}  # read-only, I/O error, full, cannot open
_STORAGE_WORDS = ("no space left", "read-only", "permission denied", "file too large")

Vectors = NDArray[np.float32]
Texts = Sequence[str] | None
Metadatas = Sequence[Mapping[str, str | int]] | None


class FolderIndex:
    """A collection of vectors, compared by their cosine, in a folder; opened when first needed.

    An open one does not see what another process writes; a closed one does when it opens again.

    Raises (every method):
        IndexDamagedError: Chroma cannot read what is there; fill another one.
        StorageError: the disk is full or the folder cannot be written.
    """

    takes_texts = True

    def __init__(self, path: Path) -> None:
        """Name the folder, which is made when it is opened and missing."""
        self.path = path
        self._chroma: _Bindings | _Client | None = None

    def create(self, stamp: str) -> None:
        """Begin anew and empty, with this stamp."""
        self.erase()
        self.mark(stamp)

    def erase(self) -> None:
        """Delete the folder, readable or not."""
        self.close()
        with self._mapped():
            if self.path.exists():
                shutil.rmtree(self.path)

    def close(self) -> None:
        """Let go of the files."""
        if self._chroma is not None:
            self._chroma.close()
        self._chroma = None

    def is_whole(self) -> bool:
        """Whether the graph that Chroma searches leads nowhere outside of itself."""
        return all(hnsw_files.is_whole(path) for path in self.path.glob("*-*") if path.is_dir())

    def stamp(self) -> str | None:
        """The mark of who wrote last; an earlier version's folder has none."""
        with self._open() as chroma:
            return chroma.stamp()

    def mark(self, stamp: str) -> None:
        """Set that mark."""
        with self._open() as chroma:
            chroma.mark(stamp)

    def count(self) -> int:
        """Number of vectors."""
        with self._open() as chroma:
            return chroma.count()

    def upsert(
        self, ids: Sequence[str], vectors: Vectors, texts: Texts = None, metadatas: Metadatas = None
    ) -> None:
        """Write vectors, a row an id, with texts and metadata; an id that is there is replaced.

        HNSW takes forty times as long to replace a vector as for a new one: delete it first.
        """
        with self._open() as chroma:
            # The queue and its journal, HNSW and its new copy; the texts, their index and journals.
            size = 4 * vectors.nbytes + 12 * sum(map(len, texts or ()))
            if shutil.disk_usage(self.path).free < size + _HEADROOM:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
            for part in _parts(ids):
                beside = (texts and texts[part], metadatas and metadatas[part])
                chroma.upsert(list(ids[part]), vectors[part], *beside)

    def delete(self, ids: Sequence[str]) -> None:
        """Delete vectors; an id that is not there is passed over."""
        with self._open() as chroma:
            for part in _parts(ids):
                chroma.delete(list(ids[part]))

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The `k` nearest (id, cosine similarity), nearest first; fewer if there are fewer."""
        with self._open() as chroma:
            return [(key, 1.0 - distance) for key, distance in chroma.query(vector, k)]

    def held(self, ids: Sequence[str]) -> list[str]:
        """Those of the ids that are there."""
        with self._open() as chroma:
            return [key for part in _parts(ids) for key in chroma.ids(list(ids[part]))]

    def ids(self) -> Iterator[list[str]]:
        """List the ids of all vectors; nothing may be written meanwhile."""
        for offset in count(step=_LARGEST_BATCH):
            with self._open() as chroma:
                found = chroma.ids(None, _LARGEST_BATCH, offset)
            if not found:
                return
            yield found

    @contextmanager
    def _open(self) -> Iterator[_Bindings | _Client]:
        with self._mapped():
            if self._chroma is None:
                self.path.mkdir(parents=True, exist_ok=True)
                self._chroma = _opened(self.path)
            yield self._chroma

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        """Chroma's errors as this program's."""
        try:
            yield
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except OSError as exc:
            raise self._refused(exc.strerror or str(exc)) from exc
        except BaseException as exc:  # Chroma's own errors, and panics of its Rust code
            code = _SQLITE_CODE.search(str(exc))
            full = code is not None and int(code[1]) & 0xFF in _STORAGE_CODES
            if full or any(word in str(exc).lower() for word in _STORAGE_WORDS):
                raise self._refused(str(exc)) from exc
            raise IndexDamagedError(
                f"the vector index {self.path} cannot be read ({exc}); run `assistant doctor "
                "--repair`: it is filled again from the catalogue."
            ) from exc

    def _refused(self, why: str) -> StorageError:
        return StorageError(
            f"the vector index {self.path} cannot be written ({why}); free space there or make it "
            "writable, then try again; what was indexed is kept."
        )


def _parts(ids: Sequence[str]) -> Iterator[slice]:
    yield from (slice(n, n + _LARGEST_BATCH) for n in range(0, len(ids), _LARGEST_BATCH))


def _opened(path: Path) -> _Bindings | _Client:
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
            COLLECTION, json.dumps(CONFIGURATION), None, None, True, *_PLACE
        )
        self._id = str(collection.id)

    def stamp(self) -> str | None:
        return (self._rust.get_collection(COLLECTION, *_PLACE).metadata or {}).get("stamp")

    def mark(self, stamp: str) -> None:
        self._rust.update_collection(self._id, None, {"stamp": stamp}, None)

    def count(self) -> int:
        return int(self._rust.count(self._id, *_PLACE))

    def upsert(self, ids: list[str], vectors: Vectors, texts: Texts, metadatas: Metadatas) -> None:
        self._rust.upsert(self._id, ids, vectors, metadatas, texts, None, *_PLACE)

    def delete(self, ids: list[str]) -> None:
        self._rust.delete(self._id, ids, None, None, None, *_PLACE)

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        found = self._rust.query(
            self._id, None, [vector.tolist()], k, None, None, ["distances"], *_PLACE
        )
        return list(zip(found.ids[0], found.distances[0], strict=True))

    def ids(self, ids: list[str] | None, limit: int | None = None, offset: int = 0) -> list[str]:
        found = self._rust.get(self._id, ids, None, limit, offset, None, [], *_PLACE)
        return list(found.ids)

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
            configuration=CONFIGURATION,  # type: ignore[arg-type]
        )

    def stamp(self) -> str | None:
        found: str | None = (self._collection.metadata or {}).get("stamp")
        return found

    def mark(self, stamp: str) -> None:
        self._collection.modify(metadata={"stamp": stamp})

    def count(self) -> int:
        return int(self._collection.count())

    def upsert(self, ids: list[str], vectors: Vectors, texts: Texts, metadatas: Metadatas) -> None:
        self._collection.upsert(ids=ids, embeddings=vectors, documents=texts, metadatas=metadatas)

    def delete(self, ids: list[str]) -> None:
        self._collection.delete(ids=ids)

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        found = self._collection.query([vector], n_results=k, include=["distances"])
        return list(zip(found["ids"][0], found["distances"][0], strict=True))

    def ids(self, ids: list[str] | None, limit: int | None = None, offset: int = 0) -> list[str]:
        return list(self._collection.get(ids=ids, limit=limit, offset=offset, include=[])["ids"])

    def close(self) -> None:
        self._client.close()
