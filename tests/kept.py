"""An answer that tells everything an answer can, for the tests of what is kept and exported."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assistant.answers import Answer, Conflict, Correction, Side, Statement, Usage
from assistant.documents import Citation, Document

_TEXT = "Peru approved a loan of $2 billion. Work starts in March."
PORTS = Document("ilo.txt", "/docs/ilo.txt", "The port at Ilo", _TEXT, "2026-06-03", pages=(0, 36))
WIRE = Document("wire.txt", "/docs/wire.txt", "A wire", "The loan is $3 billion.", "2026-05-01")
COPY = Document("copy.txt", "/docs/copy.txt", "copy.txt", "", "2026-06-04")

ANSWER = Answer(
    question="How large is it?",
    standalone_question="How large is the loan for Ilo?",
    status="partial",
    statements=(
        Statement("The loan is $2 billion.", (1,), "supported", repaired=True),
        Statement("Work starts in May.", (2,), "contradicted", ("May is not March",)),
    ),
    citations=(
        Citation(1, PORTS, 0, 35, 1, (COPY,)),
        Citation(2, PORTS, 36, 57, 2),
        Citation(3, WIRE, 0, 23),
    ),
    nearest=(),
    model="local/tiny",
    usage=Usage(100, 10, 1),
    timings={"retrieval": 0.5, "model": 9.5},
    corrections=(Correction("Illo", "Ilo"),),
    conflicts=(
        Conflict(
            (
                Side("Peru approved a loan of $2 billion.", (1,), "2026-06-03", "/docs/ilo.txt"),
                Side("The loan is $3 billion.", (3,), "2026-05-01", "/docs/wire.txt"),
            )
        ),
    ),
    missing=("who builds it",),
    dropped=1,
)
REFUSAL = Answer(
    question="Who is king of Ilo?",
    standalone_question="Who is king of Ilo?",
    status="not_in_documents",
    statements=(),
    citations=(),
    nearest=(Citation(1, PORTS, 36, 57, 2), Citation(2, WIRE, 0, 23)),
    model="none",
    missing=("King",),
    reason="not_found",
)


def answer(**changed: Any) -> Answer:
    """The answer with some of it changed."""
    return replace(ANSWER, **changed)
