"""True sentences made false by rule: one thing changed, the kind of error told.

Every rule gives what it can change in a sentence and nothing where it does not apply for sure; it
knows nothing of how statements are checked. Which sentences are taken is left to `statements`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

from tests.bench.perturbation.altering import Change, Rule, Source
from tests.bench.perturbation.corrupt_additions import absent, causal
from tests.bench.perturbation.corrupt_claims import (
    attribution,
    condition,
    hedge,
    negation,
    quantifier,
)
from tests.bench.perturbation.corrupt_names import name, role, swap
from tests.bench.perturbation.corrupt_values import date, number, unit

KINDS: Mapping[str, Rule] = {
    "number": number, "unit": unit, "date": date, "name": name, "role": role, "swap": swap,
    "negation": negation, "hedge": hedge, "attribution": attribution, "condition": condition,
    "quantifier": quantifier, "absent": absent, "causal": causal,
}  # fmt: skip
"""Kind of error -> the rule that makes it."""


def corrupted(kind: str, source: Source, rng: Random) -> Change | None:
    """A change of a kind of `KINDS`, never equal to its source; None where it does not apply."""
    found = [
        change
        for change in KINDS[kind](source, rng)
        if _letters(change.text) != _letters(source.text) and _well_formed(change.text)
    ]
    return rng.choice(found) if found else None


def _letters(text: str) -> str:
    return re.sub(r"[\s.,;:–—-]", "", text).lower()


def _well_formed(text: str) -> bool:
    return (
        len(text.split()) > 3
        and not re.search(r"\b(\w+) \1\b|,\s*,|,\s*\.|^\W", text)
        and text.count("(") == text.count(")")
        and text.count("“") == text.count("”")
        and text.count('"') % 2 == 0
    )
