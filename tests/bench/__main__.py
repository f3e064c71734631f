"""Figures: `python -m tests.bench [NAME]...`, by default all but the long ones.

Nothing is asserted. Run it from the top of a checkout, on an idle machine; the median is printed,
with the least and the most of all runs after a first one that is not counted. `scale` and
`indexing` build large indexes and `formats_office` compares readers of office files, so these run
only where they are named.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import subprocess
import sys
from pathlib import Path

BENCHES = "startup passes embedding asking streaming keeping metadata".split()
LONG = "scale indexing formats_office formats_pages mutations crash followups".split()


def main() -> None:
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # as the program does before it loads the runtime
    # Figures are of the defaults, whatever files of settings there are.
    os.environ |= {"ASSISTANT_CONFIG": "none"}
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES + LONG)}")
    parser.add_argument("--runs", type=int, default=3, help="runs that count (default: 3)")
    parser.add_argument("--rounds", type=int, default=400, help="kills, for crash (default: 400)")
    parser.add_argument("--minutes", type=float, default=90, help="for crash at most (default: 90)")
    parser.add_argument(
        "--seed", type=int, default=1, help="of what chance decides, for crash and mutations"
    )
    parser.add_argument("--llm", default="local", metavar="SPEC", help="the model that asking asks")
    parser.add_argument("--questions", type=Path, metavar="FILE.jsonl", help="what asking asks")
    parser.add_argument(
        "--texts", type=Path, metavar="FILE.jsonl", help="what embedding embeds and indexes"
    )
    parser.add_argument(
        "--eval",
        type=Path,
        metavar="FOLDER",
        help="evaluation sets, for scale, indexing and followups",
    )
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000], help="passages, for scale"
    )
    parser.add_argument(
        "--documents", type=int, default=1000, help="indexed beside bare embedding, for indexing"
    )
    parser.add_argument(
        "--files",
        type=int,
        nargs="*",
        default=[1000, 10_000, 20_000],
        help="small files, for indexing",
    )
    parser.add_argument(
        "--records", type=int, nargs="*", default=[34_000], help="of one file, for indexing"
    )
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="where scale keeps its indexes, and mutations the files that something is wrong with",
    )
    parser.add_argument("--pages", type=Path, metavar="FOLDER", help="pages for formats_pages")
    parser.add_argument("--count", type=int, default=4000, help="damaged files, for mutations")
    parser.add_argument(
        "--wrong", action="store_true", help="show what is wrong of the odd lines, for followups"
    )
    options = parser.parse_args()
    if unknown := set(options.names) - {*BENCHES, *LONG}:
        parser.error(f"there is no bench {', '.join(sorted(unknown))}")
    if len(options.names) == 1:
        print_machine()
        importlib.import_module(f"tests.bench.{options.names[0]}").bench(options)
    else:
        each_alone(options.names or BENCHES)


def each_alone(names: list[str]) -> None:
    """Run each bench in a process of its own, so that none finds memory or caches of another."""
    given = [word for word in sys.argv[1:] if word not in (*BENCHES, *LONG)]
    for name in names:
        subprocess.run([sys.executable, "-m", "tests.bench", name, *given], check=True)


def print_machine() -> None:
    """Print what the figures below were measured on, and how busy it was."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    print(f"\n{platform.platform()}, Python {platform.python_version()}, ", end="")
    print(f"{os.cpu_count()} cores, load {load}", end="", flush=True)


if __name__ == "__main__":
    main()
