"""Is the catalogue whole? Its checks, and what of it can be put right from what it holds.

With `database` and `fulltext` the only module that speaks SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.errors import IndexDamagedError
from assistant.models.embeddings import Encoded
from assistant.store.fulltext import Rows

_MOST_TOLD = 3  # of SQLite's own findings
_BATCH = 1000  # embeddings, or documents, that are read at a time
_FULL_TEXT = "FTS5"  # what SQLite says of the full-text index is not about the tables
# What depends on a row that is gone and holds nothing that was read from a file.
_MENDED = (
    "INSERT OR IGNORE INTO roots (path) SELECT root FROM files",
    "DELETE FROM acronyms WHERE document NOT IN (SELECT number FROM documents)",
    "DELETE FROM passages WHERE document NOT IN (SELECT number FROM documents)",
)

Transaction = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True)
class Misplaced:
    """Passages that do not lie in the text of their documents.

    Attributes:
        passages: how many.
        documents: the numbers of their documents.
    """

    passages: int
    documents: tuple[int, ...]


class Integrity:
    """The checks of one open catalogue. Reading changes nothing; mending is a transaction each.

    Raises (every method):
        IndexDamagedError: the file is so damaged that it cannot be looked through.
    """

    def __init__(self, rows: Rows, rows_in: Rows, transaction: Transaction) -> None:
        """Ask by `rows`, and by `rows_in` for lists of values; write within `transaction`."""
        self._rows = rows
        self._rows_in = rows_in
        self._transaction = transaction

    # SQLite's file

    def damage(self) -> list[str]:
        """What SQLite finds wrong with the file, in its own words; empty when all is well."""
        found = [str(row[0]) for row in self._rows(f"PRAGMA integrity_check({_MOST_TOLD})")]
        return [told for told in found if told != "ok" and _FULL_TEXT not in told]

    def reindex(self) -> None:
        """Make the indexes of all tables anew, which is what mends most of what can be."""
        with self._transaction():
            self._rows("REINDEX")

    def dangling(self) -> list[str]:
        """Rows that depend on what is gone, as `5 passages without documents`."""
        counts: dict[tuple[str, str], int] = {}
        for table, _, parent, _ in self._rows("PRAGMA foreign_key_check"):
            if (table, parent) != ("passages", "embeddings"):  # see `unembedded`
                counts[table, parent] = counts.get((table, parent), 0) + 1
        return [f"{n} {table} without {parent}" for (table, parent), n in counts.items()]

    def mend_dangling(self) -> None:
        """Drop what belongs to documents that are gone, and name the roots that files have."""
        with self._transaction():
            for statement in _MENDED:
                self._rows(statement)

    # Embeddings

    def unembedded(self, dimension: int) -> list[bytes]:
        """Hashes of passages whose embedding is missing or no vector of this length."""
        missing = self._rows(
            "SELECT DISTINCT hash FROM passages WHERE hash NOT IN (SELECT hash FROM embeddings)"
        )
        return [row[0] for row in missing] + list(self._no_vectors(dimension))

    def _no_vectors(self, dimension: int) -> Iterator[bytes]:
        after = b""
        while rows := self._rows(
            "SELECT hash, vector FROM embeddings WHERE hash > ? ORDER BY hash LIMIT ?",
            after,
            _BATCH,
        ):
            after = rows[-1][0]
            whole = {key: blob for key, blob in rows if len(blob) == 4 * dimension}
            lengths = np.linalg.norm(
                np.frombuffer(b"".join(whole.values()), "<f4").reshape(-1, dimension), axis=1
            )
            sound = {key for key, n in zip(whole, lengths, strict=True) if 0.9 < n < 1.1}
            used = self._rows_in(
                "SELECT DISTINCT hash FROM passages WHERE hash IN ({})",
                [key for key, _ in rows if key not in sound],
            )
            yield from (row[0] for row in used)

    def passages_with(self, hashes: Sequence[bytes]) -> dict[str, bytes]:
        """A passage's id for each of the hashes."""
        rows = self._rows_in(
            "SELECT min(id), hash FROM passages WHERE hash IN ({}) GROUP BY hash", hashes
        )
        return dict(rows)

    def put_embeddings(self, keys: Sequence[bytes], encoded: Encoded) -> None:
        """Keep embeddings by hash, in place of what is kept for it now."""
        with self._transaction():
            for key, vector, words in zip(keys, encoded.vectors, encoded.words, strict=True):
                self._rows(
                    "INSERT INTO embeddings VALUES (?,?,?) ON CONFLICT (hash) DO UPDATE"
                    " SET vector = excluded.vector, words = excluded.words",
                    key,
                    vector.astype("<f4").tobytes(),
                    words,
                )

    def unused(self) -> int:
        """Number of embeddings that no passage uses, as an interrupted run leaves them."""
        [row] = self._rows(
            "SELECT count(*) FROM embeddings WHERE hash NOT IN (SELECT hash FROM passages)"
        )
        return int(row[0])

    # Passages in their documents

    def misplaced(self) -> Misplaced:
        """Passages, or sentences of them, that lie outside the text of the document."""
        passages, documents, after = 0, [], -1
        while rows := self._rows(
            "SELECT number, text FROM documents WHERE number > ? ORDER BY number LIMIT ?",
            after,
            _BATCH // 10,
        ):
            after = rows[-1][0]
            lengths = {number: len(text) for number, text in rows}
            for number, start, end, sentences in self._rows_in(
                'SELECT document, start, "end", sentences FROM passages WHERE document IN ({})',
                list(lengths),
            ):
                if not _lies_within(start, end, sentences, lengths[number]):
                    passages += 1
                    documents.append(number)
        return Misplaced(passages, tuple(dict.fromkeys(documents)))

    def mark_unread(self, documents: Sequence[int]) -> None:
        """Have the next indexing run read the files of these documents again."""
        with self._transaction():
            self._rows_in(
                "UPDATE files SET size = -1, sha256 = '', recipe = '' WHERE id IN"
                " (SELECT file FROM documents WHERE number IN ({}))",
                documents,
            )

    # The full-text index

    def words_fault(self) -> str:
        """What is wrong with the full-text index; empty when nothing is."""
        try:
            [lacking] = self._rows(
                "SELECT count(*) FROM passages WHERE number NOT IN (SELECT id FROM words_docsize)"
            )
            [strays] = self._rows(
                "SELECT count(*) FROM words_docsize WHERE id NOT IN (SELECT number FROM passages)"
            )
            with self._transaction():
                self._rows("INSERT INTO words (words) VALUES ('integrity-check')")
        except IndexDamagedError:
            return "cannot be read"
        if lacking[0] or strays[0]:
            return f"lacks {lacking[0]} passages and holds {strays[0]} that are gone"
        return ""


def _lies_within(start: Any, end: Any, packed: bytes, length: int) -> bool:
    if not 0 <= start <= end <= length or len(packed) % 8:
        return False
    pairs = np.frombuffer(packed, "<u4").astype(np.int64).reshape(-1, 2)
    return bool(
        np.all(start <= pairs[:, 0])
        and np.all(pairs[:, 0] <= pairs[:, 1])
        and np.all(pairs[:, 1] <= end)
    )
