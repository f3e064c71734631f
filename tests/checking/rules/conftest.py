"""Statements beside one sentence, seen by one check alone."""

import pytest

from assistant.checking.comparison import Comparison


@pytest.fixture
def told():
    """What a check finds: verdict and text of each finding."""

    def go(check, statement, *sentences, **more):
        compared = Comparison(statement, sentences, **more)
        return [(finding.verdict, finding.text) for finding in check(compared)]

    return go
