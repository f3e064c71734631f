"""Text to vectors without running a model: the mean of one fixed vector a token.

WordLlama's vectors (the `static` extra): some 70 times faster than MiniLM, and less apt.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelMissingError
from assistant.models.embeddings.minilm import Embedder, Encoded, Probe, probe_of, without_words

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_PACKAGE = "wordllama==0.4.0.post1"
_WEIGHTS = "weights/l2_supercat_256.safetensors"
_TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
_SHA256 = {
    _WEIGHTS: "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5",
    _TOKENIZER: "93248f2a9ec36c7b35f700a033d5f36228aae48db61aee31007fa49062cdeb68",
}


class StaticEmbedder:
    """WordLlama's l2_supercat token vectors, 256 numbers each.

    Making one is cheap: the files are read when first needed, the package is never imported.

    Raises (every method):
        ModelMissingError: the package is not installed, or its files are not the published ones.
    """

    name = "wordllama-l2-supercat-256"
    dimension = 256
    window = 1024
    parallel = 1

    def __init__(self, tokens: Embedder) -> None:
        """Count and place tokens by another model's, so that an index is cut alike by all."""
        self.offsets, self.count = tokens.offsets, tokens.count

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of length 1, shape (len(texts), 256), in the order given; all tokens count."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        # Neither a lone surrogate nor nothing at all has a vector.
        clean = [text.encode("utf-8", "replace").decode("utf-8") or " " for text in texts]
        encodings = self._tokenizer.encode_batch(clean, add_special_tokens=False)
        for row, encoding in zip(vectors, encodings, strict=True):
            mean = self._weights[encoding.ids].mean(axis=0, dtype=np.float32)
            row[:] = mean / np.linalg.norm(mean)
        return vectors

    def encode(self, texts: Sequence[str]) -> Encoded:
        """The same vectors; there are none of single words."""
        return without_words(self.embed(texts))

    def probe(self, query: str) -> Probe:
        """A query's vector."""
        return probe_of(self.embed([query])[0])

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_buffer(_read(_TOKENIZER))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _weights(self) -> NDArray[np.float16]:
        # A safetensors file: the length of its header, the header, and here a single matrix.
        data = _read(_WEIGHTS)
        start = 8 + int.from_bytes(data[:8], "little")
        return np.frombuffer(data, dtype="<f2", offset=start).reshape(-1, self.dimension)


def verify_files() -> None:
    """See that the files are the published ones.

    Raises:
        ModelMissingError: they are not, or the package is not installed.
    """
    for name in _SHA256:
        _read(name)


def _read(name: str) -> bytes:
    """A file of the package, if it is the published one."""
    spec = importlib.util.find_spec("wordllama")
    if spec is None or not spec.submodule_search_locations:
        raise ModelMissingError(
            "the static embedding is not installed; run: pip install 'assistant[static]'"
        )
    path = Path(spec.submodule_search_locations[0], name)
    try:
        data = path.read_bytes()
    except OSError:
        data = b""
    if sha256(data).hexdigest() != _SHA256[name]:
        raise ModelMissingError(
            f"{path} is missing or not the published one; install it again: "
            f"pip install --force-reinstall {_PACKAGE}"
        )
    return data
