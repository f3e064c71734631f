"""One request: what comes whole is had, and nothing that answers can make it more than that."""

import gzip
import socket
import sys
import threading
import time
import tracemalloc
import zlib

import pytest

from assistant import __version__
from assistant.errors import AddressError
from assistant.ingest.sources.web import fetch
from tests.web_server import reply, web_server


def ask(url, *, limit=20_000_000, seconds=10):
    return fetch(url, limit=limit, seconds=seconds, allow_private=True)


def body(website, pieces, **options):
    website.pages["/"] = pieces
    return ask(website.url(), **options).data


def failure(website, pieces, **options):
    """Why it is refused: always one line of printable characters."""
    with pytest.raises(AddressError) as refused:
        body(website, pieces, **options)
    assert str(refused.value).isprintable()
    return str(refused.value)


def test_the_request_names_the_host_and_holds_no_more_than_it_must(website):
    website.pages["/a%20b?c=d"] = reply(b"x")
    ask(website.url("/a b?c=d#e"))
    lines = website.requests[0].splitlines()
    assert lines[0] == "GET /a%20b?c=d HTTP/1.1"
    assert f"Host: 127.0.0.1:{website.port}" in lines
    assert f"User-Agent: assistant/{__version__}" in lines
    names = {line.partition(":")[0] for line in lines[1:] if line}
    assert names == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}


def test_an_ipv6_address_is_fetched():
    try:
        with web_server("::1") as website:
            website.pages["/"] = reply(b"six")
            page = ask(website.url(host="[::1]"))
            assert page.data == b"six"
            assert f"Host: [::1]:{website.port}" in website.requests[0]
    except OSError:
        pytest.skip("no IPv6 here")


def test_a_body_may_come_in_chunks_or_end_with_the_connection(website):
    chunked = [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"3\r\nabc\r\n",
        b"0\r\n\r\n",
    ]
    assert body(website, chunked) == b"abc"
    assert body(website, reply(b"abc", length=False)) == b"abc"
    assert body(website, [b"HTTP/1.0 200 OK\r\n\r\nabc"]) == b"abc"
    assert body(website, reply(b"")) == b""


def test_early_hints_are_passed_over(website):
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    assert body(website, [hints, *reply(b"x")]) == b"x"


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip", "deflate"])
def test_a_packed_body_is_unpacked(website, coding):
    text = b"many words " * 10_000
    packed = zlib.compress(text) if coding == "deflate" else gzip.compress(text, mtime=0)
    assert body(website, reply(packed, f"Content-Encoding: {coding}")) == text
    assert body(website, reply(b"", f"Content-Encoding: {coding}")) == b""


def test_a_body_of_several_packed_files_is_unpacked_however_it_arrives(website):
    packed = gzip.compress(b"ab", mtime=0) * 2
    assert body(website, reply(packed, "Content-Encoding: gzip")) == b"abab"
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    single = [packed[place : place + 1] for place in range(len(packed))]
    assert body(website, [head, *single]) == b"abab"


def test_the_next_address_of_a_name_is_tried(website, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        closed = other.getsockname()[1]
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
        for port in (closed, website.port)
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    assert body(website, reply(b"x")) == b"x"


def test_a_proxy_is_neither_used_nor_gone_past(website, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY" if sys.platform == "win32" else "http_proxy", website.url())
    assert "NO_PROXY" in failure(website, reply(b"x"))
    assert website.requests == []
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert body(website, reply(b"x")) == b"x"


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        [b"SSH-2.0-OpenSSH\r\n"],
        [b"\x1b]0;title\x07"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\nabc"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nabc"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\nabc"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc"],
        [b"HTTP/1.1 200 OK\r\nA: \x00\r\n\r\nabc"],
        [b"HTTP/1.1 200 OK\r\nno colon\r\n\r\nabc"],
        [b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nabc"],
        [b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 50_000 + b"\r\nabc"],
        [b"HTTP/1.1 200 OK\r\nA: " + b"b" * 200_000 + b"\r\n\r\nabc"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + b"b" * 200_000],
    ],
)
def test_what_is_no_whole_reply_is_told(website, pieces):
    assert "HTTP" in failure(website, pieces)


@pytest.mark.parametrize(
    "packed",
    [
        b"plain",
        gzip.compress(b"text" * 99, mtime=0) + b"more",
        gzip.compress(b"text", mtime=0)[:-1] + b"x",
    ],
)
def test_what_cannot_be_unpacked_is_told(website, packed):
    assert "cannot be unpacked" in failure(website, reply(packed, "Content-Encoding: gzip"))


@pytest.mark.parametrize("end", [1, 5, 30, -1])
def test_a_packed_body_that_breaks_off_is_told(website, end):
    packed = gzip.compress(b"text and more of it and other words too", mtime=0)
    assert "breaks off" in failure(website, reply(packed[:end], "Content-Encoding: gzip"))


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip, br", "\x9b31m"])
def test_a_packing_that_was_not_asked_for_is_told(website, coding):
    pieces = reply(b"x", f"Content-Encoding: {coding}")
    assert "not asked for" in failure(website, pieces)


def test_as_much_as_the_limit_is_fetched_and_no_more(website):
    assert len(body(website, reply(b"x" * 5000), limit=5000)) == 5000
    assert "larger than 0.005 MB" in failure(website, reply(b"x" * 5001), limit=5000)
    assert "larger than" in failure(website, reply(b"x" * 5001, length=False), limit=5000)
    packed = reply(gzip.compress(b"x" * 5000, mtime=0), "Content-Encoding: gzip")
    assert len(body(website, packed, limit=5000)) == 5000
    assert "larger than" in failure(website, packed, limit=4999)


def test_what_announces_too_much_is_refused_at_once(website):
    start = time.monotonic()
    assert "larger than 20 MB" in failure(
        website, [b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", 5.0]
    )
    assert time.monotonic() - start < 3


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_decompression_bomb_is_refused_before_it_fills_the_memory(website, coding):
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | (16 if coding == "gzip" else 0))
    bomb = b"".join([packer.compress(bytes(1 << 20)) for _ in range(200)]) + packer.flush()
    assert len(bomb) < 1 << 19
    tracemalloc.start()
    try:
        told = failure(website, reply(bomb, f"Content-Encoding: {coding}"), limit=1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
    assert "larger than 1 MB" in told


def test_an_endless_body_is_refused(website):
    def endless():
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        while True:
            yield bytes(1 << 16)

    assert "larger than 1 MB" in failure(website, endless(), limit=1_000_000)


SLOW = {
    "silent": [5.0],
    "head": [b"HTTP/1.1 200 OK\r\n", *([b"A: b\r\n", 0.05] * 100)],
    "line": [*([b"H", 0.05] * 100)],
    "body": [b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", *([b"a", 0.05] * 100)],
    "hints": [b"HTTP/1.1 103 Early\r\n\r\n", 0.05] * 100,
    "packed": [
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
        *([gzip.compress(b"", mtime=0), 0.05] * 100),
    ],
}


@pytest.mark.parametrize("kind", SLOW)
def test_a_server_that_keeps_on_sending_little_is_given_up(website, kind):
    start = time.monotonic()
    assert "took more than 0.5 seconds" in failure(website, SLOW[kind], seconds=0.5)
    assert time.monotonic() - start < 2


def test_a_certificate_is_verified_for_the_name_and_not_for_the_address(
    encrypted, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    page = ask(encrypted.url(host="page.example.org"))
    assert page.data == b"secret page"
    assert encrypted.names == ["page.example.org"]
    for host in ("other.example.org", "127.0.0.1"):
        with pytest.raises(AddressError, match="not to be trusted") as raised:
            ask(encrypted.url(host=host))
        assert str(raised.value).isprintable()
    assert encrypted.requests[1:] == []


def test_a_certificate_of_an_unknown_authority_is_refused(encrypted):
    with pytest.raises(AddressError, match="not to be trusted"):
        ask(encrypted.url(host="page.example.org"))
    assert encrypted.requests == []


def test_a_body_cut_short_by_someone_in_between_is_told(encrypted, certificate, monkeypatch):
    # The server closes the connection without TLS's own end, as whoever cuts it would.
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    encrypted.pages["/"] = reply(b"half of it", length=False)
    with pytest.raises(AddressError, match="broke off"):
        ask(encrypted.url(host="page.example.org"))


@pytest.mark.parametrize(
    ("sent", "told"), [(b"SSH-2.0-OpenSSH\r\n", "encrypted connection"), (b"", "took more than")]
)
def test_a_server_that_speaks_no_tls_is_told_and_waited_for_no_longer_than_allowed(sent, told):
    links = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer():
            links.append(listening.accept()[0])
            links[0].sendall(sent)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        url = f"https://127.0.0.1:{listening.getsockname()[1]}/"
        with pytest.raises(AddressError, match=told):
            ask(url, seconds=0.5)
        thread.join()
        links[0].close()
