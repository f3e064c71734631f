"""Can the evidence answer this exact question? A probability from a handful of features.

Questions that cannot be answered often look as if they could: a name, a number or one word is
swapped for its opposite, or a "not" is put in. So the question is compared with the sentence that
fits it best, and with the passage around that. What follows from the probability is decided by
the caller.

The coefficients are those of two logistic regressions, made by `python -m tests.bench.gate` from
480 questions of SQuAD 2.0 on 16 articles: one for the evidence, one that joins it with what the
embedded local model says of it. On such adversarial questions they err often. At the thresholds in
`settings`, cross-validated: without a model 10% of the answerable are refused and 66% of the others
answered, with it 12% and 51% (more in RESULTS.md).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass

from assistant import late
from assistant.embedding import Embedder
from assistant.retrieval import Found
from assistant.types import Evidence
from assistant.wording import missing_dates, missing_names, missing_numbers

MOST_UNNAMED = 3
"""Names, numbers and dates counted as missing: more make a question no less answerable."""
_LEAST_CHANCE = 0.001
"""A model's P(yes) is taken to lie between this and 1 minus this, so that its logit is finite."""

_SHORTEST_TURNED = 4  # letters of a word that a prefix turns round: "into" is no opposite of "to"
_SHORTEST_ROOT = 4  # letters of a name that a word may be made from
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_NEGATION = re.compile(
    r"\b(?:not?|never|none|nor|neither|without|except|cannot|nobody|nothing|nowhere|unlike"
    r"|\w+n['’]t)\b",
    re.I,
)
# Words that deny without a negation: "is excluded" answers "What is not covered?".
_DENIAL = re.compile(
    r"\b(?:exclu|exempt|prohibit|forb[ia]d|bann?(?:ed|s)?\b|barred|refus|reject|den(?:y|ied|ies)\b"
    r"|fail|lack|unable|apart from|other than|absen(?:t|ce))",
    re.I,
)
_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "mis")
# Words that exclude one another where they stand for the same thing; the commonest in English.
_OPPOSITES = """
east west, eastern western, north south, northern southern, left right, upper lower, above below,
inner outer, inside outside, internal external, before after, begin end, began ended,
begins ends, beginning end, start finish, start end, starts ends, first last,
early late, earlier later, earliest latest,
old new, older newer, oldest newest, older younger, oldest youngest, modern ancient, past future,
increase decrease, increased decreased, increases decreases, rise fall, rose fell, raise lower,
raised lowered, gain lose, gained lost, expand contract, high low, higher lower, highest lowest,
large small, larger smaller, largest smallest, big small, bigger smaller, biggest smallest,
long short, longer shorter, longest shortest, slow fast, slower faster, slowest fastest,
strong weak, stronger weaker, strongest weakest, heavy light, heavier lighter, hot cold,
hotter colder, warm cool, wet dry, rich poor, richer poorer, most least, more less, more fewer,
most fewest, many few, maximum minimum, majority minority, major minor, best worst, better worse,
good bad, positive negative, active passive, simple complex, easy difficult, common rare,
same different, similar different, public private, legal illegal, domestic foreign, rural urban,
natural artificial, solid liquid, straight curved, even odd, open closed, opened closed,
always never, win lose, won lost, victory defeat, success failure, accept reject,
accepted rejected, accept refuse, accepted refused, approve reject, approved rejected,
allow forbid, allowed forbidden, allow ban, allowed banned, allows bans, permit prohibit,
permitted prohibited, support oppose, supported opposed, agree disagree, agreed disagreed,
include exclude, included excluded, includes excludes, add remove, added removed, join leave,
joined left, enter leave, appear disappear, create destroy, created destroyed, build destroy,
built destroyed, cause prevent, causes prevents, attract repel, attractive repulsive,
import export, imports exports, imported exported, buy sell, bought sold, lend borrow, hire fire,
hired fired, ease tighten, eased tightened, impose lift, imposed lifted, pass fail,
passed failed, war peace, friend enemy, ally enemy, allies enemies, birth death, born died,
father mother, son daughter, brother sister, husband wife, king queen, male female, man woman,
men women, boy girl, parent child, parents children, ancestor descendant, ancestors descendants,
employer employee, employers employees, teacher student, teachers students, summer winter,
day night, morning evening
"""


def _opposites(listed: str) -> Mapping[str, frozenset[str]]:
    pairs = [pair.split() for pair in listed.split(",")]
    both = [*pairs, *([second, first] for first, second in pairs)]
    words = {first for first, _ in both}
    return {word: frozenset(b for a, b in both if a == word) for word in words}


_OPPOSITE = _opposites(_OPPOSITES)


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for and against the evidence answering a question.

    Attributes:
        relevance: how likely the evidence is about the question at all (see `retrieval.Found`).
        weakest: how well that word of the question is met which the best sentence meets worst;
            about 0 to 1.
        unnamed: names, numbers and dates of the question that the best sentence's passage lacks,
            at most `MOST_UNNAMED`.
        opposed: 1 if the best sentence has, in place of a word of the question, its opposite.
        negated: 1 if the question has a negation and the best sentence denies nothing.
    """

    relevance: float
    weakest: float
    unnamed: float
    opposed: float
    negated: float


BIAS = -1.635
WEIGHTS = Features(relevance=1.593, weakest=0.796, unnamed=-0.741, opposed=-2.030, negated=-3.446)
"""What each feature adds to the logit of the probability, beside the bias."""
JUDGED_BIAS, EVIDENCE, SURE = -1.346, 0.544, 0.654
"""Where a model has judged: the bias, and the parts of that logit and of its P(yes)'s."""


def features(question: str, found: Found, embedder: Embedder) -> Features:
    """What the question and the evidence, of which there must be some, look like side by side.

    Args:
        question: as it is put to the documents.
        found: what there is to answer it from.
        embedder: one that gives vectors of words; without them `weakest` says nothing.
    """
    best = max(found.evidence, key=lambda each: each.score)
    [words] = embedder.encode([best.text]).words
    return Features(
        relevance=found.relevance,
        weakest=_weakest(embedder.probe(question).words, words),
        unnamed=float(min(MOST_UNNAMED, len(unnamed(question, _around(best))))),
        opposed=float(is_opposed(question, best.text)),
        negated=float(is_negated(question) and not denies(best.text)),
    )


def probability(found: Features, sure: float | None = None) -> float:
    """How likely the evidence answers the question.

    Args:
        found: what there is to go by.
        sure: a model's P(yes); None where none was asked.
    """
    parts = zip(astuple(WEIGHTS), astuple(found), strict=True)
    total = BIAS + sum(weight * value for weight, value in parts)
    if sure is not None:
        total = JUDGED_BIAS + EVIDENCE * total + SURE * logit(sure)
    return 1 / (1 + math.exp(-total))


def logit(chance: float) -> float:
    """The logarithm of the odds, of a chance kept away from 0 and 1.

    >>> logit(0.5), round(logit(1), 1)
    (0.0, 6.9)
    """
    kept = min(max(chance, _LEAST_CHANCE), 1 - _LEAST_CHANCE)
    return math.log(kept / (1 - kept))


def is_negated(text: str) -> bool:
    """Whether a text has a word that negates.

    >>> is_negated("What isn't taxed?"), is_negated("Who signed nothing?"), is_negated("A note.")
    (True, True, False)
    """
    return _NEGATION.search(text) is not None


def denies(text: str) -> bool:
    """Whether a text says of something that it is not so, with a negation or in another word.

    >>> denies("Alcohol is excluded."), denies("It never rains."), denies("Alcohol is included.")
    (True, True, False)
    """
    return is_negated(text) or _DENIAL.search(text) is not None


def is_opposed(question: str, text: str) -> bool:
    """Whether the text has the opposite of a word of the question, and not the word itself.

    >>> is_opposed("Who banned imports?", "They banned exports.")
    True
    >>> is_opposed("What was unlawful?", "It was lawful.")
    True
    >>> is_opposed("Who won?", "He won or lost.")
    False
    """
    there = _words(text)
    return any(_opposites_of(word) & there for word in _words(question) - there)


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


def _opposites_of(word: str) -> set[str]:
    """The listed ones, and the word with or without a prefix that turns it round."""
    longer = {prefix + word for prefix in _PREFIXES} if len(word) >= _SHORTEST_TURNED else set()
    bare = {word.removeprefix(prefix).lstrip("-") for prefix in _PREFIXES} - {word}
    shorter = {each for each in bare if len(each) >= _SHORTEST_TURNED}
    return {*_OPPOSITE.get(word, ()), *longer, *shorter}


def unnamed(question: str, text: str) -> list[str]:
    """Names, numbers and dates of the question that the text lacks, in no order that matters.

    A name that some word of the text is made from does not lack.

    >>> unnamed("Did Japan and Peru pay 3 million?", "The Japanese paid $3 million.")
    ['Peru']
    """
    words = _words(text)
    names = [name for name in missing_names(question, text) if not _made_into(name, words)]
    return [
        *dict.fromkeys((*names, *missing_numbers(question, text), *missing_dates(question, text)))
    ]


def _made_into(name: str, words: set[str]) -> bool:
    """Whether one of the words begins as the name does: "Korean", "Chinese"."""
    whole = re.sub(r"['’]s?$", "", name).lower()
    begun = whole[: max(_SHORTEST_ROOT, len(whole) - 1)]
    return len(whole) >= _SHORTEST_ROOT and any(word.startswith(begun) for word in words)


def _around(evidence: Evidence) -> str:
    """The passage that a sentence stands in, with its title and heading."""
    passage = evidence.passage
    return "\n".join((passage.document.title, passage.heading, passage.text))


def _weakest(question: late.Floats, words: bytes) -> float:
    """What the word of the question that is met worst is offered by some word of a sentence."""
    if not len(question) or not words:
        return 0.0
    [similar] = late.met(question, [words])
    return float(similar.max(axis=0).min()) / math.sqrt(question.shape[1])
