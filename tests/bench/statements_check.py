"""The check measured both ways: `python -m tests.bench.statements_check SET --eval FOLDER`.

SET is `world_open` (statements beside the sentences they were judged by or, with --whole-index, as
`assistant verify` checks them over all articles), `kept` (the project's own statements by hand) or
`verification` (eight public sets, each statement beside its own premise). Printed is how often a
false statement is accepted and a true one rejected. Samples are drawn as in `tests.bench.answers`,
those of `verification` half true and half false.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from assistant.answers import Verdict
from assistant.api import Assistant
from assistant.checking.citation_selection import appraised, ground
from assistant.checking.judge import Judge, ModelJudge
from assistant.documents import Document, Evidence, Passage, Sentence
from assistant.errors import AssistantError, UsageError
from assistant.evaluation.intervals import Estimate, balanced, share
from assistant.evaluation.judgements import pick, read_documents
from assistant.evaluation.retrieval import opened
from assistant.evaluation.run_log import RunLog
from assistant.ingest.chunking.passages import segment, split_sentences
from assistant.models.chat.base import open_model, parse_spec
from assistant.models.embeddings.minilm import MiniLM
from assistant.models.embeddings.word_similarity import Likeness, Probes
from assistant.settings import Settings
from tests.bench import table
from tests.bench.halves import public_half, world_half

KEPT = Path(__file__).parent / "statements-kept.jsonl"
PUBLIC_SAMPLE = 160
"""Statements of each public set, unless said."""

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement that people judged.

    Attributes:
        id: none other's in its run.
        set: what it is counted under.
        kind: the finer sort; empty where it is not known.
        text: in words.
        faithful: whether its sentences say it.
        sentences: in the order of their document.
        title: of the document.
        likeliest: positions of the sentences it was made of; None where nobody said.
        half: `fit` or `held`.
    """

    id: str
    set: str
    kind: str
    text: str
    faithful: bool
    sentences: tuple[str, ...]
    title: str
    likeliest: tuple[int, ...] | None
    half: str


Pair = tuple[Claim, Verdict]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file of a run: how which statement was checked, and its verdict."""

    key: str
    verdict: Verdict


def checked(
    statement: str,
    sentences: Sequence[str],
    title: str,
    likeliest: Sequence[int] | None = None,
    judge: Judge | None = None,
) -> Verdict:
    """The verdict on a statement beside the sentences of one passage, with a judge if there is one.

    All that the bench knows of the check stands here. The sentences are tried in the order of the
    words that they share with the statement, after those that are known to be its source.
    """
    document = Document("", "", title, "\n".join(sentences))
    spans, at = list[Sentence](), 0
    for sentence in sentences:
        spans.append(Sentence(at, at + len(sentence)))
        at += len(sentence) + 1
    passage = Passage("", document, 0, len(document.text), "", tuple(spans))
    order = ordered(statement, sentences, likeliest)
    evidence = [Evidence(number, passage, spans[number], 0.0) for number in order]
    cited, found = ground(statement, evidence, likeness=likeness())
    return appraised(statement, cited, found, judge).verdict


def ordered(
    statement: str, sentences: Sequence[str], likeliest: Sequence[int] | None = None
) -> list[int]:
    """Positions of the sentences, the likeliest first; by shared words where none is known.

    >>> ordered("The duty rose.", ["It rained.", "A duty rose in May.", "The duty fell."])
    [1, 2, 0]
    """
    if likeliest is not None:
        return [*likeliest, *(n for n in range(len(sentences)) if n not in likeliest)]
    wanted = words(statement)
    return sorted(range(len(sentences)), key=lambda n: -len(wanted & words(sentences[n])))


def words(text: str) -> set[str]:
    """The words of a text in small letters, those of three letters and numbers alone."""
    return set(re.findall(r"\w{3,}|\d+", text.lower()))


@cache
def likeness() -> Likeness:
    """What the program compares words of another wording by."""
    return Likeness(Probes(MiniLM()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("set", choices=("world_open", "kept", "verification"))
    parser.add_argument("--eval", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--half", choices=("fit", "held", "all"), default="all")
    parser.add_argument("--sample", type=int, metavar="N", help="of each set")
    parser.add_argument("--whole-index", action="store_true", help="verify over all articles")
    parser.add_argument("--llm", default="none", metavar="SPEC", help="the judge")
    parser.add_argument("--out", type=Path, metavar="FILE.jsonl", help="keep and resume the run")
    options = parser.parse_args()
    if options.whole_index and options.set != "world_open":
        parser.error("--whole-index is for world_open; leave it out.")
    way = f"{options.llm}, {'whole index' if options.whole_index else 'own sentences'}"
    os.environ |= {"ASSISTANT_CONFIG": "none"}
    try:
        found = list(drawn(claims(options.set, options.eval), options))
        verdicts = judged(found, options, way)
    except AssistantError as exc:
        sys.exit(str(exc))
    print(f"{options.set}, half {options.half}, {way}: {len(found)} statements")
    report(list(zip(found, verdicts, strict=True)))


def claims(name: str, folder: Path) -> Iterator[Claim]:
    """The statements of a set."""
    match name:
        case "world_open":
            return world_claims(folder / name)
        case "kept":
            return kept_claims(folder)
    return (public_claim(r) for p in sorted((folder / name).glob("*.jsonl")) for r in records(p))


def records(path: Path) -> list[dict[str, Any]]:
    """The records of a file of JSON lines."""
    return [json.loads(line) for line in path.open(encoding="utf-8") if line.strip()]


def world_claims(folder: Path) -> Iterator[Claim]:
    """Statements beside their evidence, which is given in pieces of one or several sentences."""
    titles = {document.id: document.title for document in read_documents(folder / "articles")}
    for record in records(folder / "statements.jsonl"):
        pieces = tuple(s for piece in record["evidence"] for s in sentences_of(piece))
        yield Claim(
            record["id"], "world_open", record["kind"], record["statement"],
            record["label"] == "supported", pieces, titles[record["source_file"]], None,
            world_half(record),
        )  # fmt: skip


def public_claim(record: Record) -> Claim:
    """A statement beside its premise; its kind is whether that contradicts it or leaves it open."""
    return Claim(
        f"{record['set']}:{record['id']}", record["set"], record["label"], record["statement"],
        record["label"] == "supported", tuple(sentences_of(record["premise"])), "", None,
        public_half(record),
    )  # fmt: skip


def kept_claims(folder: Path) -> Iterator[Claim]:
    """The project's statements, each beside its source and the other sentences of its passage."""
    wanted = records(KEPT)
    sources = (folder / name / "corpus.jsonl" for name in ("squad2", "chroma_chunking"))
    texts = {document.id: document for source in sources for document in read_documents(source)}
    offsets, limit = MiniLM().offsets, Settings().passage_tokens
    for number, record in enumerate(wanted):
        document, start, end = texts[record["document"]], record["start"], record["end"]
        passages = segment(document, offsets, limit)
        near = [s for p in passages if p.start < end and start < p.end for s in p.sentences]
        source = tuple(n for n, s in enumerate(near) if s.start < end and start < s.end)
        yield Claim(
            str(number), "kept", record["kind"], record["text"], record["faithful"],
            tuple(document.text[s.start : s.end] for s in near), document.title, source,
            public_half(record),
        )  # fmt: skip


def sentences_of(text: str) -> Iterator[str]:
    """The sentences of a text, as the program parts them."""
    return (text[s.start : s.end] for s in split_sentences(text))


def drawn(every: Iterable[Claim], options: argparse.Namespace) -> Iterator[Claim]:
    """The statements of the half, of each set as many as the sample wants."""
    sets: dict[str, list[Claim]] = {}
    for claim in every:
        if options.half in ("all", claim.half):
            sets.setdefault(claim.set, []).append(claim)
    public = options.set == "verification"
    size = options.sample or (PUBLIC_SAMPLE if public else None)
    for kept in sets.values():
        if not public:
            yield from pick(kept, half=None, sample=size, seed=0)
            continue
        for faithful in (True, False):
            kind = [claim for claim in kept if claim.faithful is faithful]
            yield from pick(kind, half=None, sample=size // 2 if size else None, seed=0)


def judged(found: Sequence[Claim], options: argparse.Namespace, way: str) -> list[Verdict]:
    """The verdict on each statement, in one way of checking."""
    if not options.whole_index:
        with judge_of(options.llm) as judge:
            return kept_verdicts(
                found,
                lambda c: checked(c.text, c.sentences, c.title, c.likeliest, judge),
                options.out,
                way,
            )
    corpus = options.eval / "world_open" / "articles"
    with opened(corpus, None, llm=options.llm) as assistant:
        assistant.index([corpus])
        return kept_verdicts(found, lambda c: verified(assistant, c.text), options.out, way)


@contextmanager
def judge_of(spec: str) -> Iterator[Judge | None]:
    """The language model that judges, if the SPEC names one."""
    model = open_model(parse_spec(spec), timeout=600, retries=2)
    if model is None:
        yield None
        return
    with closing(model):
        yield ModelJudge(model)


def verified(assistant: Assistant, statement: str) -> Verdict:
    """The worst verdict on what `verify` makes of a statement: all of it must be supported."""
    try:
        verdicts = [each.verdict for each in assistant.verify(statement)]
    except UsageError:  # it takes the statement for none
        return "unsupported"
    return next((v for v in verdicts if v != "supported"), "supported")


def kept_verdicts(
    found: Sequence[Claim], verdict: Callable[[Claim], Verdict], out: Path | None, way: str
) -> list[Verdict]:
    """What is asked of each statement, read from the file where that has it, checked this way."""
    if out is None:
        return [verdict(claim) for claim in found]
    row = TypeAdapter(Row)

    def read(line: bytes) -> tuple[str, Verdict]:
        earlier = row.validate_json(line)
        return earlier.key, earlier.verdict

    with closing(RunLog(out, resume=True, read=read)) as log:
        for claim in found:
            key = f"{way}: {claim.id}"
            if key not in log.known:
                log.known[key] = verdict(claim)
                log.write(asdict(Row(key, log.known[key])))
        return [log.known[f"{way}: {claim.id}"] for claim in found]


def report(pairs: Sequence[Pair]) -> None:
    """Print both errors and the balanced accuracy of each set, both errors by kind, the mean."""
    means = []
    for name in dict.fromkeys(claim.set for claim, _ in pairs):
        chosen = [pair for pair in pairs if pair[0].set == name]
        false, true, right = errors(chosen)
        table.share(f"{name}: false accepted", false)
        table.share(f"{name}: true rejected", true)
        table.share(f"{name}: balanced accuracy", right)
        means += [right.value] if right else []
        for kind in sorted({claim.kind for claim, _ in chosen} - {"supported"}):
            false, true, _ = errors([pair for pair in chosen if pair[0].kind == kind])
            table.share(f"  false accepted, {kind}", false)
            table.share(f"  true rejected, {kind}", true)
    if len(means) > 1:
        table.line(f"mean balanced accuracy of {len(means)} sets", sum(means) / len(means), "", 3)


def errors(pairs: Iterable[Pair]) -> tuple[Estimate | None, Estimate | None, Estimate | None]:
    """Shares of the false that were accepted and of the true rejected; the balanced accuracy."""
    accepted: dict[bool, list[bool]] = {True: [], False: []}
    for claim, verdict in pairs:
        accepted[claim.faithful].append(verdict == "supported")
    rejected = {faithful: [not a for a in those] for faithful, those in accepted.items()}
    right = balanced(share(accepted[True]), share(rejected[False]))
    return share(accepted[False]), share(rejected[True]), right


if __name__ == "__main__":
    main()
