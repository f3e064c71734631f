"""PDFs whose words are known: set in several layouts, by several programs, from sentences made here.

Lines are broken by `pyphen`, so it is known which hyphens were put in and which are a word's own.
Chromium and LibreOffice set some where they are installed.
"""

from __future__ import annotations

import html
import io
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyphen
from fpdf import FPDF
from fpdf.fonts import FontFace
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

BODIES = (
    "the European Commission|Vietnam's ministry of industry|the Brazilian government|Mexico's tax office|"
    "the port authority of Rotterdam|the customs administration|the Kenyan treasury|India's steel makers|"
    "the Indonesian parliament|the appeals tribunal|Chile's state-owned copper company|the anti-dumping unit"
).split("|")
DID = (
    "announced|postponed|questioned|published|reconsidered|criticised|recommended|suspended|extended|"
    "renegotiated|challenged|authorised|investigated|strengthened|withdrew"
).split("|")
WHAT = (
    "a provisional countervailing duty on hot-rolled steel|the long-term agreement on rare-earth metals|"
    "its environmental requirements for imported fertilisers|the export restrictions on gallium and germanium|"
    "a quota for low-carbon aluminium|the licensing procedure for semiconductor equipment|"
    "preferential treatment for textile manufacturers|the phytosanitary certificate for citrus fruit|"
    "a safeguard investigation into solar modules|the transitional arrangement for fisheries subsidies|"
    "the so-called carbon border adjustment|a memorandum on cross-border electricity trading"
).split("|")
TAIL = (
    "after consultations with representatives of small and medium-sized enterprises|"
    "because processing capacity had fallen by {n} per cent|which covers {n} tariff lines|"
    "while negotiators in Geneva discussed a counter-proposal|although the measure affects only {n} companies|"
    "and gave exporters until {d} to comply|despite warnings from downstream industries|"
    "in response to a complaint lodged on {d}|with an estimated cost of ${n} million|"
    "under the procedures of the Anti-Subsidy Regulation|following a decision of the {o} committee"
).split("|")
MONTHS = "January March April June July September October November".split()
ORDERS = "first second joint standing interministerial advisory".split()


def sentences(count: int, seed: int) -> list[str]:
    """So many different sentences, the same for the same seed."""
    dice = random.Random(seed)
    made: dict[str, None] = {}
    while len(made) < count:
        date = f"{dice.randint(1, 28)} {dice.choice(MONTHS)} {dice.randint(2012, 2026)}"
        tails = [
            t.format(n=f"{dice.randint(2, 9999):,}", d=date, o=dice.choice(ORDERS))
            for t in dice.sample(TAIL, dice.randint(1, 2))
        ]
        subject = dice.choice(BODIES)
        line = f"{subject} {dice.choice(DID)} {dice.choice(WHAT)} {', '.join(tails)}."
        made[line[0].upper() + line[1:]] = None
    return list(made)


def paragraphs(count: int, seed: int, most: int = 6) -> list[list[str]]:
    """So many paragraphs of two sentences and more."""
    dice = random.Random(seed + 1)
    sizes = [dice.randint(2, most) for _ in range(count)]
    every = sentences(sum(sizes), seed)
    return [[every.pop() for _ in range(size)] for size in sizes]


@dataclass
class Truth:
    """A PDF and what is known of it.

    Attributes:
        name: of the layout.
        data: the file.
        sentences: in the order in which they are read.
        furniture: running heads and feet, as they stand on single pages.
        cut: words that were cut at the end of a line, without that hyphen.
        own: words that were cut at a hyphen of their own.
        rows: cells of tables, by row.
        title: what stands in large type on the first page.
        pages: of each sentence, the page on which it begins, from 1, where that is known.
    """

    name: str
    data: bytes = b""
    sentences: list[str] = field(default_factory=list)
    furniture: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    title: str = ""
    pages: dict[str, int] = field(default_factory=dict)


class Setter:
    """Sets paragraphs in columns on pages, as TeX would (each word placed) or with spaces."""

    def __init__(
        self,
        truth: Truth,
        columns: int = 1,
        font: str = "Times-Roman",
        size: float = 10,
        *,
        justified: bool = False,
        hyphenated: bool = False,
        placed: bool = False,
        indented: bool = False,
        head: str = "",
        foot: str = "",
        page: tuple[float, float] = A4,
        rotated: int = 0,
        gutter: float = 18,
        notes: bool = False,
    ) -> None:
        self.truth, self.font, self.size, self.leading = truth, font, size, size * 1.25
        self.justified, self.placed, self.indented = justified, placed, indented
        self.head, self.foot, self.notes, self.rotated = head, foot, notes, rotated
        self.buffer = io.BytesIO()
        self.canvas = Canvas(self.buffer, pagesize=page)
        self.canvas.setTitle("Microsoft Word - draft3.doc")
        self.paper, self.number, self.margin = page, 0, 60.0
        self.columns, self.gutter = columns, gutter
        self.width = (page[0] - 2 * self.margin - (columns - 1) * gutter) / columns
        self.hyphens = pyphen.Pyphen(lang="en_GB") if hyphenated else None
        self.top, self.column, self.y, self.noted = page[1] - 75, 0, 0.0, 0
        self.waiting: list[str] = []
        self.new_page()

    def new_page(self) -> None:
        """Finish the page with its notes and begin another."""
        if self.number:
            self._write_notes()
            self.canvas.showPage()
        if self.rotated:
            self.canvas.setPageRotation(self.rotated)
        self.number += 1
        self.column, self.top = 0, self.paper[1] - 75
        self.y = self.top
        self.canvas.setFont("Helvetica", 8)
        for text, y in ((self.head, self.paper[1] - 40), (self.foot, 32)):
            if text:
                told = text.format(n=self.number)
                self.truth.furniture.append(told)
                self.canvas.drawCentredString(self.paper[0] / 2, y, told)

    def finish(self) -> Truth:
        """The file, and all that is known of it."""
        self._write_notes()
        self.canvas.save()
        self.truth.data = self.buffer.getvalue()
        return self.truth

    def wide(self, text: str, size: float) -> None:
        """A title across all columns."""
        self.canvas.setFont("Helvetica-Bold", size)
        self.canvas.drawString(self.margin, self.y - size, text)
        self.y -= 1.8 * size
        self.top = self.y

    def heading(self, text: str) -> None:
        """A heading within the column."""
        self._room(3 * self.leading)
        self.y -= 0.8 * self.leading
        self._draw([text], self.x, "Helvetica-Bold", self.size * 1.15, 0)
        self.y -= 0.3 * self.leading

    def paragraph(self, spoken: Sequence[str], note: str = "", mark: str = "") -> None:
        """Sentences as one paragraph; `note` is referred to after the first sentence's third word."""
        self.truth.sentences += spoken
        words = " ".join(spoken).split()
        if note:
            self.noted += 1
            words[2] += f"\x00{self.noted}"
            self.waiting.append(f"{self.noted}\x00{note}")
        begins = {0}
        for sentence in spoken[:-1]:
            begins.add(max(begins) + len(sentence.split()))
        indent = self.size * 1.5 if self.indented else 0.0
        hang = self.size * 1.4 if mark else 0.0
        first, at = True, 0
        words = [mark, *words] if mark else words
        begins = {b + bool(mark) for b in begins}
        lines = list(self._broken(words, indent, hang))
        for line, last in lines:
            self._room(self.leading)
            for word in line:
                if at in begins:
                    self.truth.pages.setdefault(spoken[sorted(begins).index(at)], self.number)
                at += not word.endswith("\x01")
            x = self.x + (indent if first else hang)
            slack = self.x + self.width - x - self._width(line)
            stretch = (
                slack / (len(line) - 1) if self.justified and not last and len(line) > 1 else 0
            )
            shown = [word.replace("\x01", "") for word in line]
            self._draw(shown, x, self.font, self.size, stretch)
            first = False
        if not self.indented:
            self.y -= 0.5 * self.leading

    def row(self, cells: Sequence[str], widths: Sequence[float]) -> None:
        """A row of a table without lines: names to the left, figures to the right."""
        self._room(self.leading)
        x = self.x
        self.canvas.setFont(self.font, self.size)
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            if at:
                self.canvas.drawRightString(x + width - 4, self.y - self.size, cell)
            else:
                self.canvas.drawString(x, self.y - self.size, cell)
            x += width
        self.y -= self.leading
        self.truth.rows.append(list(cells))

    @property
    def x(self) -> float:
        """Left edge of the column."""
        return self.margin + self.column * (self.width + self.gutter)

    def _room(self, height: float) -> None:
        if self.y - height < (120 if self.notes else 60):
            if self.column + 1 < self.columns:
                self.column, self.y = self.column + 1, self.top
            else:
                self.new_page()

    def _width(self, words: Sequence[str]) -> float:
        space = pdfmetrics.stringWidth(" ", self.font, self.size)
        plain = [word.split("\x00")[0].replace("\x01", "") for word in words]
        return sum(pdfmetrics.stringWidth(w, self.font, self.size) for w in plain) + space * (
            len(words) - 1
        )

    def _broken(
        self, words: list[str], indent: float, hang: float
    ) -> Iterator[tuple[list[str], bool]]:
        line: list[str] = []
        waiting = words[::-1]
        first = True
        while waiting:
            word = waiting.pop()
            room = self.width - (indent if first else hang)
            if self._width([*line, word]) <= room:
                line.append(word)
                continue
            head, rest = self._cut(line, word, room)
            if head:
                line.append(head + "\x01")
                waiting.append(rest)
            else:
                waiting.append(word)
            yield line, False
            line, first = [], False
        yield line, True

    def _cut(self, line: list[str], word: str, room: float) -> tuple[str, str]:
        """The word in two, so that the first part, hyphen and all, still fits in the line."""
        at = word.rfind("-", 1, -1) + 1
        while at > 1:
            if self._width([*line, word[:at]]) <= room and line:
                self.truth.own.append(word.strip(".,").split("\x00")[0])
                return word[:at], word[at:]
            at = word.rfind("-", 1, at - 1) + 1
        core = word.rstrip(".,")
        if self.hyphens and core.isalpha() and line:
            for head, _ in self.hyphens.iterate(core):
                if len(head) > 1 and self._width([*line, head + "-"]) <= room:
                    self.truth.cut.append(core)
                    return head + "-", word[len(head) :]
        return "", word

    def _draw(self, words: Sequence[str], x: float, font: str, size: float, stretch: float) -> None:
        baseline = self.y - size
        self.canvas.setFont(font, size)
        space = pdfmetrics.stringWidth(" ", font, size)
        if self.placed or any("\x00" in word for word in words):
            for word in words:
                body, _, raised = word.partition("\x00")
                self.canvas.drawString(x, baseline, body)
                x += pdfmetrics.stringWidth(body, font, size)
                if raised:
                    self.canvas.setFont(font, size * 0.6)
                    self.canvas.drawString(x, baseline + size * 0.35, raised)
                    self.canvas.setFont(font, size)
                    x += pdfmetrics.stringWidth(raised, font, size * 0.6) * 0
                x += space + stretch
        else:
            text = self.canvas.beginText(x, baseline)
            text.setWordSpace(stretch)
            text.textOut(" ".join(words))
            self.canvas.drawText(text)
        self.y -= self.leading

    def _write_notes(self) -> None:
        y = 108.0
        if self.waiting:
            self.canvas.line(self.margin, y + 4, self.margin + 100, y + 4)
        for note in self.waiting[:6]:
            number, _, text = note.partition("\x00")
            self.canvas.setFont(self.font, 5)
            self.canvas.drawString(self.margin, y - 6, number)
            self.canvas.setFont(self.font, 8)
            self.canvas.drawString(self.margin + 5, y - 8, text)
            self.truth.sentences.append(text)
            y -= 10
        del self.waiting[:6]


def documents(scale: int = 1) -> Iterator[Truth]:
    """All layouts; `scale` multiplies their length."""
    yield report(12 * scale)
    yield paper(40 * scale)
    yield newsletter(40 * scale)
    yield release()
    yield rotated(12 * scale)
    yield statistics_table()
    yield ruled_table()
    yield chinese()
    if shutil.which("chromium"):
        yield web_article(24 * scale)
        yield hebrew()
    if shutil.which("soffice"):
        yield office_report(24 * scale)


def report(count: int, name: str = "report, one column") -> Truth:
    """Ragged, with headings, items, running head and foot, and notes."""
    truth = Truth(name, title="Trade defence in numbers: annual report")
    head, foot = "Trade defence: annual report", "Directorate for Trade | Page {n}"
    setter = Setter(truth, size=11, head=head, foot=foot, notes=True)
    setter.wide(truth.title, 20)
    spare = sentences(2 * count, 99)
    for at, spoken in enumerate(paragraphs(3 * count, 11)):
        if at % 5 == 0:
            setter.heading(f"{at // 5 + 1}. {WHAT[at % len(WHAT)].capitalize()}")
        if at % 7 == 3:
            for each in spoken:
                setter.paragraph([each], mark="\x95" if at % 2 else "•")
        else:
            note = spare.pop()[:88].rsplit(" ", 1)[0] + "." if at % 4 == 1 and spare else ""
            setter.paragraph(spoken, note)
    return setter.finish()


def paper(count: int) -> Truth:
    """Two columns as TeX sets them: each word placed, justified, hyphenated, paragraphs indented."""
    truth = Truth("paper, two columns", title="Subsidies and strategic minerals")
    setter = Setter(
        truth, 2, size=9.5, justified=True, hyphenated=True, placed=True, indented=True, foot="{n}"
    )
    setter.wide(truth.title, 18)
    for at, spoken in enumerate(paragraphs(count, 12)):
        if at % 8 == 0:
            setter.heading(f"{at // 8 + 1} {WHAT[at % len(WHAT)].capitalize()[:38]}")
        setter.paragraph(spoken)
    return setter.finish()


def newsletter(count: int) -> Truth:
    """Three narrow columns with small gutters, hyphenated, spaces stretched."""
    truth = Truth("newsletter, three columns", title="Trade policy weekly")
    setter = Setter(
        truth,
        3,
        "Helvetica",
        8.5,
        justified=True,
        hyphenated=True,
        gutter=13,
        head="Trade policy weekly, issue 12",
        foot="{n} of 9",
    )
    setter.wide(truth.title, 24)
    for at, spoken in enumerate(paragraphs(count, 13, 4)):
        if at % 6 == 0:
            setter.heading(WHAT[at % len(WHAT)].capitalize()[:26])
        setter.paragraph(spoken)
    return setter.finish()


def release() -> Truth:
    """Two pages, no running head, page numbers between dashes, paragraphs that cross the page."""
    truth = Truth("press release", title="Ministry extends measures on steel")
    setter = Setter(truth, size=12, justified=True, placed=False, foot="- {n} -")
    setter.wide(truth.title, 16)
    for spoken in paragraphs(14, 14):
        setter.paragraph(spoken)
    return setter.finish()


def rotated(count: int) -> Truth:
    """Landscape pages that are stored upright and turned for the eye."""
    truth = Truth("turned pages")
    setter = Setter(
        truth,
        2,
        size=10,
        hyphenated=True,
        justified=True,
        page=landscape(A4),
        rotated=90,
        foot="{n}",
    )
    for spoken in paragraphs(count, 15):
        setter.paragraph(spoken)
    return setter.finish()


def statistics_table() -> Truth:
    """Prose around tables of figures without lines."""
    truth = Truth("tables without lines")
    setter = Setter(truth, size=10, foot="{n}")
    dice = random.Random(16)
    for spoken in paragraphs(6, 16, 3):
        setter.paragraph(spoken)
        widths = [170, 80, 80, 80]
        setter.row(["Product", "2023", "2024", "Change (%)"], widths)
        for name in dice.sample(
            ["Flat steel", "Aluminium foil", "Urea", "Solar glass", "Citric acid"], 4
        ):
            figures = [f"{dice.randint(100, 99999):,}", f"{dice.randint(100, 99999):,}"]
            setter.row([name, *figures, f"{dice.uniform(-40, 40):.1f}"], widths)
        setter.y -= 10
    return setter.finish()


def ruled_table() -> Truth:
    """A table whose cells are drawn and hold wrapped prose, by fpdf2, over several pages."""
    truth = Truth("tables with lines")
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=10)
    intro = sentences(4, 17)
    pdf.multi_cell(0, 6, " ".join(intro))
    truth.sentences += intro
    dice = random.Random(17)
    with pdf.table(col_widths=(20, 35, 50, 15), headings_style=FontFace(emphasis="BOLD")) as table:
        table.row(["Code", "Authority", "Measure", "Duty"])
        for at in range(30):
            cells = [
                f"72{at:02}.10",
                dice.choice(BODIES),
                f"{dice.choice(WHAT)}, {dice.choice(TAIL[:2]).format(n=at)}",
                f"{dice.randint(2, 60)}%",
            ]
            table.row(cells)
            truth.rows.append(cells)
    truth.data = bytes(pdf.output())
    return truth


def chinese() -> Truth:
    """Chinese without spaces, lines broken anywhere."""
    truth = Truth("Chinese")
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setFont("STSong-Light", 12)
    subjects, acts = ["商务部", "海关总署", "欧盟委员会", "财政部"], ["公布了", "延长了", "审查了"]
    things = ["对热轧钢材的反倾销措施", "稀土出口许可制度", "太阳能组件的保障措施调查"]
    made = [
        f"{s}{a}{t}，涉及{n}个税号。"
        for n, (s, a, t) in enumerate(
            ((s, a, t) for s in subjects for a in acts for t in things), 11
        )
    ]
    y = 780
    for start in range(0, len(made), 6):
        text = "".join(made[start : start + 6])
        for at in range(0, len(text), 36):
            canvas.drawString(72, y, text[at : at + 36])
            y -= 18
        y -= 18
    canvas.save()
    truth.sentences, truth.data = made, buffer.getvalue()
    return truth


def web_article(count: int) -> Truth:
    """A web page that Chromium prints: columns, soft hyphens, a table, ligatures of its fonts."""
    truth = Truth("printed web page", title="Ministers reconsider the agreement")
    hyphens = pyphen.Pyphen(lang="en_GB")
    body = [f"<h1>{truth.title}</h1><div class=c>"]
    for at, spoken in enumerate(paragraphs(count, 18)):
        if at % 6 == 0:
            body.append(f"<h2>{WHAT[at % len(WHAT)].capitalize()}</h2>")
        words = " ".join(spoken).split(" ")
        shy = " ".join(
            html.escape(hyphens.inserted(w, "\xad") if w.isalpha() else w) for w in words
        )
        body.append(f"<p>{shy}</p>")
        truth.sentences += spoken
    style = (
        "body{font:11pt 'DejaVu Serif',serif}.c{columns:2;column-gap:18pt;text-align:justify}"
        "p{hyphens:manual;margin:0 0 6pt}h1{font-size:22pt}h2{font-size:13pt}"
    )
    truth.data = chromium(f"<html lang=en><style>{style}</style><body>{''.join(body)}</div>")
    return truth


def hebrew() -> Truth:
    """Right to left, by Chromium."""
    truth = Truth("Hebrew")
    made = [
        f"{who} {did} את {what} בשנת {year}."
        for year, (who, did, what) in enumerate(
            (
                (w, d, t)
                for w in ("משרד הכלכלה", "הנציבות האירופית", "רשות המכס")
                for d in ("פרסם", "האריך", "בחן")
                for t in ("ההסכם על מתכות נדירות", "המכס הזמני על פלדה")
            ),
            2001,
        )
    ]
    text = "".join(f"<p>{' '.join(made[at : at + 6])}</p>" for at in range(0, len(made), 6))
    truth.data = chromium(f"<html lang=he dir=rtl><body style='font:12pt DejaVu Sans'>{text}")
    truth.sentences = made
    return truth


def office_report(count: int) -> Truth:
    """A report that LibreOffice prints: head and foot, footnotes, a section in two columns, a table."""
    truth = Truth("office report", title="Review of trade measures")
    notes = sentences(count, 91)
    flowing = []
    for at, spoken in enumerate(paragraphs(count, 19)):
        text = html.escape(" ".join(spoken), quote=False)
        truth.sentences += spoken
        if at % 4 == 1:
            word = text.split(" ", 3)[2]
            note = notes.pop()
            truth.sentences.append(note)
            mark = (
                f'<text:note text:note-class="footnote"><text:note-citation>{at}</text:note-citation>'
                f'<text:note-body><text:p text:style-name="N">{html.escape(note, quote=False)}</text:p>'
                "</text:note-body></text:note>"
            )
            text = text.replace(word, word + mark, 1)
        if at % 6 == 0:
            flowing.append(
                f'<text:h text:outline-level="1">{WHAT[at % len(WHAT)].capitalize()}</text:h>'
            )
        flowing.append(f'<text:p text:style-name="B">{text}</text:p>')
    half = len(flowing) // 2
    rows = []
    dice = random.Random(19)
    for at in range(8):
        cells = [dice.choice(BODIES), f"{dice.choice(WHAT)} in {2010 + at}", f"{at * 7 + 3}%"]
        truth.rows.append(cells)
        rows.append(cells)
    grid = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell table:style-name="C"><text:p>{html.escape(c, quote=False)}</text:p>'
            "</table:table-cell>"
            for c in row
        )
        + "</table:table-row>"
        for row in [["Authority", "Measure", "Duty"], *rows]
    )
    truth.furniture = ["Review of trade measures, volume 3", "Secretariat"]
    truth.data = office(
        truth.title, *truth.furniture, "".join(flowing[:half]), grid, "".join(flowing[half:])
    )
    return truth


def office(title: str, head: str, foot: str, one: str, grid: str, two: str) -> bytes:
    """A report as LibreOffice prints it: `one` column, the rows of a table, `two` columns."""
    source = _FODT.format(title=title, head=head, foot=foot, one=one, two=two, grid=grid)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.fodt"
        path.write_text(source, encoding="utf-8")
        home = f"-env:UserInstallation=file://{folder}/home"
        command = ["soffice", home, "--headless", "--convert-to", "pdf"]
        command += ["--outdir", folder, str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return path.with_suffix(".pdf").read_bytes()


def chromium(page: str) -> bytes:
    """A page as Chromium prints it."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(f"<!doctype html><meta charset=utf-8>{page}", encoding="utf-8")
        command = [
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-pdf-header-footer",
        ]
        command += [f"--user-data-dir={folder}/home", f"--print-to-pdf={target}", source.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return target.read_bytes()


_FODT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:styles>
<style:style style:name="B" style:family="paragraph">
<style:paragraph-properties fo:text-align="justify" fo:margin-bottom="0.2cm"/>
<style:text-properties fo:font-size="11pt"/></style:style>
<style:style style:name="N" style:family="paragraph"><style:text-properties fo:font-size="8pt"/></style:style>
<style:style style:name="T" style:family="paragraph"><style:text-properties fo:font-size="22pt" fo:font-weight="bold"/></style:style>
<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph" style:default-outline-level="1">
<style:paragraph-properties fo:margin-top="0.4cm" fo:margin-bottom="0.2cm" fo:keep-with-next="always"/>
<style:text-properties fo:font-size="14pt" fo:font-weight="bold"/></style:style>
</office:styles>
<office:automatic-styles>
<style:style style:name="S" style:family="section"><style:section-properties>
<style:columns fo:column-count="2" fo:column-gap="0.6cm"/></style:section-properties></style:style>
<style:style style:name="C" style:family="table-cell">
<style:table-cell-properties fo:border="0.5pt solid #000000" fo:padding="0.1cm"/></style:style>
<style:page-layout style:name="P"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm"
 fo:margin="2cm"/><style:header-style/><style:footer-style/></style:page-layout>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="P">
<style:header><text:p>{head}</text:p></style:header>
<style:footer><text:p>{foot} <text:page-number/></text:p></style:footer>
</style:master-page></office:master-styles>
<office:body><office:text>
<text:p text:style-name="T">{title}</text:p>
{one}
<table:table><table:table-column table:number-columns-repeated="3"/>{grid}</table:table>
<text:section text:style-name="S" text:name="two">{two}</text:section>
</office:text></office:body></office:document>
"""
