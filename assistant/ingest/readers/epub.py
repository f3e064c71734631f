"""E-books (EPUB): their chapters in the order in which they are read.

By hand on `archives` and lxml: EbookLib is AGPL, and unpacks whatever it is given. Package files
are read without entities, DTDs and network; chapters by the HTML parser, which has none of them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from assistant.ingest.readers.archives import Archive
from assistant.ingest.readers.base import (
    Extracted,
    Fault,
    Item,
    UnreadableError,
    one_line,
    storable,
)
from assistant.ingest.readers.decoding import NotTextError, decode
from assistant.ingest.readers.html_blocks import Block, blocks, joined, parsed

_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
_FONT_MANGLING = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_LARGEST_XML = 20_000_000
_CHAPTERS = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})


def extract(data: bytes, name: str) -> Iterator[Item]:
    """The book as one document; a chapter that cannot be read is told."""
    archive = Archive(data)
    names = set(archive.names())
    locked = _locked(archive, names)
    opf = _package_path(archive, names)
    package = _xml(archive.read(opf, _LARGEST_XML))
    titles = _chapter_titles(archive, names, package, opf)
    found: list[Block] = []
    for path in _spine(package, opf, names):
        if path in locked:
            raise UnreadableError("protected against copying (DRM); save it without")
        try:
            chapter = _chapter(archive.read(path), titles.get(path, ""))
        except KeyError:
            yield Fault("a chapter that the book lists is not in it", path)
        except (UnreadableError, NotTextError) as exc:
            if str(exc) != "empty":
                yield Fault(str(exc), path)
        else:
            found += chapter
    text = storable(joined(found))
    if not text.strip():
        raise UnreadableError("a book without text; it may be pictures of pages, which need OCR")
    yield Extracted(
        text,
        title=_fact(package, "title"),
        author=_fact(package, "creator"),
        publisher=_fact(package, "publisher"),
        language=_fact(package, "language"),
        published=_fact(package, "date") or None,
    )


def _xml(data: bytes) -> Any:
    """The root of an XML file.

    Raises:
        UnreadableError: it is none.
    """
    from lxml import etree

    # lxml is told to do what defusedxml does for the standard library's parsers: no entities, no
    # DTD, no network; and depth and sizes stay within libxml2's own limits
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as exc:
        raise UnreadableError("broken: its table of parts is no XML; save it anew") from exc
    if root is None:
        raise UnreadableError("broken: its table of parts is empty; save it anew")
    return root


def _local(element: Any) -> str:
    """An element's name without its namespace, which old books leave out or misspell."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _all(root: Any, name: str) -> list[Any]:
    return [each for each in root.iter() if _local(each) == name]


def _package_path(archive: Archive, names: set[str]) -> str:
    if _CONTAINER in names:
        for each in _all(_xml(archive.read(_CONTAINER, _LARGEST_XML)), "rootfile"):
            if (path := unquote(each.get("full-path") or "")) in names:
                return path
    path = next((each for each in archive.names() if each.lower().endswith(".opf")), "")
    if not path:
        raise UnreadableError("no e-book: it lists no parts; save it anew")
    return path


def _locked(archive: Archive, names: set[str]) -> set[str]:
    """The parts that are encrypted; fonts may be mangled in a book that is free to read."""
    if _ENCRYPTION not in names:
        return set()
    locked = set()
    for each in _all(_xml(archive.read(_ENCRYPTION, _LARGEST_XML)), "encrypteddata"):
        methods = [method.get("Algorithm") for method in _all(each, "encryptionmethod")]
        if not any(method in _FONT_MANGLING for method in methods):
            locked |= {unquote(ref.get("URI") or "") for ref in _all(each, "cipherreference")}
    return locked


def _manifest(package: Any, opf: str) -> dict[str, tuple[str, Any]]:
    """Id -> path in the archive and the manifest's item."""
    return {
        each.get("id") or "": (_path(opf, each.get("href") or ""), each)
        for each in _all(package, "item")
    }


def _path(base: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(href.split("#")[0])))


def _spine(package: Any, opf: str, names: set[str]) -> list[str]:
    """The chapters' paths in the order of reading, each once; the table of contents is none."""
    manifest = _manifest(package, opf)
    paths = []
    for each in _all(package, "itemref"):
        path, item = manifest.get(each.get("idref") or "", ("", None))
        contents = item is not None and "nav" in (item.get("properties") or "").split()
        if item is not None and not contents and item.get("media-type") in _CHAPTERS:
            paths.append(path)
    if not paths:  # a book without a spine is read in the order of its list of parts
        paths = [path for path, item in manifest.values() if item.get("media-type") in _CHAPTERS]
    return list(dict.fromkeys(path for path in paths if path))


def _chapter_titles(archive: Archive, names: set[str], package: Any, opf: str) -> dict[str, str]:
    """Path -> what the table of contents calls the chapter that begins there."""
    titles: dict[str, str] = {}
    for path, item in _manifest(package, opf).values():
        ncx = item.get("media-type") == "application/x-dtbncx+xml"
        if path not in names or not (ncx or "nav" in (item.get("properties") or "").split()):
            continue
        try:
            root = _xml(archive.read(path, _LARGEST_XML))
        except UnreadableError:
            continue
        for each in _all(root, "navpoint") if ncx else _all(root, "a"):
            source = next((c.get("src") for c in each if _local(c) == "content"), None)
            label = next((c for c in each if _local(c) == "navlabel"), each)
            href = source if ncx else each.get("href")
            if href:
                titles.setdefault(_path(path, href), one_line(" ".join(label.itertext())))
    return titles


def _chapter(data: bytes, title: str) -> list[Block]:
    """A chapter's blocks; headed by its title in the table of contents if it heads itself with
    nothing."""
    text, _, _ = decode(_declared(data))
    root = parsed(text)
    body = root.find("body")
    found = blocks(root if body is None else body)
    if found and title and not any(block.kind == "heading" for block in found):
        if _letters(found[0].text) == _letters(title):
            found = found[1:]
        found.insert(0, Block("heading", f"# {title}"))
    return found


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


def _declared(data: bytes) -> bytes:
    """The bytes as UTF-8 where the chapter's first line names another encoding."""
    named = re.match(rb"\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)", data[:200])
    if named and named[1].lower() not in (b"utf-8", b"utf8"):
        try:
            return data.decode(named[1].decode("ascii")).encode("utf-8")
        except (LookupError, ValueError):
            return data
    return data


def _fact(package: Any, name: str) -> str:
    """What the book's metadata says under a name of Dublin Core; creators one after another."""
    found = [each for each in _all(package, name) if "purl.org/dc" in each.tag]
    if name == "date":
        events = [next((v for k, v in each.items() if k.endswith("event")), "") for each in found]
        told = [each for each, event in zip(found, events, strict=True) if event == "publication"]
        plain = [each for each, event in zip(found, events, strict=True) if not event]
        found = (told or plain)[:1]
    elif name != "creator":
        found = found[:1]
    return ", ".join(filter(None, (one_line("".join(each.itertext())) for each in found)))
