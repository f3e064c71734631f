"""Lines of scripts that run left: read by where their letters stand, whatever the stored order.

Programs store such words in either direction, so only the places of their letters tell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from assistant.ingest.pdf.glyphs import Glyph

RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
"""A letter of a script that runs left."""

_LINE, _MARK, _GAP = 0.3, 0.2, 0.15  # of the type's size
_DIGITS = "0-9\u0660-\u0669\u06f0-\u06f9"
_LTR = re.compile(
    rf"[%$€£°]?[{_DIGITS}A-Za-z\u00c0-\u024f]"
    rf"(?:[^\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]*[A-Za-z\u00c0-\u024f]"
    rf"|[.,:/]?[{_DIGITS}])*"
)
_BRACKETS = dict(zip("()[]{}", ")(][}{", strict=True))
_OPENING = frozenset("([{")


def runs_left(glyphs: Sequence[Glyph]) -> bool:
    """Whether a page with these glyphs is in a script that runs left."""
    rtl = sum(RTL.match(glyph.text) is not None for glyph in glyphs)
    return 2 * rtl > sum(glyph.text.isalpha() for glyph in glyphs)


def from_right(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs of such a page, those of each line that runs left from its right end on."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda each: -each.y):
        if lines and lines[-1][0].y - glyph.y < _LINE * glyph.size:
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    turned = [any(RTL.match(glyph.text) for glyph in line) for line in lines]
    lines = [
        sorted(line, key=_place) if rtl else line for line, rtl in zip(lines, turned, strict=True)
    ]
    drawn = sum(_upright(line) for line, rtl in zip(lines, turned, strict=True) if rtl) < 0
    ordered: list[Glyph] = []
    for line, rtl in zip(lines, turned, strict=True):
        for glyph in line:
            text = _BRACKETS.get(glyph.text, glyph.text) if drawn and rtl else glyph.text
            ordered.append(glyph._replace(text=text, spaced=glyph.spaced and not rtl))
    return ordered


def _place(glyph: Glyph) -> float:
    middle = (glyph.x0 + glyph.x1) / 2
    mark = unicodedata.category(glyph.text[0]) == "Mn"  # comes after the letter that it is set on
    return _MARK * mark * glyph.size - middle


def logical(text: str) -> str:
    """What was read from the right, its numbers and words that run right put in their order.

    >>> logical("\u05d1-%5.7 \u05de-91-DIVOC") == "\u05d1-7.5% \u05de-COVID-19"
    True
    """
    return _LTR.sub(lambda match: match[0][::-1], text)


def _upright(line: Sequence[Glyph]) -> int:
    """How many brackets more stand in a line as they are typed than the other way round.

    An opening one has a gap on its right and a word on its left.
    """
    count = 0
    for before, glyph, after in zip(line, line[1:], line[2:], strict=False):
        gaps = before.x0 - glyph.x1, glyph.x0 - after.x1
        if glyph.text in _BRACKETS and abs(gaps[0] - gaps[1]) > _GAP * glyph.size:
            count += 1 if (gaps[0] > gaps[1]) == (glyph.text in _OPENING) else -1
    return count
