"""Files -> their documents cut into passages, read by other processes side by side.

A file that is hostile or broken ends or delays the process that reads it, never this one: the next
process goes on with the file after it. What such a process does is left to `process`, what
it tells to `events`.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from assistant.errors import AssistantError
from assistant.ingest.workers.events import (
    LONGEST_MESSAGE,
    Closed,
    Event,
    Job,
    Limits,
    MessageError,
    Opened,
    Unchanged,
    event,
    job_message,
    parsed,
)

_WAITING = 6  # files handed to a process at once
_WORTH_ANOTHER = 250_000  # bytes that wait for a process above which another one is started
_CHUNK = 1 << 16
_CHUNKS = 16  # read ahead from each process
_TRIES = 2  # of a file that a process was lost at: it may have been ended from outside
_STARTS = 5  # of a process that ends before it begins
_STARTING = 60.0  # seconds until it begins
_PATIENCE = 2.0  # seconds for a process that was killed to go

# What reads documents from anywhere sees no key: nothing else of the environment is handed on.
_ENVIRONMENT = """
    PATH LD_LIBRARY_PATH DYLD_LIBRARY_PATH DYLD_FALLBACK_LIBRARY_PATH
    LANG LC_ALL LC_CTYPE TZ SYSTEMROOT TEMP TMP TMPDIR
""".split()


def command() -> tuple[str, ...]:
    """How to start a process that reads: with this one's packages, from wherever this one is."""
    paths = [path for path in sys.path if path]
    start = "from assistant.ingest.workers.process import main; main()"
    code = f"import sys; sys.path[:] = {paths!r}; {start}"
    mode = f"-Xutf8={sys.flags.utf8_mode}"  # file names are to be bytes of the same text
    return (sys.executable, "-I", "-W", "ignore", mode, "-c", code)


class ReadingPool:
    """Reads files in processes of its own, which start when there is something to read.

    To be used by one thread. Leaving it as a context manager ends the processes at once.
    """

    def __init__(
        self,
        passage_tokens: int,
        *,
        processes: int | None = None,
        limits: Limits | None = None,
        command: Sequence[str] | None = None,
    ) -> None:
        """Cut passages of `passage_tokens`; in as many processes as there are cores if not told.

        `command` starts a process that reads, if it is not to be that of `command()`.
        """
        self._most = processes or _cores()
        self._settings = passage_tokens, limits or Limits(), command
        self._readers: list[_Reader] = []

    def __enter__(self) -> ReadingPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all processes at once, whatever they are at."""
        for reader in self._readers:
            reader.stop()
        self._readers = []

    def read(self, jobs: Iterable[Job]) -> Iterator[Event]:
        """What is told of each file, all of a file together, in the order of the jobs.

        Jobs are taken a few ahead of what has been told. Memory is bounded, whatever their number
        and sizes: what is read ahead waits in the pipes.

        Raises:
            AssistantError: no process that reads can be started.
        """
        waiting = iter(jobs)
        turns: deque[_Reader] = deque()
        try:
            while True:
                self._hand_out(waiting, turns)
                if not turns:
                    return
                yield from turns.popleft().events()
        finally:
            if turns or any(reader.jobs for reader in self._readers):
                self.close()

    def _hand_out(self, jobs: Iterator[Job], turns: deque[_Reader]) -> None:
        while (reader := self._free()) is not None:
            job = next(jobs, None)
            if job is None:
                return
            if reader not in self._readers:
                self._readers.append(reader)
            reader.give(job)
            turns.append(reader)

    def _free(self) -> _Reader | None:
        """Who is to read the next file: a process more only when the others have enough to do."""
        least = min(self._readers, key=_Reader.load, default=None)
        if least is not None:
            size, files = least.load()
            if not files or (files < _WAITING and size < _WORTH_ANOTHER):
                return least
        if len(self._readers) < self._most:
            return _Reader(*self._settings)
        return least if least is not None and least.load()[1] < _WAITING else None


class _OverdueError(Exception):
    """Nothing came in the time that there was."""


class _LostError(Exception):
    """The process ended, or said what cannot be; the message says why if that is known."""


class _Process:
    """One process that reads, and the thread that takes what it writes.

    The thread is what makes waiting for a pipe end in time on every system, even where a process
    that was killed does not go because the disk it reads does not answer.
    """

    def __init__(self, command: Sequence[str], settings: str) -> None:
        self._popen = subprocess.Popen(
            [*command, settings],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd=os.path.abspath(os.sep),
            env=_environment(),
            start_new_session=True,  # Ctrl-C in the terminal is for this process alone
        )
        self._chunks: queue.Queue[bytes] = queue.Queue(_CHUNKS)
        self._buffer = bytearray()
        self._thread = threading.Thread(target=self._pump, daemon=True)
        self._thread.start()

    def send(self, data: bytes) -> None:
        """Write to it; that it has gone shows when it is listened to."""
        assert self._popen.stdin is not None
        with suppress(OSError):
            self._popen.stdin.write(data)

    def receive(self, seconds: float) -> list[Any]:
        """The parts of its next message.

        Raises:
            _OverdueError: it did not come in so many seconds.
            _LostError: there is none, or it is broken.
        """
        until = time.monotonic() + seconds
        size = int.from_bytes(self._bytes(4, until), "big")
        if size > LONGEST_MESSAGE:
            raise _LostError
        try:
            return parsed(self._bytes(size, until))
        except MessageError as exc:
            raise _LostError from exc

    def stop(self) -> None:
        """End it at once, with all that it may have started."""
        _kill(self._popen)
        until = time.monotonic() + _PATIENCE
        while self._thread.is_alive() and time.monotonic() < until:
            with suppress(queue.Empty):
                self._chunks.get(timeout=0.01)
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(max(0.0, until - time.monotonic()))
        assert self._popen.stdin is not None
        with suppress(OSError):
            self._popen.stdin.close()

    def _pump(self) -> None:
        assert self._popen.stdout is not None
        with self._popen.stdout as pipe, suppress(OSError, ValueError):
            while chunk := pipe.read(_CHUNK):
                self._chunks.put(chunk)
        self._chunks.put(b"")

    def _bytes(self, size: int, until: float) -> bytes:
        while len(self._buffer) < size:
            try:
                chunk = self._chunks.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                raise _OverdueError from None
            if not chunk:
                raise _LostError
            self._buffer += chunk
        data = bytes(memoryview(self._buffer)[:size])
        del self._buffer[:size]
        return data


class _Reader:
    """Files that are read one after the other, and the process that is at them now, if any."""

    def __init__(self, passage_tokens: int, limits: Limits, command: Sequence[str] | None) -> None:
        self.jobs: deque[Job] = deque()
        self._limits, self._command = limits, command
        settings = {
            "passage_tokens": passage_tokens,
            "limits": asdict(limits),
            "parent": os.getpid(),
        }
        self._settings = json.dumps(settings)
        megabytes = limits.memory // 1_000_000
        self._spent = f"needed more than {megabytes} MB of memory to read; split it or save it anew"
        self._process: _Process | None = None

    def load(self) -> tuple[int, int]:
        """Bytes and files that are waiting."""
        return sum(job.size for job in self.jobs), len(self.jobs)

    def give(self, job: Job) -> None:
        """Hand it one file more."""
        self.jobs.append(job)
        if self._process is None:
            self._start()
        else:
            self._process.send(job_message(job))

    def stop(self) -> None:
        """End the process; a next one is handed what is left."""
        if self._process is not None:
            self._process.stop()
        self._process = None

    def events(self) -> Iterator[Event]:
        """What is told of the first file, once, whatever becomes of the process.

        A process that is lost may have been ended from outside, so the file gets another one; what
        that one tells again is passed over.
        """
        job = self.jobs[0]
        opened: Opened | None = None
        told = 0
        fault = ""
        for _ in range(_TRIES):
            try:
                for number, each in enumerate(self._attempt(job)):
                    if isinstance(each, Opened) and opened not in (None, each):
                        yield self._given_up(Closed(job, False, "changed while it was read"))
                        return
                    opened = each if isinstance(each, Opened) else opened
                    if number < told:
                        continue
                    told += 1
                    if isinstance(each, Closed | Unchanged):
                        self.jobs.popleft()
                    yield each
                return
            except _OverdueError:
                seconds = self._limits.time(max(job.size, opened.size if opened else 0))
                fault = f"took longer than {seconds:.0f} s to read; split it or save it anew"
                break
            except _LostError as lost:
                fault = str(lost) or "made the process that read it crash; split it or save it anew"
                self.stop()
        yield self._given_up(Closed(job, False, fault, lasting=opened is not None))

    def _given_up(self, closed: Closed) -> Closed:
        self.stop()
        self.jobs.popleft()
        if self.jobs:
            self._start()
        return closed

    def _attempt(self, job: Job) -> Iterator[Event]:
        """What the process tells of the first file, as long as it goes well."""
        process = self._beginning()
        left = self._limits.time(job.size)
        while True:
            before = time.monotonic()
            parts = process.receive(left)
            left -= time.monotonic() - before
            if parts == ["spent"]:
                raise _LostError(self._spent)
            try:
                told = event(job, parts)
            except MessageError as exc:
                raise _LostError from exc
            if isinstance(told, Opened):
                left += self._limits.time(max(told.size, job.size)) - self._limits.time(job.size)
            yield told
            if isinstance(told, Closed | Unchanged):
                return

    def _beginning(self) -> _Process:
        """The process, which has begun with the first file."""
        for _ in range(_STARTS):
            process = self._process or self._start()
            try:
                parts = process.receive(_STARTING)
            except (_LostError, _OverdueError):
                self.stop()  # it had read what one process may, or was ended while it waited
                continue
            if parts != ["began"]:
                raise _LostError
            return process
        raise AssistantError(
            "no file can be read: the process that is to read it ends at once; install this "
            "program again with its dependencies."
        )

    def _start(self) -> _Process:
        try:
            process = _Process(self._command or command(), self._settings)
        except OSError as exc:
            raise AssistantError(
                f"no file can be read: no process can be started for it ({exc.strerror}); end "
                "other programs, then try again."
            ) from exc
        for job in self.jobs:
            process.send(job_message(job))
        self._process = process
        return process


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:  # its number may be another one's by now
        return
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return kept | {"OPENBLAS_NUM_THREADS": "1"}  # its threads would cost more than numpy's import


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
