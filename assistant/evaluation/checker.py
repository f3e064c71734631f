"""The check measured: how often a false statement passes, and how often a true one is rejected.

Statements are checked as those of an answer are: against the sentences they were made of and,
where those do not suffice, their neighbours in the passage. Showing the figures is left to
`terminal`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.answers import Verdict
from assistant.checking import Check, Likeness, ground
from assistant.documents import Evidence, Passage
from assistant.evaluation.intervals import wilson
from assistant.evaluation.statements import Item

CHECKER_VERSION = 1
"""Version of the JSON that `Proof.to_dict` writes."""
VERDICTS: tuple[Verdict, ...] = ("supported", "partly", "unsupported", "contradicted")

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, with the bounds of Wilson's 95% interval of the share."""

    count: int
    of: int

    @property
    def bounds(self) -> tuple[float, float]:
        """Lower and upper bound, from 0 to 1; all of it where nothing was counted.

        >>> [round(bound, 3) for bound in Share(3, 100).bounds]
        [0.01, 0.085]
        """
        return wilson(self.count, self.of) if self.of else (0.0, 1.0)

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of a share."""
        low, high = self.bounds
        return {"count": self.count, "of": self.of, "low": round(low, 6), "high": round(high, 6)}


@dataclass(frozen=True, slots=True)
class Result:
    """A statement and what checking it gave.

    Attributes:
        item: the statement.
        source: the words it was made of.
        check: as `ground` finds it among the sentences of its passages, its source first.
        alone: as `ground` finds it where the source is all there is.
        seconds: how long the former took.
    """

    item: Item
    source: str
    check: Check
    alone: Check
    seconds: float

    @property
    def wrong(self) -> bool:
        """Whether a false statement was accepted or a true one rejected."""
        return (self.check.verdict == "supported") != self.item.faithful

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of a line in the file of errors."""
        return self.item.to_dict() | {
            "source": self.source,
            "verdict": self.check.verdict,
            "findings": list(self.check.findings),
            "alone": self.alone.verdict,
        }


@dataclass(frozen=True, slots=True)
class Proof:
    """What checking many statements gave, in the order of the statements."""

    results: Sequence[Result]

    def errors(self, faithful: bool) -> Share:
        """True statements rejected, or false ones accepted."""
        return _wrong([r for r in self.results if r.item.faithful == faithful])

    def errors_alone(self, faithful: bool) -> Share:
        """The same where a statement has nothing but its source to rest on."""
        of = [r for r in self.results if r.item.faithful == faithful]
        wrong = sum((r.alone.verdict == "supported") != faithful for r in of)
        return Share(wrong, len(of))

    def kinds(self, faithful: bool) -> dict[str, Share]:
        """Errors by kind, sorted by name."""
        kinds: dict[str, list[Result]] = {}
        for result in self.results:
            if result.item.faithful == faithful:
                kinds.setdefault(result.item.kind, []).append(result)
        return {kind: _wrong(results) for kind, results in sorted(kinds.items())}

    def verdicts(self, faithful: bool) -> dict[str, int]:
        """How often each verdict was given."""
        given = [r.check.verdict for r in self.results if r.item.faithful == faithful]
        return {verdict: given.count(verdict) for verdict in VERDICTS}

    @property
    def seconds(self) -> tuple[float, float]:
        """Median and 95th percentile of the time a statement took."""
        taken = [result.seconds for result in self.results]
        return float(np.median(taken)), float(np.percentile(taken, 95))

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON-ready values."""
        median, p95 = self.seconds
        told: dict[str, Any] = {"version": CHECKER_VERSION, "statements": len(self.results)}
        for name, faithful in (("accepted_though_false", False), ("rejected_though_true", True)):
            told[name] = {
                "total": self.errors(faithful).to_dict(),
                "source_alone": self.errors_alone(faithful).to_dict(),
                "kinds": {kind: s.to_dict() for kind, s in self.kinds(faithful).items()},
                "verdicts": self.verdicts(faithful),
            }
        return told | {"seconds": {"median": round(median, 6), "p95": round(p95, 6)}}

    def errors_text(self) -> str:
        """The wrong ones as JSON lines, for reading."""
        wrong = (result.to_dict() for result in self.results if result.wrong)
        return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in wrong)


def _wrong(results: Sequence[Result]) -> Share:
    return Share(sum(result.wrong for result in results), len(results))


def prove(
    passages: Iterable[Passage],
    items: Sequence[Item],
    tell: Tell = lambda done, total: None,
    likeness: Likeness | None = None,
) -> Proof:
    """Check each statement against its source.

    Args:
        passages: those of the documents that the statements are about.
        items: the statements.
        tell: told how many are done, and how many there are.
        likeness: see `checking.check`; answers are checked with one.
    """
    by_document: dict[str, list[Passage]] = {}
    for passage in passages:
        by_document.setdefault(passage.document.id, []).append(passage)
    results = []
    for done, item in enumerate(items):
        tell(done, len(items))
        results.append(_result(item, by_document.get(item.document, []), likeness))
    return Proof(results)


def _result(item: Item, passages: Sequence[Passage], likeness: Likeness | None) -> Result:
    near = [p for p in passages if p.start < item.end and item.start < p.end]
    source: list[Evidence] = []
    others: list[Evidence] = []
    for passage in near:
        for sentence in passage.sentences:
            inside = sentence.start < item.end and item.start < sentence.end
            (source if inside else others).append(Evidence(0, passage, sentence, 0.0))
    begun = time.perf_counter()
    _, found = ground(item.text, [*source, *others], likeness=likeness)
    seconds = time.perf_counter() - begun
    _, alone = ground(item.text, source, likeness=likeness)
    return Result(item, _words(near, item), found, alone, seconds)


def _words(passages: Sequence[Passage], item: Item) -> str:
    return passages[0].document.text[item.start : item.end] if passages else ""
