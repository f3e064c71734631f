"""Two versions of a sentence -> what the words in which they differ change of what is stated.

English only where meaning is concerned; any other word that differs is told as wording.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain, groupby

from assistant.comparing.units import Unit
from assistant.language import (
    is_month,
    lexicon,
    missing_names,
    moments,
    quantities,
    read,
    unit_of,
)

KINDS = "negation obligation deadline number condition date name gone added wording".split()
"""What may have changed, the weightiest first."""
_OBLIGATIONS = frozenset(
    """must shall will may might can could should would required obliged entitled permitted allowed
    prohibited forbidden mandatory optional voluntary best reasonable""".split()
) | {"need", "needs", "has", "have", "right", "duty"}
_CONDITIONS = (
    lexicon.CONDITIONS
    | lexicon.ALL
    | lexicon.ONLY
    | lexicon.SOME
    | lexicon.LATER
    | lexicon.EARLIER
    | frozenset("or and either except subject when where while within least most than".split())
)
_EMPTY = frozenset("a an the that which".split())
_LIMITS = ("by", "until")
_PERIODS = frozenset(("day", "week", "month", "year", "hour", "fortnight"))
_WITHIN = frozenset("within notice after before later deadline due period term".split())

Edit = tuple[str, str]


def kinds_of(old: Unit, new: Unit) -> tuple[tuple[str, ...], tuple[Edit, ...]]:
    """What changed, the weightiest first, and the words that differ; nothing if all is the same."""
    if old.key == new.key:
        return (), ()
    codes = SequenceMatcher(None, old.words, new.words, autojunk=False).get_opcodes()
    spans = [(slice(a, b), slice(c, d)) for tag, a, b, c, d in codes if tag != "equal"]
    spans = [(a, b) for a, b in spans if "".join(old.words[a]) != "".join(new.words[b])]
    values = set(_values(old, new))
    words = [_telling(old.words[a], values) + _telling(new.words[b], values) for a, b in spans]
    spans = [span for span, telling in zip(spans, words, strict=True) if telling]
    if not spans and not values:
        return (), ()
    edits = tuple((" ".join(old.shown[a]), " ".join(new.shown[b])) for a, b in spans)
    differing = set(chain.from_iterable(words))
    kinds = values | set(_meanings(old, new, differing))
    return tuple(sorted(kinds or {"wording"}, key=KINDS.index)), edits


def _values(old: Unit, new: Unit) -> Iterator[str]:
    """Kinds of the values, in their order, that are others: numbers and dates."""
    days = [[(m.parts, m.deadline in _LIMITS) for m in moments(u.text)] for u in (old, new)]
    if _run(days[0]) != _run(days[1]):
        limits = any(limit for _, limit in chain(*days))
        yield "deadline" if limits else "date"
    amounts = [
        [(q.base, round(q.amounts[0], 6), q.comparison) for q in quantities(u.text)]
        for u in (old, new)
    ]
    if _run(amounts[0]) != _run(amounts[1]):
        differing = set(amounts[0]) ^ set(amounts[1])
        period = any(base in _PERIODS for base, _, _ in differing)
        yield "deadline" if period and _WITHIN & {*old.words, *new.words} else "number"


def _run(values: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [value for value, _ in groupby(values)]


def _telling(words: Sequence[str], values: set[str]) -> list[str]:
    """The words that may change a meaning, without those of values that are the same."""
    same = not values
    return [word for word in words if word not in _EMPTY and not (same and _is_of_value(word))]


def _is_of_value(word: str) -> bool:
    return (
        word in ("percent", "per", "cent", "st", "nd", "rd", "th")
        or bool(unit_of(word))
        or is_month(word)
        or bool(quantities(word))
        or bool(moments(word))
    )


def _meanings(old: Unit, new: Unit, differing: set[str]) -> Iterator[str]:
    """Kinds of the other words that differ."""
    readings = [read(unit.text) for unit in (old, new)]
    denied = [len(reading.of("negation")) for reading in readings]
    negated = {w for w in differing if w in lexicon.NEGATIONS or w.endswith("n't")}
    if denied[0] != denied[1] or negated:
        yield "negation"
    if differing & _OBLIGATIONS:
        yield "obligation"
    conditions = [[cue.text.casefold() for cue in r.of("condition")] for r in readings]
    if conditions[0] != conditions[1] or differing & _CONDITIONS:
        yield "condition"
    names = (*missing_names(old.text, new.text), *missing_names(new.text, old.text))
    if any(
        part.casefold() in differing for name in names for part in name.replace("-", " ").split()
    ):
        yield "name"
