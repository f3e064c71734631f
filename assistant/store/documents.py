"""Which documents a catalogue holds, one by one, and which one a user means.

With `database` and `fulltext` the only modules that speak SQL; which file or folder a document
stands in is told as it was indexed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal, get_args

from assistant.documents import Source
from assistant.errors import UsageError
from assistant.filters import Filter, folded_name, matcher, spellings
from assistant.ingest.readers import storable
from assistant.ingest.sources import key_path, name_under
from assistant.net import is_address, kept
from assistant.reports import FileNote
from assistant.store.tracked_files import told

Sort = Literal["id", "date"]
"""By id, or the newest first and what has no date last."""

_AT_ONCE = 500
_SOURCE = (
    "d.number, d.id, d.source, d.title, d.author, d.publisher, d.published, d.language, d.encoding,"
    " d.media_type, json_array_length(d.pages), length(d.text),"
    " (SELECT count(*) FROM passages p WHERE p.document = d.number), f.size, f.path, f.root"
)
_ORDERS = {
    "id": "d.id, d.number",
    "date": "d.published IS NULL, d.published DESC, d.id, d.number",
}
_LIVE_IN_LIKE = re.compile("[!%_]")
_OTHERS = 3  # documents named where several, or none, are meant


@dataclass(frozen=True, slots=True)
class Found:
    """A document that a name means: its number in the catalogue, its id and its file's path."""

    number: int
    id: str
    path: str


def ids_beginning(path: Path, begun: str, most: int) -> list[str]:
    """Ids of documents that begin so, in their order, from the catalogue at `path`.

    For a glance from outside: nothing is opened, made or waited for that `Catalogue` would.

    Raises:
        sqlite3.Error: there is no catalogue, it cannot be read, or is being written.
    """
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0)) as db:
        forms = spellings(begun)
        begins = " OR ".join("substr(id, 1, ?) = ?" for _ in forms)
        rows = db.execute(
            f"SELECT DISTINCT id FROM documents WHERE {begins} ORDER BY id LIMIT ?",
            (*(value for form in forms for value in (len(form), form)), most),
        )
        return [str(row[0]) for row in rows]


class Listing:
    """The documents of one open catalogue, whose rows `rows` and `rows_in` fetch.

    Both raise what every method of `Catalogue` raises.
    """

    def __init__(
        self,
        rows: Callable[..., list[Any]],
        rows_in: Callable[[str, Sequence[Any]], list[Any]],
    ) -> None:
        self._rows = rows
        self._rows_in = rows_in

    def sources(self, where: Filter, sort: Sort = "id") -> Iterator[Source]:
        """The documents that the filter lets through; some hundred are in memory at a time.

        Raises:
            UsageError: `sort` is neither of the two.
        """
        if sort not in get_args(Sort):
            raise UsageError(f"--sort {sort!r} is no order; give {' or '.join(get_args(Sort))}.")
        conditions = {"d.published >= ?": where.since, "d.published <= ?": where.until}
        asked = " AND ".join(sql for sql, day in conditions.items() if day) or "true"
        numbers = (
            row[0]
            for row in self._rows(
                f"SELECT d.number FROM documents d WHERE {asked} ORDER BY {_ORDERS[sort]}",
                *filter(None, conditions.values()),
            )
        )
        named = matcher(where.only)
        while batch := list(islice(numbers, _AT_ONCE)):
            rows = self._rows_in(
                f"SELECT {_SOURCE} FROM documents d JOIN files f ON f.id = d.file"
                " WHERE d.number IN ({})",
                batch,
            )
            found = {row[0]: row[1:] for row in rows}
            for row in (found[number] for number in batch if number in found):
                if not where.only or named(row[0], row[1], row[-2], row[-1]):
                    yield _source(row)

    def skipped(self, where: Filter) -> list[FileNote]:
        """What could not be read and why, by path: files, or parts of them as `PATH:PLACE`.

        They have no date, so none is told where only those of certain days are asked for.
        """
        return self._told("fault", where)

    def remarks(self, where: Filter) -> list[FileNote]:
        """What is to be known of how files were read, likewise."""
        return self._told("remarks", where)

    def _told(self, column: str, where: Filter) -> list[FileNote]:
        if where.since or where.until:
            return []
        rows = self._rows(
            f"SELECT path, root, {column} FROM files WHERE {column} <> '' ORDER BY path"
        )
        named = matcher(where.only)
        return [
            FileNote(path + note.path.removeprefix(name_under(path, key_path(root))), note.reason)
            for path, root, notes in rows
            if not where.only or named(path, path, path, root)
            for note in told(notes)
        ]

    def find(self, name: str) -> int:
        """Number of the document that a name means.

        A name is an id, a source, a file's path, `PATH:ID` for a document in a file of several, or
        the last parts of an id; what fits exactly comes before what fits in part.

        Raises:
            UsageError: it means none, or several; those that are meant or near are named.
        """
        for found in self._fitting(name):
            if len(found) == 1:
                return found[0].number
            if found:
                raise UsageError(_several(name, found))
        raise UsageError(self._none(name))

    def names(self, beginning: str, most: int) -> list[str]:
        """Ids that go on from a beginning, each up to its next `/`; at most so many, sorted.

        Where no id begins so, those of which a file name does. ASCII letters match in either case.
        """
        for typed in spellings(storable(beginning)):
            if found := self._going_on(typed, most):
                return found
        return []

    def _going_on(self, typed: str, most: int) -> list[str]:
        pattern, after = _LIVE_IN_LIKE.sub(r"!\g<0>", typed), len(typed) + 1
        slash = f"instr(substr(id, {after}), '/')"
        upto = f"substr(id, 1, CASE {slash} WHEN 0 THEN length(id) ELSE {len(typed)} + {slash} END)"
        for name, like in ((upto, f"{pattern}%"), ("id", f"%/{pattern}%")):
            rows = self._rows(
                f"SELECT DISTINCT {name} FROM documents WHERE id LIKE ? ESCAPE '!' LIMIT ?",
                like,
                most,
            )
            if rows:
                break
        return sorted(str(row[0]) for row in rows)

    def heading(self, number: int, offset: int) -> str:
        """The headings above a place in a document, as `Passage.heading`; empty without any."""
        rows = self._rows(
            "SELECT heading FROM passages WHERE document = ? AND start <= ?"
            " ORDER BY place DESC LIMIT 1",
            number,
            offset,
        )
        return str(rows[0][0]) if rows else ""

    def _fitting(self, name: str) -> Iterator[list[Found]]:
        """Documents that fit the name, less and less exactly."""
        path = _path(name)
        name = storable(name)
        yield self._where("d.id = ?", name)
        yield self._where("d.source = ? OR f.path = ? OR f.path = ?", name, name, path)
        every = self._where("true")
        for at in (at for at, sign in enumerate(name) if sign == ":"):
            file, key = folded_name(name[:at]), name[at + 1 :]
            yield [each for each in every if each.id == key and _ends(folded_name(each.path), file)]
        yield [each for each in every if _ends(folded_name(each.id), folded_name(name))]
        ends = tuple(map(folded_name, (name, path)))
        yield [each for each in every if any(_ends(folded_name(each.path), end) for end in ends)]

    def _where(self, condition: str, *values: str) -> list[Found]:
        rows = self._rows(
            "SELECT d.number, d.id, f.path FROM documents d JOIN files f ON f.id = d.file"
            f" WHERE {condition} ORDER BY f.path, d.number",
            *values,
        )
        return [Found(*row) for row in rows]

    def _none(self, name: str) -> str:
        from rapidfuzz import fuzz, process

        ids = [row[0] for row in self._rows("SELECT DISTINCT id FROM documents ORDER BY id")]
        near = process.extract(
            storable(name),
            ids,
            scorer=fuzz.WRatio,
            limit=_OTHERS,
            score_cutoff=60,
            processor=str.casefold,
        )
        told = f" near it are {', '.join(repr(each[0]) for each in near)};" if near else ""
        return f"no document is called {name!r};{told} `assistant sources` lists all."


def _path(name: str) -> str:
    """The path or web address that a name is, as files are kept under it; the name if none."""
    if is_address(name):
        return kept(name)
    try:
        return str(Path(name).expanduser().resolve()).encode("utf-8", "backslashreplace").decode()
    except (ValueError, RuntimeError):  # a NUL, or a user who is not known
        return storable(name)


def _ends(name: str, end: str) -> bool:
    """Whether a name ends so, at the beginning of a folder or file; or, after a `…`, anywhere."""
    if end.startswith("…"):
        return name.endswith(end[1:])
    return name == end or name.endswith(f"/{end}")


def _several(name: str, found: Sequence[Found]) -> str:
    """That a name means several documents, and by what each of them is told apart."""
    paths = [each.path for each in found]
    names = [
        each.path
        if paths.count(each.path) == 1 and each.path.endswith(each.id)
        else f"{each.path}:{each.id}"
        for each in found
    ]
    more = f" or {len(found) - _OTHERS} more" if len(found) > _OTHERS else ""
    return f"{name!r} may be {len(found)} documents; give {', '.join(names[:_OTHERS])}{more}."


def _source(row: Sequence[Any]) -> Source:
    (key, source, title, author, publisher, published, language, encoding, media_type) = row[:9]
    pages, characters, passages, size, path, root = row[9:]
    return Source(
        id=key,
        title=title,
        source=source,
        author=author,
        publisher=publisher,
        published=published,
        language=language,
        encoding=encoding,
        media_type=media_type,
        pages=pages or None,
        characters=characters,
        passages=passages,
        bytes=size if size >= 0 else None,
        file=path,
        root=root,
    )
