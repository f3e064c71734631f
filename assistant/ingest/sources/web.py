"""One web address that the user named -> its bytes, without trusting what answers there.

Each request is left to `requests`, and which machines may be reached to `net`.
"""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from assistant.errors import AddressError
from assistant.ingest.readers.kinds import KINDS, READ
from assistant.net import Address, Refusal, parse, shown

if TYPE_CHECKING:
    from assistant.ingest.sources.requests import Reply

LARGEST_PAGE = 20_000_000
"""Bytes above which what an address holds is refused, counted when unpacked."""

_MOVED = (301, 302, 303, 307, 308)
_FAILURES = {
    101: "answers in another protocol than HTTP; check the address.",
    401: "asks for a password; download it and give the file.",
    403: "refuses to be fetched (403); open it in a browser, save it and give the file.",
    404: "does not exist (404); check the address.",
    410: "exists no longer (410); leave it out.",
    429: "is asked too often (429); try again later.",
}

_SUFFIXES = {
    **{KINDS[suffix].media_type: suffix for suffix in reversed(READ)},
    "application/xhtml+xml": ".html",
    "text/x-markdown": ".md",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "application/vnd.oasis.opendocument.text": ".odt",
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
    """

    url: str
    data: bytes
    media_type: str
    charset: str | None


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
        allow_private: also reach this machine and private networks, but no link-local address,
            and none of them by a redirect of a public page.

    Raises:
        AddressError: it cannot be had; the message tells why.
    """
    # Only what fetches pays for loading an HTTP client.
    from assistant.ingest.sources.requests import get

    deadline, subject, before = time.monotonic() + seconds, shown(url), None
    named = subject
    try:
        for _ in range(redirects + 1):
            address = parse(url)
            if before and before.scheme == "https" and address.scheme == "http":
                raise Refusal("is not encrypted; name that address itself if you trust it.")
            reply = get(address, limit, deadline, allow_private)
            if reply.status not in _MOVED or "location" not in reply.headers:
                return _fetched(address, reply)
            # What is on the public internet is no guide to one's own network.
            allow_private = allow_private and not reply.is_public
            before, url = address, _joined(address.url, reply.headers["location"])
            subject = f"{named} leads to {shown(url)}, which"
        raise Refusal(f"is beyond {redirects} redirects; name the page that they end at.")
    except Refusal as refusal:
        raise AddressError(f"{subject} {refusal}") from refusal
    except TimeoutError as exc:
        told = f"{subject} took more than {seconds:g} seconds; try again later."
        raise AddressError(told) from exc


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


def _fetched(address: Address, reply: Reply) -> Fetched:
    if reply.data is None:
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
    )
