"""The conversations that are kept on this machine: a folder with a file for each.

What stands in a file is left to `session_files.py`, and showing it to others; nothing is printed.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from assistant.errors import ConversationError
from assistant.filters import Filter
from assistant.session_files import (
    SUFFIX,
    Head,
    Session,
    Summary,
    Turn,
    head_line,
    is_turn,
    may_hold,
    read_session,
    read_summary,
    turn_line,
)
from assistant.types import Answer

if TYPE_CHECKING:
    from filelock import FileLock

Notify = Callable[[str], None]
LAST = "last"
"""What stands for the conversation in which a question was asked last."""
LETTERS = "bcdfghjkmnpqrstvwxyz"
"""What ids end with: letters that make no words and are not taken for digits."""
_ID_LETTERS = 4
_NAMED = 3  # ids that an error tells of where more are meant
_AROUND = 60  # characters shown before and after what was looked for
_DEEPEST = 8  # levels of an answer's JSON that are searched; it has five
_LOOKED_AT = frozenset(("text", "quote", "title", "source"))


@dataclass(frozen=True, slots=True)
class Found:
    """A turn in which all words stand that were looked for.

    Attributes:
        session: the conversation that it belongs to.
        turn: the turn.
        excerpt: a word that was looked for, among those around it.
    """

    session: Session
    turn: Turn
    excerpt: str


class Store:
    """The conversations of one folder.

    Attributes:
        folder: where they are; made when the first one is kept.
    """

    def __init__(self, folder: Path | None = None, notify: Notify = lambda _: None) -> None:
        """A store over a folder, by default the user's own (see `default_folder`).

        Args:
            folder: where the files are.
            notify: told, in a line each, of what cannot be read or kept.
        """
        self.folder = folder or default_folder()
        self._notify = notify

    def begin(self, *, index: str | Path, where: Filter, model: str, program: str) -> Recorder:
        """What keeps a new conversation; its file is made with the first turn.

        Args:
            index: folder of the index that is asked.
            where: which documents of it are.
            model: which model answers, or `none`.
            program: version of the program that asks.
        """
        head = Head("", self.folder, _now(), program, str(index), where, model)
        return Recorder(head, self._notify)

    def resume(self, name: str = LAST) -> Recorder:
        """What goes on with a conversation, in its own file.

        Raises:
            ConversationError: there is none of that name, it cannot be read, or another chat has
                it open.
        """
        path = self._path(name)
        return Recorder.of(path, self._notify)

    def list(self) -> tuple[Summary, ...]:
        """All that can be read, the one in which was asked last first; of others is notified.

        Raises:
            ConversationError: the folder cannot be read.
        """
        found = []
        for path in self._paths(tell=True):
            try:
                found.append(read_summary(path))
            except ConversationError as exc:
                self._notify(str(exc))
            except FileNotFoundError:
                pass  # deleted this very moment
            except OSError as exc:
                self._notify(f"{path.name} cannot be read: {exc.strerror}; it is left as it is.")
        return tuple(sorted(found, key=lambda each: (each.asked, each.head.id), reverse=True))

    def open(self, name: str = LAST) -> Session:
        """A conversation with all its turns; of lines that cannot be read is notified.

        Args:
            name: its id, or the beginning of it or of its letters, as long as that means only one;
                or `last`.

        Raises:
            ConversationError: there is none of that name, or it cannot be read.
        """
        session = _read(self._path(name))
        for fault in session.faults:
            self._notify(fault)
        return session

    def name_of(self, name: str) -> str:
        """The whole id that a name means (see `open`), whether or not its file can be read."""
        return self._path(name).name.removesuffix(SUFFIX)

    def delete(self, names: Iterable[str]) -> tuple[str, ...]:
        """Delete conversations for good, and give their ids; nothing if one name is wrong.

        Raises:
            ConversationError: there is none of a name, another chat has it open, or its file
                cannot be deleted.
        """
        paths = list(dict.fromkeys(self._path(name) for name in names))
        locks = []
        try:
            locks = [_locked(path) for path in paths if _lock_path(path).exists()]
            for path in paths:
                path.unlink(missing_ok=True)
        except OSError as exc:
            raise ConversationError(
                f"a conversation in {self.folder} cannot be deleted: {exc.strerror}; the folder "
                "must be yours to write."
            ) from exc
        finally:
            for lock in locks:
                _unlock(lock)
        return tuple(path.name.removesuffix(SUFFIX) for path in paths)

    def search(self, text: str) -> Iterator[Found]:
        """The turns in which all words of a text stand, whatever their case, the newest first.

        Looked at are questions, answers, and what they cite: quotes, titles and sources.

        Raises:
            ConversationError: the text is empty, or the folder cannot be read.
        """
        words = text.casefold().split()
        if not words:
            raise ConversationError("nothing to search for was given; give a word or more.")
        for summary in self.list():
            try:
                if not may_hold(summary.head.path, words):
                    continue
                session = _read(summary.head.path)
            except (OSError, ConversationError):  # deleted or altered since it was listed
                continue
            for turn in reversed(session.turns):
                if excerpt := _excerpt(turn, words):
                    yield Found(session, turn, excerpt)

    def _path(self, name: str) -> Path:
        """The file that a name means."""
        if name == LAST:
            newest = next(iter(self.list()), None)
            if newest is None:
                raise ConversationError("no conversation is kept yet; begin with `assistant chat`.")
            return newest.head.path
        paths = {path.name.removesuffix(SUFFIX): path for path in self._paths()}
        if name in paths:
            return paths[name]
        meant = [each for each in paths if name and _begins(each, name)]
        if len(meant) == 1:
            return paths[meant[0]]
        if not meant:
            raise ConversationError(
                f"no conversation {name!r} is kept; `assistant history` lists all."
            )
        told = ", ".join(sorted(meant)[:_NAMED])
        more = f" and {len(meant) - _NAMED} more" if len(meant) > _NAMED else ""
        raise ConversationError(f"{name!r} means {told}{more}; type more of the one you want.")

    def _paths(self, tell: bool = False) -> Sequence[Path]:
        """The files of conversations; what else lies in the folder is notified, if wanted."""
        paths = []
        try:
            with os.scandir(self.folder) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.name.endswith(SUFFIX) and entry.is_file(follow_symlinks=False):
                        paths.append(Path(entry.path))
                    elif tell:
                        self._notify(f"{entry.name} is no conversation; it is left as it is.")
        except FileNotFoundError:
            return []
        except OSError as exc:
            raise ConversationError(
                f"the conversations in {self.folder} cannot be read: {exc.strerror}; name another "
                "folder by ASSISTANT_HISTORY_DIR."
            ) from exc
        return paths


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
            lock = _locked(path)
        except OSError as exc:
            problem = exc
        try:
            session = _read(path)
            for fault in session.faults:
                notify(fault)
            recorder = cls(session.head, notify, session)
        except BaseException:
            if lock:
                _unlock(lock)
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
            asked=asked or _now() - took,
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
            _unlock(self._lock)
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
                lock = _locked(path)
                try:
                    head = Head(
                        identity,
                        path,
                        self._head.started,
                        self._head.program,
                        self._head.index,
                        self._head.where,
                        self._head.model,
                    )
                    _write_new(path, head_line(head) + turn_line(turn))
                except BaseException:
                    _unlock(lock)
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


def default_folder() -> Path:
    """Where conversations are kept: `ASSISTANT_HISTORY_DIR`, else in the user's data folder."""
    if named := os.environ.get("ASSISTANT_HISTORY_DIR"):
        return Path(named).expanduser()
    import platformdirs

    return platformdirs.user_data_path("assistant") / "conversations"


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id(started: datetime) -> str:
    """The day, as the user's clock has it, and a few letters."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(_ID_LETTERS))
    return f"{started.astimezone():%Y-%m-%d}-{letters}"


def _begins(identity: str, name: str) -> bool:
    return identity.startswith(name) or identity.rpartition("-")[2].startswith(name)


def _read(path: Path) -> Session:
    try:
        return read_session(path)
    except OSError as exc:
        raise ConversationError(f"{path.name} cannot be read: {exc.strerror}.") from exc


def _lock_path(path: Path) -> Path:
    return path.with_name(f".{path.name}.lock")


def _locked(path: Path) -> FileLock:
    """The right to write to a conversation's file.

    Raises:
        ConversationError: another process has it.
        OSError: the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(_lock_path(path), timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout as exc:
        raise ConversationError(
            f"{path.name.removesuffix(SUFFIX)} is open in another chat; leave that one first."
        ) from exc
    return lock


def _unlock(lock: FileLock) -> None:
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


def _excerpt(turn: Turn, words: Sequence[str]) -> str:
    """One of the words among those around it; empty where not all stand in the turn."""
    texts = [*_said(turn.answer), turn.question, turn.standalone_question]
    folded = [text.casefold() for text in texts]
    if not all(any(word in each for each in folded) for word in words):
        return ""
    # The place that holds most of the words, the first of several: of an answer, if one does.
    best = max(range(len(texts)), key=lambda each: sum(word in folded[each] for word in words))
    text, low = texts[best], folded[best]
    word = next(word for word in words if word in low)
    # Folding may change lengths ("ß"), so the place is near enough, not exact.
    place = low.index(word)
    begin, end = max(0, place - _AROUND), place + len(word) + _AROUND
    begin = max(text.find(" ", begin, place) + 1, begin) if begin else 0
    return ("… " if begin else "") + text[begin:end].strip() + (" …" if end < len(text) else "")


def _said(value: Any, depth: int = _DEEPEST) -> Iterator[str]:
    """What a reader of an answer's JSON would read of it."""
    if isinstance(value, dict):
        yield from (
            inner for name, inner in value.items() if name in _LOOKED_AT and isinstance(inner, str)
        )
    if depth and isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _said(inner, depth - 1)
