"""The package offers exactly what it lists, and importing it is cheap."""

import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

import assistant

OFFERED = """
    Answer Assistant AssistantError Checked Citation Conflict Conversation Correction
    DoctorCheck DoctorReport Document Draft Evidence Excerpt Expansion Explanation Hit
    IndexProgress IndexReport IndexStatus Passage Searched Sentence Side Source Statement
    Unchecked Understood Usage Verification Verified Withdrawn errors
""".split()
HEAVY = """
    chromadb chromadb_rust_bindings llama_index onnxruntime tokenizers openai httpx xllamacpp
    numpy pydantic rich typer
""".split()


def test_the_package_offers_exactly_these_names():
    assert assistant.__all__ == OFFERED
    public = {name for name in vars(assistant) if not name.startswith("_")}
    # The modules of the package become its attributes when something imports them.
    modules = {entry.name.removesuffix(".py") for entry in files(assistant).iterdir()}
    assert public - modules - {"annotations", "TYPE_CHECKING", "Any"} <= set(OFFERED)


@pytest.mark.parametrize("name", OFFERED)
def test_each_name_can_be_imported(name):
    scope = {}
    exec(f"from assistant import {name}", scope)
    assert scope[name] is getattr(assistant, name)


def test_a_name_that_is_not_offered_is_no_attribute():
    with pytest.raises(AttributeError, match="Assistent"):
        _ = assistant.Assistent


def test_importing_the_package_loads_none_of_the_heavy_vendors():
    code = "import sys; from assistant import *; print(*sys.modules)"
    light = "import sys; import assistant, assistant.errors; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", light], text=True).split()
    assert not set(HEAVY) & set(loaded)
    everything = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert not {"chromadb", "llama_index", "openai", "onnxruntime"} & set(everything)


def test_the_version_is_that_of_the_distribution():
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())
    assert assistant.__version__ == project["project"]["version"]


def test_the_package_is_marked_as_typed():
    assert files(assistant).joinpath("py.typed").is_file()
