"""The client of a server is made beside other work, and little of its library is loaded."""

import subprocess
import sys
import threading

import pytest

from assistant.models.chat import openai as openai_client
from assistant.models.chat.openai import Connection, Server
from tests.fake_openai import Reply

HERE = Server("scripted", "scripted", "http://127.0.0.1:9/v1")


def connection():
    return Connection(HERE, None, timeout=1, retries=0, option="--llm")


def test_whoever_names_a_server_need_not_wait_for_its_client(monkeypatch):
    made, made_by = threading.Event(), []

    def slow(*given):
        made_by.append(threading.current_thread())
        made.wait(10)
        return make(*given)

    make = openai_client._client
    monkeypatch.setattr(openai_client, "_client", slow)
    to = connection()
    made.set()
    assert str(to.client.base_url) == "http://127.0.0.1:9/v1/"
    to.close()
    assert to.client.is_closed()
    assert made_by != [threading.current_thread()]


def test_whoever_closes_a_connection_need_not_wait_for_its_client_which_is_closed_then(monkeypatch):
    go, clients = threading.Event(), []

    def slow(*given):
        assert go.wait(20)
        clients.append(make(*given))
        return clients[0]

    make = openai_client._client
    monkeypatch.setattr(openai_client, "_client", slow)
    before = set(threading.enumerate())
    to = connection()
    (maker,) = set(threading.enumerate()) - before
    to.close()
    assert not clients
    go.set()
    maker.join()
    assert clients[0].is_closed()


def test_a_client_that_cannot_be_made_is_told_where_it_is_asked_for(monkeypatch):
    def fail(*_):
        raise ValueError("no such proxy")

    monkeypatch.setattr(openai_client, "_client", fail)
    to = connection()
    with pytest.raises(ValueError, match="no such proxy"):
        _ = to.client
    to.close()


def test_asking_a_server_loads_no_part_of_the_library_that_is_not_needed(index, fake_openai):
    fake_openai.script = [Reply("Yes: Trump has threatened a 100% tariff.")] * 2
    code = (
        "import sys; from assistant import Assistant\n"
        "with Assistant.open(sys.argv[1], llm=sys.argv[2]) as assistant:\n"
        "    print(assistant.ask('What tariff has Trump threatened?').usage.calls)\n"
        "print(*sys.modules)"
    )
    command = [sys.executable, "-c", code, str(index), fake_openai.spec]
    calls, loaded = subprocess.check_output(command, text=True).splitlines()
    assert int(calls) > 0
    assert "openai" in loaded.split()
    assert not {"openai.resources", "openai.resources.chat"} & set(loaded.split())


def test_the_end_of_the_program_waits_for_a_client_that_is_being_made():
    code = (
        "from assistant.models.chat.openai import Connection, Server\n"
        "to = Connection(Server('m', 'm', 'http://127.0.0.1:9/v1'), None, timeout=1, retries=0, "
        "option='--llm')\n"
        "raise SystemExit(3)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (3, b"")
