"""A question that asks the same of something else: "Does it include Peru?" of "And Peru?".

What the other thing takes the place of is told by kinds of names and by prepositions.
"""

from __future__ import annotations

import re

from assistant.language import (
    PREPOSITIONS,
    WORD,
    Phrase,
    is_country,
    names_in,
    noun_phrases_in,
    place,
)


def exchanged(asked: str, before: str) -> str:
    """The question before, with what is asked about in the place of what it asked about.

    >>> exchanged("for Peru", "What is the tax for Chile?")
    'What is the tax for Peru?'
    >>> exchanged("meta's", "What is the fine for Apple?")
    'What is the fine for meta?'
    >>> exchanged("a cold", "How long does the flu last?")
    'How long does a cold last?'
    """
    stem = re.sub(r", and what about .*$", "", before).rstrip(" ?.!")
    asked = re.sub(r",? (?:too|as well|either)$|, \w+ (?:it|they|he|she)$", "", asked)
    thing = re.sub(r"^the ones? (?=\w+ )", "", asked)
    first, _, rest = thing.partition(" ")
    by, what = (first.lower(), rest) if first.lower() in PREPOSITIONS and rest else ("", thing)
    bare = re.sub(r"['’]s?$", "", re.sub(r"^the (?=[A-Z])", "", what, flags=re.I))
    named = _named_by(bare)
    is_time = named is not None and named.kind == "time"
    if by:
        spot = _behind(by, stem, is_time)
    elif named or what.endswith("'s"):
        spot = _of_its_kind(named, stem)
    else:
        spot = _only_noun(stem) if re.match("(?:the|an?) ", what) else None
    if spot:
        doubled = stem[: spot.start].lower().endswith("the ")
        put = bare if doubled or what.endswith("'s") else what
        return f"{stem[: spot.start]}{put}{stem[spot.end :]}?"
    if by or is_time:
        kept = stem if thing == asked else _of_no_people(stem)
        return f"{kept} {by or 'in'} {what}?"
    plain = re.match(r"(?:any|not|even|only|just|compared|versus)\b|.* than ", what, re.I)
    return f"{stem}, and {'' if plain else 'what about '}{what}?"


def _named_by(text: str) -> Phrase | None:
    """The name that is all of the text, or the first of several: "Chile and Peru"."""
    found = names_in(f"x {text}")
    joints = re.split(r",? (?:and|or) (?:the )?|, ", text)
    return found[0] if found and [n.text for n in found] == joints else None


def _behind(by: str, before: str, is_time: bool) -> Phrase | None:
    """What stands behind the same preposition, if that is a time where the other thing is one."""
    spots = [m.end() for m in re.finditer(rf"\b{by} (?:the )?", before, re.I)]
    if len(spots) != 1:
        return None
    at = spots[0]
    for phrase in (*names_in(before[at:]), *noun_phrases_in(before[at:])):
        if phrase.start == 0:
            text = re.split(rf" (?:{'|'.join(PREPOSITIONS)}) ", phrase.text)[0]
            alike = (phrase.kind == "time") == is_time
            return Phrase(text, phrase.kind, at, at + len(text)) if alike else None
    return None


def _of_its_kind(named: Phrase | None, before: str) -> Phrase | None:
    """The one name of the same kind, or else the one name."""
    spoken = names_in(before)
    if named is None or named.kind != "time":
        spoken = [n for n in spoken if n.kind != "time"]
        if named and named.kind == "place" and _of_peoples(before):
            return None  # it may be the people's land: "Does the US tax Japanese cars?"
    else:
        spoken = [n for n in spoken if n.kind == "time"]
    alike = [n for n in spoken if named and (n.kind == "place") == (named.kind == "place")]
    free = [n for n in alike if not _is_of_a_noun(n, before)] or alike or spoken
    return free[0] if len(free) == 1 else None


def _only_noun(before: str) -> Phrase | None:
    """The one noun phrase, if it has an article and no name in it: "the flu"."""
    found = noun_phrases_in(before)
    fit = len(found) == 1 and re.fullmatch(r"(?:the|an?) [a-z -]+", found[0].text)
    return found[0] if fit else None


def _is_of_a_noun(name: Phrase, before: str) -> bool:
    """Whether it only says of which kind a noun is: "his Asia trip"."""
    opens = re.search(r"\b(?:the|an?|his|her|its|their) $", before[: name.start], re.I)
    return bool(opens and re.match(r" [a-z]", before[name.end :]))


def _of_no_people(question: str) -> str:
    """The question without its one word for a people: "the Japanese election" as "the election"."""
    people = _of_peoples(question)
    return question.replace(f"{people[0]} ", "", 1) if len(people) == 1 else question


def _of_peoples(question: str) -> list[str]:
    words = [w for w in WORD.findall(question) if w[0].isupper() and not is_country(w)]
    return [w for w in words if place(w) not in (w.lower(), w.lower()[:-2])]
