"""Rows of a terminal -> an SVG that needs nothing beside itself: no font, no script, no address."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from tests.record.terminal import Span

CELL, LINE, SIZE, MARGIN, BAR = 8.4, 19, 14, 18, 34
"""Width of a cell, height of a row, of the letters, around the text, and of the title bar."""
BACKGROUND, FOREGROUND = "#1c1e26", "#e3e6ee"
COLOURS = {
    "brightblack": "#a9b0c1",
    "red": "#ff8b85",
    "green": "#8fd694",
    "brown": "#e6c07b",
    "blue": "#8ab8ff",
    "magenta": "#d8a1ff",
    "cyan": "#6fd3dd",
    "white": "#e3e6ee",
    "brightred": "#ff8b85",
    "brightgreen": "#8fd694",
    "brightbrown": "#e6c07b",
    "brightyellow": "#e6c07b",
    "brightblue": "#8ab8ff",
    "brightmagenta": "#d8a1ff",
    "brightcyan": "#6fd3dd",
    "brightwhite": "#ffffff",
}
"""By the names that pyte gives them; light enough for the dark window that they stand in."""
_FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def svg(rows: Sequence[Sequence[Span]], width: int, title: str) -> str:
    """The rows in a window of `width` cells, with a title and the whole text for who sees none."""
    wide, high = 2 * MARGIN + width * CELL, BAR + MARGIN + len(rows) * LINE
    used = sorted({name for row in rows for span in row for name in span.style if name in COLOURS})
    said = "\n".join(plain(row) for row in rows)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" '
            f'width="{wide:g}" height="{high:g}" role="img" aria-labelledby="title text">',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="text">{escape(said)}</desc>',
            "<style>",
            f"text {{ font: {SIZE}px {_FONTS}; fill: {FOREGROUND}; white-space: pre }}",
            ".bold { font-weight: bold }",
            ".underscore { text-decoration: underline }",
            *(f".{name} {{ fill: {COLOURS[name]} }}" for name in used),
            "</style>",
            f'<rect width="{wide:g}" height="{high:g}" rx="8" fill="{BACKGROUND}"/>',
            *(
                f'<circle cx="{MARGIN + 4 + 18 * n}" cy="18" r="5.5" fill="{colour}"/>'
                for n, colour in enumerate(("#ff8b85", "#e6c07b", "#8fd694"))
            ),
            *(_text(span, row) for row, spans in enumerate(rows) for span in spans),
            "</svg>\n",
        ]
    )


def plain(row: Sequence[Span]) -> str:
    """The characters of a row."""
    text = ""
    for span in row:
        text = text.ljust(span.column) + span.text
    return text


def _text(span: Span, row: int) -> str:
    """One span; its length is given, so that columns stand below each other in any font."""
    text = span.text.rstrip()
    if not text.strip():
        return ""
    lead = len(text) - len(text.lstrip())
    x, y = MARGIN + (span.column + lead) * CELL, BAR + SIZE + row * LINE
    style = f" class={quoteattr(' '.join(span.style))}" if span.style else ""
    cells = len(text) - lead
    return (
        f'<text x="{x:g}" y="{y:g}" textLength="{cells * CELL:g}"{style}>'
        f"{escape(text.strip())}</text>"
    )
