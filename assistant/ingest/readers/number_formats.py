"""A number in a spreadsheet's cell -> the text that a reader is shown, by the cell's format.

The codes of ECMA-376, part 1, 18.8.31, as far as figures and dates need them: thousands, decimals,
percent, currency, literal text, sections by sign. Dates become ISO 8601, since what a program shows
depends on where it stands. Fractions become decimals; conditions in brackets are not looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import isfinite

BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "General",
    13: "General",
    **dict.fromkeys((14, 15, 16), "yyyy-mm-dd"),
    17: "mmm-yy",
    **dict.fromkeys((18, 19, 20, 21), "h:mm:ss"),
    22: "yyyy-mm-dd h:mm",
    **dict.fromkeys(range(27, 37), "yyyy-mm-dd"),
    37: "#,##0;(#,##0)",
    38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)",
    41: "#,##0",
    42: "$#,##0",
    43: "#,##0.00",
    44: "$#,##0.00",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
    **dict.fromkeys(range(50, 59), "yyyy-mm-dd"),
}
"""Number of a format that no file needs to spell out -> its code."""

_TOKEN = re.compile(
    r"""(?P<quoted>"[^"]*"?)|(?P<escaped>\\.)|_(?P<gap>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]
    |(?P<digits>[0#?](?:[0#?,]*[0#?])?)|(?P<commas>,+)|(?P<point>\.)|(?P<exponent>[eE][+-])
    |(?P<general>General)|(?P<clock>AM/PM|A/P)|(?P<date>[ymdhsge]+)|(?P<other>.)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_ELAPSED = re.compile(r"[hms]+", re.IGNORECASE)
_LONGEST_CODE = 255
_MOST_DECIMALS, _MOST_POWER = 15, 30
_LARGEST_WHOLE = 1e15
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_MOST_DAYS = 2_958_466  # the last of the year 9999
_MONTHS = (
    "January February March April May June July August September October November December"
).split()


def shown(value: float, code: str, from_1904: bool = False) -> str:
    """The number as the format shows it; dates counted from 1900, or from 1904.

    >>> shown(1250000, "#,##0"), shown(0.255, "0.0%"), shown(45778, "d-mmm-yy")
    ('1,250,000', '25.5%', '2025-05-01')
    """
    sections = _sections(code[:_LONGEST_CODE])
    negative = value < 0
    section = sections[0]
    if negative and len(sections) > 1:
        section, value, negative = sections[1], -value, False
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    if section.dates:
        return _date(value, section, from_1904) or general(value)
    if section.general:
        return ("-" if negative else "") + section.before + general(abs(value)) + section.after
    return _figure(abs(value), section, negative)


def general(value: float) -> str:
    """The number as a cell without a format shows it, but whole numbers with all their digits."""
    if abs(value) < _LARGEST_WHOLE and value == int(value):
        return str(int(value))
    return f"{value:.11g}".replace("e+", "E+").replace("e-", "E-")


@dataclass(frozen=True, slots=True)
class _Section:
    """One section of a format, taken apart.

    Attributes:
        before, after: the literal text around the figure.
        whole: placeholders before the point, literals between them included.
        least, most: decimals.
        grouped: whether thousands are parted.
        power: of ten by which the value is multiplied.
        exponent: whether it is written with one.
        dates: the letters of a date or time, in order; `[h]` for hours that run on.
        general: whether the number is shown as it is.
    """

    before: str = ""
    after: str = ""
    whole: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    grouped: bool = False
    power: int = 0
    exponent: bool = False
    dates: str = ""
    general: bool = False


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    parts = [""]
    for match in _TOKEN.finditer(code):
        if match["other"] == ";":
            parts.append("")
        else:
            parts[-1] += match[0]
    return tuple(_section(part) for part in parts)


def _section(code: str) -> _Section:
    before: list[str] = []
    after: list[str] = []
    whole: list[str] = []
    decimals, dates = "", ""
    power, grouped, exponent, is_general, pointed, ended = 0, False, False, False, False, False
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup
        token = match[0]
        text = ""
        if kind == "digits":
            if exponent:
                continue
            grouped = grouped or "," in token
            placeholders = token.replace(",", "")
            if pointed:
                decimals += placeholders
            else:
                if whole and after:  # a literal among the digits, as in 0000\.00\.00
                    whole += after
                    after = []
                whole += placeholders
            ended = True
        elif kind == "point" and whole and not dates:
            pointed = True
        elif kind == "commas" and ended:
            power -= 3 * len(token)
        elif kind == "exponent":
            exponent = True
        elif kind == "general":
            is_general = ended = True
        elif kind in ("date", "clock"):
            dates += token.lower() if kind == "date" else "p"
        elif kind == "bracket":
            if _ELAPSED.fullmatch(match["bracket"]):
                dates += f"[{token[1].lower()}]"
            elif token.startswith("[$"):
                text = match["bracket"][1:].split("-")[0]
        elif kind == "quoted":
            text = token.strip('"')
        elif kind == "escaped":
            text = token[1:]
        elif kind in ("other", "point"):
            text = token
            power += 2 * (token == "%")
        if text:
            (after if ended else before).append(text)
        elif kind == "date":
            dates += " "
    least = decimals.count("0")
    if whole and not dates and "/" in whole + after:  # a fraction, told as a decimal
        return _Section(general=True)
    if not whole and not decimals and not dates and not is_general:
        is_general = "@" in code or not code
        before = [text for text in before if text != "@"]
    return _Section(
        "".join(before),
        "".join(after),
        tuple(whole),
        least,
        min(len(decimals), _MOST_DECIMALS),
        grouped,
        max(-_MOST_POWER, min(power, _MOST_POWER)),
        exponent,
        dates,
        is_general,
    )


def _figure(value: float, section: _Section, negative: bool) -> str:
    if not section.whole and not section.most:  # nothing but text, such as "-" for nought
        return (section.before + section.after).strip()
    value *= 10.0**section.power
    if not isfinite(value):
        return general(value)
    if section.exponent:
        digits = f"{value:.{section.most}E}"
    else:
        # as programs do: what lies halfway by the digits shown is rounded away from nought
        rounded = f"{float(f'{value:.15g}') + 10.0 ** -(section.most + 9):.{section.most}f}"
        figure, _, decimals = rounded.partition(".")
        while len(decimals) > section.least and decimals.endswith("0"):
            decimals = decimals[:-1]
        digits = _whole(figure, section) + ("." + decimals if decimals else "")
    sign = "-" if negative and any(c in "123456789" for c in digits) else ""
    return " ".join(f"{sign}{section.before}{digits}{section.after}".split())


def _whole(digits: str, section: _Section) -> str:
    """The digits before the point, filled up, parted, and with the literals among them."""
    holders = [each for each in section.whole if each in "0#?"]
    digits = digits.lstrip("0").rjust(holders.count("0"), "0")
    if len(holders) == len(section.whole):
        return f"{int(digits or 0):,}" if section.grouped and holders.count("0") < 2 else digits
    out: list[str] = []
    rest = list(digits)
    for each in reversed(section.whole):
        if each not in "0#?":
            out.append(each if rest else "")
        elif rest:
            out.append(rest.pop())
    return "".join(rest) + "".join(reversed(out))


def _date(value: float, section: _Section, from_1904: bool) -> str:
    """A date, a month, a year or a time, whichever the format shows; empty if there is none."""
    if not 0 <= value < _MOST_DAYS:
        return ""
    letters = section.dates
    if "[" in letters:
        seconds = round(value * 86400)
        hours, minutes = divmod(seconds // 60, 60)
        return f"{hours}:{minutes:02}" + (f":{seconds % 60:02}" if "s" in letters else "")
    days = value + (1 if not from_1904 and value < 60 else 0)  # 1900 had no 29 February
    try:
        moment = (_EPOCH_1904 if from_1904 else _EPOCH) + timedelta(seconds=round(days * 86400))
    except OverflowError:
        return ""
    clock = moment.strftime("%H:%M:%S" if "s" in letters else "%H:%M")
    timed = "h" in letters
    if "y" not in letters and "d" not in letters and (timed or "s" in letters):
        return clock
    if "d" not in letters and not timed:
        if "m" not in letters:
            return str(moment.year)
        month = _MONTHS[moment.month - 1]
        return f"{month} {moment.year}" if "y" in letters else month
    day = moment.date().isoformat()
    return f"{day} {clock}" if timed and clock.strip("0:") else day
