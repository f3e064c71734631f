"""What `doctor` found, for a reader: a line a check. Cleaned as all that is shown; see `text`."""

from __future__ import annotations

from assistant.terminal.page import BOLD, DIM, GREEN, RED, Page
from assistant.terminal.text import line
from assistant.types import DoctorCheck, DoctorReport

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
    state = page.styled(f"{check.state:<7}", _LOOKS[check.state])
    remedy = page.styled(f"; {line(check.remedy)}", DIM) if check.remedy else ""
    return f"{state} {check.name:<16} {line(check.fact)}{remedy}"
