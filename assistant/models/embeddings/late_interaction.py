"""Late interaction: how well each word of a question is met by some word of a passage.

Every content word of a passage is kept as the signs of its contextual vector, one bit a dimension,
so that hundreds of passages are compared with a question's words in some milliseconds and no
model is run. Which model gave the vectors is decided in `minilm`.

Khattab & Zaharia 2020, "ColBERT: Efficient and Effective Passage Search via Contextualized Late
Interaction over BERT"; the words weighed by rarity, and their signs kept alone, are our own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assistant.language import COMMON_WORDS

Floats = NDArray[np.float32]
Span = tuple[int, int]

_WORD = re.compile(r"[^\W_]+")
_BLOCK = 64
"""Words multiplied at once: for more, BLAS starts threads that cost more than they save."""


def content_spans(text: str) -> list[Span]:
    """The character range of every word that is not a common one, in order.

    >>> content_spans("What of the tariff?")
    [(12, 18)]
    """
    return [m.span() for m in _WORD.finditer(text) if m[0].lower() not in COMMON_WORDS]


def pooled(tokens: Floats, offsets: Sequence[Span], spans: Sequence[Span]) -> Floats:
    """The sum of the vectors of each span's tokens, for as many spans as the tokens reach.

    Args:
        tokens: of shape (tokens, dimension).
        offsets: character range of each token, in order; those of the model's marks are empty.
        spans: character ranges of words, in order.

    Returns:
        Shape (spans that lie within the tokens, dimension).
    """
    places = np.array(offsets[: len(tokens)], dtype=np.int32).reshape(-1, 2)
    inner = np.flatnonzero(places[:, 0] < places[:, 1])
    reached = int(places[inner[-1], 1]) if len(inner) else 0
    known = np.array([span for span in spans if span[1] <= reached], dtype=np.int32).reshape(-1, 2)
    starts = places[inner, 0]
    sums = np.zeros((len(inner) + 1, tokens.shape[1]), dtype=np.float32)
    np.cumsum(tokens[inner], axis=0, out=sums[1:])
    return sums[np.searchsorted(starts, known[:, 1])] - sums[np.searchsorted(starts, known[:, 0])]


def packed(words: Floats) -> bytes:
    """The signs of word vectors, one bit a dimension and `dimension / 8` bytes a word."""
    return np.packbits(words > 0, axis=1).tobytes()


def met(question: Floats, passages: Sequence[bytes]) -> list[Floats]:
    """How well each word of a passage meets each word of a question, passage by passage.

    Args:
        question: vectors of the question's words, of shape (words, dimension).
        passages: as `packed`.

    Returns:
        For each passage an array of shape (its words, the question's words); higher is better.
    """
    dimension = question.shape[1]
    bits = np.frombuffer(b"".join(passages), dtype=np.uint8).reshape(-1, dimension // 8)
    ones = np.zeros((len(bits) + -len(bits) % _BLOCK, dimension), dtype=np.float32)
    ones[: len(bits)] = np.unpackbits(bits, axis=1)
    sums = (ones.reshape(-1, _BLOCK, dimension) @ question.T).reshape(-1, len(question))
    # The dot product with signs of -1 and 1, from the bits 0 and 1.
    similar = np.asarray(2 * sums[: len(bits)] - question.sum(axis=1), dtype=np.float32)
    ends = np.cumsum([0, *(8 * len(each) // dimension for each in passages)])
    return [similar[start:end] for start, end in pairwise(ends)]


def max_sim(similar: Floats, weights: Floats) -> float:
    """The weighted sum, over the question's words, of the best that some word offers.

    0 for a passage without words.

    Args:
        similar: of shape (words, the question's words), as `met` gives it.
        weights: of the question's words.
    """
    return float(similar.max(axis=0) @ weights) if len(similar) else 0.0
