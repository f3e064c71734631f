"""Claims that people judged, put to the real check."""

import json

import pytest

from assistant.cli import app
from assistant.evaluation.claims import load_claims, pick_claims

SENTENCES = ["The toll rose to 9 crowns in 1931.", "Traffic fell by half.", "The mill stayed open."]
CORPUS = {"id": "7", "title": "Tolls", "text": " ".join(SENTENCES), "sentences": SENTENCES}


def claim(number, text, label, sentences=(0,)):
    evidence = [{"doc_id": "7", "sentences": list(sentences)}] if sentences else []
    return {"id": str(number), "text": text, "label": label, "evidence": evidence}


CLAIMS = (
    claim(1, "The toll rose to 9 crowns in 1931.", "SUPPORT"),
    claim(2, "The toll rose to 12 crowns in 1931.", "CONTRADICT"),
    claim(3, "Bakers in Norland struck.", "NOT_ENOUGH_INFO", ()),
)


@pytest.fixture
def run(tmp_path, capsys, quick_start):
    """`assistant eval claims` in this process, on the files above unless told others."""

    def go(*options, claims=CLAIMS, corpus=CORPUS, qrels="3\t7\t1\n"):
        files = [tmp_path / name for name in ("corpus.jsonl", "claims.jsonl", "qrels.tsv")]
        files[0].write_text(json.dumps(corpus) + "\n")
        files[1].write_text("".join(f"{json.dumps(each)}\n" for each in claims))
        files[2].write_text(qrels or "")
        given = files if qrels else files[:2]
        with pytest.raises(SystemExit) as left:
            app.main(["eval", "claims", *map(str, given), *map(str, options)])
        shown = capsys.readouterr()
        return left.value.code, shown.out, shown.err

    return go


def test_the_table_tells_label_by_verdict(run):
    code, out, _ = run()
    assert code == 0
    assert [row.split()[0] for row in out.splitlines()[3:]] == [
        "SUPPORT", "CONTRADICT", "NOT_ENOUGH_INFO",
    ]  # fmt: skip


def test_json_holds_every_cell(run):
    told = json.loads(run("--json")[1])
    assert told["claims"] == 3
    assert told["labels"]["SUPPORT"]["supported"]["count"] == 1
    for label in ("CONTRADICT", "NOT_ENOUGH_INFO"):
        assert told["labels"][label]["supported"]["count"] == 0
        assert sum(cell["count"] for cell in told["labels"][label].values()) == 1


def test_claims_without_evidence_are_left_out_where_nothing_names_their_document(run):
    assert json.loads(run("--json", qrels=None)[1])["claims"] == 2


def test_a_claim_is_read_once_for_each_document(tmp_path):
    evidence = [{"doc_id": d, "sentences": [n]} for d, n in (("7", 2), ("7", 0), ("8", 1))]
    file = tmp_path / "claims.jsonl"
    file.write_text(
        json.dumps({"id": "1", "text": "It.", "label": "SUPPORT", "evidence": evidence})
    )
    read = load_claims(file)
    assert [(each.document, each.sentences) for each in read] == [("7", (0, 2)), ("8", (1,))]
    assert pick_claims(read, half=None, sample=1, seed=0) == read


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"claims": [{"id": "1", "text": "It.", "label": "TRUE"}]}, "no claim with a label"),
        ({"claims": [claim(1, "It.", "SUPPORT", (9,))]}, "has 3 sentences"),
        ({"claims": [CLAIMS[0] | {"evidence": ["7"]}]}, "evidence without numbers"),
        ({"claims": []}, "holds no claim"),
        ({"corpus": CORPUS | {"id": "8"}}, "holds no document of a claim"),
        ({"corpus": CORPUS | {"sentences": ["Else."]}}, "does not have its own sentence 0"),
    ],
)
def test_wrong_input_is_told_in_one_line(run, given, told):
    code, out, err = run(**given)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert told in err
