"""What a model that stays loaded saves: a cold ask, the first that starts it, and those after it.

Each ask is a process of its own, measured from its start to its exit. It ends models that are kept.
On a busy machine CPU tells more than the clock; that of the kept model's process is told on Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.models.chat import model_service
from tests.bench import commands, table
from tests.bench.asking import QUESTIONS

FIRST = "What tariff has Trump threatened, and by when?"


@dataclass(frozen=True, slots=True)
class Asked:
    """Seconds from a process's start to its exit, of CPU in all processes, and what it printed."""

    wall: float
    cpu: float
    answer: dict[str, Any]


def bench(options: argparse.Namespace) -> None:
    """Print what asks take, and where the time goes, on an index of the shipped documents."""
    runs: dict[str, list[Asked]] = {"cold": [], "first": [], "same": [], "other": []}
    memory = []
    with tempfile.TemporaryDirectory() as folder:
        commands.run(["index", "--index", folder])
        ask(folder, options.llm, FIRST, keep=0)  # warms the disk's cache
        try:
            for number in range(options.runs):
                model_service.stop()
                runs["cold"].append(ask(folder, options.llm, FIRST, keep=0))
                runs["first"].append(ask(folder, options.llm, FIRST, keep=5))
                runs["same"].append(ask(folder, options.llm, FIRST, keep=5))
                other = QUESTIONS[number % len(QUESTIONS)]
                runs["other"].append(ask(folder, options.llm, other, keep=5))
                memory += [kept.memory / 1e6 for kept in model_service.kept() if kept.memory]
        finally:
            model_service.stop()
    table.heading(f"serving: --llm {options.llm}, an index of the shipped documents")
    show("model loaded in the process (keep_model 0)", runs["cold"])
    show("first ask, which has the model kept", runs["first"])
    show("second ask, same question", runs["same"])
    show("third ask, another question", runs["other"])
    for name in ("same", "other"):
        pairs = list(zip(runs[name], runs["cold"], strict=True))
        table.line(f"{name} question, share of cold: wall", [a.wall / c.wall for a, c in pairs], "")
        table.line(f"{name} question, share of cold: CPU", [a.cpu / c.cpu for a, c in pairs], "")
    if memory:
        table.line("memory of the kept model's process", memory, "MB", digits=0)


def ask(folder: str, llm: str, question: str, keep: float) -> Asked:
    """Ask in a process of its own; the model may be kept for some minutes, or not at all."""
    environment = os.environ | {"ASSISTANT_KEEP_MODEL": str(keep)}
    command = [*commands.command(), "ask", "--json", "--index", folder, "--llm", llm, question]
    spent, begun = cpu(), time.perf_counter()
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    wall = time.perf_counter() - begun
    used = cpu() - spent
    if done.returncode not in (0, commands.NOT_IN_DOCUMENTS):
        raise SystemExit(done.stderr.decode(errors="replace"))
    return Asked(wall, used, json.loads(done.stdout))


def cpu() -> float:
    """Seconds of CPU of the children that have ended, and of those that keep a model."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = ended.ru_utime + ended.ru_stime
    for kept in model_service.kept():
        with suppress(OSError):
            fields = Path(f"/proc/{kept.pid}/stat").read_text().rpartition(")")[2].split()
            spent += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return spent


def show(what: str, asked: list[Asked]) -> None:
    """Print the time of these asks, and its parts."""
    table.line(f"{what}: wall", [each.wall for each in asked], "s")
    table.line("    CPU", [each.cpu for each in asked], "s")
    for part in ("retrieval", "model", "checking"):
        table.line(f"    {part}", [each.answer["timings"].get(part, 0.0) for each in asked], "s")
    rest = [each.wall - sum(each.answer["timings"].values()) for each in asked]
    table.line("    the rest: start, imports, index, loading", rest, "s")
    written = [each.answer["usage"]["completion_tokens"] for each in asked]
    table.line("    tokens written", written, "tokens", digits=0)
