"""Web pages: the article, titled and dated by what the page says of it in its head.

What is the article is told by `boilerplate`; a page without one gives all its text.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from assistant import messages
from assistant.boilerplate import article
from assistant.decoding import NotTextError, decode
from assistant.extraction import Extracted, Item, Remark, UnreadableError, one_line, storable
from assistant.hypertext import Element, joined, parsed, words_of

_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
_CHARSET_WITHIN = 4096
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
"""Names of encodings -> what pages that name them are read as, by every browser (WHATWG)."""

_TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title", "citation_title")
_AUTHORS = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "byl")
_PUBLISHERS = ("og:site_name", "dc.publisher", "dcterms.publisher", "application-name")
_DATES = (
    "article:published_time og:article:published_time datepublished dc.date.issued dcterms.issued "
    "dc.date dcterms.date dcterms.created date pubdate publishdate publish-date publish_date "
    "publication_date parsely-pub-date sailthru.date citation_publication_date originalpublicationdate"
).split()
_ARTICLE = re.compile(r"article|posting|report|webpage", re.IGNORECASE)
_BETWEEN_TITLES = re.compile(r"\s+[|»·–—-]\s+")
_SURE_BETWEEN_TITLES = "|»"
_LONGEST_SITE = 40
_SHORTEST_TITLE = 10
_MOST_SCRIPT = 2_000_000


def extract(data: bytes, name: str) -> Iterator[Item]:
    """The page's article as one document."""
    if name.lower().endswith((".mht", ".mhtml")):
        html, encoding, remark = _archived(data)
    else:
        html, encoding, remark = page_text(data)
    if remark:
        yield Remark(remark)
    root = parsed(html)
    text = storable(joined(article(root, html)))
    if not text.strip():
        raise UnreadableError("a page without text; save it from the browser once it has loaded")
    head = _Head(root)
    yield Extracted(
        text,
        title=head.title(),
        author=head.author(),
        publisher=head.publisher(),
        language=head.language(),
        published=head.published() or None,
        encoding=encoding,
    )


def page_text(data: bytes) -> tuple[str, str, str]:
    """A page's characters, their encoding, and a remark if that was guessed.

    What is UTF-8 throughout is nothing else, whatever it names: browsers save pages anew as UTF-8.

    Raises:
        NotTextError: the bytes are binary, or hold nothing but white space.
    """
    named = _CHARSET.search(data[:_CHARSET_WITHIN])
    if named and b"\x00" not in data:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            encoding = _codec((named[1] or named[2]).decode("ascii"))
            if encoding and encoding not in ("utf-8", "utf-16", "utf-32"):
                return data.decode(encoding, "replace"), encoding, ""
    return decode(data)


def _codec(name: str) -> str:
    """The encoding as Python names it; empty for one it does not know."""
    try:
        known = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    return _MEANT.get(known.name, known.name) if known._is_text_encoding else ""


def _archived(data: bytes) -> tuple[str, str, str]:
    """The page in a web archive, which is the first of its parts that is HTML."""
    for part in messages.parts(messages.parsed(data)):
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            return *messages.part_text(part), ""
    raise UnreadableError("a web archive without a page; save the page as HTML")


@dataclass(slots=True)
class _Head:
    """What a page says of itself: in `meta` elements, in JSON-LD, else in what it shows."""

    root: Element
    meta: dict[str, str] = field(default_factory=dict)
    linked: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for each in self.root.iter("meta"):
            name = each.get("property") or each.get("name") or each.get("itemprop") or ""
            value = one_line(each.get("content") or "")
            if name and value:
                self.meta.setdefault(name.strip().lower(), value)
        for each in self.root.iter("script"):
            if (each.get("type") or "").strip().lower() == "application/ld+json":
                self.linked += _linked_articles(each.text or "")

    def title(self) -> str:
        """The headline, without the name of the site."""
        shown = [words_of(each) for each in self.root.iter("h1")]
        full = next((words_of(each) for each in self.root.iter("title")), "")
        told = self._first(_TITLES) or self._from_linked("headline")
        shown = [each for each in shown if each]
        if told:
            return _without_site(told, self.publisher(), shown)
        if len(shown) == 1 or (shown and shown[0] in full):
            return shown[0]
        return _without_site(full, self.publisher(), shown)

    def author(self) -> str:
        """Who wrote it; several apart by commas."""
        told = self._from_linked("author") or self._first(_AUTHORS)
        if told and "://" not in told:
            return told
        for each in self.root.iter("a", "span", "div", "p", "address"):
            if each.get("rel") == "author" or each.get("itemprop") == "author":
                return words_of(each)[:200]
        return ""

    def publisher(self) -> str:
        return self._first(_PUBLISHERS) or self._from_linked("publisher")

    def published(self) -> str:
        """The date, as the page writes it."""
        told = self._from_linked("datePublished") or self._first(_DATES)
        if told:
            return told
        times = [each for each in self.root.iter("time") if each.get("datetime")]
        marked = [each for each in times if each.get("itemprop") == "datePublished"]
        marked += [each for each in times if each.get("pubdate") is not None]
        inside = [each for each in times if any(up.tag in ("article", "main") for up in each.iterancestors())]
        return next((one_line(each.get("datetime")) for each in marked + inside), "")

    def language(self) -> str:
        html = self.root if self.root.tag == "html" else None
        told = html is not None and (html.get("lang") or html.get("{http://www.w3.org/XML/1998/namespace}lang") or html.get("xml:lang"))
        return one_line(told or self.meta.get("content-language") or self.meta.get("og:locale") or "")

    def _first(self, names: tuple[str, ...] | list[str]) -> str:
        return next((self.meta[name] for name in names if name in self.meta), "")

    def _from_linked(self, name: str) -> str:
        return next((told for each in self.linked if (told := _named(each.get(name)))), "")


def _linked_articles(script: str) -> list[dict[str, Any]]:
    """The articles, else pages, that a JSON-LD script describes."""
    if len(script) > _MOST_SCRIPT:
        return []
    try:
        loaded = json.loads(script, strict=False)
    except (ValueError, RecursionError):
        return []
    found, ahead = [], [loaded]
    while ahead:
        each = ahead.pop(0)
        if isinstance(each, list):
            ahead += each
        elif isinstance(each, dict):
            ahead.append(each.get("@graph"))
            if _ARTICLE.search(str(each.get("@type"))[:200]):
                found.append(each)
    return sorted(found, key=lambda each: "page" in str(each.get("@type")).lower())


def _named(value: Any) -> str:
    """A value of JSON-LD as text: itself, or the name of what it describes; several by commas."""
    values = value if isinstance(value, list) else [value]
    names = [each.get("name") if isinstance(each, dict) else each for each in values[:20]]
    return ", ".join(dict.fromkeys(name for name in map(one_line, names) if name))


def _without_site(title: str, site: str, shown: list[str]) -> str:
    """A title without the site's name at its end, if that is one by all signs."""
    for each in shown:
        if len(each) >= _SHORTEST_TITLE and title.startswith(each):
            return each
    cuts = list(_BETWEEN_TITLES.finditer(title))
    if not cuts:
        return title
    rest, last = title[: cuts[-1].start()], title[cuts[-1].end() :]
    sure = cuts[-1][0].strip() in _SURE_BETWEEN_TITLES and len(last) <= _LONGEST_SITE
    if len(rest) >= _SHORTEST_TITLE and (sure or (site and last.lower() == site.lower())):
        return rest
    return title
