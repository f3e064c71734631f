"""Presentations (.pptx): a page a slide, in reading order, with its notes marked as such.

By a walk of our own over the XML. Of the libraries measured (`tests/bench/formats_office.py`),
python-pptx gives shapes in the order in which they were drawn and leaves tables, groups, diagrams
and what is hidden to its user.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from assistant.ingest.readers.base import Extracted, Fault, Item, Remark, UnreadableError
from assistant.ingest.readers.ooxml import Package, Properties, alternative, number
from assistant.ingest.readers.tables import Row, Spanned, add_table
from assistant.ingest.readers.text_builder import Composer

_TITLES = ("title", "ctrTitle")
_FURNITURE = frozenset("dt ftr hdr sldNum sldImg".split())
_BULLETED = ("body", "obj", "")
_SHAPES = frozenset("sp grpSp graphicFrame AlternateContent".split())
_SAME_LINE = 250_000  # EMU (914,400 to the inch): shapes that differ less in height are level
_MOST_COLUMNS = 64
_LONGEST_TITLE = 200


def extract(data: bytes, name: str) -> Iterator[Item]:
    """The slides' text, titles as headings; hidden slides are left out, which is remarked."""
    package = Package(data)
    main = package.main()
    presentation = package.body(main)
    if presentation.tag != "presentation":
        raise UnreadableError("no presentation; give it the suffix of what it is")
    relations = package.relations(main)
    reader = _Reader(package)
    hidden = 0
    for each in presentation.iterfind("sldIdLst/sldId"):
        relation = relations.get(each.get("r:id", ""))
        reader.composer.page()
        if relation is not None:
            hidden += not reader.read(relation.part)
    told = package.properties()
    for part in package.faults:
        yield Fault("broken, and left out", part)
    if hidden:
        yield Remark(f"{hidden} hidden slide{'s' * (hidden > 1)} left out; show them to have them")
    yield reader.told(told)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A shape and where it begins, in EMU from the top and the left."""

    top: int
    left: int
    shape: Element


class _Reader:
    """One presentation on the way to its text."""

    def __init__(self, package: Package) -> None:
        self.composer = Composer()
        self._package = package
        self._title = ""
        self._languages: Counter[str] = Counter()
        self._seen = {""}
        self._layouts: dict[str, dict[tuple[str, str], Element]] = {}

    def told(self, properties: Properties) -> Extracted:
        """All that was read."""
        if not self.composer.text:
            raise UnreadableError("holds no text; if its slides are pictures, it needs OCR")
        usual = next(iter(self._languages.most_common(1)), ("", 0))[0]
        return Extracted(
            self.composer.text,
            title=properties.title or self._title,
            author=properties.author,
            language=properties.language or usual,
            pages=self.composer.pages,
        )

    def read(self, part: str) -> bool:
        """Add a slide; whether it is shown."""
        slide = self._once(part)
        if slide is None:
            return True
        if slide.get("show") in ("0", "false"):
            return False
        relations = self._package.relations(part)
        kinds = {relation.kind: relation.part for relation in relations.values()}
        places = self._placeholders(kinds.get("slideLayout", ""))
        parts = {key: relation.part for key, relation in relations.items()}
        tree = slide.find("cSld/spTree")
        shapes = _in_order(tree, places) if tree is not None else []
        for shape in sorted(shapes, key=lambda each: _placeholder(each)[0] not in _TITLES):
            self._shape(shape, places, parts)
        notes = self._once(kinds.get("notesSlide", ""))
        for shape in notes.iter("sp") if notes is not None else ():
            if _placeholder(shape)[0] == "body":
                for words in self._paragraphs(shape):
                    self.composer.paragraph(f"Notes: {words[1]}" if words[1].strip() else "")
        return True

    def _once(self, part: str) -> Element | None:
        """A part as a tree, when first asked for: parts that share another could be endless."""
        if part in self._seen:
            return None
        self._seen.add(part)
        return self._package.tree(part)

    def _placeholders(self, layout: str) -> dict[tuple[str, str], Element]:
        """The placeholders of a layout, then of its master, by type and number: their places."""
        if layout not in self._layouts:
            found: dict[tuple[str, str], Element] = {}
            tree = self._package.tree(layout)
            master = self._package.related(layout, "slideMaster") if tree is not None else None
            for each in (tree, master):
                for shape in each.iter("sp") if each is not None else ():
                    kind, index = _placeholder(shape)
                    if kind is not None and _place(shape) is not None:
                        found.setdefault((kind, index), shape)
                        found.setdefault((kind, ""), shape)
            self._layouts[layout] = found
        return self._layouts[layout]

    def _shape(
        self, shape: Element, places: dict[tuple[str, str], Element], parts: dict[str, str]
    ) -> None:
        kind, _ = _placeholder(shape)
        if shape.tag == "AlternateContent":
            chosen = alternative(shape)
            for each in _in_order(chosen, places) if chosen is not None else ():
                self._shape(each, places, parts)
        elif shape.tag == "grpSp":
            for each in _in_order(shape, places):
                self._shape(each, places, parts)
        elif shape.tag == "graphicFrame":
            self._frame(shape, parts)
        elif kind in _TITLES:
            self._heading(" ".join(words for _, words in self._paragraphs(shape)))
        elif kind not in _FURNITURE and not _hidden(shape):
            self._text(shape, kind)

    def _heading(self, words: str) -> None:
        line = " ".join(words.split())
        if len(line) > _LONGEST_TITLE:
            self.composer.paragraph(line)
        elif line:
            self._title = self._title or line
            self.composer.heading(line, 1)

    def _text(self, shape: Element, kind: str | None) -> None:
        paragraphs = [each for each in self._paragraphs(shape) if each[1].strip()]
        for properties, words in paragraphs:
            plain = properties is not None and properties.find("buNone") is not None
            marked = properties is not None and (
                properties.find("buChar") is not None or properties.find("buAutoNum") is not None
            )
            if marked or (kind in _BULLETED and len(paragraphs) > 1 and not plain):
                self.composer.item(words)
            else:
                self.composer.paragraph(words)

    def _paragraphs(self, shape: Element) -> Iterator[tuple[Element | None, str]]:
        """The properties and words of each paragraph of a shape's text."""
        body = shape.find("txBody")
        for paragraph in body.iterfind("p") if body is not None else ():
            yield paragraph.find("pPr"), self._words(paragraph)

    def _words(self, paragraph: Element) -> str:
        out = []
        for child in paragraph:
            if child.tag == "br":
                out.append("\n")
            elif child.tag == "r" or (
                child.tag == "fld" and not child.get("type", "").startswith(("slidenum", "date"))
            ):
                words = "".join(each.text or "" for each in child.iterfind("t"))
                out.append(words.replace("\v", "\n").replace("_x000B_", "\n"))
                if (properties := child.find("rPr")) is not None and words.strip():
                    self._languages[properties.get("lang", "")] += len(words)
            elif child.tag in ("AlternateContent", "m"):  # a formula
                chosen = alternative(child) if child.tag == "AlternateContent" else child
                out += [t.text or "" for t in chosen.iter("t")] if chosen is not None else []
        return "".join(out)

    def _frame(self, frame: Element, parts: dict[str, str]) -> None:
        """A table, or the words of a diagram; pictures and charts hold none."""
        if _hidden(frame):
            return
        if (table := frame.find("graphic/graphicData/tbl")) is not None:
            self._table(table)
        elif (diagram := frame.find("graphic/graphicData/relIds")) is not None:
            data = self._once(parts.get(diagram.get("r:dm", ""), ""))
            for paragraph in data.iter("p") if data is not None else ():
                self.composer.item(self._words(paragraph))

    def _table(self, table: Element) -> None:
        rows: list[Row] = []
        above: dict[int, str] = {}
        for row in table.iterfind("tr"):
            above = self._cells(row, above)
            rows.append({at: text for at, text in above.items() if text})
        properties = table.find("tblPr")
        first = properties is not None and properties.get("firstRow") in ("1", "true")
        marked = int(first and len(rows) > 1 and len(rows[0]) > 1)
        add_table(self.composer, [row for row in rows if row], marked=marked)

    def _cells(self, row: Element, above: dict[int, str]) -> dict[int, str]:
        """The texts of a row's cells by column; merged ones in each that they cover."""
        texts: dict[int, str] = {}
        for at, cell in enumerate(row.iterfind("tc")):
            if at >= _MOST_COLUMNS * _MOST_COLUMNS:
                break
            words = " ".join(words for _, words in self._paragraphs(cell))
            if cell.get("hMerge") in ("1", "true"):
                texts[at] = Spanned(texts.get(at - 1, ""))
            elif cell.get("vMerge") in ("1", "true"):
                texts[at] = above.get(at, "")
            else:
                texts[at] = " ".join(words.split())
        return texts


def _in_order(parent: Element, places: dict[tuple[str, str], Element]) -> list[Element]:
    """The shapes within a slide or group as they are read: line by line, left to right."""
    placed = []
    for shape in parent:
        if shape.tag not in _SHAPES:
            continue
        kind, index = _placeholder(shape)
        inherited = places.get((kind or "", index)) if kind is not None else None
        if inherited is None and kind is not None:
            inherited = places.get((kind, ""))
        chosen = shape if shape.tag != "AlternateContent" else _first_shape(shape)
        top, left = _place(chosen) or _place(inherited) or (0, 0)
        placed.append(_Placed(top, left, shape))
    placed.sort(key=lambda each: each.top)
    ordered: list[Element] = []
    line: list[_Placed] = []
    for each in placed:
        if line and each.top - line[0].top > _SAME_LINE:
            ordered += [of.shape for of in sorted(line, key=lambda of: of.left)]
            line = []
        line.append(each)
    return ordered + [of.shape for of in sorted(line, key=lambda of: of.left)]


def _first_shape(shape: Element) -> Element | None:
    chosen = alternative(shape)
    return next((each for each in chosen if each.tag in _SHAPES), None) if chosen else None


def _place(shape: Element | None) -> tuple[int, int] | None:
    """The top and left of a shape where it says so itself."""
    if shape is None:
        return None
    properties = {"grpSp": "grpSpPr/xfrm/off", "graphicFrame": "xfrm/off"}
    offset = shape.find(properties.get(shape.tag, "spPr/xfrm/off"))
    return None if offset is None else (number(offset, "y"), number(offset, "x"))


def _placeholder(shape: Element) -> tuple[str | None, str]:
    """The type of placeholder that a shape fills, empty for the usual one, and its number."""
    for path in ("nvSpPr/nvPr/ph", "nvGraphicFramePr/nvPr/ph"):
        if (found := shape.find(path)) is not None:
            return found.get("type", ""), found.get("idx", "")
    return None, ""


def _hidden(shape: Element) -> bool:
    properties = next(iter(shape), None)
    told = properties.find("cNvPr") if properties is not None else None
    return told is not None and told.get("hidden") in ("1", "true")
