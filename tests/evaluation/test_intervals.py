"""Confidence intervals against published ones, and at their ends."""

import doctest

import pytest

from assistant.evaluation import intervals
from assistant.evaluation.intervals import balanced, mean, pooled, share, wilson


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(intervals).failed == 0


def test_wilsons_interval_is_the_published_one():
    """Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I."""
    for hits, total, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)):
        assert wilson(hits, total) == pytest.approx((low, high), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


def test_there_is_no_estimate_of_nothing():
    assert share([]) is mean([], 0) is pooled([], 0) is pooled([(0, 0)], 0) is None
    assert balanced(share([True]), None) is None


def test_an_estimate_is_the_same_at_each_run_and_holds_its_value():
    values = [0.0, 1.0] * 50
    assert mean(values, 0) == mean(values, 0)
    for found in (mean(values, 0), share(map(bool, values)), pooled([(1, 2)] * 50, 0)):
        assert found.low < found.value == 0.5 < found.high
        assert (found.numerator, found.denominator) == (50, 100)
    # A hundred coins: the standard error of their mean is 0.05.
    assert mean(values, 0).low == pytest.approx(0.5 - 1.96 * 0.05, abs=0.02)


def test_the_interval_of_a_mean_of_two_shares_is_narrower_than_theirs():
    one, other = share([True] * 30 + [False] * 10), share([True] * 20 + [False] * 20)
    both = balanced(one, other)
    assert both.value == 0.625
    assert both.high - both.low < (one.high - one.low + other.high - other.low) / 2
    assert both.numerator is both.denominator is None
