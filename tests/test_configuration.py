"""Layers of settings: which wins, which profile is chosen, what is refused and how that is told."""

import itertools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, nullcontext
from pathlib import Path

import platformdirs
import pytest

from assistant import Assistant, config_files, trusting
from assistant.errors import ConfigurationError, UsageError
from assistant.settings import Settings

ORDER = ("user", "project", "user profile", "project profile", "environment", "option")


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Writes the user's and the project's file, and goes to a folder of the project."""
    users, project = tmp_path / "users.toml", tmp_path / "project" / "assistant.toml"
    (project.parent / "sub").mkdir(parents=True)
    monkeypatch.chdir(project.parent / "sub")
    monkeypatch.delenv("ASSISTANT_PROJECT")

    def write(user=None, project_text=None):
        if user is not None:
            users.write_text(user, encoding="utf-8")
            monkeypatch.setenv("ASSISTANT_CONFIG", str(users))
        if project_text is not None:
            project.write_text(project_text, encoding="utf-8")
        return users, project

    return write


def refusal(profile=None, **given):
    with pytest.raises(ConfigurationError) as refused:
        Settings.load(profile, **given)
    told = str(refused.value)
    assert "\n" not in told
    return told


@pytest.mark.parametrize(
    "there", [s for n in range(1, 7) for s in itertools.combinations(range(6), n)]
)
def test_of_any_layers_that_give_a_value_the_strongest_wins(files, monkeypatch, there):
    texts = {"user": ["[profiles.p]"], "project": ["[profiles.p]"]}
    given = {}
    for number in there:
        value = number + 1
        owner, _, profile = ORDER[number].partition(" ")
        if owner in texts:
            place = len(texts[owner]) if profile else 0
            texts[owner].insert(place, f"quotes = {value}")
        elif owner == "environment":
            monkeypatch.setenv("ASSISTANT_QUOTES", str(value))
        else:
            given["quotes"] = value
    files("\n".join(texts["user"]), "\n".join(texts["project"]))
    assert Settings.load("p", **given).quotes == there[-1] + 1


@pytest.mark.parametrize(
    ("given", "variable", "project", "user", "chosen"),
    [
        ("a", "b", "c", "d", "a"),
        (None, "b", "c", "d", "b"),
        (None, "", None, "d", "d"),
        (None, None, "c", None, "c"),
        ("", "b", "c", "d", None),
        (None, None, None, None, None),
    ],
)
def test_a_profile_is_chosen_by_option_variable_project_or_user_in_that_order(
    files, monkeypatch, given, variable, project, user, chosen
):
    tables = "".join(f"[profiles.{name}]\nquotes = {ord(name) - 90}\n" for name in "abcd")
    files(
        (f"profile = '{user}'\n" if user else "") + tables,
        f"profile = '{project}'\n" if project else "",
    )
    if variable is not None:
        monkeypatch.setenv("ASSISTANT_PROFILE", variable)
    found = Settings.resolve(given, {})
    assert found.sources.profile == chosen
    assert found.settings.quotes == (ord(chosen) - 90 if chosen else 3)


def test_an_unknown_profile_is_refused_with_those_there_are_and_where_it_was_named(
    files, monkeypatch
):
    files("[profiles.slow]\n[profiles.fast]\n", "[profiles.far]\n")
    assert refusal("fsat") == "there is no profile 'fsat'; there are: far, fast, slow."
    monkeypatch.setenv("ASSISTANT_PROFILE", "x")
    assert refusal().startswith("ASSISTANT_PROFILE: there is no profile 'x'")
    monkeypatch.delenv("ASSISTANT_PROFILE")
    users, _ = files("profile = 'y'\n", "")
    assert refusal().startswith(f"{users}, line 1: there is no profile 'y'; none is defined")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("profile = 3", "line 1: profile names a profile"),
        ("profiles = 3", "line 1: profiles are tables"),
        ("[profiles]\nfast = 3", "profiles are tables"),
    ],
)
def test_what_is_no_profile_is_refused(files, text, told):
    users, _ = files(text)
    said = refusal()
    assert said.startswith(str(users))
    assert told in said


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("strict", "off", False),
        ("strict", "1", True),
        ("strict", "No", False),
        ("quotes", "7", 7),
        ("timeout", "1.5", 1.5),
        ("history", "false", False),
        ("evidence_tokens", "200", 200),
        ("llm", "local", "local"),
        ("index", "/there", Path("/there")),
    ],
)
def test_a_variable_sets_each_setting_parsed_by_its_type(monkeypatch, name, text, value):
    monkeypatch.setenv(f"ASSISTANT_{name.upper()}", text)
    assert getattr(Settings.load(), name) == value


def test_every_setting_has_a_variable(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.setenv(f"ASSISTANT_{name.upper()}", "\n")
        with pytest.raises(ConfigurationError) if name in numbers() else nullcontext():
            assert getattr(Settings.load(), name) is not None
        monkeypatch.delenv(f"ASSISTANT_{name.upper()}")


def numbers():
    return [
        n
        for n, about in Settings.model_fields.items()
        if "str" not in str(about.annotation) and "Path" not in str(about.annotation)
    ]


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("ASSISTANT_QUOTES", "many", "ASSISTANT_QUOTES: setting 'quotes' is refused"),
        ("ASSISTANT_QUOTES", "99", "less than or equal to 20"),
        ("ASSISTANT_STRICT", "perhaps", "ASSISTANT_STRICT: setting 'strict' is refused"),
        ("ASSISTANT_TIMEOUT", "3601", "less than or equal to 3600"),
        ("ASSISTANT_TIMEOUT", "nan", "ASSISTANT_TIMEOUT"),
        ("ASSISTANT_TIMEOUTS", "3", "no setting; did you mean ASSISTANT_TIMEOUT?"),
        ("ASSISTANT_VECTOR", "x", "did you mean ASSISTANT_VECTORS?"),
        ("ASSISTANT_llm", "x", "did you mean ASSISTANT_LLM?"),
        ("ASSISTANT_PROFIL", "x", "did you mean ASSISTANT_PROFILE?"),
        ("ASSISTANT_INDEX", "~nobody-of-that-name/x", "unknown home folder"),
    ],
)
def test_a_variable_that_does_not_fit_or_is_misspelt_is_refused(monkeypatch, variable, value, told):
    monkeypatch.setenv(variable, value)
    assert told in refusal()


def test_variables_of_other_programs_and_empty_ones_are_let_be(monkeypatch):
    monkeypatch.setenv("ASSISTANT_URL_OF_THE_OTHER_PROGRAM", "x")
    monkeypatch.setenv("ASSISTANT_QUOTE", "")
    monkeypatch.setenv("ASSISTANT_QUOTES", "")
    assert Settings.load() == Settings()


@pytest.mark.parametrize("kind", ["user", "project"])
@pytest.mark.parametrize("table", ["", "[profiles.idle]\n"])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("quote = 3", "'quote' is no setting; did you mean 'quotes'?"),
        ("evidence-tokens = 300", "did you mean 'evidence_tokens'?"),
        ("temperture = 1", "'temperture' is no setting; delete it, or choose among: index, llm"),
        ("quotes = '3'", "setting 'quotes' is refused: input should be a valid integer"),
        ("quotes = 0", "greater than or equal to 1"),
        ("strict = 1", "setting 'strict' is refused"),
        ("timeout = nan", "setting 'timeout' is refused"),
        ("llm = 3", "setting 'llm' is refused"),
        ("llm = ''", "setting 'llm' is refused"),
        ("index = ''", "setting 'index' is refused"),
        ("index = 3", "setting 'index' is refused"),
        ('llm = "m@http://a\\u0009b"', "control characters"),
        ('index = "a\\u0000b"', "control characters"),
        ("quotes = 2024-01-01", "setting 'quotes' is refused"),
    ],
)
def test_a_file_is_refused_with_its_name_and_line_also_in_idle_profiles(
    files, kind, table, text, told
):
    both = dict(
        zip(
            ("user", "project"),
            files(**{kind_argument(kind): f"# x\n{table}{text}\n"}),
            strict=True,
        )
    )
    said = refusal()
    assert said.startswith(f"{both[kind]}, line {3 if table else 2}: ")
    assert told in said


def kind_argument(kind):
    return "user" if kind == "user" else "project_text"


@pytest.mark.parametrize(
    "text",
    [
        "openai_api_key = 'very-secret'",
        "password = 'very-secret'",
        "token = 'very-secret'",
        "[openai]\napi_key = 'very-secret'",
        "llm = 'm@http://me:very-secret@host/v1'",
        "vectors = 'http://me:very-secret@host'",
        "embedding = 'e@https://host/v1?key=very-secret'",
        "llm = 'openai/sk-very-secret0123456789'",
        "[profiles.idle]\nvectors = 'http://me:very-secret@host'",
        "quote = 'http://me:very-secret@host'",
        "quotes = 'http://me:very-secret@host'",
    ],
)
def test_a_secret_in_a_file_is_refused_and_not_shown(files, text):
    users, _ = files(text)
    told = refusal()
    assert told.startswith(str(users))
    assert "very-secret" not in told
    assert "environment" in told or "did you mean 'quotes'" in told


def test_a_secret_may_stand_in_the_environment_and_is_not_shown_when_refused(monkeypatch):
    monkeypatch.setenv("ASSISTANT_VECTORS", "http://me:very-secret@127.0.0.1:8000")
    assert Settings.load().vectors == "http://me:very-secret@127.0.0.1:8000"
    monkeypatch.setenv("ASSISTANT_QUOTES", "http://me:very-secret@127.0.0.1:8000")
    assert "very-secret" not in refusal()


def test_an_unknown_keyword_argument_is_refused_with_the_nearest_name():
    assert refusal(quote=3) == "'quote' is no setting; did you mean 'quotes'?"
    assert "environment" in refusal(openai_api_key="very-secret")
    assert "very-secret" not in refusal(openai_api_key="very-secret")


def test_relative_paths_begin_at_their_file_and_a_tilde_is_the_home_folder(files, monkeypatch):
    users, project = files("index = 'mine'\nllm = 'm/x.gguf'\n", "")
    assert Settings.load().index == users.parent / "mine"
    assert Settings.load().llm == str(users.parent / "m" / "x.gguf")
    files("", "index = 'built'\n")
    assert Settings.load().index == project.parent / "built"
    files("index = '~/mine'\n", "")
    assert Settings.load().index == Path.home() / "mine"
    monkeypatch.setenv("ASSISTANT_INDEX", "~/other")
    assert Settings.load().index == Path.home() / "other"
    assert Settings.load(index="here").index == Path("here")


def trust(path):
    trusting.trust(config_files.read("project", path))


@pytest.mark.parametrize(
    ("text", "name", "own"),
    [
        ("llm = 'openai/gpt-4o-mini'", "llm", "none"),
        ("embedding = 'e@https://host.example/v1'", "embedding", "minilm"),
        ("vectors = 'http://host.example:8000'", "vectors", "local"),
        ("index = '../elsewhere'", "index", "here"),
        ("strict = false", "strict", True),
        ("confidence = 0.1", "confidence", 0.38),
    ],
)
def test_what_only_the_user_may_decide_is_refused_until_the_file_is_trusted(files, text, name, own):
    _, project = files(project_text=text + "\n")
    told = refusal()
    assert told.startswith(f"{project}, line 1: {name} = ")
    assert f"assistant config trust {project}" in told
    assert f"ASSISTANT_{name.upper()}" in told
    assert str(getattr(Settings.load(**{name: own}), name)) == str(own)  # by option
    trust(project)
    assert getattr(Settings.load(), name) != own
    files(project_text=text + "\n# changed\n")
    assert refusal() == told


def test_the_environment_goes_before_what_a_file_that_is_not_trusted_wants(files, monkeypatch):
    files(project_text="llm = 'openai/gpt-4o-mini'\n")
    monkeypatch.setenv("ASSISTANT_LLM", "none")
    assert Settings.load().llm == "none"


def test_the_users_own_file_may_decide_everything(files):
    files("llm = 'openai/gpt-4o-mini'\nstrict = false\nindex = '/elsewhere'\n")
    assert Settings.load().llm == "openai/gpt-4o-mini"


@pytest.mark.parametrize("place", ["local", "http://127.0.0.1:8000"])
def test_a_project_may_move_the_vectors_of_its_own_index_alone(files, place):
    _, project = files("", f"vectors = '{place}'\n")
    assert "would move the vectors of an index that is not the project's" in refusal()
    assert Settings.load(vectors="local").vectors == "local"
    files(f"vectors = '{place}'\n")
    assert Settings.load().vectors == place
    files("", f"vectors = '{place}'\nindex = 'index'\n")
    assert Settings.load().vectors == place
    assert "would move the vectors" in refusal(index="mine")
    trust(project)
    assert Settings.load(index="mine").vectors == place


def test_a_project_may_ask_for_what_the_user_has_anyhow(files):
    files("strict = false\nconfidence = 0.1\n", "strict = false\nconfidence = 0.2\n")
    assert Settings.load().confidence == 0.2


def test_a_profile_of_the_project_wants_trust_as_its_file_does(files):
    _, project = files("", "[profiles.far]\nllm = 'openai/gpt-4o-mini'\n")
    assert Settings.load().llm is None
    assert refusal("far").startswith(f"{project}, line 2: llm = ")
    trust(project)
    assert Settings.load("far").llm == "openai/gpt-4o-mini"


def test_a_project_cannot_choose_the_users_remote_profile_without_trust(files):
    users, project = files("[profiles.far]\nllm = 'openai/m'\n", "profile = 'far'\n")
    told = refusal()
    assert told.startswith(f"{users}, line 2: llm = ")
    assert f"was chosen by {project}" in told
    assert Settings.load("far").llm == "openai/m"  # the user may
    trust(project)
    assert Settings.load().llm == "openai/m"


def test_a_project_cannot_take_the_users_own_profile_away_without_trust(files):
    _, project = files(
        "profile = 'safe'\nllm = 'openai/m'\n[profiles.safe]\nllm = 'none'\n",
        "profile = 'empty'\n[profiles.empty]\n",
    )
    told = refusal()
    assert told.startswith(f"{project}, line 1: would choose the profile 'empty'")
    assert Settings.load("safe").llm == "none"
    trust(project)
    assert Settings.load().llm == "openai/m"


@pytest.mark.parametrize(
    ("key", "value", "where"),
    [
        ("model", "e@https://host.example/v1", "e@https://host.example/v1"),
        ("vectors", None, "https://host.example"),
    ],
)
def test_an_index_that_sends_elsewhere_wants_trust_where_only_a_projects_file_names_it(
    files, built_index, key, value, where
):
    """It may have come along with the file: nobody on this machine chose where it sends."""
    _, project = files(project_text="index = 'index'\n")
    index = shutil.copytree(built_index, project.parent / "index")
    place = {"name": "assistant-" + "0" * 32, "server": "https://host.example"}
    record = json.dumps({"place": place})
    with closing(sqlite3.connect(index / "catalogue.sqlite3")) as db, db:
        db.execute("REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value or record))
    told = []
    with (
        Assistant.open(llm="none", notify=told.append) as assistant,
        pytest.raises(ConfigurationError, match=r"line 1: the index that it names would send"),
    ):
        assistant.sources()
    assert told == []
    for named in ({"index": index}, {}):
        with Assistant.open(llm="none", notify=told.append, **named) as assistant:
            assert list(assistant.sources())
        assert where in told.pop()
        trust(project)


def test_a_model_that_there_is_not_is_told_with_the_place_that_names_it(files):
    users, _ = files("quotes = 2\nllm = 'gpt'\n")
    with pytest.raises(UsageError, match=r"line 2: no model is called 'gpt'; give one of"):
        Assistant.open()
    files("embedding = 'x'\n")
    with pytest.raises(UsageError, match=f"^{users}, line 1: no embedding model"):
        Assistant.open()
    files("vectors = 'x'\n")
    with pytest.raises(UsageError, match=r"line 1: .*no address of a Chroma server"):
        Assistant.open()


def test_the_library_reads_the_same_files_and_profiles(files):
    files("[profiles.quick]\nllm = 'none'\n", "llm = 'local'\n")
    assert Assistant.open().model.startswith("local/")
    assert Assistant.open(profile="quick").model == "none"


def test_a_file_named_as_both_is_the_users(files, monkeypatch):
    _, project = files(project_text="strict = false\n")
    monkeypatch.setenv("ASSISTANT_CONFIG", str(project))
    assert not Settings.load().strict


def test_no_file_of_the_machine_changes_a_test_or_what_it_starts(tmp_path, monkeypatch):
    (tmp_path / "assistant.toml").write_text("broken")
    users = platformdirs.user_config_path("assistant") / "config.toml"
    users.parent.mkdir(parents=True)
    users.write_text("broken")
    monkeypatch.chdir(tmp_path)
    assert Settings.load() == Settings()
    program = "from assistant.settings import Settings; print(Settings.load() == Settings())"
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("True\n", "")
