"""`assistant config ...`: what holds and why, where it stands, an example to begin with."""

import json
import subprocess
import sys
import tomllib

import pytest

from assistant.cli import app
from assistant.cli.commands.configuring import example, meanings, settings_lines
from assistant.cli.render.page import Page, cells
from assistant.settings import Settings, origins

VERY_SECRET = "very-secret"


@pytest.fixture
def run(capsys):
    def go(*arguments):
        with pytest.raises(SystemExit) as left:
            app.main([str(each) for each in arguments])
        shown = capsys.readouterr()
        return left.value.code, shown.out, shown.err

    return go


@pytest.fixture
def users(tmp_path, monkeypatch):
    def write(text):
        path = tmp_path / "users.toml"
        path.write_text(text, encoding="utf-8")
        monkeypatch.setenv("ASSISTANT_CONFIG", str(path))
        return path

    return write


def rows(out):
    return {r.split("\t")[0]: r.split("\t")[1:] for r in out.splitlines() if "\t" in r}


def test_each_setting_is_shown_with_its_value_and_its_origin(run, users, monkeypatch):
    path = users("quotes = 4\n\nretries = 5\n[profiles.p]\ntimeout = 7\n")
    monkeypatch.setenv("ASSISTANT_CANDIDATES", "50")
    code, out, err = run("config", "--profile", "p", "--llm", "none", "--no-strict")
    assert (code, err) == (0, "")
    shown = rows(out)
    assert list(shown) == list(Settings.model_fields)
    assert shown["profile"] == ["p", "option --profile"]
    assert shown["retries"] == ["5", f"file {path}, line 3"]
    assert shown["timeout"] == ["7.0", f"file {path}, line 5"]
    assert shown["candidates"] == ["50", "environment ASSISTANT_CANDIDATES"]
    assert shown["llm"] == ["none", "option --llm"]
    assert shown["strict"] == ["false", "option --no-strict"]
    assert shown["collapse"] == ["true", "default"]
    assert "\x1b" not in out


def test_json_has_the_same_for_programs(run, users):
    path = users("quotes = 4\n")
    code, out, err = run("config", "--json", "--profile", "", "--llm", "none")
    assert (code, err) == (0, "")
    by_name = {each["name"]: each for each in json.loads(out)["settings"]}
    assert by_name["quotes"] == {
        "name": "quotes",
        "value": 4,
        "holds": "4",
        "origin": "file",
        "place": f"{path}, line 1",
    }
    assert by_name["llm"]["origin"] == "option"
    assert (by_name["vectors"]["value"], by_name["vectors"]["holds"]) == (None, "the index's own")
    assert by_name["index"]["holds"]


def page(width, colour=False, **given):
    lines = settings_lines(Settings.load(**given), origins(given), Page(width, colour))
    return "\n".join(lines).splitlines()


@pytest.mark.parametrize("width", [20, 30, 40, 63, 64, 80, 100])
def test_no_line_is_wider_than_the_page(width):
    lines = page(width, llm="m@http://127.0.0.1:8000/v1/with/a/rather/long/path")
    assert max(map(cells, lines)) <= width
    for name in Settings.model_fields:
        assert any(line.startswith(f"{name} ") for line in lines)


def test_a_wide_page_has_a_line_a_setting_under_each_other():
    lines = page(100, quotes=4)
    quotes = next(line for line in lines if line.startswith("quotes "))
    retries = next(line for line in lines if line.startswith("retries "))
    assert quotes.split() == ["quotes", "4", "option", "--quotes"]
    assert quotes.index("option") == retries.index("default")


def test_origins_are_dim_where_there_are_colours():
    assert "\x1b[2mdefault\x1b[0m" in "\n".join(page(100, colour=True))
    assert "\x1b" not in "\n".join(page(100))


def test_a_projects_file_of_former_versions_is_told_to_be_left(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "assistant.toml").write_text("quotes = 2\n")
    code, out, err = run("config")
    assert (code, rows(out)["quotes"]) == (0, ["3", "default"])
    assert err.startswith("assistant.toml is not read: move its lines to the file that")
    assert err.count("\n") == 1


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_no_password_and_no_key_is_shown(run, monkeypatch, arguments):
    monkeypatch.setenv("ASSISTANT_VECTORS", f"http://me:{VERY_SECRET}@127.0.0.1:8000")
    monkeypatch.setenv("ASSISTANT_LLM", f"m@http://127.0.0.1/v1?api_key={VERY_SECRET}")
    monkeypatch.setenv("OPENAI_API_KEY", f"{VERY_SECRET}-key")
    monkeypatch.setenv("ASSISTANT_EMBEDDING", f"{VERY_SECRET}-key@http://127.0.0.1/v1")
    code, out, err = run("config", *arguments)
    assert code == 0
    assert VERY_SECRET not in out + err
    assert "http://***@127.0.0.1:8000" in out


def test_the_example_explains_every_setting_and_holds_the_defaults():
    text = example()
    lines = text.partition("# A profile is chosen")[0].splitlines()
    assert max(map(len, lines)) <= 100
    uncommented = [each[2:].partition("  # ")[0] for each in lines if _is_setting(each)]
    table = tomllib.loads("\n".join(uncommented))
    assert list(table) == list(Settings.model_fields) == list(meanings())
    for name, value in table.items():
        default = Settings.model_fields[name].default
        assert default is None or value == default
    assert Settings(**table | {"profile": ""})
    assert tomllib.loads(text) == {}
    assert "(32 to 256)" in " ".join(text.replace("\n#", "").split())
    assert all(meanings().values())


def _is_setting(line):
    return any(line.startswith(f"# {name} = ") for name in Settings.model_fields)


def test_init_writes_the_example_once_and_never_over_a_file(run, tmp_path, monkeypatch):
    path = tmp_path / "new" / "config.toml"
    monkeypatch.setenv("ASSISTANT_CONFIG", str(path))
    assert run("config", "init")[0] == 0
    assert path.read_text(encoding="utf-8") == example()
    assert run("config")[0] == 0  # as it stands it changes nothing
    path.write_text("quotes = 2")
    code, _, err = run("config", "init")
    assert code == 2
    assert "is there already" in err
    assert path.read_text() == "quotes = 2"


def test_what_cannot_be_written_is_told(run, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("ASSISTANT_CONFIG", str(tmp_path / "file" / "config.toml"))
    code, _, err = run("config", "init")
    assert code == 2
    assert "cannot be written" in err
    monkeypatch.setenv("ASSISTANT_CONFIG", "none")
    assert run("config", "init")[0] == 2


def test_what_needs_no_settings_works_with_a_broken_file(run, users):
    theirs = users("broken")
    assert run("--version")[0] == 0
    for command in ("--help", "ask --help", "config --help", "config path --help"):
        assert run(*command.split())[0] == 0
    assert run("config", "path") == (0, f"{theirs}\n", "")
    for command in ("config", "status", "ask hi", "search hi", "doctor", "sources"):
        code, out, err = run(*command.split())
        assert (code, out) == (2, "")
        assert f"{theirs}: not TOML" in err
        assert "at end of document" in err
        assert err.count("\n") == 1


def test_the_place_is_told_where_no_file_is(run, tmp_path, monkeypatch):
    monkeypatch.setenv("ASSISTANT_CONFIG", str(tmp_path / "x.toml"))
    assert run("config", "path") == (0, f"{tmp_path / 'x.toml'}\n", "")
    monkeypatch.setenv("ASSISTANT_CONFIG", "none")
    code, out, err = run("config", "path")
    assert (code, out) == (2, "")
    assert "unset it" in err


def test_options_before_a_command_of_config_are_refused(run):
    code, _, err = run("config", "--llm", "none", "path")
    assert code == 2
    assert "stand without a command" in err


def test_control_characters_of_a_file_do_not_reach_the_terminal(run, users):
    users('profile = "a\\u001b[31m"\n["profiles"."a\\u001b[31m"]\n"quo\\u001b]0;x\\u0007te" = 3\n')
    code, out, err = run("config")
    assert code == 2
    assert "\x1b" not in out + err
    path = users('profile = "a\\u001b[31m"\n["profiles"."a\\u001b[31m"]\nquotes = 3\n')
    code, out, err = run("config")
    assert (code, err) == (0, "")
    assert "\x1b" not in out
    assert rows(out)["quotes"] == ["3", f"file {path}, line 3"]


@pytest.mark.parametrize(
    "command",
    "ask chat index remove watch search sources show verify status doctor config".split(),
)
def test_each_command_that_opens_an_index_takes_a_profile(run, command):
    words = {name: ["x"] for name in ("ask", "remove", "search", "show", "verify")}
    code, _, err = run(command, "--profile", "nosuch", *words.get(command, []))
    assert code == 2
    assert "there is no profile 'nosuch'" in err


def test_help_reads_no_file_and_loads_no_settings():
    program = (
        "import sys, atexit, assistant.cli.app;"
        "avoided = ('tomllib', 'platformdirs', 'pydantic_settings', 'rapidfuzz');"
        "atexit.register(lambda: print([m for m in avoided if m in sys.modules]));"
        "assistant.cli.app.main(['config', '--help'])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.stdout.endswith("[]\n")
