"""SQLite, the truth: documents, passages and their embeddings.

With `fulltext`, `tracked_files`, `documents` and `integrity` the only modules that speak SQL.
Reading files, embedding and Chroma are left to others.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.documents import Document, Passage, Sentence
from assistant.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexMismatchError,
    IndexMissingError,
    NoUsableIndexError,
    StorageError,
)
from assistant.filters import Filter, matcher
from assistant.models.embeddings import Encoded
from assistant.store import fulltext
from assistant.store.documents import Listing
from assistant.store.fulltext import FullText
from assistant.store.integrity import Integrity
from assistant.store.tracked_files import FileRecord, Register

FORMAT = 3
"""Version of the schema below; a catalogue of a higher one is refused."""

# Also made in a catalogue of a version that had none. The cascade is for such a version, which
# deletes documents without knowing of it.
_ACRONYMS = """
CREATE TABLE IF NOT EXISTS acronyms (
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    short TEXT NOT NULL, "long" TEXT NOT NULL, words TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS acronyms_by_document ON acronyms (document);
CREATE INDEX IF NOT EXISTS acronyms_by_short ON acronyms (short);
CREATE INDEX IF NOT EXISTS acronyms_by_words ON acronyms (words)
"""
_SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE roots (path TEXT PRIMARY KEY, exclude TEXT NOT NULL DEFAULT '[]') WITHOUT ROWID;
CREATE TABLE files (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, root TEXT NOT NULL REFERENCES roots,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL, recipe TEXT NOT NULL,
    fault TEXT NOT NULL DEFAULT '');
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, file INTEGER NOT NULL REFERENCES files,
    id TEXT NOT NULL, source TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
    published TEXT, publisher TEXT, media_type TEXT NOT NULL, pages TEXT NOT NULL,
    author TEXT, language TEXT, encoding TEXT, UNIQUE (file, id));
CREATE TABLE embeddings (hash BLOB PRIMARY KEY, vector BLOB NOT NULL, words BLOB NOT NULL);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL,
    document INTEGER NOT NULL REFERENCES documents, place INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT NOT NULL,
    sentences BLOB NOT NULL, hash BLOB NOT NULL REFERENCES embeddings,
    UNIQUE (document, place));
CREATE INDEX passages_by_id ON passages (id);
CREATE INDEX passages_by_hash ON passages (hash);
CREATE TABLE outbox (passage TEXT PRIMARY KEY) WITHOUT ROWID;
{_ACRONYMS};
{fulltext.SCHEMA}"""
_NEW_IN_3 = (
    ("documents", "author TEXT"),
    ("documents", "language TEXT"),
    ("documents", "encoding TEXT"),
    ("files", "fault TEXT NOT NULL DEFAULT ''"),
    ("roots", "exclude TEXT NOT NULL DEFAULT '[]'"),
)
# The passages that a question is put to.
_SCOPE = "CREATE TABLE temp.scope (number INTEGER PRIMARY KEY)"

_DOCUMENT = (
    "d.id, d.source, d.title, d.text, d.published, d.publisher, d.media_type, d.pages,"
    " d.author, d.language, d.encoding"
)
_PASSAGE = 'p.id, d.number, p.start, p."end", p.heading, p.sentences'
_PLACES_OF = (
    'SELECT number, heading, start, "end", id, hash FROM passages WHERE document = ? ORDER BY place'
)
_BATCH = 500  # values bound to one statement; SQLite promises room for 999
_WORD = re.compile(r"[^\W_]+")

_Vector = tuple[str, bytes]  # a passage's id and the hash of what was embedded for it

_KINDS: dict[int, type[NoUsableIndexError]] = {
    sqlite3.SQLITE_CORRUPT: IndexDamagedError,
    sqlite3.SQLITE_NOTADB: IndexDamagedError,
    sqlite3.SQLITE_ERROR: IndexDamagedError,  # a table or column that must be there is not
    sqlite3.SQLITE_BUSY: IndexLockedError,
    sqlite3.SQLITE_LOCKED: IndexLockedError,
    sqlite3.SQLITE_PROTOCOL: IndexLockedError,
    sqlite3.SQLITE_FULL: StorageError,
    sqlite3.SQLITE_IOERR: StorageError,
    sqlite3.SQLITE_READONLY: StorageError,
    sqlite3.SQLITE_CANTOPEN: StorageError,
    sqlite3.SQLITE_PERM: StorageError,
}
_REMEDIES = {
    IndexDamagedError: "move the folder {folder} away and run `assistant index` to build it anew.",
    IndexLockedError: "wait for the process that is writing to it, then try again.",
    StorageError: "free space there or make it writable, then try again; what was indexed is kept.",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A document to be written.

    Attributes:
        document: the document.
        passages: its passages in order.
        hashes: of each passage's embedded text.
        acronyms: what it defines, as (short, long) pairs.
    """

    document: Document
    passages: tuple[Passage, ...]
    hashes: tuple[bytes, ...]
    acronyms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one file.

    Attributes:
        file: what to remember of it from now on.
        entries: documents that are new, or take the place of the version with the same id.
        gone: ids of documents to delete.
    """

    file: FileRecord
    entries: tuple[Entry, ...] = ()
    gone: tuple[str, ...] = ()


def made_with(path: Path) -> tuple[str, int] | None:
    """Name and dimension of the embedding model that the catalogue at `path` was made with.

    None where there is no catalogue, or none that anything was written to or that can be read;
    opening it tells which.
    """
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(path, timeout=5)) as db:
            if not db.execute("SELECT 1 FROM roots LIMIT 1").fetchone():
                return None
            meta = dict(db.execute("SELECT key, value FROM meta").fetchall())
        return str(meta["model"]), int(meta["dimension"])
    except (sqlite3.Error, KeyError, ValueError, TypeError):
        return None


def vectors_record(path: Path) -> str | None:
    """What the catalogue at `path` has recorded of its vectors, as `Catalogue.vectors_record`."""
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(path, timeout=5)) as db:
            row = db.execute("SELECT value FROM meta WHERE key = 'vectors'").fetchone()
        return str(row[0]) if row else None
    except sqlite3.Error:
        return None


class Catalogue:
    """One open catalogue.

    Every write method is a transaction on its own: after a crash it has happened or it has not.

    Raises (every method):
        IndexDamagedError: the file is not a catalogue, or is corrupt. It is never altered then.
        StorageError: the disk is full or the place cannot be written.
        IndexLockedError: another process has been writing for longer than five seconds.
    """

    def __init__(self, path: Path, model: str, dimension: int, create: bool = False) -> None:
        """Open the catalogue file at `path`, or make it if `create` is set.

        Raises:
            IndexMissingError: there is none, or none that anything was ever written to.
            IndexMismatchError: made by a newer version or with another embedding model.
        """
        self.path = path
        self._dimension = dimension
        # What the table `scope` was filled for, and how many passages it holds.
        self._scoped: tuple[Filter, int] | None = None
        self._in_scope = 0
        if not create and not path.exists():
            raise self._missing()
        with self._mapped():
            self._db = sqlite3.connect(
                path, timeout=5, isolation_level=None, check_same_thread=False
            )
        self.words = FullText(self._rows, self._rows_in)
        self.integrity = Integrity(self._rows, self._rows_in, self._transaction)
        self.listing = Listing(self._rows, self._rows_in)
        self.register = Register(self._rows, self._transaction)
        try:
            self._prepare(model, create)
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file; nothing is pending, for every write was committed."""
        self._db.close()

    # Reading

    def generation(self) -> int:
        """Number of the last committed change."""
        return int(self._meta("generation"))

    def counts(self) -> tuple[int, int]:
        """Numbers of documents and of passages (a passage that stands in two files once)."""
        [documents] = self._rows("SELECT count(*) FROM documents")
        [passages] = self._rows("SELECT count(DISTINCT id) FROM passages")
        return int(documents[0]), int(passages[0])

    def roots(self) -> tuple[str, ...]:
        """The folders and files that were indexed, as absolute paths."""
        return tuple(row[0] for row in self._rows("SELECT path FROM roots ORDER BY path"))

    def files(self) -> dict[str, FileRecord]:
        """All indexed files by path."""
        return {known.record.path: known.record for known in self.register.under("/")}

    def document_ids(self, path: str) -> list[str]:
        """Ids of the documents of one file, in its order."""
        rows = self._rows(
            "SELECT d.id FROM documents d JOIN files f ON f.id = d.file"
            " WHERE f.path = ? ORDER BY d.number",
            path,
        )
        return [row[0] for row in rows]

    def document(self, path: str, document_id: str) -> Document | None:
        """A document of a file; None if it has none by this id."""
        rows = self._rows(
            f"SELECT {_DOCUMENT} FROM documents d JOIN files f ON f.id = d.file"
            " WHERE f.path = ? AND d.id = ?",
            path,
            document_id,
        )
        return _document(rows[0]) if rows else None

    def document_numbered(self, number: int) -> Document | None:
        """The document of that number; None if it is gone."""
        rows = self._rows(f"SELECT {_DOCUMENT} FROM documents d WHERE d.number = ?", number)
        return _document(rows[0]) if rows else None

    def passages_by_ids(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Live passages by id; unknown ids are absent. Passages of a document share it."""
        rows = self._rows_in(
            f"SELECT {_PASSAGE} FROM passages p JOIN documents d ON d.number = p.document"
            " WHERE p.id IN ({})",
            ids,
        )
        return {passage.id: passage for passage in self._passages(rows)}

    def passages_of(self, passage_id: str) -> tuple[Passage, ...]:
        """All passages, in order, of the document that the passage belongs to."""
        rows = self._rows(
            f"SELECT {_PASSAGE} FROM passages p JOIN documents d ON d.number = p.document"
            " WHERE d.number = (SELECT document FROM passages WHERE id = ? LIMIT 1)"
            " ORDER BY p.place",
            passage_id,
        )
        return tuple(self._passages(rows))

    def size(self) -> int:
        """Number of passages, one that stands in two files twice."""
        [row] = self._rows("SELECT count(*) FROM passages")
        return int(row[0])

    # Acronyms

    def long_forms(self, shorts: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
        """What documents say acronyms stand for: (long form, number of documents), most first.

        Capitals count. Acronyms that no document defines are absent.
        """
        return self._acronyms("short", "long", shorts)

    def short_forms(self, names: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
        """Acronyms of long forms, likewise; a long form is asked for by its words, lower-cased."""
        return self._acronyms("words", "short", names)

    def _acronyms(
        self, by: str, wanted: str, keys: Sequence[str]
    ) -> dict[str, list[tuple[str, int]]]:
        found: dict[str, list[tuple[str, int]]] = {}
        if self._rows("SELECT 1 FROM sqlite_master WHERE name = 'acronyms'"):
            rows = self._rows_in(
                f'SELECT "{by}", min("{wanted}"), count(DISTINCT document) AS n FROM acronyms'
                f' WHERE "{by}" IN ({{}}) GROUP BY "{by}", lower("{wanted}") ORDER BY n DESC, 2',
                keys,
            )
            for key, form, documents in rows:
                found.setdefault(key, []).append((form, documents))
        return found

    def embeddings(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Embeddings of live passages by passage id; unknown ids are absent."""
        rows = self._rows_in(
            "SELECT p.id, e.vector FROM passages p JOIN embeddings e ON e.hash = p.hash"
            " WHERE p.id IN ({})",
            ids,
        )
        return {passage: self._vector(blob) for passage, blob in rows}

    def encoded(self, ids: Sequence[str]) -> dict[str, tuple[NDArray[np.float32], bytes]]:
        """Embeddings and words for late interaction of live passages; unknown ids are absent."""
        rows = self._rows_in(
            "SELECT p.id, e.vector, e.words FROM passages p JOIN embeddings e ON e.hash = p.hash"
            " WHERE p.id IN ({})",
            ids,
        )
        return {passage: (self._vector(vector), words) for passage, vector, words in rows}

    def sample(self, size: int) -> list[str]:
        """Ids of up to `size` passages spread evenly over the catalogue."""
        [(last,)] = self._rows("SELECT coalesce(max(number), 0) FROM passages")
        found: dict[str, None] = {}
        for step in range(size):
            rows = self._rows(
                "SELECT id FROM passages WHERE number >= ? ORDER BY number LIMIT 1",
                1 + step * (last - 1) // max(size - 1, 1),
            )
            found.update((row[0], None) for row in rows)
        return list(found)

    def passage_ids(self, size: int) -> Iterator[list[str]]:
        """Ids of all passages, each once, in lists of at most `size`."""
        after = ""
        while rows := self._rows(
            "SELECT DISTINCT id FROM passages WHERE id > ? ORDER BY id LIMIT ?", after, size
        ):
            yield [row[0] for row in rows]
            after = rows[-1][0]

    def known_hashes(self, hashes: Iterable[bytes]) -> set[bytes]:
        """Those of the hashes whose embedding is kept."""
        return {
            row[0]
            for row in self._rows_in("SELECT hash FROM embeddings WHERE hash IN ({})", list(hashes))
        }

    def outbox(self, limit: int) -> list[str]:
        """Ids of up to `limit` passages that changed and are not yet so in the vector index."""
        rows = self._rows("SELECT passage FROM outbox ORDER BY passage LIMIT ?", limit)
        return [row[0] for row in rows]

    def pending(self) -> int:
        """Number of entries in the outbox."""
        [row] = self._rows("SELECT count(*) FROM outbox")
        return int(row[0])

    def vectors_record(self) -> str | None:
        """What was recorded of where the vectors are; None where nothing ever was."""
        rows = self._rows("SELECT value FROM meta WHERE key = 'vectors'")
        return str(rows[0][0]) if rows else None

    def vectors_deleted(self) -> int:
        """Number of vectors deleted from the vector index since it was begun."""
        rows = self._rows("SELECT value FROM meta WHERE key = 'deleted'")
        return int(rows[0][0]) if rows else 0

    # What a question is put to

    def scope(self, where: Filter) -> int:
        """Put into scope the passages whose document the filter lets through; how many they are.

        Their numbers stand in `temp.scope (number)` until the next call. Nothing is done where
        neither the filter nor the catalogue has changed since the last one.
        """
        # Read first: what another process commits meanwhile is then taken for new the next time.
        wanted = where, self.generation()
        if self._scoped != wanted:
            self._scoped = None
            self._fill_scope(where)
            [row] = self._rows("SELECT count(*) FROM temp.scope")
            self._scoped, self._in_scope = wanted, int(row[0])
        return self._in_scope

    def matching(self, where: Filter) -> int:
        """How many documents the filter lets through, of those that have passages."""
        if not where:
            return self.counts()[0]
        self.scope(where)
        [row] = self._rows(
            "SELECT count(DISTINCT p.document) FROM temp.scope s"
            " JOIN passages p ON p.number = s.number"
        )
        return int(row[0])

    def _fill_scope(self, where: Filter) -> None:
        conditions = {
            "is_named(d.id, d.source, f.path, f.root)": where.only,
            "d.published >= :since": where.since,
            "d.published <= :until": where.until,
            "f.path <> :besides": where.besides,
        }
        asked = " AND ".join(sql for sql, given in conditions.items() if given)
        with self._mapped():
            self._db.create_function("is_named", 4, matcher(where.only), deterministic=True)
            self._db.execute("DELETE FROM temp.scope")
            # CROSS JOIN keeps the order of the tables, so that a document is looked at once.
            self._db.execute(
                "INSERT INTO temp.scope SELECT p.number FROM files f"
                " CROSS JOIN documents d ON d.file = f.id"
                f" CROSS JOIN passages p ON p.document = d.number WHERE {asked or 'true'}",
                {"since": where.since, "until": where.until, "besides": where.besides},
            )

    def passages_in_scope(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Those of the passages that are in scope, by id.

        A passage that stands in two files is given as it stands in one that is in scope.
        """
        rows = self._rows_in(
            f"SELECT {_PASSAGE} FROM passages p JOIN documents d ON d.number = p.document"
            " WHERE EXISTS (SELECT 1 FROM temp.scope s WHERE s.number = p.number)"
            " AND p.id IN ({})",
            ids,
        )
        return {passage.id: passage for passage in self._passages(rows)}

    def ids_in_scope(self, ids: Sequence[str]) -> set[str]:
        """Those of the passages that are in scope."""
        rows = self._rows_in(
            "SELECT p.id FROM passages p JOIN temp.scope s ON s.number = p.number"
            " WHERE p.id IN ({})",
            ids,
        )
        return {row[0] for row in rows}

    def scoped_embeddings(self) -> tuple[list[str], NDArray[np.float32]]:
        """Ids of the passages in scope, each once, and their embeddings, a row each."""
        rows = self._rows(
            "SELECT p.id, e.vector FROM temp.scope s CROSS JOIN passages p ON p.number = s.number"
            " CROSS JOIN embeddings e ON e.hash = p.hash"
        )
        kept = dict(rows)
        return list(kept), self._vectors(list(kept.values()))

    # Writing

    def keep_embeddings(self, keys: Sequence[bytes], encoded: Encoded) -> None:
        """Keep embeddings by the hash of the text, so that no crash makes us compute it again."""
        vectors = encoded.vectors.astype("<f4")
        values = [
            (key, vector.tobytes(), words)
            for key, vector, words in zip(keys, vectors, encoded.words, strict=True)
        ]
        with self._transaction():
            self._db.executemany("INSERT OR IGNORE INTO embeddings VALUES (?,?,?)", values)

    def apply(self, changes: Iterable[Change]) -> None:
        """Make all the changes in one transaction.

        Text, full-text index, embeddings, outbox and generation change together; the embeddings
        of new passages must be kept already.
        """
        with self._transaction():
            old: set[_Vector] = set()
            new: set[_Vector] = set()
            self._make(_ACRONYMS)
            for change in changes:
                file = self.register.write(self._db, change.file)
                for document_id in (*change.gone, *(e.document.id for e in change.entries)):
                    old |= self._delete_document(file, document_id)
                for entry in change.entries:
                    new |= self._insert_document(file, entry)
            self._announce(old ^ new)

    def remove_files(self, paths: Iterable[str]) -> None:
        """Delete files with all their documents, in one transaction."""
        rows = self._rows_in("SELECT id FROM files WHERE path IN ({})", list(paths))
        self.remove_numbered([row[0] for row in rows])

    def remove_numbered(self, files: Iterable[int]) -> None:
        """The same for files by their numbers."""
        with self._transaction():
            for file in files:
                rows = self._db.execute("SELECT id FROM documents WHERE file = ?", (file,))
                for [document_id] in rows.fetchall():
                    self._announce(self._delete_document(file, document_id))
                self._db.execute("DELETE FROM files WHERE id = ?", (file,))

    def delivered(self, ids: Sequence[str], deleted: int = 0) -> None:
        """Take passages out of the outbox, of which so many were deleted from the vector index.

        Moves the generation, so that readers reopen.
        """
        with self._transaction():
            self._db.executemany("DELETE FROM outbox WHERE passage = ?", [(key,) for key in ids])
            self._db.execute(
                "INSERT INTO meta VALUES ('deleted', ?)"
                " ON CONFLICT (key) DO UPDATE SET value = value + excluded.value",
                (deleted,),
            )
            self._advance()

    def record_vectors(self, record: str) -> None:
        """Record where the vectors are."""
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO meta VALUES ('vectors', ?)", (record,))

    def switch_vectors(self, record: str) -> None:
        """Record another place of vectors, which agree with the catalogue as it stands.

        The outbox is emptied and the generation moves in the same transaction.
        """
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO meta VALUES ('vectors', ?)", (record,))
            self._db.execute("INSERT OR REPLACE INTO meta VALUES ('deleted', 0)")
            self._db.execute("DELETE FROM outbox")
            self._advance()

    def forget_unused(self) -> None:
        """Drop embeddings that no passage uses any more."""
        with self._transaction():
            # Found in the two indexes first: the table itself is large.
            self._db.execute(
                "DELETE FROM embeddings WHERE rowid IN (SELECT rowid FROM embeddings"
                " WHERE hash NOT IN (SELECT hash FROM passages))"
            )

    def refill_words(self) -> None:
        """Make the full-text index anew of what the documents say."""
        with self._transaction():
            self._fill_words()
            self._advance()

    # Inside

    def _prepare(self, model: str, create: bool) -> None:
        tables = {row[0] for row in self._rows("SELECT name FROM sqlite_master")}
        if not tables and create:
            self._create(model)
        elif not tables:
            raise self._missing()
        elif "meta" not in tables:
            raise self._error(IndexDamagedError, "is not a catalogue of this program")
        self._check_format()
        if not self.roots():
            if not create:
                raise self._missing()
            self._begin_again(model)
        self._check_model(model)
        # FULL makes every commit survive a loss of power; beside embedding its cost is nothing.
        self._rows("PRAGMA synchronous = FULL")
        self._rows("PRAGMA foreign_keys = ON")
        # What is temporary needs no room on a disk, so that reading goes on where one is full.
        self._rows("PRAGMA temp_store = MEMORY")
        with self._mapped():
            self._make(fulltext.TEMPORARY)
            self._make(_SCOPE)

    def _create(self, model: str) -> None:
        self._rows("PRAGMA journal_mode = WAL")
        values = {
            "format": FORMAT,
            "model": model,
            "dimension": self._dimension,
            "generation": 0,
        }
        with self._transaction():
            self._make(_SCHEMA)
            self._db.executemany("INSERT INTO meta VALUES (?, ?)", values.items())

    def _begin_again(self, model: str) -> None:
        """A first run that ended before it wrote a document binds nobody to its model."""
        known = (self._meta("model"), self._meta("dimension"))
        if known != (model, self._dimension):
            with self._transaction():
                self._db.execute("DELETE FROM embeddings")
                values = [(model, "model"), (self._dimension, "dimension")]
                self._db.executemany("UPDATE meta SET value = ? WHERE key = ?", values)

    def _make(self, schema: str) -> None:
        for statement in schema.split(";"):
            self._db.execute(statement)

    def _check_format(self) -> None:
        made = int(self._meta("format"))
        if made < FORMAT:
            self._upgrade()
        if made > FORMAT:
            raise IndexMismatchError(
                f"the index {self.path.parent} was made by a newer version of this program; "
                "update the program, or build another index with --index."
            )

    def _upgrade(self) -> None:
        with self._transaction():
            made = int(self._meta("format"))  # another process may have been quicker
            if made < 2:
                self._upgrade_from_1()
            for table, column in _NEW_IN_3 if made < 3 else ():
                self._db.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
            self._db.execute("UPDATE meta SET value = ? WHERE key = 'format'", (FORMAT,))

    def _upgrade_from_1(self) -> None:
        """Format 1 had no words around a passage and none for late interaction."""
        self._db.execute("ALTER TABLE embeddings ADD COLUMN words BLOB NOT NULL DEFAULT x''")
        self._fill_words()
        self._make(_ACRONYMS)

    def _fill_words(self) -> None:
        """Make the full-text index anew of what the documents say."""
        self._db.execute("DROP TABLE words")
        self._make(fulltext.SCHEMA)
        for number, title, text in self._db.execute(
            "SELECT number, title, text FROM documents ORDER BY number"
        ):
            rows = self._db.execute(_PLACES_OF, (number,)).fetchall()
            self.words.add(self._db, _entries(title, text, [row[:4] for row in rows]))

    def _check_model(self, model: str) -> None:
        maker = self._meta("model")
        if (maker, self._meta("dimension")) != (model, self._dimension):
            raise IndexMismatchError(
                f"the index {self.path.parent} was made with the embedding model {maker} "
                f"and cannot be used with {model}; leave --embedding (ASSISTANT_EMBEDDING) out, or "
                "build another index with --index."
            )

    def _missing(self) -> IndexMissingError:
        return IndexMissingError(
            f"there is no index at {self.path.parent}; build it with `assistant index PATH`."
        )

    def _meta(self, key: str) -> Any:
        rows = self._rows("SELECT value FROM meta WHERE key = ?", key)
        if not rows:
            raise self._error(IndexDamagedError, f"lacks the entry {key!r}")
        return rows[0][0]

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        with self._mapped():
            return self._db.execute(sql, values).fetchall()

    def _rows_in(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """The rows of `sql` whose `{}` stands for a list of values, however long the list."""
        found: list[Any] = []
        for start in range(0, len(values), _BATCH):
            part = values[start : start + _BATCH]
            found += self._rows(sql.format(",".join("?" * len(part))), *part)
        return found

    def _vector(self, blob: bytes) -> NDArray[np.float32]:
        return self._vectors([blob]).reshape(-1)

    def _vectors(self, blobs: Sequence[bytes]) -> NDArray[np.float32]:
        if any(len(blob) != 4 * self._dimension for blob in blobs):
            raise IndexDamagedError(
                f"the catalogue {self.path} keeps an embedding that is none; run "
                "`assistant doctor --repair`."
            )
        rows = np.frombuffer(b"".join(blobs), dtype="<f4").reshape(-1, self._dimension)
        return rows.astype(np.float32, copy=False)

    def _passages(self, rows: Sequence[Any]) -> list[Passage]:
        numbers = list(dict.fromkeys(row[1] for row in rows))
        documents = {
            row[-1]: _document(row)
            for row in self._rows_in(
                f"SELECT {_DOCUMENT}, d.number FROM documents d WHERE d.number IN ({{}})", numbers
            )
        }
        return [
            Passage(key, documents[number], start, end, heading, _sentences(packed))
            for key, number, start, end, heading, packed in rows
            if number in documents
        ]

    def _insert_document(self, file: int, entry: Entry) -> set[_Vector]:
        document = entry.document
        [number] = self._db.execute(
            "INSERT INTO documents (file, id, source, title, text, published, publisher,"
            " media_type, pages, author, language, encoding)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?) RETURNING number",
            (
                file,
                document.id,
                document.source,
                document.title,
                document.text,
                document.published,
                document.publisher,
                document.media_type,
                json.dumps(document.pages),
                document.author,
                document.language,
                document.encoding,
            ),
        ).fetchone()
        rows = []
        for place, (passage, key) in enumerate(zip(entry.passages, entry.hashes, strict=True)):
            values = (passage.start, passage.end, passage.heading, _packed(passage.sentences), key)
            [row] = self._db.execute(
                'INSERT INTO passages (id, document, place, start, "end", heading, sentences, hash)'
                " VALUES (?,?,?,?,?,?,?,?) RETURNING number",
                (passage.id, number, place, *values),
            ).fetchone()
            rows.append((row, passage.heading, passage.start, passage.end))
        self.words.add(self._db, _entries(document.title, document.text, rows))
        self._db.executemany(
            "INSERT INTO acronyms VALUES (?,?,?,?)",
            [
                (number, short, long, " ".join(_WORD.findall(long.lower())))
                for short, long in entry.acronyms
            ],
        )
        return {(p.id, key) for p, key in zip(entry.passages, entry.hashes, strict=True)}

    def _delete_document(self, file: int, document_id: str) -> set[_Vector]:
        found = self._db.execute(
            "SELECT number, title, text FROM documents WHERE file = ? AND id = ?",
            (file, document_id),
        ).fetchone()
        if found is None:
            return set()
        number, title, text = found
        rows = self._db.execute(_PLACES_OF, (number,)).fetchall()
        self.words.forget(self._db, _entries(title, text, [row[:4] for row in rows]))
        self._db.execute("DELETE FROM passages WHERE document = ?", (number,))
        self._db.execute("DELETE FROM documents WHERE number = ?", (number,))
        return {(row[4], row[5]) for row in rows}

    def _announce(self, changed: Iterable[_Vector]) -> None:
        values = [(passage,) for passage, _ in changed]
        self._db.executemany("INSERT OR IGNORE INTO outbox VALUES (?)", values)
        self._advance()

    def _advance(self) -> None:
        self._db.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._mapped():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        """SQLite's errors as this program's."""
        try:
            yield
        except sqlite3.DatabaseError as exc:
            kind = _KINDS.get(getattr(exc, "sqlite_errorcode", 0) & 0xFF)
            if kind is None:  # a mistake of this program, not a state of the index
                raise
            raise self._error(kind, f"cannot be used: {exc}") from exc

    def _error(self, kind: type[NoUsableIndexError], fact: str) -> NoUsableIndexError:
        remedy = _REMEDIES[kind].format(folder=self.path.parent)
        return kind(f"the catalogue {self.path} {fact}; {remedy}")


def _entries(
    title: str, text: str, rows: Sequence[tuple[int, str, int, int]]
) -> list[fulltext.Entry]:
    """Full-text rows of a document's passages: number, heading, start and end, in order."""
    places = [(start, end) for _, _, start, end in rows]
    return [
        fulltext.Entry(number, title, heading, text[start:end], fulltext.around(text, places, at))
        for at, (number, heading, start, end) in enumerate(rows)
    ]


def _document(row: Sequence[Any]) -> Document:
    key, source, title, text, published, publisher, media_type, pages = row[:8]
    starts = tuple(json.loads(pages))
    author, language, encoding = row[8:11]
    return Document(
        key,
        source,
        title,
        text,
        published,
        publisher,
        media_type,
        starts,
        author,
        language,
        encoding,
    )


def _packed(sentences: Sequence[Sentence]) -> bytes:
    return np.array([(s.start, s.end) for s in sentences], dtype="<u4").tobytes()


def _sentences(packed: bytes) -> tuple[Sentence, ...]:
    pairs = np.frombuffer(packed, dtype="<u4").reshape(-1, 2).tolist()
    return tuple(Sentence(start, end) for start, end in pairs)
