"""Commands whose help reads as plain words: `QUESTION`, not `{QUESTION} <list[str]>`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand

_TYPE = re.compile(r" <[^<>]*>$")
_REQUIRED = re.compile(r"\{(.+)\}")


class Command(TyperCommand):
    """A command that leaves out of its help what only a programmer reads."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The words behind the command's name in its usage."""
        return [_REQUIRED.sub(r"\1", each) for each in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments and the options, each with its help."""
        for heading in ("Arguments", "Options"):
            if records := records_of(self, ctx, heading):
                with formatter.section(heading):
                    formatter.write_dl(records)


class Commands(typer.Typer):
    """A program, or a group of its commands, each of which is a `Command`."""

    def command(self, *names: Any, **options: Any) -> Callable[[Any], Any]:
        """Register a command as `typer.Typer.command` does."""
        return super().command(*names, **{"cls": Command, **options})


def records_of(command: Any, ctx: Any, heading: str) -> list[tuple[str, str]]:
    """Names and help of a command's `Arguments` or `Options`."""
    return [
        (_TYPE.sub("", record[0]) if heading == "Arguments" else record[0], record[1])
        for each in command.get_params(ctx)
        if f"{each.param_type_name}s" == heading.lower() and (record := each.get_help_record(ctx))
    ]
