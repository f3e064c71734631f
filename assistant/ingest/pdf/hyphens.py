"""A word cut at the end of a line: mended, or a hyphen that belongs to it kept."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_LAST = re.compile(r"(?<![^\W_])([^\W\d_]+(?:-[^\W_]+)*)-$")
_FIRST = re.compile(r"[^\W\d_]+")
_SUSPENDED = re.compile(r"(?:and|or|to|und|oder|bis|et|ou|y|o)\b(?!-)")
_COMPOUNDING = frozenset(
    "self non co ex anti multi neo semi vice all cross quasi mid long short high low half far so "
    "part full well by "
    "one two three four five six seven eight nine ten".split()
)
_PREFIXES = frozenset(
    "sub inter intra super trans con com pre dis mis over under micro macro hyper out fore "
    "bio electro extra iso per photo poly".split()
)
_ENDINGS = frozenset(
    "ing ings able ably ible ally ness ment ments ism ist ists age ages ion ions ity ic al ed er "
    "ers ly ful ship ships hood ward wards dom men man ment tion sion ance ence ate ates".split()
)
_SHORTEST = frozenset(
    "up in on by to off out end use way day man age air oil gas tax law car war run set old new "
    "one two six ten per bit top net key sea ice fed eye arm leg job pay cut hit led fit".split()
)
_INFLECTED = re.compile(r"(?:s|es|d|ed|ing|ly|al|ally)$")
_SUFFIXED = re.compile(rf"(?:{'|'.join(sorted(_ENDINGS))}|ar|our|ous|ive|i[sz]|ist|abil|ibil|en)")
_DASH = re.compile(r"([^\w–-][–-])[–-]*(\s?)(?=\S)")
_LAST_DASH = re.compile(r"(\W[–-])[–-]*$")
_LEAST_CUT, _SPARSE = 0.2, 0.02
_LONG_WORD = 6
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*[-/_.=&?%]$")
_CJK = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a document tells of its words.

    Attributes:
        counts: how often each word, in lower case, stands whole within a line.
        cuts: whether it cuts words at the ends of lines at all.
        apart: what is no word but ends in a hyphen or dash, with a space after it.
    """

    counts: Counter[str]
    cuts: bool = True
    apart: frozenset[str] = frozenset((" -", " –"))

    def often(self, word: str) -> int:
        """How often it stands there in one of its forms."""
        return sum(self.counts[form] for form in {*_forms(word), word + "s"})

    def has(self, word: str) -> bool:
        """Whether it stands as a word within a line, or is a common one."""
        return self.counts[word] > 0 or _is_word(word)


def evidence(lines: Sequence[str]) -> Evidence:
    """What these lines, which follow one another, tell of how to mend their ends.

    >>> known = evidence(["It has measures on rare-earth metals, it said of mea-", "sures then."])
    >>> joined("the mea-", "sures", known), joined("on rare-", "earth metals", known)
    ('the measures', 'on rare-earth metals')
    >>> joined("short-", "and long-term", known), joined("the US-", "China deal", known)
    ('short- and long-term', 'the US-China deal')
    """
    counts = Counter[str]()
    for line in lines:
        found = [match[0].lower() for match in _WORD.finditer(line)]
        within = found[1:-1] if line.endswith(("-", "\xad")) else found[1:]
        counts.update(within)
        counts.update(p for w in within if "-" in w for p in w.split("-") if len(p) > 3)
    dashes = Counter(match.groups() for line in lines for match in _DASH.finditer(line))
    apart = frozenset(
        end
        for end in {" -", " –", *(end for end, _ in dashes)}
        if dashes[end, " "] >= dashes[end, ""] + (end[0] != " ")
    )
    ends = Counter(line[-1:] for line in lines)
    if ends["\xad"] > ends["-"]:
        return Evidence(counts, cuts=False, apart=apart)  # all other hyphens are the words' own
    known = Evidence(counts)
    halves = [each for above, below in pairwise(lines) if (each := _halves(above, below))]
    decided = [
        whole and not _is_second(right.lower())  # "sys-tem"; "non-self" may be one as well as two
        for left, right in halves
        if (whole := _known_whole(left, right, known)) is not None
    ]
    least = _LEAST_CUT * len(decided) if decided else _SPARSE * len(lines)
    return Evidence(counts, (sum(decided) if decided else len(halves)) >= least, apart)


def joined(before: str, after: str, known: Evidence) -> str:
    """Two lines of a paragraph as one."""
    before, after = before.rstrip(), after.lstrip()
    if not before or not after:
        return before or after
    if before.endswith("\xad"):
        return before[:-1] + after
    if _ADDRESS.search(before.rsplit(" ", 1)[-1]) or (before[-1] in "—/" and before[-2:-1] != " "):
        return before + after
    if after[0] == "—" and after[1:2].isalpha():
        return before + after
    if _unspaced(before, after):
        return before + after
    if before[-1] in "-–" and before[-2:-1].isalnum():
        return _mended(before, after, known)
    dash = _LAST_DASH.search(before)
    if dash is None or dash[1] in known.apart or (dash[1][0] == " " and not after[0].isdigit()):
        return f"{before} {after}"
    return before + after


def _unspaced(before: str, after: str) -> bool:
    """Whether the lines are of a script that is written without spaces, and no word ends."""
    ends = before[-1] + after[0]
    if not _CJK.search(ends) and not (ends.isdigit() and _CJK.search(before + after)):
        return False
    return len(_CJK.findall(before)) > len(before) / 3 or len(_CJK.findall(ends)) == 2


def _mended(before: str, after: str, known: Evidence) -> str:
    halves = _halves(before, after)
    suspended = _SUSPENDED.match(after) is not None
    if halves is None:
        return f"{before} {after}" if suspended else before + after
    whole = _known_whole(*halves, known)
    if suspended and not whole:
        return f"{before} {after}"
    if whole is None:
        goes_on = after[len(halves[1]) :].startswith("-") and known.has(halves[1].lower())
        whole = not goes_on and _is_likely_whole(*halves, known)  # "proof-of-principle"
    return (before[:-1] if whole else before) + after


def _halves(before: str, after: str) -> tuple[str, str] | None:
    """What stands before a hyphen at the end of a line and what after it, where words may be."""
    left, right = _LAST.search(before), _FIRST.match(after)
    return (left[1], right[0]) if left and right else None


def _known_whole(left: str, right: str, known: Evidence) -> bool | None:
    """Whether the halves are one word by the document or a list of words; None if neither tells."""
    lower, last = left.lower(), right.lower()
    whole, hyphened = known.often(lower + last), known.often(f"{lower}-{last}")
    if whole != hyphened:
        return whole > hyphened
    if not known.cuts or _case(left, right) is None:
        return None
    return True if _is_word(lower.rsplit("-", 1)[-1] + last) else None


def _case(left: str, right: str) -> bool | None:
    """Whether both are of small letters where they meet; None for "GTP-bound", "US-China"."""
    if left.isupper() and right.isupper():
        return False
    return True if right[0].islower() and not left[-1].isupper() else None


def _is_likely_whole(left: str, right: str, known: Evidence) -> bool:
    """Whether the halves are one word by their shape."""
    if not known.cuts or "-" in left or len(left) == 1 or not _case(left, right):
        return False
    left, right = left.lower(), right.lower()
    if left in _COMPOUNDING and len(left) > 2 and len(right) > 4:
        return False
    if not _is_second(right):  # "devel-opment", but "feather-duvet"
        first = (len(left) > 2 and known.counts[left]) or (_is_long(left) and _is_word(left))
        return not (first and len(right) >= 5) or bool(_SUFFIXED.match(right))
    if left in _COMPOUNDING:
        return False
    if right in _ENDINGS or left in _PREFIXES:
        return True
    long = _is_long(left) and len(right) > 3 and left[-1] not in "aiou"
    return not (long or known.has(left))


def _is_long(word: str) -> bool:
    return len(word) >= _LONG_WORD


def _is_word(text: str) -> bool:
    """Whether it is a common word, in any of its forms."""
    return not common_words().isdisjoint(_forms(text))


def _forms(text: str) -> tuple[str, str]:
    return text, _INFLECTED.sub("", text)


def _is_second(text: str) -> bool:
    """Whether it may be the second word of a compound: of the shortest many are mere syllables."""
    return text in _SHORTEST or any(len(t) > 3 and t in common_words() for t in _forms(text))


@cache
def common_words() -> frozenset[str]:
    """Common English words, of three letters and more: the embedding model's whole pieces."""
    path = files("assistant") / "data" / "minilm-tokenizer.json"
    pieces = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]
    return frozenset(piece for piece in pieces if len(piece) > 2 and piece.isalpha())
