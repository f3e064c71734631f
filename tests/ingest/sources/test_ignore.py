"""Patterns pass over what git passes over, and no pattern keeps anybody waiting."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.ingest.sources.ignore import Exclusion, Pattern, parsed

NAMES = ["a", "b", "ab", "a.txt", "b.md", "build", "x y", "#h", "!n", "foo[1]", "d-1", "a\\b"]
PATTERNS = (
    r"a|b|*|**|?|[ab]|a*|*.txt|!a|build/|/a|a/b|**/a|a/**|a/**/b|*b*|\#h|\!n|foo\[1\]|foo[1]|x y |"
    r"x\ y|[!a]|[a-|a\\b|/*|*/|!/|/|b/*|**/*.md|d-[0-9]|[^a]b|!*.md|/**/a|#c|a*b*c|*a*t|[]a]|[!]a]|"
    r"?*|[z-a]|[a-c]*|\*|*.*|[[:foo:]]|"
    "a\\"
).split("|")


def excludes(lines: str, path: str, is_folder: bool = False) -> bool:
    patterns, _ = parsed(lines.splitlines())
    return Exclusion().below("", patterns).excludes(path, is_folder)


@pytest.mark.skipif(shutil.which("git") is None, reason="compared with git itself")
def test_git_passes_over_the_same_files(tmp_path: Path) -> None:
    rng = random.Random(5)
    for case in range(40):
        tree = tmp_path / str(case)
        _grow(tree, rng)
        lines = [_pattern(rng) for _ in range(rng.randint(1, 5))]
        (tree / ".gitignore").write_text("\n".join(lines) + "\n")
        listed = ("git", "-C", str(tree), "ls-files", "-z", "--others", "--exclude-standard")
        told = subprocess.run(listed, capture_output=True, check=True).stdout.decode()
        rules = Exclusion().below("", parsed(lines)[0])
        expected = {name for name in told.split("\0") if name and name != ".gitignore"}
        assert set(_kept(str(tree), "", rules)) == expected, lines


def _grow(tree: Path, rng: random.Random) -> None:
    subprocess.run(("git", "init", "-q", str(tree)), check=True)
    for _ in range(14):
        path = tree.joinpath(*(rng.choice(NAMES) for _ in range(rng.randint(1, 4))))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        except OSError:  # a file stands where a folder would be
            continue


def _pattern(rng: random.Random) -> str:
    first, second = rng.choice(PATTERNS), rng.choice(PATTERNS)
    return first if rng.random() < 0.8 else first.rstrip("/") + "/" + second.lstrip("/!")


def _kept(folder: str, name: str, rules: Exclusion) -> Iterator[str]:
    for entry in os.scandir(folder):
        path = name + entry.name
        if entry.name in (".git", ".gitignore") or rules.excludes(path, entry.is_dir()):
            continue
        if entry.is_dir():
            yield from _kept(entry.path, path + "/", rules)
        else:
            yield path


def test_the_deepest_ignore_file_that_says_something_decides() -> None:
    upper, _ = parsed(["*.txt"])
    lower, _ = parsed(["!keep.txt"])
    rules = Exclusion().below("", upper).below("sub/", lower)
    assert rules.excludes("sub/other.txt", False)
    assert not rules.excludes("sub/keep.txt", False)


def test_what_was_given_by_hand_is_not_taken_in_again_by_an_ignore_file() -> None:
    given, _ = parsed(["*.tmp.md"])
    again, _ = parsed(["!*"])
    rules = Exclusion(tuple(given), frozenset({"b.txt"})).below("", again)
    assert rules.excludes("a.tmp.md", False)
    assert rules.excludes("b.txt", False)
    assert not rules.excludes("c.txt", False)


def test_a_pattern_for_folders_leaves_files_alone() -> None:
    assert excludes("drafts/", "drafts", is_folder=True)
    assert not excludes("drafts/", "drafts")


@pytest.mark.parametrize(
    ("line", "reason"),
    [("[ab", "matches nothing"), ("a\\", "matches nothing"), ("a[[:alpha:]]b", "names a class")],
)
def test_a_pattern_that_can_match_nothing_is_told_with_its_line(line: str, reason: str) -> None:
    patterns, [(number, told)] = parsed(["*.txt", line, "*.md"])
    assert (len(patterns), number) == (2, 2)
    assert reason in told


@pytest.mark.parametrize(
    "line", ["*a" * 60 + "b", "**/a/" * 60 + "b", "*" * 200 + "b", "[a*?]*" * 40]
)
def test_no_pattern_takes_long(line: str) -> None:
    pattern = Pattern.of(line)
    assert pattern
    begun = time.perf_counter()
    for path in ("a" * 250 + ".txt", "a/" * 1000 + "c.txt"):
        pattern.matches(path, is_folder=False)
    assert time.perf_counter() - begun < 0.5
