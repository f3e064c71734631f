"""The values: frozen, pointing at what they came from, and their published JSON."""

import json
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from pathlib import Path

import jsonschema
import pytest

import assistant
from assistant import answers, documents, reports
from assistant.answers import ANSWER_VERSION, Answer, Correction, Statement, Usage
from assistant.documents import Citation, Document, Evidence, Passage, Sentence

SCHEMA = json.loads((Path(assistant.__file__).parent / "data" / "answer-1.schema.json").read_text())
DOCUMENT = Document(
    "a/b.txt", "/docs/a/b.txt", "Ports", "Ilo grows. “It’s new.” It costs $2 billion.", "2026-06-03"
)
FIRST, SECOND = Citation(1, DOCUMENT, 0, 10), Citation(2, DOCUMENT, 23, 43, page=3)
GROWS = Statement("The port of Ilo grows.", (1,), "supported")
COSTS = Statement("It costs $2 billion.", (1, 2), "supported", ("it cites [9]",))
WRONG = Statement("It costs $3 billion.", (), "unsupported", ("no number $3 billion",))
ANSWERED = Answer(
    question="And the cost?",
    standalone_question="What does Ilo cost?",
    status="answered",
    statements=(GROWS, COSTS),
    citations=(FIRST, SECOND),
    nearest=(),
    model="none",
    usage=Usage(300, 20, 1),
    timings={"retrieval": 0.123456, "model": 0.0, "checking": 0.01},
)
PARTIAL = replace(ANSWERED, status="partial", statements=(GROWS, WRONG), citations=(FIRST,))
REFUSED = replace(
    ANSWERED, status="not_in_documents", statements=(), citations=(), nearest=(FIRST, SECOND)
)
RESPELT = replace(ANSWERED, corrections=(Correction("Illo", "Ilo"),))
REPAIRED = replace(
    ANSWERED,
    status="partial",
    statements=(replace(GROWS, repaired=True),),
    missing=("when does it open?",),
    dropped=2,
)
LACKING = replace(REFUSED, missing=("Ilo", "$3 billion"), reason="premise")
EXTENDED = [REPAIRED, LACKING]
VALUES = [
    each
    for module in (documents, answers, reports)
    for each in vars(module).values()
    if is_dataclass(each) and each.__module__ == module.__name__
]


@pytest.mark.parametrize(
    "answer", [ANSWERED, PARTIAL, REFUSED, RESPELT, *EXTENDED], ids=lambda a: a.status
)
def test_the_json_of_an_answer_is_what_the_published_schema_says(answer):
    written = json.loads(json.dumps(answer.to_dict()))
    jsonschema.validate(written, SCHEMA, jsonschema.Draft202012Validator)
    assert written["version"] == ANSWER_VERSION
    assert written["text"] == answer.text
    assert len(written["statements"]) == len(answer.statements)


def test_the_json_of_a_citation_holds_the_words_it_cites():
    assert REFUSED.to_dict()["nearest"][1] == {
        "number": 2,
        "document_id": "a/b.txt",
        "title": "Ports",
        "source": "/docs/a/b.txt",
        "published": "2026-06-03",
        "page": 3,
        "start": 23,
        "end": 43,
        "quote": "It costs $2 billion.",
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "maybe"},
        {"statements": []},
        {"nearest": [FIRST.to_dict()]},
        {"surplus": 1},
        {"missing": []},
        {"dropped": 0},
        {"reason": "not_found"},
        {"as_of": None},
        {"statements": [{**GROWS.to_dict(), "repaired": False}]},
        {"version": 2},
        {"statements": [{**GROWS.to_dict(), "verdict": "true"}]},
        {"citations": [{**FIRST.to_dict(), "quote": None}]},
        {"usage": {"prompt_tokens": -1, "completion_tokens": 0, "calls": 0}},
    ],
)
def test_the_schema_refuses_what_is_no_answer(changed):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**ANSWERED.to_dict(), **changed}, SCHEMA)


def test_what_need_not_be_told_is_absent_from_the_json():
    plain = {"missing", "reason", "dropped", "oldest"}
    assert not plain & ANSWERED.to_dict().keys()
    assert "repaired" not in ANSWERED.to_dict()["statements"][0]
    told = REPAIRED.to_dict()
    assert (told["missing"], told["dropped"]) == (["when does it open?"], 2)
    assert told["statements"][0]["repaired"] is True
    assert LACKING.to_dict()["reason"] == "premise"


def test_an_answer_is_as_of_its_newest_cited_document_and_tells_the_oldest():
    newer = replace(FIRST, document=replace(DOCUMENT, published="2026-07-01"))
    undated = replace(FIRST, document=replace(DOCUMENT, published=None))
    one = replace(ANSWERED, citations=(FIRST, undated)).to_dict()
    assert (one["as_of"], "oldest" in one) == ("2026-06-03", False)
    two = replace(ANSWERED, citations=(FIRST, newer)).to_dict()
    assert (two["as_of"], two["oldest"]) == ("2026-07-01", "2026-06-03")
    assert "as_of" not in replace(ANSWERED, citations=(undated,)).to_dict()
    assert "as_of" not in REFUSED.to_dict()


def test_the_schema_refuses_a_refusal_that_cites():
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**REFUSED.to_dict(), "citations": [FIRST.to_dict()]}, SCHEMA)


def test_the_text_is_the_statements_each_with_its_markers():
    assert ANSWERED.text == "The port of Ilo grows. [1] It costs $2 billion. [1][2]"
    assert PARTIAL.text == "The port of Ilo grows. [1] It costs $3 billion."
    assert REFUSED.text == ""


@pytest.mark.parametrize("value", VALUES, ids=lambda v: v.__name__)
def test_every_value_is_frozen_and_has_no_room_for_more(value):
    held = value.__new__(value)
    with pytest.raises(FrozenInstanceError):
        setattr(held, fields(value)[0].name, None)
    assert not hasattr(held, "__dict__")


def test_a_quote_cannot_differ_from_its_document():
    assert SECOND.quote == "It costs $2 billion."
    with pytest.raises(TypeError):
        Citation(1, DOCUMENT, 0, 10, quote="It costs $3 billion.")
    with pytest.raises((AttributeError, TypeError)):
        SECOND.quote = "It costs $3 billion."


def test_passages_and_evidence_show_exactly_their_words():
    passage = Passage("id", DOCUMENT, 0, 22, "", (Sentence(0, 10), Sentence(11, 22)))
    assert passage.text == "Ilo grows. “It’s new.”"
    assert Evidence(1, passage, passage.sentences[1], 1.0).text == "“It’s new.”"


@pytest.mark.parametrize(("offset", "page"), [(0, 1), (9, 1), (10, 2), (19, 2), (20, 3), (99, 3)])
def test_a_page_begins_at_its_offset(offset, page):
    assert replace(DOCUMENT, pages=(0, 10, 20)).page_of(offset) == page


def test_a_document_without_pages_has_no_page_numbers():
    assert DOCUMENT.page_of(5) is None


def test_usage_adds_up():
    assert Usage(1, 2, 1) + Usage(10, 20, 1) == Usage(11, 22, 2)


def test_the_json_of_a_citation_names_copies_only_where_there_are_some():
    copy = Document("c.txt", "/docs/c.txt", "Ports", DOCUMENT.text)
    cited = replace(ANSWERED, citations=(replace(FIRST, copies=(copy,)), SECOND)).to_dict()
    jsonschema.validate(cited, SCHEMA, jsonschema.Draft202012Validator)
    assert cited["citations"][0]["copies"] == [
        {"document_id": "c.txt", "source": "/docs/c.txt", "published": None}
    ]
    assert "copies" not in cited["citations"][1]
