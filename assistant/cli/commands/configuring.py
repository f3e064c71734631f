"""The commands `assistant config ...`: which settings hold and why, where they stand, and trust."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
    from assistant.configuration import Layer

CONFIG_EPILOG = """\
An option holds before a variable of the environment (ASSISTANT_ and the setting's name in
capitals), that before the chosen profile, that before the project's file, that before the user's.
Keys and passwords stand in the environment alone.

\b
Examples:
  assistant config
  assistant config --profile fast --llm none
  assistant config --json | jq -r '.settings[] | select(.origin != "default") | .name'
  assistant config init
  assistant config trust reports/assistant.toml

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
  assistant config init --project
"""
TRUST_EPILOG = """\
What in a project's file would send anything off this machine, use an index outside of its folder or
move the vectors of one, run a model file or make answers less careful counts only once you trust
the file. It is known by its path and contents: changed, it must be trusted anew.

\b
Examples:
  assistant config trust
  assistant config trust ~/project/assistant.toml
  assistant config trust --forget
"""
_HEADER = """\
# Settings of assistant. A line counts once the # before it is gone; `assistant config` shows what
# holds and why. Relative paths begin at the folder of this file. Keys and passwords have no place
# here: set OPENAI_API_KEY in the environment.
"""
_PROFILES = """
# A profile is chosen by --profile NAME, ASSISTANT_PROFILE=NAME, or here, above all tables:
# profile = "quick"
#
# [profiles.quick]
# llm = "none"
"""
_WIDTH = 100

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
    given = {"llm": llm, "embedding": embedding, "vectors": vectors, "index": index}
    given_any = any((*given.values(), profile is not None, json_, no_strict))
    if context.invoked_subcommand is None:
        _show({**given, "strict": strict}, profile, json_)
    elif given_any:
        raise UsageError("options of assistant config stand without a command; see its --help.")


def _show(given: dict[str, Any], profile: str | None, as_json: bool) -> None:
    from assistant import trusting
    from assistant.cli.render.page import Page
    from assistant.cli.render.settings import settings_dict, settings_page
    from assistant.models.chat.base import parse_spec
    from assistant.safety.sanitize import json_text
    from assistant.settings import Settings, default_index

    found = Settings.resolve(profile, given)
    files = (each for each in found.sources.files if each.kind == "project")
    trusted = {each.path: trusting.is_trusted(each) for each in files}
    chosen = {"index": str(default_index()), "llm": parse_spec(None).name}
    if as_json:
        print(json_text(settings_dict(found, trusted, chosen)), flush=True)
    else:
        print(settings_page(found, trusted, chosen, Page.of(sys.stdout)), flush=True)
    if found.refusal:
        raise found.refusal


@config.command(epilog=PATH_EPILOG)
def path() -> None:
    """Print where the files of settings are, or would be; none is read."""
    from assistant import config_files
    from assistant.safety.sanitize import line

    for kind, place in (
        ("user", config_files.user_path()),
        ("project", config_files.project_path()),
    ):
        if place is None:
            print(f"{kind}\t-\tnone")
        else:
            print(f"{kind}\t{line(str(place))}\t{'there' if os.path.lexists(place) else 'missing'}")


@config.command(epilog=INIT_EPILOG)
def init(
    project: Annotated[
        bool,
        typer.Option("--project", help="Write assistant.toml into the current folder instead."),
    ] = False,
) -> None:
    """Write a file with all settings, their meaning and their defaults, each commented out."""
    from assistant import config_files
    from assistant.safety.sanitize import line

    place = Path.cwd() / config_files.PROJECT_NAME if project else config_files.user_path()
    if place is None:
        raise UsageError("ASSISTANT_CONFIG is none; unset it, or give --project.")
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


@config.command(epilog=TRUST_EPILOG)
def trust(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", help="A project's file; without it, the one that holds here."
        ),
    ] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Trust it no more.")] = False,
) -> None:
    """Let a project's file decide what only you may decide, for as long as it does not change."""
    from assistant import config_files, configuration, trusting
    from assistant.safety.sanitize import line
    from assistant.secrets import told

    place = file or config_files.project_path()
    if place is None:
        raise UsageError("no assistant.toml is here or in a folder above; name the file.")
    if forget:
        trusting.distrust(place)
        print(line(f"{place} is not trusted."))
        return
    read = config_files.read("project", place.absolute())
    allowed = [each for layer in configuration.tables(read) for each in _wanted(layer)]
    if chosen := read.table.get("profile"):
        allowed.append(f"profile = {told(chosen)} is chosen, be it the file's own or yours")
    trusting.trust(read)
    print(line(f"Trusted: {read.path}, as it is now."))
    for each in allowed:
        print(f"  {line(each)}")
    if not allowed:
        say("It holds nothing that wants trust.")


def _wanted(layer: Layer) -> list[str]:
    """What the values of a layer would do that wants trust, a line each; all are checked."""
    from assistant import configuration, trusting
    from assistant.secrets import told
    from assistant.settings import Settings

    assert layer.file is not None
    configuration.check_names(layer, Settings.model_fields)
    found = []
    for name, value in Settings.checked(layer).items():
        default = Settings.model_fields[name].default
        folder, names_index = layer.file.path.parent, "index" in layer.file.table
        if what := trusting.wants(name, value, default, folder, names_index=names_index):
            found.append(f"{layer.origin(name)}: {name} = {told(value)} would {what}")
    return found


def example() -> str:
    """A file of settings in which each is explained, with its bounds and its default."""
    from assistant.settings import documented

    told = (_explained(name, meaning) for name, meaning in documented().items())
    return "\n".join((_HEADER, *told)) + _PROFILES


def _explained(name: str, meaning: str) -> str:
    from textwrap import wrap

    from assistant.settings import Settings

    about = Settings.model_fields[name]
    bounds = _bounds(about.metadata)
    text = f"{name}: {meaning}" + (f" {bounds}" if bounds else "")
    value = about.default if about.default is not None else (about.examples or [""])[0]
    unset = "" if about.default is not None else "  # not set by default"
    told = wrap(text, _WIDTH, initial_indent="# ", subsequent_indent="#   ")
    return "\n".join((*told, f"# {name} = {_toml(value)}{unset}", ""))


def _bounds(metadata: list[Any]) -> str:
    """The bounds of a number in words, as pydantic keeps them; empty without any."""
    bounds = {
        kind: getattr(m, kind) for m in metadata for kind in ("ge", "gt", "le") if hasattr(m, kind)
    }
    if not bounds:
        return ""
    least = f"{bounds['ge']:g}" if "ge" in bounds else f"more than {bounds['gt']:g}"
    return f"({least} to {bounds['le']:g})"


def _toml(value: Any) -> str:
    import json

    return json.dumps(value)  # which TOML agrees with on text, numbers and truth
