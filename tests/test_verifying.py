"""Drafts checked against real indexes, on real SQLite, Chroma and MiniLM."""

import pytest

from assistant import Assistant, Statement, Verified
from assistant.drafts import typed_draft
from assistant.errors import UsageError
from assistant.filters import Filter
from assistant.library import Library
from assistant.settings import Settings
from assistant.verifying import SENTENCES, Verifier

UNLESS = "if Beijing does not ease its restrictions."
TARIFF = f"Trump has threatened a 100% tariff on Chinese products by November 1 {UNLESS}"


@pytest.fixture
def verify(seeds, retriever):
    def go(text, where=None, library=seeds, **settings):
        return Verifier(retriever(library, **settings)).verify(typed_draft(text), where)

    return go


def verdicts(verification):
    return [statement.verdict for statement in verification.statements]


def test_each_statement_gets_its_verdict_its_sentences_and_its_place(verify):
    text = f"# Tariffs\n\n{TARIFF} [1] Trump will visit Peru.\n\nWill it help?"
    checked = verify(text)
    tariff, peru = checked.statements
    assert (tariff.text, tariff.verdict, tariff.findings) == (TARIFF, "supported", ())
    assert text[tariff.start : tariff.end] == TARIFF
    assert "threatened to impose a 100% tariff" in tariff.compared[0].quote
    assert tariff.citations == tuple(citation.number for citation in tariff.compared)
    assert peru.verdict == "unsupported"
    assert any("Peru" in finding for finding in peru.findings)
    assert "Malaysia" in peru.compared[0].quote
    assert [each.reason for each in checked.unchecked] == ["heading", "question"]
    assert checked.counts == {
        "supported": 1, "partly": 0, "unsupported": 1, "contradicted": 0, "unchecked": 2,
    }  # fmt: skip
    assert not checked.holds
    assert verify(TARIFF).holds


def test_a_quote_is_cut_from_the_document_it_points_into(verify, seeds):
    checked = verify(f"{TARIFF} He also signed an $8.5 billion agreement with Australia.")
    for statement in checked.statements:
        for citation in statement.compared:
            assert citation.quote == citation.document.text[citation.start : citation.end]


@pytest.mark.parametrize(
    ("old", "new"), [("100%", "50%"), ("November 1", "November 8"), ("Chinese", "Peruvian")]
)
def test_what_is_wrong_is_told_beside_the_nearest_sentence(verify, old, new):
    [statement] = verify(TARIFF.replace(old, new)).statements
    assert statement.verdict in ("unsupported", "contradicted", "partly")
    assert statement.findings
    assert "100% tariff on Chinese products" in statement.compared[0].quote


def test_every_sentence_of_a_document_is_supported_by_itself(verify, seeds):
    path = next(iter(seeds.catalogue.files()))
    [document_id] = seeds.catalogue.document_ids(path)
    document = seeds.catalogue.document(path, document_id)
    checked = verify(document.text)
    assert checked.counts["supported"] >= 0.9 * len(checked.statements)
    own = [s for s in checked.statements if s.compared and s.text == " ".join(
        s.compared[0].quote.split())]  # fmt: skip
    assert len(own) >= 0.9 * len(checked.statements)


def test_a_sentence_cited_twice_has_one_number_and_its_document_is_kept_once(verify):
    first, second = verify(f"{TARIFF}\n\n{TARIFF}").statements
    assert first.citations == second.citations == (1,)
    assert first.compared[0] is second.compared[0]


# Sentences that lean on the one before


def test_a_sentence_is_searched_for_together_with_the_one_it_leans_on(verify, ports):
    both = verify("Peru's Congress approved a loan for Ilo. It starts in March.", library=ports)
    assert "March" in both.statements[1].compared[0].quote
    assert both.statements[1].verdict == "supported"


@pytest.mark.parametrize("opening", ["He", "But he", "Later he", "In response, he"])
def test_a_pronoun_may_stand_for_a_name_that_the_draft_gave_before(verify, opening):
    said = f"threatened to impose a 100% tariff on Chinese products by November 1 {UNLESS}"
    trump = verify(f"The trip will take Trump to Malaysia. {opening} {said}")
    assert verdicts(trump) == ["supported", "supported"]
    takaichi = verify(f"There are talks with Sanae Takaichi. {opening} {said}")
    assert takaichi.statements[1].verdict == "partly"
    assert "is Takaichi" in takaichi.statements[1].findings[0]


def test_one_of_several_names_before_is_enough_for_a_pronoun(verify):
    text = f"Albanese and Trump met this week. He has threatened a 100% tariff {UNLESS}"
    assert verify(text).statements[1].verdict == "supported"


def test_a_pronoun_keeps_its_meaning_over_several_sentences(verify):
    text = (
        "There are talks with Sanae Takaichi. She is Prime Minister. "
        "She threatened to impose a 100% tariff on Chinese products by November 1."
    )
    assert verify(text).statements[2].verdict == "partly"


def test_what_the_draft_said_before_proves_nothing_of_what_it_says_next(verify):
    text = "Peru opened a lithium plant in Tacna. It employs miners from Tacna at the plant."
    assert verdicts(verify(text)) == ["unsupported", "unsupported"]


def test_a_misspelt_name_is_told_as_the_documents_write_it(verify):
    [statement] = verify("Trump will hold talks with Sanae Takeichi.").statements
    assert statement.verdict != "supported"
    assert "no document has “Takeichi”; they have “Takaichi”" in statement.findings


# Which documents are evidence


def test_only_documents_that_the_filter_lets_through_are_evidence(verify, ports):
    text = "Fishermen fear for the anchovies."
    assert verify(text, library=ports).holds
    assert not verify(text, Filter.of("bread.txt"), library=ports).holds
    with pytest.raises(UsageError, match="no document matches --only 'rye'"):
        verify(text, Filter.of("rye"), library=ports)


@pytest.fixture
def newsroom(tmp_path, quick_start):
    """An assistant over two stories, one of which is printed twice."""
    folder = tmp_path / "news"
    folder.mkdir()
    story = "The council of Marlow voted 7 to 4 on Tuesday to build a tram line to the harbour."
    (folder / "story.txt").write_text(story)
    (folder / "wire.txt").write_text(story)
    (folder / "state.txt").write_text("The state will pay 50 percent of the line, Petra Lind said.")
    (folder / "alone.txt").write_text("Zebras were seen grazing in Queensland.")
    with Assistant.open(tmp_path / "i", llm="none") as assistant:
        assistant.index([folder])
        yield assistant


def test_a_draft_that_is_indexed_is_no_evidence_for_itself(newsroom, tmp_path):
    folder = tmp_path / "news"
    [statement] = newsroom.verify(folder / "alone.txt")
    assert statement.verdict == "unsupported"
    assert all(c.document.id != "alone.txt" for c in statement.compared)
    # The words alone are a draft of unknown origin.
    assert newsroom.verify((folder / "alone.txt").read_text())[0].verdict == "supported"


def test_a_copy_in_another_file_is_evidence_for_an_indexed_draft(newsroom, tmp_path):
    for name, other in (("story.txt", "wire.txt"), ("wire.txt", "story.txt")):
        [statement] = newsroom.verify(tmp_path / "news" / name)
        assert statement.verdict == "supported"
        assert statement.compared[0].document.id == other
        assert statement.compared[0].copies == ()


def test_the_user_is_told_that_the_draft_is_indexed(tmp_path, quick_start):
    draft = tmp_path / "draft.md"
    draft.write_text("The council of Marlow voted for a tram.")
    told = []
    with Assistant.open(tmp_path / "i", llm="none", notify=told.append) as assistant:
        assistant.index([draft])
        with pytest.raises(UsageError, match="nothing is indexed besides"):
            assistant.verify(draft)
    assert told == [f"{draft} is indexed; what it says is no evidence for itself."]


# The library


def test_verify_gives_statements_and_tells_its_progress(newsroom):
    seen = []
    said = "The state will pay 50 percent of the line, Petra Lind said."
    text = f"{said} {said.replace('50', '60')}"
    found = newsroom.verify(text, progress=lambda done, total: seen.append((done, total)))
    assert [statement.verdict for statement in found] == ["supported", "contradicted"]
    assert all(isinstance(each, Statement) and isinstance(each, Verified) for each in found)
    assert seen == [(0, 2), (1, 2)]


@pytest.mark.parametrize("text", ["# Tariffs", "Who pays for it?", "No.\n\n- No way"])
def test_a_draft_that_states_nothing_is_refused(verify, text):
    with pytest.raises(UsageError, match="states nothing that can be checked"):
        verify(text)


def test_a_sentence_without_end_is_checked_all_the_same(verify):
    [statement] = verify("The president has a tariff " + "and another " * 5000).statements
    assert len(statement.text) > 50_000


def test_candidates_are_sentences_of_several_passages_best_first(seeds, retriever):
    searching = retriever(seeds)
    found = searching.candidates(TARIFF, searching.search(TARIFF), SENTENCES)
    assert len(found) == SENTENCES
    assert "100% tariff" in found[0].text
    assert [each.number for each in found] == list(range(1, SENTENCES + 1))
    assert searching.candidates(TARIFF, [], SENTENCES) == []


def test_sentences_of_several_documents_are_not_put_together(newsroom):
    """Each has a part of it, and none says it."""
    [statement] = newsroom.verify("The council of Marlow voted to pay 50 percent of the line.")
    assert statement.verdict != "supported"
    assert len({citation.document.id for citation in statement.compared}) == 1


# A draft as it is checked


def test_each_verdict_comes_when_it_is_there_and_the_whole_comes_last(seeds, retriever):
    asked = []
    verifier = Verifier(retriever(seeds))
    events = verifier.stream(typed_draft(f"{TARIFF} Trump will visit Peru."), None, asked_in(asked))
    first = next(events)
    assert (first.verdict, asked) == ("supported", [(0, 2)])
    second, whole = events
    assert whole.statements == (first, second)
    assert asked == [(0, 2), (1, 2)]


def asked_in(calls):
    return lambda done, total: calls.append((done, total))


def test_a_judge_decides_what_no_rule_does_and_lifts_no_veto(seeds, retriever):
    other, wrong = "Seoul desires another pact with Washington.", TARIFF.replace("100%", "75%")
    asked = []

    def judged(chance):
        def judge(statement, sentences):
            asked.append(statement)
            return chance

        draft = typed_draft(f"{other} {wrong}")
        return [s.verdict for s in Verifier(retriever(seeds), judge).verify(draft).statements]

    assert judged(0.999) == ["supported", "contradicted"]
    assert judged(0.001)[0] != "supported"
    assert set(asked) == {other}


# Something newer


DATED = {
    "toll-1.md": (
        "2020-02-01",
        "Vik council",
        "The toll at Vik is 40 crowns a night. Ida Voss spoke.",
    ),
    "toll-2.md": ("2021-03-04", "Harbours", "The toll at Vik is now 55 crowns a night. It rained."),
    "skerry.md": ("2022-01-09", "Skerry", "The toll at Skerry is 70 crowns a night. It snowed."),
    "depot.md": ("2020-05-05", "Depots", "The Harrow depot employs 120 people. A bus came."),
    "depot-2.md": ("2022-05-05", "Depots", "The Quay depot employs 150 people. A bus left."),
    "levy-1.md": ("2020-01-01", "Salt", "The levy on salt is 25%. Fishermen protested."),
    "levy-2.md": ("2021-01-01", "Salt", "The levy on salt was cut to 15%. Fishermen cheered."),
    "levy-3.md": ("2022-01-01", "Salt", "The levy on salt is 25% again. Fishermen slept."),
}


@pytest.fixture(scope="module")
def dated(tmp_path_factory, minilm):
    folder = tmp_path_factory.mktemp("dated")
    for name, (day, title, text) in DATED.items():
        head = f"---\ntitle: {title}\ndate: {day}\n---\n"
        (folder / name).write_text(f"{head}{text}\n", encoding="utf-8")
    with Library(folder.parent / f"{folder.name}-index", minilm, Settings()) as library:
        library.index([folder])
        yield library


def newer(verify, dated, text, where=None):
    [statement] = verify(text, where, library=dated).statements
    assert statement.verdict == "supported"
    return statement.newer


def test_a_later_value_of_the_same_thing_is_told_beside_a_supported_statement(verify, dated):
    found = newer(verify, dated, "The toll at Vik is 40 crowns a night.")
    assert found.document.published == "2021-03-04"
    assert found.quote == "The toll at Vik is now 55 crowns a night."
    assert found.number == 2


@pytest.mark.parametrize(
    "statement",
    [
        "The toll at Vik is now 55 crowns a night.",  # of Skerry only is there a later one
        "The Harrow depot employs 120 people.",  # of Quay only
        "The levy on salt is 25%.",  # what came between is past
        "Ida Voss spoke.",
    ],
)
def test_nothing_is_newer_where_later_documents_speak_of_another_thing_or_agree(
    verify, dated, statement
):
    assert newer(verify, dated, statement) is None


def test_a_filter_holds_for_what_is_newer_too(verify, dated):
    statement = "The toll at Vik is 40 crowns a night."
    assert newer(verify, dated, statement, Filter.of(until="2021-01-01")) is None
    assert newer(verify, dated, statement, Filter.of(until="2020-02-01")) is None
    assert newer(verify, dated, statement, Filter.of("toll-*")).quote.endswith("55 crowns a night.")


def test_a_sentence_about_another_is_not_shown_for_one_of_whom_nothing_is_found(verify, dated):
    [unknown] = verify("The Marl depot employs 130 people.", library=dated).statements
    assert (unknown.verdict, unknown.compared) == ("unsupported", ())
    assert unknown.findings == ("nothing found is about Marl",)
    [known] = verify("The Harrow depot employs 130 people.", library=dated).statements
    assert known.verdict != "supported"
    assert known.compared[0].quote == "The Harrow depot employs 120 people."
