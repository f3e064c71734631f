"""What became of an index, and what it holds, a line for each fact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from assistant.reports import FileNote, IndexReport, IndexStatus
from assistant.safety import count, line

ALIKE = 20
"""Files named that were skipped for the same reason; of further ones, how many there are."""
_DIGITS = re.compile(r"([0-9]+)")


def report_text(report: IndexReport) -> str:
    """What an indexing run did, in one line."""
    kinds = {
        "updated": report.updated,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "skipped": len(report.skipped),
        "of kinds that are not read": report.ignored,
        "excluded": report.excluded,
    }
    # The rare kinds are told only when there are some.
    told = [f"{count(report.added, 'document')} added"]
    told += [f"{n} {kind}" for kind, n in kinds.items() if n or kind == "unchanged"]
    rate = f" ({report.rate:.1f} passages/s)" if report.embedded else ""
    return (
        f"{', '.join(told)}; {count(report.passages, 'passage')} ({report.embedded} embedded) "
        f"in {report.seconds:.1f} s{rate}"
    )


def removal_text(report: IndexReport) -> str:
    """What was removed from an index, in one line."""
    return f"{count(report.removed, 'document')} removed; {count(report.passages, 'passage')} left"


def notes_text(report: IndexReport) -> str:
    """What there is to tell about single files, a line each; empty when there is nothing.

    They stand in the order of their names, and of many with the same reason the first are named.
    """
    told = [*_notes(report.skipped, "skipped ", " (assistant sources names them)")]
    return "\n".join([*told, *_notes(report.notes)])


def _notes(notes: Iterable[FileNote], mark: str = "", where: str = "") -> Iterator[str]:
    alike: dict[str, list[FileNote]] = {}
    for note in sorted(notes, key=lambda note: _by_number(note.path)):
        same = alike.setdefault(_DIGITS.sub("", note.reason.split(":")[0]), [])
        same.append(note)
        if len(same) <= ALIKE:
            yield line(f"{mark}{note.path}: {note.reason}")
    for same in alike.values():
        if len(same) > ALIKE:
            more = f"{len(same) - ALIKE:,} more like {same[0].path}"
            yield line(f"{mark}{more}{where}: {same[0].reason}")


def _by_number(name: str) -> list[tuple[int, str]]:
    """What sorts names as people do: "a.jsonl:9" before "a.jsonl:10"."""
    parts = _DIGITS.split(name)
    return [(int(part[:18]), part) if part.isdecimal() else (-1, part) for part in parts]


def status_text(status: IndexStatus) -> str:
    """What an index holds, a line for each fact."""
    facts = asdict(status) | {
        "roots": ", ".join(status.roots),
        "bytes": f"{status.bytes:,} ({status.bytes / 1e6:.1f} MB)",
    }
    return "\n".join(f"{name + ':':<12}{line(str(value))}" for name, value in facts.items())


def status_dict(status: IndexStatus) -> dict[str, Any]:
    """What an index holds as JSON-ready values."""
    return {"version": 1, **asdict(status)}
