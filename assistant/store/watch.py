"""Keep the remembered roots in step while files change.

Of changes the system tells, through `watchfiles` (alive, compiled, one way for Linux, macOS and
Windows, and it waits until changes have come to rest). What becomes of them is left to `library`.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.errors import IndexLockedError, ModelError, StorageError
from assistant.ingest.readers import kind_of
from assistant.ingest.sources import IGNORE_FILE, is_passed_over, key_path, lies_in
from assistant.reports import FileNote, IndexReport
from assistant.store.library import Library

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


def follow_changes(
    library: Library,
    notify: Callable[[str], None],
    polling: bool = False,
    told: Iterable[FileNote] = (),
) -> Iterator[IndexReport]:
    """A report of each run that did something; ends only when it is closed or interrupted.

    Args:
        library: the index.
        notify: told, in a line each, what went wrong and is tried again.
        polling: whether to look at all files again and again instead of being told by the system.
        told: what was skipped and is known already.

    Raises:
        NoUsableIndexError: the index is damaged or of another version or model. That another
            process writes, or that the disk is full, is told instead, and tried again.
    """
    keeper = _Keeper(library, notify, polling, set(told))
    while True:
        yield from keeper.round()


@dataclass(slots=True)
class _Keeper:
    library: Library
    notify: Callable[[str], None]
    polling: bool
    _told: set[FileNote] = field(default_factory=set)
    _changed: set[str] = field(default_factory=set)  # what no run has taken yet
    _held: bool = False  # a run failed, and is tried again at the next change
    _last: float = 0.0  # when all was looked at

    def round(self) -> Iterator[IndexReport]:
        """Watch the roots that are there, until others are."""
        folders, files = self._roots()
        whole = True
        for changes in self._changes([path for path, identity in folders.items() if identity]):
            before, (now, files) = files, self._roots()
            changes |= {str(path) for path in files if files[path] != before.get(path)}
            self._changed |= changes
            whole = whole or time.monotonic() - self._last > WHOLE
            if whole:
                self._changed |= {str(path) for path in (*folders, *files)}
            if self._changed and (changes or whole or not self._held):
                yield from self._run(whole)
            whole = False
            if now != folders:
                return

    def _roots(self) -> tuple[dict[Path, tuple[int, int] | None], dict[Path, tuple[int, int]]]:
        """The roots that are folders, or are gone, and those that are files, and how each is known.

        A file that is a root is looked at in each round: the system tells of it by its folder only,
        which may hold anything.
        """
        folders: dict[Path, tuple[int, int] | None] = {}
        files = {}
        for root in self.library.catalogue.register.roots():
            path = key_path(root.path)
            try:
                about = path.stat()
            except OSError:
                folders[path] = None
                continue
            if stat.S_ISDIR(about.st_mode):
                folders[path] = about.st_dev, about.st_ino
            else:
                files[path] = about.st_mtime_ns, about.st_size
        return folders, files

    def _changes(self, folders: list[Path]) -> Iterator[set[str]]:
        """Paths that changed since the last time; none after a while without changes."""
        from watchfiles import watch

        if not folders:
            time.sleep(ROUND)
            yield set()
            return
        try:
            for changes in watch(
                *folders,
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
        if is_passed_over(name) or Path(path).is_relative_to(self.library.path.resolve()):
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


def _gathered(changed: Iterable[str]) -> list[str]:
    """What is to be looked at: the changed files and folders, or the folders of many of them."""
    paths = {os.path.dirname(path) if _is_rule(path) else path for path in changed}
    if len(paths) > _SINGLY:
        paths = {path if os.path.isdir(path) else os.path.dirname(path) for path in paths}
    return sorted(path for path in paths if not lies_in(os.path.dirname(path), paths))


def _is_rule(path: str) -> bool:
    return os.path.basename(path) == IGNORE_FILE
