"""The two files of settings, the user's and the project's: found, read within bounds, and placed.

What their settings mean, and which of them wins, is decided elsewhere.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from assistant.errors import ConfigurationError

PROJECT_NAME = "assistant.toml"
NO_FILE = "none"
"""What ASSISTANT_CONFIG and ASSISTANT_PROJECT hold where no such file is to be read."""
MOST_BYTES = 64 * 1024
_LONGEST_LINE = 2_000
"""Characters; a key of thousands of dotted parts would keep TOML's parser busy for a minute."""
_MOST_PLACES = 20
"""Lines that are looked at to find where a key stands."""

Kind = Literal["user", "project"]


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A file of settings as it was read.

    Attributes:
        kind: whose it is.
        path: absolute, without links.
        data: its bytes, those that `table` was made of.
        table: what it holds, as TOML has it; nothing is checked but that it is TOML.
    """

    kind: Kind
    path: Path
    data: bytes = field(repr=False)
    table: dict[str, Any] = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes, hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def profiles(self) -> dict[str, dict[str, Any]]:
        """The tables of its profiles by name.

        Raises:
            ConfigurationError: `profiles` is something else than tables.
        """
        found = self.table.get("profiles", {})
        if isinstance(found, dict) and all(isinstance(each, dict) for each in found.values()):
            return found
        raise ConfigurationError(
            f"{self.where('profiles')}: profiles are tables; write [profiles.NAME], and its "
            "settings below it."
        )

    def line(self, *keys: str) -> int | None:
        """The line, from 1, on which the value at `keys` ends; None where that is not to be told.

        TOML's parser does not tell, so it is asked for which beginning of the file it comes up.
        """
        lines = _text(self.data).split("\n")
        given = re.compile(rf"^[^#]*{re.escape(keys[-1])}[\"']?\s*[=\].]")
        places = [number for number, each in enumerate(lines, 1) if given.match(each)]
        for number in places[:_MOST_PLACES]:
            if _holds("\n".join(lines[:number]), keys):
                return number
        return None

    def where(self, *keys: str) -> str:
        """The file, and the line of a key where that can be told, as an error names them."""
        line = self.line(*keys) if keys else None
        return f"{self.path}, line {line}" if line else str(self.path)


def user_path(env: Mapping[str, str] = os.environ) -> Path | None:
    """Where the user's file is, or would be; None where none is to be read."""
    named = env.get("ASSISTANT_CONFIG")
    if named:
        return _named("ASSISTANT_CONFIG", named)
    import platformdirs

    return platformdirs.user_config_path("assistant") / "config.toml"


def project_path(env: Mapping[str, str] = os.environ) -> Path | None:
    """The `assistant.toml` of the current folder, or of the nearest one above it; None without."""
    named = env.get("ASSISTANT_PROJECT")
    if named:
        return _named("ASSISTANT_PROJECT", named)
    try:
        here = Path.cwd()
    except OSError:  # the folder was deleted under us
        return None
    places = (folder / PROJECT_NAME for folder in (here, *here.parents))
    return next((path for path in places if os.path.lexists(path)), None)


def _named(variable: str, name: str) -> Path | None:
    try:
        return None if name == NO_FILE else Path(name).expanduser().absolute()
    except RuntimeError as exc:
        raise ConfigurationError(
            f"{variable} begins at an unknown home folder; write the whole path."
        ) from exc


def both(env: Mapping[str, str] = os.environ) -> list[ConfigFile]:
    """The files that there are: the user's, then the project's.

    Raises:
        ConfigurationError: one of them was named and is not there, cannot be read, or is no TOML.
    """
    users, projects = user_path(env), project_path(env)
    found = []
    if users and (env.get("ASSISTANT_CONFIG") or os.path.lexists(users)):
        found.append(read("user", users))
    if projects and not (found and found[0].path == Path(os.path.realpath(projects))):
        found.append(read("project", projects))
    return found


def read(kind: Kind, path: Path) -> ConfigFile:
    """Read one file.

    Raises:
        ConfigurationError: it cannot be read, or is no TOML.
    """
    data = _bytes(kind, path)
    return ConfigFile(kind, Path(os.path.realpath(path)), data, _table(path, data))


def _bytes(kind: Kind, path: Path) -> bytes:
    instead = (
        "or name another one in ASSISTANT_CONFIG"
        if kind == "user"
        else "or have no project's file read with ASSISTANT_PROJECT=none"
    )
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise ConfigurationError(
                f"{path} is a folder, no file of settings; move it, {instead}."
            )
        if not stat.S_ISREG(mode) and str(path) != os.devnull:  # a pipe would be waited for
            raise ConfigurationError(
                f"{path} is no ordinary file, so no settings are read from it; move it, {instead}."
            )
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError as exc:
        raise ConfigurationError(f"{path} is not there; make it, {instead}.") from exc
    except (OSError, ValueError) as exc:
        why = getattr(exc, "strerror", None) or str(exc)
        raise ConfigurationError(
            f"{path} cannot be read ({why.lower()}); give yourself the right to, {instead}."
        ) from exc
    if len(data) > MOST_BYTES:
        raise ConfigurationError(
            f"{path} has more than {MOST_BYTES // 1024} kB, too much for settings; shorten it, "
            f"{instead}."
        )
    return data


def _table(path: Path, data: bytes) -> dict[str, Any]:
    import tomllib

    try:
        text = _text(data)
        for number, line in enumerate(text.split("\n"), 1):
            if len(line) > _LONGEST_LINE:
                raise ConfigurationError(
                    f"{path}, line {number}: longer than {_LONGEST_LINE:,} characters, which no "
                    "setting needs; shorten it."
                )
        return tomllib.loads(text)
    except UnicodeDecodeError as exc:
        broken = data.count(b"\n", 0, exc.start) + 1
        raise ConfigurationError(
            f"{path}, line {broken}: not UTF-8 text; save it in UTF-8."
        ) from exc
    except RecursionError as exc:
        raise ConfigurationError(f"{path}: nested too deeply; settings need no nesting.") from exc
    except ValueError as exc:
        what, place = _told(str(exc), data)
        raise ConfigurationError(
            f"{path}{place}: not TOML ({what}); put that right, as in name = 'value'."
        ) from exc


def _told(message: str, data: bytes) -> tuple[str, str]:
    """What TOML's parser says, apart from where; the end of the document is its last line."""
    what, _, place = message.partition(" (at ")
    found = re.match(r"line (\d+)", place)
    if found:
        return what[:1].lower() + what[1:], f", line {found[1]}"
    last = _text(data).rstrip().count("\n") + 1
    return what[:1].lower() + what[1:], f", line {last}" if place else ""


def _text(data: bytes) -> str:
    return data.decode("utf-8-sig").replace("\r\n", "\n")


def _holds(text: str, keys: tuple[str, ...]) -> bool:
    import tomllib

    try:
        found: Any = tomllib.loads(text)
    except (ValueError, RecursionError):
        return False
    for key in keys:
        if not isinstance(found, dict) or key not in found:
            return False
        found = found[key]
    return True
