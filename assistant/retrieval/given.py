"""Evidence in passages that somebody else found: no index is searched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.answers import Explanation
from assistant.documents import Hit
from assistant.filters import Filter
from assistant.models.embeddings import Embedder, Likeness, Probes, late_interaction
from assistant.retrieval import question_decomposition
from assistant.retrieval.evidence import Retriever
from assistant.settings import Settings


class GivenPassages(Retriever):
    """Finds whatever it is asked for in the same passages.

    How rare a word is no index tells, so all count alike.
    """

    def __init__(self, hits: Sequence[Hit], embedder: Embedder, settings: Settings) -> None:
        """Look in the passages of `hits`, best first; weigh sentences with `embedder`."""
        self._hits = tuple(hits)
        self._settings = settings
        self.sentence_embedder = embedder
        self._probes = Probes(embedder)
        self.likeness = Likeness(self._probes)

    def explain(self, query: str, limit: int = 10, where: Filter | None = None) -> Explanation:
        """All the passages; raises UsageError where only some documents are wanted."""
        if where:
            raise where.unmatched()
        parts = question_decomposition.split(query) if self._settings.parts else ()
        return Explanation(query, self._hits, parts=tuple(parts))

    def _encoded(self, ids: Sequence[str]) -> Mapping[str, tuple[NDArray[np.floating], bytes]]:
        return {}

    def _rarities(self, words: Sequence[str]) -> late_interaction.Floats:
        return np.full(len(words), 1 / max(len(words), 1), dtype=np.float32)
