"""Judging one answer, on answers and judgements worked out by hand."""

import doctest
import re

import pytest

from assistant.answers import Answer, Statement
from assistant.documents import Citation, Document
from assistant.evaluation import metrics
from assistant.evaluation.datasets import Gold
from assistant.evaluation.judgements import Span
from assistant.evaluation.metrics import gives, points_at, score, token_f1, words

TEXT = "Lent 1902. The court was built in 1902 by J. Smith. It burnt down."
COURT = Document("court", "court.txt", "Court", TEXT)


def answered(*statements, citations=(), status="answered"):
    told = tuple(Statement(text, (), "supported") for text in statements)
    return Answer("q?", "q?", status, told, tuple(citations), (), "none")


REFUSED = answered(status="not_in_documents")


def gold(**known):
    return Gold("q", "q?", known.pop("answerable", True), **known)


def patterns(*each):
    return tuple(re.compile(p, re.IGNORECASE) for p in each)


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(metrics).failed == 0


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("It was Charleston's harbour.", "Charleston"),
        ("It was “Charleston”—a port.", "the Charleston"),
        ("In the U.S. and elsewhere", "US"),
        ("3,559 people", "3559 People"),
        ("a rate of 8.5%.", "8.5"),
        ("the Franco-Prussian War", "franco prussian war"),
        ("Grade A milk", "A"),
        ("They use C++.", "C++"),
        ("The symbol is ∑.", "∑"),
        ("Ｆｕｌｌ width", "full width"),
    ],
)
def test_an_answer_is_found_however_it_is_written(text, answer):
    assert gives(text, answer)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("built in 19021", "1902"),
        ("a rate of 8.5%", "8"),
        ("a rate of 18.5%", "8.5"),
        ("the Charlestonians", "Charleston"),
        ("men and two women", "two men"),
        ("Grade B milk", "A"),
        ("", "1902"),
    ],
)
def test_a_part_of_a_word_or_number_is_no_answer(text, answer):
    assert not gives(text, answer)


def test_an_answer_that_stands_only_within_another_one_is_not_given():
    assert not gives("He plays American football.", "football", ["American football"])
    assert gives("American football, and football.", "football", ["American football"])
    assert gives("Football.", "football", ["Football", "hockey"])


def test_token_f1_counts_repeated_words_once_for_each():
    assert token_f1("no no yes", "no yes") == pytest.approx(2 * 2 / 5)
    assert token_f1("", "yes") == token_f1("no", "yes") == 0.0
    assert words("A an THE") == []


def test_an_answer_is_right_if_it_matches_what_it_must_and_nothing_it_must_not():
    known = gold(must=patterns("1902", "smith"), must_not=patterns("burnt"))
    assert score(known, answered("Built in 1902.", "By J. Smith.")).right
    assert not score(known, answered("Built in 1902.")).right
    assert not score(known, answered("Smith burnt it in 1902.")).right
    assert score(known, REFUSED).right is False
    assert not score(gold(must_not=patterns("burnt")), REFUSED).right
    assert score(gold(), answered("Anything.")).right is None


def test_markers_are_no_part_of_the_text_that_is_judged():
    told = Statement("Built by Smith.", (1,), "supported")
    answer = Answer("q?", "q?", "answered", (told,), (Citation(1, COURT, 0, 9),), (), "none")
    assert not score(gold(answers=("1",)), answer).right


def test_any_of_squads_answers_is_right_and_f1_is_that_of_the_likest():
    outcome = score(gold(answers=("1902", "the year 1902")), answered("It was the year 1902."))
    assert outcome.right
    assert outcome.f1 == pytest.approx(2 * 2 / (4 + 2))
    assert outcome.all_right is outcome.wrong is outcome.undisputed is None
    assert score(gold(answers=("1902",)), REFUSED).f1 == 0.0


def test_of_ramdocs_answers_all_are_wanted_and_none_of_the_wrong_ones():
    known = gold(answers=("1902", "1885"), wrong_answers=("1850", "1885"), all_wanted=True)
    both = score(known, answered("In 1902, or 1885."))
    assert (both.right, both.all_right, both.wrong, both.undisputed) == (True, True, False, False)
    one = score(known, answered("In 1902, not 1850."))
    assert (one.right, one.all_right, one.wrong, one.undisputed) == (True, False, True, True)
    refused = score(known, REFUSED)
    assert (refused.right, refused.all_right, refused.wrong) == (False, False, False)
    assert both.f1 is None
    unharmed = score(gold(answers=("1902",), all_wanted=True), answered("1902."))
    assert (unharmed.all_right, unharmed.wrong, unharmed.undisputed) == (True, None, None)


def test_citations_are_good_where_they_share_words_with_the_evidence():
    start = TEXT.index("1902 by")
    evidence = (Span("court", start, start + 4),)
    good, bad = Citation(1, COURT, 11, 51), Citation(2, COURT, 0, 10)
    assert points_at(good, evidence)
    assert not points_at(bad, evidence)  # the year stands there too, but it answers something else
    assert not points_at(Citation(1, COURT, 11, start), evidence)
    outcome = score(gold(evidence=evidence), answered("1902.", citations=[good, bad]))
    assert (outcome.cited, outcome.good_citations) == (True, 1)
    missed = score(gold(evidence=evidence), answered("1902.", citations=[bad]))
    assert (missed.cited, missed.good_citations) == (False, 0)
    unknown = score(gold(), answered("1902.", citations=[good]))
    assert unknown.cited is unknown.good_citations is None


def test_a_citation_of_a_copy_is_one_of_the_evidence_if_it_tells_it():
    wire = Document("wire", "wire.txt", "Wire", "Wire. " + TEXT)
    start = wire.text.index("1902 by")
    evidence = (Span("wire", start, start + 4),)
    assert points_at(Citation(1, COURT, 11, 51, copies=(wire,)), evidence)
    assert not points_at(Citation(1, COURT, 52, 66, copies=(wire,)), evidence)
    assert not points_at(Citation(1, COURT, 11, 51), evidence)


def test_partial_answers_are_answers_and_statements_are_counted_by_verdict():
    told = (Statement("A.", (1,), "supported"), Statement("B.", (), "unsupported", ("no",)))
    outcome = score(gold(), Answer("q?", "q?", "partial", told, (), (), "none"), 1.5)
    assert (outcome.refused, outcome.status, outcome.seconds) == (False, "partial", 1.5)
    assert outcome.verdicts == {"supported": 1, "unsupported": 1}
    assert outcome.text == "A. B."
