"""What became of a batch, in one line."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.safety import count, line

KINDS = ("answered", "refused", "failed")


def counts_text(counts: Mapping[str, int]) -> str:
    """How many questions came to what; failures only where there are some.

    >>> counts_text({"answered": 3})
    '3 answered, 0 refused'
    """
    told = [
        f"{counts.get(kind, 0)} {kind}" for kind in KINDS if kind != "failed" or counts.get(kind)
    ]
    return ", ".join(told)


def batch_text(counts: Mapping[str, int], earlier: int, seconds: float, where: str | None) -> str:
    """What became of a batch, in one line.

    Args:
        counts: of all questions, by what became of them.
        earlier: how many of them an earlier run asked.
        seconds: what this run took.
        where: the file of the lines; None for standard output.
    """
    before = f" ({earlier} of them before)" if earlier else ""
    told = f"{count(sum(counts.values()), 'question')}{before} in {seconds:.1f} s: "
    told += counts_text(counts) + (f"; in {where}" if where else "")
    if counts.get("failed"):
        told += "; lines with `error` say why"
        told += ", and --resume asks these again" if where else ""
    return line(f"{told}.")
