"""Files and documents into LlamaIndex: what is read, and how it is cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from llama_index.core.node_parser import NodeParser
from llama_index.core.node_parser.node_utils import build_nodes_from_splits
from llama_index.core.readers.base import BaseReader
from llama_index.core.schema import BaseNode, TextNode
from llama_index.core.schema import Document as LlamaDocument
from pydantic import Field

from assistant.errors import UsageError
from assistant.ingest.sources import find_files
from assistant.ingest.workers import Closed, Cut, Job, ReadingPool
from assistant.integrations.llamaindex.nodes import (
    PASSAGE_TOKENS,
    document_of,
    llama_document,
    passages_of,
)
from assistant.settings import Settings


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
                    yield llama_document(event.document, extra_info or {})
                elif isinstance(event, Closed) and event.fault:
                    name = event.job.file.name
                    raise UsageError(f"{name} cannot be read: {event.fault}.")


class PassageNodeParser(NodeParser):
    """Cuts documents into the passages that this program indexes: whole sentences, exact offsets.

    A node's id is derived from its document and words, so that it is the same in the next run; its
    headings stand in `metadata["heading"]`.
    """

    passage_tokens: int = Field(default=PASSAGE_TOKENS, ge=32, le=256)

    @classmethod
    def class_name(cls) -> str:
        """The name by which LlamaIndex records it."""
        return "PassageNodeParser"

    def _parse_nodes(
        self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any
    ) -> list[BaseNode]:
        return [cut for node in nodes for cut in self._cut(node)]

    def _cut(self, node: BaseNode) -> list[TextNode]:
        passages = passages_of(document_of(node), self.passage_tokens)
        texts = [passage.text for passage in passages]
        made = build_nodes_from_splits(texts, node, id_func=lambda i, doc: passages[i].id)
        for each, passage in zip(made, passages, strict=True):
            each.start_char_idx, each.end_char_idx = passage.start, passage.end
            each.metadata["heading"] = passage.heading
        return made

    def _postprocess_parsed_nodes(
        self, nodes: list[BaseNode], parent_doc_map: dict[str, LlamaDocument]
    ) -> list[BaseNode]:
        # It looks for each text in the document, and may find the same words elsewhere.
        places = [(each.start_char_idx, each.end_char_idx) for each in _texts(nodes)]
        nodes = super()._postprocess_parsed_nodes(nodes, parent_doc_map)
        for node, (start, end) in zip(_texts(nodes), places, strict=True):
            node.start_char_idx, node.end_char_idx = start, end
        return nodes


def _texts(nodes: Sequence[BaseNode]) -> list[TextNode]:
    return [node for node in nodes if isinstance(node, TextNode)]
