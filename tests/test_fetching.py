"""What an address holds is fetched, and nothing that answers can make it more than that."""

import doctest
import gzip
import socket
import ssl
import subprocess
import sys
import threading
import time
import zlib
from shutil import which

import pytest

from assistant import __version__, addresses, fetching
from assistant.errors import AddressError, UsageError
from assistant.fetching import Fetched, fetch, is_address, suffix_of
from tests.web_server import moved, reply, web_server


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def server():
    with web_server() as running:
        yield running


@pytest.fixture
def resolver(monkeypatch):
    """Names lead to the loopback addresses that stand in this dict; all others as they do."""
    names, system = {}, socket.getaddrinfo

    def look_up(host, port, **options):
        if host not in names:
            return system(host, port, **options)
        taken = names[host].pop(0) if isinstance(names[host], list) else names[host]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (taken, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return names


def get(server, pieces=None, **options):
    if pieces is not None:
        server.pages["/"] = pieces
    return fetch(server.url(), **{"allow_private": True, "seconds": 10, **options})


def failure(server, pieces=None, **options):
    """The message of the error, which is always one line of printable characters."""
    with pytest.raises(AddressError) as raised:
        get(server, pieces, **options)
    assert str(raised.value).isprintable()
    assert str(raised.value).startswith(server.url().rstrip("/"))
    return str(raised.value)


def test_the_examples_hold():
    assert doctest.testmod(fetching).failed == 0


def test_importing_it_loads_nothing_heavy():
    code = "import sys, assistant.fetching; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert not {"h11", "idna", "ssl", "httpx", "http.client"} & set(loaded)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("http://example.org", True),
        ("HTTPS://example.org/a", True),
        ("ftp://example.org", True),
        ("notes.md", False),
        ("./http:/a", False),
        ("C:\\notes", False),
        ("c://notes", False),
        ("a b://c", False),
        ("example.org/a", False),
        ("", False),
    ],
)
def test_an_address_is_told_from_a_path(text, meant):
    assert is_address(text) is meant


# What is had


def test_a_page_is_fetched_with_what_the_server_tells_of_it(server):
    kind = 'Content-Type: Text/HTML; Charset="ISO-8859-1"; x=y'
    changed = "Last-Modified: Wed, 03 Jun 2026 23:59:00 GMT"
    assert get(server, reply(b"<p>\xe4</p>", kind, changed)) == Fetched(
        server.url(), b"<p>\xe4</p>", "text/html", "iso-8859-1", "2026-06-03"
    )


def test_what_the_server_does_not_tell_is_left_open(server):
    assert get(server, reply(b"x")) == Fetched(server.url(), b"x", "", None, None)


@pytest.mark.parametrize(
    ("header", "kind", "charset"),
    [
        ("text/html", "text/html", None),
        ("text/html;charset=utf-8", "text/html", "utf-8"),
        ("text/html; charset='UTF-8'", "text/html", "utf-8"),
        ("text/html; charset=", "text/html", None),
        ("html", "", None),
        ("text/h\u202etml; charset=\u202ea", "", None),
        ("a/b/c", "", None),
    ],
)
def test_a_media_type_is_told_only_if_it_is_one(server, header, kind, charset):
    page = get(server, reply(b"x", f"Content-Type: {header}"))
    assert (page.media_type, page.charset) == (kind, charset)


@pytest.mark.parametrize(
    "date",
    """Thu,_01_Jan_1970_00:00:00_GMT Wed,_03_Jun_2999_10:00:00_GMT yesterday 0 2026-06-03
    Wed,_03_Jun_2026_99:99:99_GMT Wed,_03_Jun_2026_10:00:00_+999999999999999""".split(),
)
def test_a_date_that_cannot_be_true_is_none(server, date):
    page = get(server, reply(b"x", f"Last-Modified: {date.replace('_', ' ')}"))
    assert page.modified in (None, "2026-06-03")
    assert page.modified is None or "+" in date


def test_the_request_names_the_host_and_holds_no_more_than_it_must(server):
    server.pages["/a%20b?c=d"] = reply(b"x")
    fetch(server.url("/a b?c=d#e"), allow_private=True)
    lines = server.requests[0].splitlines()
    assert lines[0] == "GET /a%20b?c=d HTTP/1.1"
    assert f"Host: 127.0.0.1:{server.port}" in lines
    assert f"User-Agent: assistant/{__version__}" in lines
    names = {line.partition(":")[0] for line in lines[1:] if line}
    assert names == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}


def test_an_ipv6_address_is_fetched():
    try:
        running = web_server("::1")
        with running as server:
            server.pages["/"] = reply(b"six")
            page = fetch(server.url(host="[::1]"), allow_private=True)
            assert page.data == b"six"
            assert f"Host: [::1]:{server.port}" in server.requests[0]
    except OSError:
        pytest.skip("no IPv6 here")


def test_a_body_may_come_in_chunks_or_end_with_the_connection(server):
    chunked = [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"3\r\nabc\r\n",
        b"0\r\n\r\n",
    ]
    assert get(server, chunked).data == b"abc"
    assert get(server, reply(b"abc", length=False)).data == b"abc"
    assert get(server, [b"HTTP/1.0 200 OK\r\n\r\nabc"]).data == b"abc"
    assert get(server, reply(b"")).data == b""


def test_early_hints_are_passed_over(server):
    assert (
        get(server, [b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", *reply(b"x")]).data == b"x"
    )


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip", "deflate"])
def test_a_packed_body_is_unpacked(server, coding):
    text = b"many words " * 10_000
    packed = zlib.compress(text) if coding == "deflate" else gzip.compress(text)
    assert get(server, reply(packed, f"Content-Encoding: {coding}")).data == text
    assert get(server, reply(b"", f"Content-Encoding: {coding}")).data == b""


def test_a_body_of_several_packed_files_is_unpacked_however_it_arrives(server):
    packed = gzip.compress(b"ab") * 2
    assert get(server, reply(packed, "Content-Encoding: gzip")).data == b"abab"
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    single = [packed[place : place + 1] for place in range(len(packed))]
    assert get(server, [head, *single]).data == b"abab"


# Redirects


@pytest.mark.parametrize("status", ["301 a", "302 b", "303 c", "307 d", "308 e"])
def test_redirects_are_followed_and_the_last_address_is_told(server, status):
    server.pages["/"] = moved("/new?a=b#c", status)
    server.pages["/new?a=b"] = reply(b"new")
    assert get(server) == Fetched(server.url("/new?a=b"), b"new", "", None, None)


@pytest.mark.parametrize(
    "location",
    ["../x y", "/x%20y", "//{host}/x y", "http://{host}/x%20y#z", "  ./x y  ", "?/../x y"],
)
def test_a_redirect_may_be_relative(server, location):
    server.pages["/x%20y"] = server.pages["/?/../x%20y"] = reply(b"x")
    assert get(server, moved(location.format(host=f"127.0.0.1:{server.port}"))).data == b"x"


def test_redirects_are_followed_only_so_often(server):
    server.pages |= {f"/{step}": moved(f"/{step + 1}") for step in range(9)} | {"/3": reply(b"x")}
    assert get(server, moved("/0"), redirects=4).data == b"x"
    assert "leads to" in failure(server, redirects=3)
    server.pages["/3"] = moved("/")
    assert "beyond 5 redirects" in failure(server)
    assert "beyond 0 redirects" in failure(server, redirects=0)


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("file:///etc/passwd", "neither http nor https"),
        ("ftp://example.org/", "neither http nor https"),
        ("javascript:alert(1)", "neither http nor https"),
        ("http://me:secret@127.0.0.1/", "name or password"),
        ("http://127.0.0.1:0/", "no valid address"),
        ("http://[::1/", "no valid address"),
        ("http://\u202e.org/", "valid"),
    ],
)
def test_a_redirect_is_checked_as_the_first_address_is(server, location, told):
    message = failure(server, moved(location))
    assert told in message
    assert "leads to" in message
    assert "secret" not in message


@pytest.mark.parametrize(
    "location",
    """http://127.0.0.2/ http://169.254.169.254/latest/meta-data/ http://[::1]/
    http://2130706434/ http://0x7f000002/ http://[::ffff:127.0.0.2]/ //10.0.0.1/ http://0/
    http://inside.example.org/ https://192.168.0.1/""".split(),
)
def test_a_redirect_of_a_public_page_into_a_private_network_is_refused(
    server, resolver, monkeypatch, location
):
    # This one address stands for a public machine, so that nothing leaves this one.
    real = addresses.is_public
    monkeypatch.setattr(addresses, "is_public", lambda each: str(each) == "127.0.0.1" or real(each))
    resolver["inside.example.org"] = "10.0.0.1"
    message = failure(server, moved(location), allow_private=False)
    assert "private network" in message
    assert len(server.requests) == 1


def test_a_redirect_to_another_host_takes_nothing_along(server, resolver):
    resolver["other.example.org"] = "127.0.0.1"
    url = server.url("/", "other.example.org")
    server.pages |= {"/?token=secret": moved(url + "there"), "/there": reply(b"x")}
    page = fetch(server.url("/?token=secret"), allow_private=True)
    assert page.url == url + "there"
    assert "secret" not in server.requests[1]


# Private networks and names


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]"])
def test_this_machine_is_refused_unless_allowed(server, host):
    with pytest.raises(AddressError, match="private network"):
        fetch(server.url(host=host))
    assert server.requests == []


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(server, resolver):
    resolver["rebound.example.org"] = ["127.0.0.1"]  # a second look-up would find nothing
    server.pages["/"] = reply(b"x")
    page = fetch(server.url(host="rebound.example.org"), allow_private=True)
    assert page.data == b"x"
    assert page.url == server.url(host="rebound.example.org")
    assert f"Host: rebound.example.org:{server.port}" in server.requests[0]


def test_a_name_is_checked_anew_at_each_redirect(server, resolver, monkeypatch):
    real = addresses.is_public
    monkeypatch.setattr(addresses, "is_public", lambda each: str(each) == "127.0.0.1" or real(each))
    resolver["rebound.example.org"] = ["127.0.0.1", "10.0.0.1"]
    server.pages["/"] = moved("/again")
    with pytest.raises(AddressError, match="private network"):
        fetch(server.url(host="rebound.example.org"))


def test_the_next_address_of_a_name_is_tried(server, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        closed = other.getsockname()[1]
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
        for port in (closed, server.port)
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    assert get(server, reply(b"x")).data == b"x"


def test_a_proxy_is_neither_used_nor_gone_past(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY" if sys.platform == "win32" else "http_proxy", server.url())
    assert "NO_PROXY" in failure(server, reply(b"x"))
    assert server.requests == []
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert get(server).data == b"x"


# What goes wrong


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("example.org", "neither http nor https"),
        ("file:///etc/passwd", "neither http nor https"),
        ("http://127.0.0.1:0/", "no valid address"),
        ("http://a b/", "valid"),
        ("http://127.0.0.1/\x1b[31m", "no valid address"),
        ("http://me:secret@127.0.0.1/", "name or password"),
    ],
)
def test_a_bad_address_is_told_in_one_line(url, told):
    with pytest.raises(UsageError, match=told) as raised:
        fetch(url, allow_private=True)
    assert str(raised.value).isprintable()
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "status", [300, 304, 400, 401, 403, 404, 410, 418, 429, 500, 503, 999, 204, 206]
)
def test_a_status_that_holds_no_page_is_told(server, status):
    message = failure(
        server, [f"HTTP/1.1 {status} \x9b31mno\r\nContent-Length: 0\r\n\r\n".encode("latin-1")]
    )
    assert str(status) in message or status == 401
    assert "31m" not in message


def test_a_redirect_to_nowhere_is_told(server):
    assert "(302)" in failure(server, reply(status="302 Found"))


def test_a_host_that_refuses_or_is_unknown_is_told(resolver, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    with pytest.raises(AddressError, match="cannot be reached"):
        fetch(f"http://127.0.0.1:{port}/", allow_private=True)

    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(AddressError, match="not known"):
        fetch("http://nowhere.example.org/")


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
def test_what_is_no_whole_reply_is_told(server, pieces):
    assert "HTTP" in failure(server, pieces)


@pytest.mark.parametrize(
    "body", [b"plain", gzip.compress(b"text" * 99) + b"more", gzip.compress(b"text")[:-1] + b"x"]
)
def test_what_cannot_be_unpacked_is_told(server, body):
    assert "cannot be unpacked" in failure(server, reply(body, "Content-Encoding: gzip"))


@pytest.mark.parametrize("end", [1, 5, 30, -1])
def test_a_packed_body_that_breaks_off_is_told(server, end):
    packed = gzip.compress(b"text and more of it and other words too")
    assert "breaks off" in failure(server, reply(packed[:end], "Content-Encoding: gzip"))


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip, br", "\x9b31m".strip()])
def test_a_packing_that_was_not_asked_for_is_told(server, coding):
    pieces = reply(b"x", f"Content-Encoding: {coding}")
    assert "not asked for" in failure(server, pieces)


# What is too much


def test_as_much_as_the_limit_is_fetched_and_no_more(server):
    assert len(get(server, reply(b"x" * 5000), limit=5000).data) == 5000
    assert "larger than 0.005 MB" in failure(server, reply(b"x" * 5001), limit=5000)
    assert "larger than" in failure(server, reply(b"x" * 5001, length=False), limit=5000)
    packed = reply(gzip.compress(b"x" * 5000), "Content-Encoding: gzip")
    assert len(get(server, packed, limit=5000).data) == 5000
    assert "larger than" in failure(server, packed, limit=4999)


def test_what_announces_too_much_is_refused_at_once(server):
    start = time.monotonic()
    assert "larger than 20 MB" in failure(
        server, [b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", 5.0]
    )
    assert time.monotonic() - start < 3


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_decompression_bomb_is_refused_before_it_fills_the_memory(server, coding):
    import tracemalloc

    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | (16 if coding == "gzip" else 0))
    bomb = b"".join([packer.compress(bytes(1 << 20)) for _ in range(200)]) + packer.flush()
    assert len(bomb) < 1 << 19
    tracemalloc.start()
    try:
        told = failure(server, reply(bomb, f"Content-Encoding: {coding}"), limit=1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
    assert "larger than 1 MB" in told


def test_an_endless_body_is_refused(server):
    def endless():
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        while True:
            yield bytes(1 << 16)

    assert "larger than 1 MB" in failure(server, endless(), limit=1_000_000)


SLOW = {
    "silent": [5.0],
    "head": [b"HTTP/1.1 200 OK\r\n", *([b"A: b\r\n", 0.05] * 100)],
    "line": [*([b"H", 0.05] * 100)],
    "body": [b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", *([b"a", 0.05] * 100)],
    "hints": [b"HTTP/1.1 103 Early\r\n\r\n", 0.05] * 100,
    "packed": [
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
        *([gzip.compress(b""), 0.05] * 100),
    ],
}


@pytest.mark.parametrize("kind", SLOW)
def test_a_server_that_keeps_on_sending_little_is_given_up(server, kind):
    start = time.monotonic()
    assert "took more than 0.5 seconds" in failure(server, SLOW[kind], seconds=0.5)
    assert time.monotonic() - start < 2


def test_the_time_is_that_of_all_redirects_together(server):
    server.pages |= {f"/{step}": [0.2, *moved(f"/{step + 1}")] for step in range(9)}
    start = time.monotonic()
    assert "took more than" in failure(server, moved("/0"), seconds=0.5)
    assert time.monotonic() - start < 2


# Encryption


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate that signs itself, for the name page.example.org, and its key."""
    if not which("openssl"):
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("certificate")
    paths = folder / "certificate.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = "-subj /CN=page.example.org -addext subjectAltName=DNS:page.example.org"
    usage = "-addext keyUsage=digitalSignature,keyCertSign"
    command = f"{command} {names} {usage} -out {paths[0]} -keyout {paths[1]}"
    subprocess.run(command.split(), check=True, capture_output=True)
    return paths


@pytest.fixture
def encrypted(certificate, resolver):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    names = []
    context.sni_callback = lambda _, name, __: names.append(name)
    resolver["page.example.org"] = resolver["other.example.org"] = "127.0.0.1"
    with web_server(tls=context) as server:
        server.pages["/"] = reply(b"secret page")
        server.names = names
        yield server


def test_a_certificate_is_verified_for_the_name_and_not_for_the_address(
    encrypted, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    page = fetch(encrypted.url(host="page.example.org"), allow_private=True)
    assert page.data == b"secret page"
    assert encrypted.names == ["page.example.org"]
    for host in ("other.example.org", "127.0.0.1"):
        with pytest.raises(AddressError, match="not to be trusted") as raised:
            fetch(encrypted.url(host=host), allow_private=True)
        assert str(raised.value).isprintable()
    assert encrypted.requests[1:] == []


def test_a_certificate_of_an_unknown_authority_is_refused(encrypted):
    with pytest.raises(AddressError, match="not to be trusted"):
        fetch(encrypted.url(host="page.example.org"), allow_private=True)
    assert encrypted.requests == []


def test_a_page_that_is_encrypted_leads_to_none_that_is_not(
    encrypted, certificate, server, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    url = encrypted.url(host="page.example.org")
    encrypted.pages["/"] = moved(server.url())
    with pytest.raises(AddressError, match="is not encrypted"):
        fetch(url, allow_private=True)
    assert server.requests == []
    server.pages["/"] = moved(url)
    encrypted.pages["/"] = reply(b"safe")
    assert get(server).data == b"safe"


def test_a_body_cut_short_by_someone_in_between_is_told(encrypted, certificate, monkeypatch):
    # The server closes the connection without TLS's own end, as whoever cuts it would.
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    encrypted.pages["/"] = reply(b"half of it", length=False)
    with pytest.raises(AddressError, match="broke off"):
        fetch(encrypted.url(host="page.example.org"), allow_private=True)


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
            fetch(url, allow_private=True, seconds=0.5)
        thread.join()
        links[0].close()


# Kinds


@pytest.mark.parametrize(
    ("kind", "path", "suffix"),
    [
        ("text/html", "/", ".html"),
        ("text/html", "/report.pdf", ".html"),
        ("application/xhtml+xml", "/a", ".html"),
        ("application/pdf", "/download.php", ".pdf"),
        ("text/plain", "/notes", ".txt"),
        ("text/plain", "/README.md", ".md"),
        ("text/plain", "/page.html", ".txt"),
        ("text/markdown", "/", ".md"),
        ("text/csv", "/", ".csv"),
        ("application/json", "/", ".json"),
        ("message/rfc822", "/", ".eml"),
        ("application/epub+zip", "/", ".epub"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "/", ".docx"),
        ("application/octet-stream", "/a/Report%20of.DOCX", ".docx"),
        ("", "/a.pdf?b=c.txt", ".pdf"),
        ("", "/a.b/c", ""),
        ("image/png", "/", ""),
        ("", "/a.%1b[31m", ""),
        ("", "/.pdf", ""),
    ],
)
def test_the_suffix_is_told_by_the_media_type_and_then_by_the_path(kind, path, suffix):
    page = Fetched("https://example.org" + path, b"", kind, None, None)
    assert suffix_of(page) == suffix
