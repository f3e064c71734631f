"""Which half of a public set is for fitting: parted by document, written down before any look.

Rules, weights, thresholds and prompts are chosen on the half `fit`. The half `held` is measured
once, with what was chosen. Items of one document are never in both halves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from assistant.evaluation.judgements import hash_of

Half = Literal["fit", "held"]

WORLD_FIT = frozenset("a01 a02 a05 a06 a09 a10 a13 a14 a17".split())
"""Articles of `world_open` that are for fitting; a01 and a02 are near copies, so both."""


def world_half(item: Mapping[str, Any]) -> Half:
    """The half of a question or statement of `world_open`.

    A question about articles of both halves is held; one about none goes by its id.
    """
    sources = item.get("source_files") or ([item["source_file"]] if "source_file" in item else [])
    if not sources:
        return hashed_half(item["id"])
    return "fit" if all(name[:3] in WORLD_FIT for name in sources) else "held"


def public_half(item: Mapping[str, Any]) -> Half:
    """The half of an item of `qa/`, `squad2` or `verification/`, by the document it is about."""
    return hashed_half(
        item.get("group") or item.get("document") or item.get("premise") or item["id"]
    )


def hashed_half(name: str) -> Half:
    """The half of a document by its name: `held` where the SHA-256 is odd."""
    return "held" if hash_of(name) % 2 else "fit"
