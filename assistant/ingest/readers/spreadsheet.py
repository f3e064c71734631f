"""Workbooks (.xlsx): each row as a line that tells its headers, values as a reader is shown them.

By a walk of our own over the XML. Of the libraries measured (`tests/bench/formats_office.py`),
openpyxl cannot tell what is hidden or merged while it streams, and python-calamine, by far the
fastest, does not tell how numbers are shown.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element

from assistant.ingest.readers.base import Extracted, Fault, Item, Remark, UnreadableError
from assistant.ingest.readers.number_formats import BUILT_IN, shown
from assistant.ingest.readers.ooxml import Package, number, stream
from assistant.ingest.readers.tables import Header, Row, Spanned, add_table
from assistant.ingest.readers.text_builder import Composer

_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_UNNAMED = re.compile(
    r"(?:sheet|tabelle|feuil|hoja ?|foglio|planilha|blad|ark|arkusz|лист)\d*", re.I
)
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LAST_COLUMN, _LAST_ROW = 16_384, 1_048_576
_LEAST_FILLED, _MOST_FILLED = 10_000, 4  # cells that merged ranges may cover, for each there is


def extract(data: bytes, name: str) -> Iterator[Item]:
    """The sheets in order, named as headings; what is hidden is left out, which is remarked."""
    package = Package(data)
    main = package.main()
    workbook = package.body(main)
    if workbook.tag != "workbook":
        raise UnreadableError("no workbook; give it the suffix of what it is")
    sheets, hidden = _sheets(workbook)
    book = _Book(package, main, workbook)
    composer = Composer()
    relations = package.relations(main)
    seen: set[str] = set()  # a part is read once, however many sheets say that they are it
    for title, key in sheets:
        relation = relations.get(key)
        if relation is None or relation.kind != "worksheet" or relation.part in seen:
            continue
        seen.add(relation.part)
        try:
            sheet = _Sheet(book, package.read(relation.part))
        except UnreadableError as exc:
            yield Fault(str(exc), title)
            continue
        yield from (Remark(text, title) for text in sheet.remarks())
        if any(sheet.rows.values()):
            if len(sheets) > 1 or not _UNNAMED.fullmatch(title):
                composer.heading(title, 1)
            _add(composer, sheet)
    yield from (Fault("broken, and left out", part) for part in package.faults)
    if hidden:
        yield Remark(f"hidden sheets left out: {', '.join(hidden)[:200]}; show them to have them")
    if not composer.text:
        raise UnreadableError("holds no text")
    told = package.properties()
    yield Extracted(
        composer.text,
        title=told.title or PurePosixPath(name).stem,
        author=told.author,
        language=told.language,
    )


def _sheets(workbook: Element) -> tuple[list[tuple[str, str]], list[str]]:
    """The names and ids of the sheets that are shown, and the names of those that are not."""
    seen, hidden = [], []
    for sheet in workbook.iterfind("sheets/sheet"):
        title = " ".join(sheet.get("name", "").split())
        if sheet.get("state", "visible") == "visible":
            seen.append((title, sheet.get("r:id", "")))
        else:
            hidden.append(title)
    return seen, hidden


class _Book:
    """What the sheets of a workbook share: strings, formats, and the first day.

    Attributes:
        strings: the shared ones, by number.
        codes: of the numbers' formats, by number of a cell's style.
        from_1904: whether days are counted from 1904.
    """

    def __init__(self, package: Package, main: str, workbook: Element) -> None:
        self.strings: list[str] = []
        settings = workbook.find("workbookPr")
        self.from_1904 = settings is not None and settings.get("date1904") in ("1", "true")
        styles = package.related(main, "styles")
        self.codes = _codes(styles) if styles is not None else []
        kinds = {each.kind: each.part for each in package.relations(main).values()}
        if "sharedStrings" in kinds:
            reader = _Strings(self.strings)
            stream(package.read(kinds["sharedStrings"]), reader.start, reader.end, reader.words)


def _codes(styles: Element) -> list[str]:
    own = {
        number(each, "numFmtId"): each.get("formatCode", "")
        for each in styles.iterfind("numFmts/numFmt")
    }
    formats = own | {key: code for key, code in BUILT_IN.items() if key not in own}
    return [
        formats.get(number(each, "numFmtId"), "General") for each in styles.iterfind("cellXfs/xf")
    ]


class _Strings:
    """Handlers for the shared strings: the runs of each joined, without their readings."""

    def __init__(self, into: list[str]) -> None:
        self._into = into
        self._parts: list[str] = []
        self._taking = False
        self._readings = 0

    def start(self, tag: str, _: dict[str, str]) -> None:
        self._taking = tag == "t" and not self._readings
        self._readings += tag == "rPh"

    def end(self, tag: str) -> None:
        self._taking = False
        self._readings -= tag == "rPh"
        if tag == "si":
            self._into.append(_line("".join(self._parts)))
            self._parts = []

    def words(self, words: str) -> None:
        if self._taking:
            self._parts.append(words)


@dataclass(slots=True)
class _Cell:
    """A cell while it is read: its type, the number of its style, and its words."""

    kind: str = ""
    style: int = 0
    formula: bool = False
    words: list[str] = field(default_factory=list)


class _Sheet:
    """One sheet: its cells' texts by row and column, hidden ones left out, merged ones filled in.

    Attributes:
        rows: number -> column -> text, in order; those that are hidden have none.
    """

    def __init__(self, book: _Book, data: bytes) -> None:
        self.rows: dict[int, dict[int, str]] = {}
        self._book = book
        self._row, self._column = 0, 0
        self._row_hidden = False
        self._cell = _Cell()
        self._taking = False
        self._readings = 0
        self._hidden_columns: list[tuple[int, int]] = []
        self._merged: list[str] = []
        self._hidden_rows = self._without_result = 0
        self._default_hidden = self._hidden_cells = False
        stream(data, self._start, self._end, self._words)
        self._drop_hidden_columns()
        self._fill_merged()
        self.rows = dict(sorted(self.rows.items()))

    def remarks(self) -> Iterator[str]:
        """What a reader of the text should know of what is not in it."""
        if self._hidden_rows:
            rows = "row" if self._hidden_rows == 1 else "rows"
            yield f"{self._hidden_rows} hidden {rows} left out; show them to have them"
        if self._hidden_cells:
            yield "hidden columns left out; show them to have them"
        if self._without_result:
            yield (
                f"formulas without a saved result left out: {self._without_result}; open and save "
                "it in a spreadsheet program"
            )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._begin_cell(attributes)
        elif tag in ("v", "t"):
            self._taking = not self._readings
        elif tag == "f":
            self._cell.formula = True
        elif tag == "row":
            self._row = number(attributes, "r", self._row + 1)
            self._column = 0
            shown_by_itself = "hidden" not in attributes and "ht" in attributes
            self._row_hidden = attributes.get("hidden") in ("1", "true") or (
                self._default_hidden and not shown_by_itself
            )
        elif tag == "rPh":
            self._readings += 1
        elif tag == "col":
            if attributes.get("hidden") in ("1", "true"):
                first, last = number(attributes, "min"), number(attributes, "max")
                self._hidden_columns.append((first, min(last, _LAST_COLUMN)))
        elif tag == "sheetFormatPr":
            self._default_hidden = attributes.get("zeroHeight") in ("1", "true")
        elif tag == "mergeCell":
            self._merged.append(attributes.get("ref", ""))

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        place = _placed(attributes.get("r", ""))
        self._row, self._column = place or (self._row, self._column + 1)
        self._cell = _Cell(attributes.get("t", "n"), number(attributes, "s"))

    def _words(self, words: str) -> None:
        if self._taking:
            self._cell.words.append(words)

    def _end(self, tag: str) -> None:
        self._taking = False
        if tag == "c":
            if text := self._told():
                self.rows.setdefault(self._row, {})[self._column] = text
        elif tag == "rPh":
            self._readings -= 1
        elif tag == "row" and self._row_hidden and self._row in self.rows:
            self.rows[self._row] = {}  # is no gap between two tables
            self._hidden_rows += 1

    def _told(self) -> str:
        """The text of the cell that ends; empty for errors such as #N/A."""
        cell, written = self._cell, "".join(self._cell.words)
        if not written:
            self._without_result += cell.formula
            return ""
        match cell.kind:
            case "s":
                at = int(written) if written.isdecimal() and len(written) < 10 else -1
                strings = self._book.strings
                return strings[at] if 0 <= at < len(strings) else ""
            case "b":
                return "TRUE" if written.strip() == "1" else "FALSE"
            case "e":
                return ""
            case "d":
                return written.removesuffix("T00:00:00").removesuffix("T00:00:00Z")
            case "str" | "inlineStr":
                return _line(written)
        try:
            value = float(written)
        except ValueError:
            return _line(written)
        if not math.isfinite(value):
            return _line(written)
        codes = self._book.codes
        code = codes[cell.style] if 0 <= cell.style < len(codes) else "General"
        return shown(value, code, self._book.from_1904)

    def _drop_hidden_columns(self) -> None:
        hidden = bytearray(_LAST_COLUMN + 2)
        for first, last in self._hidden_columns:
            if 0 < first <= last:
                hidden[first : last + 1] = b"\1" * (last + 1 - first)
        for row in self.rows.values() if self._hidden_columns else ():
            for at in [at for at in row if hidden[at]]:
                del row[at]
                self._hidden_cells = True

    def _fill_merged(self) -> None:
        """Tell a merged cell's text in each row that it covers, and in each column as `Spanned`."""
        left = _LEAST_FILLED + _MOST_FILLED * sum(len(row) for row in self.rows.values())
        numbers = sorted(self.rows)
        widest = max((at for row in self.rows.values() for at in row), default=0)
        for begin, end in map(_corners, self._merged):
            (top, at), (bottom, right) = begin, end
            text = self.rows.get(top, {}).get(at, "")
            rows = numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]
            for row in (self.rows[each] for each in rows) if text else ():
                for column in range(at, min(right, widest) + 1):
                    row.setdefault(column, text if column == at else Spanned(text))
                    left -= 1
                    if left < 0:
                        return


def _add(composer: Composer, sheet: _Sheet) -> None:
    """Add a sheet's rows, a table between two empty rows."""
    header: Header | None = None
    table: list[Row] = []
    last = 0
    for at, row in sheet.rows.items():
        if table and at > last + 1:
            header = add_table(composer, table, above=header)
            table = []
        if row:
            table.append(row)
        last = at
    add_table(composer, table, above=header)


def _corners(reference: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """The first and last cell of a range such as `A1:B7`; an empty range for anything else."""
    first, _, last = reference.partition(":")
    return _placed(first) or (0, 0), _placed(last) or (0, 0)


def _placed(reference: str) -> tuple[int, int] | None:
    """The row and column, from 1, of a cell such as `B7`; None if it is no cell's name."""
    match = _PLACE.fullmatch(reference.replace("$", ""))
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = 26 * column + ord(letter) - 64
    row = int(match[2])
    return (row, column) if column <= _LAST_COLUMN and 0 < row <= _LAST_ROW else None


def _line(text: str) -> str:
    """A cell's text on one line; `_x000D_` and the like are how control characters are kept."""
    if "_x" in text:
        text = _ESCAPE.sub(lambda match: _character(match[1]), text)
    return " ".join(text.split())


def _character(code: str) -> str:
    value = int(code, 16)
    return " " if value < 32 else chr(value) if not 0xD800 <= value < 0xE000 else "\ufffd"
