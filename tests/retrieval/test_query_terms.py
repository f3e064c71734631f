"""What is made of a question's words, and that it finds what documents write, on real SQLite."""

import doctest

import pytest

from assistant.retrieval import query_terms
from assistant.retrieval.query_terms import terms_of, words_of
from assistant.store import fulltext
from assistant.store.database import Catalogue
from tests.store.test_database import DIMENSION, MODEL, put_apart

# Words that stand in no passage asked for, so that no word is in half of all passages.
FILLER = "\n".join(
    f"Line number {word} of the filler." for word in "alpha beta gamma delta".split()
)


@pytest.fixture
def found(tmp_path):
    """Passages that a question finds among the given ones, best first."""
    catalogue = Catalogue(tmp_path / "catalogue.sqlite3", MODEL, DIMENSION, create=True)

    def find(question, *passages):
        put_apart(catalogue, "\n".join((*passages, FILLER)))
        hits = catalogue.words.bm25(terms_of(question), 10)
        return [key.removeprefix("a.txt:") for key, _ in hits]

    yield find
    catalogue.close()


def phrases(text):
    return [phrase for term in terms_of(text) for phrase in term.phrases]


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(query_terms).failed == doctest.testmod(fulltext).failed == 0


@pytest.mark.parametrize(
    "asked", ["$8.5 billion", "8.5bn", "US$8.5bn", "8.5 bn", "8.5-billion-dollar"]
)
@pytest.mark.parametrize(
    "written", ["a US$8.5 billion deal", "an 8.5bn deal", "8.5 bn of it", "$8.5-billion", "8.5B!"]
)
def test_money_is_found_however_it_is_written_and_not_by_its_digits_apart(found, asked, written):
    apart = "8 people paid 5 billion, or 85 billion dollars, or 8.5 million."
    hits = found(f"Is it worth {asked}?", apart, written)
    assert hits[0] == written


def test_the_digits_of_a_number_apart_are_not_found(found):
    assert found("$8.5 billion", "8 people paid 5 billion.", "8.5 million") == []
    assert found("8.5", "5 or 8 of them", "grew 8.5 points") == ["grew 8.5 points"]


@pytest.mark.parametrize("asked", ["100%", "100 percent", "100 per cent", "100 %"])
def test_percent_is_found_however_it_is_written(found, asked):
    written = ("a 100% tariff", "a 100 percent tariff", "a 100 per cent tariff")
    assert set(found(asked, *written, "a 10% tariff, 1,001 percent")) == set(written)


@pytest.mark.parametrize(
    "asked", ["Nov. 1", "November 1", "1 November", "1st of November", "nov 1st"]
)
def test_a_date_is_found_however_it_is_written_and_no_other_day(found, asked):
    written = (
        "by November 1",
        "on 1 November",
        "by Nov. 1",
        "the 1st of November",
        "Nov 1st, 2025",
    )
    others = ("November 11", "1 tariff in November", "in 1 of 5, on November 2", "November 1st1")
    assert set(found(f"What happens by {asked}?", *written, *others)) == set(written)


def test_a_small_may_is_no_month():
    assert "may 5" not in phrases("who may 5 people be")
    assert "may 5" in phrases("what happens on May 5?")


@pytest.mark.parametrize("asked", ["de-escalate", "de‑escalate"])
def test_a_hyphenated_word_is_found_as_one_word_too_and_not_by_its_parts(found, asked):
    written = ("to de-escalate the war", "to deescalate it")
    assert set(found(asked, *written, "escalate it, De Gaulle")) == set(written)


def test_a_prefix_with_a_hyphen_finds_the_closed_word(found):
    assert found("anti-dumping", "antidumping duties", "dumping, anti war") == [
        "antidumping duties"
    ]


def test_the_parts_of_a_compound_are_found_and_it_as_one_word(found):
    written = ("stakes are high", "their high-stakes talks", "a highstakes game")
    assert set(found("high-stakes", *written, "a steak")) == set(written)


@pytest.mark.parametrize("asked", ["U.S.", "US", "U.S", "US's", "U.S.'s"])
def test_a_country_in_capitals_is_not_the_common_word(found, asked):
    written = ("The US signed.", "The U.S. signed.", "The US's word")
    assert set(
        found(f"What did the {asked} do?", *written, "They told us.", "S. and U. do")
    ) == set(written)


@pytest.mark.parametrize(("asked", "common"), [("WHO", "who"), ("IT", "it")])
def test_an_acronym_in_capitals_is_not_dropped_as_a_common_word(found, asked, common):
    hits = found(f"What does {asked} say?", f"This is the {asked} plan.", f"See {common} spoke.")
    assert hits == [f"This is the {asked} plan."]


def test_capitals_say_nothing_where_all_is_in_capitals():
    assert phrases("WHO IS IT AND WHAT DID TRUMP SAY") == ["trump", "say"]


def test_an_acronym_alone_is_no_shouting(found):
    assert found("WHO", "Those who left.", "The WHO left.") == ["The WHO left."]


def test_accents_count_in_neither_direction(found):
    assert found("Elysee", "at the Élysée") == ["at the Élysée"]
    assert found("Élysée", "at the Elysee") == ["at the Elysee"]
    assert found("E\u0301lyse\u0301e", "at the Élysée") == ["at the Élysée"]


@pytest.mark.parametrize("asked", ["Trump's", "Trump’s", "Trumps'"])
def test_a_possessive_is_its_word(found, asked):
    written = {"Trump left", "Trump’s plan"}
    assert set(found(asked, *written, "a letter s")) == written


def test_a_name_with_an_apostrophe_is_one_name(found):
    hits = found("O'Brien", "O’Brien left", "Brien and O", "OBrien spoke")
    assert set(hits) == {"O’Brien left", "OBrien spoke"}


@pytest.mark.parametrize("asked", ["1,000", "1000"])
def test_thousands_are_found_with_and_without_their_mark(found, asked):
    assert set(found(asked, "1,000 jobs", "1000 jobs", "1 job, 000")) == {"1,000 jobs", "1000 jobs"}


def test_a_year_has_no_mark_for_thousands():
    assert phrases("in 2025") == ["2025"]


@pytest.mark.parametrize("asked", ['"rare earth"', "“rare earth”", "„rare earth“"])
def test_a_quoted_phrase_comes_before_all_else(found, asked):
    apart = "rare metals of the earth, mining, mining permits, mining exports"
    exact = "Something about the rare earth, its long and wide use in many things of no account"
    question = f"Which mining permits and exports have {asked} metals?"
    assert found(question.replace(asked, "rare earth"), apart, exact)[0] == apart
    assert found(question, apart, exact)[:2] == [exact, apart]


def test_common_words_are_dropped_unless_nothing_is_left():
    assert phrases("What is the tariff?") == ["tariff"]
    assert phrases("Don't they've it's") == ["don", "t", "they", "ve", "it", "s"]
    assert phrases("To be or not to be") == ["to", "be", "or", "not"]


def test_terms_are_distinct_and_bounded():
    assert phrases("zebra, Zebra; zebra's: zebra") == ["zebra"]
    assert len(terms_of(" ".join(f"w{n}" for n in range(9000)))) == query_terms.MOST_TERMS


def test_words_that_may_be_misspelt_are_plain_words_only():
    text = "Did Takaichi’s anti-dumping IL-6 O'Brien don't $5bn Nov. 1 U.S. who 8.5GW x_y talk?"
    assert words_of(text) == ["Takaichi", "x", "y", "talk"]


@pytest.mark.parametrize(
    ("asked", "phrase"),
    [
        ("$3.6m", "3600000"),
        ("$3.6m", "3 600 000"),
        ("3.6 million dollars", "3 600 000"),
        ("$3,600,000", "3 6 million"),
        ("3600000", "3 6m"),
        ("7,250,000,000", "7 25bn"),
    ],
)
def test_a_large_number_is_searched_for_in_figures_and_with_its_scale(asked, phrase):
    [number] = [term for term in terms_of(asked) if term.phrases[0][0].isdigit()]
    assert phrase in number.phrases


def test_a_number_that_no_scale_shortens_stays_as_it_is():
    [term] = terms_of("3,600,125")
    assert not any("million" in phrase for phrase in term.phrases)
