"""What a word that points back stands for, by the question before it and that one's answer.

Rules that would rather tell nothing than the wrong thing. Names are taken from an answer only where
the question before offers none, or asked for exactly that name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.conversation.cues import VALUE
from assistant.language import (
    AUXILIARIES,
    PREPOSITIONS,
    VERBS,
    WORD,
    Phrase,
    is_country,
    is_function,
    is_plural,
    is_verb,
    kind_of,
    names_in,
    noun_phrases_in,
    place,
    same_stem,
    stem,
    synonyms,
    third_person,
)

SENTENCE = re.compile(r"(?<=[?])\s+|(?<=[a-z\d)]{2}[.!])\s+(?=[A-Z])")
"""Where one sentence ends and the next begins."""
MOST_OWNER = 3
_PERSONS = frozenset("he him his she her hers".split())
_GOVERNED = re.compile(
    r"\s+(?:(?:new|current|first|former|foreign|next|last)\s+)*(?:president|prime minister|premier"
    r"|capital|government|population|economy|currency|parliament|king|queen|monarch|minister|army|military"
    r"|gdp|constitution|flag|ruler|chancellor|ambassador|territory|neighbou?rs|central bank"
    r"|inflation|unemployment|exports|imports|national|official|largest city|head of state)\b",
    re.I,
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


def stem_of(context: Context) -> str:
    """The question without its mark."""
    return context.question.rstrip(" ?.!")


def antecedent(word: str, core: str, start: int, end: int, context: Context) -> str | None:
    """What the word stands for; None where the rules cannot tell."""
    sentences = SENTENCE.split(context.question)
    last = Context(sentences[-1], context.answer)
    if word in _PERSONS:
        return _person(last)
    if word in ("its", "their") and _GOVERNED.match(core[end:]):
        return _country(context)
    if word in ("it", "its"):
        return _thing(
            last, is_object=not re.match(r"\s+\w", core[end:]) or _follows_verb(core, start)
        )
    if word in ("they", "them", "their", "theirs"):
        return _several(last)
    if word in ("this", "that", "these", "those"):
        if re.match(r"who(?:'s| is| was) \w+\W*$", core, re.I):
            return _only(_told(last, "person", "name"))
        if VALUE.match(core[end:]):
            return _value(last)
        noun = re.match(r"\s+(\w+)", core[end:])
        return spoken_of(noun[1], last) if noun else None
    if word == "there":
        return _country(context)
    if word in ("former", "latter"):
        return _of_two(word, context)
    return counted(core, context.answer) if word == "one" else None


def _value(context: Context) -> str | None:
    """What the question before asked the size of: "the rate" of "What is the rate?"."""
    asked = re.match(
        r"(?:what|how (?:large|big|high|low|long|old|deep|fast|strong))"
        r"(?:'s| is| was| are| were) (.+)$",
        stem_of(context),
        re.I,
    )
    if not asked or not noun_phrases_in(asked[1]) or "," in asked[1]:
        return None
    words = [word.lower() for word in WORD.findall(asked[1])]
    clause = any(w in AUXILIARIES or w.endswith(("ing", "ed")) for w in words)
    return None if clause else asked[1]


def _of_two(word: str, context: Context) -> str | None:
    """The former or the latter of two that the question names, or else its answer."""
    for text in (context.question, context.answer):
        pairs = [m for m in _LISTED.finditer(text) if len(_items(m[0])) == 2]
        if len(pairs) == 1:
            return _items(pairs[0][0])[0 if word == "former" else 1]
    return None


def _follows_verb(core: str, start: int) -> bool:
    words = WORD.findall(core[:start])
    return bool(words) and words[-1].lower() not in AUXILIARIES and is_verb(words[-1].lower())


def _candidates(context: Context) -> list[Phrase]:
    """What the question before speaks of: not what it asks for, nor times."""
    question = context.question
    phrases = [p for p in noun_phrases_in(question) if p.kind != "time"]
    return [
        p
        for p in phrases
        if not re.search(r"\b(?:which|what|whose|how many|how much)\s+$", question[: p.start], re.I)
    ]


def _told(context: Context, *kinds: str) -> list[str]:
    """Names of some kinds that the answer has and the question has not."""
    asked = context.question.lower()
    told = [n for n in names_in(context.answer) if n.kind in kinds and n.text.lower() not in asked]
    told = [n for n in told if is_country(n.text) or place(n.text) == n.text.lower()]
    return list(dict.fromkeys(n.text for n in told))


def _only(few: Sequence[str]) -> str | None:
    return few[0] if len(few) == 1 else None


def _person(context: Context) -> str | None:
    question = stem_of(context)
    told = _only(_told(context, "person", "name"))
    if who := re.match(r"who(?:['’]s| is| was)\s+(?!\w+ing\b|\w+ed\b)(.+)$", question, re.I):
        named = [n.text for n in names_in(f"x {who[1]}")] == [who[1]]
        return told if told and not named else who[1]
    if who := re.match(r"(?:and )?who (?!did|do|does|are|were)(.+)$", question, re.I):
        return told or f"the person who {who[1]}"
    if told and re.match(r"whom? ", question, re.I):
        return None  # the one asked for, or the one who did it
    found = _candidates(context)
    people = [p for p in found if p.kind in ("person", "role")]
    few = people or [p for p in found if p.kind == "name"]
    few = [p for p in few if not p.text.lower().startswith("the ")] or few
    if few:
        return few[0].text if len(few) == 1 else None
    within = [n for n in names_in(question) if n.kind in ("person", "name")]
    return within[0].text if len(within) == 1 else told


def _country(context: Context) -> str | None:
    """The country that was spoken of last, else the one thing that was."""
    places = [n.text for n in names_in(context.question) if n.kind == "place"]
    if places:
        return places[-1]
    told = _told(context, "place")
    if told:
        return _only(told)
    few = [n for n in names_in(context.question) if n.kind == "name"]
    few = [n for n in few if not _tells_of_what_kind(context.question[n.end :])]
    return _only([n.text for n in few]) or _thing(context, is_object=False)


def _tells_of_what_kind(rest: str) -> bool:
    """Whether a name goes on so that it is no place: the "Australian" of a minerals deal."""
    noun = re.match(r" ([a-z]+)", rest)
    return noun is not None and not is_function(noun[1]) and not is_verb(noun[1])


_WHAT_WAS_DONE = re.compile(r"(?:and )?what (?:did|does|do|has|have|will|would) ", re.I)


def _thing(context: Context, is_object: bool) -> str | None:
    found = [p for p in _candidates(context) if p.kind in ("thing", "name", "place")]
    common = [p for p in found if re.match(r"(?:the|a|an|its|their|his|her) ", p.text)]
    common = [p for p in common if p.kind == "thing"]
    asked = _asked_for(context)
    noun = asked.split(" that ")[0] if asked else ""
    if asked and not (kind_of(noun) == "role" or (is_object and common)):
        told = _only(_told(context, "name", "place")) if noun.split()[-1] in _BEARERS else None
        return told or (asked if _is_one(asked) else None)
    if is_object and not common and _WHAT_WAS_DONE.match(context.question):
        return None  # it may be what Apple announced
    if len(found) == 1:
        return _named_whole(found[0], context)
    if found and len(common) == 1 and (is_object or found[0] is common[0]):
        return _named_whole(common[0], context)
    return None if found else _only(_told(context, "name", "place"))


def _named_whole(phrase: Phrase, context: Context) -> str:
    """The phrase; "a plant" is "the plant" once it was spoken of, and "its plant" the owner's."""
    text = re.sub(r"^(?:a|an) ", "the ", phrase.text)
    owners = [n.text for n in names_in(context.question[: phrase.start]) if n.kind != "time"]
    if re.match(r"(?:its|their|his|her) ", text) and len(owners) == 1:
        return re.sub(r"^\w+", lambda _: f"{owners[0]}'s", text, count=1)
    return text


_BEARERS = frozenset(
    """country countries nation state city town company firm bank team club party organisation
    organization agency university group airline island region place body court newspaper drug
    vaccine museum""".split()
)
"""Nouns for what has a name of its own."""


def _asked_for(context: Context) -> str | None:
    """ "the company that won" of "Which company won?"; None where no such thing is asked for."""
    question = stem_of(context)
    asking = re.match(r"(?:which|what) (?=[a-z])", question, re.I)
    if not asking or "? " in question:
        return None
    words = question[asking.end() :].split(" ")
    at = next((n for n, w in enumerate(words) if w in AUXILIARIES or (n and is_verb(w))), 0)
    if not at or at > MOST_OWNER or words[0] in _DETERMINED:
        return None
    noun, helper, rest = " ".join(words[:at]), words[at], words[at + 1 :]
    if helper not in AUXILIARIES:
        return f"the {noun} that {' '.join(words[at:])}"
    subject = next(
        (p for p in noun_phrases_in(question) if question[: p.start].endswith(f" {helper} ")), None
    )
    if subject is None:
        return f"the {noun} that {' '.join(words[at:])}" if rest else None
    follows = question[subject.end :].split()
    if not follows:
        return None
    if helper in ("do", "does", "did"):
        verb = _inflected(helper, follows[0])
        return f"the {noun} that {subject.text} {' '.join([verb, *follows[1:]])}"
    return f"the {noun} that {subject.text} {helper} {' '.join(follows)}"


_DETERMINED = frozenset("the a an of about happened happens".split())


def _inflected(helper: str, base: str) -> str:
    """The verb without its helper: "signed" for "did sign", where that is sure."""
    if helper == "do":
        return base
    if helper == "does":
        return third_person(base)
    return VERBS[base][0] if base in VERBS else f"did {base}"


def _is_one(asked: str) -> bool:
    return not is_plural(asked.split(" that ")[0].split()[-1])


def _several(context: Context) -> str | None:
    asked = _asked_for(context)
    if asked and not _is_one(asked):
        return asked
    found = [p for p in _candidates(context) if p.kind == "plural"]
    if len(found) == 1:
        return found[0].text
    joined = [p for p in _candidates(context) if re.search(r"[A-Z]\S* and [A-Z]", p.text)]
    if not found and len(joined) == 1:
        return re.split(r" (?:of|between) ", joined[0].text)[-1]
    told = _told(context, "name", "place", "person")
    if not found and not _candidates(context) and len(told) > 1:
        return f"{', '.join(told[:-1])} and {told[-1]}"
    return None


# A noun that was spoken of


def spoken_of(noun: str, context: Context) -> str | None:
    """The phrase that "this deal" or "the deal" takes up."""
    noun = noun.lower()
    firm = noun in _FIRMS and re.match(r"who(?:'s)? ", context.question, re.I)
    if firm and (told := _only(_told(context, "name"))):
        return told
    for phrase in _candidates(context):
        head = stem(phrase.head)
        if same_stem(stem(noun), head) or stem(noun) in synonyms().get(head, ()):
            return re.sub(r"^(?:a|an) ", "the ", phrase.text)
    if noun in ("country", "nation", "state"):
        return _country(context)
    if noun in _FIRMS:
        few = [n.text for n in names_in(context.question) if n.kind == "name"]
        return _only(few) or (None if few else _only(_told(context, "name")))
    asked = _asked_for(context)
    return asked if asked and asked.split()[1] == noun else None


_FIRMS = frozenset("company firm bank group agency organisation organization".split())


def parts(phrase: Phrase) -> list[Phrase]:
    """A phrase taken apart at its prepositions."""
    parts, start = [], 0
    cuts = [m for m in WORD.finditer(phrase.text) if m.start() and m[0].lower() in PREPOSITIONS]
    for cut in [*cuts, None]:
        end = cut.start() if cut else len(phrase.text) + 1
        text = phrase.text[start : end - 1]
        parts.append(Phrase(text, phrase.kind, phrase.start + start, phrase.start + end - 1))
        start = cut.end() + 1 if cut else 0
    return parts


_CAPITALS = r"[A-Z][\w’'&-]*(?: [A-Z][\w’'&-]*)*"
_LISTED = re.compile(rf"(?:{_CAPITALS}, )*{_CAPITALS},? (?:and|or) (?:the )?{_CAPITALS}")


def _items(listed: str) -> list[str]:
    return re.split(r", (?:and |or )?| and | or ", listed)


_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}


def counted(core: str, answer: str) -> str | None:
    """The second of what an answer lists, for "the second one"."""
    found = re.search(rf"\bthe ({'|'.join(_ORDINALS)}) one\b", core, re.I)
    listed = _LISTED.search(answer)
    if not found or not listed:
        return None
    items = _items(listed[0])
    at = _ORDINALS[found[1].lower()]
    return items[at] if -1 <= at < len(items) else None
