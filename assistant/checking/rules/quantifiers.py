"""Of how many a thing is told: all, most, some, only; one of several."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from assistant.checking.comparison import Comparison, Finding
from assistant.language import is_measure

_AMOUNTS = ("all", "most", "some")
_NOT_COMPARED = frozenset("both any each whole entire".split())
_EXCLUSIVE = frozenset("exclus sole".split())
_ONE_OF = re.compile(r"\bone of (?:the|its|his|her|their|our)\s+(\w+)", re.I)
_OF_SEVERAL = re.compile(r"\bone of\b|\bamong\b|\bsome of\b", re.I)


def quantifiers(compared: Comparison) -> Iterator[Finding]:
    """Another amount than the sentences tell of the same, else an "only" left out or added."""
    checks = (_amounts, _only_left_out, _only_added)
    yield from islice(chain.from_iterable(check(compared) for check in checks), 1)


def one_of(compared: Comparison) -> Iterator[Finding]:
    """ "One of the first" told as "the first"."""
    part = _ONE_OF.search(compared.cited)
    if part is None or _OF_SEVERAL.search(compared.statement):
        return
    if re.search(rf"\b(?:the|its|his|her|their)\s+{part[1]}\b", compared.statement, re.I):
        yield Finding("partly", f"the cited words say “{part[0]}”", (part[0],))


def _amounts(compared: Comparison) -> Iterator[Finding]:
    """An "all", "most" or "some" that is another one in the sentences."""
    says_all = any(reading.of("all") for reading in compared.sources)
    for kind in _AMOUNTS:
        for cue in compared.said.of(kind):
            if cue.text.lower() in _NOT_COMPARED:
                continue
            text = f"the cited words do not say “{cue.text}”"
            for place in cue.governed:
                kinds = _kinds(compared, compared.matched[compared.said.words[place].stem])
                if kind not in kinds and kinds.intersection(_AMOUNTS):
                    yield Finding("contradicted", text, (cue.text,))
                elif kind == "all" and not says_all:
                    yield Finding("partly", text, (cue.text,))


def _kinds(compared: Comparison, stems: frozenset[str]) -> set[str]:
    """Which quantifiers bear on these stems in the sentences."""
    return {
        cue.kind
        for reading in compared.sources
        for cue in reading.of("all", "most", "some", "only")
        if reading.stems(cue.governed) & stems
    }


def _only_left_out(compared: Comparison) -> Iterator[Finding]:
    if compared.said.of("only", "most", "some"):
        return
    for reading in compared.sources:
        for cue in reading.of("only"):
            following = reading.words[cue.index + 1 : cue.index + 2]
            counts = bool(following) and is_measure(following[0].lower)
            if not counts and compared.matching(reading.stems(cue.governed)):
                yield Finding("partly", f"it leaves out “{cue.text}”", (cue.text,))


def _only_added(compared: Comparison) -> Iterator[Finding]:
    words = compared.cited_words
    if any(word.stem in _EXCLUSIVE or word.lower == "until" for word in words):
        return
    if any(reading.of("only") for reading in compared.sources):
        return
    for cue in compared.said.of("only"):
        yield Finding("partly", f"the cited words do not say “{cue.text}”", (cue.text,))
