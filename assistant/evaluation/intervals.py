"""Shares and means with their 95% confidence intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

RESAMPLES = 1000
"""Bootstrap samples behind a confidence interval."""
Z = 1.959964
"""Standard errors between the middle of a normal distribution and the ends of its central 95%."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share or a mean with its 95% confidence interval.

    Attributes:
        value: from 0 to 1.
        low, high: bounds of the interval.
        numerator, denominator: what it was made of; None where it was made of other shares.
    """

    value: float
    low: float
    high: float
    numerator: float | None = None
    denominator: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of an estimate in `Answers.to_dict`."""
        return {k: v if v is None else round(v, 6) for k, v in asdict(self).items()}


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Wilson's 95% confidence interval of a share (Wilson 1927, "Probable Inference").

    >>> low, high = wilson(5, 5)
    >>> f"{low:.3f} to {high:.3f}"
    '0.566 to 1.000'
    """
    part, square = hits / total, Z * Z
    middle = part + square / (2 * total)
    reach = Z * math.sqrt(part * (1 - part) / total + square / (4 * total * total))
    bounds = ((middle + sign * reach) / (1 + square / total) for sign in (-1, 1))
    low, high = (min(max(bound, 0.0), 1.0) for bound in bounds)
    return low, high


def share(those: Iterable[bool]) -> Estimate | None:
    """How many of those are true, with Wilson's interval; None where there are none."""
    counted = list(those)
    if not counted:
        return None
    hits, total = sum(counted), len(counted)
    return Estimate(hits / total, *wilson(hits, total), hits, total)


def mean(values: Sequence[float], seed: int) -> Estimate | None:
    """The mean with a bootstrapped interval; None where there is nothing."""
    return _bootstrapped([(value, 1) for value in values], seed)


def pooled(pairs: Sequence[tuple[int, int]], seed: int) -> Estimate | None:
    """The hits of all pairs in their totals, with the wider of two intervals; None without any.

    The bootstrap sees that what belongs to one question is alike, but takes what held throughout
    for certain; Wilson's interval is the other way round.
    """
    found = _bootstrapped(pairs, seed)
    if not found:
        return None
    low, high = wilson(sum(hits for hits, _ in pairs), sum(total for _, total in pairs))
    return replace(found, low=min(low, found.low), high=max(high, found.high))


def _bootstrapped(pairs: Sequence[tuple[float, int]], seed: int) -> Estimate | None:
    """The sum of the firsts by the sum of the seconds, with the percentiles of its resamples."""
    given = np.array([pair for pair in pairs if pair[1]], dtype=float)
    if not len(given):
        return None
    draw = np.random.default_rng(seed)
    sums = [given[draw.integers(len(given), size=len(given))].sum(0) for _ in range(RESAMPLES)]
    low, high = np.percentile([part / whole for part, whole in sums], [2.5, 97.5])
    part, whole = given.sum(0)
    return Estimate(float(part / whole), float(low), float(high), float(part), int(whole))


def balanced(answered: Estimate | None, refused: Estimate | None) -> Estimate | None:
    """The mean of two shares; its interval joins theirs (Newcombe 1998, "square and add")."""
    if not answered or not refused:
        return None
    both = (answered, refused)
    value = (answered.value + refused.value) / 2
    below = math.hypot(*(share.value - share.low for share in both)) / 2
    above = math.hypot(*(share.high - share.value for share in both)) / 2
    return Estimate(value, max(value - below, 0.0), min(value + above, 1.0))
