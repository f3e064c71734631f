"""What a question asks that the documents do not tell, as far as a rule can say it safely.

Names, numbers, dates and words that stand in nothing that was found; a question that takes for
granted what they do not say; the part of a question in parts that an answer leaves open. A question
that takes such a thing for granted is refused; of any other `answer` decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from assistant.ingest.metadata import detected
from assistant.language import (
    COMMON_WORDS,
    FOREIGN_QUESTION_WORDS,
    WORDS_OF_ASKING,
    content_stems,
    missing_dates,
    missing_names,
    missing_numbers,
)

MOST_NAMED = 4
"""Most things named as not found."""
_SHORTEST_WORD = 5  # letters; shorter words are often inflected irregularly ("buy", "bought")
_THING = re.compile(r"\b(?:of|for|on|in|from|with|about|the|an?)\s+(\w{3,4})\b(?!\s+(?:to|that)\b)")
_NO_THING = frozenset(
    "all any big both case day down each end ever fact few free full good half high hold home last"
    " late less line long low main many more most much name need new next now off old once one open"
    " own part past per rest same side such sum term that then this time top two use very view way"
    " week work year".split()
)
_MEASURE = re.compile(r"\bhow\s+\w+")  # "how large" asks for a number; none is called large
_BEGINNING = 5  # letters by which two words count as the same one: "respond" and "response"
_LEAST_OWN = 2  # words of a part alone, none of which is told, for it to be open

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_PRESUMES = re.compile(
    r"\W*(?:(?:for|since|until|by|from)\s+)?(?:why|when|how come|how)\s+"
    r"(?:(?:is|are|was|were|do|does|did|has|have|had|will|would)\b|[a-z]*['’]s\b)",
    re.I,
)
_ASKS = re.compile(r"\W*(?:(?:in|on|at|by|for|to|from|with)\s+)?(?:wh\w+|how)\b", re.I)
_NO_PROOF = re.compile(r"[A-Z]{2,6}|\d{1,2}")
# After these comes a word for a thing, or one that goes before such a word.
_WITHIN = re.compile(
    r"the|an?|this|that|these|those|his|hers?|its|their|our|your|my|\w+['’]s?|of|in|on|at|by|for|to"
    r"|from|with|about|against|over|under|between|and|or|more|most|very|so|as|no|any|some|all",
    re.I,
)
_ASKS_WHEN = re.compile(
    r"\W*(?:(?:by|since|until|from|on|in)\s+)?(?:when\b|(?:what|which)\s+(?:day|date|month|year)\b)",
    re.I,
)
_ASKS_HOW_MUCH = re.compile(
    r"\W*(?:for\s+)?how\s+(?:much|many|large|big|high|old|far|tall|heavy)\b|.*\bwhat\b.*\b(?:worth|cost)\W*$",
    re.I,
)
_QUANTITY = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?"
    r"|thousands?|millions?|billions?|trillions?|half|third|quarter|twice|double|several|many|few"
    r"|most|all|none|no|one|single|both)\b",
    re.I,
)
# Wide on purpose: what may tell when counts as telling it.
_TIME = re.compile(
    r"\b(?:1\d{3}|2[01]\d\d)s?\b|\b\d{1,2}:\d\d\b|\b(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|today|tonight|tomorrow|yesterday|now|currently"
    r"|(?:second|minute|hour|day|night|morning|evening|week|weekend|month|quarter|season|year|decade"
    r"|centur(?:y|ie)|spring|summer|autumn|fall|winter)s?|soon|later|early|earlier|late|recent(?:ly)?"
    r"|ago|annual(?:ly)?|daily|weekly|monthly|yearly|before|after|since|until|once|when|while|during"
    r"|upcoming|immediately|already|still|yet|time|term|period|era|age)\b",
    re.I,
)
_ENGLISH = frozenset("the of and which what who whom when where why how does did is are".split())
_LEAST_ENGLISH = 2  # of these words
_LEANING = re.compile(r"\s*\([^()]*\)$")  # what a split puts behind a part


def not_found(question: str, words: str) -> tuple[str, ...]:
    """What the question names that stands nowhere in `words`, all that was found, in its order.

    Names, numbers and dates as the question shows them; only where none of these is missing,
    other words, in small letters.

    >>> not_found("What did the $20 billion deal with Indonesia cover?", "A deal with Australia.")
    ('$20 billion', 'Indonesia')
    >>> not_found("Why did he cancel the visit?", "He visits Japan.")
    ('cancel',)
    """
    facts = (
        *_with_currency(question, missing_numbers(question, words)),
        *missing_dates(question, words),
        *_joined(question, _names(question, words)),
    )
    told = dict.fromkeys(facts or _unknown_words(question, words))
    return tuple(sorted(told, key=lambda each: question.lower().find(each.lower())))[:MOST_NAMED]


def _names(question: str, words: str) -> list[str]:
    missing = missing_names(question, words)
    if missing and missing[0].lower() in FOREIGN_QUESTION_WORDS and not _is_english(question):
        missing = missing[1:]
    known = _folded(words) if missing else ""
    return [
        name
        for name in missing
        if name.lower() not in WORDS_OF_ASKING
        and not re.search(rf"\b{re.escape(_folded(name))}", known)
    ]


def _is_english(question: str) -> bool:
    return bool(_ENGLISH & set(_WORD.findall(question.lower())))


def _folded(text: str) -> str:
    """In small letters without accents, which a question often leaves out."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _with_currency(question: str, numbers: Iterable[str]) -> list[str]:
    """The numbers with the sign that the question puts before them."""
    signs = {n: re.search(rf"[$€£¥](?={re.escape(n)})", question) for n in numbers}
    return [(sign[0] if sign else "") + n for n, sign in signs.items()]


def _joined(question: str, names: Sequence[str]) -> list[str]:
    """The names, those that follow one another in the question as one."""
    joined: list[str] = []
    for name in names:
        if joined and f"{joined[-1]} {name}" in question:
            joined[-1] += f" {name}"
        else:
            joined.append(name)
    return [re.sub(r"['’]s?$", "", name) for name in joined]


def _unknown_words(question: str, words: str) -> list[str]:
    """Words of an English question that no word found begins like; short ones, where a thing's."""
    if not _is_english(question) and FOREIGN_QUESTION_WORDS & set(_WORD.findall(question.lower())):
        return []
    things = set(_THING.findall(question.lower())) - COMMON_WORDS - _NO_THING
    known = {word[:_BEGINNING] for word in _WORD.findall(_folded(words))}
    stems = content_stems(words)
    return [
        word
        for word in _WORD.findall(_MEASURE.sub(" ", question.lower()))
        if (len(word) >= _SHORTEST_WORD or word in things)
        and word not in WORDS_OF_ASKING
        and _folded(word)[:_BEGINNING] not in known
        and not content_stems(word) <= stems
    ]


def takes_for_granted(question: str, missing: Sequence[str]) -> bool:
    """Whether the question presumes something of which what is `missing` is a part.

    It asks why, when or how a thing came about, or speaks of "the" thing by a name or number.
    Capitals alone (an acronym) are no proof, as the documents may spell it out, nor is a bare
    number of one or two digits, which they may count or write otherwise ("class I").

    >>> takes_for_granted("Why did he cancel the visit?", ("cancel",))
    True
    >>> takes_for_granted("What did the $20 billion deal cover?", ("$20 billion",))
    True
    >>> takes_for_granted("Does the trip include Peru?", ("Peru",))
    False
    """
    facts = [each for each in missing if not is_word(each) and not _NO_PROOF.fullmatch(each)]
    if _PRESUMES.match(question):
        return bool(facts) or any(_is_predicate(each, question) for each in missing)
    described = "|".join(rf"\bthe\s+(?:[\w'’-]+\s+){{0,5}}{re.escape(each)}" for each in facts)
    return bool(facts and _ASKS.match(question) and re.search(described, question, re.I))


def is_word(missing: str) -> bool:
    """Whether what is missing is a common word: the documents may have another word for it."""
    return missing[:1].islower()


def _is_predicate(word: str, question: str) -> bool:
    """Whether the word may tell what happened: it follows what it is told of, and is not in it."""
    before = re.search(rf"([\w'’-]+)\s+{re.escape(word)}\b", question, re.I)
    return is_word(word) and before is not None and not _WITHIN.fullmatch(before[1])


def nearest(
    question: str, sentences: Sequence[str], around: Sequence[str] | None = None
) -> int | None:
    """Which of the sentences says most of what the question speaks of; None if none does.

    A sentence about somebody or some place else does not: all names of the question that were
    found at all stand in it, or around it. Of those that say as much it is the first.

    Args:
        question: what is asked.
        sentences: those found.
        around: of each sentence it and what a reader has read before it; the sentences unless
            given.

    >>> nearest("Why did he cancel the visit to Peru?", ["He visits Chile.", "He visits Peru."])
    1
    >>> nearest("Why did Fell leave?", ["Marl left."]) is None
    True
    """
    texts = sentences if around is None else around
    names = set(_names(question, ""))
    known = names - set(_names(question, "\n".join(texts)))
    if names and not known:
        return None
    asked = _beginnings(question)
    scores = [
        0 if known & set(_names(question, text)) else len(_beginnings(sentence) & asked)
        for sentence, text in zip(sentences, texts, strict=True)
    ]
    best = max(scores, default=0)
    return scores.index(best) if best else None


def other_languages(question: str, documents: Sequence[str | None]) -> tuple[str, str] | None:
    """The language of the question and that of the documents, where none of these is in it.

    Args:
        question: what is asked; of a few words no language can be told.
        documents: the languages of what was found, the best first; None where it is not known.
    """
    known = [code for code in documents if code]
    words = set(_WORD.findall(question.lower()))
    if not known or ("en" in known and words & _ENGLISH):
        return None
    asked = "en" if len(words & _ENGLISH) >= _LEAST_ENGLISH else detected(question)
    return (asked, known[0]) if asked and asked not in known else None


def left_open(
    parts: Sequence[str], told: str, found: str, missing: Sequence[str] = ()
) -> tuple[str, ...]:
    """The parts of a question that an answer plainly says nothing on, as they were asked.

    A part is open if it names what stands nowhere in `found`, takes for granted what is `missing`,
    asks when and no date is `told`, or how much and no quantity is, or has words of its own and
    none of them is told. Where this is so
    of all parts, the rules say nothing: an answer was given to something.

    Args:
        parts: the single questions, as `question_decomposition.split` gives them.
        told: the statements of the answer and the sentences they cite.
        found: the words of all that was found.
        missing: what of the question those do not say.

    >>> left_open(("What will it cost?", "When will it be signed?"), "It costs $3 million.", "")
    ('When will it be signed?',)
    """
    asked = [_LEANING.sub("", part) for part in parts]
    open_parts = tuple(
        part
        for at, part in enumerate(asked)
        if _is_open(part, " ".join(asked[:at] + asked[at + 1 :]), told, found)
        or takes_for_granted(part, [each for each in missing if each.lower() in part.lower()])
    )
    return open_parts if len(open_parts) < len(asked) else ()


def _is_open(part: str, others: str, told: str, found: str) -> bool:
    around = f"{told}\n{found}"
    if missing_numbers(part, around) or _names(part, around):
        return True
    if _ASKS_WHEN.match(part):
        return not _TIME.search(told)
    if _ASKS_HOW_MUCH.match(part):
        return not _QUANTITY.search(told)
    own = _beginnings(part) - _beginnings(others)
    return len(own) >= _LEAST_OWN and not own & _beginnings(told)


def _beginnings(text: str) -> set[str]:
    return {stem[:_BEGINNING] for stem in content_stems(text)}
