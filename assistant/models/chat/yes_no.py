"""Yes or no, as a chat model says it: in its first word and in the probabilities of that."""

from __future__ import annotations

import re
from collections.abc import Mapping

_YES = re.compile(r"^[\s\"'*]*yes\b[\s:.,;*–—-]*", re.I)
_NO = re.compile(r"^[\s\"'*]*no(?:\b(?![\w-])|$)", re.I)


def confidence(probabilities: Mapping[str, float]) -> float | None:
    """P(yes) against P(no) of a reply's first token; None when it is about neither.

    >>> confidence({"Yes": 0.6, " yes": 0.1, "No": 0.1, "Maybe": 0.2})
    0.875
    """
    yes = sum(p for token, p in probabilities.items() if token.strip().lower() == "yes")
    no = sum(p for token, p in probabilities.items() if token.strip().lower() == "no")
    return yes / (yes + no) if yes + no > 0.01 else None


def is_no(reply: str) -> bool:
    """Whether a reply says that the sentences do not state the answer.

    >>> is_no("No."), is_no("Norway signed. [1]"), is_no("No-fly zones were set. [2]")
    (True, False, False)
    """
    return _NO.match(reply) is not None


def is_yes(reply: str) -> bool:
    """Whether a reply says that it is so.

    >>> is_yes("Yes."), is_yes("Yesterday.")
    (True, False)
    """
    return _YES.match(reply) is not None


def without_yes(reply: str) -> str:
    """A reply without the "yes" that it begins with.

    >>> without_yes("Yes: It rose.")
    'It rose.'
    """
    return _YES.sub("", reply, count=1)
