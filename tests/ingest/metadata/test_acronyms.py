"""Acronyms are found where a text defines them, in either order, and nowhere else."""

import doctest
import time

import pytest

from assistant.ingest.metadata import acronyms
from assistant.ingest.metadata.acronyms import definitions


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(acronyms).failed == 0


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        (
            "at the Asia-Pacific Economic Cooperation (APEC)",
            ("APEC", "Asia-Pacific Economic Cooperation"),
        ),
        ("APEC (Asia-Pacific Economic Cooperation)", ("APEC", "Asia-Pacific Economic Cooperation")),
        (
            "ASEAN (the Association of Southeast Asian Nations)",
            ("ASEAN", "Association of Southeast Asian Nations"),
        ),
        ("the World Health Organization (WHO; Geneva)", ("WHO", "World Health Organization")),
        ("the United States (U.S.) said", ("U.S.", "United States")),
        ("of messenger RNA (mRNA)", ("mRNA", "messenger RNA")),
        ("by polymerase chain reaction [PCR]", ("PCR", "polymerase chain reaction")),
        ("and interleukin-6 (IL-6) rose", ("IL-6", "interleukin-6")),
        ("He came. Gross domestic product (“GDP”) fell", ("GDP", "Gross domestic product")),
    ],
)
def test_a_definition_is_found(text, pair):
    assert definitions(text) == (pair,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "APEC (which began in 1989)",
        "the man (He said) went",
        "growth (2025) was (see below) slow (5%)",
        "President Xi (R)",
        "The share price fell (AAPL)",
        "The Goods are Dear. Prices (GDP) fell",
        "in the West (WEST)",
        "a question of style (HSF)",
    ],
)
def test_what_is_no_definition_is_not_taken_for_one(text):
    assert definitions(text) == ()


def test_a_definition_stands_once_and_in_the_order_of_the_text():
    text = "The European Union (EU) and United Nations (UN). The European Union (EU)."
    assert definitions(text) == (("EU", "European Union"), ("UN", "United Nations"))


@pytest.mark.parametrize(
    "text", ["(" * 99_999, "A (" * 33_333, "İ" * 300 + " (II)", "a " * 40_000 + "(AA)"]
)
def test_no_text_takes_long(text):
    started = time.perf_counter()
    definitions(text)
    assert time.perf_counter() - started < 2
