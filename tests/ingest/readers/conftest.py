"""Files broken at random, the same way in every run."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest


def broken(data: bytes, count: int, seed: int = 11) -> Iterator[bytes]:
    """The data cut off, with bits flipped, ranges zeroed, or chunks told twice."""
    chance = random.Random(seed)
    for number in range(count):
        copy = bytearray(data)
        at, length = chance.randrange(len(data)), chance.randint(1, 64)
        match number % 4:
            case 0:
                del copy[at:]
            case 1:
                for _ in range(chance.randint(1, 30)):
                    copy[chance.randrange(len(copy))] ^= 1 << chance.randrange(8)
            case 2:
                copy[at : at + length] = bytes(min(length, len(copy) - at))
            case 3:
                copy[at:at] = copy[max(0, at - 9 * length) : at] * 2
        yield bytes(copy)


@pytest.fixture
def mutations() -> Callable[..., Iterator[bytes]]:
    return broken
