"""Values as text for the terminal: cleaned of control codes, wrapped, and coloured only there.

What is said is decided elsewhere; printing it is left to the command, but for the status line.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TextIO

from assistant.filters import Filter
from assistant.types import (
    Answer,
    Checked,
    Citation,
    Correction,
    Document,
    Draft,
    Event,
    Explanation,
    Hit,
    IndexReport,
    IndexStatus,
    Searched,
    Statement,
)

if TYPE_CHECKING:
    from assistant.evaluation import Retrieval
    from assistant.judgements import Task

BOLD, DIM, RED, CYAN = "1", "2", "31", "36"
NOT_IN_DOCUMENTS = "The documents do not say."
PREMISE = "The documents do not say that."
NOT_STATED = "They are about this, but do not state the answer."
LEFT_OUT = "Left out: what the documents do not support."
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
LEAST_WIDTH = 20
BEGINNING = 200
"""Characters of a passage shown with a hit."""
_LABEL = 12  # cells before what a query was understood as
COPIES = 3
"""Documents named that tell the same words; of further ones, how many there are."""

_SEQUENCE = re.compile(
    # Strings (DCS, SOS, OSC, PM, APC) up to their end, then CSI, then any other escape: ECMA-48.
    r"(?:\x1b[PX\]^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x9c|\x1b\\)"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|\x1b[ -/]*[0-~]?"
)
_BREAK = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_SPACE = re.compile(r"[\t\v\f]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def clean(text: str) -> str:
    r"""The text without anything that a terminal would obey: only `\n` remains of the controls.

    Whole escape sequences go, then every control character and bidirectional override that is
    left, so that nothing new can form from the rest; a lone surrogate becomes U+FFFD.

    >>> clean("a\x1b[31mb\x1b]0;title\x07c\td")
    'abc d'
    """
    text = _SPACE.sub(" ", _BREAK.sub("\n", _SEQUENCE.sub("", text)))
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", text))


def line(text: str) -> str:
    """The text cleaned and on one line."""
    return " ".join(clean(text).split())


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "passage"), count(2, "passage")
    ('1 passage', '2 passages')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def wrap(text: str, width: int | None, indent: str = "", hang: str | None = None) -> list[str]:
    """The text in lines of at most `width` terminal cells; in one line where there is no width.

    Args:
        text: on one line, or with line breaks that count as spaces.
        width: in cells; a wide character takes two.
        indent: before the first line.
        hang: before the following lines; the same as `indent` unless given.
    """
    hang = indent if hang is None else hang
    words = text.split()
    if width is None:
        return [indent + " ".join(words)]
    lines, current = [], ""
    room = max(width, LEAST_WIDTH) - max(len(indent), len(hang))
    for word in _pieces(words, room):
        if current and _cells(current) + 1 + _cells(word) > room:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    return [(hang if number else indent) + each for number, each in enumerate([*lines, current])]


def _pieces(words: Iterable[str], room: int) -> Iterator[str]:
    """The words, with those cut up that are wider than a line."""
    from rich.cells import chop_cells

    for word in words:
        yield from chop_cells(word, room) if _cells(word) > room else (word,)


def _cells(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)


def is_terminal(stream: TextIO) -> bool:
    """Whether the stream is a terminal that can move its cursor."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


class Page:
    """How to lay text out for one output stream: its width, and whether it shows colours.

    Attributes:
        width: terminal cells in a line; None where lines are not to be wrapped.
        colour: whether styles are written.
    """

    def __init__(self, width: int | None = None, colour: bool = False) -> None:
        self.width = width
        self.colour = colour

    @classmethod
    def of(cls, stream: TextIO) -> Page:
        """The page for a stream: plain and unwrapped unless it is a terminal."""
        if not is_terminal(stream):
            return cls()
        return cls(shutil.get_terminal_size().columns, not os.environ.get("NO_COLOR"))

    def styled(self, text: str, style: str) -> str:
        """The text in a style (SGR number), where the page has colours."""
        return f"\x1b[{style}m{text}\x1b[0m" if self.colour and text else text

    def lines(self, text: str, indent: str = "", hang: str | None = None, style: str = "") -> str:
        """The text cleaned, wrapped and styled."""
        wrapped = wrap(clean(text), self.width, indent, hang)
        return "\n".join(self.styled(each, style) if style else each for each in wrapped)


def answer_text(answer: Answer, page: Page) -> str:
    """An answer for a reader: statements, then what they cite, then how it came about."""
    parts = []
    if line(answer.standalone_question) != line(answer.question):
        parts.append(page.lines(f"Asked as: {answer.standalone_question}", style=DIM))
    parts += _spellings(answer.corrections, page)
    if answer.status == "not_in_documents":
        told = answer.reason == "premise"  # the first of the nearest is what it opens with
        parts += [*_refusal(answer, page), *_nearest(answer.nearest[told:], page)]
    else:
        parts += [*_statements(answer, page), *_gaps(answer, page)]
        parts += _sources(answer, page)
    return "\n\n".join([*parts, *_dates(answer, page), page.lines(_account(answer), style=DIM)])


def _refusal(answer: Answer, page: Page) -> list[str]:
    """That the documents do not say, and what they lack, or say instead."""
    lacking = f"Not found in them: {_listed(answer.missing)}." if answer.missing else ""
    if answer.reason == "premise" and answer.nearest:
        first = answer.nearest[0]
        origin = " · ".join(filter(None, (first.document.source, first.document.published)))
        instead = f"What they do say: “{line(first.quote)}” ({origin})"
        return [page.lines(f"{PREMISE} {instead}"), *([page.lines(lacking)] if lacking else [])]
    told = NOT_STATED if answer.reason == "not_stated" else lacking
    return [page.lines(f"{NOT_IN_DOCUMENTS} {told}")]


def _listed(missing: Sequence[str]) -> str:
    """What was not found; words that are no names in quotation marks."""
    return ", ".join(f"“{line(each)}”" if each[:1].islower() else line(each) for each in missing)


def _statements(answer: Answer, page: Page) -> list[str]:
    quotes = {c.number: line(c.quote) for c in answer.citations}
    if all([quotes.get(n) for n in s.citations] == [line(s.text)] for s in answer.statements):
        # The citations that follow are the answer itself: it need not be read twice.
        return []
    return ["\n".join(_statement(s, page) for s in answer.statements)]


def _gaps(answer: Answer, page: Page) -> list[str]:
    """What an answer does not tell although it was asked, or although the model told it."""
    told = [LEFT_OUT] if answer.dropped else []
    if answer.missing:
        told.insert(0, f"Not answered from the documents: {'; '.join(map(line, answer.missing))}")
    return [page.lines(" ".join(told), style=RED)] if told else []


def _dates(answer: Answer, page: Page) -> list[str]:
    """As of when the documents tell it: what was so then need not be so now."""
    if not (answer.as_of and answer.oldest):
        return []
    oldest = (
        "" if answer.oldest == answer.as_of else f"; the oldest source is of {_day(answer.oldest)}"
    )
    return [page.lines(f"As of {_day(answer.as_of)}{oldest}", style=DIM)]


def _day(date: str) -> str:
    """A day as it is read; what is no ISO date as it stands.

    >>> _day("2025-10-24")
    '24 October 2025'
    """
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])-(\d\d)", date)
    return f"{int(found[3])} {_MONTHS[int(found[2]) - 1]} {found[1]}" if found else line(date)


def _statement(statement: Statement, page: Page) -> str:
    markers = "".join(f"[{n}]" for n in statement.citations)
    told = f"{statement.text} {markers}"
    if statement.verdict == "supported":
        return page.lines(told)
    findings = "; ".join(statement.findings) or "the documents do not say so"
    return "\n".join(
        (page.lines(told), page.lines(f"✗ {statement.verdict}: {findings}", "  ", "    ", RED))
    )


def _sources(answer: Answer, page: Page) -> list[str]:
    """The citations, those on which sources differ apart from the rest: each is shown once."""
    cited = {citation.number: citation for citation in answer.citations}
    apart = []
    for conflict in answer.conflicts:
        told = (
            "Sources differ, in versions of one text:" if conflict.versions else "Sources differ:"
        )
        numbers = [number for side in conflict.sides for number in side.citations]
        shown = (_citation(cited.pop(number), page) for number in numbers if number in cited)
        apart.append("\n".join((page.lines(told, style=BOLD), *shown)))
    rest = "\n".join(_citation(citation, page) for citation in cited.values())
    return [*apart, rest] if rest else apart


def _citation(citation: Citation, page: Page) -> str:
    mark = f"[{citation.number}]"
    indent = " " * (len(mark) + 1)
    quote = page.lines(f"“{line(citation.quote)}”", indent)
    return "\n".join(
        (
            page.styled(mark, CYAN) + quote[len(mark) :],
            page.lines(origin(citation), indent, style=DIM),
            *copies_told("the same in", citation.copies, indent, page),
        )
    )


def copies_told(told: str, copies: Sequence[Document], indent: str, page: Page) -> list[str]:
    """The first of the documents that tell the same words, and how many more there are."""
    if not copies:
        return []
    names = ", ".join(
        f"{each.source} ({each.published})" if each.published else each.source
        for each in copies[:COPIES]
    )
    more = f" and {len(copies) - COPIES} more" if len(copies) > COPIES else ""
    return [page.lines(f"{told}: {names}{more}", indent, style=DIM)]


def _nearest(nearest: Sequence[Citation], page: Page) -> list[str]:
    if not nearest:
        return []
    each = (
        page.lines(line(c.quote), "  ") + "\n" + page.lines(origin(c), "    ", style=DIM)
        for c in nearest
    )
    return ["\n".join(("Nearest passages:", *each))]


def origin(citation: Citation) -> str:
    """Where a citation stands: title, document, date and page, as far as they are known.

    Behind the document's name are the characters, as `assistant show` takes them.
    """
    document = citation.document
    page = f"page {citation.page}" if citation.page else None
    names = [*_names(document)]
    names[-1 if document.source.endswith(document.id) else -2] += (
        f":{citation.start}-{citation.end}"
    )
    return " · ".join(filter(None, (*names, document.published, page)))


def _names(document: Document) -> tuple[str, ...]:
    """Title, id and source of a document, without what would be said twice."""
    names = [document.source]
    if not document.source.endswith(document.id):
        names.insert(0, document.id)
    if not document.source.endswith(document.title):
        names.insert(0, document.title)
    return tuple(names)


def _account(answer: Answer) -> str:
    """Which model answered, what was checked, and how long it took."""
    parts = [answer.model if answer.model != "none" else "no model: quoted"]
    if answer.model != "none" and not answer.usage.calls:
        parts = [f"{answer.model} was not asked"]
    if answer.statements or answer.dropped:
        parts.append(_checked(answer))
    stages = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in answer.timings.items())
    total = sum(answer.timings.values())
    return " · ".join([*parts, f"{total:.1f} s" + (f" ({stages})" if stages else "")])


def _checked(answer: Answer) -> str:
    """How many statements there were, and what became of them."""
    statements = answer.statements
    supported = f"{sum(s.verdict == 'supported' for s in statements)} supported"
    repaired = sum(s.repaired for s in statements)
    if repaired:
        supported += f" ({repaired} repaired)"
    told = count(len(statements) + answer.dropped, "statement")
    if answer.dropped:
        return f"{told}: {supported}, {answer.dropped} dropped"
    return f"{told}, {supported}"


def search_text(found: Explanation, page: Page, explain: bool = False) -> str:
    """What a search found, each hit with the ranks that tell its place.

    Args:
        found: the hits and how they came about.
        page: where it is shown.
        explain: show what the query was understood as, and each stage's rank and score, as well.
    """
    parts = _spellings(found.corrections, page)
    if explain:
        parts.append(_understood(found, page))
    stages = tuple(found.candidates) if explain else ()
    parts += [_hit(rank, hit, page, stages) for rank, hit in enumerate(found.hits, 1)]
    return "\n\n".join(parts if found.hits else [*parts, "Nothing found."])


def _spellings(corrections: Sequence[Correction], page: Page) -> list[str]:
    """What was searched for in another spelling: whoever meant it as it stood must know."""
    told = ", ".join(f"“{line(c.found)}” instead of “{line(c.asked)}”" for c in corrections)
    return [page.lines(f"Searched for {told}", style=DIM)] if told else []


def _understood(found: Explanation, page: Page) -> str:
    """What was searched for and where, a line for each kind of thing there is to tell."""
    copies = sum(len(hit.copies) for hit in found.hits)
    told = {
        "words": ", ".join(" / ".join(forms) for forms in found.terms),
        "also as": ", ".join(f"{each.asked}: {each.found}" for each in found.expansions),
        "parts": " · ".join(found.parts),
        "filter": str(Filter.of(**found.filters)) if found.filters else "",
        "candidates": ", ".join(f"{name} {number}" for name, number in found.candidates.items()),
        "copies": f"{count(copies, 'document')} shown with what they repeat" if copies else "",
    }
    return "\n".join(
        page.lines(text, f"{label:<{_LABEL}}", " " * _LABEL) for label, text in told.items() if text
    )


def _hit(rank: int, hit: Hit, page: Page, stages: Sequence[str] = ()) -> str:
    """One hit; with `stages` as a table of what each of these said of it."""
    passage = hit.passage
    place = f"characters {passage.start}-{passage.end}"
    ranks = ", ".join(f"{ranker} {place}" for ranker, place in hit.ranks.items())
    told = place if stages else f"score {hit.score:.3f} ({ranks}) · {place}"
    names = " · ".join(_names(passage.document))
    beginning = line(passage.text)
    if len(beginning) > BEGINNING:
        beginning = beginning[:BEGINNING].rsplit(" ", 1)[0] + " …"
    return "\n".join(
        (
            page.lines(f"{rank}. {names}", "", "   ", BOLD),
            *(_stage_lines(hit, stages, page) if stages else ()),
            page.lines(told, "   ", style=DIM),
            page.lines(beginning, "   "),
            *copies_told("also in", hit.copies, "   ", page),
        )
    )


def _stage_lines(hit: Hit, stages: Sequence[str], page: Page) -> list[str]:
    """The hit's rank and score in each stage, in columns, under its fused score."""
    rows = [("", "rank", "score"), ("fused", "", f"{hit.score:.3f}")]
    for name in stages:
        score = f"{hit.scores[name]:.3f}" if name in hit.scores else "-"
        rows.append((line(name), str(hit.ranks.get(name, "-")), score))
    names, ranks, scores = (max(map(_cells, column)) for column in zip(*rows, strict=True))
    if page.width and 3 + names + 1 + ranks + 2 + scores > page.width:
        return [page.lines(" ".join(row), "   ", style=DIM) for row in rows]
    columns = (
        f"   {name:<{names}} {rank:>{ranks}}  {score:>{scores}}" for name, rank, score in rows
    )
    return [page.styled(row, DIM) for row in columns]


def search_dict(found: Explanation) -> dict[str, Any]:
    """What a search found, and how it came about, as JSON-ready values."""
    return {
        "version": 1,
        "query": found.query,
        "understood": {
            "corrections": [asdict(each) for each in found.corrections],
            "expansions": [asdict(each) for each in found.expansions],
            "parts": list(found.parts),
            "terms": [list(forms) for forms in found.terms],
            "filters": dict(found.filters),
            "candidates": dict(found.candidates),
        },
        "hits": [_hit_dict(rank, hit) for rank, hit in enumerate(found.hits, 1)],
    }


def _hit_dict(rank: int, hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "rank": rank,
        "score": round(hit.score, 6),
        "ranks": dict(hit.ranks),
        "scores": {stage: round(score, 6) for stage, score in hit.scores.items()},
        "document_id": passage.document.id,
        "title": passage.document.title,
        "source": passage.document.source,
        "heading": passage.heading,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "copies": [document.reference() for document in hit.copies],
    }


def report_text(report: IndexReport) -> str:
    """What an indexing run did, in one line."""
    kinds = {
        "updated": report.updated,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "skipped": len(report.skipped),
        "of kinds that are not read": report.ignored,
        "excluded": report.excluded,
    }
    # The rare kinds are told only when there are some.
    told = [f"{count(report.added, 'document')} added"]
    told += [f"{n} {kind}" for kind, n in kinds.items() if n or kind == "unchanged"]
    rate = f" ({report.rate:.1f} passages/s)" if report.embedded else ""
    return (
        f"{', '.join(told)}; {count(report.passages, 'passage')} ({report.embedded} embedded) "
        f"in {report.seconds:.1f} s{rate}"
    )


def removal_text(report: IndexReport) -> str:
    """What was removed from an index, in one line."""
    return f"{count(report.removed, 'document')} removed; {count(report.passages, 'passage')} left"


def notes_text(report: IndexReport) -> str:
    """What there is to tell about single files, a line each; empty when there is nothing."""
    told = [f"skipped {n.path}: {n.reason}" for n in report.skipped]
    told += [f"{n.path}: {n.reason}" for n in report.notes]
    return "\n".join(map(line, told))


def status_text(status: IndexStatus) -> str:
    """What an index holds, a line for each fact."""
    facts = asdict(status) | {
        "roots": ", ".join(status.roots),
        "bytes": f"{status.bytes:,} ({status.bytes / 1e6:.1f} MB)",
    }
    return "\n".join(f"{name + ':':<12}{line(str(value))}" for name, value in facts.items())


def status_dict(status: IndexStatus) -> dict[str, Any]:
    """What an index holds as JSON-ready values."""
    return {"version": 1, **asdict(status)}


def retrieval_text(measured: Retrieval) -> str:
    """How well search did: what was measured, a line for each metric, and the time it took."""
    rows = [
        f"{name.replace('_', ' '):<20}{f.mean:>7.3f}   {f.low:.3f} to {f.high:.3f}{f.questions:>12}"
        for name, f in measured.figures.items()
    ]
    index = measured.index
    return "\n".join(
        (
            f"{count(len(measured.task.questions), 'question')}, "
            f"{count(index.documents, 'document')}, {count(index.passages, 'passage')}",
            "",
            f"{'':<20}{'mean':>7}   {'95% interval':<14}{'questions':>11}",
            *rows,
            "",
            f"seconds a search: {measured.median:.3f} (median), "
            f"{measured.p95:.3f} (95th percentile)",
        )
    )


def task_notes(task: Task) -> str:
    """What of the questions and judgements is left out, a line each; empty when nothing is."""
    lines = []
    if task.unjudged:
        lines.append(f"left out: {count(task.unjudged, 'question')} without a judgement")
    for ids, noun, file in (
        (task.unknown_questions, "judged question", "QUESTIONS"),
        (task.unknown_documents, "judged document", "CORPUS"),
    ):
        if ids:
            lines.append(f"{count(len(ids), noun)} not in {file}, the first is {ids[0]!r}")
    return "\n".join(map(line, lines))


def json_text(value: Any) -> str:
    """JSON in ASCII alone, in which no control character stands as itself."""
    return json.dumps(value, indent=2).replace("\x7f", "\\u007f")


class StatusLine:
    """One passing line on a terminal that says what is going on; silent anywhere else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = is_terminal(stream)
        self._page = Page.of(stream)

    def say(self, text: str) -> None:
        """Show the text in place of what was shown before."""
        if self._live:
            first = wrap(f"{line(text)} ...", (self._page.width or 80) - 1)[0]
            self._stream.write("\r\x1b[2K" + self._page.styled(first, DIM))
            self._stream.flush()

    def clear(self) -> None:
        """Leave nothing on the line."""
        if self._live:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()


def follow(events: Iterator[Event], status: StatusLine, model: str) -> Answer:
    """The answer at the end of a stream; what is under way shows on the status line alone.

    What the model writes is not shown before it is checked.
    """
    status.say("searching")
    try:
        for event in events:
            match event:
                case Answer():
                    return event
                case Searched(evidence=evidence) if evidence:
                    read = f"reading {count(len(evidence), 'sentence')}"
                    status.say(read if model == "none" else f"{read} with {model}")
                case Draft():
                    status.say("writing")
                case Checked():
                    status.say("checking")
    finally:
        status.clear()
    raise RuntimeError("the stream of an answer ended without the answer")
