"""The documents of an index, and what one of them says, as text for the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.cli.render.page import BOLD, DIM, RED, Page
from assistant.documents import SOURCES_VERSION, Excerpt, Source
from assistant.reports import FileNote
from assistant.safety import clean, count, line

HIGHLIGHT = "7"
OPENED, CLOSED = ">>>", "<<<"
"""What stands around the words of a range where there are no colours."""
AROUND_LINES, AROUND_CHARACTERS = 3, 400
"""What is shown before and after a range: lines, and characters at the most."""
_MARKS = ("\ue000", "\ue001")  # of no meaning to anybody, so that lines can be wrapped around them
_GAP = "  "
_LEAST_NAME = 16


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the table.

    Attributes:
        field: of `Source`.
        width: in cells; 0 for a share of what the others leave.
        from_width: of the terminal from which it is shown.
    """

    field: str
    width: int
    from_width: int = 0


_COLUMNS = (
    _Column("id", 0),
    _Column("published", 10, 44),
    _Column("title", 0, 60),
    _Column("publisher", 18, 116),
    _Column("author", 18, 140),
    _Column("language", 8, 84),
    _Column("pages", 5, 92),
    _Column("passages", 8, 72),
    _Column("media_type", 16, 160),
)
_NUMBERS = ("pages", "passages")
_PIPED = (
    "id title author publisher published language encoding media_type pages passages characters"
    " bytes source file root"
).split()


def sources_lines(sources: Iterable[Source], page: Page) -> Iterator[str]:
    """A table of documents, line by line, then how many there are.

    It is as wide as the terminal, which leaves out columns and cuts what is too long; where there
    is none, every field is whole, and tabs stand between them.
    """
    total = 0
    for total, source in enumerate(sources, 1):
        if total == 1:
            yield _header(page)
        yield _row(source, page)
    if page.width is not None or not total:
        yield ("\n" if total else "") + count(total, "document")


def reading_text(skipped: Sequence[FileNote], remarks: Sequence[FileNote], page: Page) -> str:
    """What could not be read and why, then what is to be known of the rest; empty without any."""
    parts = [*_told_of("Not read, wholly or in part:", skipped, page, RED)]
    return "\n".join([*parts, *_told_of("Read with a remark:", remarks, page, BOLD)])


def _told_of(what: str, notes: Sequence[FileNote], page: Page, style: str) -> Iterator[str]:
    if notes:
        yield page.lines(what, style=style)
    for note in notes:
        yield page.lines(f"{line(note.path)}: {line(note.reason)}", "  ", "    ")


def sources_json(
    sources: Iterable[Source], skipped: Iterable[FileNote], remarks: Iterable[FileNote]
) -> Iterator[str]:
    """The published shape of version `SOURCES_VERSION`, a document a line, in pieces."""
    yield f'{{"version": {SOURCES_VERSION}, "sources": ['
    comma = ""
    for source in sources:
        yield f"{comma}\n{_compact(source.to_dict())}"
        comma = ","
    yield f'\n], "skipped": {_listed(skipped)}, "remarks": {_listed(remarks)}}}\n'


def _listed(notes: Iterable[FileNote]) -> str:
    return _compact([{"file": note.path, "reason": note.reason} for note in notes])


def excerpt_text(found: Excerpt, page: Page) -> str:
    """A document, or a range of it marked among the lines around it."""
    document = found.document
    facts = {
        "id": document.id if document.id != document.source else "",
        "source": document.source,
        "author": document.author,
        "publisher": document.publisher,
        "published": document.published,
        "language": document.language,
        "pages": len(document.pages) or "",
    }
    head = [page.lines(line(document.title), style=BOLD)]
    head += [
        page.lines(f"{name}: {line(str(fact))}", style=DIM) for name, fact in facts.items() if fact
    ]
    if found.whole:
        return "\n".join((*head, "", *_pages(found, page)))
    place = [f"characters {found.start}-{found.end} of {len(document.text)}"]
    number = document.page_of(found.start)
    place += [f"page {number}"] if number else []
    place += [found.heading] if found.heading else []
    head.append(page.lines(line(" · ".join(place)), style=DIM))
    return "\n".join((*head, "", *_marked(found, page)))


def _header(page: Page) -> str:
    if page.width is None:
        return "\t".join(_PIPED)
    cells = (
        _cell(column.field.replace("media_type", "type"), column.field, width)
        for column, width in _layout(page.width)
    )
    return page.styled(_GAP.join(cells).rstrip(), BOLD)


def _row(source: Source, page: Page) -> str:
    if page.width is None:
        values = (getattr(source, field) for field in _PIPED)
        return "\t".join("" if value is None else line(str(value)) for value in values)
    cells = (
        _cell(_told(getattr(source, column.field)), column.field, width)
        for column, width in _layout(page.width)
    )
    return _GAP.join(cells).rstrip()


def _told(value: object) -> str:
    return "" if value is None else line(str(value))


def _layout(width: int) -> list[tuple[_Column, int]]:
    """The columns that a terminal has room for, each with its cells."""
    columns = [column for column in _COLUMNS if column.from_width <= width]
    taken = sum(column.width for column in columns) + len(_GAP) * (len(columns) - 1)
    shares = sum(not column.width for column in columns)
    share = max((width - taken) // shares, _LEAST_NAME)
    return [(column, column.width or share) for column in columns]


def _cell(text: str, field: str, width: int) -> str:
    """The text in as many cells; of an id the end is kept, where the file's name stands."""
    from rich.cells import cell_len, set_cell_size

    if field in _NUMBERS:
        return text.rjust(width)
    if cell_len(text) > width and field == "id":
        while cell_len(text) > width - 1:
            text = text[1:]
        return set_cell_size(f"…{text}", width)
    if cell_len(text) > width:
        return set_cell_size(set_cell_size(text, width - 1) + "…", width)
    return set_cell_size(text, width)


def _pages(found: Excerpt, page: Page) -> Iterator[str]:
    """The whole text, with a line before each page."""
    text, starts = found.document.text, found.document.pages
    if not starts:
        yield _wrapped(text, page).strip("\n")
    for number, start in enumerate(starts, 1):
        end = starts[number] if number < len(starts) else len(text)
        yield page.styled(f"— page {number} —", DIM)
        yield _wrapped(text[0 if number == 1 else start : end], page)


def _marked(found: Excerpt, page: Page) -> Iterator[str]:
    """The range between marks, with the lines around it."""
    text = found.document.text
    first, last = around(text, found.start, found.end)
    opened, closed = _MARKS
    pieces = (text[first : found.start], text[found.start : found.end], text[found.end : last])
    before, words, after = (_unmarked(clean(piece)) for piece in pieces)
    if first and text[first - 1] != "\n":
        before = f"… {before}"
    if last < len(text) and text[last] != "\n":
        after = f"{after} …"
    shown = _wrapped(f"{before}{opened}{words}{closed}{after}", page).strip("\n")
    before, _, rest = shown.partition(opened)
    words, _, after = rest.partition(closed)
    if page.colour:  # line by line, so that a pager keeps it, too
        told = "\n".join(page.styled(each, HIGHLIGHT) for each in words.split("\n"))
    else:
        told = f"{OPENED}{words}{CLOSED}"
    yield f"{before}{told}{after}"


def _unmarked(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, _MARKS)))


def around(text: str, start: int, end: int) -> tuple[int, int]:
    """The range with some lines, or words, before and after it."""
    first, last = max(start - AROUND_CHARACTERS, 0), min(end + AROUND_CHARACTERS, len(text))
    breaks = [at for at in range(first, start) if text[at] == "\n" and text[at - 1 : at] != "\n"]
    if len(breaks) > AROUND_LINES:
        first = breaks[-AROUND_LINES - 1] + 1
    elif first:
        space = next((at for at in range(first, start) if text[at].isspace()), first - 1)
        first = space + 1
    breaks = [at for at in range(end, last) if text[at] == "\n" and text[at - 1 : at] != "\n"]
    if len(breaks) > AROUND_LINES:
        last = breaks[AROUND_LINES]
    elif last < len(text):
        last = next((at for at in range(last, end, -1) if text[at - 1].isspace()), last + 1) - 1
    return first, last


def _wrapped(text: str, page: Page) -> str:
    """The text cleaned, its lines wrapped but kept apart."""
    return "\n".join(page.lines(each) if each.strip() else "" for each in clean(text).split("\n"))


def _compact(value: Any) -> str:
    return json.dumps(value).replace("\x7f", "\\u007f")
