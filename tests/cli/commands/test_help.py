"""`--help` of every command: there, with examples that work, at once."""

import json
import os
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest
import typer

import assistant
from tests.cli.commands.walk import commands, examples, of_assistant, parse
from tests.cli.test_app import HEAVY

CLICK = typer.BadParameter.__mro__[2]
# typer itself loads it to read what was typed
LIGHT = "pydantic"
EVERY = {" ".join(words): command for words, command in commands()}


def test_all_commands_are_walked():
    assert {"", "ask", "chat", "index", "search", "show", "eval", "eval answers"} <= set(EVERY)


@pytest.mark.parametrize("name", EVERY)
def test_help_shows_examples_that_the_command_understands(name):
    shown = examples(EVERY[name])
    assert shown, f"assistant {name} --help shows no examples"
    understood = [list(of_assistant(line)) for line in shown]
    assert all(understood), "a line runs no assistant"
    for arguments in chain(*understood):
        parse(arguments)
    words = name.split()
    assert any(arguments[: len(words)] == words for arguments in chain(*understood))


@pytest.mark.parametrize(
    "line",
    [
        "assistant ask --onyl x y",
        "assistant serach x",
        "assistant sources --sort dat",
        "assistant status extra",
        "assistant eval answers",
        "assistant search x --limit 0",
    ],
)
def test_an_example_with_a_mistake_would_be_found(line):
    (arguments,) = of_assistant(line)
    with pytest.raises(CLICK):
        parse(arguments)


def test_help_of_every_command_loads_nothing_heavy():
    program = f"""
import contextlib, io, json, sys
from assistant.cli import app
told = {{}}
for name in {list(EVERY)!r}:
    shown = io.StringIO()
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(shown):
        app.main([*name.split(), "--help"])
    told[name] = shown.getvalue()
heavy = [m for m in {HEAVY} if m in sys.modules and m != {LIGHT!r}]
print(json.dumps([told, heavy]))
"""
    environment = os.environ | {"PYTHONPATH": str(Path(assistant.__file__).parents[1])}
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment
    )
    assert ran.stderr == ""
    told, heavy = json.loads(ran.stdout)
    assert heavy == []
    for name, shown in told.items():
        assert shown.startswith(f"Usage: {f'assistant {name}'.strip()} [OPTIONS]")
        assert "Examples:" in shown
        assert max(map(len, shown.splitlines())) <= 100
