"""JSON: documents where records hold a text, and otherwise everything that is told."""

from __future__ import annotations

import json

import pytest

from assistant.documents import Document
from tests.ingest.readers.office import document, read


def documents(value: object) -> list[Document]:
    return list(read("a.json", json.dumps(value).encode()).documents)


def test_records_with_a_text_are_documents_by_whatever_name() -> None:
    first, second = documents(
        [
            {
                "headline": "Duties rise",
                "Body": "They rose.",
                "url": "https://a.b/1",
                "datePublished": "2025-05-01",
                "byline": ["Jane Roe", "John Doe"],
                "site_name": "Wire",
            },
            {"guid": 7, "name": "Second", "content": "It fell."},
        ]
    )
    assert (first.title, first.text, first.id) == ("Duties rise", "They rose.", "https://a.b/1")
    assert (first.source, first.published) == ("https://a.b/1", "2025-05-01")
    assert (first.author, first.publisher) == ("Jane Roe, John Doe", "Wire")
    assert (second.id, second.title, second.source) == ("7", "Second", "/docs/a.json")


@pytest.mark.parametrize(
    "value",
    [
        {"count": 1, "results": [{"title": "T", "text": "Words."}]},
        {"data": {"items": [{"title": "T", "text": "Words."}]}},
        {"title": "T", "text": "Words."},
    ],
)
def test_the_one_list_of_records_is_found(value: object) -> None:
    (one,) = documents(value)
    assert (one.title, one.text) == ("T", "Words.")


def test_equal_ids_stay_apart() -> None:
    assert [
        d.id for d in documents([{"id": "1", "text": "A b."}, {"id": "1", "text": "C d."}])
    ] == [
        "1",
        "1 (2)",
    ]


def test_a_record_without_text_among_others_is_told_with_its_number() -> None:
    value = [{"text": "A b."}, {"title": "T"}, {"text": "C d."}]
    reading = read("a.json", json.dumps(value).encode())
    assert len(reading.documents) == 2
    assert [note.path for note in reading.skipped] == ["a.json:2"]


def test_records_without_text_are_rows_of_one_document() -> None:
    (one,) = documents(
        [
            {"htsno": "8541.10", "goods": "Diodes", "rates": {"general": "Free", "other": 0.35}},
            {"htsno": "8541.21", "goods": "Tubes", "rates": {"general": "2%"}, "notes": ["a", "b"]},
        ]
    )
    assert one.text == (
        "htsno: 8541.10 | goods: Diodes | rates general: Free | rates other: 0.35\n"
        "htsno: 8541.21 | goods: Tubes | rates general: 2% | notes: a, b"
    )
    assert one.title == "a"


def test_what_is_long_is_a_line_a_fact_and_lists_within_are_told_under_their_key() -> None:
    (one,) = documents({"about": "word " * 200, "open": True, "offices": [{"city": "Geneva"}]})
    assert one.text.split("\n\n")[1:] == ["open: true", "offices:", "city: Geneva"]


def test_numbers_are_kept_as_written() -> None:
    data = b'{"a": 1250000.00, "b": 1e999, "c": ' + b"9" * 5000 + b', "d": NaN, "e": null}'
    one = document("a.json", data)
    assert one.text.startswith("a: 1250000.00\n\nb: 1e999\n\nc: 9999")


def test_json_lines_are_read_and_a_bad_line_is_told_with_its_number() -> None:
    lines = ['{"text": "One a."}', '{"text": "Two', '{"text": "Three c."}', ""]
    reading = read("a.json", "\n".join(lines).encode())
    assert [d.text for d in reading.documents] == ["One a.", "Three c."]
    assert reading.skipped[0].path == "a.json:2"


def test_a_repeated_key_is_remarked() -> None:
    reading = read("a.json", b'{"a": "first", "a": "last one"}')
    assert reading.documents[0].text == "a: last one"
    assert "'a' is repeated" in reading.notes[0].reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"[" * 100_000, "no valid JSON: nested too deep"),
        (b'{"a": 1', "no valid JSON"),
        (b"{}", "empty"),
        (b"null", "empty"),
        (b"[]", "empty"),
        (b"plain words", "no valid JSON"),
    ],
)
def test_what_cannot_be_read_is_told_with_the_reason(data: bytes, reason: str) -> None:
    reading = read("a.json", data)
    assert reading.documents == ()
    assert reading.skipped[0].reason.startswith(reason)


@pytest.mark.parametrize(
    "data", [b"[" * 900 + b'"x"' + b"]" * 900, b'{"a":' * 900 + b'"x"' + b"}" * 900]
)
def test_deep_nesting_never_raises(data: bytes) -> None:
    read("a.json", data)


def test_time_is_bounded_where_every_line_is_broken() -> None:
    reading = read("a.json", b'{"a":[\n' * 100_000)
    assert reading.documents == ()
    assert len(reading.skipped) < 1000
