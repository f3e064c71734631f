"""Each row of a table is told with its heads and its label, on later pages as well."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.lib import colors
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import SimpleDocTemplate, Table, TableStyle

from assistant.ingest.pdf import reader
from assistant.ingest.readers.base import Extracted

HEADS = ["Port", "Boat", "Crew"]


def read(data: bytes) -> str:
    return next(e.text for e in reader.extract(data, "a.pdf") if isinstance(e, Extracted))


def ruled(rows: Sequence[Sequence[str]], spans: Sequence[object] = (), repeat: int = 0) -> bytes:
    buffer = io.BytesIO()
    style = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), *spans])
    story = [Table([list(row) for row in rows], style=style, repeatRows=repeat)]
    SimpleDocTemplate(buffer).build(story)
    return buffer.getvalue()


def unruled(*pages: Sequence[Sequence[str]]) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for rows in pages:
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                canvas.drawString(72 + 120 * column, 740 - 16 * number, cell)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def fleet(count: int) -> list[list[str]]:
    return [[f"Port {n}", f"lugger {n}", str(n % 7 + 3)] for n in range(1, count + 1)]


def test_a_label_of_merged_cells_stands_in_each_of_their_rows() -> None:
    rows = [
        HEADS,
        ["Ely", "lugger", "5"],
        ["", "coble", "2"],
        ["", "smack", "9"],
        ["Hay", "barge", "4"],
    ]
    text = read(ruled(rows, [("SPAN", (0, 1), (0, 3)), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
    for boat, crew in (("lugger", 5), ("coble", 2), ("smack", 9)):
        assert f"Port: Ely | Boat: {boat} | Crew: {crew}" in text
    assert "Port: Hay | Boat: barge | Crew: 4" in text


def test_a_blank_label_is_that_of_the_row_above_and_a_total_has_none() -> None:
    rows = [HEADS, ["Ely", "lugger", "5"], ["", "coble", "2"], ["", "Total", "7"], ["", "", "8"]]
    for data in (ruled(rows), unruled(rows)):
        text = read(data)
        assert "Port: Ely | Boat: coble | Crew: 2" in text
        assert "\nBoat: Total | Crew: 7" in text
        assert text.count("Ely") == 2


def test_a_table_that_goes_on_keeps_its_heads() -> None:
    rows = [HEADS, *fleet(60)]
    for data in (ruled(rows), ruled(rows, repeat=1), unruled(rows[:40], rows[40:])):
        text = read(data)
        for port, boat, crew in rows[1:]:
            assert f"Port: {port} | Boat: {boat} | Crew: {crew}" in text
        assert text.count("Boat") == 60


def test_a_label_goes_over_the_page() -> None:
    first = [HEADS, *fleet(20), ["Ely", "lugger", "5"]]
    text = read(unruled(first, [["", "coble", "2"], ["Hay", "barge", "4"]]))
    assert "Port: Ely | Boat: coble | Crew: 2" in text


def test_another_table_on_the_next_page_keeps_its_own_heads() -> None:
    other = [["Town", "Street", "Lamps"], ["Hay", "Mill Lane", "12"], ["Ely", "Dyke Road", "30"]]
    text = read(unruled([HEADS, *fleet(20)], other))
    assert "Town: Hay | Street: Mill Lane | Lamps: 12" in text
    assert "Port: Town" not in text


def test_a_repeated_head_of_two_columns_is_no_row() -> None:
    rows = [[f"lugger {n}", f"{n} men"] for n in range(1, 21)]
    text = read(unruled([["Boat", "Crew"], *rows[:10]], [["Boat", "Crew"], *rows[10:]]))
    assert text.count("Boat") == 1
    assert "lugger 11 | 11 men" in text
