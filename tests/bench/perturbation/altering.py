"""What altering a sentence works with: the sentence and what is around it, and the altered one.

Knows nothing of true and false.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from assistant.language.names import Name, names
from assistant.language.verbs import opened, tidy


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence to be altered, with what its document and others can lend.

    Attributes:
        text: the sentence, in one line.
        following: the sentence after it in the same passage; empty where there is none.
        around: the words of its passage, where nothing that is put in may stand.
        own: names of its document; each text once.
        foreign: names of other documents.
    """

    text: str
    following: str = ""
    around: str = ""
    own: Sequence[Name] = ()
    foreign: Sequence[Name] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A statement made of a sentence.

    Attributes:
        text: its words.
        what: what was done, e.g. `100 -> 50`.
        spans_following: whether it was made of the following sentence as well.
    """

    text: str
    what: str
    spans_following: bool = False


Rule = Callable[[Source, Random], Iterator[Change]]
"""All that one kind of change can make of a sentence; nothing where it does not surely apply."""


def put(text: str, start: int, end: int, new: str, what: str = "") -> Change:
    """The text with `new` for its characters from `start` to `end`; `what` says so otherwise."""
    old = text[start:end]
    told = what or f"{old.strip()} -> {new.strip() or 'nothing'}"
    altered = tidy(text[:start] + new + text[end:])
    return Change(opened(altered) if text[:1].isupper() else altered, told)


def is_clause(words: str) -> bool:
    """Whether words begin as a clause does, and not as a remark on the name before them.

    >>> is_clause("the city grew."), is_clause("senior associate at the centre, it grew.")
    (True, False)
    """
    return "," not in words or bool(
        re.match(r"(?:[A-Z]|(?:the|this|these|it|he|she|they|there|some|many|most|in)\b)", words)
    )


def joined(sentence: str) -> str | None:
    """The sentence as it goes on after a comma; None where its first word may be a name or not.

    >>> joined("The fleet left."), joined("Peru left."), joined("Officials left.")
    ('the fleet left.', 'Peru left.', None)
    """
    word = re.match(r"[A-Z][a-z]*\b", sentence)
    if not word:
        return sentence if sentence[:1].islower() else None
    if word[0] in _MAY_BE_LOWERED:
        return sentence[0].lower() + sentence[1:]
    known = next(names(f"by {sentence}"), None)
    if known is None or known.start != len("by "):
        return None
    sure = known.kind in ("person", "place", "nation") or len(known.text.split()) > 1
    return sentence if sure else None


_MAY_BE_LOWERED = frozenset(
    "The A An In On At By For From It He She They We Its His Her Their Our There Many Some Most "
    "All During Among Under With Two Three Four Five Each Several".split()
)
