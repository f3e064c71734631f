"""The JSON of an answer (`Answer.to_dict`), read back: checked, then made an `Answer` again.

What was kept may have been altered by anybody since, so nothing is taken from it unchecked. Of a
document only its names are known here, of a citation the words that were cut from it then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.types import (
    Answer,
    Citation,
    Conflict,
    Correction,
    Document,
    Reason,
    Side,
    Statement,
    Status,
    Usage,
    Verdict,
)

_From0: TypeAlias = Annotated[int, Field(ge=0)]
_From1: TypeAlias = Annotated[int, Field(ge=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCitation(Citation):
    """A citation whose document is not at hand.

    Attributes:
        words: what was cut from the document when it was cited.
    """

    words: str

    @property
    def quote(self) -> str:
        """The words as they were kept."""
        return self.words


class _Read(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", allow_inf_nan=False)


class _Copy(_Read):
    document_id: str
    source: str
    published: str | None

    def value(self) -> Document:
        return Document(self.document_id, self.source, self.document_id, "", self.published)


class _Citation(_Copy):
    number: _From1
    title: str
    page: _From1 | None
    start: _From0
    end: _From0
    quote: str
    copies: list[_Copy] = []

    def cited(self) -> Citation:
        return KeptCitation(
            number=self.number,
            document=Document(self.document_id, self.source, self.title, "", self.published),
            start=self.start,
            end=self.end,
            page=self.page,
            copies=tuple(copy.value() for copy in self.copies),
            words=self.quote,
        )


class _Statement(_Read):
    text: str
    citations: list[int]
    verdict: Verdict
    findings: list[str]
    repaired: bool = False

    def value(self) -> Statement:
        return Statement(
            self.text, tuple(self.citations), self.verdict, tuple(self.findings), self.repaired
        )


class _Side(_Read):
    text: str
    citations: list[int]
    published: str | None
    source: str

    def value(self) -> Side:
        return Side(self.text, tuple(self.citations), self.published, self.source)


class _Conflict(_Read):
    sides: list[_Side]
    versions: bool

    def value(self) -> Conflict:
        return Conflict(tuple(side.value() for side in self.sides), self.versions)


class _Correction(_Read):
    asked: str
    found: str


class _Usage(_Read):
    prompt_tokens: int
    completion_tokens: int
    calls: int
    cached_tokens: int = 0


class _Answer(_Read):
    version: Literal[1]
    question: str
    standalone_question: str
    status: Status
    statements: list[_Statement]
    citations: list[_Citation]
    nearest: list[_Citation]
    model: str
    usage: _Usage
    timings: dict[str, float]
    corrections: list[_Correction] = []
    conflicts: list[_Conflict] = []
    missing: list[str] = []
    reason: Reason | None = None
    dropped: _From0 = 0


def answer_of(told: Mapping[str, Any]) -> Answer:
    """The answer that `Answer.to_dict` told; what it does not know of is passed over.

    Raises:
        ValueError: it is the JSON of no answer, or of a newer version's; the message says where.
    """
    try:
        read = _Answer.model_validate(dict(told))
    except ValidationError as exc:
        first = exc.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{place}: {first['msg'].lower()}") from exc
    return Answer(
        question=read.question,
        standalone_question=read.standalone_question,
        status=read.status,
        statements=tuple(each.value() for each in read.statements),
        citations=tuple(each.cited() for each in read.citations),
        nearest=tuple(each.cited() for each in read.nearest),
        model=read.model,
        usage=Usage(**read.usage.model_dump()),
        timings=read.timings,
        corrections=tuple(Correction(each.asked, each.found) for each in read.corrections),
        conflicts=tuple(each.value() for each in read.conflicts),
        missing=tuple(read.missing),
        reason=read.reason,
        dropped=read.dropped,
    )
