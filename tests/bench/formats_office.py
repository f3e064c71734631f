"""Office files and tables: what each reader keeps of documents whose words are known, and its time.

`python -m tests.bench formats_office`. The documents are made here, in layouts as agencies use
them. Readers that are not installed are passed over; to compare all of them: `pip install docx2txt
docx2python mammoth python-calamine pandas clevercsv llama-index-readers-file`.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assistant.ingest.readers.registry import Reading, read_file
from assistant.ingest.sources.walk import SourceFile
from tests.bench import table
from tests.ingest.readers.office import KINDS, WORD

Reader = Callable[[Path], str]


@dataclass(frozen=True, slots=True)
class Sample:
    """A file, and what a reader should and should not find in it.

    Attributes:
        wanted: sentences, or cells as they are shown.
        unwanted: what was deleted, hidden, or stands on every page.
        rows: of tables, each as what one line must hold to be understood alone.
    """

    name: str
    data: bytes
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def bench(options: argparse.Namespace) -> None:
    """Print a table a format: shares found, shares found that should not be, seconds a file."""
    rng = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        _compare("Word, .docx", word_samples(rng), WORD_READERS, Path(folder), options.runs)
        _compare("PowerPoint, .pptx", slide_samples(rng), SLIDE_READERS, Path(folder), options.runs)
        _compare("Excel, .xlsx", sheet_samples(rng), SHEET_READERS, Path(folder), options.runs)
        _dialects(rng, Path(folder))


def _compare(
    what: str, samples: list[Sample], readers: dict[str, Reader], folder: Path, runs: int
) -> None:
    table.heading(f"{what}: {len(samples)} files, {sum(len(s.data) for s in samples) / 1e6:.2f} MB")
    print(f"  {'':28}{'found':>10}{'unwanted':>10}{'rows':>10}{'seconds':>10}")
    for name, reader in readers.items():
        try:
            _line(name, reader, samples, folder, runs)
        except ImportError as exc:
            print(f"  {name:28}not installed ({exc.name})")


def _line(name: str, reader: Reader, samples: list[Sample], folder: Path, runs: int) -> None:
    found, unwanted, rows, times = [], [], [], []
    for sample in samples:
        path = folder / sample.name
        path.write_bytes(sample.data)
        text = reader(path)
        flat = " ".join(text.split())
        found += [" ".join(each.split()) in flat for each in sample.wanted]
        unwanted += [each in flat for each in sample.unwanted]
        lines = text.splitlines()
        rows += [any(all(cell in line for cell in row) for line in lines) for row in sample.rows]
    for _ in range(runs):
        begun = time.perf_counter()
        for sample in samples:
            reader(folder / sample.name)
        times.append(time.perf_counter() - begun)
    shares = (f"{sum(each) / len(each):.3f}" if each else "-" for each in (found, unwanted, rows))
    print(f"  {name:28}{''.join(f'{share:>10}' for share in shares)}", end="")
    print(f"{statistics.median(times):>10.2f}", flush=True)


def ours(path: Path) -> str:
    """The text as the program keeps it."""
    file = SourceFile(path, path.parent, path.name)
    return "\n".join(d.text for d in Reading.of(read_file(file, path.read_bytes())).documents)


# --- Word ------------------------------------------------------------------------------------


def word_samples(rng: random.Random) -> list[Sample]:
    """Reports, drafts under review, and press releases."""
    samples = []
    for number in range(6):
        said = sentences(rng, 60)
        samples += [
            _report(number, said[:40]),
            _review(number, said[40:50]),
            _release(number, said),
        ]
    return samples


def sentences(rng: random.Random, count: int) -> list[str]:
    """Sentences that are all different."""
    who = "The Commission|The U.S. Trade Representative|Chile|The ministry|Dr. Ruiz".split("|")
    did = "raised duties on|suspended tariffs on|reviewed quotas for|lowered rates of".split("|")
    what = "semiconductors|steel pipe|lithium cells|diodes|solar cells".split("|")
    return [
        f"{rng.choice(who)} {rng.choice(did)} {rng.choice(what)} by {rng.randrange(1, 90)}% in "
        f"case No. {1000 + at + rng.randrange(9) * 1000}."
        for at in range(count)
    ]


def _report(number: int, said: list[str]) -> Sample:
    import docx

    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "RUNNING HEADER"
    made.sections[0].footer.paragraphs[0].text = "RUNNING FOOTER"
    for at, each in enumerate(said):
        if at % 10 == 0:
            made.add_heading(f"Chapter {at}", 1 + at % 3)
        made.add_paragraph(each, style="List Bullet" if at % 7 == 0 else None)
    lines = [(f"8541.{at}0", f"Diodes of kind {at}", f"{at}5%") for at in range(1, 9)]
    _table(made, [("HTS code", "Description", "Rate"), *lines])
    rows = tuple(("HTS code", a, "Description", b, "Rate", c) for a, b, c in lines)
    unwanted = ("RUNNING HEADER", "RUNNING FOOTER")
    return Sample(f"report{number}.docx", _saved(made), tuple(said), unwanted, rows)


def _review(number: int, said: list[str]) -> Sample:
    import docx
    from docx.oxml import parse_xml

    made = docx.Document()
    kept, dropped = said[:5], [each.replace("in case", "in dropped case") for each in said[5:]]
    mark = 'w:id="1" w:author="A" w:date="2025-01-01T00:00:00Z"'
    for good, bad in zip(kept, dropped, strict=True):
        head, _, tail = good.partition(" by ")
        paragraph = made.add_paragraph()._p
        paragraph.append(_run(parse_xml, f"{head} by "))
        paragraph.append(parse_xml(f"<w:ins {WORD} {mark}>{_r(tail)}</w:ins>"))
        gone = _r(" " + bad).replace("w:t>", "w:delText>").replace("<w:t ", "<w:delText ")
        paragraph.append(parse_xml(f"<w:del {WORD} {mark}>{gone}</w:del>"))
    hidden = made.add_paragraph("Shown. ").add_run("Hidden words of the editor.")
    hidden.font.hidden = True
    unwanted = (*dropped, "Hidden words of the editor.")
    return Sample(f"review{number}.docx", _saved(made), tuple(kept), unwanted)


def _release(number: int, said: list[str]) -> Sample:
    import docx
    from docx.oxml import parse_xml

    made = docx.Document()
    box, note, control, linked, field, nested = said[50:56]
    made.add_paragraph("Lead paragraph.")
    made.element.body.insert(0, parse_xml(f"<w:p {WORD}>{_box(box)}</w:p>"))
    made.element.body.insert(
        1, parse_xml(f"<w:sdt {WORD}><w:sdtContent><w:p>{_r(control)}</w:p></w:sdtContent></w:sdt>")
    )
    head, _, tail = linked.partition(" in case ")
    link = made.add_paragraph()._p
    link.append(_run(parse_xml, head + " in "))
    link.append(parse_xml(f'<w:hyperlink {WORD} w:anchor="a">{_r("case " + tail)}</w:hyperlink>'))
    fielded = made.add_paragraph()._p
    fielded.append(
        parse_xml(f'<w:fldSimple {WORD} w:instr="DOCPROPERTY">{_r(field)}</w:fldSimple>')
    )
    noted = made.add_paragraph("A claim with its note.")._p
    noted.append(parse_xml(f'<w:r {WORD}><w:footnoteReference w:id="2"/></w:r>'))
    outer = made.add_table(2, 2)
    outer.cell(0, 0).text, outer.cell(0, 1).text = "Left", "Right"
    outer.cell(1, 1).add_table(1, 1).cell(0, 0).text = nested
    data = _with_footnote(_saved(made), note)
    return Sample(f"release{number}.docx", data, (box, note, control, linked, field, nested))


def _r(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def _run(parse: Callable[[str], Any], words: str) -> Any:
    return parse(f'<w:r {WORD}><w:t xml:space="preserve">{words}</w:t></w:r>')


def _box(words: str) -> str:
    inner = f"<w:txbxContent><w:p>{_r(words)}</w:p></w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/'
        f'2006"><mc:Choice Requires="wps"><w:drawing><wps:txbx>{inner}</wps:txbx></w:drawing>'
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{inner}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def _with_footnote(data: bytes, words: str) -> bytes:
    """The document with a part of footnotes, which python-docx does not write."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    override = f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/>'
    additions = {
        "[Content_Types].xml": f"{override}</T",
        "word/_rels/document.xml.rels": (
            f'<Relationship Id="n1" Type="{KINDS}/footnotes" Target="footnotes.xml"/></R'
        ),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            part = old.read(name)
            if (more := additions.get(name)) is not None:
                part = part.replace(f"</{more[-1]}".encode(), more.encode(), 1)
            new.writestr(name, part)
        note = f'<w:footnote w:id="2"><w:p>{_r(words)}</w:p></w:footnote>'
        new.writestr("word/footnotes.xml", f"<w:footnotes {WORD}>{note}</w:footnotes>")
    return out.getvalue()


def _table(made: Any, rows: list[tuple[str, ...]]) -> None:
    grid = made.add_table(len(rows), len(rows[0]))
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            grid.cell(at, column).text = cell


def _saved(made: Any) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _python_docx(path: Path) -> str:
    import docx

    def told(block: Any) -> str:
        if hasattr(block, "rows"):
            return "\n".join(" | ".join(cell.text for cell in row.cells) for row in block.rows)
        return str(block.text)

    return "\n".join(told(block) for block in docx.Document(str(path)).iter_inner_content())


def _docx2txt(path: Path) -> str:
    import docx2txt

    return str(docx2txt.process(str(path)))


def _docx2python(path: Path) -> str:
    from docx2python import docx2python

    with docx2python(str(path)) as read:
        return str(read.text)


def _mammoth(path: Path) -> str:
    import mammoth

    with path.open("rb") as file:
        return str(mammoth.extract_raw_text(file).value)


def _llama(kind: str) -> Reader:
    def read(path: Path) -> str:
        import llama_index.readers.file as readers

        loaded = getattr(readers, kind)().load_data(path)
        return "\n".join(each.text for each in loaded)

    return read


WORD_READERS: dict[str, Reader] = {
    "ours": ours,
    "python-docx": _python_docx,
    "docx2txt": _docx2txt,
    "docx2python": _docx2python,
    "mammoth": _mammoth,
    "LlamaIndex DocxReader": _llama("DocxReader"),
}

# --- PowerPoint ------------------------------------------------------------------------------


def slide_samples(rng: random.Random) -> list[Sample]:
    """Decks with bullets, notes, a table, a group, and a hidden slide; order is a row of two."""
    return [_deck(number, sentences(rng, 12)) for number in range(6)]


def _deck(number: int, said: list[str]) -> Sample:
    from pptx import Presentation
    from pptx.util import Inches

    made = Presentation()
    one = made.slides.add_slide(made.slide_layouts[1])
    one.shapes.title.text, one.placeholders[1].text_frame.text = said[0], said[1]
    one.notes_slide.notes_text_frame.text = said[2]
    two = made.slides.add_slide(made.slide_layouts[6])
    group = two.shapes.add_group_shape()
    group.shapes.add_textbox(0, Inches(3), Inches(2), Inches(1)).text_frame.text = said[3]
    grid = two.shapes.add_table(2, 3, 0, Inches(5), Inches(5), Inches(1)).table
    cells = [("Code", "Goods", "Rate"), ("8541.10", "Diodes", "25%")]
    for at, row in enumerate(cells):
        for column, cell in enumerate(row):
            grid.cell(at, column).text = cell
    three = made.slides.add_slide(made.slide_layouts[5])
    three.shapes.title.text = "A hidden slide."
    three._element.set("show", "0")
    row = ("Code", "8541.10", "Goods", "Diodes", "Rate", "25%")
    wanted = (*said[:4], "8541.10")
    return Sample(f"deck{number}.pptx", _saved(made), wanted, ("A hidden slide.",), (row,))


def _python_pptx(path: Path) -> str:
    from pptx import Presentation

    out = []
    for slide in Presentation(str(path)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                out.append(shape.text_frame.text)
            if shape.has_table:
                out += [" | ".join(cell.text for cell in row.cells) for row in shape.table.rows]
    return "\n".join(out)


SLIDE_READERS: dict[str, Reader] = {
    "ours": ours,
    "python-pptx, shapes": _python_pptx,
    "LlamaIndex PptxReader": _llama("PptxReader"),
}

# --- Excel -----------------------------------------------------------------------------------


def sheet_samples(rng: random.Random) -> list[Sample]:
    """Tariff lines below a title and a header in two rows; one workbook is large."""
    return [_lines(number, rng, 40) for number in range(5)] + [_lines(5, rng, 10_000)]


def _lines(number: int, rng: random.Random, count: int) -> Sample:
    import openpyxl

    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (
        ["Table 1. Additional duties"],
        ["HTS code", "Rate", None, "Imports", "From"],
        [None, "2024", "2025", None, None],
    ):
        sheet.append(row)
    for area in ("A1:E1", "B2:C2", "A2:A3", "D2:D3", "E2:E3"):
        sheet.merge_cells(area)
    wanted, rows = [], []
    for at in range(count):
        imports, rate = 10_000_000 + rng.randrange(10**7), rng.randrange(10, 99)
        code, day = f"{8000 + at}.10", date(2025, 1 + at % 12, 1 + at % 28)
        sheet.append([code, rate / 100, 0.5, imports, day])
        for column, form in ((2, "0%"), (3, "0.0%"), (4, "#,##0"), (5, "yyyy-mm-dd")):
            sheet.cell(at + 4, column).number_format = form
        shown = (code, f"{rate}%", "50.0%", f"{imports:,}", day.isoformat())
        wanted += shown
        rows.append((*shown, "HTS code", "2024", "2025", "Imports", "From"))
    away = made.create_sheet("Away")
    away.append(["A hidden sheet."])
    away.sheet_state = "hidden"
    data = _saved(made)
    name = f"lines{number}.xlsx"
    return Sample(name, data, tuple(wanted[:200]), ("A hidden sheet.",), tuple(rows[:40]))


def _rows_told(rows: Iterable[Iterable[object]]) -> str:
    return "\n".join(" | ".join("" if c is None else str(c) for c in row) for row in rows)


def _openpyxl(path: Path) -> str:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    return "\n".join(_rows_told(sheet.iter_rows(values_only=True)) for sheet in book.worksheets)


def _calamine(path: Path) -> str:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    return "\n".join(_rows_told(book.get_sheet_by_name(n).to_python()) for n in book.sheet_names)


def _pandas(path: Path) -> str:
    import pandas

    sheets = pandas.read_excel(path, sheet_name=None)
    return "\n".join(each.to_csv(index=False) for each in sheets.values())


SHEET_READERS: dict[str, Reader] = {
    "ours": ours,
    "openpyxl, read-only": _openpyxl,
    "python-calamine": _calamine,
    "pandas": _pandas,
    "LlamaIndex PandasExcelReader": _llama("PandasExcelReader"),
}

# --- tables as text --------------------------------------------------------------------------

_HEADER = ["Code", "Goods, in words", "Rate; in %", "Note"]


def _dialects(rng: random.Random, folder: Path) -> None:
    """Print how many files of how many ways to write a table are parted into the right cells."""
    files = list(_files(rng))
    table.heading(f"Tables as text: {len(files)} files in as many dialects")
    for name, part in DIALECT_READERS.items():
        try:
            begun = time.perf_counter()
            right = sum(_parted(part, text) == rows for text, rows in files)
            seconds = time.perf_counter() - begun
            print(f"  {name:28}{right / len(files):>10.3f}{seconds:>10.2f} s", flush=True)
        except ImportError as exc:
            print(f"  {name:28}not installed ({exc.name})")


def _parted(part: Callable[[str], list[list[str]]], text: str) -> list[list[str]] | None:
    try:
        return part(text)
    except ImportError:
        raise
    except Exception:
        return None  # a library that gives up has not parted it


def _files(rng: random.Random) -> Iterator[tuple[str, list[list[str]]]]:
    for delimiter in ",;\t|":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
            for end in ("\n", "\r\n"):
                for decimal in (".", ","):
                    for count in (3, 60):
                        rows = [_HEADER]
                        for at in range(count):
                            rate = f"{rng.randrange(9)}{decimal}{rng.randrange(10, 99)}"
                            goods = rng.choice(("Diodes, fast", 'The "new" kind', "Tubes; old"))
                            rows.append([f"8541.{at}", goods, rate, rng.choice(("", "a\nb", "c"))])
                        out = io.StringIO()
                        writer = csv.writer(
                            out, delimiter=delimiter, quoting=quoting, lineterminator=end
                        )
                        writer.writerows(rows)
                        yield out.getvalue(), rows


def _own_dialect(text: str) -> list[list[str]]:
    from assistant.ingest.readers.delimited import _delimiter

    return list(csv.reader(io.StringIO(text, ""), delimiter=_delimiter(text, "a.csv")))


def _sniffer(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, ""), csv.Sniffer().sniff(text[:4096])))


def _clevercsv(text: str) -> list[list[str]]:
    import clevercsv

    dialect = clevercsv.Sniffer().sniff(text)
    return [list(row) for row in clevercsv.reader(io.StringIO(text, ""), dialect)]


def _pandas_csv(text: str) -> list[list[str]]:
    import pandas

    read = pandas.read_csv(
        io.StringIO(text), sep=None, engine="python", header=None, dtype=str, keep_default_na=False
    )
    return [list(row) for row in read.itertuples(index=False)]


DIALECT_READERS: dict[str, Callable[[str], list[list[str]]]] = {
    "ours": _own_dialect,
    "csv.Sniffer": _sniffer,
    "clevercsv": _clevercsv,
    "pandas, sep=None": _pandas_csv,
}
