"""Measuring search, with the real index and embedding model, on figures worked out by hand."""

import doctest
import json
import math
import os
import signal
import subprocess
import sys
import tempfile

import pytest

from assistant import Assistant
from assistant.cli import app
from assistant.cli.render import progress
from assistant.documents import Document, Hit, Passage
from assistant.errors import UsageError
from assistant.evaluation import retrieval
from assistant.evaluation.judgements import Question, Span, Task, load_qrels, load_questions, pick
from assistant.evaluation.retrieval import covered, document_scores, figure, run_text, span_scores
from tests.waiting import wait_for

CORPUS = {
    "port": "Peru approved a loan of two billion dollars for a harbour at Ilo.",
    "mine": "Chile opened a copper mine in the Atacama desert.",
    "moth": "The moth collection of the museum was restored last winter.",
    "bread": "Bakers in Lyon struck over the price of flour.",
}
QUESTIONS = {"q1": "Who lent money for the harbour at Ilo?", "q2": "Where is the copper mine?"}


@pytest.fixture
def library_of_metrics():
    """Skips where the library has no wheel; everything else must work without it."""
    return pytest.importorskip("pytrec_eval")


@pytest.fixture
def given(tmp_path):
    """A corpus, questions and judgements as files."""
    write(tmp_path / "corpus.jsonl", ({"id": i, "title": i, "text": t} for i, t in CORPUS.items()))
    write(tmp_path / "questions.jsonl", ({"id": i, "text": t} for i, t in QUESTIONS.items()))
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tport\t1\nq2\tmoth\t1\n")
    return tmp_path


def write(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records))


@pytest.fixture
def run(given, capsys, quick_start):
    """`assistant eval retrieval` in this process, on the files of `given` unless told others."""

    def go(*options, files=("corpus.jsonl", "questions.jsonl", "qrels.tsv")):
        paths = [str(given / file) for file in files]
        with pytest.raises(SystemExit) as left:
            app.main(["eval", "retrieval", *paths, *map(str, options)])
        shown = capsys.readouterr()
        return left.value.code, shown.out, shown.err

    return go


def fails(ran, *parts):
    """Whether the command ended in one line of error that holds the parts."""
    code, out, err = ran
    assert (code, out) == (2, "")
    assert err.startswith("assistant: ")
    assert err.count("\n") == 1
    for part in parts:
        assert part in err
    return True


def hit(document, start, end):
    text = Document(document, document, document, "x" * 10_000)
    return Hit(Passage(f"{document}{start}", text, start, end, "", ()), 1.0, {})


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(retrieval).failed == 0


# Metrics of documents


def test_metrics_of_documents_are_those_worked_out_by_hand(library_of_metrics):
    rankings = {
        "graded": ["d", "b", "a"],  # scores 0, 1, 2 at ranks 1, 2, 3
        "late": [f"n{n}" for n in range(10)] + ["a"],  # the only relevant one at rank 11
        "nothing": [],
    }
    qrels = {
        "graded": {"a": 2, "b": 1, "c": 1, "d": 0},
        "late": {"a": 1},
        "nothing": {"a": 1},
    }
    got = 1 / math.log2(3) + 2 / math.log2(4)
    ideal = 2 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    expected = {
        "nDCG@10": [got / ideal, 0, 0],
        "recall@1": [0, 0, 0],
        "recall@5": [2 / 3, 0, 0],
        "recall@10": [2 / 3, 0, 0],
        "recall@100": [2 / 3, 1, 0],
        "MRR@10": [1 / 2, 0, 0],
    }
    scores = document_scores(rankings, qrels)
    assert scores.keys() == expected.keys()
    for name, values in expected.items():
        assert scores[name] == pytest.approx(values), name


def test_ids_do_not_break_ties_of_the_search(library_of_metrics):
    for ranking in (["a", "z"], ["z", "a"]):
        scores = document_scores({"q": ranking}, {"q": {ranking[0]: 1}})
        assert scores["MRR@10"] == [1.0]


def test_a_score_below_zero_counts_as_not_relevant(library_of_metrics):
    below = document_scores({"q": ["spam", "a"]}, {"q": {"spam": -2, "a": 1}})
    zero = document_scores({"q": ["spam", "a"]}, {"q": {"spam": 0, "a": 1}})
    assert below == zero


def test_a_real_search_is_scored_and_its_figures_are_shown(run, given, library_of_metrics):
    """The harbour is found first; of the mine the judgements say wrongly that it is a moth."""
    code, out, err = run("--json")
    assert (code, err) == (0, "")
    shown = json.loads(out)
    assert run("--run", given / "run")[0] == 0
    rows = [row.split() for row in (given / "run").read_text().splitlines()]
    rank = [row[2] for row in rows if row[0] == "q2"].index("moth") + 1
    assert rank > 1
    expected = {
        "nDCG@10": (1 + 1 / math.log2(rank + 1)) / 2,
        "recall@1": 0.5,
        "recall@5": 1.0,
        "recall@10": 1.0,
        "recall@100": 1.0,
        "MRR@10": (1 + 1 / rank) / 2,
    }
    metrics = shown["metrics"]
    assert {name: each["mean"] for name, each in metrics.items()} == pytest.approx(expected)
    assert all(each["questions"] == 2 for each in metrics.values())
    assert (metrics["MRR@10"]["low"], metrics["MRR@10"]["high"]) == (round(1 / rank, 6), 1.0)
    assert (shown["version"], shown["documents"], shown["questions"]) == (1, 4, 2)
    assert 0 < shown["seconds"]["median"] <= shown["seconds"]["p95"]


def test_the_table_has_a_line_for_each_metric(run, library_of_metrics):
    code, out, err = run()
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "2 questions, 4 documents, 4 passages"
    assert [line.split()[0] for line in lines[3:9]] == list(document_scores({}, {"q": {"a": 1}}))
    assert "recall@100            1.000   1.000 to 1.000           2" in lines
    assert lines[-1].startswith("seconds a search: 0.")


def test_a_document_is_placed_by_its_best_passage():
    """More passages than a first search asks for, so that it has to ask again."""

    limits = []

    class Many:
        def search(self, text, limit):
            limits.append(limit)
            hits = [hit("long", n, n + 1) for n in range(250)] + [hit("short", 0, 5)]
            return [*hits, hit("long", 300, 310)][:limit]

    found = retrieval.search(Many(), "?", retrieval.DEEPEST)
    assert found.documents == ("long", "short")
    assert limits == [200, 400]
    assert len(found.hits) == 252


def test_at_most_a_hundred_documents_are_ranked():
    class Wide:
        def search(self, text, limit):
            return [hit(f"d{n}", 0, 5) for n in range(limit)]

    assert len(retrieval.search(Wide(), "?", retrieval.DEEPEST).documents) == 100


# Metrics of spans


def test_spans_are_scored_by_characters():
    evidence = [Span("a", 100, 200), Span("b", 0, 50)]
    hits = [hit("a", 150, 250), hit("c", 0, 100)]
    recall, precision, iou = span_scores(evidence, hits, 4000)
    assert (recall, precision, iou) == (50 / 150, 50 / 200, 50 / 300)


def test_passages_are_taken_until_the_next_one_does_not_fit():
    evidence = [Span("a", 0, 100)]
    hits = [hit("b", 0, 60), hit("a", 0, 50), hit("a", 50, 90), hit("c", 0, 1)]
    assert span_scores(evidence, hits, 109) == (0, 0, 0)
    assert span_scores(evidence, hits, 110) == (50 / 100, 50 / 110, 50 / 160)
    assert span_scores(evidence, hits, 149) == (50 / 100, 50 / 110, 50 / 160)
    assert span_scores(evidence, hits, 150) == (90 / 100, 90 / 150, 90 / 160)
    assert span_scores(evidence, hits, 151) == (90 / 100, 90 / 151, 90 / 161)
    assert span_scores(evidence, hits, 59) == span_scores(evidence, hits, 0) == (0, 0, 0)


def test_a_character_counts_once():
    assert covered([Span("a", 0, 10), Span("a", 5, 20), Span("a", 6, 7), Span("b", 5, 6)]) == 21
    hits = [hit("a", 0, 10), hit("a", 5, 15)]
    assert span_scores([Span("a", 0, 15), Span("a", 3, 9)], hits, 4000) == (1, 1, 1)


def located(given, **question):
    write(given / "located.jsonl", [{"id": "q1", "text": QUESTIONS["q1"], **question}])
    return ("corpus.jsonl", "located.jsonl")


def test_with_spans_no_qrels_are_needed(run, given):
    evidence = [{"doc_id": "port", "start": 0, "end": 40}]
    files = located(given, evidence=evidence)
    most = len(CORPUS["port"])
    code, out, err = run("--spans", "--characters", most, "--json", files=files)
    assert (code, err) == (0, "")
    shown = json.loads(out)
    means = {name: each["mean"] for name, each in shown["metrics"].items()}
    assert means == {
        "character_recall": 1.0,
        "character_precision": round(40 / most, 6),
        "character_iou": round(40 / most, 6),
    }
    assert shown["options"]["characters"] == most


def test_spans_and_documents_are_scored_in_one_run(run, given, library_of_metrics):
    files = located(given, evidence=[{"doc_id": "port", "start": 0, "end": 40}])
    _, out, _ = run("--spans", files=(*files, "qrels.tsv"))
    assert "MRR@10" in out
    assert "character iou" in out


@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        ([{"doc_id": "port", "start": 0, "end": 400}], "'port' has 65 characters"),
        ([{"doc_id": "port", "start": 9, "end": 9}], "no span"),
        ([{"doc_id": "port", "start": "0", "end": 9}], "no span"),
        ([{"doc_id": "port", "start": True, "end": 9}], "no span"),
        ([{"start": 0, "end": 9}], "no span"),
        (["port"], "no span"),
        ("port", "no list"),
    ],
)
def test_evidence_that_is_none_is_told_with_its_line(run, given, evidence, told):
    assert fails(run("--spans", files=located(given, evidence=evidence)), "located.jsonl:1:", told)


def test_without_spans_the_evidence_of_other_kinds_is_no_matter(run, given, library_of_metrics):
    files = (*located(given, evidence=[{"sentence": 3}]), "qrels.tsv")
    assert run(files=files)[0] == 0


# Wrong input


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "no valid JSON"),
        ("[" * 100_000, "no valid JSON"),
        ("[]", "no JSON object"),
        ('{"text": "Why?"}', "`id` is missing"),
        ('{"id": true, "text": "Why?"}', "`id` is missing"),
        ('{"id": "q2"}', "`text` (or `question`)"),
        ('{"id": "q2", "text": " "}', "`text` (or `question`)"),
        ('{"id": "q2", "text": "Why \\ud800?"}', "lone surrogate"),
        ('{"id": "q1", "text": "Why?"}', "earlier line"),
    ],
)
def test_a_wrong_question_is_told_with_its_line(run, given, library_of_metrics, line, told):
    (given / "questions.jsonl").write_text('{"id": "q1", "text": "Who?"}\n\n' + line + "\n")
    assert fails(run(), "questions.jsonl:3: ", told)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("q1\tport", "separated by tabs"),
        ("q1\tport\t1\t2\t3", "separated by tabs"),
        ("q1\t\t1", "separated by tabs"),
        ("q1\tport\tyes", "'yes' is no whole number"),
        ("q1\tport\t0.5", "'0.5' is no whole number"),
        ("q1\tport\tnan", "'nan' is no whole number"),
        ("q1\tport\tinf", "'inf' is no whole number"),
        ("q2\tmine\t0", "judged otherwise"),
    ],
)
def test_a_wrong_judgement_is_told_with_its_line(run, given, library_of_metrics, line, told):
    (given / "qrels.tsv").write_text(f"q2\tmine\t1\n{line}\n")
    assert fails(run(), "qrels.tsv:2: ", told)


def test_a_first_judgement_that_is_no_header_is_told(run, given, library_of_metrics):
    (given / "qrels.tsv").write_text("q1\tport\tone\n")
    assert fails(run(), "qrels.tsv:1: ")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("questions.jsonl", "\n", "holds no question"),
        ("questions.jsonl", b"\xff\xfe", "no UTF-8 text"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\n", "holds no judgement"),
        ("qrels.tsv", "q9\tport\t1\n", "no question has a judgement"),
        ("qrels.tsv", "q1\tport\t0\n", "no question has a judgement"),
        ("qrels.tsv", "q1\tnowhere.txt\t1\n", "'nowhere.txt'"),
        ("corpus.jsonl", "{}\n", "no document that can be read"),
    ],
)
def test_files_with_nothing_to_measure_are_told(
    run, given, library_of_metrics, name, content, told
):
    (given / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert fails(run(), told)


@pytest.mark.parametrize("place", range(3))
def test_a_file_that_is_missing_is_told(run, library_of_metrics, place):
    files = ["corpus.jsonl", "questions.jsonl", "qrels.tsv"]
    files[place] = "missing"
    assert fails(run(files=files), "missing")


def test_nothing_to_score_by_is_told(run):
    assert fails(run(files=("corpus.jsonl", "questions.jsonl")), "--spans")


def test_a_half_without_questions_is_told(run, given, library_of_metrics):
    (given / "qrels.tsv").write_text("q1\tport\t1\n")
    empty = [half for half in ("even", "odd") if run("--half", half)[0] != 0]
    assert len(empty) == 1
    assert fails(run("--half", empty[0]), f"the {empty[0]} half has no question")


def test_a_run_that_cannot_be_written_is_told_before_the_work(run, given, library_of_metrics):
    assert fails(run("--run", given / "no" / "run"), "no such folder")
    assert fails(run("--run", given), "name another file")


def test_without_the_library_the_remedy_is_told_and_spans_are_scored(run, given, monkeypatch):
    monkeypatch.setitem(sys.modules, "pytrec_eval", None)
    assert fails(run(), "pip install 'assistant[eval]'")
    files = located(given, evidence=[{"doc_id": "port", "start": 0, "end": 40}])
    assert run("--spans", files=files)[0] == 0


def test_what_is_left_out_is_counted_and_told(run, given, library_of_metrics):
    write(given / "questions.jsonl", [{"id": q, "question": "Who lent?"} for q in ("q1", "q2")])
    (given / "qrels.tsv").write_text("q1\tport\t1\nq1\tgone\t1\nq9\tmine\t1\nq2\tport\t0\n")
    with (given / "corpus.jsonl").open("a") as corpus:
        corpus.write("no JSON\n")
    code, out, err = run("--json")
    shown = json.loads(out)
    assert code == 0
    skipped, *told = err.splitlines()
    assert skipped.startswith("skipped corpus.jsonl:5: ")
    assert told == [
        "left out: 1 question without a judgement",
        "1 judged question not in QUESTIONS, the first is 'q9'",
        "1 judged document not in CORPUS, the first is 'gone'",
    ]
    counts = ("questions", "unjudged", "unknown_questions", "unknown_documents")
    assert [shown[name] for name in counts] == [1, 1, 1, 1]
    assert shown["metrics"]["recall@100"]["mean"] == 0.5


# Reading


def test_judgements_are_read_in_both_forms(tmp_path):
    expected = {"q 1": {"a b.txt": 2}, "q2": {"c": 0}}
    (tmp_path / "tabs").write_bytes(b"\xef\xbb\xbfqid\tdoc\trel\r\nq 1\ta b.txt\t2\r\n\nq2\tc\t0\n")
    assert load_qrels(tmp_path / "tabs", {"q 1"}) == expected
    (tmp_path / "trec").write_text("q1 0 a 2\nq2  Q0  c  0.0\nq1 0 a 2\n")
    assert load_qrels(tmp_path / "trec", set()) == {"q1": {"a": 2}, "q2": {"c": 0}}


def test_questions_are_read_with_either_name_and_ids_that_are_numbers(tmp_path):
    write(tmp_path / "q", [{"id": 7, "question": "Who?"}, {"id": "b", "text": "Why?"}])
    questions = load_questions(tmp_path / "q")
    assert [(q.id, q.text) for q in questions] == [("7", "Who?"), ("b", "Why?")]


def test_a_question_stays_in_its_half_whatever_else_is_there():
    questions = [Question(f"q{n}", "?") for n in range(100)]
    even = pick(questions, half="even", sample=None, seed=0)
    odd = pick(questions, half="odd", sample=None, seed=0)
    assert sorted(q.id for q in even + odd) == sorted(q.id for q in questions)
    assert 30 < len(even) < 70
    fewer = pick(questions[::-3], half="even", sample=None, seed=0)
    assert set(fewer) == set(even) & set(questions[::-3])


def test_a_sample_hangs_on_its_seed_and_keeps_the_order():
    questions = [Question(f"q{n}", "?") for n in range(100)]
    first = pick(questions, half=None, sample=10, seed=1)
    assert first == pick(questions, half=None, sample=10, seed=1)
    assert first != pick(questions, half=None, sample=10, seed=2)
    assert (len(first), first) == (10, sorted(first, key=questions.index))
    assert pick(questions, half=None, sample=1000, seed=1) == questions


# Figures and files


def test_an_interval_is_the_same_at_each_run_and_holds_the_mean():
    values = [0.0, 1.0] * 50
    first = figure(values, 0)
    assert first == figure(values, 0)
    assert first.low < first.mean == 0.5 < first.high
    # A hundred coins: the standard error of their mean is 0.05.
    assert first.low == pytest.approx(0.5 - 1.96 * 0.05, abs=0.02)
    assert first.high == pytest.approx(0.5 + 1.96 * 0.05, abs=0.02)
    assert figure([0.25], 0).to_dict() == {"mean": 0.25, "low": 0.25, "high": 0.25, "questions": 1}


def test_a_run_is_one_that_other_tools_read(library_of_metrics):
    text = run_text({"q 1": ["b c.txt", "a"], "q2": ["a\u2003b"]})
    assert text == (
        "q%201 Q0 b%20c.txt 1 2 assistant\n"
        "q%201 Q0 a 2 1 assistant\n"
        "q2 Q0 a%E2%80%83b 1 1 assistant\n"
    )
    assert library_of_metrics.parse_run(text.splitlines())["q%201"] == {"b%20c.txt": 2, "a": 1}


# The index


def snapshot(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_the_users_own_index_is_left_alone_and_the_temporary_one_deleted(
    run, index, tmp_path, monkeypatch, library_of_metrics
):
    monkeypatch.setenv("ASSISTANT_INDEX", str(index))
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    before = snapshot(index)
    assert run()[0] == 0
    assert snapshot(index) == before
    assert list((tmp_path / "scratch").iterdir()) == []


def test_an_index_that_holds_something_else_is_refused_and_unchanged(
    run, index, library_of_metrics
):
    with Assistant.open(index) as assistant:
        before = assistant.status()
    assert fails(run("--index", index), "is not CORPUS", "name a new folder")
    with Assistant.open(index) as assistant:
        assert assistant.status() == before


def test_a_named_index_is_kept_and_brought_up_to_date(run, given, tmp_path, library_of_metrics):
    kept = tmp_path / "kept"
    assert run("--index", kept)[1].startswith("2 questions, 4 documents")
    with (given / "corpus.jsonl").open("a") as corpus:
        corpus.write(json.dumps({"id": "new", "title": "New", "text": "A new bridge."}) + "\n")
    with Assistant.open(kept) as assistant:
        before = assistant.status().generation
    assert run("--index", kept)[1].startswith("2 questions, 5 documents")
    with Assistant.open(kept) as assistant:
        again = assistant.status().generation
    assert again > before
    assert run("--index", kept)[0] == 0
    with Assistant.open(kept) as assistant:
        assert assistant.status().generation == again


def test_a_folder_of_files_is_named_by_relative_paths(run, given, library_of_metrics):
    (given / "files" / "sub").mkdir(parents=True)
    (given / "files" / "sub" / "port.txt").write_text(CORPUS["port"])
    (given / "files" / "mine.md").write_text(CORPUS["mine"])
    (given / "qrels.tsv").write_text("q1\tsub/port.txt\t1\nq2\tmine.md\t1\n")
    code, out, _ = run("--json", files=("files", "questions.jsonl", "qrels.tsv"))
    assert code == 0
    assert json.loads(out)["metrics"]["recall@1"]["mean"] == 1.0


# The command


def test_eval_without_a_command_shows_its_help_as_a_usage_error(capsys):
    with pytest.raises(SystemExit) as left:
        app.main(["eval"])
    shown = capsys.readouterr()
    assert (left.value.code, shown.out) == (2, "")
    assert "retrieval" in shown.err


@pytest.mark.parametrize("options", [["--half", "left"], ["--sample", "0"], ["--seed", "-1"]])
def test_wrong_options_are_told(run, options):
    assert fails(run(*options), "See assistant eval retrieval --help.")


def test_progress_shows_on_a_terminal_alone(run, monkeypatch, library_of_metrics):
    assert run()[2] == ""
    monkeypatch.setattr(progress, "is_terminal", lambda stream: True)
    err = run()[2]
    assert "question 1 of 2" in err
    assert err.endswith("\r\x1b[2K")


def test_ctrl_c_exits_with_130_and_deletes_the_temporary_index(given, library_of_metrics):
    scratch = given / "scratch"
    scratch.mkdir()
    many = ({"id": f"d{n}", "title": "T", "text": f"Sentence {n}. " * 90} for n in range(2000))
    write(given / "corpus.jsonl", many)
    (given / "qrels.tsv").write_text("q1\td1\t1\n")
    files = [str(given / name) for name in ("corpus.jsonl", "questions.jsonl", "qrels.tsv")]
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "eval", "retrieval", *files],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(scratch)},
    ) as running:
        try:
            wait_for(lambda: list(scratch.glob("*/catalogue.sqlite3")))
            running.send_signal(signal.SIGINT)
            shown = running.communicate(timeout=20)
        finally:
            running.kill()
    assert (running.returncode, shown) == (130, ("", ""))
    assert list(scratch.iterdir()) == []


def test_measuring_needs_no_files(given, quick_start, library_of_metrics):
    """The same from Python, for those who have their questions elsewhere."""
    task = Task((Question("q", QUESTIONS["q1"]),), {"q": {"port": 1}})
    corpus = given / "corpus.jsonl"
    with retrieval.opened(corpus, None) as assistant:
        assistant.index([corpus])
        measured = retrieval.measure(assistant, task)
    assert measured.figures["MRR@10"].mean == 1.0
    assert measured.rankings["q"][0] == "port"


def test_the_library_is_asked_for_only_where_documents_are_scored(monkeypatch):
    monkeypatch.setitem(sys.modules, "pytrec_eval", None)
    assert document_scores({"q": ["a"]}, {}) == {}
    with pytest.raises(UsageError, match="pip install"):
        document_scores({"q": ["a"]}, {"q": {"a": 1}})
