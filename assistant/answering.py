"""From a question to an answer whose every statement was checked against the words it cites.

search -> evidence -> gate -> model -> statements -> check -> Answer. Finding is retrieval's job
and comparing is checking's; this module puts them in order and decides what may be said.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from assistant import (
    aggregation,
    conflicts,
    conversation,
    gaps,
    gate,
    prompts,
    repairing,
    replies,
    rewriting,
)
from assistant.checking import Check
from assistant.course import Course, Judged, citation
from assistant.errors import ModelError, UsageError
from assistant.fencing import neutral
from assistant.filters import Filter
from assistant.grounding import ground
from assistant.llm import Model, Piece
from assistant.replies import Claim
from assistant.retrieval import EVIDENCE_PASSAGES, Found, Retriever
from assistant.settings import Settings
from assistant.types import (
    Answer,
    Checked,
    Draft,
    Event,
    Evidence,
    Hit,
    Reason,
    Searched,
    Statement,
    Understood,
    Usage,
    Withdrawn,
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
BESIDE_THE_POINT, TO_THE_POINT = 0.34, 0.5
"""Share of the question's content words below which an answer, its sentences included, may be about
something else; and the least share of a sentence that is then told, too."""
ALIKE, SAID = 0.32, 0.5
"""Cosines in context from which a word of the evidence may say what a word of the question says,
and from which it is taken to: "rattled" is alike to "nervous"."""
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
        course = Course(question, _usable(question))
        self._understand(course, history)
        if course.standalone != course.question.strip():
            yield Understood(course.standalone)
        with course.timed("retrieval"):
            searched = self._retriever.explain(course.standalone, where=where)
            # A misspelt name is in no document; the right one is what is to be answered.
            course.spelt = searched.text or course.standalone
            found = self._retriever.evidence(course.spelt, searched.hits)
            course.read = _words(searched.hits[:EVIDENCE_PASSAGES])
            course.corrections, course.parts = searched.corrections, searched.parts
            self._look_for_gaps(course, found)
            course.asks_for_all = aggregation.needs_all(course.spelt, found.evidence)
        yield Searched(course.standalone, found.evidence)
        hopeless = course.baseless or course.asks_for_all
        claims = [] if hopeless else (yield from self._claims(course, found))
        judged = self._judged(course, claims, found.evidence)
        statements = yield from self._told(course, judged, found.evidence)
        if told := [each for each in found.others if course.cited(each)]:
            with course.timed("checking"):
                course.conflicts = conflicts.find(course.spelt, told, found.others, course.cite)
        yield self._answer(course, statements, found)

    def _understand(self, course: Course, history: Sequence[conversation.Turn]) -> None:
        """Make the question one that stands alone, where it leans on the conversation.

        A model that runs here reads slowly and often goes wrong at it: it is asked where the rules
        are not sure. What a model makes of the question is used if it passes the rules' check.
        """
        context = conversation.read(history)
        leaning = conversation.leans(course.standalone, context)
        if leaning is None:
            return
        by_rule, written = conversation.resolved(leaning, context), None
        if self._model and not (self._model.runs_here and by_rule.sure):
            with course.timed("understanding"):
                written, spent = rewriting.rewritten(
                    course.standalone, leaning, context, self._model
                )
            course.usage += spent
        course.standalone = (written or by_rule.text)[-MOST_CHARACTERS:]

    def _look_for_gaps(self, course: Course, found: Found) -> None:
        """Note what the question names that nothing found has, and whether it rests on that."""
        missing = gaps.not_found(course.spelt, course.read) if found.evidence else ()
        words = [each for each in missing if gaps.is_word(each)]
        texts = [each.text for each in found.evidence]
        near = self._retriever.likeness(course.spelt, *texts) if words else {}
        # A word of which that is not known may well be said in another one.
        nearness = dict.fromkeys(missing, 0.0) | {w: near.get(w.lower(), 1.0) for w in words}
        course.missing = tuple(each for each in missing if nearness[each] < SAID)
        course.unlike = tuple(each for each in missing if nearness[each] < ALIKE)
        # Of several questions another one may well be answered.
        whole = not course.parts
        course.baseless = whole and gaps.takes_for_granted(course.spelt, course.unlike)

    def _claims(self, course: Course, found: Found) -> Generator[Event, None, list[Claim]]:
        """What might be said, unchecked; nothing where the gate finds the question unanswered."""
        if not found.evidence:
            return []
        if self._model and found.relevance < self._settings.ask_relevance:
            return []
        course.seen = gate.features(course.spelt, found, self._retriever.sentence_embedder)
        if self._model is None:
            enough = gate.probability(course.seen) >= self._settings.quote_confidence
            fit = [e for e in found.evidence if aggregation.bears_out(course.spelt, [e])]
            course.asks_for_all = not fit
            return self._quotes(fit) if enough and fit else []
        written = yield from self._written(course, found)
        return _completed(course.spelt, written, found.evidence)

    def _quotes(self, evidence: Sequence[Evidence]) -> list[Claim]:
        """The best sentences as they stand, in the order in which they are worth reading."""
        scores = sorted((e.score for e in evidence), reverse=True)
        least = max(QUOTED_SHARE * scores[0], scores[: self._settings.quotes][-1])
        return [Claim(_one_line(e.text), (e.number,)) for e in evidence if e.score >= least]

    def _written(self, course: Course, found: Found) -> Generator[Event, None, list[Claim]]:
        """What the model says, unless it or the gate finds that the evidence does not state it."""
        assert self._model is not None
        assert self._prompt is not None
        numbered = "\n".join(f"[{e.number}] {neutral(e.text)}" for e in found.evidence)
        course.messages = self._prompt.fill(evidence=numbered, question=course.spelt)
        reply, spent, doubted = "", Usage(calls=1), False
        pieces = self._model.stream(
            course.messages, max_tokens=ANSWER_TOKENS, fixed=len(course.messages) - 1
        )
        with closing(pieces):
            for piece in course.timed_each("model", pieces):
                spent = piece.usage or spent
                doubted = doubted or (not reply and self._doubts(course, piece, found))
                if doubted and spent.prompt_tokens:
                    break  # what a server has not counted yet must be waited for
                reply += piece.text
                if piece.text and not doubted:
                    yield from self._drafted(course, replies.begun(reply), found.evidence)
        course.usage += spent
        course.messages.append({"role": "assistant", "content": reply})
        claims = [] if doubted or replies.is_no(reply) else replies.claims(reply)
        yield from self._drafted(course, claims, found.evidence, finished=True)
        if not course.agrees(claims):
            yield from map(Withdrawn, range(len(course.draft.texts)))
            course.start_over()
        return claims

    def _drafted(
        self,
        course: Course,
        claims: Sequence[Claim],
        evidence: Sequence[Evidence],
        finished: bool = False,
    ) -> Iterator[Event]:
        """What there is to tell of a reply that has got so far; the last claim may go on.

        What is whole is checked. What is not supported may be put right once all is written.
        """
        for number, text in course.draft.more(claims, finished):
            yield Draft(text, number)
        if course.draft.is_torn:
            return
        whole = claims if finished else claims[:-1]
        for number in range(len(course.judged), len(whole)):
            with course.timed("checking"):
                judged = self._check(course, whole[number], evidence)
            course.judged.append(judged)
            if judged.supported or not self._settings.strict:
                course.sent[number] = self._statement(course, judged, evidence)
                yield Checked(course.sent[number], tuple(course.citations), number)

    def _doubts(self, course: Course, first: Piece, found: Found) -> bool:
        """Whether there is doubt, by the first token the model writes, that the evidence answers.

        The probability of "yes" tells more than the word itself (Kadavath et al. 2022, "Language
        Models (Mostly) Know What They Know").
        """
        confidence = replies.confidence(first.probabilities)
        course.sure = confidence is not None and confidence >= SURE and not found.missing
        course.repairable = course.sure or (confidence is None and not found.missing)
        if confidence is None or course.seen is None:
            return False
        return gate.probability(course.seen, confidence) < self._settings.confidence

    def _judged(
        self, course: Course, claims: Sequence[Claim], evidence: Sequence[Evidence]
    ) -> list[Judged]:
        """The claims checked; those that nothing supports put right, where that can be done.

        It can be done for nothing where it is plain which sentence a claim was drawn from. Else the
        model is asked, once for all of them, and what it makes of them is checked in its turn.
        """
        if not claims:
            return []
        with course.timed("checking"):
            rest = claims[len(course.judged) :]
            judged = course.judged + [self._check(course, claim, evidence) for claim in rest]
            if self._settings.strict:
                judged = _quoted_where_plain(course, judged)
        if self._settings.strict and course.repairable:
            judged = self._repaired(course, judged, evidence)
        return judged

    def _check(self, course: Course, claim: Claim, evidence: Sequence[Evidence]) -> Judged:
        """The claim with the fewest sentences that support it, wherever the model pointed."""
        for each in evidence:
            quoted = _one_line(each.text) == claim.text
            if quoted and aggregation.bears_out(course.spelt, [each]):  # it supports itself
                return Judged(claim, (each,), Check("supported"), each)
        ordered = self._retriever.closest(claim.text, evidence)
        cited, found = ground(claim.text, ordered, course.spelt, self._retriever.likeness)
        if found.verdict == "supported" and not aggregation.bears_out(course.spelt, cited):
            found, course.asks_for_all = Check("unsupported", (aggregation.UNSTATED,)), True
        return Judged(claim, tuple(cited), found, ordered[0])

    def _repaired(
        self, course: Course, judged: Sequence[Judged], evidence: Sequence[Evidence]
    ) -> list[Judged]:
        """What is faulty as the model restates it, told what differs."""
        faulty = [each for each in judged if not each.supported][: repairing.MOST_REPAIRED]
        if not faulty:
            return list(judged)
        try:
            reply = self._asked_again(course, faulty)
        except ModelError:
            if len(faulty) == len(judged):
                raise
            return list(judged)  # what is supported can be told all the same
        restated = repairing.restated(reply, [each.claim.text for each in faulty])
        with course.timed("checking"):
            repaired = {
                each: replace(self._check(course, claim, evidence), repaired=True)
                for each, claim in zip(faulty, restated, strict=True)
                if claim and all(claim.text != other.claim.text for other in judged)
            }
            return _quoted_where_plain(course, [repaired.get(each, each) for each in judged])

    def _asked_again(self, course: Course, faulty: Sequence[Judged]) -> str:
        """What the model writes when it is told what differs.

        The request goes on where the reply ended, so that nothing is read again that a model or a
        server keeps.
        """
        assert self._model is not None
        told = repairing.faults([(each.claim.text, each.check.findings) for each in faulty])
        messages = [*course.messages, *prompts.load("repair").fill(faults=told)]
        reply, spent = "", Usage(calls=1)
        pieces = self._model.stream(messages, max_tokens=ANSWER_TOKENS)
        with course.timed("model"), closing(pieces):
            for piece in pieces:
                spent = piece.usage or spent
                reply += piece.text
        course.usage += spent
        return reply

    def _told(
        self, course: Course, judged: Sequence[Judged], evidence: Sequence[Evidence]
    ) -> Generator[Event, None, list[Statement]]:
        """The statements, in order; told are those that were not before, and which are dropped."""
        statements = []
        for place, each in enumerate(judged):
            statement = course.sent.get(place) or self._statement(course, each, evidence)
            statements.append(statement)
            number = place if place < len(course.draft.texts) else None
            if self._shown(statement) and place not in course.sent:
                yield Checked(statement, tuple(course.citations), number)
            elif number is not None and not self._shown(statement):
                yield Withdrawn(number)
        return statements

    def _statement(self, course: Course, judged: Judged, evidence: Sequence[Evidence]) -> Statement:
        """The statement with the numbers of its citations and what there is to say against it."""
        invented = [n for n in judged.claim.cited if not 1 <= n <= len(evidence)]
        findings = (
            *judged.check.findings,
            *(f"it cites [{n}], which is no sentence it was given" for n in invented),
        )
        numbers = tuple(course.cite(e) for e in judged.cited) if judged.supported else ()
        return Statement(
            judged.claim.text, numbers, judged.check.verdict, findings, judged.repaired
        )

    def _answer(self, course: Course, statements: Sequence[Statement], found: Found) -> Answer:
        shown = tuple(s for s in statements if self._shown(s))
        answer = Answer(
            question=course.question,
            standalone_question=course.standalone,
            status="not_in_documents",
            statements=shown,
            citations=tuple(course.citations) if shown else (),
            nearest=(),
            model=self._model.name if self._model else "none",
            usage=course.usage,
            timings=course.timings,
            corrections=course.corrections,
            conflicts=course.conflicts if shown else (),
            dropped=len(statements) - len(shown),
        )
        if not shown:
            return self._refusal(course, answer, found)
        told = "\n".join([*(s.text for s in shown), *(c.quote for c in answer.citations)])
        missing = gaps.left_open(course.parts, told, course.read, course.unlike)
        whole = not missing and all(s.verdict == "supported" for s in statements)
        return replace(answer, status="answered" if whole else "partial", missing=missing)

    def _refusal(self, course: Course, answer: Answer, found: Found) -> Answer:
        """The answer that the documents do not say, with what they lack and what is nearest."""
        if not found.evidence:
            return answer
        evidence = list(found.evidence)
        subject = gaps.nearest(course.spelt, [e.text for e in evidence], list(map(_read, evidence)))
        reason: Reason | None = "not_found" if course.missing else None
        if subject is not None and course.baseless:
            reason = "premise"
            evidence.insert(0, evidence.pop(subject))
        elif course.asks_for_all:
            reason = "asks_for_all"
        elif not course.missing and found.relevance >= self._settings.ask_relevance:
            reason = "not_stated"
        nearest = tuple(citation(n, e) for n, e in enumerate(evidence[:NEAREST], 1))
        return replace(answer, nearest=nearest, missing=course.missing, reason=reason)

    def _shown(self, statement: Statement) -> bool:
        return statement.verdict == "supported" or not self._settings.strict


def _quoted_where_plain(course: Course, judged: Sequence[Judged]) -> list[Judged]:
    """What nothing supports gives way to the sentence it was drawn from, if that is plain.

    The answer is there and was told with a slip: the sentence itself tells it right. That holds
    only if the model was sure that the answer is there; and no sentence is told twice.
    """
    told = {e.number for each in judged if each.supported for e in each.cited}
    quoted = []
    for each in judged:
        source = each.drawn_from
        plain = shared_words(each.claim.text, source.text) >= DRAWN_FROM
        plain = plain and aggregation.bears_out(course.spelt, [source])
        if course.sure and plain and not each.supported and source.number not in told:
            quote = Claim(_one_line(source.text), (source.number,))
            each = Judged(quote, (source,), Check("supported"), source, repaired=True)
            told.add(source.number)
        quoted.append(each)
    return quoted


def _usable(question: str) -> str:
    """The question without white space around it, if it is one that can be answered."""
    if not question.strip():
        raise UsageError("the question is empty; ask one in words.")
    if len(question) > MOST_CHARACTERS:
        raise UsageError(
            f"the question has {len(question):,} characters; ask it in {MOST_CHARACTERS:,} or less."
        )
    return question.strip()


def _completed(question: str, claims: Sequence[Claim], evidence: Sequence[Evidence]) -> list[Claim]:
    """The claims, followed by a quote where they share too little with the question.

    A small model at times tells a fact that stands beside the one that was asked for. The sentence
    that has most of the question's words is then told, too.
    """
    named = {number for claim in claims for number in claim.cited}
    told = "\n".join([*(c.text for c in claims), *(e.text for e in evidence if e.number in named)])
    if not claims or shared_words(question, told) >= BESIDE_THE_POINT:
        return list(claims)
    best = max(evidence, key=lambda each: (shared_words(question, each.text), each.score))
    if shared_words(question, best.text) < TO_THE_POINT:
        return list(claims)
    return [*claims, Claim(_one_line(best.text), (best.number,))]


def _words(hits: Sequence[Hit]) -> str:
    """All that stands in what was found, its titles and headings included."""
    passages = [hit.passage for hit in hits]
    return "\n".join(
        [*{p.document.title for p in passages}, *(f"{p.heading}\n{p.text}" for p in passages)]
    )


def _read(evidence: Evidence) -> str:
    """A sentence, below what a reader has read before it."""
    passage = evidence.passage
    before = passage.document.text[passage.start : evidence.sentence.end]
    return f"{passage.document.title}\n{passage.heading}\n{before}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
