"""Measured figures of search and of the check, as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from assistant.evaluation import LABELS, VERDICTS, Claims, Proof, Share
from assistant.safety import count, line

if TYPE_CHECKING:
    from assistant.evaluation import Retrieval, Task

_WIDTH = 22


def proof_text(proof: Proof) -> str:
    """The table of errors by kind, for false and for true statements, and the time it took."""
    median, p95 = proof.seconds
    parts = [count(len(proof.results), "statement")]
    for faithful, title in ((False, "false, but accepted"), (True, "true, but rejected")):
        kinds = proof.kinds(faithful)
        if kinds:
            parts += ["", *_table(title, kinds, proof.errors(faithful))]
            parts.append(_row("all, source alone", proof.errors_alone(faithful)))
            verdicts = ", ".join(f"{v} {n}" for v, n in proof.verdicts(faithful).items() if n)
            parts.append(f"verdicts: {verdicts}")
    parts += ["", f"ms a statement: {median * 1e3:.1f} (median), {p95 * 1e3:.1f} (95th percentile)"]
    return "\n".join(parts)


def _table(title: str, kinds: Mapping[str, Share], total: Share) -> list[str]:
    head = f"{title:<{_WIDTH}}{'n':>6}{'wrong':>7}{'share':>8}   95% interval"
    return [head, *(_row(kind, share) for kind, share in kinds.items()), _row("all", total)]


def _row(name: str, share: Share) -> str:
    low, high = share.bounds
    part = share.count / share.of if share.of else 0.0
    name = line(name)[: _WIDTH - 1]
    return f"{name:<{_WIDTH}}{share.of:>6}{share.count:>7}{part:>8.1%}   {low:.1%} to {high:.1%}"


def claims_text(claims: Claims) -> str:
    """The table of label by verdict."""
    rows = [f"{'':<17}" + "".join(f"{verdict:<25}" for verdict in VERDICTS).rstrip()]
    for label in LABELS:
        cells = (_cell(claims.share(label, verdict)) for verdict in VERDICTS)
        rows.append(f"{label:<17}" + "".join(f"{cell:<25}" for cell in cells).rstrip())
    return "\n".join([count(len(claims.given), "claim"), "", *rows])


def _cell(share: Share) -> str:
    low, high = share.bounds
    part = share.count / share.of if share.of else 0.0
    return f"{share.count:>4} {part:>4.0%} ({low:.0%} to {high:.0%})"


def retrieval_text(measured: Retrieval) -> str:
    """How well search did: what was measured, a line for each metric, and the time it took."""
    rows = [
        f"{name.replace('_', ' '):<20}{f.mean:>7.3f}   {f.low:.3f} to {f.high:.3f}{f.questions:>12}"
        for name, f in measured.figures.items()
    ]
    index = measured.index
    return "\n".join(
        (
            f"{count(len(measured.task.questions), 'question')}, "
            f"{count(index.documents, 'document')}, {count(index.passages, 'passage')}",
            "",
            f"{'':<20}{'mean':>7}   {'95% interval':<14}{'questions':>11}",
            *rows,
            "",
            f"seconds a search: {measured.median:.3f} (median), "
            f"{measured.p95:.3f} (95th percentile)",
        )
    )


def task_notes(task: Task) -> str:
    """What of the questions and judgements is left out, a line each; empty when nothing is."""
    lines = []
    if task.unjudged:
        lines.append(f"left out: {count(task.unjudged, 'question')} without a judgement")
    for ids, noun, file in (
        (task.unknown_questions, "judged question", "QUESTIONS"),
        (task.unknown_documents, "judged document", "CORPUS"),
    ):
        if ids:
            lines.append(f"{count(len(ids), noun)} not in {file}, the first is {ids[0]!r}")
    return "\n".join(map(line, lines))
