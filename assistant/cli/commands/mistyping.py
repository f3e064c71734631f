"""What is told of a command line that cannot be understood: what is wrong, and what was meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from assistant.suggesting import nearest

_QUOTED = re.compile(r"'(.*)'")


def mistyped(exc: Any, root: Any, arguments: Sequence[str]) -> str:
    """The fact and the remedy, in one line.

    Args:
        exc: what typer raised.
        root: the command of the program.
        arguments: what was typed behind its name.
    """
    context = getattr(exc, "ctx", None)
    command = context.command if context else root
    path = context.command_path if context else _path(root, arguments)
    fact, near = str(exc.format_message()).rstrip("."), None
    if (option := getattr(exc, "option_name", None)) and hasattr(exc, "possibilities"):
        fact = f"No such option: {option}"
        near = nearest(option, _options(command))
    elif fact.startswith("No such command") and (named := _QUOTED.search(fact.split(". ")[0])):
        fact = fact.split(". ")[0]
        near = nearest(named[1], getattr(command, "commands", ()))
    fact = fact.replace("Value error, ", "")
    return f"{fact}; {f'write {near}, or ' if near else ''}see {path} --help."


def _options(command: Any) -> list[str]:
    """The options of a command as they may be typed."""
    return [
        name
        for each in command.params
        if each.param_type_name == "option"
        for name in (*each.opts, *each.secondary_opts)
    ] + ["--help"]


def _path(command: Any, arguments: Sequence[str]) -> str:
    """The command that the arguments come to."""
    path = "assistant"
    for word in arguments:
        if word in getattr(command, "commands", ()):
            path, command = f"{path} {word}", command.commands[word]
    return path
