"""Which embedding model: what a SPEC names, what an index records, and who is sent the key."""

import pytest

from assistant.errors import UsageError
from assistant.models.chat.openai import OLLAMA_URL
from assistant.models.embeddings.minilm import MiniLM
from assistant.models.embeddings.registry import OPENAI_URL, named, recorded
from assistant.models.embeddings.static import StaticEmbedder

KEYED = {"OPENAI_API_KEY": "k"}


@pytest.mark.parametrize(
    ("spec", "name", "url"),
    [
        ("openai/m", "openai/m", OPENAI_URL),
        (f"m@{OPENAI_URL}/", "openai/m", f"{OPENAI_URL}/"),
        ("ollama/nomic-embed-text", "ollama/nomic-embed-text", OLLAMA_URL),
        ("m@http://h:1/v1", "m@http://h:1/v1", "http://h:1/v1"),
        ("org/m@https://h/v1/", "org/m@https://h/v1", "https://h/v1/"),
        ("m@http://me:hidden@h/v1?key=hidden", "m@http://h/v1", "http://me:hidden@h/v1?key=hidden"),
    ],
)
def test_a_spec_names_a_model_whose_name_holds_its_place_and_no_secret(spec, name, url):
    choice = named(spec, {})
    assert (choice.name, choice.server.base_url) == (name, url)


def test_minilm_is_the_one_in_this_process():
    assert named("minilm", {}).name == MiniLM.name == recorded(MiniLM.name, {}).name
    assert named("minilm", {}).server is None
    minilm = MiniLM()
    assert named("minilm", {}).open(minilm, 384, timeout=1, retries=0) is minilm


def test_the_static_one_is_in_this_process_too():
    choice = named("static", {})
    assert choice == recorded(StaticEmbedder.name, {})
    assert isinstance(choice.open(MiniLM(), None, timeout=1, retries=0), StaticEmbedder)


def test_openai_by_another_address_is_another_model():
    assert named("openai/m", {"OPENAI_BASE_URL": "http://h/v1"}).name == "m@http://h/v1"
    assert named("openai/m", {"OPENAI_BASE_URL": OPENAI_URL}).name == "openai/m"


def test_ollama_on_another_machine_is_the_same_model():
    choice = named("ollama/m", {"OLLAMA_HOST": "10.0.0.1:1"})
    assert (choice.name, choice.server.base_url) == ("ollama/m", "http://10.0.0.1:1/v1")


@pytest.mark.parametrize(
    "spec",
    ["", "local", "none", "mini", "openai/", "m@", "m@h/v1", "m@http://", "m@http://[h", "x.gguf"],
)
def test_a_spec_that_names_none_is_refused_with_the_forms_there_are(spec):
    with pytest.raises(UsageError, match="minilm, static, openai/<model>"):
        named(spec, {})


def test_a_password_is_not_told():
    with pytest.raises(UsageError) as told:
        named("http://me:hidden@h/v1", {})
    assert "hidden" not in str(told.value)


@pytest.mark.parametrize(
    "spec",
    ["minilm", "static", "openai/m", "ollama/m", "m@http://h:1/v1", "org/m@https://me:pw@h/v1/"],
)
def test_a_recorded_name_names_the_same_model(spec):
    choice = named(spec, {})
    again = recorded(choice.name, {})
    assert again.name == choice.name
    if choice.server:
        assert again.server.model == choice.server.model


def test_a_name_that_nothing_goes_by_is_no_model():
    assert recorded("another-model", {}) is None


def test_an_index_made_at_openai_goes_on_there_wherever_answers_come_from():
    choice = recorded("openai/m", {"OPENAI_BASE_URL": "http://h/v1"})
    assert (choice.name, choice.server.base_url) == ("openai/m", OPENAI_URL)


def test_an_address_that_only_an_index_names_is_not_sent_the_key():
    assert named("m@http://h/v1", KEYED).server.keyed
    assert not recorded("m@http://h/v1", KEYED).server.keyed
    assert recorded("openai/m", KEYED).server.keyed


def test_an_address_that_the_environment_names_as_well_is_sent_what_stands_there():
    choice = recorded("m@http://h/v1", {"OPENAI_BASE_URL": "http://me:pw@h/v1/"})
    assert choice.server.keyed
    assert choice.server.base_url == "http://me:pw@h/v1/"
    assert choice.name == "m@http://h/v1"


@pytest.mark.parametrize(
    ("name", "elsewhere"),
    [
        ("minilm", False),
        ("static", False),
        ("ollama/m", False),
        ("m@http://localhost:1/v1", False),
        ("m@http://[::1]:1/v1", False),
        ("m@http://h:1/v1", True),
        ("openai/m", True),
        ("llamaindex:shop:Embedding", True),
    ],
)
def test_it_is_known_whether_texts_leave_the_machine(name, elsewhere):
    assert named(name, {}).is_elsewhere is elsewhere
