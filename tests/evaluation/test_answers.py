"""Measuring answers, with the real index and embedding model, and a scripted model server."""

import json
import os
import signal
import subprocess
import sys
import tempfile

import pytest

from assistant.cli import app
from assistant.cli.render import progress
from assistant.evaluation.answers import figures
from assistant.evaluation.intervals import wilson
from assistant.evaluation.metrics import Outcome
from tests.fake_openai import Failure, Hang, Reply
from tests.waiting import wait_for

CORPUS = {
    "port": "Peru approved a loan of two billion dollars for a harbour at Ilo.",
    "mine": "Chile opened a copper mine in the Atacama desert in May.",
    "hall-a": "The Dallas County Courthouse was built in 1902. It is of red granite.",
    "hall-b": "The Dallas County Courthouse was built in 1885. It is of red granite.",
    "hall-c": "The Dallas County Courthouse was built in 1850. It is of red granite.",
}
OURS = [
    {"id": "loan", "question": "How large is the loan that Peru approved for a harbour at Ilo?"}
    | {"answerable": True, "must": ["two billion"], "evidence": ["a loan of two billion dollars"]},
    {"id": "moon", "question": "Who knitted the astronaut's socks?", "answerable": False},
]
SQUAD = [
    {"id": "s1", "text": "When did Chile open a copper mine in the Atacama desert?"}
    | {"answers": ["May", "in May"], "answerable": True}
    | {"evidence": [{"doc_id": "mine", "start": 52, "text": "May"}]},
    {"id": "s2", "text": "Why do penguins whistle?", "answers": None, "answerable": False},
]
HALL = {"text": "When was the Dallas County Courthouse built?", "answerable": True}
RAMDOCS = [
    {"id": "r1", "answers": ["1902"], "wrong_answers": ["1885"], "doc_ids": ["hall-a", "hall-b"]},
    {"id": "r2", "answers": ["1902", "1850"], "wrong_answers": [], "doc_ids": ["hall-a", "hall-c"]},
    {"id": "r3", "answers": ["1902"], "wrong_answers": ["1850"], "doc_ids": ["hall-c"]},
]
LENT = Reply("Yes: Peru approved a loan of two billion dollars. [1]", usage=(120, 9))


@pytest.fixture
def given(tmp_path):
    """A folder with a corpus."""
    write(
        tmp_path / "corpus.jsonl", ({"id": i, "title": "T", "text": t} for i, t in CORPUS.items())
    )
    return tmp_path


def write(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records))


@pytest.fixture
def run(given, capsys, quick_start):
    """`assistant eval answers` in this process, on these questions."""

    def go(records, *options, corpus="corpus.jsonl", llm="none"):
        write(given / "questions.jsonl", records)
        paths = [str(given / file) for file in ("questions.jsonl", corpus) if file]
        model = ["--llm", llm] if llm else []
        with pytest.raises(SystemExit) as left:
            app.main(["eval", "answers", *paths, *model, *map(str, options)])
        shown = capsys.readouterr()
        return left.value.code, shown.out, shown.err

    return go


@pytest.fixture
def measured(run):
    """The figures of the command as JSON."""

    def go(records, *options, **others):
        code, out, err = run(records, "--json", *options, **others)
        assert (code, err) == (0, "")
        return json.loads(out)

    return go


def fails(ran, *parts, code=2, out=""):
    """Whether the command ended in one line of error that holds the parts."""
    assert (ran[0], ran[1]) == (code, out)
    assert ran[2].startswith("assistant: ")
    assert ran[2].count("\n") == 1
    for part in parts:
        assert part in ran[2]
    return True


def shares(shown):
    """Numerator and denominator of each metric."""
    return {
        name: (figure["numerator"], figure["denominator"])
        for name, figure in shown["metrics"].items()
    }


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


# The three forms


def test_our_form_is_measured_in_both_directions(measured):
    shown = measured(OURS)
    told = shares(shown)
    assert told["answered"] == told["refused"] == (1, 1)
    assert told["refused_though_answerable"] == told["answered_though_unanswerable"] == (0, 1)
    assert told["right"] == told["right_and_cited"] == told["citation_recall"] == (1, 1)
    assert shown["metrics"]["balanced_accuracy"]["value"] == 1.0
    assert "token_f1" not in told
    assert "all_right_answers" not in told
    assert (shown["questions"], shown["answerable"], shown["planned"]) == (2, 1, 2)
    assert (shown["model"], shown["prompt_tokens"], shown["reached_model"]) == ("none", None, 0)
    assert 0 < shown["seconds"]["median"] <= shown["seconds"]["p95"]
    assert shown["checking_ms_a_statement"] > 0
    assert set(shown["statements"]) == {"supported"}
    assert shown["options"] == {"half": None, "sample": None, "seed": 0}


def test_squads_form_is_measured_with_token_f1(measured):
    shown = measured(SQUAD)
    told = shares(shown)
    assert told["right_and_cited"] == told["refused"] == (1, 1)
    words_of_the_sentence = 9  # without its article
    f1 = 2 * 2 / (words_of_the_sentence + 2)
    assert shown["metrics"]["token_f1"]["value"] == pytest.approx(f1, abs=1e-6)


def test_ramdocs_form_is_put_to_its_own_documents_and_wrong_answers_are_counted(measured, given):
    shown = measured([HALL | record for record in RAMDOCS], "--out", given / "run.jsonl")
    outcomes = {line["id"]: line for line in lines(given / "run.jsonl")}
    cited = {id_: {c["document_id"] for c in o["citations"]} for id_, o in outcomes.items()}
    assert cited == {
        "r1": {"hall-a", "hall-b"},
        "r2": {"hall-a", "hall-c"},
        "r3": {"hall-c"},
    }
    told = shares(shown)
    assert told["answered"] == (3, 3)
    assert told["right"] == (2, 3)
    assert told["all_right_answers"] == (2, 3)
    assert told["all_right_none_wrong"] == (1, 3)
    assert told["wrong_answer"] == (2, 2)
    assert told["wrong_undisputed"] == (1, 2)  # of r1 the other hall's year is told beside it
    assert "refused" not in told
    assert "balanced_accuracy" not in told
    assert "citation_recall" not in told


def test_an_id_with_a_wildcard_names_its_document_alone(measured, given):
    corpus = [{"id": id_, "title": "T", "text": CORPUS["hall-a"]} for id_ in ("h[1]", "h1", "h*")]
    corpus += [{"id": "hx", "title": "T", "text": CORPUS["hall-b"]}]
    write(given / "wild.jsonl", corpus)
    for name in ("h[1]", "h*"):
        out = given / f"{name[:2]}{len(name)}.out"
        measured([HALL | {"doc_ids": [name]}], "--out", out, corpus="wild.jsonl")
        (outcome,) = lines(out)
        assert {c["document_id"] for c in outcome["citations"]} == {name}


def test_without_a_corpus_the_shipped_documents_are_asked(measured):
    shown = measured(
        [
            {
                "id": "visit",
                "question": "And by what date?",
                "answerable": True,
                "must": ["November 1"],
                "history": ["What tariff has Trump threatened against China?"],
            }
        ],
        corpus=None,
    )
    assert shown["documents"] == 1
    assert shares(shown)["right"] == (1, 1)


def test_a_models_answers_are_measured_with_its_tokens(measured, fake_openai):
    fake_openai.script = [LENT]
    asked = [OURS[0], OURS[1] | {"question": "How large is the loan that Chile approved?"}]
    shown = measured(asked, llm=fake_openai.spec)
    assert shown["model"] == f"scripted@{fake_openai.base_url.split('/')[2]}"
    assert shares(shown)["right_and_cited"] == shares(shown)["refused"] == (1, 1)
    median = (LENT.usage[0] + fake_openai.otherwise.usage[0]) / 2  # of the answer and the refusal
    assert (shown["prompt_tokens"], shown["reached_model"]) == (median, len(fake_openai.chats))


# What is shown


def test_the_table_shows_answering_and_refusing_side_by_side(run):
    code, out, err = run([*OURS, *SQUAD])
    assert (code, err) == (0, "")
    shown = out.splitlines()
    assert shown[:-3] == [
        "4 questions, none, 5 documents, 5 passages",
        "answered 2 of 2 answerable; refused 2 of 2 unanswerable",
        "",
        "                               share   95% interval               of",
        "answered, of answerable        1.000   0.342 to 1.000         2 of 2",
        "refused, of unanswerable       1.000   0.342 to 1.000         2 of 2",
        "balanced accuracy, of both     1.000   0.535 to 1.000",
        "refused though answerable      0.000   0.000 to 0.658         0 of 2",
        "answered though unanswerable   0.000   0.000 to 0.658         0 of 2",
        "right, of answerable           1.000   0.342 to 1.000         2 of 2",
        "right and evidence cited       1.000   0.342 to 1.000         2 of 2",
        "token F1                       0.364   0.364 to 0.364      mean of 1",
        "evidence cited, of answered    1.000   0.342 to 1.000         2 of 2",
        "citations at the evidence      1.000   0.342 to 1.000         2 of 2",
        "statements supported           1.000   0.342 to 1.000         2 of 2",
        "",
    ]
    assert shown[-3].startswith("seconds an answer: 0.")
    assert shown[-2].startswith("checking a statement: ")
    assert shown[-1] == "statements: 2 supported"


def test_where_one_kind_is_missing_the_pair_says_so(run):
    assert "answered 1 of 1 answerable; no unanswerable question asked\n" in run(OURS[:1])[1]
    assert "no answerable question asked; refused 1 of 1 unanswerable\n" in run(OURS[1:])[1]


def test_the_help_says_which_model_answers_and_what_a_question_holds(capsys):
    with pytest.raises(SystemExit) as left:
        app.main(["eval", "answers", "--help"])
    out = " ".join(capsys.readouterr().out.split())
    assert left.value.code == 0
    assert "Without --llm the model is that of assistant ask." in out
    for field in ("must", "answers", "wrong_answers", "evidence", "doc_ids", "history"):
        assert f'"{field}"' in out


def test_nothing_of_a_models_name_reaches_the_terminal_raw(run, given, fake_openai):
    fake_openai.models = ["a\x1b[31mb"]
    fake_openai.script = [LENT]
    code, out, _ = run(OURS[:1], llm=fake_openai.spec)
    assert (code, out.splitlines()[0][:16]) == (0, "1 question, ab@1")


# Going on after a run was broken off


def test_each_line_of_the_file_tells_of_a_question(run, given):
    assert run(OURS, "--out", given / "run.jsonl")[0] == 0
    loan, moon = lines(given / "run.jsonl")
    assert (loan["id"], loan["question"], loan["status"]) == (
        "loan",
        OURS[0]["question"],
        "answered",
    )
    assert (loan["right"], loan["cited"], loan["refused"]) == (True, True, False)
    assert loan["verdicts"] == {"supported": 1}
    assert loan["statements"][0]["text"] == loan["text"] == CORPUS["port"]
    assert loan["citations"][0]["quote"] == CORPUS["port"]
    assert loan["timings"].keys() == {"retrieval", "model", "checking"}
    assert loan["usage"]["prompt_tokens"] == 0
    assert (moon["status"], moon["text"], moon["refused"]) == ("not_in_documents", "", True)
    assert moon["right"] is moon["cited"] is None


def test_a_failing_model_costs_none_of_the_figures_and_the_run_goes_on(run, given, fake_openai):
    second = OURS[0] | {"id": "again", "answerable": True}
    out = given / "run.jsonl"
    fake_openai.script = [LENT, Failure(401, "no such key")]
    code, shown, err = run([OURS[0], second], "--out", out, llm=fake_openai.spec)
    assert code == 5
    assert shown.startswith("broken off after 1 of 2 questions, ")
    assert "refused" in err
    assert [line["id"] for line in lines(out)] == ["loan"]
    with out.open("a") as file:
        file.write('{"id": "again", "quest')  # what a killed process leaves
    fake_openai.script = [LENT]
    code, shown, err = run([OURS[0], second], "--out", out, "--resume", llm=fake_openai.spec)
    assert (code, err) == (0, "")
    assert shown.startswith("2 questions, ")
    assert [line["id"] for line in lines(out)] == ["loan", "again"]
    assert len(fake_openai.chats) == 3
    code, again, _ = run([OURS[0], second], "--out", out, "--resume", llm=fake_openai.spec)
    assert (code, again) == (0, shown)
    assert len(fake_openai.chats) == 3


def test_a_file_that_is_there_is_not_written_over(run, given):
    out = given / "run.jsonl"
    assert run(OURS, "--out", out)[0] == 0
    before = out.read_text()
    assert fails(run(OURS, "--out", out), "is there already; add --resume")
    other = [OURS[0] | {"question": "Who lent?"}]
    assert fails(run(other, "--out", out, "--resume"), "is of another run", "name a new file")
    assert fails(run(OURS, "--out", given / "questions.jsonl", "--resume"), "something else than")
    (given / "note").write_text("one line, unfinished")
    assert fails(run(OURS, "--out", given / "note", "--resume"), "something else than")
    assert (given / "note").read_text() == "one line, unfinished"
    assert out.read_text() == before


def test_another_models_run_is_not_gone_on_with(run, given, fake_openai):
    out = given / "run.jsonl"
    assert run(OURS, "--out", out)[0] == 0
    assert fails(run(OURS, "--out", out, "--resume", llm=fake_openai.spec), "answered by none")


def test_files_and_options_that_cannot_be_used_are_told(run, given):
    assert fails(run(OURS, "--resume"), "name it by --out")
    assert fails(run(OURS, "--out", given / "no" / "run"), "cannot be written", "name another file")
    assert fails(run(OURS, "--out", given, "--resume"), "cannot be read", "name another file")
    assert fails(run([{"text": "Why?"}]), "questions.jsonl:1: `answerable` is missing")
    assert fails(run(OURS, corpus="missing"), "missing")
    assert fails(run(SQUAD, corpus=None), "'mine' is not in CORPUS")
    long = [OURS[0] | {"question": "Why? " * 900}]
    assert fails(run(long), "questions.jsonl:1: the question has 4,500 characters; ask it in")
    for options in (["--sample", "0"], ["--half", "left"], ["--seed", "-1"]):
        assert fails(run(OURS, *options), "See assistant eval answers --help.")


def test_ctrl_c_prints_the_figures_so_far_and_exits_with_130(given, fake_openai):
    (given / "scratch").mkdir()
    write(given / "questions.jsonl", [OURS[0], OURS[0] | {"id": "again"}])
    fake_openai.script = [LENT, Hang()]
    files = [str(given / name) for name in ("questions.jsonl", "corpus.jsonl")]
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "eval", "answers", *files, "--llm", fake_openai.spec],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(given / "scratch")},
    ) as running:
        try:
            wait_for(lambda: len(fake_openai.chats) == 2)
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=20)
        finally:
            running.kill()
    assert (running.returncode, err) == (130, "")
    assert out.startswith("broken off after 1 of 2 questions, ")
    assert list((given / "scratch").glob("assistant-eval-*")) == []


# The index


def test_the_users_own_index_is_left_alone_and_the_temporary_one_deleted(
    run, index, tmp_path, monkeypatch
):
    monkeypatch.setenv("ASSISTANT_INDEX", str(index))
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    before = {path: path.stat().st_mtime_ns for path in index.rglob("*")}
    assert run(OURS)[0] == 0
    assert {path: path.stat().st_mtime_ns for path in index.rglob("*")} == before
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_named_index_is_kept_and_one_of_something_else_refused(run, index, given):
    assert run(OURS, "--index", given / "kept")[0] == 0
    assert (given / "kept" / "catalogue.sqlite3").exists()
    assert run(OURS, "--index", given / "kept")[0] == 0
    assert fails(run(OURS, "--index", index), "is not CORPUS", "name a new folder")


def test_the_embedding_is_the_one_that_was_named(measured, fake_openai):
    shown = measured(OURS, "--embedding", fake_openai.spec)
    assert shown["embedding"] == fake_openai.spec


def test_without_a_model_it_is_told_that_none_is_installed(run, monkeypatch):
    monkeypatch.setattr("assistant.models.chat.llamacpp.is_installed", lambda: False)
    code, out, err = run(OURS[:1], llm=None)
    assert (code, out.splitlines()[0]) == (0, "1 question, none, 5 documents, 5 passages")
    assert err.startswith("No language model is installed, ")
    assert err.count("\n") == 1


def test_progress_shows_on_a_terminal_alone(run, monkeypatch):
    assert run(OURS)[2] == ""
    monkeypatch.setattr(progress, "is_terminal", lambda stream: True)
    err = run(OURS)[2]
    assert "question 2 of 2" in err
    assert err.endswith("\r\x1b[2K")


# Figures


def outcome(**told):
    answer = {
        "answerable": True,
        "model": "none",
        "status": "answered",
        "text": "",
        "refused": False,
    }
    return Outcome("q", "q?", **(answer | told))


def test_citations_of_one_answer_make_its_interval_wider_not_narrower():
    alike = [
        outcome(cited=n < 20, good_citations=10 * (n < 20), citations=[{}] * 10) for n in range(40)
    ]
    figure = figures(alike, 0)["citation_precision"]
    low, high = wilson(200, 400)
    assert (figure.numerator, figure.denominator) == (200, 400)
    assert figure.low < low
    assert figure.high > high
    throughout = [outcome(cited=True, good_citations=1, citations=[{}]) for _ in range(5)]
    assert figures(throughout, 0)["citation_precision"].low == pytest.approx(wilson(5, 5)[0])


def test_an_answer_without_citations_counts_for_recall_and_not_for_precision():
    told = figures([outcome(cited=False, good_citations=0)], 0)
    assert told["citation_recall"].value == 0.0
    assert "citation_precision" not in told


def test_a_refusal_is_no_citation_that_was_missed():
    told = figures([outcome(refused=True, right=False, cited=False, good_citations=0)], 0)
    assert "citation_recall" not in told
    assert told["right_and_cited"].value == 0.0


def test_refusing_everything_or_nothing_has_half_the_balanced_accuracy():
    for refused in (True, False):
        told = [outcome(answerable=kind, refused=refused) for kind in (True, False)] * 30
        figure = figures(told, 0)["balanced_accuracy"]
        assert figure.value == 0.5
        assert 0.4 < figure.low < 0.5 < figure.high < 0.6
