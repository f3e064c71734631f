"""The collection as others open it: Chroma's own client, and LlamaIndex where its part is there."""

import chromadb
import pytest
from chromadb.config import Settings as ChromaSettings

from assistant.settings import Settings
from assistant.store.library import Library
from assistant.store.vectors import COLLECTION

TEXTS = {
    "ferry.md": "---\ndate: 2019-05-06\n---\n\n# The ferry\n\nIt leaves Naxos at dawn. 🚢 ¿Sí?\n",
    "bread.txt": "Rye bread\n\nRye bread keeps for a week in a linen bag.\n",
}

pytestmark = pytest.mark.filterwarnings("ignore")  # Chroma's own imports warn


@pytest.fixture
def made(tmp_path, minilm):
    """The passages of an index by id, and its collection as Chroma's client opens it."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for name, text in TEXTS.items():
        (docs / name).write_text(text)
    with Library(tmp_path / "index", minilm, Settings()) as library:
        library.index([docs])
        [ids] = library.catalogue.passage_ids(100)
        passages = library.catalogue.passages_by_ids(ids)
        folder = library.status().store
    client = chromadb.PersistentClient(folder, ChromaSettings(anonymized_telemetry=False))
    yield passages, client.get_collection(COLLECTION, embedding_function=None)
    client.close()


def test_chromas_client_finds_each_passage_with_its_text_and_its_place(made, minilm):
    passages, collection = made
    [question] = minilm.embed(["When does the ferry leave?"])
    found = collection.query([question], n_results=9)
    assert set(found["ids"][0]) == set(passages)
    for key, text, where in zip(
        found["ids"][0], found["documents"][0], found["metadatas"][0], strict=True
    ):
        document = passages[key].document
        assert text == passages[key].text == document.text[where["start"] : where["end"]]
        assert (where["source"], where["title"]) == (document.source, document.title)
        assert where["document_id"] == document.id
        assert where.get("published") == document.published
    assert "Naxos" in found["documents"][0][0]
    assert found["metadatas"][0][0]["published"] == "2019-05-06"


def test_chromas_client_looks_for_words_and_filters_by_metadata(made):
    passages, collection = made
    [key] = collection.get(where_document={"$contains": "linen bag"})["ids"]
    assert passages[key].document.source.endswith("bread.txt")
    assert collection.get(where={"published": "2019-05-06"})["ids"] == [
        each for each in passages if each != key
    ]


def test_llamaindex_retrieves_passages_and_where_they_stand(made, minilm):
    chroma = pytest.importorskip("llama_index.vector_stores.chroma")
    from llama_index.core import VectorStoreIndex
    from llama_index.core.embeddings import BaseEmbedding

    class Embedding(BaseEmbedding):
        def _get_query_embedding(self, query):
            return minilm.embed([query])[0].tolist()

        _get_text_embedding = _get_query_embedding

        async def _aget_query_embedding(self, query):
            return self._get_query_embedding(query)

    passages, collection = made
    store = chroma.ChromaVectorStore(chroma_collection=collection)
    index = VectorStoreIndex.from_vector_store(store, embed_model=Embedding())
    [found] = index.as_retriever(similarity_top_k=1).retrieve("How long does rye bread keep?")
    passage = passages[found.node.node_id]
    assert found.text == passage.text
    assert "linen bag" in found.text
    given = found.node.metadata
    assert given["source"] == passage.document.source
    assert (given["start"], given["end"]) == (passage.start, passage.end)
