import doctest

import pytest

from assistant.language import countries
from assistant.language import noun_phrases as phrases
from assistant.language.noun_phrases import kind_of, names_in, noun_phrases_in


@pytest.mark.parametrize("module", [countries, phrases])
def test_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Did Canada sign the treaty on landmines?", ["Canada", "the treaty on landmines"]),
        ("When was the Hubble telescope launched?", ["the Hubble telescope"]),
        ("Does the vaccine protect against measles?", ["the vaccine", "measles"]),
        ("Did the strike at the port of Hamburg end?", ["the strike at the port of Hamburg"]),
        ("Has the WHO declared the emergency over?", ["the WHO", "the emergency"]),
        ("Is Tesla profitable?", ["Tesla"]),
    ],
)
def test_noun_phrases_end_where_the_verb_begins(question, found):
    assert [phrase.text for phrase in noun_phrases_in(question)] == found


def test_names_are_told_from_words_that_open_a_sentence():
    assert [n.text for n in names_in("Which firm did Airbus buy?")] == ["Airbus"]
    assert [n.text for n in names_in("Is US steel taxed?")] == ["US"]


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [("Peru", "place"), ("the sanctions", "plural"), ("the mayor of Lima", "role"),
     ("the deal with Peru", "thing"), ("May 2020", "time"), ("Steve Witkoff", "person")],
)  # fmt: skip
def test_a_phrase_has_a_kind(phrase, kind):
    assert kind_of(phrase) == kind
