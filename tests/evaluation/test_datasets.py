"""Reading questions with their gold answers in each of the three forms, and wrong input."""

import json

import pytest

from assistant.errors import UsageError
from assistant.evaluation.datasets import Gold, choose, load_gold
from assistant.evaluation.judgements import Span

TEXTS = {
    "port": "Peru approved a loan of two billion dollars for a harbour at Ilo.",
    "wire": "Wire: Peru approved a loan. It is for Ilo.",
}


@pytest.fixture
def read(tmp_path):
    """The questions of a file with these records, each a line."""

    def go(*records, texts=TEXTS):
        path = tmp_path / "questions.jsonl"
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
        return load_gold(path, texts)

    return go


def test_our_form_is_read_and_verbatim_evidence_is_found_wherever_it_stands(read):
    (gold,) = read(
        {
            "id": "q",
            "question": "And for what?",
            "answerable": True,
            "must": ["harbou?r"],
            "must_not": ["airport"],
            "evidence": ["Peru approved a loan"],
            "history": ["What did Peru approve?", ["Where?", "At Ilo."]],
        }
    )
    assert (gold.id, gold.text, gold.answerable, gold.has_key) == ("q", "And for what?", True, True)
    assert gold.must[0].search("The HARBOR")
    assert gold.evidence == (Span("port", 0, 20), Span("wire", 6, 26))
    assert gold.history == ("What did Peru approve?", ("Where?", "At Ilo."))


def test_squads_form_is_read_with_spans_by_end_or_by_text(read):
    (gold,) = read(
        {
            "id": 7,
            "text": "How much?",
            "answerable": True,
            "answers": ["two billion", "two billion dollars"],
            "plausible_answers": None,
            "evidence": [
                {"doc_id": "port", "start": 24, "text": "two billion"},
                {"doc_id": "port", "start": 24, "end": 43},
            ],
        }
    )
    assert gold.id == "7"
    assert gold.evidence == (Span("port", 24, 35), Span("port", 24, 43))
    assert not gold.all_wanted


def test_ramdocs_form_is_read_and_verbatim_evidence_stands_in_its_documents_alone(read):
    (gold,) = read(
        {
            "text": "What did Peru approve?",
            "answerable": True,
            "answers": ["a loan"],
            "wrong_answers": ["a grant"],
            "doc_ids": ["wire"],
            "evidence": ["a loan"],
        }
    )
    assert (gold.id, gold.documents, gold.all_wanted) == ("1", ("wire",), True)
    assert [span.document for span in gold.evidence] == ["wire"]


def test_what_is_null_or_missing_is_not_known(read):
    (gold,) = read({"text": "Why?", "answerable": False, "answers": None, "evidence": None})
    assert not gold.has_key
    assert gold.evidence == gold.documents == gold.history == ()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"answerable": None}, "`answerable` is missing"),
        ({"answerable": "yes"}, "`answerable` is missing"),
        ({"text": " "}, "`text` (or `question`)"),
        ({"id": ""}, "`id` is missing or empty"),
        ({"must": "x"}, "`must` is no list"),
        ({"must": ["(x"]}, "no regular expression"),
        ({"answers": [7]}, "`answers` holds something else than text"),
        ({"answers": [""]}, "`answers` holds something else than text"),
        ({"doc_ids": ["gone"]}, "'gone' is not in CORPUS"),
        ({"doc_ids": [["port"]]}, "is not in CORPUS"),
        ({"history": [["Why?"]]}, "`history` holds no question"),
        ({"evidence": ["Chile approved"]}, "'Chile approved' stands in no document"),
        ({"evidence": ["Ilo."], "doc_ids": []}, None),
        ({"evidence": [""]}, "`evidence` names no span"),
        ({"evidence": [{"doc_id": "gone", "start": 0, "end": 1}]}, "'gone' is not in CORPUS"),
        ({"evidence": [{"doc_id": "port"}]}, "`evidence` names no span"),
        ({"evidence": [{"doc_id": "port", "start": 4, "end": 4}]}, "`evidence` names no span"),
        ({"evidence": [{"doc_id": "port", "start": True, "end": 4}]}, "`evidence` names no span"),
        ({"evidence": [{"doc_id": "port", "start": 0, "end": 99}]}, "does not stand so in 'port'"),
        ({"evidence": [{"doc_id": "port", "start": 1, "text": "Peru"}]}, "does not stand so"),
    ],
)
def test_a_wrong_line_is_told_with_its_place_and_a_remedy(read, fields, told):
    right = {"text": "Why?", "answerable": True}
    if told is None:
        assert read(right, right | fields)
        return
    with pytest.raises(UsageError) as raised:
        read(right, right | fields)
    message = str(raised.value)
    assert "questions.jsonl:2: " in message
    assert told in message
    assert ";" in message
    assert "\n" not in message


def test_an_id_that_stands_twice_and_a_file_without_questions_are_told(read):
    question = {"id": "q", "text": "Why?", "answerable": True}
    with pytest.raises(UsageError, match=r"jsonl:2: the id 'q' stands on an earlier line"):
        read(question, question)
    with pytest.raises(UsageError, match="holds no question"):
        read()


def many(answerable, unanswerable):
    kinds = [True] * answerable + [False] * unanswerable
    return [Gold(f"q{n}", "Why?", kind) for n, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("there", "sample", "chosen"),
    [
        ((50, 50), 20, (10, 10)),
        ((50, 50), 21, (11, 10)),
        ((50, 50), 1, (1, 0)),
        ((50, 3), 20, (17, 3)),
        ((4, 50), 20, (4, 16)),
        ((50, 0), 20, (20, 0)),
        ((0, 50), 20, (0, 20)),
        ((5, 5), 20, (5, 5)),
    ],
)
def test_a_sample_has_as_many_of_each_kind_as_there_are(there, sample, chosen):
    drawn = choose(many(*there), half=None, sample=sample, seed=0)
    kinds = [question.answerable for question in drawn]
    assert (kinds.count(True), kinds.count(False)) == chosen


def test_a_sample_hangs_on_its_seed_and_a_larger_one_holds_it():
    questions = many(50, 50)
    small = choose(questions, half=None, sample=10, seed=1)
    assert small == choose(questions, half=None, sample=10, seed=1)
    assert small != choose(questions, half=None, sample=10, seed=2)
    assert small == sorted(small, key=questions.index)
    large = choose(questions, half=None, sample=40, seed=1)
    assert {q.id for q in small} < {q.id for q in large}


def test_a_sample_is_drawn_from_its_half_alone():
    questions = many(50, 50)
    half = choose(questions, half="odd", sample=None, seed=0)
    drawn = choose(questions, half="odd", sample=20, seed=0)
    assert {q.id for q in drawn} < {q.id for q in half}
    with pytest.raises(UsageError, match="the odd half has no question"):
        choose([q for q in questions if q not in half], half="odd", sample=3, seed=0)
