"""Frozen settings with their bounds, their sources, and where the value of each comes from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from assistant.errors import ConfigurationError
from assistant.secrets import holds_secret, is_secret_name, masked

CATALOGUE = "catalogue.sqlite3"
"""Name of the catalogue's file in the folder of an index."""
PREFIX = "ASSISTANT_"
OTHER_VARIABLES = ("config", "history_dir")
"""Variables of ours, without the prefix, that are no settings."""
NO_FILE = "none"
"""Value of ASSISTANT_CONFIG where no file is to be read."""
_MISSPELT = 0.8
"""Likeness, 0 to 1, from which a variable is taken for a misspelt one of ours."""


class Settings(BaseSettings):
    """All settings; the defaults are the measured ones.

    Sources, strongest first: keyword arguments, the environment (`ASSISTANT_` and the name in
    capitals), the chosen profile in the user's file, the lines above all profiles in that file.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        env_prefix=PREFIX,
        env_ignore_empty=True,
    )

    profile: str | None = Field(default=None, examples=["quick"])
    """Name of a profile, whose lines hold before those above all profiles."""
    index: Path | None = Field(default=None, examples=["index"])
    """Folder of the index; if not set, the default place."""
    llm: str | None = Field(default=None, min_length=1, examples=["local"])
    """Which model answers; if not set, the default choice."""
    embedding: str | None = Field(default=None, min_length=1, examples=["minilm"])
    """Which model finds passages by meaning; if not set, the one that the index was made with,
    and MiniLM for a new index.
    """
    vectors: str | None = Field(default=None, min_length=1, examples=["http://127.0.0.1:8000"])
    """Where the vectors are kept: the address of a Chroma server, or "local" for the folder of
    the index; if not set, where they are, and the folder for a new index.
    """
    passage_tokens: int = Field(default=128, ge=32, le=256)
    """Most tokens of MiniLM in one passage, its marks included."""
    candidates: int = Field(default=100, ge=1, le=1000)
    """Passages each ranker hands to the fusion."""
    lexical_weight: float = Field(default=1.0, ge=0, le=10)
    """Part of BM25 in a passage's fused score; 0 leaves it out."""
    dense_weight: float = Field(default=0.7, ge=0, le=10)
    """The part of its vector, likewise."""
    late_weight: float = Field(default=0.7, ge=0, le=10)
    """The part of late interaction, likewise."""
    spelling: bool = True
    """Search for a word that no document has in the spelling that it likely stands for."""
    acronyms: bool = True
    """Search for acronyms by what the documents say they stand for, and the reverse."""
    parts: bool = True
    """Search for the parts of a question that asks several things, too."""
    collapse: bool = True
    """Show passages of several documents that tell the same words as one hit."""
    evidence_tokens: int | None = Field(default=None, ge=50, le=100_000, examples=[600])
    """Most tokens of evidence given to a model; if not set, 240 with a model file, which reads
    slowly, and 1,200 with a server.
    """
    quotes: int = Field(default=3, ge=1, le=20)
    """Most sentences quoted where no model answers."""
    quote_confidence: float = Field(default=0.35, ge=0, le=1)
    """Least probability that the evidence answers the question at which sentences are quoted as
    an answer.
    """
    ask_relevance: float = Field(default=0.35, ge=0, le=2)
    """Least relevance of the evidence at which a model is asked at all."""
    confidence: float = Field(default=0.68, ge=0, le=1)
    """Least probability at which a model begins its reply with "yes" for it to be heard; where
    its server tells no probabilities, the word decides.
    """
    strict: bool = True
    """Drop statements that nothing supports (else show them, marked)."""
    timeout: float = Field(default=60.0, gt=0, le=3600)
    """Seconds without a sign from a model or vector server before a try is given up."""
    retries: int = Field(default=2, ge=0, le=10)
    """Further tries after a passing failure of such a server; four more where many passages are
    embedded.
    """
    history: bool = True
    """Keep conversations on this machine, so that they can be gone on with."""

    @property
    def folder(self) -> Path:
        """Whole path of the folder of the index."""
        return Path(os.path.expanduser(self.index or default_index())).absolute()

    @classmethod
    def load(cls, **given: Any) -> Settings:
        """Settings from what is given (None is not given), the environment, the file and defaults.

        Args:
            **given: settings by their names; the profile "" is none.

        Raises:
            ConfigurationError: a name is unknown, a value is out of its bounds, a key or password
                stands in the file, or the file cannot be read.
        """
        _check_variables()
        given = {name: value for name, value in given.items() if value is not None}
        try:
            return cls(**given)
        except ValidationError as exc:
            first = exc.errors()[0]
            name = str(first["loc"][0])
            what = masked(f"setting {name!r} is refused: {first['msg'].lower()}.")
            if first["type"] == "extra_forbidden":
                raise ConfigurationError(_unknown(name)) from exc
            raise origins(given)[name].refused(what) from exc

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Name the sources, strongest first; the stronger two choose the profile in the file."""
        profile = {**env_settings(), **init_settings()}.get("profile")
        values = InitSettingsSource(settings_cls, _file_values(profile))
        return init_settings, env_settings, values


def user_path() -> Path | None:
    """Return where the user's file is, or would be; None where none is to be read."""
    named = os.environ.get("ASSISTANT_CONFIG")
    if named:
        return None if named == NO_FILE else Path(os.path.expanduser(named)).absolute()
    import platformdirs

    return platformdirs.user_config_path("assistant") / "config.toml"


@dataclass(frozen=True, slots=True)
class UserFile:
    """The user's file as it was read; without any text where there is none.

    Attributes:
        path: absolute; None where no file is to be read.
        text: its text.
        table: the same as TOML has it; only its profiles are checked.
    """

    path: Path | None
    text: str = field(default="", repr=False)
    table: dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls) -> UserFile:
        """Read the file.

        Raises:
            ConfigurationError: it was named and is not there, cannot be read, or is no TOML.
        """
        path = user_path()
        if path is None or not (os.environ.get("ASSISTANT_CONFIG") or os.path.lexists(path)):
            return cls(path)
        import tomllib

        try:
            text = path.read_text(encoding="utf-8-sig")
            file = cls(path, text, tomllib.loads(text))
        except OSError as exc:
            raise ConfigurationError(
                f"{path} cannot be read ({(exc.strerror or str(exc)).lower()}); put that right, or "
                "name another file in ASSISTANT_CONFIG."
            ) from exc
        except (ValueError, RecursionError) as exc:
            raise ConfigurationError(
                f"{path}: not TOML ({exc}); put that right, as in name = 'value'."
            ) from exc
        profiles = file.profiles
        if isinstance(profiles, dict) and all(isinstance(p, dict) for p in profiles.values()):
            return file
        raise ConfigurationError(
            f"{file.where('profiles')}: profiles are tables; write [profiles.NAME], and its "
            "settings below it."
        )

    @property
    def profiles(self) -> dict[str, dict[str, Any]]:
        """The tables of its profiles by name."""
        found: dict[str, dict[str, Any]] = self.table.get("profiles", {})
        return found

    def keys(self, profile: str | None) -> dict[str, tuple[str, ...]]:
        """Return where each value that counts stands: in the chosen profile, else above all.

        Args:
            profile: its name; "" for none, None for the one that the file chooses.

        Raises:
            ConfigurationError: there is no such profile.
        """
        found: dict[str, tuple[str, ...]] = {n: (n,) for n in self.table if n != "profiles"}
        profile = self.table.get("profile") if profile is None else profile
        if not profile:
            return found
        if profile in [*self.profiles]:
            return found | {n: ("profiles", profile, n) for n in self.profiles[profile]}
        there = f"there are: {', '.join(sorted(self.profiles))}"
        raise ConfigurationError(
            f"there is no profile {profile!r} in {self.path or 'ASSISTANT_CONFIG=none'}; "
            f"{there if self.profiles else 'write [profiles.NAME] into a file of settings'}."
        )

    def value(self, keys: tuple[str, ...]) -> Any:
        """Return the value that stands there."""
        found: Any = self.table
        for key in keys:
            found = found[key]
        return found

    def line(self, *keys: str) -> int | None:
        """Return the line, from 1, on which the value ends; None where that cannot be told.

        TOML's parser does not tell, so it is asked for which beginning of the file the key is
        there.
        """
        import tomllib

        lines = self.text.split("\n")
        for number, line in enumerate(lines, 1):
            if keys[-1] in line:
                try:
                    begun = tomllib.loads("\n".join(lines[:number]))
                    UserFile(None, table=begun).value(keys)
                except (ValueError, KeyError, TypeError):
                    continue
                return number
        return None

    def where(self, *keys: str) -> str:
        """Return the file, and the line of a key where that can be told, as an error names them."""
        line = self.line(*keys)
        return f"{self.path}, line {line}" if line else str(self.path)


class Origin(NamedTuple):
    """Where the value of a setting comes from.

    Attributes:
        kind: `option`, `environment`, `file` or `default`.
        place: the option, the variable, or the file with its line.
    """

    kind: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.place}".rstrip()

    def refused(self, what: str) -> ConfigurationError:
        """Return the error for a refused value: where it stands, then fact and remedy."""
        named = self.kind in ("environment", "file")
        return ConfigurationError(f"{self.place}: {what}" if named else what)


def origins(given: Mapping[str, Any]) -> dict[str, Origin]:
    """Return where the value of each setting comes from.

    Args:
        given: what `Settings.load` was given.

    Raises:
        ConfigurationError: the file cannot be read, or there is no such profile.
    """
    variables = _variables()
    options = {name: value for name, value in given.items() if value is not None}
    file = UserFile.read()
    keys = file.keys({**variables, **options}.get("profile"))
    found = {}
    for name in Settings.model_fields:
        if name in options:
            option = "--no-strict" if name == "strict" else f"--{name}"
            found[name] = Origin("option", option)
        elif name in variables:
            found[name] = Origin("environment", PREFIX + name.upper())
        elif name in keys:
            found[name] = Origin("file", file.where(*keys[name]))
        else:
            found[name] = Origin("default")
    return found


def _variables() -> dict[str, str]:
    """Our variables of the environment by their names without the prefix; an empty one is none."""
    upper = ((name.upper(), value) for name, value in os.environ.items() if value)
    return {n.removeprefix(PREFIX).lower(): v for n, v in upper if n.startswith(PREFIX)}


def _check_variables() -> None:
    """Refuse a variable that is nearly one of ours.

    Raises:
        ConfigurationError: the first of them.
    """
    known = [*Settings.model_fields, *OTHER_VARIABLES]
    for name in _variables():
        if name not in known and (near := _nearest(name, known, _MISSPELT)):
            raise ConfigurationError(
                f"{PREFIX}{name.upper()} is no setting; did you mean {PREFIX}{near.upper()}?"
            )


def _file_values(profile: str | None) -> dict[str, Any]:
    """The values of the user's file; relative paths begin at its folder.

    Raises:
        ConfigurationError: a name is unknown, or a value holds a key or password, also in a
            profile that nobody chose.
    """
    file = UserFile.read()
    for chosen in ("", *file.profiles):
        for name, keys in file.keys(chosen).items():
            if name not in Settings.model_fields:
                raise ConfigurationError(f"{file.where(*keys)}: {_unknown(name)}")
            if holds_secret(file.value(keys)):
                raise ConfigurationError(
                    f"{file.where(*keys)}: {name!r} holds a key, name or password; take it out, "
                    f"and set {PREFIX}{name.upper()} or OPENAI_API_KEY in the environment."
                )
    values = {name: file.value(keys) for name, keys in file.keys(profile).items()}
    for name, value in values.items():
        is_path = name == "index" or (name == "llm" and str(value).lower().endswith(".gguf"))
        if is_path and file.path and isinstance(value, str):
            values[name] = str(file.path.parent / os.path.expanduser(value))
    return values


def _unknown(name: str) -> str:
    """What to say of a name that no setting has."""
    names = [*Settings.model_fields]
    if near := _nearest(name, names):
        return f"{name!r} is no setting; did you mean {near!r}?"
    if is_secret_name(name):
        return f"{name!r} is no setting; take it out, and set OPENAI_API_KEY in the environment."
    return f"{name!r} is no setting; delete it, or choose among: {', '.join(names)}."


def _nearest(name: str, names: list[str], least: float = 0.6) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, names, 1, least)), None)


def shipped(name: str) -> Path:
    """Folder `prompts` or `seeds` as it ships: in the wheel, else at the top of the checkout."""
    package = Path(__file__).parent
    packed = package / "data" / name
    return packed if packed.is_dir() else package.parent / name


def default_index() -> Path:
    """Where the index is kept by default: a checkout's `index/`, else the user's data folder.

    A checkout that this user may not write to is treated as no checkout.
    """
    top = Path(__file__).parent.parent
    if (top / "index" / "README.md").is_file() and os.access(top / "index", os.W_OK):
        return top / "index"
    import platformdirs

    return platformdirs.user_data_path("assistant") / "index"
