"""The `assistant eval` commands: what was typed in, figures out."""

from __future__ import annotations

import sys
from contextlib import closing, nullcontext
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.commands.options import (
    Embedding,
    Json,
    Llm,
    counted,
    need_command,
    notifier,
    progress_bar,
    say,
)
from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.api import Assistant
    from assistant.evaluation import Engine

RETRIEVAL_EPILOG = """\
CORPUS is a folder or file that assistant index reads. It is indexed into a temporary folder, or
into --index, which is kept; your own index is never touched, nor is ASSISTANT_INDEX looked at.

QUESTIONS holds one JSON object a line: {"id": "q1", "text": "Who signed the deal?"}.

QRELS holds one judgement a line: question id, document id and score, separated by tabs, under a
header or none; or TREC's four columns. Above 0 is relevant. A document's id is that of its JSONL
record, or its file's path relative to CORPUS.

With --spans a question carries "evidence": [{"doc_id": "a.txt", "start": 0, "end": 90}], and QRELS
may be left out. Passages are taken best first until the next one would exceed --characters.

A document is placed by its best passage. Questions are picked by a hash of their ids, so a question
stays in its half whatever is added to the file. Intervals are bootstrapped over the questions.

\b
Examples:
  assistant eval retrieval ~/reports questions.jsonl qrels.tsv
  assistant eval retrieval corpus.jsonl questions.jsonl --spans --half even --json
"""

ANSWERS_EPILOG = """\
CORPUS is indexed into a temporary folder, or into --index, which is kept; your own index is never
touched, nor is ASSISTANT_INDEX looked at. Without --llm the model is that of assistant ask.

QUESTIONS holds one JSON object a line, with "question" (or "text") and "answerable": true or false.
What is known of the answer stands in any of these, each of which is left out where it is not known:

\b
  "must", "must_not"  regular expressions; a right answer matches all of these, none of those
  "answers"           texts, one of which a right answer holds; case and punctuation do not count
  "wrong_answers"     texts that some documents say wrongly; all of "answers" are wanted then
  "evidence"          where the answer stands: the documents' exact words, or
                      {"doc_id": "a.txt", "start": 0, "end": 90}
  "doc_ids"           the only documents to which the question is put
  "history"           earlier questions of the conversation
  "id"                else the number of the line

An answer that is partial counts as answered. A citation is good if it shares a character with the
evidence. Intervals are 95%: Wilson's for shares of questions; bootstrapped over the questions for
token F1; the wider of the two for citations and statements; joined from both shares' for balanced
accuracy.

Ctrl-C, or a model that fails, shows the figures so far; with --out and --resume the run goes on
from there. A sample is drawn by a hash of the ids: the same seed, the same questions.

\b
Examples:
  assistant eval answers questions.jsonl ~/reports
  assistant eval answers questions.jsonl --llm ollama/qwen3 --sample 50 --out run.jsonl
  assistant eval answers questions.jsonl --llm ollama/qwen3 --sample 50 --out run.jsonl --resume
  assistant eval answers questions.jsonl --llm ollama/qwen3 --engine llamaindex-citation
"""

CHECKER_EPILOG = """\
CORPUS is a folder or file of English documents that assistant index reads; nothing is indexed, and
no model is asked. STATEMENTS holds one JSON object a line:
{"document": "a.txt", "start": 0, "end": 90, "kind": "split", "faithful": true, "text": "..."}
where document is the id of a JSONL record, or the file's path relative to CORPUS, and start and end
count characters of its text. Statements about other documents are passed over. Each is checked as a
statement of an answer is, with the sentences of its passage at hand; "accepted" is what comes out
as supported.

Halves are of documents, by a hash of their ids. Intervals are Wilson's.

\b
Examples:
  assistant eval checker ~/reports statements.jsonl --errors wrong.jsonl
  assistant eval checker corpus.jsonl statements.jsonl --half odd --json
"""

CLAIMS_EPILOG = """\
CORPUS is a JSONL file whose records have id, text and sentences: the pieces of the text, in order.

CLAIMS holds one claim a line, as SciFact has them: {"id": "1", "text": "...", "label": "SUPPORT",
"evidence": [{"doc_id": "7", "sentences": [0, 3]}]}; labels are SUPPORT, CONTRADICT and
NOT_ENOUGH_INFO, and sentences are numbered from 0. A claim is checked once for each document.

QRELS names the document of a claim without evidence, as for assistant eval retrieval; without it
such claims are left out.

\b
Examples:
  assistant eval claims corpus.jsonl claims.jsonl qrels.tsv
  assistant eval claims corpus.jsonl claims.jsonl --half odd --json
"""

EVAL_EPILOG = """\
\b
Examples:
  assistant eval retrieval ~/reports questions.jsonl qrels.tsv
  assistant eval answers questions.jsonl ~/reports
  assistant eval checker ~/reports statements.jsonl --errors wrong.jsonl
  assistant eval claims corpus.jsonl claims.jsonl
"""

evaluations = typer.Typer(
    help="Measure the program on your own questions.",
    epilog=EVAL_EPILOG,
    invoke_without_command=True,
    rich_markup_mode=None,
)


class EngineName(StrEnum):
    """What answers."""

    ASSISTANT = "assistant"
    LLAMAINDEX_CITATION = "llamaindex-citation"


class Half(StrEnum):
    """Which questions, documents or claims, by a hash of their ids."""

    EVEN = "even"
    ODD = "odd"


@evaluations.callback()
def evaluate(context: typer.Context) -> None:
    """Measure the program on your own questions."""
    need_command(context)


@evaluations.command(epilog=RETRIEVAL_EPILOG)
def retrieval(
    corpus: Annotated[Path, typer.Argument(metavar="CORPUS", help="Folder or file to search.")],
    questions: Annotated[Path, typer.Argument(metavar="QUESTIONS", help="JSON lines.")],
    qrels: Annotated[
        Path | None, typer.Argument(metavar="QRELS", help="What is relevant to which question.")
    ] = None,
    spans: Annotated[
        bool, typer.Option("--spans", help="Score the questions' evidence, in characters.")
    ] = False,
    characters: Annotated[
        int, typer.Option(min=1, metavar="N", help="With --spans: most characters scored.")
    ] = 4000,
    half: Annotated[Half | None, typer.Option(help="Only this half of the questions.")] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Only N of the questions.")
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, metavar="N", help="Of the sample and the intervals.")
    ] = 0,
    run: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the rankings as a TREC run.")
    ] = None,
    index: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the index here; it holds CORPUS alone.")
    ] = None,
    json_: Json = False,
) -> None:
    """Measure how well search finds what your judgements say there is to find."""
    from assistant.cli.render.figures import retrieval_text, task_notes
    from assistant.cli.render.reports import notes_text
    from assistant.evaluation import read_task
    from assistant.evaluation import retrieval as evaluation
    from assistant.safety import json_text

    if qrels is None and not spans:
        raise UsageError("there is nothing to score by; give QRELS, or --spans.")
    if qrels:
        evaluation.trec_eval()  # that it is missing is told before the indexing
    if run:
        _need_folder(run)
    task = read_task(corpus, questions, qrels, spans=spans, half=half, sample=sample, seed=seed)
    budget = characters if spans else None
    with evaluation.opened(corpus, index) as assistant:
        with progress_bar() as progress:
            report = assistant.index([corpus], progress=progress)
        say(notes_text(report), task_notes(task))
        with counted() as tell:
            measured = evaluation.measure(assistant, task, characters=budget, seed=seed, tell=tell)
    if run:
        _write(run, evaluation.run_text(measured.rankings))
    options = {"half": half, "sample": sample, "seed": seed, "characters": budget}
    shown = measured.to_dict() | {"options": options}
    print(json_text(shown) if json_ else retrieval_text(measured))


@evaluations.command(epilog=ANSWERS_EPILOG)
def answers(
    questions: Annotated[Path, typer.Argument(metavar="QUESTIONS", help="JSON lines.")],
    corpus: Annotated[
        Path | None,
        typer.Argument(
            metavar="CORPUS",
            help="Folder or file to answer from; without it, the documents that come with the "
            "program.",
        ),
    ] = None,
    llm: Llm = None,
    embedding: Embedding = None,
    engine: Annotated[
        EngineName,
        typer.Option(help="What answers: this program, or LlamaIndex's citation query engine."),
    ] = EngineName.ASSISTANT,
    half: Annotated[Half | None, typer.Option(help="Only this half of the questions.")] = None,
    sample: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Only N questions, half of them unanswerable."),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, metavar="N", help="Of the sample and the intervals.")
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a JSON line for each question as it is answered."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Ask only what --out does not hold yet.")
    ] = False,
    index: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the index here; it holds CORPUS alone.")
    ] = None,
    json_: Json = False,
) -> None:
    """Measure answers: are they right, cited, and refused where the documents do not say?"""
    from assistant.cli.render.answer_figures import answers_text
    from assistant.cli.render.progress import StatusLine
    from assistant.cli.render.reports import notes_text
    from assistant.evaluation import answers as evaluation
    from assistant.evaluation import datasets, load_texts, opened
    from assistant.safety import json_text
    from assistant.settings import shipped

    if resume and not out:
        raise UsageError("--resume goes on from the file of an earlier run; name it by --out.")
    corpus = corpus or shipped("seeds")
    every = datasets.load_gold(questions, load_texts(corpus))
    chosen = datasets.choose(every, half=half, sample=sample, seed=seed)
    status = StatusLine(sys.stderr)
    with (
        closing(evaluation.open_log(out, resume=resume)) if out else nullcontext() as log,
        opened(corpus, index, llm=llm, embedding=embedding, notify=notifier(status)) as assistant,
    ):
        asked = _engine(engine, assistant, corpus)
        outcomes = evaluation.already(log, chosen, asked.model) if log else []
        with progress_bar() as progress:
            report = assistant.index([corpus], progress=progress)
        say(notes_text(report))
        known = {outcome.id for outcome in outcomes}
        left = [question for question in chosen if question.id not in known]
        try:
            with counted(status=status) as tell:
                for outcome in evaluation.ask(asked, left, tell):
                    outcomes.append(outcome)
                    if log:
                        log.write(asdict(outcome))
        finally:
            # Neither Ctrl-C nor a server that is gone may cost the figures of an hour.
            if outcomes:
                held = assistant.status()
                measured = evaluation.measured(outcomes, len(chosen), held, seed=seed)
                options = {"half": half, "sample": sample, "seed": seed}
                shown = measured.to_dict() | {"options": options}
                print(json_text(shown) if json_ else answers_text(measured), flush=True)


@evaluations.command(epilog=CHECKER_EPILOG)
def checker(
    corpus: Annotated[Path, typer.Argument(metavar="CORPUS", help="Folder or file of documents.")],
    statements: Annotated[
        Path, typer.Argument(metavar="STATEMENTS", help="Labelled statements, as JSON lines.")
    ],
    half: Annotated[Half | None, typer.Option(help="Only this half of the documents.")] = None,
    errors: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write what was judged wrongly as JSON lines."),
    ] = None,
    json_: Json = False,
) -> None:
    """Measure how well checking tells true statements about your documents from false ones."""
    from assistant.cli.render.figures import proof_text
    from assistant.evaluation import checker as proving
    from assistant.evaluation import load_statements, read_documents
    from assistant.ingest.chunking import segment
    from assistant.models.embeddings import Likeness, MiniLM, Probes
    from assistant.safety import json_text
    from assistant.settings import Settings

    if errors:
        _need_folder(errors)
    documents = {document.id: document for document in read_documents(corpus)}
    items = load_statements(statements, {key: len(d.text) for key, d in documents.items()}, half)
    offsets, limit = MiniLM().offsets, Settings().passage_tokens
    told_of = dict.fromkeys(item.document for item in items)
    passages = [p for key in told_of for p in segment(documents[key], offsets, limit)]
    with counted("statement") as tell:
        proof = proving.prove(passages, items, tell, Likeness(Probes(MiniLM())))
    if errors:
        _write(errors, proof.errors_text())
    shown = proof.to_dict() | {"options": {"half": half}}
    print(json_text(shown) if json_ else proof_text(proof))


@evaluations.command(epilog=CLAIMS_EPILOG)
def claims(
    corpus: Annotated[Path, typer.Argument(metavar="CORPUS", help="JSON lines with sentences.")],
    claims: Annotated[Path, typer.Argument(metavar="CLAIMS", help="JSON lines.")],
    qrels: Annotated[
        Path | None, typer.Argument(metavar="QRELS", help="Which document a claim belongs to.")
    ] = None,
    half: Annotated[Half | None, typer.Option(help="Only this half of the claims.")] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Only N of the claims.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Of the sample.")] = 0,
    json_: Json = False,
) -> None:
    """Measure which verdicts claims get that people judged by given sentences."""
    from assistant.cli.render.figures import claims_text
    from assistant.evaluation import claims as judged
    from assistant.models.embeddings import Likeness, MiniLM, Probes
    from assistant.safety import json_text

    read = judged.load_claims(claims, qrels)
    picked = judged.pick_claims(read, half=half, sample=sample, seed=seed)
    with counted("claim") as tell:
        measured = judged.measure(corpus, picked, tell, Likeness(Probes(MiniLM())))
    shown = measured.to_dict() | {"options": {"half": half, "sample": sample, "seed": seed}}
    print(json_text(shown) if json_ else claims_text(measured))


def _engine(name: EngineName, assistant: Assistant, corpus: Path) -> Engine:
    if name is EngineName.ASSISTANT:
        return assistant
    from assistant.evaluation import read_documents
    from assistant.integrations import CitationEngine

    return CitationEngine(read_documents(corpus), assistant.settings)


def _need_folder(path: Path) -> None:
    """Told before the work, not after it."""
    if not path.absolute().parent.is_dir():
        raise UsageError(f"{path} cannot be written: there is no such folder; make it first.")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise UsageError(f"{path} cannot be written: {exc.strerror}; name another file.") from exc
