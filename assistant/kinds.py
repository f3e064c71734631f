"""Which kinds of files are read, told by their suffix, and how the text of each is marked up."""

from __future__ import annotations

import os
from dataclasses import dataclass

LARGEST_FILE = 200_000_000
"""Bytes above which a file is refused."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file.

    Attributes:
        media_type: what `Document.media_type` says.
        module: the module of `assistant.formats` that reads it.
    """

    media_type: str
    module: str


_TEXT = Kind("text/plain", "plain")
_MARKDOWN = Kind("text/markdown", "markdown")
_HTML = Kind("text/html", "html")
KINDS = {
    ".txt": _TEXT,
    ".text": _TEXT,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".jsonl": Kind("text/plain", "records"),
    ".html": _HTML,
    ".htm": _HTML,
    ".xhtml": _HTML,
    ".mht": _HTML,
    ".mhtml": _HTML,
    ".epub": Kind("application/epub+zip", "epub"),
    ".eml": Kind("message/rfc822", "mail"),
    ".mbox": Kind("application/mbox", "mail"),
}
"""Suffix -> how files that end in it are read."""

HEADED = frozenset(
    {"text/markdown", "text/html", "application/epub+zip", "message/rfc822", "application/mbox"}
)
"""Media types whose text marks headings by `#`, as Markdown does: read so, or made so."""


def kind_of(name: str) -> Kind | None:
    """The kind of a file by its name; None if it is not read."""
    return KINDS.get(os.path.splitext(name)[1].lower())
