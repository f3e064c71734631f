"""`assistant config ...`: what holds and why, where it stands, an example to begin with, trust."""

import json
import subprocess
import sys
import tomllib

import pytest

from assistant.cli import app
from assistant.cli.commands.configuring import example
from assistant.settings import Settings, documented

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
def project(tmp_path, monkeypatch):
    """Writes a project's file and goes to a folder below it."""
    path = tmp_path / "project" / "assistant.toml"
    (path.parent / "sub").mkdir(parents=True)
    monkeypatch.chdir(path.parent / "sub")
    monkeypatch.delenv("ASSISTANT_PROJECT")

    def write(text):
        path.write_text(text, encoding="utf-8")
        return path

    return write


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


def test_each_setting_is_shown_with_its_value_and_its_origin(run, users, project, monkeypatch):
    path = users("quotes = 4\n\nretries = 5\n[profiles.p]\ntimeout = 7\n")
    project("spelling = false\n[profiles.p]\nacronyms = false\n")
    monkeypatch.setenv("ASSISTANT_CANDIDATES", "50")
    code, out, err = run("config", "--profile", "p", "--llm", "none", "--no-strict")
    assert (code, err) == (0, "")
    shown = rows(out)
    assert set(shown) == set(Settings.model_fields)
    assert shown["retries"] == ["5", "user file, line 3"]
    assert shown["timeout"] == ["7.0", "profile p, user file, line 5"]
    assert shown["spelling"] == ["false", "project file, line 1"]
    assert shown["acronyms"] == ["false", "profile p, project file, line 3"]
    assert shown["candidates"] == ["50", "environment ASSISTANT_CANDIDATES"]
    assert shown["llm"] == ["none", "option --llm"]
    assert shown["strict"] == ["false", "option --no-strict"]
    assert shown["collapse"] == ["true", "default"]
    assert f"# user file: {path}" in out
    assert "(not trusted)" in out
    assert "\x1b" not in out


def test_json_has_the_same_for_programs(run, users):
    path = users("quotes = 4\n")
    code, out, err = run("config", "--json", "--profile", "", "--llm", "none")
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert told["files"] == [{"kind": "user", "path": str(path), "trusted": None}]
    by_name = {each["name"]: each for each in told["settings"]}
    assert by_name["quotes"] == {
        "name": "quotes",
        "value": 4,
        "holds": "4",
        "origin": "user",
        "variable": "ASSISTANT_QUOTES",
        "file": str(path),
        "line": 1,
        "profile": None,
        "refused": None,
    }
    assert by_name["llm"]["origin"] == "option"
    assert (by_name["vectors"]["value"], by_name["vectors"]["holds"]) == (None, "the index's own")
    assert by_name["index"]["holds"]


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


def test_a_value_that_is_not_trusted_is_shown_as_such_and_exits_with_2(run, project):
    path = project("quotes = 2\nllm = 'openai/m'\n")
    code, out, err = run("config")
    assert code == 2
    assert rows(out)["llm"] == ["openai/m", "project file, line 2 (refused: not trusted)"]
    assert rows(out)["quotes"] == ["2", "project file, line 1"]
    assert err.startswith(f"assistant: {path}, line 2: llm = ")
    assert err.count("\n") == 1
    told = json.loads(run("config", "--json")[1])
    assert err == f"assistant: {told['refused']}\n"
    assert [each["name"] for each in told["settings"] if each["refused"]] == ["llm"]


def test_asking_in_a_strangers_folder_sends_nothing_before_the_file_is_trusted(
    run, project, index, fake_openai, monkeypatch
):
    """The scripted server stands for one elsewhere by the key that it would be sent."""
    project(f"llm = '{fake_openai.spec}'\n")
    monkeypatch.setenv("OPENAI_API_KEY", VERY_SECRET)
    asked = ("ask", "--index", index, "What tariff has Trump threatened, and by when?")
    code, _, err = run(*asked)
    assert code == 2
    assert "would send your OPENAI_API_KEY to" in err
    assert fake_openai.requests == []
    assert run("config", "trust")[0] == 0
    assert run(*asked)[0] in (0, 3)
    assert fake_openai.requests


def test_trusting_tells_what_it_allows_and_forgetting_takes_it_back(run, project):
    text = "llm = 'openai/m'\nvectors = 'local'\nprofile = 'p'\n[profiles.p]\nstrict = false\n"
    path = project(text)
    code, out, err = run("config", "trust")
    assert (code, err) == (0, "")
    assert f"Trusted: {path}" in out
    assert 'line 1: llm = "openai/m" would send questions and evidence to OpenAI' in out
    assert 'line 2: vectors = "local" would move the vectors of an index' in out
    assert "profile p, project file, line 5: strict = false would show" in out
    assert 'profile = "p" is chosen' in out
    assert run("config")[0] == 0
    assert run("config", "trust", "--forget")[0] == 0
    assert run("config")[0] == 2
    assert run("config", "trust", path)[0] == 0
    project("llm = 'openai/m'\n")
    assert run("config")[0] == 2  # it changed


@pytest.mark.parametrize(
    ("text", "told"), [("llm = ", "not TOML"), ("quote = 3", "did you mean"), (None, "not there")]
)
def test_a_file_that_is_no_good_is_not_trusted(run, tmp_path, text, told):
    path = tmp_path / "assistant.toml"
    if text:
        path.write_text(text)
    code, out, err = run("config", "trust", path)
    assert (code, out) == (2, "")
    assert told in err


def test_trusting_without_a_file_tells_that_there_is_none(run):
    code, _, err = run("config", "trust")
    assert code == 2
    assert "no assistant.toml" in err


def test_the_example_explains_every_setting_and_holds_the_defaults():
    text = example()
    lines = text.partition("# A profile is chosen")[0].splitlines()
    assert max(map(len, lines)) <= 100
    uncommented = [each[2:].partition("  # ")[0] for each in lines if _is_setting(each)]
    table = tomllib.loads("\n".join(uncommented))
    assert list(table) == list(Settings.model_fields) == list(documented())
    for name, value in table.items():
        default = Settings.model_fields[name].default
        assert default is None or value == default
    assert Settings(**table)
    assert tomllib.loads(text) == {}
    assert "(0 to 1440)" in " ".join(text.replace("\n#", "").split())
    assert "`assistant." not in text


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
    monkeypatch.chdir(tmp_path)
    assert run("config", "init", "--project")[0] == 0
    assert (tmp_path / "assistant.toml").is_file()


def test_what_cannot_be_written_is_told(run, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("ASSISTANT_CONFIG", str(tmp_path / "file" / "config.toml"))
    code, _, err = run("config", "init")
    assert code == 2
    assert "cannot be written" in err
    monkeypatch.setenv("ASSISTANT_CONFIG", "none")
    assert run("config", "init")[0] == 2


def test_what_needs_no_settings_works_with_broken_files(run, users, project):
    theirs, ours = users("broken"), project("broken")
    assert run("--version")[0] == 0
    for command in ("--help", "ask --help", "config --help", "config path --help"):
        assert run(*command.split())[0] == 0
    code, out, _ = run("config", "path")
    assert code == 0
    assert f"user\t{theirs}\tthere" in out
    assert f"project\t{ours}\tthere" in out
    for command in ("config", "status", "ask hi", "search hi", "doctor", "sources"):
        code, out, err = run(*command.split())
        assert (code, out) == (2, "")
        assert f"{theirs}, line 1: not TOML" in err
        assert err.count("\n") == 1


def test_the_places_are_told_where_no_file_is(run, tmp_path, monkeypatch):
    monkeypatch.setenv("ASSISTANT_CONFIG", str(tmp_path / "x.toml"))
    assert run("config", "path")[1] == f"user\t{tmp_path / 'x.toml'}\tmissing\nproject\t-\tnone\n"


def test_options_before_a_command_of_config_are_refused(run):
    code, _, err = run("config", "--llm", "none", "path")
    assert code == 2
    assert "stand without a command" in err


def test_control_characters_of_a_file_do_not_reach_the_terminal(run, users):
    users('profile = "a\\u001b[31m"\n["profiles"."a\\u001b[31m"]\n"quo\\u001b]0;x\\u0007te" = 3\n')
    code, out, err = run("config")
    assert code == 2
    assert "\x1b" not in out + err
    users('profile = "a\\u001b[31m"\n["profiles"."a\\u001b[31m"]\nquotes = 3\n')
    code, out, err = run("config")
    assert (code, err) == (0, "")
    assert "\x1b" not in out
    assert rows(out)["quotes"] == ["3", "profile a, user file, line 3"]


@pytest.mark.parametrize(
    "command",
    "ask chat index remove watch search sources show verify status doctor config".split(),
)
def test_each_command_that_opens_an_index_takes_a_profile(run, command):
    words = {name: ["x"] for name in ("ask", "remove", "search", "show", "verify")}
    code, _, err = run(command, "--profile", "nosuch", *words.get(command, []))
    assert code == 2
    assert "there is no profile 'nosuch'" in err


def test_help_reads_no_file_and_loads_no_reader_of_toml():
    program = (
        "import sys, atexit, assistant.cli.app;"
        "atexit.register(lambda: print([m for m in ('tomllib', 'platformdirs', 'rapidfuzz')"
        " if m in sys.modules]));"
        "assistant.cli.app.main(['config', '--help'])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.stdout.endswith("[]\n")
