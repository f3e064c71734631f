"""Codes and references of a text: "LRP-1205", "8542.31", "WT/DS611", "Article 14(2)", "No. 7".

A code names one thing, digit by digit. It is no quantity, so nothing near it will do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_DIVISIONS = (
    r"(?:sub)?headings?|articles?|art\.|sections?|chapters?|annex|paragraphs?|para\.|clauses?"
    r"|HS|HTS|CAS|ISO|Nos?\.|№"
)
_PAPERS = (
    r"rules?|regulations?|directives?|resolutions?|order|decree|case|docket|file|invoice|contract"
    r"|permit|licen[cs]e|notice|dispute|procedure|part|model|flight|form|schedule"
)
_BETWEEN = r"\s*(?:(?:No\.|number|code|heading|\((?:EU|EC|EEC)\))\s*)?"
_AFTER = r"(?![\w%])(?!\s*(?:%|percent|per cent|thousand|million|billion))"
_KEYED = (
    re.compile(
        rf"\b(?:{_DIVISIONS}){_BETWEEN}"
        rf"(?P<code>\d+(?:[./-]\d+)*(?:\(\w{{1,4}}\))*[A-Za-z]?|[A-Z]-?\d+){_AFTER}",
        re.I,
    ),
    re.compile(
        rf"\b(?:{_PAPERS}){_BETWEEN}(?P<code>\d+(?:[./-]\d+)+(?:\(\w{{1,4}}\))*|\d+[A-Z]){_AFTER}",
        re.I,
    ),
)
_LETTERED = re.compile(
    r"(?<![\w/$€£.-])(?P<code>(?:[A-Z]{1,6}[/.-])*(?:[A-Z]{2,6}[-/]?\d|[A-Z][-/]\d|[A-Z]\d(?=\d\d|[A-Z]))"
    r"\w*(?:[-/.]\w*\d\w*)*)(?![\w%])(?! (?:million|billion|thousand))"
)
_GROUPED = re.compile(
    r"(?<![\w.,/-])(?P<code>\d{4}\.\d{2}(?:\.\d{2})*|\d{2,7}-\d{2}-\d|\d{2}\.\d{2}(?:\.\d{2})+"
    r"|\d{4}/\d{2,4}(?:\([A-Z]+\))?)(?![\w%,]|[.]\d|\s*(?:%|percent))"
)
# "A$5", "US4", "Q3" and "H1" are money and parts of a year; "9mm" is a measure.
_NO_CODE = re.compile(
    r"(?:US|USD|EUR|GBP|CHF|JPY|CNY|AUD|CAD|[QH])\W?\d[\d.,]*|(?:1\d|20)\d\d/\d\d", re.I
)


@dataclass(frozen=True, slots=True)
class Code:
    """One code.

    Attributes:
        value: its letters and digits alone, letters in capitals.
        shown: as it stands.
        start: where in the text.
    """

    value: str
    shown: str
    start: int

    @property
    def shape(self) -> str:
        """Which kind of code it is: letters as they are, each digit a nought."""
        return re.sub(r"\d", "0", self.value)

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.start + len(self.shown)


@lru_cache(maxsize=4096)
def codes_in(text: str) -> tuple[Code, ...]:
    """The codes of a text, in order.

    >>> [code.value for code in codes_in("Part LRP-1205 falls under HS 8542.31 and Article 14(2).")]
    ['LRP1205', '854231', '142']
    """
    found: dict[int, Code] = {}
    for code in _found(text):
        known = found.get(code.start)
        if known is None or known.end < code.end:
            found[code.start] = code
    return tuple(found[start] for start in sorted(found))


def _found(text: str) -> Iterator[Code]:
    for pattern in (_LETTERED, _GROUPED, *_KEYED):
        for match in pattern.finditer(text):
            shown, start = match["code"], match.start("code")
            if not _NO_CODE.fullmatch(shown):
                yield Code(normal(shown), shown, start)


def normal(text: str) -> str:
    """Letters and digits alone, letters in capitals."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def without_codes(text: str) -> str:
    """The text with its codes blanked out, offsets unchanged."""
    for code in codes_in(text):
        text = text[: code.start] + " " * len(code.shown) + text[code.end :]
    return text


def stands_in(code: Code, text: str) -> bool:
    """Whether a text has a code, in any way of writing it: "854231" for "8542.31".

    >>> stands_in(codes_in("HS 8542.31")[0], "8542 31"), stands_in(codes_in("B-12")[0], "B-121")
    (True, False)
    """
    letters = r"[\s./()-]*".join(map(re.escape, code.value))
    return (
        re.search(rf"(?<![A-Z0-9])(?<!\d[.,/-]){letters}(?![A-Z0-9])(?![./-]\d)", text, re.I)
        is not None
    )
