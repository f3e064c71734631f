"""Language models that LlamaIndex has a class for: its own mock, a provider's class, a user's."""

import subprocess
import sys

import pytest

from assistant import Assistant
from assistant.errors import ModelRefusedError, ModelUnreachableError, UsageError
from assistant.models.chat import Model, open_model, parse_spec
from tests.fake_openai import Drop, Reply

CLASSES = "llamaindex:tests.llamaindex_classes"
MOCK = "llamaindex:llama_index.core.llms:MockLLM"
SAID = (
    "Trump has threatened a 100% tariff on Chinese products by November 1 if Beijing does not ease "
    "its restrictions."
)
MESSAGES = [
    {"role": "system", "content": "Answer."},
    {"role": "user", "content": "It rose by 4%. What rose?"},
]


def opened(spec) -> Model:
    return open_model(parse_spec(spec), timeout=5, retries=0)


def said(model, most=50):
    return "".join(piece.text for piece in model.stream(MESSAGES, max_tokens=most))


@pytest.fixture
def openai_spec(fake_openai, monkeypatch):
    """OpenAI's own class of LlamaIndex's, whose server is the scripted one."""
    fake_openai.models = ["gpt-4o-mini"]
    monkeypatch.setenv("SHOP_KEY", "k-123")
    return (
        "llamaindex:llama_index.llms.openai:OpenAI?model=gpt-4o-mini"
        f"&api_base={fake_openai.base_url}&api_key=$SHOP_KEY"
    )


def test_the_mock_is_told_all_messages_in_order():
    assert said(opened(MOCK)) == "system: Answer.\nuser: It rose by 4%. What rose?\nassistant: "


def test_a_spec_shows_which_class_is_sent_what_is_asked():
    spec = parse_spec(f"{MOCK}?max_tokens=3")
    assert (spec.kind, spec.name) == ("llamaindex", "MockLLM")
    assert spec.server == "llama_index.core.llms:MockLLM, and by that to its provider"
    assert said(opened(f"{MOCK}?max_tokens=3")) == "text text text"


def test_naming_a_class_imports_nothing():
    program = (
        f"import sys; from assistant.models.chat import parse_spec; parse_spec({MOCK!r});"
        "print('llama_index' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "False\n"


def test_a_provider_is_asked_for_no_more_than_wanted_and_with_no_chance(openai_spec, fake_openai):
    fake_openai.script = [Reply("Yes one two three four five")] * 2
    model = opened(openai_spec)
    pieces = list(model.stream(MESSAGES, max_tokens=50))
    assert "".join(piece.text for piece in pieces) == "Yes one two three four five"
    assert pieces[-1].end == "stop"
    _, first, _ = model.first_token(MESSAGES)
    assert first == "Yes one two three"
    (body, *_) = fake_openai.chats
    assert body["temperature"] == 0
    assert [m["content"] for m in body["messages"]] == [m["content"] for m in MESSAGES]
    assert fake_openai.requests[0].headers["authorization"] == "Bearer k-123"


def test_a_model_that_cannot_stream_is_asked_for_the_whole():
    assert said(opened(f"{CLASSES}:WholeLLM?reply=It%20rose.")) == "It rose."


def test_a_refusal_and_a_broken_answer_are_told_apart_and_hold_no_key(openai_spec, fake_openai):
    with pytest.raises(ModelRefusedError, match="RefusingLLM refused the request") as refused:
        said(opened(f"{CLASSES}:RefusingLLM"))
    assert "sk-0123" not in str(refused.value)
    assert "\n" not in str(refused.value)
    fake_openai.script = [Drop()]
    with pytest.raises(ModelUnreachableError, match="OpenAI/gpt-4o-mini gives no answer"):
        said(opened(openai_spec))


def test_a_class_that_is_not_there_is_told_when_it_is_wanted(index, quick_start):
    missing = "llamaindex:llama_index.llms.anthropic:Anthropic?model=claude"
    with (
        Assistant.open(index, llm=missing) as assistant,
        pytest.raises(UsageError, match="pip install llama-index-llms-anthropic"),
    ):
        assistant.ask("What tariff has Trump threatened, and by when?")


def test_a_question_is_answered_by_a_class_and_checked(
    index, quick_start, openai_spec, fake_openai
):
    fake_openai.script = [Reply(f"Yes: {SAID} [1]")]
    with Assistant.open(index, llm=openai_spec, retries=0) as assistant:
        answer = assistant.ask("What tariff has Trump threatened, and by when?")
        assert assistant.sends_to.startswith("llama_index.llms.openai:OpenAI")
    assert answer.model == "OpenAI/gpt-4o-mini"
    assert answer.text == f"{SAID} [1]"
