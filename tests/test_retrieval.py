"""Hybrid search and the choice of evidence, on real SQLite, Chroma and MiniLM."""

import doctest
from dataclasses import replace

import numpy as np
import pytest

from assistant import retrieval
from assistant.errors import UsageError
from assistant.filters import Filter
from assistant.library import Library
from assistant.retrieval import NUMBERING_TOKENS, Retriever, fuse, lexical_scores
from assistant.settings import Settings

TARIFF = "What tariff has Trump threatened, and by when?"
PORTS = {
    "ilo.txt": "Port of Ilo\n\nPeru's Congress approved a loan for a port at Ilo. "
    "Work starts in March. Fishermen fear for the anchovies.",
    "copy.txt": "A wire story again\n\nPeru's Congress approved a loan for a port at Ilo. "
    "Work starts in March. Nobody knows the architect.",
    "bread.txt": "Bread\n\nKnead the dough for ten minutes. Let it rise until it doubles.",
}
LOAN = "What did Peru's Congress approve?"


@pytest.fixture(scope="module")
def seeds(built_index, minilm):
    with Library(built_index, minilm, Settings()) as library:
        yield library


@pytest.fixture
def ports(tmp_path, minilm):
    """A library of three small documents, two of which tell the same."""
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, text in PORTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Library(tmp_path / "index", minilm, Settings()) as library:
        library.index([folder])
        yield library


@pytest.fixture
def retriever(minilm):
    def go(library, **settings):
        return Retriever(library, minilm, Settings(**settings))

    return go


def ids(hits):
    return [hit.passage.document.id for hit in hits]


def test_a_search_keeps_to_the_documents_of_a_filter(ports, retriever):
    searching = retriever(ports)
    everything = set(PORTS)
    assert set(ids(searching.search(LOAN))) == everything
    assert set(ids(searching.search(LOAN, where=Filter()))) == everything
    assert ids(searching.search(LOAN, where=Filter.of("bread.txt"))) == ["bread.txt"]
    assert set(ids(searching.search(LOAN, where=Filter.of(["ilo*", "copy*"])))) == {
        "ilo.txt",
        "copy.txt",
    }
    with pytest.raises(UsageError, match="no document matches --only 'rye'"):
        searching.search(LOAN, where=Filter.of("rye"))


def found_for(retriever, question):
    return retriever.evidence(question, retriever.search(question))


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(retrieval).failed == 0


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
    fused = fuse({"a": (a, 0.3), "b": (b, 0.7)})
    assert fused.keys() == a.keys() | b.keys()
    assert list(fused.values()) == sorted(fused.values(), reverse=True)
    assert min(fused.values()) >= 0
    assert max(fused.values()) <= 1


def test_neither_scale_nor_origin_of_a_rankers_scores_counts(rankings):
    a, b = rankings
    stretched = {key: 1000 * score - 77 for key, score in a.items()}
    plain = fuse({"a": (a, 0.5), "b": (b, 0.5)})
    assert fuse({"a": (stretched, 0.5), "b": (b, 0.5)}) == pytest.approx(plain)


def test_a_ranker_that_did_not_find_a_passage_adds_nothing_to_it():
    fused = fuse({"a": ({"x": 9.0, "y": 5.0, "z": 1.0}, 0.5), "b": ({"y": 0.9, "w": 0.1}, 0.5)})
    assert fused == pytest.approx({"y": 0.75, "x": 0.5, "z": 0.0, "w": 0.0})


def test_the_only_passage_of_a_ranker_gets_its_whole_weight():
    assert fuse({"a": ({"x": -3.0}, 0.4), "b": ({}, 0.6)}) == {"x": 0.4}
    assert fuse({"a": ({"x": 2.0, "y": 2.0}, 1.0)}) == {"x": 1.0, "y": 1.0}


def test_a_weight_of_0_leaves_the_other_rankers_order(rankings):
    a, b = rankings
    alone = sorted(a, key=lambda key: -a[key])
    fused = fuse({"a": (a, 1.0), "b": (b, 0.0)})
    assert [key for key in fused if key in a and fused[key] > 0] == alone[:-1]


def test_a_word_that_is_in_few_texts_weighs_more_than_one_in_most():
    texts = ["the loan rose", "the port rose", "the fish rose", "the loan of the anchovy"]
    scores = lexical_scores("the anchovies", texts)
    assert scores.argmax() == 3
    assert lexical_scores("xylophone", texts).tolist() == [0, 0, 0, 0]


# Search


def test_the_best_passage_comes_first_and_tells_its_rank_in_each_ranker(ports, retriever):
    hits = retriever(ports).search("How long do I knead dough?")
    assert ids(hits)[0] == "bread.txt"
    assert hits[0].ranks == {"bm25": 1, "dense": 1}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(retriever(ports).search("Peru", limit=1)) == 1


def test_words_are_found_by_meaning_too(ports, retriever):
    hits = retriever(ports).search("baking instructions")
    assert ids(hits)[0] == "bread.txt"
    assert "bm25" not in hits[0].ranks


def test_the_weight_decides_between_words_and_meaning(ports, retriever):
    question = "fear of baking"
    assert ids(retriever(ports, dense_weight=0).search(question))[0] == "ilo.txt"
    assert ids(retriever(ports, dense_weight=1).search(question))[0] == "bread.txt"


def test_a_passage_found_by_its_words_alone_is_compared_by_meaning_as_well(ports, retriever):
    hits = retriever(ports, candidates=1).search("fear of baking")
    assert {hit.passage.document.id: hit.ranks for hit in hits} == {
        "bread.txt": {"dense": 1},
        "ilo.txt": {"bm25": 1, "dense": 2},
    }


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
    hits = retriever(ports).search(LOAN)
    assert ids(hits)[:2] in (["ilo.txt", "copy.txt"], ["copy.txt", "ilo.txt"])
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


# Evidence


def test_evidence_is_numbered_in_its_order_and_best_first(seeds, retriever):
    found = found_for(retriever(seeds), TARIFF)
    assert [e.number for e in found.evidence] == list(range(1, len(found.evidence) + 1))
    scores = [e.score for e in found.evidence]
    assert scores == sorted(scores, reverse=True)
    assert "100% tariff" in found.evidence[0].text
    for e in found.evidence:
        assert e.text == e.passage.document.text[e.sentence.start : e.sentence.end]
        assert e.sentence in e.passage.sentences


@pytest.mark.parametrize("budget", [50, 80, 160, 400, 5000])
def test_evidence_keeps_to_its_budget_and_always_holds_the_best(seeds, minilm, retriever, budget):
    evidence = found_for(retriever(seeds, evidence_tokens=budget), TARIFF).evidence
    assert sum(minilm.count(e.text) + NUMBERING_TOKENS for e in evidence) <= budget
    assert "100% tariff" in evidence[0].text


def test_a_larger_budget_gives_more_evidence(seeds, retriever):
    question = "What do officials say of the trip, the tariffs and the minerals?"
    given = [
        len(found_for(retriever(seeds, evidence_tokens=n), question).evidence)
        for n in (50, 160, 400)
    ]
    assert given == sorted(set(given))


def test_a_sentence_larger_than_the_budget_is_given_all_the_same(tmp_path, minilm, retriever):
    (tmp_path / "a.txt").write_text("Ports\n\n" + "The port of Ilo is large and " * 20 + "new.")
    with Library(tmp_path / "index", minilm, Settings()) as library:
        library.index([tmp_path / "a.txt"])
        found = found_for(retriever(library, evidence_tokens=50), "How large is the port of Ilo?")
    assert len(found.evidence) == 1


def test_a_sentence_printed_twice_is_given_once(ports, retriever):
    searching = retriever(ports, evidence_tokens=1000)
    hits = searching.search(LOAN)
    assert {"ilo.txt", "copy.txt"} <= set(ids(hits))
    texts = [e.text for e in searching.evidence(LOAN, hits).evidence]
    assert texts.count("Peru's Congress approved a loan for a port at Ilo.") == 1
    assert len(texts) == len(set(texts))


def test_without_hits_there_is_no_evidence_and_no_relevance(seeds, retriever):
    assert retriever(seeds).evidence(TARIFF, []) == retrieval.Found((), 0.0, ())


def test_a_question_that_the_documents_answer_is_more_relevant_than_a_foreign_one(seeds, retriever):
    searching = retriever(seeds)
    about = found_for(searching, TARIFF)
    foreign = found_for(searching, "Who won the 1998 World Cup in Paris?")
    assert about.missing == ()
    assert {"1998", "Paris"} <= set(foreign.missing)
    assert about.relevance > foreign.relevance + 0.5


def test_the_sentence_closest_to_a_statement_comes_first_and_none_is_lost(seeds, retriever):
    searching = retriever(seeds, evidence_tokens=400)
    evidence = found_for(searching, TARIFF).evidence
    for wanted in evidence:
        ordered = searching.closest(wanted.text, evidence)
        assert ordered[0] == wanted
        assert sorted(e.number for e in ordered) == [e.number for e in evidence]


def test_evidence_of_changed_words_keeps_pointing_at_their_own_version(ports, retriever, tmp_path):
    before = found_for(retriever(ports), "anchovies").evidence[0]
    (tmp_path / "docs" / "ilo.txt").write_text(f"A new line\n\n{PORTS['ilo.txt']}")
    ports.index()
    after = found_for(retriever(ports), "anchovies").evidence[0]
    assert before.text == after.text == "Fishermen fear for the anchovies."
    assert replace(before.sentence) != after.sentence
