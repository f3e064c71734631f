"""What a model wrote, taken apart: yes or no, statements, and the sentences each one names.

A reply that is still being written is taken apart as the whole one will be. Nothing is believed
here: whether a statement is true to its sentences is for checking to find.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.answering.reply_markup import plain, sure
from assistant.documents import Sentence
from assistant.ingest.chunking import split_sentences
from assistant.models.chat import cut, is_no, without_yes

_MARKER = re.compile(r"\s*[\[【](\d+(?:\s*[,;–-]\s*\d+)*)[\]】]")
_LEAD_BEGUN = re.compile(r"[\s\"'*]*(?:y|ye|n)?", re.I)
_MARKER_BEGUN = re.compile(r"\s*(?:[\[【](?:\d[\d\s,;–-]*)?)?$")
# Marks as ours, and how they are to be drawn: a model has none to give.
_STOPS_IN_A_ROW = re.compile(r"(([.…!?])\2\2)\2+")
_LOST_IN_STOPS = re.compile(r"[.…!?]{4,}\s*$")
_VERDICTS = dict.fromkeys(map(ord, "✓✔✗✘☑☒✅❌❎🗸🗴🗹🗵\ufe0e\ufe0f"))
_STOPS = ".!?…।॥۔؟。！？｡"
_STOP = re.compile(f"[{_STOPS}]")
_WIDE_STOP = re.compile(r"([。！？｡][」』”’）】》]*)[\W_]+$")
_WORD = re.compile(r"[^\W_]")
_MORE = " " + "x" * 250
"""How a line may go on: further than any line that wraps, so that whatever leans on the lengths of
lines comes out otherwise."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement that nothing has checked yet, and the numbers of the sentences it names."""

    text: str
    cited: tuple[int, ...]


@dataclass(slots=True)
class Drafted:
    """What has been shown of a reply while it is written.

    Attributes:
        texts: of each statement, so far.
        is_torn: whether the reply turned out to be parted otherwise than was shown.
    """

    texts: list[str] = field(default_factory=list)
    is_torn: bool = False

    def more(self, claims: Sequence[Claim], finished: bool = False) -> list[tuple[int, str]]:
        """What is to be shown now: the number of a statement, and what follows on its text."""
        new = []
        for number, claim in enumerate(claims):
            self.texts += [""] * (number == len(self.texts))
            shown = self.texts[number]
            if claim.text.startswith(shown):
                new.append((number, claim.text.removeprefix(shown)))
            elif finished or number < len(claims) - 1 or not shown.startswith(claim.text):
                self.is_torn = True
        self.is_torn = self.is_torn or (finished and len(claims) < len(self.texts))
        if self.is_torn:
            return []
        for number, text in new:
            self.texts[number] += text
        return [(number, text) for number, text in new if text]


def uncut(reply: str, name: str) -> str:
    """A reply that was cut, without its torn last sentence.

    Args:
        reply: as far as it got.
        name: the model's, for what is told.

    Raises:
        NoAnswerError: not even its first sentence is whole.

    >>> uncut("Yes: It rose. [1] Officials sa", "m")
    'Yes: It rose. [1]'
    """
    if is_no(reply) or _LOST_IN_STOPS.search(reply):
        return reply
    whole = [sentence.end for sentence in split_sentences(reply)[:-1]]
    kept = re.compile(f"(?:{_MARKER.pattern})*").match(reply, whole[-1]) if whole else None
    reply = reply[: kept.end()] if kept else ""
    if not claims(reply):
        raise cut(name)
    return reply


def body(reply: str, finished: bool = True) -> str:
    """The reply without its leading yes; empty while that, or a no, may still be coming.

    Nor does it have marks like those that a reader takes for the verdict of a check, or more than
    three stops in a row, which a small model at times does not find out of.

    >>> body("Yes: ✓ It rose. [1]")
    'It rose. [1]'
    >>> body("Yes: It rose..........")
    'It rose...'
    """
    if not finished and _LEAD_BEGUN.fullmatch(reply):
        return ""
    return _STOPS_IN_A_ROW.sub(r"\1", without_yes(reply).translate(_VERDICTS)).lstrip()


def claims(reply: str) -> list[Claim]:
    """The statements of a reply, in order, each with the sentences its markers name.

    >>> claims("Yes: It rose. [1][3] Officials said so [2, 4].")
    [Claim(text='It rose.', cited=(1, 3)), Claim(text='Officials said so.', cited=(2, 4))]
    """
    text, marks = _without_markers(body(plain(reply)))
    return _claims(text, [(s.start, s.end) for s in split_sentences(text)], marks)


def begun(reply: str) -> list[Claim]:
    """The statements of a reply that is still being written, as far as they are sure.

    The last one may go on, and more of it may be written than is told here: a marker by half, or a
    word that tells only when it is whole whether a statement begins with it. All others are whole.
    What makes one row of all that stands before it, as ` | ` may, is not reckoned with; so compare
    with `claims` when the reply is at its end.

    >>> begun("Yes: The U.S. [1] offic")
    [Claim(text='The U.S.', cited=(1,))]
    >>> [claim.text for claim in begun("Yes: The U.S. [1] officials said so. It rose by [")]
    ['The U.S. officials said so.', 'It rose by']
    """
    if is_no(reply):
        return []
    text, marks = _without_markers(_MARKER_BEGUN.sub("", body(sure(reply), False)))
    text = _sure(text)
    return _claims(text, _agreed(split_sentences(text), split_sentences(text + _MORE)), marks)


def _sure(text: str) -> str:
    """What of a text is sure: not the first word after a stop or a line break, nor marks there.

    Only when it is whole does the word tell whether it begins a sentence ("U.S. A" is not "U.S.
    Army"), and marks belong to the sentence before if no word follows.
    """
    words = list(re.finditer(r"\S+", text))
    before = next((w for w in reversed(words[:-1]) if _WORD.search(w[0])), None)
    if before:
        apart = _STOP.search(text, before.start(), words[-1].start())
        if apart or len(text[before.start() :].splitlines()) > 1:
            text = text[: before.end()]
    wide = _WIDE_STOP.search(text)
    return text[: wide.end(1)] if wide else text


def _agreed(now: Sequence[Sentence], later: Sequence[Sentence]) -> list[tuple[int, int]]:
    """The ranges of the sentences up to the first that may end elsewhere, of that what is sure."""
    agreed = []
    for here, there in zip(now, later, strict=False):
        if here.start != there.start:
            break
        agreed.append((here.start, min(here.end, there.end)))
        if here.end != there.end:
            break
    return agreed


def _claims(
    text: str, sentences: Sequence[tuple[int, int]], marks: Sequence[tuple[int, list[int]]]
) -> list[Claim]:
    """The sentences in these ranges of a text, each with the numbers of its markers."""
    cited: list[list[int]] = [[] for _ in sentences]
    for at, numbers in marks:
        # A marker belongs to the sentence that it stands in or follows.
        before = [n for n, (start, _) in enumerate(sentences) if start < at]
        if before:
            cited[before[-1]] += [n for n in numbers if n not in cited[before[-1]]]
    return [
        Claim(" ".join(text[start:end].split()), tuple(numbers))
        for (start, end), numbers in zip(sentences, cited, strict=True)
    ]


def _without_markers(text: str) -> tuple[str, list[tuple[int, list[int]]]]:
    """The text without markers, and where each stood in it with the numbers it held."""
    plain, marks, at = "", [], 0
    for found in _MARKER.finditer(text):
        plain += text[at : found.start()]
        at = found.end()
        marks.append((len(plain), _numbers(found[1])))
    return plain + text[at:], marks


def _numbers(inside: str) -> list[int]:
    """The numbers of a marker, ranges spelled out.

    >>> _numbers("1, 3-5")
    [1, 3, 4, 5]
    """
    numbers: list[int] = []
    for part in re.split(r"[,;]", inside):
        first, *rest = [int(n[:4]) for n in re.findall(r"\d+", part)]
        last = rest[-1] if rest else first
        numbers += range(first, min(last, first + 20) + 1) if last >= first else [first]
    return numbers
