"""The process that keeps a loaded model for the questions to come, and goes when none come.

It serves whoever proves to be the same user (see `service_link`), one after another: each gets a
connection to the model's own server for one answer. What was asked to the letter before is told
again: at temperature 0 the model would say the same. `model_service` starts it and talks to it.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from assistant.models.chat.service_link import HOST, Link, LinkError, State
from assistant.private_files import private_folder

_MOST_CONNECTIONS = 32
_WAKES = 0.5  # seconds after which one who waits looks whether the other end is still there
_STALLED = 60.0  # seconds that a reader may take for nothing before it is given up
_LOADS = 60.0  # seconds for another process to load the model, or to be gone
_REMEMBERED = 32  # replies
_LONGEST_REPLY = 1_000_000  # bytes of one that is remembered; 200 tokens take some 150,000
_LONGEST_REQUEST = 10_000_000  # bytes
_AT_ITS_END = b"data: [DONE]"


class Runtime(Protocol):
    """A loaded model that serves the OpenAI protocol.

    Attributes:
        address: host and port of its server.
        key: without which that refuses.
    """

    address: tuple[str, int]
    key: str

    def prepare(self, fixed: Sequence[Any]) -> None:
        """Read the fixed beginning of a prompt."""


class ModelProcess:
    """Keeps one model, tells where in a file, and ends after minutes in which nobody asked."""

    def __init__(self, runtime: Runtime, state: Path, model: str, minutes: float) -> None:
        """Listen, and say so in the file `state`; `run` must follow."""
        self._runtime, self._state, self._model = runtime, state, model
        self._minutes = minutes
        self._listener = socket.create_server((HOST, 0))
        self._secret = secrets.token_hex(32)
        self._turn = threading.Lock()
        self._replies: dict[bytes, bytes] = {}  # by the hash of the request, the latest last
        self._asking: set[Link] = set()
        self._used = time.monotonic()
        self._stop, self._retired = threading.Event(), threading.Event()
        self._places = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        State(self._listener.getsockname()[1], os.getpid(), self._secret, model).write(state)

    def run(self) -> None:
        """Serve until nobody has asked for long enough, or one of the same user says stop."""
        try:
            while not self._is_over():
                self._listener.settimeout(_WAKES)
                with suppress(TimeoutError):
                    connection, _ = self._listener.accept()
                    threading.Thread(target=self._serve, args=(connection,), daemon=True).start()
        finally:
            self._state.unlink(missing_ok=True)  # from here on nobody is led here any more
            self._listener.close()

    def _is_over(self) -> bool:
        if self._stop.is_set():
            return True
        is_idle = time.monotonic() - self._used >= 60 * self._minutes
        return not self._asking and (is_idle or self._retired.is_set())

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(LinkError, OSError):
            if self._places.acquire(blocking=False):
                try:
                    link = Link.accepted(connection, self._secret)
                    self._do(link, link.hear())
                finally:
                    self._places.release()

    def _do(self, link: Link, asked: dict[str, Any]) -> None:
        what = asked.get("do")
        if what == "answer":
            self._asking.add(link)  # the process stays for those who wait, too
            self._minutes = float(asked.get("minutes", self._minutes))
            try:
                self._answer(link, asked.get("fixed") or [])
            finally:
                self._used = time.monotonic()
                self._asking.discard(link)
        elif what == "retire":
            self._retired.set()
        elif what in ("tell", "stop"):
            link.say(self._told())
            if what == "stop":
                self._stop.set()
                socket.create_connection(self._listener.getsockname()).close()  # wakes `run`

    def _told(self) -> dict[str, Any]:
        idle = 0.0 if self._asking else time.monotonic() - self._used
        return {"pid": os.getpid(), "model": self._model, "idle": idle, "bytes": _memory()}

    def _answer(self, link: Link, fixed: Sequence[Any]) -> None:
        """Wait for the turn, and connect the other end to the model's server until one is gone."""
        link.socket.settimeout(_STALLED)
        while not self._turn.acquire(timeout=_WAKES):
            if _is_gone(link.socket):
                return
            link.say({"is": "waiting"})
        try:
            self._runtime.prepare(fixed)
            link.say({"is": "ready", "key": self._runtime.key})
            request = _request(link.socket)
            asked = hashlib.sha256(request).digest()
            if reply := self._replies.pop(asked, None):
                link.socket.sendall(reply)
            else:
                with socket.create_connection(self._runtime.address, timeout=_STALLED) as model:
                    model.sendall(request)
                    reply = _handed_on(model, link.socket)
            if reply:
                self._replies[asked] = reply
                for old in [*self._replies][:-_REMEMBERED]:
                    del self._replies[old]
        finally:
            self._turn.release()


def _request(connection: socket.socket) -> bytes:
    """The bytes of one HTTP request; what there was of it if the other end is gone before."""
    request = b""
    while len(request) < _LONGEST_REQUEST:
        head, blank, body = request.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *([0-9]+)", head)
        if blank and len(body) >= (int(length[1]) if length else 0):
            break
        if not (data := connection.recv(65536)):
            break
        request += data
    return request


def _handed_on(model: socket.socket, reader: socket.socket) -> bytes | None:
    """Hand on what a model says until one end is gone; all of it, if it was said to its end."""
    told = bytearray()
    while True:
        for ready in select.select([model, reader], [], [])[0]:
            data = ready.recv(65536)
            if not data:
                return bytes(told) if _AT_ITS_END in told[-200:] else None
            if ready is model:
                reader.sendall(data)
                if len(told) < _LONGEST_REPLY:
                    told += data


def _is_gone(connection: socket.socket) -> bool:
    if not select.select([connection], [], [], 0)[0]:
        return False
    return not connection.recv(1, socket.MSG_PEEK)


def _memory() -> int | None:
    """Bytes of memory that this process has at this moment; None where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None


def keep(state: Path, model: str, minutes: float, load: Callable[[], Runtime]) -> None:
    """Load a model and serve it, unless a process does so already; the process ends with this.

    Args:
        state: the file in which it is said where; beside it a lock is held as long as it lasts.
        model: path of the model's file.
        minutes: without a question after which it ends.
        load: what loads it.
    """
    from filelock import FileLock, Timeout

    with suppress(OSError):  # what `ps` and `top` show on Linux
        Path("/proc/self/comm").write_text("assistant-model")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    if not private_folder(state.parent):
        sys.exit(1)
    lock = FileLock(state.with_suffix(".lock"), mode=0o600)
    until = time.monotonic() + _LOADS
    while True:
        try:
            lock.acquire(timeout=0.05)
            break
        except Timeout:
            # Another one is there, or about to be; or about to end, which takes a moment.
            if state.exists() or time.monotonic() > until:
                return
    state.unlink(missing_ok=True)  # of a process that was killed
    _retire_others(state)
    with suppress(SystemExit):  # told to terminate; its file is gone by now
        ModelProcess(load(), state, model, minutes).run()
    state.with_suffix(".log").unlink(missing_ok=True)  # it tells why one failed, and this did not
    # An answer that was broken off may still be computed; nothing is to be waited for.
    os._exit(0)


def _retire_others(state: Path) -> None:
    """Have processes that keep other models end, once they have answered: memory is for one."""
    for path in state.parent.glob("*.json"):
        if path != state and (other := State.read(path)):
            with suppress(LinkError):
                link = Link.to(other)
                link.say({"do": "retire"})
                link.close()


def main() -> None:
    """Keep the model that `sys.argv` names: its file, the state's file, minutes."""
    from assistant.models.chat.llamacpp import LlamaCpp

    model, state, minutes = sys.argv[1:]
    keep(Path(state), model, float(minutes), lambda: LlamaCpp(Path(model)))


if __name__ == "__main__":
    main()
