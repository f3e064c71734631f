"""Settings, their values and where each comes from, as text and JSON; secrets masked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.cli.render.page import DIM, RED, Page
from assistant.config_files import ConfigFile
from assistant.safety.sanitize import line
from assistant.secrets import masked
from assistant.settings import Resolved, Settings

CHOSEN_ELSEWHERE = {
    "embedding": "the index's own",
    "vectors": "the index's own",
    "evidence_tokens": "240; on a server 1,200",
}
"""What is told of settings that have no value, where the reader is told no more exactly."""
_NARROW = 64  # cells below which a setting takes several lines
_NAME, _VALUE = 17, 24
_NOT_TRUSTED = "refused: not trusted"


def settings_text(found: Resolved, trusted: Mapping[Path, bool], chosen: Mapping[str, str]) -> str:
    """A line a setting with tabs between name, value and origin, for programs and pipes."""
    rows = (
        "\t".join((name, line(_shown(found, name, chosen)), line(_origin(found, name))))
        for name in Settings.model_fields
    )
    return "\n".join((*rows, *(f"# {each}" for each in _heading(found, trusted))))


def settings_page(
    found: Resolved, trusted: Mapping[Path, bool], chosen: Mapping[str, str], page: Page
) -> str:
    """The files and the profile, then a line a setting, or several where the page is narrow.

    Args:
        found: the settings.
        trusted: whether the user trusts a project's file, by its path.
        chosen: what takes the place of a value that is not set, by the setting's name.
        page: where it is shown; without a width it is laid out for programs.
    """
    if page.width is None:
        return settings_text(found, trusted, chosen)
    heading = [page.lines(each, "", "  ") for each in _heading(found, trusted)]
    rows = [_row(found, name, chosen, page) for name in Settings.model_fields]
    return "\n".join((*heading, *[""] * bool(heading), *rows))


def settings_dict(
    found: Resolved, trusted: Mapping[Path, bool], chosen: Mapping[str, str]
) -> dict[str, Any]:
    """The same for programs; `value` is null where none is set, `holds` tells what does then."""
    return {
        "profile": found.sources.profile,
        "files": [
            {"kind": each.kind, "path": str(each.path), "trusted": trusted.get(each.path)}
            for each in found.sources.files
        ],
        "refused": masked(str(found.refusal)) if found.refusal else None,
        "settings": [_setting(found, name, chosen) for name in Settings.model_fields],
    }


def _setting(found: Resolved, name: str, chosen: Mapping[str, str]) -> dict[str, Any]:
    origin = found.origin(name)
    value = getattr(found.settings, name)
    return {
        "name": name,
        "value": masked(str(value)) if isinstance(value, str | Path) else value,
        "holds": _shown(found, name, chosen),
        "origin": origin.kind,
        "variable": origin.variable,
        "file": str(origin.file.path) if origin.file else None,
        "line": origin.line,
        "profile": origin.profile,
        "refused": masked(str(found.refused[name])) if name in found.refused else None,
    }


def _heading(found: Resolved, trusted: Mapping[Path, bool]) -> list[str]:
    told = [_file(each, trusted) for each in found.sources.files]
    if found.sources.profile:
        told.append(f"profile: {found.sources.profile}")
    return [line(each) for each in told]


def _file(file: ConfigFile, trusted: Mapping[Path, bool]) -> str:
    mark = "" if file.kind == "user" else " (trusted)" if trusted[file.path] else " (not trusted)"
    return f"{file.kind} file: {file.path}{mark}"


def _row(found: Resolved, name: str, chosen: Mapping[str, str], page: Page) -> str:
    value, origin = line(_shown(found, name, chosen)), line(_origin(found, name))
    style = RED if name in found.refused else DIM
    assert page.width is not None
    one = f"{name:<{_NAME}}{value:<{_VALUE}}  {origin}"
    if page.width >= _NARROW and len(value) <= _VALUE and len(one) <= page.width:
        return one.removesuffix(origin) + page.styled(origin, style)
    if page.width < _NARROW:
        head = page.lines(f"{name} = {value}", "", "  ")
        return f"{head}\n{page.lines(origin, '  ', style=style)}"
    # The first line begins with the name, so that a value of several lines hangs under itself.
    hung = page.lines(value, " " * _NAME)
    told = page.lines(origin, " " * _NAME, style=style)
    return f"{name:<{_NAME}}{hung.lstrip()}\n{told}"


def _shown(found: Resolved, name: str, chosen: Mapping[str, str]) -> str:
    value = getattr(found.settings, name)
    if value is None:
        return masked(chosen.get(name) or CHOSEN_ELSEWHERE[name])
    return str(value).lower() if isinstance(value, bool) else masked(str(value))


def _origin(found: Resolved, name: str) -> str:
    told = str(found.origin(name))
    return f"{told} ({_NOT_TRUSTED})" if name in found.refused else told
