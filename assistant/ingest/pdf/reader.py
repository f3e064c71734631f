"""PDF: the text of its pages in reading order, their numbers kept; scans are told of, not read.

By pypdfium2, Chrome's PDFium: of the libraries measured (`tests/bench/formats_pdf.py`) it is the
quickest, gives each character's place, and its licences (Apache-2.0, BSD-3-Clause) suit ours.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from assistant.ingest.pdf.flowing import flow
from assistant.ingest.pdf.glyphs import UNKNOWN, Sheet
from assistant.ingest.pdf.layout import parts
from assistant.ingest.pdf.letters import Letters, is_legible
from assistant.ingest.pdf.lines import Run, runs
from assistant.ingest.pdf.running import without_running
from assistant.ingest.readers.base import Extracted, Item, Remark, UnreadableError, one_line

if TYPE_CHECKING:
    import pypdfium2

MOST_PAGES = 5_000
MOST_CHARACTERS = 20_000_000
"""Of a file; what comes after is left out, and told."""

_OCR = "run OCR over it, for instance ocrmypdf"
_PASSWORD_ERRORS = (4, 5)  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
_FEWEST_LETTERS, _SCANNED, _UNMAPPED = 15, 0.35, 0.2
_TOLD_PAGES, _END = 12, 2048
_OBJECT = re.compile(rb"(\d{1,9})\s+(\d{1,5})\s+obj\b")
_XMP = re.compile(rb"<x:xmpmeta\b.{0,200000}?</x:xmpmeta>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_DATE = re.compile(r"\s*(?:D:)?(\d{4})-?(\d\d)?-?(\d\d)?")
_FILE_NAME = re.compile(
    r"microsoft (?:word|powerpoint|excel) - .*|[a-z]:\\.*|file://.*|.*[\\/].*\.\w{2,4}|"
    r".*\.(?:docx?|rtf|odt|indd|qxd|pmd|pptx?|xlsx?|tex|dvi|pdf|html?|ps|pages|wpd|fm|cdr|ai|txt)",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(
    r"(?:document|doc|slide|layout|page|blank|title|new document|presentation|book|sheet)\s?\d*|"
    r"untitled.*|(?:powerpoint|pdf) (?:presentation|document)|title of (?:the )?document|print|"
    r"[\W\d_]*|(?=.*[\d_])\S*",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"(?:the )?(?:admin(?:istrator)?|users?|owner|unknown|root|author|default|guest|none|n/a|test|"
    r"windows user|microsoft(?: office user)?|utilisateur(?: windows)?|pc|hp|dell|asus|acer|lenovo|"
    r"adobe.*|\(?anonymous\)?|scanner|canon.*|xerox.*|ricoh.*|toshiba.*|konica.*)|.*\\.*|[\W\d_]*|"
    r"(?=.*\d)\S*|.",
    re.IGNORECASE,
)


def extract(data: bytes, name: str) -> Iterator[Item]:
    """The document, and a remark on pages that need OCR or were left out.

    Raises:
        UnreadableError: it is broken, locked with a password, scanned throughout, or empty.
    """
    document = _opened(data)
    try:
        pages = _Pages()
        pages.read(document)
        if not pages.lettered:
            raise UnreadableError(pages.why_empty())
        text = flow([parts(found, page) for found, page in pages.kept()])
        if b"%%EOF" not in data[-_END:]:
            yield Remark("the file breaks off, and was read as far as it goes; get it again")
        yield from pages.remarks()
        if unknown := text.text.count(UNKNOWN):
            yield Remark(f"its fonts do not tell {unknown} characters, shown as {UNKNOWN}; {_OCR}")
        facts = _facts(document, data, name)
        yield Extracted(
            text.text,
            title=facts["title"] or text.title,
            author=facts["author"],
            language=facts["language"],
            made=facts["date"] or None,
            pages=text.pages,
        )
    finally:
        document.close()


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as exc:
        mended = None if exc.err_code in _PASSWORD_ERRORS else _with_trailer(data)
        if mended is not None:
            with suppress(pypdfium2.PdfiumError):
                return pypdfium2.PdfDocument(mended)
        if exc.err_code in _PASSWORD_ERRORS:
            reason = "protected by a password; save it without one"
            raise UnreadableError(reason) from exc
        if b"%PDF-" not in data[:1024]:
            raise UnreadableError("not a PDF, whatever its name says; check the file") from exc
        raise UnreadableError("a broken PDF; get the file again, or print it to a new PDF") from exc


def _with_trailer(data: bytes) -> bytes | None:
    """The file with the end it lacks, if its catalogue is there: PDFium then finds the rest."""
    place = data.rfind(b"/Catalog")
    numbers = _OBJECT.findall(data[max(0, place - 300) : max(0, place)])
    if not numbers:
        return None
    return data + b"\ntrailer\n<</Root %b %b R>>\nstartxref\n0\n%%%%EOF\n" % numbers[-1]


@dataclass(slots=True)
class _Pages:
    """What was found on each page, running heads taken out."""

    sheets: list[Sheet] = field(default_factory=list)
    found: list[list[Run]] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)
    scanned: list[int] = field(default_factory=list)
    unmapped: list[int] = field(default_factory=list)
    cut_after: int = 0
    count: int = 0

    @property
    def lettered(self) -> bool:
        """Whether any page has words."""
        return any(self.found)

    def read(self, document: pypdfium2.PdfDocument) -> None:
        """Read all pages within bounds, and sort out those that hold no text fit to be read."""
        self.count = len(document)
        characters = 0
        told = Letters(document)
        for number in range(min(self.count, MOST_PAGES)):
            page = told.sheet(number)
            if page is None:
                self.unread.append(number)
            self.sheets.append(page or Sheet())
            self.found.append(runs(self.sheets[-1]))
            unknown, legible = self.sheets[-1].unmapped, is_legible(self.sheets[-1].glyphs)
            self.sheets[-1].glyphs, mapped = [], len(self.sheets[-1].glyphs)
            characters += mapped
            if unknown > _UNMAPPED * (mapped + unknown) or not legible:
                self.unmapped.append(number)
                self.found[-1] = []
            if characters > MOST_CHARACTERS:
                break
        self.cut_after = len(self.sheets) if len(self.sheets) < self.count else 0
        unmapped = set(self.unmapped)
        kept = without_running(self.found)
        if any(kept):  # else each page is one line, which is all there is, unless it is on a scan
            self.found = kept
        for number, page in enumerate(self.sheets):
            letters = sum(c.isalnum() for run in kept[number] for c in run.text)
            if letters < _FEWEST_LETTERS and page.pictured >= _SCANNED and number not in unmapped:
                self.scanned.append(number)
                self.found[number] = []

    def kept(self) -> Iterator[tuple[list[Run], Sheet]]:
        """Each page's runs, and what else stands on it."""
        return zip(self.found, self.sheets, strict=True)

    def why_empty(self) -> str:
        """Why there is no text at all, with the remedy."""
        if self.unmapped:
            return f"needs OCR: its fonts do not tell their letters; {_OCR}"
        if self.scanned:
            return f"needs OCR: its pages are pictures; {_OCR}"
        if self.unread:
            return "a broken PDF: no page can be read; get the file again"
        return "empty: no page has text or a picture of a page; check the file"

    def remarks(self) -> Iterator[Remark]:
        """What is to be known of the pages that gave no text."""
        if self.scanned:
            yield Remark(
                f"{_named(self.scanned)} need OCR, being pictures, and were not read; {_OCR}"
            )
        if self.unmapped:
            reason = "whose fonts do not tell their letters, and were not read"
            yield Remark(f"{_named(self.unmapped)} need OCR, {reason}; {_OCR}")
        if self.unread:
            yield Remark(f"{_named(self.unread)} are broken and were not read; get the file again")
        if self.cut_after:
            yield Remark(
                f"only the first {self.cut_after} of {self.count} pages were read; split the file"
            )
        if any(page.truncated for page in self.sheets):
            numbers = [number for number, page in enumerate(self.sheets) if page.truncated]
            yield Remark(f"{_named(numbers)} hold too much text and were read in part")


def _named(numbers: list[int]) -> str:
    """Pages by their numbers from 1, runs of them as ranges: "pages 3, 5-9"."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number:
            ranges[-1][1] = number + 1
        else:
            ranges.append([number + 1, number + 1])
    told = [str(a) if a == b else f"{a}-{b}" for a, b in ranges]
    more = f" and {len(told) - _TOLD_PAGES} more ranges" if len(told) > _TOLD_PAGES else ""
    return f"pages {', '.join(told[:_TOLD_PAGES])}{more}"


def _facts(document: pypdfium2.PdfDocument, data: bytes, name: str) -> dict[str, str]:
    """Title, author, date and language by the file's own fields, XMP first; rubbish left out."""
    import pypdfium2

    try:
        info = document.get_metadata_dict()
    except (pypdfium2.PdfiumError, UnicodeError):
        info = {}
    xmp = _xmp(data)
    stem = PurePosixPath(name).stem
    titles = [_shown(xmp.get("dc:title")), _shown(info.get("Title"))]
    authors = [_shown(xmp.get("dc:creator")), _shown(info.get("Author"))]
    dates = [_date(info.get("CreationDate")), _date(xmp.get("xmp:CreateDate"))]
    return {
        "title": next((t for t in titles if _is_title(t, stem)), ""),
        "author": next((a for a in authors if a and not _NO_AUTHOR.fullmatch(a)), ""),
        "date": next((d for d in dates if d), ""),
        "language": _language(document),
    }


def _shown(value: Any) -> str:
    return "".join(c for c in one_line(value or "") if c.isprintable())[:500]


def _is_title(title: str, stem: str) -> bool:
    if not title or len(title) > 300 or "\ufffd" in title:
        return False
    same = title.casefold() == stem.casefold() and " " not in title
    return not same and not _FILE_NAME.fullmatch(title) and not _NO_TITLE.fullmatch(title)


def _xmp(data: bytes) -> dict[str, str]:
    """The fields of the document's own XMP packet, where it is not compressed: the last of them.

    Pictures bring packets of their own; the document's tells the format or the maker of a PDF.
    """
    fields: dict[str, str] = {}
    at = data.rfind(b"<x:xmpmeta")
    for _ in range(20):
        match = _XMP.match(data, at) if at >= 0 else None
        if match and (b"application/pdf" in match[0] or b"pdf:Producer" in match[0]):
            text = match[0].decode("utf-8", "replace")
            for key in ("dc:title", "dc:creator", "xmp:CreateDate"):
                element = re.search(rf"<{key}\b[^>]*>(.*?)</{key}>", text, re.DOTALL)
                attribute = re.search(rf'{key}="([^"]*)"', text)
                if element:
                    entries = re.split(r"</rdf:li>", element[1])
                    values = [one_line(html.unescape(_TAG.sub(" ", each))) for each in entries]
                    fields[key] = ", ".join(value for value in values if value)
                elif attribute:
                    fields[key] = one_line(html.unescape(attribute[1]))
            break
        at = data.rfind(b"<x:xmpmeta", 0, max(at, 0))
    return fields


def _date(value: str | None) -> str:
    """`D:20240315...` or an ISO date as ISO 8601, as exact as it tells; empty for none or rubbish.

    >>> _date("D:20240315120000+01'00'"), _date("2024-03"), _date("D:19010101")
    ('2024-03-15', '', '')
    """
    match = _DATE.match(value or "")
    if match is None or not all(match.groups()) or not 1985 <= int(match[1]) <= 2100:
        return ""
    year, month, day = (int(part) for part in match.groups())
    return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else ""


def _language(document: pypdfium2.PdfDocument) -> str:
    import ctypes

    import pypdfium2.raw as pdfium

    length = pdfium.FPDFCatalog_GetLanguage(document.raw, None, 0)
    if not 2 < length <= 128:
        return ""
    buffer = (ctypes.c_ushort * (length // 2))()
    pdfium.FPDFCatalog_GetLanguage(document.raw, buffer, length)
    tag = bytes(buffer).decode("utf-16-le", "replace").rstrip("\x00")
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(?:-\w{2,8})*", tag) else ""
