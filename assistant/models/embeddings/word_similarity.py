"""Texts encoded once, and how near in meaning the words of one come to those of others.

The contextual word vectors of the embedding model tell "duty" beside "tariff" from "lithium" beside
"tariff"; they do not tell "rise" from "fall", which is for rules to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.models.embeddings.minilm import Embedder, Probe, side_by_side

_KEPT = 256
"""Texts whose vectors are kept: a question, and the sentences of its evidence."""


class Probes:
    """Encodes texts by one embedding model, each once for as long as it is in use."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: dict[str, Probe] = {}  # the one used last comes last

    def __call__(self, text: str) -> Probe:
        """Return the vector of a text and those of its content words."""
        return self.of([text])[0]

    def of(self, texts: Sequence[str]) -> list[Probe]:
        """Return the same of several texts; those not known are encoded side by side."""
        fresh = [text for text in dict.fromkeys(texts) if text not in self._kept]
        made = dict(zip(fresh, side_by_side(self._embedder.probe, fresh), strict=True))
        found = {text: made.get(text) or self._kept.pop(text) for text in dict.fromkeys(texts)}
        self._kept.update(found)
        for text in list(self._kept)[:-_KEPT]:
            del self._kept[text]
        return [found[text] for text in texts]

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors of length 1, shape (texts, dimension)."""
        return np.stack([probe.vector for probe in self.of(texts)])


class Likeness:
    """Compares words in their texts by the vectors of one embedding model."""

    def __init__(self, probes: Probes) -> None:
        self._probes = probes

    def __call__(self, text: str, *others: str) -> Mapping[str, float]:
        """Of each word of a text the cosine to the nearest word of the other texts.

        Words are in small letters; function words are left out, and so is everything where the
        model gives no vectors of words.
        """
        mine, *rest = self._probes.of([text, *others])
        theirs = [other.words for other in rest]
        if not len(mine.words) or not sum(map(len, theirs)):
            return {}
        nearest = (mine.words @ np.concatenate(theirs).T).max(axis=1)
        words = (text[start:end].lower() for start, end in mine.spans)
        return dict(zip(words, map(float, nearest), strict=True))
