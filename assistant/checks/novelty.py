"""Words of a statement that neither its sentences have nor what is known before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant import lexicon
from assistant.clauses import Word
from assistant.comparison import Comparison, Finding, has_digit

MOST_NEW = 0.34
"""Most weight of words that the sentences lack, as a share of all of a statement's words."""
MOSTLY_NEW = 0.5
"""Share of such words from which a statement is not even partly borne out."""
LENIENT = 0.5
"""Weight of a word that stands in the question or before the cited sentences, and of an adverb."""
OPENING = 6
"""Words at the start of a statement that may name what its sentences only refer to."""
NEAR_MEANING = 0.42
"""Cosine of word vectors from which a word may stand for one that the sentences have."""
REMOTE = 0.25
"""The same for the only word of a long statement that its sentences lack."""
VERBATIM = 0.8
"""Share of words kept in order from which a new word is one too many."""
LONG = 5
"""Content words that make a statement long."""
MOST_LISTED = 4
"""Most such words that are told."""


_ASKS_FOR = re.compile(r"\W*(?:who|whom|whose|what|which|when|where|why|how)\b", re.I)


def news(compared: Comparison) -> Iterator[Finding]:
    """Words known from nowhere, or too many that are known only from the question or the context.

    A single word may be new in a long statement, if the sentences have a remotely similar one.
    """
    lacking = [word for word in compared.content if not compared.has(word.stem)]
    weights = [_weight(compared, word) for word in lacking]
    unknown = [word for word, weight in zip(lacking, weights, strict=True) if weight == 1.0]
    excused = not unknown or (len(unknown) == 1 and _may_be_new(compared, *unknown))
    new = sum(weights) / len(compared.content) if lacking else 0.0
    if excused and new <= MOST_NEW:
        return
    listed = ", ".join(f"“{word.text}”" for word in unknown[:MOST_LISTED])
    yield Finding(
        "partly" if new < MOSTLY_NEW else "unsupported",
        f"the cited words do not have {listed}" if listed else "the cited words say less than that",
        tuple(word.text for word in unknown[:MOST_LISTED]),
        new=True,
    )


def echo(compared: Comparison) -> Iterator[Finding]:
    """A statement that answers "who" or "how much" with nothing but the question's own words."""
    asked = compared.question_stems
    words = [w for w in compared.said.words if w.content or w.name or has_digit(w)]
    told = [w for w in words if w.name or has_digit(w) or w.stem not in lexicon.LIGHT]
    if _ASKS_FOR.match(compared.question) and all(w.stem in asked for w in told):
        yield Finding("unsupported", "it says no more than the question", ())


def _weight(compared: Comparison, word: Word) -> float:
    """How much a word that the sentences lack counts: 1 when it is known from nowhere, or less."""
    if word.stem in compared.question_stems:
        return LENIENT
    if _stands_before(compared, word.stem):
        return 0.0 if word.index < OPENING else LENIENT
    if word.lower.endswith("ly"):
        return LENIENT
    return 0.0 if _nearness(compared, word) >= NEAR_MEANING else 1.0


def _stands_before(compared: Comparison, stem: str) -> bool:
    known = compared.context_stems
    return stem in known or bool(lexicon.synonyms().get(stem, frozenset()) & known)


def _may_be_new(compared: Comparison, word: Word) -> bool:
    """Whether one new word changes little; one that opens the statement may be a name."""
    # A word added to a sentence that is kept as it was is no other word for one of it.
    long = len(compared.content) >= LONG and compared.alignment.share < VERBATIM
    return long and word.index > 0 and _nearness(compared, word) >= REMOTE


def _nearness(compared: Comparison, word: Word) -> float:
    """How near the sentences come to a word; never near where nearness tells nothing."""
    return 0.0 if word.lower in lexicon.STRICT else compared.nearness.get(word.lower, 0.0)
