import pytest

from assistant.checking.rules.attribution import attribution, grounds

SAID = "Officials said that the embargo hurts farmers in Kenya."


@pytest.mark.parametrize(
    "statement",
    [
        "Officials said that the embargo hurts farmers.",
        "According to officials, the embargo hurts farmers.",
        "Officials spoke.",
    ],
)
def test_a_claim_told_as_one_is_no_difference(told, statement):
    assert told(attribution, statement, SAID) == []


def test_a_claim_is_not_told_as_a_fact(told):
    found = told(attribution, "The embargo hurts farmers in Kenya.", SAID)
    assert found == [("partly", "the cited words give it as somebody’s claim (“Officials said”)")]


def test_a_fact_is_not_told_as_a_claim(told):
    fact = "The embargo hurts farmers in Kenya."
    [(verdict, text)] = told(attribution, "Critics claim that the embargo hurts farmers.", fact)
    assert verdict == "partly"
    assert text == "the cited words do not give it as anybody’s claim (“claim”)"
    assert told(attribution, "The article says that the embargo hurts farmers.", fact) == []


def test_what_a_claim_is_said_to_rest_on_is_in_the_sentences(told):
    statement = "Officials, citing a survey of mills, said that the embargo hurts farmers."
    [(verdict, text)] = told(grounds, statement, SAID)
    assert verdict == "partly"
    assert text == "the cited words do not have what it rests on (“citing a survey of mills”)"
    assert told(grounds, statement, f"{SAID} They surveyed mills.") == []
    assert told(grounds, "Officials, pointing to Kenya, said so.", SAID) == []
