"""What is said: statements, answers, checked drafts, and the events while they are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from assistant.documents import Citation, Document, Evidence, Hit

Status = Literal["answered", "partial", "not_in_documents"]

Verdict = Literal["supported", "partly", "unsupported", "contradicted"]

Reason = Literal["not_found", "not_stated", "premise", "asks_for_all"]

ANSWER_VERSION = 1
"""Version of the JSON that `Answer.to_dict` writes."""

VERIFICATION_VERSION = 1
"""Version of the JSON that `Verification.to_dict` writes."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of the question that no document has, and the document's word it likely stands for."""

    asked: str
    found: str


@dataclass(frozen=True, slots=True)
class Expansion:
    """What the question says, and another way in which documents say they write it."""

    asked: str
    found: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a search found, and how it came about.

    Attributes:
        query: as it was given.
        hits: what was found, best first.
        corrections: words taken for another, in the query's order.
        expansions: acronyms and long forms that were searched for in their other form as well.
        parts: the single questions of one that asks several things; each was searched for, too,
            and a hit tells the ranks and scores of the one that it fits best.
        terms: what was searched for by words: of each, the ways to write it, in small letters.
        filters: `only`, `since` and `until` where only some documents were searched, else empty.
        text: the query with its corrections made: what was searched for by meaning; empty where
            it is the query as given.
        candidates: how many passages each stage brought for the query as a whole; late interaction
            brings none: of it, how many it weighed.
        absent: what was asked for in quotation marks and no passage has, in small letters.
    """

    query: str
    hits: tuple[Hit, ...]
    corrections: tuple[Correction, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    parts: tuple[str, ...] = ()
    terms: tuple[tuple[str, ...], ...] = ()
    filters: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    candidates: Mapping[str, int] = field(default_factory=dict)
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of an answer and what checking it found.

    Attributes:
        text: the statement, without citation markers.
        citations: numbers of the citations that support it.
        verdict: what the check concluded.
        findings: what differs from the cited words, in words a reader understands.
        repaired: whether it is a sentence quoted in the place of one that nothing supported, or
            beside one that does not rest on the likeliest sentence.
    """

    text: str
    citations: tuple[int, ...]
    verdict: Verdict
    findings: tuple[str, ...] = ()
    repaired: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of a statement in `Answer.to_dict`; `repaired` only where it was."""
        told: dict[str, Any] = {
            "text": self.text,
            "citations": list(self.citations),
            "verdict": self.verdict,
            "findings": list(self.findings),
        }
        return told | {"repaired": True} if self.repaired else told


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified(Statement):
    """One statement of a draft, with what it was compared with.

    Attributes:
        start, end: half-open character range in the draft, markers and marks of a list included.
        compared: the sentences that support it; where nothing does, those that come nearest. Their
            numbers stand in `citations`, and are the same in all statements of a draft.
        newer: of a supported statement a sentence of a later document that tells something else of
            the same thing; it changes no verdict.
    """

    start: int
    end: int
    compared: tuple[Citation, ...] = ()
    newer: Citation | None = None

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of a statement in `Verification.to_dict`; `newer` only where it is."""
        told = {
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "verdict": self.verdict,
            "findings": list(self.findings),
            "citations": [citation.to_dict() for citation in self.compared],
        }
        return told | {"newer": self.newer.to_dict()} if self.newer else told


@dataclass(frozen=True, slots=True)
class Unchecked:
    """What stands in a draft and states nothing that could be checked.

    Attributes:
        text: its words, without Markdown's marks.
        start, end: half-open character range in the draft.
        reason: what it is, for instance `question`.
    """

    text: str
    start: int
    end: int
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape in `Verification.to_dict`."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Verification:
    """A draft checked statement by statement.

    Attributes:
        statements: what was checked, in the draft's order.
        unchecked: what was not, in the draft's order.
        draft: as it was read; the places of statements are in its text.
    """

    statements: tuple[Verified, ...]
    unchecked: tuple[Unchecked, ...] = ()
    draft: Document | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Number of statements of each verdict, and of what was not checked as `unchecked`."""
        verdicts = [statement.verdict for statement in self.statements]
        counts = {verdict: verdicts.count(verdict) for verdict in get_args(Verdict)}
        return counts | {"unchecked": len(self.unchecked)}

    @property
    def holds(self) -> bool:
        """Whether every statement is supported."""
        return all(statement.verdict == "supported" for statement in self.statements)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values, in the published shape of version `VERIFICATION_VERSION`."""
        return {
            "version": VERIFICATION_VERSION,
            "statements": [statement.to_dict() for statement in self.statements],
            "unchecked": [each.to_dict() for each in self.unchecked],
            "counts": self.counts,
        }


@dataclass(frozen=True, slots=True)
class Side:
    """One of the answers that sources give.

    Attributes:
        text: the sentence that gives it, on one line; the newest where several do.
        citations: numbers of the citations of these sentences, the newest first.
        published: when the newest was published, if its document says so.
        source: where its words come from (`Document.source`).
    """

    text: str
    citations: tuple[int, ...]
    published: str | None
    source: str

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of a side in `Answer.to_dict`."""
        return {
            "text": self.text,
            "citations": list(self.citations),
            "published": self.published,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Conflict:
    """Answers of different sources to one question that are not the same.

    Attributes:
        sides: two or more, the newest first, those without a date last.
        versions: whether they are versions of one text, so that one stems from the other or both
            from a third.
    """

    sides: tuple[Side, ...]
    versions: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of a conflict in `Answer.to_dict`."""
        return {"sides": [side.to_dict() for side in self.sides], "versions": self.versions}


@dataclass(frozen=True, slots=True)
class Usage:
    """What the model read and wrote for one answer: tokens as the model counted them, and calls.

    Of those read, `cached_tokens` were known from before and not read again.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    calls: int = 0
    cached_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.calls + other.calls,
            self.cached_tokens + other.cached_tokens,
        )

    def to_dict(self) -> dict[str, int]:
        """The JSON shape of `usage` in `Answer.to_dict`."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose statements were checked against the words they cite.

    Attributes:
        question: as it was asked.
        standalone_question: the question with what it took from the conversation filled in.
        status: `answered`, `partial`, or `not_in_documents`.
        statements: in the order in which they are told; empty when not in the documents.
        citations: what the statements cite; empty when not in the documents.
        nearest: the passages nearest to the question, only when not in the documents.
        model: which model wrote it, or `none`.
        usage: tokens and calls the model took.
        timings: seconds spent, by stage: `retrieval`, `model`, `checking`; and `understanding` if a
            model was asked what the question leans on.
        corrections: words of the question that were searched for in another spelling.
        conflicts: where sources answer differently; each side is a citation as well.
        missing: of a refusal the names, numbers, dates or else words of the question that stand in
            nothing that was found; of another answer the parts of the question that it leaves open.
        reason: what can be said of why the documents do not say: `not_found` (they do not have what
            is `missing`), `not_stated` (they have all that the question names, but not the
            answer), `premise` (the question takes for granted what they do not say; `nearest`
            opens with what they do say of it), `asks_for_all` (it asks for a count, a whole list,
            an extreme or a sum that no passage states, which a search cannot give). None of an
            answer, and of a refusal where there is nothing to say.
        dropped: statements that were left out because nothing supports them.
        languages: of a refusal that of the question and that of the documents found (ISO 639-1),
            where they differ, which may be why.
    """

    question: str
    standalone_question: str
    status: Status
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Citation, ...]
    model: str
    usage: Usage = field(default_factory=Usage)
    timings: Mapping[str, float] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    missing: tuple[str, ...] = ()
    reason: Reason | None = None
    dropped: int = 0
    languages: tuple[str, str] | None = None

    @property
    def as_of(self) -> str | None:
        """The day on which the newest cited document was published (ISO 8601), if one tells."""
        return max(self._published, default=None)

    @property
    def oldest(self) -> str | None:
        """The same of the oldest one."""
        return min(self._published, default=None)

    @property
    def _published(self) -> list[str]:
        dates = (citation.document.published for citation in self.citations)
        return [date for date in dates if date]

    @property
    def text(self) -> str:
        """The answer as prose, each statement followed by its markers, e.g. `It rose. [1][2]`.

        Where sources differ, what each says follows, with its date.
        """
        return " ".join([*(_marked(s.text, s.citations) for s in self.statements), *self.disputes])

    @property
    def disputes(self) -> list[str]:
        """Where sources differ: what each says, with its date and markers, a sentence for each."""
        told = []
        for conflict in self.conflicts:
            sides = (
                _marked(
                    f"“{side.text}”{f' ({side.published})' if side.published else ''}",
                    side.citations,
                )
                for side in conflict.sides
            )
            told.append(f"Sources differ: {'; '.join(sides)}.")
        return told

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON-ready values, in the published shape of version `ANSWER_VERSION`.

        `corrections`, `conflicts`, `missing`, `reason`, `dropped`, `languages`, `as_of` and
        `oldest` only where there is something to tell: `oldest` if it is not the day of `as_of`.
        """
        told: dict[str, Any] = {
            "version": ANSWER_VERSION,
            "question": self.question,
            "standalone_question": self.standalone_question,
            "status": self.status,
            "text": self.text,
            "statements": [s.to_dict() for s in self.statements],
            "citations": [c.to_dict() for c in self.citations],
            "nearest": [c.to_dict() for c in self.nearest],
            "model": self.model,
            "usage": self.usage.to_dict(),
            "timings": {stage: round(seconds, 4) for stage, seconds in self.timings.items()},
        }
        if self.corrections:
            told["corrections"] = [{"asked": c.asked, "found": c.found} for c in self.corrections]
        further = {
            "conflicts": [conflict.to_dict() for conflict in self.conflicts],
            "missing": list(self.missing),
            "reason": self.reason,
            "dropped": self.dropped,
            "languages": list(self.languages or ()),
            "as_of": self.as_of,
            "oldest": self.oldest if self.oldest != self.as_of else None,
        }
        return told | {name: value for name, value in further.items() if value}


def _marked(text: str, citations: tuple[int, ...]) -> str:
    return text + (" " + "".join(f"[{n}]" for n in citations) if citations else "")


@dataclass(frozen=True, slots=True)
class Understood:
    """Streamed before the search, where the question leaned on the conversation: what it asks.

    Not streamed where `question` would be what was asked.
    """

    question: str


@dataclass(frozen=True, slots=True)
class Searched:
    """Streamed once the search is done: the question as understood, and the evidence for it."""

    standalone_question: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """Streamed while the model writes: more of a statement that nothing has checked yet.

    Attributes:
        text: what follows on the drafts of the same statement that came before; all together are
            the statement as the model wrote it, without its markers.
        statement: the number of that statement in the draft, counted from 0.
    """

    text: str
    statement: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """Streamed when a statement has been checked and will stand in the answer as it is here.

    What is supported is told while the model goes on writing. What is not may still be put right,
    so that is told after the last draft, and need not come in the order of the statements.

    Attributes:
        statement: as it will stand in the answer; instead of what was drafted, if it is `repaired`.
        citations: all so far; those of the statement are among them, and keep their numbers.
        number: of the drafted statement in whose place it stands; None of one that was not drafted,
            which follows those that were.
    """

    statement: Statement
    citations: tuple[Citation, ...]
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Streamed when a drafted statement will not stand in the answer, nor another in its place.

    Of one that was told as `Checked` as well, should the end of a reply show that it was parted
    otherwise than it looked: then all that was drafted is withdrawn, and told anew.

    Attributes:
        number: of the statement in the draft, counted from 0.
    """

    number: int


Event = Understood | Searched | Draft | Checked | Withdrawn | Answer
"""What `Assistant.stream` yields; the `Answer` comes last.

A list of statements keeps in step with it: of each number the drafted text, until it is `Checked`
or `Withdrawn`, and behind them those `Checked` without a number.
"""
