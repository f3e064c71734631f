import io
import json
import random
import re
import unicodedata
from dataclasses import replace

import pytest
from rich.cells import cell_len

from assistant.terminal.answers import answer_text
from assistant.terminal.doctor import doctor_text
from assistant.terminal.page import Page, wrap
from assistant.terminal.progress import StatusLine, follow
from assistant.terminal.reports import notes_text, removal_text, report_text, status_text
from assistant.terminal.searches import search_dict, search_text
from assistant.terminal.text import clean, json_text
from assistant.types import (
    Answer,
    Checked,
    Citation,
    Conflict,
    Correction,
    DoctorCheck,
    DoctorReport,
    Document,
    Draft,
    Evidence,
    Expansion,
    Explanation,
    FileNote,
    Hit,
    IndexReport,
    IndexStatus,
    Passage,
    Searched,
    Sentence,
    Side,
    Statement,
    Usage,
)

TEXT = "Peru approved a loan of $2 billion. Work starts in March."
DOCUMENT = Document("ports.txt", "/docs/ports.txt", "The port at Ilo", TEXT)
RECORD = Document("r7", "https://news.example/7", "A record", TEXT, "2026-06-03", pages=(0, 36))
PLAIN = Page()


def cite(number=1, document=DOCUMENT, start=0, end=35):
    return Citation(number, document, start, end, document.page_of(start))


def answer(**changed):
    values = {
        "question": "How large is the loan?",
        "standalone_question": "How large is the loan?",
        "status": "answered",
        "statements": (Statement("The loan is $2 billion.", (1,), "supported"),),
        "citations": (cite(),),
        "nearest": (),
        "model": "local/tiny",
        "usage": Usage(100, 10, 1),
        "timings": {"retrieval": 0.21, "model": 9.4, "checking": 0.1},
    }
    return Answer(**(values | changed))


def passage(document=DOCUMENT):
    return Passage("p1", document, 0, len(document.text), "", (Sentence(0, 35), Sentence(36, 57)))


def hits_text(*hits, page=PLAIN):
    return search_text(Explanation("loan", hits), page)


def explained(*hits, page=PLAIN, **told):
    candidates = {"bm25": 90, "dense": 100, "late": 120}
    found = Explanation("loan", hits, **{"candidates": candidates, **told})
    return search_text(found, page, explain=True)


def test_an_answer_shows_statements_then_verbatim_citations_then_how_it_came_about():
    assert answer_text(answer(), PLAIN) == (
        "The loan is $2 billion. [1]\n"
        "\n"
        "[1] “Peru approved a loan of $2 billion.”\n"
        "    The port at Ilo · /docs/ports.txt:0-35\n"
        "\n"
        "local/tiny · 1 statement, 1 supported"
        " · 9.7 s (retrieval 0.2 s, model 9.4 s, checking 0.1 s)"
    )


def test_a_citation_tells_id_source_date_and_page_where_they_are_known():
    shown = answer_text(answer(citations=(cite(1, RECORD, 36, 57),)), PLAIN)
    assert "    A record · r7:36-57 · https://news.example/7 · 2026-06-03 · page 2\n" in shown


def test_a_quoted_answer_is_read_once():
    quoted = (Statement("Peru approved a loan of $2 billion.", (1,), "supported"),)
    shown = answer_text(answer(statements=quoted, model="none", usage=Usage()), PLAIN)
    assert shown.count("Peru approved a loan") == 1
    assert shown.startswith("[1] “Peru")
    assert "no model: quoted" in shown


def test_an_abstention_shows_the_nearest_sentences_and_no_marker():
    silent = answer(status="not_in_documents", statements=(), citations=(), nearest=(cite(),))
    shown = answer_text(silent, PLAIN)
    assert shown.startswith("The documents do not say.\n\nNearest passages:\n  Peru approved")
    assert "[1]" not in shown


def test_a_model_that_was_not_asked_is_not_said_to_have_answered():
    silent = answer(status="not_in_documents", statements=(), citations=(), usage=Usage())
    assert "local/tiny was not asked" in answer_text(silent, PLAIN)


def test_an_unsupported_statement_is_marked_with_its_finding():
    doubtful = Statement("The loan is $3 billion.", (), "unsupported", ("no number $3 billion",))
    shown = answer_text(answer(statements=(doubtful,), citations=()), PLAIN)
    assert "The loan is $3 billion.\n  ✗ unsupported: no number $3 billion\n" in shown
    assert "1 statement, 0 supported" in shown


def test_an_answer_that_lost_statements_says_so():
    shown = answer_text(answer(status="partial", dropped=1), PLAIN)
    assert "\n\nLeft out: what the documents do not support.\n\n" in shown
    assert "2 statements: 1 supported, 1 dropped" in shown
    assert "Left out" not in answer_text(answer(), PLAIN)


def test_repaired_statements_are_counted():
    repaired = Statement("The loan is $2 billion.", (1,), "supported", (), True)
    shown = answer_text(answer(statements=(repaired,)), PLAIN)
    assert "1 statement, 1 supported (1 repaired)" in shown


def refusal(**told):
    silent = {"status": "not_in_documents", "statements": (), "citations": (), "nearest": (cite(),)}
    return answer_text(answer(**{**silent, **told}), PLAIN)


def test_a_refusal_tells_what_was_not_found():
    shown = refusal(reason="not_found", missing=("Chile", "$9 billion", "cancel"))
    assert shown.startswith(
        "The documents do not say. Not found in them: Chile, $9 billion, “cancel”.\n\nNearest"
    )


def test_a_refusal_tells_that_the_documents_are_about_it_where_they_are():
    shown = refusal(reason="not_stated")
    assert shown.startswith(
        "The documents do not say. They are about this, but do not state the answer.\n\nNearest"
    )


def test_a_false_premise_opens_with_what_the_documents_do_say_and_says_it_once():
    further = cite(2, RECORD, 36, 57)
    shown = refusal(reason="premise", missing=("cancel",), nearest=(cite(), further))
    assert shown.startswith(
        "The documents do not say that. What they do say: “Peru approved a loan of $2 billion.” "
        "(/docs/ports.txt)\n\nNot found in them: “cancel”.\n\nNearest passages:\n  Work starts"
    )


def test_a_refusal_after_dropping_all_that_was_written_says_so():
    assert "1 statement: 0 supported, 1 dropped" in refusal(dropped=1)


def test_an_answer_in_part_names_the_part_that_is_missing():
    shown = answer_text(answer(status="partial", missing=("when will it open?",)), PLAIN)
    assert "\n\nNot answered from the documents: when will it open?\n\n[1]" in shown


def test_an_answer_from_dated_documents_says_as_of_when():
    newer = replace(RECORD, published="2026-06-21")
    one = answer_text(answer(citations=(cite(1, RECORD),)), PLAIN)
    assert "\n\nAs of 3 June 2026\n\nlocal/tiny" in one
    two = answer_text(answer(citations=(cite(1, RECORD), cite(2, newer))), PLAIN)
    assert "\n\nAs of 21 June 2026; the oldest source is of 3 June 2026\n\n" in two
    assert "As of" not in answer_text(answer(), PLAIN)


def test_a_follow_up_shows_how_it_was_understood():
    shown = answer_text(answer(question="How large?"), PLAIN)
    assert shown.startswith("Asked as: How large is the loan?\n\n")


@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(width):
    wide = Document(
        "漢字.txt", "/docs/" + "漢字" * 60 + ".txt", "標題 " * 30, "漢字かな交じり文。" * 40
    )
    long = Statement("word " * 60 + "x" * 300 + " 漢" * 90, (1,), "unsupported", ("finding " * 40,))
    given = answer(
        question="?", statements=(long,), citations=(cite(10, wide, 0, 300),), model="m" * 150
    )
    hit = Hit(passage(wide), 0.5, {"bm25": 1, "dense": 20}, {"bm25": 12345.6, "dense": 0.1})
    for shown in (
        answer_text(given, Page(width)),
        hits_text(hit, page=Page(width)),
        explained(hit, page=Page(width), terms=(("漢" * 50, "a"),), parts=("b" * 99,)),
    ):
        assert max(map(cell_len, shown.split("\n"))) <= width


def test_wrapping_keeps_every_word():
    text = "a bb ccc dddd " * 20
    assert " ".join(wrap(text, 33, "  ")).split() == text.split()


def test_colour_is_written_only_where_the_page_has_it():
    assert "\x1b" not in answer_text(answer(), Page(80, colour=False))
    coloured = answer_text(answer(), Page(80, colour=True))
    assert "\x1b[36m[1]\x1b[0m “Peru" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == answer_text(answer(), Page(80))


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_pipe_gets_plain_unwrapped_text():
    page = Page.of(io.StringIO())
    assert (page.width, page.colour) == (None, False)


@pytest.mark.parametrize(
    ("variables", "colour", "wrapped"),
    [({}, True, True), ({"NO_COLOR": "1"}, False, True), ({"TERM": "dumb"}, False, False)],
)
def test_a_terminal_gets_colours_unless_it_or_the_user_has_none(
    monkeypatch, variables, colour, wrapped
):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    page = Page.of(Terminal())
    assert page.colour is colour
    assert page.width == (60 if wrapped else None)


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        ("a\x1b[2J\x1b[1;31mb", "ab"),
        ("a\x1b]0;owned\x07b\x1b]8;;http://x\x1b\\c", "abc"),
        ("a\x1bPq#0\x1b\\b\x1b_x\x1b\\c", "abc"),
        ("a\x9b31mb\x9d0;t\x9cc", "abc"),
        ("a\x1b]0;never ends", "a0;never ends"),
        ("a\x1b[\x1b[0m31mb", "a31mb"),
        ("a\x1bcb\x1b(0c", "abc"),
        ("a\rb\r\nc\u2028d", "a\nb\nc\nd"),
        ("a\tb\x0bc\x0cd", "a b c d"),
        ("a\x00\x07\x08\x7f\x85b", "a\nb"),
        ("a\u202eb\u2066c\u2069", "abc"),
        ("a\ud800b", "a\ufffdb"),
        ("naïve “quotes” 漢字 שלום 👍🏽", "naïve “quotes” 漢字 שלום 👍🏽"),
        ("[bold red]not markup[/]", "[bold red]not markup[/]"),
    ],
)
def test_cleaning_leaves_nothing_that_a_terminal_obeys(dirty, cleaned):
    assert clean(dirty) == cleaned


def harmless(text):
    return all(
        c == "\n" or (unicodedata.category(c) not in ("Cc", "Cs") and c not in FORBIDDEN)
        for c in text
    )


FORBIDDEN = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")
ALPHABET = [*map(chr, range(0xA0)), *FORBIDDEN, "\ud800", "\udc80", "é", "漢", *"[]()0123;m\\" * 3]


def noise(random_, length=60):
    return "".join(random_.choices([*ALPHABET, *"\x1b\x9b\x9d\x07" * 10], k=length))


@pytest.mark.parametrize("seed", range(200))
def test_no_noise_from_documents_models_or_servers_reaches_the_terminal(seed):
    def dirty():
        return noise(random_)

    random_ = random.Random(seed)
    document = Document(dirty(), dirty(), dirty(), dirty(), dirty())
    statement = Statement(dirty(), (1,), "unsupported", (dirty(), dirty()))
    given = answer(
        question=dirty(),
        standalone_question=dirty(),
        statements=(statement,),
        citations=(Citation(1, document, 3, 50, copies=(document,)),),
        model=dirty(),
        timings={dirty(): 1.0},
    )
    silent = answer(status="not_in_documents", nearest=given.citations, statements=(), citations=())
    report = IndexReport(skipped=(FileNote(dirty(), dirty()),), notes=(FileNote(dirty(), dirty()),))
    status = IndexStatus(dirty(), 1, 1, 1, dirty(), 0, 1, dirty(), 1, (dirty(), dirty()), 10)
    for page in (Page(), Page(40)):
        assert harmless(answer_text(given, page))
        assert harmless(answer_text(silent, page))
        hit = Hit(passage(document), 1.0, {dirty(): 1}, {dirty(): 1.0}, (document,))
        assert harmless(hits_text(hit, page=page))
        told = explained(
            hit,
            page=page,
            corrections=(Correction(dirty(), dirty()),),
            expansions=(Expansion(dirty(), dirty()),),
            parts=(dirty(),),
            terms=((dirty(), dirty()),),
            filters={"only": (dirty(),), "since": None, "until": None},
            candidates={dirty(): 1},
        )
        assert harmless(told)
    assert harmless(notes_text(report))
    assert harmless(status_text(status))
    checks = (DoctorCheck("vectors", "wrong", dirty(), dirty()),)
    assert harmless(doctor_text(DoctorReport(dirty(), checks), Page()))
    assert len(notes_text(report).split("\n")) == 2


def test_json_is_ascii_with_every_control_character_escaped():
    value = {"text": "-".join(ALPHABET)}
    shown = json_text(value)
    assert set(shown) <= {"\n", *map(chr, range(32, 127))}
    assert json.loads(shown) == value


def test_a_hit_is_explained_by_score_ranks_and_place():
    shown = hits_text(Hit(passage(), 0.75, {"bm25": 2, "dense": 1}))
    assert shown == (
        "1. The port at Ilo · /docs/ports.txt\n"
        "   score 0.750 (bm25 2, dense 1) · characters 0-57\n"
        f"   {TEXT}"
    )
    assert hits_text() == "Nothing found."


def test_an_explained_search_tells_what_was_searched_for_and_each_stages_rank_and_score():
    hit = Hit(passage(), 0.75, {"dense": 1, "late": 12}, {"dense": 0.5, "late": 10}, copies(2))
    shown = explained(
        hit,
        corrections=(Correction("lone", "loan"),),
        expansions=(Expansion("IDB", "Inter-American Development Bank"),),
        parts=("Who lent?", "how much?"),
        terms=(("lone", "loan"), ("idb",)),
        filters={"only": ("*.md",), "since": None, "until": "2026-02-28"},
    )
    assert shown.startswith(
        "Searched for “loan” instead of “lone”\n"
        "\n"
        "words       lone / loan, idb\n"
        "also as     IDB: Inter-American Development Bank\n"
        "parts       Who lent? · how much?\n"
        "filter      --only '*.md' --until 2026-02-28\n"
        "candidates  bm25 90, dense 100, late 120\n"
        "copies      2 documents shown with what they repeat\n"
        "\n"
        "1. The port at Ilo · /docs/ports.txt\n"
        "         rank   score\n"
        "   fused        0.750\n"
        "   bm25     -       -\n"
        "   dense    1   0.500\n"
        "   late    12  10.000\n"
        "   characters 0-57\n"
        f"   {TEXT}\n"
        "   also in: "
    )


def test_of_an_explained_search_only_what_there_is_is_told():
    assert explained().split("\n\n") == [
        "candidates  bm25 90, dense 100, late 120",
        "Nothing found.",
    ]


def test_another_spelling_is_always_told():
    spelled = (Correction("lone", "loan"), Correction("Ill", "Ilo"))
    told = "Searched for “loan” instead of “lone”, “Ilo” instead of “Ill”\n\n"
    found = Explanation("lone Ill", (Hit(passage(), 0.75, {}),), spelled)
    assert search_text(found, PLAIN).startswith(f"{told}1. ")
    assert answer_text(answer(corrections=spelled), PLAIN).startswith(f"{told}The loan")


def test_an_explained_search_is_coloured_only_where_the_page_is():
    hit = Hit(passage(), 0.75, {"late": 1}, {"late": 9.0})
    coloured = explained(hit, page=Page(80, colour=True))
    assert "\x1b" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == explained(hit, page=Page(80))


def test_a_long_passage_shows_its_beginning():
    document = Document("a", "a", "a", "word " * 200)
    shown = hits_text(Hit(passage(document), 1.0, {})).split("\n")[-1]
    assert shown.endswith("word …")
    assert len(shown) < 220


def test_an_indexing_report_reads_as_one_line():
    report = IndexReport(3, 1, 10, 2, (FileNote("a", "empty"),), (), 4, 120, 12, 1.24)
    assert report_text(report) == (
        "3 documents added, 1 updated, 10 unchanged, 2 removed, 1 skipped, "
        "4 of kinds that are not read; 120 passages (12 embedded) in 1.2 s (9.7 passages/s)"
    )


def test_of_many_files_skipped_for_the_same_reason_the_first_are_named_in_order():
    skipped = [FileNote(f"a.jsonl:{n}", f"no JSON at {n}; correct it") for n in range(500, 0, -1)]
    report = IndexReport(skipped=(*skipped, FileNote("z.txt", "empty")))
    told = notes_text(report).split("\n")
    assert told[:2] == [f"skipped a.jsonl:{n}: no JSON at {n}; correct it" for n in (1, 2)]
    assert told[20:] == [
        "skipped z.txt: empty",
        "skipped 480 more like a.jsonl:1 (assistant sources names them): no JSON at 1; correct it",
    ]


def test_a_removal_reads_as_one_line():
    assert removal_text(IndexReport(removed=2, passages=1)) == (
        "2 documents removed; 1 passage left"
    )


def test_an_indexing_report_is_silent_on_what_did_not_happen():
    assert report_text(IndexReport(unchanged=1, passages=1)) == (
        "0 documents added, 1 unchanged; 1 passage (0 embedded) in 0.0 s"
    )


def test_the_status_line_is_silent_where_there_is_no_terminal():
    stream = io.StringIO()
    line = StatusLine(stream)
    line.say("searching")
    line.clear()
    assert stream.getvalue() == ""


def events(last):
    document = Evidence(1, passage(), Sentence(0, 35), 1.0)
    yield Searched("How large is the loan?", (document,))
    yield Draft("The loan is \x1b[31m$9 billion")
    yield Checked(last.statements[0], last.citations)
    yield last


def test_following_a_stream_shows_what_goes_on_and_never_the_draft(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    stream, last = Terminal(), answer()
    assert follow(events(last), StatusLine(stream), "tiny") is last
    shown = stream.getvalue()
    for stage in ("searching", "reading 1 sentence with tiny", "writing", "checking"):
        assert stage in shown
    assert "$9" not in shown
    assert shown.endswith("\r\x1b[2K")


def copies(number):
    return tuple(
        Document(f"{n}.txt", f"/docs/{n}.txt", "A copy", TEXT, "2026-06-03" if n == 1 else None)
        for n in range(1, number + 1)
    )


def test_a_hit_and_a_citation_name_the_documents_that_tell_the_same():
    hit = Hit(passage(), 0.75, {"bm25": 2}, copies=copies(2))
    told = "/docs/1.txt (2026-06-03), /docs/2.txt"
    assert hits_text(hit).endswith(f"\n   also in: {told}")
    cited = Citation(1, DOCUMENT, 0, 35, copies=copies(2))
    assert f"\n    the same in: {told}\n" in answer_text(answer(citations=(cited,)), PLAIN)


def test_of_many_copies_the_first_are_named_and_the_others_counted():
    shown = hits_text(Hit(passage(), 0.75, {}, copies=copies(5)))
    assert shown.endswith("/docs/2.txt, /docs/3.txt and 2 more")


def test_the_json_of_a_hit_names_all_copies():
    hits = Hit(passage(), 0.75, {}, copies=copies(5)), Hit(passage(), 0.5, {})
    (told, alone) = search_dict(Explanation("loan", hits))["hits"]
    assert len(told["copies"]) == 5
    assert told["copies"][0] == {
        "document_id": "1.txt",
        "source": "/docs/1.txt",
        "published": "2026-06-03",
    }
    assert alone["copies"] == []


def test_where_sources_differ_each_quote_is_shown_once_and_apart():
    cited = (cite(1), cite(2, start=36, end=60), cite(3, start=0, end=10))
    sides = (
        Side("A", (2,), "2026-06-03", "/docs/2.txt"),
        Side("B", (1,), None, "/docs/1.txt"),
    )
    differing = answer(citations=cited, conflicts=(Conflict(sides),))
    shown = answer_text(differing, PLAIN)
    assert shown.index("Sources differ:\n[2]") < shown.index("\n[1] “") < shown.index("\n\n[3] “")
    assert shown.count("\n[1] “") == 1
    versions = answer(citations=cited, conflicts=(Conflict(sides, versions=True),))
    assert "Sources differ, in versions of one text:\n[2]" in answer_text(versions, PLAIN)
