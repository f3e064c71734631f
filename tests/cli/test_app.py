import csv
import importlib.metadata
import io
import json
import os
import pty
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

import assistant
from assistant.cli import app
from assistant.settings import shipped
from tests.cli.chat.terminal import Terminal
from tests.fake_openai import Drop, Failure, Hang, Raw, Reply
from tests.waiting import wait_for
from tests.web_server import reply as served

SCHEMA = Path(assistant.__file__).parent / "data" / "answer-1.schema.json"
TARIFF = "What tariff has Trump threatened, and by when?"
YES = Reply(
    "Yes: Trump threatened a 100% tariff on Chinese products by November 1 if Beijing does not "
    "ease its restrictions. [1]"
)
INVENTED = Reply(
    "Yes: Trump threatened a 75% tariff on Chinese products by May 9. [1]",
    first={"Yes": 0.8, "No": 0.2},  # not so sure that the sentence itself would be quoted
)
HEAVY = (
    "openai chromadb chromadb_rust_bindings llama_index onnxruntime tokenizers numpy pydantic "
    "xllamacpp rich httpx pytrec_eval"
).split()


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch, capsys, quick_start):
    """The program as the console script runs it, in this process."""

    def go(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as left:
            app.main([str(a) for a in arguments])
        shown = capsys.readouterr()
        return Ran(left.value.code, shown.out, shown.err)

    return go


@pytest.fixture
def ask(run, index, fake_openai):
    """`assistant ask` of the scripted model."""

    def go(*arguments, stdin=b""):
        return run("ask", "--index", index, "--llm", fake_openai.spec, *arguments, stdin=stdin)

    return go


def one_line(ran, *parts):
    """Whether standard error is one line of the program's own that holds the parts."""
    assert ran.err.startswith("assistant: ")
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err
    for part in parts:
        assert part in ran.err
    return True


def process(*arguments, **options):
    """The program as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "assistant", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        **options,
    )


# The command line


def test_importing_the_command_loads_none_of_the_heavy_parts():
    program = f"import sys, assistant.cli.app; print([m for m in {HEAVY} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.stdout.strip() == "[]"


def test_help_shows_examples_and_exit_codes_and_loads_nothing_heavy():
    program = (
        "import sys, atexit, assistant.cli.app;"
        f"atexit.register(lambda: print([m for m in {HEAVY} if m in sys.modules]));"
        "assistant.cli.app.main(['--help'])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.returncode == 0
    assert ran.stdout.endswith("[]\n")
    assert "Examples:" in ran.stdout
    for code in ("0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "6 ", "130 "):
        assert f"\n    {code}" in ran.stdout


def test_the_version_is_the_one_of_the_package(run):
    assert run("--version").out == f"assistant {assistant.__version__}\n"


def test_the_installed_version_is_the_one_shown():
    try:
        installed = importlib.metadata.version("assistant")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("the package is not installed here")
    assert installed == assistant.__version__


def test_no_command_shows_the_help_as_a_usage_error(run):
    ran = run()
    assert (ran.code, ran.out) == (2, "")
    assert "Usage: assistant" in ran.err


@pytest.mark.parametrize(
    ("arguments", "help_"),
    [
        (["nonsense"], "See assistant --help."),
        (["--nonsense"], "See assistant --help."),
        (["ask"], "see assistant ask --help."),
        (["ask", "--nonsense\x1b[31m", "x"], "See assistant ask --help."),
        (["search", "x", "--limit", "0"], "See assistant search --help."),
        (["search", "x", "--limit", "many"], "See assistant search --help."),
        (["status", "extra"], "See assistant status --help."),
        (["serach", "x"], "No such command 'serach'. Did you mean 'search'? See assistant --help."),
        (["eval", "answrs"], "'answrs'. Did you mean 'answers'? See assistant eval --help."),
        (["ask", "--ony", "x", "y"], "(Possible options: --json, --only, --out). See"),
        (["--debgu"], "--debgu (Possible options: --debug). See assistant --help."),
        (["ask", "--llm"], "'--llm' requires an argument. See assistant --help."),
        (["sources", "--sort", "dat"], "'--sort': 'dat' is not one of 'id', 'date'. See"),
    ],
)
def test_a_wrong_command_line_is_one_line_with_the_remedy(run, arguments, help_):
    ran = run(*arguments)
    assert ran.code == 2
    assert one_line(ran, help_)
    assert "\x1b" not in ran.err


# Asking


def test_an_answer_is_printed_with_its_citations_and_exits_with_0(ask, fake_openai):
    fake_openai.script = [YES]
    ran = ask(*TARIFF.split())
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Trump threatened a 100% tariff")
    assert "[1] “In response, the president has threatened to impose a 100% tariff" in ran.out
    assert fake_openai.spec.split("@")[0] in ran.out.splitlines()[-1]
    assert "1 statement, 1 supported" in ran.out.splitlines()[-1]
    assert f"Question: {TARIFF}" in fake_openai.chats[0]["messages"][-1]["content"]


def test_what_the_documents_do_not_say_exits_with_3_and_shows_the_nearest(ask):
    ran = ask("What tariff has Trump threatened to put on Chilean wine?")
    assert (ran.code, ran.err) == (3, "")
    assert ran.out.startswith(
        "The documents do not say. Not found in them: Chilean.\n\nNearest passages:\n"
    )
    assert "[1]" not in ran.out


def test_an_invented_figure_gives_way_to_a_quote_and_is_shown_with_no_strict(ask, fake_openai):
    fake_openai.otherwise = INVENTED
    strict = ask(TARIFF)
    assert (strict.code, "75%" in strict.out) == (0, False)
    loose = ask("--no-strict", TARIFF)
    assert loose.code == 0
    assert "✗ contradicted: the cited words have 100%, not 75%" in loose.out
    assert "1 statement, 0 supported" in loose.out


@pytest.mark.parametrize(
    ("reply", "code", "status"),
    [
        (YES, 0, "answered"),
        (INVENTED, 0, "answered"),
        (Reply("No."), 3, "not_in_documents"),
    ],
)
def test_json_is_the_published_shape_and_nothing_else(ask, fake_openai, reply, code, status):
    fake_openai.script = [reply]
    ran = ask("--json", TARIFF)
    given = json.loads(ran.out)
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(given)
    assert (ran.code, ran.err, given["status"]) == (code, "", status)
    text = next(shipped("seeds").iterdir()).read_text(encoding="utf-8")
    for citation in given["citations"] + given["nearest"]:
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_the_published_shape_refuses_what_is_not_in_it(ask, fake_openai):
    fake_openai.script = [YES]
    given = json.loads(ask("--json", TARIFF).out)
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    for part in (given, given["statements"][0], given["citations"][0], given["usage"]):
        part["extra"] = 1
        assert not validator.is_valid(given)
        del part["extra"]
        name, value = part.popitem()
        assert not validator.is_valid(given)
        part[name] = value
    assert validator.is_valid(given)


def test_a_dash_reads_the_question_from_standard_input(ask, fake_openai):
    fake_openai.script = [YES]
    assert ask("-", stdin=b"\xef\xbb\xbf" + TARIFF.encode() + b"\r\n").code == 0
    assert fake_openai.chats[0]["messages"][-1]["content"].endswith(f"Question: {TARIFF}")


@pytest.mark.parametrize(
    ("words", "stdin", "told"),
    [
        ([""], b"", "empty"),
        ([" ", "\t"], b"", "empty"),
        (["-"], b"", "empty"),
        (["-"], b" \n", "empty"),
        (["-"], b"\xff\xfe\xfa", "not UTF-8"),
        (["what is \udcff"], b"", "not UTF-8"),
        (["x" * 100_000], b"", "100,000 characters"),
        (["-"], b"why " * 25_000, "99,999 characters"),
        (["-"], b"why " * 250_001, "1,000,000 bytes"),
    ],
)
def test_a_question_that_is_none_exits_with_2(ask, fake_openai, words, stdin, told):
    ran = ask(*words, stdin=stdin)
    assert (ran.code, ran.out) == (2, "")
    assert one_line(ran, told)
    assert fake_openai.requests == []


def test_the_first_question_on_a_fresh_machine_indexes_the_shipped_documents(run, tmp_path):
    ran = run("ask", "--index", tmp_path / "new", "--llm", "none", TARIFF)
    assert ran.code == 0
    assert "100% tariff" in ran.out
    assert ran.err.count("\n") == 1
    assert "no index" in ran.err


def test_an_index_that_a_server_embeds_is_made_and_then_used_without_naming_it(
    run, tmp_path, fake_openai
):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("The port of Ilo costs $2 billion to build.\n")
    place = ("--index", tmp_path / "i")
    ran = run("index", *place, "--embedding", fake_openai.spec, tmp_path / "docs")
    assert (ran.code, ran.err) == (0, "")
    question = "What does the port of Ilo cost to build?"
    ran = run("ask", *place, "--llm", "none", question)
    assert (ran.code, ran.err) == (0, "")
    assert "$2 billion" in ran.out
    assert "dense 1" in run("search", *place, "port").out
    assert fake_openai.embedded[-2:] == [[question], ["port"]]
    assert json.loads(run("status", *place, "--json").out)["embedding"] == fake_openai.spec
    for arguments in (("ask", "x"), ("search", "x"), ("status",), ("index",), ("chat",)):
        ran = run(*arguments, *place, "--embedding", "minilm", stdin=b"x\n")
        assert ran.code == 4
        assert one_line(ran, fake_openai.spec, "leave --embedding")


def test_an_embedding_spec_that_is_none_exits_with_2(run, index):
    ran = run("search", "--index", index, "--embedding", "gpt", "port")
    assert ran.code == 2
    assert one_line(ran, "'gpt'", "minilm, static, openai/<model>")


def test_an_embedding_server_that_refuses_exits_with_5(run, tmp_path, fake_openai):
    (tmp_path / "a.txt").write_text("The port of Ilo costs $2 billion to build.\n")
    fake_openai.embedding_otherwise = Failure(400, "no embeddings here")
    options = ("--index", tmp_path / "i", "--embedding", fake_openai.spec)
    ran = run("index", *options, tmp_path / "a.txt")
    assert (ran.code, ran.out) == (5, "")
    assert one_line(ran, "no embeddings here", "--embedding")


def test_the_environment_stands_in_for_the_options(run, index, fake_openai, monkeypatch):
    monkeypatch.setenv("ASSISTANT_INDEX", str(index))
    monkeypatch.setenv("ASSISTANT_LLM", fake_openai.spec)
    fake_openai.script = [YES]
    assert run("ask", TARIFF).code == 0
    assert len(fake_openai.chats) == 1


def test_escape_codes_in_documents_and_replies_do_not_reach_the_output(run, tmp_path, fake_openai):
    evil = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e"
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text(f"The port of Ilo{evil} costs $2 billion to build.\n")
    assert run("index", "--index", tmp_path / "i", tmp_path / "docs").code == 0
    fake_openai.otherwise = Reply(f"Yes: The port of Ilo costs{evil} $2 billion to build. [1]")
    options = ("--index", tmp_path / "i", "--llm", fake_openai.spec)
    question = "What does the port of Ilo cost to build?"
    for ran in (
        run("ask", *options, "--no-strict", question),
        run("ask", *options, "--json", question),
        run("search", "--index", tmp_path / "i", "port of Ilo"),
        run("search", "--index", tmp_path / "i", "--json", "port of Ilo"),
    ):
        assert "Ilo" in ran.out
        assert not set(ran.out) & set("\x1b\x07\x9b\u202e")


# Only some documents


@pytest.fixture
def dated(run, tmp_path):
    """The place of an index of two dated documents and one without a date."""
    (tmp_path / "docs" / "reports").mkdir(parents=True)
    for name, day, sum_ in (("june", "2026-06-03", 2), ("may", "2026-05-31", 9), ("old", None, 7)):
        front = f"---\ndate: {day}\n---\n\n" if day else ""
        folder = tmp_path / "docs" / ("reports" if day else "")
        text = f"{front}# Ports\n\nThe port of Ilo costs ${sum_} billion to build.\n"
        (folder / f"{name}.md").write_text(text)
    assert run("index", "--index", tmp_path / "i", tmp_path / "docs").code == 0
    return ("--index", tmp_path / "i")


ILO = "What does the port of Ilo cost to build?"


@pytest.mark.parametrize(
    ("filters", "sums"),
    [
        (["--only", "reports/*"], "29"),
        (["--only", "june.md", "--only=old*"], "27"),
        (["--since", "2026-06"], "2"),
        (["--until", "2026-05"], "9"),
        (["--only", "docs", "--since", "2026-05-31", "--until", "2026"], "29"),
    ],
)
def test_search_ask_and_chat_keep_to_the_documents_that_match(run, dated, filters, sums):
    told = [f"${sum_} billion" for sum_ in "297"]
    expected = {f"${sum_} billion" for sum_ in sums}
    found = run("search", *dated, *filters, ILO)
    assert {sum_ for sum_ in told if sum_ in found.out} == expected
    asked = run("ask", *dated, "--llm", "none", *filters, ILO)
    assert {sum_ for sum_ in told if sum_ in asked.out} == expected
    talked = run("chat", *dated, "--llm", "none", *filters, stdin=f"{ILO}\n{ILO}\n".encode())
    for sum_ in told:
        assert talked.out.count(sum_) == 2 * asked.out.count(sum_)
    assert (found.code, asked.code, talked.code) == (0, 0, 0)


@pytest.mark.parametrize("command", [["ask", ILO], ["search", ILO], ["chat"]])
@pytest.mark.parametrize(
    ("filters", "told"),
    [
        (["--only", "nothing*"], "no document matches --only 'nothing*'; "),
        (["--only", "old.md", "--since", "2020"], "a document without a date matches neither"),
        (["--only", "\x1b[31m"], "no document matches"),
        (["--only", ""], "give a glob"),
        (["--since", "June 3"], "--since 'June 3' is no date; give one like 2026-06-03"),
        (["--until", ""], "--until '' is no date"),
        (["--since", "2026", "--until", "2025"], "exchange the two"),
    ],
)
def test_a_filter_that_cannot_be_used_exits_with_2(run, dated, command, filters, told, monkeypatch):
    monkeypatch.setenv("ASSISTANT_LLM", "none")
    ran = run(*command, *dated, *filters, stdin=f"{ILO}\n".encode())
    assert (ran.code, ran.out) == (2, "")
    assert one_line(ran, told)
    assert "\x1b" not in ran.err


def test_a_filter_works_from_one_process_to_the_next(dated):
    ran = process("search", *dated, "--only", "RÉPORTS/*", "--only", "May.*", ILO)
    assert ran.returncode == 0
    assert "$9 billion" in ran.stdout
    assert "$2 billion" not in ran.stdout


@pytest.mark.parametrize("command", ["ask", "chat", "search", "verify"])
def test_help_tells_what_a_filter_matches(run, command):
    shown = " ".join(run(command, "--help").out.split())
    assert "'reports/*'" in shown
    assert "without a date is left out" in shown


# Drafts

RIGHT = (
    "Trump has threatened a 100% tariff on Chinese products by November 1 if Beijing does not "
    "ease its restrictions."
)
WRONG = RIGHT.replace("100%", "50%")


@pytest.fixture
def draft(tmp_path):
    path = tmp_path / "draft.md"
    path.write_text(f"# Tariffs\n\n{RIGHT} [1]\n\n- {WRONG}\n\nWill it help?\n")
    return path


def test_a_draft_exits_with_6_unless_every_statement_is_supported(run, index, draft):
    ran = run("verify", "--llm", "none", "--index", index, draft)
    assert (ran.code, ran.err) == (6, "")
    assert f"1. {RIGHT}\n   ✓ supported\n" in ran.out
    assert f"2. {WRONG}\n   ✗ " in ran.out
    assert "50%" in ran.out.split("✗")[1].splitlines()[0]
    assert ran.out.splitlines()[-1].startswith("2 statements: 1 supported, 1 ")
    assert ran.out.splitlines()[-1].endswith(" · not checked: 1 heading, 1 question")
    ran = run(
        "verify", "--llm", "none", "--index", index, "-", stdin=f"\ufeff \n{RIGHT}\n".encode()
    )
    assert (ran.code, ran.err) == (0, "")
    assert "1 statement: 1 supported" in ran.out


def test_a_checked_draft_is_told_statement_by_statement_below_no_bar(index, tmp_path):
    """On a terminal for both: the bar is gone wherever a verdict is printed, and at the end."""
    (tmp_path / "draft.txt").write_text(f"{RIGHT}\n{WRONG}\n")
    with Terminal(
        *("verify", "--index", index, tmp_path / "draft.txt"), columns=100, rows=60, NO_COLOR="1"
    ) as terminal:
        assert terminal.end() == 6
    lines = terminal.lines
    assert "1/2" in terminal.raw
    assert lines[0].startswith("1. Trump has threatened a 100% tariff")
    assert not any("/2" in each for each in lines)
    assert any(each.startswith("2 statements: 1 supported") for each in lines)


def test_a_checked_draft_as_json_tells_both_places(run, index, draft):
    ran = run("verify", "--llm", "none", "--index", index, "--json", draft)
    assert (ran.code, ran.err) == (6, "")
    given = json.loads(ran.out)
    schema = json.loads((SCHEMA.parent / "verification-1.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(given)
    text = next(shipped("seeds").iterdir()).read_text(encoding="utf-8")
    for statement, words in zip(given["statements"], (RIGHT, WRONG), strict=True):
        assert draft.read_text()[statement["start"] : statement["end"]] == words
        for citation in statement["citations"]:
            assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert given["counts"]["supported"] == 1
    assert [each["reason"] for each in given["unchecked"]] == ["heading", "question"]


def test_offsets_of_a_piped_draft_count_its_leading_white_space(run, index):
    text = f"\n\n  {RIGHT}\n"
    ran = run("verify", "--llm", "none", "--index", index, "--json", "-", stdin=text.encode())
    [statement] = json.loads(ran.out)["statements"]
    assert text[statement["start"] : statement["end"]] == RIGHT


def test_a_checked_draft_as_csv_has_a_row_for_each_statement(run, index, draft):
    ran = run("verify", "--llm", "none", "--index", index, "--csv", draft)
    assert (ran.code, ran.err) == (6, "")
    right, wrong = csv.DictReader(io.StringIO(ran.out))
    assert (right["statement"], right["verdict"], right["findings"]) == (RIGHT, "supported", "")
    assert "50%" in wrong["findings"]
    assert "100% tariff" in wrong["quote"]


@pytest.mark.parametrize(
    ("arguments", "stdin", "told"),
    [
        (["-"], b"", "the draft is empty; give one with text"),
        (["-"], b" \n", "the draft is empty"),
        (["-"], b"\xff\xfe\xfa", "standard input is not UTF-8"),
        (["-"], b"a" * 1_000_001, "more than 1,000,000 bytes; give one draft"),
        (["-"], b"# Tariffs\n\nWhat now?", "the draft states nothing that can be checked"),
        (["no.md"], b"", "no.md does not exist; give a file that does"),
        (["no\x1b[31m.md"], b"", "does not exist"),
        (["."], b"", "is a folder"),
        ([], b"", "See assistant verify --help."),
        (["-", "--json", "--csv"], RIGHT.encode(), "--json and --csv exclude each other"),
        (["-", "--only", "nothing*"], RIGHT.encode(), "no document matches --only 'nothing*'"),
        (["-", "--since", "soon"], RIGHT.encode(), "--since 'soon' is no date"),
    ],
)
def test_a_draft_that_cannot_be_checked_exits_with_2(run, index, arguments, stdin, told):
    ran = run("verify", "--llm", "none", "--index", index, *arguments, stdin=stdin)
    assert (ran.code, ran.out) == (2, "")
    assert one_line(ran, told)
    assert "\x1b" not in ran.err


def test_a_draft_is_checked_against_the_documents_that_match(run, dated):
    stdin = b"The port of Ilo costs $2 billion to build."
    assert run("verify", "--llm", "none", *dated, "-", stdin=stdin).code == 0
    assert run("verify", "--llm", "none", *dated, "-", "--since", "2026-06", stdin=stdin).code == 0
    ran = run("verify", "--llm", "none", *dated, "-", "--until", "2026-05", stdin=stdin)
    assert ran.code == 6
    assert "$9 billion" in ran.out


def test_ctrl_c_while_a_draft_is_checked_exits_quietly_with_130(index, tmp_path):
    """On a terminal, whose bar tells when checking has begun; what was checked by then is told."""
    (tmp_path / "long.txt").write_text(f"{RIGHT}\n" * 5000)
    terminal, far = pty.openpty()
    arguments = ["verify", "--llm", "none", "--index", str(index), str(tmp_path / "long.txt")]
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", *arguments],
        stdout=subprocess.PIPE,
        stderr=far,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "60"},
    ) as running:
        try:
            shown = b""
            while b"2/5000" not in shown:
                shown += os.read(terminal, 1000)
            running.send_signal(signal.SIGINT)
            written = running.communicate(timeout=20)[0]
        finally:
            running.kill()
            os.close(far)
            os.close(terminal)
    assert running.returncode == 130
    assert written.startswith(f"1. {RIGHT}\n   ✓ supported\n".encode())
    assert b"statements:" not in written
    assert b"Traceback" not in shown


# Exit codes of errors


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_model_server_that_refuses_exits_with_5(ask, fake_openai, status):
    fake_openai.script = [Failure(status)]
    ran = ask(TARIFF)
    assert (ran.code, ran.out) == (5, "")
    assert one_line(ran)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_model_server_that_keeps_failing_exits_with_5(ask, fake_openai, status):
    fake_openai.otherwise = Failure(status, headers={"Retry-After-Ms": "1"})
    ran = ask(TARIFF)
    assert (ran.code, ran.out) == (5, "")
    assert one_line(ran)
    assert len(fake_openai.chats) == 3


def test_an_answer_that_breaks_off_exits_with_5_and_prints_none_of_it(ask, fake_openai):
    fake_openai.script = [Drop("Yes: Trump threatened a")]
    ran = ask(TARIFF)
    assert (ran.code, ran.out) == (5, "")
    assert one_line(ran, "127.0.0.1")


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply("<think>Trump has threatened a tariff", end="length"), "room for thinking"),
        (Reply("Yes: Trump has threatened a", end="length"), "cut off"),
        (Reply("", before=[{"tool_calls": [{}]}], end="tool_calls"), "called a tool"),
        (Reply("", before=[{"refusal": "No."}]), "refused to answer"),
        (Reply(""), "empty answer"),
        (Raw(b"<html><title>Sign in</title>", "text/html"), "a web page (Sign in)"),
        (Raw(b'{"error": {"message": "quota\x1b[1m used up"}}'), "quota"),
        (Raw(b'data: {"error": "gone"}\n\n', "text/event-stream"), "gone"),
        (Raw(b""), "sent nothing"),
    ],
)
def test_what_is_no_answer_exits_with_5_and_never_as_not_in_the_documents(
    ask, fake_openai, reply, told
):
    fake_openai.script = [reply]
    ran = ask(TARIFF)
    assert (ran.code, ran.out) == (5, "")
    assert one_line(ran, told, "--llm")


def test_embeddings_that_are_a_page_exit_with_5(run, fake_openai, tmp_path):
    (tmp_path / "a.txt").write_text("The port of Ilo costs $2 billion.")
    fake_openai.embedding_otherwise = Raw(b"<html><title>Sign in</title>", "text/html")
    where = ("--index", tmp_path / "other", "--embedding", fake_openai.spec)
    ran = run("index", *where, tmp_path / "a.txt")
    assert ran.code == 5
    assert one_line(ran, "a web page (Sign in)", "--embedding")


HALF = Drop(
    "Yes: Trump threatened a 100% tariff on Chinese products by November 1 if Beijing does not "
    "ease its restrictions. [1] He stays for"
)


def test_an_answer_that_breaks_off_later_prints_what_was_checked_marked_as_unfinished(
    ask, fake_openai
):
    fake_openai.script = [HALF]
    ran = ask(TARIFF)
    assert ran.code == 5
    assert ran.out.startswith("Trump threatened a 100% tariff on Chinese products by November 1 ")
    assert "\nUnfinished: the model broke off." in ran.out
    assert "[1] “In response" in ran.out
    assert "He stays" not in ran.out
    assert one_line(ran, "127.0.0.1")


@pytest.mark.parametrize("form", ["--json", "--markdown", "--quiet"])
def test_half_an_answer_is_never_taken_for_a_whole_one(ask, fake_openai, form):
    fake_openai.script = [HALF]
    ran = ask(form, TARIFF)
    assert (ran.code, ran.out) == (5, "")
    assert one_line(ran, "127.0.0.1")


def test_the_forms_of_an_answer_exclude_each_other(ask):
    ran = ask("--markdown", "--quiet", "--json", TARIFF)
    assert (ran.code, ran.out) == (2, "")
    assert one_line(ran, "--json and --markdown and --quiet exclude each other")


def test_a_quiet_answer_is_its_statements_and_nothing_else(ask, fake_openai, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    fake_openai.script = [YES]
    told = "Trump threatened a 100% tariff on Chinese products by November 1 if Beijing does not "
    assert ask("--quiet", TARIFF) == Ran(0, f"{told}ease its restrictions. [1]\n", "")


def test_a_quiet_answer_marks_what_is_not_supported(ask, fake_openai):
    fake_openai.script = [INVENTED]
    ran = ask("--quiet", "--no-strict", TARIFF)
    assert ran.out.startswith("✗ Trump threatened a 75% tariff")
    assert "(contradicted: " in ran.out


def test_a_model_server_that_is_not_there_exits_with_5(run, index, fake_openai, monkeypatch):
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    ran = run("ask", "--index", index, "--llm", "m@http://127.0.0.1:9/v1", TARIFF)
    assert ran.code == 5
    assert one_line(ran, "127.0.0.1:9", "--llm")


def test_a_model_file_that_is_not_there_exits_with_5(run, index, tmp_path):
    ran = run("ask", "--index", index, "--llm", tmp_path / "no.gguf", TARIFF)
    assert ran.code == 5
    assert one_line(ran, "no.gguf")


def test_a_spec_that_is_none_exits_with_2(run, index):
    ran = run("ask", "--index", index, "--llm", "gpt", TARIFF)
    assert ran.code == 2
    assert one_line(ran, "'gpt'", "openai/<model>")


def test_the_key_never_shows_even_when_the_server_repeats_it(ask, fake_openai, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "very-secret-key")
    fake_openai.script = [Failure(400, "bad very-secret-key\x1b[31m\nand more")] * 2
    plain = ask(TARIFF)
    assert plain.code == 5
    assert one_line(plain)
    assert "very-secret" not in plain.err
    assert "\x1b" not in plain.err
    assert fake_openai.requests[0].headers["authorization"] == "Bearer very-secret-key"


@pytest.mark.parametrize("place", [0, 1, 2])
def test_debug_shows_the_traceback_without_the_key(run, index, fake_openai, monkeypatch, place):
    monkeypatch.setenv("OPENAI_API_KEY", "very-secret-key")
    fake_openai.script = [Failure(400, "bad very-secret-key\x1b[31m")]
    words = ["ask", TARIFF]
    words.insert(place, "--debug")
    ran = run(*words, "--index", index, "--llm", fake_openai.spec)
    assert ran.code == 5
    assert "Traceback" in ran.err
    assert "very-secret" not in ran.err
    assert "\x1b" not in ran.err


def test_debug_is_taken_by_every_command_and_is_a_word_behind_two_dashes(run, index):
    for command in ("search", "sources", "eval", "eval retrieval", "history"):
        assert "--debug" in run(*command.split(), "--help").out
    ran = run("search", "--index", index, "--", "--debug")
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize("command", [["status"], ["status", "--json"]])
def test_no_index_exits_with_4(run, tmp_path, command):
    ran = run(*command, "--index", tmp_path / "none")
    assert (ran.code, ran.out) == (4, "")
    assert one_line(ran, "assistant index")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", [["ask", "x"], ["search", "x"], ["status"], ["index"]])
def test_a_damaged_index_exits_with_4(run, index, command):
    (index / "catalogue.sqlite3").write_bytes(b"no database at all " * 100)
    ran = run(*command, "--index", index)
    assert (ran.code, ran.out) == (4, "")
    assert one_line(ran)


def test_an_error_nobody_foresaw_exits_with_1_and_names_the_way_to_its_traceback(run, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError("by \x1b[31mzero\nindeed")

    monkeypatch.setattr("assistant.api.Assistant.open", fail)
    ran = run("status")
    assert ran.code == 1
    assert one_line(ran, "unexpected: ZeroDivisionError: by zero indeed; run again")
    debugged = run("--debug", "status")
    assert debugged.code == 1
    assert "Traceback" in debugged.err
    assert "\x1b" not in debugged.err


def test_ctrl_c_while_the_program_is_still_imported_exits_quietly_with_130():
    code = (
        "import sys\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'typer':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "from assistant.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_ctrl_c_stops_the_program_quietly_with_130(index, fake_openai):
    fake_openai.script = [Hang()]
    options = ("--index", str(index), "--llm", fake_openai.spec)
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "ask", TARIFF, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            wait_for(lambda: fake_openai.chats)
            running.send_signal(signal.SIGINT)
            shown = running.communicate(timeout=20)
        finally:
            running.kill()
    assert running.returncode == 130
    assert shown == ("", "")


@pytest.mark.parametrize(
    ("command", "closed", "code"),
    [
        ("ask Who leads Peru?", "<&- >&-", 3),
        ("chat", "<&-", 0),
        ("ask -", "<&-", 2),
        ("status", "<&- >&-", 0),
    ],
)
def test_streams_that_were_closed_are_empty_and_no_error(index, command, closed, code):
    program = [sys.executable, "-m", "assistant", *command.split(), "--index", str(index)]
    ran = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *program], capture_output=True, text=True
    )
    assert (ran.returncode, "unexpected" in ran.stderr) == (code, False)


def test_a_reader_that_has_gone_is_no_error(index):
    """The pipe is closed before anything is written to it."""
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run(
        [sys.executable, "-m", "assistant", "search", "Trump", "--index", str(index)],
        stdout=writing,
        stderr=subprocess.PIPE,
    )
    os.close(writing)
    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_cannot_be_written_is_told_in_one_line(index):
    with open("/dev/full", "w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "assistant", "status", "--index", str(index)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert ran.returncode == 1
    assert ran.stderr.startswith("assistant: unexpected: OSError")
    assert ran.stderr.count("\n") == 1


def test_a_terminal_that_knows_ascii_alone_still_gets_the_answer(index):
    ran = process(
        *("ask", "--index", index, "--llm", "none", TARIFF),
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "100% tariff" in ran.stdout


# Indexing, searching, status


@pytest.fixture
def documents(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "port.txt").write_text("Peru approved a loan of $2 billion for a port at Ilo.\n")
    (folder / "mine.md").write_text("# The mine\n\nChile opened a copper mine in May.\n")
    return folder


def test_indexing_reports_what_it_did(run, tmp_path, documents):
    ran = run("index", "--index", tmp_path / "i", documents)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("2 documents added, 0 unchanged; 2 passages (2 embedded) in ")
    (documents / "mine.md").unlink()
    again = run("index", "--index", tmp_path / "i")
    assert again.out.startswith(
        "0 documents added, 1 unchanged, 1 removed; 1 passage (0 embedded) in "
    )


def test_indexing_goes_on_past_faulty_files_lists_them_and_exits_with_2(run, tmp_path, documents):
    (documents / "empty.txt").write_text("")
    (documents / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (documents / "lines.jsonl").write_text('{"id": "a", "title": "T", "text": "Good."}\nbad\n')
    ran = run("index", "--index", tmp_path / "i", documents)
    assert ran.code == 2
    assert ran.out.startswith("3 documents added, 0 unchanged, 3 skipped")
    told = ran.err.splitlines()
    assert len(told) == 3
    for name, row in zip(("binary.txt", "empty.txt", "lines.jsonl"), sorted(told), strict=True):
        assert row.startswith("skipped ")
        assert name in row


def test_indexing_a_path_that_is_not_there_exits_with_2_and_loses_nothing(run, index, tmp_path):
    ran = run("index", "--index", index, tmp_path / "nowhere")
    assert (ran.code, ran.out) == (2, "")
    assert one_line(ran, "nowhere")
    assert json.loads(run("status", "--json", "--index", index).out)["documents"] == 1


def test_indexing_without_a_path_on_a_fresh_machine_takes_the_shipped_documents(run, tmp_path):
    ran = run("index", "--index", tmp_path / "i")
    assert ran.code == 0
    assert ran.out.startswith("1 document added, ")


def test_what_is_excluded_is_remembered_until_it_is_cleared(run, tmp_path, documents):
    place = ("--index", tmp_path / "i")
    ran = run("index", *place, "--exclude", "*.md", "--exclude", "old/", documents)
    assert ran.out.startswith("1 document added, 0 unchanged, 1 excluded; 1 passage")
    assert run("index", *place).out.startswith("0 documents added, 1 unchanged, 1 excluded")
    assert run("index", *place, "--no-exclude").out.startswith(
        "1 document added, 1 unchanged; 2 passages"
    )
    for wrong in (["--exclude", "!x"], ["--exclude", "x", "--no-exclude"]):
        ran = run("index", *place, *wrong)
        assert ran.code == 2
        assert one_line(ran, "--exclude")


def test_a_removed_document_is_told_and_a_name_that_is_none_exits_with_2(run, tmp_path, documents):
    place = ("--index", tmp_path / "i")
    run("index", *place, documents)
    ran = run("remove", *place, documents / "mine.md")
    assert (ran.code, ran.out) == (0, "1 document removed; 1 passage left\n")
    assert "passed over from now on; `assistant index" in ran.err
    assert run("index", *place).out.startswith("0 documents added, 1 unchanged, 1 excluded")
    ran = run("remove", *place, "port.tx\x1b[31m")
    assert ran.code == 2
    assert one_line(ran, "did you mean port.txt?")
    assert (documents / "mine.md").exists()


def test_a_root_that_is_gone_is_told_and_exits_with_2(run, tmp_path, documents):
    place = ("--index", tmp_path / "i")
    run("index", *place, documents)
    documents.rename(tmp_path / "unplugged")
    ran = run("index", *place)
    assert ran.code == 2
    assert "is gone; its 2 documents are kept; `assistant remove" in ran.err


def test_indexing_needs_no_model_that_answers(run, tmp_path, documents, monkeypatch):
    monkeypatch.setenv("ASSISTANT_LLM", "nonsense")
    assert run("index", "--index", tmp_path / "i", documents).code == 0


def test_a_search_shows_rank_score_ranks_document_place_and_beginning(run, index):
    ran = run("search", "--index", index, "rare", "earth", "minerals", "--limit", "2")
    assert (ran.code, ran.err) == (0, "")
    first, second = ran.out.split("\n\n")
    assert first.startswith("1. Trump Targets Asian Mineral Deals")
    assert second.startswith("2. ")
    for part in ("score ", "bm25 ", "characters ", ".txt"):
        assert part in first


def test_search_json_holds_exact_places(run, index):
    given = json.loads(run("search", "--index", index, "--json", "rare earth minerals").out)
    text = next(shipped("seeds").iterdir()).read_text(encoding="utf-8")
    assert [h["rank"] for h in given["hits"]] == list(range(1, len(given["hits"]) + 1))
    for hit in given["hits"]:
        assert text[hit["start"] : hit["end"]] == hit["text"]


ODD = "What did Takeichi say of APEC, and when was it?"
CORRECTED = "Searched for “Takaichi” instead of “Takeichi”\n\n"


def test_another_spelling_is_told_by_search_and_ask(run, index):
    for command in ("search", "ask"):
        assert run(command, "--index", index, ODD).out.startswith(CORRECTED)


def test_a_search_is_explained_on_demand(run, index):
    ran = run("search", "--index", index, "--explain", "--only", "*.txt", ODD)
    assert ran.out.startswith(CORRECTED)
    for part in (
        "takeichi / takaichi",
        "also as     APEC: Asia-Pacific Economic Cooperation\n",
        "parts       What did Takaichi say of APEC? · when was it?",
        "filter      --only '*.txt'\n",
        "candidates  bm25 ",
        "   late     1  ",
    ):
        assert part in ran.out
    short = run("search", "--index", index, "--only", "*.txt", ODD).out
    assert "words " not in short
    assert "candidates" not in short


def test_search_json_tells_how_the_query_was_understood(run, index):
    given = json.loads(run("search", "--index", index, "--json", "--only", "*.txt", ODD).out)
    understood = given["understood"]
    assert understood["corrections"] == [{"asked": "Takeichi", "found": "Takaichi"}]
    assert understood["expansions"] == [
        {"asked": "APEC", "found": "Asia-Pacific Economic Cooperation"}
    ]
    assert len(understood["parts"]) == 2
    assert ["takeichi", "takaichi"] in understood["terms"]
    assert understood["filters"] == {"only": ["*.txt"], "since": None, "until": None}
    assert understood["candidates"].keys() == {"bm25", "dense", "late"}
    for hit in given["hits"]:
        assert hit["scores"].keys() == hit["ranks"].keys()


def test_status_tells_what_the_index_holds(run, index):
    given = json.loads(run("status", "--index", index, "--json").out)
    assert (given["documents"], given["pending"]) == (1, 0)
    assert given["passages"] == given["vectors"] > 1
    shown = run("status", "--index", index).out
    assert f"passages:   {given['passages']}\n" in shown
    assert str(index) in shown


def test_the_doctor_tells_mends_and_exits_with_0_or_4(run, index, monkeypatch):
    monkeypatch.setattr("assistant.models.chat.llamacpp.is_installed", lambda: False)
    well = run("doctor", "--index", index)
    assert (well.code, well.err) == (0, "")
    assert well.out.endswith("all is well\n")
    shutil.rmtree(next(index.glob("chroma*")))
    ill = run("doctor", "--index", index)
    assert (ill.code, ill.err) == (4, "")
    assert "wrong   vectors" in ill.out
    assert "run `assistant doctor --repair`" in ill.out
    mended = run("doctor", "--repair", "--json", "--index", index)
    assert (mended.code, mended.err) == (0, "")
    given = json.loads(mended.out)
    assert given["version"] == 1
    assert given["well"] is True
    assert [c["name"] for c in given["checks"] if c["state"] == "mended"] == ["vectors"]
    assert run("doctor", "--index", index).code == 0


def test_the_doctor_finds_no_index_with_exit_code_4(run, tmp_path, monkeypatch):
    monkeypatch.setattr("assistant.models.chat.llamacpp.is_installed", lambda: False)
    ran = run("doctor", "--index", tmp_path / "none")
    assert ran.code == 4
    assert "there is no index" in ran.out


def test_vectors_on_a_server_are_remembered_and_the_password_is_shown_nowhere(
    run, index, chroma_server, monkeypatch
):
    url = chroma_server.url.replace("//", "//me:hunter2@")
    moved = run("search", "--vectors", url, "--index", index, "minerals")
    assert moved.code == 0
    assert moved.err == (
        f"The vectors of the index move to {chroma_server.url}; nothing is embedded again.\n"
    )
    again = run("status", "--index", index)
    assert (again.code, again.err) == (0, "")
    assert chroma_server.url in again.out
    back = run("status", "--vectors", "local", "--index", index)
    assert f"store:      {index}" in back.out
    assert "hunter2" not in "".join([moved.out, moved.err, again.out, back.out, back.err])


@pytest.mark.parametrize("command", "ask search status index verify doctor".split())
def test_vectors_nowhere_are_told_and_the_password_with_no_word(run, index, command, tmp_path):
    draft = tmp_path / "draft.txt"
    draft.write_text("Trump signed a deal.", encoding="utf-8")
    extra = {
        "ask": ["--llm", "none", "x"],
        "search": ["x"],
        "remove": ["x"],
        "verify": [draft],
    }.get(command, [])
    for url, code in (("http://me:hunter2@127.0.0.1:1", 4), ("me:hunter2@there", 2)):
        ran = run("--debug", command, "--vectors", url, "--index", index, *extra)
        assert ran.code == code
        assert "hunter2" not in ran.out + ran.err


def test_debug_shows_no_password(run, index):
    ran = run("--debug", "status", "--vectors", "http://me:hunter2@127.0.0.1:1", "--index", index)
    assert "Traceback" in ran.err
    assert "hunter2" not in ran.err


@pytest.fixture
def shelf(run, tmp_path):
    """An index of three documents and where they lie."""
    docs = tmp_path / "docs"
    (docs / "sub").mkdir(parents=True)
    (docs / "ilo.txt").write_text("Port of Ilo\n\nJune 3, 2026\n\nPeru lent for a port at Ilo.\n")
    (docs / "sub/old.txt").write_text("Bread\n\n3 May 2020\n\nKnead the dough for ten minutes.\n")
    (docs / "12:0-4").with_suffix(".txt").write_text("A name like a place.\n")
    assert run("index", "--index", tmp_path / "index", docs).code == 0
    return ("--index", tmp_path / "index")


def test_sources_lists_documents_filtered_and_sorted(run, shelf):
    listed = run("sources", *shelf)
    rows = [row.split("\t")[0] for row in listed.out.splitlines()]
    assert (listed.code, rows) == (0, ["id", "12:0-4.txt", "ilo.txt", "sub/old.txt"])
    newest = run("sources", *shelf, "--sort", "date", "--since", "2019", "--json")
    told = json.loads(newest.out)
    assert [each["published"] for each in told["sources"]] == ["2026-06-03", "2020-05-03"]
    jsonschema.validate(told, json.loads((SCHEMA.parent / "sources-1.schema.json").read_text()))


def test_sources_that_no_document_matches_exit_with_2_and_print_nothing(run, shelf):
    for json_ in ([], ["--json"]):
        ran = run("sources", *shelf, "--only", "nothing.md", *json_)
        assert (ran.code, ran.out) == (2, "")
        assert one_line(ran, "no document matches --only 'nothing.md'")
    assert run("sources", *shelf, "--sort", "size").code == 2


def test_sources_tells_files_that_could_not_be_read(run, shelf):
    with sqlite3.connect(shelf[1] / "catalogue.sqlite3") as db:
        fault = json.dumps([["ilo.txt:3", "no JSON"]])
        db.execute("UPDATE files SET fault = ? WHERE path LIKE '%ilo.txt'", (fault,))
    db.close()
    ran = run("sources", *shelf)
    assert re.search(r"^Not read, wholly or in part:\n  .*ilo\.txt:3: no JSON$", ran.err, re.M)
    assert "Not read" not in ran.out
    assert json.loads(run("sources", *shelf, "--json").out)["skipped"][0]["reason"]


def test_show_prints_a_document_or_a_place_in_it(run, shelf):
    assert run("show", *shelf, "ilo.txt").out.endswith("Peru lent for a port at Ilo.\n")
    assert ">>>Port<<< of Ilo" in run("show", *shelf, "ilo.txt:0-4").out
    told = json.loads(run("show", *shelf, "old.txt:0-5", "--json").out)
    assert (told["document_id"], told["text"], told["page"]) == ("sub/old.txt", "Bread", None)
    jsonschema.validate(told, json.loads((SCHEMA.parent / "document-1.schema.json").read_text()))


def test_a_name_that_looks_like_a_place_is_a_name_first(run, shelf):
    assert "A name like a place." in run("show", *shelf, "12:0-4.txt").out
    assert ">>>name<<<" in run("show", *shelf, "12:0-4.txt:2-6").out


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ilo.tx", "no document is called 'ilo.tx'; near it are 'ilo.txt'"),
        ("ilo.txt:0-999", "has no characters 0-999; give a range within 0-56"),
        ("ilo.txt:9-9", "has no characters 9-9"),
        ("txt:1-2", "no document is called 'txt'"),
        ("", "no document is called ''"),
    ],
)
def test_what_cannot_be_shown_exits_with_2(run, shelf, name, told):
    ran = run("show", *shelf, name)
    assert (ran.code, ran.out) == (2, "")
    assert one_line(ran, told)


def test_what_an_answer_cites_can_be_shown_as_it_is_printed(run, shelf):
    answered = run("ask", *shelf, "--llm", "none", "What did Peru lend for?")
    (place,) = re.findall(r"\S*ilo\.txt:\d+-\d+", answered.out)
    assert ">>>Peru lent for a port at Ilo.<<<" in run("show", *shelf, place).out


# Web addresses


def test_an_address_is_indexed_asked_shown_listed_and_removed(run, tmp_path, website):
    loan = b"<title>Port loan</title><p>Peru's Congress approved a loan of $2 billion for Ilo."
    loan += b"<p>Work on the quay starts in March."
    website.pages["/loan?key=1"] = served(loan, "Content-Type: text/html")
    url, index = website.url("/loan?key=1"), ("--index", tmp_path / "index")
    (tmp_path / "bread.txt").write_text("Knead the dough for ten minutes.")
    ran = run("index", "--allow-private", f"{url}#top", tmp_path / "bread.txt", *index)
    assert (ran.code, ran.out.partition(";")[0]) == (0, "2 documents added, 0 unchanged")
    ran = run("ask", "--llm", "none", "--only", website.url("/*"), "Who approved a loan?", *index)
    assert ran.code == 0
    place = f"{url}:0-54"
    assert place in ran.out.replace("\n    ", "")
    assert ">>>Peru's Congress approved" in run("show", place, *index).out
    assert url in run("sources", *index).out
    assert url in run("status", *index).out
    assert run("doctor", *index).code == 0
    ran = run("index", *index)
    assert (ran.code, ran.err) == (0, "1 address: kept as fetched; name one to fetch it anew\n")
    del website.pages["/loan?key=1"]
    ran = run("index", "--allow-private", url, *index)
    assert ran.code == 2
    why = "does not exist (404); check the address; what was indexed of it before is kept"
    assert ran.err == f"skipped {url}: {why}\n"
    ran = run("remove", url, *index)
    assert (ran.code, ran.err) == (0, f"{url}: forgotten\n")
    assert url not in run("sources", *index).out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["index", "ftp://a.org/x"], "neither http nor https"),
        (["index", "https://me:secret@a.org/x"], "holds a name or password"),
        (["index", "--exclude", "a", "https://a.org/x"], "--exclude is for files"),
        (["watch", "https://a.org/x?key=secret"], "is an address, which is not watched"),
        (["verify", "https://a.org/x?key=secret"], "only `assistant index` fetches"),
    ],
)
def test_what_is_not_done_with_an_address_is_told_in_a_line(run, tmp_path, arguments, told):
    ran = run(*arguments, "--index", tmp_path / "index")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert told in ran.err
    assert "secret" not in ran.err


def test_a_page_on_this_machine_is_refused_before_it_is_asked(run, tmp_path, website):
    ran = run("index", website.url(), "--index", tmp_path / "index")
    assert ran.code == 2
    assert "private network" in ran.err
    assert "--allow-private" in ran.err
    assert website.connections == 0
