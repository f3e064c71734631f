"""Fill the disk that an index is on while it is written: what was indexed stays, the rest follows.

The index is in a small file system in memory, which only root on Linux can mount; the documents are
elsewhere. Each round changes them and leaves little room, or fills the disk while the command runs.

    python -m tests.bench full_disk [--rounds N] [--seed S]
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tests.bench.crash import Crash, Told, words_of

_SIZE = 64_000_000
_PATIENCE = 90.0  # seconds after which a command counts as hanging


def bench(options: argparse.Namespace) -> None:
    """Fill the disk as often as is asked and print what came of it."""
    told = Told()
    with tempfile.TemporaryDirectory() as folder:
        disk = Path(folder, "disk")
        disk.mkdir()
        mounted = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "none", str(disk)]
        if subprocess.run(mounted, capture_output=True).returncode:
            sys.exit("no file system can be mounted here; run it as root, on Linux")
        try:
            full = FullDisk(Path(folder), disk, options.seed, told)
            until = time.monotonic() + 60 * options.minutes
            for _ in range(options.rounds):
                full.round()
                if time.monotonic() > until:
                    break
        finally:
            subprocess.run(["umount", str(disk)], check=True)
    told.print()
    sys.exit(bool(told.faults))


class FullDisk(Crash):
    """A folder elsewhere, and its index on a disk that is filled again and again."""

    def __init__(self, place: Path, disk: Path, seed: int, told: Told) -> None:
        super().__init__(place / "static", "static", seed, told, (60, 100))
        self.index = disk / "index"
        self._ballast = disk / "ballast"

    def round(self) -> None:
        """Change, leave little room, run; then free the disk and run to the end."""
        self._round += 1
        if self._round > 1:
            self.folder.mutate(self._chance.choice((3, 10, 25)))
        self._begin(["index"])
        kept = self._kept()
        how = self._chance.choice(("little room", "at a step", "at a step"))
        if how == "little room":
            self._fill(self._chance.choice((0, 4096, 100_000, 1_000_000, 4_500_000, 6_000_000)))
        process = self._start(["index", str(self.folder.path)])
        step = self._chance.choice(("keep_embeddings", "apply", "upsert", "delivered", "run"))
        if how == "at a step":
            self._await(process, step, self._chance.choice((1, 2, 3)))
            self._fill(self._chance.choice((0, 0, 4096, 200_000)))
            how += f" ({step})"
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._fault("it hangs")
            process.kill()
            process.wait()
        self._told.stages[f"{self._stage()}"] += 1
        self._told.commands[how] += 1
        self._told.counts[f"exit {process.returncode}"] += 1
        self._killed = f"round {self._round}, {how}, exit {process.returncode}"
        told = self._output()
        if process.returncode not in (0, 4) or told.count("\n") > (process.returncode == 0):
            self._fault(told)
        if process.returncode == 4 and not ("No space" in told or "full" in told):
            self._fault(f"not told as a full disk: {told}")
        self._note_state()
        self._embedded(kept, process.returncode != 0)
        if process.returncode:
            self._search()
            self._look()
        self._ballast.unlink(missing_ok=True)
        self.finish()

    def _fill(self, left: int) -> None:
        """Take all room but so many bytes."""
        with suppress(OSError), self._ballast.open("ab", buffering=0) as out:
            while (free := shutil.disk_usage(self._ballast.parent).free) > left:
                out.write(bytes(min(free - left, 1 << 20)))
        with suppress(OSError):
            os.sync()

    def _search(self) -> None:
        """What is sure to be in the index is found while the disk is full."""
        sure = [
            word
            for versions in self._versions.values()
            if all(versions) and all(version == versions[0] for version in versions)
            for made in versions[0].values()
            for word in words_of(made)
        ]
        if not sure:
            return
        word = self._chance.choice(sure)
        done = self._assistant("search", word)
        self._told.counts["searches on a full disk"] += 1
        if done.returncode or word not in done.stdout.decode():
            self._fault(f"search {word}: {done.returncode} {self._output()}")
