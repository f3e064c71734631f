"""What changed between two versions is told, and nothing that only their layout changed."""

import pytest

from assistant.comparing import compared
from assistant.documents import Document
from tests.bench.compare import measure
from tests.comparing.versions import KEPT, SEEN


def changes(old, new):
    return compared(*(Document(t, t, "t", t) for t in (old, new))).changes


@pytest.mark.parametrize("texts", [SEEN, KEPT])
def test_changes_are_found_and_unchanged_statements_are_not_told(texts):
    found = measure(texts)
    assert found["missed"] <= 0.05 * found["edits"]
    assert found["false"] <= 0.02 * found["unchanged"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The fee is 1,250 euros.", "The fee is 1250 euros."),
        ("The fee is 5 % of sales.", "The fee is 5 percent of sales."),
        ("It costs 3 million euros.", "It costs 3,000,000 euros."),
        ("It ends on 1 Jan. 2031.", "It ends on January 1, 2031."),
        ("They don’t pay — ever.", "They don't pay - ever."),
        ("The agree-\nment ends.", "The agreement ends."),
        ("4.2 The Tenant pays.", "5.2 The Tenant pays."),
        ("The law applies [1] to all.", "The law applies to all."),
        ("The Tenant pays. The Owner repairs.", "The Owner repairs. The Tenant pays."),
        ("The **Tenant** sees [a list](https://example.org/4).", "The Tenant sees a list."),
    ],
)
def test_another_way_to_write_the_same_is_no_change(old, new):
    assert changes(old, new) == ()


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("The plan is legal.", "The plan is illegal.", "negation"),
        ("Prices rose by 5 points.", "Prices fell by 5 points.", "negation"),
        ("Members may resign.", "Members must resign.", "obligation"),
        ("Pay within 30 days.", "Pay within 30 weeks.", "deadline"),
        ("It costs 5 to 10 euros.", "It costs 10 to 5 euros.", "number"),
        ("It was -5 degrees.", "It was 5 degrees.", "number"),
        ("See clause 4.", "See clause 5.", "number"),
        ("It is for adults.", "It is for adults only.", "condition"),
        ("Open on 3 May.", "Open on 4 May.", "date"),
        ("It was sold to Mr Ode.", "It was sold to Mr Ulm.", "name"),
        ("The sum is 500 euros.", "The sum is 500 euros a year.", "wording"),
    ],
)
def test_a_small_edit_is_told_by_its_kind(old, new, kind):
    (change,) = changes(old, new)
    assert kind in change.kinds
    assert (change.old.quote, change.new.quote) == (old, new)


@pytest.mark.parametrize(("one", "other"), [("Fee: 5", "Fee: 6"), ("Door: open", "Door: shut")])
def test_a_value_given_to_another_name_is_a_change(one, other):
    text = "Name: Ann\n{}\nName: Bob\n{}"
    assert changes(text.format(one, other), text.format(other, one))


def test_pages_within_a_sentence_are_no_part_of_it():
    old = "The gate opens at six and closes at noon on every day of the week."
    new = "The gate opens at six and\n\nPage 4 of 9\n\ncloses at noon on every day of the week."
    assert changes(old, new) == ()


def test_the_greatest_change_comes_first_and_quotes_stand_where_they_say():
    old = "A lamp burns.\n\nThe gate opens at 6.\n\nDogs are allowed."
    new = "A lamp glows.\n\nThe gate opens at 7.\n\nDogs are not allowed.\n\nCats stay out."
    found = changes(old, new)
    assert [change.kinds[0] for change in found] == ["negation", "number", "added", "wording"]
    for change in found:
        assert change.new.quote == new[change.new.start : change.new.end]


def test_sentences_that_are_gone_and_added_have_one_quote():
    gone, added = changes("It is old. It rains in Varn.", "It is old. Trains run hourly.")
    assert (gone.kinds, gone.old.quote, gone.new) == (("gone",), "It rains in Varn.", None)
    assert (added.kinds, added.new.quote, added.old) == (("added",), "Trains run hourly.", None)
