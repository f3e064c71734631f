"""Messages in, text out: every language model behind one small class, all as OpenAI's servers.

A SPEC names the model: `none`, `local`, `openai/<model>`, `ollama/<model>`, `<model>@<base-url>`,
or the path of a .gguf file. What is said to the model is decided elsewhere.
"""

from __future__ import annotations

import math
import os
import socket
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypedDict

from assistant.errors import ModelRefusedError, UsageError
from assistant.models.chat import llamacpp, llamacpp_client, model_service
from assistant.models.chat.llamacpp import LlamaCpp
from assistant.models.chat.model_service import ModelService
from assistant.models.chat.openai import (
    Connection,
    Server,
    host,
    is_bad_request,
    is_loopback,
    parse_server,
)
from assistant.models.chat.spoken import Piece, spoken
from assistant.secrets import masked
from assistant.types import Usage

OPENAI_MODEL = "gpt-4o-mini"
_WANTED: dict[str, Any] = {
    "temperature": 0,
    "logprobs": True,
    "top_logprobs": 10,
    "stream_options": {"include_usage": True},
}
THINKING_TOKENS = 2000
"""Room for a server's model to think before it answers."""
LEAST_READ = 0.5
"""Least tokens that a prompt takes, as a share of its words: fewer were not all read."""
LONG_PROMPT = 500
"""Words from which that is looked at."""
SPECS = "none, local, openai/<model>, ollama/<model>, <model>@<base-url>, or a path to a .gguf file"


class Message(TypedDict):
    """One message of a chat, as the OpenAI protocol has it."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """Which model, told apart by where it runs.

    Attributes:
        kind: `none`, `gguf` (a file, which runs here) or `server` (an OpenAI-compatible one).
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

    @property
    def server(self) -> str | None:
        """The machine that it sends what it is asked to; None if that is this one."""
        if self.kind != "server" or is_loopback(self.base_url):
            return None
        return host(self.base_url) if self.base_url else "api.openai.com"


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
        path = Path(os.path.expanduser(spec))
        return ModelSpec("gguf", path.stem, f"local/{path.stem}", path=path)
    if server := parse_server(spec, env):
        return _on(server)
    raise UsageError(f"no model is called {masked(spec)!r}; give one of: {SPECS}.")


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
    keep: float = 0.0,
) -> Model | None:
    """The model that a spec names, loaded if it runs here; None for `none`.

    Args:
        spec: which one.
        timeout: seconds without a sign from the server before a try is given up.
        retries: further tries after a passing failure.
        notify: told, in a line, when something takes long.
        keep: minutes for which a model that runs on this machine stays loaded without a question,
            in a process of its own; 0 to load it in this process.

    Raises:
        ModelMissingError: its file, parts or runtime are not there or not what they should be.
    """
    if spec.kind == "none":
        return None
    if spec.kind == "gguf":
        path = spec.path or llamacpp.assembled(notify)
        if keep and model_service.is_supported():
            return Model(spec, ModelService(path, keep, timeout, notify), timeout, retries)
        return Model(spec, LlamaCpp(path), timeout, retries)
    return Model(spec, None, timeout, retries)


class Runtime(Protocol):
    """A model that runs on this machine, in this process or in one of its own."""

    def connect(self, fixed: Sequence[Message]) -> tuple[socket.socket, str]:
        """A connection for one answer, and the key; `fixed` is how every prompt begins."""


class Model:
    """A chat model at an OpenAI-compatible address: a server elsewhere or llama.cpp in here."""

    def __init__(
        self, spec: ModelSpec, runtime: Runtime | None, timeout: float, retries: int
    ) -> None:
        self.name = spec.name
        self._runtime = runtime
        self._timeout = timeout
        self._refused: set[str] = set()
        server = Server(spec.model, spec.name, spec.base_url, spec.keyed)
        self._connection: Connection | None = None
        if runtime is None:
            self._connection = Connection(
                server,
                server.key,
                timeout=timeout,
                retries=retries,
                option="--llm",
                lighten="give less evidence",
            )

    @property
    def runs_here(self) -> bool:
        """Whether it runs on this machine, where each token that it reads takes its time."""
        return self._runtime is not None

    def close(self) -> None:
        """Close the connection and free the model if it runs in this process."""
        if self._connection:
            self._connection.close()
        self._runtime = None

    def reach(self) -> bool:
        """Whether its server lists the model; True where it lists none, and of one that runs here.

        Raises:
            ModelUnreachableError: the server gives no answer.
            ModelRefusedError: it refuses the key.
        """
        return self._connection is None or self._connection.lists_model()

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        fixed: int = 0,
    ) -> Generator[Piece, None, None]:
        """Yield what the model writes, piece by piece; closing the iterator stops the model.

        Args:
            messages: what it is told.
            max_tokens: most tokens that it may write.
            fixed: how many of the first messages are the same for every question.

        Raises:
            ModelUnreachableError: no answer in the time and tries allowed, or it broke off.
            ModelRefusedError: the server refused (wrong key, unknown model, too long a prompt), or
                the model said nothing.
        """
        with closing(self._pieces(messages, max_tokens, fixed)) as pieces:
            yield from spoken(pieces, self.name)

    def _pieces(
        self, messages: Sequence[Message], max_tokens: int, fixed: int
    ) -> Generator[Piece, None, None]:
        """The reply as the server sends it."""
        if self._runtime:
            connection, key = self._runtime.connect(messages[:fixed])
            connection.settimeout(self._timeout)
            # llama.cpp can count as it goes, so that a call broken off is counted too.
            body = {"model": self.name, "max_tokens": max_tokens, "timings_per_token": True}
            said = {**body, **_WANTED, "messages": _sendable(messages)}
            asked = llamacpp_client.chunks(connection, key, said)
            with closing(asked):
                for told in asked:
                    yield _local_piece(told)
            return
        assert self._connection
        room = max_tokens + THINKING_TOKENS
        with self._connection.mapped(), self._start(messages, room) as chunks:
            for chunk in chunks:
                piece = _piece(chunk)
                if piece.usage:
                    self._check_read(messages, piece.usage)
                yield piece

    def _check_read(self, messages: Sequence[Message], usage: Usage) -> None:
        """Refuse a reply to a prompt of which the server, in silence, left out a part."""
        words = sum(len(message["content"].split()) for message in messages)
        if words >= LONG_PROMPT and 0 < usage.prompt_tokens < LEAST_READ * words:
            raise ModelRefusedError(
                f"{self.name} read only {usage.prompt_tokens} tokens of a prompt of {words} words; "
                "give its server more context, or less evidence with ASSISTANT_EVIDENCE_TOKENS."
            )

    def _start(self, messages: Sequence[Message], max_tokens: int) -> Any:
        """The reply's chunks, as the `openai` client streams them."""
        to = self._connection
        assert to
        if to.model is None:
            to.model = to.first_listed()
        wanted: dict[str, Any] = {"max_tokens": max_tokens, **_WANTED}
        said = _sendable(messages)
        while True:
            options = {name: value for name, value in wanted.items() if name not in self._refused}
            if "max_tokens" in self._refused:
                options["max_completion_tokens"] = max_tokens
            try:
                return to.streamed({"model": to.model, "messages": said, **options})
            except Exception as exc:
                # Some servers know less of the protocol: do without what they name as unknown.
                named = [n for n in wanted if n in options and n in str(exc)]
                refused = max(named, key=len, default=None)  # "top_logprobs" names "logprobs", too
                if not is_bad_request(exc) or refused is None:
                    raise
                self._refused.add(refused)
                if refused == "logprobs":
                    self._refused.add("top_logprobs")


def _sendable(messages: Sequence[Message]) -> list[dict[str, str]]:
    """The messages without lone surrogates, which a document may hold and which cannot be sent."""
    return [
        {"role": m["role"], "content": m["content"].encode("utf-8", "replace").decode()}
        for m in messages
    ]


def _local_piece(chunk: Any) -> Piece:
    """A chunk as llama.cpp writes it, as plain JSON."""
    told = chunk.get("timings") or {}
    usage = None
    if "prompt_n" in told:
        read = told.get("cache_n", 0) + told["prompt_n"]
        usage = Usage(read, told.get("predicted_n", 0), 1, told.get("cache_n", 0))
    if not chunk.get("choices"):
        return Piece("", usage=usage)
    choice = chunk["choices"][0]
    tokens = (choice.get("logprobs") or {}).get("content") or [{}]
    likeliest = {t["token"]: math.exp(t["logprob"]) for t in tokens[0].get("top_logprobs", ())}
    end = choice.get("finish_reason") or ""
    return Piece(choice["delta"].get("content") or "", likeliest, usage, end=end)


def _piece(chunk: Any) -> Piece:
    usage = _usage(chunk)
    if not chunk.choices:
        return Piece("", usage=usage)
    choice = chunk.choices[0]
    probabilities = {}
    if choice.logprobs and choice.logprobs.content:
        top = choice.logprobs.content[0].top_logprobs
        probabilities = {t.token: math.exp(t.logprob) for t in top}
    return Piece(choice.delta.content or "", probabilities, usage, end=choice.finish_reason or "")


def _usage(chunk: Any) -> Usage | None:
    if chunk.usage is None:
        return None
    details = chunk.usage.prompt_tokens_details
    cached = (details and details.cached_tokens) or 0
    return Usage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens, 1, cached)
