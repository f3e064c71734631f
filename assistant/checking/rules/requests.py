"""What is asked for, ordered, planned or promised is not done."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.checking.comparison import Comparison, Finding, has_digit
from assistant.language import Reading, Word, lexicon, thesaurus

REACH = 7
"""Words before "to" within which the verb that asks stands."""

_ASKING = lexicon.stems(
    """ask urge order propose plan agree tell demand request instruct direct advise recommend call
    want seek intend promise pledge vow aim hope invite press appeal petition threaten offer
    prepare decide vote allow permit authorize consider expect schedule design require"""
)
_DONE_BEFORE = frozenset("was were has have had is are".split())
_NOT_DONE = frozenset("to will would may might could can should must shall if unless not".split())


def requests(compared: Comparison) -> Iterator[Finding]:
    """A verb told as done that the sentences have only as asked for ("asked it to suspend")."""
    for word in compared.said.words:
        if not _is_done(compared.said, word):
            continue
        asked = _nearest(compared, word)
        verbs = [_asking(reading, other) for reading, other in asked]
        if verbs and all(verbs) and not any(verb.stem in _told(compared) for verb in verbs if verb):
            shown = verbs[0].text if verbs[0] else ""
            text = f"in the cited words it is not done (“{shown} … to {asked[0][1].text}”)"
            yield Finding("partly", text, (shown, asked[0][1].text))
            return


def _nearest(compared: Comparison, word: Word) -> list[tuple[Reading, Word]]:
    """Where the sentences have the verb, of the thing that the statement tells it of.

    "Pier 5 was closed" is no word on pier 4. Of several places it is the clauses that have most
    of the statement's other words.
    """
    here = {
        w.stem
        for w in compared.said.words
        if w.clause == word.clause and w is not word and (w.content or has_digit(w))
    }
    found = [
        (len(here & {w.stem for w in reading.words if w.clause == other.clause}), reading, other)
        for reading in compared.sources
        for other in reading.words
        if other.content and (other.stem == word.stem or word.lower == f"{other.lower}ed")
    ]
    most = max((count for count, *_ in found), default=0)
    return [(reading, other) for count, reading, other in found if count == most]


def _told(compared: Comparison) -> set[str]:
    """Stems of the statement that themselves ask for something."""
    here = {w.stem for w in compared.said.words}
    alike = {s for stem in here for s in thesaurus.synonyms().get(stem, ())}
    return (here | alike) if here & _ASKING else here


def _is_done(reading: Reading, word: Word) -> bool:
    """Whether a verb is told as having happened: past, and nothing before leaves it open."""
    if not word.content or word.name:
        return False
    before = reading.words[max(0, word.index - 3) : word.index]
    if any(w.lower in _NOT_DONE for w in before):
        return False
    if any(cue.index < word.index for cue in reading.of("modality", "condition", "negation")):
        return False
    past = word.lower.endswith("ed") or lexicon.is_past(word.lower)
    return past and not (before and before[-1].lower in ("the", "a", "an", "its", "their", "his"))


def _asking(reading: Reading, word: Word) -> Word | None:
    """The verb that asks for what a word tells after "to", if there is one."""
    before = reading.words[max(0, word.index - 2) : word.index]
    to = next((w for w in reversed(before) if w.lower == "to"), None)
    if to is None or word.lower.endswith(("ed", "ing", "s")):
        return None
    return next(
        (
            w
            for w in reversed(reading.words[max(0, to.index - REACH) : to.index])
            if w.stem in _ASKING and not w.name
        ),
        None,
    )
