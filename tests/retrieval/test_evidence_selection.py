"""The choice of the sentences that are given to answer from, without a search."""

import doctest
import re

import pytest

from assistant.documents import Document, Hit, Passage, Sentence
from assistant.retrieval import evidence_selection
from assistant.retrieval.evidence_selection import NUMBERING_TOKENS, Candidate, Surroundings, select

BARN = "The barn stood empty."
ROOF = "It had no roof."
MILL = "The mill ground rye."


def count(text):
    return len(text.split())


def document(*passages, name="a"):
    """A document of passages, each of sentences, as one pool of candidates."""
    text = "\n\n".join(" ".join(passage) for passage in passages)
    made = Document(name, name, name, text)
    pool, at = [], 0
    for passage in passages:
        spans = []
        for sentence in passage:
            at = text.index(sentence, at)
            spans.append(Sentence(at, at + len(sentence)))
            at += len(sentence)
        whole = Passage(f"{name}{spans[0].start}", made, spans[0].start, at, "", tuple(spans))
        pool += [Candidate(Hit(whole, 1.0, {}), s, text[s.start : s.end]) for s in spans]
    return pool


def chosen(pool, scores, budget, wanted=None):
    ranked = wanted or sorted(range(len(pool)), key=lambda place: -scores[place])
    return [pool[place].text for place in select(ranked, scores, pool, count, budget)]


def needed(pool, text):
    place = next(n for n, each in enumerate(pool) if text in each.text)
    return [pool[n].text for n in Surroundings(pool).needed(place)]


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(evidence_selection).failed == 0


def test_the_best_passage_is_given_whole_where_most_of_the_room_is_not_taken_by_it():
    pool = document([BARN, "Rye grew wild.", "Owls came."], [MILL])
    scores = [1.0, 0.1, 0.1, 0.2]
    assert chosen(pool, scores, 40) == [BARN, "Rye grew wild.", "Owls came."]
    assert chosen(pool, scores, 30) == [BARN]


def test_what_fits_far_less_than_the_best_is_not_given_for_its_own_sake():
    pool = document([BARN], [MILL], ["Owls came."])
    assert chosen(pool, [1.0, 0.6, 0.2], 100) == [BARN, MILL]


def test_a_document_is_read_in_its_own_order_and_that_with_the_best_sentence_first():
    pool = document([MILL], [BARN], name="z") + document(["Owls came."], name="b")
    assert chosen(pool, [0.7, 1.0, 0.8], 100) == [MILL, BARN, "Owls came."]


def test_what_is_wanted_first_is_given_before_what_scores_higher():
    pool = document([BARN], [MILL], ["Owls came by."])
    room = 2 * (count(BARN) + NUMBERING_TOKENS)
    assert chosen(pool, [1.0, 0.9, 0.8], room, wanted=[0, 2, 1]) == [BARN, "Owls came by."]


def test_the_best_is_given_though_nothing_has_room():
    assert chosen(document([BARN, ROOF]), [0.4, 1.0], 3) == [ROOF]


def test_a_sentence_that_leans_brings_the_one_before_it():
    pool = document([BARN, ROOF])
    assert needed(pool, ROOF) == [BARN]
    assert needed(pool, BARN) == []


def test_a_row_brings_the_header_of_its_table():
    pool = document(["Sales by year."], ["| Crop | 2031 |"], ["| Rye | 4 |"], ["| Oats | 6 |"])
    assert needed(pool, "Oats") == ["| Crop | 2031 |"]


@pytest.mark.parametrize(
    "items",
    [
        ("First, sweep the loft.", "Second, mend the roof.", "Third, sow rye."),
        ("- sweep the loft", "- mend the roof", "- sow rye"),
        ("(a) sweep the loft", "(b) mend the roof", "(c) sow rye"),
    ],
)
def test_an_item_brings_its_list_and_what_leads_in(items):
    pool = document(["They agreed on three things:", *items, "Nobody objected."])
    assert needed(pool, "mend") == [items[0], "They agreed on three things:", items[2]]


SPOKEN = """MS ROWE: We sold the barn. Rye was dear.
MR AKE (for the mill): We did not buy it. Oats were cheap."""


def test_what_is_said_later_in_a_turn_brings_the_sentence_that_names_the_speaker():
    lines = [re.split(r"(?<=\.) ", line) for line in SPOKEN.splitlines()]
    pool = document(*lines)
    assert needed(pool, "Oats") == ["MR AKE (for the mill): We did not buy it."]
    assert needed(pool, "MS ROWE") == []


def test_a_speaker_whose_turn_was_not_found_is_taken_for_no_other():
    lines = [
        re.split(r"(?<=\.) ", line) for line in [*SPOKEN.splitlines(), "MS ROWE: Fine. So be it."]
    ]
    pool = [each for each in document(*lines) if "MR AKE" not in each.text]
    assert needed(pool, "Oats") == []
