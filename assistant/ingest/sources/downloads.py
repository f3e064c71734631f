"""Addresses that the user named -> files of this machine, to be read like any other.

Fetching is left to `web`, what readers of LlamaIndex's give to `llamaindex`; what becomes of the
files to `index_run`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from assistant.errors import AddressError
from assistant.ingest.readers.kinds import kind_of
from assistant.ingest.sources.walk import SourceFile
from assistant.ingest.sources.web import fetch, suffix_of
from assistant.models import ADDRESS
from assistant.models import parse as parse_class
from assistant.net import Refusal, parse, shown


def named(text: str) -> str:
    """An address as it is kept: in one form, with its query, without its fragment.

    Raises:
        UsageError: it is none that may be fetched, or names no reader.
    """
    if text.startswith(ADDRESS):
        parse_class(text)
        return text
    try:
        return parse(text).url
    except Refusal as refusal:
        raise AddressError(f"{shown(text)} {refusal}") from refusal


def host_of(address: str) -> str:
    """The machine that an address names, as people know it, or the reader.

    >>> host_of("https://www.example.org:8080/a")
    'example.org'
    """
    if address.startswith(ADDRESS):
        return address.removeprefix(ADDRESS).partition("?")[0]
    return (urlsplit(address).hostname or "").removeprefix("www.")


class Downloads:
    """Fetches addresses into a folder that nobody else can look into; gone when it is left."""

    def __init__(self, allow_private: bool = False) -> None:
        """With `allow_private`, also from this machine and private networks."""
        self._allow_private = allow_private
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._number = 0

    def __enter__(self) -> Downloads:
        return self

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            self._folder.cleanup()

    def get(self, address: str) -> SourceFile:
        """What an address holds, as a file that bears the suffix of its kind.

        Raises:
            UsageError: it cannot be had, is of a kind that is not read, or cannot be kept.
        """
        if address.startswith(ADDRESS):
            from assistant.ingest.sources.llamaindex import lines

            path = self._kept(address, ".jsonl", b"".join(lines(address)))
            return SourceFile(path, path, address)
        fetched = fetch(address, allow_private=self._allow_private)
        suffix = suffix_of(fetched)
        if kind_of(f"page{suffix}") is None:
            kind = fetched.media_type or suffix
            why = f"is of a kind that is not read ({kind})" if kind else "does not tell its kind"
            remedy = "save it as a page or PDF and give the file."
            raise AddressError(f"{shown(address)} {why}; {remedy}")
        path = self._kept(address, suffix, fetched.data)
        return SourceFile(path, path, address, fetched.charset or "", host_of(fetched.url))

    def _kept(self, address: str, suffix: str, data: bytes) -> Path:
        try:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="assistant-")
            self._number += 1
            path = Path(self._folder.name).resolve() / f"{self._number}{suffix}"
            path.write_bytes(data)
        except OSError as exc:
            told = f"{shown(address)} cannot be kept to be read ({exc.strerror})"
            raise AddressError(f"{told}; free space in {tempfile.gettempdir()}.") from exc
        return path
