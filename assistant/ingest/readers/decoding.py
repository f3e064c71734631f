"""A file's bytes -> its text, whatever its encoding. What the text says is left to `registry`."""

from __future__ import annotations

import codecs
import re

_BOMS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
"""Names of encodings -> what texts that name them are read as, by every browser (WHATWG)."""
_COMMONEST = "cp1252"
_LIKELY = [_COMMONEST, "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r"]
_LIKELY += ["gb18030", "big5", "shift_jis", "euc_jp", "euc_kr"]
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROL = 0.05
_SAMPLE = 1 << 16
_SHORTEST_WIDE = 16  # bytes from which zeros tell that
_LEAST_ZEROS = 0.4  # of every other byte, in text of Latin letters that has two bytes for each


class NotTextError(Exception):
    """The bytes hold no text; the message says why in a few words."""


def decode(data: bytes) -> tuple[str, str, str]:
    """The text without its byte order mark, its encoding, and a remark if that was guessed.

    Raises:
        NotTextError: the bytes are binary, or hold nothing but white space.
    """
    text, encoding, remark = _text(data)
    sample = text[:_SAMPLE]
    if "\x00" in text or len(_CONTROL.findall(sample)) > _MOST_CONTROL * len(sample):
        raise NotTextError("binary, not text")
    if not text.strip():
        raise NotTextError("empty")
    return text, encoding, remark


def is_wide(data: bytes) -> bool:
    """Whether the bytes are a text of two or four bytes a letter, by their mark or their zeros."""
    return bool(_wide(data))


def codec(name: str) -> str:
    """The encoding that a page or server means by a name, as Python names it; empty for none."""
    try:
        known = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    return _MEANT.get(known.name, known.name) if known._is_text_encoding else ""


def as_utf8(data: bytes, charset: str) -> tuple[bytes, str]:
    """A text whose server tells its encoding as UTF-8, and that encoding; empty if not needed.

    A byte order mark says more than the server (as in the HTML standard). What is UTF-8 throughout
    is nothing else, and what is not is not UTF-8: many servers tell one encoding of all they hold.
    """
    encoding = codec(charset)
    if encoding in ("", "utf-7", "utf-8") or any(data.startswith(mark) for mark, _ in _BOMS):
        return data, ""
    if b"\x00" not in data and b"\x1b" not in data:  # with which ASCII may stand for other signs
        try:
            data.decode("utf-8")
            return data, ""
        except UnicodeDecodeError:
            pass
    return data.decode(encoding, "replace").encode("utf-8", "replace"), encoding


def _wide(data: bytes) -> str:
    for mark, encoding in _BOMS[:-1]:
        if data.startswith(mark):
            return encoding
    first, second = data[:_SAMPLE:2].count(0), data[1:_SAMPLE:2].count(0)
    least = _LEAST_ZEROS * len(data[:_SAMPLE:2])
    if (
        len(data) < _SHORTEST_WIDE
        or len(data) % 2
        or max(first, second) <= least
        or min(first, second) > least / 10
    ):
        return ""
    return "utf-16-be" if first > second else "utf-16-le"


def _text(data: bytes) -> tuple[str, str, str]:
    if data.startswith(codecs.BOM_UTF8):
        return data.decode("utf-8-sig", "replace"), "utf-8", ""
    if encoding := _wide(data):
        return data.decode(encoding, "replace"), encoding, ""
    try:
        return data.decode("utf-8"), "utf-8", ""
    except UnicodeDecodeError:
        if b"\x00" in data:
            raise NotTextError("binary, not text") from None
    encoding = _guess(data)
    label = encoding.replace("cp125", "windows-125").replace("_", "-")
    remark = f"read as {label}, not UTF-8; save it as UTF-8 if characters look wrong"
    return data.decode(encoding, "replace"), label, remark


def _guess(data: bytes) -> str:
    """The likeliest encoding; the commonest one wins a tie, which short texts often end in."""
    from charset_normalizer import from_bytes

    sample = data[:_SAMPLE]
    if len(sample) < len(data):  # a character cut in two would rule out its encoding
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    matches = from_bytes(sample, cp_isolation=_LIKELY)
    best = matches.best()
    if best is None:
        return _COMMONEST
    equals = [
        each for each in matches if (each.chaos, each.coherence) == (best.chaos, best.coherence)
    ]
    tied = any(_COMMONEST in each.could_be_from_charset for each in equals)
    return _COMMONEST if tied else best.encoding
