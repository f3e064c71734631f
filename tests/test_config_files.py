"""Files of settings: where they are looked for, and what is told of those that are no good."""

import os
import subprocess
import sys
import time

import pytest

from assistant import config_files
from assistant.errors import ConfigurationError


def refusal(path, kind="user"):
    with pytest.raises(ConfigurationError) as refused:
        config_files.read(kind, path)
    told = str(refused.value)
    assert "\n" not in told
    assert str(path) in told
    return told


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("quotes = 3\nllm none\n", 2, "expected '='"),
        ("quotes = 3\nllm = 'none\n", 2, 'expected "\'"'),
        ("quotes = 3\n\nquotes = 4\n", 3, "cannot overwrite"),
        ("retries = 1\nquotes = [1,\n\n", 2, "invalid value"),  # at the end of the document
        ("x = " + "[\n" * 20_000, None, "nested too deeply"),
        ("a = 1\n" + ".".join("a" * 30_000) + " = 1\n", None, "line 2: longer than"),
        ("a = 1\na", 2, "not toml"),
    ],
)
def test_broken_toml_is_told_with_its_line(tmp_path, text, line, told):
    path = tmp_path / "config.toml"
    path.write_text(text)
    said = refusal(path).lower()
    assert told in said
    if line:
        assert f"config.toml, line {line}: not toml" in said


def test_what_is_not_utf_8_is_told_with_its_line(tmp_path):
    path = tmp_path / "config.toml"
    path.write_bytes(b"quotes = 3\n# caf\xe9\n")
    assert "line 2: not UTF-8 text; save it in UTF-8." in refusal(path)


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbfquotes = 3\r\nretries = 1\r\n")
    read = config_files.read("user", path)
    assert read.table == {"quotes": 3, "retries": 1}
    assert read.line("retries") == 2


def test_a_folder_a_pipe_a_file_that_is_not_there_and_a_huge_one_are_refused(tmp_path):
    assert "is a folder" in refusal(tmp_path)
    assert "is not there" in refusal(tmp_path / "config.toml")
    os.mkfifo(tmp_path / "pipe")
    began = time.monotonic()
    assert "no ordinary file" in refusal(tmp_path / "pipe")
    assert time.monotonic() - began < 5
    huge = tmp_path / "huge"
    huge.write_bytes(b"#" * (config_files.MOST_BYTES + 1))
    assert "more than 64 kB" in refusal(huge)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told_with_the_remedy(tmp_path):
    path = tmp_path / "config.toml"
    path.touch(mode=0)
    assert "permission denied" in refusal(path)


def test_a_refusal_by_the_system_is_told_with_the_remedy(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    path.touch()

    def deny(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", deny)
    assert "permission denied" in refusal(path)
    assert "ASSISTANT_PROJECT=none" in refusal(path, "project")


@pytest.mark.parametrize(
    ("text", "keys", "line"),
    [
        ("a = 1\nquotes = 3\n", ("quotes",), 2),
        ("# quotes = 1\nx = '''\nquotes = 2\n'''\nquotes = 3\n", ("quotes",), 5),
        ("quotes = 1\n[profiles.a]\nquotes = 2\n", ("profiles", "a", "quotes"), 3),
        ("profiles.a.quotes = 2\n", ("profiles", "a", "quotes"), 1),
        ("[profiles]\na = {retries = 1, quotes = 2}\n", ("profiles", "a", "quotes"), 2),
        ("a = '\u2028'\nquotes = 1\n", ("quotes",), 2),
        ('"quo\\u0074es" = 1\n', ("quotes",), None),
        ("a = 1\n", ("quotes",), None),
    ],
)
def test_the_line_of_a_key_is_found_however_it_is_written(tmp_path, text, keys, line):
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    assert config_files.read("user", path).line(*keys) == line


def test_the_nearest_projects_file_above_is_found(tmp_path, monkeypatch):
    monkeypatch.delenv("ASSISTANT_PROJECT")
    deep = tmp_path / "a" / "b" / "c"
    deep.mkdir(parents=True)
    (tmp_path / "assistant.toml").touch()
    monkeypatch.chdir(deep)
    assert config_files.project_path() == tmp_path / "assistant.toml"
    (tmp_path / "a" / "assistant.toml").touch()
    assert config_files.project_path() == tmp_path / "a" / "assistant.toml"
    monkeypatch.setenv("ASSISTANT_PROJECT", "none")
    assert config_files.project_path() is None


def test_the_users_file_is_where_the_system_keeps_such_files_or_where_it_is_named(tmp_path):
    assert config_files.user_path({}).parts[-2:] == ("assistant", "config.toml")
    assert config_files.user_path({"ASSISTANT_CONFIG": str(tmp_path / "x")}) == tmp_path / "x"
    assert config_files.user_path({"ASSISTANT_CONFIG": "none"}) is None
    named = {"ASSISTANT_CONFIG": str(tmp_path / "x"), "ASSISTANT_PROJECT": "none"}
    with pytest.raises(ConfigurationError, match="is not there"):
        config_files.both(named)


def test_a_variable_that_begins_at_an_unknown_home_folder_is_refused():
    for variable, path in (
        ("ASSISTANT_CONFIG", config_files.user_path),
        ("ASSISTANT_PROJECT", config_files.project_path),
    ):
        with pytest.raises(ConfigurationError, match=f"{variable} begins at an unknown"):
            path({variable: "~nobody-of-that-name/x.toml"})


def test_no_files_are_read_where_there_are_none_and_from_a_folder_that_was_deleted(tmp_path):
    program = (
        "import os, sys; os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone');"
        "from assistant.settings import Settings; print(Settings.load() == Settings())"
    )
    env = {k: v for k, v in os.environ.items() if k != "ASSISTANT_PROJECT"}
    env["PYTHONPATH"] = os.pathsep.join(sys.path)
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert (ran.stdout, ran.stderr) == ("True\n", "")
