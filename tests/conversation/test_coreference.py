import pytest

from assistant.conversation.coreference import Context, antecedent, spoken_of


def stands_for(word, core, question, answer=""):
    start = core.index(word)
    return antecedent(word, core, start, start + len(word), Context(question, answer))


@pytest.mark.parametrize(
    ("word", "core", "question", "answer", "expected"),
    [
        ("it", "Who signed it?", "How large is the deal with Peru?", "", "the deal with Peru"),
        ("its", "Who is its president?", "Does the trip include Peru?", "", "Peru"),
        ("he", "Is he ill?", "Who is the king of Spain?", "", "the king of Spain"),
        ("he", "Is he ill?", "Who is the king of Spain?", "Felipe VI is. [1]", "Felipe VI"),
        ("there", "Who lives there?", "How large is Malta?", "", "Malta"),
        ("the last one", "Is the last one big?", "Which?", "Peru, Chile and Mali.", "Mali"),
        ("the latter", "Is the latter big?", "Did Peru and Chile sign?", "", "Chile"),
    ],
)
def test_a_word_that_points_back_stands_for(word, core, question, answer, expected):
    assert stands_for(word, core, question, answer) == expected


@pytest.mark.parametrize(
    ("word", "core", "question", "answer"),
    [
        ("he", "Is he ill?", "Did Trump meet Putin?", ""),
        ("it", "Did it win?", "Did Apple sue Nokia?", ""),
        ("it", "Did Cook confirm it?", "What did Apple announce?", ""),
        ("it", "Is it large?", "Who asked?", "Peru and Chile asked."),
        ("it", "Is it legal?", "What tax does Norway levy?", ""),
        ("the fourth one", "Is the fourth one big?", "Which?", "Peru, Chile and Mali."),
    ],
)
def test_nothing_is_told_where_it_may_be_one_of_two(word, core, question, answer):
    assert stands_for(word, core, question, answer) is None


def test_an_adjective_of_a_nation_in_an_answer_is_no_name():
    assert stands_for("it", "Is it new?", "Who asked?", "They tax Chinese goods.") is None


def test_a_noun_takes_up_the_phrase_that_was_spoken_of():
    asked = Context("How large is the deal with Peru?")
    assert spoken_of("deal", asked) == "the deal with Peru"
    assert spoken_of("country", asked) == "Peru"
    assert spoken_of("book", asked) is None
