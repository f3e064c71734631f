"""A folder with a file of every kind that is read, each with a fact of its own, and all sorts of
bad ones beside them."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.bench.pdf_documents import Setter, Truth, paragraphs
from tests.ingest.readers.office import BILLION_LAUGHS, SHEET, WORD, package

Bytes = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Good:
    """A file that is read.

    Attributes:
        question: what only this file answers.
        fact: the answer, as it is to be quoted.
        data: makes the file, whose words hold the fact.
        page: on which it stands, from 1; 0 in a file without pages.
    """

    question: str
    fact: str
    data: Callable[[str], bytes]
    page: int = 0


def _front_matter(fact: str) -> bytes:
    return f"---\ntitle: Coast\ndate: 2026-05-04\n---\n# Coast\n\n{fact} It rained.\n".encode()


def _page(fact: str) -> bytes:
    menu = "".join(f"<li><a href='/{at}'>Section {at}</a></li>" for at in range(9))
    words = "".join(
        f"<p>The council spoke of the {what} for an hour and came to no decision that day.</p>"
        for what in ("budget", "harvest", "railway", "lighthouse")
    )
    return (
        "<!DOCTYPE html><html lang=en><head><title>Council | The Daily Example</title>"
        "<meta charset=utf-8><meta property='article:published_time' content='2026-02-03'></head>"
        f"<body><div class=cookie-banner>We use cookies.</div><nav><ul>{menu}</ul></nav><article>"
        f"<h1>The council meets</h1>{words}<p>{fact}</p>{words}</article>"
        "<footer>© Example Media. All rights reserved.</footer></body></html>"
    ).encode()


def _archived_page(fact: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "<Saved by Blink>", "The council meets"
    mail["Snapshot-Content-Location"] = "https://example.org/council"
    mail.set_content(_page(fact).decode(), subtype="html", cte="quoted-printable")
    mail.make_related()
    mail.add_related(b"\x89PNG\r\n", "image", "png")
    return mail.as_bytes(policy=SMTP)


def _paper(fact: str) -> bytes:
    """Two columns on three pages, hyphenated, with running heads; the fact is on the second."""
    setter = Setter(
        Truth("paper", title="Subsidies and strategic minerals"),
        columns=2,
        justified=True,
        hyphenated=True,
        placed=True,
        indented=True,
        head="Trade Review 14 (2026)",
        foot="Page {n}",
    )
    setter.wide(setter.truth.title, 18)
    for number, spoken in enumerate(paragraphs(20, 5)):
        setter.paragraph([*spoken, fact] if number == 10 else spoken)
    return setter.finish().data


def _word(fact: str) -> bytes:
    import docx

    made = docx.Document()
    made.add_heading("Findings", 1)
    made.add_paragraph(f"It rained. {fact}")
    return _saved(made)


def _slides(fact: str) -> bytes:
    from pptx import Presentation

    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "Findings"
    slide.placeholders[1].text_frame.text = fact
    return _saved(made)


def _workbook(fact: str) -> bytes:
    import openpyxl

    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in _rows(fact):
        sheet.append(row)
    return _saved(made)


def _rows(fact: str) -> list[list[str]]:
    """A table whose second row is the fact, which tells each cell's header."""
    cells = [cell.split(": ") for cell in fact.split(" | ")]
    others = [[f"{word} {at}" for word in ("Salt", "low", "Peru")] for at in range(3)]
    return [[head for head, _ in cells], others[0], [cell for _, cell in cells], *others[1:]]


def _saved(made: Any) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _delimited(mark: str) -> Callable[[str], bytes]:
    return lambda fact: "\n".join(map(mark.join, _rows(fact))).encode()


def _mail(fact: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Jane Doe <jane@example.org>", "Li Wei <li@example.org>"
    mail["Subject"], mail["Date"] = "The visit", "Wed, 03 Jun 2026 23:30:00 -0400"
    mail["Message-ID"] = f"<{len(fact)}@example.org>"
    quoted = "> Is there any news of it?\n> Yours, Li"
    mail.set_content(f"{fact}\n\nOn 2 June 2026, Li Wei wrote:\n{quoted}\n")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="plan.pdf")
    return mail.as_bytes(policy=SMTP)


def _mailbox(fact: str) -> bytes:
    one = b"From: Li Wei <li@example.org>\nSubject: Lunch\nMessage-ID: <1@x>\n\nWhere do we eat?\n"
    return b"From a@b Mon Jan  1 00:00:00 2026\n%b\nFrom a@b Mon Jan  1 00:00:00 2026\n%b\n" % (
        one,
        _mail(fact).replace(b"\r\n", b"\n"),
    )


def _book(fact: str) -> bytes:
    return book(f"<html><body><h1>Chapter one</h1><p>It rained. {fact}</p></body></html>")


def book(chapter: str, opf: str = "") -> bytes:
    """An e-book of one chapter; `opf` stands before its package file's root."""
    package_file = (
        f"{opf}<package xmlns='http://www.idpf.org/2007/opf'><metadata "
        "xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>A Coast</dc:title></metadata>"
        "<manifest><item id='a' href='a.xhtml' media-type='application/xhtml+xml'/></manifest>"
        "<spine><itemref idref='a'/></spine></package>"
    )
    container = "<container><rootfiles><rootfile full-path='b.opf'/></rootfiles></container>"
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "b.opf": package_file,
            "a.xhtml": chapter,
        }
    )


def zipped(members: dict[str, str | bytes]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def _records(fact: str) -> bytes:
    records = [
        {"id": "one", "text": "The committee adjourned."},
        {"id": "two", "title": "Two", "text": fact},
    ]
    first, second = map(json.dumps, records)
    return f'{first}\n{{"id": "bad", "text": \n{second}\n'.encode()


def _object(fact: str) -> bytes:
    return json.dumps({"results": [{"title": "Coast", "text": f"It rained. {fact}"}]}).encode()


GOOD = {
    "utf-8.txt": Good(
        "How many cranes will the port of Calavera receive?",
        "The port of Calavera will receive 41 cranes in May 2027.",
        str.encode,
    ),
    "utf-16.txt": Good(
        "Who will inspect the mine at Brannock?",
        "Ruth Adeyemi will inspect the mine at Brannock.",
        lambda fact: f"It rained. {fact}".encode("utf-16"),
    ),
    "cp1252.text": Good(
        "What did the Dunmore dairy cancel?",
        "The Dunmore dairy cancelled its “Crème 2000” contract.",
        lambda fact: f"It rained. {fact}".encode("cp1252"),
    ),
    "front.md": Good(
        "Where will the Estrella ferry dock?",
        "The Estrella ferry will dock at Puerto Viejo.",
        _front_matter,
    ),
    "news.html": Good(
        "How much did Fairholm pay for its lighthouse?",
        "Fairholm paid 612 dollars for its lighthouse.",
        _page,
    ),
    "saved.mht": Good(
        "When does the Gravina tunnel open?",
        "The Gravina tunnel opens on 9 August 2028.",
        _archived_page,
    ),
    "paper.pdf": Good(
        "Which company bought the Halstead smelter?",
        "Norvik Metals bought the Halstead smelter.",
        _paper,
        page=2,
    ),
    "findings.docx": Good(
        "How many beavers live in the Ivalo reserve?",
        "The Ivalo reserve is home to 73 beavers.",
        _word,
    ),
    "deck.pptx": Good(
        "Who owns the Jarrow brewery?",
        "Tomas Lindqvist owns the Jarrow brewery.",
        _slides,
        page=1,
    ),
    "lines.xlsx": Good(
        "What is the duty on Kestrel pipe?",
        "Product: Kestrel pipe | Duty: 17.5% | Origin: Chile",
        _workbook,
    ),
    "lines.csv": Good(
        "What is the duty on Lomond wire?",
        "Product: Lomond wire | Duty: 23.1% | Origin: Ghana",
        _delimited(","),
    ),
    "lines.tsv": Good(
        "What is the duty on Marston glass?",
        "Product: Marston glass | Duty: 9.4% | Origin: Japan",
        _delimited("\t"),
    ),
    "visit.eml": Good(
        "Which minister visited the Oldenbay shipyard?",
        "Minister Vera Castellano visited the Oldenbay shipyard.",
        _mail,
    ),
    "letters.mbox": Good(
        "How long is the Penrith canal?", "The Penrith canal is 88 kilometres long.", _mailbox
    ),
    "coast.epub": Good(
        "Who painted the Ravenna ceiling?", "Lucia Moretti painted the Ravenna ceiling.", _book
    ),
    "coast.json": Good(
        "How many students attend Selkirk college?",
        "Selkirk college is attended by 540 students.",
        _object,
    ),
    "records.jsonl": Good(
        "What does the Tarbert refinery produce?",
        "The Tarbert refinery produces jet fuel.",
        _records,
    ),
    # names that nobody should have to type
    "a\x1b[31m\nb.txt": Good(
        "Who leads the Ullswater choir?", "Greta Fontaine leads the Ullswater choir.", str.encode
    ),
    os.fsdecode(b"caf\xe9.txt"): Good(
        "Where was the Varberg bell cast?", "The Varberg bell was cast in Utrecht.", str.encode
    ),
    "报告 📄/关税.txt": Good(
        "Who designed the Wexcombe bridge?", "Ines Okafor designed the Wexcombe bridge.", str.encode
    ),
    f"{'long ' * 50}.txt": Good(
        "What did the Yarvik museum lose?", "The Yarvik museum lost a bronze drum.", str.encode
    ),
}
"""Name -> a file that is read."""

_BOMB = b" " * 60_000_000
_DOC = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4000)


def _pdf(scanned: bool = False, **options: Any) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, **options)
    if scanned:
        canvas.drawImage(ImageReader(Image.new("L", (100, 140), 200)), 0, 0, 595, 842)
    else:
        canvas.drawString(72, 700, "The secret is kept.")
    canvas.save()
    return buffer.getvalue()


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("L", (10, 10)).save(out, "png")
    return out.getvalue()


def _cut(name: str, share: float = 0.3) -> Bytes:
    def cut() -> bytes:
        data = GOOD[name].data(GOOD[name].fact)
        return data[: int(share * len(data))]

    return cut


BAD: dict[str, tuple[str, Bytes]] = {
    "bad/scan.pdf": ("needs OCR", lambda: _pdf(scanned=True)),
    "bad/locked.pdf": ("password", lambda: _pdf(encrypt=StandardEncryption("x"))),
    "bad/picture.pdf": ("not a PDF", _picture),
    "bad/blank.txt": ("empty", lambda: b" \n\n "),
    "bad/binary.txt": ("binary", lambda: bytes(range(256)) * 40),
    "bad/cut.docx": ("broken", _cut("findings.docx")),
    "bad/cut.xlsx": ("broken", _cut("lines.xlsx")),
    "bad/cut.pptx": ("broken", _cut("deck.pptx")),
    "bad/cut.epub": ("broken", _cut("coast.epub")),
    "bad/bomb.docx": ("unpacks to more", lambda: zipped({"word/document.xml": _BOMB})),
    "bad/bomb.epub": ("unpacks to more", lambda: zipped({"mimetype": "", "a.xhtml": _BOMB})),
    "bad/laughs.docx": (
        "document type",
        lambda: package(
            "word/document.xml",
            f"{BILLION_LAUGHS}<w:document {WORD}><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p>"
            "</w:body></w:document>",
        ),
    ),
    "bad/laughs.xlsx": (
        "document type",
        lambda: package("xl/workbook.xml", f"{BILLION_LAUGHS}<workbook {SHEET}>&j;</workbook>"),
    ),
    "bad/laughs.epub": ("without text", lambda: book("<html/>", BILLION_LAUGHS)),
    "bad/renamed.docx": ("of an old format", lambda: _DOC),
    "bad/old.doc": ("old", lambda: _DOC),
    "bad/deep.json": ("nested too deep", lambda: b"[" * 200_000),
    "bad/nothing.mbox": ("no mail", lambda: b"just words"),
    "bad/\x1b]0;owned\x07\x1b[2J\nname.txt": ("binary", lambda: bytes(range(256)) * 40),
    **{
        f"zero/0{suffix}": ("empty", lambda: b"")
        for suffix in ".txt .md .jsonl .json .csv .tsv .docx .pptx .xlsx .pdf .html .mht .epub .eml"
        " .mbox".split()
    },
}
"""Name -> what is to be told of a file that cannot be read, and its bytes."""

ODD: dict[str, tuple[str, Bytes]] = {
    "odd/cut.pdf": ("breaks off", _cut("paper.pdf", 0.7)),
    "odd/laughs.html": (
        "",
        lambda: f"{BILLION_LAUGHS}<html><body><p>Ha &j;</p></body></html>".encode(),
    ),
}
"""Name -> what is remarked of a file that is read as far as it makes sense, and its bytes."""

PASSED_OVER = (".hidden.txt", ".git/config.txt", "drafts/draft.txt", "film.mp4", "program.exe")
"""Names of files that nothing is told of one by one; `drafts` is left out by a pattern."""
LARGE = "bad/large.txt"


def make(root: Path) -> None:
    """Fill a folder."""
    for name, good in GOOD.items():
        write(root / name, good.data(good.fact))
    for name, (_, data) in (BAD | ODD).items():
        write(root / name, data())
    for name in PASSED_OVER:
        write(root / name, b"The Zelkova archive burnt down.")
    with (root / LARGE).open("wb") as file:  # one line of a gigabyte, which takes no room
        file.seek(1_000_000_000)
        file.write(b"\n")
    write(root.parent / "outside.txt", b"The Zelkova archive burnt down.")
    (root / "outside.txt").symlink_to(root.parent / "outside.txt")
    (root / "loop").symlink_to(root)
    (root / "itself.txt").symlink_to(root / "itself.txt")
    if hasattr(os, "mkfifo"):
        os.mkfifo(root / "pipe.txt")


def write(path: Path, data: bytes) -> None:
    """Put a file in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
