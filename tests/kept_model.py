"""A process that keeps a model as the program's own does, but the model is `fake_openai`.

`python -m tests.kept_model MODEL STATE MINUTES`, where MODEL is a file made by `model_file`, which
says what the model is to do. Beside it, in `<MODEL>.told`, a line is written for what happens:
`load`, `prepare:MESSAGES`, `asked` and, the first time, `left` (who asked has gone too early).
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from assistant.models.chat.model_process import keep
from tests.fake_openai import FakeOpenAI, Reply, Step

COMMAND = (sys.executable, "-P", "-m", "tests.kept_model")
KEY = "the key of the model's own server"


def model_file(path: Path, text: str = "Yes: so it is. [1]", **does: float) -> Path:
    """A file that begins like a model's; `between` and `loads` are seconds, `fails` an exit."""
    path.write_bytes(b"GGUF" + json.dumps({"text": text, **does}).encode())
    return path


def told(path: Path) -> list[str]:
    """What happened to the model so far."""
    file = path.with_suffix(".told")
    return file.read_text().split() if file.exists() else []


class _Telling(FakeOpenAI):
    """Tells of each question that reaches it."""

    tell: Callable[[str], None]

    def next_step(self) -> Step:
        self.tell("asked")
        return super().next_step()


class FakeRuntime:
    """The model's server, as `LlamaCpp` is one."""

    key = KEY

    def __init__(self, path: Path) -> None:
        does = json.loads(path.read_bytes()[4:])
        self._log = path.with_suffix(".told").open("a", buffering=1)
        self.tell("load")
        time.sleep(does.get("loads", 0.0))
        if does.get("fails"):
            sys.exit(1)
        self._server = _Telling((f"local/{path.stem}",))
        self._server.tell = self.tell
        self._server.key = KEY
        self._server.otherwise = Reply(does["text"], seconds_between=does.get("between", 0.0))
        self._server.__enter__()
        host, port = self._server.base_url.removeprefix("http://").removesuffix("/v1").split(":")
        self.address = (host, int(port))
        threading.Thread(target=self._note_leaving, daemon=True).start()

    def tell(self, event: str) -> None:
        self._log.write(f"{event}\n")

    def _note_leaving(self) -> None:
        self._server.left.wait()
        self.tell("left")

    def prepare(self, fixed: Sequence[Any]) -> None:
        self.tell(f"prepare:{len(fixed)}")


if __name__ == "__main__":
    model, state, minutes = sys.argv[1:]
    keep(Path(state), model, float(minutes), lambda: FakeRuntime(Path(model)))
