"""The commands `assistant config ...`: which settings hold and why, and the file they stand in."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from assistant.cli.commands.options import (
    Embedding,
    Index,
    Json,
    Llm,
    NoStrict,
    Profile,
    Vectors,
    say,
)
from assistant.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from assistant.cli.render.page import Page
    from assistant.settings import Origin, Settings

CONFIG_EPILOG = """\
An option holds before a variable of the environment (ASSISTANT_ and the setting's name in
capitals), that before the chosen profile in your file of settings, that before the file's other
lines. Keys and passwords stand in the environment alone.

\b
Examples:
  assistant config
  assistant config --profile fast --llm none
  assistant config --json | jq -r '.settings[] | select(.origin != "default") | .name'
  assistant config init

Exits with 2 when a value is refused.
"""
PATH_EPILOG = """\
\b
Examples:
  assistant config path
"""
INIT_EPILOG = """\
\b
Examples:
  assistant config init
"""
_HEADER = """\
# Settings of assistant. A line counts once the # before it is gone; `assistant config` shows what
# holds and why. Relative paths begin at the folder of this file. Keys and passwords have no place
# here: set OPENAI_API_KEY in the environment.
"""
_PROFILES = """
# A profile is chosen by --profile NAME, ASSISTANT_PROFILE=NAME, or `profile` above:
#
# [profiles.quick]
# llm = "none"
"""
_WIDTH = 100
_FORMER = Path("assistant.toml")

config = typer.Typer(
    help="Show the settings, and where each comes from.",
    epilog=CONFIG_EPILOG,
    invoke_without_command=True,
    rich_markup_mode=None,
)


@config.callback()
def shown(
    context: typer.Context,
    llm: Llm = None,
    embedding: Embedding = None,
    vectors: Vectors = None,
    index: Index = None,
    profile: Profile = None,
    json_: Json = False,
    no_strict: NoStrict = False,
) -> None:
    """Show the settings, and where each comes from."""
    strict = False if no_strict else None
    given: dict[str, Any] = {"profile": profile, "index": index, "strict": strict}
    given |= {"llm": llm, "embedding": embedding, "vectors": vectors}
    if context.invoked_subcommand is None:
        _show(given, json_)
    elif json_ or any(each is not None for each in given.values()):
        raise UsageError("options of assistant config stand without a command; see its --help.")


def _show(given: dict[str, Any], as_json: bool) -> None:
    from assistant.cli.render.page import Page
    from assistant.safety import json_text
    from assistant.settings import Settings, origins

    settings, found = Settings.load(**given), origins(given)
    if as_json:
        print(json_text({"settings": settings_list(settings, found)}), flush=True)
    else:
        print("\n".join(settings_lines(settings, found, Page.of(sys.stdout))), flush=True)
    if _FORMER.is_file():
        say(f"{_FORMER} is not read: move its lines to the file that assistant config path tells.")


def settings_list(settings: Settings, found: Mapping[str, Origin]) -> list[dict[str, Any]]:
    """Return the settings for programs; where `value` is null, `holds` tells what is chosen."""
    from assistant.secrets import masked

    return [
        {
            "name": name,
            "value": masked(str(value)) if isinstance(value, str | Path) else value,
            "holds": _held(name, value),
            "origin": found[name].kind,
            "place": found[name].place,
        }
        for name, value in settings
    ]


def settings_lines(settings: Settings, found: Mapping[str, Origin], page: Page) -> Iterator[str]:
    """Yield a line a setting, or two where it is long; between tabs where there is no width."""
    from assistant.cli.render.page import DIM, cells
    from assistant.safety import line

    for name, value in settings:
        held, origin = line(_held(name, value)), line(str(found[name]))
        row = f"{name:<17}{held:<24}  "
        if page.width is None:
            yield "\t".join((name, held, origin))
        elif cells(row + origin) <= page.width:
            yield row + page.styled(origin, DIM)
        else:
            yield page.lines(f"{name} = {held}", "", "  ")
            yield page.lines(origin, "  ", style=DIM)


def _held(name: str, value: Any) -> str:
    """What holds, as text without secrets; where no value is set, what is chosen instead."""
    from assistant.models.chat import parse_spec
    from assistant.secrets import masked
    from assistant.settings import default_index

    if value is None:
        match name:
            case "index":
                value = default_index()
            case "llm":
                value = parse_spec(None).name
            case "evidence_tokens":
                value = "240; on a server 1,200"
            case "profile":
                value = "none"
            case _:
                value = "the index's own"
    return str(value).lower() if isinstance(value, bool) else masked(str(value))


@config.command(epilog=PATH_EPILOG)
def path() -> None:
    """Print where your file of settings is, or would be; it is not read."""
    from assistant.safety import line

    print(line(str(_place())))


@config.command(epilog=INIT_EPILOG)
def init() -> None:
    """Write a file with all settings, their meaning and their defaults, each commented out."""
    from assistant.safety import line

    place = _place()
    try:
        if os.path.lexists(place):
            raise ConfigurationError(f"{place} is there already; edit it, or move it away.")
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("x", encoding="utf-8") as out:  # never over one made this very moment
            out.write(example())
    except OSError as exc:
        raise ConfigurationError(
            f"{place} cannot be written ({exc.strerror}); give yourself the right to, or name "
            "another file in ASSISTANT_CONFIG."
        ) from exc
    print(line(f"Wrote {place}."))


def _place() -> Path:
    from assistant.settings import user_path

    if place := user_path():
        return place
    raise UsageError("ASSISTANT_CONFIG is none, so no file of settings is read; unset it.")


def example() -> str:
    """Return a file of settings in which each is explained, with its bounds and its default."""
    return "\n".join((_HEADER, *(_explained(*each) for each in meanings().items()))) + _PROFILES


def meanings() -> dict[str, str]:
    """Return what each setting means, as the strings below the fields of `Settings` say."""
    # Pydantic would read them with each start, which takes 20 ms.
    import ast
    import inspect
    from itertools import pairwise

    from assistant.settings import Settings

    (tree,) = ast.parse(inspect.getsource(Settings)).body
    assert isinstance(tree, ast.ClassDef)
    return {
        field.target.id: " ".join(doc.value.value.split())
        for field, doc in pairwise(tree.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(doc, ast.Expr) and isinstance(doc.value, ast.Constant)
        if isinstance(doc.value.value, str)
    }


def _explained(name: str, meaning: str) -> str:
    import json
    from dataclasses import asdict
    from textwrap import wrap

    from assistant.settings import Settings

    about = Settings.model_fields[name]
    bounds = [bound for each in about.metadata for bound in asdict(each).values()]
    text = f"{name}: {meaning}"
    if len(bounds) == 2:
        text += f" ({bounds[0]:g} to {bounds[1]:g})"
    value = about.default if about.default is not None else (about.examples or [""])[0]
    unset = "" if about.default is not None else "  # not set by default"
    lines = wrap(text, _WIDTH, initial_indent="# ", subsequent_indent="#   ")
    # JSON writes text, numbers and truth as TOML does.
    return "\n".join((*lines, f"# {name} = {json.dumps(value)}{unset}", ""))
