"""Tables as text (.csv, .tsv): each row as a line that tells its headers.

Rows are parted by Python's own csv module; how the columns are parted is found by trying, which
measured better than `csv.Sniffer` and as well as clevercsv, which is slow on long files
(`tests/bench/formats_office.py`).
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

from assistant.ingest.readers.base import Extracted, Item, Remark, UnreadableError
from assistant.ingest.readers.decoding import decode
from assistant.ingest.readers.tables import Row, add_table
from assistant.ingest.readers.text_builder import Composer

_DELIMITERS = ",;\t|"
_SAMPLE = 100
_SAMPLE_CHARACTERS = 1 << 16
_LARGEST_FIELD = 1_000_000
_MOST_LINES_IN_FIELD = 200


def extract(data: bytes, name: str) -> Iterator[Item]:
    """The rows, told with the first one that is no title above them."""
    text, encoding, remark = decode(data)
    if remark:
        yield Remark(remark)
    first, _, rest = text.partition("\n")
    if len(first.strip()) == 5 and first.lower().startswith("sep="):  # a hint for spreadsheets
        delimiter, text = first.strip()[4], rest
    else:
        delimiter = _delimiter(text, name)
    rows = _rows(text, delimiter)
    if rows is None:
        yield Remark("a quotation mark seems never closed, so all were read as they stand")
        rows = [_row(line.split(delimiter)) for line in text.splitlines()]
    composer = Composer()
    _add(composer, rows)
    if not composer.text:
        raise UnreadableError("empty")
    yield Extracted(composer.text, encoding=encoding)


def _add(composer: Composer, rows: list[Row]) -> None:
    """Add the rows as one table, or as several where the columns begin anew after an empty row."""
    header, table = None, list[Row]()
    for row in rows:
        if row:
            table.append(row)
        elif table:
            header = add_table(composer, table, named=header is None, above=header)
            table = []
    add_table(composer, table, named=header is None, above=header)


def _delimiter(text: str, name: str) -> str:
    """The character that parts the most lines alike; that of the suffix where none does."""
    usual = "\t" if name.lower().endswith((".tsv", ".tab")) else ","
    sample = text[:_SAMPLE_CHARACTERS]
    if len(sample) < len(text):
        sample = sample[: sample.rfind("\n") + 1] or sample
    return max(_DELIMITERS, key=lambda each: (_agreement(sample, each), each == usual))


def _agreement(sample: str, delimiter: str) -> float:
    """How many lines have the commonest number of columns, and how many columns those are."""
    widths: Counter[int] = Counter()
    try:
        for number, row in enumerate(csv.reader(io.StringIO(sample, ""), delimiter=delimiter)):
            if number == _SAMPLE:
                break
            widths[len(row)] += bool(row)
    except csv.Error:
        return 0.0
    width, count = max(widths.items(), key=lambda each: (each[0] > 1, each[1]), default=(0, 0))
    return 0.0 if width < 2 else count / widths.total() * (1 - 1 / width)


def _rows(text: str, delimiter: str) -> list[Row] | None:
    """The rows, empty ones kept; None if a quotation mark swallows what follows it."""
    before = csv.field_size_limit(_LARGEST_FIELD)
    try:
        rows = []
        for fields in csv.reader(io.StringIO(text, ""), delimiter=delimiter):
            if any(each.count("\n") > _MOST_LINES_IN_FIELD for each in fields):
                return None
            rows.append(_row(fields))
        return rows
    except csv.Error:
        return None
    finally:
        csv.field_size_limit(before)


def _row(fields: list[str]) -> Row:
    lines = (" ".join(each.split()) for each in fields)
    return {at: line for at, line in enumerate(lines) if line}
