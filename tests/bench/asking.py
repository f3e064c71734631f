"""What an answer by a language model costs: in a cold process, and later in a running one."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench import commands, table

QUESTIONS = (
    "Which countries will Trump visit on his trip?",
    "What did Trump sign with Anthony Albanese, and what is it worth?",
    "When would a tariff on Chinese products begin?",
    "What has China done to exports of rare earth minerals?",
    "What is the new investigation about?",
    "What does Seoul want from Washington?",
    "Who is the Prime Minister of Japan?",
    "What does Washington hope that Xi will do about Ukraine?",
    "Which farm product might China buy again?",
    "How many soldiers does Australia send to Japan?",
)


def bench(options: argparse.Namespace) -> None:
    """Print the cost of a first question and of those after it, on an index of the seeds."""
    asked = questions(options.questions)
    with tempfile.TemporaryDirectory() as folder:
        at = ["--index", folder, "--llm", options.llm]
        commands.run(["index", "--index", folder])
        table.heading(f"asking: --llm {options.llm}, an index of the shipped documents")
        # Memory is measured in children first, while this process is small.
        commands.measure("ask, cold process", ["ask", *at, asked[0]["question"]], options.runs)
        later(folder, options.llm, asked)


def later(folder: str, llm: str, asked: list[dict[str, Any]]) -> None:
    """Ask all in this process, and print what the questions after the first take."""
    from assistant import Assistant

    walls, tokens = [], []
    with Assistant.open(folder, llm=llm) as assistant:
        for question in asked:
            begun = time.perf_counter()
            answer = assistant.ask(question["question"], history=question.get("history", ()))
            walls.append(time.perf_counter() - begun)
            tokens.append(answer.usage.prompt_tokens)
    reached = [count for count in tokens if count]
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    table.line("one process, first question: wall", walls[0], "s")
    table.line(f"one process, {len(walls) - 1} later questions: wall", walls[1:] or walls, "s")
    table.line("questions that reached the model", len(reached), f"of {len(tokens)}", 0)
    if reached:
        table.line("prompt tokens of those", reached, "tokens", 0)
    table.line("one process: peak memory", peak, "MB", 0)


def questions(path: Path | None) -> list[dict[str, Any]]:
    """The questions of a JSONL file (`question`, optional `history`), else our own."""
    if path is None:
        return [{"question": question} for question in QUESTIONS]
    return [json.loads(line) for line in path.open(encoding="utf-8") if line.strip()]
