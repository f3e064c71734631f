"""An accent that is drawn over a letter, as TeX's older fonts do, made one character with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from assistant.ingest.pdf.glyphs import Glyph

_COMBINING = {
    "`": "\u0300",
    "´": "\u0301",
    "ˆ": "\u0302",
    "˜": "\u0303",
    "¯": "\u0304",
    "˘": "\u0306",
    "˙": "\u0307",
    "¨": "\u0308",
    "˚": "\u030a",
    "˝": "\u030b",
    "ˇ": "\u030c",
    "¸": "\u0327",
}
_DOTLESS = str.maketrans("ıȷ", "ij")
_OVERLAP, _HIGHEST = 0.6, 0.5  # of the narrower one; of the type's size
_STRIP = 16.0  # points: letters that may stand below an accent are looked for in three of these


def composed(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs, each accent and the letter that it is drawn over as one."""
    accents = [at for at, glyph in enumerate(glyphs) if glyph.text in _COMBINING]
    if not accents:
        return list(glyphs)
    letters: dict[int, list[int]] = {}
    for at, glyph in enumerate(glyphs):
        if glyph.text.isalpha():
            letters.setdefault(int(glyph.x0 // _STRIP), []).append(at)
    kept: list[Glyph | None] = list(glyphs)
    for at in accents:
        strip = int(glyphs[at].x0 // _STRIP)
        near = (each for s in (strip - 1, strip, strip + 1) for each in letters.get(s, ()))
        for each in near:
            if (letter := _letter(glyphs[at], glyphs[each])) is not None:
                spaced = glyphs[at if each == at + 1 else each].spaced
                kept[each] = glyphs[each]._replace(text=letter, spaced=spaced)
                kept[at] = None
                break
    return [glyph for glyph in kept if glyph is not None]


def _letter(accent: Glyph, base: Glyph) -> str | None:
    """The letter with its accent, if this is drawn over it."""
    overlap = min(accent.x1, base.x1) - max(accent.x0, base.x0)
    narrow = min(accent.x1 - accent.x0, base.x1 - base.x0)
    if overlap < _OVERLAP * narrow or abs(accent.y - base.y) > _HIGHEST * base.size:
        return None
    text = base.text.translate(_DOTLESS) + _COMBINING[accent.text]
    letter = unicodedata.normalize("NFC", text)
    return letter if len(letter) == 1 else None
