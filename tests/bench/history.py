"""What 10,000 conversations that are kept cost: listed, searched, one opened and one turn added."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assistant.conversation import history
from assistant.conversation.history import DATABASE, Store
from assistant.conversation.transcript import Head
from assistant.filters import Filter
from tests.bench import table
from tests.kept import ANSWER

CONVERSATIONS, TURNS = 10_000, 5
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def bench(options: argparse.Namespace) -> None:
    """Print CPU seconds a look; the files are in the system's cache, as they were just written."""
    with tempfile.TemporaryDirectory() as folder:
        size = _fill(Path(folder))
        table.heading(f"history: {CONVERSATIONS:,} conversations of {TURNS} turns, {size:.0f} MB")
        store = Store(Path(folder))
        for what, look in (
            ("list all", store.list),
            ("open the last one", lambda: store.open("last")),
            ("open one by its letters", lambda: store.open("09999")),
            ("search a word that all turns have", lambda: list(store.search("loan"))),
            ("search a word that none has", lambda: list(store.search("nowhere"))),
        ):
            table.line(what, _timed(look, options.runs), "s CPU", 3)
        recorder = store.resume("09999")
        table.line("add a turn", _timed(lambda: recorder.add(ANSWER), 20), "s CPU", 4)


def _timed(look: Callable[[], object], runs: int) -> list[float]:
    seconds = []
    for _ in range(runs + 1):
        begin = time.process_time()
        look()
        seconds.append(time.process_time() - begin)
    return seconds[1:]


def _fill(folder: Path) -> float:
    """Write the conversations, and give their megabytes."""
    answer = history._json(ANSWER.to_dict())
    with history._transaction(folder) as db:
        for number in range(CONVERSATIONS):
            begun = BEGUN + timedelta(minutes=number)
            head = Head(f"2026-01-01-{number:05}", begun, "0", "/index", Filter(), "none")
            history._insert(db, head)
            turns = ((head.id, each + 1, begun.isoformat(), answer) for each in range(TURNS))
            db.executemany("INSERT INTO turns VALUES (?, ?, ?, ?)", turns)
    return (folder / DATABASE).stat().st_size / 1e6
