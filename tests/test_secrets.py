"""What is taken for a secret, and what is shown of it."""

import pytest

from assistant.secrets import holds_secret, is_secret_name, masked

KEY = "sk-proj-abcdefghij0123456789"


@pytest.mark.parametrize(
    "name", "api_key openai_api_key OPENAI-API-KEY apiKey token password secret access_key".split()
)
def test_names_of_keys_and_passwords_are_known(name):
    assert is_secret_name(name)


@pytest.mark.parametrize("name", "llm quotes evidence_tokens monkey keyboard".split())
def test_other_names_are_no_secrets(name):
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("m@http://me:pw@host/v1", "m@http://***@host/v1"),
        ("http://me@host:8000", "http://***@host:8000"),
        ("http://me:p/w@host", "http://***@host"),
        ("m@https://host/v1?api_key=abc&x=1", "m@https://host/v1?api_key=***&x=1"),
        (f"openai/{KEY}", "openai/***"),
    ],
)
def test_a_secret_is_found_in_a_value_and_masked(value, shown):
    assert holds_secret(value)
    assert masked(value, {}) == shown


@pytest.mark.parametrize(
    "value",
    ["qwen3@http://127.0.0.1:8000/v1", "sk-learn-a-model-of-many-words", "hf_questions.gguf", 7],
)
def test_what_holds_no_secret_is_shown_as_it_is(value):
    assert not holds_secret(value)
    assert masked(str(value), {}) == str(value)


def test_the_key_of_the_environment_is_masked_but_a_placeholder_is_not():
    assert masked("x verysecret y", {"OPENAI_API_KEY": "verysecret"}) == "x *** y"
    assert masked("none", {"OPENAI_API_KEY": "none"}) == "none"
