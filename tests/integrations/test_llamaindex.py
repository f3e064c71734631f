"""The LlamaIndex adapter, used as LlamaIndex's own parts use a retriever and a query engine."""

import asyncio
from dataclasses import replace

import pytest
from llama_index.core import SimpleDirectoryReader
from llama_index.core.base.response.schema import Response
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import NodeWithScore

from assistant import Assistant
from assistant.errors import UsageError
from assistant.integrations.llamaindex import (
    NOT_IN_DOCUMENTS,
    AssistantQueryEngine,
    AssistantReader,
    AssistantRetriever,
)
from assistant.settings import shipped
from tests.fake_openai import Reply

TARIFF = "What tariff has Trump threatened, and by when?"
TEXT = next(shipped("seeds").glob("*.txt")).read_text(encoding="utf-8")
YES = Reply(
    "Yes: Trump has threatened a 100% tariff on Chinese products by November 1 if Beijing does not "
    "ease its restrictions. [1]"
)


@pytest.fixture
def assistant(index, fake_openai, minilm, monkeypatch):
    monkeypatch.setattr("assistant.answering.workspace.MiniLM", lambda: minilm)
    with Assistant.open(index, llm=fake_openai.spec, retries=0) as assistant:
        yield assistant


def test_files_are_read_as_documents_with_what_they_say_of_themselves(tmp_path):
    text = "Tin rose by 4% in Lima, and no duty was paid on it."
    (tmp_path / "a.html").write_text(f"<html lang=en><title>Tin</title><p>{text}</p>")
    (tmp_path / "b.jsonl").write_text('{"id": "7", "title": "T", "text": "Zinc fell."}\n')
    extractors = {".html": AssistantReader(), ".jsonl": AssistantReader()}
    read = SimpleDirectoryReader(tmp_path, file_extractor=extractors).load_data()
    assert [each.text for each in read] == [
        text,
        "Zinc fell.",
    ]
    assert [each.metadata["title"] for each in read] == ["Tin", "T"]
    assert read[0].metadata["language"] == "en"
    assert read[0].metadata["file_name"] == "a.html"


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 and no more")
    with pytest.raises(UsageError, match=r"a\.pdf cannot be read: "):
        AssistantReader().load_data(tmp_path / "a.pdf")


def test_the_retriever_gives_the_passages_of_search_as_nodes_with_exact_offsets(assistant):
    nodes = AssistantRetriever(assistant, limit=2).retrieve(TARIFF)
    hits = assistant.search(TARIFF, 2)
    assert len(nodes) == len(hits) > 0
    for found, hit in zip(nodes, hits, strict=True):
        assert isinstance(found, NodeWithScore)
        assert found.score == hit.score
        assert found.node.node_id == hit.passage.id
        assert found.node.text == TEXT[found.node.start_char_idx : found.node.end_char_idx]
        assert found.node.text == hit.passage.text


def test_a_node_tells_where_its_words_come_from(assistant):
    document = assistant.search(TARIFF)[0].passage.document
    (found, *_) = AssistantRetriever(assistant).retrieve(TARIFF)
    assert found.node.metadata == {
        "document_id": document.id,
        "title": document.title,
        "source": document.source,
        "published": None,
        "heading": "",
    }


def test_retriever_and_query_engine_keep_to_the_documents_of_a_filter(assistant, tmp_path):
    (tmp_path / "wine.txt").write_text("A tariff of 100% on Chilean wine is threatened by Friday.")
    assistant.index([tmp_path / "wine.txt"])
    nodes = AssistantRetriever(assistant, only="wine*").retrieve(TARIFF)
    assert {found.node.metadata["document_id"] for found in nodes} == {"wine.txt"}
    for made in (AssistantRetriever, AssistantQueryEngine):
        assert made(assistant, until="2026")._where.until == "2026-12-31"
        with pytest.raises(UsageError, match="no date"):
            made(assistant, since="soon")
    with pytest.raises(UsageError, match="no document matches --since 2026-01-01"):
        AssistantQueryEngine(assistant, since="2026").query(TARIFF)


def test_the_retriever_can_be_awaited(assistant):
    retriever = AssistantRetriever(assistant)
    awaited = asyncio.run(retriever.aretrieve(TARIFF))
    assert [n.node.node_id for n in awaited] == [n.node.node_id for n in retriever.retrieve(TARIFF)]


def test_the_query_engines_sources_are_the_cited_sentences(assistant, fake_openai):
    fake_openai.script = [YES]
    response = AssistantQueryEngine(assistant).query(TARIFF)
    assert isinstance(response, Response)
    answer = response.metadata["answer"]
    assert str(response) == answer["text"]
    assert str(response).endswith("ease its restrictions. [1]")
    (source,) = response.source_nodes
    assert source.node.text == answer["citations"][0]["quote"]
    assert source.node.text == TEXT[source.node.start_char_idx : source.node.end_char_idx]
    assert "100% tariff" in source.node.text
    assert source.node.metadata["number"] == 1
    assert source.node.metadata["title"] == answer["citations"][0]["title"]


def test_a_refusal_has_no_sources(assistant):
    response = AssistantQueryEngine(assistant).query("Why did Trump cancel his visit to Malaysia?")
    assert str(response) == NOT_IN_DOCUMENTS
    assert response.source_nodes == []
    assert response.metadata["answer"]["status"] == "not_in_documents"


def test_the_query_engine_can_be_awaited(assistant, fake_openai):
    fake_openai.script = [YES]
    response = asyncio.run(AssistantQueryEngine(assistant).aquery(TARIFF))
    assert len(response.source_nodes) == 1


def test_llamaindexs_own_query_engine_takes_the_retriever(assistant):
    engine = RetrieverQueryEngine.from_args(AssistantRetriever(assistant, limit=2), llm=MockLLM())
    response = engine.query(TARIFF)
    assert "100% tariff" in "".join(n.node.text for n in response.source_nodes)
    # The mock repeats what it is asked, which holds what was retrieved.
    assert "100% tariff" in str(response)


def test_a_node_names_the_documents_that_tell_the_same(assistant, monkeypatch):
    (hit, *_) = assistant.search(TARIFF)
    copy = replace(hit.passage.document, id="copy.txt")
    monkeypatch.setattr(assistant, "search", lambda *_, **__: [replace(hit, copies=(copy,))])
    (found,) = AssistantRetriever(assistant).retrieve(TARIFF)
    assert found.node.metadata["copies"] == ["copy.txt"]
