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
from typing import Annotated, Any, NoReturn

import typer
from typer.main import get_command

from assistant import __version__
from assistant.cli.commands import (
    asking,
    comparing,
    configuring,
    evaluating,
    history,
    indexing,
    searching,
    sources,
    upkeep,
)
from assistant.cli.commands.options import need_command
from assistant.errors import EXIT_INTERRUPTED, AssistantError
from assistant.secrets import masked

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
  assistant history show last
  assistant sources
  assistant show reports/ilo.txt:120-214
  assistant verify draft.md
  assistant compare old.pdf new.pdf
  assistant ask --batch questions.txt --out answers.jsonl
  assistant config
  assistant eval retrieval ~/reports questions.jsonl qrels.tsv
  echo "Who signed the deal?" | assistant ask - --json

Exit codes:

\b
  0    answered, or done
  1    unexpected error; or compare found changes
  2    usage: what was asked cannot be done as it was said; or files were skipped
  3    the documents do not say
  4    there is no index, or it cannot be used
  5    the model cannot be had or reached, or it refused
  6    a statement of the draft is not supported
  130  Ctrl-C

Settings stand in files, too (assistant config). Environment: ASSISTANT_LLM, ASSISTANT_INDEX and so
on set any of them before a file does; OPENAI_API_KEY and OPENAI_BASE_URL name a model server;
ASSISTANT_HISTORY_DIR says where conversations are kept; NO_COLOR turns colours and links off,
FORCE_COLOR and FORCE_HYPERLINK on; PAGER shows what is longer than the screen.
"""

app = typer.Typer(
    help="Ask your own documents: every sentence of an answer points at words that support it.",
    epilog=EPILOG,
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command(epilog=asking.ASK_EPILOG)(asking.ask)
app.command(epilog=asking.CHAT_EPILOG)(asking.chat)
app.command("index", epilog=indexing.INDEX_EPILOG)(indexing.index_)
app.command(epilog=indexing.REMOVE_EPILOG)(indexing.remove)
app.command(epilog=indexing.WATCH_EPILOG)(indexing.watch)
app.command(epilog=searching.SEARCH_EPILOG)(searching.search)
app.command(epilog=searching.VERIFY_EPILOG)(searching.verify)
app.command(epilog=comparing.COMPARE_EPILOG)(comparing.compare)
app.command(epilog=sources.SOURCES_EPILOG)(sources.sources)
app.command(epilog=sources.SHOW_EPILOG)(sources.show)
app.command(epilog=upkeep.STATUS_EPILOG)(upkeep.status)
app.command(epilog=upkeep.DOCTOR_EPILOG)(upkeep.doctor)
app.add_typer(history.history, name="history")
app.add_typer(evaluating.evaluations, name="eval")
app.add_typer(configuring.config, name="config")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the program and exit; every error becomes one line and an exit code here.

    Args:
        arguments: what was typed after `assistant`; None for the process's own.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # it was closed by who started this
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 - open to the end
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character must not cost the reader the answer.
        with suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(_run(list(sys.argv[1:] if arguments is None else arguments)))


def _run(arguments: list[str]) -> int:
    debug: dict[str, bool] = {}
    if os.environ.get("_ASSISTANT_COMPLETE"):  # a shell asks what may stand next
        root_command().main(prog_name="assistant", obj=debug)
    try:
        with root_command().make_context("assistant", arguments, obj=debug) as context:
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
        return _failed(str(exc), exc.exit_code, bool(debug))
    except _ClickError as exc:
        return _failed(_misused(exc), 2, bool(debug))
    except Exception as exc:
        if isinstance(exc, OSError):
            _give_up(sys.stdout)
        told = f"unexpected: {type(exc).__name__}: {exc}"
        remedy = "" if debug else "; run again with --debug for the traceback"
        return _failed(told + remedy, 1, bool(debug))


def _misused(exc: Any) -> str:
    """Say what is wrong with a command line, and where its help is."""
    context = getattr(exc, "ctx", None)
    fact = exc.format_message().replace("Value error, ", "")  # which pydantic writes before it
    end = "" if fact.endswith((".", "?")) else "."
    return f"{fact}{end} See {context.command_path if context else 'assistant'} --help."


def root_command() -> Any:
    """The command of all commands, each of which takes `--debug` as the program itself does."""
    program = get_command(app)
    debug = next(each for each in program.params if each.name == "debug")
    commands = [*program.commands.values()]  # type: ignore[attr-defined]
    while commands:
        command = commands.pop()
        command.params.append(debug)
        commands += getattr(command, "commands", {}).values()
    return program


def _give_up(stream: Any) -> None:
    """Send what is still to be written nowhere, or Python complains about it at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _failed(message: str, code: int, debug: bool) -> int:
    from assistant.safety import clean, line

    if debug:
        print(clean(masked(traceback.format_exc())), file=sys.stderr)
    print(f"assistant: {line(masked(message))}", file=sys.stderr)
    return code


def _debug(context: typer.Context, wanted: bool) -> None:
    """Note that the traceback of an error is to be shown, wherever that was said."""
    if wanted:
        context.obj["debug"] = True


def _version(wanted: bool) -> None:
    if wanted:
        print(f"assistant {__version__}")
        raise typer.Exit


@app.callback()
def program(
    context: typer.Context,
    debug: Annotated[
        bool,
        typer.Option(
            "--debug",
            callback=_debug,
            expose_value=False,
            is_eager=True,
            help="Show the traceback of an error.",
        ),
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Show the help where no command is given."""
    need_command(context)
