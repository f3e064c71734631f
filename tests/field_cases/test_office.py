"""Office files and books: notes, boxes, changes, groups, formulas, chapters, with their places."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pptx
import pytest
from pptx.util import Inches

from tests.field_cases.run import indexed
from tests.ingest.readers.office import document, word


def saved(made) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def deck() -> bytes:
    made = pptx.Presentation()
    for words in ("Opening", "Catch of herring"):
        slide = made.slides.add_slide(made.slide_layouts[5])
        slide.shapes.title.text = words
    group = slide.shapes.add_group_shape()
    for at, words in enumerate(("The catch was 63 barrels.", "The toll was 7 crowns.")):
        box = group.shapes.add_textbox(Inches(1 + 4 * at), Inches(2), Inches(3), Inches(1))
        box.text_frame.text = words
    slide.notes_slide.notes_text_frame.text = "Say that 1911 was better."
    return saved(made)


def book() -> bytes:
    chapters = {
        "b.xhtml": ("The Ford", "The ford was closed in 1803."),
        "a.xhtml": ("The Bridge", "The bridge was built in 1811."),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("mimetype", "application/epub+zip")
        file.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="book.opf"/></rootfiles></container>',
        )
        items = "".join(
            f'<item id="{name[0]}" href="{name}" media-type="application/xhtml+xml"/>'
            for name in sorted(chapters)
        )
        spine = "".join(f'<itemref idref="{name[0]}"/>' for name in chapters)
        file.writestr(
            "book.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Crossings</dc:title></metadata>'
            f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
        for name, (title, words) in chapters.items():
            file.writestr(
                name,
                f'<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>{title}</h1>'
                f"<p>{words}</p></body></html>",
            )
    return out.getvalue()


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    files = {"deck.pptx": deck(), "book.epub": book()}
    with indexed(tmp_path_factory.mktemp("office"), files) as assistant:
        yield assistant


def test_a_citation_of_a_slide_tells_its_number_and_heading(office) -> None:
    [citation, *_] = office.ask("How large was the catch of herring?").citations

    assert citation.quote == "The catch was 63 barrels."
    assert (citation.page, citation.heading) == (2, "Catch of herring")


def test_a_citation_of_a_book_tells_its_chapter(office) -> None:
    [citation, *_] = office.ask("When was the bridge built?").citations

    assert citation.to_dict()["heading"] == "The Bridge"


def test_chapters_are_read_in_the_order_of_the_book(office) -> None:
    text = office.document("book.epub").text

    assert text.index("1803") < text.index("1811")


def test_boxes_of_a_group_do_not_run_together_and_notes_are_told_apart(office) -> None:
    text = office.document("deck.pptx").text

    assert "63 barrels.\n" in text
    assert "Notes: Say that 1911 was better." in text


def test_formulas_without_a_value_are_remarked_for_good(tmp_path) -> None:
    made = openpyxl.Workbook()
    for row in (["Port", "Ships"], ["Skye", 33], ["Mull", 21], ["All", "=SUM(B2:B3)"]):
        made.active.append(row)
    with indexed(tmp_path, {"ships.xlsx": saved(made)}) as assistant:
        [remark] = assistant.remarks()

        assert "formulas without a saved result left out: 1" in remark.reason
        assert "SUM" not in assistant.document("ships.xlsx").text


def test_inserted_text_counts_and_deleted_text_does_not() -> None:
    changed = word(
        "<w:p><w:r><w:t>The rent is </w:t></w:r><w:del><w:r><w:delText>90</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>84</w:t></w:r></w:ins><w:r><w:t> crowns.</w:t></w:r></w:p>"
    )
    assert document("rent.docx", changed).text == "The rent is 84 crowns."
