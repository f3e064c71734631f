"""Document -> passages of whole sentences that fit the embedding model, with exact offsets.

What a sentence is, is left to `sentences`; what a line is, to `blocks`; counting tokens, to
the tokenizer that is given.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import groupby

from assistant.documents import Document, Passage, Sentence
from assistant.ingest.chunking.blocks import Block, blocks_of, is_row, plain
from assistant.ingest.chunking.sentences import sentence_spans
from assistant.ingest.readers.kinds import HEADED

Tokenizer = Callable[[str], Sequence[tuple[int, int]]]
"""Text -> the character range of each of its tokens, without the model's own marks."""

MODEL_MARKS = 2
"""Tokens the model adds to every text: one before, one after."""

_TITLE_BYTES, _HEADING_BYTES = 96, 64  # no text has more tokens than UTF-8 bytes
_CHARACTERS_PER_TOKEN = 10  # twice that of prose: beyond, the model reads little of it
_SCRAPS = 32  # sentences that together fill less than this part of a passage stay together
_LONGEST_ROW = 800  # characters: about what fits in a passage; beyond, cells hold prose
_LONGEST_EMBEDDED = 2560  # characters: those of the most tokens that a passage may have
_LONGEST_SENTENCE = 8000  # characters: beyond, it is a mass of words that nobody wrote as one
_MASS = 4000  # characters of such a mass in one passage, of which the beginning alone is embedded
_WINDOW = 1 << 16
_BREAK_IN_PARAGRAPH = 0.1


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence to be packed.

    Attributes:
        start, end: into the document's text.
        opens: whether a paragraph begins with it.
        before, after: tokens of the section up to its start and up to its end.
        of_mass: whether it is a piece of what is too long for a sentence.
    """

    start: int
    end: int
    opens: bool
    before: int = 0
    after: int = 0
    of_mass: bool = False


def split_sentences(text: str, markdown: bool = False) -> list[Sentence]:
    """The sentences and headings of a text, trimmed of white space, in order, as exact offsets."""
    blocks = blocks_of(text, markdown)
    return [Sentence(start, end) for block in blocks for start, end in _spans(text, block)]


def embedded_text(passage: Passage) -> str:
    """What is embedded for a passage: title, heading if there is one, then the passage's words."""
    return _prefix(passage.document.title, passage.heading) + embedded_words(passage)


def embedded_words(passage: Passage) -> str:
    """Its own words that are embedded: all, but of a mass of words the beginning, for its price."""
    if passage.end - passage.start <= _LONGEST_EMBEDDED:
        return passage.text
    return passage.document.text[passage.start : passage.sentences[0].end]


def segment(document: Document, offsets: Tokenizer, limit: int = 256) -> tuple[Passage, ...]:
    """The passages of a document, in order.

    Each is made of whole sentences under one heading, and its `embedded_text` has at most `limit`
    tokens (counting `MODEL_MARKS`), for limits of 216 and more whatever the title; below, a title
    and heading may take more than three quarters and the passage then still takes one. A sentence
    that does not fit alone is cut near white space. Title, headings, front matter and page
    furniture are in no sentence.
    """
    passages: list[Passage] = []
    for heading, units in _sections(document):
        taken = MODEL_MARKS + len(offsets(_prefix(document.title, heading)))
        room = max(limit - taken, limit // 4)
        measured = _measured(document.text, units, offsets, room)
        for is_mass, run in groupby(measured, key=lambda unit: unit.of_mass):
            pieces = list(run)
            groups = _masses(pieces) if is_mass else _packed(pieces, room)
            passages += [_passage(document, heading, group) for group in groups]
    return tuple(passages)


def _passage(document: Document, heading: str, units: Sequence[_Unit]) -> Passage:
    start, end = units[0].start, units[-1].end
    identity = (document.source, document.id, str(start), document.text[start:end])
    digest = sha256("\0".join(identity).encode("utf-8", "surrogatepass")).hexdigest()
    sentences = tuple(Sentence(unit.start, unit.end) for unit in units)
    return Passage(digest[:32], document, start, end, heading, sentences)


def _prefix(title: str, heading: str) -> str:
    """Title and innermost headings, a line each, so short that the passage has most of the room."""
    while " > " in heading and len(heading.encode("utf-8", "replace")) > _HEADING_BYTES:
        heading = heading.partition(" > ")[2]
    lines = (_first_bytes(title, _TITLE_BYTES), _first_bytes(heading, _HEADING_BYTES))
    return "".join(f"{line}\n" for line in lines if line)


def _first_bytes(text: str, most: int) -> str:
    data = text.encode("utf-8", "replace")
    if len(data) <= most:
        return text
    cut = data[:most].decode("utf-8", "ignore")
    return cut.rsplit(maxsplit=1)[0] if " " in cut.strip() else cut


def _sections(document: Document) -> Iterator[tuple[str, list[_Unit]]]:
    """The document's sentences, heading by heading; a section without any is left out."""
    text = document.text
    path: list[str] = []
    units: list[_Unit] = []
    above: list[tuple[int, str]] = []
    for number, block in enumerate(blocks_of(text, document.media_type in HEADED)):
        words = text[block.start : block.end]
        if block.level:
            if units:
                yield " > ".join(path), units
            above = [outer for outer in above if outer[0] < block.level]
            above.append((block.level, plain(words)))
            path, units = [name for _, name in above if name != document.title], []
        elif number or plain(words) != document.title:
            units.extend(_units(text, block))
    if units:
        yield " > ".join(path), units


def _spans(text: str, block: Block) -> Iterator[tuple[int, int]]:
    """The sentences of a block; a row is one, since a part of it does not tell what it is of."""
    if block.end - block.start <= _LONGEST_ROW and is_row(text[block.start : block.end]):
        return iter([(block.start, block.end)])
    return sentence_spans(text, block.start, block.end)


def _units(text: str, block: Block) -> Iterator[_Unit]:
    opens = block.opens
    for start, end in _spans(text, block):
        yield _Unit(start, end, opens)
        opens = False


def _measured(text: str, units: list[_Unit], offsets: Tokenizer, room: int) -> Iterator[_Unit]:
    """The units with their tokens counted, those too large for `room` cut in pieces that fit."""
    known, first = 0, 0
    while first < len(units):
        origin, last = units[first].start, first
        while last < len(units) and units[last].start < origin + _WINDOW:
            last += 1
        end = units[last].start if last < len(units) else units[-1].end
        starts = [start + origin for start, _ in offsets(text[origin:end])]
        for unit in units[first:last]:
            for piece in _cut(text, unit, starts, room):
                before, after = bisect_left(starts, piece.start), bisect_left(starts, piece.end)
                yield replace(piece, before=known + before, after=known + after)
        known, first = known + len(starts), last


def _packed(units: Sequence[_Unit], room: int) -> list[Sequence[_Unit]]:
    """The units in groups of at most `room` tokens each: few, even, and parted at paragraphs.

    The way a line breaker sets a paragraph: the least sum of squared empty shares (Knuth & Plass,
    "Breaking paragraphs into lines", 1981), plus a price for parting a paragraph.
    """
    stops = _stops(units, room)
    costs, begins = [0.0], [0]
    for end in range(1, len(stops)):
        cost, begin = min(_ways(units, stops, costs, end, room))
        costs.append(cost)
        begins.append(-begin)
    groups = []
    end = len(stops) - 1
    while end:
        groups.append(units[stops[begins[end]] : stops[end]])
        end = begins[end]
    return groups[::-1]


def _masses(units: list[_Unit]) -> Iterator[Sequence[_Unit]]:
    """The pieces of masses of words in groups of as many characters, and the last of the rest."""
    first = 0
    for at, unit in enumerate(units, 1):
        rest = units[-1].end - unit.end
        if unit.end - units[first].start >= _MASS and (rest >= _MASS or not rest):
            yield units[first:at]
            first = at


def _stops(units: Sequence[_Unit], room: int) -> list[int]:
    """Where groups may part: between all units but within a scrap, so word lists stay cheap."""
    stops = [0]
    for at in range(1, len(units)):
        if _size(units[stops[-1]], units[at]) >= room // _SCRAPS:
            stops.append(at)
    return [*stops, len(units)]


def _ways(
    units: Sequence[_Unit], stops: Sequence[int], costs: Sequence[float], end: int, room: int
) -> Iterator[tuple[float, int]]:
    """Cost, and beginning (negated), of each group that could end at the stop numbered `end`."""
    parted = stops[end] < len(units) and not units[stops[end]].opens
    price = _BREAK_IN_PARAGRAPH if parted else 0.0
    last = units[stops[end] - 1]
    for begin in range(end - 1, -1, -1):
        size = _size(units[stops[begin]], last)
        if size > room and begin < end - 1:
            return
        yield costs[begin] + max(0.0, 1 - size / room) ** 2 + price, -begin


def _size(first: _Unit, last: _Unit) -> int:
    """Tokens from `first` to `last`; long unknown words and runs of spaces count for more."""
    return max(last.after - first.before, (last.end - first.start) // _CHARACTERS_PER_TOKEN)


def _cut(text: str, unit: _Unit, starts: Sequence[int], room: int) -> Iterator[_Unit]:
    """A sentence too large for `room` in even pieces that fit, cut near white space if there is.

    LlamaIndex's `SentenceSplitter` keeps every character too, but costs seconds to import, manages
    0.2 MB/s, and leaves a megabyte without a space in one piece.
    """
    at, opens, stop = unit.start, unit.opens, bisect_left(starts, unit.end)
    of_mass = unit.end - unit.start > _LONGEST_SENTENCE and _is_mass(text[at : unit.end])
    while at < unit.end:
        token = bisect_left(starts, at)
        size = max(stop - token, (unit.end - at) // _CHARACTERS_PER_TOKEN)
        end = unit.end
        if size > room:
            share = -(-size // -(-size // room))
            full = starts[token + share] if token + share < stop else unit.end
            end = _at_space(text, at, max(at + 1, min(full, at + share * _CHARACTERS_PER_TOKEN)))
        yield _Unit(at, end, opens, of_mass=of_mass)
        at, opens = end, False
        while at < unit.end and text[at].isspace():
            at += 1


def _is_mass(sentence: str) -> bool:
    return sum(map(len, sentence.split())) > _LONGEST_SENTENCE


def _at_space(text: str, start: int, stop: int) -> int:
    """The end of the last word in the second half of `text[start:stop]`; `stop` if none ends."""
    cut = stop
    while cut > (start + stop) // 2 and not text[cut].isspace():
        cut -= 1
    while cut > start and text[cut - 1].isspace():
        cut -= 1
    return cut if text[cut].isspace() and cut > start else stop
