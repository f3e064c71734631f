"""Which passages of different documents tell the same words: one story printed several times.

Copies are found by shared runs of words. Two that tell another number, date, name or the opposite
are an update of a story, not a copy, and stay apart. What is made of a group is left to the caller.
English only where meaning is concerned; words are compared in any language.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from unicodedata import normalize

from assistant.documents import Passage
from assistant.retrieval.edits import Unmatched, differ, whole_form
from assistant.store import UNSEEN

SHINGLE = 4
"""Words in a shingle."""
LEAST_SHINGLES = 0.25
"""Share of the shorter passage's shingles from which it is worth to look at a pair's words."""
LEAST_SHARE = 0.5
"""Share of the shorter passage's words that must run through the other one."""
LEAST_COVERED = 0.35
"""The same of the passage that would be hidden: it may not have much that is shown nowhere."""
RUN = 3
"""Words in a row that are no chance."""
SAME_SENTENCE = 0.5
"""Share of the shorter sentence's words from which two sentences are one, edited or not."""
MOST_TRIED = 3
"""Passages whose words one passage is compared with, the likeliest first."""
MOST_HOLDING = 16
"""Groups a shingle leads to: one that more of them have is a form's wording, not a story's."""
MOST_BEYOND = 16
"""Members of a group that go beyond its first one: each is compared with each."""

_ROUGH = re.compile(r"\w+")
_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’][^\W_]+)*|[%$€£¥]")
_NAME_WITHIN = re.compile(r"[\w,;'’] [A-Z]\w")


def groups(passages: Sequence[Passage]) -> list[list[int]]:
    """Places in `passages` by what they tell: copies together, everything else alone.

    A pair is looked at when enough of the shorter one's shingles stand in the other (containment;
    Broder 1997, "On the resemblance and containment of documents"), and is one of copies when most
    of its words run through the other in the same order and no sentence that both have differs in
    what it says. So the cut may be shifted, and a sentence that only one has is no difference.

    Args:
        passages: best first; some 300 passages of some 450 characters are what it is made for.

    Returns:
        groups in the order of their first members; in each, places in the order of `passages`. The
        first member is what the others were compared with. No group holds a document twice.
    """
    found = _Groups()
    for place, passage in enumerate(passages):
        found.add(place, _Text(passage))
    return [[place for place, _ in group.members] for group in found.groups]


class _Text:
    """A passage as it is compared; what only few pairs need is worked out when it is asked for."""

    def __init__(self, passage: Passage) -> None:
        self.passage = passage
        self.document = (passage.document.id, passage.document.source)
        self.key = _legible(passage.text).casefold()
        rough = _ROUGH.findall(self.key)
        # Fewer words than a shingle has are one shingle.
        shifted = [rough[n:] for n in range(min(SHINGLE, len(rough)))]
        self.shingles = set(zip(*shifted, strict=False))

    @cached_property
    def subject(self) -> set[str]:
        """Names and numbers of the title and headings, if the passage itself has no name.

        Such words are a form's: only what stands above them tells whose they are.
        """
        if _NAME_WITHIN.search(self.passage.text):
            return set()
        document = self.passage.document
        head = _WORD.findall(f"{document.title} {self.passage.heading}")
        plain = set(_ROUGH.findall(document.text))  # a headline's capitals make no name
        return {w for w in head if (w[0].isupper() or w[0].isdigit()) and w.lower() not in plain}

    def is_of_another(self, other: _Text) -> bool:
        """Whether both are a form's words, about two things."""
        mine, theirs = self.subject, other.subject
        return bool(mine - theirs and theirs - mine)

    @cached_property
    def lines(self) -> list[_Line]:
        """Its sentences."""
        return _lines(self.passage)

    @cached_property
    def forms(self) -> list[str]:
        """Its words."""
        return [form for line in self.lines for form in line.forms]

    @cached_property
    def owners(self) -> list[int]:
        """For each word, the number of its sentence."""
        return [number for number, line in enumerate(self.lines) for _ in line.forms]


@dataclass(slots=True)
class _Line:
    """A sentence: its words as they are, as they are compared, and the place of its first one."""

    text: str
    words: list[str]
    starts: list[int]
    forms: list[str]
    first: int


def _legible(text: str) -> str:
    """The text without what only its typesetting put there."""
    return text if text.isascii() else UNSEEN.sub("", normalize("NFKC", text))


def _plain(words: list[str]) -> list[str]:
    r"""Words without case, possessive ending and thousands' commas.

    >>> _plain(["Peru’s", "1,250", "%"])
    ['peru', '1250', 'percent']
    """
    joined = "\n".join(words).casefold().replace("’", "'").replace("%", "percent")
    return joined.replace("'s\n", "\n").removesuffix("'s").replace(",", "").split("\n")


def _lines(passage: Passage) -> list[_Line]:
    lines, first = [], 0
    whole = passage.document.text
    spans = [(s.start, s.end) for s in passage.sentences] or [(passage.start, passage.end)]
    for start, end in spans:
        text = _legible(whole[start:end])
        found = list(_WORD.finditer(text))
        if found:
            words = [match[0] for match in found]
            lines.append(_Line(text, words, [m.start() for m in found], _plain(words), first))
            first += len(words)
    return lines


@dataclass(slots=True)
class _Group:
    """Copies: each with its place, and those with sentences that the first one lacks."""

    members: list[tuple[int, _Text]]
    documents: set[tuple[str, str]]
    beyond: dict[str, _Text] = field(default_factory=dict)

    def takes(self, text: _Text) -> bool:
        """Whether the text is a copy of the first member and disagrees with no other one.

        Sentences that the first one has were compared with it, so only members that go beyond it
        can disagree with each other.
        """
        compared = _Compared(self.members[0][1], text)
        if not compared.alike() or compared.differ():
            return False
        return not compared.goes_beyond() or self._takes_beyond(text)

    def _takes_beyond(self, text: _Text) -> bool:
        if text.key in self.beyond:
            return True
        if len(self.beyond) == MOST_BEYOND:
            return False  # rather a group of its own than a disagreement not looked for
        if any(_Compared(other, text).differ() for other in self.beyond.values()):
            return False
        self.beyond[text.key] = text
        return True


class _Groups:
    """The groups so far, and the shingles that lead to them."""

    def __init__(self) -> None:
        self.groups: list[_Group] = []
        self._holding: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        self._exact: dict[str, int] = {}

    def add(self, place: int, text: _Text) -> None:
        for number in self._likely(text):
            group = self.groups[number]
            # The same words throughout need no comparison.
            if (
                text.document not in group.documents
                and (self._exact.get(text.key) == number or group.takes(text))
                and not text.is_of_another(group.members[0][1])
            ):
                group.members.append((place, text))
                group.documents.add(text.document)
                return
        self._found(place, text)

    def _likely(self, text: _Text) -> list[int]:
        """Numbers of the groups whose first member shares enough shingles, the likeliest first."""
        holding = self._holding
        shared = Counter(chain.from_iterable(holding[s] for s in text.shingles if s in holding))
        likely = [
            number
            for number, count in shared.most_common(MOST_TRIED)
            if count >= LEAST_SHINGLES * min(len(text.shingles), self._size(number))
        ]
        same = self._exact.get(text.key)
        return likely if same is None else [same, *(n for n in likely if n != same)]

    def _size(self, number: int) -> int:
        return len(self.groups[number].members[0][1].shingles)

    def _found(self, place: int, text: _Text) -> None:
        number = len(self.groups)
        self.groups.append(_Group([(place, text)], {text.document}))
        if not text.shingles:
            return  # nothing in it can be compared
        self._exact.setdefault(text.key, number)
        for shingle in text.shingles:
            held = self._holding[shingle]
            if len(held) < MOST_HOLDING:
                held.append(number)


class _Compared:
    """Two texts laid side by side, word by word in the same order."""

    def __init__(self, one: _Text, other: _Text) -> None:
        # Imported here since most searches find no two passages that share so much.
        from rapidfuzz.distance import Indel

        self._texts = one, other
        self._sizes = len(one.forms), len(other.forms)
        self._blocks = [
            (block.a, block.b, block.size)
            for block in Indel.editops(one.forms, other.forms).as_matching_blocks()
            if block.size
        ]

    def alike(self) -> bool:
        """Whether most of the shorter one runs through the other, and enough of the second."""
        run = sum(size for _, _, size in self._blocks if size >= min(RUN, *self._sizes))
        return 0 < run >= LEAST_SHARE * min(self._sizes) and run >= LEAST_COVERED * self._sizes[1]

    def goes_beyond(self) -> bool:
        """Whether the second has a sentence that the first lacks."""
        lines = self._texts[1].lines
        return any(
            len(places) > (1 - SAME_SENTENCE) * len(lines[number].forms)
            for number, places in self._lost(1).items()
        )

    def differ(self) -> bool:
        """Whether a sentence that both have says something else in one of them."""
        lost = self._lost(0), self._lost(1)
        return any(
            differ(
                _unmatched(self._texts[0], lost[0].get(a, ())),
                _unmatched(self._texts[1], lost[1].get(b, ())),
            )
            for a, b in self._sentences()
            if a in lost[0] or b in lost[1]
        )

    def _lost(self, side: int) -> dict[int, list[int]]:
        """By number of the sentence: places of the words that have no counterpart."""
        lost: dict[int, list[int]] = {}
        owners, at = self._texts[side].owners, 0
        for block in [*self._blocks, (*self._sizes, 0)]:
            for place in range(at, block[side]):
                lost.setdefault(owners[place], []).append(place)
            at = block[side] + block[2]
        return lost

    def _sentences(self) -> list[tuple[int, int]]:
        """Numbers of the sentences that both have, edited or not."""
        one, other = self._texts
        shared: Counter[tuple[int, int]] = Counter()
        for a, b, size in self._blocks:
            shared.update(zip(one.owners[a : a + size], other.owners[b : b + size], strict=True))
        return [
            (a, b)
            for (a, b), count in shared.items()
            if count >= SAME_SENTENCE * min(len(one.lines[a].forms), len(other.lines[b].forms))
        ]


def _unmatched(text: _Text, places: Sequence[int]) -> Unmatched:
    """Words of one sentence, which have no counterpart, by their places in the text."""
    if not places:
        return Unmatched({}, "")
    line = text.lines[text.owners[places[0]]]
    within = [place - line.first for place in places]
    ends = [*line.starts[1:], len(line.text)]
    return Unmatched(
        {whole_form(line.forms[n]): line.words[n] for n in within},
        "".join(line.text[line.starts[n] : ends[n]] for n in within),
    )
