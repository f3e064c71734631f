"""Answers and conversations as Markdown, each citation a footnote, to be kept or passed on.

Nothing that a document, a model or a person wrote turns into markup, links or HTML there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from assistant.answers import Answer, Statement
from assistant.cli.render.answers import COPIES, LEFT_OUT, PREMISE, document_names, why_refused
from assistant.documents import Citation
from assistant.errors import ConversationError
from assistant.safety import count, line

if TYPE_CHECKING:
    from assistant.conversation import Session

_ADDRESS = re.compile(r"[\w.+-]*@[\w.-]*")  # some make links of them even if they are escaped
_MARKUP = re.compile(
    r"[\\`*_\[\]<>&~|$^{}]"  # emphasis, code, links, HTML, entities, tables, mathematics
    r"|%(?=%)|=(?==)|#(?=#*$)"  # what some readers hide, or highlight, and the end of a heading
    r"|(?<=\w)(?=:[^\s\d])"  # web addresses, with and without a scheme
    r"|(?<=[wW]{3})\.|(?<=[^\W_])\.(?=[^\W\d_]{2})"
)
# Headings, items, lines below headings.
_BEGINNING = re.compile(r"^(?:[#+=-]|\d{1,9}(?=[.)](?:\s|$)))")


def escaped(text: str) -> str:
    r"""The text on one line, cleaned, and such that Markdown shows it as it stands.

    >>> print(escaped("*See* [x](http://y.org) & me@y.org"))
    \*See\* \[x\](http\://y\.org) \& `me@y.org`
    """
    told, end = [], 0
    text = line(text)
    for found in _ADDRESS.finditer(text):
        told += [_MARKUP.sub(_backslashed, text[end : found.start()]), f"`{found[0]}`"]
        end = found.end()
    told.append(_MARKUP.sub(_backslashed, text[end:]))
    return _BEGINNING.sub(_begun, "".join(told))


def _backslashed(found: re.Match[str]) -> str:
    return "\\" + found[0]


def _begun(found: re.Match[str]) -> str:
    """A line's beginning that makes it no heading or item; of a number its point is escaped."""
    return found[0] + "\\" if found[0].isdigit() else "\\" + found[0]


def answer_markdown(answer: Answer | Mapping[str, Any], first: int = 1) -> str:
    """An answer in Markdown: each statement with footnotes of the words and places it cites.

    Args:
        answer: an answer, or what `Answer.to_dict` made of it.
        first: number of the first footnote, where several answers stand in one text.

    Raises:
        ConversationError: what was given is the JSON of no answer.
    """
    answer = _read(answer)
    notes = {c.number: first + place for place, c in enumerate(answer.citations)}
    parts = []
    if line(answer.standalone_question) != line(answer.question):
        parts.append(f"*Asked as: {escaped(answer.standalone_question)}*")
    for correction in answer.corrections:
        found, asked = escaped(correction.found), escaped(correction.asked)
        parts.append(f"*Searched for “{found}” instead of “{asked}”*")
    parts += _refusal(answer) if answer.status == "not_in_documents" else _told(answer, notes)
    parts += [f"*{told}*" for told in (_dates(answer), _account(answer)) if told]
    parts += [_footnote(notes[citation.number], citation) for citation in answer.citations]
    return "\n\n".join(parts) + "\n"


def session_markdown(session: Session) -> str:
    """A conversation in Markdown, a heading for each question and footnotes numbered throughout.

    A turn whose answer cannot be read is told as such in its place.
    """
    head = session.head
    facts = [f"{head.started:%Y-%m-%d %H:%M} UTC", f"index {head.index}"]
    facts += [f"only documents that match {head.where}"] if head.where else []
    title = f"# Conversation {escaped(session.id)}"
    parts = [title, " · ".join(escaped(fact) for fact in facts)]
    first = 1
    for turn in session.turns:
        parts.append(f"## {escaped(turn.question)}")
        try:
            answer = turn.read()
            parts.append(answer_markdown(answer, first).rstrip("\n"))
            first += len(answer.citations)
        except ConversationError as exc:
            parts.append(f"**✗ {escaped(str(exc))}**")
    parts += [f"*{escaped(fault)}*" for fault in session.faults]
    return "\n\n".join(parts) + "\n"


def _read(answer: Answer | Mapping[str, Any]) -> Answer:
    if isinstance(answer, Answer):
        return answer
    from assistant.conversation import answer_of

    try:
        return answer_of(answer)
    except ValueError as exc:
        raise ConversationError(
            f"the answer cannot be read ({exc}); give what --json wrote."
        ) from exc


def _told(answer: Answer, notes: Mapping[int, int]) -> Iterator[str]:
    """What is stated, where sources differ, and what is left open."""
    for statement in answer.statements:
        yield _statement(statement, notes)
    for conflict in answer.conflicts:
        versions = ", in versions of one text" if conflict.versions else ""
        sides = (
            f"- “{escaped(side.text)}”"
            + (f" ({escaped(side.published)})" if side.published else "")
            + _marks(side.citations, notes)
            for side in conflict.sides
        )
        yield "\n".join((f"**Sources differ{versions}:**", "", *sides))
    gaps = [LEFT_OUT] if answer.dropped else []
    if answer.missing:
        missing = "; ".join(escaped(each) for each in answer.missing)
        gaps.insert(0, f"Not answered from the documents: {missing}.")
    if gaps:
        yield f"**{' '.join(gaps)}**"


def _statement(statement: Statement, notes: Mapping[int, int]) -> str:
    told = escaped(statement.text) + _marks(statement.citations, notes)
    if statement.verdict == "supported":
        return told
    findings = "; ".join(escaped(each) for each in statement.findings)
    return f"**✗ {statement.verdict}:** {told} *({findings or 'the documents do not say so'})*"


def _marks(numbers: Sequence[int], notes: Mapping[int, int]) -> str:
    """The footnotes behind a statement; of a number that nothing is cited by there is none."""
    return "".join(f"[^{notes[number]}]" for number in numbers if number in notes)


def _refusal(answer: Answer) -> Iterator[str]:
    """That the documents do not say, what they lack, and what comes nearest."""
    lacking = f"Not found in them: {', '.join(escaped(each) for each in answer.missing)}."
    lacking = lacking if answer.missing else ""
    if answer.reason == "premise":
        yield f"**{PREMISE}** {lacking}".rstrip()
    else:
        told, why = why_refused(answer, lacking)
        yield f"**{told}** {why}"
    nearest: Sequence[Citation] = answer.nearest
    if answer.reason == "premise" and nearest:
        yield "What they do say:"
        yield _quoted(nearest[0])
        nearest = nearest[1:]
    if nearest:
        yield "Nearest passages, which do not answer it:"
        yield "\n>\n".join(map(_quoted, nearest))


def _quoted(citation: Citation) -> str:
    return f"> “{escaped(citation.quote)}” — {_place(citation)}"


def _footnote(number: int, citation: Citation) -> str:
    return f"[^{number}]: “{escaped(citation.quote)}” — {_place(citation)}"


def _place(citation: Citation) -> str:
    """Title, source, date, page and characters, and where else the same words stand."""
    document = citation.document
    places = [escaped(name) for name in (*document_names(document), document.published) if name]
    places += [f"page {citation.page}"] if citation.page else []
    places.append(f"characters {citation.start}–{citation.end}")
    if citation.copies:
        places.append(f"the same in {_names(each.source for each in citation.copies)}")
    return " · ".join(places)


def _names(names: Iterable[str]) -> str:
    shown = [escaped(name) for name in names]
    more = f" and {len(shown) - COPIES} more" if len(shown) > COPIES else ""
    return ", ".join(shown[:COPIES]) + more


def _dates(answer: Answer) -> str:
    if not (answer.as_of and answer.oldest):
        return ""
    older = answer.oldest != answer.as_of
    oldest = f"; the oldest source is of {escaped(answer.oldest)}" if older else ""
    return f"As of {escaped(answer.as_of)}{oldest}"


def _account(answer: Answer) -> str:
    """Which model answered, and what checking its statements found."""
    by = escaped(answer.model)
    told = "Quoted without a model" if answer.model == "none" else f"Answered by {by}"
    if answer.model != "none" and not answer.usage.calls:
        told = f"{by} was not asked"
    verdicts = [statement.verdict for statement in answer.statements]
    if verdicts or answer.dropped:
        each = (f"{verdicts.count(kind)} {kind}" for kind in dict.fromkeys(verdicts))
        dropped = [f"{answer.dropped} dropped"] if answer.dropped else []
        all_ = count(len(verdicts) + answer.dropped, "statement")
        told += f" · {all_}: {', '.join([*each, *dropped])}"
    return told
