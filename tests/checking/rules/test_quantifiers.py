import pytest

from assistant.checking.rules.quantifiers import one_of, quantifiers


@pytest.mark.parametrize("amount", ["All", "Most", "Some"])
def test_the_same_amount_is_no_difference(told, amount):
    statement = f"{amount} exporters pay the duty."
    assert told(quantifiers, statement, f"{amount} exporters pay the new duty.") == []


@pytest.mark.parametrize(("mine", "theirs"), [("All", "Some"), ("Most", "Some"), ("Some", "All")])
def test_another_amount_contradicts(told, mine, theirs):
    found = told(
        quantifiers, f"{mine} exporters pay the duty.", f"{theirs} exporters pay the duty."
    )
    assert found == [("contradicted", f"the cited words do not say “{mine}”")]


def test_an_only_is_neither_left_out_nor_added(told):
    only, plain = "Only exporters pay the duty.", "The exporters pay the duty."
    assert told(quantifiers, only, only) == []
    assert told(quantifiers, plain, only) == [("partly", "it leaves out “Only”")]
    assert told(quantifiers, only, plain) == [("partly", "the cited words do not say “Only”")]


def test_one_of_several_is_not_told_as_the_one(told):
    sentence = "Ghana is one of the largest producers of cocoa."
    assert told(one_of, "Ghana is among the largest producers.", sentence) == []
    found = told(one_of, "Ghana is the largest producer.", sentence)
    assert found == [("partly", "the cited words say “one of the largest”")]
