"""Whether a later sentence tells another value of the very thing that a statement is about.

By rule and with care: a value of another place, firm, product or year is no update. So the later
sentence has to have the statement's words and names, and nothing of its own but what tells of a
change and the value. Which documents are later is for the caller to know.
"""

from __future__ import annotations

import re
from typing import Literal

from assistant.documents import Evidence
from assistant.language import content_stems, missing_dates, missing_names, missing_numbers

Relation = Literal["same", "other"]

TOLD = 0.75
"""Least share of the statement's words, names and values aside, that the later sentence has."""
LEAST_WORDS = 2
"""Words by which a thing is known at the least, names among them."""
OPENING = 300
"""Characters at the start of a document that may name what its sentences only refer to."""

# Words of change and of telling, which name no thing.
_CHANGE = content_stems(
    """rise rose risen rising raise raised increase increased grow grew grown climb climbed fall
    fell fallen cut reduce reduced lower lowered drop dropped shrink shrank change changed
    revise revised update updated new newly latest current currently final finally stand
    stands stood amount amounts reach reached total totals come comes expect expected
    estimate estimated plan planned set put move moved shift shifted postpone postponed
    delay delayed bring brought forward extend extended decide decided confirm confirmed
    correct corrected correction double doubled halve halved adjust adjusted instead
    already longer past figure figures number numbers replace replaced succeed succeeded
    take took appoint appointed become became elect elected say said says announce
    announced report reported"""
)
_ENDED = re.compile(
    r"\b(?:abolish|scrap(?=p)|withdr[ae]w|suspend|cancel|repeal|revok|annul|rescind|lift(?=ed)"
    r"|end(?=ed\b)|drop(?=ped\b)|no\s+longer)",
    re.I,
)
_VERB = (
    r"(?:said|says|announced|confirmed|reported|told\s+\w+|added|noted|explained|stated|decided)"
)
_TELLER = re.compile(
    rf"^[^;:]{{1,90}}?\b{_VERB}(?:\s+(?:on|in)\s+\w+(?:\s+\d+)?)?(?:\s*,)?\s+that\s+"
    rf"|^According\s+to\s+[^,]{{1,90}},\s+|,\s+[^,;]{{1,90}}?\b{_VERB}\b[^,;]{{0,30}}(?=[.]?$)"
    r"|,\s+according\s+to\s+[^,;]{1,90}(?=[.]?$)",
    re.I,
)
# Who made the change is no part of what was changed.
_AGENT = re.compile(
    r"^(?:The\s+|An?\s+)?(?:[\w’'-]+\s+){1,6}?(?:(?:has|have|had|will|would)\s+)?(?:since\s+|now\s+)?"
    r"(?=(?:raised?|cut|increased?|lower(?:ed)?|reduced?|set|moved?|postponed?|extend(?:ed)?|doubled?"
    r"|halved?|changed?|put|revised?|withdr[ae]wn?|scrap(?:ped)?|abolish(?:ed)?|lifted?|suspend(?:ed)?"
    r"|repeal(?:ed)?|cancel(?:led)?)\s+(?:the|its|their|a)\b)"
)
_BEFORE = re.compile(
    r"\bfrom\s+(?:[^\s,;]+\s+){1,4}?(?=to\b)"
    r"|,?\s*\b(?:(?:up|down)\s+from|instead\s+of|rather\s+than|compared\s+(?:with|to)|not)\s+"
    r"(?:the\s+)?[$€£¥]?\d[\w.,%]*(?:\s+(?:percent|per\s+cent|million|billion|\w+))?",
    re.I,
)
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b(?!\s*(?:%|percent|[a-z]+s\b))")
_FROM = re.compile(
    r"\b(?:from|since|as\s+of|starting(?:\s+in)?|beginning(?:\s+in)?)\s+(?:\w+\s+){0,2}$", re.I
)
_RELATIVE = re.compile(
    r"\b(?:(?:last|this|previous|past|next)\s+(?:year|quarter|month|week|season|summer|winter|spring"
    r"|autumn)|(?:first|second|third|fourth)\s+(?:quarter|half)|Q[1-4]|a\s+year\s+earlier)\b",
    re.I,
)
_VALUE = re.compile(
    r"\b\d{1,2}\s+may\b|[$€£¥]?\d[\d.,:]*(?:\s?%|st\b|nd\b|rd\b|th\b|bn\b|m\b|k\b)?"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|forty"
    r"|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|percent|per\s+cent"
    r"|january|february|march|april|may(?=\s\d)|june|july|august|september|october|november|december"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.I,
)
_UNIT = re.compile(r"[$€£¥]?\d[\d.,]*\s\w+(?:\s(?:an?|per)\s\w+)?")  # the value with what it is of
_CODE = re.compile(r"\b(?=\w*[A-Z])(?=[\w./-]*\d)[A-Z\d]+(?:[./-][A-Z\d]+)*\b|\bNo\.?\s*\d+|#\d+")
_NEGATION = re.compile(r"\b(?:not|no|never|cannot)\b|n['’]t\b", re.I)


def relation(statement: str, source: Evidence, later: Evidence) -> Relation | None:
    """How a later sentence stands to a statement that an older one bears out.

    Args:
        statement: what is told.
        source: the sentence that it rests on.
        later: a sentence of a later document.

    Returns:
        `same` where it tells the same of the same thing, `other` where it tells something else of
        it, None where it is about another thing or that is not plain.
    """
    told = _BEFORE.sub("", _AGENT.sub("", without_teller(later.text)))
    if not _same_thing(statement, source, told, later):
        return None
    if _other_value(statement, told) and _other_value(source.text, told):
        return "other"
    agrees = not missing_numbers(statement, told) and not missing_dates(statement, told)
    return "same" if agrees else None


def without_teller(text: str) -> str:
    """A sentence on one line without who says it.

    >>> without_teller("The mayor, Ida Voss, said on Monday that the levy is 15%.")
    'the levy is 15%.'
    """
    return _TELLER.sub("", " ".join(text.split()))


def _same_thing(statement: str, source: Evidence, told: str, later: Evidence) -> bool:
    ended = bool(_ENDED.search(told))
    asked, here = _things(_UNIT.sub("", statement) if ended else statement), _things(told)
    asked -= _CHANGE
    read = f"{around(later)}\n{later.text}"
    known = asked | _things(source.text) | _CHANGE
    return (
        len(asked) >= LEAST_WORDS
        and len(asked & (here | _names(statement, read))) >= TOLD * len(asked)
        and not {word for word in here - known if not (ended and _ENDED.match(word))}
        and not missing_names(_valueless(statement), read)
        and not missing_names(_valueless(told), f"{statement}\n{source.text}\n{_head(source)}")
        and set(_CODE.findall(statement)) <= set(_CODE.findall(read))
        and _same_period(statement, told)
        and _same_subject(statement, source, later)
    )


def _same_period(statement: str, told: str) -> bool:
    """Whether both are of the same time, as far as they name one."""
    if _RELATIVE.search(statement) or _RELATIVE.search(told):
        return False
    one, other = _years(statement), _years(told)
    return one == other or (
        not one and all(_FROM.search(told[: y.start()]) for y in _YEAR.finditer(told))
    )


def _years(text: str) -> set[str]:
    """The years for which something is told; none where a year is itself what is told."""
    years = set(_YEAR.findall(text))
    return years if missing_numbers(_YEAR.sub("", text), "") else set()


def _same_subject(statement: str, source: Evidence, later: Evidence) -> bool:
    """Whether a statement without names is about what both documents are about, by their titles."""
    if missing_names(_valueless(statement), ""):
        return True
    one, other = _proper(source), _proper(later)
    texts = source.passage.document.text, later.passage.document.text
    return not missing_names(one, f"{other}\n{texts[1]}") and not missing_names(
        other, f"{one}\n{texts[0]}"
    )


def _proper(evidence: Evidence) -> str:
    """The names in a document's title and headings: capitals may be those of any headline."""
    text = evidence.passage.document.text
    words = re.findall(r"[^\W\d_][\w’'-]*", _head(evidence))
    return " ".join(w for w in words if w[0].isupper() and w.lower() not in text)


def _head(evidence: Evidence) -> str:
    return f"{evidence.passage.document.title} {evidence.passage.heading}"


def around(evidence: Evidence) -> str:
    """What a reader has read before: title, headings, opening, and the passage so far."""
    passage = evidence.passage
    text = passage.document.text
    before = text[passage.start : evidence.sentence.start]
    return f"{_head(evidence)}\n{text[:OPENING]}\n{before}"


def _valueless(text: str) -> str:
    return _VALUE.sub(" ", _CODE.sub(" ", text))


def _things(text: str) -> set[str]:
    """Stems of the words of meaning, values aside."""
    return content_stems(_valueless(text))


def _names(statement: str, around: str) -> set[str]:
    """Stems of the statement's names that stand around a sentence."""
    missing = set(missing_names(statement, around))
    return content_stems(" ".join(n for n in missing_names(statement, "") if n not in missing))


def _other_value(statement: str, told: str) -> bool:
    """Whether a number or date stands in the place of another, or the thing has come to an end."""
    if bool(_ENDED.search(told)) != bool(_ENDED.search(statement)):
        return True
    if bool(_NEGATION.search(told)) != bool(_NEGATION.search(statement)):
        return True
    return any(
        missing(statement, told) and missing(told, statement)
        for missing in (missing_numbers, missing_dates)
    )
