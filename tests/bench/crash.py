"""Kill `assistant` at any instant: is a document lost, half indexed, resurrected, embedded again?

Each round changes a folder, starts the real command in a process group of its own and kills it with
SIGKILL: the command alone, its whole group, or one process that reads for it. Before anything else
is run, a copy of the index is opened and compared, document by document, with what reading gives.
What is not as it must be is printed, and ends the bench with 1. Linux only.

    python -m tests.bench crash [--rounds N] [--seed S]
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import IndexMissingError, NoUsableIndexError
from assistant.models.embeddings.minilm import Embedder, MiniLM
from assistant.models.embeddings.static import StaticEmbedder
from assistant.reports import DoctorCheck
from assistant.retrieval.evidence import Retriever
from assistant.settings import CATALOGUE, Settings
from assistant.store.database import Catalogue
from assistant.store.doctor import Doctor
from assistant.store.library import Library
from assistant.store.tracked_files import Root
from tests.bench.crash_child import WINDOW
from tests.bench.crash_folder import EXCLUDED, Folder, Made, Version

_PATIENCE = 120.0  # seconds for a run that is not killed
_MENDED_BY_OPENING = {"outbox", "vectors"}  # checks of the doctor's
_LEFT_TO_A_WRITER = {"lock"}  # the next one takes away what the last one left behind
_IN_FLIGHT = 4  # windows: embedded, or embedded and waiting for their turn, when the end comes
_SHOWN = 20


def bench(options: argparse.Namespace) -> None:
    """Kill as often as is asked, a tenth of that with MiniLM, and print what came of it."""
    told = Told()
    with tempfile.TemporaryDirectory() as folder:
        for name, share in (("static", 0.9), ("minilm", 0.1)):
            kills = round(options.rounds * share)
            size = (90, 160) if name == "static" else (20, 30)
            crash = Crash(Path(folder, name), name, options.seed, told, size)
            until = time.monotonic() + 60 * options.minutes * share
            while told.kills[name] < kills and time.monotonic() < until:
                crash.round()
            crash.finish()
    told.print()
    sys.exit(bool(told.faults))


@dataclass
class Told:
    """What came of it, over all rounds."""

    kills: Counter[str] = field(default_factory=Counter)
    who: Counter[str] = field(default_factory=Counter)
    commands: Counter[str] = field(default_factory=Counter)
    stages: Counter[str] = field(default_factory=Counter)
    mended: Counter[str] = field(default_factory=Counter)
    copies: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    most_lost: int = 0
    faults: list[str] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)

    def print(self) -> None:
        """The figures, a line each."""
        print(f"\nkilled {self.kills.total()} times in {time.monotonic() - self.begun:.0f} s")
        for what in ("kills", "who", "commands", "stages", "mended", "copies", "counts"):
            counted: Counter[str] = getattr(self, what)
            print(f"  {what}: " + ", ".join(f"{k} {n}" for k, n in counted.most_common()))
        print(f"  most embeddings that one kill lost: {self.most_lost}")
        print(f"  faults: {len(self.faults)}")
        for fault in self.faults[:_SHOWN]:
            print(f"    {fault}")


class Crash:
    """One folder and its index, through as many rounds as are asked for."""

    def __init__(
        self, place: Path, embedding: str, seed: int, told: Told, size: tuple[int, int]
    ) -> None:
        place.mkdir(parents=True)
        self._place, self._told, self._name = place, told, embedding
        self._chance = random.Random(f"{embedding}{seed}")
        self.minilm = MiniLM()
        self._embedder: Embedder = (
            StaticEmbedder(self.minilm) if embedding == "static" else self.minilm
        )
        self.folder = Folder(place / "docs", self._chance, self.minilm)
        self.folder.path.mkdir()
        self.folder.fill(*size)
        self.index, self._log = place / "index", place / "log"
        # The index as it was last left, for this bench to ask: to open the index itself mends it.
        self._as_left = place / "as-left" / CATALOGUE
        self._versions: dict[str, list[Version]] = {}  # what a run may have seen, by path
        self._whole = False  # whether the last run came to its end
        self._round = 0
        self._last = 4.0  # seconds that a run takes
        self._killed = ""

    def round(self) -> None:
        """Change, run, kill, look; then at times a run to the end."""
        self._round += 1
        chance = self._chance
        if self._round > 1:
            self.folder.mutate(chance.choice((0, 1, 3, 10, 25)))
        arguments, kind = self._command()
        self._begin(arguments)
        kept, torn = self._kept(), chance.random() < 0.15
        process = self._start(arguments)
        who = chance.choices(("group", "command", "reader"), (5, 4, 1 if kind == "index" else 0))[0]
        is_killed = self._kill(process, who, kind, torn)
        self._note_state()
        stage = self._stage()
        if is_killed and who != "reader":
            told = self._told
            told.kills[self._name] += 1
            told.who[who] += 1
            told.commands[kind] += 1
            told.stages[stage] += 1
            self._killed = f"round {self._round}, {self._name} {kind}, killed at {stage}"
            self._embedded(kept, True)
            self._look()
            if told.kills.total() % 25 == 0:
                print(f"  {told.kills.total()} kills, {len(told.faults)} faults", flush=True)
        else:
            if is_killed:
                self._told.who[who] += 1
            self._killed = (
                f"round {self._round}, {self._name} {kind}, {who} {is_killed}, not killed"
            )
            self._embedded(kept, False)
            if process.returncode not in (0, 2):
                self._fault(f"exit code {process.returncode}: {self._output()}")
                return
            self._ended(kind)
        if chance.random() < 0.25:
            self.finish()

    def finish(self) -> None:
        """A run to the end, after which the index is as a fresh one would be."""
        arguments = ["index"]
        self._begin([*arguments, str(self.folder.path)])
        kept, begun = self._kept(), time.monotonic()
        process = self._start([*arguments, str(self.folder.path)])
        process.wait(_PATIENCE)
        self._last = 0.7 * self._last + 0.3 * (time.monotonic() - begun)
        if process.returncode != 0:
            self._fault(f"a whole run ended with {process.returncode}: {self._output()}")
        self._note_state()
        self._embedded(kept, False)
        if process.returncode:
            return
        self._ended("index")
        self._told.counts["runs to the end"] += 1
        if self._round % 10 == 0:
            self._compare_with_a_fresh_one()
            if self._assistant("doctor").returncode:
                self._fault(f"doctor: {self._output()}")
            self._told.counts["compared with a fresh index"] += 1

    # Commands

    def _command(self) -> tuple[list[str], str]:
        docs = str(self.folder.path)
        kinds = ("index", "exclude", "remove", "doctor", "damaged", "watch")
        kind = self._chance.choices(kinds, (66, 6, 8, 7, 6, 7))[0]
        root = self._root()
        if root is None:
            kind = "index"
        if kind in ("doctor", "damaged"):
            self._damage_vectors()
        match kind:
            case "exclude":
                on = root is not None and not root.globs
                given = ["--exclude", EXCLUDED] if on else ["--no-exclude"]
                return ["index", *given, docs], kind
            case "remove":
                with closing(sqlite3.connect(self._as_left)) as db:
                    files = [row[0] for row in db.execute("SELECT path FROM files ORDER BY path")]
                    ids = [
                        row[0] for row in db.execute("SELECT id FROM documents WHERE id LIKE 'r%'")
                    ]
                places = [path for path in files if not path.endswith("many.jsonl")]
                named = self._chance.choice((places, places, ids)) or places
                if not named:
                    return ["index", docs], "index"
                name = self._chance.choice(named)
                if name.startswith("/") and self._chance.random() < 0.2:
                    name = str(self.folder.path / "a")
                    if not any(path.startswith(name + "/") for path in files):
                        name = self._chance.choice(places)
                return ["remove", name], kind
            case "doctor":
                return ["doctor", "--repair"], kind
            case "watch":
                return ["watch"], kind
        return ["index", docs], kind

    def _damage_vectors(self) -> None:
        files = [file for file in self.index.glob("chroma*/**/*") if file.is_file()]
        if files:
            file = self._chance.choice(sorted(files))
            size = file.stat().st_size
            match self._chance.randrange(3):
                case 0:
                    file.unlink()
                case 1:
                    os.truncate(file, self._chance.randint(0, size))
                case 2:
                    with file.open("r+b") as out:
                        out.seek(self._chance.randint(0, size))
                        out.write(bytes(min(size, 50_000)))

    def _start(self, arguments: list[str]) -> subprocess.Popen[bytes]:
        self._log.unlink(missing_ok=True)
        program = [sys.executable, "-m", "tests.bench.crash_child", str(self._log)]
        given = ["--index", str(self.index), "--embedding", self._name]
        with (self._place / "output").open("wb") as output:
            return subprocess.Popen(
                [*program, *arguments, *given],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def _assistant(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "assistant", *arguments, "--index", str(self.index)]
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE)
        (self._place / "output").write_bytes(done.stdout + done.stderr)
        return done

    def _output(self) -> str:
        return (self._place / "output").read_text(errors="replace")[-600:].strip()

    # Killing

    def _kill(self, process: subprocess.Popen[bytes], who: str, kind: str, torn: bool) -> bool:
        """Kill it at some instant; whether it was still there."""
        chance = self._chance
        whole = self._last * (2.5 if kind == "watch" else 1.1)
        how = chance.choices(("any", "early", "step"), (4, 1, 5))[0]
        if kind == "watch":
            how = "any"
        begun = time.monotonic()
        if how == "step":
            steps = ["embed", "keep_embeddings", "apply", "upsert", "delete", "delivered"]
            steps += ["forget_unused", "run", "create"]
            rare = {"doctor": ["rebuild", "upsert", "switch_vectors", "sweep"]}
            rare["damaged"] = [*rare["doctor"], "repair"]
            rare["remove"] = ["remove_numbered", "apply", "delete", "delivered", "repair"]
            self._await(process, chance.choice(rare.get(kind, steps)), chance.choice((1, 1, 2, 4)))
            time.sleep(chance.choice((0, 0.001, 0.003, 0.01, 0.03)) * chance.random())
        else:
            until = begun + (0.3 if how == "early" else whole) * chance.random()
            if kind == "watch" and chance.random() < 0.8:
                self._wait(process, begun + (until - begun) * chance.random())
                self.folder.mutate(chance.randint(1, 8))
                self._see()
            self._wait(process, until)
        if torn:
            self._copy_slowly()
        if process.poll() is not None:
            self._last = 0.7 * self._last + 0.3 * (time.monotonic() - begun)
            return False
        readers = _children(process.pid)
        with suppress(ProcessLookupError):
            match who:
                case "group":
                    os.killpg(process.pid, signal.SIGKILL)
                case "command":
                    process.kill()
                case "reader" if readers:
                    os.kill(chance.choice(readers), signal.SIGKILL)
        process.wait(_PATIENCE)
        self._outlived(process.pid, readers)
        if who == "reader":
            return bool(readers)
        return process.returncode == -signal.SIGKILL

    def _wait(self, process: subprocess.Popen[bytes], until: float) -> None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, until - time.monotonic()))

    def _await(self, process: subprocess.Popen[bytes], step: str, times: int) -> None:
        """Until a step has begun so many times, or the process has ended."""
        until = time.monotonic() + 3 * self._last
        while process.poll() is None and time.monotonic() < until:
            told = self._log.read_text() if self._log.exists() else ""
            if told.count(f" + {step}") >= times:
                return
            time.sleep(0.004)

    def _outlived(self, group: int, readers: list[int]) -> None:
        """No process that read for it may outlive it for long."""
        until = time.monotonic() + 5
        while any(_is_alive(each) for each in readers):
            if time.monotonic() > until:
                self._fault(f"processes that read outlived it: {readers}")
                with suppress(ProcessLookupError):
                    os.killpg(group, signal.SIGKILL)
                return
            time.sleep(0.01)

    def _stage(self) -> str:
        """What the command was at when it ended."""
        told = self._log.read_text().splitlines() if self._log.exists() else []
        at: dict[str, list[str]] = {"m": [], "b": []}
        for line in told:
            thread, does, name = line.split()[:3]
            at[thread].append(name) if does == "+" else at[thread].pop()
        if not told:
            return "starting"
        if not at["m"]:
            return "between or after runs"
        if at["m"][-1] == "run":
            return "embedding" if at["b"] else "reading and deciding"
        return at["m"][-1]

    # What may be in the index

    def _note_state(self) -> None:
        """Remember what is there."""
        folder = self._as_left.parent
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for path in self.index.glob(f"{CATALOGUE}*"):
            shutil.copy(path, folder)

    def _begin(self, arguments: list[str]) -> None:
        self._see()
        roots = self._root()
        if "--exclude" in arguments:
            self._see(Root(str(self.folder.path), (EXCLUDED,), roots.removed if roots else {}))
        elif "--no-exclude" in arguments:
            self._see(Root(str(self.folder.path), (), roots.removed if roots else {}))
        elif arguments[0] == "remove":
            for path, versions in self._versions.items():
                name = arguments[1]
                inside = path == name or path.startswith(name + "/")
                last = versions[-1]
                versions.append({} if inside else {k: v for k, v in last.items() if k != name})
                versions.append(last)

    def _root(self) -> Root | None:
        if not self._as_left.exists():
            return None
        with suppress(sqlite3.Error), closing(sqlite3.connect(self._as_left)) as db:
            rows = db.execute("SELECT path, exclude FROM roots").fetchall()
            return Root.of(*rows[0]) if rows else None
        return None

    def _see(self, root: Root | None = None) -> None:
        """What a run may find now, beside what earlier ones may have found."""
        state = self.folder.state(root or self._root())
        for path in self._versions.keys() | state.keys():
            self._versions.setdefault(path, [{}]).append(state.get(path, {}))

    def _ended(self, kind: str) -> None:
        """A command came to its end: what it was to do must be done."""
        if kind == "watch":
            self._look()
            return
        if kind in ("index", "exclude", "damaged"):
            state = self.folder.state(self._root())
            self._versions = {path: [version] for path, version in state.items()}
        elif kind == "remove":
            root = self._root()
            for path, versions in self._versions.items():
                name = path.removeprefix(f"{self.folder.path}/")
                gone = root is not None and any(
                    not ids and (name == each or name.startswith(f"{each}/"))
                    for each, ids in root.removed.items()
                )
                ids = root.removed.get(name, frozenset()) if root else frozenset()
                self._versions[path] = [
                    {} if gone else {k: v for k, v in version.items() if k not in ids}
                    for version in versions
                ]
        self._look(finished=kind in ("index", "exclude", "damaged"))

    # Looking

    def _kept(self) -> set[str]:
        if not self._as_left.exists():
            return set()
        with closing(sqlite3.connect(self._as_left)) as db, suppress(sqlite3.OperationalError):
            return {row[0].hex() for row in db.execute("SELECT hash FROM embeddings")}
        return set()

    def _embedded(self, kept: set[str], is_killed: bool) -> None:
        """No text is embedded whose embedding was kept, and a kill loses some windows at most."""
        told = self._log.read_text().splitlines() if self._log.exists() else []
        texts = [key for line in told if line.startswith("b + embed") for key in line.split()[3:]]
        self._told.counts["passages embedded"] += len(texts)
        if again := kept & set(texts):
            self._fault(f"{len(again)} texts were embedded although their embeddings were kept")
        if len(texts) != len(set(texts)):
            self._fault(f"{len(texts) - len(set(texts))} texts were embedded twice in one run")
        if is_killed:
            lost = len(set(texts) - self._kept())
            if any(" + forget_unused" in line for line in told):
                return  # what no passage uses is dropped at the end of a run
            self._told.most_lost = max(self._told.most_lost, lost)
            self._told.counts["embeddings lost"] += lost
            if lost > _IN_FLIGHT * WINDOW:
                self._fault(f"{lost} embeddings were lost")

    def _look(self, finished: bool = False) -> None:
        """Open a copy of the index as it is, before anything else is run on it."""
        copy = self._place / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        if not self.index.exists():
            return
        shutil.copytree(self.index, copy)
        for fault in self._examined_or_told(copy, finished)[:3]:
            self._fault(fault)
        self._told.counts["copies opened"] += 1
        wal = copy.with_name("cut")
        if (self.index / f"{CATALOGUE}-wal").exists() and not finished:
            self._cut(wal)

    def _cut(self, copy: Path) -> None:
        """As after a loss of power: the end of the write-ahead log is missing or is nonsense."""
        for _ in range(2):
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(self.index, copy)
            wal = copy / f"{CATALOGUE}-wal"
            size, least = wal.stat().st_size, _moved(copy)
            if size <= least:
                return
            at = self._chance.randrange(least, size)
            data = wal.read_bytes()[:at]
            if self._chance.random() < 0.3:
                data += self._chance.randbytes(min(size - at, 5000))
            wal.write_bytes(data)
            if self._chance.random() < 0.5:
                (copy / f"{CATALOGUE}-shm").unlink(missing_ok=True)
            for fault in self._examined_or_told(copy, vectors_follow=False):
                self._fault(f"log cut at {at} of {size}: {fault}")
            self._told.counts["logs cut"] += 1

    def _copy_slowly(self) -> None:
        """Copy file by file while the command writes, as a backup does, and tell what came out."""
        copy = self._place / "torn"
        shutil.rmtree(copy, ignore_errors=True)
        if not (self.index / CATALOGUE).exists():
            return
        for path in sorted(self.index.rglob("*")):
            target = copy / path.relative_to(self.index)
            with suppress(FileNotFoundError):
                if path.is_dir():
                    target.mkdir(parents=True, exist_ok=True)
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                with path.open("rb") as source, target.open("wb") as sink:
                    while part := source.read(200_000):
                        sink.write(part)
                        time.sleep(self._chance.choice((0, 0, 0.002, 0.02)))
        self._see()
        try:
            faults = list(self._examined(copy, vectors_follow=False))
        except NoUsableIndexError as exc:
            self._told.copies[f"told: {type(exc).__name__}"] += 1
        except sqlite3.DatabaseError:  # this bench's own look: what does the doctor say of it?
            told = "told by the doctor" if self._is_told(copy) else "damaged and not told"
            self._told.copies[told] += 1
        else:
            self._told.copies["wrong and not told" if faults else "whole"] += 1
            for fault in faults[:2]:
                print(f"  copy while it was written, round {self._round}: {fault}", flush=True)

    def _is_told(self, copy: Path) -> bool:
        """Whether the doctor finds anything wrong with an index."""
        with Library(copy, self._embedder, Settings()) as library:
            return not Doctor(library, self._embedder).examine(False).is_well

    def _examined_or_told(
        self, path: Path, finished: bool = False, vectors_follow: bool = True
    ) -> list[str]:
        try:
            return self._examined(path, finished, vectors_follow)
        except NoUsableIndexError as exc:
            return [f"{type(exc).__name__}: {exc}"]

    def _examined(
        self, path: Path, finished: bool = False, vectors_follow: bool = True
    ) -> list[str]:
        """What is wrong with an index that is opened, and mended by that, as at any time."""
        with Library(path, self._embedder, Settings()) as library:
            try:
                catalogue = library.catalogue
            except IndexMissingError:
                lost = [p for p, versions in self._versions.items() if all(versions)]
                return [f"there is no index, and {len(lost)} files were in it"] if lost else []
            faults = self._documents(path, finished)
            before = self._checks(library, catalogue)
            for check in before:
                self._told.mended[check.name] += 1
            if vectors_follow:
                allowed = _MENDED_BY_OPENING | _LEFT_TO_A_WRITER
                faults += [f"{c.name}: {c.fact}" for c in before if c.name not in allowed]
            _ = library.vectors
            left: set[str] = set() if finished else _LEFT_TO_A_WRITER
            if {check.name for check in before} - left:
                faults += [
                    f"after opening it, {check.name}: {check.fact}"
                    for check in self._checks(library, catalogue)
                    if check.name not in left
                ]
            faults += self._found(library, catalogue)
        return faults

    def _checks(self, library: Library, catalogue: Catalogue) -> list[DoctorCheck]:
        # Without the surroundings, which take a second and do not change.
        doctor = Doctor(library, self._embedder)
        checks = [*doctor._lock(None), *doctor._index(catalogue)]  # type: ignore[arg-type]
        return [check for check in checks if check.state != "ok"]

    def _documents(self, index: Path, finished: bool) -> list[str]:
        """Whether each document is wholly one that may be there, and none is missing."""
        faults: list[str] = []
        with closing(sqlite3.connect(index / CATALOGUE)) as db:
            held: dict[str, dict[str, Any]] = {}
            for number, path, *values in db.execute(
                "SELECT d.number, f.path, d.id, d.source, d.title, d.text, d.published,"
                " d.publisher, d.media_type, d.author, d.language, d.encoding"
                " FROM documents d JOIN files f ON f.id = d.file"
            ).fetchall():
                passages = tuple(
                    (*row[:4], _pairs(row[4]), row[5])
                    for row in db.execute(
                        'SELECT id, start, "end", heading, sentences, hash FROM passages'
                        " WHERE document = ? ORDER BY place",
                        (number,),
                    )
                )
                held.setdefault(path, {})[values[0]] = (tuple(values), passages)
        for path in held.keys() | self._versions.keys():
            versions = self._versions.get(path, [])
            for key, has in held.get(path, {}).items():
                may = [version[key] for version in versions if key in version]
                if not may:
                    faults.append(f"resurrected: {key} of {path}")
                elif not any(has == _values(each) for each in may):
                    faults.append(f"neither the old nor the new one: {key} of {path}")
            sure = set.intersection(*(set(version) for version in versions)) if versions else set()
            if lost := sure - held.get(path, {}).keys():
                faults.append(f"lost: {', '.join(sorted(lost)[:3])} of {path}")
        return faults

    def _found(self, library: Library, catalogue: Catalogue) -> list[str]:
        """Whether live words are found, dead ones are not, and the vectors find their passages."""
        faults = []
        root = self._root()
        held = self._held(catalogue)
        live = {word: key for key, words in held.items() for word in words}
        retriever = Retriever(library, self._embedder, Settings(spelling=False))
        for word in self._chance.sample(sorted(live), min(3, len(live))):
            if not any(word in hit.passage.document.text for hit in retriever.search(word, 3)):
                faults.append(f"{word} is not found")
        dead = sorted(self.folder.words - live.keys())
        for word in self._chance.sample(dead, min(3, len(dead))):
            if any(word in hit.passage.document.text for hit in retriever.search(word, 3)):
                faults.append(f"{word} is cited, and is nowhere (root {root})")
        ids = sorted(key for part in catalogue.passage_ids(1000) for key in part)
        if sorted(key for part in library.vectors.ids() for key in part) != ids:
            faults.append("the vectors are not those of the passages")
        missed = 0
        sample = self._chance.sample(ids, min(50, len(ids)))
        for key, vector in catalogue.embeddings(sample).items():
            # Among many: these texts are much alike, and HNSW is approximate among the nearest.
            missed += dict(library.nearest(vector, 200)).get(key, 0.0) < 0.999
        self._told.counts["vectors looked up"] += len(sample)
        self._told.counts["vectors not nearest to themselves"] += missed
        if missed > 2:
            faults.append(f"{missed} of {len(sample)} vectors do not find their passages")
        return faults

    def _held(self, catalogue: Catalogue) -> dict[int, set[str]]:
        with closing(sqlite3.connect(catalogue.path)) as db:
            rows = db.execute("SELECT number, text FROM documents").fetchall()
        return {number: _words(text) & self.folder.words for number, text in rows}

    def _compare_with_a_fresh_one(self) -> None:
        fresh = self._place / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        root = self._root()
        held = _contents(self._as_left.parent)
        given = ["--exclude", EXCLUDED] if root and root.globs else []
        command = [sys.executable, "-m", "assistant", "index", str(self.folder.path), *given]
        subprocess.run(
            [*command, "--index", str(fresh), "--embedding", self._name],
            check=True,
            capture_output=True,
            timeout=_PATIENCE,
        )
        removed = root.removed if root else {}
        wanted = {
            row for row in _contents(fresh) if not _is_removed(row, removed, self.folder.path)
        }
        if held != wanted:
            self._fault(
                f"{len(held - wanted)} passages too many and {len(wanted - held)} too few, "
                "beside a fresh index"
            )

    def _fault(self, fault: str) -> None:
        self._told.faults.append(f"{self._killed}: {fault}")
        print(f"  FAULT {self._told.faults[-1]}", flush=True)


def _values(made: Made) -> Any:
    d = made.document
    about = (d.id, d.source, d.title, d.text, d.published, d.publisher, d.media_type)
    return (*about, d.author, d.language, d.encoding), made.passages


def _moved(index: Path) -> int:
    """Bytes of a catalogue's log that SQLite has begun to move into the catalogue itself.

    They are synced before that, so no loss of power takes them away. The shared memory beside the
    log tells it (`nBackfillAttempted` of `WalCkptInfo` in SQLite's wal.c).
    """
    shared, log = (index / f"{CATALOGUE}{end}" for end in ("-shm", "-wal"))
    if not shared.exists():
        return sys.maxsize
    frames = int.from_bytes(shared.read_bytes()[128:132], sys.byteorder)
    page = int.from_bytes(log.read_bytes()[8:12], "big")
    return 32 + frames * (24 + page)


def _words(text: str) -> set[str]:
    return set("".join(c if c.isalnum() else " " for c in text).split())


def _pairs(packed: bytes) -> tuple[tuple[int, int], ...]:
    pairs = np.frombuffer(packed, dtype="<u4").reshape(-1, 2).tolist()
    return tuple((start, end) for start, end in pairs)


def _contents(index: Path) -> set[tuple[Any, ...]]:
    with closing(sqlite3.connect(index / CATALOGUE)) as db:
        return set(
            db.execute(
                "SELECT f.path, d.id, d.title, d.text, d.published, p.id, p.start, p.heading,"
                " p.hash, e.vector FROM files f JOIN documents d ON d.file = f.id"
                " JOIN passages p ON p.document = d.number JOIN embeddings e ON e.hash = p.hash"
            )
        )


def _is_removed(row: tuple[Any, ...], removed: Any, folder: Path) -> bool:
    name = str(row[0]).removeprefix(f"{folder}/")
    return any(
        (row[1] in ids) if ids else (name == path or name.startswith(f"{path}/"))
        for path, ids in removed.items()
        if not ids or name == path
    )


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _is_alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
