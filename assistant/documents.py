"""Documents and what points into them: passages, hits, evidence, citations.

All are frozen. Each points at the value it came from (Citation -> Document) instead of copying
its fields, and every offset counts characters into `Document.text`, which is never altered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SOURCES_VERSION = 1
"""Version of the JSON that `assistant sources` writes."""

DOCUMENT_VERSION = 1
"""Version of the JSON that `Excerpt.to_dict` writes."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document as it was read.

    Attributes:
        id: the `id` of a JSONL record, or the file's path relative to the given folder, with `/`.
        source: where the words come from: the file's path, or a JSONL record's own `source`.
        title: the document's title, or its file name where it has none.
        text: what was read, never altered after; all offsets point into it.
        published: publication date as ISO 8601 (`2026-06-03`), when the document states one.
        publisher: who published it, when the document states it.
        media_type: for instance `text/plain`.
        pages: character offset at which each page starts; empty when there are no pages.
        author: who wrote it, when the document states it.
        language: its language as a code of ISO 639-1 (`en`), where it is known.
        encoding: of the file's characters, where its format leaves that open.
    """

    id: str
    source: str
    title: str
    text: str
    published: str | None = None
    publisher: str | None = None
    media_type: str = "text/plain"
    pages: tuple[int, ...] = ()
    author: str | None = None
    language: str | None = None
    encoding: str | None = None

    def page_of(self, offset: int) -> int | None:
        """Number of the page (from 1) that holds the character at `offset`, if there are pages."""
        if not self.pages:
            return None
        return sum(start <= offset for start in self.pages) or 1

    def reference(self) -> dict[str, Any]:
        """The JSON shape in which a document is named where others tell the same words."""
        return {"document_id": self.id, "source": self.source, "published": self.published}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as the half-open character range `[start, end)` of its document's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive whole sentences of one document: the unit that is embedded and searched.

    Attributes:
        id: derived from the document's identity and the passage's own words.
        document: the document it was cut from.
        start, end: half-open character range in `document.text`.
        heading: the headings above it, outermost first, joined by ` > `; empty when there are none.
        sentences: in order, without gaps other than white space and skipped scraps.
    """

    id: str
    document: Document
    start: int
    end: int
    heading: str
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The passage's exact words."""
        return self.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found.

    Attributes:
        passage: what was found.
        score: fused score, higher is better, comparable within one search only.
        ranks: the passage's rank (from 1) in each stage that scored it, e.g. `{"bm25": 1}`.
        scores: its score there, comparable within one stage of one search only.
        copies: other documents that tell the same words, so that all count as one source.
    """

    passage: Passage
    score: float
    ranks: Mapping[str, int]
    scores: Mapping[str, float] = field(default_factory=dict)
    copies: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence chosen to answer from, under the number the model cites it by.

    Attributes:
        number: from 1, in the order in which the model reads them.
        passage: the passage that the sentence belongs to.
        sentence: its place in the document.
        score: how well it fits the question, higher is better, within one question only.
        copies: other documents that tell the same words.
    """

    number: int
    passage: Passage
    sentence: Sentence
    score: float
    copies: tuple[Document, ...] = ()

    @property
    def text(self) -> str:
        """The sentence's exact words."""
        return self.passage.document.text[self.sentence.start : self.sentence.end]


@dataclass(frozen=True, slots=True)
class Citation:
    """A span of a document that supports a statement.

    Attributes:
        number: the number shown in the answer, from 1.
        document: the document it points into.
        start, end: half-open character range in `document.text`.
        page: page number (from 1) where the document has pages.
        copies: other documents that tell the same words.
        heading: the headings above it, such as a book's chapter; as in `Passage`.
    """

    number: int
    document: Document
    start: int
    end: int
    page: int | None = None
    copies: tuple[Document, ...] = ()
    heading: str = ""

    @classmethod
    def of(cls, number: int, evidence: Evidence) -> Citation:
        """The citation of a sentence."""
        passage, sentence = evidence.passage, evidence.sentence
        return cls(
            number,
            passage.document,
            sentence.start,
            sentence.end,
            passage.document.page_of(sentence.start),
            evidence.copies,
            passage.heading,
        )

    @property
    def quote(self) -> str:
        """The cited words, cut from the document, so they cannot differ from it."""
        return self.document.text[self.start : self.end]

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of a citation in `Answer.to_dict`.

        `author`, `heading` and `copies` stand there only where there are some.
        """
        told = {
            "number": self.number,
            "document_id": self.document.id,
            "title": self.document.title,
            "source": self.document.source,
            "published": self.document.published,
            "page": self.page,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
        }
        told |= {"author": self.document.author} if self.document.author else {}
        told |= {"heading": self.heading} if self.heading else {}
        if self.copies:
            told["copies"] = [document.reference() for document in self.copies]
        return told


@dataclass(frozen=True, slots=True)
class Source:
    """A document as a list of all tells it, without its text.

    Attributes:
        id, title, source, author, publisher, published, language, encoding, media_type: as in
            `Document`.
        pages: how many it has; None where its format has none.
        characters: of its text.
        passages: how many it was cut into.
        bytes: size of its file; None where the file is not wholly read yet.
        file: path of the file that it stands in, or the web address.
        root: the folder or file that was given to be indexed.
    """

    id: str
    title: str
    source: str
    author: str | None
    publisher: str | None
    published: str | None
    language: str | None
    encoding: str | None
    media_type: str
    pages: int | None
    characters: int
    passages: int
    bytes: int | None
    file: str
    root: str

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of a document in what `assistant sources --json` prints."""
        told = {name: getattr(self, name) for name in self.__slots__}
        return {"document_id": told.pop("id")} | told


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A document, or a part of it in its surroundings.

    Attributes:
        document: the document.
        start, end: half-open character range in `document.text`; all of it if that is asked for.
        heading: the headings above the range, outermost first, joined by ` > `.
    """

    document: Document
    start: int
    end: int
    heading: str = ""

    @property
    def whole(self) -> bool:
        """Whether it is all of the document."""
        return (self.start, self.end) == (0, len(self.document.text))

    @property
    def text(self) -> str:
        """The exact words of the range."""
        return self.document.text[self.start : self.end]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values, in the published shape of version `DOCUMENT_VERSION`."""
        document = self.document
        return {
            "version": DOCUMENT_VERSION,
            "document_id": document.id,
            "title": document.title,
            "source": document.source,
            "author": document.author,
            "publisher": document.publisher,
            "published": document.published,
            "language": document.language,
            "encoding": document.encoding,
            "media_type": document.media_type,
            "pages": list(document.pages),
            "characters": len(document.text),
            "start": self.start,
            "end": self.end,
            "page": document.page_of(self.start),
            "heading": self.heading,
            "text": self.text,
        }
