"""One connection to the catalogue's SQLite file: rows out, transactions in, errors as ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.errors import (
    IndexDamagedError,
    IndexLockedError,
    NoUsableIndexError,
    StorageError,
)

_BATCH = 500  # values bound to one statement; SQLite promises room for 999
_PATIENCE = 5  # seconds to wait for another process's transaction

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


class Connection:
    """An open file.

    Raises (every method):
        IndexDamagedError: the file is not a catalogue, or is corrupt. It is never altered then.
        StorageError: the disk is full or the place cannot be written.
        IndexLockedError: another process has been writing for longer than five seconds.
    """

    def __init__(self, path: Path) -> None:
        """Open the file at `path`; SQLite makes it where it is missing."""
        self.path = path
        with self.mapped():
            self.db = sqlite3.connect(
                path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
            )

    def close(self) -> None:
        """Close the file; nothing is pending, for every write was committed."""
        self.db.close()

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """The rows of a statement with values bound to it."""
        with self.mapped():
            return self.db.execute(sql, values).fetchall()

    def rows_in(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """The rows of `sql` whose `{}` stands for a list of values, however long the list."""
        found: list[Any] = []
        for start in range(0, len(values), _BATCH):
            part = values[start : start + _BATCH]
            found += self.rows(sql.format(",".join("?" * len(part))), *part)
        return found

    def meta(self, key: str) -> Any:
        """The entry of the catalogue about itself that must be there."""
        rows = self.rows("SELECT value FROM meta WHERE key = ?", key)
        if not rows:
            raise self.error(IndexDamagedError, f"lacks the entry {key!r}")
        return rows[0][0]

    def make(self, schema: str) -> None:
        """Run statements that are separated by semicolons."""
        for statement in schema.split(";"):
            self.db.execute(statement)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written within, or nothing."""
        with self.mapped():
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise

    @contextmanager
    def mapped(self) -> Iterator[None]:
        """SQLite's errors as this program's."""
        try:
            yield
        except sqlite3.DatabaseError as exc:
            kind = _KINDS.get(getattr(exc, "sqlite_errorcode", 0) & 0xFF)
            if kind is None:  # a mistake of this program, not a state of the index
                raise
            raise self.error(kind, f"cannot be used: {exc}") from exc

    def error(self, kind: type[NoUsableIndexError], fact: str) -> NoUsableIndexError:
        """An error of a kind that tells a fact, and its remedy."""
        remedy = _REMEDIES[kind].format(folder=self.path.parent)
        return kind(f"the catalogue {self.path} {fact}; {remedy}")
