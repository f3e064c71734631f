"""What is remembered of roots and files comes back, in order and in portions."""

from __future__ import annotations

import pytest

from assistant.reports import FileNote
from assistant.store.database import Catalogue, Change
from assistant.store.tracked_files import PAGE, FileRecord, Root, noted, told


@pytest.fixture
def catalogue(tmp_path):
    catalogue = Catalogue(tmp_path / "catalogue.sqlite3", "some-model", 4, create=True)
    yield catalogue
    catalogue.close()


def put(catalogue, *paths, root="/docs", fault=""):
    records = [FileRecord(path, root, 1, 2, "x", "r", fault) for path in paths]
    catalogue.apply([Change(record) for record in records])


def under(catalogue, *args):
    return [known.record.path for known in catalogue.register.under(*args)]


def test_files_below_a_folder_come_by_path_and_those_beside_it_do_not(catalogue):
    put(catalogue, "/docs/b.txt", "/docs/a/x.txt", "/docs/a-b.txt", "/docs.txt", "/docs/é.txt")
    expected = ["/docs/a-b.txt", "/docs/a/x.txt", "/docs/b.txt", "/docs/é.txt"]
    assert under(catalogue, "/docs") == expected
    assert under(catalogue, "/docs/a") == ["/docs/a/x.txt"]
    assert under(catalogue, "/docs/b.txt") == ["/docs/b.txt"]
    assert under(catalogue, "/docs", {"/docs/a", "/docs/b.txt"}) == expected[::3]
    assert len(under(catalogue, "/")) == 5


def test_files_are_asked_for_in_portions_while_others_are_written(catalogue):
    paths = [f"/docs/{n:05}.txt" for n in range(2 * PAGE + 1)]
    put(catalogue, *paths)
    found = []
    for known in catalogue.register.under("/docs"):
        if not found:
            put(catalogue, "/docs/99999.txt")
        found.append(known.record.path)
    assert found == [*paths, "/docs/99999.txt"]


def test_a_new_root_is_remembered_with_its_first_file_and_its_patterns(catalogue):
    catalogue.register.expect(Root("/docs", ("*.md",)))
    assert catalogue.register.roots() == ()
    put(catalogue, "/docs/a.txt")
    assert catalogue.register.roots() == (Root("/docs", ("*.md",)),)
    catalogue.register.remember(Root("/docs"))
    assert catalogue.register.roots() == (Root("/docs"),)


def test_faults_are_kept_with_the_file_and_counted(catalogue):
    notes = [FileNote("c.jsonl:1", "no valid JSON"), FileNote("c.jsonl:2", "no JSON object")]
    put(catalogue, "/docs/c.jsonl", fault=noted(notes))
    put(catalogue, "/docs/a.txt")
    [_, known] = catalogue.register.under("/docs")
    assert told(known.record.fault) == notes
    assert catalogue.register.faulty() == 1
    assert noted([]) == ""
    assert told("") == []


def test_of_very_many_faults_the_first_are_kept():
    kept = told(noted([FileNote(f"c.jsonl:{n}", "bad") for n in range(1000)], most=3))
    assert kept[2:] == [FileNote("c.jsonl:2", "bad"), FileNote("c.jsonl", "has 997 further faults")]


def test_a_root_is_forgotten_unless_it_has_documents(catalogue):
    put(catalogue, "/docs/a.txt", fault="[]")
    catalogue.register.forget("/docs")
    assert catalogue.register.roots() == ()
    assert catalogue.files() == {}


def test_an_address_is_no_folder_and_lies_in_none(catalogue):
    addresses = [f"https://a.org/{name}" for name in ("", "a", "a/b", "a?b")]
    for address in addresses:
        put(catalogue, address, root=address)
    put(catalogue, "/docs/a.txt")
    assert [root.path for root in catalogue.register.addresses()] == addresses
    assert [root.path for root in catalogue.register.roots()] == ["/docs"]
    assert catalogue.roots() == ("/docs", *addresses)
    assert under(catalogue, "https://a.org/") == ["https://a.org/"]
    assert under(catalogue, "https://a.org/a") == ["https://a.org/a"]
    assert under(catalogue, "/") == ["/docs/a.txt"]
    catalogue.register.unsettle("https://a.org/a")
    settled = [next(catalogue.register.under(each)).record.size for each in addresses]
    assert settled == [1, -1, 1, 1]
