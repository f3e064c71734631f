"""Patterns of `.assistantignore` and `--exclude`: which files and folders are passed over.

`pathspec` translates gitignore's patterns, and RE2 matches them in linear time: folders come from
anybody, and Python's `re` takes 13 s for one name and a pattern of five `*`. Reading the files is
left to `walk`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

IGNORE_FILE = ".assistantignore"
"""Name of the file that says, in a folder, what is passed over there and below."""


class PatternError(ValueError):
    """A pattern that can match nothing; the message says why, in a few words."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern, ready to be compared with paths from its folder on.

    Attributes:
        excludes: whether what it matches is passed over, or (`!`) taken in again.
        regex: RE2's, of a path without a `/` at its start.
        is_whole: it matches the path itself, not what lies in a folder as `a/**` does.
    """

    excludes: bool
    regex: Any
    is_whole: bool

    @classmethod
    def of(cls, line: str) -> Self | None:
        r"""A pattern as gitignore writes it; None of an empty line or a comment.

        >>> Pattern.of("old/**/*.txt").matches("old/2024/may/notes.txt", is_folder=False)
        True
        >>> Pattern.of("*.txt").matches("old/notes.md", is_folder=False)
        False

        Raises:
            PatternError: it can match nothing.
        """
        import re2
        from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

        if line.startswith("#") or not line.strip("!/ \r\n"):
            return None
        if "[:" in line and ":]" in line:
            raise PatternError("names a class such as [:alpha:] instead of its letters")
        options = re2.Options()
        options.dot_nl, options.log_errors = True, False
        try:
            regex, excludes = GitIgnoreSpecPattern.pattern_to_regex(line)
            # The library marks where a path ends that is matched itself, for git matches all below
            # it as well; a walk asks for each folder on its way.
            is_whole = "(?P<ps_d>/)" in (regex or "")
            compiled = re2.compile(f"{regex}\\z" if is_whole else regex, options)
        except (ValueError, TypeError, re2.error) as exc:
            raise PatternError("matches nothing") from exc
        return cls(bool(excludes), compiled, is_whole)

    def matches(self, path: str, is_folder: bool) -> bool:
        """Whether a file or folder is matched, whatever is above it."""
        return bool(self.regex.search(path + "/" * (is_folder and self.is_whole)))


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What is passed over below one root.

    Attributes:
        patterns: given with `--exclude`; what these exclude, nothing takes in again.
        removed: paths from the root on that were removed from the index by hand.
        levels: the patterns of the ignore files of a folder and of those above it, each with the
            folder's path from the root on, `/` at its end; the deepest last.
    """

    patterns: tuple[Pattern, ...] = ()
    removed: frozenset[str] = frozenset()
    levels: tuple[tuple[str, tuple[Pattern, ...]], ...] = field(default=())

    def below(self, folder: str, patterns: Sequence[Pattern]) -> Exclusion:
        """The same with the ignore file of a folder, which counts before those above it."""
        return replace(self, levels=(*self.levels, (folder, tuple(patterns))))

    def excludes(self, path: str, is_folder: bool) -> bool:
        """Whether a file or folder, by its path from the root on, is passed over.

        That a folder above it is passed over is for the caller to know.
        """
        if not (self.patterns or self.removed or self.levels):
            return False
        if path in self.removed or _verdict(self.patterns, path, is_folder):
            return True
        for folder, patterns in reversed(self.levels):
            verdict = _verdict(patterns, path[len(folder) :], is_folder)
            if verdict is not None:
                return verdict
        return False


def parsed(lines: Iterable[str]) -> tuple[list[Pattern], list[tuple[int, str]]]:
    """The patterns of an ignore file, and the numbers of lines that are none, with the reason."""
    patterns, faults = [], []
    for number, line in enumerate(lines, 1):
        try:
            pattern = Pattern.of(line)
        except PatternError as exc:
            faults.append((number, str(exc)))
        else:
            patterns += [pattern] if pattern else []
    return patterns, faults


def _verdict(patterns: Sequence[Pattern], path: str, is_folder: bool) -> bool | None:
    """What the last pattern that matches says; None where none does."""
    for pattern in reversed(patterns):
        if pattern.matches(path, is_folder):
            return pattern.excludes
    return None
