"""How the benches of answers and of the check score, on small cases worked out by hand."""

import doctest
import json
from argparse import Namespace

import pytest

from assistant.errors import UsageError
from assistant.evaluation.datasets import Gold
from assistant.evaluation.metrics import Outcome
from tests.bench import answers, statements_check
from tests.bench.answers import drawn, figures, outcomes, patterned, quotes_evidence, scored
from tests.bench.statements_check import Claim, checked, errors, kept_verdicts

TRUE, FALSE = "The mayor opened the bridge.", "The mayor did not open the bridge."


def outcome(*quotes, answerable=True, right=True, **known):
    cited = [{"document_id": "a.txt", "quote": quote} for quote in quotes]
    refused = known.pop("refused", False)
    status = "not_in_documents" if refused else "answered"
    return Outcome(
        "q", "q?", answerable, "none", status, "", refused, right, citations=cited, **known
    )


def row(*quotes, record=None, **known):
    asked = {"group": "direct", "evidence": ["It opened on Monday."], **(record or {})}
    return scored("world_open", asked, outcome(*quotes, **known))


def shares(*rows):
    return {
        name: each and (each.numerator, each.denominator) for name, each in figures(rows).items()
    }


def claim(text, faithful, number=0):
    return Claim(f"{number}", "made", "verbatim", text, faithful, (TRUE,), "", None, "fit")


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(answers).failed == 0
    assert doctest.testmod(statements_check).failed == 0


@pytest.mark.parametrize(
    ("quotes", "cites"),
    [
        (["On Sunday. It opened on Monday."], True),
        (["It opened"], True),
        (["It  opened\non Monday."], True),
        (["It opened on Tuesday."], False),
        (["It opened on Tuesday.", "opened on Monday"], True),
        ([""], False),
        ([], False),
    ],
)
def test_a_citation_is_right_that_contains_evidence_or_is_contained_in_it(quotes, cites):
    assert quotes_evidence(quotes, ["It opened on Monday."]) is cites


def test_right_without_a_right_citation_is_not_right_and_cited():
    found = shares(row("It opened on Monday."), row("It closed."), row("It opened", right=False))
    assert found["right and cited, of answerable"] == (1, 3)
    assert found["right, of answerable"] == (2, 3)
    assert found["cited, of answerable"] == (2, 3)


def test_shown_though_not_right_is_of_those_shown_alone():
    found = shares(row(), row(right=False), row(right=False, refused=True))
    assert found["shown though not right, of shown to answerable"] == (1, 2)
    assert found["refused, of answerable"] == (1, 3)


def test_both_directions_are_counted_apart():
    barred = {"answerable": False, "right": False}
    found = shares(row(), row(**barred, refused=True), row(**barred), row(answerable=False))
    assert found["refused, of unanswerable"] == (1, 3)
    assert found["a tempting wrong answer, of unanswerable that name one"] == (1, 3)
    assert found["refused, of answerable"] == (0, 1)


def test_a_false_premise_is_scored_apart_and_its_refusal_counts_half():
    premise = {"kind": "false_premise", "refusal_ok": True}
    found = shares(
        row(record=premise),
        row(record=premise, right=False),
        row(record=premise, right=False, refused=True),
        row(record=premise | {"refusal_ok": False}, right=False, refused=True),
    )
    assert found["false premise corrected"] == (1, 4)
    assert found["false premise refused"] == (2, 4)
    assert found["false premise, a refusal that may be counted half"] == (1.5, 4)
    assert found["right, of answerable"] is None


def test_several_sources_are_all_to_be_cited_where_a_copy_will_do():
    record = {"kind": "multi_document", "source_files": ["a.txt", "b.txt"]}
    copied = [{"document_id": "c.txt", "quote": "", "copies": [{"document_id": "b.txt"}]}]
    one, both = outcome("It opened"), outcome("It opened")
    object.__setattr__(both, "citations", [*both.citations, *copied])
    rows = [scored("world_open", {"evidence": [], **record}, each) for each in (one, both)]
    assert [each.every_source for each in rows] == [False, True]


def test_an_answer_told_freely_is_scored_by_its_citation_alone():
    rows = [scored("clapnq", {}, outcome(right=False, cited=cited)) for cited in (True, False)]
    assert shares(*rows)["cited, of answerable"] == (1, 2)
    assert shares(*rows)["right, of answerable"] is None


def test_a_smaller_sample_is_part_of_a_larger_one_and_halves_share_nothing():
    every = [Gold(str(n), "q?", True) for n in range(60)]
    known = {q.id: {"id": q.id, "group": q.id} for q in every}

    def ids(half="all", sample=None):
        options = Namespace(set="qed", half=half, sample=sample)
        return {q.id for q in drawn(every, known, options)}

    assert len(ids(sample=5)) == 5
    assert ids(sample=5) < ids(sample=20)
    assert not ids("fit") & ids("held")
    assert ids("fit") | ids("held") == ids()


def test_questions_are_asked_once_and_a_broken_run_goes_on(tmp_path):
    articles, out = tmp_path / "articles", tmp_path / "out.jsonl"
    articles.mkdir()
    (articles / "a.txt").write_text("The museum of Ulm opened on Monday.", encoding="utf-8")
    asked = {"question": "When did the museum of Ulm open?", "answerable": True}
    asked |= {"must": ["monday"], "must_not": []}
    chosen = [patterned({"id": name, **asked}) for name in ("one", "two")]
    first = outcomes(chosen[:1], articles, "none", out)
    again = outcomes(chosen, articles, "none", out)
    assert [each.id for each in again] == ["one", "two"]
    assert again[0] == first[0]
    assert all(each.right for each in again)
    assert len(out.read_text(encoding="utf-8").splitlines()) == 2


def test_a_statement_is_checked_beside_its_sentences():
    sentences = ["It rained.", TRUE]
    assert checked(TRUE, sentences, "News") == "supported"
    assert checked(FALSE, sentences, "News") != "supported"


def test_errors_of_the_check_are_counted_in_both_directions():
    pairs = [
        (claim(TRUE, True), "supported"),
        (claim(TRUE, True), "partly"),
        (claim(FALSE, False), "supported"),
        *[(claim(FALSE, False), "contradicted")] * 3,
    ]
    false, true, right = errors(pairs)
    assert (false.numerator, false.denominator) == (1, 4)
    assert (true.numerator, true.denominator) == (1, 2)
    assert right.value == pytest.approx((1 / 2 + 3 / 4) / 2)


def test_a_verdict_of_an_earlier_run_is_kept_for_the_same_way_of_checking(tmp_path):
    out, asked = tmp_path / "out.jsonl", []

    def verdict(each):
        asked.append(each.id)
        return "partly"

    for way, names in (("rules", "a"), ("rules", "ab"), ("judge", "a")):
        found = [claim(TRUE, True, name) for name in names]
        assert kept_verdicts(found, verdict, out, way) == ["partly"] * len(found)
    assert asked == ["a", "b", "a"]
    assert {json.loads(line)["key"] for line in out.read_text(encoding="utf-8").splitlines()} >= {
        "rules: b"
    }


def test_a_file_of_something_else_is_refused(tmp_path):
    out = tmp_path / "out.jsonl"
    out.write_text('{"id": "q"}\n', encoding="utf-8")
    with pytest.raises(UsageError, match="holds something else"):
        kept_verdicts([claim(TRUE, True)], lambda c: "partly", out, "rules")
