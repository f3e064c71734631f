"""The commands `assistant ask` and `assistant chat`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.commands.batching import Batch, Out, Resume, answer_batch
from assistant.cli.commands.history import conversations, keeping, resumed
from assistant.cli.commands.options import (
    Embedding,
    Index,
    Json,
    Llm,
    Markdown,
    NoStrict,
    Only,
    Profile,
    Quiet,
    Since,
    Until,
    Vectors,
    exclusive,
    given,
    notifier,
    opened,
)
from assistant.cli.commands.pages import Force, Html, check_page, write_page
from assistant.errors import EXIT_NOT_IN_DOCUMENTS

if TYPE_CHECKING:
    from assistant.answers import Answer

ASK_EPILOG = """\
\b
Examples:
  assistant ask "What tariff is threatened, and by when?"
  assistant ask --llm none Who signed the deal
  assistant ask --only 'reports/*' --since 2026-06 "Who signed the deal?"
  assistant ask --llm qwen3@http://127.0.0.1:8000/v1 "Who signed the deal?"
  echo "Who signed the deal?" | assistant ask - --json
  assistant ask --markdown "Who signed the deal?" > answer.md
  assistant ask --quiet "Who signed the deal?" >> notes.txt
  assistant ask --html answer.html "Who signed the deal?"
  assistant ask --batch questions.txt --out answers.jsonl
  assistant ask --batch questions.jsonl --out answers.jsonl --resume

Exits with 3 when the documents do not say. At a terminal you read along; what nothing has checked
yet is marked "?". Should the model break off, or you stop it by Ctrl-C, what was checked stays with
the mark "Unfinished"; --json, --markdown, --quiet and --html then write nothing, for half an answer
must not be taken for a whole one.

With --batch a line holds what --json prints, with the id of the question, which is the number of
its line if it has none. All lines are looked at before the first question is asked. One that cannot
be answered for a reason of its own gets a line with "error", and the next one is asked; exits with
2 then, and with 0 when all were answered or refused. With --resume those that failed are asked
again, and the documents may have changed meanwhile.
"""
CHAT_EPILOG = """\
At the prompt, /help tells all commands: /show 1 opens what is cited, /only and /since ask fewer
documents, /retry asks again, /save writes all to a file. Up and Ctrl-R bring back what was typed,
Tab completes. Ctrl-D or /quit leaves. Ctrl-C stops the answer that is being made; once more, or
twice at the empty prompt, it leaves with exit code 130.

The conversation is kept on this machine, where only you can read it; see assistant history.

\b
Examples:
  assistant chat
  assistant chat --llm ollama/llama3.1
  assistant chat --only 'reports/*' --since 2026-06
  assistant chat --resume
  assistant chat --resume kfdw
  assistant chat --no-history
  cat questions.txt | assistant chat
"""


def ask(
    question: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUESTION", help="In words; - reads it from standard input."),
    ] = None,
    llm: Llm = None,
    embedding: Embedding = None,
    vectors: Vectors = None,
    index: Index = None,
    profile: Profile = None,
    json_: Json = False,
    markdown: Markdown = False,
    quiet: Quiet = False,
    html: Html = None,
    force: Force = False,
    no_strict: NoStrict = False,
    only: Only = None,
    since: Since = None,
    until: Until = None,
    batch: Batch = None,
    out: Out = None,
    resume: Resume = False,
) -> None:
    """Answer a question from the documents, or say that they do not."""
    from assistant.cli.render.guarding import guarded
    from assistant.cli.render.progress import StatusLine, follow
    from assistant.cli.render.streaming import AnswerDisplay

    forms = {"--json": json_, "--markdown": markdown, "--quiet": quiet, "--html": html is not None}
    exclusive(forms)
    if batch is not None or out is not None or resume:
        besides = ["a question"] if question else []
        besides += [name for name in ("--markdown", "--quiet", "--html") if forms[name]]
        filters = {"only": only, "since": since, "until": until}
        how = {"index": index, "embedding": embedding, "vectors": vectors, "llm": llm}
        more = {"profile": profile, "no_strict": no_strict, "asks": True}
        answer_batch(batch, out, resume, besides, filters, {**how, **more})
        return
    asked = given(question)
    check_page(html, force)
    status = StatusLine(sys.stderr) if any(forms.values()) else AnswerDisplay()
    with (
        guarded(),
        opened(
            index, embedding, status, llm, no_strict, vectors, profile=profile, asks=True
        ) as assistant,
    ):
        events = assistant.stream(asked, only=only, since=since, until=until)
        if isinstance(status, AnswerDisplay):
            answer = status.follow(events, assistant.model, asked)
        else:
            answer = follow(events, status, assistant.model)
    if html is not None:
        from assistant.cli.render.browser_answers import answer_html

        write_page(answer_html(answer), html, force)
    else:
        print(_told(answer, json_, markdown, quiet), flush=True)
    if answer.status == "not_in_documents":
        raise typer.Exit(EXIT_NOT_IN_DOCUMENTS)


def _told(answer: Answer, json_: bool, markdown: bool, quiet: bool) -> str:
    """The answer in the form that was asked for."""
    from assistant.cli.render.answers import answer_text, quiet_text
    from assistant.cli.render.page import Page
    from assistant.safety import json_text

    if markdown:
        from assistant.cli.render.markdown import answer_markdown

        return answer_markdown(answer).removesuffix("\n")
    if json_:
        return json_text(answer.to_dict())
    return quiet_text(answer) if quiet else answer_text(answer, Page.of(sys.stdout))


def chat(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="ID",
            help="With --resume: which conversation; else the last one.",
            autocompletion=conversations,
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a conversation that was kept.")
    ] = False,
    no_history: Annotated[
        bool, typer.Option("--no-history", help="Do not keep this conversation.")
    ] = False,
    llm: Llm = None,
    embedding: Embedding = None,
    vectors: Vectors = None,
    index: Index = None,
    profile: Profile = None,
    no_strict: NoStrict = False,
    only: Only = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Ask in a conversation, where a question may lean on those before it."""
    from assistant.cli.chat.repl import converse
    from assistant.cli.chat.warming import Notices
    from assistant.cli.render.guarding import guarded
    from assistant.cli.render.streaming import AnswerDisplay
    from assistant.filters import Filter

    display, goes_on = AnswerDisplay(), resumed(resume, name, no_history)
    where, notices = Filter.of(only, since, until), Notices(notifier(display))
    with (
        guarded(),
        opened(
            index,
            embedding,
            display,
            llm,
            no_strict,
            vectors,
            profile=profile,
            asks=True,
            notify=notices,
        ) as assistant,
        keeping(assistant, where, goes_on, not no_history) as recorder,
    ):
        converse(
            assistant,
            only,
            since,
            until,
            recorder,
            display=display,
            notices=notices,
        )
