"""Dates that the sentences lack, or give as another kind of deadline ("by", "after")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.checking.comparison import Comparison, Finding
from assistant.language import Moment, moments

_POINTING = re.compile(
    r"\b(?:today|tonight|tomorrow|yesterday|this morning|the (?:next|following|previous) day"
    r"|(?:the )?day (?:before|after))\b",
    re.I,
)
_RELATIVE = re.compile(
    r"\b(?P<way>last|past|previous|prior|next|following|coming)\s+"
    r"(?P<span>week|weekend|month|year|quarter|decade|century|spring|summer|autumn|fall|winter)\b",
    re.I,
)
# What happened on a day has happened by then, and no other way round.
_AS_GOOD = {
    ("by", "on"), ("from", "on"), ("on", "from"), ("on", "until"), ("until", "on"),
    ("by", "until"), ("until", "by"),
}  # fmt: skip
_BACK = frozenset("last past previous prior".split())


def dates(compared: Comparison) -> Iterator[Finding]:
    """Dates that stand nowhere in the sentences, or with another deadline."""
    there, before = moments(compared.cited), moments(compared.context)
    for wanted in moments(compared.statement):
        same = [m for m in there if wanted.is_said_by(m)]
        if same and all(_other_deadline(wanted, m) for m in same):
            yield Finding(
                "contradicted",
                f"the cited words say “{same[0].shown}”, not “{wanted.shown}”",
                (same[0].shown, wanted.shown),
            )
        elif not same and not _is_worked_out(compared, wanted, before):
            yield from _missing(wanted, there)


def relative(compared: Comparison) -> Iterator[Finding]:
    """A "next week" that is "last week" in the sentences, or the other way round."""
    mine, theirs = _ways(compared.statement), _ways(compared.cited)
    for (back, span), shown in mine.items():
        other = theirs.get((not back, span))
        if other and (back, span) not in theirs:
            text = f"the cited words say “{other}”, not “{shown}”"
            yield Finding("contradicted", text, (other, shown))


def _ways(text: str) -> dict[tuple[bool, str], str]:
    """Whether a span lies back, and which, -> how it is told."""
    return {(m["way"].lower() in _BACK, m["span"].lower()): m[0] for m in _RELATIVE.finditer(text)}


def _is_worked_out(compared: Comparison, wanted: Moment, before: tuple[Moment, ...]) -> bool:
    """Whether a year is compared as a number, or a day may follow from "tomorrow" and the like."""
    parts = dict(wanted.parts)
    if parts.keys() == {"year"}:
        return True
    if any(wanted.is_said_by(m) for m in before) and "month" not in parts:
        return True
    return bool(parts.keys() & {"weekday", "day"} and _POINTING.search(compared.cited))


def _missing(wanted: Moment, there: tuple[Moment, ...]) -> Iterator[Finding]:
    rivals = [m for m in there if wanted.rivals(m)]
    if rivals:
        told = f"the cited words have {rivals[0].shown}, not {wanted.shown}"
        yield Finding("contradicted", told, (rivals[0].shown, wanted.shown))
    else:
        told = f"the cited words do not have the date {wanted.shown}"
        yield Finding("unsupported", told, (wanted.shown,))


def _other_deadline(one: Moment, other: Moment) -> bool:
    if not one.deadline or not other.deadline or one.deadline == other.deadline:
        return False
    return (one.deadline, other.deadline) not in _AS_GOOD
