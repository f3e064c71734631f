"""What begins with `/` at the prompt: a table of commands, each with what it does."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from assistant.cli.chat.completion import (
    MOST_CHOICES,
    Choice,
    files,
    last_word,
    names,
    numbers,
    specs,
    unquoted,
    words,
)
from assistant.cli.chat.saving import save
from assistant.cli.chat.talk import Talk
from assistant.cli.render.clipboard import copied
from assistant.cli.render.markdown import session_markdown
from assistant.cli.render.page import BOLD, DIM, Page
from assistant.cli.render.pager import print_paged
from assistant.cli.render.showing import answer_plain, place_text, sources_text
from assistant.cli.render.verifications import verification_text
from assistant.errors import UsageError
from assistant.net import is_address
from assistant.safety import count, line

_HISTORY = 20


class Leave(Exception):
    """The reader has said to leave."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command.

    Attributes:
        name: with its `/`.
        argument: how what may follow is written in the help; empty where nothing may.
        help: what it does, in a few words.
        action: does it; given the conversation and what followed.
        detail: what more there is to know.
        choices: what the argument may go on with, given the conversation and its beginning.
    """

    name: str
    argument: str
    help: str
    action: Callable[[Talk, str], None]
    detail: str = ""
    choices: Callable[[Talk, str], Iterable[Choice]] = lambda _, __: ()


def run(talk: Talk, typed: str) -> None:
    """Do what a command says.

    Raises:
        Leave: it said to leave.
        UsageError: there is no such command, or it cannot be done.
        AssistantError: it failed.
    """
    name, argument = _parted(typed)
    command = _NAMED.get(name)
    if command is None:
        raise UsageError(_unknown(name))
    if argument and not command.argument:
        raise UsageError(f"{name} takes nothing behind it, but was given {argument!r}.")
    command.action(talk, argument)


def choices(talk: Talk, typed: str) -> tuple[int, Iterable[Choice]]:
    """What a command that is being typed can go on with, and how much of its end is replaced."""
    name, space, argument = typed.partition(" ")
    if not space:
        named = ((each.name, each.help) for each in COMMANDS if each.name.startswith(typed))
        return len(typed), named
    command = _NAMED.get(name)
    if command is None:
        return 0, ()
    word = argument.lstrip() if command.name in _WHOLE else last_word(argument)
    return len(word), islice(command.choices(talk, word), MOST_CHOICES)


def _parted(typed: str) -> tuple[str, str]:
    name, *rest = typed.strip().split(None, 1)
    return name, rest[0] if rest else ""


def _unknown(name: str) -> str:
    near = get_close_matches(line(name).lower(), _NAMED, 1)
    meant = f"did you mean {near[0]}? " if near else ""
    return f"there is no {line(name)}; {meant}/help lists all, // begins a question with a slash."


# What each of them does


def _help(talk: Talk, name: str) -> None:
    page = Page.of(sys.stdout)
    if name:
        command = _NAMED.get(f"/{name.removeprefix('/')}")
        if command is None:
            raise UsageError(_unknown(f"/{name.removeprefix('/')}"))
        told = f"{command.help[0].upper()}{command.help[1:]}. {command.detail}"
        print(f"{page.lines(_usage(command), style=BOLD)}\n{page.lines(told)}\n")
        return
    print(help_text(page), end="\n\n")


def help_text(page: Page) -> str:
    """All commands and keys, a line each."""
    rows = [(_usage(each), each.help) for each in COMMANDS] + [*KEYS]
    width = max(len(left) for left, _ in rows) + 2
    if page.width and page.width < width + 30:
        told = (f"{left}\n{page.lines(right, '    ')}" for left, right in rows)
    else:
        told = (page.lines(right, left.ljust(width), " " * width) for left, right in rows)
    return "\n".join((page.lines(ABOUT), *told))


def _usage(command: Command) -> str:
    return f"{command.name} {command.argument}".strip()


def _sources(talk: Talk, _: str) -> None:
    answer = talk.last()
    cited = len(answer.citations or answer.nearest)
    show_paged(sources_text(talk.passages(), cited, bool(answer.citations), Page.of(sys.stdout)))


def _show(talk: Talk, number: str) -> None:
    passages = talk.passages()
    told = number.strip("[] ")
    if not passages:
        raise UsageError("the last answer cites nothing, and nothing is near to it.")
    if not told.isdecimal() or not 1 <= int(told[:9]) <= len(passages):
        between = "1" if len(passages) == 1 else f"1 to {len(passages)}"
        raise UsageError(f"/show takes a number, {between}, as /sources lists them.")
    talk.ready()
    show_paged(place_text(talk.assistant, passages[int(told) - 1], Page.of(sys.stdout)))


def _only(talk: Talk, globs: str) -> None:
    _restrict(talk, only=words(globs) or None)


def _since(talk: Talk, day: str) -> None:
    _restrict(talk, since=day or None)


def _until(talk: Talk, day: str) -> None:
    _restrict(talk, until=day or None)


def _restrict(talk: Talk, **given: object) -> None:
    found = talk.restrict(**given)
    if talk.where:
        told = f"From now on asked: {count(found, 'document')} that match {talk.where}."
        told = told.replace("document that match ", "document that matches ")
    else:
        told = f"From now on asked: all documents ({found})."
    print(Page.of(sys.stdout).lines(line(told), style=DIM))


def _retry(talk: Talk, _: str) -> None:
    if talk.question is not None:
        print(Page.of(sys.stdout).lines(f"> {line(talk.question)}", "", "  ", DIM))
    talk.retry()


def _model(talk: Talk, spec: str) -> None:
    if spec:
        talk.use(spec)
    print(Page.of(sys.stdout).lines(model_told(talk), style=DIM))


def model_told(talk: Talk) -> str:
    """Which model answers, and what is sent to it if it is elsewhere."""
    name = line(talk.assistant.model)
    if name == "none":
        return "No model answers: the best sentences are quoted."
    to = talk.assistant.sends_to
    if not to:
        return f"{name} answers."
    what = "Questions, what they lean on in the conversation, and evidence"
    return f"{name} answers. {what} are sent to {line(to)}."


def _verify(talk: Talk, given: str) -> None:
    draft: str | Path = given
    if not given:
        draft = " ".join(statement.text for statement in talk.last().statements)
        if not draft:
            raise UsageError("the last answer states nothing; give /verify a text or a file.")
    elif not is_address(given):
        path = Path(unquoted(given)).expanduser()
        if _is(path, Path.is_file):
            draft = path
        elif _is(path, Path.is_dir):
            raise UsageError(f"{given} is a folder; give a file in it, or a text of some words.")
        elif len(given.split()) == 1:
            raise UsageError(f"there is no file {given!r}; give one, or a text of some words.")
    show_paged(verification_text(talk.verification(draft), Page.of(sys.stdout)))


def _save(talk: Talk, file: str, overwrite: bool = False) -> None:
    if not file:
        raise UsageError("/save takes the name of a file, such as /save notes.md.")
    session, name = talk.session(), unquoted(file)
    path = save(session_markdown(session), name, overwrite, f"/save! {name} writes over it.")
    told = f"Saved {count(len(session.turns), 'turn')} to {path}."
    print(Page.of(sys.stdout).lines(line(told), style=DIM))


def _save_over(talk: Talk, file: str) -> None:
    _save(talk, file, overwrite=True)


def _copy(talk: Talk, _: str) -> None:
    by = copied(answer_plain(talk.last()), sys.stdout)
    told = f"Copied with {by}."
    if by == "the terminal":
        told = "Sent to the terminal's clipboard; some terminals take nothing."
    print(Page.of(sys.stdout).lines(told, style=DIM))


def _history(talk: Talk, _: str) -> None:
    turns = talk.session().turns
    page = Page.of(sys.stdout)
    told = [f"{len(turns) - _HISTORY} earlier"] if len(turns) > _HISTORY else []
    print("\n".join(page.lines(each, style=DIM) for each in told), end="\n" if told else "")
    for turn in turns[-_HISTORY:]:
        mark = f"{turn.number}. "
        print(page.lines(line(turn.question), mark, " " * len(mark)))


def _quit(talk: Talk, _: str) -> None:
    raise Leave


def show_paged(text: str) -> None:
    """Print a text, through the reader's pager if it is longer than the screen."""
    print_paged([*text.split("\n"), ""])


def _command_names(talk: Talk, word: str) -> Iterator[Choice]:
    for command in COMMANDS:
        if command.name[1:].startswith(word.removeprefix("/")):
            yield command.name[1:], command.help


def _is(path: Path, kind: Callable[[Path], bool]) -> bool:
    try:
        return kind(path)
    except (OSError, ValueError):  # a text is too long for a name, or holds what no name can
        return False


ABOUT = "Type a question; a follow-up may lean on the questions before it."
KEYS = (
    ("Ctrl-C", "stops the answer that is being made; then, or on an empty line, twice: leave"),
    ("Ctrl-R", "searches in what was typed before; Up and Down go through it"),
    ("Alt-Enter", "begins a new line in a question"),
    ("Tab", "completes commands, names of documents and files"),
)
COMMANDS = (
    Command(
        "/sources",
        "",
        "the passages behind the last answer, numbered",
        _sources,
        "First those that it cites, then what else was read for it. /show takes their numbers.",
    ),
    Command(
        "/show",
        "N",
        "passage N in its surroundings",
        _show,
        "The numbers are those of the last answer and of /sources; each answer counts from 1.",
        numbers,
    ),
    Command(
        "/only",
        "[GLOB...]",
        "ask only documents that match; nothing: all again",
        _only,
        "Globs are those of --only: /only reports/ 'my notes/*.md' is all in the one folder and "
        "what ends so in the other.",
        names,
    ),
    Command(
        "/since",
        "[DATE]",
        "ask only documents published on that day or later",
        _since,
        "A date is 2026-06-03, 2026-06 or 2026. Without one the filter is lifted.",
    ),
    Command(
        "/until",
        "[DATE]",
        "ask only documents published on that day or earlier",
        _until,
        "A date is 2026-06-03, 2026-06 or 2026. Without one the filter is lifted.",
    ),
    Command(
        "/retry",
        "",
        "ask the last question again",
        _retry,
        "For instance after an error, or with another /model or filter.",
    ),
    Command(
        "/model",
        "[SPEC]",
        "which model answers; with SPEC: that one from now on",
        _model,
        "A SPEC is none, local, openai/MODEL, ollama/MODEL, MODEL@BASE-URL, or the path of a .gguf "
        "file. If it cannot be had, the one before goes on answering.",
        specs,
    ),
    Command(
        "/verify",
        "[TEXT|FILE]",
        "check a text against the documents; nothing: the last answer",
        _verify,
        "Each statement with its verdict and the sentences that it was compared with.",
        files,
    ),
    Command(
        "/save",
        "FILE",
        "write the conversation to a Markdown file",
        _save,
        "A file that is there stays as it is; /save! writes over it.",
        files,
    ),
    Command("/copy", "", "copy the last answer with its sources", _copy),
    Command("/history", "", "the questions so far", _history),
    Command("/help", "[COMMAND]", "show this, or more of one", _help, "", _command_names),
    Command("/quit", "", "leave; so do /exit and Ctrl-D", _quit),
)
_HIDDEN = (
    Command("/exit", "", "leave", _quit),
    Command("/save!", "FILE", "write the conversation over a file", _save_over, "", files),
)
_NAMED = {command.name: command for command in (*COMMANDS, *_HIDDEN)}
_WHOLE = ("/save", "/save!", "/verify", "/model")  # their argument is one, spaces and all
