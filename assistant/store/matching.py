"""What is searched for, as terms, and the full-text expression that finds them.

Pure: running the expression is left to `database`, making terms of a question to `query_terms`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

UNSPACED = (
    r"[\u0e00-\u0e30\u0e32-\u0e33\u0e40-\u0e46\u0e80-\u0eb0\u0ec0-\u0ec6\u1000-\u102a\u1780-\u17b3"
    r"\u3005-\u3007\u3041-\u309f\u30a0-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    r"\uff66-\uff9f\U00020000-\U0003134f]"
)
"""A letter of a script that puts no space between words (Thai, Lao, Burmese, Khmer, Japanese,
Chinese), or glues endings to them (Korean)."""
_MOST_PHRASES = 256
_WORD = re.compile(r"[^\W_]+")
UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
"""Letters that take no room: soft hyphens, joiners, marks of order."""
_UNSPACED = re.compile(UNSPACED)
_GLUED = re.compile(r"(?<=[A-Za-z])(?=\d{4})")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to search for.

    Attributes:
        phrases: ways to write it; each is one word, or words that must follow one another.
        written: the capitals that make it more than a common word ("US"), else empty; `phrases`
            then has the same in small letters, which counts only where the capitals stand.
        first: passages with it come before all that have it not.
        instead_of: phrases of other terms in whose place this one may stand. A passage counts by
            them or by this, whichever scores higher, never by both.
    """

    phrases: tuple[str, ...]
    written: str = ""
    first: bool = False
    instead_of: tuple[str, ...] = ()


def searchable(text: str) -> str:
    """The text as its words are indexed: without letters that are not seen, unspaced ones apart.

    A word of such a script is then a phrase of its letters, wherever it stands.

    >>> searchable("anti\u00addumping"), searchable("HS8542.31\u5173\u7a0e")
    ('antidumping', 'HS 8542.31 \u5173  \u7a0e ')
    """
    if text.isascii():
        return text
    text = UNSEEN.sub("", text)
    apart = _UNSPACED.sub(r" \g<0> ", text)
    return _GLUED.sub(" ", apart) if apart != text else text


def match_expression(terms: Sequence[Term]) -> str:
    """The FTS5 expression that finds any of the terms; empty when there is nothing to find.

    Every phrase is cut to its words and quoted, so that no text is a syntax error.

    >>> match_expression([Term(("de-escalate", "deescalate")), Term(('"war" OR',))])
    '"de escalate" OR "deescalate" OR "war OR"'
    """
    written = (searchable(phrase) for term in terms for phrase in term.phrases)
    phrases = (" ".join(_WORD.findall(phrase)) for phrase in written)
    distinct = list(dict.fromkeys(phrase for phrase in phrases if phrase))
    return " OR ".join(f'"{phrase}"' for phrase in distinct[:_MOST_PHRASES])


def replaced(terms: Sequence[Term]) -> list[Term]:
    """The terms with those that may stand in place of others in their place."""
    gone = {phrase for term in terms for phrase in term.instead_of}
    others = without([term for term in terms if not term.instead_of], gone)
    return [*others, *(term for term in terms if term.instead_of)]


def without(terms: Sequence[Term], phrases: Collection[str]) -> list[Term]:
    """The terms without some phrases; what is left of a term needs no capitals any more."""
    kept = []
    for term in terms:
        left = tuple(phrase for phrase in term.phrases if phrase not in phrases)
        kept.append(term if left == term.phrases else replace(term, phrases=left, written=""))
    return kept


def in_capitals(terms: Sequence[Term]) -> set[str]:
    """Phrases, in small letters, that count only where they stand in capitals."""
    return {term.written.lower() for term in terms if term.written}
