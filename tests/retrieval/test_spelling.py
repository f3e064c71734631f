"""Slips are put right, and other words are not taken for slips."""

import doctest

import pytest

from assistant.retrieval import spelling
from assistant.retrieval.spelling import corrected


def pieces(word):
    """As if every word were equally well known."""
    return 2


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(spelling).failed == 0


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("Takeichi", "Takaichi"),
        ("Takaichii", "Takaichi"),
        ("Tkaaichi", "Takaichi"),
        ("Albanise", "Albanese"),
        ("albanise", "Albanese"),
        ("Malasia", "Malaysia"),
        ("Tawian", "Taiwan"),
    ],
)
def test_a_slip_is_put_right(asked, known):
    assert corrected(asked, ["Tariff", known, "Trip"], pieces) == known


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("Holland", "Hollande"),  # an ending makes another name
        ("Kansai", "Kansas"),
        ("Marin", "Maron"),  # so does a letter of a short one
        ("Loudon", "London"),
        ("Fujisawa", "Fujiwara"),  # and two letters
        ("Peru", "Per"),
        ("Yeats", "yeast"),  # a name is no common word
        ("Xi", "Xii"),
        ("Rovert", "ROVERT"),  # the same word, and an acronym
        ("Asea", "ASEAN"),
    ],
)
def test_another_word_is_no_slip(asked, known):
    assert corrected(asked, [known], pieces) == ""


def test_a_surer_slip_comes_before_a_changed_letter_and_then_the_more_frequent():
    assert corrected("Malasia", ["Malaria", "Malaysia"], pieces) == "Malaysia"
    assert corrected("Takaichi", ["Takaihci", "Takaicih"], pieces) == "Takaihci"
