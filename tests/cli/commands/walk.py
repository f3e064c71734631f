"""All commands of the program, and the command lines that their help and the documents show."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

from assistant.cli import app

_EXAMPLES = re.compile(r"^Examples:\n((?:\n| {2,}\S.*\n?)+)", re.MULTILINE)


def commands() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each command with the words that name it, the program itself first; hidden ones are not."""
    yield from _below((), app.root_command())


def _below(words: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield words, command
    for name, each in getattr(command, "commands", {}).items():
        if not each.hidden:
            yield from _below((*words, name), each)


def examples(command: Any) -> list[str]:
    """The command lines of a command's help."""
    found = _EXAMPLES.search((command.epilog or "").replace("\b\n", ""))
    return [line.strip() for line in found[1].splitlines() if line.strip()] if found else []


def of_assistant(line: str) -> Iterator[list[str]]:
    """What stands behind `assistant` in each part of a pipeline that runs it, as a shell reads it.

    >>> list(of_assistant("echo 'Who?' | assistant ask - --json > out.json  # asks"))
    [['ask', '-', '--json']]
    """
    words = shlex.shlex(line, posix=True, punctuation_chars="|<>;&")
    words.whitespace_split, words.commenters = True, "#"
    part: list[str] = []
    for word in [*words, "|"]:
        if word in ("|", ";", "&&"):
            if part and part[0].rpartition("/")[2] == "assistant":
                to = next((at for at, each in enumerate(part) if each in (">", ">>")), None)
                yield part[1:to]
            part = []
        else:
            part.append(word)


def parse(arguments: list[str]) -> None:
    """Read a command line as the program does, without running the command.

    Raises what typer raises of a wrong one.
    """
    command, context, name = app.root_command(), None, "assistant"
    while True:
        context = command.make_context(name, list(arguments), parent=context)
        rest = [*getattr(context, "_protected_args", ()), *context.args]
        if not hasattr(command, "commands") or not rest:
            return
        name, command, arguments = command.resolve_command(context, rest)
