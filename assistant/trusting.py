"""What a project's file may not decide by itself, and which of such files the user has trusted.

A project's folder may come from somebody else. So of its file, whatever sends something off this
machine, takes the index to another folder, or makes answers less careful counts only once the user
has trusted that very file. What is trusted is its path with its contents.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from assistant.config_files import ConfigFile
from assistant.errors import ConfigurationError
from assistant.models.chat.openai import host, is_loopback, parse_server
from assistant.private_files import replace_file
from assistant.secrets import masked

_CAREFUL = {
    "strict": "show statements that nothing supports",
    "confidence": "answer where it is less likely that the documents do",
    "quote_confidence": "quote where it is less likely that the documents answer",
    "ask_relevance": "ask a model where what was found is less relevant",
}
"""Settings of which a lower value makes answers less careful, and what it does."""
_SENT = {
    "llm": "send questions and evidence to",
    "embedding": "send questions and passages to",
    "vectors": "send vectors to",
}


def wants(
    name: str,
    value: Any,
    otherwise: Any,
    folder: Path,
    env: Mapping[str, str] = os.environ,
    *,
    names_index: bool = True,
) -> str | None:
    """What a setting of a file in `folder` would do that the user alone may decide; else None.

    Args:
        name: of the setting.
        value: what the file gives it, checked.
        otherwise: its value without the file.
        folder: the file's.
        env: which server `openai/...` and `ollama/...` name, and whether there is a key.
        names_index: whether the index that is used is the one that the file names.
    """
    if name == "index":
        inside = Path(os.path.realpath(value)).is_relative_to(os.path.realpath(folder))
        return None if inside else "use an index outside of its folder"
    if name in _SENT and (sends := _sends(name, str(value), env)):
        return sends
    if name == "vectors" and value != otherwise and not names_index:
        return "move the vectors of an index that is not the project's"
    if name in _CAREFUL and value < otherwise:
        return _CAREFUL[name]
    if name == "history" and value > otherwise:
        return "keep conversations on this machine"
    return None


def _sends(name: str, spec: str, env: Mapping[str, str]) -> str | None:
    if spec.lower().endswith(".gguf") and name == "llm":
        return "run a model file"  # read by native code that no process of its own surrounds
    if name == "vectors":
        return None if spec == "local" or _stays(spec) else f"{_SENT[name]} {masked(spec)}"
    server = parse_server(spec, env)
    if server is None:
        return None
    key = server.keyed and env.get("OPENAI_API_KEY")
    where = host(server.base_url) if server.base_url else "OpenAI"
    if not _stays(server.base_url):
        return f"{_SENT[name]} {where}"
    return f"send your OPENAI_API_KEY to {where}" if key else None


def _stays(url: str | None) -> bool:
    try:
        return is_loopback(url)
    except ValueError:  # no URL; whoever asks for it will say so
        return False


def is_trusted(file: ConfigFile) -> bool:
    """Whether the user has trusted this file with these contents."""
    try:
        record = json.loads(_record(file.path).read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(record, dict) and record == _trusted(file)


def trust(file: ConfigFile) -> None:
    """Trust the file as it was read.

    Raises:
        ConfigurationError: that cannot be written down.
    """
    record = _record(file.path)
    try:
        record.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(record, json.dumps(_trusted(file)).encode())
    except OSError as exc:
        raise ConfigurationError(
            f"{record.parent} cannot be written ({exc.strerror}), so nothing was trusted; "
            "give yourself the right to write there."
        ) from exc


def distrust(path: Path) -> None:
    """Trust no contents of the file at `path` any more."""
    with suppress(FileNotFoundError):
        _record(Path(os.path.realpath(path))).unlink()


def quoted(path: Path) -> str:
    """A path as it can be typed into a shell."""
    return shlex.quote(str(path))


def _trusted(file: ConfigFile) -> dict[str, str]:
    return {"path": str(file.path), "sha256": file.digest}


def _record(path: Path) -> Path:
    """Where trust in the file at `path` is written down; each has a file, so none is lost."""
    import platformdirs

    name = hashlib.sha256(os.fsencode(path)).hexdigest()
    return platformdirs.user_state_path("assistant") / "trusted" / f"{name}.json"
