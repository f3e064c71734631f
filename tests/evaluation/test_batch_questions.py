"""Files of many questions: what is read, and what is told of a line that is none."""

import io
import json
import sys

import pytest

from assistant.errors import UsageError
from assistant.evaluation.batch_questions import MOST_LINE_BYTES, load_questions


@pytest.fixture
def load(tmp_path):
    def go(content, name="questions.jsonl", **filters):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load_questions(str(path), filters)

    return go


def lines(*records):
    return "\n".join(json.dumps(record) for record in records) + "\n"


def test_json_lines_tell_all_that_a_question_may_have(load):
    history = ["Who lends?", ["And when?", "In May."]]
    every = {"question": " By when? ", "id": "a", "history": history, "only": "reports/*"}
    first, second, third = load(
        lines(every | {"since": "2026-06", "until": "2026"}) + "\n" + lines({"question": "Who?"})
        + lines({"question": "What?", "id": 12, "only": ["a", "b"], "since": None})
    )  # fmt: skip
    assert (first.id, first.text) == ("a", " By when? ")
    assert first.history == ("Who lends?", ("And when?", "In May."))
    assert first.where.to_dict() == {
        "only": ("reports/*",),
        "since": "2026-06-01",
        "until": "2026-12-31",
    }
    assert (second.id, second.text, second.history) == (3, "Who?", ())
    assert not second.where
    assert (third.id, third.where.only) == (12, ("a", "b"))


def test_text_is_a_question_a_line_numbered_by_its_line(load):
    content = b'\xef\xbb\xbfWho signed?\r\n\r\n  [1] What is "it"?  \n\t\nBy when?'
    asked = load(content, "questions.txt")
    assert [(q.id, q.text) for q in asked] == [
        (1, "Who signed?"),
        (3, '[1] What is "it"?'),
        (5, "By when?"),
    ]


@pytest.mark.parametrize("name", ["questions", "questions.txt", "-"])
def test_the_form_is_told_by_what_stands_in_the_file(load, name, monkeypatch):
    content = ' \n  {"question": "Who signed?", "id": "a"}\n'
    if name == "-":
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
        assert load_questions("-")[0].id == "a"
    else:
        assert load(content, name)[0].id == "a"


def test_filters_given_for_all_hold_where_a_question_has_not_its_own(load):
    own = {"question": "Who?", "only": "b/*"}
    asked = load(lines({"question": "Who?"}, own), only=["a/*"], since="2026", until=None)
    assert [(q.where.only, q.where.since) for q in asked] == [
        (("a/*",), "2026-01-01"),
        (("b/*",), "2026-01-01"),
    ]


FAULTY = [
    ('{"question": "Who?"', "no valid JSON"),
    ("Who signed?", "no valid JSON"),
    ("[" * 100_000, "no valid JSON"),
    ('["Who?"]', "no JSON object"),
    ('{"id": "a"}', "`question` is missing or empty; ask in words."),
    ('{"question": "  "}', "`question` is missing or empty"),
    ('{"question": ["Who?"]}', "`question` is missing or empty"),
    ('{"question": "Who?", "onyl": "x"}', "`onyl` is unknown; write `only`."),
    ('{"text": "Who?"}', "`text` is unknown; write `question`."),
    ('{"question": "Who?", "zzz": 1}', "`zzz` is unknown; a question may have question, id"),
    ('{"question": "Who?", "id": true}', "`id` is neither text nor a whole number"),
    ('{"question": "Who?", "id": 1.5}', "`id` is neither text nor a whole number"),
    ('{"question": "Who?", "id": ""}', "`id` is neither text nor a whole number"),
    ('{"question": "Who?", "history": "Why?"}', "`history` is no list"),
    ('{"question": "Who?", "history": [["a"]]}', "`history` holds no question"),
    ('{"question": "Who?", "since": 2026}', '`since` is no text; give a date such as "2026-06".'),
    ('{"question": "Who?", "since": "June"}', "--since 'June' is no date"),
    ('{"question": "Who?", "since": "2026", "until": "2025"}', "comes after --until"),
    ('{"question": "Who?", "only": 3}', "`only` is no glob"),
    ('{"question": "Who?", "only": [" "]}', "--only ' ' names nothing"),
    ('{"question": "Who\\ud800?"}', "half of a surrogate pair"),
    ('{"question": "Who?", "id": "\\udfff"}', "half of a surrogate pair"),
    ('{"question": "Who?", "history": [["a", "\\ud800"]]}', "half of a surrogate pair"),
    (json.dumps({"question": "x" * 4001}), "the question has 4,001 characters; ask it in 4,000"),
    ("x" * (MOST_LINE_BYTES + 1), "the line has more than 1,000,000 bytes"),
    ('{"question": "Who?", "id": "first"}', "the id 'first' is also that of line 1"),
]


@pytest.mark.parametrize(("line", "told"), FAULTY)
def test_a_line_that_is_no_question_is_told_with_its_number(load, line, told):
    with pytest.raises(UsageError) as caught:
        load(lines({"question": "Who?", "id": "first"}) + "\n" + line + "\n")
    assert "questions.jsonl:3: " in str(caught.value)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Who?\nWhat\xff?\n", "questions.txt:2: no UTF-8 text; convert"),
        ("Who?".encode("utf-16"), "questions.txt:1: no UTF-8 text; convert"),
        (b"Who?\n" + b"x" * 4001, "questions.txt:2: the question has 4,001 characters"),
        (b" \n\n", "holds no question; give one a line"),
        (b"", "holds no question; give one a line"),
        (b'[\n{"question": "Who?"}\n]', "questions.txt:1: no valid JSON"),
    ],
)
def test_text_that_cannot_be_asked_is_told(load, content, told):
    with pytest.raises(UsageError, match=r"questions\.txt") as caught:
        load(content, "questions.txt")
    assert told in str(caught.value)


def test_an_id_that_is_the_number_of_another_line_stands_twice(load):
    with pytest.raises(UsageError, match=r":2: the id 2 is also that of line 1"):
        load(lines({"question": "Who?", "id": "2"}, {"question": "What?"}))


def test_a_file_that_is_not_there_and_a_wrong_filter_are_told_as_such(load, tmp_path):
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(UsageError, match=r"cannot be read: .*; give another file"):
            load_questions(str(path))
    with pytest.raises(UsageError, match=r"^--since 'June' is no date"):
        load(lines({"question": "Who?"}), since="June")
