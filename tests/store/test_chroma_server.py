"""A Chroma server over HTTP: what goes wrong is told in a line, and no secret with it."""

import base64
import secrets
import socket
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import numpy as np
import pytest

from assistant.errors import IndexDamagedError, UsageError, VectorServerError
from assistant.store import chroma_server as module
from assistant.store.chroma_server import ServerIndex
from assistant.store.vector_place import parse_address
from tests.chroma_run import ChromaRun

ROWS = np.eye(3, 8, dtype=np.float32)
SECRET = "hunter2"


@contextmanager
def scripted(*replies, hang=False):
    """A server that gives these replies, (status, body), in order, the last one ever again."""
    told, asked, done = list(replies), [], Event()

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            asked.append((self.command, self.path, self.headers.get("Authorization")))
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if hang:
                done.wait(10)
            status, body = told.pop(0) if len(told) > 1 else told[0]
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        do_GET = do_POST = do_PUT = do_DELETE = answer

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        done.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def collection(url, name=None, timeout=20.0, retries=2):
    name = name or f"assistant-{secrets.token_hex(16)}"
    it = ServerIndex(parse_address(url), name, timeout=timeout, retries=retries)
    try:
        yield it
    finally:
        it.close()


@pytest.mark.parametrize(
    ("typed", "url", "login"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", None),
        ("http://LocalHost:8000/api/v2/", "http://localhost:8000", None),
        ("https://me:p%40ss@chroma.example/base/", "https://chroma.example/base", ("me", "p@ss")),
        ("http://[::1]:8000", "http://[::1]:8000", None),
    ],
)
def test_an_address_is_read_and_its_login_kept_apart(typed, url, login):
    address = parse_address(typed)
    assert (address.url, address.login) == (url, login)
    assert "p@ss" not in repr(address)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "locale",
        "127.0.0.1:8000",
        "ftp://host",
        "http://",
        "http://me:hunter2@",
        "http://h:99999",
        "http://h?key=hunter2",
        "http://h#hunter2",
        "http://h\x1b[2J",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(typed):
    with pytest.raises(UsageError, match=r"--vectors.*http://127\.0\.0\.1:8000") as told:
        parse_address(typed)
    assert SECRET not in str(told.value)


def test_only_loopback_stays_on_this_machine():
    assert not parse_address("http://127.0.0.1:8000").is_elsewhere
    assert parse_address("http://127.0.0.1.example:8000").is_elsewhere


def test_no_server_is_told_with_the_remedy_and_without_the_password():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        collection(f"http://me:{SECRET}@127.0.0.1:{port}", retries=0) as it,
        pytest.raises(VectorServerError, match="chroma run") as told,
    ):
        it.count()
    assert f"http://127.0.0.1:{port}" in str(told.value)
    assert SECRET not in str(told.value)


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_refuses_access_is_told(status):
    with (
        scripted((status, "no")) as (url, asked),
        collection(url.replace("//", f"//me:{SECRET}@")) as it,
        pytest.raises(VectorServerError, match=rf"HTTP {status}.*NAME:PASSWORD") as told,
    ):
        it.count()
    assert SECRET not in str(told.value)
    sent = base64.b64encode(f"me:{SECRET}".encode()).decode()
    assert [key for _, _, key in asked] == [f"Basic {sent}"]


@pytest.mark.parametrize(
    "reply",
    [
        (200, "<html>hello</html>"),
        (200, "[]"),
        (200, '{"id": "../elsewhere", "metadata": null}'),
        (404, "not here"),
        (404, '{"error": "not found"}'),
        (410, "gone"),
        (302, ""),
    ],
)
def test_what_is_no_chroma_server_is_told(reply):
    with (
        scripted(reply) as (url, _),
        collection(url) as it,
        pytest.raises(VectorServerError, match="does not reply as a Chroma server"),
    ):
        it.count()


def test_a_refusal_is_told_in_one_clean_line():
    reply = '{"error": "QuotaError", "message": "no more\\u001b[2J\\nroom' + "x" * 900 + '"}'
    with (
        scripted((400, reply)) as (url, _),
        collection(url) as it,
        pytest.raises(VectorServerError, match="HTTP 400: no more") as told,
    ):
        it.count()
    assert str(told.value).isprintable()
    assert len(str(told.value)) < 500


def test_a_passing_failure_is_tried_again_and_a_lasting_one_told():
    with scripted((503, ""), (503, ""), (401, "")) as (url, asked), collection(url) as it:
        with pytest.raises(VectorServerError, match="refused access"):
            it.count()
        assert len(asked) == 3
    with scripted((503, '{"error": "x", "message": "y"}')) as (url, asked):
        with collection(url, retries=1) as it, pytest.raises(VectorServerError, match="503"):
            it.count()
        assert len(asked) == 2


def test_a_server_that_does_not_answer_in_time_is_told_at_once():
    with scripted((200, "{}"), hang=True) as (url, asked):
        with (
            collection(url, timeout=0.2) as it,
            pytest.raises(VectorServerError, match="no answer"),
        ):
            it.count()
        assert len(asked) == 1


def test_a_collection_that_is_gone_is_a_damaged_index(chroma_server):
    with collection(chroma_server.url) as it:
        with pytest.raises(IndexDamagedError, match="no longer has"):
            it.count()
        it.create("made")
        it.upsert(["a"], ROWS[:1])
        chroma_server.drop(it.name)
        for ask in (it.count, lambda: it.upsert(["b"], ROWS[:1]), lambda: it.query(ROWS[0], 1)):
            with pytest.raises(IndexDamagedError, match="no longer has"):
                ask()
        it.erase()  # as good as done


def test_a_server_that_was_started_again_in_between_is_asked_again(tmp_path):
    with ChromaRun(tmp_path / "data") as server, collection(server.url) as it:
        it.create("made")
        it.upsert(["a", "b"], ROWS[:2])
        server.stop()
        server.start()
        assert it.query(ROWS[1], 1)[0][0] == "b"
        it.upsert(["c"], ROWS[2:])
        assert it.count() == 3


def test_the_stamp_is_that_of_who_wrote_last(chroma_server):
    with collection(chroma_server.url) as it, collection(chroma_server.url, it.name) as other:
        it.create("first")
        assert it.stamp() == other.stamp() == "first"
        it.mark("second")
        other.close()
        assert it.stamp() == other.stamp() == "second"
        it.erase()


@pytest.mark.parametrize("limit", ["_LARGEST_BATCH", "_LARGEST_REQUEST"])
def test_a_request_is_no_larger_than_servers_allow(chroma_server, monkeypatch, limit):
    monkeypatch.setattr(module, limit, 2)
    with collection(chroma_server.url) as it:
        it.create("made")
        it.upsert(["a", "b", "c"], ROWS, ["one", "two", "three"], [{"n": n} for n in range(3)])
        held = it._ask("POST", f"{it._url}/get", {"ids": ["c"]})
        assert (held["documents"], held["metadatas"]) == (["three"], [{"n": 2}])
        assert [key for key, _ in it.query(ROWS[2], 1)] == ["c"]
        assert sorted(key for keys in it.ids() for key in keys) == ["a", "b", "c"]
        assert sorted(it.held(["c", "x", "y", "a"])) == ["a", "c"]
        it.delete(["a", "b", "c", "d", "e"])
        assert it.count() == 0
        it.erase()
