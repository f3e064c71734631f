"""Are the files of Chroma's HNSW graph whole? Chroma's own code does not look, and a broken graph
ends the process that follows it.

The layout is hnswlib's as chromadb 1.5 writes it; a test checks that it still is.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# version; then, as sizes: offset, room, elements, bytes an element, where its label and its vector
# stand; highest level, entry; then most links above and at level 0, links wanted; two parameters.
_HEADER = struct.Struct("<i6QiI3QdQ")
_VERSION = 1
_LABEL = 8  # bytes
_ROWS = 10_000  # elements that are looked at together

_Numbers = NDArray[np.uint32]


def is_whole(folder: Path) -> bool:
    """Whether every link of the graph in a folder leads to an element that is there.

    So it is of a graph that was never saved.
    """
    try:
        return _is_whole(folder)
    except (OSError, ValueError, struct.error):
        return False


def _is_whole(folder: Path) -> bool:
    header = folder / "header.bin"
    if not header.exists():
        return not (folder / "data_level0.bin").exists()
    version, _, room, elements, size, label, vector, highest, entry, most, most_0, *_ = (
        _HEADER.unpack(header.read_bytes())
    )
    data, lengths = folder / "data_level0.bin", folder / "length.bin"
    known = version == _VERSION and label == size - _LABEL and vector == 4 + 4 * most_0
    # At first the files have room for more elements than there are.
    sizes = data.stat().st_size >= elements * size and lengths.stat().st_size >= 4 * elements
    if not (known and sizes and elements <= room):
        return False
    if not elements:
        return True
    links = np.memmap(data, np.uint32, "r", shape=(elements, size // 4))[:, : most_0 + 1]
    nodes = ((links[at : at + _ROWS], most_0) for at in range(0, elements, _ROWS))
    if not all(_lead_within(rows, most, elements) for rows, most in nodes):
        return False
    return _upper_are_whole(folder / "link_lists.bin", elements, most, highest, entry)


def _upper_are_whole(path: Path, elements: int, most: int, highest: int, entry: int) -> bool:
    """The same of the links above level 0, which lead only to elements that reach so high."""
    words = np.fromfile(path, np.uint32)
    if 4 * len(words) != path.stat().st_size:
        return False
    levels = np.zeros(elements, np.int64)
    found: list[tuple[int, _Numbers]] = []
    at = 0
    for element in range(elements):
        size, rest = divmod(int(words[at]), 4) if at < len(words) else (-1, 1)
        if rest or size % (most + 1) or at + 1 + size > len(words):
            return False
        levels[element] = size // (most + 1)
        for level in range(levels[element]):
            start = at + 1 + level * (most + 1)
            found.append((level + 1, words[start : start + most + 1]))
        at += 1 + size
    if entry >= elements or levels[entry] != highest:
        return False
    for level, row in found:
        if not _lead_within(row[None], most, elements):
            return False
        if np.any(levels[row[1 : 1 + (row[0] & 0xFFFF)]] < level):
            return False
    return True


def _lead_within(rows: _Numbers, most: int, elements: int) -> bool:
    """Whether rows of links, their number in the first two bytes, lead to elements there are."""
    numbers = rows[:, :1] & 0xFFFF
    counts = np.arange(rows.shape[1] - 1) < numbers
    return bool(np.all(numbers <= most) and np.all(rows[:, 1:][counts] < elements))
