"""Other values, units and dates than a sentence tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from assistant.language.verbs import MONTHS, SPELLED, WEEKDAYS, opened
from tests.bench.perturbation.altering import Change, Source, put

_NUMBER = re.compile(
    r"(?<![\w.,/’'§#:^-])(?<!\d[ -])(?P<currency>[$€£]\s?)?(?P<digits>\d{1,3}(?:,\d{3})+|\d+)"
    r"(?P<fraction>\.\d+)?(?P<percent>\s?%|\spercent\b)?(?P<scale>\s(?:million|billion|trillion|thousand)\b)?"
    r"(?![\w/:^]|\.\d|,\d|-\d|–\d|\s?[×x±]\s?\d|°)"
)
_NOT_BEFORE_NUMBER = re.compile(
    r"(?:\b(?:[A-Z][\w-]*|No\.?|Nos\.?|type|types|figure|fig\.?|table|section|chapter|version|volume|"
    r"page|pages|grade|phase|stage|class|day|week|exon|step|part|and|or|to|in|by|since|until|of|"
    r"before|after|from|during|circa|c\.|early|late|mid|year|years|between|p|n)|[<>=≤≥~≈(\[±/–-]"
    r"|%,|\d,)\s?$"
)
_OPEN_UP = re.compile(
    r"\b(?:more|greater|higher|longer|older|larger) than\s?$|\b(?:at least|over|above|exceed\w*|minimum of)\s?$",
    re.I,
)
_OPEN_DOWN = re.compile(
    r"\b(?:less|fewer|lower|shorter|younger|smaller) than\s?$|\b(?:at most|under|below|up to|maximum of|nearly|almost)\s?$",
    re.I,
)


def number(source: Source, rng: Random) -> Iterator[Change]:
    """Another value, or another scale (million, billion)."""
    text = source.text
    for found in _NUMBER.finditer(text):
        before = text[: found.start()]
        money = bool(found["currency"] or found["percent"] or found["scale"])
        if not money and (_NOT_BEFORE_NUMBER.search(before) or not _counts(text, found)):
            continue
        if money and re.search(r"[\[(±<>=≤≥–-]\s?$", before):
            continue
        value = float(found["digits"].replace(",", "") + (found["fraction"] or ""))
        new = _other_value(value, before, rng)
        if found["percent"] and value <= 100 < new:
            if _OPEN_UP.search(before):
                continue
            new = value / 2
        shown = _like(new, found["digits"], found["fraction"])
        if found["scale"] and rng.random() < 0.4:
            scales = {"million": "billion", "billion": "million", "trillion": "billion",
                      "thousand": "million"}  # fmt: skip
            a, b = found.span("scale")
            if not _OPEN_UP.search(before) and not _OPEN_DOWN.search(before):
                yield put(text, a, b, " " + scales[found["scale"].strip()])
                continue
        a, b = (
            found.start("digits"),
            found.end("fraction") if found["fraction"] else found.end("digits"),
        )
        if not re.search(rf"(?<![\d.]){re.escape(shown)}(?![\d.])", source.around):
            yield put(text, a, b, shown)
    for found in re.finditer(rf"\b(?:{'|'.join(SPELLED[2:])})\b(?=\s[a-z]{{2,}}s\b)", text, re.I):
        at = SPELLED.index(found[0].lower())
        before = text[: found.start()]
        down = _OPEN_DOWN.search(before)
        near = [n for n in (at + 1, at + 2, at + 3, at - 1, at - 2) if 2 <= n < len(SPELLED)]
        if _OPEN_UP.search(before):
            near = [n for n in near if n > at]
        if down:
            near = [n for n in near if n < at]
        words = [SPELLED[n] for n in near if SPELLED[n] not in source.around.lower()]
        if words and not re.search(
            r"[\w-]-$|\b(?:hundred|thousand)\s$|\bone of (?:the|its|his) $", before
        ):
            word = rng.choice(words)
            yield put(text, *found.span(), word.capitalize() if found[0][0].isupper() else word)


def _counts(text: str, found: re.Match[str]) -> bool:
    """Whether a bare number counts something: no year, reference or part of a designation."""
    year = re.fullmatch(r"1[0-9]{3}|20\d\d", found[0])
    return not year and bool(re.match(r"[\s-][a-z]{3,}", text[found.end() :])) and bool(
        not re.match(r"\s(?:and|or|to|January|was|were|are|is|had|has|which|that|the|with)\b",
                     text[found.end() :])
    )  # fmt: skip


def _other_value(value: float, before: str, rng: Random) -> float:
    factors = [0.4, 0.5, 0.6, 1.5, 2, 3]
    if _OPEN_UP.search(before):
        factors = [1.5, 2, 3]
    if _OPEN_DOWN.search(before):
        factors = [0.3, 0.4, 0.5]
    new = value * rng.choice(factors)
    return new if new != value else value + 3


def _like(value: float, digits: str, fraction: str | None) -> str:
    """A value written as the number it replaces was, never equal to it."""
    places = len(fraction) - 1 if fraction else 0
    old = digits + (fraction or "")
    whole = max(1, round(value))
    if not places and len(digits.replace(",", "")) > 2:  # as round as the other one was
        zeros = len(digits.replace(",", "")) - len(digits.replace(",", "").rstrip("0"))
        zeros = min(zeros, len(digits.replace(",", "")) - 2)
        whole = max(10**zeros, round(value, -zeros) and int(round(value, -zeros)))
    shown = f"{value:,.{places}f}" if places else f"{whole:,}"
    if "," not in digits and len(digits) > 3:
        shown = shown.replace(",", "")
    if shown.replace(",", "") == old.replace(",", ""):
        return shown[:-1] + str((int(shown[-1]) + 4) % 10)
    return shown


_UNITS = (
    ("tons", "pounds"), ("tonnes", "kilograms"), ("pounds", "tons"), ("miles", "feet"),
    ("kilometres", "metres"), ("kilometers", "meters"), ("metres", "kilometres"),
    ("meters", "kilometers"), ("km", "m"), ("kg", "g"), ("mg", "g"), ("feet", "inches"),
    ("inches", "feet"), ("acres", "square miles"), ("square miles", "acres"),
    ("hectares", "square kilometres"), ("hours", "days"), ("days", "weeks"), ("weeks", "months"),
    ("months", "years"), ("years", "months"), ("minutes", "hours"), ("seconds", "minutes"),
    ("decades", "years"), ("centuries", "decades"), ("megawatts", "kilowatts"), ("dollars", "euros"),
)  # fmt: skip
_TURNED = (
    ("more than", "less than"), ("less than", "more than"), ("fewer than", "more than"),
    ("at least", "at most"), ("at most", "at least"), ("higher than", "lower than"),
    ("lower than", "higher than"), ("greater than", "smaller than"), ("larger than", "smaller than"),
    ("smaller than", "larger than"), ("increased", "decreased"), ("decreased", "increased"),
    ("rose", "fell"), ("fell by", "rose by"), ("declined by", "grew by"), ("grew by", "shrank by"),
    ("an increase", "a decrease"), ("a decrease", "an increase"), ("a reduction", "an increase"),
    ("reduces", "increases"), ("reduced", "increased"), ("increases", "decreases"),
)  # fmt: skip


def _open(before: str) -> bool:
    """Whether words end in an amount that is open to one side: more than 5 years are 5 months too."""
    amount = re.sub(r"(?:[$€£]?\d[\d.,]*|\w+)\s?$", "", before)
    return bool(
        _OPEN_UP.search(amount) or _OPEN_DOWN.search(amount) or re.search(r"equal to\s$", amount)
    )


def unit(source: Source, rng: Random) -> Iterator[Change]:
    """Another unit or currency, or a comparison turned round."""
    text = source.text
    for old, new in _UNITS:
        for found in re.finditer(rf"(?<=\d\s){old}\b(?!\s(?:of age|old|after|and))", text):
            if not _open(text[: found.start()]):
                yield put(text, *found.span(), new)
        spelled = "|".join(SPELLED[2:])
        for found in re.finditer(
            rf"(?i:\b(?:{spelled}))\s(?P<u>{old})\b(?!\s(?:of age|old|and))", text
        ):
            if not _open(text[: found.start("u")]):
                yield put(text, *found.span("u"), new)
    for found in re.finditer(r"(?P<sign>[$€£])(?=\d)", text):
        others = [c for c in "$€£" if c != found["sign"] and c not in source.around]
        if others:
            yield put(text, *found.span(), rng.choice(others))
    for found in re.finditer(r"(?<=\d)(?:\s?%|\spercent)(?=\sof\b)", text):
        if not _open(text[: found.start()]):
            yield put(text, *found.span(), " per thousand")
    changed = r"(?:rose|fell|increased|decreased|grew|declined|dropped)(?: by)? \d[\d.]*"
    for found in re.finditer(rf"\b{changed}(?P<u>\s?%|\spercent)(?!\s(?:point|of))", text):
        yield put(text, *found.span("u"), " basis points")
    for old, new in _TURNED:
        for found in re.finditer(rf"(?<!no )(?<!not )(?<!or )\b{old}\b", text):
            # "lived more than" by itself is no comparison of amounts; "increased X" is.
            after = text[found.end() :]
            if old == "reduced" and after.startswith(" to"):
                continue
            if old in (
                "more than",
                "less than",
                "fewer than",
                "at least",
                "at most",
            ) and not re.match(
                rf"\s(?:[$€£]?\d|(?:{'|'.join(SPELLED[2:])}|half|twice|a (?:million|hundred|third))\b)",
                after,
            ):
                continue
            if re.match(r"\s(?:or|and)\s", after) or re.search(
                r"\b(?:or|and)\s$", text[: found.start()]
            ):
                continue
            yield put(text, *found.span(), new)


_MONTH = "|".join(MONTHS)
_YEAR = re.compile(
    r"(?<![\w.,/(:–-])(?<!\d\s)(?P<year>1[1-9]\d\d|20[0-2]\d)(?P<plural>s)?(?![\w/:)–-]|,\d|\s[a-z]{0,4}\d|\.\d)"
)


def date(source: Source, rng: Random) -> Iterator[Change]:
    """Another day, month, weekday or year, or another side of a deadline."""
    text = source.text
    for found in re.finditer(rf"\b(?:{_MONTH})\b", text):
        if found[0] == "May" and not re.search(r"(?:\d|in|In|of|since|until|by|late|early)\s$", text[: found.start()]) and not re.match(r"\s\d", text[found.end() :]):  # fmt: skip
            continue
        if found[0] == "March" and not re.match(r"\s\d|,|\.", text[found.end() :]):
            continue
        other = rng.choice([m for m in MONTHS if m not in source.around])
        yield put(text, *found.span(), other)
        day = re.match(r"\s(\d{1,2})(?!\d|–|-)", text[found.end() :])
        if day:
            new = rng.choice([n for n in range(1, 29) if not re.search(rf"\b{n}\b", source.around)])
            at = found.end()
            yield put(text, at + day.start(1), at + day.end(1), str(new))
    for found in re.finditer(rf"\b(?:{'|'.join(WEEKDAYS)})\b(?!\s[A-Z])", text):
        other = rng.choice([d for d in WEEKDAYS if d not in source.around])
        yield put(text, *found.span(), other)
    for found in _YEAR.finditer(text):
        before = text[: found.start()]
        told = re.search(
            r"\b(?:in|In|since|Since|until|Until|by|By|of|from|From|before|Before|after|After|during|"
            r"early|late|mid|the|to|between|and|[A-Z][a-z]+|\d{1,2},)[\s-]$", before)  # fmt: skip
        if not told or before.count("(") > before.count(")"):
            continue
        shift = [3, 7, 10, 12, -3, -7, -10, -12]
        if re.search(
            r"\b(?:by|before|until|to)\s(?:the\s)?(?:late[\s-]|early[\s-]|mid-?\s?)?$", before, re.I
        ):
            shift = [n for n in shift if n < 0]
        elif re.search(r"\b(?:after|since|from)\s$", before, re.I):
            shift = [n for n in shift if n > 0]
        if found["plural"]:
            shift = [n for n in (20, -20, 30, -30) if n < 0 or max(shift) > 0]
        years = [int(found["year"]) + n for n in shift]
        years = [y for y in years if str(y) not in source.around and y < 2027]
        if years:
            yield put(text, *found.span("year"), str(rng.choice(years)))
    moment = rf"(?=\s(?:the\s)?(?:(?:{_MONTH})\b|\d{{4}}\b|(?:{'|'.join(WEEKDAYS)})\b|end of\b))"
    for old, turned in (("before", "after"), ("after", "before"), ("until", "from"),
                        ("since", "until"), ("by", "after")):  # fmt: skip
        for found in re.finditer(rf"\b{old}\b{moment}", text, re.I):
            if re.search(
                r"(?:years?|months?|days?|weeks?|from [\w\s,]+|not)\s$", text[: found.start()]
            ):
                continue
            if found[0].islower() or old != "by":
                yield put(text, *found.span(), turned if found[0].islower() else opened(turned))
    for found in re.finditer(rf"\bby(?=\s(?:{_MONTH})\s\d)", text):
        yield put(text, *found.span(), "on")
