"""Folders as people leave them: lock files, names with accents, changes within a tick, remarks."""

from __future__ import annotations

import os
import unicodedata

import pytest

from assistant.answering.missing_terms import not_found
from assistant.settings import CATALOGUE
from assistant.store import ids_beginning
from tests.field_cases.run import indexed, quoted

NAME = "Märkte für Hüte.txt"


@pytest.mark.parametrize("name", ["~$budget.docx", ".~lock.budget.docx#", ".budget.md.swp"])
def test_what_an_open_file_leaves_beside_it_is_passed_over(tmp_path, name: str) -> None:
    files = {"budget.txt": "The budget is 31 crowns.", name: b"\x05owner"}
    with indexed(tmp_path, files) as assistant:
        assert [source.id for source in assistant.sources()] == ["budget.txt"]
        assert assistant.skipped() == []


@pytest.mark.parametrize("kept", ["NFC", "NFD"])
@pytest.mark.parametrize("typed", ["NFC", "NFD"])
def test_a_name_is_the_same_however_its_accents_are_written(tmp_path, kept, typed) -> None:
    stored, name = (unicodedata.normalize(form, NAME) for form in (kept, typed))
    with indexed(tmp_path, {stored: "Hats cost 12 crowns."}) as assistant:
        assert assistant.document(name).id == stored
        assert [each.id for each in assistant.sources(only=name)] == [stored]
        catalogue = tmp_path / "index" / CATALOGUE
        assert ids_beginning(catalogue, name[:5], 9) == [stored]
        assert assistant.remove([name]).removed == 1


def test_a_change_of_the_same_size_and_time_is_noticed_by_the_next_run(tmp_path) -> None:
    with indexed(tmp_path, {"toll.txt": "The toll is 41 crowns."}) as assistant:
        path = tmp_path / "docs" / "toll.txt"
        before = path.stat()
        path.write_text("The toll is 57 crowns.")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

        assert assistant.index().updated == 1
        assert quoted(assistant, "How high is the toll?") == ["The toll is 57 crowns."]


def test_a_remark_on_how_a_file_was_read_is_kept(tmp_path) -> None:
    files = {"old.txt": "Die Brücke trägt 60 Fuhren – täglich.".encode("cp1252")}
    with indexed(tmp_path, files) as assistant:
        [remark] = assistant.remarks()
        assistant.index()

        assert assistant.remarks() == [remark]
        assert remark.path.endswith("old.txt")
        assert "windows-1252" in remark.reason


@pytest.mark.parametrize("thing", ["oat", "hay", "teak"])
def test_a_short_word_that_nothing_has_is_named(thing: str) -> None:
    told = "The quota for barley is 70 tonnes."

    assert not_found(f"How large is the quota for {thing}?", told) == (thing,)
    assert not_found("Is the quota for barley paid in full?", told) in ((), ("paid",))


def test_a_megabyte_of_words_without_a_stop_is_indexed_in_few_passages(tmp_path) -> None:
    words = " ".join(f"reed{number:05}" for number in range(20_000))
    with indexed(tmp_path, {"words.txt": f"{words} gorse quota 77 {words}"}) as assistant:
        assert assistant.status().passages < 120
        [hit, *_] = assistant.search('"gorse quota 77"')

        assert "gorse quota 77" in hit.passage.text
