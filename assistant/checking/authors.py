"""Who wrote a document speaks in it: X's mail says what "X wrote that ..." tells, naming nobody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from assistant.documents import Evidence, Hit

_PARTICLES = "(?:(?:van|von|de|der|den|di|da|du|la|le|al|bin) +)*"
_NAME = rf"(?P<who>[A-Z][\w.'’-]*(?: +{_PARTICLES}[A-Z][\w.'’-]*){{0,4}})"
_SAID = (
    r"(?:(?:has|had|also|later|then|once|again)\s+)*"
    r"(?:said|says|wrote|writes|written|told|tells|stated?s?|notes?d?|confirm(?:s|ed)|add(?:s|ed)"
    r"|report(?:s|ed)|explain(?:s|ed)|warn(?:s|ed)|argue[sd]|claim(?:s|ed)|announce[sd]|e?mail(?:s|ed)"
    r"|mention(?:s|ed)|believe[sd]|thinks|thought|expect(?:s|ed)|informed|insist(?:s|ed))"
)
_SAY = r"(?:say|write|tell|state|note|report|warn|argue|claim|believe|think|expect|said|written)\b"
_WAYS = tuple(
    re.compile(way, re.DOTALL)
    for way in (
        rf"{_NAME}\s+{_SAID}\s+(?:[^,.;:]{{1,80}}?\s+)?that\s+(?P<what>.+)",
        rf"[Aa]ccording to {_NAME}(?:['’]s\s+\w+)?,\s+(?P<what>.+)",
        rf"(?P<what>.+?),?\s+according to {_NAME}[.!]?",
        rf"(?P<what>.+?),[”\"’']*\s+{_NAME}\s+{_SAID}[.!]?",
        rf"(?P<what>.+?),[”\"’']*\s+{_SAID}\s+{_NAME}[.!]?",
        rf"{_NAME}\s+{_SAID}[:,]?\s+[“\"']?(?P<what>.+)",
    )
)
_TITLES = frozenset("mr mrs ms miss dr prof professor herr frau monsieur madame mme sir".split())
_Found = TypeVar("_Found", Evidence, Hit)
_WORD = re.compile(r"[^\W\d_]+")


def by_its_author(statement: str, author: str | None) -> str:
    """What a statement gives as the words of a document's author; empty if it gives none as that.

    >>> by_its_author("Mr Ferry wrote that the duty is 9%.", "Paul Ferry")
    'the duty is 9%.'
    >>> by_its_author("Ilse Brandt wrote that the duty is 9%.", "Paul Ferry")
    ''
    """
    names = _names(author or "")
    for way in _WAYS if names else ():
        match = way.fullmatch(statement.strip())
        if match is None:
            continue
        who = _names(match["who"])
        if who and set(who) <= set(names) and who[-1] in (names[-1], names[0]):
            return match["what"]
    return ""


def heard(told: str, found: Sequence[_Found]) -> list[_Found]:
    """What can tell what somebody said: of the speaker's documents, and of those that name them.

    All of it where the statement or question names no speaker who wrote one of the documents.
    """
    authors = {each.passage.document.author or "" for each in found} - {""}
    speakers = {author for author in authors if _is_speaker(author, told)}
    if not speakers:
        return list(found)
    names = re.compile("|".join(rf"\b{_names(each)[-1]}\b" for each in speakers), re.IGNORECASE)
    documents = ((each, each.passage.document) for each in found)
    return [
        each
        for each, document in documents
        if document.author in speakers or names.search(document.text)
    ]


def _is_speaker(author: str, told: str) -> bool:
    """Whether a statement or question is about what the author of a document said."""
    if not _names(author):
        return False
    if by_its_author(told, author):
        return True
    who = rf"(?:[\w.'’-]+\s+){{0,3}}{_names(author)[-1]}\b"
    return bool(re.search(rf"\baccording to {who}|\b(?:did|does|has) {who}\s+{_SAY}", told, re.I))


def _names(person: str) -> list[str]:
    return [word for word in _WORD.findall(person.casefold()) if word not in _TITLES]
