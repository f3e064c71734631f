"""LlamaIndex's own citation query engine on the same documents and models: the yardstick.

Its replies become answers that are scored like ours. Nothing in them is repaired or left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from llama_index.core import VectorStoreIndex
from llama_index.core.base.llms.types import (
    CompletionResponse,
    CompletionResponseGen,
    LLMMetadata,
)
from llama_index.core.llms import CustomLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.core.schema import BaseNode, NodeWithScore
from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters
from pydantic import PrivateAttr

from assistant.answers import Answer, Statement, Usage
from assistant.checking import ground
from assistant.documents import Citation, Document
from assistant.errors import UsageError
from assistant.ingest.chunking import split_sentences
from assistant.integrations.llamaindex.embedding import MiniLMEmbedding, minilm
from assistant.integrations.llamaindex.nodes import GivenNodes, llama_document
from assistant.models.chat import Message, Model, open_model, parse_spec
from assistant.models.embeddings import registry
from assistant.retrieval import GivenPassages
from assistant.settings import Settings

TOP_K, CHUNK_TOKENS = 3, 512
"""Passages and tokens of a source, as in LlamaIndex's own example of the engine."""
REPLY_TOKENS = 256
"""Most tokens of a reply: LlamaIndex's default."""
SENTENCES = 16
"""Sentences that a statement is compared with, at most."""

_MARKER = re.compile(r"\s*\[\s*(?:Sources?\s+)?(\d+(?:\s*,\s*\d+)*)\s*\]", re.I)
_SOURCE = re.compile(r"\ASource \d+:\n")
_THINGS = r"(?:sources?|documents?|texts?|passages?|context|information)"
_REFUSES = re.compile(
    rf"\AEmpty Response|\b(?:none of the|no)\b[^.]{{0,30}}\b{_THINGS}\b"
    rf"|\b{_THINGS}\b[^.]*(?:\b(?:do|does|did|is|are)\s+not\b|n['’]t\b|\bcannot\b)"
    r"|\bnot\s+(?:\w+ly\s+)?(?:mentioned|stated|provided|specified|given|enough|possible)\b"
    r"|\bcannot\s+(?:be\s+)?(?:answer|determine)|\bunable\s+to\b",
    re.I,
)
"""What a reply begins with that says, as it was told to, that no source is helpful."""


class CitationEngine:
    """Answers by LlamaIndex's `CitationQueryEngine`, with vectors of the same embedding.

    Raises:
        UsageError: there is no model to answer.
        ModelError: a model cannot be had, reached, or refused.
    """

    def __init__(self, documents: Iterable[Document], settings: Settings) -> None:
        """Embed the documents."""
        spec = parse_spec(settings.llm)
        given: dict[str, Any] = {"timeout": settings.timeout, "retries": settings.retries}
        model = open_model(spec, **given)
        if model is None:
            raise UsageError("llamaindex-citation needs a model; name one with --llm.")
        self.model = f"llamaindex-citation/{spec.name}"
        self._llm = ModelLLM(model)
        self._settings = settings
        self._documents = {document.id: document for document in documents}
        embedder = registry.named(settings.embedding or "minilm").open(minilm(), None, **given)
        self._index = VectorStoreIndex.from_documents(
            [llama_document(each, {}) for each in self._documents.values()],
            transformations=[SentenceSplitter()],
            embed_model=MiniLMEmbedding(embedder),
        )

    def ask(
        self, question: str, *, history: Sequence[Any] = (), only: Sequence[str] | None = None
    ) -> Answer:
        """Answer a question; the engine knows no history.

        Args:
            question: in words.
            history: not used.
            only: patterns of the ids of documents that are asked.
        """
        wanted = [d for d in self._documents if any(fnmatchcase(d, each) for each in only or "*")]
        asked = MetadataFilter(key="document_id", value=wanted, operator=FilterOperator.IN)
        engine = CitationQueryEngine.from_args(
            self._index,
            llm=self._llm,
            citation_chunk_size=CHUNK_TOKENS,
            similarity_top_k=TOP_K,
            filters=MetadataFilters(filters=[asked]) if only else None,
        )
        reply = engine.query(question)
        return self._answer(question, str(reply), reply.source_nodes)

    def _answer(self, question: str, reply: str, sources: Sequence[NodeWithScore]) -> Answer:
        text = _MARKER.sub("", reply).strip()
        sentences = [text[each.start : each.end] for each in split_sentences(text)]
        refused = not sentences or bool(_REFUSES.search(sentences[0]))
        marked = [int(n) for found in _MARKER.findall(reply) for n in found.split(",")]
        numbers = [n for n in dict.fromkeys(marked) if 0 < n <= len(sources)]
        given = GivenPassages(GivenNodes(sources).hits, minilm(), self._settings)
        answer = Answer(
            question=question,
            standalone_question=question,
            status="not_in_documents",
            statements=(),
            citations=(),
            nearest=(),
            model=self.model,
            usage=self._llm.taken_usage(),
        )
        if refused:
            return answer
        return replace(
            answer,
            status="answered",
            statements=tuple(_checked(each, given) for each in sentences),
            citations=tuple(self._cited(n, sources[n - 1].node) for n in numbers),
        )

    def _cited(self, number: int, node: BaseNode) -> Citation:
        """A source of the engine's, which does not tell where its words stand."""
        document = self._documents[node.metadata["document_id"]]
        chunk = _SOURCE.sub("", node.get_content()).strip()
        start = document.text.find(chunk)
        if start < 0:  # of spaces between sentences some may be lost
            return Citation(number, document, 0, len(document.text))
        return Citation(number, document, start, start + len(chunk))


class ModelLLM(CustomLLM):
    """A model of this program's as one of LlamaIndex's."""

    _model: Model = PrivateAttr()
    _usage: Usage = PrivateAttr(default_factory=Usage)

    def __init__(self, model: Model) -> None:
        super().__init__()
        self._model = model

    @property
    def metadata(self) -> LLMMetadata:
        """What LlamaIndex wants to know of it."""
        return LLMMetadata(num_output=REPLY_TOKENS, model_name=self._model.name)

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """The reply to a prompt."""
        text, spent = "", Usage(calls=1)
        asked: list[Message] = [{"role": "user", "content": prompt}]
        for piece in self._model.stream(asked, max_tokens=REPLY_TOKENS):
            text = piece.text if piece.starts_over else text + piece.text
            spent = piece.usage or spent
        self._usage += spent
        return CompletionResponse(text=text)

    def stream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> CompletionResponseGen:
        """The same as one piece."""
        reply = self.complete(prompt)
        yield CompletionResponse(text=reply.text, delta=reply.text)

    def taken_usage(self) -> Usage:
        """What was spent since this was last asked."""
        usage, self._usage = self._usage, Usage()
        return usage


def _checked(text: str, given: GivenPassages) -> Statement:
    """A sentence of a reply, with the verdict of our check by rule."""
    evidence = given.candidates(text, given.explain(text).hits, SENTENCES)
    _, check = ground(text, evidence, likeness=given.likeness)
    return Statement(text, (), check.verdict, check.findings)
