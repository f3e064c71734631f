"""What of a PDF's words comes out as it was written: ours, other libraries, LlamaIndex's reader.

`python -m tests.bench.formats_pdf [--show]`. White space is made equal before anything is looked
for. Libraries that are not installed are passed over. With `--eval FOLDER [--kept-back]`: what ours
makes of public texts that LibreOffice, Chromium and LaTeX set.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from assistant.ingest.pdf.reader import extract
from assistant.ingest.readers.base import Extracted
from tests.bench import pdf_prose, table
from tests.bench.pdf_documents import Truth, documents, report

Read = Callable[[bytes], str]


def ours(data: bytes) -> str:
    """The module of this project."""
    return next(each.text for each in extract(data, "a.pdf") if isinstance(each, Extracted))


def pypdf(data: bytes) -> str:
    """Pypdf as it is commonly called."""
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def pdfium(data: bytes) -> str:
    """PDFium's own order and line ends."""
    from pypdfium2 import PdfDocument

    return "\n".join(page.get_textpage().get_text_range() for page in PdfDocument(data))


def pdfminer(data: bytes) -> str:
    """Pdfminer.six with its analysis of layout."""
    from pdfminer.high_level import extract_text

    return extract_text(io.BytesIO(data))


def pdfplumber(data: bytes) -> str:
    """Pdfplumber as it is commonly called."""
    import pdfplumber as library

    with library.open(io.BytesIO(data)) as pdf:
        return "\n".join(page.extract_text() or "" for page in pdf.pages)


def llama_index(data: bytes) -> str:
    """LlamaIndex's reader of PDF."""
    from llama_index.readers.file import PDFReader

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.pdf"
        path.write_bytes(data)
        return "\n".join(document.text for document in PDFReader().load_data(path))


def poppler(data: bytes) -> str:
    """Poppler's program, for scale."""
    return subprocess.run(
        ["pdftotext", "-", "-"], input=data, capture_output=True, check=True
    ).stdout.decode()


READERS: dict[str, tuple[Read, str]] = {
    "ours": (ours, "pypdfium2"),
    "pypdfium2": (pdfium, "pypdfium2"),
    "pypdf": (pypdf, "pypdf"),
    "pdfminer.six": (pdfminer, "pdfminer"),
    "pdfplumber": (pdfplumber, "pdfplumber"),
    "LlamaIndex PDFReader": (llama_index, "llama_index.readers.file"),
}


def bench(options: argparse.Namespace) -> None:
    """Print what each reader makes of each layout, and the time of a report of 200 pages."""
    readers = {name: read for name, (read, module) in READERS.items() if _installed(module)}
    if shutil.which("pdftotext"):
        readers["pdftotext"] = poppler
    totals: dict[str, Counter[str]] = {name: Counter() for name in readers}
    for truth in documents():
        table.heading(f"{truth.name}: {len(truth.sentences)} sentences, {len(truth.rows)} rows")
        for name, read in readers.items():
            text = read(truth.data)
            counts = measured(truth, text)
            totals[name] += counts
            print(f"  {name:24}{told(counts)}", flush=True)
            if name == "ours" and getattr(options, "show", False):
                show(truth, text)
    table.heading("all layouts")
    for name, counts in totals.items():
        print(f"  {name:24}{told(counts)}", flush=True)
    long = report(170, "long")
    for name, read in readers.items():
        begun = time.process_time()
        text = read(long.data)
        took = time.process_time() - begun
        pages = max(long.pages.values())
        table.line(f"{name}, a report of {pages} pages", 1000 * took / pages, "ms of CPU/page", 1)


def prose(options: argparse.Namespace) -> None:
    """Print what share of the public texts' sentences and hyphened words ours reads verbatim."""
    total = Counter[str]()
    for truth in pdf_prose.documents(options.eval, options.kept_back):
        flat = " ".join(ours(truth.data).replace("\xad", "").replace("# ", " ").split())
        wanted = Counter(pdf_prose.HYPHENED.findall(" ".join(truth.sentences)))
        have = Counter(pdf_prose.HYPHENED.findall(flat))
        counts = Counter(
            {
                "sentences": sum(sentence in flat for sentence in truth.sentences),
                "of sentences": len(truth.sentences),
                "own": (wanted & have).total(),
                "of own": wanted.total(),
            }
        )
        total += counts
        print(f"  {truth.name:50}{told(counts)}", flush=True)
        if options.show:
            show(truth, flat)
    print(f"  {'all':50}{told(total)}")


def measured(truth: Truth, text: str) -> Counter[str]:
    """What was found, and out of how many (`of ...`)."""
    text = text.replace("\xad", "")  # a soft hyphen that shows nothing; most leave it in the words
    flat = " ".join(text.replace("# ", " ").split())
    counts = Counter[str]()
    at = 0
    for sentence in truth.sentences:
        place = flat.find(sentence)
        counts["sentences"] += place >= 0
        counts["in order"] += place >= at
        at = place if place >= 0 else at
    counts["of sentences"] = len(truth.sentences)
    want = grams(" ".join(truth.sentences))
    have = grams(flat)
    counts["5-grams"] = (want & have).total()
    counts["of 5-grams"] = want.total()
    words = Counter(re.findall(r"[\w-]+", flat))
    for kind in ("cut", "own"):
        made = Counter(w.strip(".,") for w in getattr(truth, kind))
        wanted = Counter(re.findall(r"[\w-]+", " ".join(truth.sentences)))
        counts[kind] = sum(n for w, n in made.items() if words[w] >= wanted[w])
        counts[f"of {kind}"] = made.total()
    lines = Counter(" ".join(line.split()) for line in text.splitlines())
    counts["furniture"] = sum(
        f in lines or (len(f) > 12 and f in flat) for f in set(truth.furniture)
    )
    counts["of furniture"] = len(set(truth.furniture))
    for row in truth.rows:
        counts["rows"] += any(all(cell in line for cell in row) for line in lines)
    counts["of rows"] = len(truth.rows)
    return counts


def grams(text: str) -> Counter[tuple[str, ...]]:
    """Its five words in a row, with how often each stands there."""
    words = text.split()
    return Counter(zip(*(words[at:] for at in range(5)), strict=False))


def told(counts: Counter[str]) -> str:
    """The shares in one line."""
    parts = []
    for key, of in (
        ("sentences", "sentences"),
        *([("in order", "sentences")] if "in order" in counts else []),
        ("5-grams", "5-grams"),
        ("cut", "cut"),
        ("own", "own"),
        ("furniture", "furniture"),
        ("rows", "rows"),
    ):
        total = counts[f"of {of}"]
        parts.append(f"{key} {counts[key] / total:.3f}" if total else f"{key}   -  ")
    return "  ".join(parts)


def show(truth: Truth, text: str) -> None:
    """Print the first sentences that were not found."""
    flat = " ".join(text.split())
    lost = [s for s in truth.sentences if s not in flat]
    for sentence in lost[:5]:
        print(f"    lost: {sentence}")


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--eval", type=Path, metavar="FOLDER")
    parser.add_argument("--kept-back", action="store_true")
    given = parser.parse_args()
    (prose if given.eval else bench)(given)
