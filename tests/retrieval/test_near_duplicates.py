"""Which passages tell the same words, and which only nearly so."""

import doctest
import time
from dataclasses import replace
from itertools import chain

import pytest

from assistant.documents import Document, Passage
from assistant.ingest.chunking.passages import split_sentences
from assistant.retrieval import edits, near_duplicates
from assistant.retrieval.near_duplicates import groups

FIRST = "Peru's Congress approved a loan of $8.5 billion for a port at Ilo on Monday."
SECOND = "An earthquake killed 12 people in the region last year."
THIRD = "Officials said that work would begin in March, after the rains."
FOURTH = "Fishermen fear for the anchovies that they live on."
FIFTH = "The port is to be the largest on the coast, the builders promise."
STORY = " ".join((FIRST, SECOND, THIRD, FOURTH))
OTHER = "Knead the dough for ten minutes. Let it rise until it doubles, then bake it until brown."


def passage(text, document="a"):
    whole = Document(document, f"/docs/{document}", document, text)
    return Passage(document, whole, 0, len(text), "", tuple(split_sentences(text)))


def grouped(*texts):
    return groups([passage(text, f"d{number}") for number, text in enumerate(texts)])


def are_copies(one, other):
    both = grouped(one, other), grouped(other, one)
    assert both[0] == both[1]
    return len(both[0]) == 1


@pytest.mark.parametrize("module", [edits, near_duplicates])
def test_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0


def test_nothing_has_no_groups():
    assert groups([]) == []


@pytest.mark.parametrize(
    "copy",
    [
        STORY,
        STORY.upper(),
        STORY.replace("'", "’").replace(" ", "\u00a0").replace("earth", "earth\u00ad"),
        STORY.replace("$8.5 billion", "$8.5bn"),
        STORY.replace("12", "twelve"),
        STORY.replace(" on Monday", ""),
        STORY.replace("Officials said that", "Officials told reporters"),
        STORY.replace("a loan", "a large loan"),
        "Peru is to have a new port\n\nBy Jane Doe\n\n" + STORY,
        " ".join((SECOND, THIRD, FOURTH, FIFTH)),
        " ".join((THIRD, FOURTH, FIFTH)),
        " ".join((FIRST, THIRD, FOURTH)),
    ],
)
def test_a_story_printed_again_is_a_copy(copy):
    assert are_copies(STORY, copy)


@pytest.mark.parametrize(
    ("told", "otherwise"),
    [
        ("$8.5 billion", "$9 billion"),
        ("$8.5 billion", "$8.5 million"),
        ("$8.5 billion", "$8.5"),
        ("$8.5", "€8.5"),
        ("12", "15"),
        ("12", "fifteen"),
        ("12", "dozens of"),
        ("Monday", "Tuesday"),
        ("March", "May"),
        ("Peru's", "Chile's"),
        ("would begin", "would not begin"),
        ("would begin", "wouldn’t begin"),
        ("approved", "rejected"),
        ("approved", "refused to approve"),
        ("after", "before"),
        ("a port", "a bridge"),
        ("last year", "last March"),
    ],
)
def test_an_update_of_a_story_is_no_copy(told, otherwise):
    assert told in STORY
    assert not are_copies(STORY, STORY.replace(told, otherwise))
    shifted = " ".join((FIRST, SECOND, THIRD, FIFTH)).replace(told, otherwise)
    assert not are_copies(STORY, shifted)


def test_a_name_is_told_apart_although_it_stands_elsewhere_in_the_sentence():
    told = (
        "Bath, which is older than Bristol, sued the county over its water, and Bath won the case."
    )
    assert not are_copies(told, told.replace("and Bath", "and Bristol"))


def test_an_acronym_is_no_other_name():
    told = STORY.replace("Peru's Congress", "The US Congress")
    assert are_copies(told, told.replace("US", "United States"))


def test_names_without_capitals_are_told_apart():
    assert not are_copies(STORY.lower(), STORY.lower().replace("ilo", "callao"))


def test_different_stories_stay_apart():
    assert grouped(STORY, OTHER) == [[0], [1]]


def test_one_sentence_in_common_makes_no_copies():
    assert not are_copies(STORY, f"{SECOND} {OTHER}")


def test_passages_of_one_document_are_never_copies():
    assert groups([passage(STORY), passage(STORY)]) == [[0], [1]]
    copy = passage(STORY, "b")
    assert groups([passage(STORY), copy, copy]) == [[0, 1], [2]]


def test_documents_of_one_name_in_two_folders_are_two_documents():
    one, other = passage(STORY), passage(STORY)
    elsewhere = Document("a", "/elsewhere/a", "a", STORY)
    assert groups([one, Passage("b", elsewhere, 0, len(STORY), "", other.sentences)]) == [[0, 1]]


def test_groups_and_their_members_keep_the_order_they_are_given_in():
    assert grouped(OTHER, STORY, OTHER.upper(), FIFTH, STORY) == [[0, 2], [1, 4], [3]]


def test_copies_that_disagree_where_the_first_is_silent_stay_apart():
    last = "The loan runs for 20 years and is to be paid back in dollars."
    later = " ".join((SECOND, THIRD, FOURTH, last))
    assert grouped(STORY, later, later.replace("20", "30")) == [[0, 1], [2]]


def test_a_short_quotation_does_not_hide_the_story_around_it():
    assert grouped(FIFTH, f"{STORY} {FIFTH}") == [[0], [1]]
    assert grouped(f"{STORY} {FIFTH}", FIFTH) == [[0, 1]]


@pytest.mark.parametrize("text", ["", "—", "___", "Contents"])
def test_texts_without_many_words_do_no_harm(text):
    assert sorted(chain(*grouped(text, STORY, text))) == [0, 1, 2]


def test_other_scripts_are_compared_word_by_word():
    told = "Перу получит порт в Ило, заявил министр в понедельник после заседания."
    assert are_copies(told, told.upper())
    assert not are_copies(told, told.replace("министр", "президент"))


def test_many_forms_of_one_wording_take_no_time_to_speak_of():
    texts = [STORY.replace("12", str(number + 100)) for number in range(300)]
    begun = time.process_time()
    assert len(grouped(*texts)) == 300
    assert time.process_time() - begun < 2


# Forms

FORM = (
    "The hearing takes place in the large room of the town hall at ten o'clock. Objections must be "
    "sent in writing within thirty days. No seats can be reserved."
)


def titled(*titles, text=FORM):
    passages = [passage(text, f"d{number}") for number in range(len(titles))]
    return groups(
        [
            replace(each, document=replace(each.document, title=title))
            for each, title in zip(passages, titles, strict=True)
        ]
    )


@pytest.mark.parametrize(
    "titles",
    [
        ("Vik Salt", "Tarn Timber"),
        ("Notice 204 of the harbour office", "Notice 240 of the harbour office"),
        ("Permit of Vik Salt", "Permit of Tarn Timber"),
    ],
)
def test_the_words_of_a_form_are_no_copies_where_titles_name_two_things(titles):
    assert len(titled(*titles)) == 2


@pytest.mark.parametrize(
    "titles",
    [
        ("Vik Salt", "Vik Salt"),
        ("Notice 204", "Notice 204 again"),
        ("A hearing", "The hearing in the town hall"),
        ("Hearing at the Town Hall", "Objections in Writing"),
    ],
)
def test_they_are_copies_where_titles_name_one_thing_or_none(titles):
    assert len(titled(*titles)) == 1


def test_a_story_that_names_its_subject_is_a_copy_below_any_headline():
    assert len(titled("Harbour for Ilo", "Congress Votes", text=STORY)) == 1
