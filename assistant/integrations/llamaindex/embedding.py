"""Our embedding models as one of LlamaIndex's."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import PrivateAttr

from assistant.models.embeddings import Embedder, MiniLM


@cache
def minilm() -> MiniLM:
    """The embedded model, which all parts share; loaded when first needed."""
    return MiniLM()


class MiniLMEmbedding(BaseEmbedding):
    """all-MiniLM-L6-v2, embedded in this program: nothing is downloaded or sent.

    Args:
        embedder: another embedding model of this program's.
    """

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder | None = None, **kwargs: Any) -> None:
        embedder = embedder or minilm()
        super().__init__(**{"model_name": embedder.name, **kwargs})
        self._embedder = embedder

    @classmethod
    def class_name(cls) -> str:
        """The name by which LlamaIndex records it."""
        return "MiniLMEmbedding"

    def _get_query_embedding(self, query: str) -> list[float]:
        vector: list[float] = self._embedder.probe(query).vector.tolist()
        return vector

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._embedder.embed(texts).tolist()
        return vectors
