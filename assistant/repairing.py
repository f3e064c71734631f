"""Statements that differ from their sentences: how a model is told, and what it makes of them.

The words of the request are in `prompts/repair.md`. Whether a restatement is any better is for
checking to find; here it is only held to be about the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_uppercase

from assistant import replies
from assistant.replies import Claim
from assistant.wording import shared_words

MOST_REPAIRED = len(ascii_uppercase)
"""Most statements of one request: each goes by a letter, as sentences go by numbers."""
LEAST_KEPT = 0.5
"""Least share of a statement's content words that its restatement has: else it is another one."""

_LETTERED = re.compile(r"^[\s*\"'(]*([A-Z])[*\"']*[.:)][*\"']*\s+(.*)$")
_DROP = re.compile(r"^[\W_]*drop(?:ped)?\b|\(drop(?:ped)?\)", re.I)


def faults(statements: Sequence[tuple[str, Sequence[str]]]) -> str:
    """What is wrong with each statement, a line each, with the letter it goes by.

    Args:
        statements: at most `MOST_REPAIRED`, each with what differs.

    >>> faults([("It costs $3 million.", ["the cited words do not have the number $3 million"])])
    'A. It costs $3 million. Wrong: the cited words do not have the number $3 million.'
    """
    return "\n".join(
        f"{letter}. {' '.join(text.split())} Wrong: {'; '.join(findings)}."
        for letter, (text, findings) in zip(ascii_uppercase, statements, strict=False)
    )


def restated(reply: str, statements: Sequence[str]) -> list[Claim | None]:
    """The restatement of each statement; None where it was dropped or became another statement.

    >>> restated('A: It costs $2 million. [1]\\nB: drop', ["It costs $3 million.", "It is red."])
    [Claim(text='It costs $2 million.', cited=(1,)), None]
    """
    written = _by_letter(reply, alone=len(statements) == 1)
    return [
        _restatement(written.get(letter, ""), statement)
        for letter, statement in zip(ascii_uppercase, statements, strict=False)
    ]


def _by_letter(reply: str, alone: bool) -> dict[str, str]:
    """What stands behind each letter; a single statement needs none."""
    found = [match for line in reply.splitlines() if (match := _LETTERED.match(line))]
    if alone and not found:
        return {ascii_uppercase[0]: reply}
    return {match[1]: match[2] for match in reversed(found)}


def _restatement(text: str, statement: str) -> Claim | None:
    if _DROP.search(text) or replies.is_no(text):
        return None
    claim = next(iter(replies.claims(text)), None)
    return claim if claim and shared_words(statement, claim.text) >= LEAST_KEPT else None
