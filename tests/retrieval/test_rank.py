"""Ranking passages: fusion, and hybrid search on real SQLite, Chroma and MiniLM."""

import doctest

import numpy as np
import pytest

from assistant.models.embeddings import late_interaction
from assistant.retrieval import rank
from assistant.retrieval.rank import Stage, fuse
from assistant.settings import Settings
from assistant.store.library import Library
from tests.conftest import LOAN, PORTS


def ids(hits):
    return [hit.passage.document.id for hit in hits]


@pytest.mark.parametrize("module", [rank, late_interaction], ids=lambda module: module.__name__)
def test_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0


# Fusion


@pytest.fixture
def rankings():
    draw = np.random.default_rng(7)
    keys = [f"p{n}" for n in range(30)]
    return [
        dict(zip(draw.permutation(keys)[:20], draw.normal(0, 9, 20), strict=True)) for _ in "ab"
    ]


def test_fused_scores_lie_between_0_and_1_and_come_best_first(rankings):
    a, b = rankings
    fused = fuse({"a": Stage(a, 0.3), "b": Stage(b, 0.7)})
    assert fused.keys() == a.keys() | b.keys()
    assert list(fused.values()) == sorted(fused.values(), reverse=True)
    assert min(fused.values()) >= 0
    assert max(fused.values()) <= 1


def test_neither_scale_nor_origin_of_a_rankers_scores_counts(rankings):
    a, b = rankings
    stretched = {key: 1000 * score - 77 for key, score in a.items()}
    plain = fuse({"a": Stage(a, 0.5), "b": Stage(b, 0.5)})
    assert fuse({"a": Stage(stretched, 0.5), "b": Stage(b, 0.5)}) == pytest.approx(plain)


def test_a_ranker_that_did_not_find_a_passage_adds_nothing_to_it():
    stages = {"a": Stage({"x": 9.0, "y": 5.0, "z": 1.0}, 2), "b": Stage({"y": 0.9, "w": 0.1}, 2)}
    fused = fuse(stages)
    assert fused == pytest.approx({"y": 0.75, "x": 0.5, "z": 0.0, "w": 0.0})


def test_a_stage_that_scored_nothing_takes_no_part():
    assert fuse({"a": Stage({"x": -3.0}, 0.4), "b": Stage({}, 0.6)}) == {"x": 1.0}
    assert fuse({"a": Stage({"x": 2.0, "y": 2.0}, 1.0)}) == {"x": 1.0, "y": 1.0}


def test_a_weight_of_0_leaves_the_other_rankers_order(rankings):
    a, b = rankings
    alone = sorted(a, key=lambda key: -a[key])
    fused = fuse({"a": Stage(a, 1.0), "b": Stage(b, 0.0)})
    assert [key for key in fused if key in a and fused[key] > 0] == alone[:-1]


def test_a_floor_keeps_the_least_score_above_nothing():
    assert fuse({"a": Stage({"x": 8.0, "y": 6.0}, 1, floor=0.0)}) == {"x": 1.0, "y": 0.75}


# Search


def test_the_best_passage_comes_first_and_tells_its_rank_in_each_ranker(ports, retriever):
    hits = retriever(ports).search("How long do I knead dough?")
    assert ids(hits)[0] == "bread.txt"
    assert hits[0].ranks == {"bm25": 1, "dense": 1, "late": 1}
    assert hits[0].scores.keys() == hits[0].ranks.keys()
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(retriever(ports).search("Peru", limit=1)) == 1


def test_words_are_found_by_meaning_too(ports, retriever):
    hits = retriever(ports).search("baking instructions")
    assert ids(hits)[0] == "bread.txt"
    assert "bm25" not in hits[0].ranks


@pytest.mark.parametrize(
    ("question", "apart", "together"),
    [
        (
            "What did Lee Jae Myung say?",
            "Lee Kim and Jae Park saw Myung Choi, all of Seoul.",
            "In Seoul all of them saw Lee Jae Myung at noon.",
        ),
        (
            "high-stakes talks",
            "The stakes are high, and talks go on.",
            "They open their high-stakes talks.",
        ),
    ],
)
def test_words_together_come_before_the_same_words_apart(
    tmp_path, minilm, retriever, question, apart, together
):
    for name, text in (("apart.txt", apart), ("together.txt", together)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    with Library(tmp_path / "index", minilm, Settings()) as library:
        library.index([tmp_path / "apart.txt", tmp_path / "together.txt"])
        hits = retriever(library).search(question)
    assert ids(hits) == ["together.txt", "apart.txt"]


def test_the_weight_decides_between_words_and_meaning(ports, retriever):
    question = "fear of baking"
    assert ids(retriever(ports, dense_weight=0).search(question))[0] == "ilo.txt"
    assert ids(retriever(ports, dense_weight=1).search(question))[0] == "bread.txt"


def test_a_passage_found_by_one_ranker_alone_is_scored_by_the_others_as_well(ports, retriever):
    found = {h.passage.document.id: h for h in retriever(ports, candidates=1).search("fear, bread")}
    assert found["ilo.txt"].ranks.keys() == {"bm25", "dense", "late"}
    assert found["bread.txt"].ranks.keys() >= {"dense", "late"}


def test_a_weight_of_0_leaves_a_stage_out(ports, retriever):
    [first, *_] = retriever(ports, late_weight=0, lexical_weight=0).search(LOAN)
    assert first.ranks.keys() == first.scores.keys() == {"dense"}


def test_what_tells_the_same_words_is_one_hit_unless_each_is_wanted(ports, retriever):
    (one, *_) = retriever(ports).search(LOAN)
    assert {one.passage.document.id, *(d.id for d in one.copies)} == {"ilo.txt", "copy.txt"}
    hits = retriever(ports, collapse=False).search(LOAN)
    assert set(ids(hits)[:2]) == {"ilo.txt", "copy.txt"}
    assert not any(hit.copies for hit in hits)


SIGNS = "??? .,;: 🙂🙃 \" ' NEAR( OR tariff* title:x - a\x00b \ud800 ((( ^ {}+~".split(" ")


@pytest.mark.parametrize("query", [*SIGNS, " ", "AND OR NOT", "*" * 3000])
def test_a_query_of_signs_alone_breaks_nothing(seeds, retriever, query):
    searching = retriever(seeds)
    hits = searching.search(query)
    found = searching.evidence(query, hits)
    assert all(hit.passage.text for hit in hits)
    assert all(e.text for e in found.evidence)


def test_a_stale_vector_is_never_returned(ports, minilm, retriever):
    vector = minilm.embed([LOAN])
    ports.vectors.upsert(["0" * 32], vector)
    assert ports.vectors.query(vector[0], 1)[0][0] == "0" * 32
    hits = retriever(ports, collapse=False).search(LOAN)
    assert set(ids(hits)[:2]) == {"ilo.txt", "copy.txt"}
    assert "0" * 32 not in [hit.passage.id for hit in hits]


def test_a_hit_is_what_stands_in_its_document(ports, retriever):
    for hit in retriever(ports).search(LOAN):
        text = PORTS[hit.passage.document.id]
        assert hit.passage.text == text[hit.passage.start : hit.passage.end]


def test_a_removed_document_is_not_found_any_more(ports, retriever, tmp_path):
    searching = retriever(ports)
    assert "ilo.txt" in ids(searching.search("anchovies"))
    (tmp_path / "docs" / "ilo.txt").unlink()
    ports.index()
    assert "ilo.txt" not in ids(searching.search("anchovies"))


LETTERS = {
    "hours.txt": "Waiting\n\nThe wait for results took 24 hours in all, results said.",
    "percent.txt": "A drop\n\nThe catch fell by 24 percent, said Ana Maria Ruiz of the office.",
    "apart.txt": "People\n\nAna spoke, and Maria spoke, and Ruiz spoke; Maria said Ana saw Ruiz. "
    "Ana and Ruiz and Maria went home.",
    "rare.txt": "Earth\n\nA rare view of the earth; the earth is rare, and rare is the earth.",
    "metals.txt": "Metals\n\nMines dig for many things, copper first, and some for rare earth too.",
}


@pytest.fixture
def letters(tmp_path, minilm):
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, text in LETTERS.items():
        (folder / name).write_text(text)
    with Library(tmp_path / "index", minilm, Settings()) as library:
        library.index([folder])
        yield library


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("24%", "percent.txt"),
        ("24 per cent", "percent.txt"),
        ("Ana Maria Ruiz", "percent.txt"),
        ('"rare earth"', "metals.txt"),
        ("a view of “rare earth” from afar", "metals.txt"),
    ],
)
def test_what_is_asked_for_to_the_letter_comes_first(letters, retriever, asked, first):
    hits = retriever(letters).search(asked)
    assert ids(hits)[0] == first
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
