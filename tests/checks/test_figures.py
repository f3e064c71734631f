import pytest

from assistant.checks.dates import dates
from assistant.checks.figures import numbers

FUND = "Lima will spend more than $8.5 billion on 12 ports by March 3, up 24% from 2019."


@pytest.mark.parametrize(
    "statement",
    [
        "Lima will spend more than 8.5 billion dollars.",
        "Lima will spend over $8,500 million on twelve ports.",
        "It is up 24 percent.",
        "It is up from 2019.",
    ],
)
def test_a_number_may_be_written_otherwise(told, statement):
    assert told(numbers, statement, FUND) == []


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("It is up 42%.", ("contradicted", "the cited words have 24%, not 42%")),
        ("It spends more than $8.5 million.",
         ("contradicted", "the cited words have $8.5 billion, not $8.5 million")),
        ("It spends less than $8.5 billion.",
         ("contradicted",
          "the cited words say “more than $8.5 billion”, not “less than $8.5 billion”")),
        ("It employs 900 dockers.",
         ("unsupported", "the cited words do not have the number 900")),
    ],
)  # fmt: skip
def test_another_value_scale_or_comparison_is_told_beside_the_right_one(told, statement, finding):
    assert told(numbers, statement, FUND) == [finding]


def test_a_rounded_number_is_near_the_exact_one(told):
    assert told(numbers, "Exports rose by about 9%.", "Exports rose by 8.9%.") == []
    assert told(numbers, "Exports rose by about 12%.", "Exports rose by 8.9%.")


def test_a_number_counts_the_same_things(told):
    ships = "The port received 40 ships and 300 trucks."
    assert told(numbers, "It received 300 trucks.", ships) == []
    [(verdict, text)] = told(numbers, "It received 40 trucks.", ships)
    assert verdict == "contradicted"
    assert text == "in the cited words 40 is the number of something else"


@pytest.mark.parametrize("statement", ["It spends it by 3 March.", "The date is Mar. 3."])
def test_a_date_may_be_written_otherwise(told, statement):
    assert told(dates, statement, FUND) == []


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("It spends it by March 13.", "the cited words have by March 3, not by March 13"),
        ("It spends it after March 3.", "the cited words say “by March 3”, not “after March 3”"),
    ],
)
def test_another_date_or_deadline_is_told(told, statement, finding):
    assert told(dates, statement, FUND) == [("contradicted", finding)]


def test_a_date_that_the_sentences_lack_is_unsupported(told):
    [(verdict, text)] = told(dates, "The talks end on Friday.", "The talks end.")
    assert (verdict, text) == ("unsupported", "the cited words do not have the date on Friday")
