"""Which sentences of different documents give different answers, and how they are put."""

import pytest

from assistant.answering.conflicts import MOST_SIDES, find
from assistant.documents import Document, Evidence, Passage, Sentence
from assistant.ingest.chunking.sentences import sentence_spans

OPENED = "When was the Ilo port opened?"
LOAN = "How large is the loan for the port at Ilo?"
WIRE = "Peru's Congress approved a loan of $2 billion for a port at Ilo on Monday."


def evidence(text, name="a", published=None, title="", score=1.0, at=-1):
    """A sentence of a document of its own: the last one of the text, or the one `at`."""
    spans = tuple(Sentence(start, end) for start, end in sentence_spans(text, 0, len(text)))
    document = Document(name, f"{name}.txt", title, text, published)
    return Evidence(1, Passage(name, document, 0, len(text), "", spans), spans[at], score)


def differ(question, *each, told=1):
    """The conflict between sentences, of which the first ones are told."""
    given = [
        evidence(text, str(n)) if isinstance(text, str) else text for n, text in enumerate(each)
    ]
    cited = []

    def cite(one):
        if one not in cited:
            cited.append(one)
        return cited.index(one) + 1

    return find(question, given[:told], given, cite)


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (LOAN, WIRE, "The loan for the port at Ilo is worth $2.4 billion, the treasury said."),
        (OPENED, "The Ilo port opened in 1970.", "Ilo saw its port opened in 1972."),
        (
            "Who designed the port of Ilo?",
            "The port of Ilo was designed by Ana Ruiz.",
            "Juan Paz designed the port of Ilo.",
        ),
        ("What is Ilo?", "Ilo is a port in Peru.", "Ilo was the ship of an admiral."),
        (
            "How many people live in Ilo?",
            "In Ilo live 66,000 people.",
            "Ilo has a population of 58,000.",
        ),
    ],
)
def test_different_values_of_what_is_asked_are_a_conflict(question, one, other):
    (conflict,) = differ(question, one, other)
    assert [side.text for side in conflict.sides] == [one, other]
    assert [side.citations for side in conflict.sides] == [(1,), (2,)]
    assert not conflict.versions


@pytest.mark.parametrize(
    "altered",
    [
        WIRE.replace("$2 billion", "$3 billion"),
        WIRE.replace("Monday", "Friday"),
        WIRE.replace("approved", "has not approved"),
    ],
)
def test_a_copy_with_an_altered_value_is_a_version_of_the_same_text(altered):
    (conflict,) = differ(LOAN, WIRE, altered)
    assert conflict.versions
    assert len(conflict.sides) == 2


@pytest.mark.parametrize(
    "other",
    [
        WIRE,
        "For the port at Ilo, Congress approved a loan of 2 billion dollars.",
        WIRE.replace("approved", "has approved"),
        "The bridge at Ilo was closed for 9 days.",  # another matter
        "The loan for the port at Callao is worth $9 billion.",  # another place
        "Fishermen fear the loan for the port at Ilo.",  # no value
    ],
)
def test_the_same_value_another_matter_and_no_value_are_none(other):
    assert differ(LOAN, WIRE, other) == ()


NOTICE = "The hearing on the permit of Vik Salt is on 3 May at ten o'clock in room 4."
HEARING = "When is the hearing on the permit?"


@pytest.mark.parametrize(
    "other",
    [
        NOTICE.replace("Vik Salt", "Tarn Timber").replace("3 May", "9 June"),
        NOTICE.replace("the permit of Vik Salt", "permit LK-240").replace("3 May", "9 June"),
        NOTICE.replace("Vik Salt", "Skerry").replace("3 May", "9 June").replace("4", "7"),
    ],
)
def test_two_notices_of_one_form_about_two_things_are_no_versions(other):
    assert differ(HEARING, NOTICE.replace("the permit of Vik Salt", "permit LK-204"), other) == ()
    assert differ(HEARING, NOTICE, other) == () or "LK" in other


def test_a_notice_that_was_changed_is_a_version():
    (conflict,) = differ(HEARING, NOTICE, NOTICE.replace("3 May", "9 June"))
    assert conflict.versions
    coded = NOTICE.replace("the permit of Vik Salt", "permit LK-204")
    (conflict,) = differ(HEARING, coded, coded.replace("3 May", "9 June"))
    assert conflict.versions


def test_who_says_it_makes_no_two_things_of_one():
    one = "The loan for the port at Ilo is worth $2 billion, Ana Ruiz said."
    other = "Juan Paz said that the loan for the port at Ilo is worth $3 billion."
    assert differ(LOAN, one, other)


def test_codes_in_titles_tell_two_things_apart():
    one, other = "The hearing on the permit is on 3 May.", "The hearing on the permit is on 9 June."
    first = evidence(one, "a", title="Permit LK-204")
    assert differ(HEARING, first, evidence(other, "b", title="Permit LK-240")) == ()
    assert differ(HEARING, first, evidence(other, "b", title="Permit LK-204"))


def test_a_document_does_not_contradict_itself():
    text = "The port of Ilo opened in 1970. The port of Ilo opened in 1972."
    assert differ("When did the port of Ilo open?", evidence(text, at=0), evidence(text)) == ()


def test_what_is_not_told_makes_no_conflict_by_itself():
    bread = "Bread rises for an hour."
    years = "The Ilo port opened in 1970.", "The Ilo port opened in 1972."
    assert differ(OPENED, bread, *years) == ()


def test_the_name_may_stand_before_the_sentence_or_in_the_title():
    question = "What is the population of Ilo?"
    before = evidence("Ilo is a port. The population was 66,000 in 2017.", "a")
    titled = evidence("The population was 58,000 in 2007.", "b", title="Ilo")
    nowhere = evidence("The population was 11,000 in 2007.", "c")
    (conflict,) = differ(question, before, titled)
    assert len(conflict.sides) == 2
    assert differ(question, before, nowhere) == ()


def test_the_newest_comes_first_and_what_has_no_date_last():
    old = evidence("The Ilo port opened in 1970.", "old", "1999-01-01")
    none = evidence("The Ilo port opened in 1971.", "none")
    new = evidence("The Ilo port opened in 1972.", "new", "2024-05-06")
    (conflict,) = differ(OPENED, old, none, new)
    assert [side.published for side in conflict.sides] == ["2024-05-06", "1999-01-01", None]
    assert [side.source for side in conflict.sides] == ["new.txt", "old.txt", "none.txt"]


def test_those_who_agree_stand_on_one_side():
    first = evidence("The Ilo port opened in 1970.", "a", "2001")
    second = evidence("In 1970 the port of Ilo was opened.", "b", "2010")
    third = evidence("The Ilo port opened in 1972.", "c", "2005")
    (conflict,) = differ(OPENED, first, second, third, told=2)
    assert [len(side.citations) for side in conflict.sides] == [2, 1]
    assert conflict.sides[0].published == "2010"


def test_what_fits_the_question_far_less_does_not_contradict():
    best = evidence("The Ilo port opened in 1970.", "a", score=1.0)
    weak = evidence("The Ilo port opened in 1972.", "b", score=0.4)
    assert differ(OPENED, best, weak) == ()


def test_no_more_sides_are_shown_than_a_reader_takes_in():
    years = [f"The Ilo port opened in {1970 + n}." for n in range(MOST_SIDES + 3)]
    (conflict,) = differ(OPENED, *years)
    assert len(conflict.sides) == MOST_SIDES
