"""What may stand next on a command line: commands, options, their values and documents' names.

How a shell asks for it and is told is left to `completion`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

Names = Callable[[str | None, str], list[str]]
"""The index that was named, if one was, and a beginning -> names of documents."""

DOCUMENT = "ID[:START-END]"
"""How the help calls an argument that names a document."""
SPECS: Mapping[str, Sequence[str]] = {
    "llm": ("none", "local", "openai/", "ollama/"),
    "embedding": ("minilm", "static", "openai/", "ollama/"),
    "vectors": ("local", "http://"),
}
"""Beginnings of what some options take beside what nobody can know."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may stand next, and what it means."""

    value: str
    meaning: str = ""


@dataclass(slots=True)
class _Place:
    """Where on a command line one stands: in which command, behind what."""

    command: Any
    value_of: Any = None
    arguments: int = 0
    index: str | None = None
    closed: bool = False

    def step(self, word: str) -> None:
        """Go on past a word."""
        if self.value_of is not None:
            if self.value_of.name == "index":
                self.index = word
            self.value_of = None
        elif word == "--" and not self.closed:
            self.closed = True
        elif word.startswith("-") and word != "-" and not self.closed:
            name, given, value = word.partition("=")
            option = _option(self.command, name)
            if option is not None and not option.is_flag:
                self.value_of = option
                if given:
                    self.step(value)
        elif word in getattr(self.command, "commands", ()):
            self.command = self.command.commands[word]
        else:
            self.arguments += 1


def candidates(root: Any, words: Sequence[str], begun: str, names: Names) -> list[Candidate]:
    """What may take the place of the word that is begun; empty where that may be a file, too.

    Args:
        root: the command of the program.
        words: what stands before it, without the program's name.
        begun: its beginning, which all of the candidates have.
        names: tells documents by the beginning of their names.
    """
    place = _Place(root)
    for word in words:
        place.step(word)
    name, given, value = begun.partition("=")
    if given and place.value_of is None and name.startswith("--") and not place.closed:
        option = _option(place.command, name)
        found = _values(option) if option is not None else []
        return [Candidate(f"{name}={each}") for each in found if each.startswith(value)]
    return [each for each in _next(place, begun, names) if each.value.startswith(begun)]


def _next(place: _Place, begun: str, names: Names) -> Iterator[Candidate]:
    if place.value_of is not None:
        yield from map(Candidate, _values(place.value_of))
    elif begun.startswith("-") and not place.closed:
        yield from _options(place.command)
    elif commands := getattr(place.command, "commands", None):
        for name, each in commands.items():
            if not each.hidden and not place.arguments:  # behind an unknown one comes nothing
                yield Candidate(name, _first(each.help))
    elif argument := _argument(place):
        if argument.metavar == DOCUMENT:
            yield from map(Candidate, names(place.index, begun))
        else:
            yield from map(Candidate, _values(argument))


def _option(command: Any, name: str) -> Any | None:
    return next(
        (p for p in command.params if name in (*p.opts, *p.secondary_opts) and _is_option(p)), None
    )


def _is_option(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "option")


def _options(command: Any) -> Iterator[Candidate]:
    for each in command.params:
        if _is_option(each) and not each.hidden:
            for name in (*each.opts, *each.secondary_opts):
                yield Candidate(name, _first(each.help))
    yield Candidate("--help", "Show this message and exit.")


def _argument(place: _Place) -> Any | None:
    """The argument that stands here."""
    arguments = [p for p in place.command.params if not _is_option(p)]
    if place.arguments < len(arguments):
        return arguments[place.arguments]
    return arguments[-1] if arguments and arguments[-1].nargs == -1 else None


def _values(parameter: Any) -> list[str]:
    """What a parameter takes, as far as that is known."""
    if parameter.name in SPECS:
        return list(SPECS[parameter.name])
    # Typer has kept this in two places, depending on its version.
    kind = getattr(getattr(parameter, "type_descriptor", None), "annotation", None)
    if inspect.isclass(kind) and issubclass(kind, Enum):
        return [str(each.value) for each in kind]
    return [str(each) for each in getattr(getattr(parameter, "type", None), "choices", ())]


def _first(text: str | None) -> str:
    """The first sentence, on one line."""
    line = " ".join((text or "").split())
    return line.partition(". ")[0].rstrip(".")
