"""How many of 500 documents full of markup run something, load something or leave an element in
the page of an answer or a draft: `python -m tests.bench.pages`. It needs Chromium."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chromium import Chromium
from tests.cli.render.test_browser_answers import ELEMENTS, HOSTILE, OURS, pages_of

_SCRAPS = [*HOSTILE, "<b>", "</span>", "“x”", "\n\n", "1,000", "{", "%", "\\", "]]>", "-->", "<!--"]
_CHARACTERS = [0, 9, 27, 34, 38, 39, 60, 61, 62, 0x2028, 0x2066, 0xD800, 0xFEFF]


def _mutated(rng: random.Random) -> str:
    characters = list("".join(rng.choices(_SCRAPS, k=rng.randint(1, 6))))
    for _ in range(rng.randint(0, 4)):
        characters[rng.randrange(len(characters))] = chr(rng.choice(_CHARACTERS))
    return "".join(characters)


def main(documents: int = 500) -> None:
    rng, got_through = random.Random(7), 0
    with TemporaryDirectory() as folder:
        page, browser = Path(folder) / "page.html", Chromium(Path(folder) / "profile")

        def elements(html: str) -> Counter[str]:
            page.write_text(html, encoding="utf-8")
            browser.open(page)
            return Counter(browser.value(ELEMENTS))

        plain = [elements(html) for html in pages_of("harmless")]
        for number in range(documents):
            kind = number % 2
            more = elements(pages_of(_mutated(rng))[kind]) - plain[kind]
            ran = browser.value("window.hit") is not None
            got_through += ran or bool(set(more) - OURS) or len(browser.requests) != 1
        browser.close()
    print(f"{got_through} of {documents} documents got through")


if __name__ == "__main__":
    main()
