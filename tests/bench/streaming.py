"""How soon the first word of an answer comes, against a bare client of the same server.

A run is three processes, each from its start: `assistant ask` at a terminal up to the first draft,
a client of the `openai` library alone that sends the same request, up to the same word, and
`assistant ask --llm none`, which tells what all the rest takes. Times on the clock say nothing on
a machine that is busy; those of the CPU do. Unix only.
"""

from __future__ import annotations

import argparse
import json
import os
import pty
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from assistant.models.chat import llamacpp
from tests.bench import commands, table
from tests.fake_openai import FakeOpenAI, Reply

QUESTION = "What tariff has Trump threatened, and by when?"
REPLY = (
    "Yes: Trump has threatened a 100% tariff on Chinese products by November 1 if Beijing does not "
    "ease its restrictions. [1]"
)
DRAFTED = b"writing"
"""What the status line says from the first draft on."""
BARE = """
import json, sys
import openai

client = openai.OpenAI(base_url=sys.argv[1], max_retries=0)
told = ""
for chunk in client.chat.completions.create(**json.load(open(sys.argv[2]))):
    told += chunk.choices[0].delta.content or "" if chunk.choices else ""
    if told.strip().removeprefix("Yes").strip(" :"):
        print(sys.argv[3], file=sys.stderr, flush=True)
        break
"""


def bench(options: argparse.Namespace) -> None:
    """Print it for a server that writes at once, one that takes a second, and llama.cpp's."""
    with tempfile.TemporaryDirectory() as folder:
        index = str(Path(folder) / "index")
        commands.run(["index", "--index", index])
        for seconds in (0.0, 1.0):
            with FakeOpenAI() as server:
                server.otherwise = Reply(REPLY, seconds_before=seconds)
                env = {"OPENAI_API_KEY": "none"}
                commands.run(["ask", "--index", index, "--llm", server.spec, QUESTION])
                request = Path(folder) / "request.json"
                request.write_text(json.dumps(server.chats[-1]), encoding="utf-8")
                table.heading(f"streaming: a server whose first token takes {seconds:.0f} s")
                figures(index, server.base_url, server.models[0], request, env, options.runs)
        if llamacpp.is_installed():
            model = llamacpp.LlamaCpp(llamacpp.assembled(print))
            table.heading(f"streaming: llama.cpp's server with {llamacpp.MODEL}, prompt known")
            env = {"OPENAI_API_KEY": model.key}
            host, port = model.address
            url = f"http://{host}:{port}/v1"
            figures(index, url, llamacpp.MODEL, request, env, options.runs)


def figures(
    index: str, url: str, model: str, request: Path, env: Mapping[str, str], runs: int
) -> None:
    """Print the times of one server, after a run that warms caches."""
    body = json.loads(request.read_text(encoding="utf-8")) | {"model": model}
    request.write_text(json.dumps(body), encoding="utf-8")
    environment = os.environ | env | {"TERM": "xterm"}
    ask = [*commands.command(), "ask", "--index", index, "--json", QUESTION, "--llm"]
    bare = [sys.executable, "-c", BARE, url, str(request), DRAFTED.decode()]
    program, alone, quotes, found = [], [], [], []
    for _ in range(runs + 1):
        program.append(until_drafted([*ask, f"{model}@{url}"], environment))
        alone.append(until_drafted(bare, environment))
        quotes.append(until_drafted([*ask, "none"], environment, drafts=False))
        found.append(retrieval([*ask, "none"], environment))
    told = (("ask", program), ("bare client", alone), ("ask --llm none, to its end", quotes))
    for what, costs in told:
        table.line(f"{what}: wall", [wall for wall, _ in costs[1:]], "s")
        table.line(f"{what}: CPU", [cpu for _, cpu in costs[1:]], "s")
    table.line("retrieval by itself: wall", found[1:], "s")
    later = [p[0] - a[0] - f for p, a, f in zip(program, alone, found, strict=True)]
    table.line("ask later than bare client and retrieval: wall", later[1:], "s")
    more = [p[1] - a[1] - q[1] for p, a, q in zip(program, alone, quotes, strict=True)]
    table.line("ask more than bare client and --llm none: CPU", more[1:], "s")


def until_drafted(
    command: list[str], env: Mapping[str, str], drafts: bool = True
) -> tuple[float, float]:
    """Seconds on the clock, and of CPU, from the start of a process to its first draft or its end.

    Its standard error is a terminal; at its first draft the process is ended.
    """
    begun = time.perf_counter()
    terminal, end = pty.openpty()
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=end, env=env
    )
    os.close(end)
    shown = b""
    while DRAFTED not in shown and (more := read(terminal)):
        shown += more
    wall = time.perf_counter() - begun
    with suppress(ProcessLookupError):
        os.kill(child.pid, signal.SIGKILL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    os.close(terminal)
    if drafts != (DRAFTED in shown):
        sys.exit(f"{command[0]} told something else: {shown.decode(errors='replace')}")
    return wall, used.ru_utime + used.ru_stime


def read(terminal: int) -> bytes:
    """What is there to read; nothing at the end, which Linux tells by an error."""
    try:
        return os.read(terminal, 1 << 16)
    except OSError:
        return b""


def retrieval(command: list[str], env: Mapping[str, str]) -> float:
    """Seconds that a process without a model took for finding the evidence."""
    ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env)
    return float(json.loads(ended.stdout)["timings"]["retrieval"])
