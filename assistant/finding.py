"""Which files there are to read below a folder, and their bytes.

What they say is left to `reading`.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import UsageError
from assistant.kinds import LARGEST_FILE, READ, kind_of


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file found under a root that was given.

    Attributes:
        path: absolute and resolved.
        root: the folder or file that was given, absolute and resolved.
        name: path relative to the root, with `/`; the file name when the root is the file itself.
    """

    path: Path
    root: Path
    name: str


def find_files(root: Path) -> tuple[list[SourceFile], int]:
    """The files of a kind that is read, sorted by name, and how many of other kinds were ignored.

    Hidden files and folders are passed over, and so are links to folders and links that lead out of
    the root. A folder that may not be opened is listed like a file, so that `read_bytes` tells why.

    Raises:
        UsageError: the root is missing, or is a file of a kind that is not read.
    """
    resolved = root.resolve()
    if resolved.is_dir():
        return _files_under(resolved)
    if not resolved.exists():
        raise UsageError(f"{root} does not exist; give a file or folder that does.")
    if not resolved.is_file() or kind_of(resolved.name) is None:
        raise UsageError(f"{root} is of a kind that is not read; give {', '.join(READ)} files.")
    return [SourceFile(resolved, resolved, storable_name(resolved.name))], 0


def read_bytes(path: Path, limit: int = LARGEST_FILE) -> bytes:
    """The file's bytes.

    Raises:
        OSError: it cannot be read, or has more than `limit` bytes; `strerror` says which.
    """
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        reason = f"larger than {limit // 1_000_000} MB; split it into smaller files"
        raise OSError(errno.EFBIG, reason, str(path))
    return data


def storable_name(name: str) -> str:
    """A path as text; bytes that are no UTF-8 (which Python holds as surrogates) are replaced."""
    return os.fsencode(name).decode("utf-8", "replace").replace(os.sep, "/")


def _files_under(root: Path) -> tuple[list[SourceFile], int]:
    files, ignored = [], 0
    for path in _walk(str(root)):
        if kind_of(path) is None and not os.path.isdir(path):
            ignored += 1
        else:
            name = storable_name(os.path.relpath(path, root))
            real = Path(os.path.realpath(path) if os.path.islink(path) else path)
            files.append(SourceFile(real, root, name))
    return sorted(files, key=lambda file: file.name), ignored


def _walk(root: str) -> Iterator[str]:
    """Every file below the root that may be read, and every folder that may not be opened."""
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            yield folder
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            elif entry.is_file() and (not entry.is_symlink() or _inside(entry.path, root)):
                yield entry.path


def _inside(path: str, root: str) -> bool:
    return os.path.commonpath((os.path.realpath(path), root)) == root
