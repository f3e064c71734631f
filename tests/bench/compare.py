"""How many changes `compare` misses and makes up: `python -m tests.bench.compare [--kept]`.

Each text of `tests.comparing.versions` is compared with its new version in each layout, and with
itself in each other layout. `--show` prints what is wrong.
"""

from __future__ import annotations

import sys
import time

from assistant.comparing import Change, compared
from assistant.documents import Document
from tests.comparing.versions import KEPT, LAYOUTS, SEEN, versions


def _changes(old: str, new: str) -> tuple[Change, ...]:
    documents = (Document(name, name, name, text) for name, text in (("old", old), ("new", new)))
    return compared(*documents).changes


def _is(change: Change, edit: tuple[str, str]) -> bool:
    sides = zip((change.old, change.new), edit, strict=True)
    return all(not words or (side and words in _plain(side.quote)) for side, words in sides)


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").replace("“", '"').replace("”", '"').split())


def measure(texts: tuple[str, ...], show: bool = False) -> dict[str, int]:
    """Pairs, changes made, changes missed, sentences unchanged and those told as changed."""
    found = dict.fromkeys(("pairs", "edits", "missed", "unchanged", "false"), 0)
    for text in texts:
        old, new, edits = versions(text)
        for layout in LAYOUTS:
            pairs = [(old, layout(new), edits)] + [(old, layout(old), [])] * (layout is not str)
            for one, other, made in pairs:
                changes = _changes(one, other)
                missed = [edit for edit in made if not any(_is(c, edit) for c in changes)]
                false = [c for c in changes if not any(_is(c, edit) for edit in made)]
                found["pairs"] += 1
                found["edits"] += len(made)
                found["missed"] += len(missed)
                found["false"] += len(false)
                found["unchanged"] += one.count(".")  # about as many sentences
                if show and (missed or false):
                    print(layout.__name__, "missed:", missed)
                    for c in false:
                        print("   ", c.kinds, c.old and c.old.quote, "|", c.new and c.new.quote)
    return found


if __name__ == "__main__":
    begun = time.perf_counter()
    kept = "--kept" in sys.argv
    print("kept" if kept else "seen", measure(KEPT if kept else SEEN, "--show" in sys.argv))
    words = "river bridge market tower lamp stone garden winter letter bread".split()
    pages = [
        f"The {words[n % 10]} of house {n} was sold to number {n * 7 % 9973} by "
        f"the {words[n * 3 % 10]} office."
        for n in range(4000)
    ]
    begun = time.perf_counter()
    changed = [p.replace("sold", "lent") if n % 50 == 0 else p for n, p in enumerate(pages)]
    count = len(_changes("\n\n".join(pages), "\n".join(changed)))
    print(f"100 pages: {count} changes in {time.perf_counter() - begun:.1f} s")
