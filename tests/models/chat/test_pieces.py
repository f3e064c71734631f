"""A chunk of a completion, whatever stands in it, is read as text, chances, cost and end."""

import math

import pytest

from assistant.answers import Usage
from assistant.models.chat.pieces import Piece, pieces_of


def chunk(delta, **choice):
    return {"choices": [{"delta": delta, **choice}]}


def token(text, **chances):
    top = [{"token": t, "logprob": math.log(p)} for t, p in chances.items()]
    return {"token": text, "top_logprobs": top}


def test_a_chunk_of_several_tokens_is_a_piece_for_each_and_the_last_one_ends():
    tokens = [token("\n", **{"\n": 1.0}), token("Yes", Yes=0.5)]
    given = chunk({"content": "\nYes"}, logprobs={"content": tokens}, finish_reason="stop")
    first, second = pieces_of(given)
    assert (first.text, first.end) == ("\n", "")
    assert (second.text, second.end) == ("Yes", "stop")
    assert second.probabilities == pytest.approx({"Yes": 0.5})


def test_tokens_that_are_not_the_text_do_not_part_it():
    tokens = [token("<s>"), token("Yes", Yes=0.5)]
    (piece,) = pieces_of(chunk({"content": "Yes"}, logprobs={"content": tokens}))
    assert piece.text == "Yes"


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning", "thinking"])
def test_what_is_thought_in_a_field_of_its_own_is_no_text(name):
    assert pieces_of(chunk({name: "Is it?", "content": None})) == [Piece("", thinking=True)]


def test_of_a_content_in_parts_the_text_counts():
    parts = [{"type": "thinking", "thinking": "Is it?"}, {"type": "text", "text": "Yes"}]
    assert pieces_of(chunk({"content": parts}))[0].text == "Yes"


@pytest.mark.parametrize(
    ("delta", "reason", "end"),
    [
        ({}, "length", "length"),
        ({}, None, ""),
        ({"tool_calls": [{"id": "c"}]}, "stop", "tool_calls"),
        ({"function_call": {"name": "f"}}, None, "tool_calls"),
        ({"refusal": "I cannot."}, None, "refusal"),
    ],
)
def test_why_a_reply_ends_is_told_apart(delta, reason, end):
    assert pieces_of(chunk(delta, finish_reason=reason))[0].end == end


def test_the_cost_is_the_servers_count_with_what_a_cache_held():
    counted = {"prompt_tokens": 9, "completion_tokens": 2}
    assert pieces_of({"usage": counted})[0].usage == Usage(9, 2, 1)
    cached = {**counted, "prompt_tokens_details": {"cached_tokens": 7}}
    assert pieces_of({"usage": cached})[0].usage == Usage(9, 2, 1, 7)


def test_llama_cpp_counts_as_it_goes():
    timed = {"prompt_n": 3, "cache_n": 6, "predicted_n": 2}
    assert pieces_of({"timings": timed})[0].usage == Usage(9, 2, 1, 6)
    both = {"usage": {"prompt_tokens": 9, "completion_tokens": 2}, "timings": timed}
    assert pieces_of(both)[0].usage == Usage(9, 2, 1, 6)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"choices": None},
        {"choices": {}},
        {"choices": [None]},
        chunk(None),
        chunk({"content": 7}),
        chunk({"content": ["a", None]}),
        chunk({}, logprobs="x"),
        chunk({}, logprobs={"content": [None]}),
        {"usage": "x", "timings": 7},
        {"usage": {"prompt_tokens": "many", "prompt_tokens_details": 5}},
    ],
)
def test_nothing_in_a_chunk_is_relied_on(given):
    assert [piece.text for piece in pieces_of(given)] == [""]
