"""The readable table that the benches print: what was measured, the figure, the unit."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from assistant.evaluation.intervals import Estimate


def heading(text: str) -> None:
    """Print what the lines below are about."""
    print(f"\n{text}", flush=True)


def line(what: str, values: float | Sequence[float], unit: str, digits: int = 2) -> None:
    """Print one figure; of several values the median, with the least and the most."""
    several = [values] if isinstance(values, int | float) else list(values)
    least, most = min(several), max(several)
    figure = f"{statistics.median(several):,.{digits}f}"
    around = f"  ({least:,.{digits}f} to {most:,.{digits}f})" if len(several) > 1 else ""
    print(f"  {what:56}{figure:>10} {unit}{around}", flush=True)


def share(what: str, measured: Estimate | None) -> None:
    """Print a share with its 95% interval and its counts; nothing where there was nothing."""
    if measured:
        around = f"({measured.low:.2f} to {measured.high:.2f})"
        known = measured.denominator is not None
        counts = f"{measured.numerator:g} of {measured.denominator}" if known else ""
        print(f"  {what:56}{measured.value:>10.3f} {around}  {counts}", flush=True)
