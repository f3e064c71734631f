"""One GET to one address -> its reply, within limits of time and size that no server can stretch.

httpcore, the part of httpx below its client, speaks HTTP. The socket is ours: it is connected to an
address that was checked, so no name is looked up again, and one limit of time holds for all that
is waited for, where a client's starts anew with every byte. Redirects are left to `web`.
"""

from __future__ import annotations

import socket
import ssl
import time
import zlib
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpcore

from assistant.net import Address, Refusal, are_public, resolve

_GOOD = (200, 203)
_ACCEPT = "text/html, application/xhtml+xml, application/pdf, text/*;q=0.9, */*;q=0.8"


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer to one request.

    Attributes:
        status: three digits.
        headers: by name in lower case, the first of each name; whatever the server wrote.
        data: the body, unpacked; None unless the status promises what was asked for.
        is_public: whether it came from a machine of the public internet.
    """

    status: int
    headers: dict[str, str]
    data: bytes | None
    is_public: bool


def get(address: Address, limit: int, deadline: float, allow_private: bool) -> Reply:
    """Ask once; `deadline` is a time of the monotonic clock.

    Raises:
        Refusal: no whole reply was had.
        TimeoutError: nor was it before the deadline.
    """
    _refuse_proxy(address)
    try:
        found = resolve(address, _left(deadline), allow_private=allow_private)
        with closing(_Stream(address, found, deadline)) as stream:
            return _ask(address, stream, limit, are_public(found))
    except TimeoutError:
        raise
    except httpcore.ProtocolError as exc:
        raise Refusal("breaks off, or answers what is no HTTP; try again later.") from exc
    except zlib.error as exc:
        raise Refusal("cannot be unpacked; download it by other means.") from exc
    except OSError as exc:
        raise Refusal(_why(exc)) from exc


class _Stream(httpcore.NetworkStream):
    """A connection to the first of the machines found that answers, encrypted for https."""

    def __init__(self, address: Address, found: list[Any], deadline: float) -> None:
        self._deadline = deadline
        self._socket = self._connected(found)
        if address.scheme == "https":
            with self._socket as plain:
                self._wait()
                # A body that ends with the connection must not be cut short by a third party.
                self._socket = ssl.create_default_context().wrap_socket(
                    plain, server_hostname=address.host, suppress_ragged_eofs=False
                )

    def _connected(self, found: list[Any]) -> socket.socket:
        failure = OSError()
        for number, (family, kind, protocol, _, machine) in enumerate(found):
            link = socket.socket(family, kind, protocol)
            try:
                link.settimeout(_left(self._deadline) / (len(found) - number))
                link.connect(machine)
                return link
            except OSError as exc:
                link.close()
                failure = exc
        raise failure

    def _wait(self) -> None:
        self._socket.settimeout(_left(self._deadline))

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._wait()
        return self._socket.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._wait()
        self._socket.sendall(buffer)

    def close(self) -> None:
        self._socket.close()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _ask(address: Address, stream: _Stream, limit: int, is_public: bool) -> Reply:
    url = httpcore.URL(
        scheme=address.scheme, host=address.host, port=address.port, target=address.target
    )
    sent: dict[bytes | str, bytes | str] = {
        "Host": address.authority,
        "User-Agent": f"assistant/{version('assistant')}",
        "Accept": _ACCEPT,
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }
    connection = httpcore.HTTP11Connection(origin=url.origin, stream=stream)
    with connection.stream("GET", url, headers=sent) as response:
        headers = {
            name.decode("ascii").lower(): value.decode("utf-8", "replace")
            for name, value in reversed(response.headers)
        }
        data = None
        if response.status in _GOOD:
            _check_size(int(headers.get("content-length", 0)), limit)
            data = _body(response.iter_stream(), headers.get("content-encoding", ""), limit)
        return Reply(response.status, headers, data, is_public)


def _body(parts: Iterable[bytes], coding: str, limit: int) -> bytes:
    """Join and unpack the parts, never more than a little beyond the limit."""
    packed = coding.strip().lower() not in ("", "identity")
    if packed and coding.strip().lower() not in ("gzip", "x-gzip", "deflate"):
        raise Refusal("is packed in a way that was not asked for; download it by other means.")
    data = bytearray()
    inflater = None
    for part in parts:
        if not packed:
            data += part
            _check_size(len(data), limit)
        while packed and part:
            if inflater is None or inflater.eof:  # gzip files may follow one another
                inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)  # or what "deflate" means
            data += inflater.decompress(part, limit + 1 - len(data))
            _check_size(len(data), limit)
            part = inflater.unused_data
    if inflater is not None and not inflater.eof:
        raise Refusal("breaks off; try again later.")
    return bytes(data)


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise Refusal(f"is larger than {limit / 1e6:g} MB; download it and give the file.")


def _refuse_proxy(address: Address) -> None:
    """Neither go past a proxy that the user set, nor ask it: it would look the name up anew."""
    if {address.scheme, "all"} & set(getproxies()) and not proxy_bypass(address.authority):
        raise Refusal(
            "would be asked for through a proxy, which is not supported; "
            "name the host in NO_PROXY, or download it and give the file."
        )


def _why(exc: OSError) -> str:
    if isinstance(exc, ssl.SSLCertVerificationError):
        return (
            f"has a certificate that is not to be trusted ({exc.verify_message.strip('.')}); "
            "check the address, or name your own authority in SSL_CERT_FILE."
        )
    if isinstance(exc, ssl.SSLError):
        return "broke off the encrypted connection; try again later or check the address."
    return f"cannot be reached ({exc.strerror or 'no answer'}); check the address and the network."
