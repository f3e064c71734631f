"""Letters that a font's table tells wrongly: looked up by the names of its glyphs, or not believed.

A PDF may tell of each of a font's codes which letter it is, and tell it wrong: no letter at all for
ligatures, or Greek for Latin. The fonts' own names for their glyphs are then a second witness.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from assistant.ingest.pdf.accents import composed
from assistant.ingest.pdf.glyphs import UNKNOWN, Glyph, Sheet, sheet_of
from assistant.ingest.pdf.hyphens import common_words

if TYPE_CHECKING:
    import pypdfium2

_CODED = re.compile(rb"/Differences\s*\[\s*(\d+)\s*/a(\d+)(?=[\s/\]])")
_WORD = re.compile(r"[^\W\d_]{3,}")
_WORD_LENGTHS, _MANY_TIMES = range(4, 31), 3
_LEAST_AGREED = 0.9
_FEWEST_WORDS, _LEAST_GAIN, _MOST_MARKED = 8, 0.3, 0.6
_ALPHABETS = frozenset(("LATIN", "GREEK", "CYRILLIC"))
_ACCENTS = frozenset("\u0300\u0301\u0342")
_VOWELS = frozenset("aeiouyæøœəıаеиоуыэюяіъ")
_LEAST_VOWELS = {"LATIN": 0.3, "CYRILLIC": 0.38}
"""Share of the letters of a script's longer words; those of no language measured are fewer."""


class Letters:
    """Reads a document's pages, glyphs by their names where its tables are doubtful."""

    def __init__(self, document: pypdfium2.PdfDocument) -> None:
        self._document = document

    def sheet(self, number: int) -> Sheet | None:
        """What stands on a page; None if the page is broken."""
        page = self._read(number)
        if page is not None:
            page.glyphs = composed(page.glyphs)
        return page

    def _read(self, number: int) -> Sheet | None:
        page = sheet_of(self._document, number)
        if page is not None and is_doubtful(page.glyphs) and self._has_tex_bitmaps:
            page = sheet_of(self._document, number, tex_bitmaps=True)
        if page is None or not is_doubtful(page.glyphs) or self._named is None:
            return page
        named = sheet_of(self._named, number)
        if named is not None:
            page.glyphs = mended(page.glyphs, named.glyphs)
            page.unmapped = sum(glyph.text == UNKNOWN for glyph in page.glyphs)
        return page

    @cached_property
    def _saved(self) -> bytes:
        """The file written anew, which also unpacks what holds the fonts' entries."""
        import pypdfium2

        written = io.BytesIO()
        with suppress(pypdfium2.PdfiumError):
            self._document.save(written)
        return written.getvalue()

    @cached_property
    def _has_tex_bitmaps(self) -> bool:
        """Whether its fonts without names call each glyph by its code, as TeX's bitmaps do."""
        named = _CODED.findall(self._saved)
        return bool(named) and all(code == name for code, name in named)

    @cached_property
    def _named(self) -> pypdfium2.PdfDocument | None:
        """The document without its fonts' tables, so that PDFium reads glyphs by their names."""
        import pypdfium2

        with suppress(pypdfium2.PdfiumError):
            return pypdfium2.PdfDocument(self._saved.replace(b"/ToUnicode", b"/ToUnicodx"))
        return None


def mended(told: Sequence[Glyph], named: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs with what their names say, where the table told nothing or plainly nonsense."""
    if _share_known(named) > _share_known(told) + _LEAST_GAIN:
        return list(named)
    places = {_place(glyph): glyph.text for glyph in named}
    both = [(each.text, places.get(_place(each))) for each in told if each.text != UNKNOWN]
    if not both or sum(a == b for a, b in both) < _LEAST_AGREED * len(both):
        return list(told)  # the names are mere numbers
    return [
        each._replace(text=name)
        if each.text == UNKNOWN and (name := places.get(_place(each), "")).isalpha()
        else each
        for each in told
    ]


def is_doubtful(glyphs: Sequence[Glyph]) -> bool:
    """Whether their names should be looked at: some letters are unknown, or hardly any word is."""
    return any(glyph.text == UNKNOWN for glyph in glyphs) or not is_legible(glyphs, wary=True)


def is_legible(glyphs: Sequence[Glyph], wary: bool = False) -> bool:
    """Whether the letters make words of a script, or are too few to tell.

    A Greek word has one accent, and in Latin and Cyrillic every third letter or so is a vowel.
    """
    few, strict, most_odd = (1, 1.2, 0.1) if wary else (_FEWEST_WORDS, 1.0, 0.5)
    words = _words(glyphs)
    scripts = [frozenset(map(_script, word)) for word in words]
    odd = sum(
        len(each & _ALPHABETS) > 1 or (each == {"GREEK"} and not _is_greek(word))
        for word, each in zip(words, scripts, strict=True)
    )
    if len(words) >= few and odd > most_odd * len(words):
        return False
    for script, least in _LEAST_VOWELS.items():
        own = [
            unicodedata.normalize("NFD", word.lower())
            for word, each in zip(words, scripts, strict=True)
            if each == {script} and len(word) in _WORD_LENGTHS
        ]
        letters = [letter for word in own for letter in word]
        plain = sum(letter in _VOWELS for letter in letters)
        marks = sum(unicodedata.combining(letter) > 0 for letter in letters)
        bare = len(letters) - marks
        if len(own) > max(len(words) / 3, _MANY_TIMES * few) and (
            plain < strict * least * bare or marks > _MOST_MARKED * bare
        ):
            return False
    return True


def _words(glyphs: Sequence[Glyph]) -> list[str]:
    line: list[str] = []
    before: Glyph | None = None
    for glyph in glyphs:
        if before is not None and (glyph.spaced or abs(glyph.y - before.y) > glyph.size):
            line.append(" ")
        line.append(glyph.text)
        before = glyph
    return _WORD.findall("".join(line))


def _share_known(glyphs: Sequence[Glyph]) -> float:
    words = [word.lower() for word in _words(glyphs)]
    return sum(word in common_words() for word in words) / len(words) if words else 0.0


@lru_cache(4096)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _is_greek(word: str) -> bool:
    """Whether a word in Greek letters has its one accent, a second at most, or is in capitals."""
    accents = sum(mark in _ACCENTS for mark in unicodedata.normalize("NFD", word))
    return word.isupper() or 1 <= accents <= 2


def _place(glyph: Glyph) -> tuple[int, int]:
    return round(glyph.x0), round(glyph.y)
