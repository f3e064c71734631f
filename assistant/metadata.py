"""What a document says of itself, made uniform, and found in its text where no field tells it."""

from __future__ import annotations

import re
from datetime import date, datetime

from assistant.extraction import one_line
from assistant.structure import plain

_PUBLISHER = re.compile(r"(?:source|publisher|published by)\s*:\s*(?!https?:)(\S.{0,99})", re.I)
_LONGEST_TITLE = 200


def iso_date(value: str | date | None) -> str | None:
    """A date as ISO 8601, from a date, an ISO date or an ISO time; None from none.

    Raises:
        ValueError: it is something else; the message is fit to be shown.
    """
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if value is None or value == "":
        return None
    try:
        return datetime.fromisoformat(value.strip()).date().isoformat()
    except ValueError:
        told = one_line(value)[:40]
        raise ValueError(f"the date {told!r} is not like 2026-06-03 and was left out") from None


def first_line_title(text: str) -> str:
    """The first line if it stands alone above the rest and does not end as a sentence does."""
    lines = text.lstrip()[: 4 * _LONGEST_TITLE].splitlines()
    first = lines[0].strip()
    alone = len(lines) > 2 and not lines[1].strip() and any(line.strip() for line in lines[2:])
    ends = first.rstrip("\"'”’»)")[-1:] in ".!…。:;,"
    return "" if ends or not alone or len(first) > _LONGEST_TITLE else plain(first)


def last_lines_publisher(text: str) -> str:
    """The publisher that one of the last lines names, as in "Source: Yahoo Finance"."""
    for line in reversed(text[-2000:].splitlines()[-12:]):
        match = _PUBLISHER.fullmatch(line.strip())
        if match:
            return match[1]
    return ""
