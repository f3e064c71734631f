"""Letters that a font's table tells wrongly are looked up by name, or the page is not believed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from fpdf import FPDF

from assistant.ingest.pdf import reader
from assistant.ingest.pdf.glyphs import Glyph
from assistant.ingest.pdf.letters import is_legible
from assistant.ingest.readers.base import Extracted, Remark, UnreadableError

DRAWN = b"The \xafeet of the \xaerst o\xb1ce had seven di\xb0erent boats for o\xb0shore \xaeshing."
TOLD = "The fleet of the first office had seven different boats for offshore fishing."
LONG = (
    "The wardens of the old harbour asked for a higher toll on every barge that came up the river "
    "in spring, and the council granted it until the end of the season because the quays had been "
    "flooded and the cranes were broken. Many masters paid without complaint, though some sailed "
    "past towards another town whose harbour still charged less."
)


def lettered(table: Mapping[int, str], shift: int = 0, names: bool = True) -> bytes:
    """A page whose font has these values for its ligatures, and others shifted by so much."""
    rows = [f"<{c:02X}> <{c + shift if c > 32 else c:04X}>" for c in range(32, 127)]
    rows += [f"<{code:02X}> <{value}>" for code, value in table.items()]
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /x def /CMapType 2 "
        f"def 1 begincodespacerange <00> <FF> endcodespacerange {len(rows)} beginbfchar\n"
        + "\n".join(rows)
        + "\nendbfchar endcmap end end"
    )
    drawn = b"BT /F1 12 Tf 72 720 Td (" + DRAWN + b") Tj ET"
    differences = "174 /fi /fl /ff /ffi" if names else "174 /g1 /g2 /g3 /g4"
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R /Encoding << /Type"
        b" /Encoding /BaseEncoding /WinAnsiEncoding /Differences [%b] >> >>" % differences.encode(),
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(cmap), cmap.encode()),
    ]
    out = b"%PDF-1.5\n"
    for number, body in enumerate(bodies, 1):
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    return out + b"trailer << /Root 1 0 R >>\n%%EOF\n"


def read(data: bytes) -> str:
    return next(e.text for e in reader.extract(data, "a.pdf") if isinstance(e, Extracted))


@pytest.mark.parametrize(
    "values",
    [
        ("E010", "E011", "E012", "E013"),
        ("0000", "0000", "0000", "0000"),
        ("FFFD", "FFFD", "FFFD", "FFFD"),
        ("FB01", "FB02", "FB00", "FB03"),
    ],
)
def test_ligatures_without_letters_are_read_by_their_names(values: tuple[str, ...]) -> None:
    data = lettered(dict(zip(range(0xAE, 0xB2), values, strict=True)))
    assert read(data) == TOLD
    assert not [item for item in reader.extract(data, "a.pdf") if isinstance(item, Remark)]


def test_what_no_name_tells_is_remarked() -> None:
    data = lettered(dict.fromkeys(range(0xAE, 0xB2), "E010"), names=False)
    remarks = [item.text for item in reader.extract(data, "a.pdf") if isinstance(item, Remark)]
    assert any("do not tell" in remark for remark in remarks)
    assert "di\ufffderent" in read(data)


@pytest.mark.parametrize("shift", [0x1F00, 0x350, 0x3D0, 0x100, 1])
def test_letters_that_are_all_wrong_are_read_by_their_names(shift: int) -> None:
    ligatures = {0xAE: "FB01", 0xAF: "FB02", 0xB0: "FB00", 0xB1: "FB03"}
    assert read(lettered(ligatures, shift)) == TOLD


def unnamed(text: str, shift: int) -> bytes:
    """A page in a font without names, whose table is shifted."""
    import reportlab

    document = FPDF()
    document.set_compression(False)
    document.add_page()
    document.add_font("V", fname=Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")
    document.set_font("V", size=11)
    document.multi_cell(0, 6, text)
    entry = re.compile(rb"(<[0-9A-F]{4}> )<([0-9A-F]{4})>\n")

    def moved(match: re.Match[bytes]) -> bytes:
        code = int(match[2], 16)
        return match[1] + b"<%04X>\n" % (code + shift if code > 32 else code)

    return entry.sub(moved, bytes(document.output()))


def test_a_page_of_wrong_letters_without_names_needs_ocr() -> None:
    assert LONG in " ".join(read(unnamed(LONG, 0)).split())
    for shift in (0x1F00, 0x350, 0x3D0, 0x100, 3):
        with pytest.raises(UnreadableError, match="needs OCR"):
            list(reader.extract(unnamed(LONG, shift), "a.pdf"))


@pytest.mark.parametrize(
    "text",
    [
        "Οι φύλακες του παλιού λιμανιού ζήτησαν υψηλότερα τέλη για κάθε φορτηγίδα του ποταμού.",
        "ΟΙ ΦΥΛΑΚΕΣ ΤΟΥ ΠΑΛΙΟΥ ΛΙΜΑΝΙΟΥ ΖΗΤΗΣΑΝ ΥΨΗΛΟΤΕΡΑ ΤΕΛΗ ΓΙΑ ΚΑΘΕ ΦΟΡΤΗΓΙΔΑ",
        "Смотрители старой гавани просили повысить пошлину на каждую баржу, которая пришла весной.",
        "Strážci starého přístavu žádali vyšší poplatek za každý člun, který připlul po řece.",
        "Những người trông coi bến cảng cũ yêu cầu thu phí cao hơn đối với mỗi chiếc sà lan.",
        "GDP EUR USD SEK DKK HS7606 XK421 LRP1250 kWh km2 BRT TEU HTML CSV",
    ],
)
def test_other_languages_and_codes_are_legible(text: str) -> None:
    glyphs = [Glyph(c, n, n + 1, 0, 10, False, text[n - 1 : n] == " ") for n, c in enumerate(text)]
    assert is_legible([glyph for glyph in glyphs if glyph.text != " "] * 3)


def bitmaps(text: bytes, names: str) -> bytes:
    """A page in a font that draws its glyphs itself, each called by the pattern of its code."""
    codes = sorted(set(text))
    calls = " ".join(f"{code} /{names.format(code)}" for code in codes)
    drawings = " ".join(f"/{names.format(code)} 6 0 R" for code in codes)
    hexed = text.hex()
    page = f"BT /F1 10 Tf 40 700 Td <{hexed}> Tj ET".encode()
    drawn = b"5 0 0 0 5 7 d1 0 0 4 6 re f"
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(page), page),
        (
            "<< /Type /Font /Subtype /Type3 /FontMatrix [0.1 0 0 0.1 0 0] /FontBBox [0 0 5 7] "
            f"/FirstChar 0 /LastChar 255 /Widths [{' '.join(['5'] * 256)}] /Resources << >> "
            f"/CharProcs << {drawings} >> /Encoding << /Type /Encoding "
            f"/Differences [{calls}] >> >>"
        ).encode(),
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawn), drawn),
    ]
    out = b"%PDF-1.5\n"
    for number, body in enumerate(bodies, 1):
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    return out + b"trailer << /Root 1 0 R >>\n%%EOF\n"


COST = b"The o\x1ece took \x241,200 at 20 \xb0C, and \x10about\x11 forty caf\xe9s paid."


def test_bitmaps_of_tex_are_read_by_their_codes() -> None:
    told = "The office took $1,200 at 20 °C, and “about” forty cafés paid."
    assert read(bitmaps(COST, "a{}")) == told


def test_glyphs_that_are_called_by_anything_but_their_code_are_not_guessed() -> None:
    with pytest.raises(UnreadableError, match="needs OCR"):
        read(bitmaps(COST, "g{}"))
