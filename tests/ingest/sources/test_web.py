"""What an address holds is fetched, and nothing that answers can make it more than that."""

import doctest
import socket
import subprocess
import sys
import time

import pytest

from assistant import net
from assistant.errors import AddressError, UsageError
from assistant.ingest.sources import web
from assistant.ingest.sources.web import Fetched, fetch, suffix_of
from tests.web_server import moved, reply


def get(website, pieces=None, **options):
    if pieces is not None:
        website.pages["/"] = pieces
    return fetch(website.url(), **{"allow_private": True, "seconds": 10, **options})


def failure(website, pieces=None, **options):
    """The message of the error, which is always one line of printable characters."""
    with pytest.raises(AddressError) as raised:
        get(website, pieces, **options)
    assert str(raised.value).isprintable()
    assert str(raised.value).startswith(website.url().rstrip("/"))
    return str(raised.value)


def test_the_examples_hold():
    assert doctest.testmod(web).failed == 0


def test_importing_it_loads_nothing_heavy():
    code = "import sys, assistant.ingest.sources.web; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert not {"h11", "idna", "ssl", "httpcore", "http.client"} & set(loaded)


# What is had


def test_a_page_is_fetched_with_what_the_server_tells_of_it(website):
    kind = 'Content-Type: Text/HTML; Charset="ISO-8859-1"; x=y'
    assert get(website, reply(b"<p>\xe4</p>", kind)) == Fetched(
        website.url(), b"<p>\xe4</p>", "text/html", "iso-8859-1"
    )


def test_what_the_server_does_not_tell_is_left_open(website):
    assert get(website, reply(b"x")) == Fetched(website.url(), b"x", "", None)


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
def test_a_media_type_is_told_only_if_it_is_one(website, header, kind, charset):
    page = get(website, reply(b"x", f"Content-Type: {header}"))
    assert (page.media_type, page.charset) == (kind, charset)


# Redirects


@pytest.mark.parametrize("status", ["301 a", "302 b", "303 c", "307 d", "308 e"])
def test_redirects_are_followed_and_the_last_address_is_told(website, status):
    website.pages["/"] = moved("/new?a=b#c", status)
    website.pages["/new?a=b"] = reply(b"new")
    assert get(website) == Fetched(website.url("/new?a=b"), b"new", "", None)


@pytest.mark.parametrize(
    "location",
    ["../x y", "/x%20y", "//{host}/x y", "http://{host}/x%20y#z", "  ./x y  ", "?/../x y"],
)
def test_a_redirect_may_be_relative(website, location):
    website.pages["/x%20y"] = website.pages["/?/../x%20y"] = reply(b"x")
    assert get(website, moved(location.format(host=f"127.0.0.1:{website.port}"))).data == b"x"


def test_redirects_are_followed_only_so_often(website):
    website.pages |= {f"/{step}": moved(f"/{step + 1}") for step in range(9)} | {"/3": reply(b"x")}
    assert get(website, moved("/0"), redirects=4).data == b"x"
    assert "leads to" in failure(website, redirects=3)
    website.pages["/3"] = moved("/")
    assert "beyond 5 redirects" in failure(website)
    assert "beyond 0 redirects" in failure(website, redirects=0)


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
def test_a_redirect_is_checked_as_the_first_address_is(website, location, told):
    message = failure(website, moved(location))
    assert told in message
    assert "leads to" in message
    assert "secret" not in message


@pytest.mark.parametrize("allowed", [True, False])
@pytest.mark.parametrize(
    "location",
    """http://127.0.0.2/ http://169.254.169.254/latest/meta-data/ http://[::1]/
    http://2130706434/ http://0x7f000002/ http://[::ffff:127.0.0.2]/ //10.0.0.1/ http://0/
    http://inside.example.org/ https://192.168.0.1/""".split(),
)
def test_a_redirect_of_a_public_page_into_a_private_network_is_refused(
    website, resolver, monkeypatch, location, allowed
):
    # This one address stands for a public machine, so that nothing leaves this one.
    real = net.is_public
    monkeypatch.setattr(net, "is_public", lambda each: str(each) == "127.0.0.1" or real(each))
    resolver["inside.example.org"] = ["10.0.0.1"]
    message = failure(website, moved(location), allow_private=allowed)
    assert "private network" in message or "never fetched from" in message
    assert len(website.requests) == 1


def test_a_redirect_to_another_host_takes_nothing_along(website, resolver):
    resolver["other.example.org"] = ["127.0.0.1"]
    url = website.url("/", "other.example.org")
    website.pages |= {"/?token=secret": moved(url + "there"), "/there": reply(b"x")}
    page = fetch(website.url("/?token=secret"), allow_private=True)
    assert page.url == url + "there"
    assert "secret" not in website.requests[1]


# Private networks and names


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]"])
def test_this_machine_is_refused_unless_allowed(website, host):
    with pytest.raises(AddressError, match="private network"):
        fetch(website.url(host=host))
    assert website.requests == []


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(website, resolver):
    resolver["rebound.example.org"] = ["127.0.0.1"]  # a second look-up would find nothing
    website.pages["/"] = reply(b"x")
    page = fetch(website.url(host="rebound.example.org"), allow_private=True)
    assert page.data == b"x"
    assert page.url == website.url(host="rebound.example.org")
    assert f"Host: rebound.example.org:{website.port}" in website.requests[0]


def test_a_name_is_checked_anew_at_each_redirect(website, resolver, monkeypatch):
    real = net.is_public
    monkeypatch.setattr(net, "is_public", lambda each: str(each) == "127.0.0.1" or real(each))
    resolver["rebound.example.org"] = ["127.0.0.1", "10.0.0.1"]
    website.pages["/"] = moved("/again")
    with pytest.raises(AddressError, match="private network"):
        fetch(website.url(host="rebound.example.org"))


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
def test_a_status_that_holds_no_page_is_told(website, status):
    message = failure(
        website, [f"HTTP/1.1 {status} \x9b31mno\r\nContent-Length: 0\r\n\r\n".encode("latin-1")]
    )
    assert str(status) in message or status == 401
    assert "31m" not in message


def test_a_redirect_to_nowhere_is_told(website):
    assert "(302)" in failure(website, reply(status="302 Found"))


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


def test_the_time_is_that_of_all_redirects_together(website):
    website.pages |= {f"/{step}": [0.2, *moved(f"/{step + 1}")] for step in range(9)}
    start = time.monotonic()
    assert "took more than" in failure(website, moved("/0"), seconds=0.5)
    assert time.monotonic() - start < 2


def test_a_page_that_is_encrypted_leads_to_none_that_is_not(
    encrypted, certificate, website, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    url = encrypted.url(host="page.example.org")
    encrypted.pages["/"] = moved(website.url())
    with pytest.raises(AddressError, match="is not encrypted"):
        fetch(url, allow_private=True)
    assert website.requests == []
    website.pages["/"] = moved(url)
    encrypted.pages["/"] = reply(b"safe")
    assert get(website).data == b"safe"


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
    page = Fetched("https://example.org" + path, b"", kind, None)
    assert suffix_of(page) == suffix
