"""Characters within words that nobody sees -> words as they are read.

A soft hyphen or a zero-width space tells where a line may break. Whoever searches for the word, or
writes it in a draft, leaves it out. Between letters of scripts that join (Persian, Hindi) or do not
part words (Thai, Khmer) such a character means something, and stays; so does a zero-width space
between a small letter and a capital, which parts two words that run together.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

_LETTER = "[0-9A-Za-z\u00aa-\u052f\u1e00-\u1fff]"  # Latin, Greek, Cyrillic, with their accents
_UNSEEN = re.compile(
    rf"(?<={_LETTER})(?!(?<=[a-zà-ÿ])\u200b+[A-ZÀ-Þ])[\xad\u200b-\u200d\u2060\ufeff]+(?={_LETTER})"
    r"|(?<=\w)\xad+(?:[ \t]*\r?\n[ \t]*)?(?=\w)"
)


def legible(text: str, offsets: Sequence[int] = ()) -> tuple[str, tuple[int, ...]]:
    r"""The text without what nobody sees in its words, and where offsets into it are now.

    >>> legible("anti\xaddumping duty", [0, 13])
    ('antidumping duty', (0, 12))
    """
    spans = [] if text.isascii() else [match.span() for match in _UNSEEN.finditer(text)]
    if not spans:
        return text, tuple(offsets)
    ends = [end for _, end in spans]
    gone = [0, *accumulate(end - start for start, end in spans)]
    return _UNSEEN.sub("", text), tuple(at - gone[bisect_right(ends, at)] for at in offsets)
