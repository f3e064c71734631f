"""How likely what was found answers a question, by its features and by what a model says of it."""

import doctest
from dataclasses import replace

import pytest

from assistant.answering import answerability
from assistant.answering.answerability import Features, asks_for_quantity, probability
from assistant.retrieval.evidence import Retriever
from assistant.settings import Settings
from assistant.store.library import Library

PLAIN = Features(similar=0.6, unmet=0.2, quantity=0.0)


@pytest.fixture
def seen(ports, retriever):
    """The features of a question to three small documents."""

    def go(question):
        searching = retriever(ports)
        found = searching.evidence(question, searching.search(question))
        return answerability.features(question, found)

    return go


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(answerability).failed == 0


@pytest.mark.parametrize("judged", [None, 0.7])
@pytest.mark.parametrize("worse", [{"similar": 0.4}, {"unmet": 0.4}, {"quantity": 1.0}], ids=str)
def test_what_speaks_against_an_answer_makes_it_less_likely(worse, judged):
    assert probability(replace(PLAIN, **worse), judged) < probability(PLAIN, judged)


def test_a_model_that_is_surer_makes_an_answer_likelier_up_to_a_certainty():
    chances = [probability(PLAIN, judged) for judged in (0.0, 0.3, 0.6, 0.9, 1.0)]
    assert chances == sorted(chances)
    assert 0 < chances[0] < chances[-1] < 1


@pytest.mark.parametrize(
    "other",
    ["What did Peru's Congress abolish?", "What did Norway's Parliament approve?", "Who won?"],
)
def test_a_question_is_less_likely_answered_for_a_word_that_the_passage_lacks(seen, other):
    right = seen("What did Peru's Congress approve?")
    assert seen(other).unmet > right.unmet
    assert probability(seen(other)) < probability(right)


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("Which loan is mentioned in the article?", "Which loan?"),
        ("How large is the loan?", "Is it the loan?"),
    ],
)
def test_words_of_the_asking_need_not_be_met(seen, question, plain):
    assert seen(question).unmet <= seen(plain).unmet
    assert seen(question.replace("loan", "bull")).unmet > 0.1


def test_a_question_of_two_parts_is_as_likely_answered_as_the_better_part(seen):
    both = seen("What did Peru's Congress approve, and who bakes bread in Oslo?")
    assert both.unmet <= seen("What did Peru's Congress approve?").unmet + 0.05
    assert both.unmet < seen("Who bakes bread in Oslo?").unmet


def test_a_word_of_the_title_counts_as_met(tmp_path, minilm, retriever):
    (tmp_path / "a.md").write_text("# Rye in Norway\n\nThe harvest was sold early to two mills.\n")
    with Library(tmp_path / "index", minilm, Settings()) as library:
        library.index([tmp_path / "a.md"])
        searching = retriever(library)
        questions = ("Was the rye harvest sold early?", "Was the apple harvest sold early?")
        titled, other = (searching.evidence(q, searching.search(q)).unmet for q in questions)
    assert titled < other / 2


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("how many lambs were born in may", True),
        ("At what price did barley settle?", True),
        ("Which share of the herd was sold?", True),
        ("So how old is the barn?", True),
        ("What did the price rise follow?", False),
        ("When was the barn sold?", False),
        ("Why is the barn so old?", False),
    ],
)
def test_a_question_for_a_quantity_is_known_by_how_it_opens(question, asks):
    assert asks_for_quantity(question) is asks


def test_without_vectors_of_words_nothing_is_taken_for_unmet(ports, minilm):
    class Wordless:
        def __getattr__(self, name):
            return getattr(minilm, name)

        def probe(self, query):
            return replace(minilm.probe(query), words=minilm.probe(query).words[:0], spans=())

    searching = Retriever(ports, minilm, Settings(), Wordless())
    question = "What did Norway's Parliament approve?"
    assert searching.evidence(question, searching.search(question)).unmet == 0


@pytest.mark.parametrize(
    ("question", "lacking"),
    [
        ("How high was the toll at the ferry?", 0.0),
        ("How high was the toll at the bridge?", 1.0),  # told of it is a year alone
        ("How high was the toll at the tunnel?", 1.0),
    ],
)
def test_a_quantity_that_the_best_sentence_states_is_not_held_against_it(
    tmp_path, minilm, retriever, question, lacking
):
    told = "The toll at the ferry was 9 ducats. The toll at the bridge was dropped in 2021."
    (tmp_path / "a.txt").write_text(told)
    with Library(tmp_path / "index", minilm, Settings()) as library:
        library.index([tmp_path / "a.txt"])
        searching = retriever(library)
        found = searching.evidence(question, searching.search(question))
        assert answerability.features(question, found).quantity == lacking
