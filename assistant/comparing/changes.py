"""What `compare` finds: changes, each with the words of both versions and their places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assistant.documents import Citation, Document

CHANGES_VERSION = 1
"""Version of the JSON that `assistant compare` writes."""


@dataclass(frozen=True, slots=True)
class Change:
    """One statement that the versions do not share.

    Attributes:
        kinds: what changed, the weightiest first: `negation`, `obligation`, `deadline`, `number`,
            `condition`, `date`, `name`, `wording`; or `gone` or `added` alone.
        old, new: the words of each version; None where a version lacks the statement.
        edits: the words that differ, as pairs (old, new); an empty text where there are none.
    """

    kinds: tuple[str, ...]
    old: Citation | None
    new: Citation | None
    edits: tuple[tuple[str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of a change in `Changes.to_dict`."""
        return {
            "kinds": list(self.kinds),
            "old": self.old and self.old.to_dict(),
            "new": self.new and self.new.to_dict(),
            "edits": [{"old": old, "new": new} for old, new in self.edits],
        }


@dataclass(frozen=True, slots=True)
class Changes:
    """Two versions compared.

    Attributes:
        old, new: the documents.
        changes: the greatest first.
        unchanged: how many sentences of the new one the old one has, too.
    """

    old: Document
    new: Document
    changes: tuple[Change, ...]
    unchanged: int

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values, in the published shape of version `CHANGES_VERSION`."""
        return {
            "version": CHANGES_VERSION,
            "old": self.old.reference(),
            "new": self.new.reference(),
            "unchanged": self.unchanged,
            "changes": [change.to_dict() for change in self.changes],
        }
