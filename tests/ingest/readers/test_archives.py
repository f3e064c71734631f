"""Zip archives: bombs refused, broken ones told, what is sound read."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from assistant.ingest.readers import archives
from assistant.ingest.readers.archives import Archive, check
from assistant.ingest.readers.base import UnreadableError


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


SOUND = {"mimetype": b"text", "a/b.xml": b"<a>" + b"words and more " * 999 + b"</a>", "empty": b""}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members_are_read_as_they_were_packed(method):
    archive = Archive(packed(SOUND, method))

    assert archive.names() == list(SOUND)
    assert {name: archive.read(name) for name in SOUND} == SOUND
    archive.measure()


def test_a_folder_is_no_member():
    assert Archive(packed({"a/": b"", "a/b": b"x"})).names() == ["a/b"]


def test_an_archive_with_other_bytes_before_it_is_read():
    assert Archive(b"#!/bin/sh\n" + packed(SOUND)).read("mimetype") == b"text"


def test_a_member_that_is_not_there_is_a_key_error():
    with pytest.raises(KeyError):
        Archive(packed(SOUND)).read("other")


@pytest.mark.parametrize("data", [b"", b"PK", b"no archive at all", b"PK\x05\x06" + b"\xff" * 18])
def test_bytes_that_are_no_archive_are_told(data):
    with pytest.raises(UnreadableError, match="broken"):
        Archive(data)


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = packed({"a.xml": bytes(archives._RATIO_COUNTS_FROM + 1)})

    for guard in (Archive, check):
        with pytest.raises(UnreadableError, match="unpacks to more"):
            guard(bomb)


def test_a_small_picture_that_packs_well_is_no_bomb():
    check(packed({"white.bmp": bytes(3_000_000)}))


def test_a_member_that_unpacks_to_more_than_the_directory_says_is_refused():
    data = packed({"a.xml": b"x" * 4_000_000})
    lying = data.replace((4_000_000).to_bytes(4, "little"), (40).to_bytes(4, "little"))

    with pytest.raises(UnreadableError, match="unpacks to more"):
        Archive(lying).read("a.xml")
    with pytest.raises(UnreadableError, match="unpacks to more"):
        check(lying)


def test_members_that_together_unpack_to_too_much_are_refused(monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_TOTAL", 1000)

    with pytest.raises(UnreadableError, match="unpacks to more"):
        Archive(packed({"a": b"x" * 600, "b": b"y" * 600}))


def test_a_member_larger_than_the_reader_allows_is_refused():
    with pytest.raises(UnreadableError, match="unpacks to more"):
        Archive(packed(SOUND)).read("a/b.xml", limit=100)


def test_members_that_share_bytes_are_refused():
    data = bytearray(packed({"a.xml": b"x" * 999, "b.xml": b"y" * 999}))
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = bytes(4)  # where the second one's header is
    data[second + 46 : second + 51] = b"a.xml"

    with pytest.raises(UnreadableError, match="over each other"):
        Archive(bytes(data))


def test_an_encrypted_archive_is_told():
    data = bytearray(packed(SOUND))
    data[data.index(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(UnreadableError, match="password"):
        Archive(bytes(data))


def test_another_way_of_packing_is_refused():
    with pytest.raises(UnreadableError, match="broken"):
        Archive(packed(SOUND, zipfile.ZIP_BZIP2))


def test_too_many_members_are_refused(monkeypatch):
    monkeypatch.setattr(archives, "MOST_MEMBERS", 2)

    with pytest.raises(UnreadableError, match="parts"):
        Archive(packed(SOUND))


def test_a_directory_that_never_ends_is_not_even_opened(monkeypatch):
    monkeypatch.setattr(zipfile, "ZipFile", lambda data: pytest.fail("opened"))

    with pytest.raises(UnreadableError, match="parts"):
        Archive(b"PK\x01\x02" * 200_000)


def test_a_broken_member_is_told_when_it_is_read_and_spares_the_others():
    data = bytearray(packed(SOUND))
    data[data.index(b"a/b.xml") + 9] ^= 0xFF
    archive = Archive(bytes(data))

    archive.measure()
    assert archive.read("mimetype") == b"text"
    with pytest.raises(UnreadableError, match="broken"):
        archive.read("a/b.xml")


def test_no_broken_archive_raises_anything_else():
    sound, random_ = packed(SOUND), random.Random(7)
    for _ in range(500):
        data = bytearray(sound)
        for _ in range(random_.randint(1, 6)):
            data[random_.randrange(len(data))] = random_.randrange(256)
        if random_.random() < 0.3:
            del data[random_.randrange(len(data)) :]
        try:
            archive = Archive(bytes(data))
            archive.measure()
            for name in archive.names():
                archive.read(name)
        except UnreadableError:
            continue
