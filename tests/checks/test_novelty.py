import pytest

from assistant.checking import check
from assistant.checks.novelty import news

DUTY = "Hanoi will raise the duty on imported steel pipes in the autumn."


def test_words_of_the_sentences_and_their_synonyms_are_not_new(told):
    assert told(news, "Hanoi will increase the tariff on steel pipes.", DUTY) == []


def test_words_known_from_nowhere_are_told(told):
    found = told(news, "Hanoi will raise the duty on ceramic tiles.", DUTY)
    assert found == [("unsupported", "the cited words do not have “ceramic”, “tiles”")]


def test_a_word_may_stand_for_one_that_is_near_in_meaning(told):
    statement = "Hanoi will raise the duty on metallic pipes."
    assert told(news, statement, DUTY, likeness=lambda *_: {"metallic": 0.6}) == []
    assert told(news, statement, DUTY, likeness=lambda *_: {"metallic": 0.1})
    assert told(news, statement, DUTY)


def test_one_remotely_similar_word_is_let_by_in_a_long_statement_but_for_its_first(told):
    def likeness(*_):
        return {"tubular": 0.3, "saigon": 0.3}

    long = "In the autumn the duty on tubular imported steel pipes will be raised by Hanoi."
    assert told(news, long, DUTY, likeness=likeness) == []
    opening = "Saigon in the autumn will raise the duty that is on imported steel pipes."
    assert told(news, opening, DUTY, likeness=likeness)


def test_words_of_the_question_may_be_repeated_but_do_not_carry_a_statement(told):
    question = "Why does Hanoi protect domestic mills?"
    assert told(news, "Hanoi will raise the duty on steel pipes to protect mills.", DUTY,
                question=question) == []  # fmt: skip
    found = told(news, "Hanoi will protect domestic mills.", DUTY, question=question)
    assert found == [("unsupported", "the cited words say less than that")]


def test_what_stands_before_the_sentences_may_open_a_statement(told):
    context = "The ministry defends the foundries."
    assert (
        told(news, "The ministry will raise the duty on steel pipes.", DUTY, context=context) == []
    )


LEADERS = "Which foreign leaders are named in the article as people Trump has met?"


@pytest.mark.parametrize(
    ("statement", "question", "verdict"),
    [
        ("The article names foreign leaders as people Trump has met.", LEADERS, "unsupported"),
        ("Trump has met Xi.", LEADERS, "supported"),
        ("Trump has met Xi.", "Has Trump met Xi?", "supported"),
    ],
)
def test_what_only_repeats_a_question_for_something_is_no_answer(statement, question, verdict):
    cited = ["Trump has met foreign leaders, Xi among them."]
    assert check(statement, cited, question=question).verdict == verdict
