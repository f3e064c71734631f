"""A model's reply as plain sentences: Markdown taken off, JSON unpacked, markers as `[1]`.

Models write so though they are asked not to; what they say is none the less true for it. Nothing is
believed here, and no address that a model gives is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_TEXTS = ("answer", "statement", "text", "claim", "sentence", "response", "reply", "content")
_JSON = re.compile(
    r"\A(?P<lead>[\s\"'*]*(?:yes\b[\s.,:]*)?)(?:```\w*\s*)?(?P<value>(?:\{|\[\s*[{\"]).*)",
    re.I | re.S,
)
_SAID = re.compile(rf'"(?:{"|".join(_TEXTS)})"\s*:\s*"((?:[^"\\]|\\.)+)', re.I)
_CODE = re.compile(r"^\s*(?:```|~~~).*$\n?", re.M)
_TABLE = re.compile(
    r"(?:^[ \t]*|(?<=\byes[:.,] ))(?P<head>\|.*\|)[ \t]*\n[ \t]*\|[\s|:-]*-[\s|:-]*\|[ \t]*"
    r"(?P<rows>(?:\n[ \t]*\|.*)+)",
    re.M | re.I,
)
_CHANGES = (
    (re.compile(r"^\s*\[\^?\d+\]:.*$\n?", re.M), ""),  # what a footnote says
    (re.compile(r"^\s{0,3}#{1,6}\s.*$\n?", re.M), ""),
    (re.compile(r"[\[【](\d+)†[^\]】]*[\]】]"), r"[\1]"),
    (re.compile(r"<sup>\s*\[?(\d+)\]?\s*</sup>", re.I), r" [\1]"),
    (re.compile(r"\[\^(\d+)\]"), r" [\1]"),
    (re.compile(r"\[\[(\d+)\]\](?:\([^()\s]*\))?|\(\[(\d+)\]\)"), r"[\1\2]"),
    (re.compile(r"\[(\d+)\]\([^()\s]*\)"), r"[\1]"),
    (re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s\"[^\"]*\")?\)"), r"\1"),
    (re.compile(r"\s*[(<\[](?:https?://|www\.)[^\s()<>\]]*[)>\]]"), ""),
    (re.compile(r"\s*\bhttps?://[^\s()<>]*[^\s()<>.,;]"), ""),
    (re.compile(r"^([ \t]*)[*•-][ \t]+(?=\S)", re.M), r"\1"),
    (re.compile(r"\*\*|(?<!\w)__|__(?!\w)|`"), ""),
    (re.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]+)(?<=\S)\1(?![\w*])"), r"\2"),
)  # fmt: skip
_OPEN = re.compile(
    r"(?:!?\[[^\]\n]*(?:\](?:\([^)\n]*)?)?|【[^】\n]*|\s*\(?(?:h|ht|htt|https?:?/?/?\S*)|<[^>\n]*|[*_`#]+"
    r"|\n[ \t]*\|[^\n]*)\Z"
)


def plain(reply: str) -> str:
    """The reply without marks.

    >>> plain("Yes: **It [rose](http://a.example/b).**[^1]")
    'Yes: It rose. [1]'
    >>> plain('{"answer": "It rose.", "sources": [1, 2]}')
    'It rose. [1, 2]'
    """
    if (found := _JSON.match(reply)) and (told := " ".join(_unpacked(found["value"]))):
        return found["lead"] + plain(told)
    text = _TABLE.sub(_rows, _CODE.sub("", reply))
    for pattern, instead in _CHANGES:
        text = pattern.sub(instead, text)
    return text


def sure(reply: str) -> str:
    """What of a reply that is still being written is plain as it stands; nothing of JSON."""
    return "" if _JSON.match(reply) else plain(_OPEN.sub("", reply))


def _unpacked(value: str) -> Iterator[str]:
    """The sentences of a JSON value, each with its markers; what they are of one that is torn."""
    try:
        found, _ = json.JSONDecoder().raw_decode(value)
    except ValueError:
        yield from (re.sub(r"\\(?:n|(.))", r" \1", text) for text in _SAID.findall(value))
        return
    yield from _told(found)


def _told(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _told(each)
    elif isinstance(value, dict):
        texts = [v for key, v in value.items() if key.lower() in _TEXTS and isinstance(v, str)]
        numbers = [n for v in value.values() if isinstance(v, list) for n in v if type(n) is int]
        marks = f" [{', '.join(map(str, numbers))}]" if numbers else ""
        yield from (text + marks for text in texts)
        for each in value.values():
            yield from _told(each) if isinstance(each, dict | list) else ()


def _rows(table: re.Match[str]) -> str:
    """The rows of a table as lines: "Tin: duty 5%"."""
    names = _cells(table["head"])
    lines = []
    for row in table["rows"].strip().split("\n"):
        first, *others = _cells(row)
        told = (f"{name} {cell}" for name, cell in zip(names[1:], others, strict=False) if cell)
        lines.append(f"{first}: {', '.join(told)}." if others else first)
    return "\n".join(lines)


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]
