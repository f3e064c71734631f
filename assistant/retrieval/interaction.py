"""How the words of the passages that were found meet those of a question, sentence by sentence.

Each word's vector is that of its whole passage (see `late_interaction`), so a sentence is
compared as it is meant there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.documents import Passage
from assistant.ingest.chunking import embedded_text, embedded_words
from assistant.models.embeddings import late_interaction
from assistant.retrieval.evidence_selection import Candidate

Vector = NDArray[np.floating]

SAME_WORD = 0.65
"""What a word of a passage offers the same word of a question, about."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """How well the words of passages meet those of a question; empty where there are no vectors.

    Attributes:
        weights: of the question's words, by how rare they are; they sum to 1.
        told: which of these words a text that answers says, or means.
        met: by passage, where its words start in the document and what each offers each word.
    """

    weights: late_interaction.Floats = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    told: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    met: Mapping[str, tuple[NDArray[np.intp], late_interaction.Floats]] = field(
        default_factory=dict
    )

    def scores(self, pool: Sequence[Candidate]) -> Vector:
        """How well each sentence's own words meet the question's."""
        if not self.met:
            return np.zeros(len(pool))
        met = (self.met[each.hit.passage.id] for each in pool)
        return np.array(
            [_best(each, *of_it, self.weights) for each, of_it in zip(pool, met, strict=True)]
        )

    def unmet(self, passage: Passage) -> float:
        """How far a passage falls short of the word of the question that it meets worst.

        Title and heading count as part of it. The rarer a word, the more its distance counts; 0
        where all words are met.
        """
        if not self.met or not len(self.met[passage.id][1]):
            return 0.0
        short = np.maximum(0, SAME_WORD - self.met[passage.id][1].max(axis=0))
        return float((short * self.told * self.weights).max() / max(self.weights.max(), 1e-9))


def word_starts(passage: Passage) -> NDArray[np.intp]:
    """Where each content word of the embedded text stands in the document; before it for titles."""
    text = embedded_text(passage)
    shift = passage.start - (len(text) - len(embedded_words(passage)))
    return np.array(
        [start + shift for start, _ in late_interaction.content_spans(text)], dtype=np.intp
    )


def _best(
    each: Candidate,
    starts: NDArray[np.intp],
    met: late_interaction.Floats,
    weights: late_interaction.Floats,
) -> float:
    """What the words of one sentence offer a question, given all words of its passage."""
    starts = starts[: len(met)]  # of a long passage only the first words are kept
    inside = (starts >= each.sentence.start) & (starts < each.sentence.end)
    return (
        late_interaction.max_sim(met[inside], weights)
        if inside.any()
        else float(met.min(initial=0.0))
    )
