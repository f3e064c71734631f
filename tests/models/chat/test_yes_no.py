import doctest

import pytest

from assistant.models.chat import yes_no
from assistant.models.chat.yes_no import confidence, is_no


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(yes_no).failed == 0


@pytest.mark.parametrize("reply", ["No.", "no", "No, they do not say.", " **No**"])
def test_a_refusal_is_told_from(reply):
    assert is_no(reply)


@pytest.mark.parametrize(
    "reply", ["Yes: no one signed.", "Nobody", "Norway did.", "None of them", ""]
)
def test_words_that_only_begin_like_a_refusal_are_none(reply):
    assert not is_no(reply)


def test_a_first_token_about_neither_yes_nor_no_gives_no_confidence():
    assert confidence({"The": 0.9}) is None
    assert confidence({}) is None
