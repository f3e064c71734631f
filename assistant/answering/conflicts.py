"""Where sources disagree: sentences of different documents that answer a question differently.

By rule, from the sentences that a search weighed; no model is asked. Two ways lead to a conflict.
Either two sentences tell the same in the same words but for a number, date, name or "not"; or both
are about what is asked, and what each has of the kind that is asked for (a date, a number, a name,
what something is) is not in the other. Which side is right is not decided, and nothing is averaged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from typing import Literal

from assistant.answering.updates import without_teller
from assistant.answers import Conflict, Side
from assistant.documents import Evidence
from assistant.language import (
    content_stems,
    missing_dates,
    missing_names,
    missing_numbers,
    numbered_in,
)

Kind = Literal["date", "number", "name", "class", ""]

MOST_SIDES = 5
"""Answers that are set side by side."""
MOST_WITNESSES = 3
"""Sentences that are cited for one of them."""
LEAST_SCORE = 0.7
"""Least score of a sentence that may contradict, as a share of the best one's."""
NAMED = 1.0
"""Least share of the question's names that a sentence and what stands before it have."""
TOLD = 0.75
"""Least share of the question's other words of meaning that the sentence itself has."""
LIKE = 0.7
"""Least share of the shorter sentence's words that two versions of one have in common, in order."""
SHORTEST = 5
"""Fewest words of a sentence that may be a version of another one."""
OPENING = 300
"""Characters at the start of a document that may name what its sentences only refer to."""

_MEASURES = (
    r"(?:percent\w*|population|number|amount|share|price|cost|length|height|area|size|age|score|total|rate|tariff"
    r"|sum|salary|distance|temperature|elevation|speed|weight)"
)
_NAMED = (
    r"(?:name|city|country|state|county|town|person|company|team|club|band|birthplace|capital|river|place|location"
    r"|director|author|artist|singer|creator|writer|producer|founder|owner|president|party|university|school"
    r"|district|region|composer|performer|label|publisher|league|war|nationality|island|province)"
)
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "date",
        re.compile(
            r"\bwhen\b|\b(?:what|which)\s+(?:\w+\s+)?(?:year|date|day|month|decade|century)\b"
            r"|\b(?:date|year)\s+of\b|\b(?:\w+ing|birth|death|release)\s+date\b",
            re.I,
        ),
    ),
    (
        "number",
        re.compile(
            r"\bhow\s+(?:many|much|long|large|tall|high|far|old|big|deep|wide|fast|heavy|often|great)\b"
            rf"|\b(?:what|which)\s+(?:(?:is|was|are|were)\s+the\s+)?(?:\w+\s+)?{_MEASURES}\b",
            re.I,
        ),
    ),
    (
        "name",
        re.compile(
            rf"\b(?:who|whom|whose|where)\b|\b(?:what|which)\s+(?:is\s+|was\s+)?(?:the\s+)?(?:\w+\s+)?{_NAMED}\b"
            r"|\b(?:place|name|country|city)\s+of\b|\bin\s+(?:which|what)\b",
            re.I,
        ),
    ),
    ("class", re.compile(r"\b(?:what|which)\b", re.I)),
)
# Words that say what kind of thing is asked for; the answer need not repeat them.
_ASKING = frozenset(
    content_stems(
        "year date day month name number many much long place person kind type sort founding birth "
        "city country location position occupation sport genre language profession known "
        "associated large tall high far old big deep wide fast heavy great often"
    )
)
# A line a matter: words of which a question may have one, and its answer another.
_MATTERS = [
    frozenset(content_stems(line))
    for line in """
        founded established formed created organized incorporated started began founding formation
        built constructed completed erected build construction
        born birth birthplace
        died death dead killed
        released published premiered aired issued release
        located situated lies location
        population people inhabitants residents populated live
        wrote written author writer
        sang sung singer performed recorded artist performer
        held took occurred happened
        play played plays player
        won win winner winning
        ended end concluded
        introduced launched debuted
    """.strip().splitlines()
]
_WORD = re.compile(r"\d[\d,.]*\d|[^\W_]+(?:['’][^\W_]+)?")
_CODE = re.compile(r"\b(?=[\w/.-]*\d)[A-Z]{1,6}[-/.]?\d[\w/.-]*\w\b")
_NEGATION = frozenset("not no never cannot didn't doesn't isn't wasn't won't don't hasn't".split())
_YEAR = re.compile(r"(?<![\d,.])(?:1\d|20)\d\d(?![\d,]*\d)")
_NUMBER = re.compile(
    r"(?<![\w.])[-−]?\d[\d,]*(?:\.\d+)?(?:\s?(?:%|percent|million|billion|thousand|trillion))?"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty)\b",
    re.I,
)
_SHARE = re.compile(r"%|\b(?:percent\w*|share|rate|proportion|tariffs?|tax|interest|much)\b", re.I)
_CAPITALISED = r"[^\W\d_a-z][\w'’.-]*"
_NAME = re.compile(
    rf"{_CAPITALISED}(?:\s+(?:(?:of|de|van|von|the|del|la|di|da|and)\s+)?{_CAPITALISED})*"
)
_IS_A = re.compile(r"\b(?:is|was|are|were)\s+(?:an?|the|one\s+of)\s+[^.;(]{3,120}", re.I)


def find(
    question: str,
    told: Sequence[Evidence],
    others: Sequence[Evidence],
    cite: Callable[[Evidence], int],
) -> tuple[Conflict, ...]:
    """The answers that sources give, where they give several: one conflict or none.

    Args:
        question: what is asked.
        told: the sentences that the answer rests on; one of them is on one of the sides.
        others: all sentences that were found, those told among them or not.
        cite: makes a sentence a citation and returns its number.
    """
    asked = _Asked(question)
    groups = _groups(asked, told, others)
    if len(groups) < 2:
        return ()
    firsts = [group[0] for group in groups]
    versions = all(_are_versions(firsts[0], line) for line in firsts[1:])
    sides = [_side(group, cite) for group in groups[:MOST_SIDES]]
    # The newest first; sorting keeps the order of what has no date, which comes last.
    sides.sort(key=lambda side: side.published or "", reverse=True)
    return (Conflict(tuple(sides), versions),)


def _side(group: Sequence[_Line], cite: Callable[[Evidence], int]) -> Side:
    lines = sorted(group[:MOST_WITNESSES], key=lambda line: line.published, reverse=True)
    source = lines[0].evidence.passage.document.source
    numbers = tuple(cite(line.evidence) for line in lines)
    return Side(lines[0].text, numbers, lines[0].published or None, source)


def _groups(
    asked: _Asked, told: Sequence[Evidence], others: Sequence[Evidence]
) -> list[list[_Line]]:
    """What is told and what contradicts it, by what it says; empty where nothing does."""
    lines = [_Line(each, asked) for each in told]
    known = {line.place for line in lines}
    least = LEAST_SCORE * max((each.score for each in (*told, *others)), default=0.0)
    rest = [_Line(each, asked) for each in others if each.score >= least]
    rest = [line for line in rest if line.place not in known]
    groups: list[list[_Line]] = []
    for line in lines:
        against = [other for other in (*lines, *rest) if _differ(line, other)]
        for one in (line, *against) if against else ():
            _sort_in(groups, one)
    return groups


def _sort_in(groups: list[list[_Line]], line: _Line) -> None:
    """Put a sentence to those that say the same, or apart; a document is on a side but once."""
    if any(line.place == one.place for group in groups for one in group):
        return
    for group in groups:
        if not any(_differ(line, one) for one in group):
            if all(line.document != one.document for one in group):
                group.append(line)
            return
    groups.append([line])


class _Asked:
    """What a question asks for.

    Attributes:
        kind: of the value that answers it; empty where that is not known.
        stems: of its words that carry meaning.
        names: of those, the names.
        matter: of the others, the ways to say each; without words for the kind of answer.
        telling: all of these.
    """

    def __init__(self, question: str) -> None:
        self.text = question
        self.kind: Kind = next((kind for kind, form in _KINDS if form.search(question)), "")
        self.stems = content_stems(question)
        self.names = content_stems(" ".join(missing_names(question, "")))
        words = self.stems - self.names - _ASKING
        self.matter = [{word}.union(*(each for each in _MATTERS if word in each)) for word in words]
        self.telling = frozenset[str]().union(*self.matter)


class _Line:
    """A sentence, and what it says of what is asked; worked out when it is needed."""

    def __init__(self, evidence: Evidence, asked: _Asked) -> None:
        self.evidence = evidence
        self.asked = asked
        self.text = " ".join(evidence.text.split())
        self.document = (evidence.passage.document.id, evidence.passage.document.source)
        self.place = (self.document, evidence.sentence.start)
        self.published = evidence.passage.document.published or ""

    @cached_property
    def words(self) -> list[str]:
        return _WORD.findall(self.text)

    @cached_property
    def forms(self) -> list[str]:
        return [word.casefold().replace("’", "'") for word in self.words]

    @cached_property
    def stems(self) -> set[str]:
        return content_stems(self.text)

    @cached_property
    def codes(self) -> set[str]:
        """References of things that stand in it or above it: case numbers, models, permits."""
        passage = self.evidence.passage
        return set(_CODE.findall(f"{passage.document.title}\n{passage.heading}\n{self.text}"))

    @cached_property
    def around(self) -> str:
        """What a reader has read by its end: title, heading, opening, and the passage so far."""
        passage = self.evidence.passage
        text = passage.document.text
        before = text[passage.start : self.evidence.sentence.end]
        return "\n".join((passage.document.title, passage.heading, text[:OPENING], before))

    @cached_property
    def is_about(self) -> bool:
        """Whether it is about what is asked, as far as its words and those before it tell."""
        named = self.asked.names & content_stems(self.around)
        told = sum(bool(ways & self.stems) for ways in self.asked.matter)
        return len(named) >= NAMED * len(self.asked.names) and told >= TOLD * len(self.asked.matter)

    @cached_property
    def value(self) -> str:
        """What it has of the kind that is asked for, nearest to the words of the matter."""
        found = list(_values(self.text, self.asked))
        if not found:
            return ""
        words = _WORD.finditer(self.text)
        at = [word.start() for word in words if content_stems(word[0]) & self.asked.telling]
        return min(found, key=lambda v: min((abs(v.start() - a) for a in at), default=v.start()))[0]


def _values(text: str, asked: _Asked) -> Iterator[re.Match[str]]:
    """The places of a sentence that are of the kind asked for and no part of the question."""
    match asked.kind:
        case "date":
            yield from _YEAR.finditer(text)
        case "number":
            known = set(_WORD.findall(asked.text))
            for found in _NUMBER.finditer(text):
                share = found[0].endswith(("%", "percent")) and not _SHARE.search(asked.text)
                if (
                    found[0] not in known
                    and not _YEAR.fullmatch(found[0].rstrip(","))
                    and not share
                ):
                    yield found
        case "name":
            for found in _NAME.finditer(text):
                stems = content_stems(found[0])
                dated = missing_dates(found[0], "")
                # The capital of a first word says nothing, unless another one follows.
                first = not found.start() and " " not in found[0]
                if stems and not stems & asked.stems and not dated and not first:
                    yield found
        case "class":
            yield from _IS_A.finditer(text)


def _differ(one: _Line, other: _Line) -> bool:
    """Whether two sentences of different documents give different answers."""
    if one.document == other.document or _of_other_things(one, other):
        return False
    return _are_versions(one, other) or (
        one.is_about
        and other.is_about
        and bool(one.value and other.value)
        and not _holds(other.text, one.value, one.asked.kind)
        and not _holds(one.text, other.value, one.asked.kind)
    )


def _of_other_things(one: _Line, other: _Line) -> bool:
    """Whether each names by a code or, where no name is asked for, a name what the other does not.

    Two notices of one form differ so, and their values are those of two things. So are those of
    "pier 4" and "pier 5" where a pier is asked for by its number.
    """
    if one.codes and other.codes and not one.codes & other.codes:
        return True
    for noun in numbered_in(one.asked.text):
        numbers = [numbered_in(each.text).get(noun, set()) for each in (one, other)]
        if all(numbers) and not set.intersection(*numbers):
            return True
    if one.asked.kind in ("name", "class"):
        return False
    mine, theirs = without_teller(one.text), without_teller(other.text)
    return bool(missing_names(mine, other.around) and missing_names(theirs, one.around))


def _holds(text: str, value: str, kind: Kind) -> bool:
    if kind in ("date", "number"):
        return not missing_numbers(value, text)
    return bool(content_stems(value) & content_stems(text))


def _are_versions(one: _Line, other: _Line) -> bool:
    """Whether two sentences are versions of one another that differ in what they tell."""
    common = one.stems & one.asked.stems
    if not common or common != other.stems & one.asked.stems:
        return False
    match = SequenceMatcher(None, one.forms, other.forms, autojunk=False)
    shorter = min(len(one.forms), len(other.forms))
    same = sum(block.size for block in match.get_matching_blocks())
    return (
        shorter >= SHORTEST
        and same >= LIKE * shorter
        and any(
            _contradict(one, other, slice(a, b), slice(c, d))
            for tag, a, b, c, d in match.get_opcodes()
            if tag != "equal"
        )
    )


def _contradict(one: _Line, other: _Line, mine: slice, theirs: slice) -> bool:
    """Whether the places in which two versions differ hold other values, or one a "not"."""
    if (_NEGATION & set(one.forms[mine])) != (_NEGATION & set(other.forms[theirs])):
        return True
    ours, others = " ".join(one.words[mine]), " ".join(other.words[theirs])
    # Where a number or date is asked for, another spelling of a name is no other answer.
    named = () if one.asked.kind in ("date", "number") else (missing_names,)
    if any(
        missing(ours, other.text) and missing(others, one.text)
        for missing in (missing_numbers, missing_dates, *named)
    ):
        return True
    # Other words may say the same ("said", "announced"), but not where it is asked what it is.
    mean, say = content_stems(ours), content_stems(others)
    return one.asked.kind == "class" and bool(mean and say) and not mean & say
