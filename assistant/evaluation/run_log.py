"""The file of a run: a line for each question asked, with which a run that broke off goes on.

What a line holds, and what of it must be remembered, is the caller's.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

from assistant.errors import UsageError

Kept = TypeVar("Kept")


class RunLog(Generic[Kept]):
    """A file that gets a line for each question when it is answered.

    Attributes:
        path: the file.
        known: what earlier runs told of questions, by id.
    """

    def __init__(
        self, path: Path, *, resume: bool, read: Callable[[bytes], tuple[str, Kept] | None]
    ) -> None:
        """Open the file, which must be new or empty unless a run goes on.

        A last line that was not finished is cut off.

        Args:
            path: the file.
            resume: go on with what it holds.
            read: a line's id and what is to be remembered of it; None where the question is to be
                asked again, so that the line is taken out. Raises ValueError if it is no such line.

        Raises:
            UsageError: the file cannot be read or written, or holds something else.
        """
        self.path = path
        there = path.exists() and (path.is_dir() or path.stat().st_size > 0)
        if there and not resume:
            raise UsageError(f"{path} is there already; add --resume to go on, or name a new file.")
        self.known: dict[str, Kept] = dict(self._taken_up(read)) if there else {}
        try:
            # Unbuffered, so that no line is held back and none is cut in two by Ctrl-C.
            self._file = path.open("ab", buffering=0)
        except OSError as exc:
            raise self._unwritten(exc) from exc

    def write(self, record: Mapping[str, Any]) -> None:
        """Add a line, which is in the file before this returns.

        Raises:
            UsageError: the file cannot be written.
        """
        try:
            left = json.dumps(record).encode() + b"\n"
            while left:
                left = left[self._file.write(left) :]
        except OSError as exc:
            raise self._unwritten(exc, "make room, and run it again with --resume") from exc

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _taken_up(
        self, read: Callable[[bytes], tuple[str, Kept] | None]
    ) -> Iterator[tuple[str, Kept]]:
        """What the file holds; lines to be asked again and a torn one are out of it afterwards."""
        whole, again = 0, False
        try:
            with self.path.open("rb") as file:
                for line in file:
                    if not line.endswith(b"\n"):
                        break
                    kept = read(line)
                    whole += len(line)
                    if kept is None:
                        again = True
                    else:
                        yield kept
            if whole == 0:
                raise self._no_run()
            os.truncate(self.path, whole)
            if again:
                self._rewrite(read)
        except OSError as exc:
            raise UsageError(
                f"{self.path} cannot be read: {exc.strerror}; name another file."
            ) from exc
        except ValueError as exc:
            raise self._no_run() from exc

    def _rewrite(self, read: Callable[[bytes], tuple[str, Kept] | None]) -> None:
        """Leave out what is to be asked again; the file is there whole at every moment."""
        target = self.path.resolve()
        new = target.with_name(f"{target.name}.new")
        with target.open("rb") as old, new.open("wb") as file:
            file.writelines(line for line in old if read(line))
            os.fsync(file.fileno())
        shutil.copymode(target, new)
        os.replace(new, target)

    def _no_run(self) -> UsageError:
        return UsageError(f"{self.path} holds something else than a run's lines; name a new file.")

    def _unwritten(self, exc: OSError, remedy: str = "name another file") -> UsageError:
        return UsageError(f"{self.path} cannot be written: {exc.strerror}; {remedy}.")
