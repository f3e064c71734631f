"""Two documents -> what changed in what they state, the greatest change first."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.comparing.changes import Change, Changes
from assistant.comparing.kinds import KINDS, kinds_of
from assistant.comparing.pairing import paired
from assistant.comparing.units import Unit, joined, units_of
from assistant.documents import Citation, Document


def compared(old: Document, new: Document) -> Changes:
    """What a reader of the old version has to know of the new one.

    Another layout, other marks and another order of the same sentences are no change.
    """
    before, after = units_of(old), units_of(new)
    pairs, gone, added = paired(before, after)
    changes: list[Change] = []
    unchanged = len(after) - len(added)
    for pair in pairs:
        one, other = joined([before[n] for n in pair.old]), joined([after[n] for n in pair.new])
        kinds, edits = kinds_of(one, other)
        if kinds:
            changes.append(Change(kinds, _cited(old, one), _cited(new, other), edits))
            unchanged -= len(pair.new)
    changes += [Change(("gone",), _cited(old, u), None) for u in _stated(old, before, gone)]
    changes += [Change(("added",), None, _cited(new, u)) for u in _stated(new, after, added)]
    return Changes(old, new, tuple(sorted(changes, key=_weight)), unchanged)


def _stated(document: Document, units: Sequence[Unit], numbers: Sequence[int]) -> list[Unit]:
    """Those of the units that are no heading, which states nothing by itself."""
    found = [units[n] for n in numbers]
    return [unit for unit in found if not document.text.startswith("#", unit.start)]


def _cited(document: Document, unit: Unit) -> Citation:
    return Citation(1, document, unit.start, unit.end, document.page_of(unit.start))


def _weight(change: Change) -> tuple[int, int, int]:
    """What changes are sorted by: the weightiest kind, how many kinds, and the place."""
    place = change.new or change.old
    return KINDS.index(change.kinds[0]), -len(change.kinds), place.start if place else 0
