"""A word cut at the end of a line is mended, and a hyphen of its own is kept."""

from __future__ import annotations

from collections import Counter

import pytest

from assistant.ingest.pdf.hyphens import Evidence, evidence, joined

CUTTING = Evidence(Counter(), cuts=True)


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("a feather-", "duvet cover", "a feather-duvet cover"),
        ("gram-", "negative rods", "gram-negative rods"),
        ("duty-", "free shops", "duty-free shops"),
        ("their co-", "management of ports", "their co-management of ports"),
        ("each n-", "bit word", "each n-bit word"),
        ("said Saman-", "tha Okoye", "said Samantha Okoye"),
        ("they capitu-", "late now", "they capitulate now"),
        ("by length-", "ening it", "by lengthening it"),
        ("is overwhelm-", "ingly so", "is overwhelmingly so"),
        ("the ports—", "both of them", "the ports—both of them"),
        ("the ports", "—both of them", "the ports—both of them"),
    ],
)
def test_two_words_keep_their_hyphen_and_a_cut_word_loses_it(
    before: str, after: str, whole: str
) -> None:
    assert joined(before, after, CUTTING) == whole


def test_a_document_that_cuts_no_words_keeps_every_hyphen() -> None:
    lines = ["The ferry was re-", "established by a multi-", "cultural crew of non-", "local men."]
    known = evidence(lines)
    assert joined("was re-", "established", known) == "was re-established"
    assert joined("a multi-", "cultural crew", known) == "a multi-cultural crew"


def test_where_soft_hyphens_are_told_apart_all_others_are_the_words_own() -> None:
    known = evidence(["The sys\xad", "tem of mea\xad", "sures has a make-", "up of its own."])
    assert joined("The sys\xad", "tem", known) == "The system"
    assert joined("a make-", "up of", known) == "a make-up of"
