"""Question -> passages, best first: candidates by words and by meaning, then late interaction.

Three scores are added: BM25 over a passage and its surroundings, the cosine of its vector, and how
well its single words meet the question's. What is made of the passages is left to the caller.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from assistant.answers import Explanation
from assistant.documents import Hit
from assistant.filters import Filter
from assistant.language import to_the_letter
from assistant.models.embeddings import Probe, late_interaction
from assistant.retrieval import near_duplicates
from assistant.retrieval.query_understanding import Query, understand
from assistant.settings import Settings
from assistant.store import Library

EXACT_SCOPE = 10_000
"""Passages in scope up to which vectors are compared one by one: some 50 ms."""
LEAST_SPREAD = 0.3
"""Least distance from the best score to the one that counts as nothing, as a share of the best."""
_SPARE = 40  # passages looked at beyond twice those wanted, since some will be copies
_DEEPEST = 2000  # candidates of each ranker, however many are copies
LEXICAL_DEPTH = 1000
"""Passages whose BM25 score is known: a candidate found by its vector has it too, if in these."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What one ranker says of the candidates.

    Attributes:
        scores: higher is better; a passage it did not find is absent.
        weight: its part in the fused score.
        floor: the score that counts as nothing, as any below does; None for the least there is.
        brought: how many of the candidates it found, or weighed if it finds none.
    """

    scores: Mapping[str, float]
    weight: float
    floor: float | None = None
    brought: int = 0


@dataclass(frozen=True, slots=True)
class Ranked:
    """One passage's fused score and what went into it."""

    score: float
    scores: Mapping[str, float] = field(default_factory=dict)
    ranks: Mapping[str, int] = field(default_factory=dict)


class Ranker:
    """Ranks the passages of one library."""

    def __init__(
        self,
        library: Library,
        count: Callable[[str], int],
        probe: Callable[[str], Probe],
        settings: Settings,
    ) -> None:
        """Rank by a model that counts tokens and encodes queries; the library was made with it."""
        self._library = library
        self._count, self._probe = count, probe
        self._settings = settings

    def explain(self, query: str, limit: int, where: Filter | None = None) -> Explanation:
        """The passages that fit the query best, of the documents `where` lets by, and how so.

        Raises:
            UsageError: no document matches the filter.
            NoUsableIndexError: the index cannot be read.
        """
        self._library.refresh()
        catalogue = self._library.catalogue
        scope = catalogue.scope(where) if where else None
        if where and not scope:
            raise where.unmatched()
        asked = self._understood(query)
        most = max(limit, self._settings.candidates)
        while True:
            stages = self._stages(asked, most, scope)
            ranked = self._ranked(asked, stages, most, scope)
            hits = self._hits(asked, ranked, 2 * limit + _SPARE, bool(where))
            # One story printed a hundred times can be all that was looked at.
            if len(hits) >= limit or len(ranked) < most or most >= _DEEPEST:
                found = _explanation(asked, stages, hits[:limit], where)
                return replace(found, absent=self._absent(asked))
            most *= 4

    def _absent(self, asked: Query) -> tuple[str, ...]:
        words = self._library.catalogue.words
        quoted = (term.phrases[0] for term in asked.terms if term.first)
        return tuple(phrase for phrase in quoted if not words.frequency(phrase, 1))

    def _understood(self, query: str) -> Query:
        return understand(query, self._library.catalogue, self._count, self._settings)

    def _hits(
        self, asked: Query, ranked: Mapping[str, Ranked], most: int, scoped: bool
    ) -> list[Hit]:
        """The best `most` passages; those that tell the same words as one hit, if so set.

        What is asked for to the letter comes first where it stands so, which neither stems nor
        vectors tell.
        """
        catalogue = self._library.catalogue
        holds = to_the_letter(asked.text)
        best = sorted(ranked, key=lambda key: -ranked[key].score)[: None if holds else most]
        # Joining with the live passages is what keeps a stale vector from being cited.
        live = catalogue.passages_in_scope(best) if scoped else catalogue.passages_by_ids(best)
        passages = [live[key] for key in best if key in live]
        if holds:
            literal = {
                p.id for p in passages if holds(f"{p.document.title}\n{p.heading}\n{p.text}")
            }
            passages.sort(key=lambda passage: passage.id not in literal)
            passages = passages[:most]
            ranked = _ahead(ranked, literal)
        alone = [[place] for place in range(len(passages))]
        groups = near_duplicates.groups(passages) if self._settings.collapse else alone
        return [
            Hit(
                passages[first],
                ranked[passages[first].id].score,
                ranked[passages[first].id].ranks,
                ranked[passages[first].id].scores,
                tuple(passages[other].document for other in others),
            )
            for first, *others in groups
        ]

    def _ranked(
        self, asked: Query, stages: Mapping[str, Stage], most: int, scope: int | None
    ) -> dict[str, Ranked]:
        """Passages by id. What a part of the question finds counts as if found by the whole."""
        ranked = _fused(stages)
        for part in asked.parts:
            single = self._stages(self._understood(part), most, scope)
            for key, found in _fused(single).items():
                if key not in ranked or found.score > ranked[key].score:
                    ranked[key] = found
        return ranked

    def _stages(self, asked: Query, most: int, scope: int | None) -> dict[str, Stage]:
        """What each ranker says of the best `most` passages of both kinds of search.

        Scores are stretched by what the first `candidates` are like, so that asking for more of
        them changes nothing in their order.
        """
        catalogue, settings = self._library.catalogue, self._settings
        probe = self._probe(asked.text)
        depth = max(LEXICAL_DEPTH, most)
        lexical = dict(catalogue.words.bm25(asked.terms, depth, scoped=scope is not None))
        both = list(lexical)[:most], self._nearest(probe.vector, most, scope)
        first = {key for keys in both for key in keys[: settings.candidates]}
        kept = catalogue.encoded(list(dict.fromkeys([*first, *both[0], *both[1]])))
        found = {key: lexical[key] for key in kept if key in lexical}
        dense = {key: float(vector @ probe.vector) for key, (vector, _) in kept.items()}
        met = self._late(asked.text, probe, {key: words for key, (_, words) in kept.items()})
        return {
            "bm25": Stage(found, settings.lexical_weight, 0.0, len(both[0])),
            "dense": Stage(dense, settings.dense_weight, _floor(dense, first), len(both[1])),
            "late": Stage(met, settings.late_weight, _floor(met, first), len(met)),
        }

    def _nearest(self, vector: late_interaction.Floats, most: int, scope: int | None) -> list[str]:
        """Ids of the passages in scope whose vectors are nearest, nearest first.

        A small scope is compared exactly. In a large one the vector index is asked for so many
        that enough of them should be in scope.
        """
        catalogue, nearest = self._library.catalogue, self._library.nearest
        if scope is None:
            return [key for key, _ in nearest(vector, most)]
        if scope <= EXACT_SCOPE:
            ids, rows = catalogue.scoped_embeddings()
            return [ids[place] for place in np.argsort(-(rows @ vector), kind="stable")[:most]]
        wanted = 2 * most * -(-catalogue.size() // scope)
        near = [key for key, _ in nearest(vector, wanted)]
        inside = catalogue.ids_in_scope(near)
        return [key for key in near if key in inside][:most]

    def _late(self, query: str, probe: Probe, words: Mapping[str, bytes]) -> dict[str, float]:
        """How well the passages' words meet the query's, each weighed by how rare it is.

        A passage whose words are not kept, as an older version left it, counts as an average one.
        """
        if not self._settings.late_weight or not len(probe.words) or not any(words.values()):
            return {}
        asked = [query[start:end] for start, end in probe.spans]
        weights = self.rarities(asked)
        met = late_interaction.met(probe.words, list(words.values()))
        known = {
            key: late_interaction.max_sim(similar, weights)
            for key, similar in zip(words, met, strict=True)
            if len(similar)
        }
        average = sum(known.values()) / len(known)
        return {key: known.get(key, average) for key in words}

    def rarities(self, words: Sequence[str]) -> late_interaction.Floats:
        """Inverse document frequencies, as BM25 has them, made to sum to 1."""
        catalogue = self._library.catalogue
        size, counts = catalogue.size(), catalogue.words.counts(words)
        rarities = [math.log(1 + (size - n + 0.5) / (n + 0.5)) for n in counts]
        return np.asarray(rarities, dtype=np.float32) / max(sum(rarities), 1e-9)


def _explanation(
    asked: Query, stages: Mapping[str, Stage], hits: Sequence[Hit], where: Filter | None
) -> Explanation:
    return Explanation(
        query=asked.asked,
        hits=tuple(hits),
        corrections=asked.corrections,
        expansions=asked.expansions,
        parts=asked.parts,
        terms=tuple(term.phrases for term in asked.terms),
        filters={**where.to_dict()} if where else {},
        text=asked.text,
        candidates={name: stage.brought for name, stage in stages.items() if stage.weight},
    )


def _ahead(ranked: Mapping[str, Ranked], keys: Collection[str]) -> dict[str, Ranked]:
    """These passages ahead of all others: scores are at most 1."""
    return {
        key: replace(found, score=found.score + 1) if key in keys else found
        for key, found in ranked.items()
    }


def _fused(stages: Mapping[str, Stage]) -> dict[str, Ranked]:
    """Each candidate's fused score, with its score and rank in every stage that scored it."""
    ranks = {name: _ranks(stage.scores) for name, stage in stages.items() if stage.weight}
    return {
        key: Ranked(
            score,
            {name: stages[name].scores[key] for name in ranks if key in ranks[name]},
            {name: rank[key] for name, rank in ranks.items() if key in rank},
        )
        for key, score in fuse(stages).items()
    }


def fuse(stages: Mapping[str, Stage]) -> dict[str, float]:
    """Weighted mean of scores stretched to [0, 1], best first; absent from a stage counts as 0.

    Scores, not ranks, are added: Bruch et al. 2023, "An Analysis of Fusion Functions for Hybrid
    Retrieval". A stage that scored nothing takes no part.

    >>> fuse({"a": Stage({"x": 3.0, "y": 1.0}, 0.5), "b": Stage({"y": 9.0}, 0.5)})
    {'x': 0.5, 'y': 0.5}
    """
    told = [stage for stage in stages.values() if stage.scores and stage.weight]
    whole = sum(stage.weight for stage in told)
    total: dict[str, float] = {}
    for stage in told:
        high = max(stage.scores.values())
        low = min(stage.scores.values()) if stage.floor is None else stage.floor
        for key, score in stage.scores.items():
            part = max(0.0, (score - low) / (high - low)) if high > low else 1.0
            total[key] = total.get(key, 0.0) + part * stage.weight / whole
    return dict(sorted(total.items(), key=lambda item: -item[1]))


def _floor(scores: Mapping[str, float], keys: Collection[str]) -> float | None:
    """The least score of these passages, but well below the best one.

    Where all are about as good, as in a handful of passages, small differences are no reason to
    count one for everything and another for nothing.
    """
    if not scores:
        return None
    least = min((score for key, score in scores.items() if key in keys), default=math.inf)
    return below(max(scores.values()), least)


def below(high: float, least: float) -> float:
    """The score that counts as nothing beside the best one, `high`."""
    return min(least, high - LEAST_SPREAD * abs(high))


def _ranks(scores: Mapping[str, float]) -> dict[str, int]:
    ordered = sorted(scores, key=lambda key: -scores[key])
    return {key: rank for rank, key in enumerate(ordered, start=1)}
