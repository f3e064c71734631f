"""An answer or a checked draft as a page: what is stated, and beside it what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.answers import Answer, Conflict, Statement, Unchecked, Verification, Verified
from assistant.cli.render.answers import (
    account,
    corrections_told,
    dates_told,
    gaps_told,
    refusal_told,
)
from assistant.cli.render.browser import (
    Html,
    html_page,
    joined,
    leading,
    paragraphs,
    passage,
    statement,
)
from assistant.cli.render.page import Page
from assistant.cli.render.verifications import summary
from assistant.documents import Citation
from assistant.safety import count, line

_PLAIN = Page()
_BODY = Html("""\
<header>
<h1 dir="auto">{title}</h1>
<p class="summary">{summary}</p>
<p class="keys">j and k, or the arrows, go from statement to statement, Enter to its passage and
back, and so does a click.</p>
</header>
<main>
<section aria-label="{name}">
{stated}
</section>
<section aria-label="{beside}">
<h2>{beside}</h2>
{passages}
</section>
</main>""")


def answer_html(answer: Answer) -> str:
    """The page of an answer, or of a refusal with the passages that come nearest."""
    refused = answer.status == "not_in_documents"
    asked = answer.standalone_question
    notes = [f"Asked as: {asked}"] if line(asked) != line(answer.question) else []
    notes += corrections_told(answer.corrections, _PLAIN)
    each = enumerate(answer.statements, 1)
    stated = [
        paragraphs("note", notes),
        paragraphs("refusal", refusal_told(answer, _PLAIN) if refused else []),
        joined(
            Html("<p>{}</p>").format(
                statement(number, s.verdict, line(s.text), s.findings, s.citations)
            )
            for number, s in each
        ),
        paragraphs("warning", [] if refused else gaps_told(answer)),
        joined(map(_conflict, answer.conflicts)),
        paragraphs("note", [*dates_told(answer, _PLAIN), account(answer)]),
    ]
    cited = {number: s.citations for number, s in enumerate(answer.statements, 1)}
    return _page(
        answer.question,
        "Not answered" if refused else _counts(answer),
        ("Answer", "Nearest passages" if refused else "Cited passages"),
        joined(filter(None, stated)),
        _passages(answer.nearest if refused else answer.citations, cited, answer.statements),
    )


def _counts(answer: Answer) -> str:
    """How many statements there are of each verdict, and how many were dropped."""
    verdicts = Counter(s.verdict for s in answer.statements)
    each = [f"{number} {verdict}" for verdict, number in verdicts.items()]
    told = f"{count(len(answer.statements), 'statement')}: {', '.join(each)}"
    return f"{told} · {answer.dropped} dropped" if answer.dropped else told


def verification_html(verification: Verification) -> str:
    """The page of a checked draft, which stands there as it was written."""
    statements = verification.statements
    leads = [(*s.compared, *([s.newer] if s.newer else [])) for s in statements]
    numbers = {number: [c.number for c in each] for number, each in enumerate(leads, 1)}
    cited = {citation.number: citation for each in leads for citation in each}
    return _page(
        verification.draft.title if verification.draft else "Draft",
        summary(verification),
        ("Draft", "Passages it was compared with"),
        Html('<div class="draft" dir="auto">{}</div>').format(Html().join(_draft(verification))),
        _passages([cited[number] for number in sorted(cited)], numbers, statements),
    )


def _draft(verification: Verification) -> Iterator[Html]:
    """The draft's text with each statement, and each piece that was not checked, marked in it."""
    text = verification.draft.text if verification.draft else ""
    left = Html('<span class="unchecked">{}</span> <small class="told">not checked: {}</small>')
    pieces: list[tuple[Unchecked | Verified, Html]]
    pieces = [(u, left.format(text[u.start : u.end], u.reason)) for u in verification.unchecked]
    for number, s in enumerate(verification.statements, 1):
        words = text[s.start : s.end] or s.text
        told = statement(number, s.verdict, words, s.findings, s.citations, s.newer)
        pieces.append((s, told))
    end = 0
    for place, shown in sorted(pieces, key=lambda piece: piece[0].start):
        yield Html.escape(text[end : place.start])
        yield shown
        end = place.end
    yield Html.escape(text[end:])


def _conflict(conflict: Conflict) -> Html:
    """What sources say that differ, each with its date and the passage."""
    side = Html('<li dir="auto">“{}”{} {}</li>')
    sides = (
        side.format(s.text, f" ({s.published})" if s.published else "", leading(s.citations))
        for s in conflict.sides
    )
    versions = ", in versions of one text" if conflict.versions else ""
    return Html('<div class="warning"><p>Sources differ{}:</p><ul>{}</ul></div>').format(
        versions, joined(sides)
    )


def _passages(
    citations: Iterable[Citation],
    cited: Mapping[int, Sequence[int]],
    statements: Sequence[Statement],
) -> Html:
    """The passages with the way back to each statement that leads there, by its number."""
    shown = []
    for citation in citations:
        by = [number for number, numbers in cited.items() if citation.number in numbers]
        findings = [finding for number in by for finding in statements[number - 1].findings]
        shown.append(passage(citation, by, findings))
    return joined(shown) if shown else paragraphs("note", ["None."])


def _page(title: str, summary: str, names: tuple[str, str], stated: Html, passages: Html) -> str:
    body = _BODY.format(
        title=title,
        summary=summary,
        name=names[0],
        beside=names[1],
        stated=stated,
        passages=passages,
    )
    return html_page(title, body, runs=True)
