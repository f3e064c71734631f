"""Whether two versions of a sentence say something else, by the words not in common.

A word of grammar against its opposite, a negation, a currency, a number, a name, or another word
that carries meaning is a change. English only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.language import content_stems, missing_names, missing_numbers

_ENDING = re.compile(r"(?:ing|ed|es|e|(?<!s)s|d)$")
_CURRENCIES = frozenset("$€£¥")
_TITLES = frozenset("mr mrs ms dr prof".split())


def _stem(form: str) -> str:
    """A word without inflection.

    >>> [_stem(word) for word in ("drop", "dropped", "approves", "rising")]
    ['drop', 'drop', 'approv', 'ris']
    """
    return re.sub(r"([^aeiou])\1$", r"\1", _ENDING.sub("", form))


# Words of grammar but for their capitals.
_NAMES = frozenset(("May", "US"))
_SCALES = frozenset("hundred thousand million billion trillion percent".split())
# Numerals that `facts` does not read as numbers.
_UNREAD = _SCALES | frozenset(
    """thirty forty fifty sixty seventy eighty ninety hundreds thousands millions billions dozen
    dozens half quarter third double triple twice""".split()
)
_NUMERALS = _UNREAD | frozenset(
    """zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty""".split()
)
_SAME = {"bn": "billion", "mn": "million", "tn": "trillion", "cent": "percent", "pct": "percent"}
_SAME |= {
    date[:3]: date
    for date in """january february march april june july august september october november
    december monday tuesday wednesday thursday friday""".split()
} | {"sept": "september", "tues": "tuesday", "thurs": "thursday"}
_SPEAKING = frozenset(
    _stem(word) for word in "say said told tell add state report reporters".split()
)
_NEGATIONS = frozenset(
    """not no nor never none nobody nothing nowhere neither without cannot hardly barely fail
    failed fails deny denied denies refuse refused refuses unlikely""".split()
)
# A line an axis, its poles between colons; what is no word of grammar needs no list.
_OPPOSITES = """
above over more most : below beneath under less least few fewer
after since : before until
all both each every : some several few
up : down
to : from
for : against
in inside into within : out outside
on : off
first : last second third
he him his : she her hers
today : yesterday : tomorrow
will must : may might could
"""


@dataclass(slots=True)
class Unmatched:
    """What one version of a sentence has and the other has not.

    Attributes:
        words: form -> as it stands.
        text: the same with what stands between them.
    """

    words: dict[str, str]
    text: str

    def numbers(self) -> set[str]:
        """Numerals, in digits or spelled out."""
        return {form for form in self.words if form in _NUMERALS or form[0].isdigit()}

    def telling(self) -> set[str]:
        """Stems of names and of words that carry meaning by themselves."""
        words = self.words.keys() - self.numbers() - _TITLES
        telling = (form for form in words if content_stems(form) or self.words[form] in _NAMES)
        return {_stem(form) for form in telling} - _SPEAKING

    def negations(self) -> int:
        """How many words negate."""
        return sum(form in _NEGATIONS or form.endswith("n't") for form in self.words)


def whole_form(form: str) -> str:
    """The form with an abbreviated scale, month or day written out."""
    return _SAME.get(form, form)


def differ(one: Unmatched, other: Unmatched) -> bool:
    """Whether two versions of a sentence say something else, given the words not in common."""
    return (
        one.negations() != other.negations()
        or _opposed(one.words, other.words)
        or bool(_CURRENCIES & one.words.keys() and _CURRENCIES & other.words.keys())
        or _numbers_differ(one, other)
        or _words_differ(one, other)
    )


def _numbers_differ(one: Unmatched, other: Unmatched) -> bool:
    """Whether a number stands for another; one that only one gives is no difference."""
    here, there = one.numbers(), other.numbers()
    here, there = here - there, there - here
    if not here or not there:
        # "9" became "9 billion": the scale alone was added.
        return any(side and side <= _SCALES for side in (here, there))
    if here <= _UNREAD and there <= _UNREAD:
        return True
    return bool(missing_numbers(one.text, other.text) or missing_numbers(other.text, one.text))


def _words_differ(one: Unmatched, other: Unmatched) -> bool:
    """Whether a name, or another word that carries meaning, stands where the other has another.

    No list of names or opposites tells all that may contradict ("a novel", "a film"), so every such
    word counts; what only one of them has ("a *large* loan") does not.
    """
    here, there = one.telling(), other.telling()
    if not here - there or not there - here:
        return False
    # An acronym and what it stands for are one name.
    words = [*one.words.values(), *other.words.values()]
    if not all(word[0].isupper() for word in words) or not any(map(str.isupper, words)):
        return True
    return bool(missing_names(one.text, other.text) or missing_names(other.text, one.text))


def _opposed(left: dict[str, str], right: dict[str, str]) -> bool:
    """Whether a word of grammar stands where the other one has its opposite."""
    poles = [{pole for form in side for pole in _POLES.get(form, ())} for side in (left, right)]
    return any(
        axis == other and pole != another for axis, pole in poles[0] for other, another in poles[1]
    )


def _axes() -> dict[str, set[tuple[int, int]]]:
    """Word -> each axis on which it is an opposite, and at which end."""
    poles: dict[str, set[tuple[int, int]]] = {}
    for axis, line in enumerate(_OPPOSITES.strip().split("\n")):
        for pole, words in enumerate(line.split(":")):
            for word in words.split():
                poles.setdefault(word, set()).add((axis, pole))
    return poles


_POLES = _axes()
