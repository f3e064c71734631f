"""What the readers of single formats give: text, its pages, and what the file says of itself.

Every reader offers `extract(data: bytes, name: str)`, which yields
`Extracted`, `Fault` and `Remark` in the file's order, and raises `UnreadableError` where the whole
file cannot be read. What a file does not say of itself is found out in `values`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class UnreadableError(Exception):
    """Why a file cannot be read, in a few words, with the remedy where there is one."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """One document as its format tells it.

    Attributes:
        text: what was read, exactly as it will be kept. Headings are lines that begin with `#` as
            in Markdown where the media type is in `kinds.HEADED`.
        title, author, publisher, language: what the file's own fields say, else empty.
        published: a date as the file writes it; None where it does not.
        made: when the file was made, likewise: a weak word for the date of publication, taken
            where nothing else in it tells one.
        encoding: of the file's characters, as Python names it; empty where the format has none.
        pages: character offset at which each page starts; empty when there are no pages.
        key: what tells this document from others in the same file; empty where it is the only one.
        source: where the words come from if the file says so; empty for the file itself.
    """

    text: str
    title: str = ""
    author: str = ""
    publisher: str = ""
    language: str = ""
    published: str | date | None = None
    made: str | date | None = None
    encoding: str = ""
    pages: tuple[int, ...] = ()
    key: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A part of a file that could not be read, and why; the rest is read.

    Attributes:
        reason: in a few words.
        place: which part, for instance the number of a line; empty for the file.
    """

    reason: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know of what was read, such as a guessed encoding.

    Attributes:
        text: in a few words, with the remedy where there is one.
        place: of which part, as in `Fault`.
    """

    text: str
    place: str = ""


Item = Extracted | Fault | Remark


def one_line(value: object) -> str:
    """A scalar as one line of text; empty for anything else."""
    if not isinstance(value, str | int | float | date):
        return ""
    return " ".join(storable(str(value)).split())


def listed(value: object) -> str:
    """A scalar, or a list of some, as one line with commas; empty for anything else."""
    parts = value if isinstance(value, list) else [value]
    return ", ".join(filter(None, map(one_line, parts)))


def storable(text: str) -> str:
    """The text without what SQLite cannot keep, NUL and lone surrogates; as long as it was."""
    return _UNSTORABLE.sub("\ufffd", text)
