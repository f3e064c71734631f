"""Lines and columns are read in the order in which a person reads them."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from assistant.ingest.pdf import reader
from assistant.ingest.readers.base import Extracted
from tests.bench.pdf_documents import sentences

FONT, LEFT, RIGHT = "Times-Roman", 60.0, 310.0


def read(canvas: Canvas, buffer: io.BytesIO) -> str:
    canvas.save()
    items = reader.extract(buffer.getvalue(), "a.pdf")
    return next(each.text for each in items if isinstance(each, Extracted))


def flat(text: str) -> str:
    return " ".join(text.split())


def broken(text: str, width: float, size: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if stringWidth(longer, FONT, size) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def put(
    canvas: Canvas,
    x: float,
    y: float,
    text: str,
    width: float,
    size: float = 10,
    just: bool = False,
) -> float:
    """Set a paragraph; where the next one may begin."""
    lines = broken(text, width, size)
    for line in lines:
        spaces = line.count(" ") if just and line is not lines[-1] else 0
        drawn = canvas.beginText(x, y)
        drawn.setFont(FONT, size)
        drawn.setWordSpace((width - stringWidth(line, FONT, size)) / spaces if spaces else 0)
        drawn.textOut(line)
        canvas.drawText(drawn)
        y -= 1.2 * size
    return y


def made(tops: Sequence[float], abstract: tuple[float, float] | None) -> tuple[str, list[str]]:
    """Two columns that begin at these heights, below an abstract of this place and width."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    spoken = sentences(24, 7)
    order = []
    if abstract:
        x, width = abstract
        put(canvas, x, 790, " ".join(spoken[:3]), width, 9)
        order += spoken[:3]
    for x, top, said in ((LEFT, tops[0], spoken[3:12]), (RIGHT, tops[1], spoken[12:])):
        y = put(canvas, x, top, " ".join(said[:5]), 225, 10, just=True)
        put(canvas, x, y - 6, " ".join(said[5:]), 225, 10, just=True)
        order += said
    return read(canvas, buffer), order


@pytest.mark.parametrize("tops", [(680, 680), (680, 590), (560, 680), (680, 420)])
@pytest.mark.parametrize("abstract", [None, (120, 355), (60, 215), (310, 215), (150, 215)])
def test_columns_that_begin_at_any_height_follow_a_narrow_abstract(
    tops: Sequence[float], abstract: tuple[float, float] | None
) -> None:
    text, order = made(tops, abstract)
    places = [flat(text).find(sentence) for sentence in order]
    assert -1 not in places
    assert places == sorted(places)


def test_justified_lines_with_wide_spaces_are_no_table() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    lines = [
        "Moorland Tuesday wardens kept",
        "(Halloran, 1874) Ostrava and",
        "Friday Mistress Pell Hundred,",
        "while the others slept in the",
        "barn.",
    ]
    for number, line in enumerate(lines):
        words = line.split()
        gap = (250 - sum(stringWidth(word, FONT, 11) for word in words)) / max(1, len(words) - 1)
        x = 72.0
        for word in words:
            canvas.setFont(FONT, 11)
            canvas.drawString(x, 700 - 13 * number, word)
            x += stringWidth(word, FONT, 11) + gap
    assert " ".join(lines) in flat(read(canvas, buffer))


def test_cells_of_a_table_stay_apart() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for number, row in enumerate(
        (["Town", "hens", "ducks"], ["Ely", "12", "7"], ["Hay", "9", "4"])
    ):
        for column, cell in enumerate(row):
            canvas.drawString(72 + 90 * column, 700 - 14 * number, cell)
    assert "Town: Ely | hens: 12 | ducks: 7" in read(canvas, buffer)


def test_a_dash_that_begins_a_line_goes_on_with_the_sentence() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    lines = [
        "The warden of the old harbour counted four kinds of boat that year",
        "– luggers, cobles, smacks and one barge – and wrote them all down.",
    ]
    for number, line in enumerate(lines):
        canvas.drawString(72, 700 - 14 * number, line)
    assert " ".join(lines) in read(canvas, buffer)


def test_a_dash_opens_an_item_below_a_line_that_ends() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    lines = [
        "The fleet of the old harbour held, all told:",
        "– luggers",
        "– one barge",
    ]
    for number, line in enumerate(lines):
        canvas.drawString(72, 700 - 14 * number, line)
    assert "- luggers\n\n- one barge" in read(canvas, buffer)


def test_a_line_that_juts_out_over_its_column_does_not_part_the_columns() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    told = sentences(24, 5)
    left, right = " ".join(told[:12]), " ".join(told[12:])
    top = put(canvas, LEFT, 700, left, 235)
    canvas.setFont(FONT, 10)
    canvas.drawString(
        LEFT, top, "See also https://example.org/one/very/long/address/of/the/port/list"
    )
    put(canvas, LEFT, top - 12, left, 235)
    put(canvas, RIGHT, 700, f"{right} {right}", 235)
    text = flat(read(canvas, buffer))
    assert f"{left} See also https" in text
    assert f"{right} {right}" in text


def test_the_wider_space_behind_a_stop_in_a_stretched_line_makes_no_table() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.setFont(FONT, 10)
    lines = (
        "The chapel was left by royal",
        "charter in 1550. It is now close",
        "quarter in 1560. It was not small",
        "for a port of herring and of salt",
    )
    bare = sum(stringWidth(word, FONT, 10) for word in lines[1].split())
    for number, line in enumerate(lines):
        _stretched(canvas, 700 - 12 * number, line, bare + 7 * 5.8)
    assert flat(read(canvas, buffer)) == " ".join(lines)


def _stretched(canvas: Canvas, y: float, line: str, width: float) -> None:
    """Set a line to this width, the gap behind a stop twice as wide."""
    words = line.split()
    free = width - sum(stringWidth(word, FONT, 10) for word in words)
    gap = free / (len(words) - 1 + line.count("."))
    x = LEFT
    for word in words:
        canvas.drawString(x, y, word)
        x += stringWidth(word, FONT, 10) + gap * (2 if word.endswith(".") else 1)
