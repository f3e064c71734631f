"""Embedding models that LlamaIndex has a class for: its own mock, and a user's."""

import numpy as np
import pytest

from assistant import Assistant
from assistant.errors import ModelRefusedError, UsageError
from assistant.models.embeddings import registry

MOCK = "llamaindex:llama_index.core.embeddings:MockEmbedding?embed_dim=8"
LETTERS = "llamaindex:tests.llamaindex_classes:LetterEmbedding"


def opened(spec, minilm, dimension=None):
    return registry.named(spec).open(minilm, dimension, timeout=5, retries=0)


def test_vectors_are_of_length_1_and_in_order(minilm):
    embedder = opened(LETTERS, minilm)
    vectors = embedder.embed(["aaa", "", "lone \ud800"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert vectors[0].argmax() == 0
    assert embedder.dimension == 26
    assert embedder.count("a tin") == minilm.count("a tin")


def test_a_query_has_the_vector_that_the_class_makes_of_queries(minilm):
    embedder = opened(LETTERS, minilm)
    assert not np.allclose(embedder.probe("zinc").vector, embedder.embed(["zinc"])[0])


def test_what_is_no_vector_or_of_another_length_is_refused(minilm):
    with pytest.raises(ModelRefusedError, match="LetterEmbedding gave something else than 1"):
        opened(f"{LETTERS}?bad=true", minilm).embed(["zinc"])
    with pytest.raises(ModelRefusedError, match="vectors of 8 numbers where it gave 9"):
        opened(MOCK, minilm, 9).probe("zinc")
    with pytest.raises(UsageError, match="MockEmbedding cannot be made"):
        opened(MOCK.partition("?")[0], minilm).embed(["zinc"])


def test_an_index_is_made_and_asked_with_the_class_that_is_named(tmp_path, quick_start):
    (tmp_path / "a.txt").write_text("The mine at Corral employs 412 people. It opened in 1987.")
    folder = tmp_path / "index"
    with Assistant.open(folder, llm="none", embedding=MOCK) as assistant:
        assistant.index([tmp_path / "a.txt"])
        assert assistant.status().embedding == MOCK
        assert "412" in assistant.ask("How many people does the mine at Corral employ?").text


def test_a_class_that_stands_only_in_an_index_is_not_imported(tmp_path, quick_start):
    (tmp_path / "a.txt").write_text("The mine at Corral employs 412 people.")
    with Assistant.open(tmp_path / "index", llm="none", embedding=MOCK) as assistant:
        assistant.index([tmp_path / "a.txt"])
    with (
        Assistant.open(tmp_path / "index", llm="none") as assistant,
        pytest.raises(UsageError, match="imported only when you name it; give that with --emb"),
    ):
        assistant.search("mine")
