import pytest

from assistant.language import lexicon
from assistant.language.countries import CAPITALS


@pytest.mark.parametrize(
    "forms", ["impose imposed imposing", "sought seeks", "threat threatens", "decide decision"]
)
def test_forms_of_a_word_share_a_stem(forms):
    assert len(lexicon.stems(forms)) == 1


@pytest.mark.parametrize("words", ["export import", "policy police", "rate rating ratio"])
def test_different_words_do_not(words):
    assert len(lexicon.stems(words)) > 1


def test_a_country_its_people_and_its_capital_are_one():
    assert {lexicon.place(name) for name in ("Peru", "Peruvian", "Peruvians", "Peru's")} == {"peru"}
    assert CAPITALS["beijing"] == "china"
    assert lexicon.is_place("brazilian")
    assert not lexicon.is_place("copper")
