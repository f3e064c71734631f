"""What the commands share: their options, what was typed in, an open assistant, progress shown."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.errors import UsageError

if TYPE_CHECKING:
    from rich.progress import Progress

    from assistant.api import Assistant
    from assistant.reports import IndexProgress

MOST_STDIN_BYTES = 1_000_000
PROGRESS_AFTER = 1.0
"""Seconds before a progress bar is worth showing."""
_PROGRESS_EVERY = 0.1  # seconds

Llm = Annotated[
    str | None,
    typer.Option(
        metavar="SPEC",
        help="Which model answers: none (quote the best sentences), local, openai/MODEL, "
        "ollama/MODEL, MODEL@BASE-URL, llamaindex:MODULE:CLASS, or the path of a .gguf file.",
    ),
]
Embedding = Annotated[
    str | None,
    typer.Option(
        metavar="SPEC",
        help="Which model finds passages by meaning: minilm, static, openai/MODEL, "
        "ollama/MODEL, MODEL@BASE-URL or llamaindex:MODULE:CLASS; without it, the one that the "
        "index was made with, minilm for a new one.",
    ),
]
Vectors = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Where the vectors are kept: a Chroma server, such as http://127.0.0.1:8000, or local "
        "for the folder of the index; without it, where they are, the folder for a new index.",
    ),
]
Index = Annotated[str | None, typer.Option(metavar="DIR", help="Folder of the index.")]
Profile = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Settings of this profile, [profiles.NAME] in your file of settings; '' for none.",
    ),
]
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
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude",
        metavar="GLOB",
        help="Pass over what matches, as in a .gitignore; put it in quotes. 'drafts/' is a folder, "
        "'*.tmp.md' are files. Repeat it for several. It is remembered, in place of earlier ones.",
    ),
]
NoExclude = Annotated[
    bool, typer.Option("--no-exclude", help="Forget what earlier runs were told by --exclude.")
]
AllowPrivate = Annotated[
    bool,
    typer.Option(
        "--allow-private", help="Fetch addresses on this machine and private networks, too."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Markdown = Annotated[
    bool, typer.Option("--markdown", help="Print Markdown, each citation as a footnote.")
]
Quiet = Annotated[
    bool, typer.Option("--quiet", help="Print the statements with their markers and nothing else.")
]
NoStrict = Annotated[
    bool, typer.Option("--no-strict", help="Show unsupported statements too, marked as such.")
]


def excluded(exclude: Sequence[str] | None, no_exclude: bool) -> Sequence[str] | None:
    """The patterns to remember from now on; None leaves those that are."""
    if exclude and no_exclude:
        raise UsageError("--exclude and --no-exclude exclude each other; give one of them.")
    return (exclude or None) if not no_exclude else ()


def exclusive(options: Mapping[str, bool]) -> None:
    """Refuse options of which only one can be given."""
    if len(given_ := [name for name, is_given in options.items() if is_given]) > 1:
        raise UsageError(f"{' and '.join(given_)} exclude each other; give one of them.")


def need_command(context: typer.Context) -> None:
    """Show the help, and leave, where no command is named."""
    if context.invoked_subcommand is None:
        print(context.get_help(), file=sys.stderr)
        raise typer.Exit(UsageError.exit_code)


def say(*notes: str) -> None:
    """Print notes to standard error, those that say something."""
    for note in filter(None, notes):
        print(note, file=sys.stderr, flush=True)


@contextmanager
def counted(noun: str = "question", status: Any = None) -> Iterator[Callable[[int, int], None]]:
    """A line on a terminal, the given one or one of its own, that counts what is done."""
    from assistant.cli.render.progress import StatusLine

    status = status or StatusLine(sys.stderr)
    try:
        yield lambda done, total: status.say(f"{noun} {done + 1} of {total}")
    finally:
        status.clear()


def given(words: Sequence[str] | None) -> str:
    """The question or query as typed, or as it stands on standard input, without controls."""
    from assistant.safety import clean

    if not words:
        raise UsageError("no question is given; see assistant ask --help.")
    typed = list(words) != ["-"]
    text = " ".join(words) if typed else from_stdin("give one question").strip()
    try:
        text.encode()
    except UnicodeEncodeError as exc:
        raise UsageError("the question is not UTF-8 text; type it in UTF-8.") from exc
    if not (text := clean(text)).strip():
        raise UsageError("the question is empty; ask one in words.")
    return text


def from_stdin(remedy: str) -> str:
    """The text on standard input as it stands there.

    Raises:
        UsageError: it is no UTF-8, or more than `MOST_STDIN_BYTES`, with this remedy.
    """
    data = sys.stdin.buffer.read(MOST_STDIN_BYTES + 1)
    if len(data) > MOST_STDIN_BYTES:
        raise UsageError(f"standard input holds more than {MOST_STDIN_BYTES:,} bytes; {remedy}.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise UsageError(
            "standard input is not UTF-8 text; convert it, for instance with iconv."
        ) from exc


def notifier(status: Any) -> Callable[[str], None]:
    """What prints a notice to standard error, a line each, in place of the status line."""
    from assistant.safety import line
    from assistant.secrets import masked

    def notify(notice: str) -> None:
        status.clear()
        print(line(masked(notice)), file=sys.stderr, flush=True)

    return notify


@contextmanager
def opened(
    index: str | None,
    embedding: str | None,
    status: Any,
    llm: str | None = "none",
    no_strict: bool = False,
    vectors: str | None = None,
    profile: str | None = None,
    asks: bool = False,
    notify: Callable[[str], None] | None = None,
) -> Iterator[Assistant]:
    """An assistant whose notices go to standard error, a line each, or to `notify`.

    With `asks` the embedding model, which every question needs, is loaded beside the rest of the
    program.
    """
    if asks:
        from assistant.models.embeddings import load_ahead

        load_ahead()
    from assistant.api import Assistant

    strict = False if no_strict else None
    with Assistant.open(
        index,
        llm=llm,
        embedding=embedding,
        vectors=vectors,
        profile=profile,
        notify=notify or notifier(status),
        strict=strict,
    ) as assistant:
        yield assistant


@contextmanager
def progress_bar() -> Iterator[Callable[[IndexProgress], None]]:
    """A progress bar on a terminal, shown once the work has taken more than a moment.

    Before that, a line tells what is fetched.
    """
    from assistant.cli.render.page import is_terminal
    from assistant.cli.render.progress import StatusLine

    status = StatusLine(sys.stderr)
    shown = time.monotonic() + PROGRESS_AFTER - _PROGRESS_EVERY
    bar: Progress | None = None
    fetched = ""

    def show(progress: IndexProgress) -> None:
        nonlocal bar, shown, fetched
        if progress.fetching != fetched:
            fetched = progress.fetching
            if bar is not None:
                told = f"Fetching {fetched}" if fetched else "Indexing"
                bar.update(bar.task_ids[0], description=told)
            elif fetched:
                status.say(f"fetching {fetched}")
            else:
                status.clear()
        if fetched and bar is None:  # the line is all that is shown
            return
        if time.monotonic() - shown < _PROGRESS_EVERY or not is_terminal(sys.stderr):
            return
        shown = time.monotonic()
        if bar is None:
            bar = _bar()
            bar.start()
            bar.add_task("Indexing", total=progress.total, told="")
        told = f"{progress.documents:,} documents"
        if progress.embedded:
            told += f", {progress.rate:.1f} passages/s"
        bar.update(bar.task_ids[0], completed=progress.done, total=progress.total, told=told)

    try:
        yield show
    finally:
        if fetched:
            status.clear()
        if bar:
            bar.stop()


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}% {task.fields[told]}"),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        transient=True,
    )
