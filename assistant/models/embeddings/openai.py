"""Text to vectors by a model on an OpenAI-compatible server.

Passages are cut by MiniLM's tokens all the same, so that an index is cut alike whatever embeds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Event, Lock, Thread
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelRefusedError
from assistant.models.chat.openai import Connection, Server
from assistant.models.embeddings.minilm import Embedder, Encoded, Probe, probe_of, without_words

BATCH = 64
"""Most texts in one request."""
BATCH_CHARACTERS = 100_000
"""Most characters in one request, unless a single text is longer."""
IN_FLIGHT = 4
"""Most requests that wait for a reply at the same time."""
PATIENCE = 4
"""Further tries while passages are embedded: a run should outlast a limit that passes."""

Vectors = NDArray[np.float32]
_T = TypeVar("_T")
_R = TypeVar("_R")


class RemoteEmbedder:
    """An embedding model on a server; every text that is embedded is sent there.

    Making one connects to nothing. `encode` may be called by several threads.

    Attributes:
        name: identifies the model and where it is.
        window: texts of one request, so that each reply is kept as it comes.
        parallel: windows that keep all requests allowed at a time at work.

    Raises (`embed`, and `dimension` before any reply):
        ModelUnreachableError: no answer in the time and tries allowed.
        ModelRefusedError: the server refused, or replied with what is no vectors.
    """

    window = BATCH
    parallel = IN_FLIGHT

    def __init__(
        self,
        server: Server,
        tokens: Embedder,
        *,
        name: str,
        dimension: int | None,
        timeout: float,
        retries: int,
    ) -> None:
        """Name the model.

        Args:
            server: where it is.
            tokens: counts and places the tokens.
            name: what is recorded of it.
            dimension: length of its vectors; None to learn it from the first reply.
            timeout: seconds without a sign from the server before a try is given up.
            retries: further tries after a passing failure; some more where passages are embedded.
        """
        self.name = name
        self.offsets, self.count = tokens.offsets, tokens.count
        self._server = server
        self._dimension = dimension
        self._timeout = timeout
        self._retries = retries
        self._connection: Connection | None = None
        self._connecting = Lock()
        self._in_flight = BoundedSemaphore(IN_FLIGHT)

    @property
    def dimension(self) -> int:
        """Length of its vectors; asks the server where nothing has told it yet."""
        if self._dimension is None:
            self.embed(["dimension"])
        assert self._dimension is not None
        return self._dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of length 1, shape (len(texts), dimension), in the order given."""
        return self._embed(texts, self._retries)

    def encode(self, texts: Sequence[str]) -> Encoded:
        """The same vectors; there are none of single words."""
        # A question must not wait long for a server that is down; a run of hours may.
        return without_words(self._embed(texts, self._retries + PATIENCE))

    def probe(self, query: str) -> Probe:
        """A query's vector."""
        return probe_of(self.embed([query])[0])

    def close(self) -> None:
        """Close the connection; embedding opens it again."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _embed(self, texts: Sequence[str], tries: int) -> Vectors:
        if not len(texts):
            return np.empty((0, self.dimension), dtype=np.float32)
        batches = list(_batches(texts))
        parts = side_by_side(lambda batch: self._ask(batch, tries), batches, IN_FLIGHT)
        for part in parts:
            self._check_dimension(part.shape[1])
        return np.concatenate(parts)

    def _connect(self) -> Connection:
        with self._connecting:
            if self._connection is None:
                self._connection = Connection(
                    self._server,
                    self._server.key,
                    timeout=self._timeout,
                    retries=self._retries,
                    option="--embedding",
                )
            return self._connection

    def _ask(self, texts: Sequence[str], tries: int) -> Vectors:
        to = self._connect()
        body = {
            "model": str(to.model),
            "input": [sendable(text) for text in texts],
            "encoding_format": "float",
        }
        with self._in_flight, to.mapped():
            reply = to.requested("/embeddings", body, retries=tries)
        try:
            return _vectors(reply, len(texts))
        # Anything may stand in a reply.
        except (LookupError, TypeError, ValueError, OverflowError) as exc:
            raise ModelRefusedError(
                f"{to.where} replied with something else than {len(texts)} numbered vectors of "
                "finite numbers; choose another model with --embedding."
            ) from exc

    def _check_dimension(self, found: int) -> None:
        if self._dimension is None:
            self._dimension = found
        if found != self._dimension:
            raise ModelRefusedError(
                f"{self.name} gave vectors of {found} numbers where it gave {self._dimension} "
                "before; if it is another model now, build another index with --index."
            )


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """The texts in order, parted so that no batch is too long or too large."""
    start = size = 0
    for place, text in enumerate(texts):
        if place - start == BATCH or (place > start and size + len(text) > BATCH_CHARACTERS):
            yield texts[start:place]
            start, size = place, 0
        size += len(text)
    yield texts[start:]


def sendable(text: str) -> str:
    """The text without what cannot be sent: a lone surrogate, or nothing at all."""
    return text.encode("utf-8", "replace").decode() or " "


def _vectors(reply: Mapping[str, Any], count: int) -> Vectors:
    """The vectors of a reply, in the order of the texts, made to be of length 1.

    Raises:
        LookupError, TypeError, ValueError, OverflowError: it holds something else.
    """
    data = reply["data"]
    items = {item["index"]: item["embedding"] for item in data}
    if len(data) != count or items.keys() != set(range(count)):
        raise ValueError("not one vector a text, numbered from 0")
    return unit([items[place] for place in range(count)], count)


def unit(vectors: Sequence[Sequence[float]], count: int) -> Vectors:
    """So many vectors, made to be of length 1.

    Raises:
        TypeError, ValueError, OverflowError: they are something else.
    """
    rows = np.array(vectors, dtype=np.float64)
    if rows.ndim != 2 or len(rows) != count:
        raise ValueError("not a list of numbers each")
    with np.errstate(over="ignore"):
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not (np.isfinite(lengths).all() and lengths.all()):
        raise ValueError("not all of a finite length above 0")
    return np.asarray(rows / lengths, dtype=np.float32)


def side_by_side(work: Callable[[_T], _R], items: Sequence[_T], most: int) -> list[_R]:
    """`[work(item) for item in items]`, at most `most` at a time; an error ends it early.

    What an error leaves running is waited for, but not on Ctrl-C: a server may have asked for
    two minutes of quiet, which is also why the threads do not keep the program from ending.
    """
    if len(items) == 1:
        return [work(items[0])]
    todo: SimpleQueue[int] = SimpleQueue()
    done: SimpleQueue[tuple[int, Any, Exception | None]] = SimpleQueue()
    stopped = Event()

    def run() -> None:
        while not stopped.is_set():
            try:
                place = todo.get_nowait()
            except Empty:
                return
            try:
                done.put((place, work(items[place]), None))
            except Exception as exc:
                stopped.set()
                done.put((place, None, exc))

    for place in range(len(items)):
        todo.put(place)
    threads = [Thread(target=run, daemon=True) for _ in range(min(most, len(items)))]
    for thread in threads:
        thread.start()
    results: dict[int, _R] = {}
    try:
        while len(results) < len(items):
            place, result, error = done.get()
            if error is not None:
                raise error
            results[place] = result
    except Exception:
        for thread in threads:
            thread.join()
        raise
    finally:
        stopped.set()
    return [results[place] for place in range(len(items))]
