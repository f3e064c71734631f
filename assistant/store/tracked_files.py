"""Which roots and files the catalogue keeps in step with the disk, and how they were last read.

With `database` and `fulltext` the only module that speaks SQL. What is in the files is left to
`database`, looking at the disk to `walk`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from assistant.ingest.sources import lies_in
from assistant.net import is_address
from assistant.reports import FileNote

PAGE = 1000
"""Files that are asked for at a time."""
_FILE = "path, root, size, mtime_ns, sha256, recipe, fault, remarks"
_KNOWN = f"SELECT {_FILE}, id, (SELECT count(*) FROM documents d WHERE d.file = f.id) FROM files f"

Rows = Callable[..., list[Any]]
"""Runs a statement with the values bound to it, and gives its rows."""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What is remembered of an indexed file.

    Attributes:
        path: absolute path, the file's identity; a web address stands for itself.
        root: the folder or file that was given when it was first indexed, or the address again.
        size, mtime_ns, sha256: of the content that was read.
        recipe: how it was cut into passages; another recipe means cutting it again.
        fault: what could not be read of it (see `told` and `noted`); empty where all was.
        remarks: what is to be known of how it was read, likewise.
    """

    path: str
    root: str
    size: int
    mtime_ns: int
    sha256: str
    recipe: str
    fault: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A remembered file as it stands in the catalogue.

    Attributes:
        record: what is remembered of it.
        number: its own.
        documents: how many it gave.
    """

    record: FileRecord
    number: int
    documents: int


@dataclass(frozen=True, slots=True)
class Root:
    """A folder or file that is kept in step, or a web address whose document is kept.

    Attributes:
        path: absolute path, or the address.
        globs: patterns of what is passed over in it, as gitignore writes them.
        removed: paths from the root on of what was removed from the index by hand; mapped to the
            ids of single documents where the file itself stays.
        mount: where its disk was mounted when it was last read; empty for the one that holds `/`.
    """

    path: str
    globs: tuple[str, ...] = ()
    removed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    mount: str = ""

    @classmethod
    def of(cls, path: str, exclude: str) -> Root:
        """A root of its row: globs stand there as text, all else as objects."""
        entries = json.loads(exclude)
        globs = tuple(entry for entry in entries if isinstance(entry, str))
        facts = [entry for entry in entries if isinstance(entry, dict)]
        removed = {
            fact["removed"]: frozenset(fact.get("documents", ()))
            for fact in facts
            if "removed" in fact
        }
        return cls(path, globs, removed, next((f["mount"] for f in facts if "mount" in f), ""))

    @property
    def exclude(self) -> str:
        """What its row holds; read again by `of`."""
        entries: list[Any] = list(self.globs)
        for path, documents in sorted(self.removed.items()):
            ids = {"documents": sorted(documents)} if documents else {}
            entries.append({"removed": path, **ids})
        entries += [{"mount": self.mount}] if self.mount else []
        return json.dumps(entries, ensure_ascii=False)


class Register:
    """The roots and files of one open catalogue.

    Args:
        rows: runs a statement on the catalogue's connection, its errors told as ours.
        transaction: one on that connection.
    """

    def __init__(
        self, rows: Rows, transaction: Callable[[], AbstractContextManager[sqlite3.Connection]]
    ) -> None:
        self._rows = rows
        self._transaction = transaction
        self._expected: dict[str, Root] = {}

    def roots(self) -> tuple[Root, ...]:
        """All folders and files that are kept in step, by path."""
        return tuple(root for root in self._all() if not is_address(root.path))

    def addresses(self) -> tuple[Root, ...]:
        """The web addresses whose documents are kept; they lie in no folder and hold no other."""
        return tuple(root for root in self._all() if is_address(root.path))

    def _all(self) -> Iterator[Root]:
        for row in self._rows("SELECT path, exclude FROM roots ORDER BY path"):
            yield Root.of(*row)

    def under(self, path: str, besides: Collection[str] = ()) -> Iterator[Known]:
        """The file at a path, and those below it, by path.

        Args:
            path: of a file or folder.
            besides: further files and folders, whose files are left out.
        """
        rows = self._rows(f"{_KNOWN} WHERE path = ?", path)
        after, end = _below(path)
        while True:
            for *values, number, documents in rows:
                if not lies_in(values[0], besides):
                    yield Known(FileRecord(*values), number, documents)
            if rows and rows[-1][0] != path:
                after = rows[-1][0]
            rows = self._rows(
                f"{_KNOWN} WHERE path > ? AND path < ? ORDER BY path LIMIT {PAGE}", after, end
            )
            if not rows:
                return

    def documents_under(self, path: str) -> int:
        """How many documents there are of the file at a path, and of those below it."""
        [row] = self._rows(
            "SELECT count(*) FROM documents d JOIN files f ON f.id = d.file"
            " WHERE f.path = ? OR (f.path > ? AND f.path < ?)",
            path,
            *_below(path),
        )
        return int(row[0])

    def faulty(self) -> int:
        """How many files could not be read, or not all of them."""
        [row] = self._rows("SELECT count(*) FROM files WHERE fault <> ''")
        return int(row[0])

    def holding(self, name: str) -> list[tuple[str, str]]:
        """Path and id of the documents that have this id or this source."""
        return self._rows(
            "SELECT f.path, d.id FROM documents d JOIN files f ON f.id = d.file"
            " WHERE d.id = ? OR d.source = ? ORDER BY f.path, d.id",
            name,
            name,
        )

    def names(self) -> Iterator[str]:
        """Ids and sources of all documents, and the paths of the roots."""
        for row in self._rows("SELECT path FROM roots UNION SELECT id FROM documents"):
            yield row[0]
        for row in self._rows("SELECT DISTINCT source FROM documents"):
            yield row[0]

    # Writing

    def expect(self, root: Root) -> None:
        """Remember a new root as soon as something of it is written, and not before."""
        self._expected[root.path] = root

    def remember(self, root: Root) -> None:
        """Remember a root, and what is passed over in it from now on."""
        with self._transaction() as db:
            db.execute(
                "INSERT INTO roots (path, exclude) VALUES (?, ?)"
                " ON CONFLICT (path) DO UPDATE SET exclude = excluded.exclude",
                (root.path, root.exclude),
            )

    def forget(self, path: str) -> None:
        """Forget a root, and files of it that gave no document; one that has some stays."""
        with self._transaction() as db:
            without = "id NOT IN (SELECT file FROM documents)"
            db.execute(f"DELETE FROM files WHERE root = ? AND {without}", (path,))
            db.execute(
                "DELETE FROM roots WHERE path = ?1 AND NOT EXISTS"
                " (SELECT 1 FROM files WHERE root = ?1)",
                (path,),
            )

    def unsettle(self, path: str) -> None:
        """Let a file, or those below a folder, be read at the next run whatever has changed."""
        with self._transaction() as db:
            db.execute(
                "UPDATE files SET size = -1, sha256 = '' WHERE path = ? OR (path > ? AND path < ?)",
                (path, *_below(path)),
            )

    def write(self, db: sqlite3.Connection, file: FileRecord) -> int:
        """Remember a file, within a transaction of the catalogue; its number."""
        root = self._expected.get(file.root, Root(file.root))
        db.execute(
            "INSERT OR IGNORE INTO roots (path, exclude) VALUES (?,?)", (root.path, root.exclude)
        )
        values = (getattr(file, name) for name in _FILE.split(", "))
        [number] = db.execute(
            f"INSERT INTO files ({_FILE}) VALUES (?,?,?,?,?,?,?,?)"
            " ON CONFLICT (path) DO UPDATE SET root = excluded.root, size = excluded.size,"
            " mtime_ns = excluded.mtime_ns, sha256 = excluded.sha256, recipe = excluded.recipe,"
            " fault = excluded.fault, remarks = excluded.remarks RETURNING id",
            tuple(values),
        ).fetchone()
        return int(number)


def noted(notes: Collection[FileNote], most: int = 100) -> str:
    """Faults as a file's record keeps them: the first ones, and how many more there are."""
    kept = [[note.path, note.reason] for note in list(notes)[:most]]
    more = len(notes) - len(kept)
    if more:
        kept.append([kept[0][0].partition(":")[0], f"has {more} further faults"])
    return json.dumps(kept, ensure_ascii=False) if kept else ""


def told(fault: str) -> list[FileNote]:
    """The faults that a record keeps."""
    return [FileNote(path, reason) for path, reason in json.loads(fault)] if fault else []


def _below(folder: str) -> tuple[str, str]:
    """The bounds, both outside, of the paths below a folder."""
    if is_address(folder):
        return folder, folder
    base = folder.rstrip("/")
    return base + "/", base + chr(ord("/") + 1)
