"""One answer against what is known of its question: is it right, and are its citations?

An answer's text is compared without case, punctuation and articles, by rules of its own: those by
which the program checks itself must not judge it too. Asking and adding up is left to others.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.answers import Answer
from assistant.documents import Citation, Document
from assistant.evaluation.datasets import Gold
from assistant.evaluation.judgements import Span

ARTICLES = frozenset({"a", "an", "the"})

_GROUPED = re.compile(r"(?<=\d),(?=\d{3})")
_INITIAL = re.compile(r"(?<=\b[^\W\d_])\.")
_WORD = re.compile(r"\d+(?:\.\d+)+|\w+")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question.

    What cannot be told, because the file does not say what is right, is None.

    Attributes:
        id, question, answerable: of the question.
        model: which model answered.
        status: of the answer.
        text: its statements, without markers; empty where it was refused.
        refused: whether it was.
        right: the text is what it should be.
        cited: a citation points at the evidence.
        good_citations: how many do.
        f1: of the text's words and those of the likest right answer.
        all_right: each of the right answers was given.
        wrong: a wrong answer was given; None where none is known.
        undisputed: so it was, and nothing said that sources differ.
        verdicts: how many statements have which verdict; `repaired` and `dropped` where told.
        seconds: from the question to the whole answer.
        usage, timings, statements, citations: those of `Answer.to_dict`.
    """

    id: str
    question: str
    answerable: bool
    model: str
    status: str
    text: str
    refused: bool
    right: bool | None = None
    cited: bool | None = None
    good_citations: int | None = None
    f1: float | None = None
    all_right: bool | None = None
    wrong: bool | None = None
    undisputed: bool | None = None
    verdicts: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    usage: Mapping[str, int] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)
    statements: Sequence[Mapping[str, Any]] = ()
    citations: Sequence[Mapping[str, Any]] = ()


def score(gold: Gold, answer: Answer, seconds: float = 0.0) -> Outcome:
    """What became of a question, by what is known of its answer."""
    told = answer.to_dict()
    text = " ".join(statement.text for statement in answer.statements)
    refused = answer.status == "not_in_documents"
    good = sum(points_at(citation, gold.evidence) for citation in answer.citations)
    misleading = _only_wrong(gold)
    wrong = any(gives(text, w, gold.answers) for w in misleading) if misleading else None
    return Outcome(
        id=gold.id,
        question=gold.text,
        answerable=gold.answerable,
        model=answer.model,
        status=answer.status,
        text=text,
        refused=refused,
        right=not refused and is_right(gold, text) if gold.has_key else None,
        cited=good > 0 if gold.evidence else None,
        good_citations=good if gold.evidence else None,
        f1=_best_f1(gold, text),
        all_right=_all_right(gold, text),
        wrong=wrong,
        undisputed=wrong and not told.get("conflicts"),
        verdicts=_verdicts(told),
        seconds=round(seconds, 4),
        usage=told["usage"],
        timings=told["timings"],
        statements=told["statements"],
        citations=told["citations"],
    )


def is_right(gold: Gold, text: str) -> bool:
    """Whether a text matches what it must and nothing it must not, and gives a right answer."""
    return (
        all(pattern.search(text) for pattern in gold.must)
        and not any(pattern.search(text) for pattern in gold.must_not)
        and (not gold.answers or any(gives(text, a, gold.wrong_answers) for a in gold.answers))
    )


def gives(text: str, answer: str, others: Iterable[str] = ()) -> bool:
    """Whether the text holds the answer, and not as a part of one of the others.

    >>> gives("There were 3,559 people, the census said.", "the 3559 people")
    True
    >>> gives("American football.", "Football", ["American football"])
    False
    """
    # What is made of articles alone ("A") is compared with them.
    articles = not words(answer)
    told, wanted = _spaced(text, articles), _spaced(answer, articles)
    for other in (_spaced(other, articles) for other in others):
        if wanted in other and wanted != other:
            told = told.replace(other, "  ")
    return wanted in told if wanted else answer.strip() in text


def words(text: str, articles: bool = False) -> list[str]:
    """The words of a text in one form: without case, punctuation, possessives and articles.

    >>> words("The U.S. Army’s 1,200 men (8.5%)")
    ['us', 'army', '1200', 'men', '8.5']
    """
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    plain = re.sub(r"'s\b", "", _GROUPED.sub("", _INITIAL.sub("", plain)))
    return [word for word in _WORD.findall(plain) if articles or word not in ARTICLES]


def _spaced(text: str, articles: bool) -> str:
    """The words, each between two blanks of its own, so that whole words alone are found."""
    return "".join(f" {word} " for word in words(text, articles))


def token_f1(text: str, answer: str) -> float:
    """Harmonic mean of precision and recall of the words that text and answer share (SQuAD).

    >>> token_f1("It is the electric element.", "electric element")
    0.6666666666666666
    """
    told, wanted = Counter(words(text)), Counter(words(answer))
    both = (told & wanted).total()
    return 2 * both / (told.total() + wanted.total()) if both else 0.0


def points_at(citation: Citation, evidence: Collection[Span]) -> bool:
    """Whether a citation shares words with the evidence, in its own document or in a copy of it."""
    copies = {copy.id: copy for copy in citation.copies}
    return any(
        max(span.start, citation.start) < min(span.end, citation.end)
        if span.document == citation.document.id
        else span.document in copies and _told_by(citation, copies[span.document], span)
        for span in evidence
    )


def _told_by(citation: Citation, copy: Document, span: Span) -> bool:
    return copy.text[span.start : span.end] in citation.quote


def _only_wrong(gold: Gold) -> list[str]:
    """The wrong answers that are not right as well, which happens where names are shared."""
    right = {tuple(words(answer)) for answer in gold.answers}
    return [answer for answer in gold.wrong_answers if tuple(words(answer)) not in right]


def _all_right(gold: Gold, text: str) -> bool | None:
    if not gold.answers or not gold.all_wanted:
        return None
    return all(gives(text, answer, gold.wrong_answers) for answer in gold.answers)


def _best_f1(gold: Gold, text: str) -> float | None:
    if not gold.answers or gold.all_wanted:
        return None
    return max(token_f1(text, answer) for answer in gold.answers)


def _verdicts(told: Mapping[str, Any]) -> dict[str, int]:
    """Statements by verdict, with those that were repaired and dropped where the answer tells."""
    counts = Counter(statement["verdict"] for statement in told["statements"])
    counts["repaired"] = sum(bool(statement.get("repaired")) for statement in told["statements"])
    counts["dropped"] = told.get("dropped", 0)
    return dict(+counts)
