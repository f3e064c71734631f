"""Messages in, text out: every language model behind one small class, all as OpenAI's servers.

A SPEC names the model: `none`, `local`, `openai/<model>`, `ollama/<model>`, `<model>@<base-url>`,
`llamaindex:<module>:<class>`, or the path of a .gguf file. What is said to it is decided elsewhere.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypedDict

from assistant.answers import Usage
from assistant.errors import NoAnswerError, RequestRefusedError, UsageError
from assistant.models.chat import llamacpp
from assistant.models.chat.llamacpp import LlamaCpp
from assistant.models.chat.llamaindex import LlamaIndexLLM
from assistant.models.chat.openai import (
    Connection,
    Server,
    host,
    is_bad_request,
    is_loopback,
    parse_server,
)
from assistant.models.chat.pieces import Piece, pieces_of
from assistant.models.chat.spoken import spoken
from assistant.models.plugins import PREFIX, Plugin, parse
from assistant.secrets import masked

OPENAI_MODEL = "gpt-4o-mini"
_WANTED: dict[str, Any] = {
    "temperature": 0,
    "logprobs": True,
    "top_logprobs": 10,
    "stream_options": {"include_usage": True},
}
THINKING_TOKENS = 3500
"""Room for a server's model to think before it answers; with an answer's tokens below 4,096, the
most that many take."""
FIRST_TOKENS = 4
"""Tokens by which a server's first word is whole."""
LEAST_READ = 0.7
"""Least tokens that a prompt takes, as a share of its words: fewer were not all read."""
LONG_PROMPT = 500
"""Words from which that is looked at."""
LEAST_CONTEXT = 32
"""Tokens below which a count is no context's size, but none or that of what no cache held."""
SPECS = (
    "none, local, openai/<model>, ollama/<model>, <model>@<base-url>, llamaindex:<module>:<class>, "
    "or a path to a .gguf file"
)


class Message(TypedDict):
    """One message of a chat, as the OpenAI protocol has it."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """Which model, told apart by where it runs.

    Attributes:
        kind: `none`, `gguf` (a file, which runs here), `server` (an OpenAI-compatible one) or
            `llamaindex` (a class of LlamaIndex's).
        model: the model's name; for a server, None means the first that it lists.
        name: what is shown and recorded.
        base_url: of a server; None for the one the `openai` client uses by default.
        path: of a .gguf file of the user's own; None for the embedded model.
        keyed: whether the server may be sent `OPENAI_API_KEY`.
        plugin: the class.
    """

    kind: Literal["none", "gguf", "server", "llamaindex"]
    model: str | None
    name: str
    base_url: str | None = None
    path: Path | None = None
    keyed: bool = False
    plugin: Plugin | None = None

    @property
    def server(self) -> str | None:
        """Where it sends what it is asked; None if that is this machine."""
        if self.plugin:
            return f"{self.plugin.module}:{self.plugin.name}, and by that to its provider"
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
    if spec.startswith(PREFIX):
        plugin = parse(spec)
        return ModelSpec("llamaindex", None, plugin.label, plugin=plugin)
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
) -> Model | None:
    """The model that a spec names, loaded if it runs here; None for `none`.

    Args:
        spec: which one.
        timeout: seconds without a sign from the server before a try is given up.
        retries: further tries after a passing failure.
        notify: told, in a line, when something takes long.

    Raises:
        ModelMissingError: its file, parts or runtime are not there or not what they should be.
        UsageError: the class that it names cannot be had.
    """
    if spec.kind == "none":
        return None
    if spec.kind == "gguf":
        path = spec.path or llamacpp.assembled(notify)
        return Model(spec, LlamaCpp(path), timeout, retries)
    if spec.plugin:
        llm = LlamaIndexLLM.of(spec.plugin, timeout=timeout, retries=retries)
        return Model(spec, llm, timeout, retries)
    return Model(spec, None, timeout, retries)


class Model:
    """A chat model: an OpenAI-compatible server, llama.cpp in here, or a class of LlamaIndex's."""

    def __init__(
        self,
        spec: ModelSpec,
        runtime: LlamaCpp | LlamaIndexLLM | None,
        timeout: float,
        retries: int,
    ) -> None:
        self.name = spec.name
        self._runtime = runtime
        self._timeout = timeout
        self._refused: frozenset[str] = frozenset()  # of what is asked for
        self._thinks: bool | None = None  # None until it is known
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
        """Whether it runs in this process, where each token that it reads takes its time."""
        return isinstance(self._runtime, LlamaCpp)

    def close(self) -> None:
        """Close the connection, or free the model that runs in this process."""
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
            ModelRefusedError: the server refused (wrong key, unknown model, too long a prompt) or
                sent no completion, or the model said nothing.
        """
        room = 0 if self.runs_here else THINKING_TOKENS
        return self._stream(messages, max_tokens, room, fixed)

    def first_token(
        self, messages: Sequence[Message], *, fixed: int = 0
    ) -> tuple[Mapping[str, float], str, Usage]:
        """How likely each first token is that is no thinking, what was written, and the cost.

        One token is asked for; of a server some more, so that a first word is whole where it tells
        no probabilities. A model that thinks, or may do so as it begins with neither yes nor no, is
        given the room for it.

        Raises:
            As `stream` does.
        """
        if self.runs_here:
            return self._first(messages, 1, 0, fixed)
        spent = Usage()
        if not self._thinks:
            with suppress(NoAnswerError):
                shares, text, spent = self._first(messages, FIRST_TOKENS, 0, fixed)
                if self._thinks is False or re.match(r"\W*(?:yes|no)\b", text, re.I):
                    return shares, text, spent
        shares, text, more = self._first(messages, FIRST_TOKENS, THINKING_TOKENS, fixed)
        self._thinks = bool(self._thinks)
        return shares, text, spent + more

    def _first(
        self, messages: Sequence[Message], max_tokens: int, room: int, fixed: int
    ) -> tuple[Mapping[str, float], str, Usage]:
        shares: Mapping[str, float] = {}
        text, spent = "", Usage(calls=1)
        with closing(self._stream(messages, max_tokens, room, fixed)) as pieces:
            for piece in pieces:
                text = "" if piece.starts_over else text
                shares = shares if text else piece.probabilities
                text, spent = text + piece.text, piece.usage or spent
        return shares, text, spent

    def _stream(
        self, messages: Sequence[Message], max_tokens: int, room: int, fixed: int
    ) -> Generator[Piece, None, None]:
        """What the model says; `room` is for the tokens of what it thinks."""
        asked = (
            self._by_runtime(messages, max_tokens + room, fixed)
            if self._runtime
            else self._remotely(messages, max_tokens, room)
        )
        with closing(asked) as pieces:
            for piece in spoken(pieces, self.name):
                if piece.thinking:
                    self._thinks = True
                yield piece

    def _by_runtime(
        self, messages: Sequence[Message], max_tokens: int, fixed: int
    ) -> Generator[Piece, None, None]:
        assert self._runtime
        # llama.cpp can count as it goes, so that a call broken off is counted too.
        body = {"model": self.name, "max_tokens": max_tokens, "timings_per_token": True}
        said = {**body, **_WANTED, "messages": _sendable(messages)}
        with closing(self._runtime.chunks(said, messages[:fixed], self._timeout)) as chunks:
            for chunk in chunks:
                yield from pieces_of(chunk)

    def _remotely(
        self, messages: Sequence[Message], max_tokens: int, room: int
    ) -> Generator[Piece, None, None]:
        assert self._connection
        with self._connection.mapped(), closing(self._start(messages, max_tokens, room)) as chunks:
            for chunk in chunks:
                for piece in pieces_of(chunk):
                    if piece.usage:
                        self._check_read(messages, piece.usage)
                    yield piece

    def _check_read(self, messages: Sequence[Message], usage: Usage) -> None:
        """Refuse a reply to a prompt of which the server, in silence, left out a part."""
        words = sum(len(message["content"].split()) for message in messages)
        cached = usage.cached_tokens
        # Some count apart what a cache held.
        read = usage.prompt_tokens + (cached if cached > usage.prompt_tokens else 0)
        if words >= LONG_PROMPT and LEAST_CONTEXT < read < LEAST_READ * words:
            raise RequestRefusedError(
                f"{self.name} read only {usage.prompt_tokens} tokens of a prompt of {words} words; "
                "give its server more context, or less evidence with ASSISTANT_EVIDENCE_TOKENS."
            )

    def _start(
        self, messages: Sequence[Message], max_tokens: int, room: int
    ) -> Generator[Any, None, None]:
        """The reply's chunks, as the `openai` client streams them."""
        to = self._connection
        assert to
        if to.model is None:
            to.model = to.first_listed()
        said, refused = _sendable(messages), self._refused
        while True:
            options = _options(max_tokens, room, refused)
            try:
                chunks = to.streamed({"model": to.model, "messages": said, **options})
            except Exception as exc:
                # Some servers know less of the protocol: do without what they name as unknown.
                spare = 0 if _ROOM in refused else room
                named = _named(str(exc), options, spare) if is_bad_request(exc) else frozenset()
                if not named:
                    raise
                refused |= named
            else:
                self._refused = refused
                return chunks


_ROOM = "room to think"
_REPLYS_LENGTH = re.compile(r"max_(?:\w+_)?tokens|completion", re.I)
_TOO_MUCH = re.compile(
    r"context|too (?:large|high|big)|at most|exceed|maximum|must be|less than|range", re.I
)


def _options(max_tokens: int, room: int, refused: Collection[str]) -> dict[str, Any]:
    """What is asked of a server beside the messages, without what it refused."""
    most = max_tokens if _ROOM in refused else max_tokens + room
    wanted = {"max_tokens": most, **_WANTED}
    if "max_tokens" in refused:
        wanted["max_completion_tokens"] = most
    return {name: value for name, value in wanted.items() if name not in refused}


def _named(message: str, options: Collection[str], room: int) -> frozenset[str]:
    """What of the options, or of the room asked for, a server's refusal is about, if any."""
    named = {n for n in options if re.search(rf"(?<![a-z_]){n}(?![a-z_])", message)}
    too_long = _REPLYS_LENGTH.search(message) and _TOO_MUCH.search(message)
    if room and too_long and named <= {"max_tokens", "max_completion_tokens"}:
        return frozenset({_ROOM})
    if named & {"logprobs", "top_logprobs"}:
        named |= {"logprobs", "top_logprobs"}  # neither is of use without the other
    return frozenset(named)


def _sendable(messages: Sequence[Message]) -> list[dict[str, str]]:
    """The messages without lone surrogates, which a document may hold and which cannot be sent."""
    return [
        {"role": m["role"], "content": m["content"].encode("utf-8", "replace").decode()}
        for m in messages
    ]
