"""What one question has come to so far: what was understood, said, checked, cited and spent.

What comes next, and what of it may be told, is for `answer` to decide.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from assistant.answering import reply_parser
from assistant.answering.reply_parser import Claim
from assistant.answers import Conflict, Correction, Statement, Usage
from assistant.checking import Check
from assistant.documents import Citation, Evidence
from assistant.errors import ModelError
from assistant.models.chat import Piece


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A claim that was checked, before its citations have numbers.

    Attributes:
        claim: what is said.
        cited: the sentences that support it, or come nearest to it.
        check: what comparing it with them found.
        drawn_from: the sentence that is likest to it.
        repaired: whether it stands in the place of one that nothing supports.
    """

    claim: Claim
    cited: tuple[Evidence, ...]
    check: Check
    drawn_from: Evidence
    repaired: bool = False

    @property
    def supported(self) -> bool:
        """Whether it may be told."""
        return self.check.verdict == "supported"

    @property
    def is_whole(self) -> bool:
        """Whether it may be told as it is, without a condition, hedge or speaker left out."""
        return self.supported and not self.check.has_reservations


@dataclass(slots=True)
class Course:
    """One question under way."""

    question: str
    standalone: str
    spelt: str = ""  # the same with slips in names put right
    read: str = ""  # the words of all that was found
    missing: tuple[str, ...] = ()  # what nothing of that has
    unlike: tuple[str, ...] = ()  # what of it is not said in another word either
    baseless: bool = False  # the question takes for granted what is missing
    asks_for_all: bool = False  # it asks for an aggregate that no passage states
    parts: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    trouble: ModelError | None = None  # for which a statement was checked by rule alone
    usage: Usage = field(default_factory=Usage)
    citations: list[Citation] = field(default_factory=list)
    draft: reply_parser.Drafted = field(default_factory=reply_parser.Drafted)
    judged: list[Judged] = field(default_factory=list)  # of the drafted statements those checked
    sent: dict[int, Statement] = field(default_factory=dict)  # those told, by number
    timings: dict[str, float] = field(
        default_factory=lambda: {"retrieval": 0.0, "model": 0.0, "checking": 0.0}
    )

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Count what happens within as time of this stage."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - begun
            self.timings[stage] = self.timings.get(stage, 0.0) + spent

    def timed_each(self, stage: str, pieces: Iterator[Piece]) -> Iterator[Piece]:
        """The pieces, the wait for each counted and not what is done with it."""
        while True:
            with self.timed(stage):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    def agrees(self, claims: Sequence[Claim]) -> bool:
        """Whether what was drafted and checked is what the whole reply says."""
        checked = [each.claim for each in self.judged]
        return not self.draft.is_torn and checked == list(claims[: len(checked)])

    def start_over(self) -> None:
        """Forget what was drafted, checked and cited."""
        self.draft = reply_parser.Drafted()
        self.judged, self.sent, self.citations = [], {}, []

    def cite(self, evidence: Evidence) -> int:
        """Number of the citation of this sentence, the same one whenever it is cited again."""
        if (before := self.cited(evidence)) is not None:
            return before.number
        self.citations.append(Citation.of(len(self.citations) + 1, evidence))
        return len(self.citations)

    def cited(self, evidence: Evidence) -> Citation | None:
        """The citation of this sentence, if it was cited before."""
        place = (evidence.passage.document, evidence.sentence.start)
        return next((c for c in self.citations if (c.document, c.start) == place), None)
