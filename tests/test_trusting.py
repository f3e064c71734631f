"""What a project's file may not decide by itself, and how trust in it is kept."""

import os
import stat
from pathlib import Path

import platformdirs
import pytest

from assistant import config_files, trusting
from assistant.errors import ConfigurationError

KEY = {"OPENAI_API_KEY": "very-secret-key"}


@pytest.mark.parametrize(
    ("name", "value", "env", "what"),
    [
        ("llm", "openai/gpt-4o-mini", {}, "send questions and evidence to OpenAI"),
        ("llm", "m@https://evil.example/v1", {}, "questions and evidence to evil.example"),
        ("llm", "m@http://127.0.0.1.evil.example/v1", {}, "127.0.0.1.evil.example"),
        ("llm", "m@http://127.0.0.1:1/v1", KEY, "send your OPENAI_API_KEY to 127.0.0.1:1"),
        ("llm", "ollama/m", {"OLLAMA_HOST": "http://gpu.example:1"}, "gpu.example:1"),
        ("llm", "model.gguf", {}, "run a model file"),
        ("embedding", "openai/e", {}, "send questions and passages to OpenAI"),
        ("vectors", "http://chroma.example:8000", {}, "vectors to http://chroma.example:8000"),
        ("vectors", "http://[broken", {}, "send vectors"),
        ("vectors", "chroma.example", {}, "send vectors"),
    ],
)
def test_what_would_leave_the_machine_wants_trust(tmp_path, name, value, env, what):
    assert what in trusting.wants(name, value, None, tmp_path, env)


@pytest.mark.parametrize(
    ("name", "value", "env"),
    [
        ("llm", "none", KEY),
        ("llm", "local", KEY),
        ("llm", "m@http://127.0.0.1:8000/v1", {}),
        ("llm", "ollama/m", KEY),
        ("llm", "openai/m", {"OPENAI_BASE_URL": "http://localhost:8000/v1"}),
        ("embedding", "minilm", {}),
        ("embedding", "static", {}),
        ("vectors", "local", {}),
        ("vectors", "http://127.0.0.1:8000", KEY),
        ("quotes", 1, {}),
        ("timeout", 1.0, {}),
    ],
)
def test_what_stays_on_the_machine_wants_none(tmp_path, name, value, env):
    assert trusting.wants(name, value, 0, tmp_path, env) is None


@pytest.mark.parametrize(
    ("name", "careful", "careless"),
    [
        ("strict", True, False),
        ("confidence", 0.38, 0.37),
        ("quote_confidence", 0.4, 0.0),
        ("ask_relevance", 0.35, 0.1),
        ("history", False, True),
    ],
)
def test_less_careful_than_without_the_file_wants_trust_and_more_careful_does_not(
    tmp_path, name, careful, careless
):
    assert trusting.wants(name, careless, careful, tmp_path)
    assert trusting.wants(name, careful, careless, tmp_path) is None
    assert trusting.wants(name, careless, careless, tmp_path) is None


def test_an_index_outside_of_the_folder_wants_trust_also_by_a_link(tmp_path):
    project = tmp_path / "project"
    (tmp_path / "other").mkdir()
    project.mkdir()
    (project / "link").symlink_to(tmp_path / "other")

    def wants(path):
        return trusting.wants("index", path, None, project)

    assert wants(project / "index") is None
    assert wants(project / "a" / ".." / "index") is None
    assert wants(project / ".." / "other")
    assert wants(project / "link" / "index")
    assert wants(Path("/"))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "project" / "assistant.toml"
    path.parent.mkdir()
    path.write_text("quotes = 2\n")
    return config_files.read("project", path)


def test_a_file_is_trusted_with_its_contents_at_its_path_alone(file):
    assert not trusting.is_trusted(file)
    trusting.trust(file)
    assert trusting.is_trusted(file)
    other = file.path.parent / "other.toml"
    other.write_bytes(file.data)
    assert not trusting.is_trusted(config_files.read("project", other))
    file.path.write_text("quotes = 3\n")
    changed = config_files.read("project", file.path)
    assert not trusting.is_trusted(changed)
    trusting.trust(changed)
    assert trusting.is_trusted(changed)
    trusting.distrust(file.path)
    trusting.distrust(file.path)
    assert not trusting.is_trusted(changed)


def test_trust_is_kept_for_its_owner_alone_and_leaves_nothing_else_behind(file):
    trusting.trust(file)
    kept = platformdirs.user_state_path("assistant") / "trusted"
    (record,) = kept.iterdir()
    assert stat.S_IMODE(record.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700


@pytest.mark.parametrize("written", [b"", b"[]", b"\xff", b'{"path": 1}', b"[" * 100_000])
def test_a_damaged_record_is_no_trust(file, written):
    trusting.trust(file)
    (record,) = (platformdirs.user_state_path("assistant") / "trusted").iterdir()
    record.write_bytes(written)
    assert not trusting.is_trusted(file)


def test_trust_that_cannot_be_kept_is_told(file):
    state = platformdirs.user_state_path("assistant")
    state.parent.mkdir(parents=True)
    state.touch()
    with pytest.raises(ConfigurationError, match="nothing was trusted"):
        trusting.trust(file)
    assert os.listdir(state.parent) == ["assistant"]


def test_a_link_to_a_trusted_file_is_that_file(file, tmp_path):
    trusting.trust(file)
    link = tmp_path / "assistant.toml"
    link.symlink_to(file.path)
    read = config_files.read("project", link)
    assert trusting.is_trusted(read)
    assert read.path.parent == file.path.parent  # what is outside is told from there
