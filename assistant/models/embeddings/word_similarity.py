"""How near in meaning the words of a text come to those of others, as each text means them.

The contextual word vectors of the embedding model tell "duty" beside "tariff" from "lithium" beside
"tariff"; they do not tell "rise" from "fall", which is for rules to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from assistant.models.embeddings.minilm import Embedder

_KEPT = 256
"""Texts whose vectors are kept: the sentences of one question's evidence, many times over."""


class Likeness:
    """Compares words in their texts by the vectors of one embedding model."""

    def __init__(self, embedder: Embedder) -> None:
        self._probe = lru_cache(maxsize=_KEPT)(embedder.probe)

    def __call__(self, text: str, *others: str) -> Mapping[str, float]:
        """Of each word of a text the cosine to the nearest word of the other texts.

        Words are in small letters; function words are left out, and so is everything where the
        model gives no vectors of words.
        """
        mine, theirs = self._probe(text), [self._probe(other).words for other in others]
        if not len(mine.words) or not sum(map(len, theirs)):
            return {}
        nearest = (mine.words @ np.concatenate(theirs).T).max(axis=1)
        words = (text[start:end].lower() for start, end in mine.spans)
        return dict(zip(words, map(float, nearest), strict=True))
