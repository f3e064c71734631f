"""What a word that points back stands for, by the question before it and that one's answer.

Rules that would rather tell nothing than the wrong thing. Names are taken from an answer only where
the question before offers none, or asked for exactly that name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.conversation.cues import FIRMS, LANDS, PERSONS, VALUE
from assistant.language import (
    AUXILIARIES,
    WORD,
    Phrase,
    is_country,
    is_verb,
    kind_of,
    names_in,
    noun_phrases_in,
    place,
    same_stem,
    stem,
)

SENTENCE = re.compile(r"(?<=[?])\s+|(?<=[a-z\d)]{2}[.!])\s+(?=[A-Z])")
"""Where one sentence ends and the next begins."""
_OF_A_COUNTRY = re.compile(
    r"\s+(?:\w+ )?(?:president|prime minister|chancellor|king|queen|government|parliament|capital"
    r"|population|economy|currency|army|central bank|inflation|exports|imports)\b"
)


@dataclass(frozen=True, slots=True)
class Context:
    """What a question may lean on.

    Attributes:
        question: the one before, made to stand alone; empty where there is none.
        answer: its answer, if that is known; empty of a refusal.
        earlier: the last `SHOWN` questions, this one last, made to stand alone.
    """

    question: str = ""
    answer: str = ""
    earlier: tuple[str, ...] = ()


def antecedent(word: str, core: str, start: int, end: int, context: Context) -> str | None:
    """What the word stands for; None where the rules cannot tell."""
    last = Context(SENTENCE.split(context.question)[-1], context.answer)
    if word in PERSONS:
        return _person(last)
    if word == "there" or (word in ("its", "their") and _OF_A_COUNTRY.match(core[end:])):
        return _country(context)
    if word in ("it", "its"):
        return _thing(last, is_object=not WORD.match(core[end:].lstrip()))
    if word in ("they", "them", "their", "theirs"):
        several = r"[A-Z]\S* and [A-Z]"
        found = [p for p in _candidates(last) if p.kind == "plural" or re.search(several, p.text)]
        return _only([p.text for p in found])
    if word.endswith((" one", " ones", " former", " latter")):
        return _counted(word, context)
    if word.startswith("the "):
        return spoken_of(word.removeprefix("the "), context)
    if re.match(r"who(?:'s| is| was) \w+\W*$", core, re.I):
        return _only(_told(last, "person", "name"))
    if VALUE.match(core[end:]):
        return _value(last)
    noun = re.match(r"\s+(\w+)", core[end:])
    return spoken_of(noun[1], last) if noun else None


def _value(context: Context) -> str | None:
    """What the question before asked the size of: "the rate" of "What is the rate?"."""
    size = (
        r"(?:what|how (?:large|big|high|low|long|old|deep|fast))(?:'s| is| was| are| were) ([^,]+)$"
    )
    asked = re.match(size, context.question.rstrip(" ?.!"), re.I)
    words = WORD.findall(asked[1].lower()) if asked else []
    clause = any(w in AUXILIARIES or w.endswith(("ing", "ed")) for w in words)
    return asked[1] if asked and not clause else None


def _candidates(context: Context) -> list[Phrase]:
    """What the question before speaks of: not what it asks for, nor times."""
    asking = re.compile(r"\b(?:which|what|whose|how many|how much)\s+$", re.I)
    phrases = [p for p in noun_phrases_in(context.question) if p.kind != "time"]
    return [p for p in phrases if not asking.search(context.question[: p.start])]


def _told(context: Context, *kinds: str) -> list[str]:
    """Names of some kinds that the answer has and the question has not."""
    asked = context.question.lower()
    told = [n for n in names_in(context.answer) if n.kind in kinds and n.text.lower() not in asked]
    told = [n for n in told if is_country(n.text) or place(n.text) == n.text.lower()]
    return list(dict.fromkeys(n.text for n in told))


def _only(few: Sequence[str]) -> str | None:
    return few[0] if len(few) == 1 else None


def _person(context: Context) -> str | None:
    told = _only(_told(context, "person", "name"))
    if who := re.match(
        r"(?:and )?who (?!did|do|does|are|were)(.+)$", context.question.rstrip(" ?.!"), re.I
    ):
        role = re.sub(r"^(?:is|was) (?!\w+(?:ing|ed)\b)", "", who[1])
        if role == who[1]:
            return told or f"the person who {role}"
        return role if not told or kind_of(role) in ("name", "person") else told
    if told and re.match(r"whom? ", context.question, re.I):
        return None  # the one asked for, or the one who did it
    found = _candidates(context)
    people = [p for p in found if p.kind in ("person", "role")]
    people = people or [p for p in found if p.kind == "name"]
    return _only([p.text for p in people]) if people else told


def _country(context: Context) -> str | None:
    """The country that was spoken of last, else the one thing that was."""
    places = [n.text for n in names_in(context.question) if n.kind == "place"]
    if places:
        return places[-1]
    return _only(_told(context, "place")) or _thing(context, is_object=False)


def _thing(context: Context, is_object: bool) -> str | None:
    asked = re.match(r"(?:and )?(?:which|what) (\S+)", context.question, re.I)
    if asked and asked[1] not in AUXILIARIES and not is_verb(asked[1]):
        return _only(_told(context, "name", "place"))  # "Which firm won the contract?"
    found = [p for p in _candidates(context) if p.kind in ("thing", "name", "place")]
    common = [p for p in found if re.match(r"(?:the|an?) ", p.text)]
    if len(common) == 1 and (is_object or found[0] is common[0]):
        found = common  # "Does the policy cover fire?"
    done = is_object and asked and asked[1] not in ("is", "are", "was", "were")
    if len(found) != 1 or (done and found[0].kind != "thing"):
        return None  # it may be what Apple announced
    return re.sub(r"^(?:a|an) ", "the ", found[0].text)


def spoken_of(noun: str, context: Context) -> str | None:
    """The phrase that "this deal" or "the deal" takes up."""
    for phrase in _candidates(context):
        if same_stem(stem(noun.lower()), stem(phrase.head)):
            return re.sub(r"^(?:a|an) ", "the ", phrase.text)
    if noun.lower() in LANDS:
        return _country(context)
    who = re.match(r"who\b", context.question, re.I)
    asked = [] if who else [n.text for n in names_in(context.question) if n.kind == "name"]
    return _only(asked or _told(context, "name")) if noun.lower() in FIRMS else None


_CAPITALS = r"[A-Z][\w’'&-]*(?: [A-Z][\w’'&-]*)*"
_LISTED = re.compile(rf"(?:{_CAPITALS}, )*{_CAPITALS},? (?:and|or) (?:the )?{_CAPITALS}")
_ORDER = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1, "former": 0, "latter": 1}


def _counted(word: str, context: Context) -> str | None:
    """ "The second one" or "the latter" of what the question lists, or else its answer."""
    at = _ORDER.get(word.split()[1], 9)
    for text in (context.question, context.answer):
        if listed := _LISTED.search(text):
            items = re.split(r", (?:and |or )?| and | or ", listed[0])
            two = len(items) == 2 or word.endswith(("one", "ones"))
            return items[at] if two and at < len(items) else None
    return None
