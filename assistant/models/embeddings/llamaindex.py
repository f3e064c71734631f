"""Text to vectors by an embedding model that LlamaIndex has a class for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

from assistant.errors import ModelRefusedError
from assistant.models.chat.llamaindex import mapped
from assistant.models.chat.openai import Server
from assistant.models.embeddings.minilm import Embedder, Probe, probe_of
from assistant.models.embeddings.openai import RemoteEmbedder, Vectors, sendable, unit
from assistant.models.plugins import Plugin, make

BASE = "llama_index.core.base.embeddings.base:BaseEmbedding"


class LlamaIndexEmbedder(RemoteEmbedder):
    """A class of LlamaIndex's; what is embedded goes wherever that sends it.

    It is imported when first needed, and asked by one thread at a time, as nothing says that it
    allows more.
    """

    parallel = 1

    def __init__(
        self,
        plugin: Plugin,
        tokens: Embedder,
        *,
        name: str,
        dimension: int | None,
        timeout: float,
        retries: int,
    ) -> None:
        """Name the class; all else is as `RemoteEmbedder` takes it."""
        super().__init__(
            Server(None, plugin.label),
            tokens,
            name=name,
            dimension=dimension,
            timeout=timeout,
            retries=retries,
        )
        self._plugin = plugin
        self._model: Any = None
        self._lock = Lock()

    def probe(self, query: str) -> Probe:
        """A query's vector, which some models make otherwise than a passage's."""
        [vector] = self._vectors(lambda model: [model.get_query_embedding(sendable(query))], 1)
        self._check_dimension(len(vector))
        return probe_of(vector)

    def _ask(self, texts: Sequence[str], tries: int) -> Vectors:
        sent = list(map(sendable, texts))
        return self._vectors(lambda model: model.get_text_embedding_batch(sent), len(sent))

    def _vectors(self, asked: Callable[[Any], Any], count: int) -> Vectors:
        with self._lock:
            if self._model is None:
                made = {"timeout": self._timeout, "max_retries": self._retries}
                self._model = make(self._plugin.load(BASE), self._plugin.values, **made)
            with mapped(self._plugin.label, "--embedding"):
                rows = asked(self._model)
        try:
            return unit(rows, count)
        except (TypeError, ValueError, OverflowError) as exc:
            raise ModelRefusedError(
                f"{self._plugin.label} gave something else than {count} vectors of finite numbers; "
                "choose another model with --embedding."
            ) from exc
