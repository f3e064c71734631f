import pytest

from assistant.suggesting import nearest

NAMES = ["evidence_tokens", "llm", "strict", "--no-strict"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("evidence-tokens", "evidence_tokens"),
        ("Evidence Tokens", "evidence_tokens"),
        ("LLM", "llm"),
        ("stirct", "strict"),
        ("--no-strct", "--no-strict"),
        ("colour", None),
        ("", None),
    ],
)
def test_a_name_is_suggested_where_what_was_typed_is_like_it(typed, meant):
    assert nearest(typed, NAMES) == meant


def test_how_like_it_must_be_can_be_told():
    assert nearest("strip", NAMES) == "strict"
    assert nearest("strip", NAMES, 0.75) is None


def test_of_no_names_none_is_suggested():
    assert nearest("llm", []) is None
