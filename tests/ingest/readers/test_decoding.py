"""Text is found in whatever encoding it was saved; what is no text is refused with the reason."""

from __future__ import annotations

import codecs
import random

import pytest

from assistant.ingest.readers.decoding import NotTextError, as_utf8, codec, decode

TEXT = "Größe “zählt”.\r\nΩ 漢字 🙂\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_exactly_without_its_mark_or_a_remark(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == (TEXT, encoding.removesuffix("-sig"), "")


@pytest.mark.parametrize(
    ("mark", "encoding"), [(b"\xfe\xff", "utf-16-be"), (b"\x00\x00\xfe\xff", "utf-32-be")]
)
def test_big_endian_unicode_is_read_too(mark: bytes, encoding: str) -> None:
    assert decode(mark + TEXT.encode(encoding)) == (TEXT, encoding[:-3], "")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Le café était “très cher” – 5 € à Zürich.\n"),
        ("cp1252", "café"),
        ("cp1251", "Привет, как дела? Сегодня хорошая погода в Москве.\n"),
        ("shift_jis", "これは日本語のテキストです。正しく読めるでしょうか。\n"),
        ("gb18030", "这是一个测试文件，里面有一些中文句子。我们希望它可以被正确读取。\n"),
    ],
)
def test_older_encodings_are_guessed_and_told(encoding: str, text: str) -> None:
    found, told, remark = decode(text.encode(encoding))
    assert found == text
    assert codecs.lookup(told).name == codecs.lookup(encoding).name
    assert remark.startswith(f"read as {told}, ")


def test_a_long_file_is_guessed_from_its_beginning_and_read_whole() -> None:
    text = "これは日本語のテキストです。\n" * 10_000
    assert decode(text.encode("shift_jis"))[0] == text


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"text with a \x00 in it",
        b"\xff\xd8\xff\xe0" + bytes(range(1, 256)) * 20,
        random.Random(1).randbytes(5000),
        bytes(range(1, 9)) * 10,
    ],
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(NotTextError, match="binary, not text"):
        decode(data)


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf", "\xa0\u2003".encode()])
def test_nothing_but_white_space_is_empty(data: bytes) -> None:
    with pytest.raises(NotTextError, match="empty"):
        decode(data)


def test_no_bytes_make_it_fail_otherwise() -> None:
    rng = random.Random(7)
    for size in (1, 2, 3, 5, 50, 500):
        for start in (b"", b"\xff\xfe", b"\xef\xbb\xbf", b"\xff\xfe\x00\x00", b"caf\xe9 "):
            data = start + bytes(rng.choices(range(1, 256), k=size))
            try:
                text, _, _ = decode(data)
            except NotTextError:
                continue
            text.encode("utf-8")


@pytest.mark.parametrize("charset", ["koi8-r", "KOI8-R", "windows-1251", "iso-8859-5", "utf-16le"])
def test_what_a_server_tells_is_followed(charset: str) -> None:
    data, encoding = as_utf8("Лима просит заём".encode(charset), charset)
    assert data.decode("utf-8") == "Лима просит заём"
    assert codecs.lookup(encoding).name == codecs.lookup(charset).name


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        ("Größe".encode(), "iso-8859-1"),
        ("Größe".encode("cp1252"), "utf-8"),
        ("Größe".encode("cp1252"), "utf-7"),
        ("Größe".encode("cp1252"), "no-such-thing"),
        ("Größe".encode("cp1252"), "base64"),
        ("Größe".encode("cp1252"), "ä\x00\n"),
        ("\ufeffGröße".encode("utf-16-le"), "iso-8859-1"),
        (b"", "koi8-r"),
    ],
)
def test_what_cannot_be_true_is_not_followed(data: bytes, charset: str) -> None:
    assert as_utf8(data, charset) == (data, "")


def test_names_of_encodings_are_taken_as_browsers_take_them() -> None:
    assert codec("latin1") == codec("us-ascii") == "cp1252"
    assert codec("gb2312") == "gb18030"
    assert codec("x-unknown") == ""
