"""When a later sentence tells another value of the same thing, and when of another thing."""

import doctest

import pytest

from assistant.answering import updates
from assistant.answering.updates import relation
from assistant.documents import Document, Evidence, Passage, Sentence
from assistant.ingest.chunking.sentences import sentence_spans

SHEDS = "The Harrow depot employs 120 people."
TOLL = "The toll at Vik is 40 crowns a night."
BRIDGE = "The bridge at Ostra will cost 40 million crowns."
OPENS = "The Tarn tunnel opens on 3 May."
LEVY = "The levy on salt is 25%."
HEARING = "The hearing on permit LK-204 is set for 9 June."
RULE = "The regulator has 45 days to rule on a merger."


def evidence(text, title="", name="a"):
    """The last sentence of a document."""
    spans = tuple(Sentence(start, end) for start, end in sentence_spans(text, 0, len(text)))
    document = Document(name, f"{name}.txt", title, text)
    return Evidence(1, Passage(name, document, 0, len(text), "", spans), spans[-1], 1.0)


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(updates).failed == 0


def related(statement, later, source=None, title="", later_title=""):
    return relation(
        statement, evidence(source or statement, title), evidence(later, later_title, "b")
    )


@pytest.mark.parametrize(
    ("statement", "later"),
    [
        (SHEDS, "The Harrow depot now employs 150 people."),
        (SHEDS, "Harrow has grown. The depot employs 150 people."),
        (SHEDS, "The number of people that the Harrow depot employs has fallen to 90."),
        (TOLL, "The council raised the toll at Vik to 55 crowns a night."),
        (TOLL, "The toll at Vik has risen from 40 to 55 crowns a night."),
        (TOLL, "From 2032 the toll at Vik is 55 crowns a night."),
        (TOLL, "The toll at Vik has been abolished."),
        (BRIDGE, "The bridge at Ostra is now expected to cost 55 million crowns."),
        (
            BRIDGE,
            "The ministry said on Monday that the bridge at Ostra will cost 55 million crowns.",
        ),
        (BRIDGE, "The bridge at Ostra will cost 55 million crowns, not 40 million."),
        (OPENS, "The Tarn tunnel opens on 7 July."),
        (OPENS, "The Tarn tunnel now opens on 7 July, the operator said."),
        (LEVY, "The levy on salt was cut to 15%."),
        (LEVY, "The levy on salt has been suspended."),
        (HEARING, "The hearing on permit LK-204 has been moved to 2 July."),
        (RULE, "The regulator now has 60 days to rule on a merger."),
    ],
)
def test_another_value_of_the_same_thing_is_an_update(statement, later):
    assert related(statement, later) == "other"


@pytest.mark.parametrize(
    ("statement", "later"),
    [
        (SHEDS, "The Quay depot employs 150 people."),
        (SHEDS, "The Harrow depot employs 150 drivers."),
        (SHEDS, "The Harrow depot has 150 parking places."),
        (TOLL, "The toll at Skerry is 55 crowns a night."),
        (TOLL, "The toll at Vik for ferries is 55 crowns a night."),
        (TOLL, "The fine at Vik is 55 crowns a night."),
        (TOLL, "In 2019 the toll at Vik was 30 crowns a night."),
        (BRIDGE, "The bridge at Fell will cost 55 million crowns."),
        (BRIDGE, "Repairs to the bridge at Ostra will cost 3 million crowns."),
        (BRIDGE, "The bridge at Ostra will carry 9,000 cars a day."),
        (OPENS, "The Tarn station opens on 7 July."),
        (OPENS, "The Marl tunnel opens on 7 July."),
        (LEVY, "The levy on sugar is 15%."),
        (LEVY, "The levy on salt cod is 15%."),
        (LEVY, "The levy on salt from Peru is 15%."),
        (HEARING, "The hearing on permit LK-240 is set for 2 July."),
        (RULE, "The court has 60 days to rule on a merger."),
        ("Skerry sold 300 boats in 2030.", "Skerry sold 350 boats in 2031."),
        ("Skerry sold 300 boats last year.", "Skerry sold 350 boats last year."),
    ],
)
def test_a_value_of_another_thing_is_none(statement, later):
    assert related(statement, later) is None


@pytest.mark.parametrize(
    ("statement", "later"),
    [
        (SHEDS, "The Harrow depot still employs 120 people."),
        (OPENS, "The Tarn tunnel opens on May 3."),
        (LEVY, "The levy on salt is 25 percent."),
    ],
)
def test_the_same_value_told_again_is_the_same(statement, later):
    assert related(statement, later) == "same"


def test_a_statement_without_a_name_is_about_what_the_title_names():
    toll, more = "The toll is 40 crowns.", "The toll is 55 crowns."
    assert related(toll, more, title="Vik council", later_title="Vik council") == "other"
    assert related(toll, more, title="Vik council", later_title="Skerry council") is None
    assert related(toll, more) == "other"


def test_what_the_older_sentence_itself_says_is_no_update():
    source = "The levy on salt of 25% has been suspended."
    assert related("The levy on salt was suspended.", source, source) != "other"
    assert related("The 25% levy on salt does not apply.", source, source) != "other"


def test_names_may_stand_before_the_later_sentence():
    later = "Harrow is a depot at the coast. It employs 150 people."
    assert related(SHEDS, later) == "other"
    assert related(SHEDS, later.replace("Harrow", "Quay")) is None
