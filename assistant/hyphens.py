"""A word cut at the end of a line: mended, or a hyphen that belongs to it kept."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[^\W_]+(?:[-\u2010\u2011][^\W_]+)*")
_LAST = re.compile(r"([^\W\d_]+(?:[-\u2010\u2011][^\W_]+)*)[-\u2010\u2011]$")
_FIRST = re.compile(r"[^\W\d_]+")
_SUSPENDED = re.compile(r"(?:and|or|to|und|oder|bis|et|ou|y|o)\b")
_COMPOUNDING = frozenset(
    "self non co anti pre post ex well all cross quasi semi pro mid multi inter long short high low "
    "half far so part full one two three four five six seven eight nine ten".split()
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*[-/_.=&?%]$")
_CJK = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


def words(lines: Iterable[str]) -> Counter[str]:
    """How often each word, in lower case, stands whole in these lines; the evidence to mend by."""
    found = Counter[str]()
    for line in lines:
        whole = line.rstrip()
        spans = [match[0].lower() for match in _WORD.finditer(whole)]
        found.update(spans[1:-1] if whole.endswith("-") else spans[1:])
        if spans and not whole.endswith("-"):
            found[spans[0]] += spans[0] not in found
    return found


def joined(before: str, after: str, known: Counter[str]) -> str:
    """Two lines of a paragraph as one.

    >>> known = words(["the tariff measures on rare-earth metals rose"])
    >>> joined("the mea-", "sures", known), joined("on rare-", "earth metals", known)
    ('the measures', 'on rare-earth metals')
    >>> joined("short-", "and long-term", known), joined("the US-", "China deal", known)
    ('short- and long-term', 'the US-China deal')
    """
    before, after = before.rstrip(), after.lstrip()
    if not before or not after:
        return before or after
    if before.endswith("\xad"):
        return before[:-1] + after
    if _ADDRESS.search(before.rsplit(" ", 1)[-1]) or (before[-1] in "—/" and before[-2:-1] != " "):
        return before + after
    if _unspaced(before, after):
        return before + after
    if before[-1] in "-\u2010\u2011–" and before[-2:-1].isalnum():
        return _mended(before, after, known)
    return f"{before} {after}"


def _unspaced(before: str, after: str) -> bool:
    """Whether the lines are of a script that is written without spaces, and no word ends."""
    ends = before[-1] + after[0]
    if not _CJK.search(ends) and not (ends.isdigit() and _CJK.search(before + after)):
        return False
    return len(_CJK.findall(before)) > len(before) / 3 or len(_CJK.findall(ends)) == 2


def _mended(before: str, after: str, known: Counter[str]) -> str:
    left, right = _LAST.search(before), _FIRST.match(after)
    if left is None or right is None or not right[0][0].islower():
        return f"{before} {after}" if _SUSPENDED.match(after) else before + after
    whole = left[1].lower().rsplit("-", 1)[-1] + right[0].lower()
    if _SUSPENDED.match(after) and not known[whole] and whole not in _common():
        return f"{before} {after}"
    return (before[:-1] if _is_one_word(left[1].lower(), right[0].lower(), known) else before) + after


def _is_one_word(left: str, right: str, known: Counter[str]) -> bool:
    """Whether the halves make one word without a hyphen: by the document, else by word lists."""
    whole, hyphened = known[left + right], known[f"{left}-{right}"]
    if whole != hyphened:
        return whole > hyphened
    last = left.rsplit("-", 1)[-1]
    common = _common()
    if last + right in common:
        return True
    if last in _COMPOUNDING:
        return False
    return not all(half in common or (known[half] and len(half) > 3) for half in (last, right))


@cache
def _common() -> frozenset[str]:
    """Common English words, of three letters and more: the embedding model's whole pieces."""
    path = files("assistant") / "data" / "minilm-tokenizer.json"
    pieces = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]
    return frozenset(piece for piece in pieces if len(piece) > 2 and piece.isalpha())
