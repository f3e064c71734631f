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
    ABSENT_OBJECT,
    ABSENT_SUBJECT,
    COMPARED,
    COURTESY,
    EXPLETIVE,
    GENERAL,
    JOIN,
    LIGHT,
    MEASURED_BY,
    MORE,
    NUMBERED,
    OF_AN_OWNER,
    OF_THEIR_OWN,
    OPENERS,
    ORDER,
    OWN_CLAUSE,
    OWN_TIME,
    POINTING,
    RELATIONAL,
    SAYING,
    WITH_IT,
    WITHOUT_OTHER,
    spelled,
)
from assistant.language import (
    ASKING,
    AUXILIARIES,
    NOUNS_TOO,
    PREPOSITIONS,
    ROLES,
    WORD,
    Phrase,
    is_country,
    is_function,
    is_past,
    is_plural,
    is_verb,
    names_in,
    noun_phrases_in,
)

Way = Literal["other", "short", "pointing", "definite", "context"]


@dataclass(frozen=True, slots=True)
class Leaning:
    """How a question leans.

    Attributes:
        way: `other` asks the same of something else ("What about Peru?"); `short` leaves out what
            it asks about ("By when?"); `pointing` has a word that points back, `definite` a noun
            that was spoken of ("the deal"); `context` goes on in another way ("Who else?").
        start, end: range of the word or noun that points back, or of what is asked about instead;
            in the core of the question.
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
    words = WORD.findall(core)
    if not words or len(words) > _MOST_WORDS:
        return None
    joined = bool(re.search(r"\b(?:and|but|or|also|plus)\b", lead, re.I))
    if MORE.match(core):
        return Leaning("context", 0, len(core), core)
    if not set(map(str.lower, words)) - _EMPTY:
        return None
    return (
        _asks_of_another(core, words, joined)
        or _left_out(core, words)
        or _points_back(core)
        or _goes_on(core, words, joined)
        or _spoken_of(core, before)
    )


_EMPTY = frozenset("and or but so then also plus ok yes no".split())
_MOST_WORDS = 60
"""Words of a question above which it is taken to bring all that it needs."""


# What asks the same of something else


def _asks_of_another(core: str, words: list[str], joined: bool) -> Leaning | None:
    end = len(core.rstrip(" ?.!"))
    if about := ABOUT.match(core):
        return Leaning("other", about.end(), end, core)
    lower = [word.lower() for word in words]
    asks = set(lower) & (ASKING | AUXILIARIES)
    if not asks and not ORDER.match(core):
        by_preposition = lower[0] in PREPOSITIONS | {"not"} and 1 < len(words) <= _SHORT
        fragment = core.rstrip().endswith("?") and (
            _is_fragment(core, lower) or _is_name(core[:end])
        )
        if by_preposition or fragment or (joined and len(words) <= _SHORT):
            return None if POINTING.fullmatch(words[-1]) else Leaning("other", 0, end, core)
    if owner := OF_AN_OWNER.match(core):
        return Leaning("other", owner.start(1), owner.end(1), core)
    helped = re.match(
        r"(?:(?:how (?:much|many|long|often|far)|when|where|why|what|who)\s+)?(?:did|does|do|has|have"
        r"|will|would|can|could|was|were|is|are)(?:n't)?\s+(?=\S)",
        core,
        re.I,
    )
    if helped and _is_name(core[helped.end() : end]):
        copula = re.search(r"\b(?:is|are|was|were)\s*$", helped[0], re.I)
        if not (copula and lower[0] in ASKING):
            return Leaning("other", helped.end(), end, core)
    return None


_SHORT = 6
"""Words up to which a question without a verb may only name what else is asked about."""


def _is_fragment(core: str, lower: list[str]) -> bool:
    """Whether it is too little to be a question: "honda?", "side effects?", "cash or shares?".

    Not "Peru GDP?", which names what it is about.
    """
    if MEASURED_BY.match(core):
        return False
    full = [word for word in lower if not is_function(word)]
    named = any(name.kind != "time" for name in names_in(core))
    return len(full) <= 2 and len(lower) <= 3 and not named


def _is_name(text: str) -> bool:
    """Whether the text is one name and nothing else."""
    bare = re.sub(r"^(?:the|The)\s+|'s$", "", text.strip())
    if is_country(bare):
        return True
    found = names_in(f"x {bare}")
    return len(found) == 1 and found[0].text == bare and found[0].kind != "time"


# What leaves out what it asks about


def _left_out(core: str, words: list[str]) -> Leaning | None:
    lower = [word.lower() for word in words]
    whole = Leaning("short", 0, len(core), core)
    measured = MEASURED_BY.match(core) and not set(lower) & (ASKING | AUXILIARIES)
    if measured or (words[-1] in ASKING and 1 < len(words) <= 3):
        return whole  # "compared to 2023?", "built where?"
    if lower[0] not in ASKING | PREPOSITIONS or any(w[0].isupper() for w in words[1:]):
        return None
    if all(word in LIGHT or word in ("and", "or") for word in lower):
        return whole  # "When and why?"
    if ABSENT_SUBJECT.match(core):
        return whole  # "Who's on board?"
    if set(lower) & AUXILIARIES or any(map(_is_pointing, lower)):
        return None
    asking = next((n for n, word in enumerate(lower) if word in ASKING), None)
    if asking is None:
        return None
    rest = lower[asking + 1 :]
    if asking and len(rest) <= 3:  # "by what date", "under which conditions"
        return whole
    if len(rest) == 1 and lower[asking] not in ("how", "why", "when", "where"):
        return whole  # "what tariff", "who won", "which countries"
    if lower[asking] == "how" and len(rest) > 1 and rest[0] in ("many", "much"):
        few = len(rest) == 2 or (len(rest) <= 4 and not any(map(is_verb, rest)))
        return whole if few else None  # "how many cases so far"
    if len(rest) == 2 and lower[asking] in ("which", "whose") and _is_past(rest[1]):
        return whole  # "which countries attended"
    return None


def _is_past(word: str) -> bool:
    return word.endswith("ed") or is_past(word)


def _is_pointing(word: str) -> bool:
    return POINTING.fullmatch(word) is not None


# What points back


def _points_back(core: str) -> Leaning | None:
    empty = [m.span() for m in EXPLETIVE.finditer(core)]
    for match in POINTING.finditer(core):
        start, end = match.span()
        if any(a <= start < b for a, b in empty) or core[end : end + 1] == "-":
            continue
        titled = match[0][0].isupper() and start and not core.isupper()
        if titled or len(re.findall(r"[\"“”]", core[:start])) % 2:
            continue  # "Let It Be", the IT of banks
        if _POINTS[match[0].lower()](core, start, end):
            return Leaning("pointing", start, end, core)
    return None


def _personal(core: str, start: int, end: int) -> bool:
    """Whether nothing in the question itself is what a personal pronoun may stand for."""
    word = core[start:end].lower()
    owner = word in ("its", "his", "their") or (
        word == "her"
        and re.match(r"\s+(?!(?:and|or|in|on|at|to|for|with|by|when)\b)\w", core[end:])
    )
    if _is_before_its_name(core, start) or WITH_IT.search(core[:start]):
        return False
    after = [w.lower() for w in WORD.findall(core[end:])]
    opens = OPENERS | (SAYING if after and after[0] not in PREPOSITIONS else frozenset())
    for each in _candidates(core, start):
        between = core[each.end : start].lower()
        words = set(WORD.findall(between))
        another = words & opens or (words & SAYING and words & AUXILIARIES)
        if _may_stand_for(word, each, core) and (
            owner or another or "," in between or ";" in between
        ):
            return False
    return not (owner and _is_of_who(core, start))


def _candidates(core: str, start: int) -> list[Phrase]:
    """Phrases before `start`; of one that holds a name both the whole and the name."""
    part = core[:start]
    phrases = [*noun_phrases_in(core), *names_in(part)]
    return [p for p in phrases if p.end <= start and p.kind != "time"]


def _may_stand_for(word: str, phrase: Phrase, core: str) -> bool:
    if phrase.head in _POINTING_NOUNS or phrase.text.lower() in ("who", "it"):
        return False
    if word in ("he", "him", "his", "she", "her", "hers"):
        return phrase.kind in ("name", "person", "role") or phrase.head in _PEOPLE
    if word in ("it", "its"):
        return phrase.kind in ("place", "thing", "name") and phrase.head not in _PEOPLE
    return (
        phrase.kind in ("plural", "name", "role")
        or (word == "their" and phrase.kind == "place")
        or any(is_plural(each) for each in WORD.findall(phrase.text) if each.islower())
        or phrase.head in _PEOPLE
        or " and " in phrase.text
    )


_PEOPLE = ROLES | frozenset(
    """person man woman boy girl child patient student worker user citizen employee company team
    government family someone somebody anyone anybody everyone everybody nobody player
    team parent victim buyer seller owner driver customer animal""".split()
) - {"prime", "former", "foreign", "finance", "trade", "acting", "interim"}  # fmt: skip
_POINTING_NOUNS = frozenset("it they them he she this that there".split())


def _is_of_who(core: str, start: int) -> bool:
    """Whether "their" is that of the "who" asked for: "Who lost their seats in 2019?"."""
    found = re.match(
        r"(?:who|what|which \w+)\s+(?!(?:do|does|did)\b)(?!(?:is|are|was|were)\s+$)\w+[^,;]*\s$",
        core[:start],
        re.I,
    )
    return bool(found) and (len(WORD.findall(core[start:])) > 3 or core[:start].count(" ") > 5)


def _is_before_its_name(core: str, start: int) -> bool:
    """Whether it stands in a clause that comes before the name: "Before he ruled, did Lee ...?"."""
    comma = core.find(",", start)
    opens = re.match(
        r"(?:before|after|when|while|if|since|as|although|though|until|unlike|despite|in|during|on)\b",
        core,
        re.I,
    )
    return bool(opens) and comma > 0 and bool(names_in("x " + core[comma + 1 :].lstrip()))


def _demonstrative(core: str, start: int, end: int) -> bool:
    word, rest = core[start:end].lower(), core[end:]
    if OWN_TIME.match(core, start) or OF_THEIR_OWN.match(core, start):
        return False
    if re.search(
        r"\band (?:how|why|what|when|who|where|does|did|do|is|are|was|were|has|have|will)\b",
        core[:start],
    ):
        return False  # "What are the plans, and whom will these affect?"
    following = WORD.match(rest.lstrip())
    if word == "those" and following and is_past(following[0].lower()):
        return False
    if word != "that":
        return True
    if re.match(r"\s+of\b", rest):
        return False
    before = [w.lower() for w in WORD.findall(core[:start])]
    if not before:
        return not re.match(r"\s+\w+\s+\w+\s+\w+\s+\w+\s+\w+", rest)
    if not WORD.search(rest):  # the last word
        return True
    after = [w.lower() for w in WORD.findall(rest)]
    relative = is_past(after[0]) or after[0].endswith(("s", "ed"))
    if len(after) == 1 and is_verb(before[-1]) and not relative:
        return True  # "Did she keep that promise?"; not "the plant that closed"
    if before[-1] in AUXILIARIES and not _candidates_for_that(before):
        return True
    if before[-1] in PREPOSITIONS | {"why", "how", "like", "because"} and before[-1] not in ("in",):
        return len(after) < _SHORT
    return False


def _candidates_for_that(before: list[str]) -> bool:
    return len(before) > 1 and before[-2] in ("it",)


_PLACES = frozenset(
    """where country countries city cities town towns village villages place places region regions
    state states province provinces county counties district districts island islands port ports
    site sites capital capitals""".split()
)


def _locative(core: str, start: int, end: int) -> bool:
    """Whether "there" is a place: not that of "there is"."""
    before = [w.lower() for w in WORD.findall(core[:start])]
    after = [w.lower() for w in WORD.findall(core[end:])]
    if before and before[0] == "who" and not after:
        return True  # "Who will be there?"
    if not before or before[-1] in AUXILIARIES or (after and after[0] in AUXILIARIES):
        return False
    if any(p.kind == "place" for p in _candidates(core, start)) or _PLACES & set(before):
        return False  # "Which cities will he visit, and whom will he meet there?"
    return not after or after[0] in PREPOSITIONS | {"now", "today", "first", "last"}


def _temporal(core: str, start: int, end: int) -> bool:
    before = [w.lower() for w in WORD.findall(core[:start])]
    last = not WORD.search(core[end:])
    if re.search(r"\b(?:if|when)\b", core[3:start], re.I):
        return False
    return bool(before) and (last or before[-1] in ("since", "by", "until", "before", "back"))


def _one(core: str, start: int, end: int) -> bool:
    """Whether "one" stands for something that was told: "the second one", "Which ones?"."""
    if core[start:end].lower() == "ones":
        of_named = re.match(r" of (?:the|[A-Z])", core[end:])
        return not of_named and not re.search(r"s\b.*\b(?:and|or|but)\b", core[:start])
    return bool(
        re.search(
            r"\b(?:the|this|that|which|other|another|same)\s+(?:(?:first|second|third|fourth|fifth"
            r"|last|next|[a-z]+)\s+)?$",
            core[:start],
            re.I,
        )
    ) and not re.match(
        r"\s+(?:of|in|with|on|at|thing|hundred|thousand|million|who|that)\b|\s+[a-z]+\s+[A-Z]",
        core[end:],
    )


def _of_two(core: str, start: int, end: int) -> bool:
    """Whether "both", "the latter", "the others" stand for what was told."""
    word, rest = core[start:end].lower(), core[end:]
    if word in ("latter", "former"):
        return _is_of_pair(word, core[:start], rest)
    if word == "others":
        return not WITHOUT_OTHER.search(core) and not noun_phrases_in(core[:start])
    if re.search(r"\band\b", rest) or is_plural(_last_word(core[:start])):
        return False
    return bool(
        re.match(r"\s*\W*$|\s+of (?:them|these|those)|\s+[a-z]+\W*$", rest)
    ) and not names_in(core)


def _is_of_pair(word: str, before: str, rest: str) -> bool:
    """Whether "the former" is one of two: "the former president" is not, "the latter case" is."""
    said = re.search(r"(\w*)\W*\bthe\s+$", before, re.I)
    following = [w.lower() for w in WORD.findall(rest)]
    if not said or not following or not rest[0].isspace():
        return said is not None
    if word == "latter":
        return not re.match(r"half|halves|parts?|stages?|days?|years?|end\b", following[0])
    helped = said[1].lower() in AUXILIARIES and len(following) == 1
    named = following[0] in ROLES or is_plural(following[0])
    return (helped and not named) or _goes_on_with(following[0])


def _goes_on_with(word: str) -> bool:
    """Whether the word says something of what stands before it; "president" would be named by it."""
    small = AUXILIARIES | PREPOSITIONS | ASKING | {"and", "or", "last", "ever", "also", "first"}
    return word in small or (
        is_verb(word) and not is_plural(word) and word not in ROLES | NOUNS_TOO
    )


def _last_word(text: str) -> str:
    words = WORD.findall(text)
    return words[-1].lower() if words else ""


def _so(core: str, start: int, end: int) -> bool:
    """Whether "so" stands for a clause: "Who said so?", "Is that so?"."""
    return not WORD.search(core[end:]) and _last_word(core[:start]) in (
        *("say", "says", "said", "think", "thinks", "do", "does", "did", "done", "that", "it"),
        *("believe", "do", "hope", "why", "how", "doing"),
    )


_POINTS = {
    **dict.fromkeys("it its he him his she her hers they them their theirs".split(), _personal),
    **dict.fromkeys("this that these those".split(), _demonstrative),
    **dict.fromkeys(("one", "ones"), _one),
    **dict.fromkeys("latter former both neither others".split(), _of_two),
    "there": _locative,
    "then": _temporal,
    "so": _so,
    "do likewise": _so,
}


# What goes on in another way


def _goes_on(core: str, words: list[str], joined: bool) -> Leaning | None:
    whole = Leaning("context", 0, len(core), core)
    lower = [word.lower() for word in words]
    named = [name for name in names_in(core) if name.kind != "time"]
    if re.search(r"\b(?:else|other|another)\b", core, re.I) and not named:
        what = re.search(
            r"\belse\b|\b(?:which|what|any|how many|the|who)\s+other\b"
            r"|\banother\b(?!\s+\w+\s+(?:for|of|in|to)\b)",
            core,
            re.I,
        )
        if what and not WITHOUT_OTHER.search(core) and len(words) <= _FEW:
            return whole
    if re.search(r"\b(?:too|as well|either|instead|afterwards|likewise)\W*$", core, re.I):
        return whole if len(words) <= _SHORT else None
    if re.search(r"\b(?:happen(?:s|ed)?|comes?|do|did) next\W*$", core, re.I) and not named:
        return whole
    if ABSENT_OBJECT.match(core) and not named:
        return whole  # "Did anyone object?", "Tell me more about the tax part"
    if COMPARED.match(core) and not re.search(r"\bthan\b|\bor\b", core):
        return whole
    if joined and not named and len(words) <= _SHORT and not re.search(r"\d|\ban?\b", core):
        defines = re.match(r"what(?:'s| is| are| was| were)\s+(?!the\b)", core, re.I)
        return (
            None if defines or ORDER.match(core) or lower[0] not in ASKING | AUXILIARIES else whole
        )
    return None


_FEW = 8


def _spoken_of(core: str, before: str) -> Leaning | None:
    """Whether it speaks of "the deal" after a deal was spoken of, or of what has to be of something."""
    if any(name.kind != "time" for name in names_in(core)) or NUMBERED.search(core):
        return None
    if before:
        spoken = {phrase.head for phrase in noun_phrases_in(before)}
        named = [name for name in names_in(before) if name.kind != "time"]
        for phrase in noun_phrases_in(core):
            bare = re.fullmatch(r"the ([a-z-]+)", phrase.text)
            if bare and any(head in (bare[1], f"{bare[1]}s", bare[1][:-1]) for head in spoken):
                return Leaning("definite", phrase.start, phrase.end, core)
        for found in GENERAL.finditer(core):
            alone = any((p.start, p.end) == found.span() for p in noun_phrases_in(core))
            of_firm = re.search(r"company|firm|bank", found[0], re.I)
            fits = [n for n in named if n.kind != "place" or not of_firm]
            if alone and fits and not OWN_CLAUSE.match(core, found.end()):
                return Leaning("definite", *found.span(), core)
    related = RELATIONAL.search(core)
    if related and not [
        w for w in WORD.findall(core[: related.start()].lower()) if _has_content(w)
    ]:
        return Leaning("context", 0, len(core), core)
    return None


def _has_content(word: str) -> bool:
    return not is_function(word) and word not in AUXILIARIES | ASKING
