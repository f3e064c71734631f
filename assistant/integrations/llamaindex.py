"""For people who build with LlamaIndex: our reader of files, our index as a retriever, our answers
as a query engine."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import RESPONSE_TYPE, Response
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.readers.base import BaseReader
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import Document as LlamaDocument
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.api import Assistant
from assistant.documents import Citation, Document, Hit
from assistant.errors import UsageError
from assistant.filters import Day, Filter, Only
from assistant.ingest.sources import find_files
from assistant.ingest.workers import Closed, Cut, Job, ReadingPool
from assistant.settings import Settings

NOT_IN_DOCUMENTS = "The documents do not say."


class AssistantReader(BaseReader):
    """Files of every kind that is read as LlamaIndex documents, nothing indexed.

    Each file is read in a process of its own, bounded in time and memory. For instance as
    `SimpleDirectoryReader(folder, file_extractor={".pdf": AssistantReader()})`.
    """

    def lazy_load_data(
        self, file: str | Path, extra_info: dict[str, Any] | None = None
    ) -> Iterable[LlamaDocument]:
        """The documents in a file, or in the files of a folder, one by one.

        Args:
            file: the file or folder.
            extra_info: further metadata of each.

        Raises:
            UsageError: there is none such, or a file in it cannot be read.
        """
        files, _ = find_files(Path(file))
        with ReadingPool(Settings.load().passage_tokens, processes=min(len(files), 2)) as pool:
            for event in pool.read(Job(each) for each in files):
                if isinstance(event, Cut):
                    yield _llama_document(event.document, extra_info or {})
                elif isinstance(event, Closed) and event.fault:
                    name = event.job.file.name
                    raise UsageError(f"{name} cannot be read: {event.fault}.")


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
        return [_hit_node(hit) for hit in hits]


class AssistantQueryEngine(BaseQueryEngine):
    """Checked answers as LlamaIndex responses.

    `source_nodes` are the cited sentences, none when the documents do not say;
    `metadata["answer"]` is the whole `Answer.to_dict()`.

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

    def _query(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        answer = self._assistant.ask(query_bundle.query_str, **self._where.to_dict())
        return Response(
            response=answer.text or NOT_IN_DOCUMENTS,
            source_nodes=[_citation_node(citation) for citation in answer.citations],
            metadata={"answer": answer.to_dict()},
        )

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


def _llama_document(document: Document, extra: dict[str, Any]) -> LlamaDocument:
    about = {
        "document_id": document.id,
        "title": document.title,
        "source": document.source,
        "author": document.author,
        "publisher": document.publisher,
        "published": document.published,
        "language": document.language,
    }
    told = {name: value for name, value in about.items() if value is not None}
    return LlamaDocument(id_=document.id, text=document.text, metadata=extra | told)


def _hit_node(hit: Hit) -> NodeWithScore:
    passage = hit.passage
    node = _node(passage.document, passage.start, passage.end, passage.id, hit.copies)
    node.metadata["heading"] = passage.heading
    return NodeWithScore(node=node, score=hit.score)


def _citation_node(citation: Citation) -> NodeWithScore:
    document = citation.document
    place = f"{document.source}#{citation.start}-{citation.end}"
    node = _node(document, citation.start, citation.end, place, citation.copies)
    node.metadata["number"] = citation.number
    return NodeWithScore(node=node, score=None)


def _node(
    document: Document, start: int, end: int, node_id: str, copies: Sequence[Document]
) -> TextNode:
    # Named only where there are some: LlamaIndex shows a model whatever the metadata holds.
    same = {"copies": [copy.id for copy in copies]} if copies else {}
    return TextNode(
        id_=node_id,
        text=document.text[start:end],
        start_char_idx=start,
        end_char_idx=end,
        metadata={
            "document_id": document.id,
            "title": document.title,
            "source": document.source,
            "published": document.published,
            **same,
        },
    )
