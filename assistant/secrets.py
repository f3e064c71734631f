"""Secrets in settings: which names and values have no place in a file, and how they are shown.

Keys and passwords come from the environment alone; here they are only recognised and masked.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

MASK = "***"
_LEAST_KEY = 8
"""Characters below which a key is taken for a placeholder ("none", "x") that servers ask for."""

_NAMES = re.compile(
    r"(?:api_?keys?|token|secrets?|passwords?|passwd|passphrase|credentials?|authorization)$"
    r"|(?:^|_)(?:access|private|secret)?_?key$"
)
_LOGIN = re.compile(r"(?<=://)[^\s?#]*@")
_PARAMETER = re.compile(
    r"(?i)([?&#][^=&#\s]*(?:key|token|secret|passw|auth|sig)[^=&#\s]*=)[^&#\s]+"
)
# As the vendors make them: long and with digits, which names of models and files seldom are.
_KEY = re.compile(r"\b(?:sk-(?=\S*\d)[\w-]{20,}|(?:ghp|hf)_[A-Za-z0-9]{30,})")


def is_secret_name(name: str) -> bool:
    """Whether a setting of this name would hold a key or a password.

    >>> [is_secret_name(each) for each in ("openai_api_key", "apiKey", "token", "quotes")]
    [True, True, True, False]
    """
    return bool(_NAMES.search(name.lower().replace("-", "_")))


def holds_secret(value: object) -> bool:
    """Whether a value has a name or password before its host, a key as parameter, or is a key.

    >>> [holds_secret(each) for each in ("http://me:pw@host", "qwen3@http://host/v1", 7)]
    [True, False, False]
    """
    patterns = _LOGIN, _PARAMETER, _KEY
    return isinstance(value, str) and any(each.search(value) for each in patterns)


def masked(text: str, env: Mapping[str, str] = os.environ) -> str:
    """The text fit to be shown: no login before a host, no key, whatever stands around them.

    >>> masked("qwen3@http://me:pw@127.0.0.1:8000/v1?api_key=abc", {})
    'qwen3@http://***@127.0.0.1:8000/v1?api_key=***'
    """
    key = env.get("OPENAI_API_KEY") or ""
    if len(key) >= _LEAST_KEY:
        text = text.replace(key, MASK)
    text = _PARAMETER.sub(rf"\g<1>{MASK}", _LOGIN.sub(f"{MASK}@", text))
    return _KEY.sub(MASK, text)
