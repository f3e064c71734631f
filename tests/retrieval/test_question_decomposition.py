"""A question of several parts is split, and a list within one question is not."""

import doctest

import pytest

from assistant.retrieval import question_decomposition
from assistant.retrieval.question_decomposition import split


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(question_decomposition).failed == 0


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("What is X? And when does Y begin?", ("What is X?", "when does Y begin?")),
        (
            "What tariff has Trump threatened, and by when?",
            ("What tariff has Trump threatened?", "by when? (tariff Trump threatened)"),
        ),
        (
            "Who signed the deal, and what is it worth?",
            ("Who signed the deal?", "what is it worth? (signed deal)"),
        ),
        (
            "Who is the prime minister of Japan and what did she say?",
            ("Who is the prime minister of Japan?", "what did she say? (Japan)"),
        ),
        (
            "Did Lee Jae Myung sign it; and is he in Seoul?",
            ("Did Lee Jae Myung sign it?", "is he in Seoul?"),
        ),
        (
            "What is the capital of France and how many people live there?",
            ("What is the capital of France?", "how many people live there?"),
        ),
    ],
)
def test_clauses_that_ask_by_themselves_are_split(question, found):
    assert split(question) == found


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?!",
        "Does the trip include Malaysia, Japan and South Korea?",
        "How do supply and demand set prices?",
        "Who developed, produced, directed, and wrote the film?",
        "Where and when did the talks begin?",
        "What do experts say about how it works and why it fails?",
        "Who said that the U.S. is weak and that China is strong?",
        "What are the causes and effects of what is called inflation?",
        "The deal is large. What is it worth?",
        "What did the U.S. do. Why?",
        "Trump and Xi meet, and who knows when.",
        "What? Who? When is it? Where is it? Why is it? How is it? Who is it?",
    ],
)
def test_what_asks_one_thing_stays_whole(question):
    assert split(question) == ()
