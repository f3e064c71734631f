from dataclasses import replace

from assistant.answers import Conflict, Side, Statement, Usage
from assistant.cli.render.answers import answer_text
from tests.cli.chat.samples import PLAIN, RECORD, answer, cite


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


def test_a_question_of_all_documents_is_told_apart_and_what_to_do_instead():
    shown = refusal(reason="asks_for_all", dropped=1)
    assert shown.startswith("No passage states this. A search cannot count, list, rank or add up")
    assert "open the table with `assistant show`.\n\nNearest" in shown


def test_a_false_premise_opens_with_what_the_documents_do_say_and_says_it_once():
    further = cite(2, RECORD, 36, 57)
    shown = refusal(reason="premise", missing=("cancel",), nearest=(cite(), further))
    assert shown.startswith(
        "The documents do not say that. What they do say: “Peru approved a loan of $2 billion.” "
        "(/docs/ports.txt)\n\nNot found in them: “cancel”.\n\nNearest passages:\n  Work starts"
    )


def test_a_refusal_after_dropping_all_that_was_written_says_so():
    shown = refusal(dropped=1, reason="not_stated")
    assert shown.startswith(
        "The documents do not say. All that the model wrote is left out, for they do not support it"
    )
    assert "1 statement: 0 supported, 1 dropped" in shown


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
