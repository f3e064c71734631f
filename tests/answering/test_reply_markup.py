"""A true statement is kept whatever marks a model writes it with, and its addresses are not."""

from __future__ import annotations

import pytest

from assistant.answering.reply_parser import begun, claims


@pytest.mark.parametrize(
    "reply",
    [
        "Yes: **The quay fee is 12 euros.**[^2]\n\n[^2]: quay.txt, p. 9",
        "Yes: The quay fee is 12 euros (https://made-up.example/quay). [2]",
        "Yes: [The quay fee](http://made-up.example/a_(b)) is _12 euros_. [2]",
        "Yes: The quay fee is 12 euros. 【2†quay.txt】",
        "Yes: The quay fee is `12 euros`. ([2])",
        "Yes: The quay fee is 12 euros.<sup>2</sup>",
        "Yes: The quay fee is 12 euros [[2]](#2).",
        "## Answer\n\nYes: The quay fee is 12 euros. [2]",
        "Yes:\n\n- The quay fee is 12 euros. [2]",
        'Yes: {"answer": "The quay fee is 12 euros.", "sources": [2]}',
        '```json\n{"answer": "Yes: The quay fee is 12 euros.", "cited": [2]}\n```',
        '[{"statement": "The quay fee is 12 euros.", "sources": [2]}]',
    ],
)
def test_a_statement_is_the_same_whatever_marks_are_about_it(reply):
    assert [(c.text, c.cited) for c in claims(reply)] == [("The quay fee is 12 euros.", (2,))]


def test_each_statement_of_a_json_value_keeps_its_own_markers():
    reply = (
        '{"statements": [{"text": "It rose.", "ids": [1]}, {"text": "It fell.", "ids": [2, 3]}]}'
    )
    assert [(c.text, c.cited) for c in claims(reply)] == [("It rose.", (1,)), ("It fell.", (2, 3))]


def test_of_json_that_is_torn_the_text_so_far_is_left():
    assert [c.text for c in claims('{"answer": "It rose by 5%. It fe')] == [
        "It rose by 5%.",
        "It fe",
    ]
    assert begun('{"answer": "It rose by 5%. It fe') == []


def test_a_row_of_a_table_is_a_statement_with_the_names_of_its_columns():
    reply = "Yes: | Quay | Fee | Depth |\n|---|---|---|\n| East | 12 euros [1] | 9 m |"
    assert [(c.text, c.cited) for c in claims(reply)] == [("East: Fee 12 euros, Depth 9 m.", (1,))]


@pytest.mark.parametrize(
    "text", ["It is 5 * 3 * 2 and file_name_a.", "Rows [a] and (b) fell -5%.", "In [Oslo] it rose."]
)
def test_what_is_no_mark_stays(text):
    assert [c.text for c in claims(f"Yes: {text} [1]")] == [text]
