"""The settings: what wins, what is refused, and where things are."""

import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest
from pydantic import ValidationError

from assistant import settings
from assistant.errors import UsageError
from assistant.settings import Settings, default_index, shipped


def test_what_is_given_wins_over_the_environment_which_wins_over_the_default(monkeypatch):
    assert (Settings.load().llm, Settings.load().index) == (None, None)
    monkeypatch.setenv("ASSISTANT_LLM", "none")
    monkeypatch.setenv("ASSISTANT_INDEX", "/there")
    assert (Settings.load().llm, Settings.load().index) == ("none", Path("/there"))
    monkeypatch.setenv("ASSISTANT_EMBEDDING", "minilm")
    assert Settings.load().embedding == "minilm"
    monkeypatch.setenv("ASSISTANT_VECTORS", "local")
    assert Settings.load().vectors == "local"
    given = Settings.load(llm="local", index="/here", embedding="openai/m")
    assert (given.llm, given.index) == ("local", Path("/here"))
    assert given.embedding == "openai/m"


def test_none_is_not_given(monkeypatch):
    monkeypatch.setenv("ASSISTANT_LLM", "none")
    assert Settings.load(llm=None, strict=None) == Settings(llm="none")


def test_an_empty_variable_is_no_variable(monkeypatch):
    monkeypatch.setenv("ASSISTANT_LLM", "")
    monkeypatch.setenv("ASSISTANT_EMBEDDING", "")
    monkeypatch.setenv("ASSISTANT_VECTORS", "")
    monkeypatch.setenv("ASSISTANT_INDEX", "")
    assert Settings.load() == Settings()


def test_an_unknown_setting_is_refused_by_name_with_the_names_there_are():
    with pytest.raises(UsageError, match=r"'temperture'.*candidates") as refused:
        Settings.load(temperture=1)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("passage_tokens", 257),
        ("candidates", 0),
        ("dense_weight", 10.5),
        ("evidence_tokens", 10),
        ("quotes", 0),
        ("confidence", -0.1),
        ("timeout", 0),
        ("retries", 11),
        ("strict", "perhaps"),
        ("collapse", "perhaps"),
        ("candidates", "many"),
    ],
)
def test_a_value_out_of_bounds_is_refused_by_name_in_one_line(name, value):
    with pytest.raises(UsageError, match=name) as refused:
        Settings.load(**{name: value})
    assert "\n" not in str(refused.value)


def test_settings_cannot_be_changed_afterwards():
    with pytest.raises(ValidationError):
        Settings().strict = False


def test_every_setting_is_documented():
    for name in Settings.model_fields:
        assert f" {name}:" in Settings.__doc__


@pytest.mark.parametrize(("name", "kind"), [("prompts", "*.md"), ("seeds", "*.txt")])
def test_what_ships_is_found(name, kind):
    assert list(shipped(name).glob(kind))


def installed(monkeypatch, top):
    """As if the package lay in the folder `top`."""
    (top / "assistant" / "data").mkdir(parents=True)
    monkeypatch.setattr(settings, "__file__", str(top / "assistant" / "settings.py"))


def test_what_is_packed_in_the_wheel_goes_before_the_checkout(monkeypatch, tmp_path):
    installed(monkeypatch, tmp_path)
    assert shipped("seeds") == tmp_path / "seeds"
    (tmp_path / "assistant" / "data" / "seeds").mkdir()
    assert shipped("seeds") == tmp_path / "assistant" / "data" / "seeds"


def test_a_checkout_keeps_its_index_and_an_installation_uses_the_users_folder(
    monkeypatch, tmp_path
):
    installed(monkeypatch, tmp_path)
    users = platformdirs.user_data_path("assistant") / "index"
    assert default_index() == users
    (tmp_path / "index").mkdir()
    assert default_index() == users
    (tmp_path / "index" / "README.md").touch()
    assert default_index() == tmp_path / "index"


def test_a_checkout_that_may_not_be_written_is_no_checkout(monkeypatch, tmp_path):
    installed(monkeypatch, tmp_path)
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "README.md").touch()
    monkeypatch.setattr(settings.os, "access", lambda *_: False)
    assert default_index() == platformdirs.user_data_path("assistant") / "index"


def test_settings_load_without_any_heavy_package():
    loaded = "import sys, assistant.settings; print(*sys.modules)"
    modules = subprocess.check_output([sys.executable, "-c", loaded], text=True).split()
    assert not {"numpy", "openai", "chromadb", "onnxruntime", "platformdirs"} & set(modules)
