import doctest

from assistant.language import names, verbs
from tests.bench.perturbation import altering
from tests.bench.perturbation.altering import put


def test_examples_in_the_docstrings_hold():
    for module in (altering, verbs, names):
        assert doctest.testmod(module).failed == 0


def test_what_is_put_in_keeps_the_capital_and_tells_the_change():
    change = put("Two ships sank .", 0, 3, "three")
    assert (change.text, change.what) == ("Three ships sank.", "Two -> three")
