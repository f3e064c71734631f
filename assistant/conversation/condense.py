"""What was said before a question, and the rules that make a question that leans on it stand alone.

The user's own questions come first: names are taken from an answer only where the question before
offers none, or asked for exactly that name. Whether a question leans is for `followups` to tell,
and what a model makes of it for `rewrite`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.conversation.coreference import (
    MOST_OWNER,
    SENTENCE,
    Context,
    antecedent,
    counted,
    parts,
    spoken_of,
    stem_of,
)
from assistant.conversation.cues import (
    ADVERBIAL,
    AFTERTHOUGHT,
    HELPED,
    MEASURED_BY,
    OF_A_CLAUSE,
    VALUE,
    VALUE_END,
)
from assistant.conversation.exchange import divided, of_no_people, place_of
from assistant.conversation.followups import Leaning, leaning, says_nothing
from assistant.language import (
    AUXILIARIES,
    PREPOSITIONS,
    WORD,
    Phrase,
    is_country,
    is_plural,
    names_in,
    noun_phrases_in,
)
from assistant.safety import neutral

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
    core = _put_in(found.core, context, partly=True) if found.way == "pointing" else found.core
    assert core is not None
    return f"{before}? {core[:1].upper()}{core[1:]}"


# The same of something else


def _of_another(found: Leaning, context: Context) -> str | None:
    told = AFTERTHOUGHT.sub("", found.word.strip(" ?.!,"))
    asked = re.sub(r"^the ones? (?=\w+ )", "", told)
    by, what = divided(asked)
    bare = re.sub(r"['’]s?$", "", re.sub(r"^(?:the|The) (?=[A-Z])", "", what))
    if leaning(what) and leaning(what).way == "pointing":  # type: ignore[union-attr]
        made = _put_in(what, context)
        return f"What about {made.rstrip(' ?.!')}?" if made else None
    item = counted(f"{what} one", context.answer)
    if item and not by:
        return f"{stem_of(context)}, and what about {item}?"
    spot = place_of(by, what, bare, context.question, first=found.start > 0 and not by)
    if spot:
        start, end = spot
        before = context.question
        if before[:start].lower().endswith("the ") and what != bare:
            what = bare
        at_end = bare if re.match(r"['’]s", before[end:]) else what.removesuffix("'s")
        return _question(_trimmed(before[:start] + at_end + before[end:]))
    timed = [n for n in names_in(f"x {what}") if n.kind == "time"]
    if by or timed:
        kept = stem_of(context)
        kept = of_no_people(kept) if asked != told and is_country(what) else kept
        return _question(f"{kept} {by or 'in'} {what}")
    about = "" if what.split()[0].lower() in _NOT_ASKED_ABOUT else "what about "
    return f"{stem_of(context)}, and {about}{what}?"


_NOT_ASKED_ABOUT = frozenset("any not even only alone just especially".split())


def _trimmed(question: str) -> str:
    """The question before, without what was added to it earlier (", and what about ...")."""
    return re.sub(r", and what about .*$", "?", question)


# What is left out


def _short(found: Leaning, context: Context) -> str | None:
    """ "Why?" put before the question it asks of, or behind it."""
    rest = found.core.strip(" ?.!,")
    if ADVERBIAL.match(rest) and (made := _asked_of_clause(rest, context.question)):
        return made
    if which := _counted_out(found, context):
        return which
    if MEASURED_BY.match(rest) and " than " not in rest:
        return _question(f"{stem_of(context)} {rest}")
    return f"{stem_of(context)}, and {rest[:1].lower()}{rest[1:]}?"


def _asked_of_clause(asking: str, before: str) -> str | None:
    """ "Why" and "Did Peru leave?" as "Why did Peru leave?"; None if that tells of nothing done."""
    if "," in before or "? " in before:
        return None
    if before.split(" ")[0].lower() in AUXILIARIES:
        return _question(f"{asking} {before[:1].lower()}{before[1:]}")
    helped = HELPED.match(before)
    return _question(f"{asking} {before[helped.end() :]}") if helped else None


# What points back

_OWNERS = frozenset("its his her their".split())


def _pointing(found: Leaning, context: Context) -> str | None:
    if clause := OF_A_CLAUSE.match(found.core):
        return _asked_of_clause((clause[1] or clause[2]).lower(), context.question)
    made = _put_in(found.core, context)
    ends = not WORD.search(found.core[found.end :])
    rest = leaning(made) if made and ends else None
    return None if rest and rest.way == "other" else made  # "Why did the first one?"


def _put_in(core: str, context: Context, partly: bool = False) -> str | None:
    """The core with what its leaning words stand for in the place of them.

    None if one is left, or `partly`, the core up to that one.
    """
    if _OF_HIM.search(core) and _OF_HER.search(core):
        return core if partly else None  # two people
    for _ in range(_MOST_WORDS):
        found = leaning(core)
        if not found or found.way != "pointing":
            return core
        made = _put_one_in(found, context)
        if made is None:
            return core if partly else None
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
    if re.search(VALUE_END, core[:start], re.I) and VALUE.match(core[end:]):
        return _agreeing(core[:start], stands_for) + core[end:]
    if word in ("this", "that", "these", "those"):
        noun = re.match(r"\s+\w+", core[end:])
        end += noun.end() if noun else 0
    if word in ("one", "former", "latter"):
        start = core.rfind("the", 0, start)
    if word == "there" and core[:start].split()[-1:] != ["from"]:
        moves = core[:start].split()[-1:] and core[:start].split()[-1] in _MOVES
        stands_for = f"{'to' if moves else 'in'} {stands_for}"
    return core[:start] + stands_for + core[end:]


_MOVES = frozenset(
    "go goes going gone went travel travels travelled fly flies flew flown return came move".split()
)

_PLURAL = {"is": "are", "was": "were", "does": "do", "has": "have"}


def _agreeing(before: str, subject: str) -> str:
    """The subject behind what stands before it, whose verb agrees with it."""
    verb = re.search(r"(\w+) $", before)
    several = is_plural(Phrase(subject, "thing", 0, 0).head)
    if several and verb and verb[1].lower() in _PLURAL:
        return f"{before[: verb.start()]}{_PLURAL[verb[1].lower()]} {subject}"
    return before + subject


def _owned(core: str, start: int, end: int, owner: str) -> str:
    """ "its terms" as "Peru's terms" or "the terms of the deal with Peru"."""
    if len(owner.split()) <= MOST_OWNER and not set(owner.split()) & PREPOSITIONS:
        ending = "'" if owner.endswith("s") and owner[0].islower() else "'s"
        return f"{core[:start]}{owner}{ending}{core[end:]}"
    owned = next((p for p in noun_phrases_in(core) if p.start == start), None)
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


def _counted_out(found: Leaning, context: Context) -> str | None:
    """ "Which ones?" asked of "How many states sued?" as "Which states sued?"."""
    counting = re.match(r"how many (?=[a-z])", context.question, re.I)
    if counting and "? " not in context.question and _WHICH.match(found.core):
        return _question(f"which {context.question[counting.end() :]}")
    return None


_WHICH = re.compile(r"which(?: ones?)?\W*$", re.I)

_WAYS = {
    "other": _of_another,
    "short": _short,
    "pointing": _pointing,
    "definite": _definite,
    "context": _counted_out,
}
