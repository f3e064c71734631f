"""Office Open XML (ECMA-376): the parts of a file, how they are related, and its properties.

What .docx, .pptx and .xlsx have in common. Parts are parsed by Python's own expat, which reads no
other file and here refuses every document type, so that no entity can be declared, let alone
expanded. Names are told without their namespaces, which differ between the transitional and the
strict form.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from assistant.ingest.readers.archives import Archive
from assistant.ingest.readers.base import UnreadableError, one_line

DEEPEST = 200
"""Elements within elements beyond which a part is refused; the walks over parts are recursive."""

LARGEST_TREE = 64_000_000
"""Bytes above which a part is not made a tree, which takes some ten times as much memory."""

_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
_BROKEN = "broken, or not what its suffix says; open it in its own program and save it anew"
_NO_TITLE = re.compile(
    r"(?:powerpoint presentation|presentation|document|book|workbook|untitled|title|slide)\s*\d*"
    r"|microsoft (?:word|powerpoint|excel)\b.*|.*\.(?:docx?|pptx?|xlsx?|dot|pdf)",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"python-docx|python-pptx|openpyxl|xlsxwriter|apache poi|microsoft office.*|windows user"
    r"|user|admin(?:istrator)?|owner|author|unknown",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Properties:
    """What a file says of itself; empty where it does not, or says what its program put there.

    When it was made and last saved is left out: templates bring the one along, each opening moves
    the other, and neither tells when what it says was published.

    Attributes:
        title, author, language: as written.
    """

    title: str = ""
    author: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """A part that another one refers to: its kind, the last word of its type, and its name."""

    kind: str
    part: str


class Package:
    """The parts of a file in memory.

    Attributes:
        faults: names of parts that could not be read and were passed over.

    Raises:
        UnreadableError: no such file, or a broken, encrypted or dangerous one.
    """

    def __init__(self, data: bytes) -> None:
        if data.startswith(_COMPOUND_FILE):
            raise UnreadableError(
                "protected by a password, or of an old format; save it without one, in the new"
            )
        self._archive = Archive(data)
        self._names = {name.lower(): name for name in self._archive.names()}
        self.faults: list[str] = []

    def main(self) -> str:
        """The name of the part that holds the document itself."""
        for relation in self.relations("").values():
            if relation.kind == "officeDocument":
                return relation.part
        raise UnreadableError(_BROKEN)

    def relations(self, part: str) -> dict[str, Relation]:
        """What a part refers to within the file, by the ids it uses for it."""
        folder, name = posixpath.split(part)
        tree = self.tree(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, Relation] = {}
        for each in tree if tree is not None else ():
            target = each.get("Target", "")
            if each.get("TargetMode") != "External" and target:
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                kind = each.get("Type", "").rsplit("/", 1)[-1]
                found[each.get("Id", "")] = Relation(kind, path)
        return found

    def related(self, part: str, kind: str) -> Element | None:
        """The first part of a kind that `part` refers to, as a tree; None if there is none."""
        for relation in self.relations(part).values():
            if relation.kind == kind:
                return self.tree(relation.part)
        return None

    def read(self, part: str) -> bytes:
        """A part's bytes, whatever the case of its name.

        Raises:
            UnreadableError: there is no such part, or it is broken.
        """
        try:
            return self._archive.read(self._names[part.lower()])
        except KeyError:
            raise UnreadableError(_BROKEN) from None

    def body(self, part: str) -> Element:
        """A part that nothing can be read without, as a tree.

        Raises:
            UnreadableError: there is no such part, or it is broken.
        """
        data = self.read(part)
        if len(data) > LARGEST_TREE:
            raise UnreadableError("larger than can be read; split it into smaller files")
        return parse(data)

    def tree(self, part: str) -> Element | None:
        """A part as a tree; None if there is none, or it is broken, which is kept in `faults`."""
        if part.lower() not in self._names:
            return None
        try:
            return self.body(part)
        except UnreadableError:
            if part not in self.faults:
                self.faults.append(part)
            return None

    def properties(self) -> Properties:
        """What the file says of itself."""
        tree = self.related("", "core-properties")
        told = {each.tag: one_line(each.text or "") for each in tree} if tree is not None else {}
        title, author = told.get("title", ""), told.get("creator", "")
        return Properties(
            title="" if _NO_TITLE.fullmatch(title) else title,
            author="" if _NO_AUTHOR.fullmatch(author) else author,
            language=told.get("language", ""),
        )


def parse(data: bytes) -> Element:
    """XML as a tree whose tags and attributes have no namespaces, but `r:` before relations' ids.

    Raises:
        UnreadableError: it is not well-formed, declares a document type, or is nested too deep.
    """
    builder = TreeBuilder()
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise UnreadableError("nested too deep; open it in its own program and save it anew")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    stream(data, start, end, builder.data)
    return builder.close()


def stream(
    data: bytes,
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object],
    words: Callable[[str], object],
) -> None:
    """Call back for each element's start and end, and for the words in between, as in `parse`.

    Raises:
        UnreadableError: it is not well-formed, or declares a document type.
    """
    names = _Names()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: start(
        names[tag], {names[name]: value for name, value in attributes.items()}
    )
    parser.EndElementHandler = lambda tag: end(names[tag])
    parser.CharacterDataHandler = words
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as exc:
        raise UnreadableError(_BROKEN) from exc


class _Names(dict[str, str]):
    """A name with its namespace -> its short name."""

    def __missing__(self, name: str) -> str:
        space, _, local = name.rpartition(" ")
        self[name] = f"r:{local}" if space.endswith("/relationships") else local
        return self[name]


def _refuse(*_: object) -> None:
    raise UnreadableError("declares a document type, which no office program does; save it anew")


def switched_on(properties: Element | None, name: str) -> bool:
    """Whether a toggle such as `vanish` is set among an element's properties."""
    toggle = properties.find(name) if properties is not None else None
    return toggle is not None and toggle.get("val", "1") not in ("0", "false", "off", "none")


def alternative(element: Element) -> Element | None:
    """Of what an `AlternateContent` offers, the newest: a program shows one of them."""
    choice = element.find("Choice")
    return choice if choice is not None else element.find("Fallback")


def number(attributes: Mapping[str, str] | Element, name: str, default: int = 0) -> int:
    """An attribute as a whole number; `default` where it is none or missing."""
    value = attributes.get(name) or ""
    try:
        return int(value) if len(value) < 20 else default
    except ValueError:
        return default
