"""Writes a text to a file that the reader names."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from assistant.errors import UsageError


def save(text: str, name: str, overwrite: bool, remedy: str) -> Path:
    """Write a text to a file and return its path; of one that cannot be finished nothing is left.

    Args:
        text: what is written.
        name: of the file; `~` is the reader's home.
        overwrite: write over a file that is there.
        remedy: what to do where a file is there already.

    Raises:
        UsageError: the file is there already, or cannot be written.
    """
    path = Path(name)
    try:
        path = path.expanduser()
        with path.open("wb" if overwrite else "xb") as file:
            file.write(text.encode("utf-8", "replace"))
    except FileExistsError as exc:
        raise UsageError(f"{path} is there already; {remedy}") from exc
    except (OSError, ValueError, RuntimeError) as exc:
        if not overwrite:
            with suppress(OSError, ValueError):
                path.unlink()
        reason = getattr(exc, "strerror", None) or str(exc)
        raise UsageError(f"{name} cannot be written: {reason}; name another file.") from exc
    return path
