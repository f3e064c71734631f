"""The commands `assistant sources` and `assistant show`: what is indexed, and what stands there."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from enum import StrEnum
from typing import Annotated

import typer

from assistant.cli.commands.options import (
    Embedding,
    Index,
    Json,
    Only,
    Profile,
    Since,
    Until,
    opened,
    say,
)
from assistant.errors import UsageError

SOURCES_EPILOG = """\
Files that could not be read, wholly or in part, are told after the documents, and remarks on how
others were read. Through a pipe every field is printed whole, with tabs between them.

\b
Examples:
  assistant sources
  assistant sources --only 'reports/*' --since 2026-06 --sort date
  assistant sources --json | jq -r '.sources[] | select(.language == "fr") | .document_id'
"""
SHOW_EPILOG = """\
ID is a document's id as answers and assistant sources print it, its source or its file's path, or
the last parts of its id. PATH:ID names a document in a file of several. START-END are characters,
from 0 up to but not including END, as answers print them behind what they cite.

\b
Examples:
  assistant show reports/ilo.txt
  assistant show reports/ilo.txt:120-214
  assistant show --json ilo.txt
"""

MOST_NAMES = 2000
"""Documents above which a shell is offered none: it would complete to what the first ones share."""
_PLAIN = re.compile(r"[\w@%+=:,./-]+")  # names that need no quotes in any shell
_RANGE = re.compile(r"(?P<name>.+):(?P<start>[0-9]{1,12})-(?P<end>[0-9]{1,12})", re.DOTALL)


class Sort(StrEnum):
    """How documents are ordered."""

    ID = "id"
    DATE = "date"


def sources(
    sort: Annotated[
        Sort, typer.Option(help="By id, or by date, the newest first.", show_default=True)
    ] = Sort.ID,
    embedding: Embedding = None,
    index: Index = None,
    profile: Profile = None,
    json_: Json = False,
    only: Only = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """List the documents of the index, and the files that could not be read."""
    from assistant.cli.render.page import Page
    from assistant.cli.render.pager import print_paged
    from assistant.cli.render.progress import StatusLine
    from assistant.cli.render.sources import reading_text, sources_json, sources_lines

    with opened(index, embedding, StatusLine(sys.stderr), profile=profile) as assistant:
        found = assistant.sources(only=only, since=since, until=until, sort=sort.value)
        skipped = assistant.skipped(only=only, since=since, until=until)
        remarks = assistant.remarks(only=only, since=since, until=until)
        if json_:
            for piece in sources_json(found, skipped, remarks):
                sys.stdout.write(piece)
            return
        page = Page.of(sys.stdout)
        print_paged(sources_lines(found, page))
        sys.stdout.flush()
        say(reading_text(skipped, remarks, Page.of(sys.stderr)))


def document_names(context: typer.Context, incomplete: str) -> list[str]:
    """Offer a shell the ids of documents that begin so."""
    from assistant.settings import CATALOGUE, Settings
    from assistant.store import ids_beginning

    with suppress(Exception):  # a failure must print nothing into the line that is typed
        index = Settings.load(index=context.params.get("index")).folder
        found = ids_beginning(index / CATALOGUE, incomplete, MOST_NAMES + 1)
        if len(found) <= MOST_NAMES:
            return [name for name in found if _PLAIN.fullmatch(name)]
    return []


def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="ID[:START-END]",
            help="A document, or characters of it.",
            autocompletion=document_names,
        ),
    ],
    embedding: Embedding = None,
    index: Index = None,
    profile: Profile = None,
    json_: Json = False,
) -> None:
    """Print a document, or the words at a place in it with the lines around them."""
    from assistant.cli.render.page import Page
    from assistant.cli.render.pager import print_paged
    from assistant.cli.render.progress import StatusLine
    from assistant.cli.render.sources import excerpt_text
    from assistant.safety import json_text

    place = _RANGE.fullmatch(name)
    with opened(index, embedding, StatusLine(sys.stderr), profile=profile) as assistant:
        try:
            found = assistant.excerpt(name)
        except UsageError:  # only what is no document's name is taken apart
            if place is None:
                raise
            found = assistant.excerpt(place["name"], int(place["start"]), int(place["end"]))
    if json_:
        print(json_text(found.to_dict()))
    else:
        print_paged([excerpt_text(found, Page.of(sys.stdout))])
