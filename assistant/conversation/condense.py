"""What was said before a question, and the rules that make a question that leans on it stand alone.

The user's own questions come first: names are taken from an answer only where the question before
offers none, or asked for exactly that name. Whether a question leans is for `followups` to tell,
and what a model makes of it for `rewrite`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.conversation.coreference import SENTENCE, Context, antecedent
from assistant.conversation.cues import ADVERBIAL, OF_A_CLAUSE, POINTING, VALUE
from assistant.conversation.exchange import exchanged
from assistant.conversation.followups import Leaning, leaning, says_nothing
from assistant.language import ASKING, AUXILIARIES, PREPOSITIONS, WORD
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
    core = _put_in(found.core, context)[0] if found.way == "pointing" else found.core
    return f"{before}? {core[:1].upper()}{core[1:]}"


def _of_another(found: Leaning, context: Context) -> str | None:
    asked = found.word.strip(" ?.!,")
    within = leaning(asked)
    if within is None or within.way != "pointing":
        return exchanged(asked, context.question)
    made, whole = _put_in(asked, context)
    return f"What about {made}?" if whole else None


# What is left out


def _short(found: Leaning, context: Context) -> str | None:
    """ "Why?" put before the question it asks of, or behind it."""
    rest = found.core.strip(" ?.!,")
    asked = _asked_of_clause(rest, context.question) if ADVERBIAL.fullmatch(rest) else None
    asked = asked or _counted_out(found, context)
    if asked or WORD.findall(rest.lower())[0] not in ASKING | AUXILIARIES | PREPOSITIONS:
        return asked
    return f"{context.question.rstrip(' ?.!')}, and {rest[:1].lower()}{rest[1:]}?"


def _asked_of_clause(asking: str, before: str) -> str | None:
    """ "Why" and "Did Peru leave?" as "Why did Peru leave?"; None if that tells of nothing done."""
    if "," in before or "? " in before:
        return None
    if before.split(" ")[0].lower() in AUXILIARIES:
        return _question(f"{asking} {before[:1].lower()}{before[1:]}")
    helped = re.match(
        r"(?:when|where|why|how) (?=(?:did|do|does|has|have|will|would)\b)", before, re.I
    )
    return _question(f"{asking} {before[helped.end() :]}") if helped else None


# What points back


def _pointing(found: Leaning, context: Context) -> str | None:
    if clause := OF_A_CLAUSE.match(found.core):
        return _asked_of_clause(clause[1].lower(), context.question)
    made, whole = _put_in(found.core, context)
    ends = not WORD.search(found.core[found.end :])
    rest = leaning(made) if ends else None  # "Why did the first one?"
    return made if whole and not (rest and rest.way == "other") else None


def _put_in(asked: str, context: Context) -> tuple[str, bool]:
    """What is asked with what its leaning words stand for put in, and whether none is left."""
    core = asked
    he, she = (re.search(rf"\b(?:{words})\b", core, re.I) for words in ("he|him|his", "she|hers?"))
    for _ in range(_MOST_WORDS):
        found = leaning(core, context.question)
        if not found or found.way != "pointing":
            return core, True
        stands_for = antecedent(found.word.lower(), core, found.start, found.end, context)
        if stands_for == found.word:
            return core, core != asked
        if stands_for is None or POINTING.match(stands_for) or (he and she):
            return core, False
        core = _put_one_in(found, stands_for)
    return core, True


_MOST_WORDS = 3


def _put_one_in(found: Leaning, stands_for: str) -> str:
    before, word, after = found.core[: found.start], found.word.lower(), found.core[found.end :]
    if word in ("its", "his", "their") or (word == "her" and re.match(r" [a-z]", after)):
        return f"{before}{stands_for}'{'' if stands_for.endswith('s') else 's'}{after}"
    if word in ("this", "that", "these", "those") and not VALUE.match(after):
        after = re.sub(r"^\s+\w+", "", after)
    if word == "there" and not before.endswith("from "):
        before += "to " if before.endswith("go ") else "in "
    return before + stands_for + after


def _counted_out(found: Leaning, context: Context) -> str | None:
    """ "Which ones?" asked of "How many states sued?" as "Which states sued?"."""
    counting = re.match(r"how many (?=[a-z][^?]*\?$)", context.question, re.I)
    if counting and re.match(r"which(?: ones?)?\W*$", found.core, re.I):
        return _question(f"which {context.question[counting.end() :]}")
    return None


_WAYS = {"other": _of_another, "short": _short, "pointing": _pointing}
