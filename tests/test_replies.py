import doctest

import pytest

from assistant import replies
from assistant.replies import Claim, body, claims, confidence, is_no


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(replies).failed == 0


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("Yes: It rose [1]. It fell [2].", [Claim("It rose.", (1,)), Claim("It fell.", (2,))]),
        ("Yes: It rose. [1] It fell. [2]", [Claim("It rose.", (1,)), Claim("It fell.", (2,))]),
        ("It rose by 5% [1] and fell [2].", [Claim("It rose by 5% and fell.", (1, 2))]),
        ("Yes: The U.S. said so. [1][1]", [Claim("The U.S. said so.", (1,))]),
        ("Yes: It rose.", [Claim("It rose.", ())]),
        ("Yes: It rose 【2】", [Claim("It rose", (2,))]),
        ("It rose. [2-4]", [Claim("It rose.", (2, 3, 4))]),
        ("[1]", []),
        ("", []),
        ("Yes.", []),
    ],
)
def test_markers_go_to_the_sentence_they_stand_in_or_follow(reply, expected):
    assert claims(reply) == expected


def test_a_marker_of_absurd_size_is_bounded():
    assert len(claims("It rose. [1-999999999]")[0].cited) <= 21


@pytest.mark.parametrize("reply", ["No.", "no", "No, they do not say.", " **No**"])
def test_a_refusal_is_told_from(reply):
    assert is_no(reply)


@pytest.mark.parametrize(
    "reply", ["Yes: no one signed.", "Nobody", "Norway did.", "None of them", ""]
)
def test_words_that_only_begin_like_a_refusal_are_none(reply):
    assert not is_no(reply)


def test_nothing_is_shown_while_the_reply_may_still_say_no():
    assert body("Yes", finished=False) == ""
    assert body("Yes: It rose", finished=False) == "It rose"


def test_a_first_token_about_neither_yes_nor_no_gives_no_confidence():
    assert confidence({"The": 0.9}) is None
    assert confidence({}) is None
