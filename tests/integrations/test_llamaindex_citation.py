"""LlamaIndex's citation engine as the yardstick, scored as this program's answers are."""

import json

import pytest

from assistant.cli import app
from assistant.documents import Document
from assistant.errors import UsageError
from assistant.integrations.llamaindex.citation import CitationEngine
from assistant.settings import Settings
from tests.fake_openai import Reply

MINE = "The mine at Corral opened in 1987. It employs 412 people."
FERRY = "The ferry to Chiloe leaves at seven. A ticket costs 12 dollars."
ASKED = "How many people does the mine at Corral employ?"


@pytest.fixture
def engine(fake_openai):
    documents = [
        Document(name, name, name.title(), text)
        for name, text in (("mine", MINE), ("ferry", FERRY))
    ]
    return CitationEngine(documents, Settings.load(llm=fake_openai.spec, retries=0))


def test_a_reply_is_an_answer_with_its_sources_and_the_checks_verdicts(engine, fake_openai):
    fake_openai.script = [Reply("It employs 412 people [1]. It opened in 1990 [1, 9].")]
    answer = engine.ask(ASKED)
    assert [s.text for s in answer.statements] == ["It employs 412 people.", "It opened in 1990."]
    assert answer.statements[0].verdict == "supported"
    assert answer.statements[1].verdict != "supported"
    [citation] = answer.citations
    assert (citation.document.id, citation.quote) == ("mine", MINE)
    assert (answer.status, answer.usage.prompt_tokens) == ("answered", 1000)
    assert answer.model == f"llamaindex-citation/{engine.model.partition('/')[2]}"
    [body] = fake_openai.chats
    assert f"Source 1:\n{MINE}" in body["messages"][-1]["content"]
    assert "opened in 1987" in body["messages"][-1]["content"]


@pytest.mark.parametrize(
    ("reply", "refused"),
    [
        ("None of the provided sources are helpful for this.", True),
        ("The sources do not mention how many people it employs [1].", True),
        ("It is not explicitly stated in Source 1.", True),
        ("I cannot answer this.", True),
        ("It employs 412 people, not 900 [1].", False),
        ("The mine does not employ children [1].", False),
    ],
)
def test_a_reply_that_says_that_no_source_helps_is_a_refusal(engine, fake_openai, reply, refused):
    fake_openai.script = [Reply(reply)]
    assert (engine.ask(ASKED).status == "not_in_documents") is refused


def test_only_the_documents_that_are_wanted_are_sources(engine, fake_openai):
    fake_openai.script = [Reply("At seven [1].")]
    [citation] = engine.ask(ASKED, only=["ferry"]).citations
    assert citation.document.id == "ferry"
    assert MINE not in fake_openai.chats[0]["messages"][-1]["content"]


def test_without_a_model_there_is_no_yardstick():
    with pytest.raises(UsageError, match="needs a model; name one with --llm"):
        CitationEngine([], Settings.load(llm="none"))


def test_eval_answers_scores_it_like_the_program(tmp_path, fake_openai, capsys, quick_start):
    corpus, questions = tmp_path / "corpus.jsonl", tmp_path / "questions.jsonl"
    corpus.write_text(json.dumps({"id": "mine", "title": "Mine", "text": MINE}) + "\n")
    asked = [
        {
            "question": ASKED,
            "answerable": True,
            "must": ["412"],
            "evidence": ["employs 412 people"],
        },
        {"question": "Who owns the ferry?", "answerable": False},
    ]
    questions.write_text("".join(json.dumps(each) + "\n" for each in asked))
    fake_openai.script = [Reply("412 people [1]."), Reply("The sources do not say.")]
    given = ["--llm", fake_openai.spec, "--engine", "llamaindex-citation", "--json"]
    with pytest.raises(SystemExit) as left:
        app.main(["eval", "answers", str(questions), str(corpus), *given])
    told = json.loads(capsys.readouterr().out)
    assert left.value.code == 0
    assert told["model"].startswith("llamaindex-citation/scripted@")
    for name in ("right_and_cited", "refused"):
        assert told["metrics"][name]["value"] == 1
