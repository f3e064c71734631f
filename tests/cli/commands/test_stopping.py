"""`assistant stop`, and how the commands keep a model: the program as it is run, with the
scripted model of `kept_model` in the process that stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from assistant.cli import app
from assistant.models.chat import model_service
from tests import kept_model
from tests.kept_model import model_file, told
from tests.network import ROOT
from tests.waiting import wait_for

pytestmark = pytest.mark.skipif(os.name != "posix", reason="no model is kept on this system")

TARIFF = "What tariff has Trump threatened, and by when?"
YES = (
    "Yes: Trump threatened a 100% tariff on Chinese products by November 1 if Beijing does not "
    "ease its restrictions. [1]"
)
PROGRAM = (
    "import sys; from tests import kept_model; from assistant import cli, model_service; "
    "model_service.COMMAND = kept_model.COMMAND; cli.main(sys.argv[1:])"
)


@pytest.fixture(autouse=True)
def kept(monkeypatch):
    """Models are kept; none is at the end."""
    monkeypatch.setenv("ASSISTANT_KEEP_MODEL", "5")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    yield
    model_service.stop()
    assert model_service.kept() == []


def program(*arguments, **options):
    """The program in a process of its own, which is like the real one but for the model."""
    command = [sys.executable, "-c", PROGRAM, *map(str, arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )


def run(*arguments):
    ran = program(*arguments)
    out, err = ran.communicate(timeout=60)
    return ran.returncode, out, err


def test_two_asks_load_the_model_once_and_stop_ends_it(index, tmp_path):
    model = model_file(tmp_path / "tiny.gguf", YES)
    for _ in range(2):
        code, out, err = run("ask", "--index", index, "--llm", model, TARIFF)
        assert (code, err) == (0, "")
        assert "100% tariff" in out
        assert "local/tiny" in out
    assert told(model).count("load") == 1
    (process,) = model_service.kept()
    told_of = run("status", "--index", index)[1].splitlines()[-1]
    assert told_of.startswith(f"kept model: tiny (process {process.pid}")
    code, out, err = run("stop")
    assert (code, err) == (0, "")
    assert out.startswith(f"Stopped: tiny (process {process.pid}")
    assert run("stop") == (0, "No model is kept loaded.\n", "")


def test_ctrl_c_ends_the_ask_and_neither_the_model_nor_the_next_answer(index, tmp_path):
    model = model_file(tmp_path / "slow.gguf", YES + " word" * 400, between=0.1)
    ask = program("ask", "--index", index, "--llm", model, TARIFF, start_new_session=True)
    wait_for(lambda: "asked" in told(model))
    os.killpg(ask.pid, signal.SIGINT)  # as a terminal does, to all that run in it
    ask.communicate(timeout=60)
    assert ask.returncode == 130
    wait_for(lambda: "left" in told(model))
    assert len(model_service.kept()) == 1
    assert told(model).count("load") == 1


def test_a_model_that_is_killed_in_mid_answer_exits_with_5(index, tmp_path):
    model = model_file(tmp_path / "slow.gguf", YES + " word" * 400, between=0.1)
    ask = program("ask", "--index", index, "--llm", model, TARIFF)
    wait_for(lambda: "asked" in told(model))
    os.kill(model_service.kept()[0].pid, signal.SIGKILL)
    out, err = ask.communicate(timeout=60)
    assert (ask.returncode, out) == (5, "")
    assert err.startswith("assistant: the local model broke off its answer")
    assert err.count("\n") == 1


@pytest.mark.parametrize("llm", ["none", "missing.gguf"])
def test_where_no_local_model_answers_no_process_is_started(index, llm):
    run("ask", "--index", index, "--llm", llm, TARIFF)
    assert not model_service.folder().exists()


def test_with_0_minutes_no_process_is_started(index, tmp_path, monkeypatch):
    monkeypatch.setenv("ASSISTANT_KEEP_MODEL", "0")
    model = model_file(tmp_path / "tiny.gguf", YES)
    code, _, err = run("ask", "--index", index, "--llm", model, TARIFF)
    assert code == 5  # it is tried in this process, where a real model would be needed
    assert "tiny.gguf" in err or "not installed" in err
    assert not model_service.folder().exists()
    assert told(model) == []


def test_minutes_out_of_bounds_are_refused(index, monkeypatch, capsys):
    monkeypatch.setenv("ASSISTANT_KEEP_MODEL", "-1")
    with pytest.raises(SystemExit) as left:
        app.main(["ask", "--index", str(index), "--llm", "none", TARIFF])
    assert left.value.code == 2
    assert "keep_model" in capsys.readouterr().err


def test_a_program_that_uses_the_library_starts_no_process(index, tmp_path):
    from assistant import Assistant
    from assistant.errors import ModelMissingError

    model = model_file(tmp_path / "tiny.gguf", YES)
    with (
        Assistant.open(index, llm=str(model)) as assistant,
        pytest.raises(ModelMissingError),
    ):
        assistant.ask(TARIFF)
    assert not model_service.folder().exists()
    assert kept_model.told(model) == []
