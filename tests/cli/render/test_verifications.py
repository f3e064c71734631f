"""A checked draft as text, CSV and JSON."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import get_args

import jsonschema
import pytest
from rich.cells import cell_len

import assistant
from assistant import answers
from assistant.answers import Unchecked, Verification, Verified
from assistant.cli.render.page import Page
from assistant.cli.render.verifications import (
    _LOOKS,
    COLUMNS,
    summary,
    verification_csv,
    verification_text,
)
from assistant.documents import Citation, Document

DATA = Path(assistant.__file__).parent / "data"
SCHEMA = json.loads((DATA / "verification-1.schema.json").read_text())
TEXT = "Peru approved a loan of $2 billion. Work starts in March."
DOCUMENT = Document("ports.txt", "/docs/ports.txt", "The port at Ilo", TEXT, "2026-06-03")
COPY = Document("copy.txt", "/docs/copy.txt", "Copy", TEXT)
LOAN = Citation(1, DOCUMENT, 0, 35, copies=(COPY,))
PLAIN = Page()


def verified(text="Peru approved a loan.", verdict="supported", findings=(), compared=(LOAN,)):
    numbers = tuple(citation.number for citation in compared)
    return Verified(text, numbers, verdict, findings, start=9, end=30, compared=compared)


RIGHT = verified()
WRONG = verified(
    "It costs $3 billion.", "unsupported", ("the cited words do not have the number $3 billion",)
)
NOWHERE = verified("Chile sank.", "unsupported", ("no sentence supports it",), ())
CHECKED = Verification((RIGHT, WRONG, NOWHERE), (Unchecked("Ports", 0, 7, "heading"),))


def test_a_reader_sees_verdict_finding_quote_and_both_places_of_each_statement():
    assert verification_text(CHECKED, PLAIN) == (
        "1. Peru approved a loan.\n"
        "   ✓ supported\n"
        "   characters 9-30 of the draft\n"
        "   [1] “Peru approved a loan of $2 billion.”\n"
        "       The port at Ilo · /docs/ports.txt:0-35 · 2026-06-03\n"
        "       the same in: /docs/copy.txt\n"
        "\n"
        "2. It costs $3 billion.\n"
        "   ✗ unsupported: the cited words do not have the number $3 billion\n"
        "   characters 9-30 of the draft\n"
        "   [1] “Peru approved a loan of $2 billion.”\n"
        "       The port at Ilo · /docs/ports.txt:0-35 · 2026-06-03\n"
        "       the same in: /docs/copy.txt\n"
        "\n"
        "3. Chile sank.\n"
        "   ✗ unsupported: no sentence supports it\n"
        "   characters 9-30 of the draft\n"
        "\n"
        "Not checked:\n"
        "   heading: Ports\n"
        "\n"
        "3 statements: 1 supported, 2 unsupported · not checked: 1 heading"
    )


def test_the_summary_counts_verdicts_and_reasons():
    again = (Unchecked("A", 0, 1, "question"), Unchecked("B", 0, 1, "question"))
    assert summary(Verification((RIGHT, verified(verdict="contradicted")), again)) == (
        "2 statements: 1 supported, 1 contradicted · not checked: 2 questions"
    )
    assert summary(Verification((RIGHT,))) == "1 statement: 1 supported"


@pytest.mark.parametrize("width", [20, 40, 79])
def test_no_line_is_wider_than_the_terminal(width):
    shown = verification_text(CHECKED, Page(width))
    assert max(map(cell_len, shown.splitlines())) <= width
    assert "supported" in shown


def test_colours_tell_the_verdicts_apart_and_are_written_only_where_there_are_colours():
    shown = verification_text(CHECKED, Page(80, colour=True))
    assert "\x1b[32m   ✓ supported" in shown
    assert "\x1b[31m   ✗ unsupported" in shown
    assert "\x1b" not in verification_text(CHECKED, Page(80))


@pytest.mark.parametrize("form", [lambda v: verification_text(v, PLAIN), verification_csv])
def test_nothing_that_a_terminal_would_obey_is_shown(form):
    evil = "It rose\x1b[31m\x07 by\x9b5%\u202e."
    document = Document(f"a{evil}", f"b{evil}", f"c{evil}", evil)
    statement = verified(evil, "unsupported", (evil,), (Citation(1, document, 0, len(evil)),))
    shown = form(Verification((statement,), (Unchecked(evil, 0, 9, "question"),)))
    assert "rose" in shown
    assert not set(shown) & set("\x1b\x07\x9b\u202e")


def test_long_scraps_are_cut_where_they_are_listed():
    shown = verification_text(
        Verification((RIGHT,), (Unchecked("who " * 99, 0, 9, "question"),)), PLAIN
    )
    assert "who …" in shown
    assert max(map(len, shown.splitlines())) < 120


# CSV


def rows(*statements):
    return list(csv.DictReader(io.StringIO(verification_csv(Verification(statements)))))


def test_csv_has_a_header_and_a_row_for_each_statement_with_its_first_citation():
    table = verification_csv(CHECKED)
    assert table.splitlines()[0] == ",".join(COLUMNS)
    assert table.count("\r\n") == 4
    right, wrong, nowhere = rows(*CHECKED.statements)
    assert right == {
        "statement": "Peru approved a loan.", "start": "9", "end": "30", "verdict": "supported",
        "findings": "", "document_id": "ports.txt", "source": "/docs/ports.txt",
        "citation_start": "0", "citation_end": "35", "quote": "Peru approved a loan of $2 billion.",
        "newer_source": "", "newer_published": "", "newer_quote": "",
    }  # fmt: skip
    assert wrong["findings"] == "the cited words do not have the number $3 billion"
    assert (nowhere["document_id"], nowhere["quote"]) == ("", "")


def test_csv_keeps_commas_quotes_and_line_breaks_in_their_cell():
    document = Document("a", "b", "c", 'He said, "it\nrose".')
    [row] = rows(verified('So "it, rose".', compared=(Citation(1, document, 0, 19),)))
    assert row["statement"] == 'So "it, rose".'
    assert row["quote"] == document.text


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_a_cell_that_a_spreadsheet_would_run_begins_with_an_apostrophe(sign):
    evil = f"{sign}cmd|' /C calc'!A0"
    document = Document(evil, evil, evil, evil)
    cited = (Citation(1, document, 0, len(evil)),)
    [row] = rows(verified(evil, "unsupported", (evil,), cited))
    cells = [row[name] for name in ("statement", "findings", "document_id", "source", "quote")]
    assert cells == [f"'{evil}"] * 5


# JSON


@pytest.mark.parametrize("checked", [CHECKED, Verification((RIGHT,))])
def test_the_json_is_what_the_published_schema_says(checked):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    written = json.loads(json.dumps(checked.to_dict()))
    jsonschema.validate(written, SCHEMA, jsonschema.Draft202012Validator)
    assert written["version"] == answers.VERIFICATION_VERSION


@pytest.mark.parametrize(
    "changed",
    [
        {"version": 2},
        {"statements": []},
        {"extra": 1},
        {"counts": {"supported": 1}},
        {"unchecked": [{"text": "A", "start": 0, "end": 1, "reason": "whim"}]},
        {"statements": [RIGHT.to_dict() | {"verdict": "true"}]},
        {"statements": [RIGHT.to_dict() | {"citations": [1]}]},
    ],
)
def test_the_schema_refuses_what_is_no_verification(changed):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(CHECKED.to_dict() | changed, SCHEMA, jsonschema.Draft202012Validator)


def test_a_citation_has_the_shape_that_it_has_in_an_answer():
    answer = json.loads((DATA / "answer-1.schema.json").read_text())
    for name in ("citation", "copy"):
        assert SCHEMA["$defs"][name] == answer["$defs"][name]


def test_every_verdict_has_a_look():
    assert set(_LOOKS) == set(get_args(answers.Verdict))


# Something newer

LATER = Document(
    "later.txt", "/docs/later.txt", "Ilo again", "The loan is $3 billion.", "2026-09-01"
)
NEWER = replace(RIGHT, newer=Citation(2, LATER, 0, 23))


def test_what_a_newer_document_says_stands_beside_a_statement_and_leaves_its_verdict():
    shown = verification_text(Verification((NEWER,)), PLAIN)
    assert "   ✓ supported\n" in shown
    assert (
        "   ! a newer document (2026-09-01, Ilo again) says:\n"
        "   [2] “The loan is $3 billion.”\n"
        "       Ilo again · /docs/later.txt:0-23 · 2026-09-01\n"
    ) in shown
    assert summary(Verification((NEWER, RIGHT))) == (
        "2 statements: 2 supported · newer documents say otherwise of 1"
    )
    assert "newer" not in verification_text(CHECKED, PLAIN)


def test_what_is_newer_is_in_json_and_csv_where_there_is_any():
    given = Verification((NEWER, RIGHT)).to_dict()
    jsonschema.Draft202012Validator(SCHEMA).validate(given)
    assert given["statements"][0]["newer"]["quote"] == "The loan is $3 billion."
    assert "newer" not in given["statements"][1]
    table = csv.DictReader(io.StringIO(verification_csv(Verification((NEWER, RIGHT)))))
    assert [row["newer_quote"] for row in table] == ["The loan is $3 billion.", ""]
