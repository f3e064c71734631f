"""An index that a server embeds: made, searched, interrupted and opened again."""

import json
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from assistant import Assistant
from assistant.errors import (
    IndexMismatchError,
    IndexMissingError,
    ModelRefusedError,
    ModelUnreachableError,
    UsageError,
)
from assistant.ingest.chunking.passages import embedded_text
from assistant.models.embeddings.minilm import MiniLM
from assistant.models.embeddings.openai import IN_FLIGHT
from tests.fake_openai import Failure, Reply, Vectors
from tests.network import ROOT

PORTS = "Ports\n\nPeru's Congress approved a $2 billion loan for a port at Ilo.\n"
BREAD = "Bread\n\nKnead the dough for ten minutes. Let it rise until it doubles.\n"
PORT = "How large is the loan for the port at Ilo?"
WINDOW = 256
pytestmark = pytest.mark.usefixtures("quick_start")


@pytest.fixture
def docs(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "ports.txt").write_text(PORTS, encoding="utf-8")
    (folder / "bread.txt").write_text(BREAD, encoding="utf-8")
    return folder


@pytest.fixture
def place(tmp_path):
    return tmp_path / "remote"


@pytest.fixture
def made(place, docs, fake_openai):
    """A remote index of `docs`; what was sent to make it is forgotten."""
    with Assistant.open(place, llm="none", embedding=fake_openai.spec) as assistant:
        assistant.index([docs])
    fake_openai.requests.clear()
    return place


def sent(fake_openai):
    return [text for texts in fake_openai.embedded for text in texts]


def many(docs, count):
    records = [{"id": f"{n}", "title": f"{n}", "text": "It took place."} for n in range(count)]
    (docs / "events.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")


# What was chosen is remembered


def test_an_index_is_opened_with_what_it_was_made_with(made, fake_openai):
    with Assistant.open(made, llm="none") as assistant:
        answer = assistant.ask(PORT)
        [best, *_] = assistant.search("dough rise")
        status = assistant.status()
    assert "$2 billion" in answer.text
    assert best.passage.document.id == "bread.txt"
    assert set(best.ranks) == {"bm25", "dense"}
    assert status.embedding == fake_openai.spec
    assert status.vectors == status.passages == 2
    assert sent(fake_openai) == [PORT, "dough rise"]


def test_naming_the_same_again_is_no_difference(made, docs, fake_openai, monkeypatch):
    monkeypatch.setenv("ASSISTANT_EMBEDDING", fake_openai.spec)
    with Assistant.open(made, llm="none") as assistant:
        assert assistant.index([docs]).embedded == 0
    with Assistant.open(made, llm="none", embedding=fake_openai.spec + "/") as assistant:
        assert assistant.search(PORT)


@pytest.mark.parametrize("embedding", ["minilm", "openai/m", "other"])
def test_another_model_is_refused_with_the_remedy_before_anything_is_sent(
    made, docs, fake_openai, embedding
):
    fake_openai.models.append("other")
    spec = f"other@{fake_openai.base_url}" if embedding == "other" else embedding
    with Assistant.open(made, llm="none", embedding=spec) as assistant:
        for attempt in (assistant.status, lambda: assistant.index([docs])):
            with pytest.raises(IndexMismatchError, match=r"leave --embedding.*--index") as told:
                attempt()
            assert fake_openai.spec in str(told.value)
    assert fake_openai.requests == []


def test_an_index_made_with_minilm_stays_so(index, fake_openai):
    with Assistant.open(index, llm="none") as assistant:
        assert assistant.status().embedding == "all-minilm-l6-v2-int8" == MiniLM.name
    with (
        Assistant.open(index, llm="none", embedding=fake_openai.spec) as assistant,
        pytest.raises(IndexMismatchError, match="all-minilm-l6-v2-int8"),
    ):
        assistant.search(PORT)
    assert fake_openai.requests == []


def test_an_index_made_with_a_model_unknown_here_is_refused(index):
    rename(index, "another-model")
    with (
        Assistant.open(index, llm="none") as assistant,
        pytest.raises(IndexMismatchError, match="another-model"),
    ):
        assistant.status()


def test_a_first_run_that_failed_binds_nobody_to_its_model(place, docs, fake_openai):
    fake_openai.embedding_script = [Vectors(), Failure(400, "no more")]
    with (
        Assistant.open(place, llm="none", embedding=fake_openai.spec) as assistant,
        pytest.raises(ModelRefusedError),
    ):
        assistant.index([docs])
    with Assistant.open(place, llm="none") as assistant:
        assert assistant.index([docs]).embedded == 2
        assert assistant.status().embedding == MiniLM.name
        assert "$2 billion" in assistant.ask(PORT).text


def test_a_spec_that_names_none_is_refused_when_opening(place):
    with pytest.raises(UsageError, match="no embedding model is called 'word2vec'"):
        Assistant.open(place, embedding="word2vec")


def test_no_index_is_told_without_asking_the_server(place, fake_openai):
    with (
        Assistant.open(place, embedding=fake_openai.spec) as assistant,
        pytest.raises(IndexMissingError),
    ):
        assistant.status()
    assert fake_openai.requests == []


def test_a_model_that_has_changed_its_dimension_is_told_when_asked(made, fake_openai):
    fake_openai.dimension = 32
    with (
        Assistant.open(made, llm="none") as assistant,
        pytest.raises(ModelRefusedError, match="32 numbers where it gave 64"),
    ):
        assistant.ask(PORT)


def rename(index, name):
    with sqlite3.connect(index / "catalogue.sqlite3") as db:
        db.execute("UPDATE meta SET value = ? WHERE key = 'model'", (name,))
    db.close()


# What is sent


def test_passages_are_sent_when_indexing_and_the_question_when_asking_and_nothing_else(
    place, docs, fake_openai
):
    fake_openai.otherwise = Reply("Yes: The loan for the port at Ilo is $2 billion. [1]")
    options = {"llm": fake_openai.spec, "embedding": fake_openai.spec}
    with Assistant.open(place, **options) as assistant:
        assistant.index([docs])
        told, *texts = sent(fake_openai)
        hits = assistant.search("loan dough")
        assert told == "dimension"
        assert sorted(texts) == sorted(embedded_text(hit.passage) for hit in hits)
        fake_openai.requests.clear()
        assert assistant.ask(PORT).status == "answered"
    assert fake_openai.embedded == [[PORT]]


def test_no_secret_is_kept_in_the_index(place, docs, fake_openai, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "key-that-is-hidden")
    spec = fake_openai.spec.replace("//", "//me:hidden@")
    with Assistant.open(place, llm="none", embedding=spec) as assistant:
        assistant.index([docs])
        assert assistant.status().embedding == fake_openai.spec
    assert b"hidden" not in b"".join(p.read_bytes() for p in place.rglob("*") if p.is_file())


def test_the_key_is_sent_only_where_the_user_named_the_server(made, fake_openai, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "key-of-the-user")
    fake_openai.key = "key-of-the-user"
    with Assistant.open(made, llm="none", embedding=fake_openai.spec) as assistant:
        assert assistant.search(PORT)
    with (
        Assistant.open(made, llm="none") as assistant,
        pytest.raises(ModelRefusedError, match="name it with --embedding"),
    ):
        assistant.search(PORT)
    assert "key-of-the-user" not in str(fake_openai.requests[-1])
    monkeypatch.setenv("OPENAI_BASE_URL", fake_openai.base_url)
    with Assistant.open(made, llm="none") as assistant:
        assert assistant.search(PORT)


def test_that_an_index_sends_questions_elsewhere_is_told(index):
    rename(index, "m@https://elsewhere.invalid/v1")
    told = []
    with Assistant.open(index, llm="none", notify=told.append) as assistant:
        assistant.status()
    assert len(told) == 1
    assert "m@https://elsewhere.invalid/v1" in told[0]


# What breaks off goes on


def test_a_server_that_gives_up_midway_costs_one_window_at_the_most(place, docs, fake_openai):
    many(docs, 600)
    fake_openai.embedding_script = [Vectors()] * (1 + WINDOW // 64)
    fake_openai.embedding_otherwise = Failure(429, headers={"Retry-After-Ms": "1"})
    with Assistant.open(place, llm="none", embedding=fake_openai.spec, retries=0) as assistant:
        with pytest.raises(ModelUnreachableError, match="over its limit"):
            assistant.index([docs])
        fake_openai.embedding_otherwise = Vectors()
        fake_openai.requests.clear()
        report = assistant.index([docs])
        assert report.embedded == len(set(sent(fake_openai))) == len(sent(fake_openai))
        assert len(sent(fake_openai)) == 602 - WINDOW
        assert report.passages == assistant.status().vectors == 602
        fake_openai.requests.clear()
        assert assistant.index([docs]).embedded == 0
    assert fake_openai.requests == []


def test_killed_midway_no_more_than_what_was_under_way_is_embedded_again(place, docs, fake_openai):
    many(docs, 600)
    fake_openai.embedding_seconds = 0.4
    arguments = ("index", "--index", place, "--embedding", fake_openai.spec, docs)
    with subprocess.Popen([sys.executable, "-m", "assistant", *map(str, arguments)], cwd=ROOT) as p:
        until = time.monotonic() + 60
        while len(fake_openai.embedded) < 9 and time.monotonic() < until:
            time.sleep(0.02)
        p.send_signal(signal.SIGKILL)
    fake_openai.embedding_seconds = 0.0
    before = passages_sent(fake_openai)
    assert 0 < before < 602
    fake_openai.requests.clear()
    with Assistant.open(place, llm="none", embedding=fake_openai.spec) as assistant:
        report = assistant.index([docs])
        assert report.passages == assistant.status().vectors == 602
    # Besides the requests that were waited for: a reply that was being kept, and a window that
    # took its place.
    assert passages_sent(fake_openai) + before <= 602 + WINDOW + 2 * 64
    assert report.embedded == passages_sent(fake_openai) < 602


def passages_sent(server):
    """How many, beside the text that is sent to learn how long vectors are."""
    return len([text for text in sent(server) if text != "dimension"])


def test_all_requests_that_are_allowed_are_at_work_while_a_run_goes_on(place, docs, fake_openai):
    many(docs, 900)
    fake_openai.embedding_seconds = 0.1
    with Assistant.open(place, llm="none", embedding=fake_openai.spec) as assistant:
        assert assistant.index([docs]).passages == 902
    assert fake_openai.most_at_once == IN_FLIGHT
    assert max(map(len, fake_openai.embedded)) == 64
