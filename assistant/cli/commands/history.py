"""The command `assistant history`: the conversations that are kept; and keeping those of `repl`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import __version__
from assistant.cli.commands.options import Index, Json, notifier, say
from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.api import Assistant
    from assistant.conversation import Recorder, Store
    from assistant.filters import Filter

HISTORY_EPILOG = """\
Conversations are kept on this machine alone, where only you can read them: in the folder
conversations/ of your data folder, or the one that ASSISTANT_HISTORY_DIR names. assistant chat
--no-history keeps none of a conversation. ID is an id, its beginning, its letters, or last.

\b
Examples:
  assistant history
  assistant history show last
  assistant history search rare earth
  assistant history export last notes.md
  assistant chat --resume kfdw
  assistant history delete --older-than 30d
"""
SHOW_EPILOG = """\
\b
Examples:
  assistant history show last
  assistant history show 2026-06-03-kfdw
  assistant history show kfdw
"""
SEARCH_EPILOG = """\
All words must stand in one turn: in its question, its answer, or the quotes, titles and sources
that it cites. Case does not count.

\b
Examples:
  assistant history search rare earth
  assistant history search --json Albanese
"""
EXPORT_EPILOG = """\
In Markdown every statement has footnotes with the words that it cites, and where they stand.
Without FILE it is written to ID.md, or ID.json, in this folder.

\b
Examples:
  assistant history export last
  assistant history export kfdw notes.md
  assistant history export kfdw --format json - | jq '.turns[].question'
"""
DELETE_EPILOG = """\
What is deleted is gone. At a terminal you are asked first; elsewhere --yes is needed.

\b
Examples:
  assistant history delete kfdw
  assistant history delete --older-than 30d
  assistant history delete --all --yes
"""
_DAYS = {"d": 1, "w": 7, "y": 365}


def conversations() -> list[str]:
    """Offer a shell the ids of the conversations that are kept."""
    from assistant.conversation import Store

    with suppress(Exception):  # a failure must print nothing into the line that is typed
        return [each.head.id for each in Store().list()]
    return []


_ID = typer.Argument(
    metavar="ID", help="An id, its beginning, or last.", autocompletion=conversations
)
Name = Annotated[str, _ID]


class Format(StrEnum):
    """What a conversation is exported as."""

    MARKDOWN = "markdown"
    JSON = "json"


history = typer.Typer(
    help="List, show, search, export or delete the conversations that are kept.",
    epilog=HISTORY_EPILOG,
    invoke_without_command=True,
    rich_markup_mode=None,
)


@history.callback()
def list_(context: typer.Context, index: Index = None, json_: Json = False) -> None:
    """List the conversations, the latest first, where no command is named."""
    from assistant.cli.render.history import NONE_KEPT, list_dict, list_lines
    from assistant.cli.render.page import Page
    from assistant.cli.render.pager import print_paged
    from assistant.safety import json_text
    from assistant.settings import Settings

    if context.invoked_subcommand is not None:
        return
    kept = _store().list()
    if json_:
        print(json_text(list_dict(kept)))
        return
    print_paged(list_lines(kept, str(Settings.load(index=index).folder), Page.of(sys.stdout)))
    sys.stdout.flush()
    say("" if kept else NONE_KEPT)


@history.command(epilog=SHOW_EPILOG)
def show(name: Name, json_: Json = False) -> None:
    """Print a conversation as it was shown when it was held."""
    from assistant.cli.render.history import session_text
    from assistant.cli.render.page import Page
    from assistant.cli.render.pager import print_paged
    from assistant.safety import json_text

    session = _store().open(name)
    if json_:
        print(json_text(session.to_dict()))
    else:
        print_paged([session_text(session, Page.of(sys.stdout))])


@history.command(epilog=SEARCH_EPILOG)
def search(
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help="Words to look for.")],
    json_: Json = False,
) -> None:
    """Find the turns in which words stand, the latest first."""
    from assistant.cli.render.history import found_dict, found_lines
    from assistant.cli.render.page import Page
    from assistant.cli.render.pager import print_paged
    from assistant.safety import json_text

    found = _store().search(" ".join(text))
    if json_:
        print(json_text(found_dict(found)))
        return
    first = next(found, None)
    if first is None:
        say("Nothing found.")
        return
    print_paged(found_lines(chain((first,), found), Page.of(sys.stdout)))


@history.command(epilog=EXPORT_EPILOG)
def export(
    name: Name,
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="Where to; - is standard output.")
    ] = None,
    format_: Annotated[
        Format | None,
        typer.Option("--format", help="By default Markdown, and JSON for a FILE.json."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite FILE.")] = False,
) -> None:
    """Write a conversation to a file, as Markdown with footnotes or as JSON."""
    from assistant.cli.chat.saving import save
    from assistant.cli.render.markdown import session_markdown
    from assistant.safety import json_text, line

    session = _store().open(name)
    as_json = format_ is Format.JSON or (format_ is None and (file or "").endswith(".json"))
    text = json_text(session.to_dict()) + "\n" if as_json else session_markdown(session)
    if file == "-":
        sys.stdout.write(text)
        return
    name = file or f"{session.id}{'.json' if as_json else '.md'}"
    path = save(text, name, force, "name another file, or add --force to overwrite it.")
    say(line(f"Written to {path}."))


@history.command(epilog=DELETE_EPILOG)
def delete(
    names: Annotated[list[str] | None, _ID] = None,
    all_: Annotated[bool, typer.Option("--all", help="All that are kept.")] = False,
    older_than: Annotated[
        str | None,
        typer.Option(
            "--older-than",
            metavar="TIME",
            help="All in which nothing was asked for so long: 30d (days), 8w (weeks), 1y.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete conversations for good."""
    from assistant.safety import count, line

    if sum((bool(names), all_, older_than is not None)) != 1:
        raise UsageError("what to delete is not clear; give IDs, --all or --older-than 30d.")
    store = _store()
    if names:
        meant = [store.find(name).id for name in names]
    else:
        before = datetime.now(UTC) - _age(older_than) if older_than else None
        kept = store.list()
        meant = [each.head.id for each in kept if before is None or each.asked < before]
    meant = list(dict.fromkeys(meant))
    if not meant:
        say("There is nothing to delete.")
        return
    told = count(len(meant), "conversation")
    if not yes:
        _ask(f"Delete {line(meant[0]) if len(meant) == 1 else told} for good?")
    store.delete(meant)
    say(f"{told} deleted.")


@contextmanager
def keeping(
    assistant: Assistant, where: Filter, resume: str | None, keep: bool
) -> Iterator[Recorder | None]:
    """What keeps the conversation that follows; None where nothing is to be kept.

    Args:
        assistant: which is asked.
        where: which documents are asked.
        resume: the name of the conversation that goes on; None begins a new one.
        keep: whether it was asked for; the setting `history` must say so, too.

    Raises:
        ConversationError: that conversation cannot be gone on with.
    """
    if resume is None and not (keep and assistant.settings.history):
        yield None
        return
    store = _store()
    if resume is not None:
        recorder = store.resume(resume)
    else:
        recorder = store.begin(
            index=str(assistant.folder), where=where, model=assistant.model, program=__version__
        )
    try:
        yield recorder
    finally:
        if recorder.id and sys.stdin.isatty():
            told = "Its beginning is kept as" if recorder.has_stopped else "Kept as"
            say(f"{told} {recorder.id}; assistant chat --resume goes on.")


def resumed(resume: bool, name: str | None, no_history: bool) -> str | None:
    """The name of the conversation that is to go on, of what `assistant chat` was given."""
    if name is not None and not resume:
        raise UsageError(f"{name!r} is not understood; to go on with it, give --resume {name}.")
    if resume and no_history:
        raise UsageError("--resume and --no-history exclude each other; give one of them.")
    from assistant.conversation import LAST

    return (name or LAST) if resume else None


def _store() -> Store:
    from assistant.cli.render.progress import StatusLine
    from assistant.conversation import Store

    return Store(notify=notifier(StatusLine(sys.stderr)))


def _age(told: str) -> timedelta:
    found = re.fullmatch(r"([0-9]{1,5})([dwy])", told.strip().lower())
    if not found:
        raise UsageError(f"--older-than {told!r} is no time; give one like 30d, 8w or 1y.")
    days = int(found[1]) * _DAYS[found[2]]
    return timedelta(days=min(days, 365 * 1000))


def _ask(question: str) -> None:
    """Go on only if the person at the terminal says yes."""
    if not sys.stdin.isatty():
        raise UsageError("nobody is here to be asked; add --yes to delete without being asked.")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        say("Nothing was deleted.")
        raise typer.Exit
