"""A conversation kept while it is held: each turn in its file before its answer is shown.

Which conversations there are is for `sessions.py` to tell, what a line holds for `session_files`.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

from assistant.conversation.session_files import (
    SUFFIX,
    Head,
    Session,
    Turn,
    head_line,
    is_turn,
    read_session,
    turn_line,
)
from assistant.errors import ConversationError
from assistant.types import Answer

if TYPE_CHECKING:
    from filelock import FileLock

Notify = Callable[[str], None]
LETTERS = "bcdfghjkmnpqrstvwxyz"
"""What ids end with: letters that make no words and are not taken for digits."""
_ID_LETTERS = 4


class Recorder:
    """Keeps the turns of one conversation, each in its file before `add` returns.

    What cannot be kept does not stop the conversation: it is notified once, and nothing more of it
    is kept. No other recorder keeps to the same file meanwhile. A context manager.

    Attributes:
        session: what was said before, of a conversation that goes on; else None.
    """

    def __init__(self, head: Head, notify: Notify, session: Session | None = None) -> None:
        """A recorder of a conversation; made by `Store`."""
        self.session = session
        self._head = head
        self._notify = notify
        self._turns = session.turns[-1].number if session and session.turns else 0
        self._lock: FileLock | None = None
        self._stopped = False

    @classmethod
    def of(cls, path: Path, notify: Notify) -> Self:
        """A recorder that goes on with the conversation in a file; raises what `resume` raises."""
        lock, problem = None, None
        try:
            lock = locked(path)
        except OSError as exc:
            problem = exc
        try:
            session = read_kept(path)
            for fault in session.faults:
                notify(fault)
            recorder = cls(session.head, notify, session)
        except BaseException:
            if lock:
                unlock(lock)
            raise
        recorder._lock = lock
        if problem:
            recorder._stop(problem)
        return recorder

    @property
    def id(self) -> str:
        """What the conversation is called; empty as long as nothing of it is kept."""
        return self._head.id

    @property
    def has_stopped(self) -> bool:
        """Whether something could not be kept, and nothing is from then on."""
        return self._stopped

    def add(self, answer: Answer, asked: datetime | None = None) -> None:
        """Keep a turn.

        Args:
            answer: what was answered.
            asked: when the question was; by default as long ago as the answer took.
        """
        if self._stopped:
            return
        took = timedelta(seconds=sum(answer.timings.values()))
        turn = Turn(
            number=self._turns + 1,
            asked=asked or datetime.now(UTC) - took,
            question=answer.question,
            standalone_question=answer.standalone_question,
            status=answer.status,
            answer=answer.to_dict(),
        )
        try:
            if self._head.id:
                _append(self._head.path, turn_line(turn))
            else:
                self._create(turn)
            self._turns += 1
        except (OSError, ConversationError) as exc:
            self._stop(exc)

    def close(self) -> None:
        """Let others go on with the conversation."""
        if self._lock:
            unlock(self._lock)
        self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.close()

    def _create(self, turn: Turn) -> None:
        """Make the file, with the head and the first turn, under an id that no other has."""
        folder = self._head.path
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        while True:
            identity = _new_id(self._head.started)
            path = folder / (identity + SUFFIX)
            with suppress(FileExistsError, ConversationError):
                lock = locked(path)
                try:
                    head = replace(self._head, id=identity, path=path)
                    _write_new(path, head_line(head) + turn_line(turn))
                except BaseException:
                    unlock(lock)
                    raise
                self._head, self._lock = head, lock
                return

    def _stop(self, problem: Exception) -> None:
        self._stopped = True
        reason = getattr(problem, "strerror", None) or str(problem)
        if isinstance(problem, FileNotFoundError) and self._head.id:
            reason = "its file was deleted"
        folder = self._head.path.parent if self._head.id else self._head.path
        self._notify(
            f"From here on this conversation is not kept: {reason.rstrip('.')} ({folder}); "
            "`--no-history` keeps none."
        )
        if isinstance(problem, FileNotFoundError):
            self._head = replace(self._head, id="")  # nothing of it is kept any more


def _new_id(started: datetime) -> str:
    """The day, as the user's clock has it, and a few letters."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(_ID_LETTERS))
    return f"{started.astimezone():%Y-%m-%d}-{letters}"


def read_kept(path: Path) -> Session:
    """A conversation with all its turns.

    Raises:
        ConversationError: its file is none, of a newer version, or cannot be read.
    """
    try:
        return read_session(path)
    except OSError as exc:
        raise ConversationError(f"{path.name} cannot be read: {exc.strerror}.") from exc


def lock_path(path: Path) -> Path:
    """The file that stands for the right to write to a conversation's file."""
    return path.with_name(f".{path.name}.lock")


def locked(path: Path) -> FileLock:
    """The right to write to a conversation's file.

    Raises:
        ConversationError: another process has it.
        OSError: the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(lock_path(path), timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout as exc:
        raise ConversationError(
            f"{path.name.removesuffix(SUFFIX)} is open in another chat; leave that one first."
        ) from exc
    return lock


def unlock(lock: FileLock) -> None:
    """Give that right back."""
    with suppress(OSError):  # a system that deletes no open file leaves it there, which is harmless
        os.unlink(lock.lock_file)
    lock.release()


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that nobody else may read, and which is not there yet."""
    try:
        _write(path, os.O_CREAT | os.O_EXCL, data)
    except FileExistsError:
        raise
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _append(path: Path, data: bytes) -> None:
    """Write lines at the end of a file, in place of a line there that was not finished."""
    with path.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        kept = _finished(file, size)
        file.seek(kept)
        if kept < size and is_turn(file.read()):  # an editor took the last line break away
            kept, data = size, b"\n" + data
        file.truncate(kept)
    try:
        _write(path, os.O_APPEND, data)
    except OSError:
        with suppress(OSError):
            os.truncate(path, kept)
        raise


def _finished(file: BinaryIO, size: int) -> int:
    """Bytes of a file up to the end of its last line that was finished."""
    step = 65_536
    while size:
        begin = max(0, size - step)
        file.seek(begin)
        end = file.read(size - begin).rfind(b"\n") + 1
        if end:
            return begin + end
        size = begin
    return 0


def _write(path: Path, how: int, data: bytes) -> None:
    number = os.open(path, os.O_WRONLY | how | getattr(os, "O_BINARY", 0), 0o600)
    with open(number, "wb", buffering=0) as file:
        while data:
            data = data[file.write(data) :]
        os.fsync(file.fileno())
