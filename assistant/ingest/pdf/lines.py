"""The characters of a page -> runs of them that follow one another on a line, with their spaces.

What runs make up a line, and lines a page, is left to `layout`.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.ingest.pdf.bidi import RTL, from_right, logical, runs_left
from assistant.ingest.pdf.glyphs import Glyph, Sheet

MOST_RULES = 400
"""Lines drawn one way above which a page is a chart and has no tables."""

_NEAR, _HIGHEST = 4.0, 15.0
_SPACE, _CELL = 0.17, 0.9  # of the type's size: the least gap between words, between cells
_RAISED = re.compile(r"[(\[]?[\d*†‡§,–-]+[)\]]?")
_LETTER_MARK = re.compile(r"[(\[]?[a-z](?:,[a-z])*[)\]]?")
_EXPONENT = re.compile(r"[–-]?\d+")
_EXPONENTS = str.maketrans("0123456789-–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
_POWERS = frozenset("10 m dm cm mm km ft mi R".split())
_ENDS, _CLOSING = (".", ";", "!", "?"), frozenset(".,)]")
_TRAILING_WORD = re.compile(r"\w+$")
_LEADERS = re.compile(r"(?:\s?[.…_·]){5,}\s?")


@dataclass(slots=True)
class Run:
    """Characters that follow one another on a line without a wide gap.

    Attributes:
        text: its words.
        x0, x1: left and right edge in points.
        y: the baseline, growing upwards.
        size: of its type.
        bold: whether most of it is.
        spaces: its narrowest and its widest gap between words; none where it has one word.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    spaces: tuple[float, float] | None = None

    @property
    def middle(self) -> float:
        """The height at which a horizontal cut would strike it through."""
        return self.y + 0.3 * self.size


def runs(sheet: Sheet) -> list[Run]:
    """The page's runs of characters, in the order of the file."""
    found: list[Run] = []
    uprights = sheet.upright if len(sheet.upright) <= MOST_RULES else []
    group: list[Glyph] = []
    base: Glyph | None = None
    rtl = runs_left(sheet.glyphs)
    for glyph in from_right(sheet.glyphs) if rtl else sheet.glyphs:
        if base is not None and _parted(group[-1], glyph, base, uprights, rtl):
            found += _run(group, base)
            group, base = [], None
        group.append(glyph)
        if base is None or glyph.size > 1.2 * base.size:
            base = glyph
    if base is not None:
        found += _run(group, base)
    found = _with_marks(found)
    _tell_hyphens(found)
    return found


def _with_marks(found: Sequence[Run]) -> list[Run]:
    """The runs without those that are marks raised at the end of another, in any size or order."""
    at_height: dict[int, list[Run]] = {}
    for run in found:
        at_height.setdefault(int(run.y // _NEAR), []).append(run)
    kept: list[Run] = []
    marked: Run | None = None
    for run in found:
        words = None
        if _RAISED.fullmatch(run.text) or _LETTER_MARK.fullmatch(run.text):
            heights = range(int((run.y - _HIGHEST) // _NEAR), int(run.y // _NEAR) + 1)
            near = (each for height in heights for each in at_height.get(height, ()))
            words = next((each for each in near if _is_raised(run, each)), None)
        if words is not None:
            if run.x1 > words.x1:  # else it stands in a gap, where it was drawn later
                words.text, words.x1 = _with_raised(words.text, run.text), run.x1
            marked = words
        elif marked is not None and marked is kept[-1] and _follows(marked, run):
            space = " " * (run.x0 - marked.x1 > _SPACE * run.size and run.text[0] not in _CLOSING)
            marked.text, marked.x1 = f"{marked.text}{space}{run.text}", run.x1
        else:
            kept.append(run)
    return kept


def _is_raised(mark: Run, words: Run) -> bool:
    """Whether a run stands raised within another or at its end."""
    within = words.x0 < mark.x0 < words.x1 + _SPACE * words.size
    return within and _is_above(mark.y - words.y, mark.size, words.size)


def _is_above(rise: float, size: float, line: float) -> bool:
    """Whether type stands raised above the line that it belongs to, by how high and its size."""
    least = 0.12 if size <= 0.75 * line else 0.2
    return size < 1.1 * line and least * line <= rise <= 0.7 * line


def _follows(words: Run, run: Run) -> bool:
    level = abs(run.y - words.y) < 0.12 * words.size and abs(run.size - words.size) < 0.5
    return level and -_SPACE * run.size < run.x0 - words.x1 < _CELL * run.size


def _tell_hyphens(found: Sequence[Run]) -> None:
    """Write all hyphens as one character, and as soft what stands only where lines end.

    Browsers draw U+2010 where they cut a word, and leave the words' own hyphens as they are.
    """
    soft = not any("\u2010" in run.text[:-1] for run in found)
    for run in found:
        if soft and run.text.endswith("\u2010"):
            run.text = run.text[:-1] + "\xad"
        run.text = run.text.replace("\u2010", "-")


def _gap(before: Glyph, after: Glyph) -> float:
    if before.x0 + before.x1 <= after.x0 + after.x1:
        return after.x0 - before.x1
    return before.x0 - after.x1  # to the left, as some scripts run


def _parted(
    before: Glyph,
    after: Glyph,
    base: Glyph,
    uprights: Sequence[tuple[float, float, float]],
    rtl: bool,
) -> bool:
    size = max(base.size, after.size)
    if abs(after.y - base.y) > 0.55 * size:
        return True
    if abs(after.y - base.y) > 0.12 * size and abs(after.size - base.size) < 0.1 * size:
        return True
    gap = _gap(before, after)
    backwards = after.x0 < before.x0 and not (
        rtl or RTL.match(after.text) or RTL.match(before.text)
    )
    if gap > _CELL * size or gap < -1.5 * size or (backwards and gap > _SPACE * size):
        return True
    if gap <= _SPACE * size:
        return False
    left, right = sorted((before.x1, after.x0))
    return any(
        left - 1 <= x <= right + 1 and low <= base.y + 0.3 * size <= high
        for x, low, high in uprights
    )


def _run(group: Sequence[Glyph], base: Glyph) -> Iterator[Run]:
    """The run of these characters, with spaces where they belong; none if it has no character."""
    size = base.size
    gaps = [_gap(a, b) / size for a, b in pairwise(group)]
    wide = statistics.median(gaps) if len(gaps) >= 5 else 0.0
    letters = sum(glyph.text.isalpha() for glyph in group)
    lettered = wide > 0.08 and letters > 0.8 * len(group)  # l e t t e r s  set apart
    least = wide + _SPACE if lettered else _SPACE
    text, raised = "", ""
    last = group[0]
    spaces: list[float] = []
    for at, glyph in enumerate(group):
        parted = at > 0 and (
            gaps[at - 1] > least or (glyph.spaced and (not lettered or gaps[at - 1] > 1.5 * wide))
        )
        if _is_above(glyph.y - base.y, glyph.size, size):
            opens = parted and (raised or text.endswith(_ENDS))  # the mark of a note that follows
            raised += " " * bool(opens) + glyph.text
            continue
        if raised:
            text, raised = _with_raised(text, raised), ""
            parted = parted or (glyph.text.isalnum() and _gap(last, glyph) > least * size)
        parted = parted and not _closes(group, at)  # it may stand apart behind the mark of a note
        if parted:
            spaces.append(_gap(last, glyph))
        text += " " * (parted and not text.endswith(" ")) + glyph.text
        last = glyph
    if raised:
        text = _with_raised(text, raised)
    text = " ".join(_LEADERS.sub(" ", text).split())
    text = text[:-1].replace("\xad", "") + text[-1:]  # the last one tells that a word is cut
    if group[-1].x1 < group[0].x0:
        text = logical(text)
    if text:
        bold = sum(glyph.bold for glyph in group) > len(group) / 2
        ends = [x for glyph in group for x in (glyph.x0, glyph.x1)]
        narrow_wide = (min(spaces), max(spaces)) if spaces else None
        yield Run(text, min(ends), max(ends), base.y, size, bold, narrow_wide)


def _closes(group: Sequence[Glyph], at: int) -> bool:
    """Whether this is a stop or comma, and no number begins with it."""
    more = at + 1 < len(group) and group[at + 1].text
    return group[at].text in _CLOSING and not (more and (more.isdigit() or more in _CLOSING))


def _with_raised(text: str, raised: str) -> str:
    """The text with what is set small above the line: left out if it is the mark of a footnote.

    >>> _with_raised("The tariff rose.", "12"), _with_raised("40 km", "2"), _with_raised("", "3")
    ('The tariff rose.', '40 km²', '3 ')
    """
    marks = raised.replace(" ", "")
    if not text or (raised[0] == " " and text.endswith(_ENDS)):
        return f"{text}{raised} "
    if not _RAISED.fullmatch(marks):
        lettered = _LETTER_MARK.fullmatch(marks) and not text[-1].isalpha()
        return text if lettered else text + raised
    word = _TRAILING_WORD.search(text)
    power = word is not None and word[0] in _POWERS and _EXPONENT.fullmatch(marks)
    return text + marks.translate(_EXPONENTS) if power else text
