"""Running text -> the exact spans of its sentences. Blocks and lines are left to `blocks`.

Own rules, because they measured better than the libraries at hand: see
`tests/ingest/chunking/test_sentences.py`
for the cases. `sentencex` 1.0 joins whatever stands between two brackets, quotation marks or
`<` `>`, and `nupunkt` 0.8 takes ordinary words ("cancer.", "Park.") for abbreviations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_INVISIBLE = "\u200b-\u200d\u2060\ufeff"
_STOP = re.compile(
    rf"(?P<stop>\.(?:\s?\.)+|[.!?…।॥۔؟]+)(?P<close>(?:\s?(?:''|”)|[\"'”’»)\]}}*_{_INVISIBLE}])*)"
    r"(?:\[[^\[\]\n]{1,40}\])*(?::[\d:–-]+)?(?=\s)"  # footnote and page marks of encyclopedias
    r"|[。！？｡]+(?P<wide>[」』”’）】》]*)"
)
_NEXT = re.compile(
    rf"\s+(?:[\"'“‘«„(\[{{`*_¿¡{_INVISIBLE}]|\.\.+|…)*(?P<word>[^\W_]+(?:['’.][^\W_]+)*\.?)?"
)
_WORD = re.compile(r"[^\W_]")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,4}|[^\W\d_]")  # U.S, a.m, Ph.D, J
_LIST_MARK = re.compile(r"\W*(?:\d{1,3}|[a-z]|[ivx]{1,5})", re.IGNORECASE)
_LONGEST_TOKEN = 40
_GOES_ON = frozenset(",;:)]}%–—-/=&+.?!…")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MONTHS = _words("jan feb mar apr jun jul aug sep sept oct nov dec")
_NEVER_LAST = _words(
    "mr mrs ms mx dr prof gov sen rep gen lt col sgt capt cpl cmdr adm maj brig rev hon pres supt "
    "messrs mme mlle sra e.g i.e vs cf viz approx"
)
_BEFORE_NUMBERS = _MONTHS | _words(
    "no nos nr n° fig figs eq eqs vol vols sec secs ch art ref refs pp"
)
_OFTEN_INSIDE = _words(
    "inc corp ltd co llc plc bros jr sr st ave blvd mt ft dept univ assn intl natl al bzw ca"
)
_AFTER_CLOCK = (
    _words(
        "monday tuesday wednesday thursday friday saturday sunday january february march april may "
        "june july august september october november december et est edt ct cst cdt mt mst mdt pt "
        "pst pdt gmt utc bst cet cest ist jst kst"
    )
    | _MONTHS
)
_STARTERS = _words(
    "a about according after all also although among an and another any are as at because before "
    "both but by can could did do does during each even every everyone finally first for from had "
    "has have he her here his how however i if in instead is it its let many meanwhile more most "
    "my no nobody none not nothing now of on once one or others our over please several she should "
    "since so some still such that the their then there these they this those though through "
    "thus to under until was we were what when where whether which while who why will with within "
    "without would yes yet you your"
)


def sentence_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of the running text in `text[start:end]`, trimmed of white space, in order.

    Every character that is not white space lies in exactly one span, and every span holds a
    letter or digit if the text does. A line break counts as a space.
    """
    held: tuple[int, int] | None = None
    worded = False
    for first, last in _pieces(text, start, end):
        words = _WORD.search(text, first, last) is not None
        if held is not None and worded and words:
            yield held
            held = None
        held = (held[0] if held else first, last)
        worded = worded or words
    if held is not None:
        yield held


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """As `sentence_spans`, but a piece may be nothing but marks."""
    while end > start and text[end - 1].isspace():
        end -= 1
    start = _past_space(text, start, end)
    for match in _STOP.finditer(text, start, end):
        if match.end() < end and _ends(text, start, match, end):
            yield start, match.end()
            start = _past_space(text, match.end(), end)
    if start < end:
        yield start, end


def _past_space(text: str, at: int, end: int) -> int:
    while at < end and text[at].isspace():
        at += 1
    return at


def _ends(text: str, start: int, match: re.Match[str], end: int) -> bool:
    """Whether the sentence that began at `start` ends with the stop that was matched."""
    if match["stop"] is None:
        following = text[match.end()]
        return not match["wide"] or following.isspace() or following in "「『“‘（【《"
    ahead = _NEXT.match(text, match.end(), end)
    if ahead is None or ahead.end() == ahead.start():
        return False
    word = ahead["word"] or ""
    if not word:
        return ahead.end() < end and text[ahead.end()] not in _GOES_ON
    if word[0].islower() and not any(c.isupper() or c.isdigit() for c in word):  # iPhone, p53
        return "?" in match["stop"] and not match["close"]
    before = text[max(start, match.start() - _LONGEST_TOKEN) : match.start()]
    return match["stop"] != "." or _full_stop(before, word)


def _full_stop(before: str, word: str) -> bool:
    """Whether a lone `.` between `before` and the capital or digit that begins `word` ends it."""
    last = before.split()[-1:]
    if not last or _LIST_MARK.fullmatch(before.strip()):
        return False
    token = last[0].lstrip("\"'“‘«„([{*_~§").casefold()
    if token in _NEVER_LAST:
        return False
    if token in _BEFORE_NUMBERS:
        return not any(character.isdigit() for character in word)
    if token in ("a.m", "p.m"):
        return word.rstrip(".").casefold() not in _AFTER_CLOCK
    if token in _OFTEN_INSIDE or _DOTTED.fullmatch(token):
        return re.split("['’]", word)[0].casefold() in _STARTERS
    return True
