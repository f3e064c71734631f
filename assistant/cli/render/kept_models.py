"""The models that are kept loaded, for a reader. Cleaned as all that is shown; see `sanitize`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.safety.sanitize import line

if TYPE_CHECKING:
    from assistant.models.chat.model_service import Kept


def kept_text(kept: Kept) -> str:
    """Which model a process keeps, and what it takes, in a line."""
    memory = f", {kept.memory / 1e9:.1f} GB" if kept.memory else ""
    return line(f"{Path(kept.model).stem} (process {kept.pid}{memory})")


def idle_text(seconds: float) -> str:
    """How long it was not asked, in words."""
    if seconds < 1:
        return "answering"
    return f"idle for {seconds:.0f} s" if seconds < 120 else f"idle for {seconds / 60:.0f} min"
