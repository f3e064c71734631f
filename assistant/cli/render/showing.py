"""What stands behind an answer, as text: its passages, one of them in its surroundings, a copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.answers import Answer
from assistant.cli.render.answers import citation_text, gaps_told, origin, quiet_text
from assistant.cli.render.page import BOLD, Page
from assistant.cli.render.sources import excerpt_text
from assistant.documents import Citation, Excerpt
from assistant.errors import UsageError
from assistant.safety import clean, line

if TYPE_CHECKING:
    from assistant.api import Assistant


def sources_text(passages: Sequence[Citation], cited: int, holds: bool, page: Page) -> str:
    """The passages behind an answer with their places.

    Args:
        passages: those that are cited, or nearest, and then the others that were read.
        cited: how many of them are cited, or nearest.
        holds: whether they are cited.
        page: where it is shown.
    """
    if not passages:
        return "Nothing was found for the last question."
    parts = []
    heads = ("Cited:" if holds else "Nearest:"), "Read, too:"
    for head, part in zip(heads, (passages[:cited], passages[cited:]), strict=True):
        if part:
            parts.append(
                "\n".join((page.lines(head, style=BOLD), *(citation_text(c, page) for c in part)))
            )
    return "\n\n".join(parts)


def place_text(assistant: Assistant, citation: Citation, page: Page) -> str:
    """A passage in its surroundings, as it was read for the answer.

    Raises:
        UsageError: the answer is of an earlier time, and its document is gone or has changed.
    """
    document, start, end = citation.document, citation.start, citation.end
    if document.text:
        return excerpt_text(Excerpt(document, start, end), page)
    try:
        found = assistant.excerpt(document.id, start, end)
    except UsageError:
        found = assistant.excerpt(document.source, start, end)
    if line(found.text) != line(citation.quote):
        raise UsageError(
            f"{document.id} has changed since it was cited; /retry asks the question again."
        )
    return excerpt_text(found, page)


def answer_plain(answer: Answer) -> str:
    """An answer with its sources, to be pasted elsewhere: no styles, and no line is wrapped."""
    return clean("\n".join(_plain(answer)))


def _plain(answer: Answer) -> Iterator[str]:
    yield quiet_text(answer)
    if answer.status == "not_in_documents":
        return
    yield from gaps_told(answer)
    yield ""
    for citation in answer.citations:
        yield f"[{citation.number}] “{line(citation.quote)}” — {line(origin(citation))}"
