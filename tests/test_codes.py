"""Codes and references are compared digit by digit."""

import doctest

import pytest

from assistant import codes as module
from assistant.checking import check


def test_the_examples_hold():
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("Notice KLM-4410 was withdrawn.", "Notice KLM-4401 was withdrawn."),
        ("The duty on heading 7604.29 is 5%.", "The duty on heading 7604.21 is 5%."),
    ],
)
def test_another_code_is_held_against_a_statement(statement, sentence):
    found = check(statement, [sentence])
    assert (found.vetoed, found.verdict) == (True, "contradicted")
    assert not check(sentence, [f"{sentence} It rained."]).vetoed
