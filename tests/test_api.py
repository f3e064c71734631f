"""`Assistant`, the parts put together: real index, real search, a scripted model server."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from assistant import Answer, Assistant, Correction, Searched, errors
from assistant.errors import (
    AssistantError,
    IndexMissingError,
    ModelMissingError,
    ModelRefusedError,
    ModelUnreachableError,
    NoUsableIndexError,
    UsageError,
)
from assistant.settings import shipped
from tests.fake_openai import Drop, Failure, Hang, Reply
from tests.network import ROOT

TARIFF = "What tariff has Trump threatened, and by when?"
YES = Reply(
    "Yes: Trump has threatened a 100% tariff on Chinese products by November 1 if Beijing does not "
    "ease its restrictions. [1]"
)
PORT = "How large is the loan for the port at Ilo?"
PORTS = "Ports\n\nPeru's Congress approved a $2 billion loan for a port at Ilo.\n"
BREAD = "Bread\n\nKnead the dough for ten minutes. Let it rise until it doubles.\n"
pytestmark = pytest.mark.usefixtures("quick_start")


@pytest.fixture
def quoting(index):
    with Assistant.open(index, llm="none") as assistant:
        yield assistant


@pytest.fixture
def asking(index, fake_openai):
    with Assistant.open(index, llm=fake_openai.spec, retries=0, timeout=10) as assistant:
        yield assistant


@pytest.fixture
def docs(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "ports.txt").write_text(PORTS, encoding="utf-8")
    (folder / "bread.txt").write_text(BREAD, encoding="utf-8")
    return folder


def quotes(answer):
    return [citation.quote for citation in answer.citations]


# Opening and closing


def test_opening_touches_neither_the_disk_nor_the_model(tmp_path, fake_openai, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    for llm in ("none", "local", "missing.gguf", fake_openai.spec):
        with Assistant.open(tmp_path / "index", llm=llm, notify=pytest.fail) as assistant:
            assert assistant.model
    assert sorted(tmp_path.rglob("*")) == before
    assert fake_openai.requests == []


def test_without_an_index_the_shipped_documents_are_indexed_with_one_notice(tmp_path):
    told = []
    with Assistant.open(tmp_path / "index", llm="none", notify=told.append) as assistant:
        answer = assistant.ask(TARIFF)
        assert len(told) == 1
        assert "no index" in told[0]
        assistant.ask(TARIFF)
        assistant.search("tariff")
        assert len(told) == 1
        assert assistant.status().roots == (str(shipped("seeds").resolve()),)
    assert "100% tariff" in quotes(answer)[0]


def test_searching_without_an_index_builds_it_as_well(tmp_path):
    with Assistant.open(tmp_path / "index", llm="none") as assistant:
        assert assistant.search("tariff")[0].passage.text


def test_that_no_model_was_chosen_is_told_once(index, monkeypatch):
    monkeypatch.setattr("assistant.models.chat.llamacpp.is_installed", lambda: False)
    told = []
    with Assistant.open(index, notify=told.append) as assistant:
        assert assistant.model == "none"
        assistant.ask(TARIFF)
        assistant.ask(TARIFF)
    (notice,) = told
    assert "pip install" in notice


def test_the_environment_names_index_and_model(index, fake_openai, monkeypatch):
    monkeypatch.setenv("ASSISTANT_INDEX", str(index))
    monkeypatch.setenv("ASSISTANT_LLM", fake_openai.spec)
    with Assistant.open() as assistant:
        assert assistant.status().path == str(index)
        assert assistant.model.startswith("scripted@")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="reads open files from /proc")
def test_leaving_the_block_lets_go_of_all_files(index):
    def held():
        links = [Path("/proc/self/fd", number) for number in os.listdir("/proc/self/fd")]
        return [link for link in links if os.path.realpath(link).startswith(str(index))]

    with Assistant.open(index, llm="none") as assistant:
        assistant.ask(TARIFF)
        assert held()
    deadline = time.monotonic() + 5  # Chroma's threads close its files a moment later
    while held() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert held() == []


def test_an_error_in_the_block_is_not_swallowed(index):
    with pytest.raises(ZeroDivisionError), Assistant.open(index, llm="none"):
        _ = 1 / 0


# Asking


def test_an_answer_is_written_checked_and_cited(asking, fake_openai):
    fake_openai.script = [YES]
    answer = asking.ask(TARIFF)
    text = next(shipped("seeds").glob("*.txt")).read_text(encoding="utf-8")
    (citation,) = answer.citations
    assert answer.status == "answered"
    assert "100% tariff" in citation.quote
    assert citation.quote == text[citation.start : citation.end]
    assert answer.model == asking.model


def test_a_stream_begins_with_the_search_and_ends_with_the_answer(asking, fake_openai):
    fake_openai.otherwise = YES
    events = list(asking.stream(TARIFF))
    assert isinstance(events[0], Searched)
    assert [event for event in events if isinstance(event, Answer)] == events[-1:]
    assert events[-1].text == asking.ask(TARIFF).text


def test_closing_a_stream_stops_the_request_and_the_next_question_is_answered(asking, fake_openai):
    fake_openai.script = [Reply("Yes: " + "and so on " * 500, seconds_between=0.02), YES]
    events = asking.stream(TARIFF)
    for _ in range(3):
        next(events)
    events.close()
    assert fake_openai.left.wait(5)
    assert asking.ask(TARIFF).status == "answered"


def test_history_may_be_questions_or_pairs_of_question_and_answer(quoting):
    asked = [quoting.ask("And by when?", history=[turn]) for turn in (TARIFF, (TARIFF, "100%."))]
    assert asked[0].standalone_question == asked[1].standalone_question
    assert asked[0].standalone_question.startswith("What tariff")


def test_search_gives_no_more_hits_than_wished_best_first(quoting):
    hits = quoting.search("tariff", limit=2)
    assert 1 <= len(hits) <= 2
    assert hits[0].score == max(hit.score for hit in hits)
    assert hits[0].passage.text in hits[0].passage.document.text


def test_an_explained_search_finds_what_the_search_finds(quoting):
    told = quoting.explain("Takeichi", limit=2, only="*.txt")
    assert list(told.hits) == quoting.search("Takeichi", limit=2, only="*.txt")
    assert told.corrections == (Correction("Takeichi", "Takaichi"),)
    assert told.terms == (("takeichi", "takaichi"),)
    assert told.filters["only"] == ("*.txt",)
    assert quoting.explain("Takaichi").filters == {}


def test_an_answer_tells_what_was_searched_for_in_another_spelling(quoting):
    spelled = quoting.ask("Who is Takeichi?")
    assert spelled.corrections == (Correction("Takeichi", "Takaichi"),)
    assert spelled.to_dict()["corrections"] == [{"asked": "Takeichi", "found": "Takaichi"}]
    assert "corrections" not in quoting.ask(TARIFF).to_dict()


def test_settings_of_one_assistant_are_its_own(index):
    def given(**settings):
        return Assistant.open(index, llm="none", **settings)

    with given(evidence_tokens=50) as little, given(evidence_tokens=400) as much:
        counts = [len(next(each.stream(TARIFF)).evidence) for each in (little, much, little)]
    assert counts[0] == counts[2] < counts[1]


def test_a_server_is_given_more_evidence_than_a_model_in_this_process(index, fake_openai):
    question = "What do officials say of the trip, the tariffs and the minerals?"
    with (
        Assistant.open(index, llm="none") as here,
        Assistant.open(index, llm=fake_openai.spec) as there,
    ):
        few, many = (len(next(each.stream(question)).evidence) for each in (here, there))
    assert few < many


# A conversation


def test_a_conversation_keeps_its_questions_and_makes_follow_ups_stand_alone(asking, fake_openai):
    fake_openai.otherwise = YES
    conversation = asking.chat()
    conversation.ask(TARIFF)
    answer = conversation.ask("And by when?")
    assert [question for question, _ in conversation.history] == [
        TARIFF,
        answer.standalone_question,
    ]
    assert conversation.history[1][1] == " ".join(each.text for each in answer.statements)
    assert answer.question == "And by when?"
    assert "tariff" in answer.standalone_question
    assert answer.standalone_question in fake_openai.chats[-1]["messages"][-1]["content"]


def test_an_earlier_conversation_can_be_taken_up_again(quoting):
    first = quoting.chat()
    first.ask("Does the trip include Japan?")
    again = quoting.chat(history=first.history)
    assert again.ask("Who is its prime minister?").standalone_question == (
        "Who is Japan's prime minister?"
    )
    assert len(first.history) == 1
    assert len(again.history) == 2


def test_what_the_model_answered_is_never_part_of_the_next_question(asking, fake_openai):
    fake_openai.otherwise = YES
    conversation = asking.chat()
    conversation.ask(TARIFF)
    conversation.ask("And by when?")
    assert "on Chinese products by November 1. [1]" not in str(fake_openai.chats[-1]["messages"])


def test_a_question_that_failed_is_not_remembered(asking, fake_openai):
    fake_openai.script = [Failure(500), YES]
    conversation = asking.chat()
    with pytest.raises(ModelUnreachableError):
        conversation.ask(TARIFF)
    assert conversation.history == []
    assert conversation.ask(TARIFF).status == "answered"


def test_two_conversations_know_nothing_of_each_other(quoting):
    one, other = quoting.chat(), quoting.chat()
    one.ask(TARIFF)
    assert other.ask("And by when?").standalone_question == "And by when?"


# Documents that come, change and go


def test_a_removed_file_is_cited_no_more(index, docs):
    with Assistant.open(index, llm="none") as assistant:
        assistant.index([docs])
        assert "$2 billion" in quotes(assistant.ask(PORT))[0]
        (docs / "ports.txt").unlink()
        assert assistant.index().removed == 1
        answer = assistant.ask(PORT)
        assert "Ilo" not in str(answer.to_dict()["citations"] + answer.to_dict()["nearest"])
        assert "100% tariff" in quotes(assistant.ask(TARIFF))[0]


def test_a_changed_file_is_cited_as_it_is_now(index, docs):
    with Assistant.open(index, llm="none") as assistant:
        assistant.index([docs])
        assistant.ask(PORT)
        (docs / "ports.txt").write_text(PORTS.replace("$2 billion", "$30 billion"))
        assert assistant.index().updated == 1
        assert "$30 billion" in quotes(assistant.ask(PORT))[0]


def test_what_another_process_indexed_is_found_by_the_next_question(quoting, index, docs):
    assert quoting.ask(PORT).status == "not_in_documents"
    writer = "import sys; from assistant import Assistant\n" + (
        "with Assistant.open(sys.argv[1], llm='none') as a: print(a.index([sys.argv[2]]).added)"
    )
    done = subprocess.run(
        [sys.executable, "-c", writer, index, docs],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert done.stdout == "2\n"
    assert "$2 billion" in quotes(quoting.ask(PORT))[0]
    # The words of this query are not in the document: its vector must have been seen.
    assert quoting.search("baking instructions")[0].passage.document.id == "bread.txt"


def test_indexing_nothing_new_embeds_nothing(index):
    with Assistant.open(index, llm="none") as assistant:
        report = assistant.index()
    assert (report.unchanged, report.embedded, report.added, report.removed) == (1, 0, 0, 0)


def test_progress_is_told_in_bytes_up_to_all_of_them(index, docs):
    told = []
    with Assistant.open(index, llm="none") as assistant:
        assistant.index([docs], progress=told.append)
    last = told[-1]
    assert last.done == last.total == len(PORTS + BREAD)
    assert last.documents == last.embedded == 2


# Only some documents


NEWS = (
    ("june", "2026-06-03", "Peru's Congress approved a $2 billion loan for a port at Ilo."),
    ("may", "2026-05-31", "Peru's Congress approved a $9 billion loan for a port at Ilo."),
    ("undated", None, "Peru's Congress approved a $7 billion loan for a port at Ilo."),
)


@pytest.fixture
def news(index, tmp_path):
    """The shipped document and three records that differ in what they say the port costs."""
    records = [
        {"id": f"wire/{key}", "title": "Ports", "text": text, "published": day}
        for key, day, text in NEWS
    ]
    path = tmp_path / "news.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    with Assistant.open(index, llm="none") as assistant:
        assistant.index([path])
        yield assistant


def ids(found):
    """Ids of the documents of hits or of an answer's citations."""
    documents = [getattr(each, "passage", each).document for each in found]
    return {document.id for document in documents}


FILTERED = [
    ({"only": "wire/*"}, {"wire/june", "wire/may", "wire/undated"}),
    ({"only": ["*june", "undated"]}, {"wire/june", "wire/undated"}),
    ({"only": "news.jsonl", "since": "2026-06"}, {"wire/june"}),
    ({"since": date(2026, 5, 1), "until": "2026-05"}, {"wire/may"}),
    ({"since": "2026"}, {"wire/june", "wire/may"}),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERED)
def test_only_documents_that_match_are_searched_and_cited(news, filters, expected):
    assert ids(news.search(PORT, **filters)) == expected
    answer = news.ask(PORT, **filters)
    assert answer.status == "answered"
    assert ids(answer.citations) <= expected
    *_, streamed = news.stream(PORT, **filters)
    assert streamed.citations == answer.citations


def test_what_is_filtered_out_is_neither_said_nor_among_the_nearest(news):
    answer = news.ask(PORT, only="seeds")
    assert answer.status == "not_in_documents"
    assert not ids(answer.nearest) & {f"wire/{key}" for key, *_ in NEWS}
    assert news.ask(PORT).status == "answered"


def test_a_conversation_keeps_its_filter_for_all_questions(news):
    conversation = news.chat(only="wire/*", since="2026-06")
    for question in (PORT, "And who approved it?", PORT):
        answer = conversation.ask(question)
        assert ids(answer.citations or answer.nearest) == {"wire/june"}
    assert ids(news.chat().ask(PORT).citations) != {"wire/june"}


def test_a_filter_follows_the_documents(news, tmp_path):
    assert ids(news.search(PORT, since="2026-06")) == {"wire/june"}
    path = tmp_path / "news.jsonl"
    path.write_text(path.read_text().replace("2026-05-31", "2026-06-30"))
    news.index()
    assert ids(news.search(PORT, since="2026-06")) == {"wire/june", "wire/may"}


def test_a_filter_follows_what_another_process_indexed(news, docs):
    assert ids(news.search(PORT, only="wire/*")) == {"wire/june", "wire/may", "wire/undated"}
    with pytest.raises(UsageError):
        news.search(PORT, only="ports.txt")
    writer = "import sys; from assistant import Assistant\n" + (
        "with Assistant.open(sys.argv[1], llm='none') as a: a.index([sys.argv[2]])"
    )
    command = [sys.executable, "-c", writer, news.status().path, docs]
    subprocess.run(command, capture_output=True, cwd=ROOT, check=True)
    assert ids(news.search(PORT, only="ports.txt")) == {"ports.txt"}


def test_a_filter_that_no_document_matches_is_told(news):
    for ask in (
        partial(news.ask, only="nothing*"),
        partial(news.search, only="nothing*"),
        news.chat(only="nothing*").ask,
    ):
        with pytest.raises(UsageError, match=r"no document matches --only 'nothing\*'; ") as raised:
            ask(PORT)
        assert "\n" not in str(raised.value)
    with pytest.raises(UsageError, match="a document without a date matches neither"):
        news.ask(PORT, only="undated", since="2026")


@pytest.mark.parametrize("wrong", [{"only": ""}, {"since": "soon"}, {"since": 2027, "until": 2026}])
def test_a_filter_that_is_none_is_refused_before_anything_is_indexed(tmp_path, wrong):
    with Assistant.open(tmp_path / "index", llm="none", notify=pytest.fail) as assistant:
        for refused in (assistant.ask, assistant.stream, assistant.search):
            with pytest.raises(UsageError):
                refused(PORT, **wrong)
        with pytest.raises(UsageError):
            assistant.chat(**wrong)
    assert not (tmp_path / "index").exists()


# Errors


@pytest.mark.parametrize(
    "wrong",
    [{"temperture": 1}, {"candidates": 0}, {"llm": "gpt"}, {"llm": "x@ftp://y"}],
    ids=lambda w: next(iter(w)),
)
def test_what_cannot_be_set_is_refused_at_once(tmp_path, wrong):
    with pytest.raises(UsageError):
        Assistant.open(tmp_path / "index", **wrong)


@pytest.mark.parametrize("question", ["", "  ", "x" * 5000])
def test_a_question_that_cannot_be_asked_is_refused(quoting, question):
    with pytest.raises(UsageError):
        quoting.ask(question)


def test_the_status_of_no_index_is_an_error(tmp_path):
    with pytest.raises(IndexMissingError), Assistant.open(tmp_path / "index") as assistant:
        assistant.status()
    assert not (tmp_path / "index").exists()


def test_a_missing_path_is_refused_and_nothing_indexed_is_lost(quoting, tmp_path):
    with pytest.raises(UsageError, match="nowhere"):
        quoting.index([tmp_path / "nowhere"])
    assert quoting.ask(TARIFF).status == "answered"


def test_a_damaged_index_is_an_error_of_the_index(index):
    (index / "catalogue.sqlite3").write_bytes(b"no database at all " * 300)
    with pytest.raises(NoUsableIndexError), Assistant.open(index, llm="none") as assistant:
        assistant.ask(TARIFF)


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (Failure(401), ModelRefusedError),
        (Failure(404), ModelRefusedError),
        (Failure(400, "context length exceeded"), ModelRefusedError),
        (Failure(429), ModelUnreachableError),
        (Failure(503), ModelUnreachableError),
        (Drop(), ModelUnreachableError),
        (Hang(), ModelUnreachableError),
    ],
    ids=str,
)
def test_every_failure_of_the_model_is_one_line_of_our_own(index, fake_openai, step, error):
    fake_openai.script = [step]
    with (
        Assistant.open(index, llm=fake_openai.spec, retries=0, timeout=1) as assistant,
        pytest.raises(error) as raised,
    ):
        assistant.ask(TARIFF)
    assert "\n" not in str(raised.value)
    assert raised.value.exit_code == 5


def test_a_model_file_that_is_missing_is_told_when_it_is_needed(index, tmp_path):
    with (
        Assistant.open(index, llm=str(tmp_path / "none.gguf")) as assistant,
        pytest.raises(ModelMissingError, match=r"none\.gguf"),
    ):
        assistant.ask(TARIFF)


def test_every_error_is_one_of_ours_with_a_documented_exit_code():
    classes = [
        each
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, Exception)
    ]
    assert {each.exit_code for each in classes} == {1, 2, 4, 5}
    assert all(issubclass(each, AssistantError) for each in classes)
    assert all(each.__name__ in errors.__doc__ for each in classes)


def test_that_an_index_keeps_its_vectors_elsewhere_is_told(index):
    place = {"name": "assistant-" + "0" * 32, "server": "http://elsewhere.invalid:8000"}
    with closing(sqlite3.connect(index / "catalogue.sqlite3")) as db, db:
        db.execute(
            "INSERT OR REPLACE INTO meta VALUES ('vectors', ?)", (json.dumps({"place": place}),)
        )
    told = []
    with Assistant.open(index, vectors="local", notify=told.append) as assistant:
        assert assistant.status().passages == 7
    assert len(told) == 1
    assert "move to the folder of the index" in told[0]
    with closing(sqlite3.connect(index / "catalogue.sqlite3")) as db, db:
        db.execute(
            "UPDATE meta SET value = ? WHERE key = 'vectors'", (json.dumps({"place": place}),)
        )
    told.clear()
    with (
        Assistant.open(index, notify=told.append, retries=0) as assistant,
        pytest.raises(NoUsableIndexError, match=r"elsewhere\.invalid"),
    ):
        assistant.status()
    assert len(told) == 1
    assert "kept at http://elsewhere.invalid:8000" in told[0]


def test_documents_are_listed_opened_and_quoted_by_what_an_answer_cites(quoting):
    (source,) = quoting.sources()
    (citation, *_) = quoting.ask(TARIFF).citations
    assert source.id == citation.document.id
    assert quoting.document(source.id) == citation.document
    found = quoting.excerpt(citation.document.source, citation.start, citation.end)
    assert (found.text, found.document) == (citation.quote, citation.document)
    assert not found.whole
    assert quoting.excerpt(source.id).whole
    assert quoting.skipped() == []


def test_listing_takes_filters_and_refuses_what_matches_nothing(news):
    assert all(source.published for source in news.sources(since="2000", sort="date"))
    for wrong in ({"only": "nothing.md"}, {"sort": "size"}, {"since": "2026", "until": "2025"}):
        with pytest.raises(UsageError):
            news.sources(**wrong)


@pytest.mark.parametrize("range_", [(-1, 3), (5, 5), (9, 3), (0, 10**9)])
def test_a_range_that_a_document_does_not_have_is_refused(quoting, range_):
    (source,) = quoting.sources()
    with pytest.raises(UsageError, match="has no characters"):
        quoting.excerpt(source.id, *range_)
