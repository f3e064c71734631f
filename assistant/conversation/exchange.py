"""What another thing takes the place of: "Japan" of "Does it include Japan?" for "And Peru?".

Told by kinds of names, prepositions and articles; `condense` writes the question.
"""

from __future__ import annotations

import re

from assistant.conversation.coreference import parts
from assistant.language import (
    AUXILIARIES,
    PREPOSITIONS,
    WORD,
    Phrase,
    is_country,
    names_in,
    noun_phrases_in,
    place,
)


def divided(asked: str) -> tuple[str, str]:
    """A preposition that opens it, and the rest."""
    first, _, rest = asked.partition(" ")
    return (first.lower(), rest) if first.lower() in PREPOSITIONS and rest else ("", asked)


def place_of(by: str, what: str, bare: str, before: str, first: bool) -> tuple[int, int] | None:
    """Where in the question before stands what this one puts another thing in the place of."""
    named = _named_by(bare)
    spoken = names_in(before)
    counted = re.fullmatch(rf"(?:the )?({_ORDINAL})", what, re.I)
    if counted and len(places := list(re.finditer(rf"\b{_ORDINAL}\b", before, re.I))) == 1:
        return places[0].start() - (4 if what.startswith("the ") else 0), places[0].end()
    if named and named.kind == "place" and not by and _peoples(before):
        return None  # it may be the people's land: "Does the US tax Japanese cars?"
    if not named and what.endswith("'s"):
        few = [n for n in spoken if n.kind != "time"]  # of a name in lower case: "meta's"
        return (few[0].start, few[0].end) if len(few) == 1 else None
    if named:
        alike = [n for n in spoken if _is_alike(named, n)]
        alike = [n for n in alike if not _is_of_a_noun(n, before)] or alike
        after = [
            n
            for n in spoken
            if by
            and (n.kind == "time") == (named.kind == "time")
            and re.search(rf"\b{by} (?:the )?$", before[: n.start], re.I)
        ]
        others = [] if by else [n for n in spoken if n.kind != "time"]
        for few in (after, alike, others if named.kind != "time" and not alike else []):
            if len(few) == 1 or (few and first and few is alike):
                return few[0].start, few[0].end
        return None
    return _noun_place(by, what, before)


def _named_by(bare: str) -> Phrase | None:
    """The name that is all of the text, or the first of several: "Chile and Peru"."""
    found = names_in(f"x {bare}")
    joints = re.split(r",? (?:and|or) (?:the )?|, ", bare)
    if [n.text.lower() for n in found] == [joint.lower() for joint in joints]:
        return found[0]
    return next((n for n in found if n.text.lower() == bare.lower()), None)


def _is_of_a_noun(name: Phrase, before: str) -> bool:
    """Whether it only says of which kind a noun is: "his Asia trip"."""
    opens = re.search(r"\b(?:the|an?|his|her|its|their) $", before[: name.start], re.I)
    return bool(opens and re.match(r" [a-z]", before[name.end :]))


def _is_alike(one: Phrase, other: Phrase) -> bool:
    if "time" in (one.kind, other.kind):
        shapes = [re.sub(r"\d", "0", p.text) if p.text.isdigit() else "" for p in (one, other)]
        return one.kind == other.kind and shapes[0] == shapes[1]
    return (one.kind == "place") == (other.kind == "place")


def _noun_place(by: str, what: str, before: str) -> tuple[int, int] | None:
    """The same for common nouns: behind the same preposition, of a word in common, or the last."""
    whole = noun_phrases_in(before)
    phrases = [part for phrase in whole for part in parts(phrase)]
    if any(word.lower() in PREPOSITIONS for word in WORD.findall(what)):
        phrases = whole
    if by:
        found = [p for p in phrases if re.search(rf"\b{by} $", before[: p.start], re.I)]
        return (found[-1].start, found[-1].end) if len(found) == 1 else None
    words = {w.lower() for w in WORD.findall(what)} - {"the", "a", "an"}
    alike = [p for p in phrases if words & {w.lower() for w in WORD.findall(p.text)}]
    if len(alike) == 1 and (phrases is whole or not names_in(f"x {alike[0].text}")):
        return alike[0].start, alike[0].end
    determined = re.match(r"(?:an?) ", what)
    if determined and len(phrases) == 1 and re.match(r"(?:the|an?) ", phrases[0].text):
        return phrases[0].start, phrases[0].end
    last = phrases[-1] if phrases else None
    ends = last is not None and not before[last.end :].strip(" ?.!")
    if not last or not ends or re.match(r"(?:the|an?|its|their|his|her) ", last.text):
        return None
    # "against measles": what only follows a verb may as well be kept, and the subject changed.
    follows = before[: last.start].split()[-1:]
    plain = len(words) == 1 and not re.match(r"(?:the|an?) ", what)
    alone = len(phrases) == 1 and follows and follows[0].lower() in AUXILIARIES
    by_itself = alone or (follows and follows[0].lower() in PREPOSITIONS)
    if plain and by_itself and not names_in(f"x {last.text}"):
        return last.start, last.end
    return None


def of_no_people(question: str) -> str:
    """The question without its one word for a people: "the Japanese election" as "the election"."""
    of_people = _peoples(question)
    return question.replace(f"{of_people[0]} ", "", 1) if len(of_people) == 1 else question


def _peoples(question: str) -> list[str]:
    """Its words for peoples and what is theirs: "Japanese"."""
    words = [w for w in WORD.findall(question) if w[0].isupper() and not is_country(w)]
    return [w for w in words if place(w) not in (w.lower(), w.lower()[:-2])]


_ORDINAL = "(?:first|second|third|fourth|fifth|last)"
