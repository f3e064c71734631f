import json

import pytest

from assistant.answers import Answer
from assistant.conversation.answer_json import answer_of
from tests.kept import ANSWER, REFUSAL


@pytest.mark.parametrize("answer", [ANSWER, REFUSAL])
def test_an_answer_read_back_tells_the_same_json(answer):
    told = json.loads(json.dumps(answer.to_dict()))
    read = answer_of(told)
    assert isinstance(read, Answer)
    assert read.to_dict() == told
    assert read.text == answer.text


def test_a_quote_is_the_one_of_then():
    first, second, _ = answer_of(ANSWER.to_dict()).citations
    assert (first.quote, second.quote) == (
        "Peru approved a loan of $2 billion.",
        "Work starts in March.",
    )
    assert first.document.title == "The port at Ilo"


def test_what_is_not_known_of_is_passed_over():
    assert answer_of(ANSWER.to_dict() | {"further": 1}).question == ANSWER.question


@pytest.mark.parametrize(
    ("name", "value", "place"),
    [
        ("version", 2, "version"),
        ("statements", [{"text": 5}], "statements.0"),
        ("citations", [ANSWER.citations[0].to_dict() | {"number": "1"}], "citations.0.number"),
        ("status", "true", "status"),
        ("timings", {"model": float("nan")}, "timings.model"),
        ("question", None, "question"),
        ("question", "\ud800", "answer"),
    ],
)
def test_what_is_no_answer_is_refused_with_its_place(name, value, place):
    with pytest.raises(ValueError, match=place):
        answer_of(ANSWER.to_dict() | {name: value})
