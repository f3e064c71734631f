import pytest

from assistant.language.names import may_be_same, names


def found(text):
    return {name.text: name.kind for name in names(text)}


def test_names_are_told_by_form_and_neighbours():
    text = "Last May Mr. Olin Hart and the Bank of Norland met in Vantaa with a Peruvian of an NGO."
    assert found(text) == {
        "Olin Hart": "person",
        "Bank of Norland": "body",
        "Vantaa": "place",
        "Peruvian": "nation",
        "NGO": "acronym",
    }


def test_a_word_that_only_opens_a_sentence_is_no_name():
    assert found("Ships left Oslo. Officials stayed.") == {"Oslo": "place"}


@pytest.mark.parametrize(
    ("one", "other"),
    [("Olin Hart", "Hart"), ("Tokyo", "Japanese"), ("Norland Steel Works", "NSW")],
)
def test_names_that_may_be_one_things_are_held_for_it(one, other):
    assert may_be_same(one, other)
    assert may_be_same(other, one)
