"""PDFs made by real libraries come out as they read, or it is told why not."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from assistant.documents import Document
from assistant.ingest.pdf import reader
from assistant.ingest.pdf.lines import Run
from assistant.ingest.pdf.running import without_running
from assistant.ingest.readers.base import Extracted, Remark, UnreadableError
from assistant.ingest.readers.registry import Reading, read_file
from assistant.ingest.sources.walk import SourceFile
from tests.bench import pdf_documents

Page = Callable[[Canvas], None]
DUTY = "The ministry extended the duty on steel until 3 May 2026."
LINES = "It covers 412 tariff lines and three countries of origin."


def made(*pages: Page, **options: object) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, **options)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def lines(*texts: str, top: float = 700, font: str = "Helvetica", size: float = 11) -> Page:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, size)
        for number, text in enumerate(texts):
            canvas.drawString(72, top - 14 * number, text)

    return draw


def scan(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("L", (100, 140), 200)), 0, 0, 595, 842)


def blank(canvas: Canvas) -> None:
    canvas.rect(10, 10, 20, 20)


def placed(canvas: Canvas, *words: tuple[float, float, float, str]) -> None:
    for x, y, size, text in words:
        canvas.setFont("Helvetica", size)
        canvas.drawString(x, y, text)


def read(data: bytes, name: str = "a.pdf") -> Extracted:
    (found,) = (item for item in reader.extract(data, name) if isinstance(item, Extracted))
    return found


def remarks(data: bytes) -> list[str]:
    return [item.text for item in reader.extract(data, "a.pdf") if isinstance(item, Remark)]


def flat(text: str) -> str:
    return " ".join(text.split())


def document(data: bytes, name: str = "a.pdf") -> Document:
    file = SourceFile(Path("/docs") / name, Path("/docs"), name)
    (one,) = Reading.of(read_file(file, data)).documents
    return one


LAYOUTS = [
    lambda: pdf_documents.report(4),
    lambda: pdf_documents.paper(20),
    lambda: pdf_documents.newsletter(16),
    pdf_documents.release,
    lambda: pdf_documents.rotated(8),
    pdf_documents.statistics_table,
    pdf_documents.ruled_table,
    pdf_documents.chinese,
]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_sentences_come_out_as_they_were_written_and_in_order(
    layout: Callable[[], pdf_documents.Truth],
) -> None:
    truth = layout()
    found = read(truth.data).text
    text, rows = flat(found), found.splitlines()
    lost = [sentence for sentence in truth.sentences if sentence not in text]
    assert len(lost) <= 0.02 * len(truth.sentences), lost
    if truth.name != "report, one column":  # its notes stand before what they interrupt
        places = [text.find(sentence) for sentence in truth.sentences if sentence in text]
        assert places == sorted(places)
    assert not any(row in truth.furniture for row in rows)
    for cells in truth.rows:
        assert any(all(cell in row for cell in cells) for row in rows), cells


def test_every_sentence_is_on_the_page_on_which_it_begins() -> None:
    truth = pdf_documents.paper(30)
    one = document(truth.data)
    assert len(one.pages) == max(truth.pages.values()) >= 2
    for sentence, page in truth.pages.items():
        if sentence in one.text:
            assert one.page_of(one.text.index(sentence)) == page, sentence


def test_a_page_without_text_counts() -> None:
    one = document(made(lines(DUTY), blank, lines(LINES), blank))
    assert len(one.pages) == 4
    assert one.page_of(one.text.index(DUTY)) == 1
    assert one.page_of(one.text.index(LINES)) == 3


def test_a_sentence_flows_across_a_page_and_notes_do_not_cut_it() -> None:
    def first(canvas: Canvas) -> None:
        lines("The ministry extended the provisional duty on hot-rolled steel and on", top=150)(
            canvas
        )
        placed(canvas, (72, 60, 8, "1 Regulation 2026/12 of the Commission."))

    def second(canvas: Canvas) -> None:
        lines("aluminium until May. It will be reviewed.")(canvas)

    found = read(made(first, second))
    assert "hot-rolled steel and on aluminium until May." in found.text
    assert "1 Regulation 2026/12 of the Commission." in found.text
    assert found.text[found.pages[1] :].startswith("aluminium")


def test_a_table_is_told_row_by_row_with_its_heads() -> None:
    text = read(pdf_documents.ruled_table().data).text
    assert "Code: 7200.10 | Authority: " in text
    text = read(pdf_documents.statistics_table().data).text
    assert "Product: " in text
    assert " | 2023: " in text


def test_marks_of_footnotes_are_not_glued_to_words_and_powers_stay() -> None:
    def page(canvas: Canvas) -> None:
        placed(
            canvas, (72, 700, 11, "The duty"), (114.2, 704, 6.5, "12"), (124, 700, 11, "rose in")
        )
        placed(
            canvas,
            (72, 600, 11, "A port of 40 km"),
            (147.9, 604, 6.5, "2"),
            (155, 600, 11, "was built"),
        )

    text = read(made(page)).text
    assert "The duty rose in" in text
    assert "40 km² was" in text


@pytest.mark.parametrize("mark", ["4", "17", "*", "b", "2)", "[6]"])
@pytest.mark.parametrize(("size", "rise"), [(6.5, 4), (7, 5), (8.8, 3), (6, 6)])
@pytest.mark.parametrize("late", [False, True])
def test_no_mark_of_a_note_is_glued_to_a_number(
    mark: str, size: float, rise: float, late: bool
) -> None:
    def page(canvas: Canvas) -> None:
        marks, y = [], 740.0
        for told in ("The toll is $475~ a cart, 35%~ of it for Ely.", "By 2019~ it was 1,260~."):
            x = 72.0
            for each in re.split("(~)", told):
                if each == "~":
                    marks.append((x, y + rise, size, mark))
                    x += canvas.stringWidth(mark, "Helvetica", size)
                    if not late:
                        placed(canvas, marks.pop())
                else:
                    placed(canvas, (x, y, 11, each))
                    x += canvas.stringWidth(each, "Helvetica", 11)
            y -= 16
        placed(canvas, *marks)

    told = "The toll is $475 a cart, 35% of it for Ely. By 2019 it was 1,260."
    assert flat(read(made(page)).text) == told


def test_the_marks_of_the_notes_themselves_stay() -> None:
    def page(canvas: Canvas) -> None:
        placed(canvas, (72, 700, 11, "The toll of the bridge rose."))
        placed(canvas, (72, 64, 5, "4"), (76, 60, 9, "By ferry."), (116, 64, 5, "5"))
        placed(canvas, (120, 60, 9, "On foot."))

    assert "4 By ferry. 5 On foot." in flat(read(made(page)).text)


def test_letters_set_apart_are_one_word() -> None:
    def page(canvas: Canvas) -> None:
        title = canvas.beginText(72, 700)
        title.setFont("Helvetica-Bold", 14)
        title.setCharSpace(4)
        title.textOut("TARIFF REVIEW")
        canvas.drawText(title)
        lines(DUTY, LINES, top=650)(canvas)

    assert "TARIFF REVIEW" in read(made(page)).text


def test_headings_are_told_by_their_type() -> None:
    def page(canvas: Canvas) -> None:
        placed(canvas, (72, 760, 20, "Review of trade measures"))
        lines("2. Steel", font="Helvetica-Bold", top=720)(canvas)
        lines(DUTY, LINES, "# 5 of 9 lapsed; see below for the list of measures.")(canvas)

    one = document(made(page), "b.pdf")
    assert one.text.startswith("# Review of trade measures\n\n### 2. Steel\n\nThe ministry")
    assert one.title == "Review of trade measures"
    literal = document(made(lines("# 5 of 9 measures lapsed in 2026, the secretariat noted."))).text
    assert not literal.startswith("#")


@pytest.mark.parametrize(
    ("title", "author", "shown", "by"),
    [
        (
            "Trade review 2026",
            "Directorate for Trade",
            "Trade review 2026",
            "Directorate for Trade",
        ),
        ("Microsoft Word - draft3.doc", "admin", "Steel report", None),
        ("untitled", "User", "Steel report", None),
        ("report_final_v3", "x1234", "Steel report", None),
        ("final.indd", "", "Steel report", None),
        ("COVID-19", "Ngozi O.", "Steel report", "Ngozi O."),
        ("Brexit", "OECD", "Brexit", "OECD"),
    ],
)
def test_fields_are_used_where_they_are_not_rubbish(
    title: str, author: str, shown: str, by: str | None
) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    placed(canvas, (72, 760, 20, "Steel report"))
    lines(DUTY, LINES, LINES)(canvas)
    canvas.save()
    one = document(buffer.getvalue(), "x.pdf")
    assert (one.title, one.author) == (shown, by)
    assert one.published is not None


def test_xmp_is_read_and_that_of_a_picture_is_not() -> None:
    document_own = FPDF()
    document_own.add_page()
    document_own.set_font("Helvetica", size=11)
    document_own.cell(0, 6, DUTY)
    packet = (  # as Adobe writes it
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description>{}<dc:title><rdf:Alt>'
        '<rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:title>'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    own = packet.format("<dc:format>application/pdf</dc:format>", "Duties &amp; quotas")
    photo = packet.format("<dc:format>image/jpeg</dc:format>", "Sunset in Porto")
    data = bytes(document_own.output())
    at = data.index(b"endobj\n") + 7
    data = data[:at] + f"% {own}\n% {photo}\n".encode() + data[at:]
    assert read(data).title == "Duties & quotas"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (made(scan, scan), r"^needs OCR: .*ocrmypdf"),
        (made(blank), "^empty"),
        (b"", "^not a PDF"),
        (b"MZ\x00\x01 words", "^not a PDF"),
        (b"%PDF-1.7\nnothing of use", "^a broken PDF; get the file again"),
        (
            made(lines(DUTY), encrypt=StandardEncryption("secret", ownerPassword="o")),
            "^protected by a password; save it without one",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_remedy(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        list(reader.extract(data, "a.pdf"))


def test_an_empty_password_opens() -> None:
    data = made(lines(DUTY), encrypt=StandardEncryption("", ownerPassword="o"))
    assert DUTY in read(data).text


def test_pages_that_need_ocr_are_named_and_the_others_read() -> None:
    data = made(lines(DUTY), scan, lines(LINES), scan, scan)
    (told,) = remarks(data)
    assert told.startswith("pages 2, 4-5 need OCR")
    assert DUTY in read(data).text
    assert LINES in read(data).text


def test_a_stamp_on_a_scan_is_not_taken_for_its_text() -> None:
    def stamped(canvas: Canvas) -> None:
        scan(canvas)
        canvas.drawString(72, 820, "Case 12, page 3")

    with pytest.raises(UnreadableError, match="needs OCR"):
        list(reader.extract(made(stamped, stamped), "a.pdf"))


def test_fonts_that_do_not_tell_their_letters_need_ocr(dejavu: Path) -> None:
    document = FPDF()
    document.add_page()
    document.add_font("D", fname=dejavu)
    document.set_font("D", size=11)
    document.multi_cell(0, 6, f"{DUTY} {LINES} " * 4)
    data = bytes(document.output())
    assert DUTY in read(data).text
    with pytest.raises(UnreadableError, match=r"needs OCR: its fonts .*ocrmypdf"):
        list(reader.extract(data.replace(b"/ToUnicode", b"/ToUnicodx"), "a.pdf"))


@pytest.fixture
def dejavu() -> Path:
    import reportlab

    return Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"


def test_a_file_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    data = made(lines(DUTY), lines(LINES))
    cut = data[: data.rindex(b"xref")]
    assert any("breaks off" in remark for remark in remarks(cut))
    assert DUTY in read(cut).text


def test_pages_and_characters_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    data = made(*[lines(f"{DUTY} {number}") for number in range(6)])
    monkeypatch.setattr(reader, "MOST_PAGES", 4)
    assert remarks(data) == ["only the first 4 of 6 pages were read; split the file"]
    monkeypatch.setattr(reader, "MOST_CHARACTERS", 100)
    assert remarks(data) == ["only the first 3 of 6 pages were read; split the file"]


def test_running_heads_go_and_what_only_looks_like_one_stays() -> None:
    def page(number: int) -> Page:
        def draw(canvas: Canvas) -> None:
            placed(canvas, (72, 800, 9, "Annual report 2026"), (500, 30, 9, f"Page {number}"))
            body = [
                f"Country {number} levied {number * number + 3} per cent on steel."
                for _ in range(3)
            ]
            lines(*body)(canvas)

        return draw

    text = read(made(*map(page, range(1, 6)))).text
    assert "Annual report" not in text
    assert "Page" not in text
    for number in range(1, 6):
        assert f"Country {number} levied {number * number + 3} per cent" in text


def test_roman_numbers_of_pages_go() -> None:
    pages = [[_run(f"The text of page {n} goes on.", 700), _run("iii"[:n], 30)] for n in (1, 2, 3)]
    kept = without_running(pages)
    assert [len(page) for page in kept] == [1, 1, 1]


def test_heads_with_roman_numbers_go_and_numbered_lines_stay() -> None:
    heads = ["xix | Foreword", "Foreword | xx", "xxi | Foreword", "Foreword | xxii"]
    rolls = ["Roll I", "Roll V", "Roll L", "Roll C"]
    pages = [
        [_run(head, 790), _run(roll, 760), _run(f"The text of leaf {roll[-1]} goes on.", 700)]
        for head, roll in zip(heads, rolls, strict=True)
    ]
    assert [[run.text for run in page][:1] for page in without_running(pages)] == [
        [roll] for roll in rolls
    ]


def _run(text: str, y: float) -> Run:
    return Run(text, 72, 300, y, 10, False)


def mutations(sources: Sequence[bytes], count: int, seed: int) -> list[bytes]:
    dice = random.Random(seed)
    damaged = []
    for _ in range(count):
        data = bytearray(dice.choice(sources))
        for _ in range(dice.choice((1, 3, 30))):
            if not data:
                break
            at, length = dice.randrange(len(data)), dice.randint(1, 400)
            match dice.randrange(4):
                case 0:
                    data[at] ^= 1 << dice.randrange(8)
                case 1:
                    data[at : at + length] = bytes(len(data[at : at + length]))
                case 2:
                    data[at:at] = data[at : at + length]
                case _ if dice.random() < 0.2:
                    del data[at:]
        damaged.append(bytes(data))
    return damaged


def test_damaged_files_are_read_or_told_of_and_never_raise() -> None:
    sources = [
        made(lines(DUTY, LINES), scan, lines(LINES)),
        made(lines(DUTY), pageCompression=0, encrypt=StandardEncryption("", ownerPassword="o")),
        pdf_documents.ruled_table().data,
    ]
    for data in mutations(sources, 60, 1):
        found = Reading.of(read_file(SourceFile(Path("/a.pdf"), Path("/"), "a.pdf"), data))
        assert found.documents or found.skipped
        for each in (*found.skipped, *found.notes):
            assert each.reason.isprintable()
