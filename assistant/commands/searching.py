"""The commands `assistant search` and `assistant verify`, for which no language model is asked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant.addresses import is_address
from assistant.commands.options import (
    Embedding,
    Index,
    Json,
    Only,
    Profile,
    Since,
    Until,
    Vectors,
    counted,
    exclusive,
    from_stdin,
    given,
    opened,
)
from assistant.errors import EXIT_NOT_SUPPORTED

SEARCH_EPILOG = """\
Words in quotation marks come before all else. No language model is asked.

\b
Examples:
  assistant search rare earth minerals --limit 3
  assistant search --only 'reports/*' --since 2026-06 '"rare earth" exports'
  assistant search --explain Takeichi
  assistant search --json rare earth minerals
"""
VERIFY_EPILOG = """\
Every sentence is compared with the best sentences of all documents. Headings, questions and scraps
are not checked; citation markers such as [1] are passed over. No model is asked. If the draft is
itself indexed, it is no evidence for itself.

\b
Examples:
  assistant verify draft.md
  assistant verify --only 'reports/*' --since 2026-06 draft.md
  assistant verify --csv draft.md > checked.csv
  pbpaste | assistant verify -

Exits with 6 when a statement is not supported, with 0 when all are.
"""


def search(
    query: Annotated[
        list[str],
        typer.Argument(metavar="QUERY", help="What to look for; - reads it from standard input."),
    ],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Most passages shown.")] = 10,
    embedding: Embedding = None,
    vectors: Vectors = None,
    index: Index = None,
    profile: Profile = None,
    json_: Json = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Show what the query was understood as, and each stage's rank and score.",
        ),
    ] = False,
    only: Only = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Show the passages that fit a query, with their scores, ranks and places."""
    from assistant.terminal.page import Page
    from assistant.terminal.pager import print_paged
    from assistant.terminal.progress import StatusLine
    from assistant.terminal.searches import search_dict, search_text
    from assistant.terminal.text import json_text

    wanted = given(query)
    with opened(
        index, embedding, StatusLine(sys.stderr), vectors=vectors, profile=profile
    ) as assistant:
        found = assistant.explain(wanted, limit, only=only, since=since, until=until)
    if json_:
        print(json_text(search_dict(found)))
    else:
        print_paged([search_text(found, Page.of(sys.stdout), explain)])


def verify(
    draft: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A .txt, .md or .jsonl file; - reads text from standard input."
        ),
    ],
    embedding: Embedding = None,
    vectors: Vectors = None,
    index: Index = None,
    profile: Profile = None,
    json_: Json = False,
    csv_: Annotated[
        bool, typer.Option("--csv", help="Print CSV, a row for each statement.")
    ] = False,
    only: Only = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Check a draft, statement by statement, against the documents."""
    from assistant.terminal.page import Page
    from assistant.terminal.progress import StatusLine
    from assistant.terminal.text import json_text
    from assistant.terminal.verifications import verification_csv, verification_text

    exclusive({"--json": json_, "--csv": csv_})
    read: str | Path = draft if is_address(draft) else Path(draft)
    if draft == "-":
        read = from_stdin("give one draft, or a part of it")
    status = StatusLine(sys.stderr)
    with (
        opened(index, embedding, status, vectors=vectors, profile=profile) as assistant,
        counted("statement") as progress,
    ):
        checked = assistant.verification(
            read, only=only, since=since, until=until, progress=progress
        )
    if csv_:
        sys.stdout.write(verification_csv(checked))
    elif json_:
        print(json_text(checked.to_dict()))
    else:
        print(verification_text(checked, Page.of(sys.stdout)))
    sys.stdout.flush()
    if not checked.holds:
        raise typer.Exit(EXIT_NOT_SUPPORTED)
