"""A local model that stays loaded in a process of its own, for the questions to come.

Found, started where there is none, asked, told of and stopped here; what that process does is in
`model_process`. Where none can be had, the model is loaded in this process.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.models.chat.llamacpp import LlamaCpp, check
from assistant.models.chat.service_link import Link, LinkError, State
from assistant.private_files import private_folder

COMMAND: tuple[str, ...] = (sys.executable, "-P", "-m", "assistant.models.chat.model_process")
"""What keeps a model; followed by its file, the state's file and minutes."""
_CODE = ("llamacpp.py", "model_process.py", "private_files.py", "service_link.py")
_LOOKS = 0.02  # seconds between two looks whether it is there
_MOST_STARTS = 2  # for one answer
_PREPARES = 60.0  # seconds for the beginning of the prompt, which is read once
_ENDS = 5.0  # seconds for a process that was told to stop
_ENVIRONMENT = """
    PATH LD_LIBRARY_PATH DYLD_LIBRARY_PATH DYLD_FALLBACK_LIBRARY_PATH LANG LC_ALL LC_CTYPE TZ
    HOME XDG_CACHE_HOME XDG_STATE_HOME TMPDIR OMP_NUM_THREADS
""".split()


@dataclass(frozen=True, slots=True)
class Kept:
    """A model that a process keeps loaded.

    Attributes:
        pid: of the process.
        model: path of the model's file.
        idle: seconds since it was last asked; 0 while it answers.
        memory: bytes that the process has; None where the system does not say.
    """

    pid: int
    model: str
    idle: float
    memory: int | None


def is_supported() -> bool:
    """Whether this system can start a process that outlives the terminal, for one user alone."""
    return os.name == "posix"


def folder() -> Path:
    """Where it is said which processes keep models."""
    import platformdirs

    return platformdirs.user_state_path("assistant") / "models"


class ModelService:
    """The process that keeps one model; a drop-in for a model loaded in this process."""

    def __init__(
        self,
        path: Path,
        minutes: float,
        timeout: float,
        notify: Callable[[str], None],
        command: Sequence[str] | None = None,
    ) -> None:
        """Name the model, and have a process load it if none seems to be there.

        Args:
            path: of the model's file.
            minutes: without a question after which the process ends.
            timeout: seconds without a sign from it before it is given up.
            notify: told, in a line, of what is to be waited for.
            command: what to start, in place of `COMMAND`.

        Raises:
            ModelMissingError: the file is none that can be loaded.
        """
        check(path)
        self._path, self._minutes, self._timeout, self._notify = path, minutes, timeout, notify
        self._command = command or COMMAND
        self._state = folder() / f"{_name(path)}.json"
        self._child: subprocess.Popen[bytes] | None = None
        self._starts = 0
        self._here: LlamaCpp | None = None
        if not self._is_private():
            self._load_here(
                f"{self._state.parent} is not this user's alone, so the model is not kept; "
                "delete the folder to have it made anew."
            )
        elif State.read(self._state) is None:
            self._start()

    def connect(self, fixed: Sequence[Any]) -> tuple[socket.socket, str]:
        """A connection to the model's server for one answer, and its key; it may take its time.

        Args:
            fixed: the messages with which every prompt begins.

        Raises:
            ModelMissingError: the model cannot be loaded.
        """
        self._starts, in_vain = 0, None
        while self._here is None:
            state = State.read(self._state)
            if state and state != in_vain:
                with suppress(LinkError):
                    return self._asked(Link.to(state), fixed)
                in_vain = state  # until the file changes, or whoever was started has ended
            if self._child is None or self._child.poll() is not None:
                self._start_again()
                in_vain = in_vain if self._starts == 1 else None
            time.sleep(_LOOKS)
        return self._here.connect(fixed)

    def _asked(self, link: Link, fixed: Sequence[Any]) -> tuple[socket.socket, str]:
        """Wait until it is this process's turn."""
        try:
            link.socket.settimeout(max(self._timeout, _PREPARES))
            link.say({"do": "answer", "fixed": fixed, "minutes": self._minutes})
            told, waits = link.hear(), False
            while told.get("is") == "waiting":
                if not waits:
                    self._notify("The model answers another question first ...")
                told, waits = link.hear(), True
            if told.get("is") != "ready":
                raise LinkError("nothing that makes sense was said")
            return link.socket, str(told["key"])
        except BaseException:
            link.close()
            raise

    def _start_again(self) -> None:
        # It fails by itself where the model cannot be loaded; others may end it at any time.
        failed = self._child is not None and self._child.returncode > 0
        self._child = None
        if failed or self._starts >= _MOST_STARTS:
            self._load_here("The model cannot be kept by a process of its own; it is loaded here.")
        else:
            self._start()

    def _start(self) -> None:
        """Start a process that outlives this one and holds nothing of it open."""
        self._starts += 1
        kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        paths = os.pathsep.join(os.path.abspath(path) for path in sys.path if path)
        with open(self._state.with_suffix(".log"), "wb", opener=_private) as log:
            self._child = subprocess.Popen(
                [*self._command, str(self._path), str(self._state), str(self._minutes)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=self._state.parent,
                env=kept | {"PYTHONPATH": paths},
                start_new_session=True,  # Ctrl-C, and the end of the terminal, are not for it
            )
        _STARTED.append(self._child)

    def _load_here(self, why: str) -> None:
        self._notify(why)
        self._here = LlamaCpp(self._path)

    def _is_private(self) -> bool:
        try:
            return private_folder(self._state.parent)
        except OSError:
            return False


_STARTED: list[subprocess.Popen[bytes]] = []
"""What this process started, which is not to be waited for when it ends."""


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)


def _name(path: Path) -> str:
    """What tells this model, on this machine, with this program and runtime, from all others."""
    held = path.stat()
    here = Path(__file__).parent
    code = [(here / name).stat().st_mtime_ns for name in _CODE]
    identity = [
        platform.node(),
        str(path.resolve()),
        held.st_size,
        held.st_mtime_ns,
        *(_version(name) for name in ("assistant", "xllamacpp")),
        code,
    ]
    return hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:16]


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def kept() -> list[Kept]:
    """The models of this user that a process keeps loaded; those that answer when asked."""
    found = []
    for path in sorted(folder().glob("*.json")) if is_supported() else ():
        if state := State.read(path):
            with suppress(LinkError):
                found.append(_told(Link.to(state), "tell"))
    return [each for each in found if each]


def stop() -> list[Kept]:
    """End all processes that keep a model of this user's; tells what each kept."""
    ended = []
    for path in sorted(folder().glob("*.lock")) if is_supported() else ():
        while not _is_free(path, 0.0):
            if state := State.read(path.with_suffix(".json")):
                ended.append(_ended(path, state))
                break
            time.sleep(_LOOKS)  # it is about to begin, or to end
    return ended


def _ended(path: Path, state: State) -> Kept:
    """What was kept by the process that held this lock, as it holds it to its very end."""
    told = None
    with suppress(LinkError):
        told = _told(Link.to(state), "stop")
    if told is None or not _is_free(path, _ENDS):
        with suppress(OSError):
            os.kill(state.pid, signal.SIGKILL)
        _is_free(path, _ENDS)
    return told or Kept(state.pid, state.model, 0.0, None)


def _is_free(path: Path, seconds: float) -> bool:
    """Whether nobody holds the lock, or lets go of it in time."""
    from filelock import FileLock, Timeout

    try:
        with FileLock(path, timeout=seconds, mode=0o600):
            return True
    except Timeout:
        return False


def _told(link: Link, what: str) -> Kept | None:
    try:
        link.say({"do": what})
        told = link.hear()
        memory = told["bytes"]
        return Kept(
            int(told["pid"]),
            str(told["model"]),
            float(told["idle"]),
            None if memory is None else int(memory),
        )
    except (LinkError, KeyError, TypeError, ValueError):
        return None
    finally:
        link.close()
