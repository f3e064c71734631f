"""Can what was found answer this question? A probability from a few features, calibrated.

A question that cannot be answered from documents is often one about something they tell of: only
the detail is missing. What gives that away is a word of the question that the best passage does
not meet. What follows from the probability is decided by the caller.

The coefficients are those of logistic regressions. `python -m tests.bench.answerability_fit` makes
them from questions as users ask them and prints how often they err. They were made before a stated
quantity stopped to count against a sentence, which moves them little (bias -3.119, 7.449, -3.868,
-1.583) and loses answers of OneStopQA, so they stay.
"""

from __future__ import annotations

import math
import re
from dataclasses import astuple, dataclass

from assistant.language import quantities
from assistant.retrieval import Found

_LEAST_CHANCE = 0.001
"""A model's P(yes) is taken to lie between this and 1 minus this, so that its logit is finite."""
_QUANTITY = re.compile(
    r"\W*(?:\w+\s+){0,2}how\s+(?:much|many|large|big|high|low|old|far|tall|deep|wide|heavy|fast|small)\b"
    r"|\W*(?:(?:at|by|for|to|of|in|with)\s+)?(?:what|which)(?:['’]s)?\s+(?:(?:is|are|was|were)\s+)?"
    r"(?:the\s+)?(?:\w+\s+)?(?:age|amount|budget|cost|depth|distance|height|length|number"
    r"|percentage|population|price|proportion|rate|revenue|salary|score|share|size|sum|total"
    r"|turnover|value|weight)\b",
    re.I,
)


_YEAR = re.compile(r"1\d{3}|20\d\d")


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for and against what was found answering a question.

    Attributes:
        similar: the best cosine of a sentence of the evidence with the question.
        unmet: how far the best passage falls short of a word of the question (see
            `retrieval.Found`); 0 to about 0.7.
        quantity: 1 if a number is asked for, which texts leave out oftener than what happened, and
            the best sentence does not have one beside all that is asked about.
    """

    similar: float
    unmet: float
    quantity: float


BIAS = -2.970
WEIGHTS = Features(similar=7.523, unmet=-4.341, quantity=-1.673)
"""What each feature adds to the logit of the probability, beside the bias."""
MET = 0.1
"""What `unmet` comes to at most where every word of a question is met."""
JUDGED_BIAS, EVIDENCE, SURE = -1.346, 0.544, 0.654
"""Where a model has judged: the bias, and the parts of that logit and of its P(yes)'s."""


def features(question: str, found: Found) -> Features:
    """What the question and what was found for it look like side by side."""
    lacking = asks_for_quantity(question) and not _tells_quantity(question, found)
    return Features(similar=found.similar, unmet=found.unmet, quantity=float(lacking))


def _tells_quantity(question: str, found: Found) -> bool:
    """Whether every word of the question is met and the best sentence has a number of its own."""
    best = max(found.evidence, key=lambda each: each.score, default=None)
    if best is None or found.unmet >= MET:
        return False
    asked = {each.amounts for each in quantities(question)}
    told = (each for each in quantities(best.text) if not _YEAR.fullmatch(each.shown))
    return any(each.amounts not in asked for each in told)


def probability(seen: Features, judged: float | None = None) -> float:
    """How likely what was found answers the question.

    Args:
        seen: what there is to go by.
        judged: a model's P(yes); None where none was asked.
    """
    parts = zip(astuple(WEIGHTS), astuple(seen), strict=True)
    total = BIAS + sum(weight * value for weight, value in parts)
    if judged is not None:
        total = JUDGED_BIAS + EVIDENCE * total + SURE * logit(judged)
    return 1 / (1 + math.exp(-total))


def logit(chance: float) -> float:
    """The logarithm of the odds, of a chance kept away from 0 and 1.

    >>> logit(0.5), round(logit(1), 1)
    (0.0, 6.9)
    """
    kept = min(max(chance, _LEAST_CHANCE), 1 - _LEAST_CHANCE)
    return math.log(kept / (1 - kept))


def asks_for_quantity(question: str) -> bool:
    """Whether a question asks for a number of something, or for its price, rate or size.

    >>> asks_for_quantity("For how many ships?"), asks_for_quantity("At what price was it sold?")
    (True, True)
    >>> asks_for_quantity("How did they vote on the price?")
    False
    """
    return _QUANTITY.match(question) is not None
