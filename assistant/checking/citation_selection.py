"""Which sentences support a statement: the fewest that do, wherever its writer pointed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.checking.authors import by_its_author, heard
from assistant.checking.check import Check, check, judged
from assistant.checking.comparison import Likeness
from assistant.checking.judge import Judge
from assistant.documents import Evidence
from assistant.language import content_stems
from assistant.retrieval import leans

MOST_CITED = 3
"""Most sentences one statement may rest on."""
LEAST_COMMON = 2
"""Content words that a further cited sentence must share: a single one may be chance."""
MOST_BEFORE = 3000
"""Characters before a sentence in which stands whom or what it refers to."""
NEARLY_ALL = 0.75
"""Share of a statement's words from which a sentence tells all of it: what differs then cannot be
made good by the "not", "may" or "if" of another sentence."""

_Grounded = tuple[list[Evidence], Check]
_Compare = Callable[[list[Evidence]], _Grounded]


def ground(
    statement: str,
    ordered: Sequence[Evidence],
    question: str = "",
    likeness: Likeness | None = None,
) -> tuple[list[Evidence], Check]:
    """The fewest of the sentences that support a statement, and their check.

    The first that supports it alone, else the most telling one with what takes from what differs.
    Where nothing supports it, that is returned with what differs still.

    Args:
        statement: one sentence.
        ordered: where to look, the likeliest first.
        question: what it answers; its words may be repeated.
        likeness: see `checking.check`.
    """

    def compare(cited: list[Evidence]) -> _Grounded:
        texts = [evidence.text for evidence in cited]
        said = _without_author(statement, cited)
        return cited, check(said, texts, _context(cited), question, likeness)

    alone: list[_Grounded] = []
    ordered = heard(statement, ordered)
    for evidence in ordered:
        alone.append(compare([evidence]))
        if _is_supported(alone[-1]):
            return alone[-1]
    if not alone:
        return [], check(statement, [])
    best = _most_telling(alone)
    if any(found.vetoed and found.shared >= NEARLY_ALL and not found.lacking for _, found in alone):
        return best
    return _together(statement, best, ordered, compare)


def appraised(
    statement: str, cited: Sequence[Evidence], found: Check, judge: Judge | None
) -> Check:
    """The check of a statement with what a language model says of it, where no rule decides.

    Raises:
        ModelError: the judge's model cannot be reached or refused.
    """
    if not (judge and cited) or found.vetoed or found.signals is None:
        return found
    said = _without_author(statement, cited)
    return judged(found, judge(said, [_read_with(each) for each in cited]))


def _without_author(statement: str, cited: Sequence[Evidence]) -> str:
    """What a statement gives as the words of whoever wrote all that it cites, else all of it."""
    [author, *others] = {evidence.passage.document.author for evidence in cited}
    return (by_its_author(statement, author) if not others else "") or statement


def _is_supported(grounded: _Grounded) -> bool:
    return grounded[1].verdict == "supported"


def _most_telling(alone: Sequence[_Grounded]) -> _Grounded:
    """The sentence by which a reader sees best what is wrong, none supporting the statement.

    It is the one that shares most words, if that contradicts it; else the likeliest.
    """
    nearest = max(alone, key=lambda each: each[1].shared)
    if nearest[1].verdict == "contradicted":
        return nearest
    return min(alone, key=lambda each: remoteness(each[1]))


def remoteness(found: Check) -> tuple[bool, float, float]:
    """How little a check that found something tells of a statement, for sorting."""
    return found.vetoed, -found.support, -found.shared


def _together(
    statement: str, best: _Grounded, ordered: Sequence[Evidence], compare: _Compare
) -> _Grounded:
    """The sentence with others that have what it lacks, while they make it likelier."""
    words = content_stems(statement)
    for evidence in ordered:
        if len(best[0]) == MOST_CITED or _is_supported(best):
            break
        if evidence in best[0]:
            continue
        shared = len(words & content_stems(evidence.text)) >= LEAST_COMMON
        if not shared and not _goes_on(evidence, best[0], words):
            continue
        tried = compare([*best[0], evidence])
        if not shared and tried[1].verdict != "contradicted":
            continue  # one word in common is too little to rest a statement on
        if _is_supported(tried) or remoteness(tried[1]) < remoteness(best[1]):
            best = tried
    return _fewest(best, compare) if len(best[0]) > 2 and _is_supported(best) else best


def _goes_on(evidence: Evidence, cited: Sequence[Evidence], words: set[str]) -> bool:
    """Whether a sentence follows a cited one and speaks of its thing: it names no other."""
    sentences = evidence.passage.sentences
    at = sentences.index(evidence.sentence) if evidence.sentence in sentences else 0
    names = {stem for stem in content_stems(evidence.text) if not stem[:1].isdigit()}
    return bool(at and names and names <= words) and any(
        each.passage.id == evidence.passage.id and each.sentence == sentences[at - 1]
        for each in cited
    )


def _fewest(best: _Grounded, compare: _Compare) -> _Grounded:
    """Without a sentence that the others do not need; that one alone is not enough is known."""
    pairs = (compare([e for e in best[0] if e is not left_out]) for left_out in best[0])
    return next(filter(_is_supported, pairs), best)


def _read_with(evidence: Evidence) -> str:
    """A sentence with the one before it, if it cannot be understood without."""
    before = [s for s in evidence.passage.sentences if s.end <= evidence.sentence.start]
    if not (before and leans(evidence.text)):
        return evidence.text
    text = evidence.passage.document.text
    return f"{text[before[-1].start : before[-1].end]} {evidence.text}"


def _context(cited: Sequence[Evidence]) -> str:
    """What a reader of the cited sentences has read before them: title, heading, text so far."""
    parts = []
    for e in cited:
        start = max(0, e.sentence.start - MOST_BEFORE)
        before = e.passage.document.text[start : e.sentence.start]
        parts += [e.passage.document.title, e.passage.heading, before]
    return "\n".join(dict.fromkeys(parts))
