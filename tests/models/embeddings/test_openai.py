"""Embedding on a server: the right vectors in order, in bounded requests, or an error of ours."""

import math
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from assistant.errors import ModelRefusedError, ModelUnreachableError
from assistant.models.embeddings import openai as remote_embedding
from assistant.models.embeddings.openai import side_by_side
from assistant.models.embeddings.registry import named
from tests.fake_openai import Failure, Hang, Vectors, vector

SECRET = "sk-proj-verysecret0123456789"
TEXTS = [f"text number {n} of many" for n in range(300)]


@pytest.fixture
def model(fake_openai, minilm, monkeypatch):
    """Makes an embedder on the scripted server; retries come at once."""
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    opened = []

    def go(spec=None, *, dimension=None, timeout=5.0, retries=2):
        choice = named(spec or fake_openai.spec)
        opened.append(choice.open(minilm, dimension, timeout=timeout, retries=retries))
        return opened[-1]

    yield go
    for each in opened:
        each.close()


def expected(texts, dimension):
    rows = np.array([vector(text, dimension) for text in texts])
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


# Vectors


def test_vectors_are_of_length_one_in_the_order_of_the_texts(model, fake_openai):
    vectors = model().embed(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors == pytest.approx(expected(TEXTS, fake_openai.dimension), abs=1e-6)


def test_a_server_that_replies_in_another_order_is_put_right_by_its_numbering(model, fake_openai):
    fake_openai.embedding_otherwise = Vectors(lambda data: data[::-1])
    vectors = model().embed(TEXTS[:5])
    assert vectors == pytest.approx(expected(TEXTS[:5], fake_openai.dimension), abs=1e-6)


def test_nothing_to_embed_gives_no_rows_and_asks_nothing(model, fake_openai):
    assert model(dimension=64).embed([]).shape == (0, 64)
    assert fake_openai.requests == []


def test_what_cannot_be_sent_is_replaced(model, fake_openai):
    assert model().embed(["a\ud800b", ""]).shape == (2, fake_openai.dimension)
    assert fake_openai.embedded == [["a?b", " "]]


def test_tokens_are_those_of_the_local_model(model, minilm, fake_openai):
    text = "Ünïcödé “quotes” 😀 end."
    assert model().offsets(text) == minilm.offsets(text)
    assert model().count(text) == minilm.count(text)
    assert fake_openai.requests == []


# Requests


def test_many_texts_go_in_bounded_requests_a_few_at_a_time(model, fake_openai):
    fake_openai.embedding_seconds = 0.2
    many = model()
    many.embed([f"{text} again" for text in TEXTS * 2])
    sizes = [len(texts) for texts in fake_openai.embedded]
    assert sum(sizes) == 600
    assert max(sizes) == remote_embedding.BATCH == 64
    assert fake_openai.most_at_once == remote_embedding.IN_FLIGHT == 4
    assert (many.window, many.parallel) == (64, 4)


def test_windows_encoded_side_by_side_share_the_requests_that_are_allowed(model, fake_openai):
    fake_openai.embedding_seconds = 0.1
    many = model()
    windows = [TEXTS[start:] for start in range(0, 150, 50)]
    found = side_by_side(many.encode, windows, len(windows))
    assert [len(encoded.vectors) for encoded in found] == [300, 250, 200]
    assert found[1].vectors == pytest.approx(found[0].vectors[50:], abs=1e-6)
    assert fake_openai.most_at_once == remote_embedding.IN_FLIGHT


def test_long_texts_go_in_smaller_requests(model, fake_openai, monkeypatch):
    monkeypatch.setattr(remote_embedding, "BATCH_CHARACTERS", 100)
    model().embed(["x" * 40] * 4 + ["y" * 500] + ["z"] * 3)
    sizes = sorted((sum(map(len, texts)), len(texts)) for texts in fake_openai.embedded)
    assert sizes == [(3, 3), (80, 2), (80, 2), (500, 1)]


def test_the_dimension_is_learnt_from_a_first_reply_only_where_it_is_not_known(model, fake_openai):
    assert model(dimension=64).dimension == 64
    assert fake_openai.requests == []
    asked = model()
    assert (asked.dimension, asked.dimension) == (64, 64)
    assert len(fake_openai.requests) == 1


def test_making_one_and_closing_it_connects_to_nothing(model, fake_openai):
    model().close()
    assert fake_openai.requests == []


def test_a_closed_one_can_be_used_again(model):
    again = model()
    first = again.embed(["one"])
    again.close()
    assert np.array_equal(again.embed(["one"]), first)


# Failures


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_passing_failure_is_tried_again(model, fake_openai, status):
    fake_openai.embedding_script = [Failure(status), Failure(status)]
    assert model().embed(["one"]).shape == (1, 64)
    assert len(fake_openai.embedded) == 3


def test_retry_after_is_honoured(model, fake_openai):
    fake_openai.embedding_script = [Failure(429, headers={"Retry-After": "1"})]
    begun = time.monotonic()
    model().embed(["one"])
    assert 1.0 <= time.monotonic() - begun < 3


def test_a_query_is_given_up_sooner_than_passages(model, fake_openai):
    fake_openai.embedding_otherwise = Failure(429)
    with pytest.raises(ModelUnreachableError, match="over its limit"):
        model(retries=1).embed(["one"])
    assert len(fake_openai.embedded) == 2
    fake_openai.embedding_script = [Failure(429)] * 12 + [Vectors()] * 2
    assert len(model(retries=2).encode(TEXTS[:128]).vectors) == 128


def test_after_a_failure_no_further_batch_is_sent(model, fake_openai):
    fake_openai.embedding_otherwise = Failure(400, "too long")
    with pytest.raises(ModelRefusedError):
        model().embed(TEXTS * 10)
    assert len(fake_openai.embedded) <= 4


def test_a_bad_request_is_told_with_the_servers_reason(model, fake_openai):
    fake_openai.embedding_script = [Failure(400, "the input has 9999 tokens, of at most 512")]
    with pytest.raises(ModelRefusedError, match=r"9999 tokens.*--embedding"):
        model().embed(["one"])
    assert len(fake_openai.embedded) == 1


def test_an_unknown_model_is_told_by_name(model, fake_openai):
    with pytest.raises(ModelRefusedError, match=r"has no model 'other'.*--embedding"):
        model(f"other@{fake_openai.base_url}").embed(["one"])


def test_a_server_that_is_not_there_is_told_with_its_address(model):
    with pytest.raises(ModelUnreachableError, match=r"127\.0\.0\.1:9/v1 .*--embedding"):
        model("m@http://127.0.0.1:9/v1", retries=0).embed(["one"])


def test_a_silent_server_is_given_up_in_time(model, fake_openai):
    fake_openai.embedding_otherwise = Hang()
    begun = time.monotonic()
    with pytest.raises(ModelUnreachableError, match="gives no answer"):
        model(timeout=0.2, retries=1).embed(["one"])
    assert time.monotonic() - begun < 3


def first_to(name, value):
    return lambda data: [{**data[0], name: value}, *data[1:]]


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[1:],
        lambda data: [*data, data[0]],
        lambda data: [data[0]] * 3,
        lambda data: [{"embedding": item["embedding"]} for item in data],
        lambda data: [{"index": item["index"]} for item in data],
        lambda data: "nonsense",
        lambda data: [1, 2, 3],
        lambda data: [{**item, "embedding": []} for item in data],
        lambda data: [{**item, "embedding": [[1.0]]} for item in data],
        first_to("index", 7),
        first_to("index", "0"),
        first_to("embedding", [1.0]),
        first_to("embedding", None),
        first_to("embedding", ["\x1b[31mword"] * 64),
        first_to("embedding", [math.nan] * 64),
        first_to("embedding", [math.inf] * 64),
        first_to("embedding", [1e300] * 64),
        first_to("embedding", [0.0] * 64),
        first_to("embedding", [10**400] * 64),
    ],
)
def test_a_reply_that_is_no_vector_a_text_is_told_in_one_line(model, fake_openai, change):
    fake_openai.embedding_otherwise = Vectors(change)
    with pytest.raises(ModelRefusedError, match="something else than 3 numbered vectors") as told:
        model(retries=0).embed(["one", "two", "three"])
    assert str(told.value).isprintable()


@pytest.mark.parametrize("data", [[], None])
def test_a_reply_without_vectors_is_told(model, fake_openai, data):
    fake_openai.embedding_otherwise = Vectors(lambda _: data)
    with pytest.raises((ModelRefusedError, ModelUnreachableError)):
        model(retries=0).embed(["one"])


def test_a_server_that_speaks_no_json_is_told(model, fake_openai, monkeypatch):
    def nonsense(self, status, value, headers=None):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html>hello</html>")

    monkeypatch.setattr("tests.fake_openai._Handler._json", nonsense)
    with pytest.raises((ModelRefusedError, ModelUnreachableError)):
        model(retries=0).embed(["one"])


def test_a_model_that_changes_its_dimension_is_told(model, fake_openai):
    changing = model()
    changing.embed(["one"])
    fake_openai.dimension = 32
    with pytest.raises(ModelRefusedError, match=r"32 numbers where it gave 64"):
        changing.embed(["two"])
    with pytest.raises(ModelRefusedError, match=r"32 numbers where it gave 64.*--index"):
        model(dimension=64).embed(["two"])


# The key


def test_the_key_is_sent_and_never_told(model, fake_openai, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    fake_openai.key = SECRET
    assert model().embed(["one"]).shape == (1, 64)
    fake_openai.embedding_otherwise = Failure(400, f"the key {SECRET} is no good")
    with pytest.raises(ModelRefusedError) as told:
        model().embed(["one"])
    assert SECRET not in str(told.value)


def test_ollama_is_never_sent_the_key(model, fake_openai, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("OLLAMA_HOST", fake_openai.base_url.removesuffix("/v1"))
    model("ollama/scripted").embed(["one"])
    assert len(fake_openai.embedded) == 1
    assert SECRET not in str(fake_openai.requests)


def test_a_wrong_key_is_told_with_the_remedy(model, fake_openai, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "wrong")
    fake_openai.key = "right"
    with pytest.raises(ModelRefusedError, match="refused the key; set OPENAI_API_KEY"):
        model().embed(["one"])


# Work side by side


def test_work_side_by_side_keeps_its_order():
    slow_first = lambda n: time.sleep(0.02 * (n == 0)) or n  # noqa: E731
    assert side_by_side(slow_first, range(20), 4) == list(range(20))


def test_ctrl_c_does_not_wait_for_the_server():
    code = (
        "import os, signal, threading, time\n"
        "from assistant.models.embeddings.openai import side_by_side\n"
        "threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "side_by_side(lambda n: time.sleep(60), [1, 2], 2)\n"
    )
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=50)
    assert "KeyboardInterrupt" in done.stderr
    assert time.monotonic() - begun < 20


def test_after_an_error_nothing_is_left_running():
    before = threading.active_count()

    def fail(n):
        time.sleep(0.02)
        raise ValueError(n)

    with pytest.raises(ValueError, match=r"\d"):
        side_by_side(fail, range(20), 4)
    assert threading.active_count() == before


def test_making_one_loads_no_vendor():
    code = (
        "import sys; from assistant.models.embeddings.minilm import MiniLM;"
        "from assistant.models.embeddings.registry import named;"
        "named('openai/m').open(MiniLM(), None, timeout=1, retries=0);"
        "assert not {'onnxruntime', 'tokenizers', 'openai', 'httpx'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
