"""Running heads and feet, and the numbers of pages: found by what repeats from page to page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from assistant.ingest.pdf.lines import Run

Line = tuple[str, float, list[int]]
"""A line across a page: its words, its height, and which of the page's runs it is made of."""

_EDGE_ROWS, _NEAR_PAGES, _SAME_PLACE, _ROW = 3, 2, 4.0, 2.5
_OUTER_NUMBER = re.compile(r"^\d{1,4}\b|\b\d{1,4}$")
_FEWEST_NUMBERED = 3
_PAGE_NUMBER = re.compile(
    r"(?:page\s)?\W{0,2}(?:\d{1,4}|[ivxlc]{1,7})(?:\s?(?:of|/)\s?\d{1,4})?\W{0,2}", re.I
)
_NUMBER = re.compile(r"\d+")
_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_ROMAN_NUMBER = r"(?=[ivxlc])c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
_ROMAN = re.compile(rf"^{_ROMAN_NUMBER}(?!\w)|(?<!\w){_ROMAN_NUMBER}$", re.IGNORECASE)
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
        for at, (text, y, members) in enumerate(edges[number]):
            running = not _heads_a_table(page, edges[number][at : at + 2]) and any(
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


def _heads_a_table(page: Sequence[Run], lines: Sequence[Line]) -> bool:
    """Whether the first of two lines has cells, and the other as many close below."""
    if len(lines) < 2 or len(lines[0][2]) < 2:
        return False
    (_, y, members), (_, below, others) = lines
    return len(members) == len(others) and y - below < _ROW * page[members[0]].size


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
    """Whether two lines, `step` pages apart, differ in nothing but numbers that count pages.

    >>> _alike("xii | Foreword", "xiv | Foreword", 2), _alike("Quota 7", "Quota 9", 1)
    (True, False)
    """
    if text == other:
        return True
    text, other = _without_roman(text), _without_roman(other)
    if _NUMBER.sub("#", text) != _NUMBER.sub("#", other):
        return False
    pairs = zip(_NUMBER.findall(text), _NUMBER.findall(other), strict=True)
    return all(a == b or int(b[:9]) - int(a[:9]) == step for a, b in pairs)


def _without_roman(text: str) -> str:
    """The line with a roman number at its beginning or end in digits."""
    return _ROMAN.sub(lambda match: str(_value(match[0].lower())), text)


def _value(roman: str) -> int:
    values = [_DIGITS[letter] for letter in roman]
    return sum(a if a >= b else -a for a, b in pairwise([*values, 0]))


def _is_lone_number(text: str, y: float, page: Sequence[Run]) -> bool:
    return y == min(run.y for run in page) and _PAGE_NUMBER.fullmatch(text) is not None
