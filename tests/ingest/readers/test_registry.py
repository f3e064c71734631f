"""Files are found, read, and told of; nothing in one stops the others."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from assistant.documents import Document
from assistant.errors import UsageError
from assistant.ingest.readers.registry import Reading, read_file
from assistant.ingest.sources.walk import SourceFile, find_files, read_bytes

SEED = Path(__file__).parents[3] / "seeds/000_0c051e3811c7471b.txt"


def read(name: str, text: str) -> Reading:
    file = SourceFile(Path("/docs") / name, Path("/docs"), name)
    return Reading.of(read_file(file, text.encode("utf-8")))


def document(name: str, text: str) -> Document:
    (one,) = read(name, text).documents
    return one


def lines(*records: object) -> Reading:
    return read("a.jsonl", "\n".join(r if isinstance(r, str) else json.dumps(r) for r in records))


def record(**given: object) -> dict[str, object]:
    return {"id": "1", "title": "T", "text": "Words."} | given


def test_files_are_found_by_kind_sorted_and_named_from_the_root(tmp_path: Path) -> None:
    for name in ("b.md", "a/z.TXT", "a/y.jsonl", "c.exe", "d", ".hidden.txt", ".git/e.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    files, ignored = find_files(tmp_path)
    assert [file.name for file in files] == ["a/y.jsonl", "a/z.TXT", "b.md"]
    assert ignored == 2
    assert all(
        f.path == tmp_path.resolve() / f.name and f.root == tmp_path.resolve() for f in files
    )


def test_a_file_may_be_the_root(tmp_path: Path) -> None:
    (tmp_path / "one.markdown").write_text("x")
    ((file,), ignored) = find_files(tmp_path / "one.markdown")
    assert (file.name, file.path, ignored) == ("one.markdown", file.root, 0)


def test_links_are_not_followed_out_of_the_root(tmp_path: Path) -> None:
    root, outside = tmp_path / "docs", tmp_path / "private"
    for folder in (root, outside):
        folder.mkdir()
        (folder / "real.txt").write_text("x")
    (root / "away.txt").symlink_to(outside / "real.txt")
    (root / "away").symlink_to(outside)
    (root / "loop").symlink_to(root)
    (root / "broken.txt").symlink_to(root / "gone.txt")
    (root / "near.txt").symlink_to(root / "real.txt")
    assert [file.name for file in find_files(root)[0]] == ["real.txt"]


def test_pipes_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert find_files(tmp_path) == ([], 0)
    with pytest.raises(UsageError, match="not read"):
        find_files(tmp_path / "pipe.txt")


def test_a_missing_root_and_an_unread_kind_are_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"does not exist; give"):
        find_files(tmp_path / "gone")
    (tmp_path / "a.exe").write_text("x")
    with pytest.raises(UsageError, match=r"not read; give \.txt, .*\.jsonl"):
        find_files(tmp_path / "a.exe")
    (tmp_path / "a.xyz").write_text("x")
    with pytest.raises(UsageError, match=r"not read; give \.txt, .*\.jsonl.* files"):
        find_files(tmp_path / "a.xyz")


def test_names_that_are_no_unicode_can_be_stored(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("Words.")
    ((file,), _) = find_files(tmp_path)
    (read_one,) = Reading.of(read_file(file, read_bytes(file.path))).documents
    assert read_one.id == "caf\ufffd.txt"
    (read_one.id + read_one.source + read_one.title).encode("utf-8")


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may open every folder")
def test_a_closed_folder_is_listed_so_that_reading_it_tells_why(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    ((file,), _) = find_files(tmp_path)
    with pytest.raises(OSError, match="closed"):
        read_bytes(file.path)


def test_a_file_above_the_limit_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"12345")
    assert read_bytes(tmp_path / "a.txt", 5) == b"12345"
    with pytest.raises(OSError, match="larger than 0 MB; split it"):
        read_bytes(tmp_path / "a.txt", 4)


def test_the_seed_article_says_its_title_and_publisher() -> None:
    file = SourceFile(SEED, SEED.parent, SEED.name)
    (article,) = Reading.of(read_file(file, SEED.read_bytes())).documents
    assert article.title.startswith("Trump Targets Asian Mineral Deals")
    assert (article.publisher, article.published) == ("Yahoo Finance", None)
    assert article.text == SEED.read_bytes().decode()
    assert (article.id, article.source) == (SEED.name, str(SEED))


def test_text_is_kept_as_it_was_but_for_the_byte_order_mark() -> None:
    text = "A line\r\nAnother\x0c\tone \u200b \n"
    assert document("a.txt", "\ufeff" + text).text == text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Trade falls again\n\nIt fell.", "Trade falls again"),
        ("\n\nTrade falls again\r\n\r\nIt fell.", "Trade falls again"),
        ("Trade fell.\n\nIt rose.", "notes"),
        ("He said: “Stop.”\n\nIt rose.", "notes"),
        ("Trade falls again\nIt fell.", "notes"),
        ("Trade falls again\n\n", "notes"),
        ("word " * 50 + "\n\nIt fell.", "notes"),
    ],
)
def test_a_first_line_is_a_title_only_if_it_looks_like_one(text: str, title: str) -> None:
    assert document("a/notes.txt", text).title == title


def test_markdown_says_its_facts_in_front_matter() -> None:
    text = "---\ntitle: Fees\ndate: 2026-06-03\npublisher: The Board\n---\n# Other\nText.\n"
    fees = document("a.md", text)
    assert (fees.title, fees.published, fees.publisher) == ("Fees", "2026-06-03", "The Board")
    assert (fees.media_type, fees.text) == ("text/markdown", text)


def test_markdown_without_front_matter_is_titled_by_its_first_heading() -> None:
    assert document("a.md", "Text.\n\n## The *first* `one` ##\n\n# Two\n").title == "The first one"
    assert document("a.md", "Setext\n===\n").title == "Setext"
    assert document("a.md", "No heading.\n").title == "a"


@pytest.mark.parametrize("yaml", ["title: [", "date: 2026-13-45", "a: b: c"])
def test_bad_front_matter_is_noted_and_the_text_is_read(yaml: str) -> None:
    reading = read("a.md", f"---\n{yaml}\n---\nText.\n")
    assert len(reading.documents) == 1
    assert "front matter" in reading.notes[0].reason


@pytest.mark.parametrize(
    ("given", "published"),
    [
        ("2026-06-03", "2026-06-03"),
        ("2026-06-03T10:00:00Z", "2026-06-03"),
        ("2026-06-03 23:59:59+05:00", "2026-06-03"),
        (None, None),
        ("", None),
    ],
)
def test_iso_dates_and_times_become_dates(given: str | None, published: str | None) -> None:
    reading = lines(record(published=given))
    assert (reading.documents[0].published, reading.notes) == (published, ())


@pytest.mark.parametrize("given", ["03/06/2026", "2026-02-30", 2026, True, ["2026-06-03"]])
def test_other_dates_are_left_out_and_noted(given: object) -> None:
    reading = lines(record(), record(id="2", published=given))
    assert reading.documents[1].published is None
    assert reading.notes[0].path == "a.jsonl:2"
    assert "was left out" in reading.notes[0].reason


def test_each_line_is_a_document_with_its_own_source() -> None:
    first, second = lines(
        record(source="https://a.b"), "", record(id=7, title="", extra=1)
    ).documents
    assert (first.id, first.source, first.title) == ("1", "https://a.b", "T")
    assert (second.id, second.source, second.title) == ("7", "/docs/a.jsonl", "7")
    assert first.media_type == "text/plain"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('{"id": "2", ', "no valid JSON"),
        ("[" * 100_000, "no valid JSON"),
        ("[1]", "no JSON object"),
        ({"id": "2", "title": "T"}, "`text` is missing"),
        (record(id=None), "`id` is no string"),
        (record(id=True), "`id` is no string"),
        (record(id=" "), "`id` is empty"),
        (record(text=" \n"), "`text` is empty"),
        (record(title=["T"]), "`title` is no string"),
        (record(), "the id '1' was on an earlier line"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_reading_goes_on(bad: object, reason: str) -> None:
    reading = lines(record(), bad, record(id="3"))
    assert [d.id for d in reading.documents] == ["1", "3"]
    assert reading.skipped[0].path == "a.jsonl:2"
    assert reading.skipped[0].reason.startswith(reason)


def test_what_sqlite_cannot_store_is_replaced() -> None:
    line = (
        r'{"id": "a\ud800", "title": "\udfff", "text": "x\u0000y \ud83d\ude42", "source": "\udc00"}'
    )
    (only,) = lines(line).documents
    assert (only.id, only.title, only.text) == ("a\ufffd", "\ufffd", "x\ufffdy 🙂")
    assert only.source == "\ufffd"


@pytest.mark.parametrize(("data", "reason"), [(b"a\x00b", "binary, not text"), (b" \n", "empty")])
def test_files_without_text_are_skipped_with_the_reason(data: bytes, reason: str) -> None:
    reading = Reading.of(read_file(SourceFile(Path("/docs/a.txt"), Path("/docs"), "a.txt"), data))
    assert [(note.path, note.reason) for note in reading.skipped] == [("a.txt", reason)]
    assert reading.documents == ()


def test_a_guessed_encoding_is_noted() -> None:
    file = SourceFile(Path("/docs/a.txt"), Path("/docs"), "a.txt")
    reading = Reading.of(read_file(file, "Un café très cher.\n".encode("cp1252")))
    assert reading.documents[0].text == "Un café très cher.\n"
    assert reading.notes[0].reason.startswith("read as windows-1252")


def test_several_authors_of_front_matter_and_records_are_named() -> None:
    text = "---\nauthors: [Ann Lee, John Roe]\nlang: de-DE\n---\nText.\n"
    assert (document("a.md", text).author, document("a.md", text).language) == (
        "Ann Lee, John Roe",
        "de",
    )
    (one,) = lines(record(author=["Ann Lee", "John Roe"], language="English")).documents
    assert (one.author, one.language) == ("Ann Lee, John Roe", "en")


def test_a_documents_own_fields_come_before_what_its_lines_say() -> None:
    fields = "---\ndate: 2026-06-01\nauthor: Ann Lee\n---\n"
    told = document("a.md", f"{fields}# Port\n\nBy John Roe\n\nJune 3, 2026\n\nText.\n")
    assert (told.published, told.author) == ("2026-06-01", "Ann Lee")


def test_a_field_that_is_no_date_is_noted_and_the_lines_are_asked() -> None:
    text = "---\ndate: 03/06/2026\n---\n# Port\n\nJune 3, 2026\n\nText.\n"
    reading = read("a.md", text)
    assert reading.documents[0].published == "2026-06-03"
    assert "either of two days" in reading.notes[0].reason


@pytest.mark.parametrize(
    ("encoding", "recorded"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("cp1252", "windows-1252"),
        ("koi8_r", "koi8-r"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.jsonl"])
def test_the_encoding_of_every_text_format_is_recorded(
    name: str, encoding: str, recorded: str
) -> None:
    words = {"koi8_r": "Министерство опубликовало во вторник новые тарифы на сталь и алюминий."}
    told = words.get(encoding, "Le ministère a publié mardi de nouvelles règles pour l'acier.")
    text = f'{{"id": "1", "title": "T", "text": "{told}"}}' if name == "a.jsonl" else told * 3
    file = SourceFile(Path("/docs") / name, Path("/docs"), name)
    (one,) = Reading.of(read_file(file, text.encode(encoding))).documents
    assert one.encoding == recorded
    assert "".encode(one.encoding) is not None  # Python knows it by this name
    assert one.text.startswith(told)
