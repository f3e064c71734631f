import pytest

from assistant.checking.rules.names import names, quotes, roles

VISIT = "He will meet the Japanese trade minister, Ryo Abe, in Osaka."
BEFORE = "Brazil seeks markets\nPresident Lula leaves for Asia."


@pytest.mark.parametrize(
    "statement",
    [
        "Lula will meet Abe in Osaka.",
        "Brazil's Lula meets Ryo Abe.",
        "He meets a minister of Japan.",
    ],
)
def test_a_name_of_the_sentences_or_of_whom_they_refer_to_is_known(told, statement):
    assert told(names, statement, VISIT, context=BEFORE) == []


def test_a_name_that_stands_nowhere_is_told(told):
    found = told(names, "He will meet Ryo Abe in Kyoto.", VISIT, context=BEFORE)
    assert found == [("unsupported", "the cited words do not name Kyoto")]


def test_a_name_of_the_context_joins_no_list(told):
    sentence = "The tour leads to Osaka and Seoul."
    listed = "The tour leads to Osaka, Seoul and Brazil."
    context = "Brazil seeks markets. A tour was announced."
    assert told(names, listed, sentence, context=context)


def test_an_office_goes_with_its_holder(told):
    sentence = "Prime Minister Tomas Vik met President Ana Ruiz."
    assert told(roles, "Prime Minister Vik met President Ruiz.", sentence) == []
    found = told(roles, "President Vik met Ruiz.", sentence)
    assert found == [("contradicted", "the cited words call Vik minister prime, not president")]


def test_an_office_that_nobody_tells_is_unsupported(told):
    found = told(roles, "They met Governor Vik.", "They met Tomas Vik.")
    assert found == [("unsupported", "the cited words do not call Vik governor")]


def test_a_quotation_stands_in_the_sentences_to_the_letter(told):
    sentence = "The minister called the duty “a tax on the poor”."
    assert told(quotes, 'The duty is "a tax on the poor".', sentence) == []
    assert told(quotes, "The duty is “a tax on poor people”.", sentence) == [
        ("unsupported", "the cited words do not say “a tax on poor people”")
    ]
