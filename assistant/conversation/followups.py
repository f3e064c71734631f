"""Whether a question leans on what was said before it, and by which of its words.

Rules over one question, in English: what points back ("Who signed it?"), what is left out ("By
when?"), and what only puts another thing in the place of one ("What about Peru?"). A pronoun that
belongs to the question itself ("Is it true that ...", "Do cats love their owners?") does not lean.
What it leans on is left to `condense`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.conversation.cues import (
    ABOUT,
    AGAIN,
    COURTESY,
    EXPLETIVE,
    FIRMS,
    JOIN,
    LANDS,
    LIGHT,
    MORE,
    OPENERS,
    ORDER,
    OWN_TIME,
    PERSONS,
    POINTING,
    RELATIONAL,
    SAYING,
    UNNAMED,
    spelled,
)
from assistant.language import (
    ASKING,
    AUXILIARIES,
    PREPOSITIONS,
    WORD,
    is_function,
    names_in,
    noun_phrases_in,
)

Way = Literal["other", "short", "pointing"]


@dataclass(frozen=True, slots=True)
class Leaning:
    """How a question leans.

    Attributes:
        way: `other` asks the same of something else ("What about Peru?"); `short` leaves out what
            it asks about ("By when?"); `pointing` has a word that points back ("it"), or a noun
            that was spoken of ("the deal").
        start, end: range of what points back, or of what is asked about instead; in the core.
        core: the question without what only joins it to the one before ("And", "Thanks,").
    """

    way: Way
    start: int
    end: int
    core: str

    @property
    def word(self) -> str:
        """The word that points back, or what is asked about instead, as it stands."""
        return self.core[self.start : self.end]


def core_of(question: str) -> tuple[str, str]:
    """The question's joining words and courtesies, and the rest of it.

    >>> core_of("Thanks! And who signed it?")
    ('Thanks! And ', 'who signed it?')
    """
    at = 0
    while found := COURTESY.match(question, at) or JOIN.match(question, at):
        at = found.end()
    return question[:at], question[at:]


def says_nothing(question: str) -> bool:
    """Whether it only thanks or agrees: "ok", "Thank you!"."""
    lead, core = core_of(question.strip())
    return not WORD.search(core) and not JOIN.search(lead.strip())


def leaning(question: str, before: str = "") -> Leaning | None:
    """How the question leans on the one before, `before`; None if it stands alone.

    >>> leaning("Who signed it?").word, leaning("And by when?").way
    ('it', 'short')
    >>> leaning("Is it true that Chile left?"), leaning("Do cats love their owners?")
    (None, None)
    """
    lead, core = core_of(spelled(" ".join(question.replace("’", "'").split())))
    lower = [word.lower() for word in WORD.findall(core)]
    if not lower or len(lower) > _MOST_WORDS:
        return None
    if about := ABOUT.match(core):
        return Leaning("other", about.end(), len(core.rstrip(" ?.!")), core)
    short, joined = Leaning("short", 0, len(core), core), bool(JOIN.search(lead))
    if MORE.match(core) or _leaves_out(core, lower):
        return short
    if found := _asks_of_another(core, lower, joined) or _points_back(core):
        return found
    return short if _goes_on(core, lower) else _spoken_of(core, before)


_MOST_WORDS = 60
"""Words of a question above which it is taken to bring all that it needs."""
_SHORT = 6
"""Words up to which a question may only name what else is asked about."""
_FEW = 8


def _is_named(core: str) -> bool:
    return any(name.kind != "time" for name in names_in(core))


def _full(text: str) -> list[str]:
    """Its words that say what it is about."""
    words = [word.lower() for word in WORD.findall(text)]
    return [w for w in words if w not in LIGHT | AUXILIARIES and not is_function(w)]


# What leaves out what it asks about


def _leaves_out(core: str, lower: list[str]) -> bool:
    """Whether it asks of nothing, or of one word that does not say of what."""
    opens, helped = lower[0], set(lower) & AUXILIARIES or "'s" in lower[0]
    if lower[-1] in ASKING and 1 < len(lower) <= 3:
        return True  # "built where?"
    if opens not in ASKING | PREPOSITIONS or not set(lower) & ASKING:
        return False
    if _is_named(core) or POINTING.search(core):
        return False
    if len(_full(core)) <= (0 if helped else 1) or UNNAMED.match(core):
        return True  # "how many cases so far"
    # "Which is older?"
    return opens == "which" and len(lower) <= 4 and not AUXILIARIES.isdisjoint(lower[1:2])


# What asks the same of something else


def _asks_of_another(core: str, lower: list[str], joined: bool) -> Leaning | None:
    end = len(core.rstrip(" ?.!"))
    if not set(lower) & (ASKING | AUXILIARIES) and not ORDER.match(core):
        by_preposition = lower[0] in PREPOSITIONS | {"not"} and len(lower) > 1
        measured = {"than", "compared", "versus"} & {*lower}
        # "honda?", "cash or shares?"; not "Peru GDP?", which names what it is about
        asked = core.rstrip().endswith("?") and len(lower) <= 3
        fragment = asked and (not _is_named(core) or _is_name(core[:end]))
        if (by_preposition or measured or fragment or joined) and len(lower) <= _SHORT:
            return None if POINTING.fullmatch(lower[-1]) else Leaning("other", 0, end, core)
    helped = _HELPED.match(core)
    if helped and _is_name(core[helped.end() : end]):
        return Leaning("other", helped.end(), end, core)
    return None


_HELPED = re.compile(
    r"(?:(?:(?:how \w+|why|when|where|what|who) )?(?:did|does|do|has|have|will|would|can|could)"
    r"|is|are|was|were)(?:n't)? ",
    re.I,
)


def _is_name(text: str) -> bool:
    """Whether the text is one name and nothing else."""
    bare = re.sub(r"^[Tt]he |'s$", "", text.strip())
    return [(n.text, n.kind == "time") for n in names_in(f"x {bare}")] == [(bare, False)]


# What points back


def _points_back(core: str) -> Leaning | None:
    empty = [m.span() for m in EXPLETIVE.finditer(core)]
    further = _FURTHER.search(core)
    for match in POINTING.finditer(core):
        start, end = match.span()
        titled = match[0][0].isupper() and start and not core.isupper()  # the IT of banks
        if titled or any(a <= start < b for a, b in empty) or core[end : end + 1] == "-":
            continue
        if further and further.start() < start:
            break  # "Who signed the pact, and what does it say?"
        points = _POINTS.get(match[0].lower())
        if points is None or points(core, start, end):
            return Leaning("pointing", start, end, core)
    return None


_FURTHER = re.compile(rf"\band (?:{'|'.join(ASKING | AUXILIARIES)}) ")


def _personal(core: str, start: int, end: int) -> bool:
    """Whether nothing in the question itself is what a personal pronoun may stand for."""
    word = core[start:end].lower()
    before, after = WORD.findall(core[:start].lower()), WORD.findall(core[end:].lower())
    owner = word in ("its", "his", "their") or (
        word == "her" and bool(after) and after[0] not in PREPOSITIONS | {"and", "or", "when"}
    )
    said = bool(after) and after[0] not in PREPOSITIONS and {*before[-1:]} & SAYING
    for each in (*noun_phrases_in(core), *names_in(core)):
        between = core[each.end : start].lower()
        words = set(WORD.findall(between))
        apart = said or words & OPENERS or re.search("[,;]", between)
        apart = apart or (words & SAYING and words & AUXILIARIES)
        fits = each.kind != "time" and each.kind in _KINDS.get(word, (each.kind,))
        if each.end <= start and (owner or apart) and fits:
            return False
    # "Who lost their seats in 2019?"
    return not (owner and len(after) > 2 and _WHO_DID.match(core[:start]))


_KINDS = {
    **dict.fromkeys(("it", "its"), frozenset(("place", "thing", "name"))),
    **dict.fromkeys(PERSONS, frozenset(("person", "role", "name"))),
}
"""Kinds of phrases that a pronoun may stand for."""
_WHO_DID = re.compile(
    r"(?:who|what|which \w+) (?!(?:do|does|did) |(?:is|are|was|were) $)[^,;]+$", re.I
)


def _demonstrative(core: str, start: int, end: int) -> bool:
    if OWN_TIME.match(core, start):
        return False
    before, after = WORD.findall(core[:start].lower()), WORD.findall(core[end:].lower())
    if core[start:end].lower() != "that" or not after:
        return True
    if after[0] == "of" or len(after) > _SHORT:
        return False
    return not before or before[-1] in AUXILIARIES | PREPOSITIONS - {"in"} | {"why", "how"}


_POINTS = {
    **dict.fromkeys("it its he him his she her hers they them their theirs".split(), _personal),
    **dict.fromkeys("this that these those".split(), _demonstrative),
}


# What goes on in another way


def _goes_on(core: str, lower: list[str]) -> bool:
    if len(lower) > _FEW or _is_named(core):
        return False
    related = RELATIONAL.search(core)
    return bool(AGAIN.search(core) or (related and not _full(core[: related.start()])))


def _spoken_of(core: str, before: str) -> Leaning | None:
    """Whether it speaks of "the deal" after a deal was spoken of, or a name."""
    if not before or _is_named(core):
        return None
    spoken = {word for phrase in noun_phrases_in(before) for word in WORD.findall(phrase.text)}
    for name in names_in(before):
        spoken |= {"place": LANDS, "name": FIRMS}.get(name.kind, frozenset())
    for phrase in noun_phrases_in(core):
        noun = phrase.text.removeprefix("the ")
        own = re.match(r" (?:that|which|who|whose|where)\b", core[phrase.end :])
        if noun != phrase.text and not own and spoken & {noun, f"{noun}s", noun[:-1]}:
            return Leaning("pointing", phrase.start, phrase.end, core)
    return None
