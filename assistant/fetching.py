"""One web address that the user named -> its bytes, without trusting what answers there.

Which machines may be reached is left to `addresses`, what the bytes say to `reading`. HTTP is
spoken by `h11` over a socket of our own: whole clients look a name up again after it was checked,
and start their time limit anew with every byte.
"""

from __future__ import annotations

import os
import re
import socket
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from assistant.addresses import Address, Refusal, parse, resolve, shown
from assistant.errors import AddressError

LARGEST_PAGE = 20_000_000
"""Bytes above which what an address holds is refused, counted when unpacked."""

_LARGEST_HEAD = 1 << 16
_CHUNK = 1 << 16
_MOVED = (301, 302, 303, 307, 308)
_GOOD = (200, 203)
_FAILURES = {
    401: "asks for a password; download it and give the file.",
    403: "refuses to be fetched (403); open it in a browser, save it and give the file.",
    404: "does not exist (404); check the address.",
    410: "exists no longer (410); leave it out.",
    429: "is asked too often (429); try again later.",
}
_ACCEPT = "text/html, application/xhtml+xml, application/pdf, text/*;q=0.9, */*;q=0.8"

_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "application/epub+zip": ".epub",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "message/rfc822": ".eml",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
}
_KINDS_OF_TEXT = (".md", ".markdown", ".csv", ".tsv", ".json", ".jsonl", ".eml")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address holds.

    Attributes:
        url: as it was finally reached, after redirects, without fragment; it holds no password.
        data: the bytes, unpacked.
        media_type: as the server told it, lower case, without parameters; empty if it told none.
        charset: the encoding that the server told, lower case.
        modified: ISO date on which the server says it was last changed.
    """

    url: str
    data: bytes
    media_type: str
    charset: str | None
    modified: str | None


def is_address(text: str) -> bool:
    """Whether an argument is meant as a web address and not as a path.

    >>> is_address("https://example.org"), is_address("notes/a.md"), is_address("C://notes")
    (True, False, False)
    """
    return bool(re.match(r"[a-z][a-z0-9+.-]+://", text.strip(), re.I))


def fetch(
    url: str,
    *,
    limit: int = LARGEST_PAGE,
    seconds: float = 30.0,
    redirects: int = 5,
    allow_private: bool = False,
) -> Fetched:
    """What an http or https address holds, by one GET and as many more as it is redirected.

    No cookies, no passwords, no proxy. Certificates are verified against the system's authorities
    (`SSL_CERT_FILE` names others). Each redirect is checked as the first address was.

    Args:
        url: an address that the user named; never one that stands in a document.
        limit: bytes above which it is refused, counted when unpacked.
        seconds: for the whole of it, names looked up and redirects included.
        redirects: how many are followed.
        allow_private: also reach this machine and private networks.

    Raises:
        AddressError: it cannot be had; the message tells why.
    """
    clock, subject, before = _Clock(seconds), shown(url), None
    named = subject
    try:
        for _ in range(redirects + 1):
            address = parse(url)
            if before and before.scheme == "https" and address.scheme == "http":
                raise Refusal("is not encrypted; name that address itself if you trust it.")
            reply = _get(address, limit, clock, allow_private)
            if reply.status not in _MOVED or "location" not in reply.headers:
                return _fetched(address, reply)
            before, url = address, _joined(address.url, reply.headers["location"])
            subject = f"{named} leads to {shown(url)}, which"
        raise Refusal(f"is beyond {redirects} redirects; name the page that they end at.")
    except Refusal as refusal:
        raise AddressError(f"{subject} {refusal}") from refusal


def suffix_of(fetched: Fetched) -> str:
    """The suffix of files that are read as this is to be; empty if nothing tells.

    The media type decides, then the path. `text/plain` is what servers send for any text, so there
    the path may name a finer kind of it.
    """
    path = os.path.splitext(unquote(urlsplit(fetched.url).path))[1].lower()
    suffix = _SUFFIXES.get(fetched.media_type, "")
    if suffix == ".txt" and path in _KINDS_OF_TEXT:
        return path
    return suffix or (path if re.fullmatch(r"\.[a-z0-9]{1,10}", path) else "")


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location  # which `parse` will refuse


class _Clock:
    """Counts down, over all that is waited for."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds, more than 0."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def refusal(self) -> Refusal:
        return Refusal(f"took more than {self._seconds:g} seconds; try again later.")


@dataclass(frozen=True, slots=True)
class _Reply:
    """A status, the headers by name in lower case (the first of each), and the body."""

    status: int
    headers: dict[str, str]
    data: bytes = b""


def _get(address: Address, limit: int, clock: _Clock, allow_private: bool) -> _Reply:
    """Ask once. A body is read only with a status that promises what was asked for."""
    import h11

    try:
        _no_proxy(address)
        found = resolve(address, clock.left(), allow_private=allow_private)
        with _connected(address, found, clock) as link:
            talk = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LARGEST_HEAD)
            return _reply(talk, link, address, limit, clock)
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
def _connected(address: Address, found: list[Any], clock: _Clock) -> Iterator[socket.socket]:
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


def _first(found: list[Any], clock: _Clock) -> socket.socket:
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


def _reply(talk: Any, link: socket.socket, address: Address, limit: int, clock: _Clock) -> _Reply:
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
    if head.status_code not in _GOOD:
        return _Reply(head.status_code, headers)
    body = _Body(headers.get("content-encoding", ""), limit)
    body.expect(int(headers.get("content-length", 0)))
    while isinstance(part := event(), h11.Data):
        body.add(bytes(part.data))
    return _Reply(head.status_code, headers, body.whole())


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


def _fetched(address: Address, reply: _Reply) -> Fetched:
    if reply.status not in _GOOD:
        failed = f"answers with an error ({reply.status}); try again later or check the address."
        raise Refusal(_FAILURES.get(reply.status, failed))
    kind, _, parameters = reply.headers.get("content-type", "").partition(";")
    media_type = kind.strip().lower()
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:+-]{1,40})", parameters, re.I | re.ASCII)
    return Fetched(
        url=address.url,
        data=reply.data,
        media_type=media_type if re.fullmatch(r"[\w.+-]+/[\w.+-]+", media_type, re.A) else "",
        charset=charset[1].lower() if charset else None,
        modified=_date(reply.headers.get("last-modified", "")),
    )


def _date(header: str) -> str | None:
    """The date in UTC; none that lies ahead, and not the epoch, by which servers mean none."""
    try:
        moment = parsedate_to_datetime(header).replace(tzinfo=UTC)  # the header is always in GMT
    except (ValueError, TypeError, IndexError, OverflowError):  # all of which it is known to raise
        return None
    told = datetime(1970, 1, 2, tzinfo=UTC) <= moment <= datetime.now(UTC) + timedelta(days=1)
    return moment.date().isoformat() if told else None


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
