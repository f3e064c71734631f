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
        module: the module of `assistant.ingest` that reads it.
    """

    media_type: str
    module: str

    @property
    def is_text(self) -> bool:
        """Whether its bytes are characters, in an encoding that a server may tell."""
        return self.media_type.startswith("text/") or self.media_type == "application/json"


_TEXT = Kind("text/plain", "readers.plain")
_MARKDOWN = Kind("text/markdown", "readers.markdown")
_PDF = Kind("application/pdf", "pdf.reader")
_OFFICE = "application/vnd.openxmlformats-officedocument"
_WORD = Kind(f"{_OFFICE}.wordprocessingml.document", "readers.word")
_SLIDES = Kind(f"{_OFFICE}.presentationml.presentation", "readers.slides")
_SPREADSHEET = Kind(f"{_OFFICE}.spreadsheetml.sheet", "readers.spreadsheet")
_TAB_SEPARATED = Kind("text/tab-separated-values", "readers.delimited")
_OUTDATED = Kind("application/octet-stream", "readers.outdated")
_HTML = Kind("text/html", "readers.html")
_EPUB = Kind("application/epub+zip", "readers.epub")
_MAIL = Kind("message/rfc822", "readers.mail")
_MAILBOX = Kind("application/mbox", "readers.mail")
KINDS = {
    ".txt": _TEXT,
    ".text": _TEXT,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".jsonl": Kind("text/plain", "readers.json_lines"),
    ".json": Kind("application/json", "readers.json_objects"),
    ".csv": Kind("text/csv", "readers.delimited"),
    ".tsv": _TAB_SEPARATED,
    ".tab": _TAB_SEPARATED,
    **dict.fromkeys((".docx", ".docm", ".dotx"), _WORD),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx"), _SLIDES),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx"), _SPREADSHEET),
    ".pdf": _PDF,
    **dict.fromkeys((".html", ".htm", ".xhtml", ".mht", ".mhtml"), _HTML),
    ".epub": _EPUB,
    ".eml": _MAIL,
    ".mbox": _MAILBOX,
    # not read, but what to do about them is told
    **dict.fromkeys((".doc", ".rtf", ".odt", ".pages"), _OUTDATED),
    **dict.fromkeys((".xls", ".xlsb", ".ods", ".numbers"), _OUTDATED),
    **dict.fromkeys((".ppt", ".pps", ".odp"), _OUTDATED),
}
"""Suffix -> how files that end in it are read."""

READ = tuple(suffix for suffix, kind in KINDS.items() if kind is not _OUTDATED)
"""The suffixes of files that are read."""

_MARKED = (_MARKDOWN, _PDF, _HTML, _EPUB, _MAIL, _MAILBOX, _WORD, _SLIDES, _SPREADSHEET)
HEADED = frozenset(kind.media_type for kind in _MARKED)
"""Media types whose text marks headings by `#`, as Markdown does: read so, or made so."""


def kind_of(name: str) -> Kind | None:
    """The kind of a file by its name; None if it is not read."""
    return KINDS.get(os.path.splitext(name)[1].lower())
