"""HTML -> text as it is kept: headings marked, an item or row a line each, no marks but these.

Which parts of a page are its article is left to `boilerplate`; mail and e-books have no others.
lxml: its parser is libxml2's, quick and long fed with broken pages; parsing HTML it knows neither
entities of the document's own nor the network.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import dropwhile
from typing import Any

from assistant.ingest.readers.base import UnreadableError
from assistant.ingest.readers.tables import Groups, carried_down

Element = Any
"""An element of lxml, which ships no types."""

MOST_CELLS = 2_000_000

_HEADING = re.compile(r"h([1-6])")
_UNSEEN = frozenset(
    "script style noscript template head svg object iframe canvas audio video map button select "
    "datalist input textarea progress meter rp annotation annotation-xml dialog".split()
)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark math mi "
    "mn mo mrow mtext nobr q ruby rb rt s samp semantics small span strike strong sub sup time tt "
    "u var wbr".split()
)
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_IN_HEAD = frozenset("base basefont bgsound link meta noscript script style template title".split())
_BLANKS = re.compile(r"[ \t\r\f\v\xa0\u2000-\u200a\u202f\u3000]+")
_SUPERSCRIPTS = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_RULE = re.compile(r"[-=_*~\s]+")
_FENCE = re.compile(r"```|~~~")
_HASHES = re.compile(r"(#{1,6}) (?=\S)")
_LONGEST_CELL = 400


def parsed(html: str) -> Element:
    """The root element of a page.

    Raises:
        UnreadableError: nothing in it is an element or text, or it is nested beyond measure.
    """
    from lxml import etree
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    # without huge_tree libxml2 drops what is nested 256 deep, which unclosed tags of old pages are
    try:
        root = lxml_html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as exc:
        raise UnreadableError("no text in it; open it in a browser and save it anew") from exc
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise UnreadableError("nested too deeply; open it in a browser and save it as text")
    _open_body(root)
    return root


def _open_body(root: Element) -> None:
    """Move out of the head what no head holds: there the body begins, whether a tag says so or not.

    libxml2 does not know it of the elements that came with HTML 5, such as `article`.
    """
    from lxml import etree

    strays = list(dropwhile(lambda each: each.tag in _IN_HEAD, root.iterfind("head/*")))
    if not strays:
        return
    body = root.find("body")
    body = etree.SubElement(root, "body") if body is None else body
    strays[-1].tail = (strays[-1].tail or "") + (body.text or "")
    body.text = None
    body[:0] = strays


def is_hidden(element: Element) -> bool:
    """Whether a browser shows nothing of the element, whatever stands in it."""
    return (
        element.tag in _UNSEEN
        or element.get("hidden") is not None
        or bool(_HIDDEN.search(element.get("style") or ""))
    )


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, an item of a list or a row of a table.

    Attributes:
        kind: "heading", "paragraph", "item" or "row".
        text: its words, with the marks they are kept with.
        cells: a row's cells, without what heads their columns; empty for the others.
        apart: whether it stands in one of the elements that were told to be apart.
    """

    kind: str
    text: str
    cells: tuple[str, ...] = ()
    apart: bool = False


def blocks(root: Element, apart: Collection[Element] = ()) -> list[Block]:
    """What a reader of the element sees, by blocks."""
    return _Writer(apart).blocks(root)


def text_of(root: Element) -> str:
    """What a reader of the element sees, as one text."""
    return joined(blocks(root))


def words_of(element: Element) -> str:
    """What a reader of the element sees, on one line and without marks."""
    said = (block.text.removeprefix("- ").lstrip("#").lstrip() for block in blocks(element))
    return " ".join(" ".join(said).split())


def joined(found: Collection[Block]) -> str:
    """Items of a list, and rows wide enough to be told from prose, follow each other at once."""
    text: list[str] = []
    before = ""
    for block in found:
        dense = block.kind == "item" or (block.kind == "row" and block.text.count(" | ") > 1)
        near = block.kind == before and dense
        text.append(("\n" if near else "\n\n") + block.text if text else block.text)
        before = block.kind
    return "".join(text)


class _Writer:
    """Walks over elements and gathers blocks."""

    def __init__(self, apart: Collection[Element]) -> None:
        self._apart = apart
        self._within_apart = 0
        self._blocks: list[Block] = []
        self._words: list[str] = []
        self._kinds: list[str] = []
        self._preserved = 0
        self._skipped: Element | None = None

    def blocks(self, root: Element) -> list[Block]:
        """The blocks of an element."""
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if not isinstance(element.tag, str):
                continue
            if event == "start":
                if self._skips(element, root):
                    walk.skip_subtree()
                    self._skipped = element
                else:
                    self._open(element)
            else:
                if element is not self._skipped:
                    self._close(element)
                self._skipped = None
                if element is not root and element.tail:
                    self._say(element.tail)
        self._flush()
        return self._blocks

    def _skips(self, element: Element, root: Element) -> bool:
        """Whether nothing within the element is to be walked over: unseen, or told already."""
        if element is not root and is_hidden(element):
            return True
        if element.tag in _INLINE and element in self._apart:
            return True
        if element.tag == "table" and (rows := data_rows(element)):
            self._flush()
            apart = self._within_apart > 0 or element in self._apart
            self._blocks += [Block("row", row.text, row.cells, apart) for row in rows]
            return True
        return element.tag == "sup" and self._superscript(element)

    def _superscript(self, element: Element) -> bool:
        """A raised number would change the figure before it; the mark of a note is no word."""
        words = "".join(element.itertext()).strip()
        if any("#" in (link.get("href") or "") for link in element.iter("a")):
            return True
        raised = words.translate(_SUPERSCRIPTS)
        if words and not any(each.isascii() for each in raised):
            self._say(raised)
            return True
        return False

    def _open(self, element: Element) -> None:
        tag = element.tag
        if tag == "br":
            self._words.append("\n")
        elif tag == "q":
            self._words.append("“")
        elif tag not in _INLINE:
            self._flush()
            self._within_apart += element in self._apart
            if tag == "li":
                self._kinds.append("item")
            elif heading := _HEADING.fullmatch(tag):
                self._kinds.append("#" * int(heading[1]))
            self._preserved += tag in ("pre", "listing", "xmp")
        if element.text:
            self._say(element.text)

    def _close(self, element: Element) -> None:
        tag = element.tag
        if tag == "q":
            self._words.append("”")
        elif tag not in _INLINE and tag != "br":
            self._flush()
            self._within_apart -= element in self._apart
            self._preserved -= tag in ("pre", "listing", "xmp")
            if (tag == "li" or _HEADING.fullmatch(tag)) and self._kinds:
                self._kinds.pop()

    def _say(self, words: str) -> None:
        self._words.append(words if self._preserved else words.replace("\n", " "))

    def _flush(self) -> None:
        """End the block: what was said since the last one, if it was anything."""
        said, self._words = "".join(self._words), []
        if self._preserved:
            lines = [line.rstrip() for line in said.replace("\r", "").split("\n")]
        else:
            lines = [_BLANKS.sub(" ", line).strip() for line in said.split("\n")]
        kind = self._kinds[-1] if self._kinds else ""
        if kind.startswith("#"):
            words = " ".join(" ".join(lines).split())
            if words:
                self._keep("heading", f"{kind} {words}")
            return
        words = "\n".join(unmarked(line) for line in lines).strip("\n")
        if not words.strip():
            return
        if kind == "item":
            self._kinds[-1] = ""  # the item's later paragraphs
            words = words if words.startswith("- ") else f"- {words}"
        self._keep(kind or "paragraph", words)

    def _keep(self, kind: str, words: str) -> None:
        self._blocks.append(Block(kind, words, apart=self._within_apart > 0))


def unmarked(line: str) -> str:
    """A line of which nothing is taken for a mark of Markdown, which none of it is."""
    if _RULE.fullmatch(line):
        return ""
    if _FENCE.match(line):
        return f"\u2060{line}"
    return _HASHES.sub("\\1\u00a0", line, count=1) if line.startswith("#") else line


def data_rows(table: Element) -> list[Block]:
    """The rows of a table; none if the table only lays out a page."""
    if table.get("role") in ("presentation", "none") or table.find(".//table") is not None:
        return []
    grid, heads = _grid(table)
    wide = [row for row in grid if len([cell for cell in row if cell]) > 1]
    marked = table.find(".//th") is not None or table.find("./thead") is not None
    lengths = [len(cell) for row in grid for cell in row]
    if not marked and (
        len(wide) < 2
        or len(wide) * 2 < len(grid)
        or max(lengths, default=0) > _LONGEST_CELL
        or table.find(".//h1") is not None
    ):
        return []
    caption = table.find("./caption")
    rows = [Block("row", words_of(caption))] if caption is not None else []
    return [row for row in rows + _rows(grid, heads) if row.text]


def _rows(grid: list[list[str]], heads: int) -> list[Block]:
    heads = heads or _unmarked_heads(grid)
    width = max(map(len, grid), default=0)
    names = [""] * width
    for row in grid[:heads]:
        for at, cell in enumerate(row):
            if cell and cell not in names[at].split(" – "):
                names[at] = f"{names[at]} – {cell}" if names[at] else cell
    rows: list[Block] = []
    groups = Groups(named=any(names))
    cells = [{at: cell for at, cell in enumerate(row) if cell} for row in grid[heads:]]
    for filled in carried_down(cells) if heads and cells else cells:
        told = [
            f"{names[at]}: {cell}" if names[at] else cell for at, cell in sorted(filled.items())
        ]
        label = (
            next(iter(filled.values())) if len(filled) == 1 and width > 1 else ""
        )  # of what is below
        for each in groups.put(label or told):
            if isinstance(each, str):
                rows.append(Block("row", each, (each,)))
            else:
                rows.append(Block("row", " | ".join(each), tuple(filled.values())))
    rows += [Block("row", label, (label,)) for label in groups.rest()]
    return rows or [Block("row", " | ".join(filter(None, names)), tuple(filter(None, names)))]


def _unmarked_heads(grid: list[list[str]]) -> int:
    """1 if the first row names the columns though nothing marks it: full, and the only one of it
    without a digit in a column of figures."""
    if len(grid) < 3 or not all(grid[0]) or len(grid[0]) < 2:
        return 0
    figures = [
        at
        for at in range(len(grid[0]))
        if all(_has_digit(row[at]) for row in grid[1:] if at < len(row) and row[at])
        and any(at < len(row) and row[at] for row in grid[1:])
    ]
    return int(bool(figures) and not any(_has_digit(grid[0][at]) for at in figures))


def _has_digit(words: str) -> bool:
    return any(each.isdigit() for each in words)


def _grid(table: Element) -> tuple[list[list[str]], int]:
    """The cells by row and column, a high cell in each of its rows; and how many rows are heads."""
    rows = [row for row in table.iter("tr") if not is_hidden(row)]
    grid: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}
    heads, counting, cells = 0, True, 0
    for number, row in enumerate(rows):
        line: list[str] = []
        own = [cell for cell in row if cell.tag in ("td", "th") and not is_hidden(cell)]
        head = bool(own) and (row.getparent().tag == "thead" or all(c.tag == "th" for c in own))
        head = head and (number == 0 or len(own) > 1 or bool(below))  # alone it names what follows
        counting = counting and head
        heads += counting
        for cell in own:
            _carry(line, below)
            words = words_of(cell)
            across = _span(cell, "colspan", 1000)
            down = _span(cell, "rowspan", len(rows) - number)
            for at in range(across):
                said = words if at == 0 or counting else ""
                if down > 1:
                    below[len(line)] = (down - 1, said)
                line.append(said)
        _carry(line, below)
        cells += len(line)
        if cells > MOST_CELLS:
            raise UnreadableError("has a table beyond measure; save it without")
        grid.append(line)
    width = max(map(len, grid), default=0)
    if width * len(grid) <= MOST_CELLS:
        grid = [line + [""] * (width - len(line)) for line in grid]
    kept = [(at, line) for at, line in enumerate(grid) if any(line)]
    return [line for _, line in kept], sum(at < heads for at, _ in kept)


def _carry(line: list[str], below: dict[int, tuple[int, str]]) -> None:
    """Put down what cells of rows above reach down to this place."""
    while len(line) in below:
        at = len(line)
        left, words = below.pop(at)
        if left > 1:
            below[at] = (left - 1, words)
        line.append(words)


def _span(cell: Element, name: str, most: int) -> int:
    value = (cell.get(name) or "").strip()
    return max(1, min(int(value), most)) if value.isdecimal() and len(value) < 6 else 1
