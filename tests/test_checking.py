import doctest

import pytest

from assistant import checking
from assistant.checking import check

SENTENCE = (
    "In response, the president has threatened to impose a 100% tariff on Chinese products "
    "by November 1 if Beijing does not ease its restrictions."
)
CONTEXT = "Trump targets Asian mineral deals"


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(checking).failed == 0


@pytest.mark.parametrize(
    "statement",
    [
        SENTENCE,
        "Trump has threatened a 100 percent tariff on Chinese products by Nov. 1.",
        "By 1 November, Chinese products may face a tariff of 100%.",
    ],
)
def test_a_faithful_statement_is_supported(statement):
    assert check(statement, [SENTENCE], CONTEXT).verdict == "supported"


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("Trump has threatened a 50% tariff on Chinese products.", "50%"),
        ("Trump has threatened a 100% tariff by November 2.", "November 2"),
        ("Biden has threatened a 100% tariff.", "Biden"),
        ("Trump has threatened a 100% tariff on Indian products.", "Indian"),
    ],
)
def test_a_changed_number_date_or_name_is_found_and_named(statement, named):
    found = check(statement, [SENTENCE], CONTEXT)
    assert found.verdict == "unsupported"
    assert any(named in finding for finding in found.findings)


def test_a_statement_about_something_else_is_unsupported():
    assert check("He resigned after a quarrel over fishing.", [SENTENCE]).verdict == "unsupported"


def test_a_number_in_the_context_alone_does_not_support():
    found = check("Trump signed a deal of $8.5 billion.", ["Trump signed a deal."], "$8.5 billion")
    assert found.verdict == "unsupported"


def test_a_statement_that_cites_nothing_is_unsupported():
    assert check(SENTENCE, []).verdict == "unsupported"


def test_a_name_from_the_context_may_say_who_acts_or_owns_but_join_no_list():
    trip = ["The trip will take him to Malaysia, followed by visits to Japan."]
    context = "Trump seeks access to minerals for the United States"
    assert check("Trump will visit Malaysia and Japan.", trip, context).verdict == "supported"
    assert check("Malaysia is on Trump's trip.", trip, context).verdict == "supported"
    listed = check("The trip will visit Malaysia, Japan and the United States.", trip, context)
    assert listed.verdict == "unsupported"


def test_words_added_to_the_question_must_stand_in_the_sentences():
    question = "What did Takaichi say about the tariffs?"
    talks = ["The itinerary includes talks with Takaichi on the tariffs."]
    invented = "Takaichi said about the tariffs that they harm farmers."
    assert check(invented, talks, question=question).verdict == "unsupported"


def test_words_given_as_a_quotation_must_be_one():
    said = ["Officials said the priority is to “unlock the region’s resource potential”."]
    true = 'Officials want to "unlock the region\'s resource potential".'
    false = "Officials want to “unlock the resource potential of the region”."
    assert check(true, said).verdict == "supported"
    assert check(false, said).verdict == "unsupported"
