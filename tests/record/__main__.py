"""Record the session of the README anew: `python -m tests.record`, from the top of a checkout.

The program itself is run at a terminal, over the words of the document that ships. These are
indexed as a record whose source is the document's name in a checkout, since the path of a file
would tell of this machine. Look at the result before it is committed: a model may answer otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.record.drawing import plain, svg
from tests.record.terminal import Span, run

TOP = Path(__file__).parents[2]
PLACE = Path(__file__).with_name("session.svg")
TITLE = "A session with assistant: answers with the words that support them, and a refusal"
WIDTH = 96
"""Cells in a line."""
PATH = re.compile(r"(?<![\w.:/])/[\w.-]+/|[A-Z]:\\")
"""What a path of a machine looks like; neither an address nor `/help`."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command of the session, and the lines that are typed while it runs."""

    command: str
    typed: tuple[str, ...] = ()


SESSION = (
    Step('assistant ask "What tariff has Trump threatened, and by when?"'),
    Step('assistant ask "How long will Trump stay in Tokyo?"'),
    Step(
        "assistant chat",
        ("How much is the Australian minerals deal worth?", "Who signed it?"),
    ),
)


def record(steps: Sequence[Step], llm: str | None, width: int = WIDTH) -> list[list[Span]]:
    """The rows of a terminal in which the steps were done one after the other."""
    rows: list[list[Span]] = []
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder), llm)
        subprocess.run(
            [sys.executable, "-m", "assistant", "index", str(_document(Path(folder)))],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        for step in steps:
            rows += [[]] if rows else []
            rows.append([Span(0, "$", ("brightblack",)), Span(2, step.command, ("bold",))])
            words = [sys.executable, "-m", *shlex.split(step.command)]
            rows += run(
                words, step.typed, width=width, environment=environment, folder=Path(folder)
            )
    return rows


def _environment(folder: Path, llm: str | None) -> dict[str, str]:
    """This one without settings and without what the user keeps; only the models stay at hand."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ASSISTANT_", "OPENAI_", "OLLAMA_")) and name != "NO_COLOR"
    }
    for kind in ("CONFIG", "DATA", "STATE"):
        kept[f"XDG_{kind}_HOME"] = str(folder / kind.lower())
    kept |= {"PYTHONPATH": str(TOP), "ASSISTANT_INDEX": str(folder / "index")}
    kept |= {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
    return kept | ({"ASSISTANT_LLM": llm} if llm else {})


def _document(folder: Path) -> Path:
    """The shipped document as a record."""
    (shipped,) = (TOP / "seeds").glob("*.txt")
    text = shipped.read_text(encoding="utf-8")
    record = {
        "id": shipped.name,
        "source": f"seeds/{shipped.name}",
        "title": text.partition("\n")[0],
        "text": text,
    }
    path = folder / "seeds.jsonl"
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.record", description=__doc__)
    parser.add_argument("--llm", metavar="SPEC", help="the model (default: that of assistant ask)")
    parser.add_argument("--to", type=Path, default=PLACE, metavar="FILE.svg")
    options = parser.parse_args()
    rows = record(SESSION, options.llm)
    shown = "\n".join(map(plain, rows))
    if found := PATH.search(shown):
        sys.exit(f"a path of this machine is shown ({found[0]}); nothing is written.\n{shown}")
    options.to.write_text(svg(rows, WIDTH, TITLE), encoding="utf-8")
    print(shown)


if __name__ == "__main__":
    main()
