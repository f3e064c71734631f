"""Two versions of a sentence -> what the words in which they differ change of what is stated.

English only where meaning is concerned; any other word that differs is told as wording.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import chain, groupby

from assistant.comparing.units import Unit, words_of
from assistant.language import (
    lexicon,
    missing_names,
    moments,
    quantities,
    read,
    thesaurus,
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
_DENYING = "un in il im ir non dis".split()
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
    same = [_EMPTY | (set() if values else _of_values(unit)) for unit in (old, new)]
    words = [
        [word for word in old.words[a] if word not in same[0]]
        + [word for word in new.words[b] if word not in same[1]]
        for a, b in spans
    ]
    spans = [span for span, telling in zip(spans, words, strict=True) if telling]
    if not spans and not values:
        return (), ()
    edits = tuple((" ".join(old.shown[a]), " ".join(new.shown[b])) for a, b in spans)
    differing = set(chain.from_iterable(words))
    kinds = values | {*_meanings(old, new, differing)}
    if "number" in kinds and kinds & {"date", "deadline"} and "number" not in values:
        kinds.discard("number")  # the day of the date
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


def _run(values: Iterable[object]) -> list[object]:
    return [value for value, _ in groupby(values)]


def _of_values(unit: Unit) -> set[str]:
    """The words of its numbers and dates."""
    shown = (each.shown for read in (quantities, moments) for each in read(unit.text))
    return {word for text in shown for word in words_of(text)}


def _meanings(old: Unit, new: Unit, differing: set[str]) -> Iterator[str]:
    """Kinds of the other words that differ."""
    readings = [read(unit.text) for unit in (old, new)]
    denied = [len(reading.of("negation")) for reading in readings]
    if denied[0] != denied[1] or _opposed({*old.words} & differing, {*new.words} & differing):
        yield "negation"
    if any(map(str.isdigit, "".join(differing))):
        yield "number"
    if differing & _OBLIGATIONS:
        yield "obligation"
    conditions = [[cue.text.casefold() for cue in r.of("condition")] for r in readings]
    if conditions[0] != conditions[1] or differing & _CONDITIONS:
        yield "condition"
    names = (*missing_names(old.text, new.text), *missing_names(new.text, old.text))
    if differing & set(words_of(" ".join(names))):
        yield "name"


def _opposed(old: set[str], new: set[str]) -> bool:
    """Whether a word stands for its opposite: "rose" for "fell", "illegal" for "legal"."""
    opposites = thesaurus.opposites()
    ours, theirs = ({lexicon.stem(word) for word in words} for words in (old, new))
    return any(theirs & opposites.get(stem, frozenset()) for stem in ours) or any(
        {prefix + word for prefix in _DENYING} & others
        for words, others in ((old, new), (new, old))
        for word in words
    )
