"""Names in running English text, with a guess at what kind of thing bears them.

A guess by form and neighbours, good enough to put a name in another's place; it finds fewer names
than there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.language.verbs import MONTHS, NATIONS, WEEKDAYS, nation_of

_PART = r"(?:[A-Z]\.\s?)*[A-Z][\w]*(?:['’-][A-Z]\w*)*"
_RUN = re.compile(
    rf"(?<![\w.’'@/-]){_PART}(?:\s(?:(?:of|de|von|van|al)\s(?:the\s)?|&\s)?{_PART})*(?![\w-])"
)
_TITLE = (
    r"(?:Mr|Mrs|Ms|Dr|Sir|Lord|Lady|King|Queen|Prince|Princess|Pope|Emperor|President|Professor|"
    r"Senator|Governor|General|Prime Minister|Chancellor|Archbishop|Duke|Saint|Captain|Colonel)"
)
_TITLED = re.compile(rf"^{_TITLE}\.?\s+(?=[A-Z])")
_AFTER_TITLE = re.compile(rf"\b{_TITLE}\.?\s$")
FIRST_NAMES = frozenset(
    """Adam Albert Alexander Alfred Alice Andrew Anna Anne Anthony Arthur Barack Benjamin Bernard
    Bill Brian Charles Charlotte Christopher Daniel David Donald Edmund Edward Elizabeth Emily
    Emma Eric Ernest Francis Frank Frederick George Gerald Hans Harold Harry Helen Henry Herbert
    Hugh Isaac Jack Jacob James Jane Jean Jeremy Jimmy Joan Joe Johann John Jonathan Joseph Karl
    Kenneth Kevin Leonard Louis Louise Ludwig Margaret Maria Mark Martin Mary Matthew Max Michael
    Nancy Nathan Neil Nicholas Nikola Oliver Oscar Otto Patrick Paul Peter Philip Ralph Raymond
    Richard Robert Roger Ronald Samuel Sarah Scott Simon Stephen Steve Steven Susan Theodore Thomas
    Tom Victor Vladimir Walter Wilhelm William""".split()
)
_BODY = re.compile(
    r"\b(?:Inc|Corp|Corporation|Company|Co|Ltd|University|College|Institute|Bank|Association|Agency|"
    r"Department|Ministry|Committee|Council|Church|Party|Group|Museum|Society|Commission|Court|"
    r"Foundation|League|Union|Senate|Parliament|Congress|Press|School|Hospital|Airlines|Records)\b"
)
_OPENERS = frozenset(
    """I A An The This That These Those It He She They We You His Her Its Their Our My In On At By
    For From To Of And But Or Nor So Yet If When While As After Before Since During Although Though
    Because However Also Both Each All Some Many Most Several No Not There Here What Which Who How
    Why Then Thus Among Between Under Over With Without Within Through Despite Unlike Like Such
    Other Another One Two Three Four Five Six Seven Eight Nine Ten""".split()
)
_NOT_NAMES = (
    _OPENERS
    | frozenset(
        """First Second Third Mr Mrs Ms Dr
    Figure Fig Table Section Chapter Part Note Act Article Methods Results Conclusion Conclusions
    Background Objective Objectives Purpose Introduction Discussion Question Yes President King
    Queen Congress Government God North South East West Northern Southern Eastern Western World
    Christian Catholic Muslim Islamic Jewish Protestant Internet English Latin State States Street
    Road Avenue Prime Minister University Earth
    American British European African Asian Arab Roman""".split()
    )
    | {*MONTHS, *WEEKDAYS}
)
_PLACE_BEFORE = re.compile(r"\b(?:in|at|near|throughout|across|outside|around)\s(?:the\s)?$")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it stands in a text at `[start, end)`: its words and what seems to bear it.

    `kind` is person, place, body (an organisation), nation (its adjective), acronym or other.
    """

    text: str
    kind: str
    start: int
    end: int


def names(text: str) -> Iterator[Name]:
    """The names in a text, in order; a single word that opens a sentence counts for none.

    >>> [(n.text, n.kind) for n in names("On Friday Mr. Lee Jae left Peru for the Bank of Korea.")]
    [('Lee Jae', 'person'), ('Peru', 'place'), ('Bank of Korea', 'body')]
    """
    for run in _RUN.finditer(text):
        start, words = run.start(), run[0]
        if titled := _TITLED.match(words):
            start, words = start + titled.end(), words[titled.end() :]
        first = not re.search(r"\w[\"'”’)]?[,;:–—-]?\s+(?:[\"“‘(])?$", text[:start])
        while (opener := re.match(r"\w+\s", words)) and opener[0].strip() in _OPENERS:
            start, words = start + opener.end(), words[opener.end() :]
        parts = words.split()
        if first and len(parts) > 1 and parts[0] in _NOT_NAMES:
            continue
        if any(
            part in _NOT_NAMES for part in parts if len(parts) == 1 or part in MONTHS + WEEKDAYS
        ):
            continue
        if any(len(part) > 12 and re.search(r"[a-z][A-Z]", part) for part in parts):
            continue
        if len(words) < 3 or (first and len(parts) == 1 and nation_of(words) is None):
            continue
        yield Name(words, _kind(words, text[:start]), start, start + len(words))


def _kind(words: str, before: str) -> str:
    parts = words.split()
    if _BODY.search(words):
        return "body"
    if _AFTER_TITLE.search(before) or (parts[0] in FIRST_NAMES and len(parts) > 1):
        return "person"
    row = nation_of(words)
    if row is not None:
        return "nation" if words == NATIONS[row][1] else "place"
    if len(parts) == 1 and sum(c.isupper() or c.isdigit() for c in words) > 1:
        return "acronym"
    return "place" if _PLACE_BEFORE.search(before) and len(parts) < 3 else "other"


def may_be_same(one: str, other: str) -> bool:
    """Whether two names may be one thing's: a word in common, initials, or one state's.

    >>> may_be_same("Donald Trump", "Trump"), may_be_same("Beijing", "China")
    (True, True)
    >>> may_be_same("European Union", "EU"), may_be_same("Peru", "Chile")
    (True, False)
    """
    ours, theirs = (
        {word[:4].lower() for word in re.findall(r"\w+", name) if len(word) > 2}
        for name in (one, other)
    )
    if ours & theirs or _initials(one) == other or _initials(other) == one:
        return True
    rows = {nation_of(word) for word in (*one.split(), one)} - {None}
    return bool(rows & {nation_of(word) for word in (*other.split(), other)})


def _initials(name: str) -> str:
    letters = "".join(word[0] for word in re.split(r"[\s-]", name) if word[:1].isupper())
    return letters if len(letters) > 1 else ""
