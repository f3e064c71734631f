"""Which part of web pages is kept, by layout and by tool: `python -m tests.bench formats_pages`.

Pages are made here in a dozen layouts, the odd ones of which set no rule: for each is known what is
the article's and what is not. With `--pages FOLDER` public collections of real pages are read too,
as their repositories have them: `article-extraction-benchmark` (scrapinghub), `readability`
(mozilla) and `trafilatura` (adbar; what its own rules were made on). Half of them, by a hash of
their names, was looked at when the rules were made; the figures are of the other half. Tools that
are not installed are left out; `pip install readability-lxml resiliparse justext beautifulsoup4`.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import logging
import random
import re
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.ingest.readers.boilerplate import article
from assistant.ingest.readers.html import page_text
from assistant.ingest.readers.html_blocks import joined, parsed, text_of

Tool = Callable[[str], str]
_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"(?<=[.!?…”\"])\s+(?=[A-ZÀ-Þ“\"'‘(«А-Я])")
WHO = "The ministry|The commission|A senior official|The importers' union|The court|Ottawa|Brussels"
DOES = "said on Monday|told reporters|announced|wrote in a letter|argued before parliament"
WHAT = (
    "that duties on {a} would rise from {n} to {m} percent on {n} June"
    "|that {m} tonnes of {a} had been held at the port for {n} days"
    "|that the review of {a} would end {n} weeks later than planned"
    "|that no exemption for {a} had been granted since {m} cases were filed"
)
GOODS = "steel|copper wire|solar panels|frozen shrimp|tyres|softwood lumber|fertiliser|almonds"
SCRAPS = (
    "We use cookies to give you the best experience on our site and to show you offers that fit."
    "|Sign up for our free newsletter and get the stories of the day every morning at seven."
    "|© Example Media. All rights reserved. Reproduction only with our written permission."
    "|Five charts that show how coffee became dear"
    "|Home|World|Business|Opinion|Scroll to Top|Share on Facebook|Advertisement|Most read"
    "|I could not disagree more with this piece, and I have been in the trade for thirty years."
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of which is known what is the article's, a line each, and what is not."""

    html: str
    kept: list[str]
    left: list[str]


def prose(chance: random.Random, count: int) -> list[str]:
    """Paragraphs of a few sentences each, no two alike."""

    def sentence() -> str:
        told = chance.choice(WHAT.split("|"))
        told = told.format(
            a=chance.choice(GOODS.split("|")), n=chance.randint(2, 30), m=chance.randint(31, 999)
        )
        return f"{chance.choice(WHO.split('|'))} {chance.choice(DOES.split('|'))} {told}."

    return [" ".join(sentence() for _ in range(chance.randint(1, 4))) for _ in range(count)]


def made(chance: random.Random, texts: list[str]) -> Iterator[tuple[str, Page]]:
    """A page of every layout."""
    cookies, letter, rights, story, *rest = SCRAPS.split("|")
    comment = rest.pop()
    home, world, business, opinion, top, share, advert, most = rest

    def body(count: int) -> list[str]:
        return texts[:count] if texts else prose(chance, count)

    menu = "".join(f"<li><a href='/{n}'>{n}</a></li>" for n in (home, world, business, opinion))
    banner = f"<div class='cookie-banner'><p>{cookies}</p><button>OK</button></div>"
    foot = f"<p>{rights}</p><a href='#'>{top}</a>"
    more = (
        f"<h3>{most}</h3><ul><li><a href='/s'>{story}</a></li><li><a href='/t'>{most}</a></li></ul>"
    )
    title, rows = "Duties to rise", [(f"72{n:02}", f"Item {n}", f"{n}%") for n in range(9)]
    table = "<table><tr><th>Code</th><th>Product</th><th>Rate</th></tr>" + "".join(
        f"<tr><td>{a}</td><td>{b}</td><td>{c}</td></tr>" for a, b, c in rows
    )
    table += "</table>"
    lines = [f"Code: {a} | Product: {b} | Rate: {c}" for a, b, c in rows]
    h1, p = f"<h1>{title}</h1>", lambda words: "".join(f"<p>{each}</p>" for each in words)

    t = body(8)
    yield (
        "news site",
        Page(
            f"<body>{banner}<nav><ul>{menu}</ul></nav><main><article>{h1}<div class='share'>"
            f"<a>{share}"
            f"</a></div>{p(t[:4])}<figure><img><figcaption>A port at dawn.</figcaption>"
            "</figure><div "
            f"class='ad'>{advert}</div>{p(t[4:])}<div class='newsletter'>{letter}</div>"
            "</article><aside>"
            f"{more}</aside></main><section id='comments'><p>{comment}</p></section><footer>{foot}",
            [title, *t, "A port at dawn."],
            [cookies, letter, rights, story, home, world, top, share, advert, comment],
        ),
    )
    t = body(6)
    yield (
        "blog",
        Page(
            f"<body><div id='header'><a href='/'>{home}</a></div><div id='content'>"
            "<div class='post'>"
            f"<h2 class='entry-title'>{title}</h2><div class='entry'>{p(t)}<ul>"
            "<li>First, steel.</li>"
            f"<li>Then copper.</li></ul></div></div><div id='respond'><p>{comment}</p></div>"
            "</div><div "
            f"id='sidebar'>{more}</div><div id='footer'>{foot}</div>",
            [title, *t, "First, steel.", "Then copper."],
            [story, comment, rights, top, most],
        ),
    )
    t = body(5)
    yield "wire copy", Page(f"<body>{h1}{'<br><br>'.join(t)}<br><hr>{foot}", [title, *t], [top])
    t = body(4)
    yield (
        "press release",
        Page(
            f"<body><div class='topbar'>{menu}</div><div id='main'>{h1}{p(t[:3])}{table}"
            f"<p>{t[3]}</p>"
            f"<h2>Notes to editors</h2><ol><li>Rates are ad valorem.</li></ol></div><footer>{foot}",
            [title, *t, *lines, "Notes to editors", "Rates are ad valorem."],
            [home, world, rights, top],
        ),
    )
    t = body(5)
    yield (
        "documentation",
        Page(
            f"<body><div class='sphinxsidebar'><ul>{menu}</ul></div>"
            f"<div class='body' role='main'>{h1}"
            f"{p(t)}<pre>rate = duty(code)\nprint(rate)</pre><dl><dt>code</dt>"
            "<dd>Of the tariff.</dd>"
            f"</dl></div><div class='footer'>{foot}",
            [title, *t, "rate = duty(code)", "print(rate)", "Of the tariff."],
            [home, world, rights, top],
        ),
    )
    t = body(6)
    yield (
        "forum",
        Page(
            f"<body><div class='navbar'>{menu}</div>{h1}"
            + "".join(
                f"<div class='post'><b>user{n}</b><div>{each}</div></div>"
                for n, each in enumerate(t)
            )
            + f"<div class='footer'>{foot}",
            [title, *t],
            [home, world, rights, top],
        ),
    )
    yield "table", Page(f"<body>{h1}{table}<p>{rights}</p>", [title, *lines], [])
    t = body(6)
    yield (
        "layout by tables",
        Page(
            f"<body><table width=760><tr><td colspan=2><font>{home}</font></td></tr><tr>"
            "<td width=150>"
            f"<a href=a>{world}</a><br><a href=b>{business}</a></td><td><font size=5>"
            f"<b>{title}</b></font>"
            f"<br><br>{''.join(f'<p><font>{each}</font>' for each in t)}</td></tr></table>{foot}",
            [title, *t],
            [world, business, top],
        ),
    )
    yield "short note", Page(f"<html><body>{p(body(1)[:1])}", [], [])
    t = body(7)
    yield (
        "nameless divs",
        Page(
            f"<body><div><div><a>{home}</a> <a>{world}</a> <a>{opinion}</a></div><div>"
            f"<div>{title}</div>"
            f"{''.join(f'<div>{each}</div>' for each in t)}</div><div><div><a>{story}</a>"
            "</div><div><a>"
            f"{most}</a></div></div><div>{rights}</div></div>",
            [*t],
            [home, world, story],
        ),
    )
    t = body(2)
    yield (
        "paywall",
        Page(
            f"<body><nav>{menu}</nav><article>{h1}{p(t)}<div class='paywall'><p>{letter}</p>"
            "</div></article>"
            f"<footer>{foot}",
            [title, *t],
            [home, letter, rights],
        ),
    )
    t = ["Die Zölle auf Stahl steigen im Juni, wie das Ministerium am Montag in Berlin mitteilte."]
    t += ["Поставщики предупредили, что цены на алюминий вырастут уже в следующем квартале года."]
    yield (
        "other languages",
        Page(
            f"<body><div class='cookie-hinweis consent'>{cookies}</div><nav>{menu}</nav>"
            f"<main>{h1}{p(t)}"
            f"</main><footer>{foot}",
            [title, *t],
            [cookies, home, rights],
        ),
    )


def tools() -> dict[str, Tool]:
    """The tools that are installed, by name."""
    import trafilatura

    def ours(html: str) -> str:
        return joined(article(parsed(html), html))

    def judged(**options: bool) -> Tool:
        return lambda html: trafilatura.extract(html, include_comments=False, **options) or ""

    found: dict[str, Tool] = {
        "ours": ours,
        "all of the page": lambda html: text_of(parsed(html)),
        "trafilatura": judged(),
        "  favor_recall": judged(favor_recall=True),
        "  favor_precision": judged(favor_precision=True),
    }
    try:
        from readability import Document

        found["readability-lxml"] = lambda html: text_of(parsed(Document(html).summary()))
    except ImportError:
        pass
    try:
        from resiliparse.extract.html2text import extract_plain_text

        found["resiliparse"] = lambda html: extract_plain_text(html, main_content=True)
    except ImportError:
        pass
    try:
        import justext

        stop = justext.get_stoplist("English")
        found["justext"] = lambda html: "\n".join(
            each.text for each in justext.justext(html, stop) if not each.is_boilerplate
        )
    except ImportError:
        pass
    try:
        from bs4 import BeautifulSoup

        # what LlamaIndex's HTMLTagReader does, with the one tag that every page has
        found["LlamaIndex (body)"] = lambda html: " ".join(
            each.get_text(" ") for each in BeautifulSoup(html, "html.parser").find_all("body")
        )
    except ImportError:
        pass
    return found


def squeezed(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.lower()))} "


def sentences(text: str) -> list[str]:
    found = (each for line in text.split("\n") for each in _SENTENCE.split(line))
    return [each for each in found if len(_WORD.findall(each)) > 2]


def run(tool: Tool, html: str) -> str:
    try:
        return tool(html)
    except Exception:  # a tool that fails has found nothing
        return ""


def held_back(name: str) -> bool:
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 1


def bodies(folder: Path) -> Iterator[tuple[bytes, str]]:
    root = folder / "article-extraction-benchmark"
    for name, gold in json.loads((root / "ground-truth.json").read_text()).items():
        if held_back(name):
            yield gzip.decompress((root / f"html/{name}.html.gz").read_bytes()), gold["articleBody"]


def readable(folder: Path) -> Iterator[tuple[bytes, str]]:
    for page in sorted((folder / "readability/test/test-pages").iterdir()):
        if held_back(page.name):
            expected = (page / "expected.html").read_text()
            yield (page / "source.html").read_bytes(), text_of(parsed(expected))


def snippets(folder: Path) -> Iterator[tuple[bytes, list[str], list[str]]]:
    root = folder / "trafilatura/tests"
    for name, gold in json.loads((root / "evaldata.json").read_text()).items():
        paths = [root / part / gold["file"] for part in ("cache", "eval")]
        path = next((each for each in paths if each.exists()), None)
        if path and held_back(name):
            yield path.read_bytes(), gold["with"], gold["without"]


def bench(options: argparse.Namespace) -> None:
    """Print the shares, tool by tool."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    chance = random.Random(5)
    texts: list[str] = []
    if options.eval:
        lines = (options.eval / "squad2/corpus.jsonl").read_text().splitlines()[:400]
        texts = [" ".join(json.loads(line)["text"].split()) for line in lines]
    layouts: list[tuple[str, Page]] = []
    for _ in range(10):
        layouts += made(chance, chance.sample(texts, 8) if texts else [])
    names = [name for name, page in made(chance, []) if page.kept][1::2]
    print(
        f"\n\nlayouts held back: {', '.join(names)}\n\nmade pages: lines of the article found whole"
    )
    print("/ lines of others left in\n")
    for tool, make in tools().items():
        began, cells = time.perf_counter(), []
        for name in names:
            kept = left = all_kept = all_left = 0
            for _, page in (each for each in layouts if each[0] == name):
                out = squeezed(run(make, page.html))
                wanted = [s for line in page.kept for s in sentences(line) or [line]]
                if tool not in ("ours", "all of the page"):  # others write tables otherwise
                    wanted = [s for line in wanted for s in re.sub(r"\w+: ", "", line).split(" | ")]
                kept += sum(squeezed(each) in out for each in wanted)
                left += sum(squeezed(each) in out for each in page.left)
                all_kept, all_left = all_kept + len(wanted), all_left + len(page.left)
            cells.append(f"{kept / all_kept:.2f}/{left / max(all_left, 1):.2f}")
        took = (time.perf_counter() - began) / (10 * len(names))
        print(f"{tool:18}", " ".join(f"{cell:>10}" for cell in cells), f"{took * 1000:6.0f} ms")
    if options.pages:
        real(options.pages)


def real(folder: Path) -> None:
    """Print the shares on collections of real pages."""
    print("\nreal pages: sentences of the article found whole / words of others among those kept")
    for tool, make in tools().items():
        cells, count, began = [], 0, time.perf_counter()
        for pages in (bodies, readable):
            hits = wanted = others = words = 0
            for data, gold in pages(folder):
                html = page_text(data)[0]
                text = run(make, html)
                out, known, count = squeezed(text), squeezed(gold), count + 1
                hits += sum(squeezed(each) in out for each in sentences(gold))
                wanted += len(sentences(gold))
                for line in text.split("\n"):
                    size = len(_WORD.findall(line))
                    words += size
                    others += size * (squeezed(line) not in known)
            cells.append(f"{hits / wanted:.3f}/{others / max(words, 1):.3f}")
        hits = wanted = others = words = 0
        for data, kept, left in snippets(folder):
            out, count = squeezed(run(make, page_text(data)[0])), count + 1
            hits += sum(squeezed(each) in out for each in kept)
            others += sum(squeezed(each) in out for each in left)
            wanted, words = wanted + len(kept), words + len(left)
        cells.append(f"{hits / wanted:.3f}/{others / words:.3f}")
        took = (time.perf_counter() - began) / count
        print(f"{tool:18}", " ".join(f"{cell:>13}" for cell in cells), f"{took * 1000:6.0f} ms")
