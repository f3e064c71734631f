"""Ask your own documents: every sentence of an answer points at the words that support it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant import errors
from assistant.answers import (
    Answer,
    Checked,
    Conflict,
    Correction,
    Draft,
    Expansion,
    Explanation,
    Searched,
    Side,
    Statement,
    Unchecked,
    Understood,
    Usage,
    Verification,
    Verified,
    Withdrawn,
)
from assistant.documents import (
    Citation,
    Document,
    Evidence,
    Excerpt,
    Hit,
    Passage,
    Sentence,
    Source,
)
from assistant.errors import AssistantError
from assistant.reports import DoctorCheck, DoctorReport, IndexProgress, IndexReport, IndexStatus

if TYPE_CHECKING:
    from assistant.api import Assistant, Conversation

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "Assistant",
    "AssistantError",
    "Checked",
    "Citation",
    "Conflict",
    "Conversation",
    "Correction",
    "DoctorCheck",
    "DoctorReport",
    "Document",
    "Draft",
    "Evidence",
    "Excerpt",
    "Expansion",
    "Explanation",
    "Hit",
    "IndexProgress",
    "IndexReport",
    "IndexStatus",
    "Passage",
    "Searched",
    "Sentence",
    "Side",
    "Source",
    "Statement",
    "Unchecked",
    "Understood",
    "Usage",
    "Verification",
    "Verified",
    "Withdrawn",
    "errors",
]


def __getattr__(name: str) -> Any:
    # The parts behind these two take half a second to import, which `--help` must not pay.
    if name in ("Assistant", "Conversation"):
        from assistant import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
