"""What of a draft is to be checked, and where it stands."""

import doctest
import json

import pytest

from assistant.answering import draft_parser
from assistant.answering.draft_parser import MOST_BYTES, pieces, read_draft, typed_draft
from assistant.errors import UsageError


def claims(text):
    return [piece.text for piece in pieces(typed_draft(text)) if not piece.reason]


def left_out(text):
    return [(piece.reason, piece.text) for piece in pieces(typed_draft(text)) if piece.reason]


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(draft_parser).failed == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It rose by 5%. [1][2] It fell again.", ["It rose by 5%.", "It fell again."]),
        ("It rose by 5% [1, 3-5]. It fell again【2】.", ["It rose by 5%.", "It fell again."]),
        ("It rose again[^1] and [2](https://a.example/x) fell.", ["It rose again and fell."]),
        ("It rose by 5%.[^note] [1](#fn1)", ["It rose by 5%."]),
    ],
)
def test_citation_markers_are_taken_off(text, said):
    assert claims(text) == said


def test_what_stands_in_brackets_within_a_quotation_is_kept():
    text = "He said “[40] people died [in May].” She said “nobody died [2].” It rose in [2024] too."
    assert claims(text)[0] == "He said “[40] people died [in May].”"
    assert "[2]" not in " ".join(claims(text))
    assert claims(text)[-1] == "It rose in [2024] too."


def test_marks_of_lists_quotes_and_emphasis_are_taken_off_and_each_item_is_a_statement():
    text = (
        "- Peru *approved* a loan\n- [x] [Chile](https://c.example) did not\n"
        "1. J. Smith built `it` all\n(b) Work starts in March\n> The **port** of Ilo\n> is new."
    )
    assert claims(text) == [
        "Peru approved a loan",
        "Chile did not",
        "J. Smith built it all",
        "Work starts in March",
        "The port of Ilo",
    ]


def test_an_initial_is_no_mark_of_a_list():
    assert claims("J. Smith built the port.") == ["J. Smith built the port."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A new port\n\nPeru approved a loan.", ("heading", "A new port")),
        ("A new port\n==========\nPeru approved a loan.", ("heading", "A new port")),
        ("A new port\n\nPeru approved a loan.", ("title", "A new port")),
        ("Peru approved a loan. Who will pay for it?", ("question", "Who will pay for it?")),
        ("Peru approved a loan. “Who will pay?”", ("question", "“Who will pay?”")),
        ("Peru approved a loan.\n\nSource: The Ilo Times", ("label", "Source: The Ilo Times")),
        ("By Jane Doe and Tom Fox\nPeru approved a loan.", ("label", "By Jane Doe and Tom Fox")),
        ("Peru approved a loan.\n\nNo way.", ("fragment", "No way.")),
        ("Peru approved a loan.[^1]\n\n[^1]: The Times", ("reference", "[^1]: The Times")),
        ("Peru approved a loan. [1]\n\n[1] “A loan was approved.”\n    a.txt · page 3",
         ("reference", "[1] “A loan was approved.” a.txt · page 3")),
    ],
)  # fmt: skip
def test_what_states_nothing_is_told_apart_with_its_reason(text, expected):
    assert claims(text) == ["Peru approved a loan."]
    found = left_out(text)
    assert found[0][0] == expected[0]
    assert " ".join(words for _, words in found) == expected[1]


@pytest.mark.parametrize(
    "text",
    [
        "Peru approved a loan",  # a single line is no title
        "By May, Peru approved a loan",
        "By 2031 the line is to open",
        "He asked: “Who will pay?”",
        "[1] Peru approved a loan.",  # nothing before it refers to it
        "Peru approved a loan.\n---",  # a full sentence states something, underlined or not
        "Sources say that Peru approved a loan.",
    ],
)
def test_what_states_something_is_checked_however_it_looks(text):
    assert len(claims(text)) == 1
    assert left_out(text) == []


def test_claims_without_full_stops_are_no_titles():
    assert claims("Peru approved a loan\n\nChile did not\n") == [
        "Peru approved a loan",
        "Chile did not",
    ]
    assert claims("- Peru approved a loan\n\n- Chile did not.\n")[0] == "Peru approved a loan"


def test_offsets_point_into_the_draft_as_it_was_given():
    text = "\n\n  # Ports\n\nIt rose [1] by 5%. [2]\r\n\n* **Chile** fell by 3 %.\n"
    rose, fell = [piece for piece in pieces(typed_draft(text)) if not piece.reason]
    assert text[rose.start : rose.end] == "It rose [1] by 5%."
    assert text[fell.start : fell.end] == "**Chile** fell by 3 %."


def test_front_matter_rules_and_furniture_are_passed_over():
    text = "---\ndate: 2026-06-03\n---\n\nPeru approved a loan.\n\n***\n\nScroll to Top"
    assert claims(text) == ["Peru approved a loan."]
    assert left_out(text) == []


@pytest.mark.parametrize("text", ["", " \n\t", "a\0b", "a \ud800 b"])
def test_what_is_no_text_is_refused(text):
    with pytest.raises(UsageError, match="the draft is"):
        typed_draft(text)


def test_a_draft_is_read_from_any_kind_of_file_that_is_read(tmp_path):
    record = json.dumps({"id": "a", "title": "Ports", "text": "Ports\n\nPeru approved a loan."})
    for name, text in (("a.md", "# P\n\nIt rose."), ("a.txt", "It rose."), ("a.jsonl", record)):
        (tmp_path / name).write_text(text)
        document, notes = read_draft(tmp_path / name)
        assert document.text in (text, json.loads(record)["text"])
        assert notes == ()
    (tmp_path / "old.txt").write_bytes("Der Bürgermeister sagte nein.".encode("latin-1"))
    document, notes = read_draft(tmp_path / "old.txt")
    assert "Bürgermeister" in document.text
    assert len(notes) == 1


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.txt", None, "does not exist; give a file that does, or - for standard input"),
        ("a.txt", b" \n", "a.txt is no draft: empty; give a file with text"),
        ("a.txt", b"\x00\x01\x02" * 99, "a.txt is no draft: binary, not text; give"),
        ("a.exe", b"MZ", "a.exe is of a kind that is not read; give .txt"),
        ("a.jsonl", b'{"id": "a"}', "a.jsonl is no draft: "),
        ("a.txt", b"a" * (MOST_BYTES + 1), "larger than 1 MB"),
        ("a.jsonl", b'{"id": "a", "title": "", "text": "b"}\n{"id": "c", "title": "", "text": "d"}',
         "holds 2 documents; give a file of one draft"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_draft_is_told_of_in_one_line(tmp_path, name, data, told):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError) as refused:
        read_draft(tmp_path / name)
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_folder_is_no_draft(tmp_path):
    with pytest.raises(UsageError, match="is a folder; give the file of one draft"):
        read_draft(tmp_path)
