"""What the command costs before and around its work: a cold process a run, no language model."""

from __future__ import annotations

import argparse
import tempfile

from tests.bench import commands, table

QUESTION = "What tariff has Trump threatened, and by when?"


def bench(options: argparse.Namespace) -> None:
    """Print CPU, wall and memory of `--help`, `ask` and `search` on an index of the seeds."""
    with tempfile.TemporaryDirectory() as folder:
        at = ["--index", folder]
        commands.run(["index", *at])
        table.heading(f"startup: {' '.join(commands.command())}, an index of the shipped documents")
        for what, arguments in (
            ("--help", ["--help"]),
            ("eval answers --help", ["eval", "answers", "--help"]),
            ("ask --llm none", ["ask", *at, "--llm", "none", QUESTION]),
            ("search", ["search", *at, QUESTION]),
        ):
            commands.measure(what, arguments, options.runs)
