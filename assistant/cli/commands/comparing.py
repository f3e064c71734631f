"""The command `assistant compare`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from assistant.cli.commands.options import Index, Json, Profile, exclusive, opened
from assistant.cli.commands.pages import Force, Html, check_page, write_page
from assistant.errors import EXIT_CHANGED

COMPARE_EPILOG = """\
Numbers, dates, deadlines, names, conditions, negations, obligations and whole sentences count;
line breaks, marks, numbers of pages and lists, running heads and the order of paragraphs do not.
No model is asked.

\b
Examples:
  assistant compare lease-draft.docx lease-signed.pdf
  assistant compare notice.html https://example.org/notice
  assistant compare --json old.md new.md
  assistant compare --html changes.html old.pdf new.pdf

Exits with 1 when something changed, with 0 when nothing did.
"""

_Version = typer.Argument(
    show_default=False, help="A file, a web address, or the id of an indexed document."
)


def compare(
    old: Annotated[str, _Version],
    new: Annotated[str, _Version],
    index: Index = None,
    profile: Profile = None,
    json_: Json = False,
    html: Html = None,
    force: Force = False,
) -> None:
    """Show what changed between two versions of a document in what they state."""
    from assistant.cli.render.changes import changes_html, changes_text
    from assistant.cli.render.page import Page
    from assistant.cli.render.pager import print_paged
    from assistant.cli.render.progress import StatusLine
    from assistant.safety import json_text

    exclusive({"--json": json_, "--html": html is not None})
    check_page(html, force)
    with opened(index, None, StatusLine(sys.stderr), profile=profile) as assistant:
        found = assistant.compare(old, new)
    if html is not None:
        write_page(changes_html(found), html, force)
    elif json_:
        print(json_text(found.to_dict()))
    else:
        print_paged([changes_text(found, Page.of(sys.stdout))])
    sys.stdout.flush()
    if found.changes:
        raise typer.Exit(EXIT_CHANGED)
