"""Damaged and hostile office files and tables are read or told of; nothing is raised."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable

import docx
import openpyxl
import pytest
from pptx import Presentation

from tests.ingest.readers.office import read


def _word() -> bytes:
    made = docx.Document()
    made.add_heading("Duties", 1)
    made.add_paragraph("They rose to 25%.", style="List Bullet")
    table = made.add_table(3, 3)
    for at in range(9):
        table.cell(at // 3, at % 3).text = f"cell {at}"
    return _saved(made)


def _slides() -> bytes:
    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "Duties"
    slide.notes_slide.notes_text_frame.text = "Slowly."
    slide.shapes.add_table(2, 2, 0, 0, 9, 9).table.cell(0, 0).text = "Code"
    return _saved(made)


def _workbook() -> bytes:
    made = openpyxl.Workbook()
    assert made.active is not None
    for row in (["Code", "Rate", None], ["8541", 0.25, 1], ["8542", 0.5, 2]):
        made.active.append(row)
    made.active["B2"].number_format = "0.0%"
    made.active.merge_cells("B1:C1")
    return _saved(made)


def _saved(made: object) -> bytes:
    out = io.BytesIO()
    made.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


SAMPLES: dict[str, Callable[[], bytes]] = {
    "a.docx": _word,
    "a.pptx": _slides,
    "a.xlsx": _workbook,
    "a.csv": lambda: b'Code,Goods\n8541,"Diodes, e.g.\nNo. 5"\n' * 20,
    "a.json": lambda: b'{"results": [{"title": "T", "text": "Words."}, {"a": [1, {"b": null}]}]}',
}
NUMBERS = ["-1", "0", "999999999", "9" * 30, "x", "", "1e5", "A1:XFD1048576"]


def damaged(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    at, size = rng.randrange(len(out)), rng.randrange(1, 500)
    match rng.randrange(5):
        case 0:
            del out[at:]
        case 1:
            for _ in range(rng.choice((1, 5, 50))):
                out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
        case 2:
            out[at : at + size] = bytes(len(out[at : at + size]))
        case 3:
            out[at:at] = out[at : at + size]
        case 4:
            del out[at : at + size]
    return bytes(out)


def altered(xml: bytes, rng: random.Random) -> bytes:
    """The part still well-formed, more often than not, but with another meaning."""
    text = xml.decode("utf-8", "replace")
    numbers, names = list(re.finditer(r'"\d+"', text)), re.findall(r"<(\w+:?\w*)[ >/]", text)
    match rng.randrange(3):
        case 0 if numbers:
            found = rng.choice(numbers)
            text = f'{text[: found.start()]}"{rng.choice(NUMBERS)}"{text[found.end() :]}'
        case 1:
            text = text.replace(rng.choice(names), rng.choice(names))
        case _:
            return damaged(xml, rng)
    return text.encode()


def repacked(data: bytes, rng: random.Random) -> bytes:
    """A sound archive in which one part is altered, so that what reads the parts is reached."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        chosen = rng.choice([name for name in old.namelist() if name.endswith(("xml", "rels"))])
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, altered(part, rng) if name == chosen else part)
    return out.getvalue()


@pytest.mark.parametrize("name", SAMPLES)
def test_damage_never_raises_and_is_told_in_a_line(name: str) -> None:
    rng = random.Random(name)
    whole = SAMPLES[name]()
    for number in range(40):
        office = number % 2 and whole.startswith(b"PK")
        data = repacked(whole, rng) if office else damaged(whole, rng)
        reading = read(rng.choice(list(SAMPLES)) if number % 10 == 0 else name, data)
        assert reading.documents or reading.skipped
        assert all(note.reason.isprintable() for note in (*reading.skipped, *reading.notes))
