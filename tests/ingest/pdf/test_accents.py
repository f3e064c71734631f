"""An accent that is drawn over a letter is one character with it, in whatever order they come."""

from __future__ import annotations

from assistant.ingest.pdf.accents import composed
from assistant.ingest.pdf.glyphs import Glyph


def glyph(text: str, x0: float, y: float = 0.0, width: float = 5.0, spaced: bool = False) -> Glyph:
    return Glyph(text, x0, x0 + width, y, 10.0, False, spaced)


def text(glyphs: list[Glyph]) -> str:
    return "".join(" " * each.spaced + each.text for each in composed(glyphs))


def test_an_accent_before_its_letter_is_composed_with_it() -> None:
    word = [glyph("n", 0), glyph("´", 5, spaced=True), glyph("e", 5.2), glyph("s", 10)]
    assert text(word) == "n és"


def test_an_accent_raised_over_a_capital_is_found_by_its_place() -> None:
    line = [glyph("E", 0, width=7), glyph("l", 7, width=3), glyph("´", 1, y=2.3, spaced=True)]
    assert text(line) == "Él"


def test_a_dotless_letter_and_a_cedilla_are_composed() -> None:
    assert text([glyph("¨", 0), glyph("ı", 1.2, width=2.7), glyph("¸", 6), glyph("c", 6.2)]) == "ïç"


def test_an_accent_that_stands_over_nothing_is_kept() -> None:
    assert text([glyph("˜", 0), glyph("n", 5.5), glyph("`", 20), glyph("7", 20)]) == "˜n`7"
