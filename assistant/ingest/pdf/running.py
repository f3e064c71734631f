"""Running heads and feet, and the numbers of pages: found by what repeats from page to page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from assistant.ingest.pdf.lines import Run

Line = tuple[str, float, list[int]]
"""A line across a page: its words, its height, and which of the page's runs it is made of."""

_EDGE_ROWS, _NEAR_PAGES, _SAME_PLACE = 3, 2, 4.0
_OUTER_NUMBER = re.compile(r"^\d{1,4}\b|\b\d{1,4}$")
_FEWEST_NUMBERED = 3
_PAGE_NUMBER = re.compile(
    r"(?:page\s)?\W{0,2}(?:\d{1,4}|[ivxlc]{1,7})(?:\s?(?:of|/)\s?\d{1,4})?\W{0,2}", re.I
)
_NUMBER = re.compile(r"\d+")
_SENTENCE_ENDS = re.compile(r"[.!?:;…。！？]['\"”’»)\]」』]*$")


def without_running(pages: Sequence[list[Run]]) -> list[list[Run]]:
    """The runs of each page without running heads and page numbers.

    These are lines near the top or bottom that stand at the same place of a page nearby, alike but
    for numbers that grow with the page's own.
    """
    edges = [_edges(page) for page in pages]
    offset = _numbering(edges)
    kept = []
    for number, page in enumerate(pages):
        near = [
            (other - number, edge)
            for other in range(number - _NEAR_PAGES, number + _NEAR_PAGES + 1)
            if other != number and 0 <= other < len(pages)
            for edge in edges[other]
        ]
        drop: list[tuple[str, list[int]]] = []
        for text, y, members in edges[number]:
            running = any(
                abs(y - y2) <= _SAME_PLACE and _alike(text, text2, step)
                for step, (text2, y2, _) in near
            )
            counted = offset is not None and _counts(text, number + offset)
            if running or counted or (len(pages) == 1 and _is_lone_number(text, y, page)):
                drop.append((text, members))
        if sum(len(text) for text, _ in drop) > 0.4 * sum(len(run.text) for run in page):
            drop = [(text, members) for text, members in drop if not _SENTENCE_ENDS.search(text)]
        dropped = {at for _, members in drop for at in members}
        kept.append([run for at, run in enumerate(page) if at not in dropped])
    return kept


def _edges(page: Sequence[Run]) -> list[Line]:
    """The first and last lines across the page: words, height, and which runs they are."""
    rows: list[tuple[float, list[int]]] = []
    for at in sorted(range(len(page)), key=lambda each: -page[each].y):
        if rows and abs(rows[-1][0] - page[at].y) < 0.4 * page[at].size:
            rows[-1][1].append(at)
        else:
            rows.append((page[at].y, [at]))
    outer = rows if len(rows) <= 2 * _EDGE_ROWS else rows[:_EDGE_ROWS] + rows[-_EDGE_ROWS:]
    lines = []
    for y, members in outer:
        members.sort(key=lambda at: page[at].x0)
        lines.append((" ".join(page[at].text for at in members), y, members))
    return lines


def _numbering(edges: Sequence[Sequence[Line]]) -> int | None:
    """What is to be added to a page's place to have its printed number, if pages agree on it."""
    seen = Counter[int]()
    for number, lines in enumerate(edges):
        found = {int(each) for text, _, _ in lines for each in _OUTER_NUMBER.findall(text)}
        seen.update(each - number for each in found)
    offset, count = seen.most_common(1)[0] if seen else (0, 0)
    return offset if count >= max(_FEWEST_NUMBERED, len(edges) / 2) else None


def _counts(text: str, number: int) -> bool:
    """Whether the line is nothing but the page's own number."""
    return _PAGE_NUMBER.fullmatch(text) is not None and str(number) in _NUMBER.findall(text)[:1]


def _alike(text: str, other: str, step: int) -> bool:
    """Whether two lines, `step` pages apart, differ in nothing but numbers that count pages."""
    if text == other:
        return True
    if _NUMBER.sub("#", text) != _NUMBER.sub("#", other):
        return _is_roman(text) and _is_roman(other)
    pairs = zip(_NUMBER.findall(text), _NUMBER.findall(other), strict=True)
    return all(a == b or int(b[:9]) - int(a[:9]) == step for a, b in pairs)


def _is_roman(text: str) -> bool:
    return re.fullmatch(r"[ivxlc]{1,7}", text) is not None


def _is_lone_number(text: str, y: float, page: Sequence[Run]) -> bool:
    return y == min(run.y for run in page) and _PAGE_NUMBER.fullmatch(text) is not None
