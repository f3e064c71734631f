"""A folder of every format, good and bad, through the program as it is called."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import app
from assistant.ingest.readers.kinds import KINDS, READ, kind_of
from assistant.ingest.sources.walk import storable_name
from assistant.safety.sanitize import line
from tests import folder
from tests.folder import BAD, GOOD, LARGE, ODD

Call = Callable[..., "Ran"]


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the folder, its index and the user's home are; filled once."""
    place = tmp_path_factory.mktemp("every-format")
    folder.make(place / "docs")
    return place


@pytest.fixture(scope="module")
def index(place: Path) -> Call:
    """`assistant index` in a process of its own."""

    def go(*arguments: object) -> Ran:
        command = [sys.executable, "-m", "assistant", "index", *map(str, arguments)]
        kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[1])}
        kept |= {"ASSISTANT_CONFIG": "none"}
        ran = subprocess.run(
            [*command, "--index", place / "index"],
            capture_output=True,
            cwd=place,
            env=kept | {"HOME": str(place / "home"), "PYTHONUTF8": "1"},
            timeout=120,
        )
        return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())

    return go


@pytest.fixture(scope="module")
def first(index: Call, place: Path) -> Ran:
    return index("--exclude", "drafts/", place / "docs")


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    quick_start: None,
    place: Path,
) -> Call:
    """The other commands, in this process."""

    def go(command: str, *arguments: str) -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
        with pytest.raises(SystemExit) as left:
            app.main([command, "--index", str(place / "index"), *arguments])
        shown = capsys.readouterr()
        return Ran(int(left.value.code or 0), shown.out, shown.err)

    return go


def sources(run: Call) -> dict[str, Any]:
    return dict(json.loads(run("sources", "--json").out))


def shown(name: str) -> str:
    """A file's name as it is printed: escape sequences gone, on one line."""
    return line(storable_name(name))


def test_there_is_a_good_file_of_every_module_that_reads() -> None:
    modules = {kind.module for name in GOOD if (kind := kind_of(name))}
    assert modules == {KINDS[suffix].module for suffix in READ}


def test_each_bad_file_is_told_in_a_line_and_nothing_raw_is_printed(first: Ran) -> None:
    assert first.code == 2
    assert "1 excluded" in first.out
    assert "Traceback" not in first.err
    assert all(each.isprintable() for each in (first.out + first.err).split("\n"))
    told = [line for line in first.err.splitlines() if line.startswith("skipped ")]
    for name, (reason, _) in BAD.items():
        assert any(line.startswith(f"skipped {shown(name)}") and reason in line for line in told), (
            name
        )
    assert f"skipped {LARGE}: larger than 200 MB; split it into smaller files" in told
    for name, (remark, _) in ODD.items():
        lines = [line for line in first.err.splitlines() if line.startswith(f"{name}: ")]
        assert remark in "".join(lines)
    whole = {shown(name) for name in GOOD} - {"records.jsonl"}
    assert not [line for line in told if line.removeprefix("skipped ").split(":")[0] in whole]


@pytest.mark.parametrize("name", GOOD)
def test_a_fact_is_found_and_cited_from_its_file_and_page(
    first: Ran, run: Call, place: Path, name: str
) -> None:
    good = GOOD[name]
    asked = run("ask", "--llm", "none", "--json", good.question)
    cited, *_ = json.loads(asked.out)["citations"]
    assert asked.code == 0
    assert cited["quote"] == good.fact
    assert cited["source"] == storable_name(str(place / "docs" / name))
    assert cited["page"] == (good.page or None)

    (hit, *_) = json.loads(run("search", "--json", "--limit", "1", good.question).out)["hits"]
    assert hit["document_id"] == cited["document_id"]

    there = f"{place / 'docs' / name}:{cited['document_id']}"
    if cited["document_id"] in (name, storable_name(name)):
        there = cited["document_id"]
    span = f"{there}:{cited['start']}-{cited['end']}"
    assert json.loads(run("show", "--json", span).out)["text"] == good.fact


def test_pages_and_facts_of_files_are_listed_beside_what_was_skipped(
    first: Ran, run: Call, place: Path
) -> None:
    listed = sources(run)
    pages = {each["document_id"]: each["pages"] for each in listed["sources"]}
    assert pages["paper.pdf"] == 3
    assert {each["file"] for each in listed["skipped"]} >= {str(place / "docs" / n) for n in BAD}
    (web,) = (each for each in listed["sources"] if each["document_id"] == "news.html")
    assert (web["title"], web["published"]) == ("The council meets", "2026-02-03")
    assert not any("Zelkova" in json.dumps(each) for each in listed["sources"])
    refused = run("ask", "--llm", "none", "What happened to the Zelkova archive?")
    assert refused.code == 3


def test_the_index_follows_what_comes_goes_and_changes(
    first: Ran, run: Call, index: Call, place: Path
) -> None:
    docs = place / "docs"
    again = index()
    assert (again.code, "(0 embedded)" in again.out) == (2, True)
    assert again.out.startswith("0 documents added, ")
    skipped = [each for each in first.err.splitlines() if each.startswith("skipped ")]
    assert len(skipped) > len(BAD)
    assert again.err.splitlines() == skipped

    kept = (docs / "utf-8.txt").read_bytes()
    (docs / "utf-8.txt").unlink()
    (docs / "lines.tsv").rename(docs / "renamed.tsv")
    word = GOOD["findings.docx"].data
    folder.write(docs / "bad/cut.docx", word("The Glenmore farm keeps 907 goats."))
    folder.write(docs / "findings.docx", word("The Torvaig school teaches Gaelic."))
    (docs / "deck.pptx").write_bytes(GOOD["deck.pptx"].data("")[:5000])  # broken from now on
    changed = index()
    assert changed.out.startswith("2 documents added, 1 updated, ")
    assert "skipped deck.pptx: broken" in changed.err
    assert "what was indexed of it before is kept" in changed.err

    def cited(question: str) -> list[str]:
        answer = json.loads(run("ask", "--llm", "none", "--json", question).out)
        return [Path(each["source"]).name for each in answer["citations"]]

    assert cited(GOOD["utf-8.txt"].question) == []
    assert cited(GOOD["lines.tsv"].question) == ["renamed.tsv"]
    assert cited(GOOD["findings.docx"].question) == []
    assert cited("How many goats does the Glenmore farm keep?") == ["cut.docx"]
    assert cited("What does the Torvaig school teach?") == ["findings.docx"]
    assert cited(GOOD["deck.pptx"].question) == ["deck.pptx"]

    (docs / "utf-8.txt").write_bytes(kept)
    (docs / "bad/cut.docx").unlink()
    assert "1 document added" in index().out
    assert cited(GOOD["utf-8.txt"].question) == ["utf-8.txt"]
    assert cited("How many goats does the Glenmore farm keep?") == []
