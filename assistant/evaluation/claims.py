"""Claims that people judged, put to the check beside the sentences they judged by.

The data has the shape of SciFact: documents with numbered sentences, claims that these support,
contradict or do not settle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answers import Verdict
from assistant.checking import Likeness, ground
from assistant.documents import Document, Evidence, Passage, Sentence
from assistant.errors import UsageError
from assistant.evaluation.checker import VERDICTS, Share, Tell
from assistant.evaluation.json_lines import read_objects
from assistant.evaluation.judgements import (
    Question,
    load_qrels,
    pick,
    read_documents,
)
from assistant.language import content_stems

LABELS = ("SUPPORT", "CONTRADICT", "NOT_ENOUGH_INFO")
SHAPE = (
    '{"id": "1", "text": "...", "label": "SUPPORT", '
    '"evidence": [{"doc_id": "7", "sentences": [0, 3]}]}'
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim and a document that was judged with it.

    Attributes:
        id, text: as given.
        label: one of `LABELS`.
        document: id of the document.
        sentences: numbers of the sentences it was judged by; empty where no single ones were.
        place: the file and line it was read from, for errors.
    """

    id: str
    text: str
    label: str
    document: str
    sentences: tuple[int, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Claims:
    """Which verdicts were given to claims of each label; `given` has one pair a claim."""

    given: Sequence[tuple[str, Verdict]]

    def share(self, label: str, verdict: Verdict) -> Share:
        """How many claims of a label got a verdict."""
        verdicts = [v for known, v in self.given if known == label]
        return Share(verdicts.count(verdict), len(verdicts))

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON-ready values."""
        return {
            "version": 1,
            "claims": len(self.given),
            "labels": {
                label: {verdict: self.share(label, verdict).to_dict() for verdict in VERDICTS}
                for label in LABELS
            },
        }


def load_claims(path: Path, cited: Path | None = None) -> list[Claim]:
    """Claims from JSON lines, once for each document that has evidence.

    Args:
        path: the file.
        cited: judgements that say which document a claim without evidence was judged with; without
            it such claims are left out.

    Raises:
        UsageError: a file or line cannot be read.
    """
    read = [(place, _record(place, record)) for place, record in read_objects(path, SHAPE)]
    if not read:
        raise UsageError(f"{path} holds no claim; give one a line, as {SHAPE}.")
    qrels = load_qrels(cited, {str(record["id"]) for _, record in read}) if cited else {}
    return [claim for place, record in read for claim in _claims(place, record, qrels)]


def _record(place: str, record: dict[str, Any]) -> dict[str, Any]:
    if (
        isinstance(record.get("id"), str | int)
        and isinstance(record.get("text"), str)
        and record.get("label") in LABELS
    ):
        return record
    raise UsageError(f"{place}: no claim with a label; give {SHAPE}.")


def _claims(
    place: str, record: dict[str, Any], qrels: Mapping[str, Mapping[str, int]]
) -> Iterator[Claim]:
    by_document: dict[str, set[int]] = {}
    for piece in record.get("evidence") or []:
        numbers = piece.get("sentences") if isinstance(piece, dict) else None
        if not isinstance(numbers, list) or not all(type(n) is int and n >= 0 for n in numbers):
            raise UsageError(f"{place}: evidence without numbers of sentences; give {SHAPE}.")
        by_document.setdefault(str(piece.get("doc_id")), set()).update(numbers)
    identity = str(record["id"])
    if not by_document:
        by_document = {document: set() for document in qrels.get(identity, {})}
    for document, numbers in by_document.items():
        ordered = tuple(sorted(numbers))
        yield Claim(identity, record["text"], record["label"], document, ordered, place)


def pick_claims(
    claims: Sequence[Claim], *, half: str | None, sample: int | None, seed: int
) -> list[Claim]:
    """Some of the claims, by a hash of their ids (see `judgements.pick`)."""
    ids = {claim.id: Question(claim.id, claim.text) for claim in claims}
    kept = {q.id for q in pick(list(ids.values()), half=half, sample=sample, seed=seed)}
    return [claim for claim in claims if claim.id in kept]


def measure(
    corpus: Path,
    claims: Sequence[Claim],
    tell: Tell = lambda done, total: None,
    likeness: Likeness | None = None,
) -> Claims:
    """Check each claim against the sentences it was judged by.

    One without such sentences is checked against those of its document, the ones that share most
    words with it first.

    Raises:
        UsageError: CORPUS has no document of the claims, or one without numbered sentences.
    """
    documents = _documents(corpus, {claim.document for claim in claims})
    known = [claim for claim in claims if claim.document in documents]
    if not known:
        raise UsageError(
            f"{corpus} holds no document of a claim; give JSON lines with id, text and sentences."
        )
    given = []
    for done, claim in enumerate(known):
        tell(done, len(known))
        evidence = _evidence(claim, *documents[claim.document])
        _, found = ground(claim.text, evidence, likeness=likeness)
        given.append((claim.label, found.verdict))
    return Claims(given)


def _documents(corpus: Path, wanted: Collection[str]) -> dict[str, tuple[Document, list[Sentence]]]:
    """The wanted documents with their own numbered sentences."""
    listed: dict[str, list[Any]] = {}
    for _, record in read_objects(corpus):
        if str(record.get("id")) in wanted:
            listed[str(record["id"])] = record.get("sentences") or []
    return {
        document.id: (document, _located(document, listed[document.id]))
        for document in read_documents(corpus)
        if document.id in listed
    }


def _located(document: Document, sentences: Sequence[Any]) -> list[Sentence]:
    """Where the sentences stand; they follow one another."""
    found: list[Sentence] = []
    at = 0
    for words in sentences:
        start = document.text.find(str(words).strip(), at)
        if start < 0:
            raise UsageError(
                f"the document {document.id!r} does not have its own sentence {len(found)}; "
                "`sentences` must be the pieces of `text`, in order."
            )
        at = start + len(str(words).strip())
        found.append(Sentence(start, at))
    return found


def _evidence(claim: Claim, document: Document, sentences: Sequence[Sentence]) -> list[Evidence]:
    if any(number >= len(sentences) for number in claim.sentences):
        raise UsageError(
            f"{claim.place}: {document.id!r} has {len(sentences)} sentences; number them from 0."
        )
    passage = Passage("", document, 0, len(document.text), "", tuple(sentences))
    every = [Evidence(n, passage, sentence, 0.0) for n, sentence in enumerate(sentences)]
    if claim.sentences:
        return [every[number] for number in claim.sentences]
    words = content_stems(claim.text)
    return sorted(every, key=lambda e: -len(words & content_stems(e.text)))
