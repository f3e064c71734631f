import doctest

from assistant import altering, english, naming
from assistant.altering import put


def test_examples_in_the_docstrings_hold():
    for module in (altering, english, naming):
        assert doctest.testmod(module).failed == 0


def test_what_is_put_in_keeps_the_capital_and_tells_the_change():
    change = put("Two ships sank .", 0, 3, "three")
    assert (change.text, change.what) == ("Three ships sank.", "Two -> three")
