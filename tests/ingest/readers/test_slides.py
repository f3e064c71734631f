"""Presentations: a page a slide, in reading order, without what stands on every slide."""

from __future__ import annotations

import io

import pytest
from pptx import Presentation
from pptx.util import Inches

from tests.ingest.readers.office import BILLION_LAUGHS, KINDS, document, package, presentation, read


def saved(made: object) -> bytes:
    out = io.BytesIO()
    made.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def shape(words: str, x: int, y: int, kind: str = "") -> str:
    place = f'<a:xfrm><a:off x="{x * 914400}" y="{y * 914400}"/></a:xfrm>'
    mark = f'<nvPr><ph type="{kind}"/></nvPr>' if kind else "<nvPr/>"
    return (
        f'<sp><nvSpPr><cNvPr id="1" name="n"/>{mark}</nvSpPr><spPr>{place}</spPr><txBody>'
        f"<a:p><a:r><a:t>{words}</a:t></a:r></a:p></txBody></sp>"
    )


def test_a_presentation_of_a_real_library_is_read_slide_by_slide() -> None:
    made = Presentation()
    made.core_properties.author = "Jane Roe"
    one = made.slides.add_slide(made.slide_layouts[1])
    one.shapes.title.text = "Timeline"
    frame = one.placeholders[1].text_frame
    frame.text = "Phase one"
    frame.add_paragraph().text = "Phase two"
    one.notes_slide.notes_text_frame.text = "Say it slowly."
    two = made.slides.add_slide(made.slide_layouts[5])
    two.shapes.title.text = "Rates"
    table = two.shapes.add_table(3, 2, Inches(1), Inches(4), Inches(5), Inches(2)).table
    for at, line in enumerate(("Code Rate", "8541.10 25%", "8541.21 50%")):
        for column, cell in enumerate(line.split()):
            table.cell(at, column).text = cell
    for words, x in (("Right", 6), ("Left", 1)):
        box = two.shapes.add_textbox(Inches(x), Inches(2), Inches(2), Inches(1))
        box.text_frame.text = words
    read_one = document("a.pptx", saved(made))
    assert read_one.text == (
        "# Timeline\n\n- Phase one\n- Phase two\n\nNotes: Say it slowly.\n\n"
        "# Rates\n\nLeft\n\nRight\n\nCode: 8541.10 | Rate: 25%\nCode: 8541.21 | Rate: 50%"
    )
    assert read_one.pages == (0, read_one.text.index("# Rates"))
    assert (read_one.title, read_one.author) == ("Timeline", "Jane Roe")


def test_shapes_are_read_by_place_and_the_title_first() -> None:
    shapes = shape("Low", 1, 5) + shape("High", 1, 2) + shape("Head", 1, 3, "title")
    assert document("a.pptx", presentation(shapes)).text == "# Head\n\nHigh\n\nLow"


def test_groups_are_read_where_they_stand() -> None:
    place = '<grpSpPr><a:xfrm><a:off x="0" y="2000000"/></a:xfrm></grpSpPr>'
    group = f"<grpSp>{place}{shape('Second', 0, 0)}{shape('Third', 0, 1)}</grpSp>"
    shapes = shape("Last", 0, 6) + group + shape("First", 0, 1)
    assert document("a.pptx", presentation(shapes)).text == "First\n\nSecond\n\nThird\n\nLast"


def test_footers_dates_and_numbers_are_left_out() -> None:
    shapes = "".join(shape(kind, 1, 1, kind) for kind in ("ftr", "dt", "sldNum"))
    shapes += shape("Words", 1, 1) + shape("Point", 1, 2).replace(
        "<a:r>", '<a:fld type="slidenum"><a:t>7</a:t></a:fld><a:r>'
    )
    assert document("a.pptx", presentation(shapes)).text == "Words\n\nPoint"


def test_hidden_slides_are_left_out_but_counted_as_pages() -> None:
    made = Presentation()
    for title in ("One", "Two", "Three"):
        made.slides.add_slide(made.slide_layouts[5]).shapes.title.text = title
    made.slides[1]._element.set("show", "0")
    reading = read("a.pptx", saved(made))
    (one,) = reading.documents
    assert one.text == "# One\n\n# Three"
    assert one.pages == (0, 7, 7)
    assert reading.notes[0].reason == "1 hidden slide left out; show them to have them"


def test_a_slide_referred_to_often_is_read_once() -> None:
    listed = '<sldId r:id="ppt/s.xml"/>' * 500
    body = f"<presentation xmlns:r='{KINDS}'><sldIdLst>{listed}</sldIdLst></presentation>"
    slide = f"<sld xmlns:a='a'><cSld><spTree>{shape('Words', 1, 1)}</spTree></cSld></sld>"
    made = package("ppt/presentation.xml", body, {"ppt/s.xml": ("slide", slide)})
    assert document("a.pptx", made).text == "Words"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (presentation(""), "holds no text"),
        (package("ppt/p.xml", BILLION_LAUGHS + "<presentation>&j;</presentation>"), "declares a"),
        (package("word/document.xml", "<document/>"), "no presentation"),
        (b"PK", "broken"),
    ],
)
def test_what_cannot_be_read_is_told_with_the_reason(data: bytes, reason: str) -> None:
    reading = read("a.pptx", data)
    assert reading.documents == ()
    assert reading.skipped[0].reason.startswith(reason)


def test_a_broken_slide_is_told_and_the_others_are_read() -> None:
    made = presentation(shape("Words", 1, 1), "<broken>")
    reading = read("a.pptx", made)
    assert reading.documents[0].text == "Words"
    assert reading.skipped[0].path == "a.pptx:ppt/slide2.xml"
