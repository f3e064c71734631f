"""Damaged and hostile files: `python -m tests.bench mutations [--count N] [--seed S]`.

Good files of every format are damaged in every way of `tests/mutations.py` and read beside whole
ones by the processes that read; a part is indexed as well. Printed are what became of them, by
format and by way, the slowest, and all that must not be.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from tests import folder
from tests.bench import table
from tests.mutations import (
    Files,
    Mutation,
    Outcome,
    damaged,
    emptied,
    nested,
    outcomes,
    renamed,
    same,
    whole,
)

_BATCH = 250
_INDEXED = 4  # batches that are indexed as well
_SLOWEST = 8
_KINDS = "read,in part,skipped,refused,time,memory,crash,raised,silent".split(",")


def bench(options: argparse.Namespace) -> None:
    """Print what became of the files, and what must not be."""
    files = samples(random.Random(options.seed))
    fixed = [*emptied(), *nested(), *renamed(small(files))]
    rest = max(options.count - len(fixed), 0)
    every = [*fixed, *damaged(files, rest, options.seed)]
    random.Random(options.seed).shuffle(every)
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as where:
        told = list(read(every[: options.count], files, Path(where), options.keep))
        seconds = time.perf_counter() - begun
        report(told, seconds)
        indexed(every, files, Path(where))
        long(Path(where), options.keep)


def samples(rng: random.Random) -> dict[str, bytes]:
    """Good files: those of the tests, and larger ones in layouts as agencies have them."""
    from reportlab import rl_config

    from tests.bench import formats_office, formats_pages, pdf_documents

    files = {name: good.data(good.fact) for name, good in folder.GOOD.items() if len(name) < 20}
    for make in (formats_office.word_samples, formats_office.slide_samples):
        files |= {sample.name: sample.data for sample in make(rng)[:4]}
    files |= {sample.name: sample.data for sample in formats_office.sheet_samples(rng)[:3]}
    for number, (_, page) in enumerate(formats_pages.made(rng, [])):
        files[f"page{number}.html"] = page.html.encode()
    before, rl_config.pageCompression = rl_config.pageCompression, 0  # damage reaches the words
    made = (pdf_documents.report(4), pdf_documents.paper(8), pdf_documents.ruled_table())
    rl_config.pageCompression = before
    files |= {f"plain{number}.pdf": truth.data for number, truth in enumerate(made)}
    return {name: data for name, data in files.items() if data}


def small(files: Files) -> dict[str, bytes]:
    """The first file of each suffix."""
    first: dict[str, str] = {}
    for name in files:
        first.setdefault(Path(name).suffix, name)
    return {name: files[name] for name in first.values()}


def read(
    every: Iterable[Mutation], files: Files, where: Path, keep: Path | None
) -> Iterator[Outcome]:
    """Read all in batches, with good files among them."""
    expected = whole(files)
    good = [Mutation("", f"good/{number}-{name}", data) for number, (name, data) in
            enumerate(files.items())]  # fmt: skip
    for number, batch in enumerate(_batches(every, _BATCH)):
        place = where / str(number)
        mixed = [*batch, *good]
        random.Random(number).shuffle(mixed)
        for outcome in outcomes(mixed, place):
            name = outcome.mutation.name.partition("-")[2]
            if outcome.mutation.way:
                yield outcome
                told = list(outcome.faults())
            elif _alike(outcome, expected[name], name):
                told = []
            else:
                told = [f"a good file came out otherwise: {outcome.kind}"]
            blame(outcome, told, keep)
        shutil.rmtree(place)


def _batches(every: Iterable[Mutation], size: int) -> Iterator[list[Mutation]]:
    waiting = iter(every)
    while batch := list(islice(waiting, size)):
        yield batch


def _alike(outcome: Outcome, expected: tuple[object, ...], name: str) -> bool:
    """Whether a good file gave what it should under another name."""
    found = [document.text for document in outcome.documents]
    return found == [document.text for document in expected]  # type: ignore[attr-defined]


def blame(outcome: Outcome, told: list[str], keep: Path | None) -> None:
    """Print what must not be, and keep the file for a closer look."""
    for each in told:
        print(f"  !! {outcome.mutation.name}: {each}", flush=True)
    if told and keep:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / outcome.mutation.name.replace("/", "-")).write_bytes(outcome.mutation.data)


def report(told: list[Outcome], seconds: float) -> None:
    """Print counts by format and way, the slowest, and memory."""
    table.heading(f"{len(told)} damaged files, {seconds:.0f} s")
    for what, key in (("format", _format), ("way", lambda each: each.mutation.way)):
        counts = Counter((key(each), each.kind) for each in told)
        names = sorted({name for name, _ in counts})
        print(f"\n  {what:10}" + "".join(f"{kind:>9}" for kind in _KINDS))
        for name in names:
            print(f"  {name:10}" + "".join(f"{counts[name, kind]:>9}" for kind in _KINDS))
    total = Counter(each.kind for each in told)
    print(f"  {'all':10}" + "".join(f"{total[kind]:>9}" for kind in _KINDS))
    print("\n  slowest")
    for each in sorted(told, key=lambda each: -each.seconds)[:_SLOWEST]:
        megabytes = len(each.mutation.data) / 1e6
        print(f"  {each.mutation.name:40}{megabytes:>8.2f} MB{each.seconds:>8.1f} s  {each.kind}")
    reasons = Counter(each.told[-1].split(";")[0] for each in told if each.kind == "skipped")
    print("\n  reasons")
    for reason, count in reasons.most_common(25):
        print(f"  {count:>6}  {reason[:90]}")
    memory()


def memory() -> None:
    """Print the most memory that this process and any that read has had."""
    here, there = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    table.line("peak memory of this process", here.ru_maxrss / 1000, "MB", 0)
    table.line("peak memory of the largest that reads", there.ru_maxrss / 1000, "MB", 0)


def _format(outcome: Outcome) -> str:
    return Path(outcome.mutation.name).suffix


LONG: dict[str, tuple[bytes, int]] = {
    "one-line.txt": (b"The tariff rose to a quarter and ", 6_000_000),
    "no-space.txt": (b"abcdefghij", 5_000_000),
    "short-lines.txt": (b"a\n", 5_000_000),
    "short-lines.md": (b"- a\n", 1_000_000),
    "one-line.csv": (b"a,", 2_000_000),
    "short-lines.csv": (b"a,b\n", 1_000_000),
    "short-lines.tsv": (b"a\tb\n", 1_000_000),
    "short-lines.jsonl": (b"{}\n", 1_000_000),
    "one-line.json": (b"[1,", 2_000_000),
    "list.json": (b'{"text": "a"}\n', 1_000_000),
    "one-line.html": (b"word ", 5_000_000),
    "tags.html": (b"<p>a", 2_000_000),
    "one-line.eml": (b"Subject: a", 2_000_000),
    "short-lines.mbox": (b"From a\n\n", 1_000_000),
    "noise.pdf": (b"%PDF-1.4 1 0 obj << /Type /Catalog >> endobj ", 500_000),
}
"""Name -> what it repeats, and how often."""


def long(where: Path, keep: Path | None) -> None:
    """Read files that are long in one way, one near the limit and two beyond it."""
    table.heading("long files")
    line = b"The tariff rose to a quarter and "
    near = Mutation("long", "near-limit.txt", line * (199_000_000 // len(line)))
    every = [Mutation("long", name, unit * times) for name, (unit, times) in LONG.items()]
    for outcome in outcomes([*every, near], where / "long"):
        # a compiled library that finds no memory ends the process, which is what it is there for
        blame(outcome, [each for each in outcome.faults() if outcome.kind != "crash"], keep)
        megabytes, told = len(outcome.mutation.data) / 1e6, outcome.told[-1:] or [""]
        print(
            f"  {outcome.mutation.name:24}{megabytes:>8.1f} MB{outcome.seconds:>8.1f} s  ", end=""
        )
        print(f"{outcome.kind}  {told[0][:80]}", flush=True)
    shutil.rmtree(where / "long")
    memory()


def indexed(every: list[Mutation], files: Files, where: Path) -> None:
    """Index a part of them beside good files, and again."""
    from assistant.ingest.sources.walk import path_key
    from assistant.settings import Settings
    from assistant.store.library import Library
    from tests.conftest import RememberingMiniLM

    minilm, expected = RememberingMiniLM(), whole(files)
    some = [each for each in every if len(each.data) < 30_000]
    wrong = 0
    begun = time.perf_counter()
    for number, batch in enumerate(_batches(some[: 100 * _INDEXED], 100)):
        root = where / f"indexed{number}"
        for each in batch:
            folder.write(root / each.name, each.data)
        for name, data in files.items():
            folder.write(root / name, data)
        with Library(where / f"index{number}", minilm, Settings()) as library:
            first = library.index([root])
            again = library.index()
            notes = sorted((note.path, note.reason) for note in first.skipped)
            wrong += notes != sorted((note.path, note.reason) for note in again.skipped)
            wrong += bool(again.added or again.updated or again.removed or again.embedded)
            for name, documents in expected.items():
                path = path_key((root / name).resolve())
                found = [library.catalogue.document(path, each.id) for each in documents]
                wrong += not same([each for each in found if each], documents)
    table.heading(f"indexed: {min(len(some), 100 * _INDEXED)} of them, {_INDEXED} runs, twice each")
    table.line("good files lost or altered, and second runs that differ", wrong, "", 0)
    table.line("seconds", time.perf_counter() - begun, "s", 0)
    memory()
