"""A conversation's earlier questions, and the rules that make a follow-up question stand alone.

Only the user's own questions are used: what a model answered may be wrong, and what it said
would then steer the next search. Answering is left to the caller.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Turn = str | tuple[str, str]
"""An earlier question, or a question with the text of its answer."""

_JOINS = re.compile(r"^(?:and|but|or|so|also)\b[ ,]*", re.I)
_WHAT_ABOUT = re.compile(r"^(?:and |but )?(?:what|how) about ", re.I)
_OWNER = re.compile(r"\b(its|his|her|their)\b(?= \w)", re.I)
_PRONOUN = re.compile(
    r"\b(?:it|its|itself|he|him|his|she|her|hers|they|them|their|theirs|this|these|those)\b"
    # "that" points back only where no clause can follow it.
    r"|\b(?:is|was|of|about|for|did|does|by|after|before) that\b(?! [a-z]+s?\b \w+ )",
    re.I,
)
# A capitalised word, with those that follow it, that is not the first word of the question.
_NAME = re.compile(r"(?<=[\w,;:)] )[A-Z][\w.&’'-]*(?: (?:of |the )?[A-Z][\w.&’'-]*)*")
_SHORT = 3
_WORD = re.compile(r"\w+")


def standalone(question: str, history: Sequence[Turn] = ()) -> str:
    """The question with what it takes from the conversation put in; unchanged if it stands alone.

    >>> standalone("And by what date?", ["What tariff is threatened?"])
    'What tariff is threatened, and by what date?'
    >>> standalone("Who is its president?", ["Does the trip include Peru?"])
    "Who is Peru's president?"
    >>> standalone("Who leads Chile?", ["Does the trip include Peru?"])
    'Who leads Chile?'
    """
    asked = [turn if isinstance(turn, str) else turn[0] for turn in history]
    before = ""
    for earlier in asked:
        before = _resolve(earlier, before) if before else earlier.strip()
    return _resolve(question.strip(), before) if before else question.strip()


def _resolve(question: str, before: str) -> str:
    """The question made to stand alone after the (standalone) question `before`."""
    stem = before.rstrip(" ?.!")
    if _WHAT_ABOUT.match(question):
        return _swap_name(_WHAT_ABOUT.sub("", question).rstrip(" ?"), before)
    if _JOINS.match(question) or _is_fragment(question):
        rest = _JOINS.sub("", question)
        return f"{stem}, and {rest[:1].lower()}{rest[1:]}"
    names = _NAME.findall(before)
    pronoun = _PRONOUN.search(question)
    if not pronoun or _NAME.search(question[: pronoun.start()]):
        return question
    if names and _OWNER.match(question, pronoun.start()):
        return _OWNER.sub(_possessive(names[-1]), question, count=1)
    return f"{stem}? {question}"


def _is_fragment(question: str) -> bool:
    """Whether it is too short to be about anything by itself: "By when?", "How much?"."""
    return len(_WORD.findall(question)) <= _SHORT and not _NAME.search(question)


def _swap_name(name: str, before: str) -> str:
    """`before` asked of another name, when it has just one; else the two asked together."""
    names = _NAME.findall(before)
    if len(names) == 1 and name[:1].isupper():
        return before.replace(names[0], name)
    return f"{before.rstrip(' ?.!')}, and what about {name}?"


def _possessive(name: str) -> str:
    name = re.sub(r"['’]s?$", "", name)
    return f"{name}'s"
