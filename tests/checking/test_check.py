import doctest

import pytest

from assistant.checking import alignment
from assistant.checking import check as checking
from assistant.checking.check import check, judged
from assistant.language import clauses, lexicon, numbers, thesaurus

SENTENCE = (
    "In response, the president has threatened to impose a 100% tariff on Chinese products "
    "by November 1 if Beijing does not ease its restrictions."
)
IF = "if Beijing does not ease its restrictions"
CONTEXT = "Trump targets Asian mineral deals"


@pytest.mark.parametrize("module", [alignment, checking, clauses, lexicon, numbers, thesaurus])
def test_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    "statement",
    [
        SENTENCE,
        f"Trump has threatened a 100 percent tariff on Chinese products by Nov. 1 {IF}.",
        f"By 1 November, he may impose a tariff of 100% on Chinese products {IF}.",
    ],
)
def test_a_faithful_statement_is_supported(statement):
    found = check(statement, [SENTENCE], CONTEXT)
    assert (found.verdict, found.findings) == ("supported", ())


@pytest.mark.parametrize(
    ("statement", "verdict", "named"),
    [
        (f"Trump has threatened a 50% tariff on Chinese products {IF}.", "contradicted", "50%"),
        (f"Trump has threatened a 100% tariff by November 2 {IF}.", "contradicted", "November 2"),
        (f"He has threatened Biden with a 100% tariff {IF}.", "unsupported", "Biden"),
        (f"Trump has threatened a 100% tariff on Indian products {IF}.", "contradicted", "Indian"),
        ("Trump has threatened a 100% tariff on Chinese products.", "partly", IF),
        (f"Trump has imposed a 100% tariff on Chinese products {IF}.", "partly", "threatened"),
    ],
)
def test_what_differs_is_named_and_decides_the_verdict(statement, verdict, named):
    found = check(statement, [SENTENCE], CONTEXT)
    assert found.verdict == verdict
    assert any(named in finding for finding in found.findings)


def test_the_gravest_finding_decides():
    found = check("Trump has threatened a 50% tariff on Chinese products.", [SENTENCE], CONTEXT)
    assert found.verdict == "contradicted"
    assert any(IF in finding for finding in found.findings)


@pytest.mark.parametrize(
    ("statement", "sentence", "finding"),
    [
        ("Peru does not tax copper.", "Peru does tax copper.",
         "the cited words do not deny this (“not tax”)"),
        ("All mills may close by May 4.", "Some mills may close by May 4.",
         "the cited words say “Some”, not “All”"),
        ("It ships 9 million tons a year.", "It ships 9 billion tons a year.",
         "the cited words have 9 billion tons, not 9 million tons"),
        ("The envoy flew to Hanoi.", "The envoy flew to Lima.",
         "the cited words say “Lima”, not “Hanoi”"),
    ],
)  # fmt: skip
def test_a_reader_is_told_each_difference_once(statement, sentence, finding):
    found = check(statement, [sentence])
    assert (found.verdict, found.findings) == ("contradicted", (finding,))


def test_a_statement_about_something_else_is_unsupported():
    found = check("He resigned after a quarrel over fishing.", [SENTENCE])
    assert found.verdict == "unsupported"
    assert any("“fishing”" in finding for finding in found.findings)


def test_a_number_in_the_context_alone_does_not_support():
    found = check("Trump signed a deal of $8.5 billion.", ["Trump signed a deal."], "$8.5 billion")
    assert found.verdict == "unsupported"


def test_a_statement_that_cites_nothing_is_unsupported():
    assert check(SENTENCE, []).verdict == "unsupported"


def test_a_name_from_the_context_may_say_who_acts_or_owns():
    trip = ["The trip will take him to Malaysia, followed by visits to Japan."]
    context = "Trump seeks access to minerals for the United States"
    assert check("Trump will visit Malaysia and Japan.", trip, context).verdict == "supported"
    assert check("Malaysia is on Trump's trip.", trip, context).verdict == "supported"


def test_words_added_to_the_question_must_stand_in_the_sentences():
    question = "What did Takaichi say about the tariffs?"
    talks = ["The itinerary includes talks with Takaichi on the tariffs."]
    invented = "Takaichi said about the tariffs that they harm farmers."
    assert check(invented, talks, question=question).verdict != "supported"


def test_words_that_no_list_knows_are_new_unless_a_likeness_finds_them_near():
    sentence = ["Kenya will raise the levy on imported maize next year."]
    statement = "Kenya will raise the levy on imported corn next year."
    assert check(statement, sentence).verdict == "contradicted"
    near = check(statement, sentence, likeness=lambda *_: {"corn": 0.8})
    assert near.verdict == "supported"


def test_no_likeness_is_looked_up_where_every_word_stands_in_the_sentences():
    def never(*_):
        raise AssertionError

    assert check(SENTENCE, [SENTENCE], likeness=never).verdict == "supported"
    same = f"The president has threatened to impose a 100% tariff by Nov. 1 {IF}."
    assert check(same, [SENTENCE], likeness=never).verdict == "supported"


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("The fund was set at $3.5 million.", "The fund was set at $3,500,000."),
        ("It sold 4 200 tonnes.", "It sold 4,200 tonnes."),
        ("The duty is 7.5%.", "The duty is 7,5 %."),
        ("Two ports were closed.", "2 ports were closed."),
    ],
)
def test_the_same_words_with_a_number_written_otherwise_need_no_judge(statement, sentence):
    assert judged(check(statement, [sentence]), 0.01).verdict == "supported"


def test_numbers_that_differ_in_the_last_digit_are_not_the_same():
    assert check("It cost $3,500,001.", ["It cost $3,500,002."]).verdict == "contradicted"
