"""The command `assistant stop`: the local model that stayed loaded is let go."""

from __future__ import annotations

STOP_EPILOG = """\
assistant ask and assistant chat leave a local model loaded, in a process of its own, which ends
after ten minutes without a question. ASSISTANT_KEEP_MODEL sets other minutes; with 0 there is no
such process, and every assistant ask loads the model anew.

\b
Examples:
  assistant stop

Exits with 0, also where nothing is to be stopped.
"""


def stop() -> None:
    """End the process that keeps a local model loaded, and have its memory back."""
    from assistant.cli.render.kept_models import kept_text
    from assistant.models.chat import model_service

    ended = model_service.stop()
    for each in ended:
        print(f"Stopped: {kept_text(each)}")
    if not ended:
        print("No model is kept loaded.")
