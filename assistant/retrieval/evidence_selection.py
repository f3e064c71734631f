"""Which of the sentences that were found are given to answer from, within a budget of tokens.

The best passage whole where it leaves room, then sentences of others, each with what it cannot be
understood without: the sentence before a pronoun, a table's header, who is speaking, the rest of a
list. How well a sentence fits a question is scored elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.documents import Document, Hit, Sentence
from assistant.ingest.chunking import is_row

NUMBERING_TOKENS = 4
"""Tokens that a sentence's number and line break take in a prompt."""
WHOLE_SHARE = 0.6
"""Most of the budget that the best passage may take to be given whole."""
LEAST_SHARE = 0.5
"""Least score of a sentence given for its own sake, as a share of the best one's."""

_MOST_ITEMS = 8
# Words that a sentence opens with when it leans on the one before it.
_LEANS = re.compile(
    r"[\"“'‘(]*(?:(?:and|but|so|yet|or|also|then|still|instead|however|meanwhile|moreover|nor),?\s+)?"
    r"(?:(?:he|she|it|they|his|her|its|their|this|that|these|those|both|neither|such|another)\b"
    r"|the\s+(?:(?:latter|former|same|new|latest|second|first|other|proposed|two|three)\s+)?[a-z]+"
    r"(?:\s+(?:also|will|would|could|can|may|might|has|had|is|was|are|were|comes?|came|follows?"
    r"|followed|said|says|marks?|marked|means?|meant)\b))",
    re.I,
)
_ITEM = re.compile(
    r"(?:[-*•–]|\(?(?:\d{1,2}|[a-z]|[ivx]{2,4})[.)])\s+\S"
    r"|(?:first|second|third|fourth|fifth|last|finally)(?:ly)?,\s",
    re.I,
)
# "MS ROWE (for the port): We ..." at the start of a line; its name in capitals, or two words of it.
_TURN = re.compile(
    r"(?:[A-Z][A-Z.'’-]+(?:\s+[A-Z][\w.'’-]*)*|[A-Z][\w.'’-]*(?:\s+[A-Z][\w.'’-]*){1,3})"
    r"(?:\s+\([^()\n]{1,60}\))?:\s",
)
_LEAST_TURNS = 2  # sentences of a document that open so, for it to be a record of what was said
_LONGEST_TURN = 4000  # characters


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be evidence, with the passage in which it was found."""

    hit: Hit
    sentence: Sentence
    text: str

    @property
    def document(self) -> Document:
        """The document it stands in."""
        return self.hit.passage.document


def leans(sentence: str) -> bool:
    """Whether a sentence opens as one does that cannot be understood without the one before it.

    >>> leans("The move was criticised."), leans("Peru approved a loan.")
    (True, False)
    """
    return _LEANS.match(sentence) is not None


def select(
    ranked: Sequence[int],
    scores: Sequence[float],
    pool: Sequence[Candidate],
    count: Callable[[str], int],
    budget: int,
) -> list[int]:
    """The places in the pool of what is given, in reading order; the best is always there.

    Args:
        ranked: all places in the order in which they are wanted, the best first.
        scores: of each place.
        pool: the sentences.
        count: tokens of a text.
        budget: most tokens of all.
    """
    surroundings = Surroundings(pool)
    costs = [count(each.text) + NUMBERING_TOKENS for each in pool]
    best = ranked[0]
    least = LEAST_SHARE * scores[best]
    whole = [n for n, each in enumerate(pool) if each.hit.passage.id == pool[best].hit.passage.id]
    groups = [[best, *surroundings.needed(best)], [best]]
    if sum(costs[n] for n in whole) <= WHOLE_SHARE * budget:
        groups.append(whole)
    for place in ranked[1:]:
        if scores[place] >= least:
            groups += [[place, *surroundings.needed(place)], [place]]
    return _read_in_order(_filled(groups, costs, budget), pool, scores)


def _filled(groups: Iterable[Sequence[int]], costs: Sequence[int], budget: int) -> list[int]:
    """The groups that fit whole, one after the other; the second, the best alone, in any case."""
    chosen: list[int] = []
    left = budget
    for number, group in enumerate(groups):
        new = [place for place in dict.fromkeys(group) if place not in chosen]
        cost = sum(costs[place] for place in new)
        if cost <= left or (number == 1 and not chosen):
            chosen += new
            left -= cost
    return chosen


def _read_in_order(
    chosen: Sequence[int], pool: Sequence[Candidate], scores: Sequence[float]
) -> list[int]:
    """Document by document, that with the best sentence first, each in its own order."""
    documents: dict[Document, float] = {}
    for place in chosen:
        document = pool[place].document
        documents[document] = max(scores[place], documents.get(document, 0.0))
    return sorted(
        chosen,
        key=lambda n: (
            -documents[pool[n].document],
            pool[n].document.id,
            pool[n].sentence.start,
        ),
    )


class Surroundings:
    """What stands around the sentences of a pool, as far as it is in the pool itself."""

    def __init__(self, pool: Sequence[Candidate]) -> None:
        self._pool = pool
        ends = {(each.document, each.sentence.end): n for n, each in enumerate(pool)}
        self.before = [ends.get(_end_before(each)) for each in pool]
        self.after: list[int | None] = [None] * len(pool)
        for place, before in enumerate(self.before):
            if before is not None:
                self.after[before] = place
        self._turns = _turns(pool)

    def needed(self, place: int) -> list[int]:
        """What a sentence is not understood without: antecedent, header, list or speaker."""
        text, before = self._pool[place].text, self.before[place]
        if is_row(text):
            return self._header(place)
        if _ITEM.match(text):
            return self._list(place)
        opening = self._turn(place)
        leant_on = [before] if before is not None and leans(text) else []
        return [*leant_on, *([opening] if opening is not None else [])]

    def _run(self, place: int, step: Sequence[int | None]) -> Iterator[int]:
        following = step[place]
        while following is not None:
            yield following
            following = step[following]

    def _header(self, place: int) -> list[int]:
        """The first row of a table between bars; rows that label each cell need none."""
        rows = [place]
        for before in self._run(place, self.before):
            if not is_row(self._pool[before].text):
                break
            rows.append(before)
        return rows[-1:] if self._pool[place].text.startswith("|") else []

    def _list(self, place: int) -> list[int]:
        """What leads in, and the other items, of a list of which it is one."""
        items: list[int] = []
        for before in self._run(place, self.before):
            items.append(before)
            if not _ITEM.match(self._pool[before].text):
                break
        for after in self._run(place, self.after):
            if not _ITEM.match(self._pool[after].text) or len(items) >= _MOST_ITEMS:
                break
            items.append(after)
        return items

    def _turn(self, place: int) -> int | None:
        """The sentence in which the one who says this is named, in a record of what was said."""
        each = self._pool[place]
        opened = self._turns.get(each.document, [])
        if len(opened) < _LEAST_TURNS:
            return None
        start = each.sentence.start
        named = [n for n in opened if 0 < start - self._pool[n].sentence.start <= _LONGEST_TURN]
        last = max(named, key=lambda n: self._pool[n].sentence.start, default=None)
        if last is None or place in opened:
            return None
        said = each.document.text[self._pool[last].sentence.end : start]
        return None if any(map(_TURN.match, said.split("\n"))) else last


def _end_before(each: Candidate) -> tuple[Document, int]:
    """Where the text before a sentence ends, white space left out."""
    end = each.sentence.start
    while end > 0 and each.document.text[end - 1].isspace():
        end -= 1
    return each.document, end


def _turns(pool: Sequence[Candidate]) -> dict[Document, list[int]]:
    """The sentences that open with a speaker's name, by document."""
    turns: dict[Document, list[int]] = {}
    for place, each in enumerate(pool):
        if _TURN.match(each.text):
            turns.setdefault(each.document, []).append(place)
    return turns
