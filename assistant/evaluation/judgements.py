"""Files of questions and judgements -> values: what there is to find, and where.

Nothing is searched or scored here. Wrong input ends in one line that names the file, the line and
the remedy, so that nobody measures half of what they meant to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol, TypeVar

from assistant.documents import Document
from assistant.errors import UsageError
from assistant.evaluation.json_lines import numbered_lines, read_objects
from assistant.ingest.readers import Reading, read_file
from assistant.ingest.sources import find_files, read_bytes

Qrels = Mapping[str, Mapping[str, int]]
"""Question id -> document id -> how relevant it is; 0 or less is not at all."""

JUDGEMENT = (
    "a judgement is question, document and score, separated by tabs (or TREC's four columns)"
)
EVIDENCE = 'give each piece of evidence as {"doc_id": "...", "start": 0, "end": 10}'


class Identified(Protocol):
    """What has an id, by which it is picked."""

    @property
    def id(self) -> str:
        """Its name, none other's in its file."""


Picked = TypeVar("Picked", bound=Identified)


@dataclass(frozen=True, slots=True)
class Span:
    """The half-open character range `[start, end)` of the text of the document `document` (id)."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Question:
    """One question to search for.

    Attributes:
        id: its name in the judgements.
        text: in words.
        evidence: where the answer stands; empty where that is not known.
        place: the file and line it was read from, for errors.
    """

    id: str
    text: str
    evidence: tuple[Span, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """The questions to measure on, with what was judged.

    Attributes:
        questions: those that are searched for; each has a relevant document or evidence.
        qrels: the judgements of those questions that have a relevant document.
        unjudged: questions left out because nothing says what there is to find for them.
        unknown_questions: ids that are judged and not among the questions.
        unknown_documents: ids that are judged and not in the corpus; they count as not found.
    """

    questions: tuple[Question, ...]
    qrels: Qrels
    unjudged: int = 0
    unknown_questions: tuple[str, ...] = ()
    unknown_documents: tuple[str, ...] = ()


def read_task(
    corpus: Path,
    questions: Path,
    qrels: Path | None,
    *,
    spans: bool = False,
    half: str | None = None,
    sample: int | None = None,
    seed: int = 0,
) -> Task:
    """Read and join the three files (see `load_corpus`, `load_questions`, `load_qrels`, `pick`).

    Raises:
        UsageError: a file or line cannot be read, or nothing is left to measure on.
    """
    every = load_questions(questions, spans=spans)
    judged = load_qrels(qrels, {question.id for question in every}) if qrels else {}
    return join(every, judged, load_corpus(corpus), half=half, sample=sample, seed=seed)


def load_corpus(corpus: Path) -> dict[str, int]:
    """The ids of the documents that indexing `corpus` gives, with their lengths in characters.

    Raises:
        UsageError: the path is missing, or nothing in it can be read.
    """
    return {document: len(text) for document, text in load_texts(corpus).items()}


def load_texts(corpus: Path) -> dict[str, str]:
    """The ids of the documents that indexing `corpus` gives, with their texts; raises as below."""
    return {document.id: document.text for document in read_documents(corpus)}


def read_documents(corpus: Path) -> Iterator[Document]:
    """The documents that indexing `corpus` gives; what cannot be read is passed over here.


    Raises:
        UsageError: the path is missing, or nothing in it can be read.
    """
    found = False
    for file in find_files(corpus)[0]:
        try:
            documents = Reading.of(read_file(file, read_bytes(file.path), detect=None)).documents
        except OSError:
            continue
        found = found or bool(documents)
        yield from documents
    if not found:
        raise UsageError(f"{corpus} holds no document that can be read; assistant index tells why.")


def load_questions(path: Path, *, spans: bool = False) -> list[Question]:
    """Questions from JSON lines with `id`, `text` (or `question`) and, for spans, `evidence`.

    Args:
        path: the file.
        spans: read `evidence`; else it is passed over, whatever it holds.

    Raises:
        UsageError: the file or a line cannot be read, or an id stands twice.
    """
    questions: dict[str, Question] = {}
    for place, record in read_objects(path):
        identity, text = asked(place, record)
        question = Question(identity, text, _evidence(place, record) if spans else (), place)
        if question.id in questions:
            raise UsageError(
                f"{place}: the id {question.id!r} stands on an earlier line; give each its own."
            )
        questions[question.id] = question
    if not questions:
        raise UsageError(f"{path} holds no question; give one JSON object with id and text a line.")
    return list(questions.values())


def load_qrels(path: Path, questions: Collection[str]) -> dict[str, dict[str, int]]:
    """Judgements from `question<TAB>document<TAB>score`, or TREC's `question 0 document score`.

    The first line is a header if its score is no number and its question none of `questions`.

    Raises:
        UsageError: the file or a line cannot be read, or one pair is judged in two ways.
    """
    qrels: dict[str, dict[str, int]] = {}
    for number, (place, line) in enumerate(numbered_lines(path)):
        question, document, score = _columns(place, line)
        grade = _grade(score)
        if grade is None:
            if number == 0 and question not in questions:
                continue
            raise UsageError(f"{place}: the score {score!r} is no whole number; {JUDGEMENT}.")
        if qrels.setdefault(question, {}).setdefault(document, grade) != grade:
            raise UsageError(
                f"{place}: {document!r} was judged otherwise on an earlier line; keep one of them."
            )
    if not qrels:
        raise UsageError(f"{path} holds no judgement; {JUDGEMENT}.")
    return qrels


def join(
    questions: Sequence[Question],
    qrels: Qrels,
    lengths: Mapping[str, int],
    *,
    half: str | None = None,
    sample: int | None = None,
    seed: int = 0,
) -> Task:
    """Join questions, judgements and corpus, and pick the questions (see `pick`).

    Args:
        questions: all of them.
        qrels: all judgements; empty where spans alone are scored.
        lengths: what `load_corpus` gave.
        half, sample, seed: see `pick`.

    Raises:
        UsageError: nothing is left to measure on, or evidence does not fit its document.
    """
    _check_spans(questions, lengths)
    relevant = {key: judged for key, judged in qrels.items() if max(judged.values()) > 0}
    judged = [q for q in questions if q.id in relevant or q.evidence]
    if not judged:
        raise UsageError(
            "no question has a judgement, so there is nothing to measure; "
            "the ids in QUESTIONS and QRELS must be the same, and a relevant document scores 1."
        )
    named = {document: None for documents in qrels.values() for document in documents}
    named |= {span.document: None for question in questions for span in question.evidence}
    unknown = tuple(document for document in named if document not in lengths)
    if len(unknown) == len(named):
        raise UsageError(
            f"no judged document is in CORPUS, for instance {unknown[0]!r}; give the id of a "
            "JSONL record, or a file's path relative to the folder that is CORPUS."
        )
    picked = pick(judged, half=half, sample=sample, seed=seed)
    if not picked:
        raise UsageError(f"the {half} half has no question; leave --half out.")
    ids = {question.id for question in questions}
    return Task(
        questions=tuple(picked),
        qrels={q.id: relevant[q.id] for q in picked if q.id in relevant},
        unjudged=len(questions) - len(judged),
        unknown_questions=tuple(key for key in qrels if key not in ids),
        unknown_documents=unknown,
    )


def pick(
    questions: Collection[Picked], *, half: str | None, sample: int | None, seed: int
) -> list[Picked]:
    """Some of the questions, in their order; which ones hangs on their ids alone.

    So a question stays in its half when others are added, removed or moved, and what was tuned on
    one half is measured on the other.

    Args:
        questions: to pick from.
        half: `even` or `odd`: keep those whose SHA-256 of the id is such a number.
        sample: then keep at most this many: those with the lowest SHA-256 of `seed:id`.
        seed: another seed, another sample.
    """
    kept = [q for q in questions if half is None or hash_of(q.id) % 2 == (half == "odd")]
    if sample is not None:
        drawn = sorted(kept, key=lambda q: hash_of(f"{seed}:{q.id}"))[:sample]
        chosen = {q.id for q in drawn}
        kept = [q for q in kept if q.id in chosen]
    return kept


def _check_spans(questions: Collection[Question], lengths: Mapping[str, int]) -> None:
    """Refuse a span that ends beyond its document: the two do not belong together."""
    for question in questions:
        for span in question.evidence:
            if span.end > lengths.get(span.document, span.end):
                raise UsageError(
                    f"{question.place}: evidence ends at {span.end}, but {span.document!r} has "
                    f"{lengths[span.document]} characters; give offsets into this very text."
                )


def hash_of(text: str) -> int:
    """The SHA-256 of a name as a number: what halves and samples are picked by."""
    return int.from_bytes(sha256(text.encode()).digest())


def asked(place: str, record: Mapping[str, Any]) -> tuple[str, str]:
    """A question's id and words.

    Raises:
        UsageError: one of them is missing.
    """
    identity, text = identity_of(record.get("id")), record.get("text", record.get("question"))
    if not identity.strip():
        raise UsageError(f"{place}: `id` is missing or empty; give every question one.")
    if not isinstance(text, str) or not text.strip():
        raise UsageError(f"{place}: `text` (or `question`) is missing or empty; ask in words.")
    if any("\ud800" <= character <= "\udfff" for character in identity + text):
        raise UsageError(f"{place}: holds half a character (a lone surrogate); correct it.")
    return identity, text


def identity_of(value: object) -> str:
    """An id as text; empty where it is none. Numbers count, as they do in a corpus."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def _evidence(place: str, record: dict[str, Any]) -> tuple[Span, ...]:
    pieces = record.get("evidence") or []
    if not isinstance(pieces, list):
        raise UsageError(f"{place}: `evidence` is no list; {EVIDENCE}.")
    return tuple(_span(place, piece) for piece in pieces)


def _span(place: str, piece: object) -> Span:
    if isinstance(piece, dict):
        document, start, end = (
            identity_of(piece.get("doc_id")),
            piece.get("start"),
            piece.get("end"),
        )
        if document and type(start) is int and type(end) is int and 0 <= start < end:
            return Span(document, start, end)
    raise UsageError(f"{place}: `evidence` names no span of a document; {EVIDENCE}.")


def _columns(place: str, line: str) -> tuple[str, str, str]:
    """Question, document and score of one judgement."""
    columns = [each.strip() for each in (line.split("\t") if "\t" in line else line.split())]
    if len(columns) == 4:
        del columns[1]  # TREC's "iteration", which nothing uses
    if len(columns) != 3 or not all(columns):
        raise UsageError(f"{place}: cannot be read as a judgement; {JUDGEMENT}.")
    question, document, score = columns
    return question, document, score


def _grade(score: str) -> int | None:
    """A score as a whole number, if it is one: `2` and `2.0`, not `0.5`."""
    try:
        number = float(score)
        return int(number) if number == int(number) else None
    except (ValueError, OverflowError):
        return None
