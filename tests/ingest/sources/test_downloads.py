"""Web addresses are indexed like files: fetched when they are named, never again, and kept."""

from __future__ import annotations

import doctest
import json
import os
import tempfile
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.errors import AddressError, UsageError
from assistant.ingest.sources import downloads as downloading
from assistant.ingest.sources.downloads import Downloads, named
from assistant.reports import FileNote
from tests.web_server import moved, reply

HTML = "Content-Type: text/html"
PLAIN = "Content-Type: text/plain"
LOAN = "Peru's Congress approved a loan of $2 billion for a port at Ilo."
BREAD = "Knead the dough for ten minutes and let it rise."


def page(text: str, title: str = "Port of Ilo", head: str = "") -> bytes:
    return f"<html><title>{title}</title>{head}<body><p>{text}</p></body></html>".encode()


@pytest.fixture
def assistant(tmp_path, quick_start):
    with Assistant.open(tmp_path / "index", llm="none") as assistant:
        yield assistant


def fetch(assistant, *paths, **options):
    return assistant.index(paths, allow_private=True, **options)


def ids(assistant):
    return [source.id for source in assistant.sources()]


def test_the_examples_hold():
    assert doctest.testmod(downloading).failed == 0


# Named and kept


def test_a_page_is_a_document_known_by_its_address(assistant, website):
    website.pages["/a?key=1"] = reply(
        page(LOAN), HTML, "Last-Modified: Wed, 03 Jun 2026 23:59:00 GMT"
    )
    url = website.url("/a?key=1")
    report = fetch(assistant, f"{url}#part")
    assert (report.added, report.skipped, report.notes) == (1, (), ())
    [source] = assistant.sources()
    assert (source.id, source.source, source.file, source.root) == (url, url, url, url)
    assert (source.title, source.publisher, source.media_type) == (
        "Port of Ilo",
        "127.0.0.1",
        "text/html",
    )
    assert source.published is None  # when a server says that a page changed tells little of it
    [citation] = assistant.ask("What did Peru's Congress approve?").citations
    assert (citation.document.source, citation.quote) == (url, LOAN)
    assert assistant.status().roots == (url,)


def test_what_the_page_says_of_itself_comes_before_its_host(assistant, website):
    head = (
        '<meta property="og:site_name" content="The Herald">'
        '<meta property="article:published_time" content="2026-03-09T10:00:00Z">'
    )
    website.pages["/"] = reply(page(LOAN, head=head), HTML)
    fetch(assistant, website.url())
    [source] = assistant.sources()
    assert (source.publisher, source.published) == ("The Herald", "2026-03-09")


def test_a_page_is_fetched_anew_when_it_is_named_and_never_else(assistant, website, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "bread.txt").write_text(BREAD)
    website.pages["/"] = reply(page(LOAN), HTML)
    assert fetch(assistant, website.url(), tmp_path / "notes").added == 2
    website.pages["/"] = reply(page("The loan is of $3 billion."), HTML)
    assert assistant.index().notes == (
        FileNote("1 address", "kept as fetched; name one to fetch it anew"),
    )
    assert assistant.index([tmp_path / "notes"]).unchanged == 1
    assert assistant.ask("What did Peru's Congress approve?").citations
    assert len(website.requests) == 1
    assert fetch(assistant, website.url()).updated == 1
    assert "$3 billion" in assistant.document(website.url()).text
    report = fetch(assistant, website.url())
    assert (report.unchanged, report.updated, report.embedded) == (1, 0, 0)
    website.pages["/"] = reply(page("The loan is of $3 billion.", head="<!-- now -->"), HTML)
    report = fetch(assistant, website.url())  # other bytes that say the same
    assert (report.unchanged, report.updated, report.embedded) == (1, 0, 0)
    assert len(website.requests) == 4


def test_the_same_bytes_are_read_anew_where_the_server_tells_something_else(assistant, website):
    website.pages["/"] = reply("<p>café".encode("cp1252"), PLAIN + "; charset=windows-1252")
    fetch(assistant, website.url())
    assert assistant.document(website.url()).text == "<p>café"
    website.pages["/"] = reply("<p>café".encode("cp1252"), HTML + "; charset=windows-1252")
    assert fetch(assistant, website.url()).updated == 1
    assert assistant.document(website.url()).text == "café"


def test_a_page_that_cannot_be_had_keeps_what_is_indexed_of_it(assistant, website, tmp_path):
    for path in "/a", "/b":
        website.pages[path] = reply(page(LOAN, path), HTML)
    fetch(assistant, website.url("/a"), website.url("/b"))
    del website.pages["/a"]
    website.pages["/b"] = reply(page("Changed."), HTML)
    (tmp_path / "bread.txt").write_text(BREAD)
    report = fetch(assistant, website.url("/a"), website.url("/b"), tmp_path / "bread.txt")
    assert (report.added, report.updated, report.unchanged, report.removed) == (1, 1, 1, 0)
    why = "does not exist (404); check the address; what was indexed of it before is kept"
    assert report.skipped == (FileNote(website.url("/a"), why),)
    assert assistant.document(website.url("/a")).text == LOAN


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"\x00\x01" * 500])
def test_a_page_that_has_become_unreadable_keeps_what_is_indexed_of_it(assistant, website, body):
    website.pages["/"] = reply(page(LOAN), HTML)
    fetch(assistant, website.url())
    website.pages["/"] = reply(body, HTML)
    [note] = fetch(assistant, website.url()).skipped
    assert note.path == website.url()
    assert note.reason.endswith("; what was indexed of it before is kept")
    assert assistant.document(website.url()).text == LOAN


def test_an_address_that_never_gave_a_document_is_not_remembered(assistant, website):
    website.pages["/empty"] = reply(page(""), HTML)
    report = fetch(assistant, website.url("/empty"), website.url("/none"))
    told = {note.path: note.reason for note in report.skipped}
    assert told.keys() == {website.url("/empty"), website.url("/none")}
    assert told[website.url("/empty")].startswith("a page without text")
    assert not assistant._workspace.library.exists
    assert fetch(assistant, website.url("/empty")).skipped[0] in report.skipped


def test_a_kind_that_is_not_read_is_told_with_its_media_type(assistant, website):
    website.pages["/a"] = reply(b"GIF89a", "Content-Type: image/gif")
    website.pages["/b"] = reply(b"?")
    told = [note.reason for note in fetch(assistant, *map(website.url, ("/a", "/b"))).skipped]
    assert told == [
        "is of a kind that is not read (image/gif); save it as a page or PDF and give the file",
        "does not tell its kind; save it as a page or PDF and give the file",
    ]


def test_where_an_address_leads_to_another_host_that_is_told(assistant, website, resolver):
    resolver["other.example.org"] = ["127.0.0.1"]
    website.pages["/short"] = moved(website.url("/long", host="other.example.org"))
    website.pages["/long"] = reply(page(LOAN), HTML)
    report = fetch(assistant, website.url("/short"))
    assert report.notes == (
        FileNote(website.url("/short"), "leads to other.example.org, whose page was read"),
    )
    [source] = assistant.sources()
    assert (source.id, source.publisher) == (website.url("/short"), "other.example.org")


def test_records_at_an_address_are_documents_of_it(assistant, website):
    records = [
        {"id": "r1", "title": "Loan", "text": LOAN},
        {"id": "r2", "title": "Bread", "text": BREAD, "source": "https://a.org/b"},
    ]
    body = "\n".join(map(json.dumps, records)).encode()
    website.pages["/all.jsonl"] = reply(body, PLAIN)
    url = website.url("/all.jsonl")
    assert fetch(assistant, url).added == 2
    assert [(s.id, s.source, s.publisher) for s in assistant.sources()] == [
        ("r1", url, "127.0.0.1"),
        ("r2", "https://a.org/b", None),
    ]
    assert assistant.document(f"{url}:r1").text == LOAN
    report = assistant.remove(["r1"])
    assert report.notes[0].reason.endswith(f"`assistant index {url}` takes it in again")
    assistant.index()
    assert ids(assistant) == ["r2"]
    assert fetch(assistant, url).added == 1
    assert ids(assistant) == ["r1", "r2"]


def test_the_title_is_the_last_part_of_an_address_where_nothing_else_tells_it(assistant, website):
    for path in "/a/Port%20loan.txt?x=1.2", "/":
        website.pages[path] = reply(b"- \n- \nx", PLAIN)
    fetch(assistant, website.url("/a/Port loan.txt?x=1.2"), website.url())
    titles = {source.title for source in assistant.sources()}
    assert titles == {"Port loan", "127.0.0.1"}


# Encodings


@pytest.mark.parametrize(
    ("body", "header", "text", "encoding"),
    [
        # what the server tells comes before what the page tells
        ('<meta charset="windows-1252"><p>Лима'.encode("cp1251"), "windows-1251", "Лима", "cp1251"),
        ('<meta charset="windows-1251"><p>Лима'.encode("cp1251"), None, "Лима", "cp1251"),
        ("<p>Лима".encode("koi8-r"), "KOI8-R", "Лима", "koi8-r"),
        ("<p>東京".encode("iso-2022-jp"), "iso-2022-jp", "東京", "iso2022_jp"),
        ("<p>Lima".encode("utf-16-le"), "utf-16le", "Lima", "utf-16-le"),
        # what is UTF-8 throughout is nothing else
        ("<p>Limón".encode(), "iso-8859-1", "Limón", "utf-8"),
        ("\ufeff<p>Limón".encode("utf-16"), "iso-8859-1", "Limón", "utf-16"),
        ("<p>Limón".encode("latin-1"), "no-such-thing", "Limón", "windows-1252"),
        ("<p>Limón".encode("latin-1"), "utf-7", "Limón", "windows-1252"),
        ("<p>Limón".encode("latin-1"), "base64", "Limón", "windows-1252"),
    ],
)
def test_what_the_server_tells_of_the_encoding_counts(
    assistant, website, body, header, text, encoding
):
    website.pages["/"] = reply(body, f"{HTML}; charset={header}" if header else HTML)
    fetch(assistant, website.url())
    document = assistant.document(website.url())
    assert (document.text, document.encoding) == (text, encoding)


def test_it_counts_for_plain_text_and_tables_and_not_for_what_is_no_text(assistant, website):
    text = "Лима просит заём."
    website.pages["/a"] = reply(text.encode("cp1251"), PLAIN + "; charset=windows-1251")
    table = f"город,сумма\n{text},2\n".encode("koi8-r")
    website.pages["/b"] = reply(table, "Content-Type: text/csv; charset=koi8-r")
    mail = b"Subject: Loan\nContent-Type: text/plain; charset=koi8-r\n\n" + text.encode("koi8-r")
    website.pages["/c"] = reply(mail, "Content-Type: message/rfc822; charset=windows-1251")
    fetch(assistant, *map(website.url, ("/a", "/b", "/c")))
    for source in assistant.sources():
        assert text.rstrip(".") in assistant.document(source.id).text


# Refused


def test_a_machine_of_ones_own_network_is_refused_before_it_is_asked(assistant, website, tmp_path):
    report = assistant.index([website.url()])
    [note] = report.skipped
    assert "on this machine or a private network" in note.reason
    assert "--allow-private" in note.reason
    assert website.requests == []
    assert website.connections == 0


@pytest.mark.parametrize("address", ["http://169.254.169.254/latest/", "http://[fd00:ec2::254]/"])
def test_where_clouds_keep_keys_is_refused_whatever_is_allowed(assistant, website, address):
    website.pages["/"] = moved(address)
    report = fetch(assistant, address, website.url())
    assert all("never fetched from" in note.reason for note in report.skipped)
    assert len(report.skipped) == 2


@pytest.mark.parametrize("address", ["ftp://a.org/", "https://me:secret@a.org/", "https://a b/"])
def test_what_is_no_address_to_be_fetched_ends_the_run_before_it_begins(
    assistant, website, address
):
    website.pages["/"] = reply(page(LOAN), HTML)
    with pytest.raises(AddressError) as raised:
        fetch(assistant, website.url(), address)
    assert "secret" not in str(raised.value)
    assert website.requests == []
    with pytest.raises(AddressError):
        named(address)


def test_patterns_are_for_files(assistant, website):
    with pytest.raises(UsageError, match="--exclude is for files"):
        fetch(assistant, website.url(), exclude=["a"])
    assert website.requests == []


def test_an_address_is_not_watched(assistant, website):
    with pytest.raises(UsageError, match="is not watched"):
        next(assistant.watch([website.url("/?key=secret")]))
    assert website.requests == []


def test_a_draft_is_not_fetched(assistant, website):
    with pytest.raises(UsageError, match="only `assistant index` fetches"):
        assistant.verify(website.url())
    assert website.requests == []


# Removed and found


def test_an_address_is_removed_alone(assistant, website):
    for path in "/", "/a", "/a/b", "/a?b=1", "/ab":
        website.pages[path] = reply(page(f"{LOAN} {path}", path), HTML)
    fetch(assistant, *map(website.url, website.pages))
    report = assistant.remove([website.url("/a#x")])
    assert report.notes == (FileNote(website.url("/a"), "forgotten"),)
    assistant.remove([website.url("/")])
    rest = [website.url(path) for path in ("/a/b", "/a?b=1", "/ab")]
    assert ids(assistant) == rest
    assert assistant.status().roots == tuple(rest)
    assistant.index()
    assert ids(assistant) == rest
    with pytest.raises(UsageError, match="nothing is indexed by the name"):
        assistant.remove([website.url("/a")])


def test_filters_and_names_mean_addresses_too(assistant, website, tmp_path):
    (tmp_path / "bread.txt").write_text(BREAD)
    for path in "/2026/loan.html", "/2025/loan.html":
        website.pages[path] = reply(page(f"{LOAN} {path}", path), HTML)
    new, old = map(website.url, website.pages)
    fetch(assistant, new, old, tmp_path / "bread.txt")

    def only(glob):
        return {source.id for source in assistant.sources(only=glob)}

    assert only(website.url("/*")) == {new, old}
    assert only("http://*") == {new, old}
    assert only(f"127.0.0.1:{website.port}") == {new, old}
    assert only("2026/*") == only(new) == only("*2026*") == {new}
    assert only("loan.html") == {new, old}
    assert only("*.txt") == {"bread.txt"}
    assert assistant.document("2026/loan.html").id == new
    assert assistant.document(f"{new.upper()[:4]}{new[4:]}#top").id == new
    assert assistant.excerpt(new, 0, 4).document.id == new
    with pytest.raises(UsageError, match="may be 2 documents"):
        assistant.document("loan.html")


def test_addresses_stand_beside_the_roots_of_files(assistant, website, tmp_path):
    website.pages["/"] = reply(page(LOAN), HTML)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "bread.txt").write_text(BREAD)
    fetch(assistant, tmp_path / "docs", website.url())
    report = assistant.doctor()
    [roots] = [check for check in report.checks if check.name == "roots"]
    assert (roots.state, website.url() in roots.fact) == ("ok", False)
    (tmp_path / "docs" / "bread.txt").unlink()
    (tmp_path / "docs").rmdir()
    report = assistant.index()
    assert [note.path for note in report.skipped] == [str(tmp_path / "docs")]
    assistant.remove([str(tmp_path / "docs")])
    assert ids(assistant) == [website.url()]


# What is left on the disk


def test_what_was_fetched_lies_where_nobody_else_looks_and_only_for_the_run(
    assistant, website, tmp_path, monkeypatch
):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    website.pages["/"] = reply(page(LOAN), HTML)
    with Downloads(allow_private=True) as downloads:
        assert list(folder.iterdir()) == []
        file = downloads.get(website.url())
        assert file.path.read_bytes() == page(LOAN)
        assert (file.name, file.path.suffix, file.host) == (website.url(), ".html", "127.0.0.1")
        if os.name == "posix":
            assert file.path.parent.stat().st_mode & 0o77 == 0
    assert list(folder.iterdir()) == []
    assert fetch(assistant, website.url(), website.url("/none")).added == 1
    assert list(folder.iterdir()) == []


def test_a_full_disk_is_told(website, tmp_path, monkeypatch):
    website.pages["/"] = reply(page(LOAN), HTML)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with (
        Downloads(allow_private=True) as downloads,
        pytest.raises(AddressError, match="No space left on device"),
    ):
        downloads.get(website.url())
