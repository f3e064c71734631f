"""The real `assistant` command, which tells a file at what it is: `crash_child LOG ARGUMENT...`.

A line is written, past all buffers, when a step begins and when it ends, and one with the hashes of
the texts before they are embedded; so whoever kills this process knows what it was at.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from hashlib import sha256
from typing import Any

STEPS = (
    ("assistant.store.library", "Library", ("_run", "remove")),
    (
        "assistant.store.database",
        "Catalogue",
        (
            "keep_embeddings",
            "apply",
            "remove_numbered",
            "delivered",
            "switch_vectors",
            "forget_unused",
        ),
    ),
    ("assistant.store.vector_sync", "Delivery", ("repair", "rebuild", "sweep")),
    ("assistant.store.vectors", "FolderIndex", ("create", "upsert", "delete")),
)
"""Module, class and methods: the steps that are told."""
WINDOW = 64
"""Passages embedded at once."""


def main() -> None:
    """Run the command that stands after the name of the file."""
    import importlib

    log = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def tell(line: str) -> None:
        thread = "m" if threading.current_thread() is threading.main_thread() else "b"
        os.write(log, f"{thread} {line}\n".encode())

    # Smaller than they are, so that a folder of a few hundred files takes many steps.
    importlib.import_module("assistant.models.embeddings.static").StaticEmbedder.window = WINDOW
    importlib.import_module("assistant.store.pipeline").MOST_WAITING = 3 * WINDOW
    for module, owner, names in STEPS:
        kind = getattr(importlib.import_module(module), owner)
        for name in names:
            setattr(kind, name, _told(getattr(kind, name), name.strip("_"), tell))
    for module, owner in (("minilm", "MiniLM"), ("static", "StaticEmbedder")):
        kind = getattr(importlib.import_module(f"assistant.models.embeddings.{module}"), owner)
        kind.encode = _embedding(kind.encode, tell)

    from assistant.cli.app import main as command

    command(sys.argv[2:])


def _told(method: Callable[..., Any], name: str, tell: Callable[[str], None]) -> Any:
    def go(*args: Any, **options: Any) -> Any:
        tell(f"+ {name}")
        try:
            return method(*args, **options)
        finally:
            tell(f"- {name}")

    return go


def _embedding(encode: Callable[..., Any], tell: Callable[[str], None]) -> Any:
    def go(self: object, texts: list[str]) -> Any:
        hashes = [sha256(text.encode("utf-8", "replace")).hexdigest() for text in texts]
        tell("+ embed " + " ".join(hashes))
        try:
            return encode(self, texts)
        finally:
            tell("- embed")

    return go


if __name__ == "__main__":
    main()
