"""Where values of settings come from, in layers: files, their profiles, environment, what is given.

Each layer knows its origin, so that whatever is shown or refused is told with its place. What the
settings are, and whether a value fits, is for `settings` to say.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from assistant import config_files
from assistant.config_files import ConfigFile
from assistant.errors import ConfigurationError
from assistant.secrets import holds_secret, is_secret_name

PREFIX = "ASSISTANT_"
OTHER_VARIABLES = ("CONFIG", "PROJECT", "PROFILE", "HISTORY_DIR")
"""Variables of ours, without the prefix, that are no settings."""
_MISSPELT = 0.75
"""Likeness, 0 to 1, from which a name is taken for a misspelt one of ours."""
_ENVIRONMENT = "keys and passwords come from the environment alone"

Kind = Literal["default", "user", "project", "environment", "option"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from.

    Attributes:
        kind: of layer.
        name: of the setting.
        file: the file it stands in.
        profile: the profile in that file.
    """

    kind: Kind
    name: str
    file: ConfigFile | None = None
    profile: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Where it stands in the file."""
        return (self.name,) if self.profile is None else ("profiles", self.profile, self.name)

    @property
    def line(self) -> int | None:
        """The line of the file, where that can be told."""
        return self.file.line(*self.keys) if self.file else None

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.upper()

    def __str__(self) -> str:
        if self.kind == "environment":
            return f"environment {self.variable}"
        if self.file is None:
            option = "--no-strict" if self.name == "strict" else f"--{self.name}"
            return "default" if self.kind == "default" else f"option {option}"
        place = f"{self.kind} file" + (f", line {self.line}" if self.line else "")
        return place if self.profile is None else f"profile {self.profile}, {place}"

    def refused(self, what: str) -> ConfigurationError:
        """What to raise where the value is refused: fact and remedy, told with the place."""
        end = "" if what.endswith("?") else "."
        if self.file:
            return ConfigurationError(f"{self.file.where(*self.keys)}: {what}{end}")
        if self.kind == "environment":
            return ConfigurationError(f"{self.variable}: {what}{end}")
        return ConfigurationError(f"{what}{end}")


@dataclass(frozen=True, slots=True)
class Layer:
    """Values of one origin, by the names of their settings; none of them is checked yet.

    Attributes:
        kind, file, profile: as those of an `Origin`.
        values: as they stand there.
        chooser: the file that chose the profile, where one did.
    """

    kind: Kind
    values: Mapping[str, Any] = field(repr=False)
    file: ConfigFile | None = None
    profile: str | None = None
    chooser: ConfigFile | None = None

    def origin(self, name: str) -> Origin:
        """That of one of its values."""
        return Origin(self.kind, name, self.file, self.profile)

    @property
    def judged_by(self) -> ConfigFile | None:
        """The project's file by which its values count, if they do by one."""
        files = (self.file, self.chooser)
        return next((each for each in files if each and each.kind == "project"), None)


@dataclass(frozen=True, slots=True)
class Sources:
    """All that values come from.

    Attributes:
        layers: those that count, the weakest first.
        idle: profiles that nobody chose.
        files: the files that were read.
        profile: the name of the chosen profile.
        overriding: the project's file, where it chose another profile than the user's file did.
    """

    layers: tuple[Layer, ...]
    idle: tuple[Layer, ...] = ()
    files: tuple[ConfigFile, ...] = ()
    profile: str | None = None
    overriding: ConfigFile | None = None


def sources(
    names: Iterable[str],
    given: Mapping[str, Any],
    profile: str | None,
    env: Mapping[str, str] = os.environ,
) -> Sources:
    """All layers: the user's file, the project's, the profile in both, environment, what is given.

    Args:
        names: of all settings there are.
        given: options or keyword arguments; None is not given.
        profile: which one; "" for none; None for what the environment or a file says.
        env: the environment; an empty variable is no variable.

    Raises:
        ConfigurationError: a file cannot be read, no profile has this name, or a name is unknown.
    """
    files = config_files.both(env)
    chosen, chooser = _chosen(files, profile, env)
    known = list(names)
    environment = _environment(known, env)
    layers: list[Layer] = []
    profiles: list[Layer] = []
    idle: list[Layer] = []
    for file in files:
        layers.append(Layer(file.kind, _top(file), file))
        for name, values in file.profiles.items():
            mine = name == chosen
            layer = Layer(file.kind, values, file, name, chooser if mine else None)
            (profiles if mine else idle).append(layer)
    if chosen and not profiles:
        raise _unknown_profile(chosen, chooser, profile is None, idle)
    layers += [
        *profiles,
        Layer("environment", environment),
        Layer("option", {name: value for name, value in given.items() if value is not None}),
    ]
    for layer in (*layers, *idle):
        check_names(layer, known)
    own = next((file.table.get("profile") for file in files if file.kind == "user"), None)
    is_other = chooser is not None and chooser.kind == "project" and own not in (None, chosen)
    return Sources(tuple(layers), tuple(idle), tuple(files), chosen, chooser if is_other else None)


def tables(file: ConfigFile) -> list[Layer]:
    """The layers of one file, be they chosen or not."""
    top = Layer(file.kind, _top(file), file)
    return [top, *(Layer(file.kind, each, file, name) for name, each in file.profiles.items())]


def check_names(layer: Layer, known: Iterable[str]) -> None:
    """Refuse names that no setting has, and, in files, keys and passwords.

    Raises:
        ConfigurationError: the first of them.
    """
    settings = list(known)
    for name, value in layer.values.items():
        origin = layer.origin(name)
        if name not in settings:
            raise origin.refused(_unknown(name, value, settings))
        if layer.file and holds_secret(value):
            raise origin.refused(
                f"the value of {name!r} holds a key, name or password; {_ENVIRONMENT}: take it "
                f"out, and set {origin.variable} or OPENAI_API_KEY"
            )


def placed(layer: Layer, name: str, value: Any) -> Any:
    """A path as it is meant: `~` is the home folder; in a file, relative ones begin at its folder.

    Raises:
        ConfigurationError: there is no such home folder.
    """
    is_path = name == "index" or (name == "llm" and str(value).lower().endswith(".gguf"))
    if not is_path or not isinstance(value, str | Path) or not str(value):
        return value
    try:
        path = Path(value).expanduser()
    except RuntimeError as exc:
        raise layer.origin(name).refused(f"{name!r} begins at an unknown home folder") from exc
    path = layer.file.path.parent / path if layer.file else path
    return str(path) if isinstance(value, str) else path


def _top(file: ConfigFile) -> dict[str, Any]:
    return {k: value for k, value in file.table.items() if k not in ("profile", "profiles")}


def _environment(names: list[str], env: Mapping[str, str]) -> dict[str, str]:
    """The settings in the environment; a variable that is nearly one of them is refused."""
    found = {}
    for variable, value in env.items():
        name = variable.removeprefix(PREFIX)
        if name == variable or not value or name in OTHER_VARIABLES:
            continue
        if name.lower() in names and name.isupper():
            found[name.lower()] = value
        elif near := get_close_matches(
            name.lower(), [*names, *map(str.lower, OTHER_VARIABLES)], 1, _MISSPELT
        ):
            raise ConfigurationError(
                f"{variable} is no setting; did you mean {PREFIX}{near[0].upper()}?"
            )
    return found


def _chosen(
    files: list[ConfigFile], profile: str | None, env: Mapping[str, str]
) -> tuple[str | None, ConfigFile | None]:
    """Name of the profile, and the file that chose it where one did."""
    if profile is None:
        profile = env.get("ASSISTANT_PROFILE") or None
    if profile is not None:
        return profile or None, None
    for file in reversed(files):
        if "profile" in file.table:
            named = file.table["profile"]
            if not isinstance(named, str) or not named:
                raise ConfigurationError(
                    f"{file.where('profile')}: profile names a profile; write its name in quotes."
                )
            return named, file
    return None, None


def _unknown_profile(
    name: str, chooser: ConfigFile | None, is_named_elsewhere: bool, idle: list[Layer]
) -> ConfigurationError:
    there = sorted({layer.profile for layer in idle if layer.profile})
    what = f"there is no profile {name!r}"
    if chooser:
        what = f"{chooser.where('profile')}: {what}"
    elif is_named_elsewhere:
        what = f"ASSISTANT_PROFILE: {what}"
    remedy = (
        f"there are: {', '.join(there)}"
        if there
        else (
            "none is defined; write [profiles.NAME] into a file of settings "
            "(assistant config path tells where they are)"
        )
    )
    return ConfigurationError(f"{what}; {remedy}.")


def _unknown(name: str, value: Any, names: list[str]) -> str:
    near = get_close_matches(name.lower(), names, 1)
    within = map(str, value) if isinstance(value, dict) else ()
    if any(map(is_secret_name, (name, *within))) and not get_close_matches(
        name.lower(), names, 1, _MISSPELT
    ):
        return f"{name!r} is no setting; {_ENVIRONMENT}: take it out, and set OPENAI_API_KEY there"
    if near:
        return f"{name!r} is no setting; did you mean {near[0]!r}?"
    return f"{name!r} is no setting; the settings are: {', '.join(names)}"
