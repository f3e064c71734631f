"""Questions that a search of passages cannot answer: counts, whole lists, extremes and sums.

A search brings the likeliest passages and never all of them, so counting or comparing what it
brought gives a wrong number with a good citation. Such a question is answered only where a
sentence states the answer, where one row of a table alone fits what is asked, or where a single
passage holds all of a table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.answering.table_rows import Row, Table, row_of, table_of
from assistant.documents import Evidence
from assistant.language import content_stems, unit_of

Kind = Literal["count", "list", "figure"]

_DOCUMENTS = (
    r"(?:documents|files|articles|reports|papers|e?-?mails|messages|contracts|letters|notices|filings"
    r"|transcripts|sources|rows|records|entries|passages)"
)
_COLLECTION = (
    rf"(?:folder|index|collection|corpus|archive|spreadsheet|table|sheet|data\w*|{_DOCUMENTS})"
)
_HOW_MANY = r"(?:how\s+many|number\s+of|count(?:\s+of)?)"
_MENTIONS = (
    r"(?:mention|name|cite|quote|discuss|concern|refer\s+to|speak\s+of|talk\s+about|deal\s+with"
    r"|(?:is|are|was|were)\s+about)"
)
_HERE = (
    r"\b(?:in|of|across|throughout)\s+"
    rf"(?:(?:all|the|this|these|those|my|our|your|whole|of)\s+)+{_COLLECTION}\b"
)
# What is counted or compared are the documents, or what stands anywhere in all of them.
_OVER_DOCUMENTS = re.compile(
    rf"\b(?:{_HOW_MANY}|list|which|what|name|show(?:\s+me)?)\s+(?:[\w-]+\s+){{0,3}}?{_DOCUMENTS}\b"
    rf"(?:\s+(?:that|which|do|does|did|have|has))*\s+(?:{_MENTIONS}\b|are\s+there\W*$|.*{_HERE}|(?:i|we|you)\s+have\b)"
    r"|\bhow\s+(?:often|many\s+times)\s+(?:is|are)\b.*\b(?:mentioned|named|cited|quoted)\b"
    rf"|\b(?:latest|newest|oldest|earliest|longest|shortest|most\s+recent)\s+(?:of\s+)?(?:the\s+)?[\w-]+\s+{_HERE}"
    rf"|\b(?:list|name|how\s+many|what|which)\b.*\b(?:mentioned|named|cited|quoted)\s+(?:anywhere|{_HERE})",
    re.I,
)
_COUNT = re.compile(rf"\b{_HOW_MANY}\b", re.I)
_LIST = re.compile(
    r"\W*(?:(?:please|can\s+you|could\s+you|i\s+(?:want|need))\s+)?(?:list|enumerate|name|show(?:\s+me)?"
    r"|give(?:\s+me)?|tell\s+me|find|which|what|who)\b(?:\s+(?:is|are|was|were))?",
    re.I,
)
_WHOLE = re.compile(r"\b(?:all|every|each|any|complete|full|entire)\b", re.I)
_POLES = {
    "most": frozenset(
        "highest largest biggest greatest most maximum max longest tallest top heaviest costliest"
        " dearest richest strongest fastest broadest widest deepest hottest strictest".split()
    ),
    "least": frozenset(
        "lowest smallest least fewest minimum min cheapest shortest lightest poorest weakest"
        " slowest narrowest coldest".split()
    ),
    "first": frozenset("first earliest oldest".split()),
    "last": frozenset("last latest newest".split()),
}
_NO_EXTREME = re.compile(
    r"\bat\s+(?:the\s+)?(?:least|most|last|first)\b|\bmost\s+(?:of|likely)\b|\bby\s+most\b"
    r"|\b(?:first|last)\s+(?:names?|minister|lady|half|quarter|time|\w*(?:day|week|month|year|night|decade)s?)\b"
    r"|\btop\s+of\b",
    re.I,
)
# A superlative that compares values; "the most popular" and "the first" often only describe.
_COMPARES = re.compile(
    rf"\b(?:{'|'.join(sorted((_POLES['most'] | _POLES['least']) - {'most', 'least', 'top'}))})\b"
    r"|\bthe\s+(?:most|least)\s+[\w-]+[^\Wsiu]s\b",
    re.I,
)
_RECORDS = frozenset("record only more less than".split())  # state an extreme without a superlative
_AVERAGES = frozenset("average averages averaged mean median".split())
_TOTALS = frozenset("total totals sum combined altogether overall".split())
_THE_MEAN = re.compile(r"\b(?:the|a)\s+(?:\w+\s+)?mean\b(?!\s+(?:to|that)\b)", re.I)
_NUMBER = re.compile(
    r"\d|\b(?:no|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen)\b", re.I
)
_COUNTED = re.compile(
    r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b(?=\s+[a-z])", re.I
)
_ENUMERATION = re.compile(
    r",\s[^,;.]+(?:,|\s(?:and|or)\s)|;.+;|\w\s(?:and|or)\s\w|\b(?:both|all|only)\b", re.I
)
_WORD = re.compile(r"[^\W_]+(?:[-'’./][^\W_]+)*")
_ENDS_THINGS = frozenset(
    """of the and is are was were do does did has have had will would can could may might must
    in on at by for to from with that which who there or per under over above below since
    until""".split()
)
_MOST_THINGS = 6  # words among which the name of what is counted is


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What a question asks of many records.

    Attributes:
        kind: what is to be made of them; a figure is an extreme, a sum or an average.
        thing: what is counted or listed, as it is asked for; empty where that is not plain.
        words: stems and numbers of the question, by which a row fits it.
        signs: words that state such a figure: superlatives of the same direction, or "total".
        whole: whether all of a kind are plainly asked for.
        documents: whether it is over the documents themselves.
        compares: whether it is plain that values of several things are to be compared.
    """

    kind: Kind
    thing: str
    words: frozenset[str]
    signs: frozenset[str]
    whole: bool
    documents: bool
    compares: bool


@lru_cache(maxsize=64)
def asked(question: str) -> Aggregate | None:
    """The aggregate that a question asks for if its documents turn out to hold records.

    >>> asked("How many of the measures concern Norway?").thing
    'measures'
    >>> asked("When does the court rule?") is None
    True
    """
    plain = _NO_EXTREME.sub(" ", question)
    signs = _signs(_words(_THE_MEAN.sub("average", plain)) - {"mean"})
    documents = bool(_OVER_DOCUMENTS.search(question))
    count, listed = _COUNT.search(question), _LIST.match(question)
    opening = count or (None if signs else listed)
    thing = _thing(question[opening.end() :]) if opening else ""
    if not (count or signs or thing or documents):
        return None
    kind: Kind = "count" if count else "figure" if signs else "list"
    return Aggregate(
        kind,
        thing,
        _keys(question),
        signs,
        whole=bool(_WHOLE.search(question)),
        documents=documents,
        compares=kind == "figure" and bool(signs & _AVERAGES or _COMPARES.search(plain)),
    )


def _signs(words: set[str]) -> frozenset[str]:
    """Words that state what a question asks for with one of their kind."""
    found = (kind for kind in (*_POLES.values(), _AVERAGES, _TOTALS) if kind & words)
    return frozenset[str]().union(*found)


LEAST_ABOUT = 0.5
"""Share of the question's other words that a sentence with a superlative or "total" has."""
OVERREACHES = "the cited rows do not show how many there are, or which is first"
"""Finding of a statement that counts or compares rows of which it cites some."""
UNSTATED = "the question is of all of a kind, and the cited words are some or one of them"
"""Finding of a claim that answers such a question from single cases."""


def needs_all(question: str, evidence: Sequence[Evidence]) -> bool:
    """Whether the question asks for what only all documents or records could tell.

    So it is where nothing that was found states the answer: to be decided before a model is asked.

    Args:
        question: one that stands alone.
        evidence: the sentences found.
    """
    wanted = asked(question)
    if wanted is None or not evidence:
        return False
    if wanted.compares:
        return not any(bears_out(question, [each]) for each in evidence)
    best = max(evidence, key=lambda each: each.score)
    if not (wanted.documents or table_of(best) or any(_is_record(wanted, e) for e in evidence)):
        return False
    return not any(_states(wanted, each) for each in evidence)


def bears_out(question: str, cited: Sequence[Evidence]) -> bool:
    """Whether a claim that rests on these sentences may answer the question.

    It may not where the question asks for an aggregate and they are some of the records, or one
    case of many.
    """
    wanted = asked(question)
    if wanted is None:
        return True
    if wanted.documents or any(table_of(each) for each in cited):
        return any(_states(wanted, each) for each in cited)
    if wanted.compares:
        signs = wanted.signs | _RECORDS
        return any(_says(wanted, each, each.passage.text, signs) for each in cited)
    if wanted.kind == "list" and wanted.whole and len(cited) == 1:
        return bool(_ENUMERATION.search(cited[0].text))
    return True


def overreaches(statement: str, cited: Sequence[Evidence]) -> bool:
    """Whether a statement counts or compares rows of which it cites some.

    It does where it tells how many there are of what each row is one, or that one is the highest.
    """
    if not cited or not all(row_of(each) for each in cited):
        return False
    signs = _signs(_words(_NO_EXTREME.sub(" ", statement)))
    rests = [statement[number.end() :] for number in _COUNTED.finditer(statement)]
    things = [_thing(rest) for rest in rests if not unit_of(_WORD.findall(rest)[0].lower())]
    stated = Aggregate("figure", "", _keys(statement), signs, False, False, False)
    return any(_is_one_of(thing, each) for thing in things for each in cited) or bool(
        signs and not any(_states(stated, each) for each in cited)
    )


def best_rows(question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences without rows beside which another row of their table fits the question better.

    That one has all the words of the question that they have in their cells, and more: "the fee in
    Kemi" is told by one row of all that have a fee.
    """
    keys = _keys(question)
    tables = {e.number: table.start for e in evidence if (table := table_of(e))}
    rows = {e.number: row for e in evidence if (row := row_of(e))}
    fits = {at: keys & _keys(" ".join(row.cells)) for at, row in rows.items()}
    return [
        e
        for e in evidence
        if not any(
            tables[e.number] == tables[at] and fits[e.number] < more
            for at, more in (fits.items() if e.number in fits else ())
        )
    ]


def _is_one_of(thing: str, evidence: Evidence) -> bool:
    """Whether a row is one of the things, named in a column, and tells no number of them."""
    row = row_of(evidence)
    if row is None or not (named := _columns(thing, row)):
        return False
    return not _is_number_of(thing, row, named)


def _columns(thing: str, row: Row) -> list[int]:
    """Columns that are named like the thing."""
    return [at for at, name in enumerate(row.names) if _names(name, thing)]


def _names(text: str, thing: str) -> bool:
    """Whether a text has a word of the thing, in the singular or plural."""
    stems = content_stems(text)
    return any(a.startswith(b) or b.startswith(a) for a in stems for b in content_stems(thing))


def _says(wanted: Aggregate, evidence: Evidence, text: str, signs: frozenset[str]) -> bool:
    """Whether a text has a superlative or "total" as asked, and is about the same."""
    if not signs & _words(text):
        return False
    row = row_of(evidence)
    names = " ".join(row.names) if row else ""
    rest = wanted.words - content_stems(" ".join(wanted.signs))
    return len(rest & _keys(f"{_above(evidence)} {names} {text}")) >= LEAST_ABOUT * len(rest)


def _states(wanted: Aggregate, evidence: Evidence) -> bool:
    """Whether a sentence by itself gives the figure, the extreme or the list."""
    if wanted.signs & _words(evidence.text):
        return _says(wanted, evidence, evidence.text, wanted.signs)
    if table := table_of(evidence):
        row = row_of(evidence)
        return (
            row is not None and not wanted.documents and _row_states(wanted, row, table, evidence)
        )
    if not wanted.thing or not content_stems(wanted.thing) <= content_stems(evidence.text):
        return False
    if wanted.kind == "count":
        return bool(_NUMBER.search(evidence.text))
    return not wanted.documents and bool(_ENUMERATION.search(evidence.text))


def _is_record(wanted: Aggregate, evidence: Evidence) -> bool:
    """Whether a sentence is a row about one of the things that are counted or listed."""
    row = row_of(evidence)
    return row is not None and bool(
        content_stems(wanted.thing) & content_stems(" ".join(row.names))
    )


def _above(evidence: Evidence) -> str:
    """What stands above a sentence: its document's title, and its headings."""
    return f"{evidence.passage.document.title} {evidence.passage.heading}"


def _row_states(wanted: Aggregate, row: Row, table: Table, evidence: Evidence) -> bool:
    """Whether one row gives what is asked: it alone fits, or all of its small table was found."""
    passage = evidence.passage
    if passage.start <= table.start and table.end <= passage.end:
        if wanted.kind == "figure" and not wanted.signs & (_AVERAGES | _TOTALS):
            return _is_extreme(wanted, row, table)
        if wanted.kind == "list":
            return True
    named = _columns(wanted.thing, row)
    if wanted.kind == "count" and named and not _is_number_of(wanted.thing, row, named):
        return False
    fits = {at: len(wanted.words & _keys(" ".join(each.cells))) for at, each in table.rows.items()}
    best = max(fits.values(), default=0)
    if best:
        return [at for at in fits if fits[at] == best] == [evidence.sentence.start]
    # What neither the table nor its title speaks of is no question of counting its rows.
    return wanted.kind != "figure" and not named and not _names(_above(evidence), wanted.thing)


def _is_extreme(wanted: Aggregate, row: Row, table: Table) -> bool:
    high = bool(wanted.signs & (_POLES["most"] | _POLES["last"]))
    asked_for = [at for at, name in enumerate(row.names) if _keys(name) & wanted.words]
    return table.is_extreme(row, asked_for or range(len(row.cells)), high)


def _is_number_of(thing: str, row: Row, columns: Sequence[int]) -> bool:
    """Whether a column tells a number of things: "Orders: 12" does, "Order: 12" is one of them."""
    head = thing.split()[-1]
    return any(
        head in row.names[at].lower().split() and row.number(at) is not None for at in columns
    )


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


@lru_cache(maxsize=8192)
def _keys(text: str) -> frozenset[str]:
    """Stems and numbers by which a row fits a question."""
    numbers = (word for word in _WORD.findall(text.lower()) if any(map(str.isdigit, word)))
    return frozenset(content_stems(text)).union(numbers)


def _thing(rest: str) -> str:
    """The name of what is counted or listed, up to the first plural behind a question's opening.

    >>> _thing(" of the new trade measures are of Norway?")
    'new trade measures'
    """
    found: list[str] = []
    words = _WORD.findall(rest)[:_MOST_THINGS]
    for before, word in zip(("", *map(str.lower, words)), words, strict=False):
        lowered = word.lower()
        if found and lowered in _ENDS_THINGS:
            break
        if lowered in ("all", "every", "each", "these", "those") or lowered in _ENDS_THINGS:
            continue
        found.append(lowered)
        if _is_plural(word) or before in ("every", "each"):
            return " ".join(found)
    return ""


def _is_plural(word: str) -> bool:
    if word.lower() in ("people", "children", "men", "women"):
        return True
    return bool(re.fullmatch(r"[\w'’-]+[^\Wsiu]s", word)) and not word.isupper()
