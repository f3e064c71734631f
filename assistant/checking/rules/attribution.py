"""By whose word a thing is told: somebody's claim is no fact, and a fact nobody's claim."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.checking.comparison import Comparison, Finding
from assistant.language import Cue, Reading, Word, lexicon

_GROUND = re.compile(
    r"\b((?:citing|quoting|(?:based|drawing|relying)\s+(?:up)?on|pointing\s+to)\s+[^,.;:]+)", re.I
)


def attribution(compared: Comparison) -> Iterator[Finding]:
    """A claim told as a fact, or a fact as a claim; the first that is found."""
    mine = compared.said.of("attribution")
    theirs = [(reading, cue) for reading in compared.sources for cue in reading.of("attribution")]
    if not mine:
        for reading, cue in theirs:
            if _is_told_as_fact(compared, reading, cue):
                shown = _shown(reading, cue)
                text = f"the cited words give it as somebody’s claim (“{shown}”)"
                yield Finding("partly", text, (shown,))
                return
    for cue in mine if not theirs else ():
        if _is_claimed_by_nobody(compared, cue):
            text = f"the cited words do not give it as anybody’s claim (“{cue.text}”)"
            yield Finding("partly", text, (cue.text,))
            return


def grounds(compared: Comparison) -> Iterator[Finding]:
    """What a claim is said to rest on ("citing a survey") and none of whose words is there."""
    for ground in _GROUND.finditer(compared.statement):
        inside = {word.lower() for word in re.findall(r"\w+", ground[1])[1:]}
        telling = [w for w in compared.said.words if w.content and w.lower in inside]
        if telling and not any(
            compared.has(word.stem) or word.stem in compared.context_stems for word in telling
        ):
            text = f"the cited words do not have what it rests on (“{ground[1]}”)"
            yield Finding("partly", text, (ground[1],), new=True)


def _is_told_as_fact(compared: Comparison, reading: Reading, cue: Cue) -> bool:
    """Whether a clause of the statement has mostly what the cue makes someone's words."""
    claimed = reading.stems(cue.scope)
    free = reading.stems() - claimed
    speaker = {w.stem for w in reading.words if w.index not in cue.scope and w.index > cue.index}
    here = {w.stem for w in compared.said.words if w.content}
    if cue.text == "according to" and speaker & here:
        return False
    for part in _parts(compared.said):
        told = {m for word in part if word.content for m in compared.matched[word.stem]}
        only = (told & claimed) - free
        enough = len(only) >= 2 and len(only) >= len(told & free)
        if enough and not _is_told_elsewhere(compared, only, reading):
            return True
    return False


def _parts(reading: Reading) -> list[list[Word]]:
    """The clauses of a sentence, each cut where "and" joins two of its predicates or things."""
    parts: list[list[Word]] = [[]]
    for word in reading.words:
        if parts[-1] and (word.clause != parts[-1][-1].clause or word.lower == "and"):
            parts.append([])
        parts[-1].append(word)
    return parts


def _is_told_elsewhere(compared: Comparison, stems: set[str], besides: Reading) -> bool:
    """Whether another sentence has all of these, but for one at most, as nobody's claim."""
    for reading in compared.sources:
        claimed = {n for cue in reading.of("attribution") for n in cue.scope}
        free = {w.stem for w in reading.words if w.index not in claimed}
        if reading is not besides and len(stems & free) >= len(stems) - 1:
            return True
    return False


def _is_claimed_by_nobody(compared: Comparison, cue: Cue) -> bool:
    """Whether the statement names a speaker and the sentences have no word of saying in any form.

    "The article says" names none.
    """
    words = compared.said.words
    if words[cue.index].stem in lexicon.TAKING_FOR | lexicon.ACCUSING:
        return False
    outside = {w.stem for w in words if w.index not in (cue.index, *cue.scope) and w.content}
    speaking = lexicon.REPORTING | lexicon.MAYBE_STEMS | lexicon.EXPECTED_STEMS
    speaks = any(word.stem in speaking for word in compared.cited_words)
    return bool(outside - lexicon.DOCUMENT_WORDS) and not speaks


def _shown(reading: Reading, cue: Cue) -> str:
    """The cue with the two words before it, of which one may be the speaker."""
    first = max(0, cue.index - 2)
    return " ".join(w.text for w in reading.words[first : cue.index + 1])
