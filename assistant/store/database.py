"""SQLite, the truth: documents, passages and their embeddings, written in whole changes.

With `connection`, `schema`, `passages`, `fulltext`, `tracked_files`, `documents` and `integrity`
the only modules that speak SQL. Reading files, embedding and Chroma are left to others.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from assistant.documents import Document, Passage, Sentence
from assistant.models.embeddings import Encoded
from assistant.store import schema
from assistant.store.documents import Listing
from assistant.store.fulltext import FullText
from assistant.store.integrity import Integrity
from assistant.store.passages import PassageReader
from assistant.store.schema import PLACES_OF, word_rows
from assistant.store.tracked_files import FileRecord, Register

_WORD = re.compile(r"[^\W_]+")

# What the vector index has of a passage: its id, which stands for its words and their place, the
# hash of what was embedded for it, and its document's title and date.
_Vector = tuple[str, bytes, str, str | None]


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


class Catalogue(PassageReader):
    """One open catalogue.

    Every write method is a transaction on its own: after a crash it has happened or it has not.
    """

    def __init__(self, path: Path, model: str, dimension: int, create: bool = False) -> None:
        """Open the catalogue file at `path`, or make it if `create` is set.

        Raises:
            IndexMissingError: there is none, or none that anything was ever written to.
            IndexMismatchError: made by a newer version or with another embedding model.
        """
        if not create and not path.exists():
            raise schema.missing(path)
        super().__init__(path, dimension)
        try:
            schema.prepare(self, model, dimension, create)
        except BaseException:
            self.close()
            raise

    @cached_property
    def words(self) -> FullText:
        """The full-text index."""
        return FullText(self.rows, self.rows_in)

    @cached_property
    def integrity(self) -> Integrity:
        """The checks of what is kept."""
        return Integrity(self.rows, self.rows_in, self.transaction)

    @cached_property
    def listing(self) -> Listing:
        """The documents as they are listed."""
        return Listing(self.rows, self.rows_in)

    @cached_property
    def register(self) -> Register:
        """The files that documents come from."""
        return Register(self.rows, self.transaction)

    # Reading

    def roots(self) -> tuple[str, ...]:
        """The folders and files that were indexed, as absolute paths."""
        return tuple(row[0] for row in self.rows("SELECT path FROM roots ORDER BY path"))

    def files(self) -> dict[str, FileRecord]:
        """All indexed files by path."""
        return {known.record.path: known.record for known in self.register.under("/")}

    def known_hashes(self, hashes: Iterable[bytes]) -> set[bytes]:
        """Those of the hashes whose embedding is kept."""
        return {
            row[0]
            for row in self.rows_in("SELECT hash FROM embeddings WHERE hash IN ({})", list(hashes))
        }

    def outbox(self, limit: int) -> list[str]:
        """Ids of up to `limit` passages that changed and are not yet so in the vector index."""
        rows = self.rows("SELECT passage FROM outbox ORDER BY passage LIMIT ?", limit)
        return [row[0] for row in rows]

    def pending(self) -> int:
        """Number of entries in the outbox."""
        [row] = self.rows("SELECT count(*) FROM outbox")
        return int(row[0])

    def vectors_record(self) -> str | None:
        """What was recorded of where the vectors are; None where nothing ever was."""
        rows = self.rows("SELECT value FROM meta WHERE key = 'vectors'")
        return str(rows[0][0]) if rows else None

    def vectors_deleted(self) -> int:
        """Number of vectors deleted from the vector index since it was begun."""
        rows = self.rows("SELECT value FROM meta WHERE key = 'deleted'")
        return int(rows[0][0]) if rows else 0

    # Writing

    def keep_embeddings(self, keys: Sequence[bytes], encoded: Encoded) -> None:
        """Keep embeddings by the hash of the text, so that no crash makes us compute it again."""
        vectors = encoded.vectors.astype("<f4")
        values = [
            (key, vector.tobytes(), words)
            for key, vector, words in zip(keys, vectors, encoded.words, strict=True)
        ]
        with self.transaction():
            self.db.executemany("INSERT OR IGNORE INTO embeddings VALUES (?,?,?)", values)

    def apply(self, changes: Iterable[Change]) -> None:
        """Make all the changes in one transaction.

        Text, full-text index, embeddings, outbox and generation change together; the embeddings
        of new passages must be kept already.
        """
        with self.transaction():
            old: set[_Vector] = set()
            new: set[_Vector] = set()
            self.make(schema.ACRONYMS)
            for change in changes:
                file = self.register.write(self.db, change.file)
                for document_id in (*change.gone, *(e.document.id for e in change.entries)):
                    old |= self._delete_document(file, document_id)
                for entry in change.entries:
                    new |= self._insert_document(file, entry)
            self._announce(old ^ new)

    def remove_files(self, paths: Iterable[str]) -> None:
        """Delete files with all their documents, in one transaction."""
        rows = self.rows_in("SELECT id FROM files WHERE path IN ({})", list(paths))
        self.remove_numbered([row[0] for row in rows])

    def remove_numbered(self, files: Iterable[int]) -> None:
        """The same for files by their numbers."""
        with self.transaction():
            for file in files:
                rows = self.db.execute("SELECT id FROM documents WHERE file = ?", (file,))
                for [document_id] in rows.fetchall():
                    self._announce(self._delete_document(file, document_id))
                self.db.execute("DELETE FROM files WHERE id = ?", (file,))

    def delivered(self, ids: Sequence[str], deleted: int = 0) -> None:
        """Take passages out of the outbox, of which so many were deleted from the vector index.

        Moves the generation, so that readers reopen.
        """
        with self.transaction():
            self.db.executemany("DELETE FROM outbox WHERE passage = ?", [(key,) for key in ids])
            self.db.execute(
                "INSERT INTO meta VALUES ('deleted', ?)"
                " ON CONFLICT (key) DO UPDATE SET value = value + excluded.value",
                (deleted,),
            )
            self._advance()

    def record_vectors(self, record: str) -> None:
        """Record where the vectors are."""
        with self.transaction():
            self.db.execute("INSERT OR REPLACE INTO meta VALUES ('vectors', ?)", (record,))

    def switch_vectors(self, record: str) -> None:
        """Record another place of vectors, which agree with the catalogue as it stands.

        The outbox is emptied and the generation moves in the same transaction.
        """
        with self.transaction():
            self.db.execute("INSERT OR REPLACE INTO meta VALUES ('vectors', ?)", (record,))
            self.db.execute("INSERT OR REPLACE INTO meta VALUES ('deleted', 0)")
            self.db.execute("DELETE FROM outbox")
            self._advance()

    def forget_unused(self) -> None:
        """Drop embeddings that no passage uses any more."""
        with self.transaction():
            # Found in the two indexes first: the table itself is large.
            self.db.execute(
                "DELETE FROM embeddings WHERE rowid IN (SELECT rowid FROM embeddings"
                " WHERE hash NOT IN (SELECT hash FROM passages))"
            )

    def refill_words(self) -> None:
        """Make the full-text index anew of what the documents say."""
        with self.transaction():
            schema.fill_words(self)
            self._advance()

    # Inside

    def _insert_document(self, file: int, entry: Entry) -> set[_Vector]:
        document = entry.document
        [number] = self.db.execute(
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
            [row] = self.db.execute(
                'INSERT INTO passages (id, document, place, start, "end", heading, sentences, hash)'
                " VALUES (?,?,?,?,?,?,?,?) RETURNING number",
                (passage.id, number, place, *values),
            ).fetchone()
            rows.append((row, passage.heading, passage.start, passage.end))
        self.words.add(self.db, word_rows(document.title, document.text, rows))
        self.db.executemany(
            "INSERT INTO acronyms VALUES (?,?,?,?)",
            [
                (number, short, long, " ".join(_WORD.findall(long.lower())))
                for short, long in entry.acronyms
            ],
        )
        title, published = document.title, document.published
        return {
            (passage.id, key, title, published)
            for passage, key in zip(entry.passages, entry.hashes, strict=True)
        }

    def _delete_document(self, file: int, document_id: str) -> set[_Vector]:
        found = self.db.execute(
            "SELECT number, title, text, published FROM documents WHERE file = ? AND id = ?",
            (file, document_id),
        ).fetchone()
        if found is None:
            return set()
        number, title, text, published = found
        rows = self.db.execute(PLACES_OF, (number,)).fetchall()
        self.words.forget(self.db, word_rows(title, text, [row[:4] for row in rows]))
        self.db.execute("DELETE FROM passages WHERE document = ?", (number,))
        self.db.execute("DELETE FROM documents WHERE number = ?", (number,))
        return {(row[4], row[5], title, published) for row in rows}

    def _announce(self, changed: Iterable[_Vector]) -> None:
        values = [(passage,) for passage, *_ in changed]
        self.db.executemany("INSERT OR IGNORE INTO outbox VALUES (?)", values)
        self._advance()

    def _advance(self) -> None:
        self.db.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")


def _packed(sentences: Sequence[Sentence]) -> bytes:
    return np.array([(s.start, s.end) for s in sentences], dtype="<u4").tobytes()
