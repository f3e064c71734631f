"""Answers as a reader sees them: statements, what they cite, and how they came about."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from assistant.answers import Answer, Correction, Statement
from assistant.cli.render.links import url_of
from assistant.cli.render.page import BOLD, CYAN, DIM, RED, Page
from assistant.documents import Citation, Document
from assistant.safety import count, line

NOT_IN_DOCUMENTS = "The documents do not say."
PREMISE = "The documents do not say that."
NOT_STATED = "They are about this, but do not state the answer."
NO_SEARCH = "No passage states this."
ASK_BY_NAME = (
    "A search cannot count, list, rank or add up all documents or rows; ask for the figure by its "
    "name, or open the table with `assistant show`."
)
LEFT_OUT = "Left out: what the documents do not support."
ALL_LEFT_OUT = "All that the model wrote is left out, for they do not support it."
_MAIL = ("message/rfc822", "application/mbox")
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
COPIES = 3
"""Documents named that tell the same words; of further ones, how many there are."""


def answer_text(answer: Answer, page: Page) -> str:
    """An answer for a reader: statements, then what they cite, then how it came about."""
    parts = []
    if line(answer.standalone_question) != line(answer.question):
        parts.append(page.lines(f"Asked as: {answer.standalone_question}", style=DIM))
    parts += corrections_told(answer.corrections, page)
    if answer.status == "not_in_documents":
        told = answer.reason == "premise"  # the first of the nearest is what it opens with
        parts += [*refusal_told(answer, page), *_nearest(answer.nearest[told:], page)]
    else:
        parts += [*_statements(answer, page), *_gaps(answer, page)]
        parts += _sources(answer, page)
    return "\n\n".join([*parts, *dates_told(answer, page), page.lines(account(answer), style=DIM)])


def refusal_told(answer: Answer, page: Page) -> list[str]:
    """That the documents do not say, and what they lack, or say instead."""
    lacking = f"Not found in them: {_listed(answer.missing)}." if answer.missing else ""
    if answer.reason == "premise" and answer.nearest:
        first = answer.nearest[0]
        origin = " · ".join(
            filter(None, (short_path(first.document.source), first.document.published))
        )
        instead = f"What they do say: “{line(first.quote)}” ({origin})"
        return [page.lines(f"{PREMISE} {instead}"), *([page.lines(lacking)] if lacking else [])]
    return [page.lines(" ".join(filter(None, why_refused(answer, lacking))))]


def why_refused(answer: Answer, lacking: str) -> tuple[str, str]:
    """That there is no answer, and why: it is not stated, all that was written is false, or other.

    Args:
        answer: a refusal.
        lacking: what of the question was not found in them, told.
    """
    if answer.reason == "asks_for_all":
        return NO_SEARCH, ASK_BY_NAME
    if answer.languages:
        from assistant.ingest.metadata import language_name

        asked, written = map(language_name, answer.languages)
        told = f"They are in {written} and the question is in {asked}, which may be why."
        return NOT_IN_DOCUMENTS, f"{lacking} {told}".strip()
    if answer.dropped and not lacking:
        return NOT_IN_DOCUMENTS, ALL_LEFT_OUT
    return NOT_IN_DOCUMENTS, NOT_STATED if answer.reason == "not_stated" else lacking


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
    told = gaps_told(answer)
    return [page.lines(" ".join(told), style=RED)] if told else []


def gaps_told(answer: Answer) -> list[str]:
    """The same, a line each."""
    told = [LEFT_OUT] if answer.dropped else []
    if answer.missing:
        told.insert(0, f"Not answered from the documents: {'; '.join(map(line, answer.missing))}")
    return told


def dates_told(answer: Answer, page: Page) -> list[str]:
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
    told = marked(statement)
    if statement.verdict == "supported":
        return page.lines(told)
    finding = page.lines(f"✗ {finding_of(statement)}", "  ", "    ", RED)
    return f"{page.lines(told)}\n{finding}"


def marked(statement: Statement) -> str:
    """A statement with the numbers of what it cites."""
    return f"{statement.text} {''.join(f'[{n}]' for n in statement.citations)}".rstrip()


def finding_of(statement: Statement) -> str:
    """What is to be said against a statement that is not supported."""
    return f"{statement.verdict}: {'; '.join(statement.findings) or 'the documents do not say so'}"


def draft_line(text: str, page: Page) -> str:
    """A statement that nothing has checked: marked in each of its lines, with and without colours.

    So it does if only some of its lines are seen.
    """
    return page.lines(line(text), "? not checked: ", "? ", DIM)


def unfinished_text(
    told: Sequence[Statement | str], citations: Sequence[Citation], page: Page, stopped: bool
) -> str:
    """What there is of an answer that broke off, and that it did; empty where there is nothing.

    Args:
        told: the statements in their order; those that were not checked as drafted.
        citations: those of the checked ones are shown.
        page: where it is shown.
        stopped: whether the reader stopped it.
    """
    if not told:
        return ""
    each = (draft_line(s, page) if isinstance(s, str) else _statement(s, page) for s in told)
    numbers = {n for s in told if isinstance(s, Statement) for n in s.citations}
    cited = "\n".join(citation_text(c, page) for c in citations if c.number in numbers)
    why = "stopped" if stopped else "the model broke off"
    mark = f"Unfinished: {why}. More was to come, and sources were not compared with each other."
    return "\n\n".join(filter(None, ("\n".join(each), cited, page.lines(mark, style=RED))))


def quiet_text(answer: Answer) -> str:
    """Nothing but the statements, a line each; of a refusal its one line.

    What is not supported stands behind a mark, and where sources differ that is told, as neither
    may be taken for the undisputed words of the documents.
    """
    if answer.status == "not_in_documents":
        return line(refusal_told(answer, Page())[0])
    told = [
        line(marked(s) if s.verdict == "supported" else f"✗ {marked(s)} ({finding_of(s)})")
        for s in answer.statements
    ]
    return "\n".join([*told, *map(line, answer.disputes)])


def _sources(answer: Answer, page: Page) -> list[str]:
    """The citations, those on which sources differ apart from the rest: each is shown once."""
    cited = {citation.number: citation for citation in answer.citations}
    apart = []
    for conflict in answer.conflicts:
        told = (
            "Sources differ, in versions of one text:" if conflict.versions else "Sources differ:"
        )
        numbers = [number for side in conflict.sides for number in side.citations]
        shown = (citation_text(cited.pop(number), page) for number in numbers if number in cited)
        apart.append("\n".join((page.lines(told, style=BOLD), *shown)))
    rest = "\n".join(citation_text(citation, page) for citation in cited.values())
    return [*apart, rest] if rest else apart


def citation_text(citation: Citation, page: Page) -> str:
    """A citation with its number: its words, where they stand, and where else."""
    mark = f"[{citation.number}]"
    indent = " " * (len(mark) + 1)
    quote = page.lines(f"“{line(citation.quote)}”", indent)
    return "\n".join(
        (
            page.styled(mark, CYAN) + quote[len(mark) :],
            origin_line(citation, indent, page),
            *copies_told("the same in", citation.copies, indent, page),
        )
    )


def copies_told(told: str, copies: Sequence[Document], indent: str, page: Page) -> list[str]:
    """The first of the documents that tell the same words, and how many more there are."""
    if not copies:
        return []
    names = ", ".join(
        short_path(each.source) + (f" ({each.published})" if each.published else "")
        for each in copies[:COPIES]
    )
    more = f" and {len(copies) - COPIES} more" if len(copies) > COPIES else ""
    return [page.lines(f"{told}: {names}{more}", indent, style=DIM)]


def _nearest(nearest: Sequence[Citation], page: Page) -> list[str]:
    if not nearest:
        return []
    each = (page.lines(line(c.quote), "  ") + "\n" + origin_line(c, "    ", page) for c in nearest)
    return ["\n".join(("Nearest passages:", *each))]


def origin(citation: Citation) -> str:
    """Where a citation stands: title, document, heading, sender, date and page, where known.

    Behind the document's name are the characters, as `assistant show` takes them.
    """
    document = citation.document
    names = [*document_names(document)]
    names[-1 if document.source.endswith(document.id) else -2] += (
        f":{citation.start}-{citation.end}"
    )
    return " · ".join([*names, *whereabouts(citation)])


def whereabouts(citation: Citation) -> list[str]:
    """Heading, sender, date and page of a citation, those that are known."""
    document = citation.document
    unit = "slide" if "presentation" in document.media_type else "page"
    page = f"{unit} {citation.page}" if citation.page else None
    sender = document.author if document.media_type in _MAIL else None
    return [fact for fact in (citation.heading, sender, document.published, page) if fact]


def origin_line(citation: Citation, indent: str, page: Page) -> str:
    """Where a citation stands, leading to the file where the page has links."""
    url = url_of(citation.document.source) if page.links else None
    return page.lines(origin(citation), indent, style=DIM, url=url)


def document_names(document: Document) -> tuple[str, ...]:
    """Title, id and source of a document, without what would be said twice."""
    names = [short_path(document.source)]
    if not document.source.endswith(document.id):
        names.insert(0, document.id)
    if not document.source.endswith(document.title):
        names.insert(0, document.title)
    return tuple(names)


def short_path(source: str) -> str:
    """A file's path as it is shown: from the current folder or the home on, where that is shorter.

    `assistant show` takes it in either form.
    """
    names = [source]
    for folder, begin in ((os.getcwd(), ""), (os.path.expanduser("~"), "~/")):
        if folder != "/" and source.startswith(f"{folder}/"):
            names.append(begin + source.removeprefix(f"{folder}/"))
    return min(names, key=len)


def account(answer: Answer) -> str:
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


def corrections_told(corrections: Sequence[Correction], page: Page) -> list[str]:
    """What was searched for in another spelling: whoever meant it as it stood must know."""
    told = ", ".join(f"“{line(c.found)}” instead of “{line(c.asked)}”" for c in corrections)
    return [page.lines(f"Searched for {told}", style=DIM)] if told else []
