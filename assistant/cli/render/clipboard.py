"""Text put on the clipboard: by the desktop's own program, else by the terminal (OSC 52)."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import TextIO

from assistant.cli.render.page import is_terminal
from assistant.errors import UsageError

_SECONDS = 5
_MOST_BYTES = 74_994
"""What terminals that take OSC 52 are known to take, in Base64."""


def copied(text: str, stream: TextIO, env: Mapping[str, str] = os.environ) -> str:
    """Copy the text; the name of what took it.

    Args:
        text: of any characters: a terminal sees nothing of it but Base64.
        stream: the terminal.
        env: the environment, which tells of a desktop.

    Raises:
        UsageError: nothing here takes it.
    """
    for command in _programs(env):
        if _ran(command, text):
            return command[0]
    told = base64.b64encode(text.encode("utf-8", "replace")).decode()
    if not is_terminal(stream) or env.get("TERM", "").startswith("linux"):
        raise UsageError("there is no clipboard here; /save FILE writes all to a file.")
    if len(told) > _MOST_BYTES:
        raise UsageError("the answer is too long for the terminal's clipboard; use /save FILE.")
    stream.write(f"\x1b]52;c;{told}\x07")
    stream.flush()
    return "the terminal"


def _programs(env: Mapping[str, str]) -> list[list[str]]:
    """The programs that reach the clipboard of whoever sits here."""
    if env.get("SSH_CONNECTION") or env.get("SSH_TTY"):
        return []  # they would reach that of the other machine
    known = [["pbcopy"]] if sys.platform == "darwin" else []
    known += [["wl-copy"]] if env.get("WAYLAND_DISPLAY") else []
    if env.get("DISPLAY"):
        known += [["xclip", "-selection", "clipboard"], ["xsel", "--clipboard", "--input"]]
    return [command for command in known if shutil.which(command[0], path=env.get("PATH"))]


def _ran(command: list[str], text: str) -> bool:
    try:
        done = subprocess.run(
            command,
            input=text.encode("utf-8", "replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
