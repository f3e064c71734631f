"""A web page -> its article, without what stands around it on every page of its site.

Two judges, since each alone loses or leaves too much (see "Web pages" in RESULTS.md). Trafilatura
tells where the article begins and ends: it knows thousands of sites, but leaves out rows, captions,
items and paragraphs in between. What a page itself names as something else (menus, banners,
comments) or what is mostly links is left out of the part in between.
"""

from __future__ import annotations

import contextlib
import logging
import re
from dataclasses import dataclass

from assistant.ingest.readers.furniture import is_furniture, points_elsewhere
from assistant.ingest.readers.html_blocks import Block, Element, blocks, is_hidden

LARGEST_JUDGED = 2_000_000
"""Characters of HTML above which a page is no article, and judging it would take minutes."""

_ELSEWHERE_TAGS = frozenset("nav footer aside menu".split())
_ELSEWHERE_ROLES = frozenset(
    "navigation banner contentinfo search dialog alertdialog complementary menu menubar toolbar "
    "tablist tooltip".split()
)
_NEVER_ELSEWHERE = frozenset("html body main article p h1 h2 a b i em strong tr td tbody".split())
_NAMED = re.compile(
    r"""(?:^|[\s_-])(?:
    nav(?:bar|igation)?|menus?|breadcrumbs?|sidebars?|side-?col(?:umn)?|rail|footer|masthead
    | cookies?|consent|gdpr|onetrust|cmp|privacy
    | shar(?:e|es|ing|er)(?:bar|buttons?|tools?)?|social(?:media)?|addthis|sharethis|sharedaddy
    | newsletters?|subscri(?:be|ption)|sign-?up|mailing-?list|paywall|regwall|log-?in|follow
    | related(?:posts?|articles?|stories|content)?|recommend(?:ed|ations?)?|recirc\w*|outbrain
    | taboola|zergnet|(?:also|read|you)-?(?:like|next|more|also)|most-?(?:read|popular|viewed)
    | popular|trending|teasers?|promos?|jp-relatedposts
    | comments?|comment-?list|disqus\w*|respond|livefyre
    | ads?|adverts?|advertis\w*|sponsor(?:ed|s)?|banners?|dfp
    | skip(?:-?link|-?nav|-?to)?\w*|pagination|pager|toolbar|tag-?(?:list|cloud|s)|popups?|modal
    | overlay|lightbox|screen-reader-text|sr-only|visually-?hidden|widgets?
    | (?:about-?)?author-?(?:bio|box|info|card)
    )(?:$|[\s_-])""",
    re.IGNORECASE | re.VERBOSE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"\w+")
_PROSE = 80
_MOST_PROSE_ELSEWHERE = 0.4
_MOSTLY_LINKS = 0.5
_TABLE_OF_LINKS = 0.8
_SHORTEST_ANCHOR = 20
_TO_A_STORY = 0.4  # of the words that lead to another story, those that are the link
_LONGEST_TEASER = 400
_NEAR = 3
_LEAST_SHARE = 0.1
_SHORTEST_ARTICLE = 300


def article(root: Element, html: str) -> list[Block]:
    """The blocks of a page's article; of all that the page is about where there is none.

    Args:
        root: the page.
        html: the same, as it is written.
    """
    body = root.find("body")
    body = root if body is None else body
    found = blocks(body, _elsewhere(body))
    own = [block for block in found if not block.apart]
    part = _between(found, _judged(html))
    if sum(len(b.text) for b in part) < _LEAST_SHARE * sum(len(b.text) for b in own):
        part = own
    return [each for each in part if not _is_of_the_page(each)] or found


def _is_of_the_page(block: Block) -> bool:
    words = block.text.lstrip("-# ")
    return is_furniture(words) or (block.apart and points_elsewhere(words))


@dataclass(frozen=True, slots=True)
class _Judgement:
    """What Trafilatura takes for the article.

    Attributes:
        words: all of its words, to find a paragraph's among them.
        cells: the words of each line, and of each cell in a line that is a row.
    """

    words: str
    cells: frozenset[str]

    def holds(self, block: Block) -> bool:
        """Whether a block is of the article."""
        if block.cells:
            return all(_squeezed(cell) in self.cells for cell in block.cells)
        words = _squeezed(block.text)
        return bool(words.strip()) and (words in self.cells or words in self.words)


def _judged(html: str) -> _Judgement:
    """Trafilatura's judgement; an empty one where it fails, or the page is too large for it."""
    for name in ("trafilatura", "htmldate", "courlan", "justext"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # the reasons it tells are none of ours
    import trafilatura

    text: str | None = ""
    if len(html) <= LARGEST_JUDGED:
        # whatever a page makes it stumble over, the other judge does without
        with contextlib.suppress(Exception):
            text = trafilatura.extract(html, include_comments=False, deduplicate=False)
    cells = (cell for line in (text or "").split("\n") for cell in [line, *line.split("|")])
    return _Judgement(_squeezed(text or ""), frozenset(map(_squeezed, cells)))


def _squeezed(text: str) -> str:
    """A text's words alone, to be looked for in another's."""
    return f" {' '.join(_WORD.findall(text.lower()))} "


def _between(found: list[Block], judged: _Judgement) -> list[Block]:
    """The blocks from the headline, else from the first one judged to be its, to the last."""
    kept = [judged.holds(block) for block in found]
    anchors = [
        at for at, block in enumerate(found) if kept[at] and len(block.text) >= _SHORTEST_ANCHOR
    ]
    if not anchors:
        return []
    first, last = anchors[0], anchors[-1]
    while last + 1 < len(found) and _goes_on(found[last + 1]):
        last += 1
    headlines = [at for at in range(first) if found[at].text.startswith("# ")]
    headlines = headlines or [
        at for at in range(max(0, first - _NEAR), first) if found[at].kind == "heading"
    ]
    begin = headlines[-1] if headlines else first
    return [
        block
        for at, block in enumerate(found)
        if (begin <= at <= last and (kept[at] or not block.apart))
        or (at > last and block.kind == "row" and not block.apart)
    ]


def _goes_on(following: Block) -> bool:
    """Whether a list or table goes on here, or comes right after what is the article's."""
    return following.kind in ("item", "row") and not following.apart


@dataclass(slots=True)
class _Weight:
    """What is in an element: characters of text, of linked text, of prose; and links."""

    text: int = 0
    linked: int = 0
    prose: int = 0
    links: int = 0

    def add(self, other: _Weight) -> None:
        self.text += other.text
        self.linked += other.linked
        self.prose += other.prose
        self.links += other.links


def _elsewhere(body: Element) -> set[Element]:
    """The elements that are none of the article's, by their names or since they are mostly links.

    One that holds much of the page's prose is none of them: "with-sidebar" may name the article.
    """
    weights = _weights(body)
    total = weights[body].prose
    named = {each for each, weight in weights.items() if _leads_away(each, weight)}
    named |= {
        each
        for each, weight in weights.items()
        if weight.prose <= _MOST_PROSE_ELSEWHERE * total and _is_named_elsewhere(each)
    }
    if total - _prose_of(named, weights) < _SHORTEST_ARTICLE:
        return named  # a page that is a list of links
    return named | {each for each, weight in weights.items() if _is_links(each, weight)}


def _prose_of(elements: set[Element], weights: dict[Element, _Weight]) -> int:
    """The prose in elements, of which one may lie in another."""
    outermost = (each for each in elements if elements.isdisjoint(each.iterancestors()))
    return sum(weights[each].prose for each in outermost)


def _weights(body: Element) -> dict[Element, _Weight]:
    """The weight of every element that is seen."""
    weights: dict[Element, _Weight] = {}
    for each in body.iter():
        parent = each.getparent()
        seen = isinstance(each.tag, str) and not is_hidden(each)
        if each is body or (seen and parent in weights):
            weights[each] = _Weight()
    for each in reversed(list(weights)):
        weight = weights[each]
        own = len((each.text or "").strip()) + sum(len((c.tail or "").strip()) for c in each)
        weight.text += own
        if each.tag == "a":
            weight.linked, weight.links = weight.text, 1
        if not weight.prose and _is_prose(each, own, weight):
            weight.prose = weight.text - weight.linked
        if each is not body:
            weights[each.getparent()].add(weight)
    return weights


def _is_prose(each: Element, own: int, weight: _Weight) -> bool:
    holds_text = each.tag in ("p", "blockquote", "li", "dd", "pre", "td") or own >= _PROSE
    unlinked = weight.text - weight.linked
    return holds_text and unlinked >= _PROSE and weight.linked < _MOSTLY_LINKS * weight.text


def _is_named_elsewhere(each: Element) -> bool:
    if each.tag in _ELSEWHERE_TAGS:
        return each.getparent() is None or each.getparent().tag != "blockquote"
    if each.get("role") in _ELSEWHERE_ROLES:
        return True
    if each.tag in _NEVER_ELSEWHERE:
        return False
    names = f"{each.get('class') or ''} {each.get('id') or ''}"
    return bool(_NAMED.search(_CAMEL.sub("-", names)))


def _leads_away(each: Element, weight: _Weight) -> bool:
    """Whether an element is a link to another story, with what introduces it, or heads some."""
    if each.tag in ("a", "body") or not 0 < weight.text <= _LONGEST_TEASER:
        return False
    if each.tag in ("ul", "ol") and (before := each.getprevious()) is not None:
        return weight.links > 0 and is_furniture(" ".join(before.itertext()).strip())
    is_link = weight.links > 0 and weight.linked >= _TO_A_STORY * weight.text
    return is_link and points_elsewhere(" ".join(each.itertext()).strip())


def _is_links(each: Element, weight: _Weight) -> bool:
    if each.tag in _NEVER_ELSEWHERE or each.tag == "span" or weight.links < 2 or weight.prose:
        return False
    most = _TABLE_OF_LINKS if each.tag == "table" else _MOSTLY_LINKS
    return weight.linked > most * weight.text
