"""What a model wrote, taken apart: yes or no, statements, and the sentences each one names.

Nothing is believed here: whether a statement is true to its sentences is for checking to find.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.segmenting import split_sentences

_MARKER = re.compile(r"\s*[\[【](\d+(?:\s*[,;–-]\s*\d+)*)[\]】]")
_YES = re.compile(r"^[\s\"'*]*yes\b[\s:.,;*–—-]*", re.I)
_NO = re.compile(r"^[\s\"'*]*no(?:\b(?![\w-])|$)", re.I)
_LONGEST_LEAD = 8
"""Characters within which a reply has told yes or no."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement that nothing has checked yet, and the numbers of the sentences it names."""

    text: str
    cited: tuple[int, ...]


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


def body(reply: str, finished: bool = True) -> str:
    """The reply without its leading yes; empty while that may still be coming.

    >>> body("Yes: It rose. [1]")
    'It rose. [1]'
    """
    if not finished and len(reply) < _LONGEST_LEAD:
        return ""
    return _YES.sub("", reply, count=1).lstrip()


def claims(reply: str) -> list[Claim]:
    """The statements of a reply, in order, each with the sentences its markers name.

    >>> claims("Yes: It rose. [1][3] Officials said so [2, 4].")
    [Claim(text='It rose.', cited=(1, 3)), Claim(text='Officials said so.', cited=(2, 4))]
    """
    text, marks = _without_markers(body(reply))
    sentences = split_sentences(text)
    cited: list[list[int]] = [[] for _ in sentences]
    for at, numbers in marks:
        # A marker belongs to the sentence that it stands in or follows.
        begun = [n for n, sentence in enumerate(sentences) if sentence.start < at]
        if begun:
            cited[begun[-1]] += [n for n in numbers if n not in cited[begun[-1]]]
    return [
        Claim(" ".join(text[s.start : s.end].split()), tuple(numbers))
        for s, numbers in zip(sentences, cited, strict=True)
    ]


def _without_markers(text: str) -> tuple[str, list[tuple[int, list[int]]]]:
    """The text without markers, and where each stood in it with the numbers it held."""
    plain, marks, at = "", [], 0
    for found in _MARKER.finditer(text):
        plain += text[at : found.start()]
        at = found.end()
        marks.append((len(plain), _numbers(found[1])))
    return plain + text[at:], marks


def _numbers(inside: str) -> list[int]:
    """The numbers of a marker, ranges spelled out.

    >>> _numbers("1, 3-5")
    [1, 3, 4, 5]
    """
    numbers: list[int] = []
    for part in re.split(r"[,;]", inside):
        first, *rest = [int(n[:4]) for n in re.findall(r"\d+", part)]
        last = rest[-1] if rest else first
        numbers += range(first, min(last, first + 20) + 1) if last >= first else [first]
    return numbers
