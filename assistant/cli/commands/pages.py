"""The options `--html` and `--force`: a page for a browser, written to a file that is no other."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.commands.options import say
from assistant.errors import UsageError
from assistant.safety import line

Html = Annotated[
    str | None,
    typer.Option(
        "--html",
        metavar="FILE",
        help="Write a page for a browser, which needs no network; - is standard output.",
    ),
]
Force = Annotated[
    bool, typer.Option("--force", help="With --html: overwrite FILE, though it is no such page.")
]
_HEAD = 1000  # bytes of a page, in which its signature stands


def check_page(name: str | None, force: bool) -> None:
    """Refuse, before any work is done, to write a page over what is none.

    Raises:
        UsageError: something else is there, or there is no such folder; or `force` without a name.
    """
    from assistant.cli.render.browser import SIGNATURE

    if name is None and force:
        raise UsageError("--force goes with --html FILE; name that.")
    if name in (None, "-"):
        return
    with _written(str(name)):
        path = Path(str(name)).expanduser()
        if not path.exists() and path.parent.is_dir():
            return
        if not path.is_file():
            raise UsageError(f"{name} is no file, or in no folder; name another file.")
        with path.open("rb") as file:
            is_page = SIGNATURE.encode() in file.read(_HEAD)
    if not (is_page or force):
        raise UsageError(
            f"{name} is there already and is no page of this program; name another file, or add "
            "--force to overwrite it."
        )


def write_page(html: str, name: str, force: bool) -> None:
    """Write a page to a file, which is there whole or as it was, or to standard output.

    Raises:
        UsageError: it cannot be written, or something else is there.
    """
    if name == "-":
        sys.stdout.write(html)
        return
    check_page(name, force)
    with _written(name):
        path = Path(name).expanduser().resolve()
        new = path.with_name(f".page-{os.getpid()}.new")
        try:
            new.write_text(html, encoding="utf-8", newline="\n")
            os.replace(new, path)
        finally:
            new.unlink(missing_ok=True)
    say(line(f"Written to {name}."))


@contextmanager
def _written(name: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, RuntimeError) as exc:
        reason = getattr(exc, "strerror", None) or str(exc)
        raise UsageError(f"{name} cannot be written: {reason}; name another file.") from exc
