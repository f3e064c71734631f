"""A question that asks several things, split into questions that can be searched for one by one.

By rule and sparingly: a list of names is one question, and so is what cannot be split safely.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.language import COMMON_WORDS

_SENTENCE = re.compile(r"(?<=[?!])[\"”’)]*\s+|(?<=[^\W\d_]{3}[.;])\s+(?=[A-Z])")
_JOIN = re.compile(r"[,;]?\s+(?:and|or|but|as well as)\s+(?:also\s+)?|;\s+", re.I)
_LEADING_JOIN = re.compile(r"^(?:and|or|but|also|so)\b[, ]*", re.I)
_PREPOSITION = r"(?:by|in|at|on|from|to|for|with|of|about|since|until|under|after)"
_AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)"
)
_SUBJECT = r"(?:the|a|an|this|that|these|those|it|he|she|they|we|i|you|his|her|their|there)\b"
# Told apart from "how it works", which hangs on what stands before it.
_OPENS = re.compile(
    rf"(?:{_PREPOSITION}\s+)?(?:"
    rf"(?:who|whom|whose|what|which)(?:['’]s)?\s+(?!{_SUBJECT})"
    rf"|(?:when|where|why|how)(?:['’]s|\s+{_AUXILIARY}\b)"
    rf"|how\s+(?:many|much|long|often|far|old|big|large|high|soon|likely)\b)"
    rf"|{_PREPOSITION}\s+(?:when|whom|what|which)\W*$",
    re.I,
)
_INVERTED = re.compile(rf"{_AUXILIARY}\s+(?:{_SUBJECT}|(?-i:[A-Z]))", re.I)
_PERSON = re.compile(r"\b(?:he|him|his|she|her|hers)\b", re.I)
_PRONOUN = re.compile(
    r"\b(?:it|its|he|him|his|she|her|hers|they|them|their|theirs|this|these|those)\b", re.I
)
_WORD = re.compile(r"[^\W_]+")
_NAME = re.compile(r"(?<![\w'’])[A-Z][\w.&'’-]*")
_CAPITALISED = r"[^\W\d_a-z](?>[\w'’-]*)(?![.&]\w)"
_RUN = re.compile(rf"(?<![\w'’.&-]){_CAPITALISED}(?:[ ]{_CAPITALISED})+")
_POSSESSIVE = re.compile(r"(?<=[^\W_])['’]s?$", re.I)
_LEAST_WORDS = 2
MOST_PARTS = 4


def split(question: str) -> tuple[str, ...]:
    """The questions that `question` asks, each to be searched for; empty when it asks one thing.

    A part that leans on an earlier one keeps its pronoun and gets that one's names or telling
    words put behind it.

    >>> split("Who signed the deal with Peru, and what is it worth?")
    ('Who signed the deal with Peru?', 'what is it worth? (signed deal Peru)')
    >>> split("Does the trip include Malaysia, Japan and South Korea?")
    ()
    """
    clauses = [part for sentence in _sentences(question) for part in _clauses(sentence)]
    asking = [clause for clause in clauses if _asks(clause)]
    if len(asking) < 2 or len(asking) < len(clauses) or len(asking) > MOST_PARTS:
        return ()
    return tuple(_with_subject(clause, asking[:at]) for at, clause in enumerate(asking))


def _sentences(question: str) -> list[str]:
    return [part.strip() for part in _SENTENCE.split(question.strip()) if part.strip()]


def _clauses(sentence: str) -> list[str]:
    """The sentence cut where a joining word is followed by a clause that asks by itself."""
    cuts, start = [], 0
    for join in _JOIN.finditer(sentence):
        rest = sentence[join.end() :]
        if _asks(rest) and _asks(sentence[start : join.start()]):
            cuts.append((start, join.start()))
            start = join.end()
    cuts.append((start, len(sentence)))
    return [_LEADING_JOIN.sub("", sentence[a:b]).strip(" ,;?.!") for a, b in cuts]


def _asks(clause: str) -> bool:
    clause = _LEADING_JOIN.sub("", clause.strip())
    words = _WORD.findall(clause)
    if len(words) < _LEAST_WORDS:
        return False
    return bool(_OPENS.match(clause) or _INVERTED.match(clause))


def _with_subject(clause: str, earlier: list[str]) -> str:
    """The clause as a question, followed by what it speaks of where it does not name it."""
    question = f"{clause}?"
    bare = all(word.lower() in COMMON_WORDS for word in _WORD.findall(clause))
    if not earlier or _names(clause) or not (bare or _PRONOUN.search(clause)):
        return question
    # He or she is somebody named; "it" may be anything that was spoken of.
    person = _PERSON.search(clause)
    subject = next(
        (
            found
            for before in reversed(earlier)
            if (found := (person and _names(before)) or _telling(before))
        ),
        [],
    )
    return f"{question} ({' '.join(subject)})" if subject else question


def _telling(clause: str) -> list[str]:
    return [word for word in _WORD.findall(clause) if word.lower() not in COMMON_WORDS]


def _names(clause: str) -> list[str]:
    """Capitalised words that are no common ones, those that follow one another together."""
    runs = [" ".join(run) for run in _name_runs(clause)]
    within = " ".join(runs).split()
    single = [
        match[0].rstrip(".")
        for match in _NAME.finditer(clause)
        if match.start() and match[0].lower() not in COMMON_WORDS and match[0] not in within
    ]
    return [re.sub(r"['’]s?$", "", name) for name in [*runs, *single]]


def _name_runs(text: str) -> Iterator[list[str]]:
    """Runs of two and more capitalised words, cut at common words and after a possessive.

    >>> list(_name_runs("Did Lee Jae Myung's South Korea sign?"))
    [['Lee', 'Jae', "Myung's"], ['South', 'Korea']]
    """
    for match in _RUN.finditer(text):
        run: list[str] = []
        for word in (*match[0].split(" "), "the"):
            if word[:1].isupper() and word.lower() not in COMMON_WORDS:
                run.append(word)
                if not _POSSESSIVE.search(word):
                    continue
            if len(run) > 1:
                yield run
            run = []
