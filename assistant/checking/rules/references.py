"""Codes and references: each is the one that the sentences have, or another thing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.checking.comparison import Comparison, Finding
from assistant.language import codes_in, stands_in

_FIGURES = re.compile(r"(?<![\w.,])\d{6,10}(?![\w%]|[.,]\d)")


def is_of_another(compared: Comparison) -> bool:
    """Whether the sentences lack figures that are a code, if anything: they tell of another thing.

    What they have in the place of a number is then no word against the statement.
    """
    told = f"{compared.context}\n{compared.cited}"
    return any(figures not in told for figures in _FIGURES.findall(compared.statement))


def references(compared: Comparison) -> Iterator[Finding]:
    """Codes that stand neither in the sentences nor, as what they are about, before them."""
    there = codes_in(compared.cited)
    for wanted in codes_in(compared.statement):
        if stands_in(wanted, compared.cited) or _is_named_without_number(compared, wanted.shown):
            continue
        rivals = [code for code in there if code.shape == wanted.shape]
        if rivals:
            text = f"the cited words have {rivals[0].shown}, not {wanted.shown}"
            yield Finding("contradicted", text, (rivals[0].shown, wanted.shown))
        elif not _is_the_last_before(compared, wanted.value, wanted.shape):
            text = f"the cited words do not have {wanted.shown}"
            yield Finding("unsupported", text, (wanted.shown,))


def _is_the_last_before(compared: Comparison, value: str, shape: str) -> bool:
    """Whether of the codes before the sentences that look alike it is the last."""
    before = [code.value for code in codes_in(compared.context) if code.shape == shape]
    return before[-1:] == [value]


def _is_named_without_number(compared: Comparison, shown: str) -> bool:
    """Whether the sentences have the word before the number: "Covid" for "COVID-19"."""
    word = re.match(r"[A-Z]{4,}(?=-)", shown)
    return bool(word and re.search(rf"\b{word[0]}\b(?!-?\d)", compared.cited, re.I))
