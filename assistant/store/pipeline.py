"""Changes -> embedded in the background, and written in the order in which they came.

While one window of passages is embedded, the one before it is written and files are read for the
next one. Memory is bounded, and a crash at any point loses some seconds of work at the most. What
is to be changed is decided by `index_run`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from assistant.errors import ModelError
from assistant.models import Background
from assistant.models.embeddings import Embedder, Encoded
from assistant.store.database import Catalogue, Change

MOST_WAITING = 1000
"""Changes and passages that are gathered at most before they are written."""
_MOST_STEPS = 8  # batches that wait for one before them, beside those that are embedded


@dataclass(frozen=True, slots=True)
class _Embedding:
    """A window of texts that is embedded; `size` bytes of files are done with it."""

    keys: list[bytes]
    encoded: Future[Encoded]
    size: float


@dataclass(frozen=True, slots=True)
class _Writing:
    """Changes whose embeddings are kept when it is their turn."""

    changes: list[Change]
    size: float


@dataclass(slots=True)
class _Batch:
    """What is gathered until it is worth a window."""

    texts: dict[bytes, str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    waiting: int = 0
    size: float = 0.0


class Pipeline:
    """Embeds and writes what one indexing run changes.

    To be used by one thread. Leaving it as a context manager drops what is not yet written.

    Attributes:
        embedded: passages embedded, and kept, so far.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        embedder: Embedder,
        deliver: Callable[[], None],
        done: Callable[[float], None],
    ) -> None:
        """Name what is written to.

        Args:
            catalogue: what the changes are made in.
            embedder: what embeds the passages.
            deliver: called after each write, to have the vector index follow.
            done: told after each step how many bytes of source files were done with it.
        """
        self.embedded = 0
        self._catalogue, self._window = catalogue, embedder.window
        self._deliver, self._done = deliver, done
        self._most_embedding = embedder.parallel + 1  # one waits while the others are at work
        self._background: Background[list[str], Encoded] = Background(
            embedder.encode, embedder.parallel
        )
        self._batch = _Batch()
        self._steps: deque[_Embedding | _Writing] = deque()
        self._under_way: set[bytes] = set()  # what will be kept before anything that comes now

    def __enter__(self) -> Pipeline:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._background.close()
        if kind is not None and issubclass(kind, ModelError):
            self._keep_the_rest()

    def add(
        self,
        change: Change,
        hashes: Sequence[bytes] = (),
        texts: Sequence[str] = (),
        size: float = 0.0,
    ) -> None:
        """Take a change.

        Args:
            change: it.
            hashes: of the texts of its passages.
            texts: what is embedded of it, if that is not kept already.
            size: bytes of source files that are done with it.
        """
        batch = self._batch
        new = dict(zip(hashes, texts, strict=True))
        kept = self._catalogue.known_hashes(hashes) | self._under_way
        batch.texts.update((key, text) for key, text in new.items() if key not in kept)
        batch.changes.append(change)
        batch.waiting += 1 + len(hashes)
        batch.size += size
        if len(batch.texts) >= self._window or batch.waiting >= MOST_WAITING:
            self._begin()

    def finish(self) -> None:
        """Write all that was taken."""
        self._begin()
        self._go_on(0, 0)

    def _begin(self) -> None:
        """Have what was gathered embedded, and put its writing behind that."""
        batch, self._batch = self._batch, _Batch()
        texts = list(batch.texts.items())
        self._under_way |= batch.texts.keys()
        share = batch.size / (1 + len(texts) // self._window)
        for start in range(0, len(texts), self._window):
            part = texts[start : start + self._window]
            encoded = self._background.submit([text for _, text in part])
            self._steps.append(_Embedding([key for key, _ in part], encoded, share))
            batch.size -= share
        self._steps.append(_Writing(batch.changes, batch.size))
        self._go_on(self._most_embedding, _MOST_STEPS)

    def _go_on(self, most_embedding: int, most_steps: int) -> None:
        """Take the steps whose turn it is, and wait for those that are too many."""
        embedding = sum(isinstance(step, _Embedding) for step in self._steps)
        while self._steps:
            step = self._steps[0]
            if isinstance(step, _Embedding):
                too_many = embedding > most_embedding or len(self._steps) > most_steps + embedding
                if not (too_many or step.encoded.done()):
                    return
                embedding -= 1
                self._keep(step.keys, step.encoded.result())
            elif step.changes:
                self._catalogue.apply(step.changes)
                self._deliver()
            self._steps.popleft()
            self._done(step.size)

    def _keep_the_rest(self) -> None:
        """Where a window failed, keep what others gave beside it: a server may be paid for it."""
        for step in self._steps:
            if not isinstance(step, _Embedding) or not step.encoded.done():
                continue
            if step.encoded.exception() is None:
                self._keep(step.keys, step.encoded.result())

    def _keep(self, keys: list[bytes], encoded: Encoded) -> None:
        self._catalogue.keep_embeddings(keys, encoded)
        self._under_way.difference_update(keys)
        self.embedded += len(keys)
