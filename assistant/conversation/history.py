"""The conversations that are kept on this machine: a folder with a file for each.

What stands in a file is left to `session_files.py`, writing to it to `recording.py`, and showing it
to others; nothing is printed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.conversation.recording import Notify, Recorder, lock_path, locked, read_kept, unlock
from assistant.conversation.session_files import (
    SUFFIX,
    Head,
    Session,
    Summary,
    Turn,
    may_hold,
    read_summary,
)
from assistant.errors import ConversationError
from assistant.filters import Filter

LAST = "last"
"""What stands for the conversation in which a question was asked last."""
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
        head = Head("", self.folder, datetime.now(UTC), program, str(index), where, model)
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
        session = read_kept(self._path(name))
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
            locks = [locked(path) for path in paths if lock_path(path).exists()]
            for path in paths:
                path.unlink(missing_ok=True)
        except OSError as exc:
            raise ConversationError(
                f"a conversation in {self.folder} cannot be deleted: {exc.strerror}; the folder "
                "must be yours to write."
            ) from exc
        finally:
            for lock in locks:
                unlock(lock)
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
                session = read_kept(summary.head.path)
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


def default_folder() -> Path:
    """Where conversations are kept: `ASSISTANT_HISTORY_DIR`, else in the user's data folder."""
    if named := os.environ.get("ASSISTANT_HISTORY_DIR"):
        return Path(named).expanduser()
    import platformdirs

    return platformdirs.user_data_path("assistant") / "conversations"


def _begins(identity: str, name: str) -> bool:
    return identity.startswith(name) or identity.rpartition("-")[2].startswith(name)


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
