import pytest

from assistant.moments import is_month, moments
from assistant.quantities import is_measure, quantities, unit_of


@pytest.mark.parametrize(
    "text", ["$8.5 billion", "8.5 billion dollars", "US$8,500 million", "$8.5bn"]
)
def test_an_amount_is_one_value_however_it_is_written(text):
    [found] = quantities(f"It costs {text} a year.")
    assert (found.value, found.unit) == (8.5e9, "$")


@pytest.mark.parametrize(
    ("text", "value", "unit", "comparison"),
    [
        ("at least twelve ports", 12, "", "least"),
        ("nearly 40 percent", 40, "percent", "almost"),
        ("300 tons or more", 300, "ton", "least"),
        ("two-thirds of exports", 66.7, "percent", ""),
        ("up to 2.5 percentage points", 2.5, "point", "most"),
        ("half a million tonnes", 5e5, "ton", ""),
    ],
)
def test_units_comparisons_and_spelled_numbers_are_read(text, value, unit, comparison):
    [found] = quantities(text)
    assert (found.value, found.unit, found.comparison) == (value, unit, comparison)


def test_both_ends_of_a_range_have_its_unit():
    assert [(q.value, q.unit) for q in quantities("10 to 20 percent")] == [
        (10.0, "percent"), (20.0, "percent"),
    ]  # fmt: skip


def test_a_day_is_no_number_and_a_name_no_date():
    assert quantities("It opens on March 3.") == ()
    assert moments("He may read “The Next Week”.") == ()


def test_words_of_measure_are_known():
    assert is_measure("billion")
    assert not is_measure("ports")
    assert is_month("sept.")
    assert (unit_of("tonnes"), unit_of("won")) == ("ton", "")
