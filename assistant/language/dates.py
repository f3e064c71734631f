"""Dates of a text by their parts: year, month, day, weekday, quarter; and how they are used.

"3 May 2029", "May 3rd", "2029-05-03" and "03/05/2029" are read alike; the last is also taken for
5 March. English only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_NUMBERS = {name[:3]: number for number, name in enumerate(_MONTHS, 1)}
_MONTH = rf"(?:{'|'.join(_MONTHS)}|(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
_FULL_MONTH = (
    r"(?:January|February|March|April|May(?=,? \d{4})|(?<=\b[Ii]n )May|June|July|August|September"
    r"|October|November|December"
    r"|Jan\.|Feb\.|Mar\.|Apr\.|Jun\.|Jul\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.)"
)
_YEAR_AFTER = r"(?:,?\s+(?:of\s+)?(?P<{0}>1\d{{3}}|20\d\d)(?![\d,.]\d|\w))?"
_DAY = re.compile(
    rf"\b(?P<m1>{_MONTH})\s+(?:the\s+)?(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\b(?![.,]\d)"
    r"(?!\s*(?:percent|per cent|%|million|billion))"
    + _YEAR_AFTER.format("y1")
    + rf"|\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m2>{_MONTH})(?!\w)"
    + _YEAR_AFTER.format("y2"),
    re.I,
)
_NUMERIC = re.compile(
    r"(?<![\d./-])(?:(?P<y3>\d{4})-(?P<m3>\d{1,2})-(?P<d3>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<sign>[./-])(?P<b>\d{1,2})(?P=sign)(?P<y4>\d{4}))(?![\d/-]|\.\d)"
)
_ALONE = re.compile(rf"\b(?P<m>{_FULL_MONTH})" + _YEAR_AFTER.format("y5") + r"(?!\w)")
_QUARTER = re.compile(
    r"\b(?:Q(?P<q1>[1-4])|(?P<q2>first|second|third|fourth)[ -]quarter)\b"
    r"(?:,?\s+(?:of\s+)?(?P<y6>20\d\d|19\d\d))?",
    re.I,
)
_YEAR = re.compile(r"(?<![\w$€£.,-])(?P<y>1\d{3}|20\d{2})(?![\w%]|[.,]\d| (?:people|men|women))")
_WEEKDAY = re.compile(r"\b(?P<w>Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b")
_ORDER = "first second third fourth".split()
_WEEK = "mon tues wednes thurs fri satur sun".split()
_BEFORE = re.compile(
    r"\b(by|before|until|till|no later than|not later than|on|in|at|from|since|after|starting"
    r"|beginning|through|during|effective|prior to|as of|ahead of|early|late|mid|around)"
    r"(?:\s+the)?(?:\s+(?:end|start|beginning)\s+of)?\s*$",
    re.I,
)
_NOT = re.compile(r"\bnot\s*$", re.I)
_DEADLINES = {
    "by": "by", "before": "by", "until": "until", "till": "until", "no later than": "by",
    "not later than": "by", "prior to": "by", "ahead of": "by",
    "on": "on", "at": "on", "in": "on", "during": "on", "early": "on", "late": "on", "mid": "on",
    "from": "from", "since": "after", "after": "after", "starting": "from", "beginning": "from",
    "effective": "from", "as of": "from",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """A date by its parts; nought or nothing where a part is not said.

    Attributes:
        parts: year, month, day, weekday (1 to 7) and quarter, each by its name.
        deadline: how the preposition before it uses it: `by`, `until`, `on`, `from`,
            `after`, or empty.
        shown: as it stands, with that preposition.
        start, end: where in the text, without the preposition.
        swapped: whether day and month may stand the other way round.
    """

    parts: tuple[tuple[str, int], ...]
    deadline: str
    shown: str
    start: int
    end: int
    swapped: bool = False

    def readings(self) -> list[dict[str, int]]:
        """What it may mean, the likeliest first."""
        told = dict(self.parts)
        turned = told | {"month": told["day"], "day": told["month"]} if self.swapped else told
        return [told, turned] if self.swapped else [told]

    def is_said_by(self, other: Moment) -> bool:
        """Whether another date says this one, or it is less exact: "November" of "November 1".

        A year that the other leaves out is not held against it.
        """
        return any(_covers(theirs, mine) for mine in self.readings() for theirs in other.readings())

    def rivals(self, other: Moment) -> bool:
        """Whether another is of the same kind, so that one may stand in the other's place."""
        return set(dict(self.parts)) & {"day", "weekday", "quarter"} == set(dict(other.parts)) & {
            "day", "weekday", "quarter",
        }  # fmt: skip


def _covers(exact: dict[str, int], wanted: dict[str, int]) -> bool:
    known = _with_what_follows(exact)
    if wanted.keys() == {"year"}:
        return known.get("year") == wanted["year"]
    return all(
        known.get(part, value if part == "year" else 0) == value for part, value in wanted.items()
    )


def _with_what_follows(parts: dict[str, int]) -> dict[str, int]:
    """With the quarter and the weekday that follow from month and day."""
    full = dict(parts)
    if "month" in parts:
        full["quarter"] = (parts["month"] + 2) // 3
    if {"year", "month", "day"} <= parts.keys():
        with suppress(ValueError):  # no such day
            full["weekday"] = date(parts["year"], parts["month"], parts["day"]).isoweekday()
    return full


@lru_cache(maxsize=4096)
def moments(text: str) -> tuple[Moment, ...]:
    """The days, months, years, weekdays and quarters of a text; years are numbers, too.

    >>> [(m.parts, m.deadline) for m in moments("by Nov. 1, or on Friday")]
    [((('month', 11), ('day', 1)), 'by'), ((('weekday', 5),), 'on')]
    """
    found: list[Moment] = []
    taken = text
    for pattern in (_DAY, _NUMERIC, _ALONE, _QUARTER, _YEAR, _WEEKDAY):
        for match in pattern.finditer(taken):
            found.extend(_moment(match, text, pattern is _YEAR))
        taken = pattern.sub(lambda m: " " * len(m[0]), taken)
    return tuple(sorted(found, key=lambda moment: moment.start))


def _moment(match: re.Match[str], text: str, is_year: bool) -> Iterator[Moment]:
    parts = _parts({k: v for k, v in match.groupdict().items() if v})
    before = _BEFORE.search(text[max(0, match.start() - 40) : match.start()])
    if not parts or (is_year and (not before or before[0].rstrip().endswith(" the"))):
        return  # a year without a preposition is a number like others
    deadline = _DEADLINES.get(before[1].lower(), "") if before else ""
    if deadline == "until" and before and _NOT.search(text[: match.start() - len(before[0])]):
        deadline = "on"  # "not until 1798" is in 1798
    shown = ((before[0] if before else "") + match[0]).strip()
    swapped = bool(match.groupdict().get("a")) and match["sign"] != "." and parts["day"] <= 12
    yield Moment(tuple(parts.items()), deadline, shown, match.start(), match.end(), swapped)


def _parts(groups: dict[str, str]) -> dict[str, int]:
    """The parts of a date from what its pattern caught; none where there is no such day."""
    year = next(
        (int(groups[k]) for k in ("y1", "y2", "y3", "y4", "y5", "y6", "y") if k in groups), 0
    )
    month = next((groups[k] for k in ("m1", "m2", "m") if k in groups), "")
    day = next((int(groups[k]) for k in ("d1", "d2", "d3") if k in groups), 0)
    number = _NUMBERS[month.lower()[:3]] if month else int(groups.get("m3", 0))
    if "a" in groups:
        day, number = int(groups["a"]), int(groups["b"])
        if number > 12:
            day, number = number, day
    if number > 12 or day > 31:
        return {}
    quarter = groups.get("q1") or groups.get("q2", "")
    told = {
        "year": year,
        "month": number,
        "day": day,
        "weekday": _WEEK.index(groups["w"].lower()) + 1 if "w" in groups else 0,
        "quarter": int(quarter)
        if quarter.isdigit()
        else _ORDER.index(quarter.lower()) + 1
        if quarter
        else 0,
    }
    return {part: value for part, value in told.items() if value}


def without_days(text: str) -> str:
    """The text with days, months with their years and quarters blanked out, offsets unchanged.

    The years of days stay: they are compared as numbers, too.
    """
    for pattern in (_DAY, _NUMERIC, _QUARTER):
        text = pattern.sub(_blank_but_the_year, text)
    return text


def _blank_but_the_year(match: re.Match[str]) -> str:
    year = next((k for k in ("y1", "y2", "y3", "y4", "y6") if match.groupdict().get(k)), None)
    if year is None:
        return " " * len(match[0])
    at = match.start(year) - match.start()
    return " " * at + match[year] + " " * (len(match[0]) - at - len(match[year]))


def is_month(word: str) -> bool:
    """Whether a lower-case word is a month's name, whole or cut short."""
    return word.rstrip(".") in {*_NUMBERS, *_MONTHS, "sept"}
