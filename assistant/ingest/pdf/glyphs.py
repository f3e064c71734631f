"""A page of a PDF -> its characters with their places, and what else fills it, by PDFium.

How they make lines is left to `layout`. The only module that calls PDFium's functions of text.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pypdfium2

MOST_ON_A_PAGE = 100_000
"""Characters above which the rest of a page is left out."""

UNKNOWN = "\ufffd"
"""Stands for a character of which the file does not tell which it is."""

_MOST_SHAPES = 5_000
_THIN, _SHORTEST_RULE = 2.5, 12.0
_HYPHENS = frozenset((0x2, 0xFFFE, 0x2011))  # the first two are PDFium's own marks
_BOLD = re.compile(rb"bold|black|heavy|semibold|demi|cmbx", re.IGNORECASE)
_TEX_CODES = dict(enumerate("ff fi fl ffi ffl “ ” „ « » – —".split(), 11)) | {0x7F: "-"}
_TEX_CODES |= dict(enumerate("ff fi fl ffi ffl".split(), 27))
"""Of the encodings OT1 (ligatures from 11 on) and T1, where they are not Latin-1's."""
_BULLETS = str.maketrans({0xF0B7: "•", 0xF0A7: "•", 0xF0D8: "•", 0xF076: "•", 0xF0FC: "•"})


class Glyph(NamedTuple):
    """One character and its place, in points, on the page turned so that its text runs right.

    Attributes:
        text: the character; a ligature is spelt out.
        x0, x1: its left and right edge.
        y: its baseline, growing upwards.
        size: of the type.
        bold: whether its font is a bold one.
        spaced: whether the file has a space before it.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    spaced: bool


@dataclass(slots=True)
class Sheet:
    """What stands on one page.

    Attributes:
        glyphs: in the order in which the file's text is read aloud.
        unmapped: characters for which the file does not tell which they are.
        left, right, bottom, top: the page's edges, turned as the glyphs are.
        level, upright: lines that are drawn, as (position across, from, to) along them.
        pictured: the share of the page that its largest picture covers.
        truncated: whether it has more than `MOST_ON_A_PAGE` characters.
    """

    glyphs: list[Glyph] = field(default_factory=list)
    unmapped: int = 0
    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    top: float = 0.0
    level: list[tuple[float, float, float]] = field(default_factory=list)
    upright: list[tuple[float, float, float]] = field(default_factory=list)
    pictured: float = 0.0
    truncated: bool = False


class _Style(NamedTuple):
    """What characters of one text object share; `turn` in quarter turns, None where askew.

    `named` tells whether its font has a name; those that draw their glyphs themselves have none.
    """

    size: float
    bold: bool
    turn: int | None
    named: bool


def sheet_of(
    document: pypdfium2.PdfDocument, number: int, *, tex_bitmaps: bool = False
) -> Sheet | None:
    """What stands on a page; None if the page is broken."""
    import pypdfium2

    try:
        page = document[number]
        try:
            return sheet(page, tex_bitmaps=tex_bitmaps)
        finally:
            page.close()
    except (pypdfium2.PdfiumError, ValueError, OverflowError):
        return None


def sheet(page: pypdfium2.PdfPage, *, tex_bitmaps: bool = False) -> Sheet:
    """The characters of a page and the lines drawn on it; text that stands askew is left out.

    With `tex_bitmaps` what fonts without a name leave untold is read by TeX's codes.
    """
    import pypdfium2.raw as pdfium

    text = page.get_textpage()
    try:
        read = Sheet()
        by_turn = _by_turn(text.raw, read, pdfium, tex_bitmaps)
    finally:
        text.close()
    turn = max(by_turn, key=lambda each: len(by_turn[each]), default=0)
    read.glyphs = by_turn.get(turn, [])
    box = page.get_bbox()
    x0, y0 = _turned(box[0], box[1], turn)
    x1, y1 = _turned(box[2], box[3], turn)
    read.left, read.right = min(x0, x1), max(x0, x1)
    read.bottom, read.top = min(y0, y1), max(y0, y1)
    _shapes(page, read, turn, pdfium)
    return read


def _by_turn(text: Any, read: Sheet, pdfium: Any, tex_bitmaps: bool) -> dict[int, list[Glyph]]:
    """The page's glyphs by the direction in which they run, each set turned to run right."""
    found: dict[int, list[Glyph]] = {}
    styles: dict[int, _Style] = {}
    count = pdfium.FPDFText_CountChars(text)
    read.truncated = count > MOST_ON_A_PAGE
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    spaced = False
    for at in range(min(count, MOST_ON_A_PAGE)):
        code = pdfium.FPDFText_GetUnicode(text, at)
        if code in (0x20, 0xA0, 0x9, 0xA, 0xD, 0x3000) or 0x2000 <= code <= 0x200B:
            spaced = True
            continue
        thing = pdfium.FPDFText_GetTextObject(text, at)
        key = ctypes.addressof(thing.contents) if thing else 0
        style = styles.get(key)
        if style is None:
            style = styles[key] = _style(text, at, pdfium)
        character = _readable(code)
        if pdfium.FPDFText_HasUnicodeMapError(text, at) == 1:
            named = style.named or not tex_bitmaps
            character = UNKNOWN if named else _TEX_CODES.get(code, chr(code))
        read.unmapped += character == UNKNOWN
        if style.turn is None or not pdfium.FPDFText_GetLooseCharBox(text, at, box):
            continue
        pdfium.FPDFText_GetCharOrigin(text, at, x, y)
        x0, _ = _turned(box.left, box.bottom, style.turn)
        x1, _ = _turned(box.right, box.top, style.turn)
        _, base = _turned(x.value, y.value, style.turn)
        x0, x1 = (x0, x1) if x0 <= x1 else (x1, x0)
        glyph = Glyph(character, x0, x1, base, style.size, style.bold, spaced)
        found.setdefault(style.turn, []).append(glyph)
        spaced = False
    return found


@lru_cache(4096)
def _readable(code: int) -> str:
    """The character as it is kept; `UNKNOWN` for what is none."""
    if code in _HYPHENS:
        return "-"
    if 0xFB00 <= code <= 0xFDFF or 0xFE70 <= code <= 0xFEFC:  # ligatures, letters by their place
        return unicodedata.normalize("NFKC", chr(code))
    character = chr(code).translate(_BULLETS) if code < 0x110000 else UNKNOWN
    return UNKNOWN if unicodedata.category(character) in ("Cc", "Cn", "Co", "Cs") else character


def _style(text: Any, at: int, pdfium: Any) -> _Style:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text, at, matrix)
    size = pdfium.FPDFText_GetFontSize(text, at) * math.hypot(matrix.c, matrix.d)
    degrees = math.degrees(math.atan2(matrix.b, matrix.a))
    turn = round(degrees / 90)
    straight = abs(degrees - 90 * turn) < 5
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(text, at, name, 128, flags)
    bold, quarters = bool(_BOLD.search(name.value)), turn % 4 if straight else None
    return _Style(abs(size) or 1.0, bold, quarters, bool(name.value))


def _turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """A point after the page is turned back by so many quarters."""
    return ((x, y), (y, -x), (-x, -y), (-y, x))[turn]


def _shapes(page: pypdfium2.PdfPage, read: Sheet, turn: int, pdfium: Any) -> None:
    """Note the lines that are drawn, thin boxes among them, and how large pictures are."""
    area = max(1.0, (read.right - read.left) * (read.top - read.bottom))
    kinds = Counter[int]()
    for thing in page.get_objects(
        filter=(pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE), max_depth=4
    ):
        kinds[thing.type] += 1
        if kinds[thing.type] > _MOST_SHAPES:
            break
        left, bottom, right, top = thing.get_bounds()
        (xa, ya), (xb, yb) = _turned(left, bottom, turn), _turned(right, top, turn)
        x0, x1, y0, y1 = min(xa, xb), max(xa, xb), min(ya, yb), max(ya, yb)
        if thing.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            read.pictured = max(read.pictured, (x1 - x0) * (y1 - y0) / area)
        else:
            _rules(read, x0, x1, y0, y1)


def _rules(read: Sheet, x0: float, x1: float, y0: float, y1: float) -> None:
    """Note a thin shape as one line, a box as its four sides."""
    wide, high = x1 - x0, y1 - y0
    if high <= _THIN and wide >= _SHORTEST_RULE:
        read.level.append(((y0 + y1) / 2, x0, x1))
    elif wide <= _THIN and high >= _SHORTEST_RULE / 2:
        read.upright.append(((x0 + x1) / 2, y0, y1))
    elif wide >= _SHORTEST_RULE and high >= _SHORTEST_RULE / 2:
        read.level += [(y0, x0, x1), (y1, x0, x1)]
        read.upright += [(x0, y0, y1), (x1, y0, y1)]
