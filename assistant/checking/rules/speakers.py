"""Who spoke: words of one speaker given to another, in reports and in turns ("NAME: ...")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.checking.comparison import Comparison, Finding, has_digit, is_date
from assistant.language import CAPITALS, Reading, Word, lexicon, read

LEAST_SAID = 0.5
"""Share of what is given as said that stands in the words of another speaker."""
NEAR = 6
"""Words beside a verb of saying within which the speaker's name stands."""
FAR = 14
"""Words beside it within which a speaker may be named who is told about in between."""

_QUOTED = re.compile(r"[“\"]([^“”\"]{8,})[”\"]")
_TURN = re.compile(r"^\s*\W{0,3}(?P<who>[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,4})\s*:\s")
_SPEAKING = lexicon.SAYING | lexicon.stems(
    "tell ask call speak quote describe complain predict put deny estimate"
)
_PRONOUNS = frozenset("he she they it i we who".split())
Part = tuple[Word, ...]


def speakers(compared: Comparison) -> Iterator[Finding]:
    """A named speaker to whom the sentences do not give what they give to another named one."""
    parts = [part for reading in compared.sources for part in _parts(reading)]
    words = compared.said.words
    for at in _tellings(words):
        said = _said(compared, at)
        best = max(parts, key=lambda part: _common(compared, said, part), default=())
        if not said or _common(compared, said, best) < LEAST_SAID * len(said):
            continue
        mine, theirs = _speaker(words, at), _speakers_of(compared, best)
        if (
            mine
            and theirs
            and not _are_one(_around(words, [at], mine), _around(best, _tellings(best), theirs))
        ):
            shown, other = (" ".join(w.text for w in side) for side in (mine, theirs))
            text = f"in the cited words {other} says this, not {shown}"
            yield Finding("contradicted", text, (other, shown))
            return


def unattributed(compared: Comparison) -> Iterator[Finding]:
    """A speaker who in the sentences says something else, and not what is given as said."""
    parts = [part for reading in compared.sources for part in _parts(reading)]
    words = compared.said.words
    for at in _tellings(words):
        said, mine = _said(compared, at), _speaker(words, at)
        best = max(parts, key=lambda part: _common(compared, said, part), default=())
        if not (mine and said and best) or _tellings(best):
            continue
        named = {word.stem for word in mine}
        elsewhere = any(named & {w.stem for w in _speakers_of(compared, p)} for p in parts)
        if elsewhere and not named & {word.stem for word in best}:
            shown = " ".join(word.text for word in mine)
            yield Finding("partly", f"the cited words do not say that {shown} says this", (shown,))
            return


def _parts(reading: Reading) -> list[Part]:
    """What semicolons part in a line: each may have a speaker of its own."""
    parts: list[list[Word]] = [[]]
    for word in reading.words:
        parts[-1].append(word)
        if ";" in word.after:
            parts.append([])
    return [tuple(part) for part in parts if part]


def _said(compared: Comparison, at: int) -> set[str]:
    """Stems of what is given as said: the quoted words, else what the verb of saying governs."""
    if quoted := _QUOTED.search(compared.statement):
        words = read(quoted[1]).words
    else:
        cues = [cue for cue in compared.said.of("attribution") if cue.index == at]
        places = cues[0].scope if cues else range(at + 1, len(compared.said.words))
        words = tuple(compared.said.words[n] for n in places)
    return {w.stem for w in words if w.content and not w.name}


def _tellings(words: Part) -> list[int]:
    """Places of the verbs by which somebody is given as the speaker, and of "according to"."""
    return [
        n
        for n, w in enumerate(words)
        if w.lower == "according" or (w.stem in _SPEAKING and w.content and not w.name)
    ]


def _speaker(words: Part, at: int) -> Part:
    """The name that stands right before a verb of saying, or right after it."""
    if words[at].lower == "according":
        return _run(words[at + 2 : at + 2 + NEAR])
    before, after = words[max(0, at - NEAR) : at][::-1], words[at + 1 : at + 1 + NEAR]
    if any(w.lower in _PRONOUNS for w in (*before[:1], *after[:1])):
        return ()
    # "The Peruvian government says", "... ,” says its ambassador, Ana Ruiz".
    told = _run_before(before[_skipped(before, 1) :])
    follows = at == 0 or bool(re.search(r"[,”\"]", words[at - 1].after))
    return told or _run(after[_skipped(after, 3 if follows else 0) :])


def _skipped(words: Part, most: int) -> int:
    """How many words, at most, stand before the first name; past all of them if none is near."""
    place = next((n for n, w in enumerate(words[: most + 1]) if _is_name(w)), None)
    return len(words) if place is None else place


def _is_name(word: Word) -> bool:
    return word.name and not is_date(word) and not has_digit(word)


def _run(words: Part) -> Part:
    """The first name in a row of words."""
    found: list[Word] = []
    for word in words:
        if not _is_name(word) or (found and "," in found[-1].after):
            break
        found.append(word)
    return tuple(found)


def _run_before(words: Part) -> Part:
    """The last name before a verb, from its words in reversed order."""
    found: list[Word] = []
    for word in words:
        if not _is_name(word) or (found and "," in word.after):
            break
        found.append(word)
    return tuple(reversed(found))


def _speakers_of(compared: Comparison, part: Part) -> Part:
    """The name of whoever speaks in a part of a line; empty where it has none."""
    line = next(r for r in compared.sources if any(w is part[0] for w in r.words))
    turn = _TURN.match(line.text)
    if turn:
        return tuple(w for w in part if w.text in turn["who"].split())
    return next((run for at in _tellings(part) if (run := _speaker(part, at))), ())


def _around(words: Part, places: Sequence[int], speaker: Part) -> set[str]:
    """Stems of the speaker's names and of all others about verbs of saying."""
    near = {n for at in places for n in range(max(0, at - FAR), at + FAR)}
    named = {w.stem for n, w in enumerate(words) if n in near and w.name}
    return named | {w.stem for w in speaker}


def _common(compared: Comparison, said: set[str], part: Part) -> int:
    stems = {w.stem for w in part}
    return sum(bool(compared.match(stem) & stems) for stem in said)


def _are_one(mine: set[str], theirs: set[str]) -> bool:
    """Whether two speakers share a name, or one is a capital of the other."""
    capitals = {CAPITALS.get(stem, stem) for stem in theirs}
    return bool(mine & theirs or {CAPITALS.get(stem, stem) for stem in mine} & capitals)
