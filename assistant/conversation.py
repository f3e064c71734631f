"""What was said before a question, and the rules that make a question that leans on it stand alone.

The user's own questions come first: names are taken from an answer only where the question before
offers none, or asked for exactly that name. Whether a question leans is for `leaning` to tell, and
what a model makes of it for `rewriting`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.antecedents import (
    MOST_OWNER,
    SENTENCE,
    Context,
    antecedent,
    counted,
    parts,
    spoken_of,
    stem_of,
)
from assistant.fencing import neutral
from assistant.leaning import Leaning, leaning, says_nothing
from assistant.phrases import AUXILIARIES, PREPOSITIONS, WORD, Phrase, names, noun_phrases

Turn = str | tuple[str, str]
"""An earlier question, or a question with the text of its answer."""

RECENT = 8
"""Turns looked back on: what is further back is seldom leant on, and a long conversation must not
cost more than a short one."""
SHOWN = 2
"""Earlier questions that a model is shown."""
LONGEST = 500
"""Characters kept of an earlier question or answer."""
_READ = 4000  # characters looked at for these

_MARKERS = re.compile(r"\s*[\[(]\d+(?:[,\s\d–-]*)[\])]")


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question made to stand alone by rule.

    Attributes:
        text: the question.
        sure: whether it is one question; else it stands behind the one before, which is right, if
            not pretty.
    """

    text: str
    sure: bool


def standalone(question: str, history: Sequence[Turn] = ()) -> str:
    """The question with what it takes from the conversation put in, by rule.

    Unchanged, but for white space around it, if it stands alone.

    >>> standalone("And by what date?", ["What tariff is threatened?"])
    'What tariff is threatened, and by what date?'
    >>> standalone("Who is its president?", ["Does the trip include Peru?"])
    "Who is Peru's president?"
    >>> standalone("Who signed it?", ["How large is the deal with Australia?"])
    'Who signed the deal with Australia?'
    >>> standalone("Who leads Chile?", ["Does the trip include Peru?"])
    'Who leads Chile?'
    """
    context = read(history)
    found = leans(question, context)
    return resolved(found, context).text if found else question.strip()


def read(history: Sequence[Turn]) -> Context:
    """What the last turns leave to lean on; turns that say nothing ("thanks") are passed over."""
    context = Context()
    for turn in history[-RECENT:]:
        question, answer = (turn, "") if isinstance(turn, str) else turn
        if says_nothing(question):
            continue
        question = _shortened(question)
        found = leans(question, context)
        question = resolved(found, context).text if found else question
        told = _MARKERS.sub("", neutral(answer[:_READ]))[:LONGEST]
        context = Context(question, told, (*context.earlier, question)[-SHOWN:])
    return context


def leans(question: str, context: Context) -> Leaning | None:
    """How the question leans on what was said before; None if it stands alone."""
    return leaning(question, context.question) if context.question else None


def resolved(found: Leaning, context: Context) -> Resolved:
    """The question that leans so, made to stand alone by rule."""
    made = _WAYS[found.way](found, context)
    text = made or _both(found, context)
    return Resolved(text[:1].upper() + text[1:], made is not None and ", and " not in made)


def _shortened(question: str) -> str:
    """An earlier question on one line, what asks in it alone, and not longer than `LONGEST`."""
    sentences = SENTENCE.split(neutral(question[-_READ:]))
    asking = [each for each in sentences if each.endswith("?")] or sentences
    text = " ".join(asking[-2:])
    return text if len(text) <= LONGEST else text[-LONGEST:].split(" ", 1)[-1]


def _question(text: str) -> str:
    return text.rstrip(" ?.!,") + "?"


def _both(found: Leaning, context: Context) -> str:
    """The question before and this one, one behind the other."""
    before = " ".join(SENTENCE.split(context.question)[-2:]).rstrip(" ?.!")
    core = found.core[:1].upper() + found.core[1:]
    return f"{before}? {core}"


# The same of something else


def _of_another(found: Leaning, context: Context) -> str | None:
    asked = re.sub(r"^the ones? (?=\w+ )", "", found.word.strip(" ?.!,"))
    by, what = _divided(asked)
    bare = re.sub(r"['’]s?$", "", re.sub(r"^(?:the|The) (?=[A-Z])", "", what))
    if leaning(what) and leaning(what).way == "pointing":  # type: ignore[union-attr]
        made = _put_in(what, context)
        return f"What about {made.rstrip(' ?.!')}?" if made else None
    item = counted(f"{what} one", context.answer)
    if item and not by:
        return f"{stem_of(context)}, and what about {item}?"
    spot = _place_of(by, what, bare, context.question, first=found.start > 0 and not by)
    if spot:
        start, end = spot
        before = context.question
        if before[:start].lower().endswith("the ") and what != bare:
            what = bare
        at_end = bare if re.match(r"['’]s", before[end:]) else what.removesuffix("'s")
        return _question(_trimmed(before[:start] + at_end + before[end:]))
    timed = [n for n in names(f"x {what}") if n.kind == "time"]
    if by or timed:
        return _question(f"{stem_of(context)} {by or 'in'} {what}")
    return f"{stem_of(context)}, and what about {what}?"


def _trimmed(question: str) -> str:
    """The question before, without what was added to it earlier (", and what about ...")."""
    return re.sub(r", and what about .*$", "?", question)


def _divided(asked: str) -> tuple[str, str]:
    """A preposition that opens it, and the rest."""
    first, _, rest = asked.partition(" ")
    return (first.lower(), rest) if first.lower() in PREPOSITIONS and rest else ("", asked)


def _place_of(by: str, what: str, bare: str, before: str, first: bool) -> tuple[int, int] | None:
    """Where in the question before stands what this one puts another thing in the place of."""
    named = next((n for n in names(f"x {bare}") if n.text.lower() == bare.lower()), None)
    spoken = names(before)
    if named:
        alike = [n for n in spoken if _is_alike(named, n)]
        after = [
            n for n in alike if by and re.search(rf"\b{by} (?:the )?$", before[: n.start], re.I)
        ]
        others = [] if by else [n for n in spoken if n.kind != "time"]
        for few in (after, alike, others if named.kind != "time" and not alike else []):
            if len(few) == 1 or (few and first and few is alike):
                return few[0].start, few[0].end
        return None
    return _noun_place(by, what, before)


def _is_alike(one: Phrase, other: Phrase) -> bool:
    if "time" in (one.kind, other.kind):
        shapes = [re.sub(r"\d", "0", p.text) if p.text.isdigit() else "" for p in (one, other)]
        return one.kind == other.kind and shapes[0] == shapes[1]
    return (one.kind == "place") == (other.kind == "place")


def _noun_place(by: str, what: str, before: str) -> tuple[int, int] | None:
    """The same for common nouns: behind the same preposition, of a word in common, or the last."""
    whole = noun_phrases(before)
    phrases = [part for phrase in whole for part in parts(phrase)]
    if any(word.lower() in PREPOSITIONS for word in WORD.findall(what)):
        phrases = whole
    if by:
        found = [p for p in phrases if re.search(rf"\b{by} $", before[: p.start], re.I)]
        return (found[-1].start, found[-1].end) if len(found) == 1 else None
    words = {w.lower() for w in WORD.findall(what)} - {"the", "a", "an"}
    alike = [p for p in phrases if words & {w.lower() for w in WORD.findall(p.text)}]
    if len(alike) == 1 and (phrases is whole or not names(f"x {alike[0].text}")):
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
    if plain and by_itself and not names(f"x {last.text}"):
        return last.start, last.end
    return None


# What is left out

_ADVERBIAL = re.compile(
    r"(?:why|when|where|how|how (?:long|often|far|soon))(?: exactly| precisely)?$"
    r"|(?:by|for|since|until|from|with|at|in|on|under|to|against|after|before|of|about)"
    r" (?:when|whom|where|how (?:much|many|long)|what|which)\b",
    re.I,
)
_HELPED = re.compile(
    r"(?:when|where|why|how) (?=(?:did|does|do|has|have|had|will|would|can|could|should)\b)", re.I
)


def _short(found: Leaning, context: Context) -> str | None:
    """ "Why?" put before the question it asks of, or behind it."""
    rest = found.core.strip(" ?.!,")
    before, first = context.question, context.question.split(" ")[0].lower()
    if _ADVERBIAL.match(rest) and "," not in before and "? " not in before:
        if first in AUXILIARIES:
            return _question(f"{rest} {before[:1].lower()}{before[1:]}")
        if helped := _HELPED.match(before):
            return _question(f"{rest} {before[helped.end() :]}")
    return f"{stem_of(context)}, and {rest[:1].lower()}{rest[1:]}?"


# What points back

_OWNERS = frozenset("its his her their".split())


def _pointing(found: Leaning, context: Context) -> str | None:
    return _put_in(found.core, context)


def _put_in(core: str, context: Context) -> str | None:
    """The core with what its leaning words stand for in the place of them; None if one is left."""
    if _OF_HIM.search(core) and _OF_HER.search(core):
        return None  # two people
    for _ in range(_MOST_WORDS):
        found = leaning(core)
        if not found or found.way != "pointing":
            return core
        made = _put_one_in(found, context)
        if made is None:
            return None
        core = made
    return core


_MOST_WORDS = 3
_OF_HIM = re.compile(r"\b(?:he|him|his)\b", re.I)
_OF_HER = re.compile(r"\b(?:she|her|hers)\b", re.I)


def _put_one_in(found: Leaning, context: Context) -> str | None:
    core, start, end, word = found.core, found.start, found.end, found.word.lower()
    stands_for = antecedent(word, core, start, end, context)
    if stands_for is None or leaning(f"Who knows {stands_for}?"):
        return None
    owner = word in _OWNERS and (word != "her" or re.match(r" [a-z]", core[end:]))
    if owner:
        return _owned(core, start, end, stands_for)
    if word in ("this", "that", "these", "those"):
        noun = re.match(r"\s+\w+", core[end:])
        end += noun.end() if noun else 0
    if word == "one":
        start = core.rfind("the", 0, start)
    if word == "there" and core[:start].split()[-1:] != ["from"]:
        stands_for = f"in {stands_for}"
    return core[:start] + stands_for + core[end:]


def _owned(core: str, start: int, end: int, owner: str) -> str:
    """ "its terms" as "Peru's terms" or "the terms of the deal with Peru"."""
    if len(owner.split()) <= MOST_OWNER and not set(owner.split()) & PREPOSITIONS:
        ending = "'" if owner.endswith("s") and owner[0].islower() else "'s"
        return f"{core[:start]}{owner}{ending}{core[end:]}"
    owned = next((p for p in noun_phrases(core) if p.start == start), None)
    if owned is None:
        return f"{core[:start]}{owner}'s{core[end:]}"
    thing = parts(owned)[0]
    noun = core[end : thing.end].strip()
    return f"{core[:start]}the {noun} of {owner}{core[thing.end :]}"


def _definite(found: Leaning, context: Context) -> str | None:
    noun = found.word.removeprefix("the ").removeprefix("The ")
    phrase = spoken_of(noun, context)
    if phrase is None or phrase == found.word:
        return None
    return found.core[: found.start] + phrase + found.core[found.end :]


_WAYS = {
    "other": _of_another,
    "short": _short,
    "pointing": _pointing,
    "definite": _definite,
    "context": lambda *_: None,
}
