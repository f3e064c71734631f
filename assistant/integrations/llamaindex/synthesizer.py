"""Answers from nodes that any retriever found, each statement checked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from llama_index.core.base.response.schema import RESPONSE_TYPE
from llama_index.core.callbacks.schema import CBEventType, EventPayload
from llama_index.core.llms import LLM, MockLLM
from llama_index.core.response_synthesizers import BaseSynthesizer
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.answering import SERVER_EVIDENCE_TOKENS, Answerer
from assistant.answers import Answer
from assistant.integrations.llamaindex.embedding import minilm
from assistant.integrations.llamaindex.nodes import GivenNodes, response
from assistant.models.chat import LlamaIndexLLM, Model, ModelSpec
from assistant.retrieval import GivenPassages
from assistant.settings import Settings


def model_of(llm: LLM | None, settings: Settings) -> Model | None:
    """LlamaIndex's model as one of ours."""
    if llm is None:
        return None
    name = llm.metadata.model_name
    name = llm.class_name() if name == "unknown" else name
    spec = ModelSpec("llamaindex", None, name)
    return Model(spec, LlamaIndexLLM(llm, name), settings.timeout, settings.retries)


class CheckedSynthesizer(BaseSynthesizer):
    """Answers as this program does: each statement is checked, and what nothing supports left out.

    `source_nodes` are the cited sentences, none when the nodes do not say; `metadata["answer"]` is
    the whole `Answer.to_dict()`.

    Args:
        llm: what answers and judges; without one the best sentences are quoted.
        **kwargs: as `BaseSynthesizer` takes them.
    """

    def __init__(self, llm: LLM | None = None, **kwargs: Any) -> None:
        super().__init__(llm=llm or MockLLM(), **kwargs)
        settings = Settings.load()
        if llm and settings.evidence_tokens is None:
            settings = settings.model_copy(update={"evidence_tokens": SERVER_EVIDENCE_TOKENS})
        self._settings = settings
        self._model = model_of(llm, settings)

    def synthesize(
        self,
        query: str | QueryBundle,
        nodes: list[NodeWithScore],
        additional_source_nodes: Sequence[NodeWithScore] | None = None,
        **response_kwargs: Any,
    ) -> RESPONSE_TYPE:
        """The answer; raises what `Assistant.ask` raises."""
        question = query if isinstance(query, str) else query.query_str
        asked: dict[str, Any] = {EventPayload.QUERY_STR: question}
        with self._callback_manager.event(CBEventType.SYNTHESIZE, payload=asked) as event:
            given = GivenNodes(nodes)
            answer = self._answer(question, given)
            cited = [given.sentence(c.document, c.start, c.end) for c in answer.citations]
            for node, citation in zip(cited, answer.citations, strict=True):
                node.node.metadata["number"] = citation.number
            told = response(answer, [*cited, *(additional_source_nodes or ())])
            event.on_end(payload={EventPayload.RESPONSE: told})
        return told

    async def asynthesize(
        self,
        query: str | QueryBundle,
        nodes: list[NodeWithScore],
        additional_source_nodes: Sequence[NodeWithScore] | None = None,
        **response_kwargs: Any,
    ) -> RESPONSE_TYPE:
        """What `synthesize` gives."""
        return await asyncio.to_thread(self.synthesize, query, nodes, additional_source_nodes)

    def get_response(
        self, query_str: str, text_chunks: Sequence[str], **response_kwargs: Any
    ) -> str:
        """The answer's text."""
        nodes = [NodeWithScore(node=TextNode(text=text)) for text in text_chunks]
        return str(self.synthesize(query_str, nodes))

    async def aget_response(
        self, query_str: str, text_chunks: Sequence[str], **response_kwargs: Any
    ) -> str:
        """The answer's text."""
        return await asyncio.to_thread(self.get_response, query_str, text_chunks)

    def _get_prompts(self) -> dict[str, Any]:
        return {}

    def _update_prompts(self, prompts: dict[str, Any]) -> None:
        """The prompts are this program's."""

    def _answer(self, question: str, given: GivenNodes) -> Answer:
        retriever = GivenPassages(given.hits, minilm(), self._settings)
        *_, answer = Answerer(retriever, self._model, self._settings).stream(question)
        assert isinstance(answer, Answer)
        return answer
