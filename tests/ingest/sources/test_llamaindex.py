"""Readers of LlamaIndex's are indexed like addresses: when they are named, and by `doc_id`."""

import datetime
import json
import sqlite3

import pytest
from llama_index.core.readers.base import BaseReader
from llama_index.core.schema import Document

from assistant import Assistant
from assistant.errors import AddressError, UsageError
from assistant.ingest.sources import named
from assistant.ingest.sources.llamaindex import lines
from assistant.models.plugins import address

NOTES = "tests.llamaindex_classes:NotesReader"
MINE = "The mine at Corral employs 412 people.\r\n\r\nIt opened in 1987.\t Salt is “sold” there. "
FERRY = "The ferry to Chiloe leaves at seven. A ticket costs 12 dollars."


@pytest.fixture
def notes(tmp_path):
    """Writes notes into a database, all anew."""
    path = tmp_path / "notes.db"

    def write(*rows):
        with sqlite3.connect(path) as database:
            database.execute("DROP TABLE IF EXISTS notes")
            database.execute("CREATE TABLE notes (id, title, author, day, body)")
            database.executemany("INSERT INTO notes VALUES (?, ?, ?, ?, ?)", rows)
        database.close()
        return address(NOTES, [f"database={path}"])

    return write


@pytest.fixture
def assistant(tmp_path, quick_start):
    with Assistant.open(tmp_path / "index", llm="none") as assistant:
        yield assistant


def test_text_is_not_altered_and_metadata_is_mapped_where_its_names_say_so(assistant, notes):
    told = notes(("n1", "Salt", "Ann Lee", "2026-06-03", MINE), ("n2", "Ferry", None, None, FERRY))
    report = assistant.index([told])
    assert (report.added, report.skipped) == (2, ())
    document = assistant.document("n1")
    assert document.text == MINE
    assert (document.title, document.author) == ("Salt", "Ann Lee")
    assert (document.published, document.source) == ("2026-06-03", told)
    (source, _) = assistant.sources()
    assert (source.id, source.file, source.root) == ("n1", told, told)
    assert "412" in assistant.ask("How many people does the mine at Corral employ?").text


def test_the_next_run_follows_updates_and_deletions_by_id(assistant, notes):
    first = ("n1", "Salt", "Ann", "2026", MINE), ("n2", "Ferry", "Bo", "2026", FERRY)
    assistant.index([notes(*first)])
    told = notes(first[0], ("n3", "Bread", "Cy", "2026", "Knead the dough for ten minutes."))
    report = assistant.index([told])
    assert (report.added, report.updated, report.unchanged, report.removed) == (1, 0, 1, 1)
    report = assistant.index([notes(("n1", "Salt", "Ann", "2026", MINE.replace("412", "97")))])
    assert (report.updated, report.removed) == (1, 1)
    assert [source.id for source in assistant.sources()] == ["n1"]
    assert assistant.index([told]).embedded == 0


def test_a_reader_is_not_asked_again_unless_it_is_named(assistant, notes, tmp_path):
    told = notes(("n1", "Salt", None, None, MINE))
    assistant.index([told])
    notes(("n1", "Salt", None, None, FERRY))
    (tmp_path / "a.txt").write_text("Knead the dough for ten minutes.")
    assistant.index([tmp_path / "a.txt"])
    report = assistant.index()
    assert [note.reason for note in report.notes] == ["kept as fetched; name one to fetch it anew"]
    assert assistant.document("n1").text == MINE
    assert assistant.remove([told]).removed == 1


def test_what_was_given_before_is_kept_where_a_reader_fails_or_gives_nothing(assistant, notes):
    told = notes(("n1", "Salt", None, None, MINE))
    assistant.index([told])
    for rows in ((), (("n1", "Salt", None, None, "  "),)):
        notes(*rows)
        report = assistant.index([told])
        [note] = report.skipped
        assert note.path == told
        assert note.reason.startswith("NotesReader gives no document; correct its arguments")
        assert assistant.document("n1").text == MINE


def test_an_argument_goes_to_what_takes_it(notes, tmp_path):
    told = notes(("n1", "Salt", None, None, MINE))
    assert json.loads(*lines(f"{told}&table=notes"))["id"] == "n1"
    with pytest.raises(AddressError, match=r"NotesReader gives no document \(no such table: x\)"):
        list(lines(f"{told}&table=x"))
    with pytest.raises(UsageError, match=r"NotesReader cannot be made \(.*'colour'\); correct"):
        list(lines(f"{told}&colour=red"))


def test_a_reader_that_ships_with_llamaindex_is_followed_by_its_ids(assistant, tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "a.txt").write_text(MINE, newline="")
    (folder / "b.txt").write_text(FERRY)
    given = [f"input_dir={folder}", "filename_as_id=true"]
    told = address("llama_index.core:SimpleDirectoryReader", given)
    assert assistant.index([told]).added == 2
    document = assistant.document(str(folder / "a.txt"))
    assert (document.title, document.source) == ("a.txt", str(folder / "a.txt"))
    (folder / "b.txt").unlink()
    report = assistant.index([told])
    assert (report.unchanged, report.removed) == (1, 1)


def test_names_of_metadata_that_other_readers_use_are_known(monkeypatch):
    about = {
        "Page Title": "no title",
        "headline": "Tin",
        "authors": ["Ann", "Bo"],
        "url": "https://example.org/tin",
        "publication_date": datetime.date(2026, 6, 3),
        "creation_date": "2020-01-01",
    }
    given = [Document(id_="d", text="Tin rose.", metadata=about), Document(text="\n")]
    monkeypatch.setattr(BaseReader, "load_data", lambda self: given)
    [record] = map(json.loads, lines("llamaindex://llama_index.core.readers.base:BaseReader"))
    assert record == {
        "id": "d",
        "title": "Tin",
        "text": "Tin rose.",
        "source": "https://example.org/tin",
        "author": "Ann, Bo",
        "published": "2026-06-03",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("llamaindex://NotesReader", "names no class"),
        ("llamaindex://a:B?token=abc", "holds a key or password"),
    ],
)
def test_what_names_no_reader_is_refused_before_anything_is_indexed(text, message):
    with pytest.raises(UsageError, match=message):
        named(text)


def test_a_reader_that_is_not_installed_is_told_in_one_line(assistant):
    told = "llamaindex://llama_index.readers.web:SimpleWebPageReader"
    [note] = assistant.index([told]).skipped
    assert note.path == told
    assert note.reason == (
        "llama_index.readers.web is not installed; run: pip install llama-index-readers-web"
    )
