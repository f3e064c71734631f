"""Reads the JSON-lines files in which earlier versions kept conversations."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.conversation.transcript import Head, KeptTurn, Session
from assistant.filters import Filter

SUFFIX = ".jsonl"
IMPORTED = ".imported"
"""Added to the name of a file once its turns are in the database."""
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError, RecursionError)
"""What a line that is not as it was written makes of the reading."""
_MOST_HEAD = 1_000_000  # bytes


def read_file(path: Path) -> Session:
    """Read one conversation; lines that are no turns are passed over and counted in `faults`.

    Raises:
        OSError, AssistantError, or one of `UNREADABLE`: it is no conversation.
    """
    turns, faults = [], 0
    with path.open("rb") as file:
        head = _head(path, json.loads(file.readline(_MOST_HEAD)))
        for line in file:
            try:
                turns.append(_turn(json.loads(line)))
            except UNREADABLE:
                faults += 1
    if not turns:
        raise ValueError("no finished turn")
    told = f"{path.name}: {faults} of its lines are no finished turns, and are passed over."
    return Session(head, tuple(turns), (told,) if faults else ())


def _head(path: Path, values: dict[str, Any]) -> Head:
    if values["conversation"] != 1:
        raise ValueError("another format")
    return Head(
        id=path.name.removesuffix(SUFFIX),
        started=_time(values["started"]),
        program=str(values["program"]),
        index=str(values["index"]),
        where=Filter.of(**values["filters"]),
        model=str(values["model"]),
    )


def _turn(values: dict[str, Any]) -> KeptTurn:
    if not 0 < values["turn"] < 1_000_000_000:
        raise ValueError("no number of a turn")
    asked = {name: values[name] for name in ("question", "standalone_question", "status")}
    return KeptTurn(int(values["turn"]), _time(values["asked"]), {**values["answer"], **asked})


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or not 1970 < moment.year < 9999:  # any zone can show what is left
        raise ValueError("no such time")
    return moment.astimezone(UTC)
