"""The user's file of settings: its place, its tables, and the line of a key.

Which settings there are, and whether a value fits, is for `settings` to say.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.errors import ConfigurationError

NO_FILE = "none"
"""Value of ASSISTANT_CONFIG where no file is to be read."""


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
