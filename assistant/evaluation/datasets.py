"""Files of questions with what a right answer holds -> values.

Three forms are read, by the names of their fields: ours, SQuAD's and RAMDocs'. Nothing is asked or
scored here. Wrong input ends in one line that names the file, the line and the remedy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from assistant.evaluation.json_lines import read_objects
from assistant.evaluation.judgements import Span, asked, identity_of, pick

EVIDENCE = (
    'give each piece verbatim, or as {"doc_id": "...", "start": 0, "end": 10} (or "text" for "end")'
)


@dataclass(frozen=True, slots=True)
class Gold:
    """One question with what is known of its answer.

    Attributes:
        id: its name, none other's in the file.
        text: in words.
        answerable: whether the documents answer it.
        must: patterns of which a right answer matches all.
        must_not: patterns of which it matches none.
        answers: texts of which a right answer holds one; all of them where `all_wanted`.
        wrong_answers: what some of its documents say wrongly.
        all_wanted: each of `answers` is right for another thing of that name, as in RAMDocs.
        evidence: where the answer stands; empty where that is not known.
        documents: ids of the only documents that it is put to; empty for all.
        history: earlier questions of the conversation, or (question, answer) pairs.
        place: the file and line it was read from, for errors.
    """

    id: str
    text: str
    answerable: bool
    must: tuple[re.Pattern[str], ...] = ()
    must_not: tuple[re.Pattern[str], ...] = ()
    answers: tuple[str, ...] = ()
    wrong_answers: tuple[str, ...] = ()
    all_wanted: bool = False
    evidence: tuple[Span, ...] = ()
    documents: tuple[str, ...] = ()
    history: tuple[str | tuple[str, str], ...] = ()
    place: str = ""

    @property
    def has_key(self) -> bool:
        """Whether an answer's text can be told right from wrong."""
        return bool(self.must or self.must_not or self.answers)


def load_gold(path: Path, texts: Mapping[str, str]) -> list[Gold]:
    """Questions from JSON lines.

    Each has `text` (or `question`) and `answerable`, and may have `id` (else it is the number of
    its line), `history`, `must` and `must_not`, `answers` and `wrong_answers`, `evidence`, and
    `doc_ids`.

    Args:
        path: the file.
        texts: the documents by id: evidence and `doc_ids` must be found there.

    Raises:
        UsageError: the file or a line cannot be read, an id stands twice, or evidence is nowhere.
    """
    questions: dict[str, Gold] = {}
    for place, record in read_objects(path):
        question = _gold(place, record, texts)
        if question.id in questions:
            raise UsageError(
                f"{place}: the id {question.id!r} stands on an earlier line; give each its own."
            )
        questions[question.id] = question
    if not questions:
        raise UsageError(
            f"{path} holds no question; give one JSON object with text and answerable a line."
        )
    return list(questions.values())


def choose(
    questions: Sequence[Gold], *, half: str | None, sample: int | None, seed: int
) -> list[Gold]:
    """Some of the questions, in their order, by a hash of their ids (see `judgements.pick`).

    A sample holds as many answerable questions as unanswerable ones; where one kind has too few,
    the other makes up for it.

    Raises:
        UsageError: nothing is left.
    """
    kept = pick(questions, half=half, sample=None, seed=seed)
    if not kept:
        raise UsageError(f"the {half} half has no question; leave --half out.")
    if sample is None:
        return kept
    kinds = [[q for q in kept if q.answerable is kind] for kind in (True, False)]
    share = max(sample // 2, sample - len(kinds[0]))  # of the unanswerable ones
    barred = pick(kinds[1], half=None, sample=share, seed=seed)
    drawn = pick(kinds[0], half=None, sample=sample - len(barred), seed=seed)
    chosen = {question.id for question in (*barred, *drawn)}
    return [question for question in kept if question.id in chosen]


def _gold(place: str, record: dict[str, Any], texts: Mapping[str, str]) -> Gold:
    identity, text = asked(place, {"id": place.rpartition(":")[2]} | record)
    if not isinstance(answerable := record.get("answerable"), bool):
        raise UsageError(f"{place}: `answerable` is missing; say true or false.")
    documents = tuple(_documents(place, record, texts))
    within = {name: texts[name] for name in documents} if documents else texts
    return Gold(
        id=identity,
        text=text,
        answerable=answerable,
        must=_patterns(place, record, "must"),
        must_not=_patterns(place, record, "must_not"),
        answers=_strings(place, record, "answers"),
        wrong_answers=_strings(place, record, "wrong_answers"),
        all_wanted="wrong_answers" in record,
        evidence=tuple(_evidence(place, record, within)),
        documents=documents,
        history=history_of(place, record),
        place=place,
    )


def _list(place: str, record: Mapping[str, Any], field: str) -> list[Any]:
    value = record.get(field) or []
    if not isinstance(value, list):
        raise UsageError(f"{place}: `{field}` is no list; put it between [ and ].")
    return value


def _strings(place: str, record: Mapping[str, Any], field: str) -> tuple[str, ...]:
    values = _list(place, record, field)
    if not all(isinstance(value, str) and value.strip() for value in values):
        raise UsageError(
            f"{place}: `{field}` holds something else than text; give a list of texts."
        )
    return tuple(values)


def _patterns(place: str, record: Mapping[str, Any], field: str) -> tuple[re.Pattern[str], ...]:
    try:
        return tuple(re.compile(p, re.IGNORECASE) for p in _strings(place, record, field))
    except re.error as exc:
        raise UsageError(
            f"{place}: `{field}` holds {exc.pattern!r}, no regular expression ({exc}); correct it."
        ) from exc


def _documents(place: str, record: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[str]:
    for value in _list(place, record, "doc_ids"):
        yield _known(place, identity_of(value), texts)


def _known(place: str, document: str, texts: Mapping[str, str]) -> str:
    if document not in texts:
        raise UsageError(
            f"{place}: the document {document!r} is not in CORPUS; give the corpus that the "
            "questions belong to."
        )
    return document


def history_of(place: str, record: Mapping[str, Any]) -> tuple[str | tuple[str, str], ...]:
    """A record's earlier questions, or (question, answer) pairs.

    Raises:
        UsageError: `history` holds something else.
    """
    turns: list[str | tuple[str, str]] = []
    for turn in _list(place, record, "history"):
        match turn:
            case str():
                turns.append(turn)
            case [str() as question, str() as answer]:
                turns.append((question, answer))
            case _:
                raise UsageError(
                    f"{place}: `history` holds no question; give earlier questions, or pairs of "
                    "question and answer."
                )
    return tuple(turns)


def _evidence(place: str, record: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[Span]:
    for piece in _list(place, record, "evidence"):
        if isinstance(piece, str) and piece.strip():
            yield from _found(place, piece, texts)
        else:
            yield _span(place, piece, texts)


def _found(place: str, piece: str, texts: Mapping[str, str]) -> list[Span]:
    """Wherever the words stand."""
    spans = [
        Span(document, found.start(), found.end())
        for document, text in texts.items()
        for found in (re.finditer(re.escape(piece), text) if piece in text else ())
    ]
    if not spans:
        raise UsageError(
            f"{place}: the evidence {piece[:60]!r} stands in no document of CORPUS; give the "
            "document's exact words, and the corpus that the questions belong to."
        )
    return spans


def _span(place: str, piece: object, texts: Mapping[str, str]) -> Span:
    if not isinstance(piece, dict) or not (document := identity_of(piece.get("doc_id"))):
        raise UsageError(f"{place}: `evidence` names no span of a document; {EVIDENCE}.")
    text = texts[_known(place, document, texts)]
    start, end, words = piece.get("start"), piece.get("end"), piece.get("text")
    if end is None and isinstance(words, str) and type(start) is int:
        end = start + len(words)
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        raise UsageError(f"{place}: `evidence` names no span of a document; {EVIDENCE}.")
    if end > len(text) or (words is not None and text[start:end] != words):
        raise UsageError(
            f"{place}: evidence from {start} to {end} does not stand so in {document!r}; give "
            "offsets into this very text."
        )
    return Span(document, start, end)
