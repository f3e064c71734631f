import doctest

import pytest

from assistant import conversation
from assistant.conversation import standalone


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(conversation).failed == 0


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        ("What did Chile sign?", "And when?", "What did Chile sign, and when?"),
        ("Will they meet Smith?", "By when?", "Will they meet Smith, and by when?"),
        ("Does it include Peru?", "What about Chile?", "Does it include Chile?"),
        ("Who leads Peru?", "How old is he?", "Who leads Peru? How old is he?"),
        ("Is the tax in Peru new?", "Who wrote its text?", "Who wrote Peru's text?"),
    ],
)
def test_a_question_that_leans_takes_what_it_needs_from_the_one_before(
    before, question, understood
):
    assert standalone(question, [before]) == understood


@pytest.mark.parametrize(
    "question",
    [
        "Who leads Chile?",
        "What does Ottawa say about its trade deal?",
        "Which firms mine copper in the north?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question):
    assert standalone(question, ["Does the trip include Peru?"]) == question


def test_only_the_users_own_words_are_used_of_a_turn():
    with_answer = standalone("And when?", [("What did Chile sign?", "Brazil signed it in May.")])
    assert with_answer == "What did Chile sign, and when?"


def test_leaning_questions_build_on_each_other():
    asked = ["Does the trip include Japan?", "Who is its prime minister?"]
    assert standalone("And since when?", asked) == "Who is Japan's prime minister, and since when?"
