"""Each kind of faithful paraphrase on sentences made up here."""

from random import Random

import pytest

from tests.bench.perturbation.altering import Source
from tests.bench.perturbation.paraphrasing import KINDS, paraphrased


def results(kind, text, following=""):
    source = Source(text, following, text)
    made = (paraphrased(kind, source, Random(seed)) for seed in range(20))
    return {change.text for change in made if change}


@pytest.mark.parametrize(
    ("kind", "text", "one"),
    [
        ("identity", "The mill was sold.", "The mill was sold."),
        ("reordered", "In 1931, the mill was sold.", "The mill was sold in 1931."),
        ("reordered", "The mill was sold in 1931.", "In 1931, the mill was sold."),
        ("reordered", "If prices fall, the mill closes.", "The mill closes if prices fall."),
        (
            "split",
            "The mill was closed in spring, and the bank was sold to Norland.",
            "The mill was closed in spring.",
        ),
        ("passive", "The mill was built by Olin Hart.", "Olin Hart built the mill."),
        ("passive", "Hartco bought the mill in 1931.", "The mill was bought by Hartco in 1931."),
        ("figures", "It cost $8.5 million in 1931.", "It cost 8.5 million dollars in 1931."),
        ("figures", "It fell by 5% that year.", "It fell by 5 percent that year."),
        ("figures", "It took two mills to do it.", "It took 2 mills to do it."),
        ("dates", "It closed on November 1.", "It closed on 1 November."),
        ("dates", "It closed on November 1.", "It closed on Nov. 1."),
        ("dates", "It closed on 1 May 1931.", "It closed on May 1, 1931."),
        ("abbreviated", "The prize went to Mr. Olin Hart.", "The prize went to Mr. Hart."),
        ("abbreviated", "It left the United States late.", "It left the U.S. late."),
        ("synonyms", "Hart said that it works.", "Hart stated that it works."),
        ("synonyms", "It closed in order to save fuel.", "It closed to save fuel."),
        (
            "synonyms",
            "The mill was closed early, but the bank paid for it.",
            "Although the mill was closed early, the bank paid for it.",
        ),
        ("shortened", "The mill, which was very old, was sold.", "The mill was sold."),
        (
            "attributed",
            "According to Hart, the mill closed.",
            "The mill closed, according to Hart.",
        ),
        (
            "attributed",
            "The mill closed, according to Hart.",
            "According to Hart, the mill closed.",
        ),
    ],
)
def test_a_kind_tells_the_same_otherwise(kind, text, one):
    assert one in results(kind, text)


def test_neighbours_are_joined_by_and():
    made = results("merged", "The mill closed in May.", "The bank moved.")
    assert made == {"The mill closed in May, and the bank moved."}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("reordered", "In 1931, the mill that he built was sold."),  # would hang on "built"
        ("split", "If prices fall, the mill is closed, and the bank is sold to Norland."),
        ("passive", "The mill was built by Royal Charter."),
        ("passive", "Hartco became the owner in 1931."),
        ("dates", "It closed between May 1-4."),
        ("abbreviated", "They met on the George Hart Bridge."),
        ("shortened", "All mills (except the old one) were sold."),
        ("attributed", "According to Hart, a miller, it closed."),
    ],
)
def test_what_is_not_sure_is_left_alone(kind, text):
    assert not results(kind, text)


def test_every_kind_is_described():
    assert all(rule.__doc__ for rule in KINDS.values())
