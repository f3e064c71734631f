"""Which addresses are taken apart, how they are shown, and which machines may be reached."""

import doctest
import socket
import time
from ipaddress import ip_address

import pytest

from assistant import net
from assistant.net import Refusal, is_address, is_public, kept, parse, resolve, shown

PRIVATE = """
    127.0.0.1 127.9.9.9 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1
    100.127.255.255 100.100.100.200 0.0.0.0 0.1.2.3 192.0.0.8 192.0.0.192 192.0.2.1 192.88.99.1
    198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
    168.63.129.16
    :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254
    fe80::1 fec0::1 fc00::1 fd00:ec2::254 ff02::1 ff0e::1 100::1 2001:db8::1 3fff::1 5f00::1
    2001::1 2001:0:7f00:1:: 2002:7f00:1:: 2002:808:808::1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
    64:ff9b:1::808:808 4000::1
""".split()
PUBLIC = """
    8.8.8.8 1.1.1.1 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 169.253.1.1 192.0.1.1
    198.17.1.1 198.20.0.1 223.255.255.254 93.184.215.14
    2606:4700:4700::1111 2001:4860:4860::8888 2a00:1450:4001::1 ::ffff:8.8.8.8 64:ff9b::808:808
""".split()


@pytest.fixture
def resolver(monkeypatch):
    """Names lead to the addresses that stand in this dict."""
    names = {}

    def look_up(host, port, **_):
        if host not in names:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        family = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [
            (family[ip_address(each).version], socket.SOCK_STREAM, 6, "", (each, port))
            for each in names[host]
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return names


def test_the_examples_hold():
    assert doctest.testmod(net).failed == 0


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


def test_an_address_is_kept_with_its_query_and_without_its_fragment():
    assert kept("HTTP://Example.org:80/a?key=1#part") == "http://example.org/a?key=1"
    assert kept("ftp://example.org/A#b") == "ftp://example.org/A#b"


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_no_machine_of_the_public_internet_is_told(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_a_machine_of_the_public_internet_is_told(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://example.org", "http://example.org/"),
        ("  https://EXAMPLE.org.:443/A?b=c&d#e ", "https://example.org/A?b=c&d"),
        ("http://example.org:8080?x=/?", "http://example.org:8080/?x=/?"),
        ("http://example.org/a%2Fb c/ü?q=ä", "http://example.org/a%2Fb%20c/%C3%BC?q=%C3%A4"),
        ("https://medium.com/@me/post", "https://medium.com/@me/post"),
        ("https://straße.de/", "https://xn--strae-oqa.de/"),
        ("https://例え。jp/", "https://xn--r8jz45g.jp/"),
        ("http://[2606:4700::1111]:81/", "http://[2606:4700::1111]:81/"),
        ("http://[::FFFF:8.8.8.8]/", "http://[::ffff:808:808]/"),
        ("http://a_b.example.org/", "http://a_b.example.org/"),
        ("http://example.org/a\\b", "http://example.org/a%5Cb"),
    ],
)
def test_an_address_is_brought_into_one_form(text, url):
    assert parse(text).url == url


@pytest.mark.parametrize(
    "text",
    [
        *"""
    http:// http:///path http://:80/ http://example.org:0/ http://example.org:65536/
    http://example.org:x/ http://[::1 http://[fe80::1%25eth0]/ http://[v1.x]/ http://exa%6Dple.org/
    http://a..b/ http://ex\\ample.org/ http://-\u2603-.\u2603\u200b\u0378/ http://a,b/
    """.split(),
        "http://example.org/a\nb",
        "http://exa\tmple.org/",
        "http://example.org/\x1b[31m",
        "http://exam ple.org/",
        "http://" + "a" * 64 + ".org/",
        "http://" + "a." * 130 + "org/",
        "http://example.org/\udc80",
        "http://\udc80.org/",
    ],
)
def test_what_is_no_valid_address_is_refused(text):
    with pytest.raises(Refusal, match="valid"):
        parse(text)


@pytest.mark.parametrize("text", ["ftp://a.org/", "file:///etc/passwd", "data://x", "a.org", ""])
def test_other_schemes_are_refused(text):
    with pytest.raises(Refusal, match="neither http nor https"):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://me:secret@example.org/",
        "https://secret@example.org/",
        "https://me:s@ecret@example.org/",
        "https://me:se?cret@example.org/",
        "https://me:se/cret@example.org/",
        "https://me:se#cret@example.org/",
        "ftp://me:secret@example.org/",
        "me:secret@example.org/",
        "https:/me:secret@example.org/",
        "https://example.org\\:secret@example.org/",
    ],
)
def test_a_password_is_refused_and_never_shown(text):
    with pytest.raises(Refusal) as refused:
        parse(text)
    assert shown(text).endswith("example.org/")
    assert "cret" not in shown(text) + str(refused.value)


def test_what_is_shown_is_one_short_line_without_the_query():
    assert shown("https://example.org/a?token=b#c") == "https://example.org/a"
    assert shown("https://medium.com/@me/post") == "https://medium.com/@me/post"
    assert shown("x\x1b]0;t\x07\n\u202ey") == "x�]0;t���y"
    assert len(shown("http://example.org/" + "a" * 5000)) < 250


@pytest.mark.parametrize(
    "host",
    """localhost LOCALHOST. 127.0.0.1 127.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 0
    [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] １２７.0.0.1 127。0。0。1 [64:ff9b::7f00:1]
    192.168.0.1 [2002:7f00:1::]""".split(),
)
def test_a_private_machine_is_refused_however_it_is_spelt(host):
    with pytest.raises(Refusal, match="private network"):
        resolve(parse(f"http://{host}/"), 5)


@pytest.mark.parametrize(
    "host",
    """169.254.169.254 169.254.0.1 2852039166 0xa9fea9fe [::ffff:169.254.169.254] [::a9fe:a9fe]
    [64:ff9b::a9fe:a9fe] [64:ff9b:1::a9fe:a9fe] [2002:a9fe:a9fe::] [fe80::1] [fd00:ec2::254]
    [fd20:ce::254] 100.100.100.200 192.0.0.192 168.63.129.16""".split(),
)
@pytest.mark.parametrize("allowed", [True, False])
def test_where_machines_keep_keys_is_never_reached(host, allowed):
    with pytest.raises(Refusal, match="never fetched from"):
        resolve(parse(f"http://{host}/"), 5, allow_private=allowed)


def test_a_name_that_also_leads_to_where_keys_are_is_never_reached(resolver):
    resolver["both.example.org"] = ["127.0.0.1", "fe80::1%eth0"]
    with pytest.raises(Refusal, match="never fetched from"):
        resolve(parse("http://both.example.org/"), 5, allow_private=True)


@pytest.mark.parametrize("address", ["127.0.0.1", "fd00::1", "::ffff:10.1.1.1"])
def test_a_name_is_refused_if_one_of_its_addresses_is_private(resolver, address):
    resolver["both.example.org"] = ["8.8.8.8", address]
    with pytest.raises(Refusal, match="private network"):
        resolve(parse("http://both.example.org/"), 5)


def test_all_addresses_of_a_public_name_are_found(resolver):
    resolver["example.org"] = ["8.8.8.8", "2606:4700::1111"]
    found = resolve(parse("https://example.org/"), 5)
    assert [entry[4] for entry in found] == [("8.8.8.8", 443), ("2606:4700::1111", 443)]


def test_private_machines_are_found_if_they_are_allowed(resolver):
    resolver["inside.example.org"] = ["127.0.0.1", "10.0.0.1", "192.168.1.1", "fd12::1", "::1"]
    found = resolve(parse("http://inside.example.org:81/"), 5, allow_private=True)
    assert [entry[4][0] for entry in found] == resolver["inside.example.org"]


def test_a_name_that_is_not_known_is_told(resolver):
    with pytest.raises(Refusal, match="not known"):
        resolve(parse("http://nowhere.example.org/"), 5)


def test_a_look_up_takes_no_longer_than_allowed(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(2))
    start = time.monotonic()
    with pytest.raises(Refusal, match="not found in time"):
        resolve(parse("http://example.org/"), 0.1)
    assert time.monotonic() - start < 1
