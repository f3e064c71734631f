"""What `doctor` found, for a reader: a line a check. Cleaned, as all that is shown."""

from __future__ import annotations

from assistant.cli.render.page import BOLD, DIM, GREEN, RED, Page
from assistant.reports import DoctorCheck, DoctorReport
from assistant.safety import line

_WIDE = 60
"""Cells of a terminal that has room for facts in a column of their own."""
_STATE = 8
"""Cells of a check's state with the space behind it."""
_LOOKS = {"ok": GREEN, "mended": BOLD, "wrong": RED}


def doctor_text(report: DoctorReport, page: Page) -> str:
    """The index, a line for each check, and what it comes to."""
    wrong = sum(check.state == "wrong" for check in report.checks)
    mended = sum(check.state == "mended" for check in report.checks)
    told = [f"{wrong} wrong"] * bool(wrong) + [f"{mended} mended"] * bool(mended)
    summary = ", ".join(told) or "all is well"
    return "\n".join(
        (
            page.styled(line(report.path), BOLD),
            *(_line(check, page) for check in report.checks),
            summary,
        )
    )


def _line(check: DoctorCheck, page: Page) -> str:
    """A check in one line; at a terminal in as many as it takes, the remedy apart."""
    state = page.styled(f"{check.state:<7}", _LOOKS[check.state])
    fact, remedy = line(check.fact), line(check.remedy)
    if page.width is None:
        return f"{state} {check.name:<16} {fact}" + (f"; {remedy}" if remedy else "")
    if page.width >= _WIDE:
        lead = f"{'':{_STATE}}{check.name:<16} "
        hang, told = " " * len(lead), page.lines(fact, lead, " " * len(lead))
    else:
        hang, told = "  ", page.lines(f"{check.name} {fact}", " " * _STATE, "  ")
    return f"{state} {told[_STATE:]}" + (
        f"\n{page.lines(remedy, hang, style=DIM)}" if remedy else ""
    )
