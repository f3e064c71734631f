"""Web addresses: taken apart, fit to be shown, and resolved to machines that may be reached.

What is asked of the machine is left to `web`. Which ranges are public is left to `ipaddress`, but
for what not every version of Python knows.
"""

from __future__ import annotations

import re
import socket
import threading
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any
from urllib.parse import quote, urlsplit

PORTS = {"http": 80, "https": 443}
"""The schemes that are fetched, and the port of each."""

_NAME = re.compile(r"(?=.{1,253}\Z)([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_KEPT = "/!$&'()*+,;=:@%~[]"  # what a path may hold as it is, escapes included
_LONGEST_SHOWN = 200

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://", re.I)


def _networks(text: str) -> list[IPv4Network | IPv6Network]:
    return [ip_network(network) for network in text.split()]


_GLOBAL = ip_network("2000::/3")  # all that was ever given out for the public IPv6 internet
# 6to4 and documentation, which some versions of `ipaddress` take for global
_NOT_GLOBAL = _networks("192.88.99.0/24 2002::/16 3fff::/20")
_NAT64 = ip_network("64:ff9b::/96")  # where a network has no IPv4, it is reached so
_ENDING_IN_IPV4 = _networks("64:ff9b::/96 64:ff9b:1::/48 ::ffff:0:0/96 ::/96")
# link-local, where clouds serve a machine its metadata and keys, and the addresses of single clouds
_NEVER = _networks(
    "169.254.0.0/16 fe80::/10 "
    "fd00:ec2::/32 fd20:ce::/32 100.100.100.200/32 168.63.129.16/32 192.0.0.0/24"
)


def is_address(text: str) -> bool:
    """Whether an argument is meant as a web address and not as a path.

    >>> is_address("https://example.org"), is_address("notes/a.md"), is_address("C://notes")
    (True, False, False)
    """
    return bool(_SCHEME.match(text.strip()))


class Refusal(Exception):
    """What is the matter with an address and what to do: a sentence that lacks its subject."""


@dataclass(frozen=True, slots=True)
class Address:
    """An http or https address without name, password and fragment.

    Attributes:
        scheme: "http" or "https".
        host: as it is looked up: lower case, ASCII, IPv6 without brackets.
        port: 1 to 65535.
        target: escaped path with the query; what the server is asked for.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and port as the header `Host` has them: the port only if it is no default."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole of it."""
        return f"{self.scheme}://{self.authority}{self.target}"


def parse(text: str) -> Address:
    """Take an address apart.

    Raises:
        Refusal: it is none that may be fetched.

    >>> parse("HTTP://Example.org:80/a b?c=d#e").url
    'http://example.org/a%20b?c=d'
    """
    malformed = Refusal("is no valid address; check its spelling.")
    if _CONTROL.search(text):  # urlsplit would drop some in silence
        raise malformed
    try:
        parts = urlsplit(text.strip())
        named, host, port = parts.port, parts.hostname, PORTS.get(parts.scheme)
        target = quote(parts.path or "/", _KEPT)
        target += "?" + quote(parts.query, _KEPT + "?") if parts.query else ""
    except ValueError as exc:
        raise malformed from exc
    if port is None:
        raise Refusal("is neither http nor https; download it and give the file.")
    if "@" in parts.netloc:
        # It would be kept in shells' histories and in the index, where no secret is looked for.
        raise Refusal("holds a name or password; leave it out, or download it and give the file.")
    if named == 0 or not host or ("[" in parts.netloc) != (":" in host):
        raise malformed
    return Address(parts.scheme, _host(host), named or port, target)


def kept(text: str) -> str:
    """The form in which an address is kept; the text itself if it is none that is fetched.

    >>> kept("HTTPS://Example.org#part"), kept("notes.md")
    ('https://example.org/', 'notes.md')
    """
    try:
        return parse(text).url
    except Refusal:
        return text


def shown(text: str) -> str:
    """An address on one line, without name, password, query and fragment, whatever it holds.

    >>> shown("https://me:secret@example.org/a?key=1")
    'https://example.org/a'
    """
    try:
        bare = parse(text).url
    except Refusal:
        # A password may hold any sign, so all that stands before the last @ goes.
        scheme = "".join(re.findall(r"\A[a-z][a-z0-9+.-]*://", text, re.I))
        bare = scheme + text.removeprefix(scheme).rpartition("@")[2]
    bare = re.split("[?#]", bare)[0]
    line = "".join(each if each.isprintable() else "\ufffd" for each in bare)
    return line if len(line) <= _LONGEST_SHOWN else line[:_LONGEST_SHOWN] + "…"


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it is a machine of the public internet, whatever the form in which it is written.

    >>> is_public(ip_address("::ffff:10.0.0.1")), is_public(ip_address("64:ff9b::808:808"))
    (False, True)
    """
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped or address in _NAT64:
            return is_public(_last_32_bits(address))
        if address not in _GLOBAL:
            return False
    special = any(address in network for network in _NEVER + _NOT_GLOBAL)
    return address.is_global and not address.is_multicast and not special


def is_forbidden(address: IPv4Address | IPv6Address) -> bool:
    """Whether it is never reached: link-local, or where a cloud hands a machine its keys.

    >>> is_forbidden(ip_address("::ffff:169.254.169.254")), is_forbidden(ip_address("10.0.0.1"))
    (True, False)
    """
    if isinstance(address, IPv6Address):
        wrapped = address.sixtofour
        if any(address in network for network in _ENDING_IN_IPV4):
            wrapped = _last_32_bits(address)
        if wrapped and is_forbidden(wrapped):
            return True
    return any(address in network for network in _NEVER)


def _last_32_bits(address: IPv6Address) -> IPv4Address:
    return IPv4Address(int(address) & 0xFFFFFFFF)


def resolve(address: Address, seconds: float, *, allow_private: bool = False) -> list[Any]:
    """Socket addresses, `(family, type, protocol, name, address)`, of a host: one look-up.

    Every one of them was checked, so a connection to one of them, and to no name, is to a machine
    that may be reached, whatever the name leads to a moment later.

    Raises:
        Refusal: the name is not known in that time, or it leads to a private address, or to one
            that is never reached, whatever is allowed.
    """
    found = _look_up(address, seconds)
    if any(map(is_forbidden, _machines(found))):
        raise Refusal(
            "is on a network where machines keep keys (link-local), which is never fetched from; "
            "save it and give the file."
        )
    if not allow_private and not are_public(found):
        raise Refusal(
            "is on this machine or a private network, which is fetched from only when it is named "
            "itself, with --allow-private; do that if you trust it, or save it and give the file."
        )
    return found


def are_public(found: list[Any]) -> bool:
    """Whether all of the socket addresses that `resolve` gave are of the public internet."""
    return all(map(is_public, _machines(found)))


def _machines(found: list[Any]) -> list[IPv4Address | IPv6Address]:
    return [ip_address(entry[4][0].partition("%")[0]) for entry in found]


def _host(host: str) -> str:
    if ":" in host:
        try:
            if "%" in host:
                raise ValueError("a zone tells one's own networks apart")
            return str(IPv6Address(host))
        except ValueError as exc:
            raise Refusal("holds no valid IPv6 address; check its spelling.") from exc
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True).decode()
        except UnicodeError as exc:
            raise Refusal("holds no valid host name; check its spelling.") from exc
    host = host.removesuffix(".")
    if not _NAME.fullmatch(host):
        raise Refusal("holds no valid host name; check its spelling.")
    return host


def _look_up(address: Address, seconds: float) -> list[Any]:
    from concurrent.futures import Future

    answer: Future[list[Any]] = Future()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
            answer.set_result(found)
        except Exception as exc:
            answer.set_exception(exc)

    # The system's resolver cannot be told how long it may take, only be left behind.
    threading.Thread(target=ask, daemon=True).start()
    try:
        return answer.result(seconds)
    except TimeoutError as exc:
        raise Refusal("was not found in time; check the network and try again.") from exc
    except (OSError, UnicodeError) as exc:
        told = "has a host that is not known; check its spelling and the network."
        raise Refusal(told) from exc
