"""What a user sees of answers, kept as files that a reviewer can read: tests/cli/chat/golden/*.txt.

The real program writes them, at a pseudo-terminal or through a pipe, from real documents; the model
is scripted, seconds and port are made the same. `python -m tests.cli.chat.golden_cases --write`
writes them anew; without `--write` it tells which differ.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from assistant import Assistant
from assistant.cli import app
from assistant.cli.render.answers import answer_text
from assistant.cli.render.page import Page, unstyled
from assistant.cli.render.region import Region
from assistant.cli.render.streaming import AnswerDisplay
from assistant.settings import shipped
from tests.cli.chat.screen import Screen
from tests.fake_openai import Drop, Failure, FakeOpenAI, Reply, Step

FOLDER = Path(__file__).parent / "golden"
RECORDS = (
    {
        "id": "herald",
        "title": "Ilo port gets its money",
        "published": "2026-03-09",
        "source": "https://herald.example/ilo",
        "text": "The loan that Peru's Congress approved for the port at Ilo is worth $2.4 billion, "
        "the treasury said.",
    },
    {
        "id": "wire",
        "title": "Peru approves port loan",
        "published": "2026-03-02",
        "source": "https://wire.example/peru",
        "text": "Peru's Congress approved a loan of $2 billion for a port at Ilo on Monday.",
    },
    {
        "id": "tokyo",
        "title": "東京の新しい橋について",
        "published": "2026-05-01",
        "source": "https://shimbun.example/橋",
        "text": "The Harumi bridge (晴海大橋) in Tokyo was opened by Mayor Tanaka (田中市長) on 1 "
        "May 2026 at a cost of 80 billion yen.",
    },
)
TARIFF = "What tariff has Trump threatened, and how much is the Australian minerals deal worth?"
TOLD = (
    "Yes: Trump threatened a 100% tariff on Chinese products by November 1 if Beijing does not "
    "ease its restrictions. [1] Trump signed an $8.5 billion agreement with Australian Prime "
    "Minister Anthony Albanese. [2]"
)
BRIDGE = Reply(
    "Yes: Mayor Tanaka (田中市長) opened the Harumi bridge (晴海大橋) in Tokyo on 1 May 2026. [1]"
)
NO = Reply("No.", first={"No": 0.99, "Yes": 0.01})
LOAN = "How large is the loan for the port at Ilo?"


@dataclass(frozen=True)
class Case:
    """One thing to be seen.

    Attributes:
        arguments: of the program; questions of a conversation where `conversation` is set.
        reply: what the model does.
        columns: of the terminal; 0 through a pipe.
        environment: variables that are set besides.
        raw: whether sequences are shown, too, an escape as `␛`.
        frames: whether all that passes is shown as well.
        conversation: whether questions are put one after the other.
    """

    arguments: Sequence[str]
    reply: Step = field(default_factory=lambda: Reply(TOLD))
    columns: int = 80
    environment: Mapping[str, str] = field(default_factory=dict)
    raw: bool = False
    frames: bool = False
    conversation: bool = False


CASES = {
    "answer": Case(["ask", TARIFF]),
    "answer-20-columns": Case(["ask", TARIFF], columns=20),
    "answer-40-columns": Case(["ask", TARIFF], columns=40),
    "answer-200-columns": Case(["ask", TARIFF], columns=200),
    "answer-in-colour": Case(["ask", TARIFF], raw=True),
    "answer-no-color": Case(["ask", TARIFF], raw=True, environment={"NO_COLOR": "1"}),
    "answer-with-links": Case(["ask", TARIFF], raw=True, environment={"FORCE_HYPERLINK": "1"}),
    "answer-piped": Case(["ask", TARIFF], columns=0),
    "answer-wide-characters": Case(
        ["ask", "Who opened the Harumi bridge in Tokyo?"], BRIDGE, columns=40
    ),
    "answer-as-it-is-written": Case(
        ["ask", TARIFF],
        Reply(f"{TOLD} He stays for 99 days in Tokyo. [3]", piece=r"(?:\s*\S+){1,6}"),
        columns=60,
        frames=True,
    ),
    "quoted": Case(["ask", "--llm", "none", "What tariff has Trump threatened, and by when?"]),
    "partial": Case(
        ["ask", "How much is the Australian minerals deal worth, and who is the mayor of Lima?"],
        Reply("Yes: Trump signed an $8.5 billion agreement with Anthony Albanese. [1]"),
    ),
    "left-out": Case(["ask", TARIFF], Reply(f"{TOLD} He stays for 99 days in Tokyo. [3]")),
    "unsupported-shown": Case(
        ["ask", "--no-strict", TARIFF], Reply(f"{TOLD} He stays for 99 days in Tokyo. [3]")
    ),
    "sources-differ": Case(["ask", "--llm", "none", LOAN]),
    "refusal": Case(["ask", "How long will Trump stay in Malaysia?"], NO),
    "refusal-premise": Case(["ask", "Why did Trump cancel his visit to Malaysia?"]),
    "follow-up": Case(
        ["How much is the Australian minerals deal worth?", "And who signed it?"],
        Reply("Yes: Trump signed an $8.5 billion agreement with Anthony Albanese. [1]"),
        conversation=True,
    ),
    "markdown": Case(["ask", "--markdown", TARIFF], columns=0),
    "markdown-sources-differ": Case(["ask", "--markdown", "--llm", "none", LOAN], columns=0),
    "quiet": Case(["ask", "--quiet", TARIFF]),
    "quiet-refusal": Case(["ask", "--quiet", "How long will Trump stay in Paris?"], NO),
    "quiet-sources-differ": Case(["ask", "--quiet", "--llm", "none", LOAN]),
    "unfinished": Case(["ask", TARIFF], Drop(f"{TOLD} He stays for 99 days")),
    "unfinished-piped": Case(["ask", TARIFF], Drop(f"{TOLD} He stays for 99 days"), columns=0),
    "error-refused": Case(["ask", TARIFF], Failure(401)),
    "error-usage": Case(["ask", "--json", "--quiet", TARIFF]),
    "search": Case(["search", "--limit", "2", "loan for the port"]),
    "sources": Case(["sources"]),
}


def build(folder: Path) -> Path:
    """An index of the documents that all cases are about."""
    story = next(shipped("seeds").glob("*.txt")).read_text(encoding="utf-8")
    title, _, text = story.partition("\n")
    trip = {"id": "trip", "source": "https://news.example/trip", "title": title, "text": text}
    lines = (json.dumps(record) for record in (*RECORDS, trip))
    (folder / "news.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with Assistant.open(folder / "index", llm="none") as assistant:
        assistant.index([folder / "news.jsonl"])
    return folder / "index"


def seen(case: Case, index: Path) -> str:
    """What is seen of a case, and how the program exits; two streams apart through a pipe."""
    frames: list[str] = []
    with FakeOpenAI() as fake, _surroundings(case, index, fake.spec, frames):
        fake.otherwise = case.reply
        shown, code = _at_a_terminal(case) if case.columns else _piped(case)
    parts = [f"--- passing\n{frame}\n" for frame in frames] if case.frames else []
    parts += ["--- in the end\n"] if case.frames else []
    told = " ".join(json.dumps(a, ensure_ascii=False) if " " in a else a for a in case.arguments)
    head = "chat: " if case.conversation else "$ assistant "
    text = f"{head}{told}\n{''.join(parts)}{shown}\n--- exit code {code}\n"
    digits = re.compile(r"(\n?)".join(fake.base_url[-8:-3]))  # it may be cut at the end of a line
    return digits.sub(lambda cut: "0" + "".join(f"{each}0" for each in cut.groups()), text)


def _at_a_terminal(case: Case) -> tuple[str, int]:
    screen = Screen(case.columns, 60)
    try:
        with redirect_stdout(screen.stream), redirect_stderr(screen.stream):
            code = _converse(case) if case.conversation else _run(case)
        raw = screen.written().replace("\r\n", "\n").rpartition("\x1b[?7h")[2]
        return (raw.replace("\x1b", "␛").rstrip() if case.raw else screen.shown()), code
    finally:
        screen.close()


def _piped(case: Case) -> tuple[str, int]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = _run(case)
    told = f"--- standard error\n{err.getvalue()}" if err.getvalue() else ""
    return (out.getvalue() + told).rstrip("\n"), code


def _run(case: Case) -> int:
    try:
        app.main(case.arguments)
    except SystemExit as left:
        return int(left.code or 0)


def _converse(case: Case) -> int:
    """As a conversation shows it: each question is answered in the light of those before."""
    with Assistant.open(retries=0) as assistant:
        conversation = assistant.chat()
        for question in case.arguments:
            display = AnswerDisplay()
            answer = display.follow(conversation.stream(question), assistant.model, question)
            print(f"> {question}\n{answer_text(answer, Page.of(sys.stdout))}\n")
    return 0


@contextmanager
def _surroundings(case: Case, index: Path, model: str, frames: list[str]) -> Iterator[None]:
    """The environment of a case, a clock that stands still, and an eye on what passes."""
    variables = {
        "ASSISTANT_INDEX": str(index),
        "ASSISTANT_LLM": model,
        "TERM": "xterm",
        "PAGER": "cat",
        **case.environment,
    }
    cleared = {name: value for name, value in os.environ.items() if name not in _CLEARED}
    clock = SimpleNamespace(perf_counter=lambda: 0.0)
    with (
        patch.dict(os.environ, {**cleared, **variables}, clear=True),
        patch("assistant.answering.state.time", clock),
        patch.object(Region, "draw", _watched(Region.draw, frames)),
    ):
        yield


_CLEARED = (
    "CLICOLOR CLICOLOR_FORCE COLUMNS DOMTERM FORCE_COLOR FORCE_HYPERLINK NO_COLOR TERM_PROGRAM "
    "VTE_VERSION WT_SESSION OPENAI_API_KEY OPENAI_BASE_URL"
).split()


def _watched(draw: Callable[..., None], frames: list[str]) -> Callable[..., None]:
    def watched(self: Region, lines: Sequence[str]) -> None:
        frame = "\n".join(map(unstyled, lines))
        if frame and frame not in frames[-1:]:
            frames.append(frame)
        draw(self, lines)

    return watched


def path_of(name: str) -> Path:
    """The file in which it is kept what is seen of a case."""
    return FOLDER / f"{name}.txt"


def main(arguments: Sequence[str]) -> int:
    """Write all files anew, or tell which differ; exits with 1 if any does."""
    if arguments not in (["--write"], []):
        print("usage: python -m tests.cli.chat.golden_cases [--write]", file=sys.stderr)
        return 2
    differing = []
    with tempfile.TemporaryDirectory() as folder:
        index = build(Path(folder))
        for name, case in CASES.items():
            told, before = seen(case, index), ""
            with suppress(FileNotFoundError):
                before = path_of(name).read_text(encoding="utf-8")
            if told != before:
                differing.append(name)
                if arguments:
                    path_of(name).write_text(told, encoding="utf-8")
    for name in differing:
        print(f"{'written' if arguments else 'differs'}: {name}")
    return 1 if differing and not arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
