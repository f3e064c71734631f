"""The `assistant` command: what was typed in, text and an exit code out.

Nothing is answered or laid out here. The parts that take long to load are loaded by the commands
that need them, so that `--help` is there at once.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.main import get_command

from assistant import __version__, eval_cli, sources_cli
from assistant.addresses import is_address
from assistant.errors import (
    EXIT_INTERRUPTED,
    EXIT_NOT_IN_DOCUMENTS,
    EXIT_NOT_SUPPORTED,
    AssistantError,
    NoUsableIndexError,
    UsageError,
)
from assistant.options import (
    AllowPrivate,
    Embedding,
    Exclude,
    Index,
    Json,
    Llm,
    NoExclude,
    NoStrict,
    Only,
    Since,
    Until,
    Vectors,
    counted,
    excluded,
    from_stdin,
    given,
    need_command,
    opened,
    progress_bar,
    say,
)

# Where typer keeps these has changed between its versions; what they derive from has not.
_ClickError: type[Exception] = typer.BadParameter.__mro__[2]

EPILOG = """\
Examples:

\b
  assistant ask "What tariff is threatened, and by when?"
  assistant index ~/reports notes.md
  assistant watch ~/reports
  assistant remove ~/reports/old
  assistant search rare earth minerals --limit 3
  assistant chat --llm ollama/llama3.1
  assistant sources
  assistant show reports/ilo.txt:120-214
  assistant verify draft.md
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
  6    a statement of the draft is not supported
  130  Ctrl-C

Environment: ASSISTANT_LLM, ASSISTANT_EMBEDDING, ASSISTANT_VECTORS and ASSISTANT_INDEX stand in for
--llm, --embedding, --vectors and --index; OPENAI_API_KEY and OPENAI_BASE_URL name a model server;
NO_COLOR turns colours off.
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
  assistant index --exclude 'drafts/' --exclude '*.tmp.md' ~/reports
  assistant index --embedding ollama/nomic-embed-text ~/reports
  assistant index https://example.org/report.html

A web address is fetched when it is named, it alone and nothing that it links to. It is fetched anew
only when it is named again; what is indexed of it stays if it cannot be had.

A file named .assistantignore passes over what its lines match, in its folder and below, as a
.gitignore does for git. Exits with 2 when files were skipped for a fault, or a folder that was
indexed is gone; the others are indexed all the same.
"""
REMOVE_EPILOG = """\
\b
Examples:
  assistant remove ~/reports
  assistant remove ~/reports/old notes.md
  assistant remove https://example.org/2026/port-loan

No file is deleted. What was given to index, be it a folder, file or web address, is forgotten.
Anything else is passed over from now on; to take it in again, name it:
assistant index ~/reports/old
"""
WATCH_EPILOG = """\
\b
Examples:
  assistant watch
  assistant watch ~/reports

A line tells of each run that did something. Other commands go on working meanwhile. Ctrl-C ends it,
with exit code 130; the next assistant index catches up with what changed since.
"""
VERIFY_EPILOG = """\
Every sentence is compared with the best sentences of all documents. Headings, questions and scraps
are not checked; citation markers such as [1] are passed over. No model is asked. If the draft is
itself indexed, it is no evidence for itself.

\b
Examples:
  assistant verify draft.md
  assistant verify --only 'reports/*' --since 2026-06 draft.md
  assistant verify --csv draft.md > checked.csv
  pbpaste | assistant verify -

Exits with 6 when a statement is not supported, with 0 when all are.
"""

DOCTOR_EPILOG = """\
Looks at the catalogue, the full-text index, embeddings, vectors, the models' files, versions, the
lock, the disk and the folders that were indexed. Repairing deletes no document, and embeds nothing
but passages whose embedding is lost.

\b
Examples:
  assistant doctor
  assistant doctor --repair

Exits with 4 when something is wrong, with 0 when all is well or mended.
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
app.add_typer(eval_cli.evaluations, name="eval")
app.command(epilog=sources_cli.SOURCES_EPILOG)(sources_cli.sources)
app.command(epilog=sources_cli.SHOW_EPILOG)(sources_cli.show)


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
    need_command(context)


@app.command(epilog=ASK_EPILOG)
def ask(
    question: Annotated[
        list[str],
        typer.Argument(metavar="QUESTION", help="In words; - reads it from standard input."),
    ],
    llm: Llm = None,
    embedding: Embedding = None,
    vectors: Vectors = None,
    index: Index = None,
    json_: Json = False,
    no_strict: NoStrict = False,
    only: Only = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Answer a question from the documents, or say that they do not."""
    from assistant import render

    asked = given(question)
    status = render.StatusLine(sys.stderr)
    with opened(index, embedding, status, llm, no_strict, vectors) as assistant:
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
    vectors: Vectors = None,
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
    with opened(index, embedding, status, llm, no_strict, vectors) as assistant:
        converse(assistant, only, since, until)


Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH",
        help="Files and folders; without any, those indexed before, else the documents that come "
        "with the program.",
    ),
]
Sources = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH|URL",
        help="Files, folders and web addresses; without any, the files and folders indexed before, "
        "else the documents that come with the program.",
    ),
]


@app.command("index", epilog=INDEX_EPILOG)
def index_(
    paths: Sources = None,
    exclude: Exclude = None,
    no_exclude: NoExclude = False,
    allow_private: AllowPrivate = False,
    embedding: Embedding = None,
    vectors: Vectors = None,
    index: Index = None,
) -> None:
    """Bring the index up to date with files and folders."""
    from assistant import render

    status = render.StatusLine(sys.stderr)
    patterns = excluded(exclude, no_exclude)
    with opened(index, embedding, status, vectors=vectors) as assistant, progress_bar() as progress:
        report = assistant.index(
            paths or [], progress=progress, exclude=patterns, allow_private=allow_private
        )
    print(render.report_text(report), flush=True)
    say(render.notes_text(report))
    if report.skipped:
        raise typer.Exit(UsageError.exit_code)


@app.command(epilog=REMOVE_EPILOG)
def remove(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE",
            help="A folder, file or web address that is indexed, or the id or the source of a "
            "document.",
        ),
    ],
    embedding: Embedding = None,
    vectors: Vectors = None,
    index: Index = None,
) -> None:
    """Remove documents from the index; the files themselves stay."""
    from assistant import render

    status = render.StatusLine(sys.stderr)
    with opened(index, embedding, status, vectors=vectors) as assistant:
        report = assistant.remove(sources)
    print(render.removal_text(report), flush=True)
    say(render.notes_text(report))


@app.command(epilog=WATCH_EPILOG)
def watch(
    paths: Paths = None,
    exclude: Exclude = None,
    no_exclude: NoExclude = False,
    polling: Annotated[
        bool,
        typer.Option(
            "--polling",
            help="Look at all files again and again: for network drives that tell of no changes.",
        ),
    ] = False,
    embedding: Embedding = None,
    vectors: Vectors = None,
    index: Index = None,
) -> None:
    """Index, then keep the index in step with the files as they change, until Ctrl-C."""
    from assistant import render

    status = render.StatusLine(sys.stderr)
    patterns = excluded(exclude, no_exclude)
    with opened(index, embedding, status, vectors=vectors) as assistant:
        with progress_bar() as progress:
            reports = assistant.watch(
                paths or [], progress=progress, exclude=patterns, polling=polling
            )
            first = next(reports)
        for report in chain([first], reports):
            print(render.report_text(report), flush=True)
            say(render.notes_text(report))


@app.command()
def search(
    query: Annotated[
        list[str],
        typer.Argument(metavar="QUERY", help="What to look for; - reads it from standard input."),
    ],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Most passages shown.")] = 10,
    embedding: Embedding = None,
    vectors: Vectors = None,
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

    wanted = given(query)
    with opened(index, embedding, render.StatusLine(sys.stderr), vectors=vectors) as assistant:
        found = assistant.explain(wanted, limit, only=only, since=since, until=until)
    page = render.Page.of(sys.stdout)
    shown = render.search_dict(found) if json_ else None
    print(render.json_text(shown) if shown else render.search_text(found, page, explain))


@app.command(epilog=VERIFY_EPILOG)
def verify(
    draft: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A .txt, .md or .jsonl file; - reads text from standard input."
        ),
    ],
    embedding: Embedding = None,
    vectors: Vectors = None,
    index: Index = None,
    json_: Json = False,
    csv_: Annotated[
        bool, typer.Option("--csv", help="Print CSV, a row for each statement.")
    ] = False,
    only: Only = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Check a draft, statement by statement, against the documents."""
    from assistant import render, render_verify

    if json_ and csv_:
        raise UsageError("--json and --csv exclude each other; give one of them.")
    read: str | Path = draft if is_address(draft) else Path(draft)
    if draft == "-":
        read = from_stdin("give one draft, or a part of it")
    status = render.StatusLine(sys.stderr)
    with (
        opened(index, embedding, status, vectors=vectors) as assistant,
        counted("statement") as progress,
    ):
        checked = assistant.verification(
            read, only=only, since=since, until=until, progress=progress
        )
    if csv_:
        sys.stdout.write(render_verify.verification_csv(checked))
    elif json_:
        print(render.json_text(checked.to_dict()))
    else:
        print(render_verify.verification_text(checked, render.Page.of(sys.stdout)))
    sys.stdout.flush()
    if not checked.holds:
        raise typer.Exit(EXIT_NOT_SUPPORTED)


@app.command()
def status(
    embedding: Embedding = None,
    vectors: Vectors = None,
    index: Index = None,
    json_: Json = False,
) -> None:
    """Show what the index holds."""
    from assistant import render

    with opened(index, embedding, render.StatusLine(sys.stderr), vectors=vectors) as assistant:
        held = assistant.status()
    print(render.json_text(render.status_dict(held)) if json_ else render.status_text(held))


@app.command(epilog=DOCTOR_EPILOG)
def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Put right what can be.")] = False,
    embedding: Embedding = None,
    vectors: Vectors = None,
    index: Index = None,
    json_: Json = False,
) -> None:
    """Check the index and all that it needs, and mend it."""
    from assistant import render, render_doctor

    with opened(index, embedding, render.StatusLine(sys.stderr), vectors=vectors) as assistant:
        report = assistant.doctor(repair)
    page = render.Page.of(sys.stdout)
    shown = render.json_text(report.to_dict()) if json_ else render_doctor.doctor_text(report, page)
    print(shown, flush=True)
    if not report.is_well:
        raise typer.Exit(NoUsableIndexError.exit_code)
