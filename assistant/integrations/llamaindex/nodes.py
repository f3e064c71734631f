"""Documents, passages and citations as LlamaIndex's nodes, and its nodes as passages of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from llama_index.core.base.response.schema import Response
from llama_index.core.schema import (
    BaseNode,
    MetadataMode,
    NodeRelationship,
    NodeWithScore,
    TextNode,
)
from llama_index.core.schema import Document as LlamaDocument

from assistant.answers import Answer
from assistant.documents import Citation, Document, Hit, Passage
from assistant.ingest.chunking import segment
from assistant.integrations.llamaindex.embedding import minilm

NOT_IN_DOCUMENTS = "The documents do not say."
PASSAGE_TOKENS = 128


def llama_document(document: Document, extra: Mapping[str, Any]) -> LlamaDocument:
    """A document, with what it says of itself as metadata; only the title is embedded."""
    about = {
        "document_id": document.id,
        "title": document.title,
        "source": document.source,
        "author": document.author,
        "publisher": document.publisher,
        "published": document.published,
        "language": document.language,
        "media_type": document.media_type,
    }
    metadata = {**extra, **{name: value for name, value in about.items() if value is not None}}
    return LlamaDocument(
        id_=document.id,
        text=document.text,
        metadata=metadata,
        excluded_embed_metadata_keys=[name for name in metadata if name != "title"],
        excluded_llm_metadata_keys=["document_id", "media_type"],
    )


def hit_node(hit: Hit) -> NodeWithScore:
    """A passage that a search found."""
    passage = hit.passage
    node = _node(passage.document, passage.start, passage.end, passage.id, hit.copies)
    node.metadata["heading"] = passage.heading
    return NodeWithScore(node=node, score=hit.score)


def citation_node(citation: Citation) -> NodeWithScore:
    """A cited sentence."""
    document = citation.document
    place = f"{document.source}#{citation.start}-{citation.end}"
    node = _node(document, citation.start, citation.end, place, citation.copies)
    node.metadata["number"] = citation.number
    return NodeWithScore(node=node, score=None)


def response(answer: Answer, sources: Sequence[NodeWithScore]) -> Response:
    """An answer with the nodes that it cites."""
    return Response(answer.text or NOT_IN_DOCUMENTS, list(sources), {"answer": answer.to_dict()})


def document_of(node: BaseNode) -> Document:
    """A node's own text as a document of ours; nothing of it is altered."""
    about = node.metadata
    identity = str(about.get("document_id") or node.ref_doc_id or node.node_id)
    source = about.get("source") or about.get("file_path") or identity
    return Document(
        id=identity,
        source=str(source),
        title=str(about.get("title") or ""),
        text=node.get_content(MetadataMode.NONE),
        published=about.get("published"),
        media_type=str(about.get("media_type") or about.get("file_type") or "text/plain"),
    )


class GivenNodes:
    """Nodes that somebody found, cut into passages of ours.

    Attributes:
        hits: the passages, those of the best node first.
    """

    def __init__(self, nodes: Sequence[NodeWithScore]) -> None:
        best = sorted(nodes, key=lambda each: -(each.score or 0.0))
        self._nodes = {document_of(each.node): each.node for each in best}
        self.hits: list[Hit] = []
        for each in best:
            for passage in passages_of(document_of(each.node)):
                # Where no score is told, all nodes count alike.
                self.hits.append(Hit(passage, 1.0 if each.score is None else each.score, {}))

    def sentence(
        self, document: Document, start: int, end: int, score: float | None = None
    ) -> NodeWithScore:
        """The node of a sentence, with its place in what the node was cut from."""
        node = self._nodes[document]
        offset = (node.start_char_idx if isinstance(node, TextNode) else None) or 0
        source = node.source_node
        found = TextNode(
            id_=f"{node.node_id}#{start}-{end}",
            text=document.text[start:end],
            start_char_idx=offset + start,
            end_char_idx=offset + end,
            metadata=dict(node.metadata),
            relationships={NodeRelationship.SOURCE: source} if source else {},
        )
        return NodeWithScore(node=found, score=score)


def passages_of(document: Document, tokens: int = PASSAGE_TOKENS) -> tuple[Passage, ...]:
    """A document's passages, as an index has them."""
    return segment(document, minilm().offsets, tokens)


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
