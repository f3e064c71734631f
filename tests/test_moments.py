"""Dates are read by their parts, with the deadline that the word before them makes."""

import doctest

import pytest

from assistant import moments as module
from assistant.moments import moments


def test_the_examples_hold():
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("text", "parts", "deadline"),
    [
        ("by Nov. 1", {"month": 11, "day": 1}, "by"),
        ("on 1 November", {"month": 11, "day": 1}, "on"),
        ("on 2029-11-01", {"year": 2029, "month": 11, "day": 1}, "on"),
        ("since Friday", {"weekday": 5}, "after"),
        ("in March", {"month": 3}, "on"),
    ],
)
def test_dates_are_read_with_their_deadlines(text, parts, deadline):
    [found] = moments(f"It opened {text}.")
    assert (dict(found.parts), found.deadline) == (parts, deadline)


@pytest.mark.parametrize(
    ("wanted", "other", "said"),
    [
        ("in November", "on 1 November 2029", True),
        ("on May 3rd", "on 3 May", True),
        ("on 03/05/2029", "on 3 May 2029", True),
        ("on 03/05/2029", "on 5 March 2029", True),
        ("on 3 May", "on 13 May", False),
        ("on a Friday", "on 1 June 2029", True),
        ("on a Monday", "on 1 June 2029", False),
    ],
)
def test_a_date_is_said_by_the_same_or_a_more_exact_one(wanted, other, said):
    [one], [two] = moments(f"It opened {wanted}."), moments(f"It opened {other}.")
    assert one.is_said_by(two) is said
