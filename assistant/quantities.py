"""Numbers of a text as values: amount, unit, comparison.

"$8.5 billion", "8.5 billion dollars" and "USD 8,500 million" are one value, as are "4 500" and
"4.500" with the decimal marks of other languages; "more than 300" and "300" are not. Words are read
in English only. Dates are read in `moments`, codes in `codes`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.codes import without_codes
from assistant.moments import without_days

_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "billion": 1e9,
    "bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12, "trn": 1e12, "dozen": 12.0,
    "hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "billions": 1e9, "trillions": 1e12,
}  # fmt: skip
_CURRENCIES = {
    form: sign
    for sign, forms in {
        "$": "$ us$ dollar dollars usd", "€": "€ euro euros eur", "£": "£ sterling gbp",
        "¥": "¥ yen jpy", "yuan": "yuan renminbi cny rmb", "won": "won krw ₩",
        "rupee": "rupee rupees inr ₹ rs", "ruble": "ruble rubles rouble roubles rub ₽",
        "peso": "peso pesos", "franc": "franc francs chf", "cent": "cent cents",
        "mark": "mark marks", "crown": "crown crowns krone kroner krona kronor",
        "real": "r$ reais brl", "A$": "a$ aud", "C$": "c$ cad", "NZ$": "nz$ nzd", "HK$": "hk$ hkd",
        "S$": "s$ sgd", "zloty": "zloty zlotys pln", "rand": "r rand zar", "lira": "lira liras",
    }.items()
    for form in forms.split()
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
        "fortnight": "fortnight fortnights",
        "century": "century centuries", "degree": "degree degrees °c °f", "watt": "watt watts",
        "kilowatt": "kw kilowatt kilowatts", "megawatt": "mw megawatt megawatts",
        "gigawatt": "gw gigawatt gigawatts", "mg": "mg milligram milligrams",
        "mph": "mph", "time": "times", "basis point": "bp bps",
    }.items()
    for form in forms.split()
}  # fmt: skip
_BASES = {
    "gram": ("kilogram", 1e-3), "mg": ("kilogram", 1e-6), "ton": ("kilogram", 1e3),
    "kilometre": ("metre", 1e3), "centimetre": ("metre", 1e-2), "millimetre": ("metre", 1e-3),
    "kilowatt": ("watt", 1e3), "megawatt": ("watt", 1e6), "gigawatt": ("watt", 1e9),
    "week": ("day", 7.0), "fortnight": ("day", 14.0), "hour": ("day", 1 / 24),
    "minute": ("day", 1 / 1440), "second": ("day", 1 / 86400), "month": ("day", 365.25 / 12),
    "year": ("day", 365.25), "decade": ("day", 3652.5), "century": ("day", 36525.0),
    "basis point": ("point", 1e-2), "foot": ("inch", 12.0),
}  # fmt: skip
"""Unit -> the unit it is compared in, and how much of that it is."""
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
_SCALE_NAMES = "hundred|thousand|million|billion|trillion|dozen"
_CODES = "|".join(
    form for form in _CURRENCIES if len(form) == 3 and form.isalpha() and form != "won"
)
_SPACE = "\u00a0\u2009\u202f"
_NUMBER = re.compile(
    rf"(?P<currency>(?:US|A|C|HK|NZ|S|R)?[$]|[€£¥₹₽₩]|\bR(?=\d)|\b(?:{_CODES})(?=\b|\d))?\s?"
    r"(?(currency)|(?<![\w.])(?<![A-Za-z][-–]))(?:(?P<sign>[-−](?=\d)|(?:minus|negative) ))?"
    rf"(?:(?P<digits>(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,3}}(?:\.\d{{3}})+|\d{{1,3}}(?:[ '{_SPACE}]\d{{3}})+(?!\d)"
    r"|\d+)(?:[.,]\d+)?)(?![A-Za-z]{1,3}\d)"
    r"(?P<ordinal>st|nd|rd|th)?"
    rf"|\b(?P<words>(?:{_SPELLED})"
    rf"|an?(?=\s+(?:{_SCALE_NAMES})\b)|half an?(?=\s+\w))\b)"
    r"(?P<half> and a half|½)?"
    r"(?:[ -]?(?P<scale>hundreds?|thousands?|millions?|billions?|trillions?|dozen|bn|tn|trn|mn"
    r"|[kmb](?![\w.])))?"
    r"(?:[ -](?P<scale2>thousand|million|billion|trillion))?"
    rf"(?=(?:[ {_SPACE}-]?(?P<unit>%|‰|per ?(?:cent|thousand|mille?)\b|[$€£¥₹]|[A-Za-z°]+\b))?"
    r"(?:\s(?P<unit2>[a-z]+)\b)?)",
    re.I,
)
_COMPARISONS = (
    ("least", r"at least|no less than|no fewer than|not less than|a minimum of"),
    ("most", r"at most|up to|no more than|not more than|as much as|as many as|a maximum of|at or (?:below|under)"),
    ("more", r"more than|over|above|exceed(?:s|ed|ing)?|upwards? of|greater than|higher than"
             r"|beyond|in excess of"),
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
    r"\b(?P<shown>(?P<count>an?|one|two|three|four)[- ]"
    r"(?P<part>half|halves|thirds?|quarters?|fifths?|tenths?)(?= (?:of|lower|higher|more|less|fewer|larger|smaller)\b)"
    r"|half(?= (?:of|the|its|their|his|her)\b))",
    re.I,
)
_RANGE = re.compile(r"\s*(?:to|and|or|[-–])\s*[$€£¥]?")
_OR = re.compile(r"^\s*(?:[a-z]+\s+)?or (?P<which>more|less|fewer|above|over|older|higher)\b", re.I)
_CELL = re.compile(r"(?:^|[|\t;:])\s*$")
_NUMBER_OF_A_LIST = re.compile(r"\s*\(?\d{1,2}[.)](?=\s|$)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what makes it an amount.

    Attributes:
        value: as a number, scale included.
        unit: `percent`, a currency's sign, a unit's name, or empty.
        comparison: `least`, `more`, `most`, `less`, `almost`, `about`, or empty.
        shown: as it stands.
        start: where in the text.
        others: what else its marks may mean: 1.45 for "1.450", -3 for "(3)".
        fraction: whether it is told as a part of a whole: "a third of".
    """

    value: float
    unit: str
    comparison: str
    shown: str
    start: int
    others: tuple[float, ...] = ()
    fraction: bool = False

    @property
    def base(self) -> str:
        """The unit it is compared in."""
        return _BASES.get(self.unit, (self.unit, 1.0))[0]

    @property
    def amounts(self) -> tuple[float, ...]:
        """What it may be, in that unit; the likeliest first."""
        factor = _BASES.get(self.unit, (self.unit, 1.0))[1]
        return tuple(value * factor for value in (self.value, *self.others))


@lru_cache(maxsize=4096)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers of a text that are no day of a month and no code, in order.

    >>> [(q.value, q.unit, q.comparison) for q in quantities("more than $8.5 billion, or two tons")]
    [(8500000000.0, '$', 'more'), (2.0, 'ton', '')]
    """
    blank = without_codes(without_days(text))
    if marker := _NUMBER_OF_A_LIST.match(blank):
        blank = " " * marker.end() + blank[marker.end() :]
    found = sorted(_quantities(blank), key=lambda q: q.start)
    for n, (this, following) in enumerate(itertools.pairwise(found)):
        between = text[this.start + len(this.shown) : following.start]
        if following.unit and not this.unit and _RANGE.fullmatch(between):
            found[n] = replace(this, unit=following.unit)  # "10 to 20 percent"
    return tuple(found)


def _quantities(text: str) -> Iterator[Quantity]:
    for found in _FRACTION.finditer(text):
        count = _ONES.get((found["count"] or "").lower(), 1.0)
        part = (found["part"] or "half").lower().rstrip("s").replace("halve", "half")
        value = round(100 * count / _PARTS[part], 1)
        compared = _comparison(text, found.start(), 0)
        yield Quantity(value, "percent", compared, found[0], found.start(), fraction=True)
    text = _FRACTION.sub(lambda m: " " * len(m[0]), text)
    for found in _NUMBER.finditer(text):
        alone = found["words"] and found["words"].lower() == "one" and not found["scale"]
        if not (alone and not found["half"]) and found["ordinal"] not in ("st", "nd"):
            yield _quantity(found, text)
    for found in re.finditer(rf"\b(?:{'|'.join(_ORDINALS)})\b", text, re.I):
        yield Quantity(_ORDINALS[found[0].lower()], "", "", found[0], found.start())


def _quantity(found: re.Match[str], text: str) -> Quantity:
    values = _values(found["digits"]) if found["digits"] else [_spelled(found["words"].lower())]
    # "12 m" is twelve metres, "12m" and "$12 m" are millions.
    metres = found["scale"] in ("m", "M") and not found["currency"] and " " in found[0].strip()
    factor = 1.0
    for scale in () if metres else (found["scale"], found["scale2"]):
        factor *= _SCALES.get((scale or "").lower(), 1.0)
    begin = found.start() + (len(found[0]) - len(found[0].lstrip()))
    end = found.end() - (len(found[0]) - len(found[0].rstrip()))
    unit, shown_end = _unit(found, end)
    values = [(value + 0.5 * bool(found["half"])) * factor for value in values]
    values = _signed(values, found, text, begin, end)
    comparison = _comparison(text, begin, shown_end)
    shown = text[begin:shown_end].strip()
    return Quantity(
        values[0], "metre" if metres else unit, comparison, shown, begin, tuple(values[1:])
    )


def _values(digits: str) -> list[float]:
    """What digits with marks may mean, the likeliest in English first.

    >>> _values("1,450.00"), _values("1.450,00"), _values("4,5"), _values("1.450")
    ([1450.0], [1450.0], [4.5], [1.45, 1450.0])
    """
    plain = re.sub(rf"[ '{_SPACE}]", "", digits)
    marks = re.findall(r"[.,]", plain)
    if not marks:
        return [float(plain)]
    if len(set(marks)) == 2:
        return [float(plain.replace(marks[0], "").replace(marks[-1], "."))]
    parted = re.fullmatch(r"[1-9]\d{0,2}(?:[.,]\d{3})+", plain)
    whole = float(re.sub(r"[.,]", "", plain))
    if len(marks) > 1:
        return [whole]
    decimal = float(plain.replace(",", "."))
    if not parted:
        return [decimal]
    return [whole] if marks[0] == "," else [decimal, whole]


def _signed(
    values: list[float], found: re.Match[str], text: str, begin: int, end: int
) -> list[float]:
    """The values with their sign; a number alone in brackets is negative in accounts."""
    if found["sign"] and not re.search(r"[\d%]\s*$", text[: found.start("sign")]):
        return [-value for value in values]
    if found["digits"] and text[begin - 1 : begin] == "(" and re.match(r"%?\)", text[end:]):
        negative = [-value for value in values]
        return negative if _CELL.search(text[: begin - 1]) else [*values, *negative]
    return values


def _spelled(words: str) -> float:
    if words in ("a", "an"):
        return 1.0
    if words.startswith("half"):
        return 0.5
    return sum(_ONES[word] for word in re.split(r"[- ]", words))


def _unit(found: re.Match[str], end: int) -> tuple[str, int]:
    """The unit of a number and where it ends."""
    if found["currency"]:
        return _CURRENCIES[found["currency"].lower()], end
    unit, second = (found["unit"] or "").lower(), found["unit2"] or ""
    if unit in ("%", "percent", "per cent", "pct"):
        return ("point" if second.startswith("point") else "percent"), found.end("unit")
    if unit == "‰" or re.fullmatch(r"per ?(?:thousand|mille?)", unit):
        return "permille", found.end("unit")
    if unit == "percentage" and second.startswith("point"):
        return "point", found.end("unit2")
    if unit == "basis" and second.startswith("point"):
        return "basis point", found.end("unit2")
    if unit in ("u", "us") and second == "dollars":
        return "$", found.end("unit2")
    if unit in _CURRENCIES and unit not in ("won", "rand", "rs", "mark", "marks"):
        return _CURRENCIES[unit], found.end("unit")
    return (_UNITS[unit], found.end("unit")) if unit in _UNITS else ("", end)


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


def is_measure(word: str) -> bool:
    """Whether a lower-case word is a number, a scale, a currency or a unit."""
    spelled = word in _ONES or word in _ORDINALS
    return spelled or word in _SCALES or word in _CURRENCIES or word in _UNITS


def unit_of(word: str) -> str:
    """The unit that a lower-case word names, else empty.

    >>> unit_of("tonnes"), unit_of("people")
    ('ton', '')
    """
    return _UNITS.get(word, "") or (_CURRENCIES.get(word, "") if word != "won" else "")
