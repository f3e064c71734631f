"""What a thing is tied to: the condition on which it holds, its cause, what it comes after."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.checking.comparison import Comparison, Finding, has_digit, is_date
from assistant.language import Cue, Reading

TOLD = 0.4
"""Share of the words of the clause that hangs on a condition from which a statement tells it."""
MOST_SHOWN = 12
"""Words shown of a condition that is left out."""

_IN_ORDER = frozenset(
    "earlier later previously ago subsequently afterwards preceded eventually".split()
)


def conditions(compared: Comparison) -> Iterator[Finding]:
    """A condition left out of what hangs on it, or one that the sentences do not make."""
    mine = compared.said.of("condition")
    made = sum(len(reading.of("condition")) for reading in compared.sources)
    for reading in compared.sources if len(mine) < made else ():
        for cue in reading.of("condition"):
            if _is_left_out(compared, reading, cue):
                places = sorted({cue.index, *cue.scope})[:MOST_SHOWN]
                shown = " ".join(reading.words[n].text for n in places)
                yield Finding("partly", f"it leaves out the condition “{shown}”", (shown,))
                return
    kinds = ("condition", "modality", "later", "earlier")
    if mine and not any(reading.of(*kinds) for reading in compared.sources):
        text = f"the cited words make no such condition (“{mine[0].text}”)"
        yield Finding("partly", text, (mine[0].text,))


def _is_left_out(compared: Comparison, reading: Reading, cue: Cue) -> bool:
    """Whether the statement tells what hangs on a condition, and nothing of the condition."""
    main = _main_clause(reading, cue)
    told = {m for w in compared.said.words if w.content for m in compared.matched[w.stem]}
    if not main or len(told & main) < max(1, TOLD * len(main)):
        return False
    return not (reading.stems(cue.scope) - main) & told


def _main_clause(reading: Reading, cue: Cue) -> set[str]:
    """Stems of the clause that the condition belongs to: the one before it, or after."""
    if not cue.scope:
        return set()
    start, last = min((cue.index, *cue.scope)), cue.scope[-1]
    opens = sum(w.content for w in reading.words[:start]) < 2
    if opens and "," in reading.words[last].after:
        return reading.stems(range(last + 1, len(reading.words)))
    clause = reading.words[cue.index].clause
    before = [w for w in reading.words[:start] if w.clause <= clause]
    found: set[str] = set()
    while before and not found:
        nearest = before[-1].clause
        found = {w.stem for w in before if w.clause == nearest and w.content}
        before = [w for w in before if w.clause < nearest]
    return found


def links(compared: Comparison) -> Iterator[Finding]:
    """A cause, or a "before" or "after", that the sentences do not tell."""
    causes = compared.said.of("cause")
    if len(causes) > sum(len(reading.of("cause")) for reading in compared.sources):
        text = f"the cited words do not make that link (“{causes[0].text}”)"
        yield Finding("partly", text, (causes[0].text,))
    ordered = any(reading.of("later", "earlier") for reading in compared.sources) or any(
        word.lower in _IN_ORDER for word in compared.cited_words
    )
    for cue in compared.said.of("later", "earlier") if not ordered else ():
        if not _is_of_a_date(compared, cue):
            yield Finding("partly", f"the cited words do not say “{cue.text}”", (cue.text,))
            return


def _is_of_a_date(compared: Comparison, cue: Cue) -> bool:
    """Whether the cue belongs to a date, which is compared as one, or to a place in a row."""
    following = compared.said.words[cue.index + 1 : cue.index + 3]
    return any(has_digit(word) or is_date(word) for word in following)
