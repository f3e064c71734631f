"""Pieces of what a model writes, read from the chunks of a chat completion.

How the chunks come and what of them is thinking in the text is for others to tell.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.answers import Usage
from assistant.models.chat.server_replies import first_choice

_THOUGHTS = ("reasoning_content", "reasoning", "thinking")
"""Fields in which servers send what a model thinks."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of what the model writes.

    Attributes:
        text: may be empty.
        probabilities: of the likeliest tokens at this place, where the server tells them.
        usage: of the call so far; elsewhere than with llama.cpp, with the last piece only.
        starts_over: what was written before was thinking: it is to be forgotten.
        end: why the reply ended, as the protocol has it ("stop", "length", "tool_calls" ...), or
            "refusal"; with the last piece of text or after it.
        thinking: whether the model has thought so far.
    """

    text: str
    probabilities: Mapping[str, float] = field(default_factory=dict)
    usage: Usage | None = None
    starts_over: bool = False
    end: str = ""
    thinking: bool = False


def pieces_of(chunk: dict[str, Any]) -> list[Piece]:
    """A chunk as pieces: one, or one a token where it holds several and tells their chances.

    Nothing in a chunk is relied on: a server may send anything.
    """
    choice = first_choice(chunk)
    delta = _object(choice.get("delta"))
    text, tokens = _text(delta.get("content")), _tokens(choice)
    last = Piece(
        text,
        tokens[0][1] if tokens else {},
        _usage(chunk),
        end=_end(delta, choice.get("finish_reason")),
        thinking=any(delta.get(name) for name in _THOUGHTS),
    )
    if len(tokens) < 2 or "".join(token for token, _ in tokens) != text:
        return [last]
    split = [Piece(token, shares) for token, shares in tokens]
    return [*split[:-1], replace(last, text=tokens[-1][0], probabilities=tokens[-1][1])]


def _text(content: Any) -> str:
    """The text of a content, which some send in parts, those of thinking among them."""
    if isinstance(content, list):
        parts = (_object(part) for part in content)
        return "".join(str(part.get("text") or "") for part in parts if part.get("type") == "text")
    return content if isinstance(content, str) else ""


def _end(delta: Mapping[str, Any], reason: Any) -> str:
    if delta.get("tool_calls") or delta.get("function_call"):
        return "tool_calls"
    return "refusal" if delta.get("refusal") else str(reason or "")


def _tokens(choice: Mapping[str, Any]) -> list[tuple[str, dict[str, float]]]:
    """The tokens of a chunk, each with the chances of the likeliest ones at its place."""
    content = _object(choice.get("logprobs")).get("content")
    told = [_object(each) for each in content] if isinstance(content, list) else []
    return [
        (
            str(each.get("token", "")),
            {t["token"]: math.exp(t["logprob"]) for t in each.get("top_logprobs") or ()},
        )
        for each in told
    ]


def _usage(chunk: Mapping[str, Any]) -> Usage | None:
    """What the call took so far; llama.cpp counts as it goes, in a field of its own."""
    counted, timed = _object(chunk.get("usage")), _object(chunk.get("timings"))
    details = _object(counted.get("prompt_tokens_details"))
    cached = _count(details.get("cached_tokens")) or _count(timed.get("cache_n"))
    if counted:
        read, written = counted.get("prompt_tokens"), counted.get("completion_tokens")
        return Usage(
            _count(read), _count(written), 1, _count(details.get("cached_tokens")) or cached
        )
    if "prompt_n" in timed:
        read = cached + _count(timed["prompt_n"])
        return Usage(read, _count(timed.get("predicted_n")), 1, cached)
    return None


def _count(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
