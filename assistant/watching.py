"""Keep the remembered roots in step while files change.

Of changes the system tells, through `watchfiles` (alive, compiled, one way for Linux, macOS and
Windows, and it waits until changes have come to rest). What becomes of them is left to `library`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.errors import IndexLockedError, ModelError, StorageError
from assistant.exclusion import IGNORE_FILE
from assistant.finding import key_path, lies_in
from assistant.kinds import kind_of
from assistant.library import Library
from assistant.types import FileNote, IndexReport

QUIET = 500
"""Milliseconds without a change after which those before are taken."""
LONGEST = 5000
"""Milliseconds after which changes are taken although more are coming."""
ROUND = 2.0
"""Seconds after which roots that came or went are noticed, and a run that had to wait is tried."""
WHOLE = 600.0
"""Seconds after which all is looked at, in case that the system told too little."""
_POLL = 2000  # milliseconds between two looks at all files, where the system tells nothing
_SINGLY = 100  # changes up to which each is looked at alone


def watch(
    library: Library, notify: Callable[[str], None], polling: bool = False
) -> Iterator[IndexReport]:
    """A report of each run that did something; ends only when it is closed or interrupted.

    Raises:
        NoUsableIndexError: the index is damaged or of another version or model. That another
            process writes, or that the disk is full, is told instead, and tried again.
    """
    keeper = _Keeper(library, notify, polling)
    while True:
        yield from keeper.round()


@dataclass(slots=True)
class _Keeper:
    library: Library
    notify: Callable[[str], None]
    polling: bool
    _changed: set[str] = field(default_factory=set)  # what no run has taken yet
    _held: bool = False  # a run failed, and is tried again at the next change
    _told: set[FileNote] = field(default_factory=set)
    _last: float = 0.0  # when all was looked at

    def round(self) -> Iterator[IndexReport]:
        """Watch the roots that are there, until others are."""
        roots = self._roots()
        there = [root for root, identity in roots.items() if identity]
        whole = True
        for changes in self._changes(there):
            self._changed |= changes
            whole = whole or time.monotonic() - self._last > WHOLE
            if whole:
                self._changed |= set(map(str, roots))
            if self._changed and (changes or whole or not self._held):
                yield from self._run(whole)
            whole = False
            if self._roots() != roots:
                return

    def _roots(self) -> dict[Path, tuple[int, int] | None]:
        """The roots, and what tells one that is there from another in its place."""
        found: dict[Path, tuple[int, int] | None] = {}
        for root in self.library.catalogue.register.roots():
            path = key_path(root.path)
            try:
                about = path.stat()
                found[path] = about.st_dev, about.st_ino if path.is_dir() else 0
            except OSError:
                found[path] = None
        return found

    def _changes(self, roots: list[Path]) -> Iterator[set[str]]:
        """Paths that changed since the last time; none after a while without changes."""
        from watchfiles import watch

        if not roots:
            time.sleep(ROUND)
            yield set()
            return
        try:
            for changes in watch(
                # A file is written anew by putting another in its place, which its folder tells.
                *{root if root.is_dir() else root.parent for root in roots},
                watch_filter=lambda _, path: self._counts(path),
                debounce=LONGEST,
                step=QUIET,
                rust_timeout=round(ROUND * 1000),
                yield_on_timeout=True,
                force_polling=self.polling or None,
                poll_delay_ms=_POLL,
                ignore_permission_denied=True,
            ):
                yield {path for _, path in changes}
        except FileNotFoundError:
            return  # a root went meanwhile, which the next round finds
        except (OSError, RuntimeError) as exc:
            if self.polling:
                raise StorageError(
                    f"changes cannot be watched ({exc}); run `assistant index` now and then."
                ) from exc
            self.polling = True
            self.notify(f"The system tells of no changes ({exc}); looking at all files instead.")

    def _counts(self, path: str) -> bool:
        """Whether a change may matter: not of hidden files, other kinds, or the index itself."""
        name = os.path.basename(path)
        if name == IGNORE_FILE:
            return True
        if name.startswith(".") or Path(path).is_relative_to(self.library.path.resolve()):
            return False
        if kind_of(name) or os.path.isdir(path):
            return True
        # What is gone may have been a folder.
        return not os.path.lexists(path) and self.library.knows(Path(path))

    def _run(self, whole: bool) -> Iterator[IndexReport]:
        """Take what changed; what passes by itself is told and tried again later."""
        self._last = time.monotonic() if whole else self._last
        try:
            report = self.library.update([Path(path) for path in _gathered(self._changed)])
        except IndexLockedError as exc:
            self._fail(exc, held=False)
        except (StorageError, ModelError) as exc:
            self._fail(exc, held=True)
        else:
            self._changed.clear()
            self._held = False
            new = tuple(note for note in report.skipped if note not in self._told)
            self._told = set(report.skipped) if whole else self._told | set(new)
            if new or report.added or report.updated or report.removed:
                yield replace(report, skipped=new)

    def _fail(self, exc: Exception, held: bool) -> None:
        note = FileNote("", str(exc))
        if held or note not in self._told:
            self.notify(str(exc))
        self._told.add(note)
        self._held = held
        self.library.close()


def _gathered(changed: Iterable[str]) -> list[str]:
    """What is to be looked at: the changed files and folders, or the folders of many of them."""
    paths = {os.path.dirname(path) if _is_rule(path) else path for path in changed}
    if len(paths) > _SINGLY:
        paths = {path if os.path.isdir(path) else os.path.dirname(path) for path in paths}
    return sorted(path for path in paths if not lies_in(os.path.dirname(path), paths))


def _is_rule(path: str) -> bool:
    return os.path.basename(path) == IGNORE_FILE
