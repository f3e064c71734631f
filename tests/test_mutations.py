"""Damaged files of every format are read or told of in a line, and harm no other file."""

from __future__ import annotations

import random
from pathlib import Path

from assistant.ingest.sources.walk import SourceFile
from assistant.ingest.workers.events import Closed, Job
from tests.folder import GOOD
from tests.mutations import Mutation, Outcome, damaged, nested, outcomes, same, whole

FILES = {f"good{n}{Path(name).suffix}": g.data(g.fact) for n, (name, g) in enumerate(GOOD.items())}


def test_a_damaged_file_is_read_or_told_of_and_harms_no_other(tmp_path: Path) -> None:
    good = [Mutation("", name, data) for name, data in FILES.items()]
    mixed = [*damaged(FILES, 150, 3), *nested(1000), *good]
    random.Random(3).shuffle(mixed)
    found = {each.mutation.name: each for each in outcomes(mixed, tmp_path)}
    assert len(found) == len(mixed)
    faults = [(name, fault) for name, each in found.items() for fault in each.faults()]
    assert faults == []
    assert {each.kind for each in found.values()} <= {"read", "in part", "skipped"}
    for name, documents in whole(FILES).items():
        assert same(found[name].documents, documents), name


def test_what_must_not_be_is_seen() -> None:
    job = Job(SourceFile(Path("/a.txt"), Path("/"), "a.txt"))
    bad = Outcome(Mutation("cut", "a.txt", b""), told=["two\nlines"], opened=True)
    bad.closed = Closed(job, complete=True)
    assert [each.split(":")[0] for each in bad.faults()] == ["silent", "told badly"]
