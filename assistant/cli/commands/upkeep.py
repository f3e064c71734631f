"""The commands `assistant status` and `assistant doctor`: what an index holds, and is it whole?"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from assistant.cli.commands.options import Embedding, Index, Json, Profile, Vectors, opened
from assistant.errors import NoUsableIndexError

STATUS_EPILOG = """\
\b
Examples:
  assistant status
  assistant status --json
  assistant status --index ~/project/index
"""
DOCTOR_EPILOG = """\
Looks at the catalogue, the full-text index, embeddings, vectors, the models' files, versions, the
lock, the disk and the folders that were indexed. Repairing deletes no document, and embeds nothing
but passages whose embedding is lost.

\b
Examples:
  assistant doctor
  assistant doctor --repair

Exits with 4 when something is wrong, with 0 when all is well or mended.
"""


def status(
    embedding: Embedding = None,
    vectors: Vectors = None,
    index: Index = None,
    profile: Profile = None,
    json_: Json = False,
) -> None:
    """Show what the index holds."""
    from assistant.cli.render.progress import StatusLine
    from assistant.cli.render.reports import status_dict, status_text
    from assistant.safety import json_text

    with opened(
        index, embedding, StatusLine(sys.stderr), vectors=vectors, profile=profile
    ) as assistant:
        held = assistant.status()
    print(json_text(status_dict(held)) if json_ else status_text(held))


def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Put right what can be.")] = False,
    embedding: Embedding = None,
    vectors: Vectors = None,
    index: Index = None,
    profile: Profile = None,
    json_: Json = False,
) -> None:
    """Check the index and all that it needs, and mend it."""
    from assistant.cli.render.doctor import doctor_text
    from assistant.cli.render.page import Page
    from assistant.cli.render.progress import StatusLine
    from assistant.safety import json_text

    with opened(
        index, embedding, StatusLine(sys.stderr), vectors=vectors, profile=profile
    ) as assistant:
        report = assistant.doctor(repair)
    page = Page.of(sys.stdout)
    shown = json_text(report.to_dict()) if json_ else doctor_text(report, page)
    print(shown, flush=True)
    if not report.is_well:
        raise typer.Exit(NoUsableIndexError.exit_code)
