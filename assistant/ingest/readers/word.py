"""Word documents (.docx): the text as it reads with all changes accepted and nothing hidden.

By a walk of our own over the XML. Of the libraries measured (`tests/bench/formats_office.py`) none
keeps text boxes, footnotes, content controls and inserted text in their places and leaves deleted
and hidden text out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from assistant.ingest.readers.base import Extracted, Fault, Item, Remark, UnreadableError
from assistant.ingest.readers.ooxml import Package, alternative, number, switched_on
from assistant.ingest.readers.tables import Spanned, add_table
from assistant.ingest.readers.text_builder import Composer

_LEFT_OUT = frozenset(
    "pPr rPr tblPr tblGrid trPr tcPr sectPr sdtPr sdtEndPr del moveFrom rt instrText delText "
    "delInstrText fldData ffData binData".split()
)
_CHANGES = frozenset("ins del moveFrom moveTo cellIns cellDel".split())
_WRITTEN = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_LONGEST_HEADING, _MOST_HEADING_WORDS = 150, 12
_MOST_COLUMNS = 64
_MOST_ANCESTORS = 12
_SUPERSCRIPT = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_SYMBOL_LETTERS = dict(
    zip(
        "ABCDEFGHIKLMNOPQRSTUWXYZabcdefghiklmnopqrstuwxyz£³±°´·¸¹®",
        "ΑΒΧΔΕΦΓΗΙΚΛΜΝΟΠΘΡΣΤΥΩΞΨΖαβχδεφγηικλμνοπθρστυωξψζ≤≥±°×•÷≠→",
        strict=True,
    )
)
_DINGBATS = {"ü": "✓", "û": "✗", "þ": "☑", "ý": "☒", "¨": "☐", "o": "☐", "à": "→"}


def extract(data: bytes, name: str) -> Iterator[Item]:
    """The text, headings marked; what was left out on purpose is remarked."""
    package = Package(data)
    reader = _Reader(package)
    reader.read()
    text = reader.composer.text
    if not text:
        raise UnreadableError("holds no text; if its pages are pictures, it needs OCR")
    if reader.changed:
        yield Remark("has tracked changes and was read as if all were accepted")
    if reader.hid:
        yield Remark("has hidden text, which was left out")
    if reader.embeds:
        yield Remark("embeds other documents, which were left out; index them by themselves")
    for part in package.faults:
        yield Fault("broken, and left out", part)
    told = package.properties()
    yield Extracted(
        text,
        title=told.title or reader.title,
        author=told.author,
        language=told.language or reader.styles.language,
    )


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph's or run's style decides, its ancestors' properties included.

    Attributes:
        level: of a heading from 1; 0 for none.
        title: whether it is that of the document's title.
        listed: whether it makes items of a list.
        hidden: whether its text is not shown.
        contents: whether it is that of a table of contents.
    """

    level: int = 0
    title: bool = False
    listed: bool = False
    hidden: bool = False
    contents: bool = False


class _Styles:
    """Styles by id. Their ids and shown names are localised; those that Word builds in are not."""

    def __init__(self, tree: Element | None) -> None:
        self._elements: dict[str, Element] = {}
        self._known: dict[str, _Style] = {"": _Style()}
        self.language = ""
        for each in tree if tree is not None else ():
            if each.tag == "style":
                self._elements[each.get("styleId", "")] = each
            elif (lang := each.find("rPrDefault/rPr/lang")) is not None:
                self.language = lang.get("val", "")

    def __getitem__(self, key: str) -> _Style:
        if key not in self._known:
            self._known[key] = self._resolved(key)
        return self._known[key]

    def _resolved(self, key: str) -> _Style:
        level, title, listed, hidden, contents = None, False, None, None, False
        for style in self._lineage(key):
            name = _value(style, "name").lower()
            title = title or name == "title"
            contents = contents or name.startswith(("toc ", "table of figures"))
            paragraph, run = style.find("pPr"), style.find("rPr")
            if level is None:
                level = _outline(paragraph)
            if level is None and name.startswith("heading ") and name[8:].isdecimal():
                level = int(name[8:])
            if listed is None:
                listed = _listed(paragraph)
            if hidden is None and run is not None and run.find("vanish") is not None:
                hidden = switched_on(run, "vanish")
        return _Style(level or 0, title, bool(listed), bool(hidden), contents)

    def _lineage(self, key: str) -> Iterator[Element]:
        """A style and those it is based on; the chain may be a circle."""
        for _ in range(_MOST_ANCESTORS):
            if (style := self._elements.get(key)) is None:
                return
            yield style
            key = _value(style, "basedOn")


class _Reader:
    """One document on the way to its text."""

    def __init__(self, package: Package) -> None:
        main = package.main()
        self.body = package.body(main)
        if self.body.tag != "document":
            raise UnreadableError("no Word document; give it the suffix of what it is")
        self.composer = Composer()
        self.styles = _Styles(package.related(main, "styles"))
        self.title = self.first_heading = ""
        self.changed = self.hid = self.embeds = False
        self._notes = {
            kind: {each.get("id", ""): each for each in notes if each.get("type") is None}
            for kind in ("footnote", "endnote")
            if (notes := package.related(main, f"{kind}s")) is not None
        }
        self._numbers = {"footnote": 0, "endnote": 0}
        self._due: list[tuple[str, Element]] = []
        self._endnotes: list[tuple[str, Element]] = []
        self._boxes: list[Element] = []
        self._carried = ""

    def read(self) -> None:
        """Walk over the body, then over the endnotes."""
        self._blocks(self.body)
        if self._carried:
            self.composer.paragraph(self._carried)
        self._due, self._endnotes = self._endnotes, []
        self._add_due()
        self.title = self.title or self.first_heading

    def _blocks(self, parent: Element) -> None:
        """Paragraphs and tables in order, within whatever wraps them."""
        for child in parent:
            self.changed = self.changed or child.tag in _CHANGES
            if child.tag == "p":
                self._paragraph(child)
            elif child.tag == "tbl":
                self._table(child)
            elif child.tag == "sdt":
                if not _is_scaffold(child):
                    self._blocks(child)
            elif child.tag == "altChunk":
                self.embeds = True
            elif child.tag == "AlternateContent":
                if (chosen := alternative(child)) is not None:
                    self._blocks(chosen)
            elif child.tag not in _LEFT_OUT:
                self._blocks(child)

    def _paragraph(self, paragraph: Element) -> None:
        properties = paragraph.find("pPr")
        style = self.styles[_value(properties, "pStyle")]
        boxes, self._boxes = self._boxes, []
        words = self._words(paragraph, style)
        if _mark_deleted(properties):  # what follows goes on in this paragraph
            self.changed = True
            self._carried = words
        elif not style.contents:
            self._add(words, properties, style)
        self._add_due()
        mine, self._boxes = self._boxes, boxes
        for box in mine:
            self._blocks(box)

    def _words(self, paragraph: Element, style: _Style) -> str:
        """A paragraph's words, after those of a paragraph whose end was deleted."""
        out, self._carried = [self._carried], ""
        self._inline(paragraph, style, out)
        return "".join(out).strip()

    def _add(self, words: str, properties: Element | None, style: _Style) -> None:
        level = _outline(properties)
        level = style.level if level is None else level
        listed = _listed(properties)
        line = " ".join(words.split())
        if style.title and not self.title:
            self.title = line
        if (level or style.title) and _could_head(line):
            self.first_heading = self.first_heading or line
            self.composer.heading(line, level or 1)
        elif style.listed if listed is None else listed:
            self.composer.item(words)
        else:
            self.composer.paragraph(words)

    def _inline(self, parent: Element, style: _Style, out: list[str]) -> None:
        """Add the words of a paragraph's runs, in order; note what they refer to."""
        for child in parent:
            tag = child.tag
            self.changed = self.changed or tag in _CHANGES
            if tag == "r":
                self._run(child, style, out)
            elif tag == "t":
                out.append(child.text or "")
            elif tag in _WRITTEN:
                page = child.get("type", "textWrapping") != "textWrapping"
                out.append(" " if page else _WRITTEN[tag])
            elif tag == "sym":
                out.append(_symbol(child))
            elif tag in ("footnoteReference", "endnoteReference"):
                self._refer(tag.removesuffix("Reference"), child)
            elif tag == "txbxContent":
                self._boxes.append(child)
            elif tag == "AlternateContent":
                if (chosen := alternative(child)) is not None:
                    self._inline(chosen, style, out)
            elif tag in _FORMULAS:
                self._formula(child, style, out)
            elif not (tag in _LEFT_OUT or (tag == "sdt" and _is_scaffold(child))):
                self._inline(child, style, out)

    def _run(self, run: Element, style: _Style, out: list[str]) -> None:
        properties = run.find("rPr")
        if properties is None:
            hidden = style.hidden
        elif properties.find("vanish") is not None:
            hidden = switched_on(properties, "vanish")
        else:
            hidden = style.hidden or self.styles[_value(properties, "rStyle")].hidden
        if hidden:
            self.hid = self.hid or any(each.text for each in run.iter("t"))
            return
        first = len(out)
        self._inline(run, style, out)
        if _value(properties, "vertAlign") == "superscript":
            words = "".join(out[first:])
            if words.strip("0123456789+-−") == "":  # 10⁶ is not 106, nor note¹ note1
                out[first:] = [words.translate(_SUPERSCRIPT)]

    def _formula(self, formula: Element, style: _Style, out: list[str]) -> None:
        """A formula's part, on one line: a fraction without its stroke would be another number."""
        before, between, after = _FORMULAS[formula.tag]
        out.append(before)
        for number_of, child in enumerate(c for c in formula if not c.tag.endswith("Pr")):
            out.append(between if number_of else "")
            self._inline(child, style, out)
        out.append(after)

    def _refer(self, kind: str, reference: Element) -> None:
        """Note a footnote; it is told once, however often it is referred to."""
        note = self._notes.get(kind, {}).pop(reference.get("id", ""), None)
        if note is None:
            return
        label = kind.capitalize()
        if reference.get("customMarkFollows") is None:
            self._numbers[kind] += 1
            label += f" {self._numbers[kind]}"
        (self._due if kind == "footnote" else self._endnotes).append((label, note))

    def _add_due(self) -> None:
        """Add the notes that were referred to, after what refers to them, which stays whole."""
        while self._due:
            label, note = self._due.pop(0)
            words = [self._words(each, self.styles[""]) for each in note.iter("p")]
            words = [each for each in words if each]
            for at, each in enumerate(words):
                self.composer.paragraph(each if at else f"{label}: {each}")

    def _table(self, table: Element) -> None:
        rows = [row for row in self._within(table, "tr") if not self._is_left_out(row)]
        if self._is_frame(rows):
            for row in rows:
                for cell in self._within(row, "tc"):
                    self._blocks(cell)
            return
        cells, inner = [], []
        above: dict[int, str] = {}
        for row in rows:
            above, tables = self._cells(row, above)
            cells.append({at: text for at, text in above.items() if text})
            inner += tables
        marked = 0
        while marked < len(rows) and switched_on(rows[marked].find("trPr"), "tblHeader"):
            marked += 1
        if not marked and len(rows) > 1 and _is_bold(rows[0]) and not _is_bold(rows[1]):
            marked = 1
        kept = [at for at, row in enumerate(cells) if row]
        marked = sum(at < marked for at in kept) if marked < len(rows) else 0
        add_table(self.composer, [cells[at] for at in kept], marked=marked)
        self._add_due()
        for each in inner:
            self._table(each)

    def _is_frame(self, rows: list[Element]) -> bool:
        """Whether a table only places what stands in it: one column, or one row of prose."""
        widths = [sum(1 for _ in self._within(row, "tc")) for row in rows]
        prose = len(rows) == 1 and any(
            len(cell.findall("p")) > 2 for cell in self._within(rows[0], "tc")
        )
        return prose or max(widths, default=0) < 2

    def _cells(self, row: Element, above: dict[int, str]) -> tuple[dict[int, str], list[Element]]:
        """The texts of a row's cells by column, and the tables that stand in them."""
        at = number(_or_empty(row.find("trPr/gridBefore")), "val")
        at = max(0, min(at, _MOST_COLUMNS))
        texts: dict[int, str] = {}
        inner: list[Element] = []
        for cell in self._within(row, "tc"):
            properties = cell.find("tcPr")
            merged = properties.find("vMerge") if properties is not None else None
            out: list[str] = []
            self._cell(cell, out, inner)
            text = " ".join(" ".join(out).split())
            if merged is not None and merged.get("val") != "restart":
                text = str(above.get(at, text))
            span = number(_or_empty(cell.find("tcPr/gridSpan")), "val", 1)
            texts[at] = text
            for beside in range(at + 1, at + min(span, _MOST_COLUMNS)):
                texts[beside] = Spanned(text)
            at += max(1, min(span, _MOST_COLUMNS))
        return texts, inner

    def _cell(self, parent: Element, out: list[str], inner: list[Element]) -> None:
        """Add the words of a cell's paragraphs, and the tables in it to `inner`."""
        for child in parent:
            self.changed = self.changed or child.tag in _CHANGES
            if child.tag == "p":
                boxes, self._boxes = self._boxes, []
                style = self.styles[_value(child.find("pPr"), "pStyle")]
                out.append(self._words(child, style))
                boxed, self._boxes = self._boxes, boxes
                for box in boxed:
                    self._cell(box, out, inner)
            elif child.tag == "tbl":
                inner.append(child)
            elif child.tag not in _LEFT_OUT and not (child.tag == "sdt" and _is_scaffold(child)):
                self._cell(child, out, inner)

    def _within(self, parent: Element, tag: str) -> Iterator[Element]:
        """A table's rows or a row's cells, within whatever wraps them."""
        for child in parent:
            if child.tag == tag:
                yield child
            elif child.tag in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
                yield from self._within(child, tag)

    def _is_left_out(self, row: Element) -> bool:
        properties = row.find("trPr")
        if properties is None:
            return False
        self.changed = self.changed or any(each.tag in _CHANGES for each in properties)
        hidden = switched_on(properties, "hidden")
        self.hid = self.hid or hidden
        return hidden or properties.find("del") is not None


_FORMULAS = {
    "f": ("", "/", ""),
    "sSup": ("", "^", ""),
    "sSub": ("", "_", ""),
    "d": ("(", ", ", ")"),
    "rad": ("√(", ", ", ")"),
}
"""Part of a formula -> what is written before it, between its own parts, and after it."""


def _value(parent: Element | None, name: str) -> str:
    child = parent.find(name) if parent is not None else None
    return child.get("val", "") if child is not None else ""


def _or_empty(element: Element | None) -> Element | dict[str, str]:
    return {} if element is None else element


def _outline(properties: Element | None) -> int | None:
    """The level of a heading from 1 that is set here, 0 for running text; None if none is set."""
    level = properties.find("outlineLvl") if properties is not None else None
    if level is None:
        return None
    told = number(level, "val", 9)
    return told + 1 if 0 <= told < 9 else 0


def _listed(properties: Element | None) -> bool | None:
    """Whether this makes an item of a list; None if it does not say."""
    listed = properties.find("numPr") if properties is not None else None
    return None if listed is None else _value(listed, "numId") not in ("", "0")


def _could_head(line: str) -> bool:
    """Whether what is styled as a heading reads like one; whole clauses are, too, in contracts."""
    clause = line.endswith((".", ";", ":", ",")) and len(line.split()) > _MOST_HEADING_WORDS
    return bool(line) and len(line) <= _LONGEST_HEADING and not clause


def _mark_deleted(properties: Element | None) -> bool:
    mark = properties.find("rPr") if properties is not None else None
    return mark is not None and (mark.find("del") is not None or mark.find("moveFrom") is not None)


def _is_scaffold(control: Element) -> bool:
    """Whether a content control holds a table of contents, or asks to be filled in."""
    properties = control.find("sdtPr")
    if properties is None:
        return False
    gallery = _value(properties.find("docPartObj"), "docPartGallery")
    return gallery == "Table of Contents" or switched_on(properties, "showingPlcHdr")


def _is_bold(row: Element) -> bool:
    """Whether all words of a row's runs are bold."""
    runs = [run for run in row.iter("r") if any(each.text for each in run.iter("t"))]
    return bool(runs) and all(switched_on(run.find("rPr"), "b") for run in runs)


def _symbol(symbol: Element) -> str:
    """A character of a symbol font in Unicode; none where it is not known."""
    try:
        code = int(symbol.get("char", ""), 16)
    except ValueError:
        return ""
    font = symbol.get("font", "").lower()
    letter = chr(code - 0xF000) if 0xF020 <= code <= 0xF0FF else chr(code) if code < 0xD800 else ""
    if "symbol" in font:
        return _SYMBOL_LETTERS.get(letter, letter if letter in "().,+-/=0123456789" else "")
    return _DINGBATS.get(letter, "") if "dings" in font else letter
