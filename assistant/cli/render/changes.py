"""Changes between two versions, as text and as a page of HTML that runs nothing and needs nothing.

Laid out and cleaned as all that is shown; see `sanitize`.
"""

from __future__ import annotations

from assistant.cli.render.answers import origin, origin_line
from assistant.cli.render.browser import Html, html_page, joined
from assistant.cli.render.page import BOLD, GREEN, RED, Page
from assistant.comparing import Change, Changes
from assistant.safety import count, line

_MOST_EDITS = 5  # named above the quotes


def summary(found: Changes) -> str:
    """`2 changes: 1 number, 1 added · 14 sentences unchanged`."""
    same = f"{count(found.unchanged, 'sentence')} unchanged"
    if not found.changes:
        return f"Nothing changed in what is stated · {same}"
    kinds = [change.kinds[0] for change in found.changes]
    each = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    return f"{count(len(kinds), 'change')}: {each} · {same}"


def changes_text(found: Changes, page: Page) -> str:
    """A block for each change with both quotes, and how many there are."""
    blocks = [_block(number, change, page) for number, change in enumerate(found.changes, 1)]
    return "\n\n".join([*blocks, page.lines(summary(found), style=BOLD)])


def _block(number: int, change: Change, page: Page) -> str:
    parts = [page.lines(_title(number, change), "", "   ", BOLD)]
    sides = (("- ", change.old, RED), ("+ ", change.new, GREEN))
    for mark, side, colour in sides:
        if side:
            quote = page.lines(f"{mark}“{line(side.quote)}”", "   ", "     ", colour)
            parts += [quote, origin_line(side, "     ", page)]
    return "\n".join(parts)


def _title(number: int, change: Change) -> str:
    told = [_edit(line(old), line(new)) for old, new in change.edits]
    edits = "; ".join([*told[:_MOST_EDITS], *(["…"] if told[_MOST_EDITS:] else [])])
    kinds = ", ".join(change.kinds)
    return f"{number}. {kinds}: {edits}" if edits else f"{number}. {kinds}"


def _edit(old: str, new: str) -> str:
    if old and new:
        return f"“{old}” → “{new}”"
    return f"“{old}” left out" if old else f"“{new}” put in"


def changes_html(found: Changes) -> str:
    """The same as a page by itself, which runs nothing."""
    names = " → ".join(document.source for document in (found.old, found.new))
    items = (
        Html("<li><strong>{}</strong>{}</li>").format(_title(number, change), _quotes(change))
        for number, change in enumerate(found.changes, 1)
    )
    body = Html(
        '<main class="page changes">\n<h1>What changed</h1>\n<p>{}</p>\n<p>{}</p>\n'
        "<ul>\n{}\n</ul>\n</main>"
    ).format(names, summary(found), joined(items))
    return html_page("What changed", body)


def _quotes(change: Change) -> Html:
    quote = Html('<blockquote class="{0}"><b>{0}:</b> “{1}”<small>{2}</small></blockquote>')
    sides = (("old", change.old), ("new", change.new))
    return joined(quote.format(name, side.quote, origin(side)) for name, side in sides if side)
