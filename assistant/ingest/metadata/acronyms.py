"""Acronyms that a text defines: "Asia-Pacific Economic Cooperation (APEC)", in either order.

After Schwartz & Hearst 2003, "A simple algorithm for identifying abbreviation definitions in
biomedical text": what stands before a bracket is searched from its end for the letters of what
stands in it. What is made of the pairs is left to others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SHORT = re.compile(r"[^\W_](?:[^\W_]|[-&/.](?=[^\W_]|$)){1,9}")
_BRACKETED = re.compile(r"(?<=\s)[(\[]([^()\[\]\n]{2,150})[)\]]")
# A long form does not reach back over the end of a sentence, a clause or another bracket.
_BREAK = re.compile(r"[.;:!?)\]\"“”\n]\s|[,;:()\[\]\n]")
_WORD = re.compile(r"[^\s(),;:]+")
_REACH = 200
_LEAD = frozenset("a an the of and in for on with by to or is at from as called named".split())


def definitions(text: str) -> tuple[tuple[str, str], ...]:
    """The acronyms that `text` defines: distinct (short, long) pairs, in its order.

    >>> definitions("He met the Asia-Pacific Economic Cooperation (APEC) and EU (European Union).")
    (('APEC', 'Asia-Pacific Economic Cooperation'), ('EU', 'European Union'))
    """
    return tuple(dict.fromkeys(_pairs(text)))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for match in _BRACKETED.finditer(text):
        before = _before(text[max(0, match.start() - _REACH) : match.start()])
        # "(APEC; an alliance)" and "(APEC, 1989)" name it before the mark.
        inside = re.split(r"[;,]\s", match[1])[0].strip("\"'“”‘’ ")
        if _is_short(inside):
            long = long_form(inside, before)
            if long:
                yield inside, long
                continue
        last = _WORD.findall(before)[-1:]
        if last and _is_short(last[0]) and len(match[1].split()) > 1:
            long = long_form(last[0], match[1].strip())
            if long and _covers(long, match[1]):
                yield last[0], long


def _before(text: str) -> str:
    """What may be the long form: the words since the last break."""
    breaks = [match.end() for match in _BREAK.finditer(text)]
    return text[breaks[-1] if breaks else 0 :].strip()


def _is_short(text: str) -> bool:
    """Whether it looks like an acronym: up to ten letters and digits, at least one a capital."""
    letters = sum(char.isalpha() for char in text)
    capitals = sum(char.isupper() for char in text)
    return bool(
        _SHORT.fullmatch(text)
        and letters >= 2
        and capitals >= max(1, letters / 3)
        and (capitals > 1 or not text[0].isupper())
    )


def long_form(short: str, before: str) -> str:
    """The shortest run of words at the end of `before` that the acronym abbreviates, or "".

    Each letter and digit of `short` is matched from the right, the first one at the beginning of
    a word; at most `min(len + 5, 2 * len)` words, as published.

    >>> long_form("HSF", "cells with heat shock transcription factor")
    'heat shock transcription factor'
    >>> long_form("HSF", "a question of style")
    ''
    """
    start = _start(short, before)
    if start is None:
        return ""
    long = before[start:]
    words = re.split(r"[\s-]+", long)
    letters = sum(char.isalnum() for char in short)
    telling = [word for word in words if word.lower() not in _LEAD]
    if (
        len(words) > min(letters + 5, 2 * letters)
        or len(long) <= len(short)
        or (len(telling) < 2 and letters < 3)
        or short.lower() in (word.lower() for word in words)
    ):
        return ""
    return long


def _start(short: str, before: str) -> int | None:
    """Where the long form begins; None when the letters are not found in their order."""
    place = len(before)
    letters = [char for char in short.lower() if char.isalnum()]
    lowered = before.lower()
    if len(lowered) != len(before):  # a letter that grows when lowered would move the offsets
        return None
    for left, letter in enumerate(reversed(letters), start=1):
        is_first = left == len(letters)
        place = lowered.rfind(letter, 0, place)
        while place > 0 and is_first and lowered[place - 1].isalnum():
            place = lowered.rfind(letter, 0, place)
        if place < 0:
            return None
    return place


def _covers(long: str, inside: str) -> bool:
    """Whether the long form is all that the bracket says, but for words that say nothing."""
    left = inside.strip()[: -len(long)].split()
    return all(word.lower() in _LEAD for word in left)
