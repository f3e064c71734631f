"""E-books: chapters in order under their headings; broken, locked and hostile ones told."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from assistant.ingest.readers.base import Extracted, Fault, UnreadableError
from assistant.ingest.readers.epub import extract
from assistant.ingest.readers.registry import Reading, read_file
from assistant.ingest.sources.walk import SourceFile

CONTAINER = """<?xml version="1.0"?><container version="1.0"
 xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
 <rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>"""
OPF = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">
<dc:title>Trade in  Steel</dc:title><dc:creator>Jane Doe</dc:creator><dc:creator>Li Wei</dc:creator>
<dc:publisher>Example Press</dc:publisher><dc:language>en</dc:language>
<dc:date opf:event="modification">2026-05-01</dc:date>
<dc:date opf:event="publication">2025-11-02</dc:date></metadata>
<manifest><item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
<item id="b" href="text/two%20b.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="text/one.xhtml" media-type="application/xhtml+xml"/>
<item id="c" href="text/three.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/><itemref idref="c"/></spine>
</package>"""
NAV = """<html xmlns="http://www.w3.org/1999/xhtml"><body><nav><ol>
<li><a href="text/one.xhtml">One</a></li><li><a href="text/two%20b.xhtml#x">The second part</a></li>
<li><a href="text/three.xhtml">Three</a></li></ol></nav></body></html>"""
PAGE = """<?xml version="1.0" encoding="utf-8"?>
<html><head><title>x</title></head><body>{}</body></html>"""
BOOK = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "OEBPS/book.opf": OPF,
    "OEBPS/nav.xhtml": NAV,
    "OEBPS/text/one.xhtml": PAGE.format("<h1>Chapter one</h1><p>Duties rose.</p><script/>"),
    "OEBPS/text/two b.xhtml": PAGE.format("<p>Zölle fell.</p><aside>A note.</aside>"),
    "OEBPS/text/three.xhtml": PAGE.format("<p class='t'>Three</p><p>The end.</p>"),
}


def packed(**changes: str | None) -> bytes:
    book = {**BOOK, **{name.replace("__", "/"): text for name, text in changes.items()}}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in book.items():
            if text is not None:
                archive.writestr(name, text)
    return buffer.getvalue()


def book(members: dict[str, str | None]) -> list[object]:
    return list(extract(packed(**members), "a.epub"))


def test_chapters_come_in_the_order_of_reading_each_under_its_heading():
    (found,) = book({})

    assert isinstance(found, Extracted)
    assert found.text == (
        "# Chapter one\n\nDuties rose.\n\n# The second part\n\nZölle fell.\n\nA note.\n\n"
        "# Three\n\nThe end."
    )


def test_what_the_book_says_of_itself_is_told():
    (found,) = book({})

    assert isinstance(found, Extracted)
    assert (found.title, found.author) == ("Trade in Steel", "Jane Doe, Li Wei")
    assert (found.publisher, found.language) == ("Example Press", "en")
    assert found.published == "2025-11-02"


def test_a_chapter_that_is_missing_is_told_and_the_others_read():
    fault, found = book({"OEBPS/text/one.xhtml": None})

    assert isinstance(fault, Fault)
    assert fault.place == "OEBPS/text/one.xhtml"
    assert isinstance(found, Extracted)
    assert "Zölle fell." in found.text


def test_a_chapter_in_another_encoding_is_read_in_it():
    page = PAGE.replace("utf-8", "iso-8859-1").format("<p>Zölle</p>").encode("latin-1")
    (found,) = book({"OEBPS/text/one.xhtml": page})  # type: ignore[dict-item]

    assert isinstance(found, Extracted)
    assert found.text.startswith("# One\n\nZölle")


def encryption(algorithm: str) -> str:
    return f"""<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"
 xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>
 <enc:EncryptionMethod Algorithm="{algorithm}"/><enc:CipherData>
 <enc:CipherReference URI="OEBPS/text/one.xhtml"/></enc:CipherData></enc:EncryptedData>
</encryption>"""


def test_a_book_protected_against_copying_is_told():
    with pytest.raises(UnreadableError, match="DRM"):
        book({"META-INF/encryption.xml": encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc")})


def test_mangled_fonts_do_not_make_a_book_protected():
    book({"META-INF/encryption.xml": encryption("http://www.idpf.org/2008/embedding")})


def test_entities_and_files_outside_are_never_followed(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    hostile = (
        f'<!DOCTYPE package [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
        + "]>"
    )
    opf = OPF.replace('<?xml version="1.0"?>', '<?xml version="1.0"?>' + hostile)
    opf = opf.replace("Trade in  Steel", "T &x; &j;").replace("Example Press", "P &x;")

    file = SourceFile(Path("/a.epub"), Path("/"), "a.epub")
    told = str(Reading.of(read_file(file, packed(**{"OEBPS/book.opf": opf}))))
    assert "secret" not in told
    assert len(told) < 5000


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"META-INF/container.xml": None, "OEBPS/book.opf": None}, "no e-book"),
        ({"OEBPS/book.opf": ""}, "broken"),
        ({f"OEBPS/text/{n}.xhtml": PAGE.format("") for n in ("one", "two b", "three")}, "OCR"),
    ],
)
def test_a_book_that_cannot_be_read_is_told(changes, reason):
    with pytest.raises(UnreadableError, match=reason):
        book(changes)


def test_a_book_without_a_container_is_found_by_its_package():
    assert isinstance(book({"META-INF/container.xml": None})[0], Extracted)


def test_a_path_that_leaves_the_book_is_no_part_of_it():
    fault, _ = book({"OEBPS/book.opf": OPF.replace("text/one.xhtml", "../../../etc/passwd")})

    assert isinstance(fault, Fault)


def test_no_broken_book_raises(mutations):
    for data in mutations(packed(), 200):
        Reading.of(read_file(SourceFile(Path("/a.epub"), Path("/"), "a.epub"), data))
    for data in mutations(OPF.encode(), 100):
        whole = packed(**{"OEBPS/book.opf": data})  # type: ignore[arg-type]
        Reading.of(read_file(SourceFile(Path("/a.epub"), Path("/"), "a.epub"), whole))
