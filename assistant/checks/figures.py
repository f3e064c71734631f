"""Numbers and dates that the sentences do not have, or have of something else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant import lexicon
from assistant.clauses import read
from assistant.comparison import Comparison, Finding
from assistant.quantities import Moment, Quantity, moments, quantities

TOLERANCE = 0.06
"""How far a rounded number ("nearly 9") may be from the exact one, as a share of that."""
CLOSE_BY = 40
"""Characters within which a number stands before what it counts."""
NEAR = 3
"""Words within which a number and what tells it from other numbers stand."""

_YEARS = range(1000, 2201)


def numbers(compared: Comparison) -> Iterator[Finding]:
    """Numbers with another value, unit or comparison, or of something else."""
    there = quantities(compared.cited)
    for wanted in quantities(compared.statement):
        same = [q for q in there if _same_value(wanted, q)]
        fitting = [q for q in same if _same_unit(wanted, q)]
        if not same:
            yield _missing(compared, wanted, there)
        elif not fitting:
            yield _other(same[0].shown, wanted.shown)
        elif not any(_compatible(wanted, q) for q in fitting):
            mine = _with_comparison(compared.statement, wanted)
            theirs = _with_comparison(compared.cited, fitting[0])
            yield Finding(
                "contradicted" if wanted.comparison else "partly",
                f"the cited words say “{theirs}”, not “{mine}”",
                (theirs, mine),
            )
        elif not _counts_it(compared, wanted, fitting):
            text = f"in the cited words {wanted.shown} is the number of something else"
            yield Finding("contradicted", text, (wanted.shown,))


def dates(compared: Comparison) -> Iterator[Finding]:
    """Dates that the sentences lack, or give as another kind of deadline ("by", "after")."""
    there = moments(compared.cited)
    for wanted in moments(compared.statement):
        same = [m for m in there if _is_part(wanted.value, m.value)]
        if not same and wanted.value.isdigit():
            continue  # a year, compared as a number
        if not same:
            rivals = [m for m in there if _kind(m) == _kind(wanted)]
            text = f"the cited words do not have the date {wanted.shown}"
            lacking = Finding("unsupported", text, (wanted.shown,))
            yield _other(rivals[0].shown, wanted.shown) if rivals else lacking
        elif all(_other_deadline(wanted, m) for m in same):
            text = f"the cited words say “{same[0].shown}”, not “{wanted.shown}”"
            yield Finding("contradicted", text, (same[0].shown, wanted.shown))


def _is_part(wanted: str, value: str) -> bool:
    """Whether a date is another, or less exact: "November" of "November 1", "this week"."""
    return wanted in (value, value.split()[0]) or value.endswith(f" {wanted}")


def _other(theirs: str, mine: str) -> Finding:
    return Finding("contradicted", f"the cited words have {theirs}, not {mine}", (theirs, mine))


def _missing(compared: Comparison, wanted: Quantity, there: Sequence[Quantity]) -> Finding:
    """What to tell of a number that the sentences lack: which one stands in its place, if any."""
    rivals = [q for q in there if q.unit and q.unit == wanted.unit] or [
        q for q in there if _around(compared.statement, wanted) & _around(compared.cited, q)
    ]
    if rivals:
        return _other(rivals[0].shown, wanted.shown)
    text = f"the cited words do not have the number {wanted.shown}"
    return Finding("unsupported", text, (wanted.shown,))


def _around(text: str, found: Quantity) -> set[str]:
    """Content stems within `NEAR` words of a number."""
    before = read(text[: found.start][-120:]).words[-NEAR:]
    after = read(text[found.start + len(found.shown) :][:120]).words[:NEAR]
    return {w.stem for w in (*before, *after) if w.content}


def _counts_it(compared: Comparison, wanted: Quantity, found: Sequence[Quantity]) -> bool:
    """Whether a number counts in the sentences what it counts in the statement."""
    is_year = _YEARS[0] <= wanted.value <= _YEARS[-1]
    if wanted.unit or is_year or not wanted.shown[-1:].isdigit():
        return True  # a year, an ordinal, or an amount that its unit tells
    counted: list[str] = []
    for word in read(compared.statement[wanted.start + len(wanted.shown) :][:80]).words[:3]:
        if not word.content:
            break
        counted.append(word.stem)
    held = {m for stem in counted[:2] for m in compared.match(stem)}
    values = {abs(q.value) for q in found}
    there = [q for q in quantities(compared.cited) if not q.unit]
    others = False
    for match in re.finditer(r"\w+", compared.cited):
        if lexicon.stem(match[0]) not in held:
            continue
        before = [q for q in there if 0 < match.start() - q.start < CLOSE_BY]
        if not before or abs(before[-1].value) in values:
            return True
        others = True
    return not others


def _same_value(one: Quantity, other: Quantity) -> bool:
    if abs(one.value - other.value) <= 1e-9 * max(1.0, abs(one.value)):
        return True
    rounder = len(_digits(one.value)) < len(_digits(other.value))
    rounded = one.comparison in ("about", "almost", "more", "less") and other.value and rounder
    if not rounded or abs(one.value - other.value) > TOLERANCE * abs(other.value):
        return False
    fits = {
        "about": True,
        "almost": one.value > other.value,
        "less": one.value > other.value,
        "more": one.value < other.value,
    }
    is_year = _YEARS[0] < one.value < _YEARS[-1] and not one.unit
    return fits[one.comparison] and not is_year


def _digits(value: float) -> str:
    """The digits of a number that are not mere zeros at its end."""
    return f"{value:.6g}".replace(".", "").rstrip("0")


def _same_unit(one: Quantity, other: Quantity) -> bool:
    bare = not other.unit and one.unit not in ("percent", "$")
    return one.unit == other.unit or not one.unit or bare


def _compatible(one: Quantity, other: Quantity) -> bool:
    """Whether what the first says of a value ("more than") follows from what the other says."""
    up, down = ("least", "more"), ("most", "less", "almost")
    if one.comparison == other.comparison or not {one.comparison, other.comparison} - {"", "about"}:
        return True
    if not other.comparison and one.comparison in ("about", "almost", "more", "less"):
        return one.value != other.value
    pair = (one.comparison, other.comparison)
    return all(c in up for c in pair) or all(c in down for c in pair)


def _with_comparison(text: str, found: Quantity) -> str:
    before = text[max(0, found.start - 24) : found.start].split()
    return " ".join([*before[-2:], found.shown]) if found.comparison else found.shown


def _kind(moment: Moment) -> str:
    """Which kind of date it is: days compare with days, weekdays with weekdays."""
    if moment.value.endswith("day") and " " not in moment.value:
        return "weekday"
    return "day" if any(c.isdigit() for c in moment.value) else "other"


def _other_deadline(one: Moment, other: Moment) -> bool:
    if not one.deadline or not other.deadline or one.deadline == other.deadline:
        return False
    # What happened on a day has happened by then, and no other way round.
    return (one.deadline, other.deadline) not in (("by", "on"), ("from", "on"), ("on", "from"))
