"""What a filter may be, and which names its globs match."""

import doctest
import unicodedata
from datetime import date, datetime

import pytest

from assistant import filters
from assistant.errors import UsageError
from assistant.filters import Filter, matcher

ROOT = "/home/ann/docs"


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(filters).failed == 0


def matches(glob, identity, source=None, path=None, root=ROOT):
    """Whether a glob matches a document; without a path it is a file of its own."""
    path = path or f"{root}/{identity}"
    return matcher([glob])(identity, source or path, path, root)


@pytest.mark.parametrize(
    ("glob", "identity", "expected"),
    [
        ("reports/*", "reports/a.md", True),
        ("reports/*", "reports/2026/june/a.md", True),
        ("reports/*", "old/reports/a.md", True),
        ("reports/*", "my-reports/a.md", False),
        ("reports/*", "reports.md", False),
        ("reports/", "reports/2026/a.md", True),
        ("reports/2026", "reports/2026/a.md", True),
        ("reports/2026", "reports/20261/a.md", False),
        ("rep*/20?6/", "reports/2026/a.md", True),
        ("*.md", "reports/2026/a.md", True),
        ("*.md", "a.MD", True),
        ("*.md", "a.md.txt", False),
        ("*.MD", "a.md", True),
        ("a?.md", "x/ab.md", True),
        ("a?.md", "x/a.md", False),
        ("[ab].md", "x/a.md", True),
        ("[!ab].md", "x/a.md", False),
        ("2026*", "2026/june/a.md", True),
        ("**/a.md", "x/y/a.md", True),
        ("./reports/*", "reports/a.md", True),
        ("wsj", "wsj/a.md", True),
        ("WSJ", "x/wsj/a.md", True),
        ("wsj", "x/wsj", True),
        ("wsj", "wsj.md", False),
        ("wsj", "not-wsj/a.md", False),
        ("a.md", "x/y/a.md", True),
        ("x/y/a.md", "x/y/a.md", True),
    ],
)
def test_a_glob_matches_a_file_by_its_path(glob, identity, expected):
    assert matches(glob, identity) is expected


@pytest.mark.parametrize(
    "name",
    ["plan [1].md", "why?.md", "a*b.md", "[x", "100%_done.md", "it's.md", 'a "b".md', "two\nlines"],
)
def test_a_name_with_odd_characters_is_found_as_it_stands(name):
    for glob in (name, f"x/{name}", f"*/{name.replace('[', '[[]')}"):
        assert matches(glob, f"x/{name}"), glob
    assert not matches(name, "x/other.md")


def test_what_is_a_wildcard_elsewhere_is_none_here():
    assert not matches("a_b.md", "axb.md")
    assert not matches("100%", "100 and more")
    assert not matches("a.md", "a-md")


def test_accents_match_however_they_are_encoded():
    name = "résumé.md"
    for kind in ("NFC", "NFD"):
        for other in ("NFC", "NFD"):
            glob = unicodedata.normalize(kind, "RÉSUMÉ*")
            assert matches(glob, unicodedata.normalize(other, name))


def test_the_folder_that_was_indexed_has_a_name_too():
    assert matches("docs", "a.md")
    assert matches("docs/*", "a.md")
    assert matches("docs/a.md", "a.md")


def test_a_folder_above_the_indexed_one_counts_only_in_a_path():
    for glob in ("ann", "home", "a*n", "h*"):
        assert not matches(glob, "x.txt"), glob
    for glob in ("ann/docs", "/home/ann", "/home/*", "/home/ann/docs/x.txt", "ann/*.txt"):
        assert matches(glob, "x.txt"), glob
    assert not matches("/home/bob/*", "x.txt")


def test_a_file_that_was_indexed_by_itself_is_known_by_its_name():
    path = "/home/ann/notes.md"
    assert matches("notes.md", "notes.md", path=path, root=path)
    assert not matches("ann", "notes.md", path=path, root=path)


def test_a_file_at_the_top_of_the_disk_is_found():
    assert matches("*.md", "a.md", path="/a.md", root="/")
    assert matches("/a.md", "a.md", path="/a.md", root="/")


def test_a_record_is_matched_by_its_id_its_source_and_its_file():
    record = {"identity": "wsj-17", "path": f"{ROOT}/news.jsonl"}
    url = "https://wsj.com/world/a"
    for glob in ("wsj-17", "wsj-*", "wsj.com", "wsj.com/*", "https://*", "news.jsonl", "*.jsonl"):
        assert matches(glob, source=url, **record), glob
    for glob in ("wsj", "wsj-1", "com", "ftp://*"):
        assert not matches(glob, source=url, **record), glob
    assert matches("The Wall*", source="The Wall Street Journal", **record)
    assert matches("the wall street journal", source="The Wall Street Journal", **record)


def test_any_of_several_globs_is_enough():
    either = matcher(["*.txt", "reports"])
    for name, expected in (("a.txt", True), ("reports/a.md", True), ("a.md", False)):
        assert either(name, f"{ROOT}/{name}", f"{ROOT}/{name}", ROOT) is expected


def test_a_glob_of_many_stars_is_quick():
    assert not matches("*a" * 50 + "b", "a" * 5000)


@pytest.mark.parametrize(
    ("given", "since", "until"),
    [
        ("2026-06-03", "2026-06-03", "2026-06-03"),
        (" 2026-06-03 ", "2026-06-03", "2026-06-03"),
        ("2026-06", "2026-06-01", "2026-06-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026", "2026-01-01", "2026-12-31"),
        (date(2026, 6, 3), "2026-06-03", "2026-06-03"),
        (datetime(2026, 6, 3, 23, 59), "2026-06-03", "2026-06-03"),
        (None, None, None),
    ],
)
def test_a_date_may_be_a_day_a_month_or_a_year(given, since, until):
    made = Filter.of(since=given, until=given)
    assert (made.since, made.until) == (since, until)


@pytest.mark.parametrize("option", ["since", "until"])
@pytest.mark.parametrize(
    "wrong",
    [
        *("", "yesterday", "2026-6-3", "2026-13", "2026-00", "2026-02-30", "0000", "20260603"),
        *("2026-06-03T10:00", "03.06.2026", "２０２６", True, 3.5),
    ],
)
def test_what_is_no_date_is_refused_in_one_line_with_the_remedy(option, wrong):
    with pytest.raises(UsageError, match=rf"--{option} .* is no date; give one like") as raised:
        Filter.of(**{option: wrong})
    assert "\n" not in str(raised.value)


def test_a_filter_that_ends_before_it_begins_is_refused():
    with pytest.raises(UsageError, match=r"2026-06-03 comes after --until 2026-05-31; exchange"):
        Filter.of(since="2026-06-03", until="2026-05")
    assert Filter.of(since="2026-06-03", until="2026-06")


@pytest.mark.parametrize("wrong", ["", " ", "/", "./", ["*.md", ""], [None], 5, [b"x"]])
def test_a_glob_that_names_nothing_is_refused(wrong):
    with pytest.raises(UsageError, match=r"names nothing; give a glob"):
        Filter.of(wrong)


def test_globs_may_be_one_or_many_and_are_kept_in_order_once():
    assert Filter.of("*.md").only == ("*.md",)
    assert Filter.of(["b", "a", "b"]).only == ("b", "a")
    assert Filter.of(glob for glob in ["a", "b"]).only == ("a", "b")


def test_a_filter_that_restricts_nothing_is_false():
    assert not Filter.of()
    assert not Filter.of(only=[])
    for restricted in ({"only": "x"}, {"since": "2026"}, {"until": "2026"}):
        assert Filter.of(**restricted)


def test_a_filter_made_of_a_filter_is_the_same():
    made = Filter.of(["*.md", "wsj"], "2026", "2026")
    assert Filter.of(made.only, made.since, made.until) == made


def test_that_nothing_matches_is_told_as_it_was_typed():
    told = str(Filter.of(["*.md", "wsj"], until="2026-05").unmatched())
    assert "--only '*.md' --only 'wsj' --until 2026-05-31 (a document without a date" in told
    assert "`assistant search`" in told
    assert "without a date" not in str(Filter.of("*.md").unmatched())
