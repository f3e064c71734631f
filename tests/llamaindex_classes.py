"""Classes of LlamaIndex's kinds, as a user has them in a module of their own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.llms.types import ChatMessage, ChatResponse
from llama_index.core.llms import MockLLM
from llama_index.core.readers.base import BaseReader
from llama_index.core.schema import Document


class WholeLLM(MockLLM):
    """Writes its reply at once: it cannot stream."""

    reply: str = "Yes: it rose. [1]"

    def __init__(self, reply: str = "Yes: it rose. [1]", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reply = reply

    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        return ChatResponse(message=ChatMessage(role="assistant", content=self.reply))

    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> Any:
        raise NotImplementedError


class RefusedError(Exception):
    status_code = 401


class RefusingLLM(MockLLM):
    """Has a provider that does not know the key."""

    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> Any:
        raise RefusedError("invalid key sk-0123456789abcdefghijklmnop\nsee the console")


class LetterEmbedding(BaseEmbedding):
    """Counts letters; a query's vector is another one than a passage's."""

    bad: bool = False

    def _get_text_embedding(self, text: str) -> list[float]:
        if self.bad:
            return [float("nan")]
        return [1.0 + text.lower().count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"]

    def _get_query_embedding(self, query: str) -> list[float]:
        return [2.0, *self._get_text_embedding(query)[1:]]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class NotesReader(BaseReader):
    """Notes that lie in a table of an SQLite database."""

    def __init__(self, database: str) -> None:
        self._database = database

    def lazy_load_data(self, table: str = "notes") -> Iterable[Document]:
        with sqlite3.connect(self._database) as database:
            rows = database.execute(f"SELECT id, title, author, day, body FROM {table}").fetchall()
        database.close()
        for key, title, author, day, body in rows:
            about = {"title": title, "author": author, "published_at": day, "words": len(body)}
            yield Document(id_=key, text=body, metadata=about)
