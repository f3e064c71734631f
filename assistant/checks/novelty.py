"""A statement that answers a question with nothing but the question's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant import lexicon
from assistant.comparison import Comparison, Finding, has_digit

_ASKS_FOR = re.compile(r"\W*(?:who|whom|whose|what|which|when|where|why|how)\b", re.I)


def echo(compared: Comparison) -> Iterator[Finding]:
    """A statement that answers "who" or "how much" with nothing but the question's own words."""
    asked = compared.question_stems
    words = [w for w in compared.said.words if w.content or w.name or has_digit(w)]
    told = [w for w in words if w.name or has_digit(w) or w.stem not in lexicon.LIGHT]
    if _ASKS_FOR.match(compared.question) and all(w.stem in asked for w in told):
        yield Finding("unsupported", "it says no more than the question", ())
