"""Which evidence is taken to answer a question, by its features and by what a model says of it."""

from dataclasses import replace

import pytest

from assistant import gate
from assistant.gate import Features

PLAIN = Features(relevance=1.0, weakest=0.3, unnamed=0.0, opposed=0.0, negated=0.0)


@pytest.fixture
def seen(ports, minilm, retriever):
    """The features of a question to three small documents."""

    def go(question):
        found = retriever(ports)
        hits = found.search(question)
        return gate.features(question, found.evidence(question, hits), minilm)

    return go


@pytest.mark.parametrize("worse", ["unnamed", "opposed", "negated"])
@pytest.mark.parametrize("sure", [None, 0.7])
def test_what_speaks_against_an_answer_makes_it_less_likely(worse, sure):
    against = replace(PLAIN, **{worse: 1.0})
    assert gate.probability(against, sure) < gate.probability(PLAIN, sure)


@pytest.mark.parametrize("better", ["relevance", "weakest"])
@pytest.mark.parametrize("sure", [None, 0.7])
def test_what_speaks_for_an_answer_makes_it_likelier(better, sure):
    more = replace(PLAIN, **{better: getattr(PLAIN, better) + 0.2})
    assert gate.probability(more, sure) > gate.probability(PLAIN, sure)


def test_a_model_that_is_surer_makes_an_answer_likelier_up_to_a_certainty():
    chances = [gate.probability(PLAIN, sure) for sure in (0.0, 0.3, 0.6, 0.9, 1.0)]
    assert chances == sorted(chances)
    assert 0 < chances[0] < chances[-1] < 1


def test_a_question_about_the_documents_is_likelier_answered_than_one_with_a_name_they_lack(seen):
    right = seen("What did Peru's Congress approve?")
    other = seen("What did Norway's Parliament approve?")
    assert right.unnamed == 0 < other.unnamed
    assert gate.probability(right) > gate.probability(other)


def test_a_negation_put_into_a_question_is_noticed(seen):
    assert seen("What did Peru's Congress not approve?").negated == 1
    assert seen("What did Peru's Congress approve?").negated == 0


def test_a_word_turned_into_its_opposite_is_noticed(seen):
    assert seen("In which month is it that the work ends?").opposed == 1
    assert seen("In which month is it that the work starts?").opposed == 0


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "Who founded the Office of Eastern Medicine?",
            "He founded the Office of Western Medicine.",
        ),
        ("Which force is due to attractive forces?", "It is due to repulsive forces."),
        ("Whose mother was a king?", "His father was a king."),
        ("Which acts are unconstitutional?", "The acts are constitutional."),
    ],
)
def test_opposites_are_known_in_both_directions(question, text):
    assert gate.is_opposed(question, text)
    assert gate.is_opposed(text, question)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What could the inquiry lead to?", "It opens an inquiry into whether they paid."),
        ("What is the last item?", "It is the last of the first ten items."),
        ("Who approved it?", "The senate rejected what nobody has approved."),
        ("How many men came?", "Few women came, and many men."),
    ],
)
def test_words_that_only_look_opposed_are_not(question, text):
    assert not gate.is_opposed(question, text)


def test_names_that_other_words_are_made_of_are_not_missing():
    text = "The Japanese and the South Korean presidents met in Malaysia on 3 May."
    assert gate.unnamed("Did South Korea and Japan meet on May 3?", text) == []
    assert gate.unnamed("Did Peru and Japan meet on May 4 for $5 million?", text) == [
        "Peru",
        "5 million",
        "May 4",
    ]


def test_without_vectors_of_words_there_is_no_weakest_word(ports, minilm, retriever):
    class Wordless:
        def encode(self, texts):
            return replace(minilm.encode(texts), words=[b""] * len(texts))

        def probe(self, query):
            return minilm.probe(query)

    found = retriever(ports)
    question = "What did Peru's Congress approve?"
    evidence = found.evidence(question, found.search(question))
    assert gate.features(question, evidence, Wordless()).weakest == 0
    assert gate.features(question, evidence, minilm).weakest > 0.2
