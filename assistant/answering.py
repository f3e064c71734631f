"""From a question to an answer whose every statement was checked against the words it cites.

search -> evidence -> gate -> model -> statements -> check -> Answer. Finding is retrieval's job
and comparing is checking's; this module puts them in order and decides what may be said.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from assistant import conflicts, conversation, prompts, replies
from assistant.errors import UsageError
from assistant.fencing import neutral
from assistant.filters import Filter
from assistant.grounding import ground
from assistant.llm import Model, Piece
from assistant.replies import Claim
from assistant.retrieval import Found, Retriever
from assistant.settings import Settings
from assistant.types import (
    Answer,
    Checked,
    Citation,
    Conflict,
    Correction,
    Draft,
    Event,
    Evidence,
    Searched,
    Statement,
    Status,
    Usage,
)
from assistant.wording import shared_words

MOST_CHARACTERS = 4000
"""Longest question: many times what a person asks, and short enough for any model's context."""
ANSWER_TOKENS = 200
"""Most tokens a model may write for one answer."""
QUOTED_SHARE = 0.75
"""Least score of a quoted sentence, as a share of the best one's."""
SURE = 0.85
"""P(yes) from which a statement with a slip is repaired by quoting what it was drawn from."""
DRAWN_FROM = 0.6
"""Least share of such a statement's content words that the quoted sentence has."""
NEAREST = 3
"""Sentences shown when the documents do not say."""


class Answerer:
    """Answers questions from one library: with a model or, without one, in quotes."""

    def __init__(self, retriever: Retriever, model: Model | None, settings: Settings) -> None:
        self._retriever = retriever
        self._model = model
        self._settings = settings
        self._prompt = prompts.load("answer") if model else None

    def stream(
        self,
        question: str,
        history: Sequence[conversation.Turn] = (),
        where: Filter | None = None,
    ) -> Iterator[Event]:
        """Yield what happens as it happens, and last the `Answer`.

        Only documents that `where` lets through are answered from.

        Raises:
            UsageError: the question is empty or longer than `MOST_CHARACTERS`, or no document
                matches the filter.
            NoUsableIndexError, ModelError: the index or the model cannot be used.
        """
        course = _Course(question, _understood(question, history))
        with course.timed("retrieval"):
            searched = self._retriever.explain(course.standalone, where=where)
            # A misspelt name is in no document; the right one is what is to be answered.
            course.spelt = searched.text or course.standalone
            found = self._retriever.evidence(course.spelt, searched.hits)
        course.corrections = searched.corrections
        yield Searched(course.standalone, found.evidence)
        claims = yield from self._claims(course, found)
        statements = []
        for claim in claims:
            with course.timed("checking"):
                statement = self._checked(course, claim, found.evidence)
            statements.append(statement)
            if self._shown(statement):
                yield Checked(statement, tuple(course.citations))
        if told := [each for each in found.others if course.cited(each)]:
            with course.timed("checking"):
                course.conflicts = conflicts.find(course.spelt, told, found.others, course.cite)
        yield self._answer(course, statements, found.evidence)

    def _claims(self, course: _Course, found: Found) -> Generator[Event, None, list[Claim]]:
        """What might be said, unchecked; nothing where the gate finds the question unanswered."""
        if not found.evidence:
            return []
        if self._model is None:
            enough = found.relevance >= self._settings.quote_relevance
            return self._quotes(found.evidence) if enough else []
        if found.relevance < self._settings.ask_relevance:
            return []
        return (yield from self._written(course, found))

    def _quotes(self, evidence: Sequence[Evidence]) -> list[Claim]:
        """The best sentences as they stand, in the order in which they are worth reading."""
        scores = sorted((e.score for e in evidence), reverse=True)
        least = max(QUOTED_SHARE * scores[0], scores[: self._settings.quotes][-1])
        return [Claim(_one_line(e.text), (e.number,)) for e in evidence if e.score >= least]

    def _written(self, course: _Course, found: Found) -> Generator[Event, None, list[Claim]]:
        """What the model says, unless it or the gate finds that the evidence does not state it."""
        assert self._model is not None
        assert self._prompt is not None
        numbered = "\n".join(f"[{e.number}] {neutral(e.text)}" for e in found.evidence)
        messages = self._prompt.fill(evidence=numbered, question=course.spelt)
        reply, shown, spent, doubted = "", 0, Usage(calls=1), False
        pieces = self._model.stream(messages, max_tokens=ANSWER_TOKENS)
        with course.timed("model"), closing(pieces):
            for piece in pieces:
                spent = piece.usage or spent
                doubted = doubted or (not reply and self._doubts(course, piece, found))
                if doubted and spent.prompt_tokens:
                    break  # what a server has not counted yet must be waited for
                reply += piece.text
                draft = "" if doubted or replies.is_no(reply) else replies.body(reply, False)
                if len(draft) > shown:
                    yield Draft(draft[shown:])
                    shown = len(draft)
        course.usage += spent
        return [] if doubted or replies.is_no(reply) else replies.claims(reply)

    def _doubts(self, course: _Course, first: Piece, found: Found) -> bool:
        """Whether the model, by the first token it writes, doubts that the evidence answers.

        The probability of "yes" tells more than the word itself (Kadavath et al. 2022, "Language
        Models (Mostly) Know What They Know").
        """
        confidence = replies.confidence(first.probabilities)
        course.sure = confidence is not None and confidence >= SURE and not found.missing
        return confidence is not None and confidence < self._settings.confidence

    def _checked(self, course: _Course, claim: Claim, evidence: Sequence[Evidence]) -> Statement:
        """The claim with the fewest sentences that support it, wherever the model pointed.

        A claim that nothing supports gives way to the sentence it was drawn from, if it is plain
        which one that is and the model was sure that the answer is there.
        """
        same = [e for e in evidence if _one_line(e.text) == claim.text]
        ordered = same[:1] or self._retriever.closest(claim.text, evidence)
        cited, found = ground(claim.text, ordered, course.spelt)
        if found.verdict != "supported" and self._may_quote(course, ordered[0], claim):
            # The answer is there and was told with a slip: the sentence itself tells it right.
            number = course.cite(ordered[0])
            return Statement(_one_line(ordered[0].text), (number,), "supported")
        invented = [n for n in claim.cited if not 1 <= n <= len(evidence)]
        findings = (
            *found.findings,
            *(f"it cites [{n}], which is no sentence it was given" for n in invented),
        )
        numbers = tuple(course.cite(e) for e in cited) if found.verdict == "supported" else ()
        return Statement(claim.text, numbers, found.verdict, findings)

    def _may_quote(self, course: _Course, evidence: Evidence, claim: Claim) -> bool:
        """Whether a claim with a slip may give way to a sentence that has not been told yet."""
        plain = shared_words(claim.text, evidence.text) >= DRAWN_FROM
        return self._settings.strict and course.sure and plain and not course.cited(evidence)

    def _answer(
        self, course: _Course, statements: Sequence[Statement], evidence: Sequence[Evidence]
    ) -> Answer:
        shown = tuple(s for s in statements if self._shown(s))
        supported = all(s.verdict == "supported" for s in statements)
        status: Status = "answered" if supported else "partial"
        nearest = () if shown else tuple(_citation(e.number, e) for e in evidence[:NEAREST])
        return Answer(
            question=course.question,
            standalone_question=course.standalone,
            status=status if shown else "not_in_documents",
            statements=shown,
            citations=tuple(course.citations) if shown else (),
            nearest=nearest,
            model=self._model.name if self._model else "none",
            usage=course.usage,
            timings=course.timings,
            corrections=course.corrections,
            conflicts=course.conflicts if shown else (),
        )

    def _shown(self, statement: Statement) -> bool:
        return statement.verdict == "supported" or not self._settings.strict


@dataclass(slots=True)
class _Course:
    """What one question has cost and cited so far."""

    question: str
    standalone: str
    spelt: str = ""  # the same with slips in names put right
    sure: bool = False
    corrections: tuple[Correction, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    usage: Usage = field(default_factory=Usage)
    citations: list[Citation] = field(default_factory=list)
    timings: dict[str, float] = field(
        default_factory=lambda: {"retrieval": 0.0, "model": 0.0, "checking": 0.0}
    )

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.timings[stage] += time.perf_counter() - begun

    def cite(self, evidence: Evidence) -> int:
        """Number of the citation of this sentence, the same one whenever it is cited again."""
        if (before := self.cited(evidence)) is not None:
            return before.number
        self.citations.append(_citation(len(self.citations) + 1, evidence))
        return len(self.citations)

    def cited(self, evidence: Evidence) -> Citation | None:
        """The citation of this sentence, if it was cited before."""
        place = (evidence.passage.document, evidence.sentence.start)
        return next((c for c in self.citations if (c.document, c.start) == place), None)


def _understood(question: str, history: Sequence[conversation.Turn]) -> str:
    """The question as it is searched for."""
    if not question.strip():
        raise UsageError("the question is empty; ask one in words.")
    if len(question) > MOST_CHARACTERS:
        raise UsageError(
            f"the question has {len(question):,} characters; ask it in {MOST_CHARACTERS:,} or less."
        )
    return conversation.standalone(question, history)[-MOST_CHARACTERS:]


def _citation(number: int, evidence: Evidence) -> Citation:
    document, sentence = evidence.passage.document, evidence.sentence
    return Citation(
        number,
        document,
        sentence.start,
        sentence.end,
        document.page_of(sentence.start),
        evidence.copies,
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
