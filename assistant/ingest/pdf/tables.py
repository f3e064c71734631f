"""The rows of a table -> a line for each, with its columns' heads and the label it stands under.

Where a table goes on over the page, heads and labels go with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.ingest.pdf.hyphens import Evidence, joined
from assistant.ingest.pdf.layout import BULLET, Part, Table

_YEAR = re.compile(r"(?:19|20)\d\d\D{0,12}|\D*")
_TOTAL = re.compile(r"(?:sub-?|grand )?(?:totals?|sum|all|average|mean|gesamt|summe)\b", re.I)
_BETWEEN = 6  # lines, such as notes or a caption, between two pages' parts of a table


def carry_over(pages: Sequence[Sequence[Part]]) -> None:
    """Put what is told once into every row: heads on the next page, labels below one another."""
    above: Table | None = None
    between = 0
    for page in pages:
        turned = True
        for part in page:
            if not isinstance(part, Table):
                between += len(part)
                continue
            label: list[str] = []
            if above is not None and turned and between <= _BETWEEN and _goes_on(above, part):
                heads, label = above.rows[0], above.rows[-1][0]
                if _is_headed(above) and part.rows[0] != heads:
                    part.rows.insert(0, heads)
                elif part.rows[0] == heads and not _is_headed(part):
                    del part.rows[0]  # two columns that were not taken for headed ones
            _carry_labels(part, label)
            above, between, turned = (part if part.rows else above), 0, False


def row_texts(table: Table, known: Evidence) -> Iterator[str]:
    """A line for each row: with its columns' heads, where the first row plainly holds these."""
    rows = [[_cell(lines, known) for lines in row] for row in table.rows]
    heads = rows.pop(0) if _is_headed(table) else []
    for row in rows:
        if len(heads) == len(row):
            told = [f"{h}: {c}" if h else c for h, c in zip(heads, row, strict=True) if c]
        else:
            told = [cell for cell in row if cell]
        if told:
            yield " | ".join(told)


def _cell(lines: Sequence[str], known: Evidence) -> str:
    text = ""
    for line in lines:
        text = joined(text, line, known)
    return BULLET.sub("", text, count=1).replace("|", "/")


def _is_headed(table: Table) -> bool:
    """Whether the first row names the columns: full, short, no figures where others have them."""
    if len(table.rows) < 2 or not (table.ruled or len(table.rows[0]) > 2):
        return False
    heads = [" ".join(lines) for lines in table.rows[0]]
    if not all(heads[1:]) or any(len(cell) > 60 or cell.endswith(".") for cell in heads):
        return False
    return all(_YEAR.fullmatch(cell) or not cell[0].isdigit() for cell in heads if cell)


def _goes_on(above: Table, table: Table) -> bool:
    """Whether the table is the next part of the one above, by its heads or first row.

    Figures must stand where the columns above have them below heads that have none.
    """
    first = table.rows[0]
    if len(first) != len(above.rows[0]):
        return False
    if first == above.rows[0]:
        return True
    figures = [
        at
        for at, head in enumerate(above.rows[0])
        if not _has_digit(head) and all(_has_digit(row[at]) for row in above.rows[1:] if row[at])
    ]
    told = [first[at] for at in figures if first[at]]
    return bool(told) and all(map(_has_digit, told))


def _has_digit(lines: Sequence[str]) -> bool:
    return any(character.isdigit() for line in lines for character in line)


def _carry_labels(table: Table, label: list[str]) -> None:
    """Repeat a row's label in the rows below that leave it out, and name a thing of their own."""
    headed = _is_headed(table)
    for row in table.rows[headed:]:
        others = [" ".join(lines) for lines in row[1:] if lines]
        named = bool(others) and others[0][0].isalpha() and not _TOTAL.match(others[0])
        if row[0]:
            label = row[0]
        elif named and (table.ruled or len(others) > 1):
            row[0] = list(label)
