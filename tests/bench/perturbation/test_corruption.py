"""Each kind of error on sentences made up here."""

import re
from random import Random

import pytest

from assistant.language.names import Name
from tests.bench.perturbation import corruption
from tests.bench.perturbation.altering import Source
from tests.bench.perturbation.corruption import KINDS, corrupted

FOREIGN = [
    Name("Ida Brandt", "person", 0, 0),
    Name("Quito", "place", 0, 0),
    Name("Varga Institute", "body", 0, 0),
    Name("Old Harbour", "other", 0, 0),
]


def results(kind, text, following="", around="", own=(), seeds=range(30)):
    """All that a kind makes of a sentence, by several seeds."""
    source = Source(text, following, around or f"{text} {following}", own, FOREIGN)
    made = (corrupted(kind, source, Random(seed)) for seed in seeds)
    return {change.text for change in made if change}


@pytest.mark.parametrize(
    ("kind", "text", "one"),
    [
        ("unit", "The mill ships 40 tons of flour.", "The mill ships 40 pounds of flour."),
        ("unit", "It cost $9 at the fair in Oslo.", "It cost €9 at the fair in Oslo."),
        ("unit", "Some 5% of the sheep were lost.", "Some 5 per thousand of the sheep were lost."),
        ("unit", "It needs more than 30 men daily.", "It needs less than 30 men daily."),
        ("date", "Reply by May 4 at the latest.", "Reply on May 4 at the latest."),
        ("date", "The mill stood idle until 1931.", "The mill stood idle from 1931."),
        ("name", "The prize went to Mr. Olin Hart.", "The prize went to Mr. Ida Brandt."),
        ("name", "The fleet wintered in Vantaa.", "The fleet wintered in Quito."),
        ("role", "The mayor opened the fair.", "The governor opened the fair."),
        ("role", "A Peruvian firm won the bid.", "A Kenyan firm won the bid."),
        ("swap", "Last year Hartco sued Norbank.", "Last year Norbank sued Hartco."),
        ("swap", "The mill was bought by the bank.", "The bank was bought by the mill."),
        (
            "swap",
            "Costs fell from $9 million to $4 million.",
            "Costs fell from $4 million to $9 million.",
        ),
        ("swap", "It hired 12 cooks and fired 7 guards.", "It hired 7 cooks and fired 12 guards."),
        ("negation", "The mill was sold to a bank.", "The mill was not sold to a bank."),
        ("negation", "The mill did not reopen then.", "The mill did reopen then."),
        ("negation", "The crew failed to repair it.", "The crew managed to repair it."),
        ("negation", "The firm refused to pay them.", "The firm agreed to pay them."),
        ("negation", "They crossed without a pilot.", "They crossed with a pilot."),
        ("negation", "The bank sold its mills.", "The bank did not sell its mills."),
        ("negation", "The town has a large mill.", "The town does not have a large mill."),
        ("hedge", "The toll may cause delays.", "The toll causes delays."),
        ("hedge", "The mills could be closed.", "The mills are closed."),
        ("hedge", "The bank is expected to merge.", "The bank will merge."),
        ("hedge", "He threatened to close the mill.", "He went on to close the mill."),
        ("hedge", "The bank plans to buy the mill.", "The bank will buy the mill."),
        ("hedge", "The fire was probably set.", "The fire was set."),
        ("hedge", "The new law would raise fees.", "The new law will raise fees."),
        ("attribution", "Officials said that the new toll works.", "The new toll works."),
        ("attribution", "The toll works well, officials said.", "The toll works well."),
        ("attribution", "According to Hart, the new toll works.", "The new toll works."),
        ("attribution", "The toll is widely viewed as a failure.", "The toll is a failure."),
        ("attribution", "Hart claims that the new toll works.", "The new toll works."),
        ("condition", "If prices fall, the old mill closes.", "The old mill closes."),
        (
            "condition",
            "The bank will close all of its mills unless prices rise.",
            "The bank will close all of its mills.",
        ),
        (
            "condition",
            "The whole of the town was flooded except for the mill.",
            "The whole of the town was flooded.",
        ),
        (
            "condition",
            "The new mill did not open its gates until 1931.",
            "The new mill did not open its gates.",
        ),
        ("quantifier", "Some mills were closed.", "All mills were closed."),
        ("quantifier", "Most of the mills closed.", "All of the mills closed."),
        ("quantifier", "Several mills were closed.", "All mills were closed."),
        ("quantifier", "The toll often causes delays.", "The toll always causes delays."),
        ("quantifier", "The toll costs at least 5 crowns.", "The toll costs only 5 crowns."),
        (
            "quantifier",
            "It is one of the largest mills there.",
            "It is the largest of all mills there.",
        ),
    ],
)
def test_a_kind_changes_what_its_name_says(kind, text, one):
    assert one in results(kind, text)


def test_a_number_changes_its_value_or_its_scale():
    made = results("number", "The bank lost $8.5 million on the mill.")
    assert "The bank lost $8.5 billion on the mill." in made
    assert any("million" in text and "8.5" not in text for text in made)


@pytest.mark.parametrize("text", ["At least 40 men work there.", "It takes more than 40 men."])
def test_a_number_that_is_open_upwards_only_grows(text):
    made = results("number", text)
    assert made
    assert all(int(re.search(r"\d+", each)[0]) > 40 for each in made)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("number", "In 1931 Boeing 737 jets and Figure 4 were shown."),  # names and years
        ("unit", "They lost over 10% of it then."),  # so over 10 per thousand, too
        ("date", "He may march with them, it is said."),
        ("name", "The harbour (Old Vantaa) was closed to ships."),  # may be an alias
        ("role", "In general, the vice president agrees."),
        ("swap", "Hartco met Norbank and between 5 and 10 men came."),  # holds both ways
        ("negation", "He asked whether the mill had closed."),
        ("hedge", "He was told that it could not move."),
        ("attribution", "We found that the toll works."),
        ("condition", "She asked the crew several times if the mill was safe."),
        ("quantifier", "It was the most important mill of all."),
        ("absent", "He said: “It closed.”"),
        ("causal", "The mill closed for good last May."),  # nothing follows
    ],
)
def test_a_kind_leaves_alone_what_it_meets_by_accident(kind, text):
    source = Source(text, "", text, (), ())
    assert not any(corrupted(kind, source, Random(seed)) for seed in range(10))


def test_a_name_is_not_replaced_by_one_of_the_same_thing_or_passage():
    own = [Name("Hart", "person", 0, 0), Name("Ulla Lind", "person", 0, 0)]
    around = "The prize went to Mr. Olin Hart. Lind was there."
    made = results("name", "The prize went to Mr. Olin Hart.", around=around, own=own)
    assert made == {"The prize went to Mr. Ida Brandt."}


def test_what_is_added_stands_nowhere_in_the_passage():
    text = "The mill was closed in spring."
    made = results("absent", text, around=f"{text} Private donors and outside experts came.")
    assert made
    assert all(each.startswith("The mill was closed in spring") for each in made)
    assert not any("donors" in each or "experts" in each for each in made)


def test_two_facts_are_joined_as_cause_and_effect():
    made = results("causal", "The mill closed in spring.", "The bank moved to the port in May.")
    assert "The mill closed in spring because the bank moved to the port in May." in made


def test_two_facts_that_the_text_links_itself_are_not_joined():
    assert not results("causal", "The mill closed in spring.", "So the bank moved to the port.")


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_change(kind):
    text = (
        "If prices fall, Olin Hart said, most of the 40 mills in Peru may close by May 4, 1931, "
        "and the mayor was not told."
    )
    assert results(kind, text, seeds=[7]) == results(kind, text, seeds=[7])


def test_every_kind_is_described():
    assert all(rule.__doc__ for rule in KINDS.values())
    assert corruption.__doc__
