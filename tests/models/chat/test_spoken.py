"""What a model says is told apart from what it thinks, and silence from an answer."""

import pytest

from assistant.errors import NoAnswerError
from assistant.models.chat.pieces import Piece
from assistant.models.chat.spoken import spoken


def heard(pieces):
    """What a reader has at the end of these pieces."""
    text = ""
    for piece in spoken(iter(pieces), "m"):
        text = piece.text if piece.starts_over else text + piece.text
    return text


def said(*texts, end="stop"):
    return heard([*map(Piece, texts), Piece("", end=end)])


@pytest.mark.parametrize(
    "texts",
    [
        ["<think>Is it 99%?</think>Yes: It is 7%."],
        ["<th", "ink>", "Is it ", "99%?</th", "ink>\n\n", "Yes: It is 7%."],
        ["\n<thinking>", "99%", "</thinking>", "Yes: It is 7%."],
        ["Is it 99%? ", "Maybe.", "</think>", "\n\nYes: It is 7%."],
        ["Is it 99%? </thi", "nk>Yes: It is 7%."],
        ["<think>\n\n</think>\n\n", "Yes: It is 7%."],
        ["<Reasoning>It says </think> somewhere.</Reasoning>", "Yes: It is 7%."],
        ["<think>One.</think>", "<think>Two.</think>", "Yes: It is 7%."],
        ["Let me see.\n<think>\n", "Is it 99%?\n", "</think>\nYes: It is 7%."],
        ["No. One thought.\n</think>\nNo, two.\n</think>\n", "Yes: It is 7%."],
    ],
)
def test_thinking_is_never_told(texts):
    assert said(*texts) == "Yes: It is 7%."


@pytest.mark.parametrize(
    "texts",
    [
        ["Yes: a < b."],
        ["<", "b>Yes</b>"],
        ["<"],
        ["Yes: <think"],
        ["Yes: It is a <reason", " to stay>."],
        ["Yes: It begins with <think>", " and ends with </think>, they wrote."],
    ],
)
def test_what_is_no_thinking_is_told_as_it_is(texts):
    assert said(*texts) == "".join(texts)


def test_a_reply_without_thinking_is_not_held_back():
    pieces = spoken(iter([Piece("Yes"), Piece(": so.")]), "m")
    assert next(pieces).text == "Yes"


def test_what_was_told_before_thinking_ends_is_taken_back_at_once():
    pieces = spoken(iter(map(Piece, ["Hm", " so\n", "</think>", "\n", "Yes"])), "m")
    assert [(p.text, p.starts_over) for p in pieces] == [
        ("Hm", False), (" so\n", False), ("", True), ("", False), ("Yes", False)
    ]  # fmt: skip


def test_whoever_reads_is_told_that_the_model_thinks():
    silent = [Piece("", thinking=True), Piece("Yes")]
    assert [p.thinking for p in spoken(iter(silent), "m")] == [True, True]
    assert [p.thinking for p in spoken(iter([Piece("<think>"), Piece("</think>Yes")]), "m")][-1]
    assert not any(p.thinking for p in spoken(iter([Piece("Yes")]), "m"))


@pytest.mark.parametrize(
    "thinking", [["<think>", "No", "</think>"], ["No", "</think>"], ["<think>No</think>", "\n\n"]]
)
def test_the_probabilities_are_those_of_what_is_said_first(thinking):
    pieces = [*(Piece(text, {"No": 1.0}) for text in thinking), Piece("Yes", {"Yes": 0.9})]
    told = list(spoken(iter(pieces), "m"))
    since = max((n for n, p in enumerate(told) if p.starts_over), default=0)
    assert [p.probabilities for p in told[since:] if p.probabilities] == [{"Yes": 0.9}]


@pytest.mark.parametrize(
    ("texts", "end", "told"),
    [
        ([], "stop", "an empty answer"),
        (["  \n"], "stop", "an empty answer"),
        ([], "length", "room for thinking"),
        (["<think>Is it", " 99%?"], "length", "room for thinking"),
        (["<think>99%</think>"], "stop", "room for thinking"),
        (["99%</think>\n"], "stop", "room for thinking"),
        ([], "tool_calls", "called a tool"),
        ([], "function_call", "called a tool"),
        ([], "content_filter", "withheld its answer"),
        ([], "refusal", "refused to answer"),
    ],
)
def test_a_reply_that_says_nothing_is_a_failure_told_in_one_line(texts, end, told):
    with pytest.raises(NoAnswerError, match=told) as refused:
        said(*texts, end=end)
    assert str(refused.value).isprintable()
    assert "--llm" in str(refused.value)


def test_thinking_in_a_field_of_its_own_that_leads_to_nothing_is_told_as_that():
    with pytest.raises(NoAnswerError, match="room for thinking"):
        heard([Piece("", thinking=True), Piece("", end="stop")])


def test_a_tool_that_was_called_is_told_whatever_the_server_gives_as_reason():
    with pytest.raises(NoAnswerError, match="called a tool"):
        heard([Piece("", end="tool_calls"), Piece("", end="stop")])
