"""Hybrid search over passages, and the choice of the sentences that an answer is built from.

BM25 and vector scores are fused as scores, not ranks. What is made of the evidence is left to
the caller.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.embedding import Embedder
from assistant.filters import Filter
from assistant.library import Library
from assistant.ranking import Ranker
from assistant.settings import Settings
from assistant.types import Evidence, Explanation, Hit, Passage, Sentence
from assistant.wording import content_stems, missing_names, missing_numbers, shared_words

Vector = NDArray[np.floating]

EVIDENCE_PASSAGES = 16
"""Passages whose sentences are weighed as evidence."""
EVIDENCE_SENTENCES = 64
"""Most sentences that are weighed: each is embedded, which bounds the cost of a question."""
EVIDENCE_TOKENS = 120
"""Tokens of evidence unless set otherwise: what a small model on two cores reads in seconds."""
LEAST_SHARE = 0.5
"""Least score of a sentence given as evidence, as a share of the best one's."""
NUMBERING_TOKENS = 4
"""Tokens that a sentence's number and line break take in a prompt."""

_WORD = re.compile(r"\w+")
MISSING_COST = 0.15
"""What a name or number of the question that was found nowhere takes from its relevance."""


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to answer a question from.

    Attributes:
        evidence: the sentences chosen, best first.
        relevance: how likely they are about the question at all; about 0 to 1.5, comparable
            between questions.
        missing: names and numbers of the question that stand in nothing that was found.
    """

    evidence: tuple[Evidence, ...]
    relevance: float
    missing: tuple[str, ...]


class Retriever:
    """Finds passages and evidence in one library."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        settings: Settings,
        sentence_embedder: Embedder | None = None,
    ) -> None:
        """Search with the embedder the library was made with; weigh sentences with another one.

        Without a `sentence_embedder` the same does both. Where the first is on a server, the other
        must be one in this process: sentences are never sent.
        """
        self._ranker = Ranker(library, embedder, settings)
        self._sentence_embedder = sentence_embedder or embedder
        self._settings = settings

    def search(self, query: str, limit: int = 10, where: Filter | None = None) -> list[Hit]:
        """The passages that fit the query best, best first; of the documents that `where` lets by.

        Raises:
            UsageError: no document matches the filter.
            NoUsableIndexError: the index cannot be read.
        """
        return list(self.explain(query, limit, where).hits)

    def explain(self, query: str, limit: int = 10, where: Filter | None = None) -> Explanation:
        """What `search` finds and how it came about; raises what `search` raises."""
        return self._ranker.explain(query, limit, where)

    def evidence(self, question: str, hits: Sequence[Hit]) -> Found:
        """The sentences of the best passages that fit the question best, best first.

        A sentence's score is the mean of its lexical and its vector score, each divided by the
        best one's. They are taken in that order while they fit in the token budget.
        """
        pool = _sentences(hits[:EVIDENCE_PASSAGES])[:EVIDENCE_SENTENCES]
        if not pool:
            return Found((), 0.0, ())
        similar, scores = self._scores(question, pool)
        order = np.argsort(-scores, kind="stable")
        order = order[scores[order] >= LEAST_SHARE * scores[order[0]]]
        texts = [_text(*place) for place in pool]
        budget = self._settings.evidence_tokens or EVIDENCE_TOKENS
        chosen = _within(order, texts, self._sentence_embedder.count, budget)
        evidence = tuple(
            Evidence(number, *pool[place], float(scores[place]))
            for number, place in enumerate(chosen, start=1)
        )
        titles = {passage.document.title for passage, _ in pool}
        return _found(question, evidence, "\n".join([*titles, *texts]), float(similar.max()))

    def closest(self, statement: str, evidence: Sequence[Evidence]) -> list[Evidence]:
        """The evidence ordered by how well it fits a statement, best first."""
        _, scores = self._scores(statement, [(e.passage, e.sentence) for e in evidence])
        return [evidence[place] for place in np.argsort(-scores, kind="stable")]

    def _scores(self, text: str, pool: Sequence[tuple[Passage, Sentence]]) -> tuple[Vector, Vector]:
        """Cosine of each sentence with `text`, and its score: the mean of that and BM25."""
        texts = [_text(*place) for place in pool]
        vectors = self._sentence_embedder.embed([text, *texts])
        similar = vectors[1:] @ vectors[0]
        return similar, (_relative(lexical_scores(text, texts)) + _relative(similar)) / 2


def _found(question: str, evidence: tuple[Evidence, ...], words: str, similar: float) -> Found:
    missing = (*missing_numbers(question, words), *missing_names(question, words))
    # A question without a telling word ("Why?") shares nothing, where a statement would share all.
    shared = shared_words(question, words) if content_stems(question) else 0.0
    relevance = similar + shared / 2 - MISSING_COST * len(missing)
    return Found(evidence, relevance, missing)


def _sentences(hits: Sequence[Hit]) -> list[tuple[Passage, Sentence]]:
    """The hits' sentences in the hits' order, words that stand twice only once."""
    seen: dict[str, tuple[Passage, Sentence]] = {}
    for hit in hits:
        for sentence in hit.passage.sentences:
            seen.setdefault(_text(hit.passage, sentence), (hit.passage, sentence))
    return list(seen.values())


def _text(passage: Passage, sentence: Sentence) -> str:
    return passage.document.text[sentence.start : sentence.end]


def _relative(scores: Vector) -> Vector:
    best = scores.max()
    return scores / best if best > 0 else np.zeros_like(scores)


def lexical_scores(question: str, texts: Sequence[str]) -> Vector:
    """BM25 (k1 1.2, b 0.75) of each text for the question, counted over these texts alone.

    Words are compared by their first six letters, which joins most inflections. A word that is
    in most of the texts weighs next to nothing, so function words need no list.
    """
    docs = [_terms(text) for text in texts]
    mean = sum(map(len, docs)) / max(len(docs), 1) or 1.0
    scores = np.zeros(len(docs))
    for term in set(_terms(question)):
        counts = np.array([doc.count(term) for doc in docs], dtype=float)
        holding = np.count_nonzero(counts)
        if holding:
            rarity = math.log(1 + (len(docs) - holding + 0.5) / (holding + 0.5))
            lengths = np.array([len(doc) for doc in docs]) / mean
            scores += rarity * counts * 2.2 / (counts + 1.2 * (0.25 + 0.75 * lengths))
    return scores


def _terms(text: str) -> list[str]:
    return [word[:6] for word in _WORD.findall(text.lower())]


def _within(
    order: NDArray[np.intp], texts: Sequence[str], count: Callable[[str], int], budget: int
) -> list[int]:
    """The first places in `order` whose texts fit in the budget together; always at least one."""
    chosen: list[int] = []
    left = budget
    for place in order:
        cost = count(texts[place]) + NUMBERING_TOKENS
        if cost <= left or not chosen:
            chosen.append(int(place))
            left -= cost
    return chosen
