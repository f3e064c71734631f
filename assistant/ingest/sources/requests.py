"""One GET to one address -> its reply, within limits of time and size that no server can stretch.

HTTP is spoken by `h11` over a socket of our own: whole clients look a name up again after it was
checked, and start their time limit anew with every byte. Redirects are left to `web`.
"""

from __future__ import annotations

import socket
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

from assistant.net import Address, Refusal, are_public, resolve

GOOD = (200, 203)
"""Statuses that promise what was asked for."""

_LARGEST_HEAD = 1 << 16
_CHUNK = 1 << 16
_ACCEPT = "text/html, application/xhtml+xml, application/pdf, text/*;q=0.9, */*;q=0.8"


class Clock:
    """Counts down over all that is waited for, be it by several requests."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds, more than 0.

        Raises:
            TimeoutError: none are left.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def refusal(self) -> Refusal:
        """What to tell when none are left."""
        return Refusal(f"took more than {self._seconds:g} seconds; try again later.")


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered.

    Attributes:
        status: three digits.
        headers: by name in lower case, the first of each name; whatever the server wrote.
        data: the body, unpacked; empty unless the status is one of `GOOD`.
        is_public: whether it came from a machine of the public internet.
    """

    status: int
    headers: dict[str, str]
    data: bytes = b""
    is_public: bool = True


def get(address: Address, limit: int, clock: Clock, allow_private: bool) -> Reply:
    """Ask once. A body is read only with a status of `GOOD`.

    Raises:
        Refusal: no whole reply was had within the limits.
    """
    import h11

    try:
        _no_proxy(address)
        found = resolve(address, clock.left(), allow_private=allow_private)
        with _connected(address, found, clock) as link:
            talk = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LARGEST_HEAD)
            reply = _reply(talk, link, address, limit, clock)
            return replace(reply, is_public=are_public(found))
    except TimeoutError as exc:
        raise clock.refusal() from exc
    except h11.ProtocolError as exc:
        raise Refusal("breaks off, or answers what is no HTTP; try again later.") from exc
    except OSError as exc:
        raise Refusal(_why(exc)) from exc


def _no_proxy(address: Address) -> None:
    """Neither go past a proxy that the user set, nor ask it: it would look the name up anew."""
    from urllib.request import getproxies, proxy_bypass

    if {address.scheme, "all"} & set(getproxies()) and not proxy_bypass(address.authority):
        raise Refusal(
            "would be asked for through a proxy, which is not supported; "
            "name the host in NO_PROXY, or download it and give the file."
        )


@contextmanager
def _connected(address: Address, found: list[Any], clock: Clock) -> Iterator[socket.socket]:
    """A connection to the first of the addresses found that answers."""
    link = _first(found, clock)
    try:
        if address.scheme == "https":
            import ssl

            # A body whose end is the connection's must not be cut short by whoever stands between.
            link.settimeout(clock.left())
            context = ssl.create_default_context()
            link = context.wrap_socket(
                link, server_hostname=address.host, suppress_ragged_eofs=False
            )
        yield link
    finally:
        link.close()


def _first(found: list[Any], clock: Clock) -> socket.socket:
    failure = OSError()
    for number, entry in enumerate(found):
        try:
            return _link(entry, clock.left() / (len(found) - number))
        except OSError as exc:
            failure = exc
    raise failure


def _link(entry: Any, seconds: float) -> socket.socket:
    family, kind, protocol, _, machine = entry
    link = socket.socket(family, kind, protocol)
    try:
        link.settimeout(seconds)
        link.connect(machine)
    except BaseException:
        link.close()
        raise
    return link


def _reply(talk: Any, link: socket.socket, address: Address, limit: int, clock: Clock) -> Reply:
    import h11

    def event() -> Any:
        while (event := talk.next_event()) is h11.NEED_DATA:
            link.settimeout(clock.left())
            talk.receive_data(link.recv(_CHUNK))
        return event

    link.settimeout(clock.left())
    link.sendall(talk.send(_request(address)) + talk.send(h11.EndOfMessage()))
    while isinstance(head := event(), h11.InformationalResponse):
        pass
    if not isinstance(head, h11.Response):
        raise Refusal("answers in another protocol than HTTP; check the address.")
    headers: dict[str, str] = {}
    for name, value in head.headers:
        headers.setdefault(name.decode("ascii"), value.decode("utf-8", "replace"))
    if head.status_code not in GOOD:
        return Reply(head.status_code, headers)
    body = _Body(headers.get("content-encoding", ""), limit)
    body.expect(int(headers.get("content-length", 0)))
    while isinstance(part := event(), h11.Data):
        body.add(bytes(part.data))
    return Reply(head.status_code, headers, body.whole())


def _request(address: Address) -> Any:
    import h11

    headers = [
        ("Host", address.authority),
        ("User-Agent", f"assistant/{version('assistant')}"),
        ("Accept", _ACCEPT),
        ("Accept-Encoding", "gzip"),
        ("Connection", "close"),
    ]
    return h11.Request(method="GET", target=address.target, headers=headers)


class _Body:
    """Collects what arrives and unpacks it, never more than a little beyond the limit."""

    def __init__(self, coding: str, limit: int) -> None:
        self._packed = coding.strip().lower() not in ("", "identity")
        if self._packed and coding.strip().lower() not in ("gzip", "x-gzip", "deflate"):
            raise Refusal("is packed in a way that was not asked for; download it by other means.")
        self._limit = limit
        self._data = bytearray()
        self._inflater: Any = None

    def expect(self, size: int) -> None:
        """Refuse what is, or is announced to become, larger than the limit."""
        if size > self._limit:
            most = f"{self._limit / 1e6:g} MB"
            raise Refusal(f"is larger than {most}; download it and give the file.")

    def add(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            Refusal: they are too many, or cannot be unpacked.
        """
        if not self._packed:
            self._data += data
            self.expect(len(self._data))
        while self._packed and data:
            if self._inflater is None or self._inflater.eof:  # gzip files may follow one another
                self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)  # or what "deflate" means
            try:
                self._data += self._inflater.decompress(data, self._limit + 1 - len(self._data))
            except zlib.error as exc:
                raise Refusal("cannot be unpacked; download it by other means.") from exc
            self.expect(len(self._data))
            data = self._inflater.unused_data

    def whole(self) -> bytes:
        """All of it, at the end."""
        if self._inflater is not None and not self._inflater.eof:
            raise Refusal("breaks off; try again later.")
        return bytes(self._data)


def _why(exc: OSError) -> str:
    import ssl

    if isinstance(exc, ssl.SSLCertVerificationError):
        return (
            f"has a certificate that is not to be trusted ({exc.verify_message.strip('.')}); "
            "check the address, or name your own authority in SSL_CERT_FILE."
        )
    if isinstance(exc, ssl.SSLError):
        return "broke off the encrypted connection; try again later or check the address."
    return f"cannot be reached ({exc.strerror or 'no answer'}); check the address and the network."
