"""Changes between two versions, as text and as a page of HTML that runs nothing and needs nothing.

Laid out and cleaned as all that is shown; see `sanitize`.
"""

from __future__ import annotations

from html import escape

from assistant.cli.render.answers import origin, origin_line
from assistant.cli.render.page import BOLD, GREEN, RED, Page
from assistant.comparing import Change, Changes
from assistant.documents import Citation
from assistant.safety import count, line

_MOST_EDITS = 5  # named above the quotes
_HEAD = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>What changed</title>
<style>
  :root { color-scheme: light dark }
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: auto; padding: 1rem }
  ul { list-style: none; padding: 0 }
  li { margin: 1.5rem 0; break-inside: avoid }
  blockquote { margin: .5rem 0; padding-left: 1rem; border-left: .25rem solid }
  li { overflow-wrap: anywhere }
  .old { border-color: #c33 } .new { border-color: #293 }
  small { display: block; opacity: .75 }
</style>
"""


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
    """The same as a page by itself; every word of a document is escaped."""
    names = " → ".join(_html(document.source) for document in (found.old, found.new))
    items = "\n".join(_item(number, change) for number, change in enumerate(found.changes, 1))
    head = f"<h1>What changed</h1>\n<p>{names}</p>\n<p>{_html(summary(found))}</p>"
    return f"{_HEAD}{head}\n<ul>\n{items}\n</ul>\n"


def _item(number: int, change: Change) -> str:
    sides = (("old", change.old), ("new", change.new))
    quotes = "".join(_quote(name, side) for name, side in sides if side)
    return f"<li><strong>{escape(_title(number, change))}</strong>{quotes}</li>"


def _quote(name: str, side: Citation) -> str:
    told = f"<b>{name}:</b> “{_html(side.quote)}”<small>{_html(origin(side))}</small>"
    return f'<blockquote class="{name}">{told}</blockquote>'


def _html(text: str) -> str:
    return escape(line(text))
