import re

import pytest
from rich.cells import cell_len

from assistant.answers import Correction, Expansion, Explanation, Statement
from assistant.cli.render.answers import answer_text
from assistant.cli.render.page import Page
from assistant.cli.render.searches import search_dict, search_text
from assistant.documents import Citation, Document, Hit
from tests.cli.chat.samples import DOCUMENT, PLAIN, TEXT, answer, cite, copies, passage


def hits_text(*hits, page=PLAIN):
    return search_text(Explanation("loan", hits), page)


def explained(*hits, page=PLAIN, **told):
    candidates = {"bm25": 90, "dense": 100, "late": 120}
    found = Explanation("loan", hits, **{"candidates": candidates, **told})
    return search_text(found, page, explain=True)


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
