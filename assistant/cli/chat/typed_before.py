"""What was typed at the prompt before, kept in a file of the user's own: a JSON string a line."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from assistant.private_files import replace_file
from assistant.safety.sanitize import clean, count, json_line
from assistant.secrets import holds_secret

MOST = 1000
"""Entries that are remembered."""
_MOST_BYTES = 2_000_000  # of the file that are read: its end
_LONGEST = 20_000  # characters of one entry


class TypedBefore:
    """The entries of one file, which several conversations may add to at the same time.

    What cannot be read or written is notified once, and nothing is kept from then on.
    """

    def __init__(self, path: Path, notify: Callable[[str], None]) -> None:
        """The entries of the file at `path`, made with the first one."""
        self._path = path
        self._notify = notify
        self._works = True

    @classmethod
    def of_user(cls, notify: Callable[[str], None]) -> TypedBefore:
        """Those of this user, in the folder for what programs remember."""
        import platformdirs

        return cls(platformdirs.user_state_path("assistant") / "typed.jsonl", notify)

    def read(self) -> list[str]:
        """The last `MOST` entries, the oldest first; lines that are none are passed over."""
        try:
            data = self._read()
        except OSError as exc:
            self._fail("read", exc)
            return []
        entries: list[str] = []
        faults = 0
        for line in data.splitlines():
            entry = _entry(line)
            if entry is None:
                faults += 1
            elif entry and entries[-1:] != [entry]:
                entries.append(entry)
        if faults:
            self._notify(
                f"{self._path} holds {count(faults, 'line')} that nobody typed here, which "
                "are passed over; delete the file to begin anew."
            )
        elif len(entries) > 2 * MOST:
            self._write_anew(entries[-MOST:])
        return entries[-MOST:]

    def add(self, entry: str) -> None:
        """Keep an entry, unless a key or a password stands in it."""
        if not self._works or len(entry) > _LONGEST or holds_secret(entry):
            return
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = self._opened(os.O_RDWR | os.O_APPEND | os.O_CREAT)
            with os.fdopen(handle, "rb+", buffering=0) as file:
                size = file.seek(0, os.SEEK_END)
                torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
                file.write(b"\n" * torn + _line(entry))
        except OSError as exc:
            self._fail("written", exc)

    def _read(self) -> bytes:
        """The end of the file, without the line that its beginning may have cut off."""
        try:
            handle = self._opened(os.O_RDONLY)
        except FileNotFoundError:
            return b""
        with os.fdopen(handle, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _MOST_BYTES))
            data = file.read(_MOST_BYTES)
        return data if size <= _MOST_BYTES else data.partition(b"\n")[2]

    def _opened(self, flags: int) -> int:
        """The file, if it is one: nothing that waits for another program; for nobody else."""
        handle = os.open(self._path, flags | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
        try:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise OSError(0, "it is no file")
            if found.st_mode & 0o077 and found.st_uid == os.geteuid():
                os.fchmod(handle, 0o600)
        except BaseException:
            os.close(handle)
            raise
        return handle

    def _write_anew(self, entries: list[str]) -> None:
        """Leave no more than these entries; if that fails, the file stays as it is."""
        with suppress(OSError):
            replace_file(self._path, b"".join(map(_line, entries)))

    def _fail(self, what: str, problem: OSError) -> None:
        if self._works:
            self._works = False
            self._notify(
                f"What you type is remembered for this conversation only: {self._path} cannot be "
                f"{what}: {(problem.strerror or str(problem)).rstrip('.')}."
            )


def _line(entry: str) -> bytes:
    return f"{json_line(clean(entry))}\n".encode()


def _entry(line: bytes) -> str | None:
    """The entry of a line; None if it is none."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return clean(entry).strip() if isinstance(entry, str) and len(entry) <= _LONGEST else None
