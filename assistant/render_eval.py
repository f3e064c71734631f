"""Figures of the check -> text for people."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.claims import LABELS, Claims
from assistant.proving import VERDICTS, Proof, Share
from assistant.render import count, line

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
