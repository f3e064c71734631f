"""`assistant ask --batch` as it is typed: its lines, its going on, its ends."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from referencing import Registry, Resource

import assistant
from assistant import Assistant
from assistant.cli import app
from tests.cli.chat.terminal import CTRL_C, Terminal
from tests.fake_openai import Failure, Hang, Reply
from tests.waiting import wait_for

DATA = Path(assistant.__file__).parent / "data"
TARIFF = "What tariff has Trump threatened, and by when?"
DEAL = "How large is the agreement with Australia?"
TOKYO = "How long will Trump stay in Tokyo?"
YES = Reply("Yes: Trump threatened a 100% tariff on Chinese products by November 1. [1]")
TRIP = "Does the trip include Japan?"


@pytest.fixture
def run(monkeypatch, capsys, quick_start, index, tmp_path):
    """`assistant ask --batch` in the folder of the test, over the index of shipped documents."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSISTANT_INDEX", str(index))

    def go(*arguments, questions=(), stdin=b"", llm="none"):
        if questions:
            Path("q.jsonl").write_text(
                "".join(
                    json.dumps(q if isinstance(q, dict) else {"question": q}) + "\n"
                    for q in questions
                )
            )
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as left:
            app.main(["ask", "--llm", llm, *map(str, arguments)])
        shown = capsys.readouterr()
        return left.value.code, shown.out, shown.err

    return go


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def kept():
    return lines(Path("out.jsonl").read_text())


def without_times(told):
    """An answer without what differs from run to run: times, and what a cache happened to hold."""
    usage = {name: n for name, n in told["usage"].items() if name != "cached_tokens"}
    kept = {name: value for name, value in told.items() if name not in ("timings", "id", "asked")}
    return kept | {"usage": usage}


TO_FILE = ("--batch", "q.jsonl", "--out", "out.jsonl")
AGAIN = (*TO_FILE, "--resume")


# Lines


def test_each_line_is_the_answer_that_a_single_question_gets(run, index, quick_start):
    asked = [
        {"question": TARIFF, "id": "t"},
        DEAL,
        TOKYO,
        {"question": "And by what date?", "history": [TARIFF]},
        {"question": TRIP, "only": "*.txt"},
    ]
    code, out, err = run("--batch", "q.jsonl", questions=asked)
    assert code == 0
    assert err.startswith("5 questions in ")
    assert err.endswith(" s: 4 answered, 1 refused.\n")
    with Assistant.open(index, llm="none") as single:
        alone = [
            single.ask(TARIFF),
            single.ask(DEAL),
            single.ask(TOKYO),
            single.ask("And by what date?", history=[TARIFF]),
            single.ask(TRIP, only="*.txt"),
        ]
    told = lines(out)
    assert [without_times(t) for t in told] == [without_times(a.to_dict()) for a in alone]
    assert [t["id"] for t in told] == ["t", 2, 3, 4, 5]
    assert [t.get("asked") for t in told] == [
        *(None, None, None),
        {"history": [TARIFF]},
        {"only": ["*.txt"]},
    ]


def test_a_model_gives_a_batch_what_it_gives_single_questions(run, index, fake_openai, quick_start):
    fake_openai.otherwise = YES
    _, out, _ = run("--batch", "q.jsonl", questions=[TARIFF, DEAL], llm=fake_openai.spec)
    batch = fake_openai.chats
    fake_openai.requests.clear()
    with Assistant.open(index, llm=fake_openai.spec) as single:
        alone = [single.ask(TARIFF), single.ask(DEAL)]
    assert fake_openai.chats == batch
    assert [without_times(t) for t in lines(out)] == [without_times(a.to_dict()) for a in alone]


@pytest.mark.local
def test_the_local_model_gives_a_batch_what_it_gives_single_questions(run, index, quick_start):
    """What it keeps of one question must not colour the next one's answer."""
    questions = [TARIFF, DEAL]
    _, out, _ = run("--batch", "q.jsonl", questions=questions, llm="local")
    alone = []
    for question in questions:
        with Assistant.open(index, llm="local") as single:
            alone.append(single.ask(question))
    assert [without_times(t) for t in lines(out)] == [without_times(a.to_dict()) for a in alone]


def test_every_line_has_the_published_shape(run):

    answer = json.loads((DATA / "answer-1.schema.json").read_text())
    registry = Registry().with_resource("answer-1.schema.json", Resource.from_contents(answer))
    schema = json.loads((DATA / "batch-1.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema, registry=registry)
    asked = [
        {"question": TARIFF, "id": "t", "history": [["Who?", "Trump."]], "since": "2020"},
        {"question": TOKYO, "only": ["*.txt"], "until": "2030"},
        {"question": DEAL, "only": "nowhere"},
        DEAL,
    ]
    code, out, _ = run("--batch", "q.jsonl", "--no-strict", questions=asked)
    assert code == 2
    told = lines(out)
    assert {"error" in t for t in told} == {True, False}
    for each in told:
        validator.validate(each)
        if "error" not in each:
            plain = {k: v for k, v in each.items() if k not in ("id", "asked")}
            jsonschema.validate(plain, answer)
    assert set(schema["properties"]) == {"id", "error", "asked", *answer["properties"]}
    good, failed = told[-1], next(t for t in told if "error" in t)
    for wrong in (
        good | {"error": "both"},
        good | {"other": 1},
        good | {"status": "perhaps"},
        {k: v for k, v in good.items() if k != "id"},
        {k: v for k, v in good.items() if k != "citations"},
        {k: v for k, v in failed.items() if k != "error"},
    ):
        assert not validator.is_valid(wrong)


def test_questions_are_read_from_standard_input_in_words(run):
    code, out, _ = run("--batch", "-", stdin=f"{TARIFF}\n\n{TOKYO}\n".encode())
    assert code == 0
    assert [(t["id"], t["status"]) for t in lines(out)] == [
        (1, "answered"),
        (3, "not_in_documents"),
    ]


def test_filters_typed_with_a_batch_hold_for_all_its_questions(run):
    code, out, _ = run("--batch", "q.jsonl", "--only", "nowhere", questions=[TARIFF, DEAL])
    assert code == 2
    assert all("no document matches --only 'nowhere'" in t["error"] for t in lines(out))


# What cannot be done


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((*TO_FILE, "Who?"), "--batch and a question exclude each other"),
        (("--out", "x", "Who?"), "--out goes with --batch FILE"),
        (("--resume",), "--resume goes with --batch FILE"),
        (("--batch", "q.jsonl", "--resume"), "name it by --out"),
        (("--batch", "q.jsonl", "--out", "-", "--resume"), "name it by --out"),
        (("--batch", "none.txt"), "none.txt cannot be read"),
        (("--batch", "q.jsonl", "--out", "no/such/folder"), "cannot be written"),
        (("--batch", "q.jsonl", "--since", "June"), "--since 'June' is no date"),
        ((), "no question is given; see assistant ask --help."),
    ],
)
def test_what_cannot_be_done_is_told_before_anything_is_asked(run, arguments, told):
    code, out, err = run(*arguments, questions=[TARIFF])
    assert (code, out) == (2, "")
    assert err.startswith("assistant: ")
    assert err.count("\n") == 1
    assert told in err


def test_a_faulty_line_costs_no_question(run, fake_openai):
    faulty = {"question": DEAL, "onyl": "x\x1b[31m"}
    code, out, err = run("--batch", "q.jsonl", questions=[TARIFF, faulty], llm=fake_openai.spec)
    assert (code, out, fake_openai.requests) == (2, "", [])
    assert err == "assistant: q.jsonl:2: `onyl` is unknown; write `only`.\n"


# Failures


def test_a_request_that_is_refused_costs_that_question_alone(run, fake_openai):
    fake_openai.script = [YES, Failure(400, "content filter"), YES]
    asked = [TARIFF, DEAL, TARIFF]
    code, _, err = run(*TO_FILE, questions=asked, llm=fake_openai.spec)
    assert code == 2
    kinds = ["error" if "error" in t else t["status"] for t in kept()]
    assert kinds == ["answered", "error", "answered"]
    assert "2 answered, 0 refused, 1 failed; in out.jsonl; lines with `error` say why" in err
    fake_openai.script = [YES]
    code, _, err = run(*AGAIN, llm=fake_openai.spec)
    assert code == 0
    assert "3 questions (2 of them before)" in err
    assert [t["id"] for t in kept()] == [1, 3, 2]
    assert not any("error" in t for t in kept())


def test_what_is_kept_of_a_failure_holds_no_password(run, fake_openai):
    fake_openai.otherwise = Failure(400, "no route to https://me:pw-secret@models.example")
    run(*TO_FILE, questions=[TARIFF], llm=fake_openai.spec)
    (told,) = kept()
    assert "https://***@models.example" in told["error"]


def test_a_server_that_refuses_everything_ends_the_run(run, fake_openai):
    fake_openai.otherwise = Failure(400, "no such parameter")
    code, _, err = run(*TO_FILE, questions=[TARIFF, DEAL, TOKYO, TRIP, DEAL], llm=fake_openai.spec)
    assert code == 5
    assert "refused the request" in err
    assert "run it again with --resume" in err
    assert err.count("\n") == 1
    assert sum("error" in t for t in kept()) == 3


@pytest.mark.parametrize("failure", [Failure(401, "no key"), Failure(404, "gone")])
def test_what_concerns_all_ends_the_run_and_it_goes_on_from_there(run, fake_openai, failure):
    fake_openai.script = [YES, failure]
    code, _, err = run(*TO_FILE, questions=[TARIFF, DEAL, TOKYO], llm=fake_openai.spec)
    assert code == 5
    assert "1 of 3 questions asked, kept in out.jsonl; run it again with --resume." in err
    assert err.count("\n") == 1
    with Path("out.jsonl").open("a") as file:
        file.write('{"id": 2, "vers')  # what a machine that lost its power leaves
    asked = len(fake_openai.chats)
    fake_openai.otherwise = YES
    code, _, err = run(*AGAIN, llm=fake_openai.spec)
    assert code == 0
    assert [t["id"] for t in kept()] == [1, 2, 3]
    texts = [chat["messages"][-1]["content"] for chat in fake_openai.chats[asked:]]
    assert not any(TARIFF in text for text in texts)
    before = Path("out.jsonl").read_bytes()
    assert run(*AGAIN, llm=fake_openai.spec)[0] == 0
    assert Path("out.jsonl").read_bytes() == before


def test_an_index_that_cannot_be_used_ends_the_run_before_its_first_question(run, index):
    (index / "catalogue.sqlite3").write_bytes(b"no database" * 1000)
    code, _, err = run(*TO_FILE, questions=[TARIFF])
    assert code == 4
    assert "0 of 1 question asked" in err
    assert run(*TO_FILE)[0] == 4  # nothing was kept, so nothing is in the way


def test_lines_that_cannot_be_written_end_the_run(run):
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    Path("out.jsonl").symlink_to("/dev/full")
    code, _, err = run(*TO_FILE, questions=[TARIFF])
    assert code == 2
    assert "cannot be written: No space left on device; make room, and run it again" in err


# Going on


def test_a_file_of_something_else_is_refused_and_left_alone(run, fake_openai):
    assert run(*TO_FILE, questions=[TARIFF, {"question": DEAL, "id": "d"}])[0] == 0
    before = Path("out.jsonl").read_bytes()

    def refused(told, *arguments, **options):
        code, out, err = run(*(arguments or AGAIN), **options)
        assert (code, out) == (2, "")
        assert told in err
        assert Path("out.jsonl").read_bytes() == before

    refused("is there already; add --resume", *TO_FILE)
    refused("was 'What tariff", questions=[TOKYO])
    refused("its id '1' is none of these", questions=[{"question": TARIFF, "id": "other"}])
    refused("none answered 1, not ", questions=[TARIFF], llm=fake_openai.spec)
    refused("other filters", *AGAIN, "--since", "2020")
    refused("other filters, history or strictness", *AGAIN, "--no-strict")
    own = [TARIFF, {"question": DEAL, "id": "d", "history": ["Why?"]}]
    refused("'d' was asked with other filters, history", questions=own)
    for other in ('{"id": "1", "question": "q", "model": "m"}\n', "torn", "[]\n", '{"id": 1}\n'):
        Path("out.jsonl").write_text(other)
        before = Path("out.jsonl").read_bytes()
        refused("holds something else than a run's lines", questions=[TARIFF])


def test_questions_that_are_added_are_asked_and_no_others(run):
    assert run(*TO_FILE, questions=[TARIFF])[0] == 0
    first = kept()
    code, _, err = run(*AGAIN, questions=[TARIFF, TOKYO])
    assert code == 0
    assert err.startswith("2 questions (1 of them before) in ")
    assert "1 answered, 1 refused; in out.jsonl." in err
    assert kept()[:1] == first
    assert [t["id"] for t in kept()] == [1, 2]


def test_a_question_that_failed_may_be_put_right(run):
    assert run(*TO_FILE, questions=[{"question": TARIFF, "only": "nowhere"}, TOKYO])[0] == 2
    os.chmod("out.jsonl", 0o600)
    code, _, _ = run(*AGAIN, questions=[TARIFF, TOKYO])
    assert code == 0
    assert [(t["id"], t["status"]) for t in kept()] == [(2, "not_in_documents"), (1, "answered")]
    assert list(Path().glob("out.jsonl*")) == [Path("out.jsonl")]
    assert Path("out.jsonl").stat().st_mode & 0o777 == 0o600


def test_ctrl_c_keeps_what_is_answered_and_says_how_to_go_on(run, index, fake_openai, tmp_path):
    fake_openai.script = [YES, Hang()]
    Path("q.txt").write_text(f"{TARIFF}\n{DEAL}\n")
    command = ["--batch", "q.txt", "--out", "out.jsonl", "--llm", fake_openai.spec]
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "ask", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(assistant.__file__).parents[1])},
    ) as running:
        try:
            wait_for(lambda: len(fake_openai.chats) == 2)
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=60)
        finally:
            running.kill()
    assert (running.returncode, out) == (130, "")
    assert err == (
        "Stopped: 1 of 2 questions asked, kept in out.jsonl; run it again with --resume.\n"
    )
    assert [t["id"] for t in kept()] == [1]


# What a person sees


def test_a_bar_shows_counts_at_a_terminal_and_is_gone_at_the_end(
    index, tmp_path, fake_openai, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    Path("q.txt").write_text(f"{TARIFF}\n{TOKYO}\n{DEAL}\n")
    fake_openai.script = [YES, Reply("No."), Hang()]
    command = ("ask", "--batch", "q.txt", "--out", "o", "--llm", fake_openai.spec)
    with Terminal(*command, "--index", index, columns=100, rows=24) as terminal:
        terminal.see("2/3 1 answered, 1 refused")
        assert "Asking" in terminal.text
        terminal.type(CTRL_C)
        assert terminal.end() == 130
    left = [row.strip() for row in terminal.lines if row.strip() not in ("", "^C")]
    assert left == ["Stopped: 2 of 3 questions asked, kept in o; run it again with --resume."]


def test_thousands_of_questions_are_read_and_gone_on_with_in_bounded_memory(tmp_path):
    """What is kept of an answered question is a small part of its line."""
    from assistant.evaluation.batch import open_log

    line = {
        "version": 1,
        "standalone_question": TARIFF,
        "question": TARIFF,
        "model": "none",
        "status": "answered",
        "text": "x" * 20_000,
    }
    path = tmp_path / "out.jsonl"
    with path.open("w") as file:
        for number in range(2000):
            file.write(json.dumps({"id": number, **line}) + "\n")
    program = (
        "import resource, sys, pathlib\n"
        "from assistant.evaluation.batch import open_log\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = peak()\n"
        "log = open_log(pathlib.Path(sys.argv[1]), resume=True)\n"
        "print(len(log.known), (peak() - before) // 1024)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    known, megabytes = map(int, ran.stdout.split())
    assert known == 2000
    assert megabytes < 12  # the file has 40
    open_log(path, resume=True).close()
