"""Documents are listed one by one, and found by whatever name a user has for them."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.filters import Filter
from assistant.reports import FileNote
from assistant.settings import CATALOGUE, Settings
from assistant.store.database import Catalogue
from assistant.store.documents import Listing
from assistant.store.library import Library
from assistant.store.tracked_files import noted

RECORDS = (
    {"id": "a:1-2", "title": "One", "text": "The first record tells of steel."},
    {"id": "b", "title": "Two", "text": "The second tells of maize.", "published": "2026-05-01"},
)


@pytest.fixture
def library(tmp_path, minilm):
    for name, text in {
        "x/ilo.txt": "Port of Ilo\n\nBy Ann Lee | June 3, 2026\n\n"
        "Peru's Congress approved a loan for a new port at Ilo.",
        "x/sub/deep.md": "---\ndate: 2025-01-02\nlang: en\n---\n# Rates\n\n## Steel\n\nIt is 5%.",
        "y/ilo.txt": "The port of Ilo in another folder is told of in this file of one line.",
        "x/records.jsonl": "\n".join(map(json.dumps, RECORDS)),
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    with Library(tmp_path / "index", minilm, Settings()) as library:
        library.index([tmp_path / "x", tmp_path / "y"])
        yield library


@pytest.fixture
def listing(library) -> Listing:
    return library.catalogue.listing


def test_documents_are_listed_by_id_with_all_that_is_known_of_them(listing, tmp_path):
    sources = list(listing.sources(Filter()))
    assert [source.id for source in sources] == ["a:1-2", "b", "ilo.txt", "ilo.txt", "sub/deep.md"]
    ilo = sources[2]
    assert (ilo.title, ilo.author, ilo.published) == ("Port of Ilo", "Ann Lee", "2026-06-03")
    assert (ilo.language, ilo.encoding, ilo.media_type) == ("en", "utf-8", "text/plain")
    assert ilo.file == ilo.source == str(tmp_path / "x/ilo.txt")
    assert (ilo.root, ilo.passages, ilo.pages) == (str(tmp_path / "x"), 1, None)
    assert ilo.characters == ilo.bytes == (tmp_path / "x/ilo.txt").stat().st_size


def test_by_date_the_newest_comes_first_and_what_has_none_last(listing):
    days = [source.published for source in listing.sources(Filter(), "date")]
    assert days == ["2026-06-03", "2026-05-01", "2025-01-02", None, None]


def test_only_what_the_filter_lets_through_is_listed(listing):
    def ids(**given):
        return [source.id for source in listing.sources(Filter.of(**given))]

    assert ids(only="sub") == ["sub/deep.md"]
    assert ids(since="2026") == ["b", "ilo.txt"]
    assert ids(until="2026-05", only=["*.md", "b"]) == ["b", "sub/deep.md"]


def test_more_documents_than_are_held_at_a_time_are_all_listed(listing, monkeypatch):
    monkeypatch.setattr("assistant.store.documents._AT_ONCE", 2)
    assert len(list(listing.sources(Filter()))) == 5


def test_an_unknown_order_is_refused(listing):
    with pytest.raises(UsageError, match="give id or date"):
        next(listing.sources(Filter(), "size"))


def test_files_that_could_not_be_read_are_told_with_the_reason(library, tmp_path):
    path = str(tmp_path / "x/ilo.txt")
    with sqlite3.connect(library.path / CATALOGUE) as db:
        fault = noted([FileNote("ilo.txt", "is damaged"), FileNote("ilo.txt:3", "no JSON")])
        db.execute("UPDATE files SET fault = ? WHERE path = ?", (fault, path))
    db.close()
    listing = library.catalogue.listing
    damaged, line = FileNote(path, "is damaged"), FileNote(f"{path}:3", "no JSON")
    assert listing.skipped(Filter()) == [damaged, line]
    assert listing.skipped(Filter.of(only="*.md")) == []
    assert listing.skipped(Filter.of(since="2020")) == []


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("sub/deep.md", "sub/deep.md"),
        ("deep.md", "sub/deep.md"),
        ("DEEP.md", "sub/deep.md"),
        ("…eep.md", "sub/deep.md"),
        ("b", "b"),
        ("a:1-2", "a:1-2"),
        ("records.jsonl:b", "b"),
        ("x/records.jsonl:a:1-2", "a:1-2"),
    ],
)
def test_a_document_is_found_by_its_id_or_a_part_of_it(library, name, id):
    catalogue: Catalogue = library.catalogue
    assert catalogue.document_numbered(catalogue.listing.find(name)).id == id


def test_a_document_is_found_by_its_file(library, tmp_path, monkeypatch):
    catalogue = library.catalogue
    monkeypatch.chdir(tmp_path / "y")
    for name in (tmp_path / "y/ilo.txt", "../y/ilo.txt", "./ilo.txt"):
        found = catalogue.document_numbered(catalogue.listing.find(str(name)))
        assert found.source == str(tmp_path / "y/ilo.txt")
    assert (
        catalogue.document_numbered(catalogue.listing.find(f"{tmp_path}/x/records.jsonl:b")).id
        == "b"
    )


def test_what_may_be_several_is_told_with_a_name_for_each(listing, tmp_path):
    with pytest.raises(UsageError) as told:
        listing.find("ilo.txt")
    assert "may be 2 documents" in str(told.value)
    for folder in "xy":
        path = f"{tmp_path}/{folder}/ilo.txt"
        assert path in str(told.value)
        assert listing.find(path)
    with pytest.raises(UsageError, match=r"records\.jsonl:a:1-2, .*records\.jsonl:b"):
        listing.find("records.jsonl")


def test_of_an_unknown_name_near_ones_are_told(listing):
    with pytest.raises(UsageError, match=r"near it are .*'sub/deep\.md'.*assistant sources"):
        listing.find("sub/depe.md")
    with pytest.raises(UsageError, match=r"called '漢'; `assistant sources`"):
        listing.find("漢")


def test_a_place_tells_the_headings_above_it(library):
    number = library.catalogue.listing.find("deep.md")
    text = library.catalogue.document_numbered(number).text
    assert (
        library.catalogue.listing.heading(number, text.index("It is")) == "Steel"
    )  # the title is none
    assert library.catalogue.listing.heading(number, 0) == ""


def test_a_name_of_any_characters_is_looked_for_and_not_obeyed(listing):
    for name in (
        "'; DROP TABLE documents; --",
        "%",
        "*",
        "a" * 5000,
        "\x00",
        "",
        ":",
        "a\udce9b",
        "…",
    ):
        with pytest.raises(UsageError):
            listing.find(name)
    assert len(list(listing.sources(Filter()))) == 5


def test_the_path_of_a_document_is_never_a_pattern(listing, tmp_path: Path):
    with pytest.raises(UsageError, match="called"):
        listing.find(f"{tmp_path}/x/*.txt")
