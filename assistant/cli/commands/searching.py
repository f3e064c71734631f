"""The commands `assistant search` and `assistant verify`, for which no language model is asked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.commands.options import (
    Embedding,
    Index,
    Json,
    Llm,
    Only,
    Profile,
    Since,
    Until,
    Vectors,
    exclusive,
    from_stdin,
    given,
    opened,
)
from assistant.cli.commands.pages import Force, Html, check_page, write_page
from assistant.errors import EXIT_NOT_SUPPORTED
from assistant.net import is_address

if TYPE_CHECKING:
    from assistant.answers import Verification, Verified
    from assistant.cli.render.counting import CountBar

SEARCH_EPILOG = """\
Words in quotation marks come before all else, and you are told if no passage has them. No language
model is asked.

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
  assistant verify --html checked.html draft.md
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
    from assistant.cli.render.page import Page
    from assistant.cli.render.pager import print_paged
    from assistant.cli.render.progress import StatusLine
    from assistant.cli.render.searches import search_dict, search_text
    from assistant.safety import json_text

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
    llm: Llm = None,
    embedding: Embedding = None,
    vectors: Vectors = None,
    index: Index = None,
    profile: Profile = None,
    json_: Json = False,
    csv_: Annotated[
        bool, typer.Option("--csv", help="Print CSV, a row for each statement.")
    ] = False,
    html: Html = None,
    force: Force = False,
    only: Only = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Check a draft, statement by statement, against the documents."""
    from assistant.cli.render.counting import CountBar
    from assistant.cli.render.progress import StatusLine
    from assistant.cli.render.verifications import verification_csv
    from assistant.safety import json_text

    forms = {"--json": json_, "--csv": csv_, "--html": html is not None}
    exclusive(forms)
    check_page(html, force)
    read: str | Path = draft if is_address(draft) else Path(draft)
    if draft == "-":
        read = from_stdin("give one draft, or a part of it")
    status = StatusLine(sys.stderr)
    with (
        opened(index, embedding, status, llm, vectors=vectors, profile=profile) as assistant,
        CountBar(sys.stderr, "Checking") as bar,
    ):
        checked = _followed(
            assistant.verify_stream(read, only=only, since=since, until=until, progress=bar.show),
            bar,
            told=not any(forms.values()),
        )
    if csv_:
        sys.stdout.write(verification_csv(checked))
    elif json_:
        print(json_text(checked.to_dict()))
    elif html is not None:
        from assistant.cli.render.browser_answers import verification_html

        write_page(verification_html(checked), html, force)
    sys.stdout.flush()
    if not checked.holds:
        raise typer.Exit(EXIT_NOT_SUPPORTED)


def _followed(events: Iterator[Verified | Verification], bar: CountBar, told: bool) -> Verification:
    """What a stream of verdicts ends with; with `told` each is printed once it is there."""
    from assistant.answers import Verification
    from assistant.cli.render.page import Page
    from assistant.cli.render.verifications import closing_text, statement_text

    page = Page.of(sys.stdout)
    for number, event in enumerate(events, 1):
        if told:
            with bar.aside():
                if isinstance(event, Verification):
                    print(closing_text(event, page), flush=True)
                else:
                    print(f"{statement_text(number, event, page)}\n", flush=True)
        if isinstance(event, Verification):
            return event
    raise RuntimeError("the stream of verdicts ended without the verification")
