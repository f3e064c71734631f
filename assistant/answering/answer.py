"""From a question to an answer whose every statement was checked against the words it cites.

search -> evidence -> answerability -> model -> statements -> check -> Answer. Finding is
retrieval's job and comparing is checking's; this module puts them in order and decides what may be
said.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from assistant.answering import (
    aggregation,
    answerability,
    conflicts,
    missing_terms,
    reply_parser,
    updates,
)
from assistant.answering.reply_parser import Claim
from assistant.answering.state import Course, Judged
from assistant.answers import (
    Answer,
    Checked,
    Draft,
    Event,
    Reason,
    Searched,
    Statement,
    Understood,
    Usage,
    Withdrawn,
)
from assistant.checking import Check, ModelJudge, appraised, ground, heard
from assistant.conversation import condense, rewrite
from assistant.documents import Citation, Evidence, Hit
from assistant.errors import ModelError, UsageError
from assistant.filters import Filter
from assistant.language import codes_in, shared_words
from assistant.models import prompts
from assistant.models.chat import Message, Model, Piece, yes_no
from assistant.retrieval import EVIDENCE_PASSAGES, Found, Retriever
from assistant.safety import neutral
from assistant.settings import Settings

MOST_CHARACTERS = 4000
"""Longest question: many times what a person asks, and short enough for any model's context."""
ANSWER_TOKENS = 200
"""Most tokens a model may write for one answer."""
CUT = ("length", "content_filter")
"""Ends of a reply, as the protocol has them, that tear its last sentence."""
QUOTED_SHARE = 0.7
"""Least score of a quoted sentence, as a share of the best one's."""
TO_THE_POINT = 0.5
"""Least share of the question's content words of a sentence that is quoted beside the answer."""
DRAWN_FROM = 0.4
"""Least share of a statement's content words that a sentence has which it was drawn from."""
ALIKE, SAID = 0.32, 0.5
"""Cosines in context from which a word of the evidence may say what a word of the question says,
and from which it is taken to: "rattled" is alike to "nervous"."""
WORDS_FROM = 4
"""Best sentences in which another word for one of the question is looked for."""
NEAREST = 3
"""Sentences shown when the documents do not say."""


class Answerer:
    """Answers questions from one library: with a model or, without one, in quotes."""

    def __init__(self, retriever: Retriever, model: Model | None, settings: Settings) -> None:
        self._retriever = retriever
        self._model = model
        self._settings = settings
        self._prompt = prompts.load("answer") if model else None
        self._judge = ModelJudge(model) if model else None

    def stream(
        self,
        question: str,
        history: Sequence[condense.Turn] = (),
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
            found = self._retriever.evidence(course.spelt, heard(course.spelt, searched.hits))
            course.read = _words(searched.hits[:EVIDENCE_PASSAGES])
            course.corrections, course.parts = searched.corrections, searched.parts
            self._look_for_gaps(course, found)
            course.asks_for_all = aggregation.needs_all(course.spelt, found.evidence)
        yield Searched(course.standalone, found.evidence)
        hopeless = course.baseless or course.asks_for_all
        claims = [] if hopeless else (yield from self._claims(course, found))
        judged = self._judged(course, claims, found.evidence)
        statements = yield from self._told(course, judged, found.evidence)
        if course.trouble and not any(map(self._shown, statements)):
            raise course.trouble  # with a judge it might have been borne out
        if told := [each for each in found.others if course.cited(each)]:
            with course.timed("checking"):
                course.conflicts = conflicts.find(course.spelt, told, found.others, course.cite)
        yield self._answer(course, statements, found)

    def _understand(self, course: Course, history: Sequence[condense.Turn]) -> None:
        """Make the question one that stands alone, where it leans on the conversation.

        A model that runs here reads slowly and often goes wrong at it: it is asked where the rules
        are not sure. What a model makes of the question is used if it passes the rules' check.
        """
        if not history:
            return
        context = condense.read(history)
        leaning = condense.leans(course.standalone, context)
        if leaning is None:
            return
        by_rule, written = condense.resolved(leaning, context), None
        if self._model and not (self._model.runs_here and by_rule.sure):
            with course.timed("understanding"):
                written, spent = rewrite.rewritten(course.standalone, leaning, context, self._model)
            course.usage += spent
        course.standalone = (written or by_rule.text)[-MOST_CHARACTERS:]

    def _look_for_gaps(self, course: Course, found: Found) -> None:
        """Note what the question names that nothing found has, and whether it rests on that."""
        missing = missing_terms.not_found(course.spelt, course.read) if found.evidence else ()
        words = [each for each in missing if missing_terms.is_word(each)]
        texts = [each.text for each in found.others[:WORDS_FROM]]
        near = self._retriever.likeness(course.spelt, *texts) if words else {}
        # A word of which that is not known may well be said in another one.
        nearness = dict.fromkeys(missing, 0.0) | {w: near.get(w.lower(), 1.0) for w in words}
        course.missing = tuple(each for each in missing if nearness[each] < SAID)
        course.unlike = tuple(each for each in missing if nearness[each] < ALIKE)
        # Of several questions another one may well be answered.
        whole = not course.parts
        course.baseless = whole and missing_terms.takes_for_granted(course.spelt, course.unlike)

    def _claims(self, course: Course, found: Found) -> Generator[Event, None, list[Claim]]:
        """What might be said, unchecked; nothing where the question is likely not answered."""
        if not found.evidence:
            return []
        if self._model and found.relevance < self._settings.ask_relevance:
            return []
        if self._model is None:
            chance = answerability.probability(answerability.features(course.spelt, found))
            rows = aggregation.best_rows(course.spelt, found.evidence)
            fit = [e for e in rows if aggregation.bears_out(course.spelt, [e])]
            course.asks_for_all = not fit
            enough = chance >= self._settings.quote_confidence
            return self._quotes(fit) if enough and fit else []
        return (yield from self._written(course, found))

    def _quotes(self, evidence: Sequence[Evidence]) -> list[Claim]:
        """The best sentences as they stand, best first."""
        best = sorted(evidence, key=lambda each: -each.score)[: self._settings.quotes]
        least = QUOTED_SHARE * best[0].score
        return [Claim(_one_line(e.text), (e.number,)) for e in best if e.score >= least]

    def _written(self, course: Course, found: Found) -> Generator[Event, None, list[Claim]]:
        """What the model says, unless it doubts that the evidence answers the question."""
        assert self._prompt is not None
        numbered = "\n".join(f"[{e.number}] {neutral(e.text)}" for e in found.evidence)
        messages = self._prompt.fill(evidence=numbered, question=course.spelt)
        reply = yield from self._reply(course, messages, found)
        claims = [] if yes_no.is_no(reply) else reply_parser.claims(reply)
        yield from self._drafted(course, claims, found.evidence, finished=True)
        if not course.agrees(claims):
            yield from _withdrawn(course)
        return claims

    def _reply(
        self, course: Course, messages: Sequence[Message], found: Found
    ) -> Generator[Event, None, str]:
        """The reply, its torn end left out; "No." as soon as that is what it comes to."""
        assert self._model is not None
        reply, spent, refused, is_cut = "", Usage(calls=1), False, False
        pieces = self._model.stream(messages, max_tokens=ANSWER_TOKENS, fixed=len(messages) - 1)
        with closing(pieces):
            for piece in course.timed_each("model", pieces):
                spent = piece.usage or spent
                if piece.starts_over:
                    reply, refused = "", False
                    yield from _withdrawn(course)
                refused = refused or (not reply and self._doubts(piece))
                reply += piece.text
                refused = refused or yes_no.is_no(reply)
                if refused and spent.prompt_tokens:
                    break  # what a server has not counted yet must be waited for
                if piece.text and not refused:
                    yield from self._drafted(course, reply_parser.begun(reply), found.evidence)
                is_cut = is_cut or piece.end in CUT
        course.usage += spent
        return (
            "No." if refused else reply_parser.uncut(reply, self._model.name) if is_cut else reply
        )

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
            if judged.is_whole or not self._settings.strict:
                course.sent[number] = self._statement(course, judged, evidence)
                yield Checked(course.sent[number], tuple(course.citations), number)

    def _doubts(self, first: Piece) -> bool:
        """Whether it is too unlikely, by the first token that a model writes, that it can answer.

        The probability of "yes" tells more than the word itself (Kadavath et al. 2022, "Language
        Models (Mostly) Know What They Know").
        """
        chance = yes_no.confidence(first.probabilities)
        return chance is not None and chance < self._settings.confidence

    def _judged(
        self, course: Course, claims: Sequence[Claim], evidence: Sequence[Evidence]
    ) -> list[Judged]:
        """The claims checked; what nothing bears out gives way to the words it was drawn from."""
        if not claims:
            return []
        with course.timed("checking"):
            rest = claims[len(course.judged) :]
            judged = course.judged + [self._check(course, claim, evidence) for claim in rest]
            if self._settings.strict and self._model:
                judged = _quoted_instead(course.spelt, judged, evidence)
            if self._judge:
                course.usage += self._judge.taken_usage()
        return judged

    def _check(self, course: Course, claim: Claim, evidence: Sequence[Evidence]) -> Judged:
        """The claim with the fewest sentences that support it, wherever the model pointed."""
        for each in evidence:
            quoted = _one_line(each.text) == claim.text
            if quoted and aggregation.bears_out(course.spelt, [each]):  # it supports itself
                return Judged(claim, (each,), Check("supported"), each)
        ordered = self._retriever.closest(claim.text, evidence)
        cited, found = ground(claim.text, ordered, course.spelt, self._retriever.likeness)
        try:
            found = appraised(claim.text, cited, found, self._judge)
        except ModelError as exc:  # what was written can be checked by rule all the same
            course.trouble = exc
        if found.verdict == "supported" and not aggregation.bears_out(course.spelt, cited):
            found, course.asks_for_all = Check("unsupported", (aggregation.UNSTATED,)), True
        return Judged(claim, tuple(cited), found, ordered[0])

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
        missing = missing_terms.left_open(course.parts, told, course.read, course.unlike)
        whole = not missing and all(s.verdict == "supported" for s in statements)
        return replace(answer, status="answered" if whole else "partial", missing=missing)

    def _refusal(self, course: Course, answer: Answer, found: Found) -> Answer:
        """The answer that the documents do not say, with what they lack and what is nearest."""
        if not found.evidence:
            return answer
        evidence = sorted(found.evidence, key=lambda each: -each.score)
        read = [f"{updates.around(e)}{e.text}" for e in evidence]
        subject = missing_terms.nearest(course.spelt, [e.text for e in evidence], read)
        reason: Reason | None = "not_found" if course.missing else None
        # What is said of another code is no answer to a question about this one.
        if subject is not None and course.baseless and not any(map(codes_in, course.missing)):
            reason = "premise"
            evidence.insert(0, evidence.pop(subject))
        elif course.asks_for_all:
            reason = "asks_for_all"
        elif not course.missing and found.relevance >= self._settings.ask_relevance:
            reason = "not_stated"
        nearest = tuple(Citation.of(n, e) for n, e in enumerate(evidence[:NEAREST], 1))
        spoken = [each.passage.document.language for each in evidence]
        languages = missing_terms.other_languages(course.question, spoken)
        return replace(
            answer, nearest=nearest, missing=course.missing, reason=reason, languages=languages
        )

    def _shown(self, statement: Statement) -> bool:
        return statement.verdict == "supported" or not self._settings.strict


def _withdrawn(course: Course) -> Iterator[Event]:
    """Take back what was drafted, and forget what was checked of it."""
    yield from map(Withdrawn, range(len(course.draft.texts)))
    course.start_over()


def _quoted_instead(
    question: str, judged: Sequence[Judged], evidence: Sequence[Evidence]
) -> list[Judged]:
    """The statements that are borne out, and quotes in the place of the others.

    That the question is answered was likely before: what a small model tells with a slip stands
    right in the sentences that it was drawn from. The likeliest sentence is quoted, too, where no
    statement rests on it and it has more of the question's words, for then the model may have told
    a fact beside the one asked for. No sentence is told twice.
    """
    told = {e.number for each in judged if each.is_whole for e in each.cited}
    kept, further = [], []
    for each in judged:
        sources = [] if each.is_whole else _sources(question, each)
        first, *others = [_quote(e) for e in sources if e.number not in told] or [each]
        told.update(e.number for e in sources)
        kept.append(first)
        further += others
    likeliest = max(evidence, key=lambda each: each.score)
    if told and likeliest.number not in told and aggregation.bears_out(question, [likeliest]):
        words = "\n".join([*(j.claim.text for j in kept), *(e.text for j in kept for e in j.cited)])
        mine, theirs = shared_words(question, likeliest.text), shared_words(question, words)
        further += [_quote(likeliest)] * (mine >= TO_THE_POINT and mine > theirs)
    return [*kept, *further]


def _sources(question: str, judged: Judged) -> list[Evidence]:
    """The sentences that a statement was drawn from, if it was drawn from any that answer."""
    likely = dict.fromkeys((*judged.cited, judged.drawn_from))
    drawn = [e for e in likely if shared_words(judged.claim.text, e.text) >= DRAWN_FROM]
    return [e for e in drawn if aggregation.bears_out(question, [e])]


def _quote(source: Evidence) -> Judged:
    claim = Claim(_one_line(source.text), (source.number,))
    return Judged(claim, (source,), Check("supported"), source, repaired=True)


def _usable(question: str) -> str:
    """The question without white space around it, if it is one that can be answered."""
    if not question.strip():
        raise UsageError("the question is empty; ask one in words.")
    if len(question) > MOST_CHARACTERS:
        raise UsageError(
            f"the question has {len(question):,} characters; ask it in {MOST_CHARACTERS:,} or less."
        )
    return question.strip()


def _words(hits: Sequence[Hit]) -> str:
    """All that stands in what was found, its titles, authors and headings included."""
    passages = [hit.passage for hit in hits]
    heads = {f"{p.document.title}\n{p.document.author or ''}" for p in passages}
    return "\n".join([*heads, *(f"{p.heading}\n{p.text}" for p in passages)])


def _one_line(text: str) -> str:
    return " ".join(text.split())
