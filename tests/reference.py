"""COMMANDS.md, made from the commands themselves: `python -m tests.reference`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.cli.app import EPILOG
from tests.cli.commands.walk import commands

PLACE = Path(__file__).parents[1] / "COMMANDS.md"
HEAD = """\
# Commands

What `assistant COMMAND --help` tells, in one page. It is made from the program by
`python -m tests.reference`, and a test holds it true.
"""
_MARKUP = re.compile(r"([\\*_<>|`\[\]])")


def reference() -> str:
    """The whole page."""
    (_, program), *others = [(" ".join(("assistant", *words)), each) for words, each in commands()]
    listed = [
        f"- [`{name}`](#{name.replace(' ', '-')}): {escaped(one_line(command.help))}"
        for name, command in others
    ]
    parts = [HEAD, "\n".join(listed) + "\n", "## assistant\n"]
    parts += [f"```text\n{usage('assistant', program)}\n```\n", *options("assistant", program)]
    parts += epilog(EPILOG)
    for name, command in others:
        parts += [f"## {name}\n", escaped(one_line(command.help)) + "\n"]
        parts += [f"```text\n{usage(name, command)}\n```\n", *options(name, command)]
        parts += [*epilog(command.epilog or ""), "Exit codes: [of all commands](#exit-codes).\n"]
    return "\n".join(parts).rstrip("\n") + "\n"


def usage(name: str, command: Any) -> str:
    """How the command is written."""
    return " ".join([name, *command.collect_usage_pieces(context(name, command))])


def options(name: str, command: Any) -> Iterator[str]:
    """Tables of a command's arguments and options."""
    within = context(name, command)
    for kind in ("Argument", "Option"):
        of_kind = [p for p in command.get_params(within) if p.param_type_name == kind.lower()]
        if records := list(filter(None, (p.get_help_record(within) for p in of_kind))):
            rows = [f"| {code(left)} | {escaped(one_line(right))} |" for left, right in records]
            yield "\n".join([f"| {kind} | |", "|---|---|", *rows]) + "\n"


def context(name: str, command: Any) -> Any:
    """What a command's help is made in."""
    return command.context_class(command, info_name=name, help_option_names=["-h", "--help"])


def epilog(text: str) -> Iterator[str]:
    """What stands below the options: prose, examples and lists."""
    for block in text.split("\n\n"):
        literal, lines = block.startswith("\b"), block.removeprefix("\b\n").strip("\n")
        if not literal:
            yield _prose(one_line(lines))
        elif lines.startswith("Examples:\n"):
            yield f"Examples:\n\n```sh\n{outdented(lines.removeprefix('Examples:'))}\n```\n"
        else:
            kind = "sh" if lines.lstrip().startswith("assistant ") else "text"
            yield f"```{kind}\n{outdented(lines)}\n```\n"


def _prose(line: str) -> str:
    # These stand above a list in the help of the program itself.
    return f"## {line[:-1]}\n" if line in ("Examples:", "Exit codes:") else escaped(line) + "\n"


def outdented(text: str) -> str:
    """The text without the indent that all of its lines have."""
    lines = text.strip("\n").splitlines()
    indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return "\n".join(line[indent:].rstrip() for line in lines)


def one_line(text: str | None) -> str:
    """The text on one line."""
    return " ".join((text or "").split())


def escaped(text: str) -> str:
    """The text so that Markdown shows it as it stands."""
    return _MARKUP.sub(r"\\\1", text)


def code(text: str) -> str:
    """The text as code in a cell of a table."""
    return f"`{one_line(text)}`".replace("|", "\\|")


if __name__ == "__main__":
    PLACE.write_text(reference(), encoding="utf-8")
