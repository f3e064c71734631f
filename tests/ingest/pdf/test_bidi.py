"""Lines of scripts that run left come out as they are typed, in whatever order they are stored."""

from __future__ import annotations

import pytest

from assistant.ingest.pdf.glyphs import Glyph, Sheet
from assistant.ingest.pdf.lines import runs

SEEN = "ירוביצה ךרדב (לודגה רחסמה תיב) COVID-19 רחאל 7.5%-ב לדג"
"""As it looks from left to right."""

TYPED = "גדל ב-7.5% לאחר COVID-19 (בית המסחר הגדול) בדרך הציבורי"


def drawn(seen: str, order: str, mirrored: bool) -> list[Glyph]:
    """The letters of a line, in cells of five points, in an order of storing."""
    brackets = str.maketrans("()", ")(") if mirrored else {}
    cells = [(at, c) for at, c in enumerate(seen) if c != " "]
    if order == "words":  # each word from its left end, the words from the right
        words = [w for w in seen.split(" ") if w]
        at, cells = len(seen), []
        for word in reversed(words):
            at -= len(word)
            cells += [(at + n, c) for n, c in enumerate(word)]
            at -= 1
    elif order == "right":
        cells.reverse()
    return [
        Glyph(c.translate(brackets), 5.0 * at, 5.0 * at + 5, 700.0, 10.0, False, False)
        for at, c in cells
    ]


@pytest.mark.parametrize("order", ["left", "right", "words"])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_line_is_read_as_typed_in_every_order_of_storing(order: str, mirrored: bool) -> None:
    (run,) = runs(Sheet(glyphs=drawn(SEEN, order, mirrored)))
    assert run.text == TYPED


def test_a_word_that_runs_left_leaves_the_order_of_an_english_page_alone() -> None:
    line = "The word is written so"
    glyphs = [
        Glyph(c, 5.0 * at, 5.0 * at + 5, 700.0, 10.0, False, False)
        for at, c in enumerate(line)
        if c != " "
    ]
    glyphs += [
        Glyph(c, 120.0 - 5 * at, 125.0 - 5 * at, 700.0, 10.0, False, False)
        for at, c in enumerate("שלום")
    ]
    assert " ".join(run.text for run in runs(Sheet(glyphs=glyphs))).startswith(line)
