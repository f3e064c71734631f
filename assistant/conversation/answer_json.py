"""The JSON of an answer (`Answer.to_dict`), read back: checked, then made an `Answer` again.

What was kept may have been altered by anybody since, so nothing is taken from it unchecked. Of a
document only its names are known here, of a citation the words that were cut from it then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from assistant.answers import Answer, Conflict, Correction, Reason, Statement, Status, Usage
from assistant.documents import Citation, Document

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


class _Document(_Read):
    document_id: str
    source: str
    published: str | None
    author: str | None = None

    def named(self, title: str) -> Document:
        return Document(
            self.document_id, self.source, title, "", self.published, author=self.author
        )


class _Citation(_Document):
    number: _From1
    title: str
    page: _From1 | None
    start: _From0
    end: _From0
    quote: str
    copies: list[_Document] = []
    heading: str = ""

    def value(self) -> Citation:
        return KeptCitation(
            number=self.number,
            document=self.named(self.title),
            start=self.start,
            end=self.end,
            page=self.page,
            copies=tuple(copy.named(copy.document_id) for copy in self.copies),
            heading=self.heading,
            words=self.quote,
        )


_Citations: TypeAlias = Annotated[
    tuple[_Citation, ...], AfterValidator(lambda read: tuple(each.value() for each in read))
]


class _Answer(_Read):
    version: Literal[1]
    question: str
    standalone_question: str
    status: Status
    statements: tuple[Statement, ...]
    citations: _Citations
    nearest: _Citations
    model: str
    usage: Usage
    timings: dict[str, float]
    corrections: tuple[Correction, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    missing: tuple[str, ...] = ()
    reason: Reason | None = None
    dropped: _From0 = 0
    languages: tuple[str, str] | None = None


def answer_of(told: Mapping[str, Any]) -> Answer:
    """The answer that `Answer.to_dict` told; what it does not know of is passed over.

    Raises:
        ValueError: it is the JSON of no answer, or of a newer version's; the message says where.
    """
    try:
        # As JSON, where a strict reader takes an array for a tuple and an object for a dataclass.
        read = _Answer.model_validate_json(json.dumps(dict(told)))
    except ValidationError as exc:
        first = exc.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "answer"
        raise ValueError(f"{place}: {first['msg'].lower()}") from exc
    return Answer(**{name: value for name, value in read if name != "version"})
