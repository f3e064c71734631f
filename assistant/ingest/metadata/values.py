"""The title that a text bears; what else it says of itself is left to `bylines`."""

from __future__ import annotations

from assistant.ingest.chunking.blocks import plain

_LONGEST_TITLE = 200


def first_line_title(text: str) -> str:
    """The first line if it stands alone above the rest and does not end as a sentence does."""
    lines = text.lstrip()[: 4 * _LONGEST_TITLE].splitlines()
    first = lines[0].strip()
    alone = len(lines) > 2 and not lines[1].strip() and any(line.strip() for line in lines[2:])
    ends = first.rstrip("\"'”’»)")[-1:] in ".!…。:;,"
    return "" if ends or not alone or len(first) > _LONGEST_TITLE else plain(first)
