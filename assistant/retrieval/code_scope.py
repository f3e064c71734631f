"""Sentences about the code that a question names, without those about its neighbours.

Search and vectors find "8542.32" beside "8542.31", and a sentence that names no code itself ("The
duty is 2.4%.") is about the one named last before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.language import Code, codes_in, numbered_in, stands_in
from assistant.retrieval.evidence_selection import Candidate

_DIGITS = re.compile(r"\d+")
_FIGURES = re.compile(r"(?<![\w.,])\d{6,10}(?![\w%]|[.,]\d)")


def of_asked_codes(question: str, pool: Sequence[Candidate]) -> list[Candidate]:
    """Leave out the sentences about another code or number of a kind that is asked for.

    Nothing is left out where no sentence is about a code of the question.
    """
    pool = _of_asked_numbers(question, pool)
    asked = [*codes_in(question), *_bare(question, pool)]
    if not asked:
        return list(pool)
    kinds = {_kind(code) for code in asked}
    about = [_about(each, kinds) for each in pool]
    meant = [any(stands_in(code, text) for code in asked) for text, _ in about]
    if not any(meant):
        return list(pool)
    return [
        each
        for each, is_meant, (_, codes) in zip(pool, meant, about, strict=True)
        if is_meant or all(_holds(code, asked) for code in codes)
    ]


def _of_asked_numbers(question: str, pool: Sequence[Candidate]) -> list[Candidate]:
    """Without sentences on "pier 5" where "pier 4" is asked for and told of."""
    kept = list(pool)
    for noun, numbers in numbered_in(question).items():
        theirs = [numbered_in(each.text).get(noun, numbers) for each in kept]
        if any(
            noun in numbered_in(e.text) and t & numbers for e, t in zip(kept, theirs, strict=True)
        ):
            kept = [each for each, their in zip(kept, theirs, strict=True) if their & numbers]
    return kept


def _bare(question: str, pool: Sequence[Candidate]) -> list[Code]:
    """Codes of the pool that the question gives by their figures alone: "760120" for "7601.20"."""
    figures = set(_FIGURES.findall(question))
    return [code for each in pool for code in _codes(each.text) if code.value in figures]


def _codes(text: str) -> list[Code]:
    """The codes of a text, and numbers of many figures in a row, as tables give codes."""
    plain = (Code(found[0], found[0], found.start()) for found in _FIGURES.finditer(text))
    return [*codes_in(text), *plain]


def _about(each: Candidate, kinds: set[tuple[str, int]]) -> tuple[str, list[Code]]:
    """The words that tell which codes of these kinds a sentence is about, and the codes."""
    passage = each.hit.passage
    before = passage.document.text[passage.start : each.sentence.start]
    for text in (each.text, before, passage.heading, passage.document.title):
        codes = [code for code in _codes(text) if _kind(code) in kinds]
        if codes and text is each.text:
            return text, codes
        if codes:
            return text[codes[-1].start :], codes[-1:]
    return "", []


def _kind(code: Code) -> tuple[str, int]:
    """Its letters, and how long its first number is: a chapter's codes are of one kind.

    Figures alone may be an amount, so all of them count.
    """
    if _FIGURES.fullmatch(code.shown):
        return "figures", len(code.shown)
    first = _DIGITS.search(code.shown)
    return _DIGITS.sub("", code.value), min(4, len(first[0]) if first else 0)


def _holds(code: Code, asked: Sequence[Code]) -> bool:
    """Whether what is said of a code holds for one that is asked for, which is a part of it."""
    return any(each.value.startswith(code.value) for each in asked)
