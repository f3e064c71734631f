"""Numbers and dates of a text as values: amount, unit, comparison; day, month, deadline.

"$8.5 billion", "8.5 billion dollars" and "US$8,500 million" are one value; "more than 300" and
"300" are not. English only.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

_MONTHS = {
    name[:3]: name
    for name in (
        "january february march april may june july august september october november december"
    ).split()
}
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_FULL_MONTH = (
    r"(?:January|February|March|April|May(?=,? \d{4})|(?<=\b[Ii]n )May|June|July|August|September"
    r"|October|November|December"
    r"|Jan\.|Feb\.|Mar\.|Apr\.|Jun\.|Jul\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.)"
)
_DAY = re.compile(
    rf"\b(?P<m1>{_MONTH})\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\b"
    r"(?!\s*(?:percent|per cent|%|million|billion))"
    rf"|\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m2>{_MONTH})\b",
    re.I,
)
_ALONE = re.compile(rf"\b(?P<m>{_FULL_MONTH})(?!\w)")
_YEAR = re.compile(
    r"(?<![\w$€£.,-])(?P<y>1\d{3}|20\d{2})(?:s\b)?(?![\w%]|[.,]\d| (?:people|men|women))"
)
_WEEKDAY = re.compile(r"\b(?P<w>Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b")
_RELATIVE = re.compile(
    r"\b(?P<r>yesterday|tonight|tomorrow"
    r"|(?:last|next|this|past|coming|previous|following|earlier this|later this)"
    r"\s+(?:week|weekend|month|year|quarter|decade|century|spring|summer|autumn|fall|winter"
    r"|night))\b",
    re.I,
)
_BEFORE = re.compile(
    r"\b(by|before|until|till|no later than|not later than|on|in|at|from|since|after|starting"
    r"|beginning|through|during|effective|prior to|as of|ahead of|early|late|mid|around)"
    r"(?:\s+the)?(?:\s+end\s+of)?\s*$",
    re.I,
)
_NOT = re.compile(r"\bnot\s*$", re.I)
_DEADLINES = {
    "by": "by", "before": "by", "until": "by", "till": "by", "no later than": "by",
    "not later than": "by", "prior to": "by", "ahead of": "by",
    "on": "on", "at": "on", "in": "on", "during": "on", "early": "on", "late": "on", "mid": "on",
    "from": "from", "since": "after", "after": "after", "starting": "from", "beginning": "from",
    "effective": "from", "as of": "from",
}  # fmt: skip

_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "billion": 1e9,
    "bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12, "trn": 1e12, "dozen": 12.0,
    "hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "billions": 1e9, "trillions": 1e12,
}  # fmt: skip
_CURRENCIES = {
    "$": "$", "us$": "$", "dollar": "$", "dollars": "$", "usd": "$", "€": "€", "euro": "€",
    "euros": "€", "eur": "€", "£": "£", "sterling": "£", "gbp": "£", "¥": "¥", "yen": "¥",
    "yuan": "yuan", "renminbi": "yuan", "won": "won", "rupees": "rupee", "rupee": "rupee",
    "rubles": "ruble", "roubles": "ruble", "pesos": "peso", "francs": "franc", "cents": "cent",
    "marks": "mark", "crowns": "crown",
}  # fmt: skip
_UNITS = {
    form: unit
    for unit, forms in {
        "percent": "% percent pct", "point": "point points", "ton": "ton tons tonne tonnes",
        "kilogram": "kg kilogram kilograms kilo kilos", "gram": "gram grams",
        "pound": "lb lbs pound pounds",
        "ounce": "ounce ounces oz", "mile": "mile miles",
        "kilometre": "km kilometer kilometers kilometre kilometres",
        "metre": "m meter meters metre metres", "foot": "foot feet ft", "inch": "inch inches",
        "centimetre": "cm centimeters centimetres", "millimetre": "mm millimeters millimetres",
        "acre": "acre acres", "hectare": "hectare hectares", "barrel": "barrel barrels bpd",
        "gallon": "gallon gallons", "litre": "liter liters litre litres", "year": "year years",
        "month": "month months", "week": "week weeks", "day": "day days", "hour": "hour hours",
        "minute": "minute minutes", "second": "seconds", "decade": "decade decades",
        "century": "century centuries", "degree": "degree degrees °c °f", "watt": "watt watts",
        "kilowatt": "kw kilowatt kilowatts", "megawatt": "mw megawatt megawatts",
        "gigawatt": "gw gigawatt gigawatts", "mg": "mg milligram milligrams",
        "mph": "mph", "time": "times",
    }.items()
    for form in forms.split()
}  # fmt: skip
_ONES = {
    word: float(n)
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
} | {
    word: n * 10.0
    for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_ORDINALS = {
    word: float(n)
    for n, word in enumerate(
        "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), 3
    )
}
_SPELLED_ONE = "|".join(sorted([*_ONES], key=len, reverse=True))
_SPELLED = rf"(?:{_SPELLED_ONE})(?:[- ](?:{_SPELLED_ONE}))?"
_NUMBER = re.compile(
    r"(?P<currency>(?:US|A|C|HK|NZ|S)?[$]|[€£¥])?\s?"
    r"(?<![\w.])(?<![A-Za-z][-–])(?:(?P<sign>[-−])(?=\d))?"
    r"(?:(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?![A-Za-z]{1,3}\d)"
    r"(?P<ordinal>st|nd|rd|th)?"
    rf"|\b(?P<words>(?:{_SPELLED})"
    r"|(?:a|an|half a)(?=\s+(?:hundred|thousand|million|billion|trillion|dozen)\b))\b)"
    r"(?:[ -]?(?P<scale>hundreds?|thousands?|millions?|billions?|trillions?|dozen|bn|tn|trn|mn"
    r"|[kmb](?![\w.])))?"
    r"(?:[ -](?P<scale2>thousand|million|billion|trillion))?"
    r"(?=(?:[ -]?(?P<unit>%|‰|per ?(?:cent|thousand|mille?)\b|[A-Za-z°]+\b))?"
    r"(?:\s(?P<unit2>[a-z]+)\b)?)",
    re.I,
)
_COMPARISONS = (
    ("least", r"at least|no less than|no fewer than|not less than|a minimum of"),
    ("more", r"more than|over|above|exceed(?:s|ed|ing)?|upwards? of|greater than|higher than"
             r"|beyond|in excess of"),
    ("most", r"at most|up to|no more than|not more than|as much as|as many as|a maximum of"),
    ("less", r"less than|fewer than|under|below|lower than|smaller than|short of"),
    ("almost", r"nearly|almost|close to|approaching|just under|just below|virtually"),
    ("about", r"about|around|approximately|roughly|some|an estimated|estimated|circa|approx\.?"),
)  # fmt: skip
_COMPARED = [
    (kind, re.compile(rf"\b(?:{words})(?:\s+(?:a|an|the|just))?\s*[$€£¥(]*$", re.I))
    for kind, words in _COMPARISONS
]
_PARTS = {"half": 2.0, "third": 3.0, "quarter": 4.0, "fifth": 5.0, "tenth": 10.0}
_FRACTION = re.compile(
    r"\b(?P<shown>(?P<count>a|one|two|three|four)[- ]"
    r"(?P<part>half|halves|thirds?|quarters?|fifths?|tenths?))"
    r"(?= of\b)",
    re.I,
)
_RANGE = re.compile(r"\s*(?:to|and|or|[-–])\s*[$€£¥]?")
_OR = re.compile(r"^\s*(?:[a-z]+\s+)?or (?P<which>more|less|fewer|above|over|older|higher)\b", re.I)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what makes it an amount.

    Attributes:
        value: as a number, scale included.
        unit: `percent`, a currency's sign, a unit's name, or empty.
        comparison: `least`, `more`, `most`, `less`, `almost`, `about`, or empty.
        shown: as it stands.
        start: where in the text.
    """

    value: float
    unit: str
    comparison: str
    shown: str
    start: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as it is given, by its parts; `deadline` is `by`, `on`, `from`, `after`, or empty.

    Attributes:
        value: `november 1`, `november`, `friday`, `last week`.
        deadline: how the preposition before it uses it.
        shown: as it stands, with that preposition.
        start: where in the text.
    """

    value: str
    deadline: str
    shown: str
    start: int


@lru_cache(maxsize=4096)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers of a text that are no day of a month, in order.

    >>> [(q.value, q.unit, q.comparison) for q in quantities("more than $8.5 billion, or two tons")]
    [(8500000000.0, '$', 'more'), (2.0, 'ton', '')]
    """
    blank = _DAY.sub(lambda m: " " * len(m[0]), text)
    found = list(_quantities(blank))
    for n, (this, following) in enumerate(itertools.pairwise(found)):
        between = text[this.start + len(this.shown) : following.start]
        if following.unit and not this.unit and _RANGE.fullmatch(between):
            found[n] = replace(this, unit=following.unit)  # "10 to 20 percent"
    return tuple(found)


def _quantities(text: str) -> Iterator[Quantity]:
    fractions = [range(*m.span()) for m in _FRACTION.finditer(text)]
    for found in _NUMBER.finditer(text):
        if any(found.start() in fraction for fraction in fractions):
            continue
        words, digits = (found["words"] or "").lower(), found["digits"]
        if digits is None and words == "one" and not found["scale"]:
            continue
        value = float(digits.replace(",", "")) if digits else _spelled(words)
        metres = found["scale"] in ("m", "M") and not found["currency"] and " " in found[0].strip()
        for scale in () if metres else (found["scale"], found["scale2"]):
            value *= _SCALES.get((scale or "").lower(), 1.0)
        if found["sign"] and not re.search(r"[\d%]\s*$", text[: found.start()]):
            value = -value
        begin = found.start() + (len(found[0]) - len(found[0].lstrip()))
        end = found.end("scale2") if found["scale2"] else found.end("scale")
        end = end if end > 0 else max(found.end("digits"), found.end("words"), found.end("ordinal"))
        unit, shown_end = _unit(found, end)
        unit = "metre" if metres else unit
        yield Quantity(
            value, unit, _comparison(text, begin, shown_end), text[begin:shown_end].strip(), begin
        )
    for found in _FRACTION.finditer(text):
        count = _ONES.get(found["count"].lower(), 1.0)
        value = 100 * count / _PARTS[found["part"].lower().rstrip("s").replace("halve", "half")]
        shown = found["shown"]
        yield Quantity(
            round(value, 1), "percent", _comparison(text, found.start(), 0), shown, found.start()
        )
    text = _FRACTION.sub(lambda m: " " * len(m[0]), text)
    for found in re.finditer(rf"\b(?:{'|'.join(_ORDINALS)})\b", text, re.I):
        yield Quantity(_ORDINALS[found[0].lower()], "", "", found[0], found.start())


def _spelled(words: str) -> float:
    if words in ("a", "an"):
        return 1.0
    if words == "half a":
        return 0.5
    return sum(_ONES[word] for word in re.split(r"[- ]", words))


def _unit(found: re.Match[str], end: int) -> tuple[str, int]:
    """The unit of a number and where it ends."""
    if found["currency"]:
        return _CURRENCIES.get(found["currency"].lower()[-1], "$"), end
    unit = (found["unit"] or "").lower()
    if unit in ("%", "percent", "per cent", "pct"):
        return ("point" if (found["unit2"] or "").startswith("point") else "percent"), found.end(
            "unit"
        )
    if unit == "‰" or re.fullmatch(r"per ?(?:thousand|mille?)", unit):
        return "permille", found.end("unit")
    if unit == "percentage":
        return "point", found.end("unit")
    if unit in _CURRENCIES and unit != "won":
        return _CURRENCIES[unit], found.end("unit")
    if unit == "u" or unit == "us":
        return ("$", found.end("unit2")) if found["unit2"] in ("dollars",) else ("", end)
    if unit in _UNITS:
        return _UNITS[unit], found.end("unit")
    return "", end


def _comparison(text: str, start: int, end: int) -> str:
    before = text[max(0, start - 32) : start]
    for kind, pattern in _COMPARED:
        if pattern.search(before):
            return kind
    if after := _OR.match(text[end:]):
        return (
            "least"
            if after["which"].lower() in ("more", "above", "over", "older", "higher")
            else "most"
        )
    return ""


@lru_cache(maxsize=4096)
def moments(text: str) -> tuple[Moment, ...]:
    """The days, months, years, weekdays and relative dates of a text; years are numbers, too.

    >>> [(m.value, m.deadline) for m in moments("by Nov. 1, or on Friday")]
    [('november 1', 'by'), ('friday', 'on')]
    """
    found: list[Moment] = []
    taken = text
    for pattern in (_DAY, _ALONE, _YEAR, _WEEKDAY, _RELATIVE):
        for match in pattern.finditer(taken):
            value = _value(match)
            before = _BEFORE.search(text[max(0, match.start() - 40) : match.start()])
            if pattern is _RELATIVE and match[0][0].isupper() and match.start():
                continue  # a name: "Tomorrow's World"
            if pattern is _YEAR and (not before or before[0].rstrip().endswith(" the")):
                continue  # without a preposition it is a number like others
            deadline = _DEADLINES.get(before[1].lower(), "") if before else ""
            if deadline == "by" and _NOT.search(
                text[: match.start() - len(before[0] if before else "")]
            ):
                deadline = "on"  # "not until 1798" is in 1798
            shown = (before[0] if before else "") + match[0]
            found.append(Moment(value, deadline, shown.strip(), match.start()))
        taken = pattern.sub(lambda m: " " * len(m[0]), taken)
    return tuple(sorted(found, key=lambda moment: moment.start))


def _value(match: re.Match[str]) -> str:
    groups = match.groupdict()
    if "d1" in groups:
        month = (groups["m1"] or groups["m2"]).lower()[:3]
        return f"{_MONTHS[month]} {int(groups['d1'] or groups['d2'])}"
    if "m" in groups:
        return _MONTHS[groups["m"].lower()[:3]]
    if "y" in groups:
        return groups["y"]
    if "w" in groups:
        return f"{groups['w'].lower()}day"
    return " ".join(groups["r"].lower().split())


def is_measure(word: str) -> bool:
    """Whether a lower-case word is a number, a scale, a currency or a unit."""
    spelled = word in _ONES or word in _ORDINALS
    return spelled or word in _SCALES or word in _CURRENCIES or word in _UNITS


def is_month(word: str) -> bool:
    """Whether a lower-case word is a month's name, whole or cut short."""
    return word.rstrip(".") in {*_MONTHS, *_MONTHS.values(), "sept"}


def unit_of(word: str) -> str:
    """The unit that a lower-case word names, else empty.

    >>> unit_of("tonnes"), unit_of("people")
    ('ton', '')
    """
    return _UNITS.get(word, "") or (_CURRENCIES.get(word, "") if word != "won" else "")
