"""A conversation written to a Markdown file of the reader's."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from assistant.cli.render.markdown import session_markdown
from assistant.conversation.session_files import Session
from assistant.errors import UsageError


def save(session: Session, name: str, overwrite: bool) -> tuple[Path, int]:
    """Write a conversation to a file, whole or not at all; which file, and how many turns.

    Args:
        session: the conversation.
        name: of the file; `~` is the reader's home.
        overwrite: write over a file that is there.

    Raises:
        UsageError: the file is there already, or cannot be written.
    """
    try:
        path = Path(name).expanduser()
        if path.is_dir():
            raise UsageError(f"{path} is a folder; give the name of a file in it.")
        if path.exists() and not overwrite:
            raise UsageError(f"{path} is there already; /save! {name} writes over it.")
        if not path.parent.is_dir():
            raise UsageError(f"there is no folder {path.parent}; make it, or give another one.")
        _write(path, session_markdown(session).encode("utf-8", "replace"), overwrite)
    except (OSError, ValueError, RuntimeError) as exc:
        told = getattr(exc, "strerror", None) or str(exc)
        raise UsageError(f"{name} cannot be written: {told}; give another file.") from exc
    return path, len(session.turns)


def _write(path: Path, data: bytes, overwrite: bool) -> None:
    if overwrite and path.exists() and not path.is_file():
        path.write_bytes(data)  # a device
        return
    target = path.resolve()
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with fresh.open("xb") as file:
            file.write(data)
        if overwrite:
            os.replace(fresh, target)
        else:
            _name(fresh, target)
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def _name(fresh: Path, target: Path) -> None:
    """Give a file its name; fails where another one has come to have it meanwhile."""
    try:
        os.link(fresh, target)
    except FileExistsError:
        raise
    except OSError:  # some file systems know no links
        target.open("xb").close()
        os.replace(fresh, target)
