"""A process that reads as the program's own does, and also a kind that does what the file says.

Started in its place by the tests of the pool. No file can make the program's own do any of this.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

sys.path.insert(0, str(Path(__file__).parent.parent))

from assistant.ingest.readers import kinds
from assistant.ingest.readers.base import Extracted, Fault, Item, UnreadableError
from assistant.ingest.workers import process

kept: list[bytearray] = []


def extract(data: bytes, name: str) -> Iterator[Item]:
    """A document or a deed for each word of the file."""
    for number, word in enumerate(data.decode().split()):
        yield from do(word, number)


def do(word: str, number: int) -> Iterator[Item]:
    name, _, value = word.partition("=")
    if name == "sleep":
        time.sleep(float(value))
    elif name == "spin":  # never lets another thread run
        re.match("(a+)+$", "a" * 60 + "b")
    elif name == "crash":
        os.abort()
    elif name == "crash-once":
        if os.path.exists(value):
            os.unlink(value)
            os.abort()
    elif name == "hog":
        held = [bytearray(10_000_000) for _ in range(1000)]
        yield Fault(f"held {len(held)}")
    elif name == "keep":
        kept.append(bytearray(int(value)))
    elif name == "fail":
        raise TypeError(value)
    elif name == "unreadable":
        raise UnreadableError(value)
    elif name == "faults":
        for each in range(int(value)):
            yield Fault("bad " * 1000, str(each))
    elif name == "print":
        for number in (1, 2):
            os.write(number, b"loud")
        print("loud", flush=True)
    elif name == "write":
        try:
            Path(value).write_text("written")
        except OSError as exc:
            yield Fault(exc.strerror)
    elif name == "garbage":
        for number in range(3, 10):
            try:
                os.write(number, b"\0\0\0\3{]}")
            except OSError:
                continue
    elif name == "environment":
        yield Extracted(" ".join(sorted(os.environ)), key="environment")
    else:
        yield Extracted(f"The word is {word}.", key=f"{number}")


module = ModuleType("assistant.ingest.readers.deeds")
module.extract = extract
sys.modules[module.__name__] = module
kinds.KINDS[".deeds"] = kinds.Kind("text/plain", "readers.deeds")
process.main()
