"""Versions are files of any kind that is read, or indexed; each fault has its remedy."""

import json

import pytest

from assistant.api import Assistant
from assistant.cli.app import _run
from assistant.errors import UsageError

OLD = "# Notice\n\nThe **gate** opens at 6. Dogs are allowed.\n"
NEW = """<h1>Notice</h1><article><p>The gate opens at 7.</p><p>Dogs are allowed.</p>
<p>Scripts such as &lt;script&gt; are read like other words of a page.</p></article>"""
TWO = """{"id": "a", "title": "A", "text": "The gate is open."}
{"id": "b", "title": "B", "text": "The gate is shut."}
"""


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSISTANT_INDEX", str(tmp_path / "index"))
    (tmp_path / "old.md").write_text(OLD)
    (tmp_path / "new.html").write_text(NEW)
    return tmp_path


def test_files_of_two_kinds_are_compared_as_json_and_as_a_page(files, capsys):
    assert _run(["compare", "--json", "old.md", "new.html"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [change["kinds"][0] for change in told["changes"]] == ["number", "added"]
    assert _run(["compare", "--html", "page.html", "old.md", "new.html"]) == 1
    page = (files / "page.html").read_text(encoding="utf-8")
    assert "&lt;script&gt; are read" in page
    assert "<script" not in page


def test_the_same_version_twice_is_no_change(files, capsys):
    assert _run(["compare", "old.md", "old.md"]) == 0
    assert "Nothing changed" in capsys.readouterr().out


def test_what_is_no_single_document_is_told_with_the_remedy(files):
    (files / "two.jsonl").write_text(TWO)
    (files / "empty.txt").write_text("")
    with Assistant.open() as assistant:
        for name, remedy in (
            ("two.jsonl", "index it"),
            ("empty.txt", "give a file"),
            (".", "give"),
        ):
            with pytest.raises(UsageError, match=remedy):
                assistant.compare("old.md", name)


def test_indexed_documents_are_compared_by_their_ids(files):
    (files / "two.jsonl").write_text(TWO)
    with Assistant.open(llm="none") as assistant:
        assistant.index(["two.jsonl"])
        (change,) = assistant.compare("a", "b").changes
    assert change.edits == (("open", "shut"),)
