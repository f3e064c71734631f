"""What a web page says of itself in its head: `meta` elements and JSON-LD, else what it shows."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, field
from typing import Any

from assistant.ingest.readers.base import one_line
from assistant.ingest.readers.html_blocks import Element, words_of

_TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title", "citation_title")
_AUTHORS = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "byl")
_PUBLISHERS = ("og:site_name", "dc.publisher", "dcterms.publisher", "application-name")
_DATES = (
    "article:published_time og:article:published_time datepublished dc.date.issued "
    "dcterms.issued "
    "dc.date dcterms.date dcterms.created date pubdate publishdate publish-date publish_date "
    "publication_date parsely-pub-date sailthru.date citation_publication_date "
    "originalpublicationdate"
).split()
_ARTICLE = re.compile(r"article|posting|report|webpage", re.IGNORECASE)
_BETWEEN_TITLES = re.compile(r"\s+[|»·–—-]\s+")
_SURE_BETWEEN_TITLES = "|»"
_LONGEST_SITE = 40
_SHORTEST_TITLE = 10
_LONGEST_AUTHOR = 120
_MOST_SCRIPT = 2_000_000


@dataclass(slots=True)
class Head:
    """What a page says of itself: in `meta` elements, in JSON-LD, else in what it shows."""

    root: Element
    html: str
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
        if told and "://" not in told and len(told) <= _LONGEST_AUTHOR:
            return told
        for each in self.root.iter("a", "span", "div", "p", "address"):
            if each.get("rel") == "author" or each.get("itemprop") == "author":
                shown = words_of(each)
                return shown if len(shown) <= _LONGEST_AUTHOR else ""
        return ""

    def publisher(self) -> str:
        """The site."""
        return self._first(_PUBLISHERS) or self._from_linked("publisher")

    def published(self) -> str:
        """The date, as the page writes it."""
        told = self._from_linked("datePublished") or self._first(_DATES)
        if told:
            return told
        times = [each for each in self.root.iter("time") if each.get("datetime")]
        marked = [each for each in times if each.get("itemprop") == "datePublished"]
        marked += [each for each in times if each.get("pubdate") is not None]
        inside = [
            each
            for each in times
            if any(up.tag in ("article", "main") for up in each.iterancestors())
        ]
        return (
            next((one_line(each.get("datetime")) for each in marked + inside), "") or self._shown()
        )

    def _shown(self) -> str:
        """The date that the page shows where one is looked for, as htmldate finds it.

        On real pages that name none it is right as often as what others name in their heads.
        """
        from htmldate import find_date

        logging.getLogger("htmldate").setLevel(logging.CRITICAL)
        try:
            return find_date(self.html, extensive_search=False, original_date=True) or ""
        except Exception:  # its patterns are not proof against every page
            return ""

    def language(self) -> str:
        """The language's tag, as the page writes it."""
        names = ("lang", "{http://www.w3.org/XML/1998/namespace}lang", "xml:lang")
        told = next((self.root.get(name) for name in names if self.root.get(name)), "")
        return one_line(told) or self._first(("content-language", "og:locale"))

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
