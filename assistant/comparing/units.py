"""A document -> its sentences as they are compared: words alone, without what typesetting adds.

Quotation marks, dashes, line ends, hyphens at them, numbers of a list and running heads are of the
layout. Which sentences belong together is left to `pairing`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from unicodedata import normalize

from assistant.documents import Document
from assistant.ingest.chunking import plain, split_sentences
from assistant.ingest.readers import HEADED
from assistant.store import UNSEEN

_SHORT = 5  # words of a sentence, at least
_APART = 5  # lines between two of a running head, at least
_OFTEN = 3  # times that a line without a number stands to be one
_DASHES = re.compile("[‐-―−]")
_CUT = re.compile(r"(?<=[^\W\d_])-[ \t]*\r?\n\s*(?=[a-z])")
_NOTE_MARK = re.compile(r"\[\d{1,3}\]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_LIST_MARK = re.compile(
    r"\s*(?:#{1,6}\s+|[-*+•‣⁃▪◦·>]\s+)*"
    r"(?:(?:(?:section|article|clause|chapter|§)\s*)?\(?(?:\d{1,3}(?:\.\d{1,3})*[.):]|\d{1,3}(?:\.\d{1,3})+"
    r"|[ivx]{1,5}[.)]|[a-z][.)])(?:\s+(?=\W*[^\W\d_])|\s*$))?",
    re.IGNORECASE,
)
_WORD = re.compile(
    r"(?:(?<![^\s(\[])-)?\d+(?:[.,:/-]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[%$€£¥]|(?<=\s)[<>≤≥](?=\s)"
)
_PAGE = re.compile(
    r"\W*(?:page|p\.|pg\.)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?\W*|[-–—]\s*\d{1,4}\s*[-–—]",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_ENDS = re.compile(r"[.!?:;][\"'”’)\]]*$")


@dataclass(frozen=True)
class Unit:
    """A sentence, row or heading.

    Attributes:
        start, end: into the document's text.
        text: its words as they stand, on one line, without the number of a list.
    """

    start: int
    end: int
    text: str

    @cached_property
    def shown(self) -> list[str]:
        """Its words, as they stand."""
        return _WORD.findall(self.text)

    @cached_property
    def words(self) -> list[str]:
        """Its words, as they are compared."""
        return words_of(self.text)

    @cached_property
    def key(self) -> str:
        """What is the same in two sentences of the same words, wherever a hyphen or space is."""
        return "".join(self.words).replace("'", "")

    @property
    def is_cell(self) -> bool:
        """Whether it is a value or a label with one, which tells nothing by itself."""
        return len(self.words) < _SHORT and (":" in self.text or any(map(str.isdigit, self.text)))


def words_of(text: str) -> list[str]:
    """The words of a text, as they are compared."""
    return [word.casefold().replace("’", "'") for word in _WORD.findall(text)]


def units_of(document: Document) -> list[Unit]:
    """The units of a document in order, headings of Markdown among them."""
    text = _without_running(document.text)
    found = []
    for sentence in split_sentences(text, document.media_type in HEADED):
        words = legible(text[sentence.start : sentence.end])
        unit = Unit(sentence.start, sentence.end, words)
        if unit.words:
            found.append(unit)
    return found


def joined(units: Sequence[Unit]) -> Unit:
    """Units of one version as one."""
    start, end = min(u.start for u in units), max(u.end for u in units)
    return Unit(start, end, " ".join(unit.text for unit in units))


def legible(text: str) -> str:
    """The text on one line, without what its typesetting put there.

    >>> legible("4.2 The agree-\\n  ment — of 1,250 units")
    'The agreement - of 1250 units'
    """
    text = _DASHES.sub("-", UNSEEN.sub("", normalize("NFKC", text)))
    text = _THOUSANDS.sub("", _NOTE_MARK.sub("", plain(_CUT.sub("", text))))
    mark = _LIST_MARK.match(text)
    return text[mark.end() if mark else 0 :]


def _without_running(text: str) -> str:
    """The text, as long as before, with blanks for running heads and numbers of pages.

    A sentence that they part is whole again.
    """
    found = re.finditer(r"[^\n\f]*\S[^\n\f]*", text)
    lines = [(match.start(), match.end(), match[0].strip()) for match in found]
    running = _running([line for *_, line in lines])
    pieces, at = [], 0
    for number in sorted(running):
        start, end, _ = lines[number]
        if number - 1 not in running:
            first = number
        if number + 1 in running:
            continue
        start, inside = lines[first][0], first > 0 and number + 1 < len(lines)
        if inside and not _ENDS.search(lines[first - 1][2]) and lines[number + 1][2][0].islower():
            start, end = lines[first - 1][1], lines[number + 1][0]
        pieces += [text[at:start], " " * (end - start)]
        at = end
    return "".join(pieces) + text[at:]


def _running(lines: Sequence[str]) -> set[int]:
    """Numbers of the lines that are no part of the text."""
    found: set[int] = set()
    alike: defaultdict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        if _PAGE.fullmatch(line):
            found.add(number)
        elif not _ENDS.search(line):
            alike[_DIGITS.sub("#", line)].append(number)
    for masked, places in alike.items():
        if "#" in masked and len(places) > 1 and _are_apart(places):
            numbers = [[*map(int, _DIGITS.findall(lines[place]))] for place in places]
            if all(sum(b) - sum(a) == 1 for a, b in pairwise(numbers)):
                found |= {*places}
    for masked, places in alike.items():
        beside = sum(bool({place - 1, place + 1} & found) for place in places)
        often = len(places) >= _OFTEN and _are_apart(places)
        if "#" not in masked and len(places) > 1 and (often or 2 * beside >= len(places)):
            found |= {*places}
    return found


def _are_apart(places: Sequence[int]) -> bool:
    return all(b - a >= _APART for a, b in pairwise(places))
