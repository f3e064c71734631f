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


def test_capitals_are_one_word_where_it_is_known_and_keep_their_hyphen_else() -> None:
    assert joined("METHODS AND RE-", "SULTS of it", CUTTING) == "METHODS AND RESULTS of it"
    assert joined("the US-", "NATO talks", CUTTING) == "the US-NATO talks"
    known = Evidence(Counter({"mrnas": 2}))
    assert joined("bound by mR-", "NAs in cells", known) == "bound by mRNAs in cells"


def test_a_hyphen_behind_a_bracket_or_sign_stays_with_what_follows() -> None:
    assert joined("of sodium (Na+)-", "dependent flow", CUTTING) == "of sodium (Na+)-dependent flow"
    assert joined("fell (-", "3.5 degrees)", CUTTING) == "fell (-3.5 degrees)"


def test_what_follows_a_dash_stands_as_it_does_elsewhere_in_the_document() -> None:
    spaced = evidence(["A mean of 4 +/- 2 days", "and 9 +/- 3 in the north - or less"])
    assert joined("some 7 +/-", "5 hours", spaced) == "some 7 +/- 5 hours"
    assert joined("from 3 -", "5 hours", spaced) == "from 3 - 5 hours"
    signed = evidence(["It went from -4 to -7 at", "night, 5+/-2 on average"])
    assert joined("down to -", "9 by dawn", signed) == "down to -9 by dawn"
    assert joined("some 7+/-", "5 hours", signed) == "some 7+/-5 hours"


def test_words_that_the_document_has_apart_are_a_compound() -> None:
    known = Evidence(Counter({"brelka": 2}))
    assert joined("many Brelka-", "dependent towns", known) == "many Brelka-dependent towns"
    assert (
        joined("a proof-", "of-work rule", Evidence(Counter({"of": 9}))) == "a proof-of-work rule"
    )


def test_a_word_that_stands_whole_in_another_form_is_mended() -> None:
    known = Evidence(Counter({"quandrelions": 1}))
    assert joined("one quandre-", "lion there", known) == "one quandrelion there"
