"""Hybrid search over passages, and the choice of the sentences that an answer is built from.

BM25 and vector scores are fused as scores, not ranks. What is made of the evidence is left to
the caller.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.answers import Explanation
from assistant.documents import Document, Evidence, Hit, Passage
from assistant.filters import Filter
from assistant.ingest.chunking import embedded_text
from assistant.language import (
    WORDS_OF_ASKING,
    content_stems,
    missing_names,
    missing_numbers,
    shared_words,
)
from assistant.models.embeddings import Embedder, Likeness, Probes, late_interaction
from assistant.retrieval import question_decomposition
from assistant.retrieval.code_scope import of_asked_codes
from assistant.retrieval.evidence_selection import Candidate, select
from assistant.retrieval.interaction import Interaction, word_starts
from assistant.retrieval.rank import Ranker, below
from assistant.safety import instructions, is_question
from assistant.settings import Settings
from assistant.store import Library

Vector = NDArray[np.floating]

EVIDENCE_PASSAGES = 20
"""Passages whose sentences are weighed as evidence."""
EVIDENCE_TOKENS = 240
"""Tokens of evidence unless set otherwise: what a small model on two cores reads in seconds."""
PASSAGE_WEIGHT, WORDS_WEIGHT, BM25_WEIGHT = 2.0, 1.0, 0.5
"""Parts in a sentence's score of its passage's, of late interaction and of its own BM25."""
MISSING_COST = 0.15
"""What a name or number of the question that was found nowhere takes from its relevance."""

_WORD = re.compile(r"\w+")
_DEGREE = re.compile(r"\bhow\s+$", re.I)  # before a word that an answer need not say: "how large"


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to answer a question from.

    Attributes:
        evidence: the sentences chosen, in reading order: document by document.
        relevance: how likely they are about the question at all; about 0 to 1.5, comparable
            between questions.
        similar: the best cosine of a sentence of the evidence with the question.
        unmet: how far the best passage, title and heading included, falls short of a word of the
            question, or of that part of it which is met best (see `interaction.Interaction`).
        missing: names and numbers of the question that stand in nothing that was found.
        others: all sentences that were weighed, best first; those chosen are among them.
    """

    evidence: tuple[Evidence, ...]
    relevance: float
    missing: tuple[str, ...]
    others: tuple[Evidence, ...] = ()
    similar: float = 0.0
    unmet: float = 0.0


class Retriever:
    """Finds passages and evidence in one library.

    Attributes:
        sentence_embedder: the model that weighs sentences, in this process.
        likeness: how near the words of texts are in meaning, by that model.
    """

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
        self.sentence_embedder = sentence_embedder or embedder
        self._probes = Probes(self.sentence_embedder)
        self.likeness = Likeness(self._probes)
        # A question is encoded once, for search and for evidence.
        shared = self._probes if embedder is self.sentence_embedder else embedder.probe
        self._ranker = Ranker(library, embedder.count, shared, settings)
        self._library = library
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
        """The sentences of the best passages that fit the question best, and what they lean on.

        Where the question has parts, the best sentence for each is among them (see
        `evidence_selection`).
        """
        pool = of_asked_codes(question, _pool(hits[:EVIDENCE_PASSAGES]))
        if not pool:
            return Found((), 0.0, ())
        asked = (
            question,
            *(question_decomposition.split(question) if self._settings.parts else ()),
        )
        met = [self._met(each, pool) for each in asked]
        weighed = np.array([_weighed(*each, pool) for each in zip(asked, met, strict=True)])
        scores, of_any = weighed[0], weighed.max(axis=0)
        ranked = list(map(int, np.argsort(-scores, kind="stable")))
        best = list(map(int, weighed.argmax(axis=1)))
        wanted = list(dict.fromkeys([*best, *map(int, np.argsort(-of_any, kind="stable"))]))
        budget = self._settings.evidence_tokens or EVIDENCE_TOKENS
        chosen = select(wanted, of_any.tolist(), pool, self.sentence_embedder.count, budget)
        evidence = _numbered(pool, chosen, scores)
        others = _numbered(pool, ranked, scores)
        titles = {hit.passage.document.title for hit in hits[:EVIDENCE_PASSAGES]}
        words = "\n".join([*titles, *(each.text for each in pool)])
        found = _found(question, evidence, words, self._nearest(asked, evidence))
        unmet = (one.unmet(pool[n].hit.passage) for one, n in zip(met, best, strict=True))
        return replace(found, others=others, unmet=min(unmet))

    def candidates(self, statement: str, hits: Sequence[Hit], most: int) -> list[Evidence]:
        """The `most` sentences of the hits that a statement may rest on, the likeliest first."""
        pool = of_asked_codes(statement, _pool(hits))
        if not pool:
            return []
        scores = _weighed(statement, self._met(statement, pool), pool)
        order = np.argsort(-scores, kind="stable")[:most]
        return [
            Evidence(number, each.hit.passage, each.sentence, float(scores[place]), _copies(each))
            for number, place in enumerate(order, start=1)
            for each in [pool[place]]
        ]

    def _met(self, question: str, pool: Sequence[Candidate]) -> Interaction:
        """How the words of the pool's passages meet the question's; see `late_interaction`."""
        probe = self._probes(question)
        if not len(probe.words):
            return Interaction()
        passages = {each.hit.passage.id: each.hit.passage for each in pool}
        kept = self._words(list(passages.values()))
        length = math.sqrt(probe.words.shape[1])
        similar = [each / length for each in late_interaction.met(probe.words, kept)]
        starts = map(word_starts, passages.values())
        return Interaction(
            self._rarities([question[start:end] for start, end in probe.spans]),
            np.array([_is_told(question, *span) for span in probe.spans]),
            dict(zip(passages, zip(starts, similar, strict=True), strict=True)),
        )

    def _words(self, passages: Sequence[Passage]) -> list[bytes]:
        """The passages' words for late interaction: kept, or made now where they are not.

        They are not where passages are embedded by another model.
        """
        encoded = self._encoded([passage.id for passage in passages])
        known = [encoded[passage.id][1] if passage.id in encoded else b"" for passage in passages]
        if all(known):
            return known
        texts = [embedded_text(passage) for passage in passages]
        return list(self.sentence_embedder.encode(texts).words)

    def _encoded(self, ids: Sequence[str]) -> Mapping[str, tuple[Vector, bytes]]:
        """Vector and words of passages, of those that are kept."""
        return self._library.catalogue.encoded(ids)

    def _rarities(self, words: Sequence[str]) -> late_interaction.Floats:
        """How rare each word is; they sum to 1."""
        return self._ranker.rarities(words)

    def _nearest(self, asked: Sequence[str], evidence: Sequence[Evidence]) -> float:
        """The best cosine of a sentence that was chosen with the question or a part of it."""
        vectors = self._probes.vectors([*asked, *(e.text for e in evidence)])
        return float((vectors[len(asked) :] @ vectors[: len(asked)].T).max())

    def closest(self, statement: str, evidence: Sequence[Evidence]) -> list[Evidence]:
        """The evidence ordered by how well it fits a statement, best first."""
        texts = [each.text for each in evidence]
        vectors = self._probes.vectors([statement, *texts])
        similar = vectors[1:] @ vectors[0]
        scores = _relative(lexical_scores(statement, texts)) + _relative(similar)
        return [evidence[place] for place in np.argsort(-scores, kind="stable")]


def _numbered(
    pool: Sequence[Candidate], places: Sequence[int], scores: Vector
) -> tuple[Evidence, ...]:
    """The candidates at these places, numbered from 1."""
    return tuple(
        Evidence(number, each.hit.passage, each.sentence, float(scores[place]), _copies(each))
        for number, place in enumerate(places, start=1)
        for each in [pool[place]]
    )


def _pool(hits: Sequence[Hit]) -> list[Candidate]:
    """The hits' sentences in the hits' order, words that stand twice only once.

    What instructs the answering program, or asks, states nothing and is left out.
    """
    seen: dict[str, Candidate] = {}
    for hit in hits:
        planted = instructions(hit.passage)
        for sentence in hit.passage.sentences:
            text = hit.passage.document.text[sentence.start : sentence.end]
            if sentence not in planted and not is_question(text):
                seen.setdefault(text, Candidate(hit, sentence, text))
    return list(seen.values())


def _weighed(question: str, met: Interaction, pool: Sequence[Candidate]) -> Vector:
    """Each sentence's score, from 0 to 1."""
    passages = np.array([each.hit.score for each in pool])
    total: Vector = (
        PASSAGE_WEIGHT * _relative(passages)
        + WORDS_WEIGHT * _stretched(met.scores(pool))
        + BM25_WEIGHT * _relative(lexical_scores(question, [each.text for each in pool]))
    )
    return total / (PASSAGE_WEIGHT + WORDS_WEIGHT + BM25_WEIGHT)


def _is_told(question: str, start: int, end: int) -> bool:
    """Whether an answer says or means this word: it is of what is asked, not of the asking."""
    return (
        not _DEGREE.search(question[:start]) and question[start:end].lower() not in WORDS_OF_ASKING
    )


def _copies(each: Candidate) -> tuple[Document, ...]:
    """The copies of its passage in which the sentence itself stands."""
    words = " ".join(each.text.split())
    return tuple(copy for copy in each.hit.copies if words in " ".join(copy.text.split()))


def _found(question: str, evidence: tuple[Evidence, ...], words: str, similar: float) -> Found:
    missing = (*missing_numbers(question, words), *missing_names(question, words))
    # A question without a telling word ("Why?") shares nothing, where a statement would share all.
    shared = shared_words(question, words) if content_stems(question) else 0.0
    relevance = similar + shared / 2 - MISSING_COST * len(missing)
    return Found(evidence, relevance, missing, similar=similar)


def _relative(scores: Vector) -> Vector:
    best = scores.max()
    return scores / best if best > 0 else np.zeros_like(scores)


def _stretched(scores: Vector) -> Vector:
    high = float(scores.max())
    low = below(high, float(scores.min()))
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)


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
