"""Language models that LlamaIndex has a class for, as a runtime whose chunks are OpenAI's.

The provider's errors are mapped here. Which class it is, the user says.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from assistant.errors import ModelRefusedError, ModelUnreachableError
from assistant.models.plugins import Plugin, make, told

BASE = "llama_index.core.llms:LLM"
_PASSING = (408, 429)
"""Refusals that may pass, as HTTP numbers them."""


class LlamaIndexLLM:
    """An LLM of LlamaIndex's.

    Raises (`chunks`):
        ModelUnreachableError: it gave no answer.
        ModelRefusedError: its provider refused.
    """

    def __init__(self, llm: Any, name: str) -> None:
        self._llm = llm
        self._name = name

    @classmethod
    def of(cls, plugin: Plugin, *, timeout: float, retries: int) -> LlamaIndexLLM:
        """The one that a class names; raises UsageError if it cannot be had."""
        defaults = {"temperature": 0.0, "timeout": timeout, "max_retries": retries}
        return cls(make(plugin.load(BASE), plugin.values, **defaults), plugin.label)

    def chunks(
        self, body: Mapping[str, Any], fixed: Sequence[Any], timeout: float
    ) -> Generator[Any, None, None]:
        """Yield the chunks of a reply; closing it stops asking for more.

        What is the most that a provider writes has as many names as there are providers, so it is
        counted here, a token each time something comes. `fixed` and `timeout` are of no use.
        """
        from llama_index.core.base.llms.types import ChatMessage

        messages = [ChatMessage(role=m["role"], content=m["content"]) for m in body["messages"]]
        left = body["max_tokens"]
        with mapped(self._name, "--llm"):
            for text in filter(None, self._texts(messages)):
                yield _chunk(text if left else "", None if left else "length")
                if not left:
                    return
                left -= 1
        yield _chunk("", "stop")

    def _texts(self, messages: Sequence[Any]) -> Iterator[str]:
        try:
            replies = self._llm.stream_chat(messages)
        except NotImplementedError:
            yield self._llm.chat(messages).message.content or ""
            return
        for reply in replies:
            yield reply.delta or ""


@contextmanager
def mapped(name: str, option: str) -> Iterator[None]:
    """A provider's errors as this program's.

    Raises:
        ModelUnreachableError: no answer, or the answer broke off.
        ModelRefusedError: a wrong key, an unknown model, a bad request.
    """
    try:
        yield
    except Exception as exc:  # each provider has errors of its own
        status = getattr(exc, "status_code", None) or getattr(exc, "code", None)
        if isinstance(status, int) and 400 <= status < 500 and status not in _PASSING:
            raise ModelRefusedError(
                f"{name} refused the request ({told(exc)}); correct its key or arguments, or "
                f"choose another model with {option}."
            ) from exc
        raise ModelUnreachableError(
            f"{name} gives no answer ({told(exc)}); check its arguments and the network, or choose "
            f"another model with {option}."
        ) from exc


def _chunk(text: str, end: str | None) -> dict[str, Any]:
    return {"choices": [{"delta": {"content": text}, "finish_reason": end}]}
