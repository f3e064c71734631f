"""Hybrid search and the choice of evidence, on real SQLite, Chroma and MiniLM."""

import doctest
from dataclasses import replace

import pytest

from assistant.errors import UsageError
from assistant.filters import Filter
from assistant.retrieval import evidence as retrieval
from assistant.retrieval.evidence import lexical_scores
from assistant.retrieval.evidence_selection import NUMBERING_TOKENS
from assistant.settings import Settings
from assistant.store.library import Library
from tests.conftest import LOAN, PORTS

TARIFF = "What tariff has Trump threatened, and by when?"


def ids(hits):
    return [hit.passage.document.id for hit in hits]


def places(hits):
    """Ids of all documents that the hits stand in, copies as well."""
    return {document.id for hit in hits for document in (hit.passage.document, *hit.copies)}


def test_a_search_keeps_to_the_documents_of_a_filter(ports, retriever):
    searching = retriever(ports, collapse=False)
    everything = set(PORTS)
    assert places(searching.search(LOAN)) == everything
    assert places(searching.search(LOAN, where=Filter())) == everything
    assert ids(searching.search(LOAN, where=Filter.of("bread.txt"))) == ["bread.txt"]
    assert places(searching.search(LOAN, where=Filter.of(["ilo*", "copy*"]))) == {
        "ilo.txt",
        "copy.txt",
    }
    with pytest.raises(UsageError, match="no document matches --only 'rye'"):
        searching.search(LOAN, where=Filter.of("rye"))


def found_for(retriever, question):
    return retriever.evidence(question, retriever.search(question))


def test_no_text_of_a_question_is_encoded_twice(ports, retriever, minilm, monkeypatch):
    encoded, run = [], minilm._run
    monkeypatch.setattr(minilm, "_run", lambda text: encoded.append(tuple(text.ids)) or run(text))
    searching = retriever(ports)
    found = found_for(searching, LOAN)
    searching.closest(LOAN, found.evidence)
    assert found.evidence
    assert encoded
    assert len(encoded) == len(set(encoded))


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(retrieval).failed == 0


# Sentences


def test_a_word_that_is_in_few_texts_weighs_more_than_one_in_most():
    texts = ["the loan rose", "the port rose", "the fish rose", "the loan of the anchovy"]
    scores = lexical_scores("the anchovies", texts)
    assert scores.argmax() == 3
    assert lexical_scores("xylophone", texts).tolist() == [0, 0, 0, 0]


# Evidence


def best(evidence):
    return max(evidence, key=lambda each: each.score)


def test_evidence_is_numbered_in_the_order_of_its_document(seeds, retriever):
    found = found_for(retriever(seeds), TARIFF)
    assert [e.number for e in found.evidence] == list(range(1, len(found.evidence) + 1))
    starts = [e.sentence.start for e in found.evidence]
    assert starts == sorted(starts)
    assert "100% tariff" in best(found.evidence).text
    for e in found.evidence:
        assert e.text == e.passage.document.text[e.sentence.start : e.sentence.end]
        assert e.sentence in e.passage.sentences


@pytest.mark.parametrize("budget", [50, 80, 160, 400, 5000])
def test_evidence_keeps_to_its_budget_and_always_holds_the_best(seeds, minilm, retriever, budget):
    evidence = found_for(retriever(seeds, evidence_tokens=budget), TARIFF).evidence
    assert sum(minilm.count(e.text) + NUMBERING_TOKENS for e in evidence) <= budget
    assert "100% tariff" in best(evidence).text


def test_a_larger_budget_gives_more_evidence(seeds, retriever):
    question = "What do officials say of the trip, the tariffs and the minerals?"
    given = [
        len(found_for(retriever(seeds, evidence_tokens=n), question).evidence)
        for n in (50, 160, 400)
    ]
    assert given == sorted(given)
    assert given[0] < given[-1]


def test_a_sentence_larger_than_the_budget_is_given_all_the_same(tmp_path, minilm, retriever):
    (tmp_path / "a.txt").write_text("Ports\n\n" + "The port of Ilo is large and " * 20 + "new.")
    with Library(tmp_path / "index", minilm, Settings()) as library:
        library.index([tmp_path / "a.txt"])
        found = found_for(retriever(library, evidence_tokens=50), "How large is the port of Ilo?")
    assert len(found.evidence) == 1


def test_a_sentence_printed_twice_is_given_once(ports, retriever):
    searching = retriever(ports, evidence_tokens=1000)
    hits = searching.search(LOAN)
    assert {"ilo.txt", "copy.txt"} <= places(hits)
    evidence = searching.evidence(LOAN, hits).evidence
    [told] = [e for e in evidence if e.text == "Peru's Congress approved a loan for a port at Ilo."]
    assert {told.passage.document.id, *(copy.id for copy in told.copies)} == {"ilo.txt", "copy.txt"}
    assert len(evidence) == len({e.text for e in evidence})


LEANING = "Bulls\n\nThe mayor of Ilo banned the fights. The move was welcomed by farmers."


@pytest.mark.parametrize("budget", [60, 400])
def test_a_sentence_that_leans_on_the_one_before_it_comes_right_after_that(
    tmp_path, minilm, retriever, budget
):
    (tmp_path / "a.txt").write_text(LEANING)
    with Library(tmp_path / "index", minilm, Settings()) as library:
        library.index([tmp_path / "a.txt"])
        found = found_for(retriever(library, evidence_tokens=budget), "Was it welcomed by farmers?")
    texts = [e.text for e in found.evidence]
    assert texts == ["The mayor of Ilo banned the fights.", "The move was welcomed by farmers."]


def test_a_sentence_that_leans_on_one_too_long_for_the_budget_comes_alone(
    tmp_path, minilm, retriever
):
    long = "The mayor, " + "who had spoken to many people about it before, " * 6 + "banned fights. "
    (tmp_path / "a.txt").write_text(f"Bulls\n\n{long}The move was welcomed by farmers.")
    with Library(tmp_path / "index", minilm, Settings()) as library:
        library.index([tmp_path / "a.txt"])
        found = found_for(retriever(library, evidence_tokens=50), "Was it welcomed by farmers?")
    assert [e.text for e in found.evidence] == ["The move was welcomed by farmers."]


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
    before = found_for(retriever(ports), "anchovies").others[0]
    (tmp_path / "docs" / "ilo.txt").write_text(f"A new line\n\n{PORTS['ilo.txt']}")
    ports.index()
    after = found_for(retriever(ports), "anchovies").others[0]
    assert before.text == after.text == "Fishermen fear for the anchovies."
    assert replace(before.sentence) != after.sentence
