"""A model kept by a process of its own: found, started, proven, shared, ended, never in the way.

The process and all that is said to it are real; the model that it keeps is the scripted server.
"""

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from assistant.errors import ModelMissingError, ModelUnreachableError
from assistant.models import prompts
from assistant.models.chat import llamacpp, model_service
from assistant.models.chat.base import Model, open_model, parse_spec
from assistant.models.chat.service_link import Link, LinkError, State
from assistant.private_files import private_folder
from tests import kept_model
from tests.kept_model import model_file, told
from tests.network import ROOT
from tests.waiting import wait_for

pytestmark = pytest.mark.skipif(os.name != "posix", reason="no model is kept on this system")

ASKED = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Is it so?"}]
KEEPS = model_service.COMMAND
LONG = " ".join(["word"] * 400)


@pytest.fixture(autouse=True)
def nothing_left(monkeypatch):
    """What a test starts is the stand-in; at its end nothing runs any more."""
    monkeypatch.setattr(model_service, "COMMAND", kept_model.COMMAND)
    monkeypatch.setattr(model_service, "_STARTED", [])
    monkeypatch.syspath_prepend(str(ROOT))
    yield
    model_service.stop()
    for child in model_service._STARTED:
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            pytest.fail("a process that keeps a model was left behind")


@pytest.fixture
def tiny(tmp_path):
    return model_file(tmp_path / "tiny.gguf")


@pytest.fixture
def opened():
    """Opens a kept model; what it is told comes with it."""
    models = []

    def go(path, minutes=5.0, timeout=20.0, notes=None):
        spec = parse_spec(str(path))
        note = [].append if notes is None else notes.append
        models.append(open_model(spec, timeout=timeout, retries=0, notify=note, keep=minutes))
        return models[-1]

    yield go
    for each in models:
        each.close()


def written(model: Model) -> str:
    return "".join(p.text for p in model.stream(ASKED, max_tokens=50, fixed=1))


def state_file() -> Path:
    (path,) = model_service.folder().glob("*.json")
    return path


def is_alive(pid: int) -> bool:
    for child in model_service._STARTED:
        child.poll()  # else a child that ended stays in the system's table
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# Loaded once


def test_a_model_loaded_once_serves_later_programs(tiny, opened):
    assert written(opened(tiny)) == "Yes: so it is. [1]"
    assert written(opened(tiny)) == "Yes: so it is. [1]"
    assert told(tiny).count("load") == 1


def test_the_fixed_part_of_the_prompt_is_what_the_model_prepares(tiny, opened):
    written(opened(tiny))
    assert "prepare:1" in told(tiny)


def test_two_programs_at_once_start_one(tmp_path):
    slow = model_file(tmp_path / "slow.gguf", loads=0.5)
    code = (
        "import sys\nfrom tests import kept_model\nfrom assistant import model_service\n"
        "model_service.COMMAND = kept_model.COMMAND\n"
        "from assistant.models.chat.base import open_model, parse_spec\n"
        "model = open_model(parse_spec(sys.argv[1]), timeout=20, retries=0, keep=5)\n"
        "said = [{'role': 'user', 'content': 'Is it so?'}]\n"
        "print(''.join(p.text for p in model.stream(said, max_tokens=50)))"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, str(slow)]
    programs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
        for _ in range(3)
    ]
    assert {p.communicate(timeout=60)[0] for p in programs} == {"Yes: so it is. [1]\n"}
    assert told(slow).count("load") == 1
    assert len(model_service.kept()) == 1


def test_it_is_told_what_is_kept_and_since_when_it_is_idle(tiny, opened):
    written(opened(tiny))
    (kept,) = model_service.kept()
    assert kept.model == str(tiny)
    assert is_alive(kept.pid)
    assert 0 <= kept.idle < 10
    assert kept.memory is None or kept.memory > 1_000_000


def test_another_model_takes_the_place_of_the_first(tiny, tmp_path, opened):
    written(opened(tiny))
    (first,) = model_service.kept()
    other = model_file(tmp_path / "other.gguf", "Yes: otherwise. [1]")
    assert written(opened(other)) == "Yes: otherwise. [1]"
    wait_for(lambda: not is_alive(first.pid))
    assert [each.model for each in model_service.kept()] == [str(other)]


def test_a_file_that_was_replaced_is_loaded_anew(tiny, opened):
    written(opened(tiny))
    model_file(tiny, "Yes: it is a newer one. [1]")
    assert written(opened(tiny)) == "Yes: it is a newer one. [1]"


# Its own process


def test_it_holds_nothing_of_the_program_that_started_it_open(tiny):
    code = (
        "import sys\nfrom tests import kept_model\nfrom assistant import model_service\n"
        "model_service.COMMAND = kept_model.COMMAND\n"
        "from pathlib import Path\n"
        "service = model_service.ModelService(Path(sys.argv[1]), 5, 20, print)\n"
        "service.connect([])[0].close()\nprint('done')"
    )
    done = subprocess.run(  # comes to the end of the pipes only when nobody holds them
        [sys.executable, "-c", code, str(tiny)],
        capture_output=True,
        text=True,
        timeout=20,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert (done.stdout, done.stderr) == ("done\n", "")
    (kept,) = model_service.kept()
    assert os.getsid(kept.pid) == kept.pid


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no /proc")
def test_no_secret_is_in_its_arguments_environment_or_log(tiny, opened, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-verysecret")
    written(opened(tiny))
    state = State.read(state_file())
    process = Path(f"/proc/{state.pid}")
    seen = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    seen += state_file().with_suffix(".log").read_bytes()
    assert b"tests.kept_model" in seen
    assert (process / "comm").read_text() == "assistant-model\n"
    for secret in (state.secret, kept_model.KEY, "sk-verysecret"):
        assert secret.encode() not in seen
    assert state.secret not in repr(state)


def test_what_it_leaves_on_the_disk_is_for_this_user_alone(tiny, opened):
    written(opened(tiny))
    folder = model_service.folder()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_ctrl_c_stops_the_answer_and_the_model_stays(tmp_path, opened):
    slow = model_file(tmp_path / "slow.gguf", LONG, between=0.05)
    answer = opened(slow).stream(ASKED, max_tokens=50)
    assert next(answer).text
    answer.close()  # as an interrupted answer is
    wait_for(lambda: "left" in told(slow))
    begun = time.monotonic()
    with closing(opened(slow).stream(ASKED, max_tokens=50)) as again:
        assert next(again).text
    assert time.monotonic() - begun < 5  # not the twenty seconds of the one that was stopped
    assert told(slow).count("load") == 1


# Asked before


def test_what_was_asked_to_the_letter_before_is_told_again_without_the_model(tiny, opened):
    first = list(opened(tiny).stream(ASKED, max_tokens=50))
    assert list(opened(tiny).stream(ASKED, max_tokens=50)) == first
    assert told(tiny).count("asked") == 1
    other = [*ASKED[:-1], {"role": "user", "content": f"{ASKED[-1]['content']} "}]
    list(opened(tiny).stream(other, max_tokens=50))
    list(opened(tiny).stream(ASKED, max_tokens=49))
    assert told(tiny).count("asked") == 3


def test_an_answer_that_was_stopped_is_not_told_again_as_if_it_were_whole(tmp_path, opened):
    slow = model_file(tmp_path / "slow.gguf", "one two three four", between=0.2)
    answer = opened(slow).stream(ASKED, max_tokens=50)
    assert next(answer).text
    answer.close()
    assert written(opened(slow)) == "one two three four"
    assert told(slow).count("asked") == 2


# One after another


def test_a_second_question_waits_for_its_turn_and_is_told_so(tmp_path, opened):
    slow = model_file(tmp_path / "slow.gguf", "one two three four five six", between=0.3)
    first, notes = opened(slow).stream(ASKED, max_tokens=50), []
    heard = [next(first).text]
    second = threading.Thread(
        target=lambda: heard.append(written(opened(slow, notes=notes))), daemon=True
    )
    second.start()
    wait_for(lambda: notes)
    assert len(heard) == 1
    rest = "".join(p.text for p in first)
    second.join(20)
    assert heard[0] + rest == heard[1] == "one two three four five six"
    assert notes == ["The model answers another question first ..."]


def test_one_who_waits_and_goes_leaves_no_turn_behind(tmp_path, opened):
    slow = model_file(tmp_path / "slow.gguf", "one two three four", between=0.3)
    first = opened(slow).stream(ASKED, max_tokens=50)
    next(first)
    link = Link.to(State.read(state_file()))
    link.say({"do": "answer", "fixed": []})
    assert link.hear() == {"is": "waiting"}
    link.close()
    first.close()
    assert written(opened(slow)) == "one two three four"


# Gone again


def test_it_goes_after_the_minutes_without_a_question(tiny, opened):
    written(opened(tiny, minutes=0.01))
    (child,) = model_service._STARTED
    assert child.wait(60) == 0
    assert list(model_service.folder().glob("*.json")) == []


def test_it_does_not_go_under_an_answer(tmp_path, opened):
    slow = model_file(tmp_path / "slow.gguf", "one two three four five", between=0.4)
    assert written(opened(slow, minutes=0.005)) == "one two three four five"


def test_a_chat_that_was_idle_for_longer_has_it_started_again(tiny, opened):
    model = opened(tiny, minutes=0.005)
    assert written(model)
    wait_for(lambda: not model_service.kept())
    notes = []
    model._runtime._notify = notes.append
    assert written(model) == "Yes: so it is. [1]"
    assert notes == []
    assert told(tiny).count("load") == 2


def test_stop_ends_it_and_tells_what_it_ended(tiny, opened):
    written(opened(tiny))
    (kept,) = model_service.kept()
    (ended,) = model_service.stop()
    assert ended.pid == kept.pid
    wait_for(lambda: not is_alive(kept.pid))
    assert model_service.stop() == []


def test_stop_ends_one_that_hangs(tiny, opened):
    written(opened(tiny))
    (kept,) = model_service.kept()
    os.kill(kept.pid, signal.SIGSTOP)
    (ended,) = model_service.stop()
    assert (ended.pid, ended.model) == (kept.pid, str(tiny))
    wait_for(lambda: not is_alive(kept.pid))


def test_stop_ends_one_that_is_loading(tmp_path, opened):
    slow = model_file(tmp_path / "slow.gguf", loads=1.0)
    opened(slow)
    wait_for(lambda: "load" in told(slow))
    (ended,) = model_service.stop()
    assert ended.model == str(slow)
    wait_for(lambda: not is_alive(ended.pid))


def test_one_that_died_between_questions_is_replaced_without_a_word(tiny, opened):
    notes = []
    model = opened(tiny, notes=notes)
    written(model)
    (kept,) = model_service.kept()
    os.kill(kept.pid, signal.SIGKILL)
    assert written(model) == "Yes: so it is. [1]"
    assert notes == []


def test_one_that_dies_in_mid_answer_is_told_in_one_line(tmp_path, opened):
    slow = model_file(tmp_path / "slow.gguf", LONG, between=0.05)
    answer = opened(slow).stream(ASKED, max_tokens=50)
    next(answer)
    os.kill(State.read(state_file()).pid, signal.SIGKILL)
    with pytest.raises(ModelUnreachableError, match="broke off") as broken:
        list(answer)
    assert broken.value.exit_code == 5
    assert "\n" not in str(broken.value)


def test_one_that_is_told_to_terminate_leaves_no_file_behind(tiny, opened):
    written(opened(tiny))
    (kept,) = model_service.kept()
    os.kill(kept.pid, signal.SIGTERM)
    wait_for(lambda: not is_alive(kept.pid))
    assert list(model_service.folder().glob("*.json")) == []


# Who answers is ours


class Stranger:
    """A program of somebody else's that listens on a port; `heard` is all that it was sent."""

    def __init__(self, *replies: bytes) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.heard = b""
        self._replies = replies
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                with connection, suppress(OSError):
                    for reply in self._replies:
                        self.heard += connection.recv(65536)
                        connection.sendall(reply)
                    while data := connection.recv(65536):
                        self.heard += data

    def close(self) -> None:
        self._server.close()


def left_behind(port, secret="s3cret", pid=1):
    private_folder(model_service.folder())
    return State(port, pid, secret, "tiny.gguf")


@pytest.mark.parametrize(
    "replies",
    [
        (b"HTTP/1.1 200 OK\r\n\r\n",),
        (b'{"nonce": "00", "proof": "00"}\n', b'{"is": "ready", "key": "k"}\n'),
        (b'["nonce"]\n',),
        (b"\xff\xfe\n",),
    ],
)
def test_a_stranger_on_the_port_learns_neither_question_nor_secret(tiny, opened, replies):
    stranger = Stranger(*replies)
    model = opened(tiny)
    wait_for(lambda: list(model_service.folder().glob("*.json")))
    ours = state_file()
    os.kill(State.read(ours).pid, signal.SIGKILL)
    model_service._STARTED[0].wait()
    left_behind(stranger.port).write(ours)
    assert written(model) == "Yes: so it is. [1]"
    stranger.close()
    assert stranger.heard.startswith(b'{"nonce": ')
    assert b"Is it so?" not in stranger.heard
    assert b"s3cret" not in stranger.heard
    assert len(stranger.heard) < 200


def test_a_proof_of_another_port_is_none(tiny, opened):
    """So nobody can stand between the two and hand on what they say."""
    written(opened(tiny))
    state = State.read(state_file())
    with socket.create_server(("127.0.0.1", 0)) as relay:

        def hand_on():
            one, _ = relay.accept()
            with one, socket.create_connection(("127.0.0.1", state.port)) as other:
                other.sendall(one.recv(65536))
                one.sendall(other.recv(65536))
                one.recv(65536)

        threading.Thread(target=hand_on, daemon=True).start()
        led_there = State(relay.getsockname()[1], state.pid, state.secret, state.model)
        with pytest.raises(LinkError, match="another program's"):
            Link.to(led_there)


@pytest.mark.parametrize(
    "said", [b"\n", b"GET / HTTP/1.1\r\n\r\n", b'{"nonce": 1}\n', b'{"do": "stop"}\n']
)
def test_who_does_not_know_the_secret_is_not_served(tiny, opened, said):
    written(opened(tiny))
    state = State.read(state_file())
    with socket.create_connection(("127.0.0.1", state.port), timeout=10) as stranger:
        stranger.sendall(said)
        with suppress(ConnectionResetError):
            assert stranger.recv(100) == b""
    with pytest.raises(LinkError):
        Link.to(State(state.port, state.pid, "a guess", state.model))
    assert model_service.kept()[0].pid == state.pid


def test_a_stale_file_whose_port_nobody_has_is_passed_over(tiny, opened):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    private_folder(model_service.folder())
    name = model_service._name(tiny)
    left_behind(port, pid=os.getpid()).write(model_service.folder() / f"{name}.json")
    assert written(opened(tiny)) == "Yes: so it is. [1]"
    assert is_alive(os.getpid())


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"port": "x"}', b"\xff", b"{}" * 9])
def test_a_file_that_makes_no_sense_is_passed_over(tmp_path, content):
    path = tmp_path / "state.json"
    path.write_bytes(content)
    path.chmod(0o600)
    assert State.read(path) is None


def test_a_file_that_others_may_read_or_that_is_a_link_is_not_believed(tmp_path):
    path = tmp_path / "state.json"
    left_behind(1).write(path)
    assert State.read(path) == left_behind(1)
    path.chmod(0o644)
    assert State.read(path) is None
    path.chmod(0o600)
    link = tmp_path / "link.json"
    link.symlink_to(path)
    assert State.read(link) is None


def test_a_folder_that_others_may_write_to_is_refused(tmp_path):
    folder = tmp_path / "state"
    folder.mkdir()
    folder.chmod(0o777)
    assert not private_folder(folder)
    folder.chmod(0o755)
    assert private_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert not private_folder(link)


# Where none can be had


class Loaded(Exception):
    """The model would be loaded in this process."""


@pytest.fixture
def here(monkeypatch):
    def load(path):
        raise Loaded(path)

    monkeypatch.setattr(model_service, "LlamaCpp", load)


def test_where_the_process_cannot_load_it_this_one_tries_and_tells_why(tmp_path, opened, here):
    notes = []
    model = opened(model_file(tmp_path / "bad.gguf", fails=1), notes=notes)
    with pytest.raises(Loaded):
        written(model)
    assert len(notes) == 1
    assert "loaded here" in notes[0]


def test_in_a_folder_that_is_not_private_nothing_is_started(tiny, opened, here):
    folder = model_service.folder()
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    notes = []
    with pytest.raises(Loaded):
        opened(tiny, notes=notes)
    assert str(folder) in notes[0]
    assert model_service._STARTED == []


def test_a_file_that_is_no_model_starts_nothing(tmp_path, opened):
    (tmp_path / "text.gguf").write_bytes(b"text, no model")
    with pytest.raises(ModelMissingError, match=r"text\.gguf"):
        opened(tmp_path / "text.gguf")
    assert model_service._STARTED == []


def test_one_that_hangs_costs_seconds_and_not_the_answer(tiny, opened, here):
    written(opened(tiny))
    (kept,) = model_service.kept()
    os.kill(kept.pid, signal.SIGSTOP)
    try:
        with pytest.raises(Loaded):
            written(opened(tiny))
    finally:
        os.kill(kept.pid, signal.SIGKILL)


# The real model

real = pytest.mark.skipif(
    not llamacpp.is_installed(),
    reason="the local extra (xllamacpp and the model's parts) is missing",
)


@pytest.mark.local
@real
def test_the_real_model_is_kept_answers_alike_and_is_gone_at_the_end(opened, monkeypatch):
    monkeypatch.setattr(model_service, "COMMAND", KEEPS)
    path = llamacpp.assembled(lambda _: None)
    asked = prompts.load("answer").fill(
        evidence="[1] The bridge was opened on May 3, 1990, by the mayor of Lima.",
        question="When was the bridge opened?",
    )

    def written(model):
        with closing(model):
            pieces = list(model.stream(asked, max_tokens=60, fixed=len(asked) - 1))
        first = next(p.probabilities for p in pieces if p.probabilities)
        return "".join(p.text for p in pieces), max(first, key=first.get), pieces[-1].usage

    text, first, usage = written(opened(path, timeout=120.0))
    assert text.startswith("Yes: ")
    assert "May 3, 1990" in text
    assert first.strip() == "Yes"
    assert usage.prompt_tokens > 100
    assert usage.completion_tokens > 5
    again, _, _ = written(opened(path, timeout=120.0))
    assert "May 3, 1990" in again
    assert len(model_service._STARTED) == 1
    (kept,) = model_service.kept()
    assert kept.memory is None or 1e9 < kept.memory < 2e9
    assert [each.pid for each in model_service.stop()] == [kept.pid]
    wait_for(lambda: not is_alive(kept.pid))


@pytest.mark.local
@real
def test_the_real_model_stops_when_who_asked_is_gone(opened, monkeypatch):
    monkeypatch.setattr(model_service, "COMMAND", KEEPS)
    model = opened(llamacpp.assembled(lambda _: None), timeout=120.0)
    counting = [{"role": "user", "content": "Count from 1 to 500, in words."}]
    answer = model.stream(counting, max_tokens=4000)
    for _ in range(3):
        next(answer)
    answer.close()
    begun = time.monotonic()
    short = [{"role": "user", "content": "Say yes."}]
    assert list(model.stream(short, max_tokens=2))
    assert time.monotonic() - begun < 60  # four thousand tokens take eight minutes
