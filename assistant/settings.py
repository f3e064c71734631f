"""The settings, frozen and bounded. Unknown names and values out of range are refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import UsageError

CATALOGUE = "catalogue.sqlite3"
"""Name of the catalogue's file in the folder of an index."""


class Settings(BaseModel):
    """All that can be set; the defaults are the measured ones.

    Attributes:
        index: folder of the index; None for the default place (see `default_index`).
        llm: which model answers (see `assistant.llm`); None for the default choice.
        embedding: which model finds passages by meaning (see `assistant.embedders`); None for the
            one that the index was made with, and MiniLM for a new index.
        vectors: where the vectors are kept: the address of a Chroma server, or "local" for the
            folder of the index; None for where they are, and the folder for a new index.
        passage_tokens: most tokens of MiniLM in one passage, its marks included.
        candidates: passages each ranker hands to the fusion.
        lexical_weight: part of BM25 in a passage's fused score; 0 leaves it out.
        dense_weight: the part of its vector, likewise.
        late_weight: the part of late interaction, likewise.
        spelling: search for a word that no document has in the spelling that it likely stands for.
        acronyms: search for acronyms by what the documents say they stand for, and the reverse.
        parts: search for the parts of a question that asks several things, too.
        collapse: show passages of several documents that tell the same words as one hit.
        evidence_tokens: most tokens of evidence given to a model; None for 120 with a model in this
            process, which reads slowly, and 600 with a server.
        quotes: most sentences quoted where no model answers.
        quote_confidence: least probability (see `assistant.gate`) that the evidence answers the
            question at which sentences are quoted as an answer.
        ask_relevance: least relevance of the evidence (see `assistant.retrieval.Found`) at which a
            model is asked at all.
        confidence: the same, with what a model judges, at which it may answer.
        strict: drop statements that nothing supports (else show them, marked).
        timeout: seconds without a sign from a model or vector server before a try is given up.
        retries: further tries after a passing failure of such a server; four more where
            many passages are embedded.
        history: keep the conversations of `assistant chat` on this machine.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    index: Path | None = None
    llm: str | None = None
    embedding: str | None = None
    vectors: str | None = None
    passage_tokens: int = Field(default=128, ge=32, le=256)
    candidates: int = Field(default=100, ge=1, le=1000)
    lexical_weight: float = Field(default=1.0, ge=0, le=10)
    dense_weight: float = Field(default=0.7, ge=0, le=10)
    late_weight: float = Field(default=0.7, ge=0, le=10)
    spelling: bool = True
    acronyms: bool = True
    parts: bool = True
    collapse: bool = True
    evidence_tokens: int | None = Field(default=None, ge=50, le=100_000)
    quotes: int = Field(default=3, ge=1, le=20)
    quote_confidence: float = Field(default=0.39, ge=0, le=1)
    ask_relevance: float = Field(default=0.35, ge=0, le=2)
    confidence: float = Field(default=0.38, ge=0, le=1)
    strict: bool = True
    timeout: float = Field(default=60.0, gt=0, le=3600)
    retries: int = Field(default=2, ge=0, le=10)
    history: bool = True

    @classmethod
    def load(cls, **given: Any) -> Settings:
        """Settings from what is given (None is not given), then the environment, then defaults.

        Raises:
            UsageError: a name is unknown or a value is out of its bounds.
        """
        values: dict[str, Any] = {
            "index": os.environ.get("ASSISTANT_INDEX") or None,
            "llm": os.environ.get("ASSISTANT_LLM") or None,
            "embedding": os.environ.get("ASSISTANT_EMBEDDING") or None,
            "vectors": os.environ.get("ASSISTANT_VECTORS") or None,
        }
        values.update({name: value for name, value in given.items() if value is not None})
        try:
            return cls(**values)
        except ValidationError as exc:
            first = exc.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            names = ", ".join(cls.model_fields)
            raise UsageError(
                f"setting {name!r} is refused: {first['msg'].lower()}; the settings are: {names}."
            ) from exc


def shipped(name: str) -> Path:
    """Folder `prompts` or `seeds` as it ships: in the wheel, else at the top of the checkout."""
    package = Path(__file__).parent
    packed = package / "data" / name
    return packed if packed.is_dir() else package.parent / name


def default_index() -> Path:
    """Where the index is kept by default: a checkout's `index/`, else the user's data folder.

    A checkout that this user may not write to is treated as no checkout.
    """
    top = Path(__file__).parent.parent
    if (top / "index" / "README.md").is_file() and os.access(top / "index", os.W_OK):
        return top / "index"
    import platformdirs

    return platformdirs.user_data_path("assistant") / "index"
