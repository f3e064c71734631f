"""The command `assistant stop`: the local model that stayed loaded is let go."""

from __future__ import annotations

from pathlib import Path


def stop() -> None:
    """End the process that keeps the local model loaded between questions."""
    from assistant import model_service
    from assistant.terminal.text import line

    ended = model_service.stop()
    for each in ended:
        memory = f", {each.memory / 1e9:.1f} GB of memory" if each.memory else ""
        print(line(f"Stopped {Path(each.model).stem} (process {each.pid}{memory})."))
    if not ended:
        print("No local model is kept loaded.")
