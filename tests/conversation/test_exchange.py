import doctest

import pytest

from assistant.conversation import exchange
from assistant.conversation.exchange import exchanged


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(exchange).failed == 0


@pytest.mark.parametrize(
    ("before", "asked", "made"),
    [
        ("Who won the cup in 2014?", "in Peru", "Who won the cup in 2014 in Peru?"),
        ("Is the jab safe for boys in Lima?", "for girls", "Is the jab safe for girls in Lima?"),
        ("Did Fiat buy a mill in Peru?", "Seat", "Did Seat buy a mill in Peru?"),
        ("Did Fiat buy a mill in Peru?", "Chile", "Did Fiat buy a mill in Chile?"),
        ("Does Peru tax coffee?", "Chile too", "Does Chile tax coffee?"),
        ("Did Fiat sue Seat?", "Saab", "Did Fiat sue Seat, and what about Saab?"),
        ("Did prices rise?", "any strikes", "Did prices rise, and any strikes?"),
    ],
)
def test_another_thing_takes_the_place_of_the_one_that_is_of_its_kind(before, asked, made):
    assert exchanged(asked, before) == made
