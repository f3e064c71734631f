"""What is searched for, as terms, and the full-text expression that finds them.

Pure: running the expression is left to `database`, making terms of a question to `query_terms`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

_MOST_PHRASES = 256
_WORD = re.compile(r"[^\W_]+")


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


def match_expression(terms: Sequence[Term]) -> str:
    """The FTS5 expression that finds any of the terms; empty when there is nothing to find.

    Every phrase is cut to its words and quoted, so that no text is a syntax error.

    >>> match_expression([Term(("de-escalate", "deescalate")), Term(('"war" OR',))])
    '"de escalate" OR "deescalate" OR "war OR"'
    """
    phrases = (" ".join(_WORD.findall(phrase)) for term in terms for phrase in term.phrases)
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
