"""Restatements: told apart by their letters, and only taken where they are about the same."""

import pytest

from assistant import repairing
from assistant.replies import Claim

LOAN = "Peru's loan for the port costs $3 million."
MENDED = "Peru's loan for the port costs $2 million."


def test_each_statement_is_told_in_a_line_of_its_own_with_what_differs():
    told = repairing.faults([("It\nrose.", ("no number", "no name")), ("It fell.", ("no date",))])
    assert told == "A. It rose. Wrong: no number; no name.\nB. It fell. Wrong: no date."


@pytest.mark.parametrize(
    "reply",
    [
        f"A. {MENDED} [2]",
        f"A: {MENDED} [2]",
        f"**A.** {MENDED} [2]",
        f"Here it is:\n\nA) {MENDED} [2]\n",
        f"{MENDED} [2]",
        f"Yes: {MENDED} [2]",
    ],
)
def test_a_restatement_is_found_however_it_is_lettered(reply):
    assert repairing.restated(reply, [LOAN]) == [Claim(MENDED, (2,))]


@pytest.mark.parametrize(
    "reply", ["A. drop", "A: Drop.", f"A. {LOAN} (drop)", "drop", "No.", "", "A. It rains in Oslo."]
)
def test_what_is_dropped_or_says_something_else_is_no_restatement(reply):
    assert repairing.restated(reply, [LOAN]) == [None]


def test_of_several_statements_each_needs_its_letter():
    assert repairing.restated(f"B. {MENDED}", [LOAN, LOAN]) == [None, Claim(MENDED, ())]
    assert repairing.restated(MENDED, [LOAN, LOAN]) == [None, None]


def test_more_statements_than_there_are_letters_are_cut():
    assert len(repairing.faults([(LOAN, ())] * 40).splitlines()) == repairing.MOST_REPAIRED
