"""How near in meaning the words of a statement are to those of its sentences.

The contextual word vectors of the embedding model tell "duty" beside "tariff" from "lithium" beside
"tariff"; they do not tell "rise" from "fall", which is for rules to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from assistant.embedding import Embedder, Probe

_KEPT = 256
"""Sentences whose vectors are kept: those of one question's evidence, many times over."""


class Likeness:
    """Compares words in their sentences by the vectors of one embedding model."""

    def __init__(self, embedder: Embedder) -> None:
        self._probe = lru_cache(maxsize=_KEPT)(embedder.probe)

    def __call__(self, statement: str, cited: str) -> Mapping[str, float]:
        """Of each word of the statement the cosine to the nearest word of the cited text.

        Words are in small letters; function words are left out, and so is everything where the
        model gives no vectors of words.
        """
        mine, theirs = self._probe(statement), self._probe(cited)
        if not len(mine.words) or not len(theirs.words):
            return {}
        nearest = (mine.words @ theirs.words.T).max(axis=1)
        return dict(zip(_words(statement, mine), map(float, nearest), strict=True))


def _words(text: str, probe: Probe) -> list[str]:
    return [text[start:end].lower() for start, end in probe.spans]
