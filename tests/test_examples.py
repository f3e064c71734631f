"""The examples run, and do what they say of themselves."""

import csv
import runpy
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("ASSISTANT_LLM", "none")
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "ilo.txt").write_text("The port of Ilo opened in May. It cost $2 billion.\n")
    (docs / "callao.txt").write_text("The port of Callao opened in June.\n")
    return docs


@pytest.fixture
def example(quick_start):
    return lambda name: runpy.run_path(str(EXAMPLES / f"{name}.py"))["main"]


def test_asking_prints_each_citation_with_its_place(example, folder, capsys):
    example("ask")(str(folder), "When did the port of Ilo open?")
    told = capsys.readouterr().out
    assert "The port of Ilo opened in May." in told
    assert "ilo.txt:0-30" in told


def test_a_draft_with_a_false_statement_fails(example, folder, tmp_path, capsys):
    draft = tmp_path / "draft.md"
    draft.write_text("The port of Ilo opened in May.\n")
    assert example("check_draft")(str(folder), str(draft)) == 0
    draft.write_text("The port of Ilo opened in March.\n")
    assert example("check_draft")(str(folder), str(draft)) == 1
    assert "contradicted: The port of Ilo opened in March." in capsys.readouterr().out


def test_each_document_has_its_own_row(example, folder, capsys):
    example("questions")(str(folder), "When did the port of Callao open?")
    header, *rows = csv.reader(capsys.readouterr().out.splitlines())
    assert header == ["document", "When did the port of Callao open?"]
    found = dict(rows)
    assert "opened in June" in found["callao.txt"]
    assert found["ilo.txt"] == "the document does not say"
