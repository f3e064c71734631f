"""Classes of LlamaIndex named on the command line, and never loaded where none is."""

import sqlite3
import subprocess
import sys

import pytest

from assistant.cli import app

NOTES = "tests.llamaindex_classes:NotesReader"


@pytest.fixture
def run(capsys, quick_start, tmp_path):
    def go(*arguments):
        with pytest.raises(SystemExit) as left:
            app.main([*arguments, "--index", str(tmp_path / "index")])
        shown = capsys.readouterr()
        return left.value.code, shown.out, shown.err

    return go


def test_indexing_and_asking_without_naming_a_class_load_no_llamaindex(tmp_path):
    (tmp_path / "a.txt").write_text("The mine at Corral employs 412 people.")
    program = (
        "import sys, atexit, assistant.cli.app;"
        "atexit.register(lambda: print('llama_index' in sys.modules));"
        "assistant.cli.app.main(sys.argv[1:])"
    )
    index = ["--index", str(tmp_path / "index")]
    for asked in (["index", str(tmp_path / "a.txt")], ["ask", "--llm", "none", "Who employs 412?"]):
        ran = subprocess.run(
            [sys.executable, "-c", program, *asked, *index], capture_output=True, text=True
        )
        assert ran.stdout.endswith("False\n")


def test_a_reader_is_named_with_its_arguments(run, tmp_path):
    path = tmp_path / "notes & more.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE notes (id, title, author, day, body)")
        body = "The mine at Corral employs 412 people."
        database.execute("INSERT INTO notes VALUES ('n1', 'Salt', NULL, NULL, ?)", [body])
    database.close()
    code, out, err = run("index", "--reader", NOTES, f"database={path}")
    assert (code, err) == (0, "")
    assert out.startswith("1 document added")
    assert "412" in run("ask", "--llm", "none", "How many people work at the mine in Corral?")[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["NotesReader"], "names no class; write llamaindex:MODULE:CLASS"),
        ([NOTES, "notes.db"], "'notes.db' is no argument; write name=value"),
        ([NOTES, "api_key=abc"], "holds a key or password; set a variable to it"),
    ],
)
def test_what_names_no_reader_is_told_in_a_line(run, arguments, message):
    code, out, err = run("index", "--reader", *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_a_model_whose_package_is_missing_is_told_in_a_line(run, tmp_path):
    (tmp_path / "a.txt").write_text("The mine at Corral employs 412 people.")
    run("index", str(tmp_path / "a.txt"))
    spec = "llamaindex:llama_index.llms.anthropic:Anthropic?model=claude"
    code, _, err = run("ask", "--llm", spec, "How many people does the mine employ?")
    assert code == 2
    assert err.endswith("is not installed; run: pip install llama-index-llms-anthropic.\n")
