"""Which files there are to read below a folder, in the order of their paths, and their bytes.

What they say is left to `registry`, which patterns pass a file over to `ignore`.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from assistant.errors import UsageError
from assistant.ingest.readers.kinds import LARGEST_FILE, READ, kind_of
from assistant.ingest.sources.ignore import IGNORE_FILE, Exclusion, parsed
from assistant.net import is_address
from assistant.reports import FileNote

LARGEST_IGNORE_FILE = 64_000
"""Bytes above which an ignore file is passed over."""
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_SURROGATE = re.compile(r"\\udc([89a-f][0-9a-f])")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file found under a root that was given, or one that holds what a web address held.

    Attributes:
        path: absolute and resolved.
        root: the folder or file that was given, absolute and resolved.
        name: path relative to the root, with `/`; the file name when the root is the file itself.
            The web address, where there is one: its documents are known by it.
        charset: encoding that the server told; empty if it did not.
        host: the machine that it came from; empty for any other file.
    """

    path: Path
    root: Path
    name: str
    charset: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A file that a walk came to.

    Attributes:
        key: its path as it is kept (see `path_key`).
        path: its path as the system has it.
        size, mtime_ns: its bytes, and when they were last changed.
    """

    key: str
    path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Shut:
    """What a walk could not look at: a folder, whose key ends in `/`, or a file.

    Attributes:
        key: its path as it is kept.
        path: its path as the system has it.
        reason: why, in a few words.
    """

    key: str
    path: str
    reason: str

    def holds(self, key: str) -> bool:
        """Whether a file by this key is, or lies in, what could not be looked at."""
        return key == self.key or key.startswith(_ended(self.key))


@dataclass(slots=True)
class Walk:
    """The files of a kind that is read below a folder, or the one file itself.

    They come in the order of their keys, as `ORDER BY path` has them in SQLite, and of each folder
    on the way only the names that are still to come are held. Hidden files and folders are passed
    over, and so are what is no plain file, links to folders, and links to files: out of the root
    for safety, within it because the file is read under its own name. A link to a file in the root
    that is hidden or of another kind, as git-annex makes them, is read under the link's name.

    Attributes:
        root: folder or file whose rules hold, absolute and resolved.
        start: the root or what of it is walked.
        exclusion: what is passed over besides what ignore files say.
        besides: keys of further roots below, which are walked on their own.
        ignored: files of other kinds that were met.
        excluded: files and folders that were passed over by a pattern.
        notes: what was wrong with ignore files.
    """

    root: Path
    start: Path
    exclusion: Exclusion = field(default_factory=Exclusion)
    besides: Collection[str] = frozenset()
    ignored: int = 0
    excluded: int = 0
    notes: list[FileNote] = field(default_factory=list)

    def __iter__(self) -> Iterator[Found | Shut]:
        try:
            mode = self.start.lstat().st_mode
            if stat.S_ISDIR(mode):
                levels = [self._level(str(self.start), self._rules_above())]
            else:
                yield from self._file(str(self.start))
                return
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as exc:
            yield _shut(str(self.start), exc)
            return
        while levels:
            folder, rules, names = levels[-1]
            if not names:
                levels.pop()
                continue
            path = folder + names.pop()
            if not path.endswith("/"):
                yield from self._file(path)
                continue
            try:
                levels.append(self._level(path, rules))
            except FileNotFoundError:
                continue
            except OSError as exc:
                yield _shut(path, exc)

    def admits(self, path: Path) -> bool:
        """Whether the walk would come to a file or folder at `path`, were it there.

        Raises:
            OSError: an ignore file on the way cannot be read.
        """
        if path == self.root:
            return True
        rules, folder = self.exclusion, self.root
        parts = path.relative_to(self.root).parts
        for place, part in enumerate(parts):
            rules = self._rules(_ended(str(folder)), rules)
            folder = folder / part
            inside = place < len(parts) - 1
            is_folder = inside or folder.is_dir()
            name = self._relative(str(folder))
            if is_passed_over(part) or rules.excludes(name, is_folder):
                return False
            if inside and folder.is_symlink():
                return False
            if not is_folder and kind_of(part) is None:
                return False
        return True

    def _rules_above(self) -> Exclusion:
        """The rules that hold in `start`, but for its own ignore file."""
        rules, folder = self.exclusion, self.root
        for part in self.start.relative_to(self.root).parts:
            rules = self._rules(_ended(str(folder)), rules)
            folder = folder / part
        return rules

    def _level(self, folder: str, above: Exclusion) -> tuple[str, Exclusion, list[str]]:
        """A folder, its rules, and the names in it that are to be looked at, the first one last."""
        folder = _ended(folder)
        rules = self._rules(folder, above)
        with os.scandir(folder) as entries:
            names = [name for entry in entries for name in self._named(entry, folder, rules)]
        by_key = {text_key(name): name for name in names}
        if len(by_key) < len(names):
            told = "holds names that are no UTF-8 and read alike; rename all but one of them"
            self._tell(self._relative(folder) or os.curdir, told)
        return folder, rules, [by_key[key] for key in sorted(by_key, reverse=True)]

    def _named(self, entry: os.DirEntry[str], folder: str, rules: Exclusion) -> Iterator[str]:
        """The entry's name, with `/` if it is a folder; nothing if it is passed over."""
        name = entry.name
        if is_passed_over(name):
            return
        is_folder = entry.is_dir(follow_symlinks=False)
        if not is_folder and kind_of(name) is None:
            self.ignored += entry.is_file(follow_symlinks=False)
        elif self.besides and text_key(folder + name) in self.besides:
            return
        elif rules.excludes(self._relative(folder + name), is_folder):
            self.excluded += 1
        else:
            yield name + "/" if is_folder else name

    def _file(self, path: str) -> Iterator[Found | Shut]:
        try:
            about = os.lstat(path)
            if stat.S_ISLNK(about.st_mode) and self._is_read_as_link(path):
                about = os.stat(path)
        except FileNotFoundError:
            return
        except OSError as exc:
            yield _shut(path, exc)
        else:
            if stat.S_ISREG(about.st_mode):
                yield Found(text_key(path), path, about.st_size, about.st_mtime_ns)

    def _is_read_as_link(self, path: str) -> bool:
        target = os.path.realpath(path)
        if os.path.commonpath((target, self.root)) != str(self.root):
            return False
        hidden = any(is_passed_over(part) for part in Path(target).relative_to(self.root).parts)
        return hidden or kind_of(target) is None

    def _relative(self, path: str) -> str:
        """A path as patterns see it."""
        return text_key(path[len(_ended(str(self.root))) :])

    def _rules(self, folder: str, above: Exclusion) -> Exclusion:
        """The rules in a folder, whose own ignore file counts first.

        Raises:
            OSError: it cannot be read, so that nothing is known of what it passes over.
        """
        path = folder + IGNORE_FILE
        told = self._relative(path)
        try:
            if not stat.S_ISREG(os.lstat(path).st_mode):
                self._tell(told, "is no plain file and was passed over")
                return above
            lines = read_bytes(Path(path), LARGEST_IGNORE_FILE).decode("utf-8-sig").splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return above
        except UnicodeDecodeError:
            self._tell(told, "is not UTF-8 text and was passed over; save it as UTF-8")
            return above
        except OSError as exc:
            if exc.errno != errno.EFBIG:
                raise
            self._tell(told, "is larger than 64 kB and was passed over; shorten it")
            return above
        patterns, faults = parsed(lines)
        for number, reason in faults:
            self._tell(f"{told}:{number}", f"the pattern {reason} and was passed over; correct it")
        return above.below(self._relative(folder), patterns) if patterns else above

    def _tell(self, path: str, reason: str) -> None:
        note = FileNote(path, reason)
        self.notes += [note] if note not in self.notes else []


def find_files(root: Path) -> tuple[list[SourceFile], int]:
    """The files of a kind that is read, sorted by path, and how many of other kinds were ignored.

    A folder that may not be opened is listed like a file, so that `read_bytes` tells why.

    Raises:
        UsageError: the root is missing, or is a file of a kind that is not read.
    """
    resolved = readable_root(root)
    walk = Walk(resolved, resolved)
    files = [
        SourceFile(Path(found.path), resolved, name_under(found.path, resolved)) for found in walk
    ]
    return files, walk.ignored


def readable_root(root: Path) -> Path:
    """A folder or file as it is kept: absolute and resolved.

    Raises:
        UsageError: it is missing, or is a file of a kind that is not read.
    """
    resolved = root.resolve()
    if resolved.is_dir():
        return resolved
    if not resolved.exists():
        raise UsageError(f"{root} does not exist; give a file or folder that does.")
    if not resolved.is_file() or kind_of(resolved.name) is None:
        raise UsageError(f"{root} is of a kind that is not read; give {', '.join(READ)} files.")
    return resolved


def read_bytes(path: Path, limit: int = LARGEST_FILE) -> bytes:
    """The file's bytes; a pipe that took the file's place is never waited for.

    Raises:
        OSError: it cannot be read, or has more than `limit` bytes; `strerror` says which.
    """
    with open(path, "rb", opener=_opener) as file:
        about = os.fstat(file.fileno())
        if stat.S_ISREG(about.st_mode) and about.st_size <= limit:
            data = file.read(limit + 1)
            if len(data) <= limit:
                return data
    if not stat.S_ISREG(about.st_mode):
        raise OSError(errno.EINVAL, "no plain file", str(path))
    reason = f"larger than {limit // 1_000_000} MB; split it into smaller files"
    raise OSError(errno.EFBIG, reason, str(path))


def is_passed_over(name: str) -> bool:
    """Whether a file or folder is hidden, or what Office leaves beside a file that is open."""
    return name.startswith((".", "~$"))


def storable_name(name: str) -> str:
    """A path as text; bytes that are no UTF-8 (which Python holds as surrogates) are replaced."""
    return os.fsencode(name).decode("utf-8", "replace").replace(os.sep, "/")


def name_under(path: str, root: Path) -> str:
    """A file's name: its path from the root on, or its own where it is the root."""
    relative = os.path.relpath(path, root)
    return storable_name(os.path.basename(path) if relative == os.curdir else relative)


def path_key(path: Path) -> str:
    """A path as text that SQLite can keep, whatever bytes it has."""
    return text_key(str(path))


def text_key(path: str) -> str:
    r"""The same for a path that is text; a byte that is no UTF-8 stands there as `\udc` and hex.

    Keys sort by code point, which is how SQLite sorts their UTF-8.
    """
    if path.isascii():
        return path
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def key_path(key: str) -> Path:
    """The path that is kept by a key."""
    if "\\udc" not in key or os.path.lexists(key):
        return Path(key)
    return Path(_SURROGATE.sub(lambda found: chr(int("dc" + found[1], 16)), key))


def upwards(path: str) -> Iterator[str]:
    """A path, by its key, and the folders above it; a web address lies in nothing.

    >>> list(upwards("/home/ann"))
    ['/home/ann', '/home', '/']
    """
    yield path
    if is_address(path):
        return
    while path != (path := os.path.dirname(path)):
        yield path


def lies_in(path: str, folders: Collection[str]) -> bool:
    """Whether a path, by its key, is one of the folders or files or lies in one of them."""
    return bool(folders) and any(each in folders for each in upwards(path))


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | _FLAGS)


def _ended(folder: str) -> str:
    return folder if folder.endswith("/") else folder + "/"


def _shut(path: str, exc: OSError) -> Shut:
    return Shut(text_key(path), path, exc.strerror or str(exc))
