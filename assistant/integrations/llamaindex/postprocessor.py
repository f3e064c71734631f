"""The choice of evidence, for nodes that any retriever found."""

from __future__ import annotations

from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle
from pydantic import Field

from assistant.answering import SERVER_EVIDENCE_TOKENS
from assistant.integrations.llamaindex.embedding import minilm
from assistant.integrations.llamaindex.nodes import GivenNodes
from assistant.retrieval import GivenPassages
from assistant.settings import Settings


class EvidencePostprocessor(BaseNodePostprocessor):
    """Replaces nodes by their sentences that fit the question best, and what these lean on.

    They come in reading order. What instructs the answering program is left out.
    """

    tokens: int = Field(default=SERVER_EVIDENCE_TOKENS, ge=50, description="Most tokens of all.")

    @classmethod
    def class_name(cls) -> str:
        """The name by which LlamaIndex records it."""
        return "EvidencePostprocessor"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if query_bundle is None:
            return nodes
        given = GivenNodes(nodes)
        settings = Settings.load(evidence_tokens=self.tokens)
        retriever = GivenPassages(given.hits, minilm(), settings)
        found = retriever.evidence(query_bundle.query_str, given.hits)
        return [
            given.sentence(e.passage.document, e.sentence.start, e.sentence.end, e.score)
            for e in found.evidence
        ]
