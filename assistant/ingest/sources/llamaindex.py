"""A reader of LlamaIndex's that the user named -> its documents as JSON Lines, text unaltered.

They are read from there like any other records, so that each is known by its `doc_id`.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from assistant.errors import AddressError
from assistant.ingest.readers.json_objects import (
    AUTHOR,
    DATE,
    LANGUAGE,
    PUBLISHER,
    SOURCE,
    TITLE,
    field_of,
)
from assistant.models import Plugin, make, parse, told

BASE = "llama_index.core.readers.base:BaseReader"
_NAMED = (*TITLE, "filename")
_FROM = (*SOURCE, "filepath", "filename")


def lines(address: str) -> Iterator[bytes]:
    """What a reader gives now, a record a document; one without words is left out.

    An argument goes to the class if that takes one of its name, else to its `load_data`.

    Raises:
        UsageError: the class cannot be had or made.
        AddressError: it fails, or gives no document.
    """
    plugin, any_given = parse(address), False
    for document in _documents(plugin):
        record = _record(document, address)
        if record["text"].strip():
            any_given = True
            yield json.dumps(record).encode() + b"\n"
    if not any_given:
        raise AddressError(f"{plugin.name} gives no document; correct its arguments.")


def _documents(plugin: Plugin) -> Iterable[Any]:
    cls, values = plugin.load(BASE), plugin.values
    made, loaded = _names(cls), _names(cls.load_data) | _names(cls.lazy_load_data)
    given = {name: values.pop(name) for name in list(values) if name in loaded - made}
    reader = make(cls, values)
    try:
        return list(reader.load_data(**given))
    except Exception as exc:  # each reader has errors of its own
        raise AddressError(
            f"{plugin.name} gives no document ({told(exc)}); correct its arguments."
        ) from exc


def _names(function: Any) -> set[str]:
    return set(inspect.signature(function).parameters)


def _record(document: Any, address: str) -> dict[str, Any]:
    about = {str(key): _text(value) for key, value in document.metadata.items()}
    return {
        "id": document.doc_id,
        "title": field_of(about, _NAMED) or "",
        "text": document.get_content(),
        "source": field_of(about, _FROM) or address,
        **_known(about, author=AUTHOR, publisher=PUBLISHER, language=LANGUAGE, published=DATE),
    }


def _known(about: Mapping[str, Any], **names: tuple[str, ...]) -> dict[str, str]:
    found = {key: field_of(about, of) for key, of in names.items()}
    return {key: value for key, value in found.items() if value}


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
