"""An index of this program's as LlamaIndex's retriever and query engine."""

from __future__ import annotations

import asyncio
from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import RESPONSE_TYPE
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle

from assistant.api import Assistant
from assistant.filters import Day, Filter, Only
from assistant.integrations.llamaindex.nodes import citation_node, hit_node, response


class AssistantRetriever(BaseRetriever):
    """Passages of an assistant's index as LlamaIndex nodes.

    Args:
        assistant: an open `Assistant`; the caller closes it.
        limit: most passages to return.
        only, since, until: which documents to search, as in `Assistant.ask`.

    Raises:
        UsageError: a filter is none; and when it retrieves, if no document matches.
    """

    def __init__(
        self,
        assistant: Assistant,
        limit: int = 10,
        *,
        only: Only = None,
        since: Day = None,
        until: Day = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._assistant = assistant
        self._limit = limit
        self._where = Filter.of(only, since, until)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._assistant.search(query_bundle.query_str, self._limit, **self._where.to_dict())
        return [hit_node(hit) for hit in hits]


class AssistantQueryEngine(BaseQueryEngine):
    """Checked answers as LlamaIndex responses.

    `source_nodes` are the cited sentences, none when the documents do not say;
    `metadata["answer"]` is the whole `Answer.to_dict()`. `retrieve` gives what `AssistantRetriever`
    does.

    Args:
        assistant: an open `Assistant`; the caller closes it.
        only, since, until: which documents to answer from, as in `Assistant.ask`.

    Raises:
        UsageError: a filter is none; and when it is asked, if no document matches.
    """

    def __init__(
        self,
        assistant: Assistant,
        *,
        only: Only = None,
        since: Day = None,
        until: Day = None,
    ) -> None:
        super().__init__(callback_manager=None)
        self._assistant = assistant
        self._where = Filter.of(only, since, until)
        self._retriever = AssistantRetriever(assistant, only=only, since=since, until=until)

    def retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """The passages that fit best, best first."""
        return self._retriever.retrieve(query_bundle)

    def _query(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        answer = self._assistant.ask(query_bundle.query_str, **self._where.to_dict())
        return response(answer, [citation_node(citation) for citation in answer.citations])

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}
