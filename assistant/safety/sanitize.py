"""Text fit to be shown: all that is shown is cleaned here of what a terminal would obey."""

from __future__ import annotations

import json
import re
from typing import Any

_SEQUENCE = re.compile(
    # Strings (DCS, SOS, OSC, PM, APC) up to their end, then CSI, then any other escape: ECMA-48.
    r"(?:\x1b[PX\]^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x9c|\x1b\\)"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|\x1b[ -/]*[0-~]?"
)
_BREAK = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_SPACE = re.compile(r"[\t\v\f]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def clean(text: str) -> str:
    r"""The text without anything that a terminal would obey: only `\n` remains of the controls.

    Whole escape sequences go, then every control character and bidirectional override that is
    left, so that nothing new can form from the rest; a lone surrogate becomes U+FFFD.

    >>> clean("a\x1b[31mb\x1b]0;title\x07c\td")
    'abc d'
    """
    text = _SPACE.sub(" ", _BREAK.sub("\n", _SEQUENCE.sub("", text)))
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", text))


def line(text: str) -> str:
    """The text cleaned and on one line."""
    return " ".join(clean(text).split())


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "passage"), count(2, "passage")
    ('1 passage', '2 passages')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def json_text(value: Any) -> str:
    """JSON in ASCII alone, in which no control character stands as itself."""
    return _inert(json.dumps(value, indent=2))


def json_line(value: Any) -> str:
    """The same on one line."""
    return _inert(json.dumps(value))


def _inert(told: str) -> str:
    return told.replace("\x7f", "\\u007f")
