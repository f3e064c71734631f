"""The settings: what wins, what is refused and how that is told, and where things are."""

import itertools
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import platformdirs
import pytest
from pydantic import ValidationError

from assistant import Assistant, settings
from assistant.errors import ConfigurationError, UsageError
from assistant.models.chat.base import parse_spec
from assistant.settings import Settings, default_index, origins, shipped

ORDER = ("file", "profile", "environment", "option")


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Writes the user's file."""
    path = tmp_path / "users.toml"

    def write(text):
        path.write_text(text, encoding="utf-8")
        monkeypatch.setenv("ASSISTANT_CONFIG", str(path))
        return path

    return write


def refusal(**given):
    with pytest.raises(ConfigurationError) as refused:
        Settings.load(**given)
    told = str(refused.value)
    assert "\n" not in told
    return told


def test_what_is_given_wins_over_the_environment_which_wins_over_the_default(monkeypatch):
    assert (Settings.load().llm, Settings.load().index) == (None, None)
    monkeypatch.setenv("ASSISTANT_LLM", "none")
    monkeypatch.setenv("ASSISTANT_INDEX", "/there")
    assert (Settings.load().llm, Settings.load().index) == ("none", Path("/there"))
    monkeypatch.setenv("ASSISTANT_EMBEDDING", "minilm")
    assert Settings.load().embedding == "minilm"
    monkeypatch.setenv("ASSISTANT_VECTORS", "local")
    assert Settings.load().vectors == "local"
    given = Settings.load(llm="local", index="/here", embedding="openai/m")
    assert (given.llm, given.index) == ("local", Path("/here"))
    assert given.embedding == "openai/m"


def test_none_is_not_given(monkeypatch):
    monkeypatch.setenv("ASSISTANT_LLM", "none")
    assert Settings.load(llm=None, strict=None) == Settings(llm="none")


def test_an_empty_variable_is_no_variable(monkeypatch):
    monkeypatch.setenv("ASSISTANT_LLM", "")
    monkeypatch.setenv("ASSISTANT_EMBEDDING", "")
    monkeypatch.setenv("ASSISTANT_VECTORS", "")
    monkeypatch.setenv("ASSISTANT_INDEX", "")
    assert Settings.load() == Settings()


def test_an_unknown_setting_is_refused_by_name_with_the_names_there_are():
    with pytest.raises(UsageError, match=r"'temperture'.*candidates") as refused:
        Settings.load(temperture=1)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("passage_tokens", 257),
        ("candidates", 0),
        ("dense_weight", 10.5),
        ("evidence_tokens", 10),
        ("quotes", 0),
        ("confidence", -0.1),
        ("timeout", 0),
        ("retries", 11),
        ("strict", "perhaps"),
        ("collapse", "perhaps"),
        ("candidates", "many"),
    ],
)
def test_a_value_out_of_bounds_is_refused_by_name_in_one_line(name, value):
    with pytest.raises(UsageError, match=name) as refused:
        Settings.load(**{name: value})
    assert "\n" not in str(refused.value)


def test_settings_cannot_be_changed_afterwards():
    with pytest.raises(ValidationError):
        Settings().strict = False


@pytest.mark.parametrize(
    "there", [s for n in range(1, 5) for s in itertools.combinations(range(4), n)]
)
def test_of_any_sources_that_give_a_value_the_strongest_wins(file, monkeypatch, there):
    lines, given = {"file": "", "profile": ""}, {}
    for number in there:
        match ORDER[number]:
            case "environment":
                monkeypatch.setenv("ASSISTANT_QUOTES", str(number + 1))
            case "option":
                given["quotes"] = number + 1
            case source:
                lines[source] = f"quotes = {number + 1}"
    path = file(f"{lines['file']}\n[profiles.p]\n{lines['profile']}\n")
    places = f"{path}, line 1", f"{path}, line 3", "ASSISTANT_QUOTES", "--quotes"
    assert Settings.load(profile="p", **given).quotes == there[-1] + 1
    assert origins({"profile": "p", **given})["quotes"].place == places[there[-1]]


@pytest.mark.parametrize(
    ("given", "variable", "named", "chosen"),
    [
        ("a", "b", "c", "a"),
        (None, "b", "c", "b"),
        (None, "", "c", "c"),
        (None, None, "c", "c"),
        ("", "b", "c", None),
        (None, None, None, None),
    ],
)
def test_a_profile_is_chosen_by_option_variable_or_file_in_that_order(
    file, monkeypatch, given, variable, named, chosen
):
    tables = "".join(f"[profiles.{name}]\nquotes = {ord(name) - 90}\n" for name in "abc")
    file((f"profile = '{named}'\n" if named else "") + tables)
    if variable is not None:
        monkeypatch.setenv("ASSISTANT_PROFILE", variable)
    found = Settings.load(profile=given)
    assert (found.profile or None) == chosen
    assert found.quotes == (ord(chosen) - 90 if chosen else 3)


def test_an_unknown_profile_is_refused_with_those_there_are(file, monkeypatch):
    assert "there is no profile 'x' in ASSISTANT_CONFIG=none" in refusal(profile="x")
    path = file("[profiles.slow]\n[profiles.fast]\n")
    told = f"there is no profile 'fsat' in {path}; there are: fast, slow."
    assert refusal(profile="fsat") == told
    monkeypatch.setenv("ASSISTANT_PROFILE", "fsat")
    assert refusal() == told
    monkeypatch.delenv("ASSISTANT_PROFILE")
    file("profile = 3\n")
    assert "there is no profile 3" in refusal()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("strict", "off", False),
        ("strict", "1", True),
        ("strict", "No", False),
        ("quotes", "7", 7),
        ("timeout", "1.5", 1.5),
        ("lexical_weight", "0", 0.0),
        ("history", "false", False),
        ("evidence_tokens", "200", 200),
        ("llm", "local", "local"),
        ("index", "/there", Path("/there")),
    ],
)
def test_a_variable_sets_each_setting_parsed_by_its_type(monkeypatch, name, text, value):
    monkeypatch.setenv(f"ASSISTANT_{name.upper()}", text)
    assert getattr(Settings.load(), name) == value


def test_every_setting_has_a_variable(file, monkeypatch):
    file('[profiles."\\n"]\n')
    for name, about in Settings.model_fields.items():
        is_text = "str" in str(about.annotation) or "Path" in str(about.annotation)
        monkeypatch.setenv(f"ASSISTANT_{name.upper()}", "\n")
        with nullcontext() if is_text else pytest.raises(ConfigurationError):
            assert getattr(Settings.load(), name) is not None
        monkeypatch.delenv(f"ASSISTANT_{name.upper()}")


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("ASSISTANT_QUOTES", "many", "ASSISTANT_QUOTES: setting 'quotes' is refused"),
        ("ASSISTANT_QUOTES", "99", "less than or equal to 20"),
        ("ASSISTANT_STRICT", "perhaps", "ASSISTANT_STRICT: setting 'strict' is refused"),
        ("ASSISTANT_CANDIDATES", "1001", "less than or equal to 1000"),
        ("ASSISTANT_DENSE_WEIGHT", "nan", "ASSISTANT_DENSE_WEIGHT"),
        ("ASSISTANT_TIMEOUTS", "3", "no setting; did you mean ASSISTANT_TIMEOUT?"),
        ("ASSISTANT_VECTOR", "x", "did you mean ASSISTANT_VECTORS?"),
        ("ASSISTANT_PROFIL", "x", "did you mean ASSISTANT_PROFILE?"),
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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("quotes = 'many'", "setting 'quotes' is refused: input should be a valid integer"),
        ("quotes = 0", "greater than or equal to 1"),
        ("strict = 7", "setting 'strict' is refused"),
        ("timeout = nan", "setting 'timeout' is refused"),
        ("llm = 3", "setting 'llm' is refused"),
        ("llm = ''", "setting 'llm' is refused"),
        ("index = 3", "setting 'index' is refused"),
        ("quotes = 2024-01-01", "setting 'quotes' is refused"),
    ],
)
@pytest.mark.parametrize("table", ["", "[profiles.p]\n"])
def test_a_value_in_the_file_is_refused_with_its_line(file, table, text, told):
    path = file(f"# x\n{table}{text}\n")
    said = refusal(profile="p" if table else None)
    assert said.startswith(f"{path}, line {3 if table else 2}: ")
    assert told in said


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("quote = 3", "'quote' is no setting; did you mean 'quotes'?"),
        ("evidence-tokens = 300", "did you mean 'evidence_tokens'?"),
        ("temperture = 1", "'temperture' is no setting; delete it, or choose among: profile"),
        ("api_key = 'very-secret'", "take it out, and set OPENAI_API_KEY in the environment"),
        ("password = 'very-secret'", "take it out, and set OPENAI_API_KEY in the environment"),
        ("[openai]\napi_key = 'very-secret'", "'openai' is no setting"),
        ("llm = 'm@http://me:very-secret@host/v1'", "set ASSISTANT_LLM or OPENAI_API_KEY in"),
        ("vectors = 'http://me:very-secret@host'", "holds a key, name or password"),
        ("embedding = 'e@https://host/v1?key=very-secret'", "holds a key, name or password"),
        ("llm = 'openai/sk-very-secret0123456789'", "holds a key, name or password"),
        ("quotes = 'http://me:very-secret@host'", "holds a key, name or password"),
    ],
)
@pytest.mark.parametrize("table", ["", "[profiles.idle]\n"])
def test_unknown_names_and_secrets_in_the_file_are_refused_also_in_idle_profiles(
    file, table, text, told
):
    if table and text.startswith("["):
        text = "openai = 3"
    path = file(f"# x\n{table}{text}\n")
    said = refusal()
    assert said.startswith(f"{path}, line ")
    assert told in said
    assert "very-secret" not in said


def test_a_secret_may_stand_in_the_environment_and_is_not_shown_when_refused(monkeypatch):
    monkeypatch.setenv("ASSISTANT_VECTORS", "http://me:very-secret@127.0.0.1:8000")
    assert Settings.load().vectors == "http://me:very-secret@127.0.0.1:8000"
    monkeypatch.setenv("ASSISTANT_QUOTES", "http://me:very-secret@127.0.0.1:8000")
    assert "very-secret" not in refusal()


def test_an_unknown_keyword_argument_is_refused_with_the_nearest_name():
    assert refusal(quote=3) == "'quote' is no setting; did you mean 'quotes'?"
    assert "environment" in refusal(openai_api_key="very-secret")
    assert "very-secret" not in refusal(openai_api_key="very-secret")


def test_relative_paths_begin_at_the_file_and_a_tilde_is_the_home_folder(file, monkeypatch):
    path = file("index = 'mine'\nllm = 'm/x.gguf'\n")
    assert Settings.load().folder == path.parent / "mine"
    assert Settings.load().llm == str(path.parent / "m" / "x.gguf")
    file("index = '~/mine'\nllm = '~/x.gguf'\n")
    assert Settings.load().folder == Path.home() / "mine"
    assert Settings.load().llm == str(Path.home() / "x.gguf")
    monkeypatch.setenv("ASSISTANT_INDEX", "~/other")
    assert Settings.load().folder == Path.home() / "other"
    assert Settings.load(index="here").folder == Path.cwd() / "here"
    assert parse_spec("~/x.gguf").path == Path.home() / "x.gguf"


def test_a_home_folder_that_is_unknown_is_a_name_like_any_other():
    assert Settings.load(index="~nobody-of-that-name/x").folder == Path.cwd() / (
        "~nobody-of-that-name/x"
    )


def test_a_model_that_there_is_not_is_told_with_the_place_that_names_it(file, monkeypatch):
    path = file("quotes = 2\nllm = 'gpt'\n")
    with pytest.raises(UsageError, match=f"^{path}, line 2: no model is called 'gpt'; give one of"):
        Assistant.open()
    file("embedding = 'x'\n")
    with pytest.raises(UsageError, match=f"^{path}, line 1: no embedding model"):
        Assistant.open()
    file("vectors = 'x'\n")
    with pytest.raises(UsageError, match=r"line 1: .*no address of a Chroma server"):
        Assistant.open()
    monkeypatch.setenv("ASSISTANT_LLM", "gpt")
    with pytest.raises(UsageError, match=r"^ASSISTANT_LLM: no model is called 'gpt'"):
        Assistant.open()
    with pytest.raises(UsageError, match=r"^no model is called 'other'"):
        Assistant.open(llm="other")


def test_the_library_reads_the_same_file_and_profiles(file):
    file("llm = 'local'\n[profiles.quick]\nllm = 'none'\n")
    assert Assistant.open().model.startswith("local/")
    assert Assistant.open(profile="quick").model == "none"


@pytest.mark.parametrize(("name", "kind"), [("prompts", "*.md"), ("seeds", "*.txt")])
def test_what_ships_is_found(name, kind):
    assert list(shipped(name).glob(kind))


def installed(monkeypatch, top):
    """As if the package lay in the folder `top`."""
    (top / "assistant" / "data").mkdir(parents=True)
    monkeypatch.setattr(settings, "__file__", str(top / "assistant" / "settings.py"))


def test_what_is_packed_in_the_wheel_goes_before_the_checkout(monkeypatch, tmp_path):
    installed(monkeypatch, tmp_path)
    assert shipped("seeds") == tmp_path / "seeds"
    (tmp_path / "assistant" / "data" / "seeds").mkdir()
    assert shipped("seeds") == tmp_path / "assistant" / "data" / "seeds"


def test_a_checkout_keeps_its_index_and_an_installation_uses_the_users_folder(
    monkeypatch, tmp_path
):
    installed(monkeypatch, tmp_path)
    users = platformdirs.user_data_path("assistant") / "index"
    assert default_index() == users
    (tmp_path / "index").mkdir()
    assert default_index() == users
    (tmp_path / "index" / "README.md").touch()
    assert default_index() == tmp_path / "index"


def test_a_checkout_that_may_not_be_written_is_no_checkout(monkeypatch, tmp_path):
    installed(monkeypatch, tmp_path)
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "README.md").touch()
    monkeypatch.setattr(settings.os, "access", lambda *_: False)
    assert default_index() == platformdirs.user_data_path("assistant") / "index"


def test_settings_load_without_any_heavy_package():
    loaded = "import sys, assistant.settings; print(*sys.modules)"
    modules = subprocess.check_output([sys.executable, "-c", loaded], text=True).split()
    assert not {"numpy", "openai", "chromadb", "onnxruntime", "platformdirs"} & set(modules)
