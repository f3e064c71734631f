"""What a run brings up to date: the paths that were given and the roots that are remembered.

A file belongs to the innermost root that it lies in, whose patterns alone count for it: so each is
in one scope only. Reading them is left to `index_run`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.errors import UsageError
from assistant.ingest.sources import (
    Exclusion,
    Walk,
    key_path,
    lies_in,
    parsed,
    path_key,
    readable_root,
    upwards,
)
from assistant.reports import FileNote
from assistant.store.tracked_files import Root


@dataclass(frozen=True, slots=True)
class Scope:
    """A root, or a folder or file of it, that is brought up to date.

    Attributes:
        root: the root, whose patterns count.
        start: the root itself or what of it is meant.
        besides: keys of roots in it, which have scopes of their own.
    """

    root: Root
    start: Path
    besides: frozenset[str]

    def walk(self) -> Walk:
        """Its files as they are on the disk now."""
        return walk_of(self.root, self.start, self.besides)


@dataclass(slots=True)
class Plan:
    """What a run is to do.

    Attributes:
        scopes: sorted by path, none in another.
        roots: those among them, or above them, that are new or of which something else is known.
        fresh: keys of the roots that are new.
        back: keys of what is taken in again, although it was removed by hand.
        absorbed: keys of roots that are gone from a folder that is a root too.
        gone: keys of roots that are not there now.
    """

    scopes: list[Scope] = field(default_factory=list)
    roots: dict[str, Root] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)
    back: list[str] = field(default_factory=list)
    absorbed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def walk_of(root: Root, start: Path, besides: frozenset[str] = frozenset()) -> Walk:
    """The files of a root from `start` on."""
    whole = frozenset(path for path, documents in root.removed.items() if not documents)
    patterns, _ = parsed(root.globs)
    return Walk(key_path(root.path), start, Exclusion(tuple(patterns), whole), besides)


def plan(
    remembered: Sequence[Root],
    paths: Sequence[Path] = (),
    exclude: Sequence[str] | None = None,
    is_known: Callable[[str], bool] = lambda _: True,
) -> Plan:
    """What to do for the paths, or for all roots where none is given.

    A path in a root that passes it over, or for which patterns are given, becomes a root itself.

    Args:
        remembered: the roots so far.
        paths: what was given.
        exclude: patterns that take the place of those remembered with each root that was given,
            or in which a path was given; None leaves them.
        is_known: whether anything is indexed of the file or folder with this key.

    Raises:
        UsageError: a path is missing or of a kind that is not read, or a pattern is none.
    """
    given = None if exclude is None else checked(exclude)
    planned = Plan()
    roots = {root.path: root for root in remembered}
    starts: dict[str, Path] = {}
    for path in sorted(paths, key=lambda path: len(path.resolve().parts)):
        resolved = path.resolve()
        key = path_key(resolved)
        starts[key] = resolved
        holder = _innermost(roots, key)
        if key in roots or not os.path.lexists(path):
            if key in roots or not is_known(key):
                readable_root(path)
            _take_back(planned, roots, roots.get(key) or holder, key)
        elif given is not None or not holder or not _take_back(planned, roots, holder, key):
            readable_root(path)
            if given is not None or not holder or not _admits(holder, resolved):
                roots[key] = Root(key)
                planned.fresh.add(key)
    starts = starts or {root.path: key_path(root.path) for root in remembered}
    if given is not None:
        for key in roots.keys() & starts.keys():
            roots[key] = planned.roots[key] = replace(roots[key], globs=given)
    planned.roots |= {key: roots[key] for key in planned.fresh}
    _lay_out(planned, roots, starts)
    return planned


def parts_of(remembered: Sequence[Root], paths: Sequence[Path]) -> Plan:
    """What to do for files and folders that changed; what is in no root is passed over."""
    roots = {root.path: root for root in remembered}
    planned = Plan()
    starts = {}
    for path in paths:
        key = path_key(path)
        holder = _innermost(roots, key, itself=True)
        if holder and (holder.path == key or _admits(holder, path)):
            starts[key] = path
    _lay_out(planned, roots, starts)
    return planned


def name_in(root: Root, key: str) -> str:
    """The path of a file or folder from a root on; empty for the root itself."""
    return key.removeprefix(root.path).lstrip("/")


def holder_of(roots: Sequence[Root], key: str) -> Root | None:
    """The innermost root that a file or folder lies in, not itself."""
    return _innermost({root.path: root for root in roots}, key)


def is_there(root: Root) -> bool:
    """Whether a root is there; an empty folder whose disk is not mounted is not.

    One that cannot be looked at is: its walk tells why.
    """
    path = key_path(root.path)
    try:
        if root.mount and path.is_dir() and not os.path.ismount(key_path(root.mount)):
            return any(path.iterdir())
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def gone_note(path: str, documents: int) -> FileNote:
    """What is told of a root that is not there now."""
    kept = f"; its {documents} documents are kept" if documents else ""
    kept = "; its document is kept" if documents == 1 else kept
    return FileNote(path, f"is gone{kept}; `assistant remove {path}` forgets it")


def checked(globs: Sequence[str]) -> tuple[str, ...]:
    """Patterns as they were given.

    Raises:
        UsageError: one of them is none.
    """
    for glob in globs:
        patterns, faults = parsed([glob])
        if faults or not patterns or not patterns[0].excludes or "\n" in glob:
            why = f": it {faults[0][1]}" if faults else ""
            raise UsageError(
                f"--exclude {glob!r} passes nothing over{why}; give a pattern as in a .gitignore, "
                "such as 'drafts/' or '*.tmp.md'."
            )
    return tuple(dict.fromkeys(globs))


def _lay_out(planned: Plan, roots: dict[str, Root], starts: dict[str, Path]) -> None:
    """Scopes for the starts and for the roots in them; what is gone is none."""
    there = {key: root for key, root in roots.items() if is_there(root)}
    inner: dict[str, set[str]] = {}
    for key in there:
        for folder in list(upwards(key))[1:]:
            inner.setdefault(folder, set()).add(key)
    laid: dict[str, Root] = {}
    wanted = starts | {key: key_path(key) for key in roots if lies_in(key, starts)}
    for key, start in sorted(wanted.items()):
        own, root = _innermost(roots, key, itself=True), _innermost(there, key, itself=True)
        if own is not None and root is None:
            planned.gone += [own.path] if own.path not in planned.gone else []
            continue
        if own is None or root is None:
            continue
        if own.path == key and own is not root:
            planned.absorbed.append(key)
        if not any(laid.get(folder) == root for folder in upwards(key)):
            laid[key] = root
            planned.scopes.append(Scope(root, start, frozenset(inner.get(key, ()))))
            if (mount := _mount_of(root.path)) != root.mount:
                planned.roots[root.path] = replace(root, mount=mount)


def _innermost(roots: dict[str, Root], key: str, itself: bool = False) -> Root | None:
    """The innermost root that holds a path; with `itself` it may be the path."""
    holding = (path for path in upwards(key) if path in roots and (itself or path != key))
    return next((roots[path] for path in holding), None)


def _admits(root: Root, path: Path) -> bool:
    """Whether a path is read as a part of a root; what is gone was, as far as anybody knows."""
    if not os.path.lexists(path):
        return is_there(root) and key_path(root.path).is_dir()
    try:
        return walk_of(root, path).admits(path)
    except OSError:
        return True  # the walk meets the same fault and tells it


def _take_back(planned: Plan, roots: dict[str, Root], holder: Root | None, key: str) -> bool:
    """Take in again what was removed by hand and is named now; whether there is such a thing."""
    name = name_in(holder, key) if holder else ""
    if holder is None or name not in holder.removed:
        return False
    removed = {path: ids for path, ids in holder.removed.items() if path != name}
    roots[holder.path] = planned.roots[holder.path] = replace(holder, removed=removed)
    planned.back.append(key)
    return True


def _mount_of(key: str) -> str:
    """Where the disk that holds a root is mounted; empty for the one that holds `/`."""
    mounts = (folder for folder in upwards(key) if os.path.ismount(key_path(folder)))
    return next(mounts, "/").rstrip("/")
