"""What a model says is told apart from what it thinks, and silence from an answer."""

import pytest

from assistant.errors import ModelRefusedError
from assistant.models.chat.spoken import Piece, spoken


def said(*texts, end="stop"):
    """What a reader has at the end of these pieces."""
    heard = ""
    for piece in spoken(iter([*map(Piece, texts), Piece("", end=end)]), "m"):
        heard = piece.text if piece.starts_over else heard + piece.text
    return heard


@pytest.mark.parametrize(
    "texts",
    [
        ["<think>Is it 99%?</think>Yes: It is 7%."],
        ["<th", "ink>", "Is it ", "99%?</th", "ink>\n\n", "Yes: It is 7%."],
        ["\n<thinking>", "99%", "</thinking>", "Yes: It is 7%."],
        ["Is it 99%? ", "Maybe.", "</think>", "\n\nYes: It is 7%."],
        ["Is it 99%? </thi", "nk>Yes: It is 7%."],
    ],
)
def test_thinking_is_never_told(texts):
    assert said(*texts) == "Yes: It is 7%."


@pytest.mark.parametrize("texts", [["Yes: a < b."], ["<", "b>Yes</b>"], ["<"], ["Yes: <think"]])
def test_what_is_no_thinking_is_told_as_it_is(texts):
    assert said(*texts) == "".join(texts)


def test_a_reply_without_thinking_is_not_held_back():
    pieces = spoken(iter([Piece("Yes"), Piece(": so.")]), "m")
    assert next(pieces).text == "Yes"


def test_the_probabilities_are_those_of_what_is_said_first():
    pieces = [Piece("<think>", {"No": 1.0}), Piece("</think>", {}), Piece("Yes", {"Yes": 0.9})]
    assert [p.probabilities for p in spoken(iter(pieces), "m") if p.text] == [{"Yes": 0.9}]


@pytest.mark.parametrize(
    ("texts", "end", "told"),
    [
        ([], "stop", "answered nothing"),
        (["  \n"], "stop", "answered nothing"),
        ([], "length", "room for thinking"),
        (["<think>Is it", " 99%?"], "length", "room for thinking"),
        (["<think>99%</think>"], "stop", "room for thinking"),
        ([], "tool_calls", "called a tool"),
        ([], "content_filter", "filter"),
    ],
)
def test_a_reply_that_says_nothing_is_a_failure_told_in_one_line(texts, end, told):
    with pytest.raises(ModelRefusedError, match=told) as refused:
        said(*texts, end=end)
    assert "\n" not in str(refused.value)
    assert "--llm" in str(refused.value)
