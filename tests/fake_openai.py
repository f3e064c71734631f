"""A small real server on the loopback that speaks the OpenAI protocol: chats and embeddings.

Each chat takes the next step of the script, or `otherwise` when the script is at its end; each
request for embeddings takes the next step of its own script, or gets vectors of the texts' words.
Every request is remembered. What is done with the replies is the tests' business.
"""

from __future__ import annotations

import json
import math
import re
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True)
class Reply:
    """The model writes `text`, piece by piece.

    Attributes:
        first: what it tells of the likeliest first tokens; nothing if empty, as some servers do.
        usage: tokens read and written.
        seconds_between: how long it takes for a piece.
        seconds_before: how long it takes until the first one.
        piece: pattern of what it writes at a time; a word unless told otherwise.
        before: deltas that come before the text, such as those of thinking.
        end: why it stops.
    """

    text: str
    first: Mapping[str, float] = field(default_factory=lambda: {"Yes": 0.98, "No": 0.02})
    usage: tuple[int, int] = (1000, 10)
    seconds_between: float = 0.0
    seconds_before: float = 0.0
    piece: str = r"\s*\S+"
    before: Sequence[Mapping[str, Any]] = ()
    end: str | None = "stop"


@dataclass(frozen=True)
class Raw:
    """The server sends these bytes with status 200, whatever it was asked."""

    content: bytes
    kind: str = "application/json"


@dataclass(frozen=True)
class Failure:
    """The server refuses with an HTTP status."""

    status: int
    message: str = "it failed"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Drop:
    """The connection breaks after some words."""

    text: str = "Yes: this never"


@dataclass(frozen=True)
class Hang:
    """Nothing comes at all."""


@dataclass(frozen=True)
class Vectors:
    """The vectors of the texts that were sent, changed as the reply's `data` by `change`."""

    change: Callable[[list[Any]], Any] = lambda data: data


Step = Reply | Raw | Failure | Drop | Hang
EmbeddingStep = Vectors | Raw | Failure | Hang


@dataclass(frozen=True)
class Request:
    """A request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


class FakeOpenAI:
    """The server; a context manager.

    Attributes:
        script: the steps to come.
        otherwise: what is done when the script is at its end.
        requests: what was asked so far.
        key: when set, every request must carry it.
        models: the models it has; a request for another one gets 404.
        refuses: parameters that it refuses, naming them, as older servers do.
        refusal: the status with which it does.
        most_tokens: most tokens of a reply that it takes, for want of context.
        too_many: what it says to more.
        listing: what it sends where it is asked for its models, if not them.
        judgement: what it replies to each request to judge a statement, which takes no step.
        left: set when a reader has gone before its reply was at its end.
        embedding_script: the steps to come of requests for embeddings.
        embedding_otherwise: what is done when that script is at its end.
        embedding_seconds: how long a request for embeddings takes.
        dimension: length of its vectors.
        most_at_once: most requests for embeddings that were there at the same time.
        slots: folder in which the state of a prompt is saved, as llama.cpp's server does; None for
            a server that knows nothing of that.
    """

    def __init__(self, models: Sequence[str] = ("scripted",)) -> None:
        self.script: list[Step] = []
        self.otherwise: Step = Reply("No.", first={"No": 0.99, "Yes": 0.01})
        # One that decides nothing, unless a test says otherwise.
        self.judgement: Step = Reply("Unsure", {}, usage=(0, 0))
        self.requests: list[Request] = []
        self.key: str | None = None
        self.models = list(models)
        self.refuses: set[str] = set()
        self.refusal = 400
        self.most_tokens = 1_000_000
        self.too_many = "max_tokens is too large: {}"
        self.listing: Raw | None = None
        self.left = threading.Event()
        self.closing = threading.Event()
        self.embedding_script: list[EmbeddingStep] = []
        self.embedding_otherwise: EmbeddingStep = Vectors()
        self.embedding_seconds = 0.0
        self.dimension = 64
        self.most_at_once = 0
        self.slots: Path | None = None
        self._at_once = 0
        self._lock = threading.Lock()
        server = self

        class Handler(_Handler):
            fake = server

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        # Closing waits for the connections: none may leak into the next test.
        self._http.daemon_threads = False
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    @property
    def spec(self) -> str:
        """The SPEC that names this server's first model."""
        return f"{self.models[0]}@{self.base_url}"

    @property
    def chats(self) -> list[Any]:
        """The bodies of the chat requests, but for those to judge a statement."""
        return [body for body in self._asked if not judges(body)]

    @property
    def judged(self) -> list[Any]:
        """The bodies of the requests to judge a statement."""
        return [body for body in self._asked if judges(body)]

    @property
    def _asked(self) -> list[Any]:
        chats = [r.body for r in self.requests if r.path.endswith("/chat/completions")]
        return [body for body in chats if "id_slot" not in body]

    @property
    def embedded(self) -> list[list[str]]:
        """The texts of each request for embeddings."""
        return [r.body["input"] for r in self.requests if r.path.endswith("/embeddings")]

    def next_step(self) -> Step:
        return self.script.pop(0) if self.script else self.otherwise

    def next_embedding_step(self) -> EmbeddingStep:
        with self._lock:
            return (
                self.embedding_script.pop(0) if self.embedding_script else self.embedding_otherwise
            )

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count a request for embeddings among those that are there."""
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            yield
        finally:
            with self._lock:
                self._at_once -= 1

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    fake: FakeOpenAI
    # Seconds after which an idle connection is let go.
    timeout = 10

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._remember(None)
        if self.fake.listing:
            self._send(self.fake.listing)
        elif self._allowed():
            models = [{"id": m, "object": "model"} for m in self.fake.models]
            self._json(200, {"object": "list", "data": models})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._remember(body)
        if not self._allowed():
            return
        if "id_slot" in body or self.path.startswith("/slots/"):
            self._slot(body.get("filename"))
        elif body["model"] not in self.fake.models:
            self._fail(Failure(404, f"The model `{body['model']}` does not exist"))
        elif refused := next((p for p in body if p in self.fake.refuses), None):
            self._fail(Failure(self.fake.refusal, f"Unrecognized argument supplied: {refused}"))
        elif body.get("max_tokens", 0) > self.fake.most_tokens:
            self._fail(Failure(400, self.fake.too_many.format(body["max_tokens"])))
        elif self.path.endswith("/embeddings"):
            with self.fake.counted():
                self._embed(self.fake.next_embedding_step(), body)
        else:
            step = self.fake.judgement if judges(body) else self.fake.next_step()
            self._act(step, body)

    def _remember(self, body: Any) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.fake.requests.append(Request(self.command, self.path, headers, body))

    def _allowed(self) -> bool:
        given = self.headers.get("Authorization", "")
        if self.fake.key is None or given == f"Bearer {self.fake.key}":
            return True
        self._fail(Failure(401, f"Incorrect API key provided: {given.removeprefix('Bearer ')}"))
        return False

    def _act(self, step: Step, body: Any) -> None:
        match step:
            case Failure():
                self._fail(step)
            case Raw():
                self._send(step)
            case Hang():
                self.fake.closing.wait(30)
            case Drop(text=text):
                words = (c for c in _chunks(Reply(text), body) if _goes_on(c))
                self._stream(words, 0.0, broken=True)
            case Reply():
                self.fake.closing.wait(step.seconds_before)
                self._stream(_chunks(step, body), step.seconds_between)

    def _slot(self, name: str | None) -> None:
        """Read a prompt, save its state as a file of this name, or restore it from there."""
        file = self.fake.slots / name if self.fake.slots and name else None
        if file and self.path.endswith("=save"):
            file.write_bytes(b"state")
        known = file.is_file() if file else self.fake.slots and name is None
        self._json(200 if known else 400, {})

    def _embed(self, step: EmbeddingStep, body: Any) -> None:
        time.sleep(self.fake.embedding_seconds)
        match step:
            case Failure():
                self._fail(step)
            case Raw():
                self._send(step)
            case Hang():
                self.fake.closing.wait(30)
            case Vectors(change=change):
                data = [
                    {"object": "embedding", "index": i, "embedding": vector(t, self.fake.dimension)}
                    for i, t in enumerate(body["input"])
                ]
                value = {"object": "list", "model": body["model"], "data": change(data)}
                self._json(200, value)

    def _fail(self, failure: Failure) -> None:
        error = {"message": failure.message, "type": "error", "code": None}
        self._json(failure.status, {"error": error}, failure.headers)

    def _json(self, status: int, value: Any, headers: Mapping[str, str] | None = None) -> None:
        self._send(Raw(json.dumps(value).encode()), status, headers)

    def _send(self, raw: Raw, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, content in {"Content-Type": raw.kind, **(headers or {})}.items():
            self.send_header(name, content)
        self.send_header("Content-Length", str(len(raw.content)))
        self.end_headers()
        self.wfile.write(raw.content)

    def _stream(self, chunks: Iterator[Any], seconds: float, broken: bool = False) -> None:
        self.protocol_version = "HTTP/1.1"
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            for chunk in chunks:
                self._event(json.dumps(chunk))
                if seconds and self.fake.closing.wait(seconds):
                    return
            if not broken:
                self._event("[DONE]")
                self.wfile.write(b"0\r\n\r\n")
        except (BrokenPipeError, ConnectionResetError):
            # The reader has gone, as one that has read enough does.
            self.fake.left.set()

    def _event(self, data: str) -> None:
        event = f"data: {data}\n\n".encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
        self.wfile.flush()


def judges(body: Any) -> bool:
    """Whether a chat request asks for the judgement of a statement (`prompts/judge.md`)."""
    last = body["messages"][-1]["content"]
    return last.startswith("Sentences: ") and "\nStatement: " in last


def vector(text: str, dimension: int) -> list[float]:
    """One number a word, counted where the word's hash says: texts that share words are near."""
    numbers = [0.0] * dimension
    numbers[0] = 0.1  # no text is without a direction
    for word in re.findall(r"\w+", text.lower()):
        numbers[zlib.crc32(word.encode()) % dimension] += 1.0
    return numbers


def _chunks(reply: Reply, body: Any) -> Iterator[Any]:
    """The reply as the protocol streams it, with what was asked for and no more."""
    for delta in reply.before:
        yield _chunk(body, [{"index": 0, "delta": delta, "finish_reason": None}])
    for number, word in enumerate(re.findall(reply.piece, reply.text)):
        choice: dict[str, Any] = {"index": 0, "delta": {"content": word}, "finish_reason": None}
        if body.get("logprobs") and reply.first:
            tokens = reply.first if number == 0 else {word: 1.0}
            choice["logprobs"] = {"content": [_logprob(word, tokens)]}
        yield _chunk(body, [choice])
    yield _chunk(body, [{"index": 0, "delta": {}, "finish_reason": reply.end}])
    read, written = reply.usage
    if body.get("timings_per_token"):  # llama.cpp's own count
        timings = {"cache_n": 100, "prompt_n": read - 100, "predicted_n": written}
        yield _chunk(body, []) | {"timings": timings}
    elif body.get("stream_options", {}).get("include_usage"):
        usage = {
            "prompt_tokens": read,
            "completion_tokens": written,
            "total_tokens": read + written,
        }
        yield _chunk(body, []) | {"usage": usage}


def _goes_on(chunk: Any) -> bool:
    """Whether a chunk holds words, and neither the end of the reply nor its count of tokens."""
    return any(choice["finish_reason"] is None for choice in chunk["choices"])


def _chunk(body: Any, choices: Sequence[Any]) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": body["model"],
        "choices": list(choices),
    }


def _logprob(token: str, tokens: Mapping[str, float]) -> dict[str, Any]:
    top = [{"token": t, "logprob": math.log(p), "bytes": None} for t, p in tokens.items()]
    return {"token": token, "logprob": top[0]["logprob"], "bytes": None, "top_logprobs": top}
