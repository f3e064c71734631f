"""Word documents: what is read, in which order, and what is left out on purpose."""

from __future__ import annotations

import io
import time
from datetime import datetime

import docx
import pytest

from assistant.ingest.chunking.passages import split_sentences
from tests.ingest.readers.office import BILLION_LAUGHS, WORD, document, package, read, word


def p(words: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"


def r(words: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"


def text(body: str, **parts: str) -> str:
    return document("a.docx", word(body, **parts)).text


def test_a_document_of_a_real_library_is_read_in_order_with_what_it_says_of_itself() -> None:
    made = docx.Document()
    core = made.core_properties
    core.title, core.author, core.modified = "Review", "Jane Roe", datetime(2025, 5, 3)
    made.add_heading("Section 301", 1)
    made.add_paragraph("Duties on 8541.10 rose to 25%.")
    made.add_paragraph("First", style="List Bullet")
    made.add_paragraph("Second", style="List Number")
    table = made.add_table(3, 3)
    rows = ["Code Goods Rate", "8541.10 Diodes 25%", "8541.21 Transistors 50%"]
    for at, line in enumerate(rows):
        for column, cell in enumerate(line.split()):
            table.cell(at, column).text = cell
    made.sections[0].header.paragraphs[0].text = "Header of each page"
    out = io.BytesIO()
    made.save(out)
    one = document("a.docx", out.getvalue())
    assert one.text == (
        "# Section 301\n\nDuties on 8541.10 rose to 25%.\n\n- First\n- Second\n\n"
        "Code: 8541.10 | Goods: Diodes | Rate: 25%\nCode: 8541.21 | Goods: Transistors | Rate: 50%"
    )
    assert (one.title, one.author, one.language) == ("Review", "Jane Roe", "en")
    assert one.published is None


def test_a_date_in_the_text_is_that_of_publication_and_that_of_the_last_save_is_not() -> None:
    made = docx.Document()
    made.core_properties.modified = datetime(2025, 5, 3)
    made.add_paragraph("Duties rise")
    made.add_paragraph("Published: April 2, 2025")
    made.add_paragraph("Duties on diodes rose to 25%.")
    out = io.BytesIO()
    made.save(out)
    assert document("a.docx", out.getvalue()).published == "2025-04-02"


def test_headings_are_told_by_level_whatever_the_style_is_called() -> None:
    styles = (
        '<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:styleId="Mine"><w:basedOn w:val="berschrift1"/></w:style>'
        '<w:style w:styleId="Own"><w:name w:val="Kapitel"/>'
        '<w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>'
        '<w:style w:styleId="Loop"><w:basedOn w:val="Loop"/></w:style>'
    )
    body = "".join(
        p(name, f'<w:pStyle w:val="{name}"/>') for name in ("berschrift1", "Mine", "Own", "Loop")
    )
    body += p("Direct", '<w:outlineLvl w:val="1"/>')
    assert text(body, styles=styles) == "# berschrift1\n\n# Mine\n\n### Own\n\nLoop\n\n## Direct"


def test_a_clause_styled_as_a_heading_can_be_quoted() -> None:
    clause = "The Applicant shall pay all duties that are owed on the goods within thirty days."
    assert text(p(clause, '<w:outlineLvl w:val="1"/>')) == clause


def test_deleted_words_are_never_read_and_inserted_ones_are() -> None:
    body = (
        "<w:p>"
        + r("Rates ")
        + f"<w:del>{r('fell').replace('w:t', 'w:delText')}</w:del><w:ins>{r('rose')}</w:ins>"
        + f"<w:moveFrom>{r(' away')}</w:moveFrom><w:moveTo>{r(' here')}</w:moveTo></w:p>"
        + f"<w:p><w:del>{r('All gone.')}</w:del></w:p>"
        + f"<w:tbl>{row(p('a'), p('b'))}"
        + f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{p('x')}</w:tc><w:tc>{p('y')}</w:tc></w:tr>"
        + "</w:tbl>"
        + p("First half", "<w:rPr><w:del/></w:rPr>")
        + p(" and second.")
    )
    reading = read("a.docx", word(body))
    assert reading.documents[0].text == "Rates rose here\n\na: b\n\nFirst half and second."
    assert "tracked changes" in reading.notes[0].reason


def test_hidden_text_is_left_out_and_remarked() -> None:
    styles = '<w:style w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style>'
    body = (
        "<w:p>"
        + r("Seen")
        + r(" hid", "<w:vanish/>")
        + r(" too", '<w:rStyle w:val="H"/>')
        + r(" shown", '<w:vanish w:val="0"/>')
        + "</w:p>"
        + p("Hidden paragraph", '<w:pStyle w:val="H"/>')
    )
    reading = read("a.docx", word(body, styles=styles))
    assert reading.documents[0].text == "Seen shown"
    assert "hidden text" in reading.notes[0].reason


def test_notes_come_after_the_paragraph_that_stays_whole_and_endnotes_last() -> None:
    body = (
        f'<w:p>{r("Duties rose")}<w:r><w:footnoteReference w:id="2"/></w:r>{r(" in May.")}'
        '<w:r><w:endnoteReference w:id="1"/></w:r></w:p>' + p("Next.")
    )
    notes = '<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote>'
    notes += f'<w:footnote w:id="2">{p("See 90 FR 1.")}</w:footnote>'
    ends = f'<w:endnote w:id="1">{p("At the end.")}</w:endnote>'
    assert text(body, footnotes=notes, endnotes=ends) == (
        "Duties rose in May.\n\nFootnote 1: See 90 FR 1.\n\nNext.\n\nEndnote 1: At the end."
    )


def test_text_boxes_are_read_once() -> None:
    box = f"<w:txbxContent>{p('In the box.')}</w:txbxContent>"
    body = (
        f"<w:p>{r('Before.')}<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{box}"
        f"</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox>"
        "</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert text(body) == "Before.\n\nIn the box."


def test_wrappers_fields_and_symbols_are_looked_through() -> None:
    body = (
        f"<w:sdt><w:sdtContent>{p('In a control.')}</w:sdtContent></w:sdt>"
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{p('Click here')}"
        "</w:sdtContent></w:sdt>"
        f"<w:p><w:hyperlink>{r('A link')}</w:hyperlink><w:smartTag>{r(', a tag, ')}</w:smartTag>"
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r("12")}'
        '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>'
        + r("m")
        + r("2", '<w:vertAlign w:val="superscript"/>')
        + "<w:r><w:noBreakHyphen/><w:softHyphen/></w:r>"
        "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den>"
        "</m:f></m:oMath></w:p>"
        "<w:p><w:r><w:t>One</w:t><w:br/><w:t>two</w:t></w:r></w:p>"
    )
    assert text(body) == "In a control.\n\nA link, a tag, 12≥m²-1/2\n\nOne\ntwo"


def test_tables_of_contents_are_left_out() -> None:
    styles = '<w:style w:styleId="T"><w:name w:val="toc 1"/></w:style>'
    body = p("Duties 5", '<w:pStyle w:val="T"/>') + p("Text.")
    assert text(body, styles=styles) == "Text."


def test_merged_cells_are_told_in_each_row_and_nested_tables_after_their_row() -> None:
    span = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
    start = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>'
    inner = f"<w:tbl>{row(p('k'), p('v'))}</w:tbl>"
    body = (
        "<w:tbl>"
        + row(start + p("Country"), span + p("Rate"))
        + row("<w:tcPr><w:vMerge/></w:tcPr><w:p/>", p("2024"), p("2025"))
        + row(start + p("Chile"), p("5%"), p("6%"))
        + row("<w:tcPr><w:vMerge/></w:tcPr><w:p/>", p("7%") + inner, p("8%"))
        + "</w:tbl>"
    )
    assert text(body) == (
        "Country: Chile | Rate 2024: 5% | Rate 2025: 6%\n"
        "Country: Chile | Rate 2024: 7% | Rate 2025: 8%\n\nk: v"
    )


def test_a_table_that_only_places_text_is_read_as_text() -> None:
    body = f"<w:tbl>{row(p('One paragraph.') + p('Another one.'))}</w:tbl>"
    assert text(body) == "One paragraph.\n\nAnother one."


def test_words_that_look_like_marks_are_not_taken_for_them() -> None:
    one = document(
        "a.docx", word(p("# 5 was chosen.") + p("---") + p("``` is no code") + p("End."))
    )
    quotes = [one.text[s.start : s.end] for s in split_sentences(one.text)]
    assert [quote.strip("\u2060") for quote in quotes] == [
        "# 5 was chosen.",
        "``` is no code",
        "End.",
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "protected by a password, or of an old"),
        (b"PK\x03\x04nothing", "broken"),
        (word("<w:p/>"), "holds no text"),
        (package("word/document.xml", f"<w:document {WORD}>"), "broken"),
        (package("xl/workbook.xml", "<workbook/>"), "no Word document"),
        (word("<w:sdt>" * 5000 + "</w:sdt>" * 5000), "nested too deep"),
        (package("word/document.xml", BILLION_LAUGHS + "<document>&j;</document>"), "declares a"),
        (
            package(
                "word/document.xml",
                (BILLION_LAUGHS + "<document>&j;</document>")
                .replace("?>", ' encoding="utf-16"?>', 1)
                .encode("utf-16"),
            ),
            "declares a",
        ),
        (
            package(
                "word/document.xml",
                '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><document>&b;</document>',
            ),
            "declares a",
        ),
    ],
)
def test_what_cannot_be_read_is_told_with_the_reason(data: bytes, reason: str) -> None:
    reading = read("a.docx", data)
    assert reading.documents == ()
    assert reading.skipped[0].reason.startswith(reason)


def test_a_broken_part_costs_only_what_is_in_it() -> None:
    reading = read("a.docx", word(p("Text."), footnotes="<w:footnote>"))
    assert reading.documents[0].text == "Text."
    assert [(note.path, note.reason) for note in reading.skipped] == [
        ("a.docx:word/footnotes.xml", "broken, and left out")
    ]


def test_what_is_told_again_and_again_is_bounded() -> None:
    wide = '<w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>'
    assert "a: b" in text(f"<w:tbl>{row(wide + p('a'), p('b'))}</w:tbl>")
    notes = f'<w:footnote w:id="2">{p("word " * 5000)}</w:footnote>'
    many = '<w:p><w:r><w:footnoteReference w:id="2"/></w:r></w:p>' * 5000
    assert len(text(many, footnotes=notes)) < 30_000


def test_time_is_linear() -> None:
    def seconds(count: int) -> float:
        data = word("".join(p(f"Paragraph {at} tells of trade.") for at in range(count)))
        took = []
        for _ in range(3):  # the shortest: the machine may do other things meanwhile
            begun = time.process_time()
            read("a.docx", data)
            took.append(time.process_time() - begun)
        return min(took)

    assert seconds(12_000) < 12 * max(seconds(3000), 0.02)
