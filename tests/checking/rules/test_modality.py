import pytest

from assistant.checking.rules.modality import certainty, modality


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("India might cut the duty.", "India may cut the duty on steel."),
        ("India plans to cut the duty.", "India intends to cut the duty."),
        ("India cut the duty.", "India cut the duty on steel."),
        ("India will cut the duty.", "India is set to cut the duty."),
    ],
)
def test_what_is_as_firm_is_no_difference(told, statement, sentence):
    assert told(modality, statement, sentence) == []


@pytest.mark.parametrize("cue", ["may", "plans to", "threatened to", "is expected to"])
def test_what_is_open_or_planned_is_not_told_as_done(told, cue):
    [(verdict, text)] = told(modality, "India cut the duty.", f"India {cue} cut the duty.")
    assert verdict == "partly"
    assert text.startswith("the cited words say it less firmly (“")


def test_what_happened_is_not_told_as_open(told):
    found = told(modality, "India may cut the duty.", "India cut the duty.")
    assert found == [("partly", "the cited words say it more firmly, without “may”")]


def test_what_is_suggested_is_not_told_as_proven(told):
    data = "The data suggest that duties raise prices."
    assert told(certainty, "The data suggest that duties raise prices.", data) == []
    found = told(certainty, "The data prove that duties raise prices.", data)
    assert found == [("partly", "the cited words say “suggest”, not “prove”")]
