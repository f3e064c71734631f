"""Documents as a table, as JSON and as the lines around a place, fitted to where they are shown."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from rich.cells import cell_len

import assistant
from assistant.cli.render.page import Page
from assistant.cli.render.sources import excerpt_text, reading_text, sources_json, sources_lines
from assistant.documents import Document, Excerpt, Source
from assistant.reports import FileNote

DATA = Path(assistant.__file__).parent / "data"
SOURCE = Source(
    "reports/2026/a-very-long-name-of-a-file-about-the-port-of-ilo.txt",
    "The port at Ilo",
    "/docs/ilo.txt",
    "Ann Lee",
    "Reuters",
    "2026-06-03",
    "en",
    "utf-8",
    "text/plain",
    3,
    900,
    7,
    1000,
    "/docs/ilo.txt",
    "/docs",
)
BARE = Source(
    "b", "港の融資", "/b", None, None, None, None, None, "text/plain", None, 9, 1, None, "/b", "/"
)
SKIPPED = [FileNote("/docs/bad.pdf", "no text\x1b[31m; run OCR")]
TEXT = "\n".join(f"Line {number} of the text." for number in range(40))
DOCUMENT = Document("ilo.txt", "/docs/ilo.txt", "The port", TEXT, "2026-06-03", pages=(0, 400))


def schema(name: str) -> dict[str, object]:
    return json.loads((DATA / f"{name}-1.schema.json").read_text())


@pytest.mark.parametrize("width", [20, 40, 44, 60, 72, 84, 100, 130, 160, 250])
def test_no_line_of_the_table_is_wider_than_the_terminal(width: int) -> None:
    lines = list(sources_lines([SOURCE, BARE], Page(width)))
    assert max(map(cell_len, lines)) <= width
    assert lines[-1].strip() == "2 documents"


def test_a_narrow_terminal_has_fewer_columns_and_keeps_the_end_of_an_id() -> None:
    header, row, *_ = sources_lines([SOURCE], Page(50))
    assert header.split() == ["id", "published"]
    assert row.startswith("…")
    assert "ilo.txt  2026-06-03" in row
    wide, *_ = sources_lines([SOURCE], Page(180))
    assert set(wide.split()) >= {"title", "publisher", "author", "language", "pages", "type"}


def test_through_a_pipe_each_field_stands_whole_between_tabs() -> None:
    header, first, second = sources_lines([SOURCE, BARE], Page())
    told = dict(zip(header.split("\t"), first.split("\t"), strict=True))
    assert (told["id"], told["bytes"], told["passages"]) == (SOURCE.id, "1000", "7")
    assert dict(zip(header.split("\t"), second.split("\t"), strict=True))["published"] == ""


def test_no_documents_are_told_as_none() -> None:
    assert list(sources_lines([], Page(80))) == ["0 documents"]


def test_nothing_of_a_document_reaches_the_terminal_raw() -> None:
    evil = replace(SOURCE, id="a\x1b[2Jb\tc\nd", title="x\x9b31m", author="\x07")
    for page in (Page(), Page(200)):
        told = "\n".join(sources_lines([evil], page))
        assert not set(told) & set("\x1b\x9b\x07\x00")
        assert told.count("\n") <= 3
    assert "\x1b" not in reading_text(SKIPPED, [], Page(30))
    document = replace(DOCUMENT, text="one \x1b[31mtwo\x07 three\x1b]0;x\x07", title="\x1b[2J")
    for found in (Excerpt(document, 0, len(document.text)), Excerpt(document, 5, 12)):
        assert not set(excerpt_text(found, Page(40))) & set("\x1b\x07")


def test_skipped_files_are_told_with_their_reason() -> None:
    told = reading_text(SKIPPED, [], Page())
    assert told == "Not read, wholly or in part:\n  /docs/bad.pdf: no text; run OCR"
    assert reading_text([], [], Page()) == ""


@pytest.mark.parametrize("sources", [[], [BARE], [SOURCE, BARE]])
def test_the_json_of_a_list_is_what_the_published_schema_says(sources: list[Source]) -> None:
    told = json.loads("".join(sources_json(sources, SKIPPED, SKIPPED)))
    jsonschema.Draft202012Validator.check_schema(schema("sources"))
    jsonschema.validate(told, schema("sources"), jsonschema.Draft202012Validator)
    assert [each["document_id"] for each in told["sources"]] == [each.id for each in sources]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(told | {"more": 1}, schema("sources"))


@pytest.mark.parametrize("range_", [(0, len(TEXT)), (410, 420)])
def test_the_json_of_a_document_is_what_the_published_schema_says(range_: tuple[int, int]) -> None:
    found = Excerpt(DOCUMENT, *range_, heading="Loans")
    told = json.loads(json.dumps(found.to_dict()))
    jsonschema.Draft202012Validator.check_schema(schema("document"))
    jsonschema.validate(told, schema("document"), jsonschema.Draft202012Validator)
    assert told["text"] == TEXT[slice(*range_)]


def test_a_whole_document_is_shown_page_by_page() -> None:
    told = excerpt_text(Excerpt(DOCUMENT, 0, len(TEXT)), Page())
    assert told.startswith("The port\nid: ilo.txt\nsource: /docs/ilo.txt\n")
    assert "— page 1 —\nLine 0 of" in told
    assert told.count("— page") == 2
    assert told.endswith("Line 39 of the text.")


def test_a_range_is_marked_among_the_lines_around_it() -> None:
    start = TEXT.index("Line 20")
    found = Excerpt(DOCUMENT, start, start + 7, "Loans > Ports")
    told = excerpt_text(found, Page())
    assert f"characters {start}-{start + 7} of {len(TEXT)} · page 2 · Loans > Ports" in told
    assert told.endswith(
        "Line 17 of the text.\nLine 18 of the text.\nLine 19 of the text.\n"
        ">>>Line 20<<< of the text.\nLine 21 of the text.\nLine 22 of the text.\n"
        "Line 23 of the text."
    )


def test_on_a_terminal_a_range_is_highlighted_line_by_line() -> None:
    start = TEXT.index("Line 20")
    found = Excerpt(DOCUMENT, start, TEXT.index(" of the text", start + 20))
    told = excerpt_text(found, Page(80, colour=True))
    assert "\x1b[7mLine 20 of the text.\x1b[0m\n\x1b[7mLine 21\x1b[0m of the text." in told
    assert ">>>" not in told


def test_in_a_text_of_one_long_line_some_words_around_a_range_are_shown() -> None:
    text = "word " * 1000 + "HERE " + "other " * 1000
    at = text.index("HERE")
    told = excerpt_text(Excerpt(replace(DOCUMENT, text=text), at, at + 4), Page())
    shown = told.splitlines()[-1]
    assert shown.startswith("… word word")
    assert shown.endswith("other …")
    assert "word >>>HERE<<< other" in shown
    assert len(shown) < 1000


def test_marks_of_ours_in_a_document_mark_nothing() -> None:
    document = replace(DOCUMENT, text="a \ue000b\ue001 c d e")
    told = excerpt_text(Excerpt(document, 8, 9), Page(40, colour=True))
    assert told.endswith("a b c \x1b[7md\x1b[0m e")
