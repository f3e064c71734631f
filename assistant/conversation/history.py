"""Kept conversations: one SQLite database for all of them, a row a turn. Nothing is printed."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from assistant.answers import Answer
from assistant.conversation.history_files import IMPORTED, SUFFIX, UNREADABLE, read_file
from assistant.conversation.transcript import (
    Found,
    Head,
    KeptTurn,
    Session,
    Summary,
    excerpt,
    time_text,
)
from assistant.errors import AssistantError, ConversationError
from assistant.filters import Filter

Notify = Callable[[str], None]
DATABASE = "conversations.sqlite3"
MIGRATIONS = (
    (
        "CREATE TABLE conversations (id TEXT PRIMARY KEY, started TEXT NOT NULL, "
        "program TEXT NOT NULL, index_folder TEXT NOT NULL, filters TEXT NOT NULL, "
        "model TEXT NOT NULL)",
        "CREATE TABLE turns (conversation TEXT NOT NULL REFERENCES conversations, "
        "number INTEGER NOT NULL, asked TEXT NOT NULL, answer TEXT NOT NULL, "
        "PRIMARY KEY (conversation, number))",
    ),
)
"""The statements of each version of the schema; `user_version` counts those that were run."""
LAST = "last"
"""What stands for the conversation in which a question was asked last."""
LETTERS = "bcdfghjkmnpqrstvwxyz"
"""What ids end with: letters that make no words and are not taken for digits."""
_ID_LETTERS = 4
_SUMMARIES = """
    SELECT c.*, max(t.number), t.asked, (
        SELECT coalesce(json_extract(answer, '$.question'), '')
        FROM turns WHERE conversation = c.id ORDER BY number LIMIT 1
    )
    FROM conversations c JOIN turns t ON t.conversation = c.id
    GROUP BY c.id ORDER BY t.asked DESC, c.id DESC
"""
_BUSY = 5.0  # seconds that another program may be writing
_NAMED = 3  # ids that an error names where more are meant


class Store:
    """The conversations of one folder.

    Attributes:
        folder: where the database is; made when the first conversation is kept.
    """

    def __init__(self, folder: Path | None = None, notify: Notify = lambda _: None) -> None:
        """Use a folder, by default the user's own (see `default_folder`).

        Args:
            folder: where the database is.
            notify: called with a line for each thing that cannot be read or kept.
        """
        self.folder = folder or default_folder()
        self._notify = notify
        self._has_imported = False

    def begin(self, *, index: str | Path, where: Filter, model: str, program: str) -> Recorder:
        """Return what keeps a new conversation, which is made with its first turn.

        Args:
            index: folder of the index that is asked.
            where: which documents of it are.
            model: which model answers, or `none`.
            program: version of the program that asks.
        """
        head = Head("", datetime.now(UTC), program, str(index), where, model)
        return Recorder(self.folder, head, self._notify)

    def resume(self, name: str = LAST) -> Recorder:
        """Return what goes on with a conversation; raises what `open` raises."""
        session = self.open(name)
        return Recorder(self.folder, session.head, self._notify, session)

    def list(self) -> tuple[Summary, ...]:
        """Return all conversations, the one in which was asked last first.

        Raises:
            ConversationError: the database cannot be read.
        """
        return tuple(
            Summary(_head(head), turns, question, _time(asked))
            for *head, turns, asked, question in self._rows(_SUMMARIES)
        )

    def open(self, name: str = LAST) -> Session:
        """Return a conversation with all its turns.

        Args:
            name: its id, or the beginning of it or of its letters, as long as that means only one;
                or `last`.

        Raises:
            ConversationError: there is none of that name, or it cannot be read.
        """
        head = self.find(name)
        return Session(head, self._turns(head.id))

    def find(self, name: str) -> Head:
        """Return what is known of the conversation that a name means; raises what `open` raises."""
        return _meant(name, self._heads())

    def delete(self, names: Iterable[str]) -> tuple[str, ...]:
        """Delete conversations for good and return their ids; nothing if one name is wrong.

        Raises:
            ConversationError: there is none of a name, or the database cannot be written.
        """
        kept = self._heads()
        ids = tuple(dict.fromkeys(_meant(name, kept).id for name in names))
        with self._readable() as db:
            for each in ids:
                db.execute("DELETE FROM turns WHERE conversation = ?", (each,))
                db.execute("DELETE FROM conversations WHERE id = ?", (each,))
                (self.folder / (each + SUFFIX + IMPORTED)).unlink(missing_ok=True)
        return ids

    def search(self, text: str) -> Iterator[Found]:
        """Yield the turns in which all words of a text stand, whatever their case, newest first.

        Searched are questions, answers, and what they cite: quotes, titles and sources.

        Raises:
            ConversationError: the text is empty, or the database cannot be read.
        """
        words = text.casefold().split()
        if not words:
            raise ConversationError("nothing to search for was given; give a word or more.")
        for summary in self.list():
            # Read one by one: an open transaction would keep others from writing.
            for turn in reversed(self._turns(summary.head.id)):
                if near := excerpt(turn, words):
                    yield Found(summary.head.id, turn, near)

    def _heads(self) -> dict[str, Head]:
        return {each.head.id: each.head for each in self.list()}

    def _turns(self, identity: str) -> tuple[KeptTurn, ...]:
        rows = self._rows(
            "SELECT number, asked, answer FROM turns WHERE conversation = ? ORDER BY number",
            identity,
        )
        return tuple(_turn(*row) for row in rows)

    def _rows(self, query: str, *values: str) -> Sequence[Any]:
        if not self.folder.exists():
            return []
        with self._readable() as db:
            return db.execute(query, values).fetchall()

    @contextmanager
    def _readable(self) -> Iterator[sqlite3.Connection]:
        """The database with what earlier versions kept; its errors as a `ConversationError`."""
        try:
            if not self._has_imported:
                self._import_files()
                self._has_imported = True
            with _transaction(self.folder) as db:
                yield db
        except (OSError, sqlite3.Error) as exc:
            raise ConversationError(
                f"the conversations in {self.folder} cannot be read or written: {_reason(exc)}; "
                "try again, or name another folder by ASSISTANT_HISTORY_DIR."
            ) from exc

    def _import_files(self) -> None:
        """Take over the files of earlier versions; each that was read gets another suffix."""
        imported = []
        paths = [path for path in sorted(self.folder.glob("*" + SUFFIX)) if path.is_file()]
        if not paths:
            return
        with _transaction(self.folder) as db:
            for path in paths:
                try:
                    session = read_file(path)
                except FileNotFoundError:  # another program is taking them over
                    continue
                except (OSError, AssistantError, *UNREADABLE):
                    self._notify(f"{path.name} is no conversation; move it to another folder.")
                    continue
                _insert(db, session.head)
                for turn in session.turns:
                    values = session.id, turn.number, time_text(turn.asked), _json(turn.answer)
                    db.execute("INSERT OR IGNORE INTO turns VALUES (?, ?, ?, ?)", values)
                imported.append((path, session.faults))
        for path, faults in imported:
            with suppress(FileNotFoundError):
                path.rename(path.with_name(path.name + IMPORTED))
            for fault in faults:
                self._notify(fault)


class Recorder:
    """Keeps the turns of one conversation, each in the database before `add` returns.

    What cannot be kept does not stop the conversation: it is notified once, and nothing more of it
    is kept.

    Attributes:
        session: what was said before, of a conversation that goes on; else None.
        has_stopped: whether something could not be kept, and nothing is from then on.
    """

    def __init__(
        self, folder: Path, head: Head, notify: Notify, session: Session | None = None
    ) -> None:
        """A recorder of a conversation; made by `Store`."""
        self.session = session
        self.has_stopped = False
        self._folder = folder
        self._head = head
        self._notify = notify

    @property
    def id(self) -> str:
        """What the conversation is called; empty as long as nothing of it is kept."""
        return self._head.id

    def add(self, answer: Answer, asked: datetime | None = None) -> None:
        """Keep a turn, whole or not at all.

        Args:
            answer: what was answered.
            asked: when the question was; by default as long ago as the answer took.
        """
        if self.has_stopped:
            return
        asked = asked or datetime.now(UTC) - timedelta(seconds=sum(answer.timings.values()))
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _transaction(self._folder) as db:
                head = self._head if self.id else _inserted(db, self._head)
                is_kept = db.execute(
                    "INSERT INTO turns SELECT id, 1 + (SELECT coalesce(max(number), 0) FROM turns"
                    " WHERE conversation = id), ?, ? FROM conversations WHERE id = ?",
                    (time_text(asked), _json(answer.to_dict()), head.id),
                ).rowcount
            self._head = head if is_kept else replace(head, id="")
            if not is_kept:
                self._stop("it was deleted")
        except (OSError, sqlite3.Error, ConversationError) as exc:
            self._stop(_reason(exc))

    def _stop(self, reason: str) -> None:
        self.has_stopped = True
        self._notify(
            f"From here on this conversation is not kept: {reason} ({self._folder}); "
            "`--no-history` keeps none."
        )


def default_folder() -> Path:
    """Return where conversations are kept: `ASSISTANT_HISTORY_DIR`, else the data folder."""
    if named := os.environ.get("ASSISTANT_HISTORY_DIR"):
        return Path(named).expanduser()
    import platformdirs

    return platformdirs.user_data_path("assistant") / "conversations"


@contextmanager
def _transaction(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open the database of a folder, made if it is not there; commit what is done, or nothing."""
    path = folder / DATABASE
    if not path.exists():
        path.touch(mode=0o600)  # SQLite gives its journal the same mode
    with closing(sqlite3.connect(path, timeout=_BUSY, isolation_level="IMMEDIATE")) as db, db:
        db.text_factory = lambda text: text.decode(errors="replace")  # JSON may hold half a pair
        db.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
        _migrate(db)
        yield db


def _migrate(db: sqlite3.Connection) -> None:
    if _version(db) < len(MIGRATIONS):
        db.execute("BEGIN IMMEDIATE")
        for statement in (each for part in MIGRATIONS[_version(db) :] for each in part):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        db.commit()
    if _version(db) > len(MIGRATIONS):
        raise ConversationError(
            f"{DATABASE} was made by a newer version of the program; update this one to read it."
        )


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _inserted(db: sqlite3.Connection, head: Head) -> Head:
    """Insert a conversation under an id that no other has: the user's day, and a few letters."""
    while True:
        head = replace(head, id=_new_id(head.started))
        if _insert(db, head):
            return head


def _new_id(started: datetime) -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(_ID_LETTERS))
    return f"{started.astimezone():%Y-%m-%d}-{letters}"


def _insert(db: sqlite3.Connection, head: Head) -> bool:
    """Insert a conversation; False where its id is taken."""
    filters = json.dumps(head.where.to_dict(), ensure_ascii=False)
    values = head.id, time_text(head.started), head.program, head.index, filters, head.model
    query = "INSERT OR IGNORE INTO conversations VALUES (?, ?, ?, ?, ?, ?)"
    return bool(db.execute(query, tuple(map(_text, values))).rowcount)


def _json(answer: Any) -> str:
    return _text(json.dumps(dict(answer), ensure_ascii=False))


def _text(text: str) -> str:
    r"""The text without lone surrogates, which SQLite takes none of; in JSON `\ud800` is one."""
    return text.encode("utf-8", "backslashreplace").decode()


def _head(row: Sequence[str]) -> Head:
    identity, started, program, index, filters, model = row
    where = Filter.of(**json.loads(filters))
    return Head(identity, _time(started), program, index, where, model)


def _turn(number: int, asked: str, answer: str) -> KeptTurn:
    return KeptTurn(number, _time(asked), json.loads(answer))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _reason(problem: Exception) -> str:
    return (getattr(problem, "strerror", None) or str(problem)).rstrip(".")


def _meant(name: str, kept: dict[str, Head]) -> Head:
    """The conversation that a name means; the one asked last comes first in `kept`."""
    if name == LAST:
        if not kept:
            raise ConversationError("no conversation is kept yet; begin with `assistant chat`.")
        return next(iter(kept.values()))
    meant = [name] if name in kept else sorted(each for each in kept if _begins(each, name))
    if not meant:
        raise ConversationError(f"no conversation {name!r} is kept; `assistant history` lists all.")
    if len(meant) > 1:
        more = f" and {len(meant) - _NAMED} more" if len(meant) > _NAMED else ""
        raise ConversationError(
            f"{name!r} means {', '.join(meant[:_NAMED])}{more}; type more of the one you want."
        )
    return kept[meant[0]]


def _begins(identity: str, name: str) -> bool:
    return bool(name) and (
        identity.startswith(name) or identity.rpartition("-")[2].startswith(name)
    )
