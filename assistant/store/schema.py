"""The catalogue's tables: made, upgraded from an older version, refused where they are newer."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from assistant.errors import IndexDamagedError, IndexMismatchError, IndexMissingError
from assistant.store import fulltext
from assistant.store.connection import Connection
from assistant.store.fulltext import searchable

FORMAT = 5
"""Version of the schema below; a catalogue of a higher one is refused."""

# Also made in a catalogue of a version that had none. The cascade is for such a version, which
# deletes documents without knowing of it.
ACRONYMS = """
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
    fault TEXT NOT NULL DEFAULT '', remarks TEXT NOT NULL DEFAULT '');
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
{ACRONYMS};
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
PLACES_OF = (
    'SELECT number, heading, start, "end", id, hash FROM passages WHERE document = ? ORDER BY place'
)
"""The passages of a document, in order."""


def prepare(db: Connection, model: str, dimension: int, create: bool) -> None:
    """Make the tables where `create` is set and there are none; upgrade, and check whose they are.

    Raises:
        IndexMissingError: there are none, or none that anything was ever written to.
        IndexMismatchError: made by a newer version or with another embedding model.
    """
    tables = {row[0] for row in db.rows("SELECT name FROM sqlite_master")}
    if not tables and create:
        _create(db, model, dimension)
    elif not tables:
        raise missing(db.path)
    elif "meta" not in tables:
        raise db.error(IndexDamagedError, "is not a catalogue of this program")
    _check_format(db)
    if not db.rows("SELECT 1 FROM roots LIMIT 1"):
        if not create:
            raise missing(db.path)
        _begin_again(db, model, dimension)
    _check_model(db, model, dimension)
    # FULL makes every commit survive a loss of power; beside embedding its cost is nothing.
    db.rows("PRAGMA synchronous = FULL")
    db.rows("PRAGMA foreign_keys = ON")
    # What is temporary needs no room on a disk, so that reading goes on where one is full.
    db.rows("PRAGMA temp_store = MEMORY")
    with db.mapped():
        db.make(fulltext.TEMPORARY)
        db.make(_SCOPE)


def _create(db: Connection, model: str, dimension: int) -> None:
    db.rows("PRAGMA journal_mode = WAL")
    values = {
        "format": FORMAT,
        "model": model,
        "dimension": dimension,
        "generation": 0,
    }
    with db.transaction():
        db.make(_SCHEMA)
        db.db.executemany("INSERT INTO meta VALUES (?, ?)", values.items())


def _begin_again(db: Connection, model: str, dimension: int) -> None:
    """A first run that ended before it wrote a document binds nobody to its model."""
    known = (db.meta("model"), db.meta("dimension"))
    if known != (model, dimension):
        with db.transaction():
            db.db.execute("DELETE FROM embeddings")
            values = [(model, "model"), (dimension, "dimension")]
            db.db.executemany("UPDATE meta SET value = ? WHERE key = ?", values)


def _check_format(db: Connection) -> None:
    made = int(db.meta("format"))
    if made < FORMAT:
        _upgrade(db)
    if made > FORMAT:
        raise IndexMismatchError(
            f"the index {db.path.parent} was made by a newer version of this program; "
            "update the program, or build another index with --index."
        )


def _upgrade(db: Connection) -> None:
    with db.transaction():
        made = int(db.meta("format"))  # another process may have been quicker
        if made < 2:
            _upgrade_from_1(db)
        for table, column in _NEW_IN_3 if made < 3 else ():
            db.db.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
        if made < 5:
            db.db.execute("ALTER TABLE files ADD COLUMN remarks TEXT NOT NULL DEFAULT ''")
        if 2 <= made < 4:
            _upgrade_from_3(db)
        db.db.execute("UPDATE meta SET value = ? WHERE key = 'format'", (FORMAT,))


def _upgrade_from_1(db: Connection) -> None:
    """Format 1 had no words around a passage and none for late interaction."""
    db.db.execute("ALTER TABLE embeddings ADD COLUMN words BLOB NOT NULL DEFAULT x''")
    fill_words(db)
    db.make(ACRONYMS)


def _upgrade_from_3(db: Connection) -> None:
    """Format 3 indexed words with letters that are not seen, and unspaced ones unparted."""
    with closing(db.db.execute("SELECT title || char(10) || text FROM documents")) as texts:
        is_touched = any(searchable(text) != text for (text,) in texts)
    if is_touched:
        fill_words(db)


def fill_words(db: Connection) -> None:
    """Make the full-text index anew of what the documents say."""
    db.db.execute("DROP TABLE words")
    db.make(fulltext.SCHEMA)
    for number, title, text in db.db.execute(
        "SELECT number, title, text FROM documents ORDER BY number"
    ):
        rows = db.db.execute(PLACES_OF, (number,)).fetchall()
        fulltext.FullText.add(db.db, word_rows(title, text, [row[:4] for row in rows]))


def _check_model(db: Connection, model: str, dimension: int) -> None:
    maker = db.meta("model")
    if (maker, db.meta("dimension")) != (model, dimension):
        raise IndexMismatchError(
            f"the index {db.path.parent} was made with the embedding model {maker} "
            f"and cannot be used with {model}; leave --embedding (ASSISTANT_EMBEDDING) out, or "
            "build another index with --index."
        )


def missing(path: Path) -> IndexMissingError:
    """The error that tells that there is no index."""
    return IndexMissingError(
        f"there is no index at {path.parent}; build it with `assistant index PATH`."
    )


def word_rows(
    title: str, text: str, rows: Sequence[tuple[int, str, int, int]]
) -> list[fulltext.Entry]:
    """Full-text rows of a document's passages: number, heading, start and end, in order."""
    places = [(start, end) for _, _, start, end in rows]
    return [
        fulltext.Entry(number, title, heading, text[start:end], fulltext.around(text, places, at))
        for at, (number, heading, start, end) in enumerate(rows)
    ]
