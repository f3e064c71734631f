"""Classes of LlamaIndex that the user names: `llamaindex:MODULE:CLASS?name=value`.

Nothing is imported before a class is wanted. What is asked of it is left to the module of its kind.
"""

from __future__ import annotations

import inspect
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import unquote

from assistant.errors import UsageError
from assistant.secrets import holds_secret, is_secret_name, masked

PREFIX = "llamaindex:"
FORM = "llamaindex:MODULE:CLASS?name=value"
ADDRESS = "llamaindex://"
"""How the address of a reader begins: with what it is made with, that is what it is known by."""

_NAMED = re.compile(
    r"llamaindex:(?://)?(?P<module>\w+(?:\.\w+)*):(?P<name>\w+)(?:\?(?P<given>.*))?"
)
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")
_MODEL = ("model", "model_name", "model_id")
_LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Plugin:
    """A class that the user named.

    Attributes:
        module, name: where it is.
        arguments: what it is made with, as it was written.
    """

    module: str
    name: str
    arguments: Mapping[str, str]

    @property
    def label(self) -> str:
        """What is shown: the class, with the model where one is named."""
        model = next((self.arguments[name] for name in _MODEL if name in self.arguments), None)
        return f"{self.name}/{model}" if model else self.name

    @property
    def values(self) -> dict[str, Any]:
        """The arguments as Python values: JSON where it is JSON, `$NAME` from the environment.

        Raises:
            UsageError: a variable is not set.
        """
        return {name: _value(text) for name, text in self.arguments.items()}

    def load(self, base: str) -> type[Any]:
        """The class.

        Args:
            base: `module:class` of what it has to be one of.

        Raises:
            UsageError: it cannot be imported, or is no such class.
        """
        try:
            found = getattr(import_module(self.module), self.name, None)
        except ModuleNotFoundError as exc:
            missing = exc.name or self.module
            if f"{self.module}.".startswith(f"{missing}."):
                raise UsageError(f"{self.module} is not installed; {self._install}.") from exc
            raise UsageError(f"{self.module} needs {missing}; install that, too.") from exc
        except Exception as exc:  # the module may raise anything
            raise UsageError(
                f"{self.module} cannot be imported ({told(exc)}); correct it."
            ) from exc
        module, _, name = base.partition(":")
        wanted = getattr(import_module(module), name)
        if not (isinstance(found, type) and issubclass(found, wanted)):
            raise UsageError(f"{self.module}:{self.name} is no {name}; name a class that is one.")
        return found

    @property
    def _install(self) -> str:
        if self.module.startswith("llama_index."):
            package = "-".join(self.module.split(".")[:3]).replace("_", "-")
            return f"run: pip install {package}"
        return "install its package, or name its folder in PYTHONPATH"


def parse(text: str) -> Plugin:
    """Read what names a class.

    Raises:
        UsageError: it does not have the form, or holds a key or password.

    >>> parse("llamaindex:shop.models:Chat?model=a%20b").label
    'Chat/a b'
    """
    found = _NAMED.fullmatch(text)
    if found is None:
        raise UsageError(f"{masked(text)[:_LONGEST_SHOWN]!r} names no class; write {FORM}.")
    arguments = {}
    for part in filter(None, (found["given"] or "").split("&")):
        name, equals, value = part.partition("=")
        if not (equals and name.isidentifier()):
            raise UsageError(f"{name!r} is no argument; write name=value, joined by &.")
        arguments[name] = unquote(value)
    for name, value in arguments.items():
        if holds_secret(value) or (is_secret_name(name) and not value.startswith("$")):
            raise UsageError(
                f"{name!r} holds a key or password; set a variable to it and write {name}='$NAME'."
            )
    return Plugin(found["module"], found["name"], arguments)


def address(named: str, arguments: Sequence[str]) -> str:
    """The address of a reader.

    Args:
        named: `MODULE:CLASS`.
        arguments: what it is made with and loads, each as `name=value`.

    Raises:
        UsageError: it names no class, or holds a key or password.

    >>> address("shop:Notes", ["table=a&b"])
    'llamaindex://shop:Notes?table=a%26b'
    """
    given = "&".join(each.replace("%", "%25").replace("&", "%26") for each in arguments)
    made = f"{ADDRESS}{named}?{given}" if given else f"{ADDRESS}{named}"
    parse(made)
    return made


def make(cls: type[Any], values: Mapping[str, Any], **defaults: Any) -> Any:
    """An object of the class.

    Args:
        cls: the class.
        values: what the user said it is made with.
        **defaults: what else it is given, where it takes an argument of that name.

    Raises:
        UsageError: it refuses.
    """
    takes = inspect.signature(cls).parameters
    try:
        return cls(**{n: v for n, v in defaults.items() if n in takes} | dict(values))
    except Exception as exc:  # as it likes
        raise UsageError(
            f"{cls.__name__} cannot be made ({told(exc)}); correct its arguments, or set the "
            "variables that it reads."
        ) from exc


def told(exc: BaseException) -> str:
    """The words of a vendor's error, in one short line that holds no key."""
    words = " ".join("".join(c if c.isprintable() else " " for c in masked(str(exc))).split())
    return words[:_LONGEST_SHOWN] or type(exc).__name__


def _value(text: str) -> Any:
    def looked_up(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name not in os.environ:
            raise UsageError(f"the variable {name} is not set; set it, or write another value.")
        return os.environ[name]

    if (expanded := _VARIABLE.sub(looked_up, text)) != text:
        return expanded
    try:
        return json.loads(text)
    except ValueError:
        return text
