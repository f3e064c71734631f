"""Files of lines, most of them JSON objects -> each with its place, or one line of error.

What an object must hold is the caller's matter. Documents in JSON lines are read by `ingest`, which
passes bad lines over.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from assistant.errors import UsageError
from assistant.ingest.readers import LARGEST_FILE
from assistant.ingest.sources import read_bytes


def read_objects(
    path: Path, shape: str = "one with id and text a line"
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read a JSON object from each line that is not blank, with its place `file:number`.

    Raises:
        UsageError: the file or a line cannot be read, or is no object of that shape.
    """
    for place, line in numbered_lines(path):
        yield place, parse_object(place, line, shape)


def numbered_lines(path: Path) -> Iterator[tuple[str, str]]:
    """Read the lines of a file that are not blank, each with its place `file:number`.

    Raises:
        UsageError: the file cannot be read, or is no UTF-8 text.
    """
    try:
        data = read_bytes(path)
    except OSError as exc:
        raise unreadable(path, exc) from exc
    yield from lines_of(str(path), io.BytesIO(data), LARGEST_FILE)


def lines_of(name: str, file: BinaryIO, most_bytes: int) -> Iterator[tuple[str, str]]:
    """Read the lines of an open file that are not blank, each with its place `name:number`.

    Raises:
        UsageError: a line is longer than that, or is no UTF-8 text.
    """
    for number, line in enumerate(iter(lambda: file.readline(most_bytes + 1), b""), 1):
        place = f"{name}:{number}"
        if len(line) > most_bytes:
            told = f"{place}: the line has more than {most_bytes:,} bytes"
            raise UsageError(f"{told}; give one question a line.")
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as exc:
            told = f"{place}: no UTF-8 text; convert the file, for instance with iconv."
            raise UsageError(told) from exc
        if text.strip():
            yield place, text


def parse_object(
    place: str, line: str, shape: str = "one with id and text a line"
) -> dict[str, Any]:
    """Parse the JSON object of a line.

    Raises:
        UsageError: it is none.
    """
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as exc:
        raise UsageError(f"{place}: no valid JSON ({exc}); give one object a line.") from exc
    if not isinstance(record, dict):
        raise UsageError(f"{place}: no JSON object; give {shape}.")
    return record


def unreadable(path: Path, exc: OSError) -> UsageError:
    """Tell why a file cannot be read."""
    return UsageError(f"{path} cannot be read: {exc.strerror}; give another file.")
