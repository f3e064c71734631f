import pytest

from assistant.checking import check

LEADERS = "Which foreign leaders are named in the article as people Trump has met?"


@pytest.mark.parametrize(
    ("statement", "question", "verdict"),
    [
        ("The article names foreign leaders as people Trump has met.", LEADERS, "unsupported"),
        ("Trump has met Xi.", LEADERS, "supported"),
        ("Trump has met Xi.", "Has Trump met Xi?", "supported"),
    ],
)
def test_what_only_repeats_a_question_for_something_is_no_answer(statement, question, verdict):
    cited = ["Trump has met foreign leaders, Xi among them."]
    assert check(statement, cited, question=question).verdict == verdict
