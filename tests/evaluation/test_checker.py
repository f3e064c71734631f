"""The check measured, with the real check and the real command."""

import doctest
import json

import pytest

from assistant.checking.check import Check
from assistant.cli import app
from assistant.documents import Document
from assistant.evaluation import checker
from assistant.evaluation.checker import Proof, Result, Share, prove
from assistant.evaluation.statements import Item
from assistant.ingest.chunking.passages import segment

TEXT = (
    "In 1931, most of the 40 mills in Norland were closed by Olin Hart. Officials said that the "
    "old bank may close by May 4 if prices do not rise. Hartco sued Norbank in Quito over a debt "
    "of $8.5 million. The mayor was not told of the plan until the spring."
)


@pytest.fixture
def corpus(tmp_path):
    records = ({"id": f"d{n}", "title": "Mills", "text": TEXT} for n in range(4))
    path = tmp_path / "corpus.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


@pytest.fixture
def run(corpus, capsys, quick_start):
    """`assistant eval checker` in this process."""

    def go(*options, given=corpus):
        with pytest.raises(SystemExit) as left:
            app.main(["eval", "checker", str(given), *map(str, options)])
        shown = capsys.readouterr()
        return left.value.code, shown.out, shown.err

    return go


def statement(text, faithful, document="d0", end=66):
    return {"document": document, "start": 0, "end": end, "kind": "own", "faithful": faithful,
            "text": text}  # fmt: skip


def write(path, *records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(checker).failed == 0


@pytest.mark.parametrize(
    ("count", "of", "low", "high"), [(0, 100, 0, 0.037), (100, 100, 0.963, 1), (0, 0, 0, 1)]
)
def test_intervals_stay_within_the_possible(count, of, low, high):
    assert Share(count, of).bounds == pytest.approx((low, high), abs=5e-4)


def result(faithful, verdict, kind="own"):
    item = Item("It.", kind, faithful, "d", 0, 3)
    return Result(item, "It.", Check(verdict), Check(verdict), 0.001)


def test_only_supported_is_accepted_whatever_else_the_verdict_is():
    false = [result(False, v) for v in ("supported", "partly", "unsupported", "contradicted")]
    true = [result(True, v) for v in ("supported", "partly", "unsupported", "contradicted")]
    proof = Proof([*false, *true])
    assert proof.errors(faithful=False) == Share(1, 4)
    assert proof.errors(faithful=True) == Share(3, 4)
    assert proof.verdicts(True) == dict.fromkeys(checker.VERDICTS, 1)


def test_a_statement_has_its_own_sentence_first_and_then_its_neighbours():
    def offsets(text):
        return [(at, at + 1) for at, character in enumerate(text) if character == " "]

    passages = segment(Document("d0", "d0", "Mills", TEXT), offsets, 128)
    texts = ("Hart closed most of the 40 mills in 1931.", "Hartco sued Norbank for $8.5 million.")
    items = [Item(text, "own", True, "d0", 0, 66) for text in texts]
    own, neighbour = prove(passages, items).results
    assert (own.check.verdict, own.alone.verdict) == ("supported", "supported")
    assert (neighbour.check.verdict, neighbour.alone.verdict) == ("supported", "unsupported")
    assert own.source == TEXT[:66]


def test_the_command_prints_both_errors_by_kind(run, tmp_path):
    true, false = "Hart closed most of the 40 mills in 1931.", "Hart closed 90 mills in 1931."
    file = write(tmp_path / "s.jsonl", statement(true, True), statement(false, False))
    code, out, err = run(file)
    assert (code, err) == (0, "")
    assert "false, but accepted" in out
    assert "true, but rejected" in out
    assert "own" in out
    assert "ms a statement" in out


def test_written_statements_are_checked_and_the_wrong_ones_kept(run, tmp_path):
    true, false = "Hart closed most of the 40 mills in 1931.", "Hart closed 90 mills in 1931."
    refused = "Quito closed 50 mills."
    lines = [statement(true, True), statement(false, False), statement(refused, True)]
    file, errors = write(tmp_path / "s.jsonl", *lines), tmp_path / "wrong.jsonl"
    code, out, _ = run(file, "--errors", errors, "--json")
    told = json.loads(out)
    assert code == 0
    assert told["accepted_though_false"]["total"]["count"] == 0
    assert told["rejected_though_true"]["kinds"]["own"] | {"low": 0, "high": 1} == {
        "count": 1, "of": 2, "low": 0, "high": 1,
    }  # fmt: skip
    (wrong,) = map(json.loads, errors.read_text(encoding="utf-8").splitlines())
    assert (wrong["text"], wrong["source"]) == (refused, TEXT[:66])
    assert wrong["verdict"] != "supported"
    assert wrong["findings"]


def one_line(shown, told):
    code, out, err = shown
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert told in err
    return True


def test_wrong_input_is_told_in_one_line(run, tmp_path, corpus):
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{\n")
    good = write(tmp_path / "good.jsonl", statement("It.", True))
    assert one_line(run(broken), "no valid JSON")
    assert one_line(run(tmp_path / "none.jsonl"), "cannot be read")
    assert one_line(run(good, "--errors", tmp_path / "no" / "where.jsonl"), "make it first")
    assert one_line(run(good, given=tmp_path / "none"), "does not exist")
    short = write(tmp_path / "short.jsonl", {"id": "a", "title": "A", "text": "Mills."})
    assert one_line(run(good, given=short), "no statement about a document of CORPUS")
    far = write(tmp_path / "far.jsonl", statement("It.", True, end=9999))
    assert one_line(run(far), "give offsets into this very text")
