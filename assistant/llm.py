"""Messages in, text out: every language model behind one small class, all as OpenAI's servers.

A SPEC names the model: `none`, `local`, `openai/<model>`, `ollama/<model>`, `<model>@<base-url>`,
or the path of a .gguf file. What is said to the model is decided elsewhere.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypedDict

from assistant import llamacpp
from assistant.errors import UsageError
from assistant.llamacpp import LlamaCpp
from assistant.openai_client import (
    Connection,
    Server,
    host,
    is_bad_request,
    parse_server,
    without_password,
)
from assistant.types import Usage

OPENAI_MODEL = "gpt-4o-mini"
SPECS = "none, local, openai/<model>, ollama/<model>, <model>@<base-url>, or a path to a .gguf file"


class Message(TypedDict):
    """One message of a chat, as the OpenAI protocol has it."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of what the model writes.

    Attributes:
        text: may be empty.
        probabilities: of the likeliest tokens at this place, where the server tells them.
        usage: of the call so far; elsewhere than with llama.cpp, with the last piece only.
    """

    text: str
    probabilities: Mapping[str, float] = field(default_factory=dict)
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """Which model, told apart by where it runs.

    Attributes:
        kind: `none`, `gguf` (in this process) or `server` (an OpenAI-compatible one).
        model: the model's name; for a server, None means the first that it lists.
        name: what is shown and recorded.
        base_url: of a server; None for the one the `openai` client uses by default.
        path: of a .gguf file of the user's own; None for the embedded model.
        keyed: whether the server may be sent `OPENAI_API_KEY`.
    """

    kind: Literal["none", "gguf", "server"]
    model: str | None
    name: str
    base_url: str | None = None
    path: Path | None = None
    keyed: bool = False


def parse_spec(spec: str | None, env: Mapping[str, str] = os.environ) -> ModelSpec:
    """Read a SPEC; None chooses what `env` names, else the local model if installed, else none.

    Raises:
        UsageError: the SPEC is none of the known forms.

    >>> parse_spec("llama3@http://127.0.0.1:8000/v1").name
    'llama3@127.0.0.1:8000'
    """
    if spec is None:
        return _default_spec(env)
    if spec == "none":
        return ModelSpec("none", None, "none")
    if spec == "local":
        return ModelSpec("gguf", llamacpp.MODEL, f"local/{llamacpp.MODEL}")
    if spec.lower().endswith(".gguf"):
        path = Path(spec).expanduser()
        return ModelSpec("gguf", path.stem, f"local/{path.stem}", path=path)
    if server := parse_server(spec, env):
        return _on(server)
    raise UsageError(f"no model is called {without_password(spec)!r}; give one of: {SPECS}.")


def _on(server: Server) -> ModelSpec:
    return ModelSpec("server", server.model, server.name, server.base_url, keyed=server.keyed)


def _default_spec(env: Mapping[str, str]) -> ModelSpec:
    url, key = env.get("OPENAI_BASE_URL") or None, env.get("OPENAI_API_KEY")
    if url or key:
        # A server of the user's own knows its models' names better than any default of ours.
        model = env.get("OPENAI_MODEL") or (None if url else OPENAI_MODEL)
        where = host(url) if url else "openai"
        return ModelSpec("server", model, f"{where}/{model or 'default'}", url, keyed=True)
    return parse_spec("local" if llamacpp.is_installed() else "none", env)


def open_model(
    spec: ModelSpec,
    *,
    timeout: float,
    retries: int,
    notify: Callable[[str], None] = lambda _: None,
) -> Model | None:
    """The model that a spec names, loaded if it runs here; None for `none`.

    Args:
        spec: which one.
        timeout: seconds without a sign from the server before a try is given up.
        retries: further tries after a passing failure.
        notify: told, in a line, when something takes long.

    Raises:
        ModelMissingError: its file, parts or runtime are not there or not what they should be.
    """
    if spec.kind == "none":
        return None
    if spec.kind == "gguf":
        return Model(spec, LlamaCpp(spec.path or llamacpp.assembled(notify)), timeout, retries)
    return Model(spec, None, timeout, retries)


class Model:
    """A chat model at an OpenAI-compatible address: a server elsewhere or llama.cpp in here."""

    def __init__(
        self, spec: ModelSpec, runtime: LlamaCpp | None, timeout: float, retries: int
    ) -> None:
        self.name = spec.name
        self._runtime = runtime
        self._refused: set[str] = set()
        server = Server(spec.model, spec.name, spec.base_url, spec.keyed)
        if runtime:
            server = Server(spec.model, spec.name, runtime.base_url)
        self._connection = Connection(
            server,
            runtime.key if runtime else server.key,
            timeout=timeout,
            retries=retries,
            option="--llm",
            lighten="give less evidence",
        )

    def close(self) -> None:
        """Close the connection and free the model if it runs in this process."""
        self._connection.close()
        self._runtime = None

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
    ) -> Generator[Piece, None, None]:
        """Yield what the model writes, piece by piece; closing the iterator stops the model.

        Raises:
            ModelUnreachableError: no answer in the time and tries allowed, or it broke off.
            ModelRefusedError: the server refused: wrong key, unknown model, too long a prompt.
        """
        with self._connection.mapped():
            if self._runtime:
                self._runtime.prepare(messages[:-1])
            with self._start(messages, max_tokens) as chunks:
                for chunk in chunks:
                    yield _piece(chunk)

    def _start(self, messages: Sequence[Message], max_tokens: int) -> Any:
        """The reply's chunks, as the `openai` client streams them."""
        to = self._connection
        if to.model is None:
            to.model = to.first_listed()
        wanted: dict[str, Any] = {
            "max_tokens": max_tokens,
            "temperature": 0,
            "logprobs": True,
            "top_logprobs": 10,
            "stream_options": {"include_usage": True},
        }
        if self._runtime:
            # llama.cpp can count as it goes, so that a call broken off is counted too.
            wanted["timings_per_token"] = True
        # A lone surrogate, which a document may hold, cannot be sent.
        said = [
            {**m, "content": m["content"].encode("utf-8", "replace").decode()} for m in messages
        ]
        while True:
            options = {name: value for name, value in wanted.items() if name not in self._refused}
            if "max_tokens" in self._refused:
                options["max_completion_tokens"] = max_tokens
            try:
                return to.streamed({"model": to.model, "messages": said, **options})
            except Exception as exc:
                # Some servers know less of the protocol: do without what they name as unknown.
                refused = next((n for n in options if n in str(exc)), None)
                if not is_bad_request(exc) or refused is None or refused not in wanted:
                    raise
                self._refused.add(refused)
                if refused == "logprobs":
                    self._refused.add("top_logprobs")


def _piece(chunk: Any) -> Piece:
    usage = _usage(chunk)
    if not chunk.choices:
        return Piece("", usage=usage)
    choice = chunk.choices[0]
    probabilities = {}
    if choice.logprobs and choice.logprobs.content:
        top = choice.logprobs.content[0].top_logprobs
        probabilities = {t.token: math.exp(t.logprob) for t in top}
    return Piece(choice.delta.content or "", probabilities, usage)


def _usage(chunk: Any) -> Usage | None:
    if chunk.usage is not None:
        return Usage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens, 1)
    told = getattr(chunk, "timings", None)
    if isinstance(told, dict) and "prompt_n" in told:
        return Usage(told.get("cache_n", 0) + told["prompt_n"], told.get("predicted_n", 0), 1)
    return None
