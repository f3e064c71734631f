"""Letters as files have them: nobody sees some of them, and some files have two bytes for each."""

from __future__ import annotations

import pytest

from assistant.ingest.readers.decoding import decode
from assistant.ingest.readers.registry import Reading, read_file
from assistant.ingest.readers.unseen import legible
from assistant.ingest.sources import SourceFile
from tests.field_cases.run import indexed

FILES = {
    "page.html": "<title>Fee</title><article><p>The counter\u00advailing levy on poly\u200bester "
    "is 5&nbsp;200 crowns per bale.</p></article>",
    "note.md": "# Rule\n\nDie Ausfuhr\u00adkontroll\u00adbehörde prüft 88 Anträge.\n",
    "rows.csv": "Ware,Satz\nHalb\u00adzeug,19 %\n",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    with indexed(tmp_path_factory.mktemp("letters"), FILES) as assistant:
        yield assistant


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("countervailing", "page.html"),
        ("polyester", "page.html"),
        ("Ausfuhrkontrollbehörde", "note.md"),
        ("Halbzeug", "rows.csv"),
    ],
)
def test_a_word_is_found_whatever_nobody_sees_in_it(files, word: str, name: str) -> None:
    [hit, *_] = files.search(f'"{word}"')

    assert hit.passage.document.id == name
    assert "bm25" in hit.ranks
    assert word in hit.passage.text


def test_a_draft_in_plain_letters_is_supported(files) -> None:
    [found] = files.verify("The countervailing levy on polyester is 5,200 crowns per bale.")

    assert found.verdict == "supported"


def test_a_citation_points_at_its_words(files) -> None:
    [citation, *_] = files.ask("How high is the countervailing levy on polyester?").citations
    document = citation.document

    assert document.text[citation.start : citation.end] == citation.quote
    assert citation.quote.startswith("The countervailing levy on polyester")


@pytest.mark.parametrize(
    "text", ["می\u200cخواهم", "ไทย\u200bคำ", "👩\u200d🚀", "\u2060# no heading"]
)
def test_what_means_something_in_its_script_stays(text: str) -> None:
    assert legible(text) == (text, ())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_text_of_two_or_four_bytes_a_letter_is_read(encoding: str) -> None:
    text = "Der Fährpreis ist 15 Kronen."

    assert decode(text.encode(encoding))[0] == text


def test_a_csv_of_another_country_is_read_letter_for_letter(tmp_path) -> None:
    rows = "Código;Artículo;Tasa\n11;Piñas «frescas»;9,25 %\n12;Azúcar – moreno;1.300,40\n"
    file = SourceFile(tmp_path / "t.csv", tmp_path, "t.csv")

    [document] = Reading.of(read_file(file, ("sep=;\n" + rows).encode("cp1252"))).documents

    assert "Artículo: Piñas «frescas» | Tasa: 9,25 %" in document.text
    assert "Artículo: Azúcar – moreno | Tasa: 1.300,40" in document.text
    assert "sep=" not in document.text
