"""Office files made part by part, for what no library writes; and how they are read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from assistant.documents import Document
from assistant.ingest.readers.registry import Reading, read_file
from assistant.ingest.sources.walk import SourceFile

KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
WORD += f' xmlns:r="{KINDS}" xmlns:m="m" xmlns:mc="mc" xmlns:wps="wps" xmlns:v="v"'
SHEET = f'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{KINDS}"'
SLIDE = 'xmlns="http://schemas.openxmlformats.org/presentationml/2006/main"'
SLIDE += f' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{KINDS}"'
BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]>"
)


def read(name: str, data: bytes) -> Reading:
    return Reading.of(read_file(SourceFile(Path("/docs") / name, Path("/docs"), name), data))


def document(name: str, data: bytes) -> Document:
    reading = read(name, data)
    assert reading.skipped == ()
    (one,) = reading.documents
    return one


def package(
    main: str, body: str | bytes, parts: Mapping[str, tuple[str, str]] | None = None
) -> bytes:
    """A file whose main part refers to `parts`: name -> kind and content, with the name as id."""
    parts = parts or {}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("_rels/.rels", _relations({main: "officeDocument"}))
        file.writestr(main, body)
        folder, _, name = main.rpartition("/")
        listed = {part: kind for part, (kind, _) in parts.items()}
        file.writestr(f"{folder}/_rels/{name}.rels", _relations(listed))
        for part, (_, content) in parts.items():
            file.writestr(part, content)
    return out.getvalue()


def word(body: str, **parts: str) -> bytes:
    """A .docx of the elements in its body; `styles`, `footnotes`, `endnotes` are its parts."""
    return package(
        "word/document.xml",
        f"<w:document {WORD}><w:body>{body}</w:body></w:document>",
        {
            f"word/{kind}.xml": (kind, f"<w:{kind} {WORD}>{content}</w:{kind}>")
            for kind, content in parts.items()
        },
    )


def workbook(*sheets: str, strings: str = "", styles: str = "") -> bytes:
    """An .xlsx of the elements of each worksheet, named S1, S2 ..."""
    names = [f"xl/s{number}.xml" for number in range(1, len(sheets) + 1)]
    listed = "".join(f'<sheet name="S{at}" r:id="{name}"/>' for at, name in enumerate(names, 1))
    parts = {
        name: ("worksheet", f"<worksheet {SHEET}>{sheet}</worksheet>")
        for name, sheet in zip(names, sheets, strict=True)
    }
    if strings:
        parts["xl/strings.xml"] = ("sharedStrings", f"<sst {SHEET}>{strings}</sst>")
    if styles:
        parts["xl/styles.xml"] = ("styles", f"<styleSheet {SHEET}>{styles}</styleSheet>")
    body = f"<workbook {SHEET}><sheets>{listed}</sheets></workbook>"
    return package("xl/workbook.xml", body, parts)


def presentation(*slides: str) -> bytes:
    """A .pptx of the shapes of each slide."""
    names = [f"ppt/slide{number}.xml" for number in range(1, len(slides) + 1)]
    listed = "".join(f'<sldId r:id="{name}"/>' for name in names)
    parts = {
        name: ("slide", f"<sld {SLIDE}><cSld><spTree>{shapes}</spTree></cSld></sld>")
        for name, shapes in zip(names, slides, strict=True)
    }
    body = f"<presentation {SLIDE}><sldIdLst>{listed}</sldIdLst></presentation>"
    return package("ppt/presentation.xml", body, parts)


def _relations(parts: Mapping[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="{part}" Type="{KINDS}/{kind}" Target="/{part}"/>'
        for part, kind in parts.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{listed}</Relationships>'
