"""Follow-up questions: are they told from others, and made to stand alone?

`followups.jsonl` holds conversations, each with a question, whether it leans on what was said, and
patterns that the form which stands alone must and must not match. The rules were made with the odd
lines; the even ones were written before them. The two files of `OUTSIDE` were written by somebody
who had not seen the rules. These have since been mended by what all of them showed.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from assistant.conversation import condense
from assistant.conversation import rewrite as rewriting
from assistant.conversation.condense import Turn
from assistant.conversation.coreference import Context
from assistant.evaluation.intervals import share
from assistant.models.chat.base import Model, open_model, parse_spec
from tests.bench import table

FILE = Path(__file__).with_name("followups.jsonl")
OUTSIDE = ("followups-outside-a.jsonl", "followups-outside-b.jsonl")
UNRELATED = [("Does the trip include Japan?", "The trip includes Japan and Malaysia. [1]")]
PUBLIC = (
    "squad2/sample_600.jsonl",
    "ramdocs/queries.jsonl",
    "chroma_chunking/queries.jsonl",
    "scifact/train_queries.jsonl",
)
Rewrite = Callable[[str, Sequence[Turn]], str]


def bench(options: argparse.Namespace) -> None:
    """Print the shares and the time, by rule and with the model that `--llm` names."""
    rows = load(FILE)
    report("by rule", condense.standalone, rows, options.wrong)
    for name in OUTSIDE:
        outside = load(FILE.with_name(name))
        report(f"by rule, {name}", condense.standalone, outside, options.wrong)
    report("by rule, the user's own questions alone", own_words, rows, False)
    alone(options.eval)
    model = open_model(parse_spec(options.llm), timeout=600, retries=0)
    if model is None:
        return
    with closing(model):
        asked = Asked(model)
        report(f"{model.name} alone", asked.alone, rows, options.wrong)
        report(f"{model.name}, checked by rule", asked.checked, rows, options.wrong)
        report(f"{model.name}, where the rules are not sure", asked.unsure, rows, options.wrong)


def load(path: Path) -> list[dict[str, Any]]:
    """The conversations of a file, with pairs for a question and its answer."""
    rows = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        row["history"] = [t if isinstance(t, str) else tuple(t) for t in row["history"]]
    return rows


def own_words(question: str, history: Sequence[Turn]) -> str:
    """As by rule, with nothing taken from answers."""
    return condense.standalone(question, [t if isinstance(t, str) else t[0] for t in history])


class Asked:
    """What a model makes of each question, asked once; used in three ways."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._replies: dict[str, tuple[str, float]] = {}

    def alone(self, question: str, history: Sequence[Turn]) -> str:
        """Whatever it writes, where the rules find that the question leans."""
        context = condense.read(history)
        if condense.leans(question, context) is None:
            return question
        return self._reply(question, context)

    def checked(self, question: str, history: Sequence[Turn]) -> str:
        """What it writes if that passes the check, else the rules' version."""
        context = condense.read(history)
        found = condense.leans(question, context)
        if found is None:
            return question
        written = rewriting.accepted(self._reply(question, context), found, context)
        return written or condense.resolved(found, context).text

    def unsure(self, question: str, history: Sequence[Turn]) -> str:
        """The same only where the rules are not sure."""
        context = condense.read(history)
        found = condense.leans(question, context)
        if found is None or (made := condense.resolved(found, context)).sure:
            return question if found is None else made.text
        return self.checked(question, history)

    def _reply(self, question: str, context: Context) -> str:
        """What it writes; asked before, what it wrote then, after as long as it took."""
        asked = rewriting.messages(question, context)
        key = asked[-1]["content"]
        if key in self._replies:
            text, seconds = self._replies[key]
            SPENT.append(seconds)
            return text
        begun, text = time.perf_counter(), ""
        for piece in self._model.stream(asked, max_tokens=rewriting.TOKENS):
            text += piece.text
        self._replies[key] = text.strip(), time.perf_counter() - begun
        SPENT.append(self._replies[key][1])
        return text.strip()


SPENT: list[float] = []
"""Seconds of each call of the model in the report under way."""


def report(how: str, rewrite: Rewrite, rows: Sequence[dict[str, Any]], show: bool) -> None:
    """Print how many of the rows come out right, by half."""
    print(f"\n\n{how}")
    outside = any(name in how for name in OUTSIDE)
    halves = {"all": rows} if outside else {"odd lines": rows[0::2], "even lines": rows[1::2]}
    for half, those in halves.items():
        SPENT.clear()
        begun = time.perf_counter()
        made = [rewrite(row["question"], row["history"]) for row in those]
        took = time.perf_counter() - begun
        calls = list(SPENT)
        pairs = list(zip(those, made, strict=True))
        leaning = [(row, text) for row, text in pairs if row["leans"]]
        _line(f"{half}: told as leaning", [text != row["question"] for row, text in leaning])
        _line(
            f"{half}: left alone, to the byte",
            [text == row["question"] for row, text in pairs if not row["leans"]],
        )
        _line(f"{half}: stands alone rightly", [is_right(row, text) for row, text in leaning])
        if calls:
            table.line(f"{half}: a call ({len(calls)} of them)", calls, "s", digits=1)
        else:
            print(f"  {half}: {took / len(those) * 1000:.1f} ms a question")
        if show and half != "even lines":
            for row, text in pairs:
                if not is_right(row, text):
                    print(f"    {row['history'][-1]!r} | {row['question']} -> {text}")


def is_right(row: dict[str, Any], text: str) -> bool:
    """Whether the text is what the row asks for."""
    if not row["leans"]:
        return bool(text == row["question"])
    return all(re.search(p, text, re.I) for p in row["must"]) and not any(
        re.search(p, text, re.I) for p in row["must_not"]
    )


def alone(folder: Path | None) -> None:
    """Print how many questions of public sets are changed after an unrelated one."""
    if folder is None or not folder.is_dir():
        print("  (no public questions: name their folder with --eval)")
        return
    for name in PUBLIC:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        asked = [json.loads(text)["text"].strip() for text in lines]
        if name.startswith("scifact"):
            asked = [f"Is it true that {text[:1].lower()}{text[1:].rstrip('.')}?" for text in asked]
        changed = [condense.standalone(text, UNRELATED) != text for text in asked]
        _line(f"by rule, {name}: changed", changed)


def _line(what: str, those: Sequence[bool]) -> None:
    found = share(those)
    assert found
    print(
        f"  {what}: {found.numerator:.0f} of {found.denominator}, "
        f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"
    )
