"""The terminal left as it was found, however the program ends, and signals that end it in order."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from assistant.cli.render.leaving import leave_at_once
from assistant.errors import EXIT_INTERRUPTED

try:
    import termios
except ImportError:  # not on this system
    termios = None  # type: ignore[assignment]

_ENDING = ("SIGTERM", "SIGHUP")
_PLAIN = "\x1b[?2004l\x1b[?25h\x1b[0m"  # no bracketed paste; the cursor shown; no style


@contextmanager
def guarded() -> Iterator[None]:
    """Restore the terminal at the end, which SIGTERM and SIGHUP bring about, too.

    Once the end has begun, Ctrl-C makes it sudden, and never leaves a traceback. Where Ctrl-C or a
    signal brought it about, no thread is waited for: one may import for a minute what nobody needs.
    """
    before = _modes()
    kept = {name: signal.signal(number, _end) for name, number in _numbers()}
    hook, sys.unraisablehook = sys.unraisablehook, _untold(sys.unraisablehook)
    try:
        yield
    finally:
        if before:
            signal.signal(signal.SIGINT, lambda *_: os._exit(EXIT_INTERRUPTED))
        if before and _modes() != before:
            _restore(before)
        for name, number in _numbers():
            signal.signal(number, kept[name])
        if not before:  # else what is in the making while Python ends may still be interrupted
            sys.unraisablehook = hook
        elif isinstance(sys.exc_info()[1], KeyboardInterrupt | SystemExit) and _is_waited_for():
            leave_at_once()


@contextmanager
def unechoed() -> Iterator[None]:
    """What is typed meanwhile is not shown: it would stand in the midst of what is."""
    before = _modes()
    if before is None:
        yield
        return
    quiet = [*before]
    quiet[3] &= ~termios.ECHO
    _set(quiet)
    try:
        yield
    finally:
        _set(before)


def _is_waited_for() -> bool:
    """Whether a thread keeps Python from ending."""
    main = threading.main_thread()
    return any(each is not main and not each.daemon for each in threading.enumerate())


def _numbers() -> list[tuple[str, int]]:
    return [(name, getattr(signal, name)) for name in _ENDING if hasattr(signal, name)]


def _end(number: int, _: Any) -> None:
    if number != signal.SIGTERM:  # the terminal is gone: whatever is still said is said to nobody
        with suppress(OSError):
            nowhere = os.open(os.devnull, os.O_RDWR)
            for stream in range(3):
                os.dup2(nowhere, stream)
    raise SystemExit(128 + number)


def _untold(hook: Any) -> Any:
    """A hook for errors that nobody can catch, which says nothing of Ctrl-C."""

    def go(unraisable: Any) -> None:
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            hook(unraisable)

    return go


def _modes() -> list[Any] | None:
    """The modes of the terminal that is typed at; None if there is none."""
    if termios is None:
        return None
    try:
        return termios.tcgetattr(sys.stdin.fileno())
    except (OSError, ValueError, termios.error):
        return None


def _set(modes: list[Any]) -> None:
    with suppress(OSError, ValueError, termios.error):
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, modes)


def _restore(modes: list[Any]) -> None:
    _set(modes)
    with suppress(OSError, ValueError):
        if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
            sys.stdout.write(_PLAIN)
            sys.stdout.flush()
