"""The process that reads files for another one: bounded in memory, and gone when that one is.

It takes a job a line on its standard input and writes messages, each after its length in four
bytes, to its standard output (see `events`). It keeps a broken file from harming the
program; it is no wall against a file that takes control of a library.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

from assistant.documents import Document
from assistant.ingest.chunking.passages import Tokenizer, segment
from assistant.ingest.metadata.acronyms import definitions
from assistant.ingest.metadata.languages import detected
from assistant.ingest.readers.kinds import LARGEST_FILE
from assistant.ingest.readers.registry import Noted, Skipped, read_file
from assistant.ingest.sources.walk import SourceFile
from assistant.ingest.workers.events import LONGEST_MESSAGE, Limits, cut_message, message
from assistant.models.embeddings import MiniLM
from assistant.reports import FileNote

_MOST_NOTES = 1000  # told of one file, of each sort
_LONGEST_NOTE = 300  # characters
_LONGEST_PLACE = 5000
_MOST_FILES = 5000  # read by one process, should a library keep what it need not
_PR_SET_PDEATHSIG = 1
_LANGUAGE_MODEL = 200_000_000  # bytes that the model of languages takes while it is unpacked


def main() -> None:
    """Read what standard input names until it ends; `sys.argv[1]` holds the settings, as JSON."""
    settings = json.loads(sys.argv[1])
    limits = Limits(**settings["limits"])
    source, sink = _own_pipes()
    offsets = MiniLM().offsets
    offsets("loaded before the limits hold")
    _confine(limits, settings["parent"])
    jobs: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_take, args=(source, jobs), daemon=True).start()
    reader = _Reader(sink, offsets, settings["passage_tokens"], limits)
    for _ in range(_MOST_FILES):
        path, name, charset, host, known = json.loads(jobs.get())
        try:
            reader.read(SourceFile(Path(path), Path(path), name, charset, host), known)
        except MemoryError:
            reader.tell("spent")
            break
        if _memory_kept() > limits.memory // 2:
            break
    # What the other process has handed out beyond this, it hands to the next one.
    os._exit(0)


def _own_pipes() -> tuple[int, BinaryIO]:
    """The two ends, moved from where a library that reads or prints would find them."""
    source, sink = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    return source, os.fdopen(sink, "wb", 1 << 16)


def _take(source: int, jobs: SimpleQueue[bytes]) -> None:
    """Hand on the jobs; end this process, whatever it is at, when there can be no more."""
    with os.fdopen(source, "rb") as lines:
        for line in lines:
            jobs.put(line)
    os._exit(0)


def _confine(limits: Limits, parent: int) -> None:
    sys.dont_write_bytecode = True
    with suppress(OSError):  # where memory runs out, this process is the one to go
        Path("/proc/self/oom_score_adj").write_text("1000")
    with suppress(ImportError, OSError, AttributeError, TypeError):
        # Needed only for a library that loops without letting `_take` run.
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)
    with suppress(ImportError):
        import resource

        _lower(resource.RLIMIT_DATA, limits.memory)
        _lower(resource.RLIMIT_FSIZE, _LANGUAGE_MODEL)
        _write_at_most(0)
        _lower(resource.RLIMIT_CORE, 0)


def _lower(limit: int, value: int) -> None:
    import resource

    with suppress(OSError, ValueError):  # it is lower than that already, or unknown here
        resource.setrlimit(limit, (value, value))


def _write_at_most(size: int) -> None:
    """Limit the files that this process may write to so many bytes, up to the final limit."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (min(size, hard) if hard >= 0 else size, hard))


def _language(text: str) -> str:
    """The language of a text; its model unpacks through the one file that is ever written here."""
    _write_at_most(_LANGUAGE_MODEL)
    try:
        return detected(text)
    finally:
        _write_at_most(0)


def _memory_kept() -> int:
    """Bytes that count towards the limit now; 0 where that is not told.

    `ru_maxrss` would not do: it begins with what the process had that started this one.
    """
    try:
        return int(Path("/proc/self/statm").read_text().split()[5]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, AttributeError):
        return 0


def _limit_processor_time(seconds: float) -> None:
    """End this process when it has worked for that much longer: it may be that nobody waits."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + seconds) + 1, hard))


class _RefusedError(Exception):
    """Why a file is not read, in a few words."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads files one after the other and tells what is in them."""

    sink: BinaryIO
    offsets: Tokenizer
    passage_tokens: int
    limits: Limits

    def tell(self, *parts: object) -> None:
        """Send a message."""
        self._send(message(*parts))

    def read(self, file: SourceFile, known: str) -> None:
        """Tell all of one file; what has `known` for its SHA-256 is not parsed."""
        self.tell("began")
        try:
            data, size, mtime_ns, settled = _content(str(file.path))
        except _RefusedError as exc:
            self.tell("closed", False, str(exc), False)
            return
        except OSError as exc:
            self.tell("closed", False, exc.strerror or str(exc), False)
            return
        _limit_processor_time(2 * self.limits.time(len(data)))
        digest = sha256(data).hexdigest()
        self.tell("opened", size, mtime_ns, digest, settled)
        if digest == known:
            self.tell("unchanged")
            return
        try:
            complete, fault = self._read(file, data)
        except Exception as exc:
            if isinstance(exc, MemoryError):
                raise
            # No file may end the run, however a library fails on it.
            complete, fault = False, f"the reader failed on it ({type(exc).__name__}); save it anew"
        self.tell("closed", complete, fault, bool(fault))

    def _read(self, file: SourceFile, data: bytes) -> tuple[bool, str]:
        """Tell what is in the file: is it all there, and if nothing is, why?"""
        held: Skipped | None = None  # in case it is the last word on the file
        counts: Counter[type] = Counter()
        for part in self._parts(file, data):
            if held is not None:
                self._note(held, counts)
                held = None
            if isinstance(part, bytes):
                counts[bytes] += 1
                self._send(part)
            elif isinstance(part, Skipped) and part.note.path == file.name and not counts[bytes]:
                held = part
            else:
                self._note(part, counts)
        for kind, what in (Skipped, "parts could not be read"), (Noted, "remarks"):
            if counts[kind] > _MOST_NOTES:
                more = f"{counts[kind] - _MOST_NOTES} more {what}"
                self.tell(kind.__name__.lower(), file.name, more)
        if held is not None:
            return False, held.note.reason[:_LONGEST_NOTE]
        nothing = counts[Skipped] and not counts[bytes]
        return not counts[Skipped], "nothing in it could be read" if nothing else ""

    def _parts(self, file: SourceFile, data: bytes) -> Iterator[bytes | Skipped | Noted]:
        """The file's documents as messages, and what is to be told of them."""
        for item in read_file(file, data, detect=_language):
            yield self._cut(item, file) if isinstance(item, Document) else item

    def _cut(self, document: Document, file: SourceFile) -> bytes | Skipped:
        if len(document.text) <= self.limits.characters:
            passages = segment(document, self.offsets, self.passage_tokens)
            cut = cut_message(document, passages, definitions(document.text))
            if len(cut) <= LONGEST_MESSAGE:
                return cut
        most = f"{self.limits.characters / 1e6:g} million characters"
        place = file.name if document.id == file.name else f"{file.name}:{document.id}"
        return Skipped(FileNote(place, f"holds more than {most} of text; split it"))

    def _note(self, part: Skipped | Noted, counts: Counter[type]) -> None:
        counts[type(part)] += 1
        if counts[type(part)] <= _MOST_NOTES:
            path, reason = part.note.path[:_LONGEST_PLACE], part.note.reason[:_LONGEST_NOTE]
            self.tell(type(part).__name__.lower(), path, reason)

    def _send(self, data: bytes) -> None:
        self.sink.write(len(data).to_bytes(4, "big"))
        self.sink.write(data)
        self.sink.flush()  # what was read before a file ended this process is not lost


def _content(path: str) -> tuple[bytes, int, int, bool]:
    """The file's bytes, its size and time from before, and whether both stayed as they were.

    Nothing but a regular file is read, and only where it was found: a link, a pipe or a device may
    have taken its place since.
    """
    if not stat.S_ISREG(os.lstat(path).st_mode) and not os.path.isdir(path):
        raise _RefusedError("no regular file; put one in its place or take it away")
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0)
    # Should it have become one between these two lines: neither followed nor waited for.
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode) or os.path.realpath(path) != path:
            raise _RefusedError("no longer where it was found, or no regular file; try again")
        data = b"" if before.st_size > LARGEST_FILE else file.read(LARGEST_FILE + 1)
        if max(before.st_size, len(data)) > LARGEST_FILE:
            megabytes = LARGEST_FILE // 1_000_000
            raise _RefusedError(f"larger than {megabytes} MB; split it into smaller files")
        after = os.fstat(file.fileno())
    size, mtime_ns = before.st_size, before.st_mtime_ns
    settled = (after.st_size, after.st_mtime_ns, len(data)) == (size, mtime_ns, size)
    return data, size, mtime_ns, settled
