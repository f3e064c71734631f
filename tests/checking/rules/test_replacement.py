import pytest

from assistant.checking.rules.replacement import replaced

QUOTA = "Chile may partly lift its export quota before the summit with Peru."


@pytest.mark.parametrize(
    "statement",
    [
        QUOTA,
        "Chile may partly remove its export quota before the summit with Peru.",
        "Before the summit with Peru, Chile may partly lift its quota on exports.",
    ],
)
def test_synonyms_and_words_that_moved_are_no_difference(told, statement):
    near = {"remove": 0.8}
    assert told(replaced, statement, QUOTA, likeness=lambda *_: near) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [("before", "after"), ("lift", "impose"), ("export", "import"), ("Peru", "Cuba")],
)
def test_a_word_that_says_something_else_is_told_beside_the_right_one(told, old, new):
    found = told(replaced, QUOTA.replace(old, new), QUOTA)
    assert ("contradicted", f"the cited words say “{old}”, not “{new}”") in found


def test_a_word_that_no_list_knows_may_stand_for_another_only_if_it_is_near(told):
    statement = QUOTA.replace("quota", "ceiling")
    assert told(replaced, statement, QUOTA, likeness=lambda *_: {"ceiling": 0.7}) == []
    for likeness in (None, lambda *_: {"ceiling": 0.3}):
        [(verdict, text)] = told(replaced, statement, QUOTA, likeness=likeness)
        assert (verdict, text) == ("contradicted", "the cited words say “quota”, not “ceiling”")


def test_a_limit_that_is_left_out_and_an_extreme_that_is_added_are_told(told):
    without = QUOTA.replace("partly ", "")
    assert told(replaced, without, QUOTA) == [("partly", "it leaves out “partly”")]
    [(verdict, text)] = told(replaced, without.replace("lift", "completely lift"), without)
    assert (verdict, text) == ("partly", "the cited words do not say “completely”")


def test_an_added_negation_contradicts(told):
    found = told(replaced, QUOTA.replace("may", "may not"), QUOTA)
    assert ("contradicted", "the cited words do not say “not”") in found


def test_a_statement_that_does_not_follow_its_sentences_is_left_to_other_checks(told):
    assert told(replaced, "The summit was a failure for the exporters.", QUOTA) == []
