"""Does a statement say what its sentences say? Hard rules with a veto, and a calibrated support.

A rule that finds another number, date, code, name or a negation has a veto, whatever else speaks
for the statement. What no rule can tell, whether other words say the same, is a probability: from a
few signals of the words in common and, where one is asked, from a language model's judgement. Soft
rules tell what a reader may miss (a condition, a hedge, who said it): by rules alone a statement is
then supported in part, and a language model may find that it is all there in other words.

The weights are those of two logistic regressions, made by `python -m tests.bench.check_fit` from
the halves of public sets that are for fitting.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from itertools import pairwise

from assistant.answers import Verdict
from assistant.checking.comparison import Comparison, Finding, Likeness
from assistant.checking.rules import (
    attribution,
    dates,
    direction,
    figures,
    links,
    modality,
    names,
    novelty,
    polarity,
    quantifiers,
    references,
    replacement,
    requests,
    speakers,
    tables,
)
from assistant.language import lexicon, quantities

Rule = Callable[[Comparison], Iterator[Finding]]

_RULES: tuple[Rule, ...] = (
    figures.numbers,
    tables.tables,
    dates.dates,
    dates.relative,
    references.references,
    names.quotes,
    names.names,
    names.referred,
    names.roles,
    replacement.replaced,
    direction.turned,
    polarity.polarity,
    requests.requests,
    speakers.speakers,
    novelty.echo,
)
"""Rules with a veto."""
_RESERVATIONS: tuple[Rule, ...] = (
    polarity.remote,
    modality.modality,
    modality.certainty,
    attribution.attribution,
    attribution.grounds,
    speakers.unattributed,
    links.conditions,
    links.links,
    quantifiers.quantifiers,
    quantifiers.one_of,
)
"""Rules that find what may be left out, and err too often for a veto."""
_GRAVEST: tuple[Verdict, ...] = ("contradicted", "unsupported", "partly")

LEAST_SUPPORT = 0.45
"""Probability from which a statement counts as supported, by rules alone."""
LEAST_SUPPORT_JUDGED = 0.5
"""The same where a language model was asked."""
MOST_UNSAID_BY_RULES = 0.45
"""Share of words that the sentences lack above which no likeness of words makes up for them."""
PARTLY = 0.25
"""Probability from which a statement that is not supported is called partly so."""
MOST_UNSAID = 0.7
"""Share of words that the sentences lack above which no model's word is taken for a statement."""
MOST_LISTED = 4
"""Most words that are told as lacking."""
_WORD = re.compile(r"\w+|[$€£¥%]")
_FAR = 0.3  # cosine of word vectors below which no word comes near
_LEAST_CHANCE = 0.01  # a model's P(yes) is taken to lie between this and 1 minus this


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for sentences saying a statement, without any rule.

    Attributes:
        unsaid: share of the statement's words of meaning that the sentences lack.
        in_order: share of the statement's pairs of words that stand so in the sentences.
        nearness: mean cosine of the words that they lack to their nearest words; 1 without any.
        lacking: how many of these there are, of 5 at most.
        far: how many of them no word comes near, of 4 at most.
        length: logarithm of the number of the statement's words of meaning.
        negations: by how many negations the two differ.
    """

    unsaid: float
    in_order: float
    nearness: float
    lacking: float
    far: float
    length: float
    negations: float


BIAS, WEIGHTS = 0.195, Signals(-1.798, 0.356, 1.434, 1.552, -0.961, -0.507, 0.026)
"""By rules alone."""
JUDGED_BIAS, JUDGED, JUDGED_UNSAID, JUDGED_IN_ORDER = 1.422, 1.246, -0.856, -5.146
"""Where a language model has judged: the bias, and the parts of its logit and of two signals."""


@dataclass(frozen=True, slots=True)
class Check:
    """What comparing a statement with its sentences found.

    Attributes:
        verdict: `supported`, or what stands against it.
        findings: what differs, each difference once, in words a reader understands; of a statement
            that is supported what a reader should know besides.
        shared: share of the statement's words that the sentences have; 1 where it was not needed.
        lacking: whether the sentences only say too little, so that others may say the rest.
        vetoed: whether a rule found what no likeness makes good.
        support: probability that the sentences say the statement.
        signals: what that was told from; None where it is sure.
    """

    verdict: Verdict
    findings: tuple[str, ...] = ()
    shared: float = 1.0
    lacking: bool = False
    vetoed: bool = False
    support: float = 1.0
    signals: Signals | None = None

    @property
    def has_reservations(self) -> bool:
        """Whether it is supported, but a reader should know what else is said."""
        return self.verdict == "supported" and bool(self.findings)


def check(
    statement: str,
    sentences: Sequence[str],
    context: str = "",
    question: str = "",
    likeness: Likeness | None = None,
) -> Check:
    """Compare a statement with the sentences it cites.

    Numbers, dates and quoted words must stand in the sentences themselves. So must names, but one
    that the statement opens with or that owns something may stand in `context` instead, the words
    before the sentences, which say who "the president" or "his" in them is. The words of the
    `question` may be repeated, but what is added to them must be in the sentences. Words that no
    list of synonyms knows may stand for others where `likeness` finds them near enough in meaning;
    without it they count as missing.

    >>> check("The tariff is 50%.", ["He threatened a 100% tariff."]).findings[0]
    'the cited words have 100%, not 50%'
    """
    if not sentences:
        return Check("unsupported", ("no sentence supports it",), 0.0, lacking=True)
    plain = _plain(statement)
    if any(plain == _plain(sentence) for sentence in sentences):
        return Check("supported")
    compared = Comparison(statement, sentences, context, question, likeness)
    found = [finding for rule in _RULES for finding in rule(compared)]
    against = [finding for finding in found if finding.verdict != "partly"]
    besides = [finding for finding in found if finding.verdict == "partly"]
    besides += [finding for rule in _RESERVATIONS for finding in rule(compared)]
    signals, missed = _signals(compared)
    support = 0.0 if against else _chance(BIAS, WEIGHTS, signals)
    verdicts = {finding.verdict for finding in against}
    verdict: Verdict = next((v for v in _GRAVEST if v in verdicts), "supported")
    if verdict == "contradicted" and references.is_of_another(compared):
        verdict = "unsupported"
    doubtful = support < LEAST_SUPPORT or signals.unsaid > MOST_UNSAID_BY_RULES
    if not against and (besides or doubtful):
        verdict = "partly" if support >= PARTLY else "unsupported"
    told = [*against, *besides]
    if verdict != "supported" and missed:
        told.append(_lacking(missed))
    return Check(
        verdict,
        tuple(f.text for f in _once(told)),
        compared.shared,
        all(finding.lacking for finding in against),
        bool(against),
        support,
        signals,
    )


def judged(found: Check, chance: float | None) -> Check:
    """The check with a language model's P(yes) that the sentences say the statement, if it told.

    It can neither lift a veto nor doubt a statement that stands in the sentences as it is.
    """
    if chance is None or found.vetoed or found.signals is None:
        return found
    if found.signals.unsaid > MOST_UNSAID:
        return found
    kept = min(max(chance, _LEAST_CHANCE), 1 - _LEAST_CHANCE)
    total = (
        JUDGED_BIAS
        + JUDGED * math.log(kept / (1 - kept))
        + JUDGED_UNSAID * found.signals.unsaid
        + JUDGED_IN_ORDER * found.signals.in_order
    )
    support = 1 / (1 + math.exp(-total))
    if support >= LEAST_SUPPORT_JUDGED:
        return replace(found, verdict="supported", support=support)
    findings = found.findings or ("the language model doubts that the cited words say this",)
    verdict: Verdict = "partly" if support >= PARTLY else "unsupported"
    return replace(found, verdict=verdict, support=support, findings=findings)


def _chance(bias: float, weights: Signals, signals: Signals) -> float:
    parts = zip(astuple(weights), astuple(signals), strict=True)
    return 1 / (1 + math.exp(-bias - sum(weight * value for weight, value in parts)))


def _signals(compared: Comparison) -> tuple[Signals, list[str]]:
    """The signals, and the words that the sentences lack."""
    told = [w for w in compared.said.words if w.content and w.stem not in lexicon.LIGHT]
    missed = [
        w
        for w in compared.content
        if not compared.has(w.stem)
        and w.stem not in compared.context_stems | compared.question_stems
    ]
    near = [compared.nearness.get(w.lower, 0.0) for w in missed]
    signals = Signals(
        unsaid=1 - compared.known,
        in_order=_in_order(compared),
        nearness=sum(near) / len(near) if near else 1.0,
        lacking=min(5, len(missed)) / 5,
        far=min(4, sum(each < _FAR for each in near)) / 4,
        length=math.log(1 + len(told)),
        negations=abs(compared.negations_more),
    )
    return signals, [w.text for w in missed]


def _in_order(compared: Comparison) -> float:
    """Share of the statement's pairs of neighbouring words that are pairs in the sentences, too."""
    stems = [[w.stem for w in reading.words] for reading in (compared.said, *compared.sources)]
    theirs = [set(pairwise(words)) for words in stems[1:]]
    pairs = list(pairwise(stems[0]))
    there = set().union(*theirs)
    return sum(pair in there for pair in pairs) / len(pairs) if pairs else 1.0


def _lacking(words: Sequence[str]) -> Finding:
    listed = ", ".join(f"“{word}”" for word in dict.fromkeys(words[:MOST_LISTED]))
    return Finding("partly", f"the cited words do not have {listed}", tuple(words[:MOST_LISTED]))


def _once(found: Iterable[Finding]) -> list[Finding]:
    """The findings without those that tell no more than another one does."""
    distinct = list({finding.text: finding for finding in reversed(list(found))}.values())[::-1]
    kept: list[Finding] = []
    for finding in sorted(distinct, key=lambda f: -len(f.words)):
        if not finding.words or not any(finding.words <= other.words for other in kept):
            kept.append(finding)
    return [finding for finding in distinct if finding in kept]


def _plain(text: str) -> str:
    """Its words in small letters, and its quantities in one way of writing them."""
    rest, parts = 0, []
    for each in quantities(text):
        worth = f"{each.value!r} {each.unit} {each.comparison}"
        parts += [*_WORD.findall(text[rest : each.start].lower()), worth]
        rest = each.start + len(each.shown)
    return " ".join([*parts, *_WORD.findall(text[rest:].lower())])
