import json
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.evaluation.judgements import hash_of
from assistant.evaluation.statements import load_statements

BENCH = Path(__file__).parents[1] / "bench" / "statements.jsonl"


def written(path, *lines):
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def statement(**changed):
    given = {
        "document": "a",
        "start": 0,
        "end": 9,
        "kind": "split",
        "faithful": True,
        "text": "It.",
    }
    return json.dumps(given | changed)


def test_statements_are_read_for_the_documents_at_hand(tmp_path):
    file = written(tmp_path / "s.jsonl", statement(), "", statement(document="elsewhere"))
    (item,) = load_statements(file, {"a": 20})
    assert (item.document, item.start, item.end, item.faithful) == ("a", 0, 9, True)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "no valid JSON"),
        ("[]", "no JSON object; give {"),
        (statement(start=9), "no statement with its source"),
        (statement(faithful="yes"), "no statement with its source"),
        (statement(text=" "), "no statement with its source"),
        (statement(end=21), "has 20 characters"),
        (statement(document="b"), "no statement about a document of CORPUS"),
    ],
)
def test_a_wrong_line_is_told_in_one_line(tmp_path, line, told):
    with pytest.raises(UsageError, match=told) as raised:
        load_statements(written(tmp_path / "s.jsonl", line), {"a": 20})
    assert "\n" not in str(raised.value)


def test_the_statements_written_by_hand_are_whole_and_of_both_halves():
    lines = [json.loads(line) for line in BENCH.read_text(encoding="utf-8").splitlines()]
    items = load_statements(BENCH, {line["document"]: 10**9 for line in lines})
    assert len(items) == len({(i.document, i.start, i.text) for i in items}) == len(lines)
    for half in (0, 1):
        of = [item for item in items if hash_of(item.document) % 2 == half]
        assert sum(item.faithful for item in of) >= 80
        assert sum(not item.faithful for item in of) >= 30
