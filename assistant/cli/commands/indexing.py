"""The commands that write the index: `assistant index`, `remove` and `watch`."""

from __future__ import annotations

import sys
from itertools import chain
from typing import Annotated

import typer

from assistant.cli.commands.options import (
    AllowPrivate,
    Embedding,
    Exclude,
    Index,
    NoExclude,
    Profile,
    Vectors,
    excluded,
    opened,
    progress_bar,
    say,
)
from assistant.errors import UsageError
from assistant.models import address

INDEX_EPILOG = """\
\b
Examples:
  assistant index ~/reports notes.md
  assistant index
  assistant index --exclude 'drafts/' --exclude '*.tmp.md' ~/reports
  assistant index --embedding ollama/nomic-embed-text ~/reports
  assistant index https://example.org/report.html
  assistant index --reader llama_index.readers.web:SimpleWebPageReader urls='["https://a.org"]'

A web address is fetched when it is named, it alone and nothing that it links to. It is fetched anew
only when it is named again; what is indexed of it stays if it cannot be had. So it is with a
reader, a class of LlamaIndex's whose package you installed: what has another text by the same id is
updated, what is no longer given is removed.

A file named .assistantignore passes over what its lines match, in its folder and below, as a
.gitignore does for git. Exits with 2 when files were skipped for a fault, or a folder that was
indexed is gone; the others are indexed all the same.
"""
REMOVE_EPILOG = """\
\b
Examples:
  assistant remove ~/reports
  assistant remove ~/reports/old notes.md
  assistant remove https://example.org/2026/port-loan

No file is deleted. What was given to index, be it a folder, file or address, is forgotten.
Anything else is passed over from now on; to take it in again, name it:
assistant index ~/reports/old
"""
WATCH_EPILOG = """\
\b
Examples:
  assistant watch
  assistant watch ~/reports

A line tells of each run that did something. Other commands go on working meanwhile. Ctrl-C ends it,
with exit code 130; the next assistant index catches up with what changed since.
"""
Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH",
        help="Files and folders; without any, those indexed before, else the documents that come "
        "with the program.",
    ),
]
Sources = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH|URL",
        help="Files, folders and web addresses; without any, the files and folders indexed before, "
        "else the documents that come with the program. With --reader: its arguments, NAME=VALUE.",
    ),
]
Reader = Annotated[
    str | None,
    typer.Option(
        metavar="MODULE:CLASS",
        help="Index what a reader of LlamaIndex gives, such as "
        "llama_index.readers.database:DatabaseReader.",
    ),
]


def index_(
    paths: Sources = None,
    exclude: Exclude = None,
    no_exclude: NoExclude = False,
    allow_private: AllowPrivate = False,
    reader: Reader = None,
    embedding: Embedding = None,
    vectors: Vectors = None,
    index: Index = None,
    profile: Profile = None,
) -> None:
    """Bring the index up to date with files and folders."""
    from assistant.cli.render.progress import StatusLine
    from assistant.cli.render.reports import notes_text, report_text

    status = StatusLine(sys.stderr)
    patterns = excluded(exclude, no_exclude)
    if reader is not None:
        paths = [address(reader, paths or [])]
    with (
        opened(index, embedding, status, vectors=vectors, profile=profile) as assistant,
        progress_bar() as progress,
    ):
        report = assistant.index(
            paths or [], progress=progress, exclude=patterns, allow_private=allow_private
        )
    print(report_text(report), flush=True)
    say(notes_text(report))
    if report.skipped:
        raise typer.Exit(UsageError.exit_code)


def remove(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE",
            help="A folder, file or web address that is indexed, or the id or the source of a "
            "document.",
        ),
    ],
    embedding: Embedding = None,
    vectors: Vectors = None,
    index: Index = None,
    profile: Profile = None,
) -> None:
    """Remove documents from the index; the files themselves stay."""
    from assistant.cli.render.progress import StatusLine
    from assistant.cli.render.reports import notes_text, removal_text

    status = StatusLine(sys.stderr)
    with opened(index, embedding, status, vectors=vectors, profile=profile) as assistant:
        report = assistant.remove(sources)
    print(removal_text(report), flush=True)
    say(notes_text(report))


def watch(
    paths: Paths = None,
    exclude: Exclude = None,
    no_exclude: NoExclude = False,
    polling: Annotated[
        bool,
        typer.Option(
            "--polling",
            help="Look at all files again and again: for network drives that tell of no changes.",
        ),
    ] = False,
    embedding: Embedding = None,
    vectors: Vectors = None,
    index: Index = None,
    profile: Profile = None,
) -> None:
    """Index, then keep the index in step with the files as they change, until Ctrl-C."""
    from assistant.cli.render.progress import StatusLine
    from assistant.cli.render.reports import notes_text, report_text

    status = StatusLine(sys.stderr)
    patterns = excluded(exclude, no_exclude)
    with opened(index, embedding, status, vectors=vectors, profile=profile) as assistant:
        with progress_bar() as progress:
            reports = assistant.watch(
                paths or [], progress=progress, exclude=patterns, polling=polling
            )
            first = next(reports)
        for report in chain([first], reports):
            print(report_text(report), flush=True)
            say(notes_text(report))
