"""The user's file of settings: where it is looked for, and what is told of one that is no good."""

import os
import subprocess
import sys

import pytest

from assistant.errors import ConfigurationError
from assistant.settings import UserFile, user_path


@pytest.fixture
def named(tmp_path, monkeypatch):
    """The path of a file that ASSISTANT_CONFIG names."""
    path = tmp_path / "config.toml"
    monkeypatch.setenv("ASSISTANT_CONFIG", str(path))
    return path


def refusal(path):
    with pytest.raises(ConfigurationError) as refused:
        UserFile.read()
    told = str(refused.value)
    assert "\n" not in told
    assert str(path) in told
    return told.lower()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("quotes = 3\nllm none\n", "not toml (expected '=' after a key"),
        ("quotes = 3\nllm none\n", "at line 2"),
        ("quotes = 3\n\nquotes = 4\n", "cannot overwrite"),
        ("x = " + "[\n" * 20_000, "not toml"),
        ("a = 1\na", "not toml"),
        ("profiles = 3", "line 1: profiles are tables"),
        ("[profiles]\nfast = 3", "profiles are tables"),
    ],
)
def test_a_broken_file_is_told_with_its_line(named, text, told):
    named.write_text(text)
    assert told in refusal(named)


def test_what_is_not_utf_8_is_told(named):
    named.write_bytes(b"quotes = 3\n# caf\xe9\n")
    assert "not toml ('utf-8' codec can't decode" in refusal(named)


def test_a_byte_order_mark_and_windows_line_ends_are_read(named):
    named.write_bytes(b"\xef\xbb\xbfquotes = 3\r\nretries = 1\r\n")
    read = UserFile.read()
    assert read.table == {"quotes": 3, "retries": 1}
    assert read.line("retries") == 2


def test_a_file_that_cannot_be_read_is_told_with_the_remedy(named, monkeypatch):
    assert "no such file" in refusal(named)
    named.mkdir()
    assert "is a directory" in refusal(named)
    named.rmdir()
    named.touch()

    def deny(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(named), "read_text", deny)
    told = refusal(named)
    assert "permission denied" in told
    assert "name another file in assistant_config" in told


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
def test_the_line_of_a_key_is_found_however_it_is_written(named, text, keys, line):
    named.write_text(text, encoding="utf-8")
    assert UserFile.read().line(*keys) == line


def test_the_file_is_where_the_system_keeps_such_files_or_where_it_is_named(tmp_path, monkeypatch):
    for name, place in (("~/x", tmp_path / "home" / "x"), (tmp_path / "y", tmp_path / "y")):
        monkeypatch.setenv("ASSISTANT_CONFIG", str(name))
        assert user_path() == place
    monkeypatch.setenv("ASSISTANT_CONFIG", "none")
    assert user_path() is None
    monkeypatch.delenv("ASSISTANT_CONFIG")
    assert user_path().parts[-2:] == ("assistant", "config.toml")
    assert UserFile.read() == UserFile(user_path())  # none is there


def test_no_file_of_the_machine_changes_a_test_or_what_it_starts(tmp_path):
    users = tmp_path / "home" / "config" / "assistant" / "config.toml"
    users.parent.mkdir(parents=True)
    users.write_text("broken")
    program = "from assistant.settings import Settings; print(Settings.load() == Settings())"
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("True\n", "")
    broken = env | {"ASSISTANT_CONFIG": str(users)}
    ran = subprocess.run([sys.executable, "-c", program], env=broken, capture_output=True)
    assert ran.returncode == 1
