"""Zip archives read with guards: office files and e-books are such, and anybody may have made one.

A few kilobytes can unpack to terabytes, so nothing is unpacked past a bound, and what the archive's
directory says of sizes is checked against what comes out. Nothing is ever written to a disk.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise

from assistant.ingest.readers.base import UnreadableError

MOST_MEMBERS = 10_000
LARGEST_MEMBER = 200_000_000
LARGEST_TOTAL = 400_000_000
"""Bytes, unpacked."""

_HIGHEST_RATIO = 200
_RATIO_COUNTS_FROM = 50_000_000  # a white picture is packed a thousandfold and does no harm
_DIRECTORY_MARK = b"PK\x01\x02"
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_STEP, _PACKED_STEP = 1 << 20, 1 << 16
_ENCRYPTED = 0x1


class Archive:
    """A zip archive in memory, whose members are read by name and within bounds.

    Raises:
        UnreadableError: no zip archive or a broken one, an encrypted one, one with more than
            `MOST_MEMBERS` members or with members that share bytes, or one that says of itself that
            it unpacks to more than the bounds.
    """

    def __init__(self, data: bytes) -> None:
        # the directory is read whole on opening; an archive stored within has marks of its own
        if data.count(_DIRECTORY_MARK) > 10 * MOST_MEMBERS:
            raise UnreadableError(_TOO_MANY)
        try:
            members = zipfile.ZipFile(io.BytesIO(data)).infolist()
            placed = [(info, _start(data, info)) for info in members]
        except Exception as exc:  # zipfile lets slip what its own steps raise on bad bytes
            raise UnreadableError(_BROKEN) from exc
        self._data = memoryview(data)
        self._placed = {info.filename: (info, start) for info, start in placed}
        self._read = 0
        if len(members) > MOST_MEMBERS:
            raise UnreadableError(_TOO_MANY)
        if sum(info.file_size for info in members) > LARGEST_TOTAL:
            raise UnreadableError(_TOO_LARGE)
        for info in members:
            _check(info)
        spans = sorted((info.header_offset, start + info.compress_size) for info, start in placed)
        if any(end > following for (_, end), (following, _) in pairwise(spans)):
            raise UnreadableError("its parts lie over each other, as in a zip bomb; save it anew")

    def names(self) -> list[str]:
        """The names of the members, folders left out, in the order of the archive's directory."""
        return [name for name in self._placed if not name.endswith("/")]

    def read(self, name: str, limit: int = LARGEST_MEMBER) -> bytes:
        """A member, unpacked.

        Raises:
            KeyError: there is none of that name.
            UnreadableError: it is broken, or unpacks to more than `limit` bytes, or all that were
                read to more than `LARGEST_TOTAL`.
        """
        info, _ = self._placed[name]
        unpacked = bytearray()
        for chunk in self._unpacked(name):
            unpacked += chunk
            if len(unpacked) > limit:
                raise UnreadableError(_TOO_LARGE)
        if len(unpacked) != info.file_size or zlib.crc32(unpacked) != info.CRC:
            raise UnreadableError(_BROKEN)
        return bytes(unpacked)

    def measure(self) -> None:
        """Unpack every member and keep none: does the archive tell the truth about its sizes?

        A member that is broken is none of this method's business: it may be one nobody needs.

        Raises:
            UnreadableError: it does not.
        """
        for name in self._placed:
            try:
                for _ in self._unpacked(name):
                    pass
            except _BrokenMemberError:
                continue

    def _unpacked(self, name: str) -> Iterator[bytes]:
        """A member piece by piece, counted."""
        info, start = self._placed[name]
        packed = self._data[start : start + info.compress_size]
        size = 0
        for chunk in _inflated(packed) if info.compress_type == zipfile.ZIP_DEFLATED else (packed,):
            size += len(chunk)
            self._read += len(chunk)
            if size > info.file_size or self._read > LARGEST_TOTAL:
                raise UnreadableError(_TOO_LARGE)
            yield bytes(chunk)


def check(data: bytes) -> None:
    """Guard a whole archive before a library opens it by itself.

    Raises:
        UnreadableError: as `Archive` does, or some member unpacks to more than it says.
    """
    Archive(data).measure()


class _BrokenMemberError(UnreadableError):
    """A member's packed bytes make no sense."""


_BROKEN = "broken, or not what its suffix says; open it in its own program and save it anew"
_TOO_MANY = f"has more than {MOST_MEMBERS:,} parts; save it anew with less in it"
_TOO_LARGE = "unpacks to more than could be in a document; save it anew with less in it"


def _start(data: bytes, info: zipfile.ZipInfo) -> int:
    """Where a member's packed bytes begin, told by the header before them."""
    mark, name, extra = _LOCAL_HEADER.unpack_from(data, info.header_offset)
    start = info.header_offset + _LOCAL_HEADER.size + int(name) + int(extra)
    if mark != b"PK\x03\x04" or info.header_offset < 0 or start + info.compress_size > len(data):
        raise zipfile.BadZipFile("a member that the directory names is not there")
    return start


def _check(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise UnreadableError("protected by a password; save it without one")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableError(_BROKEN)  # no writer of office files or e-books packs otherwise
    absurd = info.file_size > _HIGHEST_RATIO * max(info.compress_size, 1)
    if info.file_size > LARGEST_MEMBER or (absurd and info.file_size > _RATIO_COUNTS_FROM):
        raise UnreadableError(_TOO_LARGE)


def _inflated(packed: memoryview) -> Iterator[bytes]:
    """What deflated bytes unpack to, in pieces of `_STEP` bytes at most."""
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for at in range(0, len(packed), _PACKED_STEP):
            rest: bytes | memoryview = packed[at : at + _PACKED_STEP]
            while rest and not engine.eof:
                yield engine.decompress(rest, _STEP)
                rest = engine.unconsumed_tail
        yield engine.flush()
    except zlib.error as exc:
        raise _BrokenMemberError(_BROKEN) from exc
