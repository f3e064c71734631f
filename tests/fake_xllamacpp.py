"""The runtime of local models, played by `FakeOpenAI`: what a program then imports as `xllamacpp`.

A model's file made by `model_file` names the scripted server. Beside it, in `<MODEL>.log`, a line
is written when the model is loaded and when it is freed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.fake_openai import FakeOpenAI

__version__ = "0"
PROGRAM = (
    "import sys; from tests import fake_xllamacpp; sys.modules['xllamacpp'] = fake_xllamacpp; "
    "from assistant.cli import app; app.main(sys.argv[1:])"
)
COMMAND = (sys.executable, "-c", PROGRAM)
"""The program, which is like the real one but for the runtime."""


def model_file(path: Path, server: FakeOpenAI, problem: str = "") -> Path:
    """A file that begins like a model's; one with a problem cannot be loaded."""
    server.models = [f"local/{path.stem}"]
    path.write_bytes(b"GGUF" + (problem or server.base_url).encode())
    return path


def events(path: Path) -> list[str]:
    """What happened to the model so far."""
    log = path.with_suffix(".log")
    return log.read_text().split() if log.exists() else []


class CommonParams(SimpleNamespace):
    """Whatever is set of it is kept."""

    def __init__(self) -> None:
        parts = ("model", "cpuparams", "cpuparams_batch")
        super().__init__(**{name: SimpleNamespace() for name in parts})


class Server:
    """A loaded model, at the address of the scripted server."""

    def __init__(self, params: Any) -> None:
        path = Path(params.model.path)
        address = path.read_bytes().removeprefix(b"GGUF").decode()
        if not address.startswith("http://"):
            raise RuntimeError(address)
        self.listening_address = address
        self._log = path.with_suffix(".log").open("a", buffering=1)
        self._log.write("load\n")

    def __del__(self) -> None:
        if log := getattr(self, "_log", None):
            log.write("free\n")
            log.close()
