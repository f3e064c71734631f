"""What servers send instead of an answer or of vectors: one line that tells it, and no refusal."""

from __future__ import annotations

import pytest

from assistant import Assistant
from assistant.errors import ModelError
from tests.fake_openai import Failure, Raw, Reply

QUESTION = "How much is the toll on barges?"
PAGE = Raw(b"<!DOCTYPE html><html><head><title>Log in first</title></head></html>", "text/html")
QUOTA = Raw(b'{"error": {"message": "your credit is spent", "code": 402}}')


@pytest.fixture
def docs(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "toll.txt").write_text("The toll on barges is 31 crowns.\n", encoding="utf-8")
    return folder


def asked(docs, folder, **models):
    with Assistant.open(folder / "index", **{"llm": "none", **models}) as assistant:
        assistant.index([docs])
        return assistant.ask(QUESTION)


def failure(docs, folder, **models) -> str:
    """What is told where a question, or the run before it, ends with a fault of a model."""
    with pytest.raises(ModelError) as raised:
        asked(docs, folder, **models)
    assert raised.value.exit_code == 5
    return str(raised.value)


@pytest.mark.parametrize(
    ("sent", "told"),
    [(PAGE, "a web page (Log in first)"), (QUOTA, "your credit is spent"), (Raw(b""), "nothing")],
)
@pytest.mark.parametrize("part", ["llm", "embedding"])
def test_what_came_is_told_and_is_no_refusal(docs, tmp_path, fake_openai, part, sent, told):
    fake_openai.otherwise = fake_openai.embedding_otherwise = sent
    message = failure(docs, tmp_path, **{part: fake_openai.spec})
    assert told in message
    assert "end in /v1" not in message


def test_the_end_of_an_address_is_hinted_at_where_embeddings_are_a_page(
    docs, tmp_path, fake_openai
):
    fake_openai.embedding_otherwise = PAGE
    spec = fake_openai.spec.removesuffix("/v1")
    assert "end in /v1" in failure(docs, tmp_path, embedding=spec)


def test_a_text_that_an_embedding_server_finds_too_long_is_told(docs, tmp_path, fake_openai):
    fake_openai.embedding_otherwise = Failure(400, "input is too long: at most 90 tokens")
    assert "at most 90 tokens" in failure(docs, tmp_path, embedding=fake_openai.spec)


@pytest.mark.parametrize("status", [400, 422])
def test_a_server_that_knows_few_parameters_answers(docs, tmp_path, fake_openai, status):
    fake_openai.refuses = {"logprobs", "top_logprobs", "stream_options", "temperature"}
    fake_openai.refusal = status
    fake_openai.otherwise = Reply("Yes: The toll on barges is 31 crowns. [1]", {})
    answer = asked(docs, tmp_path, llm=fake_openai.spec)
    assert answer.text.startswith("The toll on barges is 31 crowns.")
