import pytest

from assistant.checks.polarity import polarity


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("Peru will not sign the pact.", "Peru will not sign the trade pact."),
        ("Peru did not sign the pact.", "Peru refused to sign the pact."),
        ("The tax is not legal.", "The tax is illegal."),
        ("Imports did not fall.", "Imports did not fall, while prices rose."),
    ],
)
def test_what_both_deny_is_no_difference(told, statement, sentence):
    assert told(polarity, statement, sentence) == []


@pytest.mark.parametrize(
    ("statement", "sentence", "finding"),
    [
        ("Peru will sign the pact.", "Peru will not sign the pact.",
         "the cited words deny this (“not sign”)"),
        ("Peru will not sign the pact.", "Peru will sign the pact.",
         "the cited words do not deny this (“not sign”)"),
        ("Imports of Peruvian copper rose in May.", "Imports of Peruvian copper fell in May.",
         "the cited words say “fell”, not “rose”"),
        ("The copper tax in Peru is legal.", "The copper tax in Peru is illegal.",
         "the cited words say “illegal”, not “legal”"),
    ],
)  # fmt: skip
def test_what_only_one_side_denies_contradicts(told, statement, sentence, finding):
    assert told(polarity, statement, sentence) == [("contradicted", finding)]
