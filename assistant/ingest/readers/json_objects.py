"""JSON (.json): a document a record where records hold a text, else one of all that it tells.

JSON Lines under this name are read, too; the strict form of `json_lines` is not asked for. Numbers
are kept as they are written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from assistant.ingest.readers.base import (
    Extracted,
    Fault,
    Item,
    Remark,
    UnreadableError,
    one_line,
    storable,
)
from assistant.ingest.readers.decoding import decode
from assistant.ingest.readers.text_builder import Composer

_TEXT = ("text", "body", "content", "fulltext", "articlebody", "bodytext")
TITLE = ("title", "headline", "name", "subject")
_ID = ("id", "guid", "uuid", "url", "link", "docid")
DATE = tuple(
    "published date publishedat publicationdate datepublished pubdate created createdat "
    "timestamp".split()
)
AUTHOR = ("author", "byline", "creator", "authors")
PUBLISHER = ("publisher", "site", "sitename", "agency")
LANGUAGE = ("language", "lang", "inlanguage")
SOURCE = ("url", "link", "source", "sourceurl", "canonicalurl")
_LONGEST_ROW = 600
_DEEPEST_LIST = 3
_LONGEST_LABEL = 200
_MOST_WASTED, _WASTED_BY_DEPTH = 4, 10_000  # characters read in vain, for each there is
_TOO_DEEP = "nested too deep"


class _Number(str):
    """A number as it is written: no figure is rounded, and none is too long to be read."""

    __slots__ = ()


def extract(data: bytes, name: str) -> Iterator[Item]:
    """A document a record, or one of all records as rows and lines."""
    text, encoding, remark = decode(data)
    if remark:
        yield Remark(remark)
    reader = _Reader()
    values = []
    for each in reader.values(text):
        if isinstance(each, Fault):
            yield each
        else:
            values.append(each.value)
    if not values:
        raise UnreadableError(f"no valid JSON: {reader.error}; correct it")
    if reader.repeated:
        yield Remark(f"the key {one_line(reader.repeated)[:40]!r} is repeated; its last value read")
    try:
        records, beside = _records(values)
        if records and sum(field_of(each, _TEXT) is not None for each in records) * 2 > len(
            records
        ):
            if beside:
                yield Remark(f"only the records of {beside[:40]!r} were read")
            yield from _documents(records, encoding)
        else:
            yield _flattened(values, encoding, PurePosixPath(name).stem)
    except RecursionError:
        raise UnreadableError(_TOO_DEEP) from None


@dataclass(frozen=True, slots=True)
class _Value:
    """A value that was read, which may be None."""

    value: Any


class _Reader:
    """JSON values one after another in a text.

    Attributes:
        error: why the last one that could not be read could not.
        repeated: a key that an object has twice.
    """

    def __init__(self) -> None:
        self.error = "nothing in it"
        self.repeated = ""
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_Number,
        )

    def values(self, text: str) -> Iterator[_Value | Fault]:
        """Each value; what stands where none can begin is passed over to the next line of one."""
        at, line, counted, wasted, any_read = 0, 1, 0, 0, False
        while True:
            while at < len(text) and (text[at].isspace() or text[at] in ",]"):
                at += 1
            if at == len(text):
                return
            try:
                value, at = self._decoder.raw_decode(text, at)
                any_read = True
                yield _Value(value)
                continue
            except RecursionError:
                self.error = _TOO_DEEP
                wasted += _WASTED_BY_DEPTH
            except ValueError as exc:
                self.error = one_line(getattr(exc, "msg", str(exc)))
                wasted += getattr(exc, "pos", at) - at
            line += text.count("\n", counted, at)
            counted = at
            following = text.find("\n{", at) if wasted <= _MOST_WASTED * len(text) else -1
            if any_read or following >= 0:
                rest = "" if following >= 0 else "; what follows was not read"
                yield Fault(f"no valid JSON: {self.error}{rest}", str(line))
            if following < 0:
                return
            at = following + 1

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs) and not self.repeated:
            self.repeated = Counter(key for key, _ in pairs).most_common(1)[0][0]
        return made


def _records(values: list[Any]) -> tuple[list[dict[str, Any]], str]:
    """The records, and the key of the list that holds them if other words stand beside it."""
    if len(values) > 1:
        return ([each for each in values if isinstance(each, dict)], "")
    level, key = values[0], ""
    for _ in range(_DEEPEST_LIST):
        if isinstance(level, list):
            found = [each for each in level if isinstance(each, dict)]
            return (found if len(found) == len(level) else [], key)
        if not isinstance(level, dict) or field_of(level, _TEXT) is not None:
            break
        lists = [name for name, each in level.items() if _is_records(each)]
        inner = lists or [name for name, each in level.items() if isinstance(each, dict)]
        if len(inner) != 1:
            break
        beside = any(isinstance(each, str) and " " in each for each in level.values())
        key = inner[0] if beside else key
        level = level[inner[0]]
    return ([level], "") if isinstance(level, dict) and not key else ([], "")


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(e, dict) for e in value)


def field_of(record: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """The first of the fields that holds words, whatever the case and marks of its name."""
    plain = {"".join(filter(str.isalnum, key)).lower(): key for key in record}
    for name in names:
        value = record.get(plain.get(name, ""))
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            value = ", ".join(value)
        if isinstance(value, str) and value.strip():
            return value
    return None


def _documents(records: list[dict[str, Any]], encoding: str) -> Iterator[Item]:
    """A document for each record that holds a text; the others are told with their numbers."""
    seen: set[str] = set()
    for number, record in enumerate(records, 1):
        text = field_of(record, _TEXT)
        if text is None:
            yield Fault("no text in this record", str(number))
            continue
        key = one_line(field_of(record, _ID) or str(number))
        key = f"{key} ({number})" if key in seen else key
        seen.add(key)
        source = one_line(field_of(record, SOURCE))
        yield Extracted(
            storable(text),
            title=one_line(field_of(record, TITLE)),
            author=one_line(field_of(record, AUTHOR)),
            publisher=one_line(field_of(record, PUBLISHER)),
            language=one_line(field_of(record, LANGUAGE)),
            published=field_of(record, DATE),
            encoding=encoding,
            key=key,
            source=source if "://" in source else "",
        )


def _flattened(values: list[Any], encoding: str, title: str) -> Extracted:
    """All that the values tell: a short record as one row, others a line a fact."""
    composer = Composer()
    for value in values:
        _tell(composer, value, "")
    if not composer.text:
        raise UnreadableError("empty")
    return Extracted(composer.text, title=title, encoding=encoding)


def _tell(composer: Composer, value: Any, label: str) -> None:
    """Add a value: records by themselves, everything else within a record as its facts."""
    if isinstance(value, list) and any(isinstance(each, dict | list) for each in value):
        for each in value:
            _tell(composer, each, label)
        return
    if isinstance(value, dict) and any(_is_records(each) for each in value.values()):
        own = {key: each for key, each in value.items() if not _is_records(each)}
        if own:
            _tell(composer, own, label)
        for key, each in value.items():
            if _is_records(each):
                composer.paragraph(f"{_joined(label, key)}:")
                _tell(composer, each, "")
        return
    facts = [f"{key}: {told}" if key else told for key, told in _facts(value, label)]
    if sum(len(fact) + 3 for fact in facts) <= _LONGEST_ROW and len(facts) > 1:
        composer.row([" ".join(fact.split()) for fact in facts])
    else:
        for fact in facts:
            composer.paragraph(storable(fact))


def _facts(value: Any, label: str) -> Iterator[tuple[str, str]]:
    """The single values within a value, each with the keys that lead to it."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _facts(each, _joined(label, key))
    elif isinstance(value, list):
        if not any(isinstance(each, dict | list) for each in value):
            told = ", ".join(filter(None, map(_scalar, value)))
            if told:
                yield label, told
            return
        for number, each in enumerate(value, 1):
            yield from _facts(each, _joined(label, str(number)))
    elif told := _scalar(value):
        yield label, told


def _joined(label: str, key: str) -> str:
    return f"{label} {key}".strip()[-_LONGEST_LABEL:]


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() if isinstance(value, str) else ""
