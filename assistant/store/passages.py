"""What is read of a catalogue: documents, passages and their embeddings, all or those in scope."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.documents import Document, Passage, Sentence
from assistant.errors import IndexDamagedError
from assistant.filters import Filter, matcher
from assistant.store.connection import Connection

_DOCUMENT = (
    "d.id, d.source, d.title, d.text, d.published, d.publisher, d.media_type, d.pages,"
    " d.author, d.language, d.encoding"
)
_PASSAGE = 'p.id, d.number, p.start, p."end", p.heading, p.sentences'


class PassageReader(Connection):
    """An open catalogue, to be read from."""

    def __init__(self, path: Path, dimension: int) -> None:
        """Open the file at `path`, whose embeddings are of a length."""
        super().__init__(path)
        self._dimension = dimension
        # What the table `scope` was filled for, and how many passages it holds.
        self._scoped: tuple[Filter, int] | None = None
        self._in_scope = 0

    def generation(self) -> int:
        """Number of the last committed change."""
        return int(self.meta("generation"))

    def counts(self) -> tuple[int, int]:
        """Numbers of documents and of passages (a passage that stands in two files once)."""
        [documents] = self.rows("SELECT count(*) FROM documents")
        [passages] = self.rows("SELECT count(DISTINCT id) FROM passages")
        return int(documents[0]), int(passages[0])

    def document_ids(self, path: str) -> list[str]:
        """Ids of the documents of one file, in its order."""
        rows = self.rows(
            "SELECT d.id FROM documents d JOIN files f ON f.id = d.file"
            " WHERE f.path = ? ORDER BY d.number",
            path,
        )
        return [row[0] for row in rows]

    def document(self, path: str, document_id: str) -> Document | None:
        """A document of a file; None if it has none by this id."""
        rows = self.rows(
            f"SELECT {_DOCUMENT} FROM documents d JOIN files f ON f.id = d.file"
            " WHERE f.path = ? AND d.id = ?",
            path,
            document_id,
        )
        return _document(rows[0]) if rows else None

    def document_numbered(self, number: int) -> Document | None:
        """The document of that number; None if it is gone."""
        rows = self.rows(f"SELECT {_DOCUMENT} FROM documents d WHERE d.number = ?", number)
        return _document(rows[0]) if rows else None

    def passages_by_ids(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Live passages by id; unknown ids are absent. Passages of a document share it."""
        rows = self.rows_in(
            f"SELECT {_PASSAGE} FROM passages p JOIN documents d ON d.number = p.document"
            " WHERE p.id IN ({})",
            ids,
        )
        return {passage.id: passage for passage in self._passages(rows)}

    def passages_of(self, passage_id: str) -> tuple[Passage, ...]:
        """All passages, in order, of the document that the passage belongs to."""
        rows = self.rows(
            f"SELECT {_PASSAGE} FROM passages p JOIN documents d ON d.number = p.document"
            " WHERE d.number = (SELECT document FROM passages WHERE id = ? LIMIT 1)"
            " ORDER BY p.place",
            passage_id,
        )
        return tuple(self._passages(rows))

    def size(self) -> int:
        """Number of passages, one that stands in two files twice."""
        [row] = self.rows("SELECT count(*) FROM passages")
        return int(row[0])

    def embeddings(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Embeddings of live passages by passage id; unknown ids are absent."""
        rows = self.rows_in(
            "SELECT p.id, e.vector FROM passages p JOIN embeddings e ON e.hash = p.hash"
            " WHERE p.id IN ({})",
            ids,
        )
        return {passage: self._vector(blob) for passage, blob in rows}

    def encoded(self, ids: Sequence[str]) -> dict[str, tuple[NDArray[np.float32], bytes]]:
        """Embeddings and words for late interaction of live passages; unknown ids are absent."""
        rows = self.rows_in(
            "SELECT p.id, e.vector, e.words FROM passages p JOIN embeddings e ON e.hash = p.hash"
            " WHERE p.id IN ({})",
            ids,
        )
        return {passage: (self._vector(vector), words) for passage, vector, words in rows}

    def sample(self, size: int) -> list[str]:
        """Ids of up to `size` passages spread evenly over the catalogue."""
        [(last,)] = self.rows("SELECT coalesce(max(number), 0) FROM passages")
        found: dict[str, None] = {}
        for step in range(size):
            rows = self.rows(
                "SELECT id FROM passages WHERE number >= ? ORDER BY number LIMIT 1",
                1 + step * (last - 1) // max(size - 1, 1),
            )
            found.update((row[0], None) for row in rows)
        return list(found)

    def passage_ids(self, size: int) -> Iterator[list[str]]:
        """Ids of all passages, each once, in lists of at most `size`, a document's together."""
        after = 0
        while rows := self.rows(
            "SELECT number, id FROM passages p WHERE number > ? AND NOT EXISTS"
            " (SELECT 1 FROM passages WHERE id = p.id AND number < p.number)"
            " ORDER BY number LIMIT ?",
            after,
            size,
        ):
            yield [row[1] for row in rows]
            after = rows[-1][0]

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
        if self.rows("SELECT 1 FROM sqlite_master WHERE name = 'acronyms'"):
            rows = self.rows_in(
                f'SELECT "{by}", min("{wanted}"), count(DISTINCT document) AS n FROM acronyms'
                f' WHERE "{by}" IN ({{}}) GROUP BY "{by}", lower("{wanted}") ORDER BY n DESC, 2',
                keys,
            )
            for key, form, documents in rows:
                found.setdefault(key, []).append((form, documents))
        return found

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
            [row] = self.rows("SELECT count(*) FROM temp.scope")
            self._scoped, self._in_scope = wanted, int(row[0])
        return self._in_scope

    def matching(self, where: Filter) -> int:
        """How many documents the filter lets through, of those that have passages."""
        if not where:
            return self.counts()[0]
        self.scope(where)
        [row] = self.rows(
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
        with self.mapped():
            self.db.create_function("is_named", 4, matcher(where.only), deterministic=True)
            self.db.execute("DELETE FROM temp.scope")
            # CROSS JOIN keeps the order of the tables, so that a document is looked at once.
            self.db.execute(
                "INSERT INTO temp.scope SELECT p.number FROM files f"
                " CROSS JOIN documents d ON d.file = f.id"
                f" CROSS JOIN passages p ON p.document = d.number WHERE {asked or 'true'}",
                {"since": where.since, "until": where.until, "besides": where.besides},
            )

    def passages_in_scope(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Those of the passages that are in scope, by id.

        A passage that stands in two files is given as it stands in one that is in scope.
        """
        rows = self.rows_in(
            f"SELECT {_PASSAGE} FROM passages p JOIN documents d ON d.number = p.document"
            " WHERE EXISTS (SELECT 1 FROM temp.scope s WHERE s.number = p.number)"
            " AND p.id IN ({})",
            ids,
        )
        return {passage.id: passage for passage in self._passages(rows)}

    def ids_in_scope(self, ids: Sequence[str]) -> set[str]:
        """Those of the passages that are in scope."""
        rows = self.rows_in(
            "SELECT p.id FROM passages p JOIN temp.scope s ON s.number = p.number"
            " WHERE p.id IN ({})",
            ids,
        )
        return {row[0] for row in rows}

    def scoped_embeddings(self) -> tuple[list[str], NDArray[np.float32]]:
        """Ids of the passages in scope, each once, and their embeddings, a row each."""
        rows = self.rows(
            "SELECT p.id, e.vector FROM temp.scope s CROSS JOIN passages p ON p.number = s.number"
            " CROSS JOIN embeddings e ON e.hash = p.hash"
        )
        kept = dict(rows)
        return list(kept), self._vectors(list(kept.values()))

    # Inside

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
            for row in self.rows_in(
                f"SELECT {_DOCUMENT}, d.number FROM documents d WHERE d.number IN ({{}})", numbers
            )
        }
        return [
            Passage(key, documents[number], start, end, heading, _sentences(packed))
            for key, number, start, end, heading, packed in rows
            if number in documents
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


def _sentences(packed: bytes) -> tuple[Sentence, ...]:
    pairs = np.frombuffer(packed, dtype="<u4").reshape(-1, 2).tolist()
    return tuple(Sentence(start, end) for start, end in pairs)
