"""The `assistant` command: what was typed in, text and an exit code out.

Nothing is answered or laid out here. The parts that take long to load are loaded by the commands
that need them, so that `--help` is there at once.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.main import get_command

from assistant import __version__
from assistant.errors import (
    EXIT_INTERRUPTED,
    EXIT_NOT_IN_DOCUMENTS,
    AssistantError,
    UsageError,
)

if TYPE_CHECKING:
    from rich.progress import Progress

    from assistant.api import Assistant

MOST_STDIN_BYTES = 1_000_000
PROGRESS_AFTER = 1.0
"""Seconds before a progress bar is worth showing."""

# Where typer keeps these has changed between its versions; what they derive from has not.
_ClickError: type[Exception] = typer.BadParameter.__mro__[2]

EPILOG = """\
Examples:

\b
  assistant ask "What tariff is threatened, and by when?"
  assistant index ~/reports notes.md
  assistant search rare earth minerals --limit 3
  assistant chat --llm ollama/llama3.1
  assistant eval retrieval ~/reports questions.jsonl qrels.tsv
  echo "Who signed the deal?" | assistant ask - --json

Exit codes:

\b
  0    answered, or done
  1    unexpected error
  2    usage: what was asked cannot be done as it was said; or files were skipped
  3    the documents do not say
  4    there is no index, or it cannot be used
  5    the model cannot be had or reached, or it refused
  130  Ctrl-C

Environment: ASSISTANT_LLM, ASSISTANT_EMBEDDING and ASSISTANT_INDEX stand in for --llm, --embedding
and --index; OPENAI_API_KEY and OPENAI_BASE_URL name a model server; NO_COLOR turns colours off.
"""
ASK_EPILOG = """\
\b
Examples:
  assistant ask "What tariff is threatened, and by when?"
  assistant ask --llm none Who signed the deal
  assistant ask --only 'reports/*' --since 2026-06 "Who signed the deal?"
  assistant ask --llm qwen3@http://127.0.0.1:8000/v1 "Who signed the deal?"
  echo "Who signed the deal?" | assistant ask - --json

Exits with 3 when the documents do not say.
"""
CHAT_EPILOG = """\
At the prompt, /help tells what can be typed, and Ctrl-D or /quit leaves. Ctrl-C stops the answer
that is being made; at the prompt it leaves, with exit code 130.
"""
INDEX_EPILOG = """\
\b
Examples:
  assistant index ~/reports notes.md
  assistant index
  assistant index --embedding ollama/nomic-embed-text ~/reports

Exits with 2 when files were skipped for a fault; the others are indexed all the same.
"""

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

app = typer.Typer(
    help="Ask your own documents: every sentence of an answer points at words that support it.",
    epilog=EPILOG,
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
evaluations = typer.Typer(
    help="Measure the program on your own questions.",
    invoke_without_command=True,
    rich_markup_mode=None,
)
app.add_typer(evaluations, name="eval")


class Half(StrEnum):
    """Which questions, by a hash of their ids."""

    EVEN = "even"
    ODD = "odd"


Llm = Annotated[
    str | None,
    typer.Option(
        metavar="SPEC",
        help="Which model answers: none (quote the best sentences), local, openai/MODEL, "
        "ollama/MODEL, MODEL@BASE-URL, or the path of a .gguf file.",
    ),
]
Embedding = Annotated[
    str | None,
    typer.Option(
        metavar="SPEC",
        help="Which model finds passages by meaning: minilm, static, openai/MODEL, "
        "ollama/MODEL or MODEL@BASE-URL; without it, the one that the index was made with, minilm "
        "for a new one.",
    ),
]
Index = Annotated[str | None, typer.Option(metavar="DIR", help="Folder of the index.")]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="GLOB",
        help="Only documents whose id, source or file matches; put it in quotes. 'reports/*' is "
        "all below a folder, '*.md' all Markdown files: * also stands for /, and case does not "
        "count. Without * ? or [] the name of a folder, a file or an id. Repeat it for any of "
        "several.",
    ),
]
Since = Annotated[
    str | None,
    typer.Option(
        metavar="DATE",
        help="Only documents published on this day or later: 2026-06-03, 2026-06 or 2026. One "
        "without a date is left out.",
    ),
]
Until = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Only documents published on this day or earlier, likewise."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
NoStrict = Annotated[
    bool, typer.Option("--no-strict", help="Show unsupported statements too, marked as such.")
]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the program and exit; every error becomes one line and an exit code here.

    Args:
        arguments: what was typed after `assistant`; None for the process's own.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character must not cost the reader the answer.
        with suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(_run(list(sys.argv[1:] if arguments is None else arguments)))


def _run(arguments: list[str]) -> int:
    debug = False
    try:
        with get_command(app).make_context("assistant", arguments) as context:
            debug = context.params["debug"]
            context.command.invoke(context)
        sys.stdout.flush()
        return 0
    except typer.Exit as exc:
        return exc.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        _give_up(sys.stdout)
        return 0
    except AssistantError as exc:
        return _failed(str(exc), exc.exit_code, debug)
    except _ClickError as exc:
        return _failed(_usage(exc), 2, debug)
    except Exception as exc:
        if isinstance(exc, OSError):
            _give_up(sys.stdout)
        told = f"unexpected: {type(exc).__name__}: {exc}"
        remedy = "" if debug else "; run again as assistant --debug ... for the traceback"
        return _failed(told + remedy, 1, debug)


def _give_up(stream: Any) -> None:
    """Send what is still to be written nowhere, or Python complains about it at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _usage(exc: Any) -> str:
    """What typer says of a wrong command line, with the remedy."""
    command = exc.ctx.command_path if getattr(exc, "ctx", None) else "assistant"
    return f"{exc.format_message().rstrip('.')}; see {command} --help."


def _failed(message: str, code: int, debug: bool) -> int:
    from assistant.render import clean, line

    if debug:
        print(clean(_masked(traceback.format_exc())), file=sys.stderr)
    print(f"assistant: {line(_masked(message))}", file=sys.stderr)
    return code


def _masked(text: str) -> str:
    """The text without the key, which a vendor's error or a server's reply may repeat."""
    key = os.environ.get("OPENAI_API_KEY")
    return text.replace(key, "***") if key else text


def _version(wanted: bool) -> None:
    if wanted:
        print(f"assistant {__version__}")
        raise typer.Exit


@app.callback()
def program(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Show the help where no command is given."""
    _need_command(context)


@evaluations.callback()
def evaluate(context: typer.Context) -> None:
    """Measure the program on your own questions."""
    _need_command(context)


def _need_command(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help(), file=sys.stderr)
        raise typer.Exit(UsageError.exit_code)


@app.command(epilog=ASK_EPILOG)
def ask(
    question: Annotated[
        list[str],
        typer.Argument(metavar="QUESTION", help="In words; - reads it from standard input."),
    ],
    llm: Llm = None,
    embedding: Embedding = None,
    index: Index = None,
    json_: Json = False,
    no_strict: NoStrict = False,
    only: Only = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Answer a question from the documents, or say that they do not."""
    from assistant import render

    asked = _given(question)
    status = render.StatusLine(sys.stderr)
    with _opened(index, embedding, status, llm, no_strict) as assistant:
        events = assistant.stream(asked, only=only, since=since, until=until)
        answer = render.follow(events, status, assistant.model)
    page = render.Page.of(sys.stdout)
    print(render.json_text(answer.to_dict()) if json_ else render.answer_text(answer, page))
    if answer.status == "not_in_documents":
        sys.stdout.flush()
        raise typer.Exit(EXIT_NOT_IN_DOCUMENTS)


@app.command(epilog=CHAT_EPILOG)
def chat(
    llm: Llm = None,
    embedding: Embedding = None,
    index: Index = None,
    no_strict: NoStrict = False,
    only: Only = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Ask in a conversation, where a question may lean on those before it."""
    from assistant import render
    from assistant.chat import converse

    status = render.StatusLine(sys.stderr)
    with _opened(index, embedding, status, llm, no_strict) as assistant:
        converse(assistant, only, since, until)


@app.command("index", epilog=INDEX_EPILOG)
def index_(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH",
            help="Files and folders; without any, those indexed before, else the documents that "
            "come with the program.",
        ),
    ] = None,
    embedding: Embedding = None,
    index: Index = None,
) -> None:
    """Bring the index up to date with files and folders."""
    from assistant import render

    status = render.StatusLine(sys.stderr)
    with _opened(index, embedding, status) as assistant, _progress() as progress:
        report = assistant.index(paths or [], progress=progress)
    print(render.report_text(report), flush=True)
    _tell(render.notes_text(report))
    if report.skipped:
        raise typer.Exit(UsageError.exit_code)


@app.command()
def search(
    query: Annotated[
        list[str],
        typer.Argument(metavar="QUERY", help="What to look for; - reads it from standard input."),
    ],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Most passages shown.")] = 10,
    embedding: Embedding = None,
    index: Index = None,
    json_: Json = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Show what the query was understood as, and each stage's rank and score.",
        ),
    ] = False,
    only: Only = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Show the passages that fit a query, with their scores, ranks and places."""
    from assistant import render

    wanted = _given(query)
    with _opened(index, embedding, render.StatusLine(sys.stderr)) as assistant:
        found = assistant.explain(wanted, limit, only=only, since=since, until=until)
    page = render.Page.of(sys.stdout)
    shown = render.search_dict(found) if json_ else None
    print(render.json_text(shown) if shown else render.search_text(found, page, explain))


@app.command()
def status(embedding: Embedding = None, index: Index = None, json_: Json = False) -> None:
    """Show what the index holds."""
    from assistant import render

    with _opened(index, embedding, render.StatusLine(sys.stderr)) as assistant:
        held = assistant.status()
    print(render.json_text(render.status_dict(held)) if json_ else render.status_text(held))


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
    from assistant import evaluation, render
    from assistant.judgements import read_task

    if qrels is None and not spans:
        raise UsageError("there is nothing to score by; give QRELS, or --spans.")
    if qrels:
        evaluation.trec_eval()  # that it is missing is told before the indexing
    if run and not run.absolute().parent.is_dir():
        raise UsageError(f"{run} cannot be written: there is no such folder; make it first.")
    task = read_task(corpus, questions, qrels, spans=spans, half=half, sample=sample, seed=seed)
    budget = characters if spans else None
    with evaluation.opened(corpus, index) as assistant:
        with _progress() as progress:
            report = assistant.index([corpus], progress=progress)
        _tell(render.notes_text(report), render.task_notes(task))
        with _counted() as tell:
            measured = evaluation.measure(assistant, task, characters=budget, seed=seed, tell=tell)
    if run:
        _write(run, evaluation.run_text(measured.rankings))
    options = {"half": half, "sample": sample, "seed": seed, "characters": budget}
    shown = measured.to_dict() | {"options": options}
    print(render.json_text(shown) if json_ else render.retrieval_text(measured))


def _tell(*notes: str) -> None:
    for note in filter(None, notes):
        print(note, file=sys.stderr, flush=True)


@contextmanager
def _counted() -> Iterator[Callable[[int, int], None]]:
    """A line on a terminal that counts the questions."""
    from assistant.render import StatusLine

    status = StatusLine(sys.stderr)
    try:
        yield lambda done, total: status.say(f"question {done + 1} of {total}")
    finally:
        status.clear()


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise UsageError(f"{path} cannot be written: {exc.strerror}; name another file.") from exc


def _given(words: Sequence[str]) -> str:
    """The question or query as typed, or as it stands on standard input."""
    text = _from_stdin() if list(words) == ["-"] else " ".join(words)
    if not text.strip():
        raise UsageError("the question is empty; ask one in words.")
    try:
        text.encode()
    except UnicodeEncodeError as exc:
        raise UsageError("the question is not UTF-8 text; type it in UTF-8.") from exc
    return text


def _from_stdin() -> str:
    data = sys.stdin.buffer.read(MOST_STDIN_BYTES + 1)
    if len(data) > MOST_STDIN_BYTES:
        raise UsageError(
            f"standard input holds more than {MOST_STDIN_BYTES:,} bytes; give one question."
        )
    try:
        return data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as exc:
        raise UsageError(
            "standard input is not UTF-8 text; convert it, for instance with iconv."
        ) from exc


@contextmanager
def _opened(
    index: str | None,
    embedding: str | None,
    status: Any,
    llm: str | None = "none",
    no_strict: bool = False,
) -> Iterator[Assistant]:
    """An assistant whose notices go to standard error, a line each."""
    from assistant.api import Assistant
    from assistant.render import line

    def notify(notice: str) -> None:
        status.clear()
        print(line(notice), file=sys.stderr, flush=True)

    strict = False if no_strict else None
    with Assistant.open(
        index, llm=llm, embedding=embedding, notify=notify, strict=strict
    ) as assistant:
        yield assistant


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, shown once the work has taken more than a moment."""
    from assistant.render import is_terminal

    begun = time.monotonic()
    bar: Progress | None = None

    def show(done: int, total: int) -> None:
        nonlocal bar
        if bar is None:
            if time.monotonic() - begun < PROGRESS_AFTER or not is_terminal(sys.stderr):
                return
            bar = _bar()
            bar.start()
            bar.add_task("Indexing", total=total)
        bar.update(bar.task_ids[0], completed=done, total=total)

    try:
        yield show
    finally:
        if bar:
            bar.stop()


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        transient=True,
    )
