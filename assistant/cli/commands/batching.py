"""`assistant ask --batch`: many questions from a file, a JSON line for each."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.commands.options import opened, say
from assistant.errors import EXIT_INTERRUPTED, ModelError, NoUsableIndexError, UsageError
from assistant.safety import count, json_line, line

if TYPE_CHECKING:
    from assistant.evaluation import Asked, Known, RunLog

Batch = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Answer all questions of a file, or of standard input (-), a JSON line for each: "
        "FILE holds a question a line, in words, or a JSON object with question and perhaps id, "
        "history, only, since and until.",
    ),
]
Out = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="With --batch: write the lines here, each at once."),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="With --batch: ask only what --out does not hold yet.")
]


def answer_batch(
    batch: str | None,
    out: str | None,
    resume: bool,
    besides: Sequence[str],
    filters: Mapping[str, Any],
    options: Mapping[str, Any],
) -> None:
    """Answer the questions of a file.

    Args:
        batch, out, resume: as typed.
        besides: what else was typed that a batch cannot have, as the user calls it.
        filters: `only`, `since` and `until` for questions that do not name their own.
        options: what `opened` takes, but for the status line.

    Raises:
        UsageError: the options exclude each other, the file holds what is no question, or the
            lines cannot be written.
        NoUsableIndexError, ModelError: the run is broken off; the message says how to go on.
    """
    from assistant.evaluation import batch as run
    from assistant.evaluation import load_questions

    if batch is None:
        raise UsageError(f"{'--out' if out else '--resume'} goes with --batch FILE; name that.")
    if besides:
        raise UsageError(f"--batch and {besides[0]} exclude each other; give one of them.")
    to = None if out in (None, "-") else Path(str(out))
    if resume and to is None:
        raise UsageError("--resume goes on from the file of an earlier run; name it by --out.")
    questions = load_questions(batch, filters)
    with (
        closing(run.open_log(to, resume=resume)) if to else nullcontext() as log,
        opened(status=_NoLine(), **options) as assistant,
    ):
        strict = assistant.settings.strict
        left = run.left(log, questions, assistant.model, strict) if log else questions
        known = [log.known[str(q.id)] for q in questions if str(q.id) in log.known] if log else []
        counts: Counter[str] = Counter(each.kind for each in known)
        _answer(run.ask(assistant, left, strict), counts, len(questions), log)
    if counts["failed"]:
        raise typer.Exit(UsageError.exit_code)


class _NoLine:
    """In place of a status line: notices need no room made for them above a bar."""

    def clear(self) -> None:
        """Nothing is there to clear."""


def _answer(
    run: Iterator[Asked], counts: Counter[str], total: int, log: RunLog[Known] | None
) -> None:
    """Write what becomes of each question, show how far it is, and tell how it went."""
    from assistant.cli.render.batches import batch_text, counts_text
    from assistant.cli.render.counting import CountBar

    begun, earlier = time.monotonic(), counts.total()
    # Where the lines themselves run over the terminal, they tell how far it is.
    seen = log is not None or not sys.stdout.isatty()
    with _broken_off(counts, total, log), CountBar(sys.stderr, "Asking", seen) as bar:
        bar.show(counts.total(), total, counts_text(counts))
        for asked in run:
            _write(asked, log)
            counts[asked.kind] += 1
            bar.show(counts.total(), total, counts_text(counts))
    say(batch_text(counts, earlier, time.monotonic() - begun, str(log.path) if log else None))


def _write(asked: Asked, log: RunLog[Known] | None) -> None:
    if log:
        log.write(asked.to_dict())
    else:
        print(json_line(asked.to_dict()), flush=True)


@contextmanager
def _broken_off(counts: Counter[str], total: int, log: RunLog[Known] | None) -> Iterator[None]:
    """Say how far it came and how to go on, where it does not come to its end."""

    def told() -> str:
        asked = f"{counts.total()} of {count(total, 'question')} asked"
        if log is None:
            return f"{asked}; with --out FILE a run can be gone on with."
        return f"{asked}, kept in {log.path}; run it again with --resume."

    try:
        yield
    except KeyboardInterrupt:
        say(line(f"Stopped: {told()}"))
        raise typer.Exit(EXIT_INTERRUPTED) from None
    except (NoUsableIndexError, ModelError) as exc:
        raise type(exc)(f"{exc} Broken off: {told()}") from exc
