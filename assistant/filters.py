"""Which documents a question is put to: by the names of their sources and by publication date.

What was asked for is validated here and names are compared; where documents are kept, and what is
done with those that match, is left to others.
"""

from __future__ import annotations

import fnmatch
import os
import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TypedDict

from assistant.errors import UsageError

Only = str | Sequence[str] | None
"""One glob, or several of which any may match."""
Day = str | date | None
"""A date, or `2026-06-03`, `2026-06` (the whole month) or `2026` (the whole year)."""


class Given(TypedDict):
    """What a user gave, by the names it has wherever it is taken."""

    only: Only
    since: Day
    until: Day


_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_WILD = re.compile(r"[*?[]")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a document must be to be searched; make one with `Filter.of`. False: anything will do.

    Attributes:
        only: globs of which one must match a name of the document (see `matcher`); any if empty.
        since, until: first and last day of publication, as ISO 8601. A document without a date
            is published on no day, so it matches neither.
        besides: path of a file whose documents are left out: what is to be checked proves nothing.
    """

    only: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    besides: str | None = None

    @classmethod
    def of(cls, only: Only = None, since: Day = None, until: Day = None) -> Filter:
        """A filter of what a user gave; None is not given.

        >>> Filter.of("*.md", since="2026", until="2026-02")
        Filter(only=('*.md',), since='2026-01-01', until='2026-02-28', besides=None)

        Raises:
            UsageError: a glob is empty, a date is none, or `since` comes after `until`.
        """
        first, last = _day("--since", since, last=False), _day("--until", until, last=True)
        if first and last and first > last:
            raise UsageError(f"--since {first} comes after --until {last}; exchange the two.")
        return cls(_globs(only), first, last)

    def __bool__(self) -> bool:
        return self != Filter()

    def __str__(self) -> str:
        """As it would be typed: `--only '*.md' --since 2026-01-01`."""
        days = (("--since", self.since), ("--until", self.until))
        globs = [f"--only '{glob}'" for glob in self.only]
        return " ".join(globs + [f"{option} {day}" for option, day in days if day])

    def to_dict(self) -> Given:
        """The keyword arguments of `Assistant.ask` that make the same filter, without `besides`."""
        return {"only": self.only, "since": self.since, "until": self.until}

    def unmatched(self) -> UsageError:
        """What to raise where no document matches."""
        if not str(self):
            return UsageError(
                f"nothing is indexed besides {self.besides} itself; index what it is to be checked "
                "against with `assistant index PATH`."
            )
        undated = " (a document without a date matches neither --since nor --until)"
        return UsageError(
            f"no document matches {self}{undated if self.since or self.until else ''}; leave out "
            "or widen a filter: `assistant status` and `assistant search` show what there is."
        )


def matcher(globs: Sequence[str]) -> Callable[[str, str, str, str], bool]:
    """A test of whether any of the globs matches one of a document's names.

    It is given the document's id and source, and the path and the root of the file it stands in.

    Case does not count, nor how accents are encoded. With `*`, `?` or `[...]` a glob must match a
    whole name or a file name, and `*` also stands for `/`. Without, it must be a name, or a folder
    or file in it. What holds a `/` may begin at any folder, of the file's whole path too; what
    holds none is not compared with the folders above the root, which hold all of its documents.

    >>> matches = matcher(["reports/*"])
    >>> matches("2026/a.md", "/home/ann/reports/2026/a.md", "/home/ann/reports/2026/a.md", "/home")
    True
    >>> matcher(["ann"])("a.md", "/home/ann/docs/a.md", "/home/ann/docs/a.md", "/home/ann/docs")
    False
    """
    wanted = [_Glob(glob) for glob in globs]
    deep = [glob for glob in wanted if glob.deep]

    @lru_cache(maxsize=1)  # a file's documents come one after the other
    def file_matches(path: str, root: str) -> bool:
        return _any(wanted, _local(path, root)) or _any(deep, path)

    def matches(identity: str, source: str, path: str, root: str) -> bool:
        if file_matches(path, root) or _any(wanted, identity):
            return True
        return source != path and _any(deep if source.startswith("/") else wanted, source)

    return matches


def _local(path: str, root: str) -> str:
    """A file's path from the folder or file on that was given to be indexed."""
    above = os.path.dirname(root).rstrip("/") + "/"
    return path.removeprefix(above)


def _any(globs: Sequence[_Glob], name: str) -> bool:
    folded = folded_name(name)
    return any(glob.matches(folded) for glob in globs)


class _Glob:
    """One glob, ready to be compared with folded names.

    Attributes:
        deep: it holds a `/`, so it may begin at any folder of a name.
    """

    def __init__(self, glob: str) -> None:
        folded = folded_name(glob).removeprefix("./")
        self.deep = "/" in folded.rstrip("/")
        # A name may hold what is a wildcard here, so it is also looked for as it stands.
        self._part = f"/{folded.strip('/')}/"
        self._wild = self._translated(folded) if _WILD.search(folded) else None

    def _translated(self, glob: str) -> re.Pattern[str]:
        glob += "*" if glob.endswith("/") else ""
        ways = [glob, f"*/{glob}"] if self.deep else [glob]
        return re.compile("|".join(map(fnmatch.translate, ways)))

    def matches(self, name: str) -> bool:
        """Whether it is the name, or a part of it that is meant."""
        if self._part in f"/{name}/":
            return True
        if self._wild is None:
            return False
        _, slash, last = name.rpartition("/")
        return bool(self._wild.match(name) or (slash and self._wild.match(last)))


def spellings(name: str) -> tuple[str, ...]:
    """A name as it is typed, and with accents composed and apart (as a Mac writes them)."""
    forms = (unicodedata.normalize(form, name) for form in ("NFC", "NFD"))
    return tuple(dict.fromkeys((name, *forms)))


def folded_name(name: str) -> str:
    """A name without what does not count: case, and how accents are encoded."""
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name).casefold()


def _globs(only: Only) -> tuple[str, ...]:
    if only is None:
        return ()
    globs = [only] if isinstance(only, str) or not isinstance(only, Iterable) else [*only]
    for glob in globs:
        if not isinstance(glob, str) or not glob.strip("./ \t\n"):
            raise UsageError(f"--only {glob!r} names nothing; give a glob, such as 'reports/*'.")
    return tuple(dict.fromkeys(globs))


def _day(option: str, given: Day, last: bool) -> str | None:
    """The first or the last day of what was given, as ISO 8601."""
    if given is None:
        return None
    if isinstance(given, datetime):
        given = given.date()
    wrong = f"{option} {str(given)!r} is no date; give one like 2026-06-03, 2026-06 or 2026."
    match = _DAY.fullmatch(str(given).strip())
    if not match:
        raise UsageError(wrong)
    try:
        year, month = int(match[1]), int(match[2] or (12 if last else 1))
        day = int(match[3] or (monthrange(year, month)[1] if last else 1))
        return date(year, month, day).isoformat()
    except ValueError as exc:  # includes a month that calendar refuses
        raise UsageError(wrong) from exc
