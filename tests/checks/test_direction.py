import pytest

from assistant.checks.direction import turned


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("Peru sued Chile.", "Peru sued Chile over the fishing zone."),
        ("Chile was sued by Peru.", "Peru sued Chile over the fishing zone."),
        ("Copper is shipped from Peru to Chile.", "Peru ships copper to Chile."),
        (
            "By May 4, Peru will pay Chile 30 million pesos.",
            "Peru will pay Chile 30 million pesos by May 4.",
        ),
        ("The strike ended because wages rose.", "Because wages rose, the strike ended."),
    ],
)
def test_the_same_told_otherwise_is_not_turned_round(told, statement, sentence):
    assert told(turned, statement, sentence) == []


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("Chile sued Peru over the fishing zone.", "Peru sued Chile over the fishing zone."),
        ("Peru was sued by Chile.", "Peru sued Chile over the fishing zone."),
    ],
)  # fmt: skip
def test_what_stands_the_other_way_round_contradicts_and_is_told_once(told, statement, sentence):
    [(verdict, text)] = told(turned, statement, sentence)
    assert verdict == "contradicted"
    assert text.startswith(("in the cited words", "the cited words link it"))
