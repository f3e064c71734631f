import doctest

import pytest

from assistant.language import facts
from assistant.language.facts import missing_dates, missing_names, missing_numbers


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(facts).failed == 0


@pytest.mark.parametrize(
    ("statement", "cited"),
    [
        ("a 100 percent tariff", "a 100% tariff"),
        ("a 100% tariff", "a 100 per cent tariff"),
        ("$8.5bn", "$8.5 billion"),
        ("1,000 jobs", "1000 jobs"),
        ("3.50", "3.5"),
        ("five nations", "5 nations"),
        ("a deal of 8.5", "an $8.5 billion deal"),
        ("on November 1", "on Nov. 1"),  # a day is compared as a date
    ],
)
def test_a_number_written_another_way_is_the_same_number(statement, cited):
    assert missing_numbers(statement, cited) == []


@pytest.mark.parametrize(
    ("statement", "cited", "missing"),
    [
        ("a 10% tariff", "a 100% tariff", ["10%"]),
        ("8.5 million", "$8.5 billion", ["8.5 million"]),
        ("85 billion", "$8.5 billion", ["85 billion"]),
        ("a 100% tariff", "100 tariffs", ["100%"]),
        ("seven nations", "six nations", ["seven"]),
        ("in 2026", "in 2025", ["2026"]),
    ],
)
def test_another_number_is_missing(statement, cited, missing):
    assert missing_numbers(statement, cited) == missing


@pytest.mark.parametrize(
    ("statement", "cited", "missing"),
    [
        ("by Nov. 1", "by November 1", []),
        ("by 1 November", "by November 1st", []),
        ("by November 2", "by November 1", ["November 2"]),
        ("in December", "in November", ["December"]),
        ("on Friday", "on Monday", ["Friday"]),
        ("it may rise", "it could rise", []),
    ],
)
def test_dates_are_compared_by_what_they_mean(statement, cited, missing):
    assert missing_dates(statement, cited) == missing


@pytest.mark.parametrize(
    ("statement", "cited", "missing"),
    [
        ("Lee Jae Myung spoke", "President Lee Jae Myung will speak", []),
        ("Lee Jae Yong spoke", "President Lee Jae Myung will speak", ["Yong"]),
        ("China’s exports", "exports of China", []),
        ("the US said", "the United States said", []),
        ("the United States said", "the U.S. said", []),
        ("at APEC", "the Asia-Pacific Economic Cooperation forum", []),
        ("Biden said", "Trump said", ["Biden"]),
        ("The deal was signed", "a deal was signed", []),
        ("Officials said so", "officials said so", []),
        ("Tariffs on Peru and Chile", "tariffs on Peru", ["Chile"]),
        ("the US-Peru pact", "a U.S. pact with Peru", []),
        ("the US-Chile pact", "a U.S. pact with Peru", ["US-Chile"]),
        ("a pact with Peru", "the US-Peru pact", []),
        ("on November 1", "nothing", []),  # a month is compared as a date
    ],
)
def test_names_are_found_as_they_are_commonly_written(statement, cited, missing):
    assert missing_names(statement, cited) == missing
